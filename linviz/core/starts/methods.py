r"""Coefficients of Runge-Kutta-Chebyshev methods of order 2, stable on long real intervals.

Their stability polynomial is :math:`1 + b_s (T_s(w_0 + w_1 z) - T_s(w_0))` plus what makes the
value at z = 0 one, damped a little (:math:`w_0 > 1`). All stages stay close to the flow, also far
from the origin of its spectrum, where the last stages of the methods of order 4 (see
`linviz.core.flow.chebyshev`) swing widely and follow a curved plateau less well than they could.
"""

from __future__ import annotations

import numpy as np

from linviz.core.model.problem import Matrix

DAMPING = 2 / 13  # w_0 = 1 + DAMPING / s², which costs 2 % of the interval
# a tenth apart where they are many: more stages than asked for are wasted
DEGREES = (
    *(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 23, 26, 30, 34, 39, 45, 52, 60, 70, 80),
    *(92, 106, 122, 140),
)


class Methods:
    r"""The methods of all degrees side by side, one column each.

    .. math:: d_1 = \tilde\mu_1 h f_0, \qquad
              d_j = \mu_j d_{j-1} + \nu_j d_{j-2} + \tilde\mu_j h f(w + d_{j-1})
                    + \tilde\gamma_j h f_0, \qquad w_1 = w + d_s

    Attributes
    ----------
    degree, length : arrays (m,), ascending
        Stages s, and the length of the real interval on which the method is stable.
    rows : array (4, most stages + 1, m)
        :math:`\mu_j, \nu_j, \tilde\mu_j, \tilde\gamma_j`, by j.

    References
    ----------
    Sommeijer, Shampine and Verwer 1998, J. Comput. Appl. Math. 88:315.

    Examples
    --------
    >>> methods = Methods()
    >>> methods.degree[8], round(methods.length[8] / 10**2, 2)
    (np.int64(10), np.float64(0.65))
    """

    def __init__(self) -> None:
        self.degree = np.array(DEGREES)
        self.length = np.empty(len(DEGREES))
        self.rows = np.zeros((4, DEGREES[-1] + 1, len(DEGREES)))
        for i, s in enumerate(DEGREES):
            self.rows[:, : s + 1, i], self.length[i] = recurrence(s)


def recurrence(s: int) -> tuple[Matrix, float]:
    """The rows (4, s + 1) of one method, and how far it is stable."""
    w0 = 1 + DAMPING / s**2
    T, first, second = np.zeros((3, s + 1))  # Chebyshev polynomials at w0, and derivatives
    T[:2], first[1] = (1, w0), 1
    for j in range(2, s + 1):
        T[j] = 2 * w0 * T[j - 1] - T[j - 2]
        first[j] = 2 * T[j - 1] + 2 * w0 * first[j - 1] - first[j - 2]
        second[j] = 4 * first[j - 1] + 2 * w0 * second[j - 1] - second[j - 2]
    w1 = first[s] / second[s]
    b = np.zeros(s + 1)
    b[2:] = second[2:] / first[2:] ** 2
    b[:2] = b[2], 1 / w0
    rows = np.zeros((4, s + 1))
    rows[2, 1] = b[1] * w1
    rows[0, 2:] = 2 * w0 * b[2:] / b[1:-1]
    rows[1, 2:] = -b[2:] / b[:-2]
    rows[2, 2:] = 2 * w1 * b[2:] / b[1:-1]
    rows[3, 2:] = (b * T - 1)[1:-1] * rows[2, 2:]
    return rows, float((w0 + 1) * second[s] / first[s])
