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

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.flow.scales import log_ratio, log_ratios, sizes_of_products
from linviz.core.model.problem import Matrix
from linviz.core.model.sizes import frobenius, squares
from linviz.core.model.tolerances import SETTLED

FAR = 12.0  # logarithm of the excess over its bound from which the map's distance adds nothing
FINER = math.log(100)  # by which a bound is lowered where it says nothing


class Unsettled:
    """How far weights (..., n) are from settled: the logarithm of the worst excess over its bound.

    Above 0 while unsettled.
    """

    def __init__(self, goal: Destination, rtol: float) -> None:
        self.goal, self.rtol = goal, rtol
        problem = goal.field.problem
        self._gram, self._is_white = frobenius(problem.gram), problem.is_white
        self._is_reachable = min(goal.field.dims) >= problem.n_modes  # what the best linear map is

    def __call__(self, w: Matrix) -> Matrix:
        goal, noise = self.goal, self.noise(w)
        P = goal.field.product(w)
        by_loss = log_ratios(goal.field.excess(P) - goal.floor, self.close(noise))
        by_map = log_ratios(self.distances(P).max(-1, initial=0.0), self._bound(noise))
        return np.maximum(by_loss, 2 * by_map)  # both are squares

    def beside(self, noise: float, w: Matrix) -> float:
        """Of one vector of weights, (n,), where the noise is known.

        Of the loss alone as long as it is far from its bound.
        """
        goal, field = self.goal, self.goal.field
        P = field.product(w)
        gap = P - field.best
        excess = 0.5 * float(squares(gap if self._is_white else field.problem.input_root @ gap))
        by_loss = log_ratio(excess - goal.floor, self._close(noise))
        if by_loss > FAR:
            return by_loss
        gap = gap if self._is_reachable else P - goal.nearest_minimum(P)
        if not self._is_white:
            gap = goal.directions.T @ gap
        distance = math.sqrt(max(np.add.reduce(np.square(gap), axis=-1).tolist(), default=0.0))
        return max(by_loss, 2 * log_ratio(distance, max(SETTLED * goal.size, noise)))

    def _close(self, noise: float) -> float:
        """The bound of the loss beside one noise."""
        goal = self.goal
        return max(goal.close, min(0.5 * self._gram * noise * noise, 0.01 * goal.gap))

    def noise(self, w: Matrix) -> Matrix:
        """Of the map: large weights that cancel come no closer than the integrator's own error."""
        w = self.goal.reached(w)
        sizes = sizes_of_products(self.goal.field, w).max(axis=-1)
        return np.asarray(self.rtol * sizes * np.sqrt(np.einsum("...i,...i->...", w, w)))

    def close(self, noise: Matrix | float) -> Matrix:
        """The bound of the loss over that of the global minimum, beside each noise."""
        goal = self.goal
        reached = np.minimum(0.5 * self._gram * np.square(noise), 0.01 * goal.gap)
        return np.asarray(np.maximum(goal.close, reached))

    def _bound(self, noise: Matrix | float) -> Matrix:
        return np.asarray(np.maximum(SETTLED * self.goal.size, noise))

    def distances(self, P: Matrix) -> Matrix:
        """Of transposed maps (..., d_x, d_y) from their limits, along each direction, (..., k)."""
        gap = P - self.goal.nearest_minimum(P)
        if not self._is_white:
            gap = self.goal.directions.T @ gap
        distances: Matrix = np.sqrt(np.square(gap).sum(axis=-1))
        return distances

    def unlearned(self, w: Matrix, t: float) -> str:
        """Where the loss is at its minimum and the map is not: along which direction, in words."""
        goal, field, noise = self.goal, self.goal.field, self.noise(w)
        P = field.product(w)
        distances = self.distances(P)
        settled = field.excess(P) - goal.floor <= self.close(noise)
        if not settled or distances.max(initial=0.0) <= self._bound(noise):
            return ""
        k = int(np.argmax(distances))
        left = self._times_left(w)[k]
        until = (
            f"it needs until about t = {t + left:.2g}" if left < math.inf else "it does not move"
        )
        return f"the loss is at its minimum, but along {self._far(w, k)}: {until}"

    def last(self, w: Matrix, t: float) -> str:
        """Of data that are not white, the direction learned last at the pace of now, in words."""
        left = self._times_left(w)
        left[np.isinf(left)] = 0.0
        if self.goal.field.problem.is_white or left.max(initial=0.0) <= 0:
            return ""
        k = int(np.argmax(left))
        return f"along {self._far(w, k)}: at this pace it needs until about t = {t + left[k]:.2g}"

    def _times_left(self, w: Matrix) -> Matrix:
        """Until each direction is learned at the pace of now; inf where it comes no closer."""
        goal, field = self.goal, self.goal.field
        P = field.product(w)
        gap, speed = P - goal.nearest_minimum(P), _rate_of_product(field, w)
        if not field.problem.is_white:
            gap, speed = goal.directions.T @ gap, goal.directions.T @ speed
        sizes = np.square(gap).sum(axis=-1)
        paces = -(gap * speed).sum(axis=-1)  # a square in a unit of time
        steps = 0.5 * np.log(np.maximum(sizes / self._bound(self.noise(w)) ** 2, 1.0))
        left = np.full(sizes.shape, math.inf)
        np.divide(steps * sizes, paces, out=left, where=paces > 0)
        return left

    def _far(self, w: Matrix, k: int) -> str:
        """A direction of the inputs, and how far the map is from its limit along it."""
        problem, g = self.goal.field.problem, self.goal.directions[:, k]
        distance = self.distances(self.goal.field.product(w))[k]
        return (
            f"direction {k + 1} of the inputs (eigenvalue "
            f"{float(np.sum((problem.input_root @ g) ** 2)):.2g} of XXᵀ) the map is still "
            f"{distance:.2g} from its limit"
        )


def _rate_of_product(field: Field, w: Matrix) -> Matrix:
    """Transpose of dP/dt along the flow."""
    V, X = field.layers(w), field.layers(field.velocity(0.0, w))
    P, dP = V[0], X[0]
    for v, x in zip(V[1:], X[1:], strict=True):
        P, dP = P @ v, dP @ v + P @ x
    return dP


def lowered(threshold: float, value: float) -> float:
    """The threshold, or a hundredth of what the run starts with where that lies below it.

    Examples
    --------
    >>> lowered(0.0, 1.0), lowered(0.0, -3.0) == -3.0 - FINER
    (0.0, True)
    """
    return threshold if value > threshold else value - FINER
