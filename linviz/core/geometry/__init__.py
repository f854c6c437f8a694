"""The space in which the flow moves: critical values, exact ends, planes, maps of starts."""

from linviz.core.geometry.chain import chain_end
from linviz.core.geometry.cut import Cut, cut, eigenvector_cut, motion_cut, principal_cut
from linviz.core.geometry.maps import MapOfStarts, map_of_starts
from linviz.core.geometry.one_unit import exact_one_unit, saddle_basin
from linviz.core.geometry.passing import Passed, PlaneOfRun, plane_of_run
from linviz.core.geometry.plane import InvariantPlane, PlanePoint, invariant_plane
from linviz.core.geometry.sensitivity import Escape, Neighbors, escape, neighbors
from linviz.core.geometry.tree import CriticalTree, CriticalValue, critical_tree
from linviz.core.geometry.two_weights import minimum_sharpness, relu_end

__all__ = [
    "CriticalTree",
    "CriticalValue",
    "Cut",
    "Escape",
    "InvariantPlane",
    "MapOfStarts",
    "Neighbors",
    "Passed",
    "PlaneOfRun",
    "PlanePoint",
    "chain_end",
    "critical_tree",
    "cut",
    "eigenvector_cut",
    "escape",
    "exact_one_unit",
    "invariant_plane",
    "map_of_starts",
    "minimum_sharpness",
    "motion_cut",
    "neighbors",
    "plane_of_run",
    "principal_cut",
    "relu_end",
    "saddle_basin",
]
