"""The signs of the Hessian's eigenvalues that theory gives at a critical point."""

from __future__ import annotations

from collections.abc import Sequence

from linviz.core.model import checks
from linviz.core.model.aligned import checked_missed
from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.layers import n_parameters
from linviz.core.model.problem import IndexSet, Problem, check_dims
from linviz.core.model.spectra import Inertia
from linviz.core.model.tolerances import EQUAL, NEARLY_EQUAL


def predicted_inertia(
    problem: Problem,
    dims: Sequence[int],
    missed: Sequence[int],
    *,
    balanced: bool = False,
    known: Inertia | None = None,
) -> Inertia | None:
    r"""Index, nullity and number of positive eigenvalues that theory gives; None if it gives none.

    With r modes learned, :math:`n = d_x - d_y` (d_x the rank of X) and inv the number of pairs
    (missed i, learned k) with s_i > s_k:

    .. math:: H = 1: \quad n_- = (d_y - r)(d_1 - r) + inv, \quad
              n_+ = r(r + n) + (d_y - r)(d_1 + r) - inv; \qquad
              H \ge 2: \quad n_- = inv, \quad n_+ = r(d_x + d_y - r) - inv.

    The second holds at every critical point of rank r = min(d_y, dims), and for smaller r at
    `balanced` ones; at others the signs depend on the point, and None is returned. Pairs of equal
    strength are flat instead of positive. Without a positive strength for every output there is
    no formula.

    Parameters
    ----------
    missed : integers
        0-based: the modes that are not learned.
    balanced : bool
        Whether the point is a balanced one.
    known : (index, nullity, n_positive), optional
        What was counted there. Whether strengths that agree to 1e-8 are one or two, the Hessian
        tells only as far as its own tolerance: of both counts the one that agrees is given.

    Raises
    ------
    ValueError
        If no critical point misses exactly these modes.

    Examples
    --------
    >>> predicted_inertia(Problem.canonical((3, 2, 1), d_x=4), (4, 4, 3), (2,))
    (2, 14, 12)
    """
    dims = check_dims(problem, dims)
    missed, balanced = (
        checked_missed(problem, dims, missed),
        checks.boolean(balanced, "the option balanced"),
    )
    told = _counted(problem, dims, missed, balanced, EQUAL)
    if told is None or known is None:
        return told
    others = (_counted(problem, dims, missed, balanced, part) for part in (NEARLY_EQUAL, 0.0))
    return known if known in others else told


def _counted(
    problem: Problem, dims: tuple[int, ...], missed: IndexSet, balanced: bool, equal: float
) -> Inertia | None:
    """The formula, where strengths that agree to so much are one."""
    n, H, s = problem.n_modes, len(dims) - 2, problem.singular_values
    if positive_modes(problem) < n:
        return None
    ends = problem.rank + problem.d_y  # of which each mode takes two
    learned = [k for k in range(n) if k not in missed]
    r = len(learned)
    ties = sum(equal_strength(s, i, k, equal) for i in missed for k in learned)
    inversions = sum(i < k and not equal_strength(s, i, k, equal) for i in missed for k in learned)
    if H == 1:
        index = (n - r) * (dims[1] - r) + inversions
        positive = r * (r + ends - 2 * n) + (n - r) * (dims[1] + r) - inversions - ties
    elif r == min(n, *dims) or balanced:
        index, positive = inversions, r * (ends - r) - inversions - ties
    else:
        return None
    return index, n_parameters(dims) - index - positive, positive
