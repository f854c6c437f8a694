"""All weights zero."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...]) -> Weights:
    return initialization.zeros(dims)


ENTRY = Entry(
    name="zeros",
    title="Zero",
    words="zero",
    make=_make,
)
