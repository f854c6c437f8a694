"""Uniform on a sphere in the space of all weights."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SCALE, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...], *, scale: float, seed: int) -> Weights:
    return initialization.sphere(dims, scale, seed=seed)


ENTRY = Entry(
    name="sphere",
    title="Uniform on a sphere",
    words="uniform on a sphere",
    make=_make,
    fields=(SCALE, SEED),
    lines=(SCALE,),
)
