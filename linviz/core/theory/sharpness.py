r"""The edge of stability: how sharp every global minimum is, and the steps that it repels.

At a minimum gradient descent with steps of size :math:`\eta` is stable where the largest Hessian
eigenvalue is at most :math:`2/\eta`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brent

from linviz.core.model import checks
from linviz.core.model.problem import Problem
from linviz.core.model.tolerances import MINIMUM_OF_CURVE


def sharpness_floor(problem: Problem, n_layers: int) -> float:
    r"""Largest Hessian eigenvalue that every global minimum has at least.

    .. math:: \lambda_{max} \ge N \max_{\|v\| = 1} (v^\top G v)^{1/N}\,
              \|\tilde Y v\|^{2 - 2/N}, \qquad \tilde Y = W_{LR}\, G^{1/2}, \quad G = XX^\top

    which is :math:`N s_1^{2-2/N}` for white data, attained at balanced minima, and
    :math:`\lambda_1(G)` for one layer.

    Raises
    ------
    ValueError
        If `n_layers` is no integer >= 1.

    Notes
    -----
    Proof for widths of at least the rank of the target, where the Hessian at a minimum is
    :math:`J^\top J`: its quadratic form for :math:`V_j \propto B_j^\top u\,(A_j G^{1/2} v)^\top` is
    :math:`\sum_j \|B_j^\top u\|^2 \|A_j G^{1/2} v\|^2`, and
    :math:`\|B_j^\top u\| \|A_{j+1} G^{1/2} v\| \ge u^\top \tilde Y v`; take
    :math:`u \propto \tilde Y v` and the inequality of the means. For narrower networks no
    counterexample was found, but it is not proved. For data that are not white it is not known
    to be attained, except for N = 1, and for N = 2 with one output. The maximum over v is taken
    in its dual form, which is convex: the smallest over c > 0 of the largest eigenvalue of
    :math:`c^{N-1} G/N + (1 - 1/N)\, \tilde Y^\top \tilde Y/c`.

    References
    ----------
    Mulayoff and Michaeli 2020 for white data.

    Examples
    --------
    >>> sharpness_floor(Problem.canonical((4, 1)), 2)
    8.0
    """
    N, s = (
        checks.whole(n_layers, "n_layers", 1, checks.MAX_WEIGHTS),
        float(problem.singular_values[0]),
    )
    if problem.is_white:
        return float(N * s ** (2 - 2 / N))
    if N == 1:
        return float(np.linalg.eigvalsh(problem.gram)[-1])
    target = problem.least_squares @ problem.input_root
    if not target.any():
        return 0.0
    square = target.T @ target
    # in these units both parts have norm 1, and so the best c is of order 1
    size_G, size_T = (float(np.linalg.norm(A, 2)) for A in (problem.gram, square))
    G, T = problem.gram / (N * size_G), square * ((N - 1) / (N * size_T))

    def top(log_c: float) -> float:
        c = math.exp(log_c)
        return float(np.linalg.eigvalsh(c ** (N - 1) * G + T / c)[-1])

    _, least, *_ = brent(top, brack=(-1.0, 0.0), tol=MINIMUM_OF_CURVE, full_output=True)
    return float(N * size_G ** (1 / N) * size_T ** (1 - 1 / N) * least)


def critical_step(problem: Problem, n_layers: int) -> float:
    r"""Step above which descent rests at no global minimum, from almost every start.

    .. math:: \eta_c = \frac{2}{N s_1^{2-2/N}} \quad\text{for white data}

    It is 2/`sharpness_floor`: above it every global minimum is unstable, so that only starts of
    measure zero (the minima themselves among them) end in one. Infinite where the floor is zero: a
    target of zero.

    Raises
    ------
    ValueError
        If `n_layers` is no integer >= 1.

    References
    ----------
    Crăciun and Ghoshdastidar 2024 ("impossibility of convergence above a critical step").

    Examples
    --------
    >>> critical_step(Problem.canonical((4, 1)), 2)
    0.25
    """
    floor = sharpness_floor(problem, n_layers)
    return 2 / floor if floor > 0 else math.inf
