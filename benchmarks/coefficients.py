r"""Finds the numbers of `linviz.core.flow.chebyshev.TABLE`: `python benchmarks/coefficients.py 12`.

For a degree s and a right end (the interval begins there, left of 0, since the damping cannot begin
at once), in three steps:

1. the longest interval on which a polynomial of order 4 stays within 0.95, by linear programming in
   Chebyshev polynomials and bisection;
2. the complex zeros of w, so that :math:`w P_{s-4}` is of order 4, from those of that polynomial;
3. the last four stages, of least norm among those whose stability polynomial is w and that meet
   the conditions of order 4: twelve equations of rank eight for ten numbers.

The table's lengths are those of step 1 to a thousandth, but for degree 10, whose interval could be
a little longer; its right ends were chosen by trial. Steps 2 and 3 give the other numbers to 2e-7,
to which the least norm tells them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev
from scipy.optimize import linprog

from linviz.core.flow.chebyshev import TABLE, elementary_weights, recurrence
from linviz.core.model.problem import Matrix

DAMPED = 0.95  # bound of the stability polynomial on its interval
DENSITIES = np.array([1, 2, 3, 6, 4, 8, 12, 24])  # of the eight trees of order 4 at most
ZEROS = (-2.4, 1.3, -0.27, 3.5)  # where Newton's method for step 2 begins
STAGES = (0.3, -0.2, 0.5, -0.1, 0.1, 0.7, 0.0, 0.35, 0.2, 0.1)  # and for step 3


def least_maximum(degree: int, length: float, right: float) -> tuple[float, Matrix]:
    """Least max |R| on [-length, -right] over polynomials R of order 4; its Chebyshev series."""
    half = (length - right) / 2
    start = 1 + right / half  # where z = 0 is, with the interval on [-1, 1]
    grid = chebyshev.chebvander(np.cos(np.pi * np.arange(8 * degree + 1) / (8 * degree)), degree)
    unit = np.eye(degree + 1)
    order = np.array(
        [[chebyshev.chebval(start, chebyshev.chebder(e, k)) / half**k for e in unit]
         for k in range(5)]
    )  # fmt: skip
    size = np.abs(order).max(axis=1)
    ones = np.ones((len(grid), 1))
    found = linprog(
        np.append(np.zeros(degree + 1), 1.0),
        A_ub=np.vstack([np.hstack([grid, -ones]), np.hstack([-grid, -ones])]),
        b_ub=np.zeros(2 * len(grid)),
        A_eq=np.hstack([order / size[:, None], np.zeros((5, 1))]),
        b_eq=1 / size,
        bounds=[(None, None)] * (degree + 1) + [(0, None)],
    )
    return float(found.fun), found.x[:-1]


def longest(degree: int, right: float) -> float:
    """Step 1: the longest interval, to a thousandth."""
    low, high = 0.2 * degree**2, 0.4 * degree**2
    while high - low > 1e-3 * low:
        middle = 0.5 * (low + high)
        fits = least_maximum(degree, middle, right)[0] <= DAMPED
        low, high = (middle, high) if fits else (low, middle)
    return low


def zeros_of(degree: int, length: float, right: float) -> Matrix:
    """Step 2: real and imaginary parts of the two zeros of w in the upper half-plane."""

    def gap(zeros: Matrix) -> Matrix:
        mu, nu = recurrence(degree - 4, length, right, list(zeros))
        return taylor(mu, nu, weight(zeros)) * [1, 2, 6, 24] - 1

    return solved(gap, np.array(ZEROS))


def weight(zeros: Matrix) -> Matrix:
    """Coefficients of z, ..., z^4 of w, normalized to 1 at z = 0."""
    (a, b), (c, d) = zeros[:2], zeros[2:]
    w = np.polymul([1, -2 * a, a**2 + b**2], [1, -2 * c, c**2 + d**2])
    return (w / w[-1])[-2::-1]


def taylor(mu: tuple[float, ...], nu: tuple[float, ...], w: Matrix) -> Matrix:
    """Coefficients of z, ..., z^4 of the stability polynomial."""
    before, p = np.zeros(5), np.eye(5)[0]
    for m, n in zip(mu, nu, strict=True):
        if before.any():
            before, p = p, m * np.append(0, p[:-1]) + n * p + (1 - n) * before
        else:  # the first stage has none before it but the start
            before, p = p, m * np.append(0, p[:-1]) + p
    return np.convolve(p, np.append(1, w))[1:5]


def stages_of(degree: int, length: float, right: float, zeros: Matrix) -> Matrix:
    """Step 3: a_21, a_31, ..., a_43, b_1, ..., b_4."""
    mu, nu = recurrence(degree - 4, length, right, list(zeros))
    w = weight(zeros)

    def gap(v: Matrix) -> Matrix:
        a, b = ((v[0],), tuple(v[1:3]), tuple(v[3:6])), v[6:]
        end, _ = elementary_weights(mu, nu, a, tuple(b))
        A = np.zeros((4, 4))
        A[1, :1], A[2, :2], A[3, :3] = a
        powers = [np.linalg.matrix_power(A, k).sum(axis=1) @ b for k in range(4)]
        return np.append(end * DENSITIES - 1, powers - w)

    return solved(gap, np.array(STAGES), least=True)


def solved(gap: Callable[[Matrix], Matrix], x: Matrix, *, least: bool = False) -> Matrix:
    """A root by Newton's method; of many the one of least norm, by linearized constraints."""
    for _ in range(200):
        value = gap(x)
        J = np.array([(gap(x + 1e-6 * e) - gap(x - 1e-6 * e)) / 2e-6 for e in np.eye(x.size)]).T
        inverse = np.linalg.pinv(J, rcond=1e-6)
        step = -inverse @ value
        if least:
            step -= x - inverse @ (J @ x)
        x = x + step * min(1.0, 0.3 / float(np.abs(step).max() + 1e-300))
        if np.abs(step).max() < 1e-8:
            break
    return x


def entry(degree: int, length: float, right: float) -> tuple[float, ...]:
    """One line of the table, for an interval."""
    zeros = zeros_of(degree, length, right)
    stages = stages_of(degree, length, right, zeros)
    return (length, right, *map(float, zeros), *map(float, stages))


if __name__ == "__main__":
    for s in map(int, sys.argv[1:]):
        right = TABLE[s][1] if s in TABLE else 4.5
        print(f"longest interval {longest(s, right):.6g}", file=sys.stderr)
        print(f"{s}: {entry(s, TABLE[s][0] if s in TABLE else longest(s, right), right)},")
