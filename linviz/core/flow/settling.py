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
from linviz.core.flow.field import Field
from linviz.core.flow.integrator import Step, Stepper
from linviz.core.flow.roots import find_root
from linviz.core.flow.scales import log_ratio, sizes_of_products
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LOCATED, SETTLED

FINER = math.log(100)  # by which a bound is lowered where it says nothing


class Unsettled:
    """How far weights are from settled: the logarithm of the worst excess over its bound."""

    def __init__(self, goal: Destination, rtol: float) -> None:
        self.goal, self.rtol = goal, rtol
        self._gram = float(np.linalg.norm(goal.field.problem.gram))

    def __call__(self, w: Matrix) -> float:
        """Above 0 while unsettled."""
        sizes = max(sizes_of_products(self.goal.field, self.goal.reached(w)))
        return max(self.of_loss(w, sizes), self.of_map(w, sizes))

    def of_loss(self, w: Matrix, sizes: float) -> float:
        """The same for the loss only; `sizes` is the largest of `sizes_of_products`."""
        goal, field = self.goal, self.goal.field
        close = min(0.5 * self._gram * self._noise(w, sizes) ** 2, 0.01 * goal.gap)
        excess = float(field.excess(field.product(w))) - goal.floor
        return log_ratio(excess, max(goal.close, close))

    def of_map(self, w: Matrix, sizes: float) -> float:
        """The same for the worst direction of the map only."""
        distance = float(self.distances(self.goal.field.product(w)).max(initial=0.0))
        return 2 * log_ratio(distance, self._bound(w, sizes))  # squared, as the loss is

    def _bound(self, w: Matrix, sizes: float) -> float:
        return max(SETTLED * self.goal.size, self._noise(w, sizes))

    def _noise(self, w: Matrix, sizes: float) -> float:
        """Of the map: large weights that cancel come no closer than the integrator's own error."""
        w = self.goal.reached(w)
        return self.rtol * sizes * math.sqrt(float(np.dot(w, w)))

    def distances(self, P: Matrix) -> Matrix:
        """Of the map from its limit, along each direction, (k,)."""
        gap = P - self.goal.nearest_minimum(P)
        if not self.goal.field.problem.is_white:
            gap = self.goal.directions.T @ gap
        return np.asarray(np.linalg.norm(gap, axis=1))

    def unlearned(self, w: Matrix, t: float) -> str:
        """Where the loss is at its minimum and the map is not: along which direction, in words."""
        goal, field = self.goal, self.goal.field
        sizes = max(sizes_of_products(field, goal.reached(w)))
        bound, distances = self._bound(w, sizes), self.distances(field.product(w))
        if self.of_loss(w, sizes) > 0 or distances.max(initial=0.0) <= bound:
            return ""
        k = int(np.argmax(distances))
        g = goal.directions[:, k]
        gap = g @ (field.product(w) - goal.nearest_minimum(field.product(w)))
        rate = -float(gap @ (g @ _rate_of_product(field, w))) / float(gap @ gap)
        left = math.log(distances[k] / bound) / rate if rate > 0 else math.inf
        until = (
            f"it needs until about t = {t + left:.2g}" if left < math.inf else "it does not move"
        )
        return (
            f"the loss is at its minimum, but along direction {k + 1} of the inputs (eigenvalue "
            f"{float(np.sum((field.problem.input_root @ g) ** 2)):.2g} of XXᵀ) the map is still "
            f"{distances[k]:.2g} from its limit: {until}"
        )


def _rate_of_product(field: Field, w: Matrix) -> Matrix:
    """Transpose of dP/dt along the flow."""
    V, X = field.layers(w), field.layers(field.velocity(0.0, w))
    P, dP = V[0], X[0]
    for v, x in zip(V[1:], X[1:], strict=True):
        P, dP = P @ v, dP @ v + P @ x
    return dP


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
    t = float(find_root(above, *ends, within=LOCATED * (step.t - step.t_old))[0])
    if not step.t_old < t < step.t:
        return k, step  # it was below from the start, or the interpolant's error decides
    w = np.ascontiguousarray(curve(np.array([t]))[:, 0])
    return k, Step(step.t_old, t, step.w_old, w, curve, step.method)


def lowered(threshold: float, value: float) -> float:
    """The threshold, or a hundredth of what the run starts with where that lies below it.

    Examples
    --------
    >>> lowered(0.0, 1.0), lowered(0.0, -3.0) == -3.0 - FINER
    (0.0, True)
    """
    return threshold if value > threshold else value - FINER
