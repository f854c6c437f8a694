r"""Critical values as levels of the loss, and where a run rested near one.

A critical point that misses the modes I has the loss :math:`L_{res} + \tfrac12\sum_{i\in I}s_i^2`.
"""

from __future__ import annotations

import numpy as np

from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.problem import IndexSet, Matrix

NEAR_A_LEVEL = 0.05  # how near in height
SLOW = 2.0  # times slower than in the fall that follows


def rests(trajectory: Trajectory) -> dict[IndexSet, tuple[float, float]]:
    """Critical values near which the loss stayed a while, but did not end, highest first.

    It stays where it takes twice as long to pass the level, within 5 % of its height, as it
    would at the mean speed of the fall that follows, from 10 to 90 % of what the next mode brings.
    Equal sums of different modes are told apart by the modes that were learned at the time.

    Parameters
    ----------
    trajectory : Trajectory

    Returns
    -------
    dict
        By missed modes: the critical value, and the moment in the middle of the stay.

    Examples
    --------
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.core.experiment.simulation import simulate
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", scale=1e-3)
    >>> flow = simulate(scenario)
    >>> [(missed, round(t)) for missed, (_, t) in rests(flow).items()]
    [((0, 1), 1), ((1,), 5)]
    """
    t, loss, problem = trajectory.t, trajectory.loss, trajectory.problem
    if len(t) < 3 or t[-1] <= 0:
        return {}
    target, found = problem.singular_values[: positive_modes(problem)], {}
    for missed, value in sorted(trajectory.levels.items(), key=lambda item: -item[1]):
        near = np.abs(loss - value) <= NEAR_A_LEVEL * (value - problem.residual_loss)
        stay = np.diff(t) * (near[:-1] & near[1:])
        total = float(stay.sum())
        if near[-1] or total <= 0:
            continue
        so_far = np.cumsum(stay)
        middle = int(np.searchsorted(so_far, 0.5 * total))
        weak = trajectory.strengths[middle, : len(target)] < 0.5 * target
        drop = 0.5 * float(target[missed[0]]) ** 2 if missed else 0.0
        passing = (
            2 * NEAR_A_LEVEL * (value - problem.residual_loss) / (0.8 * drop)
            if drop > 0
            else np.inf
        )
        if total < SLOW * passing * _fall(t, loss, middle, value, drop):
            continue
        if tuple(np.flatnonzero(weak).tolist()) == missed:
            found[missed] = (value, float(t[middle + 1] - (so_far[middle] - 0.5 * total)))
    return found


def _fall(t: Matrix, loss: Matrix, k: int, value: float, drop: float) -> float:
    """How long the loss takes from 10 to 90 % of a drop below a value, after the k-th moment."""
    first, last = (float(np.interp(part * drop - value, -loss[k:], t[k:])) for part in (0.1, 0.9))
    return last - first
