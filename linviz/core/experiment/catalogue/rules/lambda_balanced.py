"""Imbalanced weights: every C_j is a multiple of the identity."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import LAM, SCALE, SEED
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(
    problem: Problem, dims: tuple[int, ...], *, scale: float, lam: float, seed: int
) -> Weights:
    return initialization.lambda_balanced(dims, lam, scale, seed=seed)


ENTRY = Entry(
    name="lambda_balanced",
    title="Imbalanced: every C = λI",
    words="imbalanced by λ",
    make=_make,
    fields=(SCALE, LAM, SEED),
    squares=((SCALE, lambda H: 2.0), (LAM, lambda H: 1.0)),
)
