"""Exact binomial intervals for shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from linviz.core.model.problem import Matrix


def exact_intervals(k: ArrayLike, n: int, confidence: float = 0.95) -> tuple[Matrix, Matrix]:
    r"""Ends of the exact intervals for probabilities of which k of n came true.

    .. math:: P(\mathrm{Bin}(n, p_{low}) \ge k) = P(\mathrm{Bin}(n, p_{high}) \le k)
              = (1 - confidence)/2

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26:404.

    Examples
    --------
    >>> low, high = exact_intervals([0, 5, 10], 10)
    >>> low.round(3), high.round(3)
    (array([0.   , 0.187, 0.692]), array([0.308, 0.813, 1.   ]))
    """
    count, tail = np.asarray(k, dtype=float), (1 - confidence) / 2
    low = np.where(count > 0, betaincinv(np.maximum(count, 1), n - count + 1, tail), 0.0)
    high = np.where(count < n, betaincinv(count + 1, np.maximum(n - count, 1), 1 - tail), 1.0)
    return low, high
