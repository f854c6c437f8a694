"""The curve over a step of a high order method, through the ends of the steps around it."""

from __future__ import annotations

import numpy as np

from linviz.core.model.problem import Matrix

ENDS_ASIDE = 4  # ends on either side
LEAST_GAP, TOO_FAR = (
    0.5,
    8.0,
)  # of the step: ends closer to each other, or farther from it, do not help


class Neighbors:
    """The polynomial through four ends of steps on either side, weights (m, n) at times (m,).

    In step i it errs less than a method of order 7 does in a step, so that the
    polynomials of the method itself need not be put aside. Close to the first and the last of the
    k steps it would not do.

    Parameters
    ----------
    t, w : arrays (k + 1,) and (k + 1, n), times and weights where k steps begin and end
    lengths : array (k,)
        Of the steps, which late times do not tell: they are rounded.
    i : int
        Of the step in the middle.

    Examples
    --------
    >>> t = np.arange(8.0)
    >>> Neighbors(t, t[:, None] ** 7, np.ones(7), 3)(np.array([3.5])).round(8).tolist()
    [[6433.9296875]]
    """

    def __init__(self, t: Matrix, w: Matrix, lengths: Matrix, i: int) -> None:
        self._t, self._h = float(t[i + 1]), float(lengths[i])
        reach = 3 * ENDS_ASIDE
        before = np.cumsum(lengths[max(0, i - reach) : i][::-1])
        left = _spaced(np.append(0.0, before / self._h))
        right = _spaced(np.append(0.0, np.cumsum(lengths[i + 1 : i + 1 + reach]) / self._h))
        self._x = np.array([*(-1.0 - x for x in left.values()), *right.values()])
        self._end = w[i + 1]  # what does not move stays as it is to the last bit
        self._moves = w[[*(i - j for j in left), *(i + 1 + j for j in right)]] - self._end

    def __call__(self, t: Matrix) -> Matrix:
        x, same = self._x, np.eye(len(self._x), dtype=bool)
        gaps = ((t - self._t) / self._h)[:, None, None] - x
        parts = np.where(same, 1.0, gaps).prod(axis=2)
        parts /= np.where(same, 1.0, x[:, None] - x).prod(axis=1)
        value: Matrix = self._end + parts @ self._moves
        return value


def _spaced(distances: Matrix) -> dict[int, float]:
    """Which ends to take on one side, with their distances, in steps, from the step's own end."""
    taken = {0: 0.0}
    last = 0.0
    for j, distance in enumerate(distances.tolist()):
        if len(taken) == ENDS_ASIDE or distance > TOO_FAR:
            break
        if distance - last >= LEAST_GAP:
            taken[j] = last = distance
    return taken
