r"""When a decreasing loss comes down to a level, within a step of an integrator."""

from __future__ import annotations

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import A_LITTLE_MORE

MOST_CUTS = 40  # of a step in which a level is crossed


def crossing(
    level: Matrix,
    t: tuple[Matrix, Matrix],
    loss: tuple[Matrix, Matrix],
    slope: tuple[Matrix, Matrix],
) -> Matrix:
    r"""Times within steps at which decreasing losses come down to a level.

    Cubic Hermite interpolation of the logarithm of the loss, whose slope is known at both ends.

    Parameters
    ----------
    level : array (n,), positive
    t, loss, slope : pairs of arrays (n,), before and after the step

    Examples
    --------
    >>> t, tau = (np.zeros(1), np.ones(1)), np.array([0.5])
    >>> L = [np.exp(-x - x**2) for x in t]
    >>> crossing(np.exp(-tau - tau**2), t, (L[0], L[1]), (-L[0], -3 * L[1])).round(9)
    array([0.5])
    """
    h = t[1] - t[0]
    tiny = np.finfo(float).tiny
    f = [np.log(np.maximum(x, tiny)) - np.log(level) for x in loss]
    g = [h * d / np.maximum(x, tiny) for x, d in zip(loss, slope, strict=True)]
    low, high = np.zeros_like(h), np.ones_like(h)
    fall = f[0] - f[1]
    x = np.clip(f[0] / np.where(fall > 0, fall, 1.0), 0.0, 1.0)
    for _ in range(MOST_CUTS):  # Newton's steps, or halves of the bracket where they leave it
        y = 1.0 - x
        value = y * y * ((1 + 2 * x) * f[0] + x * g[0]) + x * x * ((1 + 2 * y) * f[1] - y * g[1])
        rise = y * (y - 2 * x) * g[0] + x * (x - 2 * y) * g[1] - 6 * x * y * fall
        low, high = np.where(value > 0, x, low), np.where(value > 0, high, x)
        there = x - value / np.where(rise < 0, rise, -1.0)
        inside = (rise < 0) & (there >= low) & (there <= high)
        x, before = np.where(inside, there, 0.5 * (low + high)), x
        if (np.abs(x - before) <= A_LITTLE_MORE).all():
            break
    return np.asarray(t[0] + x * h)
