"""What the browser needs to follow a hand by itself: start, data, and what a control moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from linviz.core.experiment.catalogue.fields import (
    LAYER_SINGULAR_VALUES,
    SCALE,
    SINGULAR_VALUES,
    STRENGTHS,
)
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import weights_of
from linviz.core.model.critical_values import equal_strength
from linviz.core.model.problem import Matrix, Problem
from linviz.panels.bends import bent, flat, roots
from linviz.panels.edits import edited, layers_of, strengths_of

MOST_WEIGHTS = 300
MOST_INPUTS = 64


def content(run: Run) -> dict[str, Any] | None:
    r"""Numbers from which the flow can be computed elsewhere; None where there is more than it.

    `start` has the weights at t = 0, layer by layer, each row by row. Of each of the `moves`, a
    control's field and index with its `value`, the `slope` says how they follow it,

    .. math:: W(v) = W(v_0) + (v - v_0)\, \partial W / \partial v .

    Whether the target's strengths may be moved is said by `free`. Where the start follows them,
    `roots` has its slope in the N-th root of each strength, N = H + 1. Of a rule that says so,
    `bent` has the layers by their singular vectors, one a row of `left` and of `right`, with

    .. math:: \sigma_i^2 = b_i + \sum_m a_{im} \max(0, \pm v_m)^{p_m}

    for the numbers v of its own moves, each with its power p, its sign and its slope a.
    """
    scenario, problem = run.scenario, run.trajectory.problem
    large = scenario.n_parameters > MOST_WEIGHTS or scenario.dims[0] > MOST_INPUTS
    if large or run.beside is not None or run.trajectory.status == "budget":
        return None
    sees = scenario.entries["rule"].sees_target
    free = SINGULAR_VALUES.name in scenario.in_use and not sees
    data = _data(problem)
    return {
        "start": flat(run.trajectory.start),
        "moves": list(_moves(scenario, problem)),
        "free": free,
        "roots": list(roots(scenario, problem)) if data["distinct"] else [],
        "bent": bent(scenario, problem),
        **data,
    }


def _data(problem: Problem) -> dict[str, Any]:
    """The problem; what is the identity, or follows from the strengths, is None."""
    data: dict[str, Any] = {
        "cross": problem.cross,
        "best": problem.least_squares,
        "strengths": problem.singular_values,
        "residual": problem.residual_loss,
        "distinct": _are_distinct(problem.singular_values),
    }
    if problem.is_white and problem.residual_loss == 0:
        canonical = np.array_equal(problem.output_modes, np.eye(problem.d_y))
        if canonical and np.array_equal(problem.input_modes, np.eye(problem.d_x)):
            return data | {"gram": None, "root": None, "left": None, "right": None}
    return data | {
        "gram": problem.gram,
        "root": problem.input_root,
        "left": problem.output_modes.T,
        "right": problem.input_modes[:, : problem.d_y].T,
    }


def _are_distinct(s: Matrix) -> bool:
    """Whether all modes are there, and no two of one strength."""
    positive = bool(s[-1] > 0)
    return positive and not any(equal_strength(s, k, k + 1) for k in range(len(s) - 1))


def _moves(scenario: Scenario, problem: Problem) -> Iterator[dict[str, Any]]:
    """The numbers of which the weights are straight lines, each with their slope."""
    start = flat(weights_of(scenario, problem))
    for field, index, value in _numbers(scenario):
        other = value - 1.0 if value > 5.0 else value + 1.0  # both are within the field's range
        moved = edited(scenario, field, other, index)
        slope = (flat(weights_of(moved, problem)) - start) / (other - value)
        yield {"field": field, "index": list(index), "value": value, "slope": slope}


def _numbers(scenario: Scenario) -> Iterator[tuple[str, tuple[int, ...], float]]:
    """Fields and indices, as they are edited, of the numbers that make straight lines."""
    lines = [field for field in scenario.entries["rule"].lines if field.name in scenario.in_use]
    if SCALE in lines:
        yield SCALE.name, (), scenario.scale
    if STRENGTHS in lines:
        for k, value in enumerate(strengths_of(scenario)):
            yield "strength", (k,), value
    if LAYER_SINGULAR_VALUES in lines:
        for j, layer in enumerate(layers_of(scenario)):
            for k, value in enumerate(layer):
                yield "layer_singular_value", (j, k), value
