"""Eigenvalues at the ends of a symmetric operator's spectrum, from products with vectors alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LANCZOS, LANCZOS_END, RELATIVE_TOLERANCE

Operator = Callable[[Matrix], Matrix]
Stop = Callable[[Matrix, Matrix], bool]  # of the Ritz values, ascending, and their residuals
FIRST_LOOK = 6
LOOKS = 1.1  # each look at the Ritz values after so many times the steps of the one before
CANCELED = 0.5  # what orthogonalization took more than half of is orthogonalized again


@dataclass(frozen=True, slots=True, eq=False)
class RitzPair:
    r"""A unit vector v with its quotient :math:`\theta = v^\top A v` and what is left of A v.

    Attributes
    ----------
    value : float
        The Rayleigh quotient, never below the smallest eigenvalue nor above the largest.
    residual : float
        :math:`\|A v - \theta v\|`: an eigenvalue lies within this distance of the value.
    vector : array (n,)
    """

    value: float
    residual: float
    vector: Matrix


def ritz_ends(apply: Operator, start: Matrix, most: int) -> tuple[RitzPair, RitzPair]:
    """The lowest and the highest Ritz pair, by Lanczos with full reorthogonalization.

    It ends when both residuals are small: of the value, or of the largest where the value is
    near zero. Quotients and residuals are those of the vectors as they are, not the recurrence's.

    Parameters
    ----------
    apply : function of a vector (n,)
        A symmetric operator.
    start : array (n,)
        Not zero; it should have a part of every eigenvector, as a random one has.
    most : int
        The most steps, and vectors kept.

    Returns
    -------
    lowest, highest : RitzPair

    Examples
    --------
    >>> low, high = ritz_ends(lambda x: np.array([-1.0, 0.0, 3.0]) * x, np.ones(3), 3)
    >>> round(low.value, 9), round(high.value, 9)
    (-1.0, 3.0)
    """
    first = float(np.abs(apply(start)).max(initial=0.0))
    # a power of two, so that squares of the smallest and largest Hessians are numbers
    unit = 2.0 ** float(np.clip(np.floor(np.log2(first)), -1000, 1000)) if first > 0 else 1.0

    def scaled(x: Matrix) -> Matrix:
        return apply(x) / unit

    basis, _, combinations = krylov(scaled, start, most, _both_settled)

    def pair(k: int) -> RitzPair:
        vector: Matrix = combinations[:, k] @ basis
        vector /= np.linalg.norm(vector)
        image = scaled(vector)
        value = float(vector @ image)
        return RitzPair(value * unit, float(np.linalg.norm(image - value * vector)) * unit, vector)

    return pair(0), pair(-1)


def krylov(
    apply: Operator, start: Matrix, most: int, stop: Stop | None = None
) -> tuple[Matrix, Matrix, Matrix]:
    """An orthonormal basis (k, n) of the Krylov space, its Ritz values, ascending, and their
    vectors (k, k) in this basis, one a column.

    All earlier vectors are taken out of each new one: without that a converged eigenvalue comes
    again and again, and the ends of the spectrum cannot be trusted.
    """
    most = min(most, start.size)
    basis = np.empty((most, start.size))
    T = np.zeros((most, most))
    q, beta, look = start / np.linalg.norm(start), 0.0, FIRST_LOOK
    for k in range(most):
        basis[k], known = q, basis[: k + 1]
        r = apply(q)
        if k > 0:
            r = r - beta * basis[k - 1]
        T[k, k] = q @ r
        r = r - T[k, k] * q
        beta = float(np.linalg.norm(r))
        for _ in range(2):
            before = beta
            r -= (known @ r) @ known
            beta = float(np.linalg.norm(r))
            if beta > CANCELED * before:
                break
        exhausted = beta <= LANCZOS_END * float(np.abs(np.diag(T)).max())
        ended = exhausted or k + 1 == most
        if ended or (stop and k + 1 >= look):
            values, vectors = np.linalg.eigh(T[: k + 1, : k + 1])
            if ended or (stop and stop(values, beta * np.abs(vectors[-1]))):
                break
            look = max(k + 3, round(LOOKS * k))
        q = r / beta
        T[k, k + 1] = T[k + 1, k] = beta
    return basis[: k + 1], values, vectors


def _both_settled(values: Matrix, residuals: Matrix) -> bool:
    floor = RELATIVE_TOLERANCE * float(np.abs(values).max())
    return all(residuals[k] <= max(LANCZOS * abs(values[k]), floor) for k in (0, -1))
