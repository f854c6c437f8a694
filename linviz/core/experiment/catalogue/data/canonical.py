"""White inputs and chosen singular values: X = I, Y = (D 0)."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SINGULAR_VALUES
from linviz.core.model.problem import Problem


def _make(dims: tuple[int, ...], *, singular_values: tuple[float, ...]) -> Problem:
    return Problem.canonical(singular_values, d_x=dims[0])


ENTRY = Entry(
    name="canonical",
    title="chosen strengths",
    words="canonical",
    make=_make,
    fields=(SINGULAR_VALUES,),
)
