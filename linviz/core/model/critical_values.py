r"""The losses at critical points, and which modes of the target there are to be learned.

A critical point that misses the modes I has the loss :math:`L_{res} + \tfrac12\sum_{i\in I}s_i^2`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from linviz.core.model.problem import IndexSet, Matrix, Problem, check_dims
from linviz.core.model.tolerances import EPS, EQUAL
from linviz.core.model.words import subscript

MAX_CRITICAL_VALUES = 1 << 16


def critical_values(problem: Problem, dims: Sequence[int]) -> dict[IndexSet, float]:
    r"""Loss at the critical points, for each achievable set of missed modes.

    .. math:: L = L_{res} + \tfrac12 \sum_{i \in I} s_i^2, \qquad |I| \ge d_y - r_{max}

    with :math:`r_{max} = \min_j d_j`; for H = 0 the problem is convex and only the minimum is
    critical. Index sets are 0-based, ascending tuples of modes with
    s_i > 0 (a mode of strength zero is neither learned nor missed).

    Raises
    ------
    ValueError
        If `dims` does not fit the problem or there are more than 65536 index sets.

    References
    ----------
    arXiv:1811.03568, proposition "Landscape of deep linear networks", (i), with the restriction
    on I that a bottleneck brings.

    Examples
    --------
    >>> critical_values(Problem.canonical((2, 1)), (2, 1, 2))
    {(0, 1): 2.5, (0,): 2.0, (1,): 0.5}
    """
    dims = check_dims(problem, dims)
    modes = range(positive_modes(problem))
    if 1 << len(modes) > MAX_CRITICAL_VALUES:
        raise ValueError(
            f"expected at most 16 modes (65536 index sets), found {len(modes)}: "
            "ask for the losses of the index sets you need, residual_loss + sum(s[I]**2) / 2"
        )
    fewest_missed = max(0, len(modes) - min(dims))
    most_missed = len(modes) if len(dims) > 2 else 0
    return {
        missed: loss_missing(problem, missed)
        for n_missed in range(most_missed, fewest_missed - 1, -1)
        for missed in combinations(modes, n_missed)
    }


def critical_levels(
    problem: Problem, dims: tuple[int, ...], *, most: int = 16
) -> dict[IndexSet, float]:
    """Critical values by missed set: all, or those of the nested sets where all are too many.

    Examples
    --------
    >>> problem = Problem.canonical((3, 2, 1))
    >>> critical_levels(problem, (3, 3, 3), most=4)
    {(0, 1, 2): 7.0, (1, 2): 2.5, (2,): 0.5, (): 0.0}
    """
    n_modes = positive_modes(problem)
    if 1 << n_modes <= most:
        return critical_values(problem, dims)
    fewest = max(0, n_modes - min(dims))
    first = 0 if len(dims) > 2 else n_modes - fewest  # no hidden layer: a convex problem
    nested = (tuple(range(k, n_modes)) for k in range(first, n_modes - fewest + 1))
    return {missed: loss_missing(problem, missed) for missed in nested}


def loss_missing(problem: Problem, missed: IndexSet) -> float:
    r"""Loss at the critical points that miss these modes, :math:`L_{res} + \tfrac12\sum s_i^2`.

    Examples
    --------
    >>> loss_missing(Problem.canonical((3, 2, 1)), (1, 2))
    2.5
    """
    s = problem.singular_values
    return problem.residual_loss + 0.5 * float(sum(s[i] ** 2 for i in missed))


def loss_formula(problem: Problem, missed: IndexSet) -> str:
    """The same as a formula, with modes counted from 1.

    Examples
    --------
    >>> loss_formula(Problem.canonical((3, 2, 1)), (1, 2))
    '½(s₂² + s₃²)'
    """
    squares = " + ".join(f"s{subscript(k + 1)}²" for k in missed[:4])
    squares += " + …" if len(missed) > 4 else ""
    half = f"½({squares})" if len(missed) > 1 else f"½ {squares}"
    return half if problem.residual_loss == 0 else f"L_res + {half}"


def minimum_loss(problem: Problem, dims: Sequence[int]) -> float:
    r"""Loss at the global minimum, :math:`L_{res} + \tfrac12\sum_{i > r_{max}} s_i^2`.

    Examples
    --------
    >>> minimum_loss(Problem.canonical((2, 1)), (2, 1, 2))
    0.5
    """
    dims = check_dims(problem, dims)
    return problem.residual_loss + 0.5 * float(np.sum(problem.singular_values[min(dims) :] ** 2))


def rank_tolerance(s: Matrix) -> float:
    """Singular values at or below this are zero to roundoff."""
    return float(s.max(initial=0.0)) * s.size * 4 * EPS


def positive_modes(problem: Problem) -> int:
    """Number of modes of the target with positive strength."""
    s = problem.singular_values
    return int(np.count_nonzero(s > rank_tolerance(s)))


def equal_strength(s: Matrix, i: int, k: int, part: float = EQUAL) -> bool:
    """Whether two singular values are taken for one."""
    return bool(abs(s[i] - s[k]) <= part * s[0])
