r"""One hidden unit, widths (d_x, 1, d_y): the exact flow of the weights, and the saddles' basin.

C is a number :math:`\lambda`. With :math:`z = (w_1, w_2)`, all weights, and white data

.. math:: \dot z = A z - \tfrac12 \|z\|^2 z, \qquad
          A = \begin{pmatrix} -\lambda/2 & Y^\top \\ Y & \lambda/2 \end{pmatrix},

which is Bernoulli's equation for vectors:
:math:`z(t) = e^{At}z_0 \big/ \sqrt{1 + \int_0^t \|e^{A\tau}z_0\|^2 d\tau}`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from linviz.core.model import checks
from linviz.core.model.layers import Weights, check_weights, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.theory.conditions import scalar_gram
from linviz.core.theory.scalar_modes import checked_times


def exact_one_unit(problem: Problem, W: Sequence[Matrix], t: ArrayLike) -> Weights:
    r"""Weights of a network with one hidden unit at given times, in closed form, from every start.

    Parameters
    ----------
    problem : Problem
        With :math:`XX^\top = cI`: its flow is that of white data with the target W_LR and the
        clock ct.
    W : two arrays (1, d_x) and (d_y, 1)
    t : array of any shape, >= 0

    Returns
    -------
    two arrays of shapes t.shape + (1, d_x) and t.shape + (d_y, 1)

    Raises
    ------
    ValueError
        If there is not exactly one hidden unit, XX^T is no multiple of the identity, or t < 0.

    Notes
    -----
    Own remark: every network with one hidden unit is lambda-balanced, and here the weights
    themselves have a closed form, not only their product. A start in a saddle's basin leaves it
    by roundoff, as it does for an integrator.

    References
    ----------
    Dominé et al. 2024, arXiv:2409.14623 (lambda-balanced); Fukumizu 1998 (lambda = 0).

    Examples
    --------
    >>> W = (np.array([[0.1, 0.2]]), np.array([[0.3]]))
    >>> W1, W2 = exact_one_unit(Problem([[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0]]), W, [0.0, 9.0])
    >>> (W2 @ W1)[-1].round(6)
    array([[2., 0.]])
    """
    W = check_weights(problem, W)
    dims = widths(W)
    if len(dims) != 3 or dims[1] != 1:
        raise ValueError(f"expected widths (d_x, 1, d_y), one hidden unit, found {dims}")
    c = scalar_gram(problem)
    if c is None:
        raise ValueError(
            "expected data whose X Xᵀ is a multiple of the identity, found condition number "
            f"{problem.condition:.3g}: use problem.whitened()"
        )
    times = checked_times(t)
    z = _bernoulli(problem.least_squares, np.concatenate([W[0][0], W[1][:, 0]]), c * times.ravel())
    z = z.reshape(*times.shape, -1)
    return z[..., None, : dims[0]], z[..., dims[0] :, None]


def _bernoulli(Y: Matrix, z: Matrix, t: Matrix) -> Matrix:
    """z(t), each row at one time; powers are taken relative to the largest that has a part."""
    d_y, d_x = Y.shape
    lam = float((z[d_x:] ** 2).sum() - (z[:d_x] ** 2).sum())
    A = np.block([[-lam / 2 * np.eye(d_x), Y.T], [Y, lam / 2 * np.eye(d_y)]])
    rates, vectors = np.linalg.eigh(A)
    parts = vectors.T @ z
    top = max(0.0, float(rates[parts != 0].max(initial=0.0)))
    growth = np.exp(np.multiply.outer(t, np.minimum(rates - top, 0.0)))
    # (e^{2 mu t} - 1) / 2 mu, divided by e^{2 top t}
    ends = np.exp(-2 * top * t)[:, None]
    twice = 2 * rates
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        risen = np.expm1(-np.abs(np.multiply.outer(t, twice)))
        integral = np.where(
            twice == 0,
            t[:, None] * ends,
            np.where(twice > 0, -(growth**2) * risen, ends * risen) / twice,
        )
    norm = ends[:, 0] + integral @ parts**2
    return np.asarray((growth * parts) @ vectors.T / np.sqrt(norm)[:, None])


def saddle_basin(a: ArrayLike, b: ArrayLike, w: ArrayLike, s: float) -> Matrix:
    r"""On which side of the saddles' basin a start of widths (2, 1, 1) lies.

    .. math:: L = \tfrac12\left((s - aw)^2 + (bw)^2\right), \qquad
              a\,s + w\left(\tfrac\lambda2 + \sqrt{\tfrac{\lambda^2}4 + s^2}\right), \qquad
              \lambda = w^2 - a^2 - b^2

    The whole basin of the line of saddles (0, b, 0) is the surface where this is 0; above it the
    flow ends at the minima with w > 0, below it at those with w < 0.

    Parameters
    ----------
    a, b : arrays
        :math:`W_1 = (a, b)`.
    w : array
        :math:`W_2`; shapes are broadcast.
    s : float
        The target, > 0.

    Returns
    -------
    array

    Raises
    ------
    ValueError
        If s is not positive, numbers are not finite, or the shapes do not agree.

    Notes
    -----
    Own remark: the part of the start along the only eigenvector with a positive rate, times a
    positive number. The basin meets the line of saddles where b^2 = -lambda: where lambda > 0,
    which is the hypothesis of the theorem on rates, there is no saddle to end at.

    Examples
    --------
    >>> saddle_basin(1.0, 0.0, [-0.9, -1.0, -1.1], 1.0).round(3)
    array([ 0.181,  0.   , -0.222])
    """
    s = checks.positive(s, "the target s")
    named = [checks.array(x, name) for x, name in ((a, "a"), (b, "b"), (w, "w"))]
    try:
        a, b, w = np.broadcast_arrays(*named)
    except ValueError as error:
        shapes = ", ".join(str(x.shape) for x in named)
        raise ValueError(f"expected a, b and w of shapes that agree, found {shapes}") from error
    half = (w**2 - a**2 - b**2) / 2
    size = np.hypot(half, s)
    # half + size, without cancellation where half < 0
    lever = np.where(half >= 0, half + size, s * s / (size - half))
    return np.asarray(a * s + w * lever)
