r"""Two weights, widths (1, 1, 1): how sharp its minima are, and what a ReLU makes of its starts.

.. math:: L = \tfrac12 (s - w_2 w_1)^2, \qquad C = w_2^2 - w_1^2

The minima are the hyperbola :math:`w_2 w_1 = s`; each start goes to the one with its own C.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from linviz.core.geometry.chain import chain_end
from linviz.core.model import checks
from linviz.core.model.problem import Matrix


def minimum_sharpness(C: ArrayLike, s: float) -> Matrix:
    r"""The larger eigenvalue of the Hessian at the minimum with this C; the other one is 0.

    .. math:: w_1^2 + w_2^2 = \sqrt{C^2 + 4 s^2}

    Gradient descent of step :math:`\eta` comes to rest, from almost every start, only where it is
    below :math:`2/\eta`.

    Parameters
    ----------
    C : array of any shape
    s : float
        The target, > 0.

    Returns
    -------
    array of the shape of C

    Raises
    ------
    ValueError
        If s is not positive or C holds no finite numbers.

    Examples
    --------
    >>> minimum_sharpness([0.0, 3.0], 2.0)
    array([4., 5.])
    """
    s = checks.positive(s, "the target s")
    return np.asarray(np.hypot(checks.array(C, "the conserved numbers C"), 2 * s))


def relu_end(w: ArrayLike, s: float) -> Matrix:
    r"""Where the flow ends if the hidden unit is a ReLU, from one sample x = 1 with y = s.

    .. math:: f = w_2 \max(w_1, 0)

    Nothing moves where :math:`w_1 \le 0`. A start with :math:`w_1 > 0` moves like the linear
    network; with :math:`w_2 < -w_1` it comes to :math:`w_1 = 0` and stays, at the loss
    :math:`s^2/2`. So 5/8 of all directions of starts end at bad local minima; of the linear network
    a line does.

    Parameters
    ----------
    w : array (..., 2)
        Starts (w_1, w_2).
    s : float
        The target, > 0.

    Returns
    -------
    array (..., 2)

    Raises
    ------
    ValueError
        If s is not positive, numbers are not finite, or the last axis has no two of them.

    Notes
    -----
    Own remark: the share 5/8 is the half plane and an eighth.

    Examples
    --------
    >>> relu_end([[2.0, 0.4], [-1.0, 2.0], [3.0, -5.0]], 1.0).round(3)
    array([[ 2.021,  0.495],
           [-1.   ,  2.   ],
           [ 0.   , -4.   ]])
    """
    s = checks.positive(s, "the target s")
    start = checks.array(w, "the weights w")
    if start.ndim == 0 or start.shape[-1] != 2:
        raise ValueError(
            f"expected starts (..., 2) of two weights, found an array of shape {start.shape}"
        )
    w1, w2 = start[..., :1], start[..., 1:]
    dies = (w1 > 0) & (w2 < -w1)
    C = (w2 - w1) * (w2 + w1)  # > 0 where it dies
    dead = np.concatenate([np.zeros_like(w1), -np.sqrt(np.where(dies, C, 0.0))], axis=-1)
    still = np.where(w1 <= 0, start, chain_end(start, s))
    return np.asarray(np.where(dies, dead, still))
