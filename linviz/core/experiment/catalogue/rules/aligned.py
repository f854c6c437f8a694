"""Balanced weights in the target's own modes."""

from __future__ import annotations

from linviz.core.experiment.catalogue import completed
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SCALE, STRENGTHS
from linviz.core.model import aligned
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(
    problem: Problem, dims: tuple[int, ...], *, scale: float, strengths: tuple[float, ...]
) -> Weights:
    return aligned.aligned(problem, dims, completed.strengths(dims, strengths, scale))


ENTRY = Entry(
    name="aligned",
    title="Aligned with the target's modes",
    words="aligned",
    make=_make,
    fields=(SCALE, STRENGTHS),
    lines=(SCALE, STRENGTHS),
)
