"""A stretch of a run: successive steps of an integrator, and the curve over each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import SupportsFloat

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LOCATED, TINY

WEIGHTS_AT_ONCE = 12_000  # of which no copy asks the system for new memory
Curve = Callable[[Matrix], Matrix]  # weights (m, n) at times (m,) within a step


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """k accepted steps.

    Attributes
    ----------
    t : array (k + 1,)
        Where they end; first where the first begins.
    w : array (k + 1, n)
        The weights then.
    own : callable int -> callable or None
        The method's own interpolant over the i-th step, 0 <= i < k, if it costs no evaluations;
        until the next stretch is taken.
    made : callable int -> callable
        The same, as accurate as the step, whatever it costs.
    end : array (n,) or None
        The weights at the last time, where the way ends within the last step.
    """

    t: Matrix
    w: Matrix
    own: Callable[[int], Curve | None]
    made: Callable[[int], Curve]
    end: Matrix | None = None

    @property
    def last(self) -> Matrix:
        """The weights at the last time, (n,)."""
        return self.w[-1] if self.end is None else self.end

    @property
    def speed(self) -> Matrix:
        """How fast the weights move in each step, its mean, (k,)."""
        squares, rows = np.empty(len(self)), max(1, WEIGHTS_AT_ONCE // self.w.shape[1])
        for k in range(0, len(self), rows):
            moves = self.w[k + 1 : k + rows + 1] - self.w[k : k + rows + 1][:-1]
            np.einsum("ij,ij->i", moves, moves, out=squares[k : k + rows])
        return np.asarray(np.sqrt(squares) / np.maximum(self.t[1:] - self.t[:-1], TINY))

    def __len__(self) -> int:
        return len(self.t) - 1

    def curve(self, i: int) -> Curve:
        """Weights (m, n) at times (m,) within the i-th step."""
        return self.own(i) or self.made(i)

    def until(self, i: int, t: float, w: Matrix) -> Stretch:
        """The steps up to a moment (t, w) within the i-th step."""
        times = self.t[: i + 2].copy()
        times[-1] = t
        return replace(self, t=times, w=self.w[: i + 2], end=w)  # no copy of a whole run

    def first_below(
        self, i: int, value: Callable[[Matrix], SupportsFloat], threshold: float
    ) -> tuple[float, Matrix]:
        """Where, within the i-th step, at whose end it is there, a value comes to the threshold.

        By the secant rule with Illinois' safeguard: a value that is a logarithm is nearly linear.
        """
        start, end = float(self.t[i]), float(self.t[i + 1])
        above = float(value(self.w[i])) - threshold
        below = float(value(self.w[i + 1])) - threshold
        w: Matrix = self.w[i + 1]
        if not above > 0 >= below or not end > start:
            return end, w  # it was below from the start, or is it but for roundoff
        curve, low, high, t, side = self.curve(i), start, end, end, 0
        for _ in range(60):
            t = high - (high - low) * below / (below - above)
            if not low < t < high:
                t = 0.5 * (low + high)
            w = np.ascontiguousarray(curve(np.array([t]))[0])
            now = float(value(w)) - threshold
            moved = min(t - low, high - t)
            if now > 0:
                low, above, below, side = t, now, below / 2 if side > 0 else below, 1
            else:
                high, below, above, side = t, now, above / 2 if side < 0 else above, -1
            if moved <= LOCATED * (end - start) or now == 0:
                break
        return (t, w) if start < t < end else (end, self.w[i + 1])


class Cubic:
    """Hermite's cubic through both ends of a step."""

    def __init__(self, t: Matrix, w: Matrix, slopes: Sequence[Matrix]) -> None:
        self.t, self.w, self.slopes = t, w, slopes

    def __call__(self, t: Matrix) -> Matrix:
        h = self.t[1] - self.t[0]
        x = ((t - self.t[0]) / h)[:, None]
        y = 1 - x
        rise = h * x * y * (y * self.slopes[0] - x * self.slopes[1])
        value: Matrix = y * y * (1 + 2 * x) * self.w[0] + x * x * (1 + 2 * y) * self.w[1] + rise
        return value
