"""Falls of the loss that are shorter than the roundoff of t: no axis shows them, words do."""

from __future__ import annotations

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.model.words import written

INSTANT, WHILE = 100, 10_000  # in ulps of t: what is a jump, and how far around it a fall reaches
MOST_OF_IT = 0.9  # of the fall lies in the instant
VISIBLE_PART = 1 / 300  # of the largest loss: a pixel


def jumps(t: Matrix, loss: Matrix) -> list[tuple[float, float]]:
    """Times and heights of the falls of the loss (k,) that last less than 100 ulps of t (k,).

    Examples
    --------
    >>> t = 1e16 + np.array([-1e15, -4.0, -2.0, 0.0, 1e15])
    >>> jumps(t, np.array([3.0, 3.0, 2.0, 1.0, 1.0])), jumps(t - 1e16, np.array([3, 3, 2, 1, 1.0]))
    ([(9999999999999996.0, 2.0)], [])
    """
    last = len(t) - 1
    if (t[1:] - t[:-1]).min(initial=np.inf) > INSTANT * np.spacing(t[-1]):
        return []
    ulp = np.spacing(np.abs(t))
    instant = np.minimum(np.searchsorted(t, t + INSTANT * ulp, side="right") - 1, last)
    around = np.minimum(np.searchsorted(t, t + WHILE * ulp, side="right") - 1, last)
    before = np.searchsorted(t, t - WHILE * ulp)
    heights, falls = loss - loss[instant], loss[before] - loss[around]
    found = (heights >= MOST_OF_IT * falls) & (heights > VISIBLE_PART * float(loss.max()))
    told: list[tuple[float, float]] = []
    end = -1
    for k in np.flatnonzero(found).tolist():
        if k >= end:
            told.append((float(t[k]), float(heights[k])))
            end = int(instant[k])
    return told


def remark_on_jumps(t: Matrix, loss: Matrix) -> str:
    """What is to be said of them after a run's reason, if anything."""
    return "".join(
        f"; at t = {written(when)} the loss jumps down by {written(height)}: that fall is shorter "
        f"than {INSTANT} units in the last place of t"
        for when, height in jumps(t, loss)
    )
