"""Weights from which the flow ends in a saddle that misses chosen modes."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import MISSED, SCALE, SEED
from linviz.core.model import aligned
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(
    problem: Problem, dims: tuple[int, ...], *, scale: float, missed: tuple[int, ...], seed: int
) -> Weights:
    return aligned.on_stable_manifold(problem, dims, missed, scale, seed=seed)


ENTRY = Entry(
    name="on_stable_manifold",
    title="Stable manifold of a saddle",
    words="stable manifold",
    make=_make,
    fields=(SCALE, MISSED, SEED),
    saddle=True,
    lines=(SCALE,),
)
