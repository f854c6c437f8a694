"""A data set that somebody brings; a scenario names it by its digest."""

from __future__ import annotations

from linviz.core.experiment.catalogue.data.packaged import problem_on
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import WHITENED
from linviz.core.model.problem import Problem
from linviz.core.model.samples import DataSet


def _make(dims: tuple[int, ...], *, whitened: bool, data: DataSet) -> Problem:
    return problem_on(data, whitened)


ENTRY = Entry(
    name="file",
    title="a file of yours (CSV or NPZ) …",
    words="a file",
    make=_make,
    fields=(WHITENED,),
)
