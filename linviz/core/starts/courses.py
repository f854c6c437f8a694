"""How the losses of many runs fall: their heights above the minimum at times that all share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.problem import Matrix

Pair = tuple[Matrix, Matrix]


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """Heights of n runs at m times, filled as the runs go.

    Attributes
    ----------
    times : array (m,), ascending from 0
    height : array (n, m), single precision
        Loss above the minimum; what a run has that was set aside stays.
    reached : array (n,) of int
        Times that each run has come to.
    """

    times: Matrix
    height: NDArray[np.float32]
    reached: NDArray[np.int_]

    @classmethod
    def of(cls, times: Sequence[float], n: int) -> Courses:
        """Those of n runs that have not begun."""
        shape = (n, len(times))
        return cls(np.array(times, dtype=float), np.zeros(shape, np.float32), np.zeros(n, int))

    def note(self, draws: NDArray[np.int_], t: Pair, height: Pair, slope: Pair) -> None:
        r"""Note one step of these runs: times, heights and slopes before and after it.

        Cubic Hermite interpolation of the logarithm of the height.

        Examples
        --------
        >>> courses, one = Courses.of((0.0, 0.5, 1.0), 1), np.ones(1)
        >>> courses.note(np.array([0]), (0 * one, one), (one, one / np.e), (-one, -one / np.e))
        >>> [round(float(height), 3) for height in courses.height[0]]
        [1.0, 0.607, 0.368]
        """
        upto = np.searchsorted(self.times, t[1], side="right")
        tiny = float(np.finfo(np.float32).tiny)  # less is told as nothing
        while (row := np.flatnonzero(self.reached[draws] < upto)).size:
            at = self.reached[draws[row]]
            h = np.maximum(t[1][row] - t[0][row], tiny)
            x = (self.times[at] - t[0][row]) / h
            y = 1.0 - x
            f = [np.maximum(each[row], tiny) for each in height]
            f[1] = np.minimum(f[0], f[1])
            g = [h * each[row] / level for each, level in zip(slope, f, strict=True)]
            before = y * y * ((1 + 2 * x) * np.log(f[0]) + x * g[0])
            after = x * x * ((1 + 2 * y) * np.log(f[1]) - y * g[1])
            # the loss falls, whatever a cubic does
            log = np.clip(before + after, np.log(f[1]), np.log(f[0]))
            self.height[draws[row], at] = np.exp(log)
            self.reached[draws[row]] = at + 1

    def end(self, draws: NDArray[np.int_], height: Matrix) -> None:
        """These runs stay where they are."""
        for draw, level in zip(draws, height, strict=True):
            self.height[draw, self.reached[draw] :] = max(level, 0.0)
