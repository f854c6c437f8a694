"""Pictures: pure functions from a `Run` to a `Picture`, and one sentence on each.

``loss_picture(run)`` and its sisters are what the page draws; ``loss_figure(run)`` and its sisters
are the same as a ``plotly.graph_objects.Figure``, made by `to_plotly`; `to_svg` writes a file for a
paper.
"""

from linviz.figures.conversion import to_plotly
from linviz.figures.drift import drift_figure, drift_picture
from linviz.figures.errors import errors_figure, errors_picture
from linviz.figures.hessian import hessian_figure, hessian_picture
from linviz.figures.images import images_figure, images_picture
from linviz.figures.invariants import invariants_figure, invariants_picture
from linviz.figures.landscape import Eigenvalues, Node, Ring, Tree
from linviz.figures.loss import loss_figure, loss_picture
from linviz.figures.matrices import matrices_figure, matrices_picture
from linviz.figures.modes import modes_figure, modes_picture
from linviz.figures.network import network_figure, network_picture
from linviz.figures.picture import (
    Accent,
    Axis,
    Curve,
    Edges,
    Heat,
    Label,
    Level,
    Line,
    Marks,
    Network,
    Neurons,
    Pane,
    Picture,
    Table,
    Text,
)
from linviz.figures.sensitivity import (
    escape_figure,
    escape_picture,
    neighbors_figure,
    neighbors_picture,
)
from linviz.figures.svg import to_svg
from linviz.figures.tree import tree_figure, tree_picture

__all__ = [
    "Accent",
    "Axis",
    "Curve",
    "Edges",
    "Eigenvalues",
    "Heat",
    "Label",
    "Level",
    "Line",
    "Marks",
    "Network",
    "Neurons",
    "Node",
    "Pane",
    "Picture",
    "Ring",
    "Table",
    "Text",
    "Tree",
    "drift_figure",
    "drift_picture",
    "errors_figure",
    "errors_picture",
    "escape_figure",
    "escape_picture",
    "hessian_figure",
    "hessian_picture",
    "images_figure",
    "images_picture",
    "invariants_figure",
    "invariants_picture",
    "loss_figure",
    "loss_picture",
    "matrices_figure",
    "matrices_picture",
    "modes_figure",
    "modes_picture",
    "neighbors_figure",
    "neighbors_picture",
    "network_figure",
    "network_picture",
    "to_plotly",
    "to_svg",
    "tree_figure",
    "tree_picture",
]
