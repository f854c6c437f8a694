"""Balanced weights: every C_j is zero."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SCALE, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...], *, scale: float, seed: int) -> Weights:
    return initialization.balanced(dims, scale, seed=seed)


ENTRY = Entry(
    name="balanced",
    title="Balanced: every C = 0",
    words="balanced",
    make=_make,
    fields=(SCALE, SEED),
    scale_of="layers on average",
    lines=(SCALE,),
)
