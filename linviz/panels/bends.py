"""How the start of a run follows the controls on which it does not depend in straight lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from linviz.core.experiment.catalogue.fields import SINGULAR_VALUES
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import ROUNDOFF_OF_C
from linviz.panels.edits import edited

Factors = tuple[Matrix, Matrix, Matrix]
_NEAR, _FAR = 0.5, 1.0  # values at which a control is tried out, on either side of 0


def roots(scenario: Scenario, problem: Problem) -> Iterator[Matrix]:
    """How the start follows the (H+1)-th root of each strength of the target, if it does."""
    if SINGULAR_VALUES not in scenario.entries["rule"].roots:
        return
    if SINGULAR_VALUES.name not in scenario.in_use:
        return
    s, power = scenario.singular_values, 1.0 / (scenario.H + 1)
    start = flat(weights_of(scenario, problem))
    for k, value in enumerate(s):
        other = (value + s[k - 1]) / 2 if k else 2 * value  # it passes none of the others
        moved = edited(scenario, "singular_value", other, (k,))
        rise = flat(weights_of(moved, problem_of(moved))) - start
        yield rise / (other**power - value**power)


def bent(scenario: Scenario, problem: Problem) -> dict[str, Any] | None:
    """The layers by their singular vectors, and how the squares of their values move.

    None where the rule does not say that they do.
    """
    squares = scenario.entries["rule"].squares
    if not squares:
        return None
    here = weights_of(scenario, problem)
    sides = [
        (field.name, sign, power(scenario.H), tried)
        for field, power in squares
        for sign in ((1, -1) if field.low < 0 else (1,))
        if (tried := _tried(scenario, problem, field.name, sign)) is not None
    ]
    everywhere = [here, *itertools.chain(*(tried for *_, tried in sides))]
    factors = [_factors(layers) for layers in zip(*everywhere, strict=True)]
    now = _squares(here, factors)
    base, moves = now, []
    for name, sign, power, (near, far) in sides:
        value = getattr(scenario, name)
        low, high = _squares(near, factors), _squares(far, factors)
        slope = _clean((high - low) / (_FAR**power - _NEAR**power), high)
        base = base - max(0.0, sign * value) ** power * slope
        move = {"field": name, "index": [], "value": value}
        moves.append(move | {"sign": sign, "power": power, "slope": slope})
    left, right = flat(U.T for U, _, _ in factors), flat(V for _, _, V in factors)
    return {"left": left, "right": right, "base": _clean(base, now), "moves": moves}


def flat(matrices: Iterable[Matrix]) -> Matrix:
    """All entries, matrix by matrix, each row by row."""
    return np.concatenate([each.ravel() for each in matrices])


def _tried(
    scenario: Scenario, problem: Problem, name: str, sign: int
) -> tuple[Weights, Weights] | None:
    """The start at two values of a control on one side of 0, if there may be any there."""
    try:
        near, far = (weights_of(edited(scenario, name, sign * x), problem) for x in (_NEAR, _FAR))
    except ValueError:  # the widths forbid it
        return None
    return near, far


def _factors(layers: Iterable[Matrix]) -> Factors:
    """Of a layer, at some values of the controls, where its singular vectors are seen best."""
    all_of_them = [np.linalg.svd(layer, full_matrices=False) for layer in layers]
    return max(all_of_them, key=lambda factors: float(factors[1][-1] / (factors[1][0] or 1.0)))


def _squares(W: Weights, factors: Iterable[Factors]) -> Matrix:
    """Squared singular values of every layer, in the order of its vectors."""
    values = [np.sum((U.T @ Wj) * V, axis=1) for Wj, (U, _, V) in zip(W, factors, strict=True)]
    return np.concatenate(values) ** 2


def _clean(differences: Matrix, squares: Matrix) -> Matrix:
    """Without those that are roundoff of the squares: its root would be seen."""
    small = np.abs(differences) <= ROUNDOFF_OF_C * squares.max(initial=0.0)
    return np.where(small, 0.0, differences)
