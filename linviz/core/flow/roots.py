"""Roots of many monotone functions at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import EPS, TINY

MOST_STEPS = 200  # bisection alone needs about 60 from any sane bracket


def find_root(
    function: Callable[[Matrix], Matrix], low: Matrix, high: Matrix, *, within: float = 0.0
) -> Matrix:
    """Roots of an elementwise function between low and high, where its signs differ.

    Inverse quadratic interpolation where it is safe, bisection elsewhere (Chandrupatla 1997,
    Adv. Eng. Software 28, 145): every root to a few ulps, or to `within`. Where the signs are the
    same, the end with the smaller value is returned.

    Examples
    --------
    >>> find_root(lambda x: x**2 - np.array([2.0, 9.0]), np.zeros(2), np.full(2, 5.0)).round(12)
    array([1.41421356, 3.        ])
    """
    a, b = np.array(low, dtype=float), np.array(high, dtype=float)
    fa, fb = function(a), function(b)
    c, fc, t = a, fa, np.full_like(a, 0.5)
    sought = np.sign(fa) * np.sign(fb) < 0
    with np.errstate(all="ignore"):
        for _ in range(MOST_STEPS):
            least = 2 * EPS * np.maximum(np.abs(a), np.abs(b)) + TINY
            least = np.maximum(least, 0.5 * within)
            sought = sought & (fa != 0) & (fb != 0) & (np.abs(b - a) > 2 * least)
            if not sought.any():
                break
            edge = np.minimum(least / np.abs(b - a), 0.5)
            x = np.where(sought, a + np.clip(t, edge, 1 - edge) * (b - a), a)
            fx = np.where(sought, function(x), fa)
            # the root lies between x and b; c is the point left over
            crossed = np.sign(fx) != np.sign(fa)
            c, fc = np.where(crossed, b, a), np.where(crossed, fb, fa)
            b, fb = np.where(crossed, a, b), np.where(crossed, fa, fb)
            a, fa = x, fx
            t = _inverse_quadratic(a, b, c, fa, fb, fc)
    return np.where(np.abs(fa) < np.abs(fb), a, b)


def _inverse_quadratic(
    a: Matrix, b: Matrix, c: Matrix, fa: Matrix, fb: Matrix, fc: Matrix
) -> Matrix:
    """Where from a to b the parabola through three points vanishes, halfway where it is unsafe."""
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    t = fa / (fb - fa) * fc / (fb - fc)
    t = t + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi) & np.isfinite(t)
    return np.where(safe, t, 0.5)
