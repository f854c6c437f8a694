r"""The end of a run: the first time at which every direction of P is within its bound.

The directions are the eigenvectors :math:`g_k` of :math:`XX^\top`. The loss alone would not do:
where the data hardly reach, the map may be far from its limit and the loss next to its own. With
:math:`P_*` the map of least loss next to P, a run has settled when

.. math:: L - L_{min} \le \epsilon_L \quad\text{and}\quad
          \|(P - P_*)\, g_k\| \le b \ \text{ for all } k.

The bounds are far above roundoff and the integrator's error, and the time is found by the method's
own interpolant: it does not depend on where the steps end, nor on when somebody looks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.integrator import Step, Stepper
from linviz.core.flow.roots import find_root
from linviz.core.flow.scales import log_ratio, sizes_of_products
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import SETTLED


class Unsettled:
    """How far weights are from settled: the logarithm of the worst excess over its bound."""

    def __init__(self, goal: Destination, rtol: float) -> None:
        self.goal, self.rtol = goal, rtol
        self._gram = float(np.linalg.norm(goal.field.problem.gram))

    def __call__(self, w: Matrix, sizes: float | None = None, *, enough: float = math.inf) -> float:
        """Above 0 while unsettled; once it is found above `enough` it may be too small.

        `sizes` is the largest of `sizes_of_products`, where it is known.
        """
        goal, field = self.goal, self.goal.field
        P = field.product(w)
        # large weights that cancel: the integrator's own error keeps the map from coming closer
        sizes = max(sizes_of_products(field, w)) if sizes is None else sizes
        noise = self.rtol * sizes * math.sqrt(float(np.dot(w, w)))
        close = max(goal.close, min(0.5 * self._gram * noise**2, 0.01 * goal.gap))
        worst = log_ratio(float(field.excess(P)) - goal.floor, close)
        if worst > enough:
            return worst
        bound = max(SETTLED * goal.size, noise)
        # squared, as the loss is
        return max(worst, 2 * log_ratio(float(self.distances(P).max(initial=0.0)), bound))

    def distances(self, P: Matrix) -> Matrix:
        """Of the map from its limit, along each direction, (k,)."""
        gap = P - self.goal.nearest_minimum(P)
        if not self.goal.field.problem.is_white:
            gap = self.goal.directions.T @ gap
        return np.asarray(np.linalg.norm(gap, axis=1))


def first_below(
    steps: Sequence[Step], value: Callable[[Matrix], float], threshold: float, stepper: Stepper
) -> tuple[int, Step]:
    """The first moment in these steps at which the value comes down to the threshold.

    Returns the index of the step in which it lies, and that step cut off there.
    """
    k = next(i for i, step in enumerate(steps) if value(step.w) <= threshold)
    step = steps[k]
    curve = stepper.interpolant(step)

    def above(t: Matrix) -> Matrix:
        return np.array([value(w) - threshold for w in curve(t).T])

    ends = np.array([step.t_old]), np.array([step.t])
    if not above(ends[0])[0] > 0 >= above(ends[1])[0]:
        return k, step  # it was below from the start, or the interpolant's error decides
    t = float(find_root(above, *ends)[0])
    if not step.t_old < t < step.t:
        return k, step
    w = np.ascontiguousarray(curve(np.array([t]))[:, 0])
    return k, Step(step.t_old, t, step.w_old, w, curve, step.method)


def lowered(threshold: float, step: float, value: float) -> float:
    """The first of threshold, threshold - step, ... that the value lies above.

    Examples
    --------
    >>> lowered(0.0, 2.0, 1.0), lowered(0.0, 2.0, -3.0)
    (0.0, -4.0)
    """
    while value <= threshold:
        threshold -= step
    return threshold
