"""Eigenvalues of symmetric matrices and their signs."""

from __future__ import annotations

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import RELATIVE_TOLERANCE

Inertia = tuple[int, int, int]


def inertia(S: Matrix, *, tolerance: float | None = None) -> Inertia:
    r"""Numbers of negative, zero and positive eigenvalues of a symmetric matrix.

    Parameters
    ----------
    tolerance : float, optional
        Eigenvalues of at most this size are zero; 1e-10 times the largest where it is not given.

    Examples
    --------
    >>> inertia(np.diag([3.0, 0.0, -1.0, -2.0]))
    (2, 1, 1)
    """
    return signs(eigenvalues(S), tolerance)


def signs(values: Matrix, tolerance: float | None = None) -> Inertia:
    """Numbers of negative, zero and positive values, like `inertia`."""
    if tolerance is None:
        tolerance = RELATIVE_TOLERANCE * float(np.abs(values).max(initial=0.0))
    n_negative = int(np.count_nonzero(values < -tolerance))
    n_positive = int(np.count_nonzero(values > tolerance))
    return n_negative, values.size - n_negative - n_positive, n_positive


def eigenvalues(S: Matrix) -> Matrix:
    """Eigenvalues of symmetric matrices (..., n, n), ascending, (..., n)."""
    values: Matrix = np.linalg.eigvalsh(S).astype(float, copy=False)
    return values
