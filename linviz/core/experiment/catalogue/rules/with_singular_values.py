"""Chosen singular values in each layer, in random directions."""

from __future__ import annotations

from linviz.core.experiment.catalogue import completed
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import LAYER_SINGULAR_VALUES, SCALE, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(
    problem: Problem,
    dims: tuple[int, ...],
    *,
    scale: float,
    layer_singular_values: tuple[tuple[float, ...], ...],
    seed: int,
) -> Weights:
    layers = completed.layers(dims, layer_singular_values, scale)
    return initialization.with_singular_values(dims, layers, seed=seed)


ENTRY = Entry(
    name="with_singular_values",
    title="Layer by layer, as chosen",
    words="chosen singular values",
    make=_make,
    fields=(SCALE, LAYER_SINGULAR_VALUES, SEED),
    lines=(SCALE, LAYER_SINGULAR_VALUES),
)
