"""Random semi-orthogonal layers."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SCALE, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...], *, scale: float, seed: int) -> Weights:
    return initialization.orthogonal(dims, scale, seed=seed)


ENTRY = Entry(
    name="orthogonal",
    title="Orthogonal",
    words="orthogonal",
    make=_make,
    fields=(SCALE, SEED),
    scale_of="layers",
    lines=(SCALE,),
)
