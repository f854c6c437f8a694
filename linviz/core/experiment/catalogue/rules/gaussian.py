"""Independent Gaussian entries."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SCALE, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(problem: Problem, dims: tuple[int, ...], *, scale: float, seed: int) -> Weights:
    return initialization.gaussian(dims, scale, seed=seed)


ENTRY = Entry(
    name="gaussian",
    title="Gaussian",
    words="Gaussian",
    make=_make,
    fields=(SCALE, SEED),
    scale_of="entries",
    lines=(SCALE,),
)
