r"""The flow of a network without hidden layers, which is linear: its closed form.

.. math:: W(t) = W(0)\, e^{-Gt} + W_{LR}\, (1 - e^{-Gt}), \qquad G = XX^\top

in the eigenvectors of G, each of which is learned at its own rate, whatever the others'.
"""

from __future__ import annotations

import math

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.flow.stretch import Curve, Stretch
from linviz.core.model.problem import Matrix

# steps over which lines show the curve: the first, of the fastest time, and those after it, of t
FIRST_MOMENT, TIMES_LONGER = 0.02, 0.1
STEPS_OF_ONE_LAYER = 60  # in a stretch: from the first step they lead to 30 of the fastest times


class OneLayer:
    """Moments of the exact flow from (0, w) towards t_end, as a method's steps.

    Attributes
    ----------
    t, w : the present time and packed weights

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> flow = OneLayer(Field(Problem.canonical((2,)), (1, 1)), np.array([0.0]), np.log(2))
    >>> flow.stretch(600, np.inf).w[-1]
    array([1.])
    """

    method = "closed form"

    def __init__(self, field: Field, w: Matrix, t_end: float) -> None:
        self.t, self.w, self.t_end = 0.0, w, t_end
        problem = field.problem
        start, best = field.layers(w)[0], field.best
        self._shape, self._axes = start.shape, None
        self._rates = np.ones(len(start))
        if not problem.is_white:
            roots, self._axes = np.linalg.eigh(problem.input_root)
            roots[: problem.d_x - problem.rank] = 0.0  # nothing is learned where there are no data
            self._rates = np.square(roots)
            start, best = self._axes.T @ start, self._axes.T @ best
        self._start, self._best = start, best

    def at(self, t: Matrix) -> Matrix:
        """Packed weights (k, n) at times (k,)."""
        powers = np.multiply.outer(t, -self._rates)[:, :, None]
        V = np.exp(powers) * self._start - np.expm1(powers) * self._best
        if self._axes is not None:
            V = self._axes @ V
        return V.reshape(len(t), -1)

    def stretch(self, most: int, until: float) -> Stretch:
        """At most so many steps, to the first that ends at a time or beyond."""
        t, end = [self.t], min(until, self.t_end)
        fastest = float(self._rates.max())
        first = FIRST_MOMENT / fastest if fastest > 0 else math.inf
        while len(t) <= min(most, STEPS_OF_ONE_LAYER) and t[-1] < end:
            t.append(min(t[-1] + max(first, TIMES_LONGER * t[-1]), self.t_end))
        times = np.array(t)
        rows = np.vstack([self.w, self.at(times[1:])])
        self.t, self.w = t[-1], rows[-1]
        return Stretch(times, rows, self._curve, self._curve)

    def _curve(self, i: int) -> Curve:
        return self.at
