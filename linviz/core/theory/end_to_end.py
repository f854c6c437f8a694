r"""Closed equations for the product P of balanced weights, solved from P and Q alone.

* One hidden layer, :math:`C_1 = \lambda I`, data with :math:`XX^\top = I` (Fukumizu; Braun et al.;
  Dominé et al.): with :math:`Q = (W_1\ W_2^\top)^\top`,

  .. math:: \frac{d}{dt} QQ^\top = F QQ^\top + QQ^\top F - (QQ^\top)^2, \qquad
            F = \begin{pmatrix} -\tfrac\lambda2 I & Y^\top \\ Y & \tfrac\lambda2 I \end{pmatrix},

  whose solution is a matrix fraction in :math:`e^{Ft}`.
* Any depth N, every :math:`C_j = 0`, any data (Arora et al.): the end-to-end equation

  .. math:: \dot P = \sum_{j=1}^N (PP^\top)^{(N-j)/N}\, (Y - PX)X^\top\, (P^\top P)^{(j-1)/N}.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.linalg import qr

from linviz.core.model.layers import pull
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import RANK_OF_P, RTOL_PRODUCT, TINY

STEP_OF_FRACTION = 64.0  # of a matrix fraction, in units of 1/‖F‖
MAX_EVALUATIONS = 40_000  # of the end-to-end equation: a few seconds
LATEST_OF_FRACTION = 1e6  # time, in the same units, up to which a matrix fraction is followed


def fraction_products(Y: Matrix, W: Sequence[Matrix], lam: float, t: Matrix) -> Matrix:
    r"""Products P(t) for H = 1 and :math:`C_1 = \lambda I`, (n, d_y, d_x).

    .. math:: QQ^\top(t) = e^{Ft}Q_0 \Bigl[I + Q_0^\top \int_0^t e^{2F\tau} d\tau\, Q_0\Bigr]^{-1}
              Q_0^\top e^{Ft}

    Parameters
    ----------
    Y : array (d_y, d_x)
        The target, for X X^T = I.
    W : W_1 and W_2
    lam : float
    t : array (n,), ascending, >= 0

    Raises
    ------
    ValueError
        If the time is beyond 1e6/‖F‖.

    Notes
    -----
    As printed the formula loses half of the digits at long times and then overflows. Here, with
    :math:`\Phi = \int_0^h e^{2F\tau} d\tau`, diagonal in the modes of F, and the orthogonal factor
    :math:`(Z_1; Z_2)` of :math:`(I; \Phi^{1/2}Q)`, a step is
    :math:`Q \leftarrow e^{Fh} \Phi^{-1/2} Z_2`, in which nothing grows. With rows sorted and
    columns pivoted (Cox and Higham 1998) that is accurate to roundoff, for steps of 150/‖F‖ too;
    steps of 64/‖F‖ are taken.

    References
    ----------
    Fukumizu 1998; Braun, Dominé, Fitzgerald, Saxe 2022, Theorem 3.1; Dominé et al. 2024,
    arXiv:2409.14623.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> fraction_products(2 * one, (one, one), 0.0, np.array([0.0, 1.0])).round(6).ravel()
    array([1.      , 1.964028])
    """
    d_x = Y.shape[1]
    F = np.block([[-0.5 * lam * np.eye(d_x), Y.T], [Y, 0.5 * lam * np.eye(len(Y))]])
    values, modes = np.linalg.eigh(F)
    values, modes = values[::-1], modes[:, ::-1]  # fastest first: the rows of a step are sorted
    size = float(np.abs(values).max()) or 1.0
    if t[-1] * size > LATEST_OF_FRACTION:
        raise ValueError(
            f"expected a time of at most {LATEST_OF_FRACTION / size:.4g} (1e6/‖F‖), "
            f"found {t[-1]:.4g}"
        )
    Q, now = modes.T @ np.vstack([W[0].T, W[1]]), 0.0  # in the modes of F
    products = np.empty((len(t), *Y.shape))
    for k, then in enumerate(t):
        n_steps = math.ceil((then - now) * size / STEP_OF_FRACTION)
        for _ in range(n_steps):
            Q = _advanced(Q, values, (then - now) / n_steps)
        whole = modes @ Q
        products[k] = whole[d_x:] @ whole[:d_x].T
        now = then
    return products


def end_to_end_products(
    problem: Problem, P0: Matrix, N: int, t: Matrix, *, rtol: float = RTOL_PRODUCT
) -> Matrix:
    r"""Products P(t) of exactly balanced weights, by integrating the equation of P alone.

    .. math:: \dot P = \sum_{j=1}^N (PP^\top)^{(N-j)/N} (Y - PX)X^\top (P^\top P)^{(j-1)/N}

    The rank of P is constant along the flow; the integration keeps it, so that roundoff in
    singular values that are zero does not grow.

    Parameters
    ----------
    problem : Problem
        Any data.
    P0 : array (d_y, d_x)
    N : int
        The number of layers.
    t : array (n,), ascending, >= 0

    Returns
    -------
    array (n, d_y, d_x)

    Raises
    ------
    ValueError
        If the integration takes more than 40,000 evaluations or gives up: singular values of P
        that come near 0 make the equation stiff and its powers steep.

    References
    ----------
    Arora, Cohen, Hazan 2018, arXiv:1802.06509, Theorem 1.

    Examples
    --------
    >>> P = end_to_end_products(Problem.canonical((2,)), np.ones((1, 1)), 2, np.array([1.0]))
    >>> P.round(6).ravel()
    array([1.964028])
    """
    sigma = np.linalg.svd(P0, compute_uv=False)
    rank = int(np.count_nonzero(sigma > RANK_OF_P * sigma[0]))
    shape = P0.shape

    n_left = MAX_EVALUATIONS

    def velocity(now: float, p: Matrix) -> Matrix:
        nonlocal n_left
        n_left -= 1
        if n_left < 0:
            raise ValueError(
                f"expected an end-to-end equation that {MAX_EVALUATIONS} evaluations can follow to "
                f"t = {t[-1]:.4g}, found t = {now:.4g}: ask for a shorter time, or use "
                "gradient_flow(problem, W)"
            )
        return _end_to_end(problem, p.reshape(shape), N, rank).ravel()

    if t[-1] == 0:
        return np.repeat(P0[None], len(t), axis=0)
    scale = max(float(np.linalg.norm(problem.least_squares)), float(sigma[0])) or 1.0
    from scipy.integrate import solve_ivp  # here: the closed forms do without it

    from linviz.core.flow.implicit import Implicit, implicit_run
    from linviz.core.flow.integrator import quietly

    with implicit_run(), quietly():
        solution = solve_ivp(
            velocity,
            (0.0, float(t[-1])),
            P0.ravel(),
            method=Implicit,
            t_eval=t,
            rtol=rtol,
            atol=max(1e-3 * rtol * min(scale, float(sigma[rank - 1]) if rank else scale), TINY),
        )
    if not solution.success:
        raise ValueError(
            f"expected an end-to-end equation that can be followed to t = {t[-1]:.4g} at rtol = "
            f"{rtol:g}, found {solution.message}: ask for a shorter time"
        )
    products: Matrix = solution.y.T.reshape(len(t), *shape)
    return products


def _advanced(Q: Matrix, values: Matrix, h: float) -> Matrix:
    """One step of length h of the matrix fraction, in the modes of F."""
    x = 2 * values * h
    # (e^x - 1)/x, whose limit at 0 is 1
    mean = np.divide(np.expm1(x), x, out=np.ones_like(x), where=x != 0)
    root = np.sqrt(h * mean)
    stacked = np.vstack([root[:, None] * Q, np.eye(Q.shape[1])])
    Z = qr(stacked, mode="economic", pivoting=True, check_finite=False)[0]
    advanced: Matrix = (np.exp(0.5 * x) / root)[:, None] * Z[: len(Q)]
    return advanced


def _end_to_end(problem: Problem, P: Matrix, N: int, rank: int) -> Matrix:
    """Right-hand side of the end-to-end equation, for P of this rank."""
    U, sigma, Vt = np.linalg.svd(P, full_matrices=False)
    U, sigma, Vt = U[:, :rank], sigma[:rank], Vt[:rank]
    E = pull(problem, P)
    velocity = np.zeros_like(P)
    for j in range(1, N + 1):
        left = E if j == N else (U * sigma ** (2 * (N - j) / N)) @ (U.T @ E)
        velocity += left if j == 1 else ((left @ Vt.T) * sigma ** (2 * (j - 1) / N)) @ Vt
    return velocity
