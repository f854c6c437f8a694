"""Imbalance that certifies an exponential rate."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import ALPHA, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...], *, alpha: float, seed: int) -> Weights:
    return initialization.certified(dims, alpha, seed=seed)


ENTRY = Entry(
    name="certified",
    title="Certified exponential rate",
    words="certified rate",
    make=_make,
    fields=(ALPHA, SEED),
    squares=((ALPHA, lambda H: 1.0 / H),),
)
