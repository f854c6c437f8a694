"""Gaussian entries with the variance of Glorot and Bengio."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...], *, seed: int) -> Weights:
    return initialization.xavier(dims, seed=seed)


ENTRY = Entry(
    name="xavier",
    title="Xavier (Glorot)",
    words="Xavier",
    make=_make,
    fields=(SEED,),
)
