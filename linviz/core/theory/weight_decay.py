r"""Where weight decay leaves the modes of the product, and how much of it loses one.

.. math:: L + \tfrac{\lambda}{2} \sum_j \|W_j\|_F^2, \qquad
          u = a^N, \quad a^{N-2}(s - a^N) = \lambda \ \text{or}\ a = 0
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from linviz.core.model import checks
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import A_LITTLE_MORE, ROOT, ROOT_RELATIVE


def decayed_strengths(problem: Problem, n_layers: int, weight_decay: float) -> Matrix:
    r"""Strengths of the product's modes at the minimum that weight decay leaves, (d_y,).

    .. math:: u = a^N, \qquad a^{N-2}(s - a^N) = \lambda \quad\text{or}\quad a = 0

    The largest root a, for each mode s; 0 where there is none. N = 1: s/(1 + λ); N = 2: the soft
    threshold max(s - λ, 0).

    Raises
    ------
    ValueError
        If the data are not white (then the modes do not decouple), or a number is out of range.

    Notes
    -----
    Minima are balanced. For N >= 3 the origin is a local minimum for every λ > 0, so that a small
    start ends there, and a root that exists need not be the better of the two.

    Examples
    --------
    >>> decayed_strengths(Problem.canonical((2, 1, 0.2)), 2, 0.3).round(12)
    array([1.7, 0.7, 0. ])
    """
    N = checks.whole(n_layers, "n_layers", 1, checks.MAX_WEIGHTS)
    _check_white(problem)
    weight_decay = checks.real(weight_decay, "weight_decay", 0)
    return np.array([_strength(float(s), N, weight_decay) for s in problem.singular_values])


def critical_weight_decay(problem: Problem, n_layers: int) -> Matrix:
    r"""Weight decay beyond which each mode is lost wherever it starts, (d_y,).

    .. math:: \lambda_c = \frac{N s}{2N - 2} \Big(\frac{(N-2)\,s}{2N-2}\Big)^{1 - 2/N}

    N = 2: s itself. N = 3: :math:`\tfrac34 s\,(s/4)^{1/3}`. Infinite for one layer.

    Raises
    ------
    ValueError
        If the data are not white, or `n_layers` is no integer >= 1.

    Examples
    --------
    >>> critical_weight_decay(Problem.canonical((1,)), 3).round(4)
    array([0.4725])
    """
    N, s = checks.whole(n_layers, "n_layers", 1, checks.MAX_WEIGHTS), problem.singular_values
    _check_white(problem)
    if N == 1:
        return np.full(len(s), math.inf)
    critical: Matrix = N * s / (2 * N - 2) * ((N - 2) * s / (2 * N - 2)) ** (1 - 2 / N)
    return critical


def _strength(s: float, N: int, weight_decay: float) -> float:
    """Largest root u = a^N of one mode, or 0."""
    if N <= 2:
        return s / (1 + weight_decay) if N == 1 else max(s - weight_decay, 0.0)

    def excess(a: float) -> float:
        return float(a ** (N - 2) * (s - a**N) - weight_decay)

    peak = ((N - 2) * s / (2 * N - 2)) ** (1 / N)
    if s == 0 or excess(peak) < 0:
        return 0.0
    top = s ** (1 / N) * (1 + A_LITTLE_MORE)  # beyond the root of weight_decay = 0
    a = float(brentq(excess, peak, top, xtol=ROOT, rtol=ROOT_RELATIVE))
    return float(a**N)


def _check_white(problem: Problem) -> None:
    if not problem.is_white:
        raise ValueError(
            "expected white data (X X^T = I), found data whose modes weight decay does not treat "
            "alike: use problem.whitened()"
        )
