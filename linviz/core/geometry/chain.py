r"""Chains of scalars: networks of widths (1, ..., 1), whose ends are known without integrating.

With :math:`p = \prod_i w_i` every :math:`w_i^2` grows at the same rate,

.. math:: \frac{d\,w_i^2}{dt} = 2 (s - p)\, p, \qquad w_i(t)^2 = v(t) + w_i(0)^2,

so the flow moves along one line in the squares. Where p > 0 no sign changes; where p < 0 the
smallest :math:`|w_i|` comes to zero first and alone changes its sign.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from linviz.core.model import checks
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import TINY

NEWTON_STEPS = 200  # convex and monotone: far more than it takes


def chain_end(w: ArrayLike, s: float) -> Matrix:
    r"""Where the flow of :math:`L = \tfrac12 (s - \prod_i w_i)^2` ends.

    At the nearest sign vector with product +1, on the minimum that conserves the differences of
    the squares; at a saddle if and only if :math:`p \le 0` and the two smallest :math:`|w_i|` are
    equal (exactly, as floating-point numbers). All equal and p < 0 end at the flat saddle 0.

    Parameters
    ----------
    w : array (..., N), N >= 1
        Starts, the N scalars along the last axis.
    s : float
        The target, > 0.

    Returns
    -------
    array (..., N)
        The limits. Their product is s, or 0 at a saddle.

    Raises
    ------
    ValueError
        If s is not positive or w holds no finite numbers.

    Notes
    -----
    Own remark, proved by the identity above: for N = 3 all starts that end at saddles form the cone
    over the edges of the regular tetrahedron whose vertices are the sign vectors of product -1.

    Examples
    --------
    >>> chain_end([1.0, 2.0, -0.5], 1.0)
    array([1. , 2. , 0.5])
    >>> chain_end([1.0, 2.0, -1.0], 1.0).round(6) + 0.0
    array([0.      , 1.732051, 0.      ])
    """
    s = checks.positive(s, "the target s")
    w = _starts(w)
    size = np.abs(w)
    smallest = size.argmin(axis=-1)[..., None]
    least = np.take_along_axis(size, smallest, axis=-1)
    sign = np.where(w < 0, -1.0, 1.0)
    # the smallest alone may have the wrong sign; a zero takes the sign of the others' product
    wrong = sign.prod(axis=-1, keepdims=True) < 0
    flip = np.where(wrong, -1.0, 1.0)
    np.put_along_axis(sign, smallest, np.take_along_axis(sign, smallest, axis=-1) * flip, axis=-1)
    if w.shape[-1] > 1:
        second = np.partition(size, 1, axis=-1)[..., 1:2]
        trapped = (second == least) & (wrong | (least == 0))
    else:
        trapped = np.zeros(least.shape, dtype=bool)
    above = (size - least) * (size + least)  # differences of the squares, without cancellation
    rise = np.where(trapped, 0.0, _rise(above, s))
    return np.asarray(sign * np.sqrt(rise + above))


def _rise(above: Matrix, s: float) -> Matrix:
    r"""The square x of the smallest at the minimum, :math:`\prod_i (x + above_i) = s^2`.

    In :math:`\ln x` the logarithm of the product is convex and rises, so Newton's method from the
    right comes down to the root.
    """
    N = above.shape[-1]
    u = np.full((*above.shape[:-1], 1), 2 * np.log(s) / N)
    for _ in range(NEWTON_STEPS):
        x = np.maximum(np.exp(u), TINY)
        value = np.sum(np.log(x + above), axis=-1, keepdims=True) - 2 * np.log(s)
        step = value / np.sum(x / (x + above), axis=-1, keepdims=True)
        u = u - step
        if (np.abs(step) <= 4 * np.spacing(np.abs(u))).all():
            break
    return np.asarray(np.exp(u))


def _starts(w: ArrayLike) -> Matrix:
    found = checks.array(w, "the scalars w")
    if found.ndim == 0 or found.shape[-1] == 0:
        raise ValueError(
            f"expected starts (..., N) of N >= 1 scalars, found an array of shape {found.shape}"
        )
    return found
