"""What linviz says of a point that was built by hand, against what was counted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

import linviz as lv
from tests.validation.points import Point


@dataclass
class Verdicts:
    """How many points were judged, of which kinds, and every word that was not so."""

    kinds: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)
    hedged: list[str] = field(default_factory=list)
    formulas: int = 0

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def judged(points: Iterable[Point]) -> Verdicts:
    """All of them, with every division by zero and every overflow an error."""
    verdicts = Verdicts()
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        for point in points:
            verdicts.kinds[point.kind] += 1
            _judge(point, verdicts)
    return verdicts


def _judge(point: Point, verdicts: Verdicts) -> None:
    problem, W = point.problem, point.W
    found = lv.spectrum(problem, W)
    said = lv.classify(problem, W, known=found)
    pairs = [
        ("kind", said.kind, point.kind),
        ("missed", said.missed, point.missed),
        ("index and nullity", (said.index, said.nullity), point.signs[:2]),
        ("signs", (found.n_negative, found.n_zero, found.n_positive), point.signs),
    ]
    dims = (problem.d_x, *(len(Wj) for Wj in W))
    predicted = lv.predicted_inertia(problem, dims, point.missed, balanced=point.balanced)
    if predicted is not None:
        verdicts.formulas += 1
        pairs.append(("formula", predicted, point.signs))
    wrong = [f"{name} {a}, counted {b}" for name, a, b in pairs if a != b]
    if said.reason.startswith("ambiguous"):
        verdicts.hedged.append(f"{point.name}: {said.reason}")
    elif wrong:
        verdicts.mismatches.append(f"{point.name}: {'; '.join(wrong)} ({said.reason})")
