r"""What the layers of a critical point say about it: learned modes, tightened pairs of layers.

In canonical coordinates, :math:`W_1' = W_1 G^{1/2} V` and :math:`W_N' = U^\top W_N`, a critical
point that learns the r strongest modes is non-strict if and only if for every pair i > j of layers

.. math:: rank(W_{i-1} \cdots W_{j+1}) = r \quad\text{or}\quad A_j (Y - P)^\top B_i = 0.

Source: Achour, Malgouyres, Gerchinovitz 2024, arXiv:2107.13289, in the form of the second block
that is safe in floating point; checked on thousands of points against the Hessian.
"""

from __future__ import annotations

import math

import numpy as np

from linviz.core.landscape.canonical import CanonicalPoint, norm
from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.layers import Weights
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.tolerances import RANK_GAP, ZERO_PART

NEARLY_LEARNED = 1e-3  # a mode within this part of its strength, or of zero
FAR_FROM_CRITICAL = 1e100  # a product so many times the mode's strength may be any larger
RANKS_APART = 1e3  # nothing may lie between zero and this many times the threshold


def learned_modes(point: CanonicalPoint) -> tuple[list[bool], str]:
    """Which modes of positive strength are learned; and why that cannot be told, or ''."""
    s, P = point.problem.singular_values, point.A[-1]
    learned: list[bool] = []
    unsettled = ""
    n_modes = positive_modes(point.problem)
    while (k := len(learned)) < n_modes:
        end = k + 1  # modes k..end-1 have the same strength: only a projector within them is known
        while end < n_modes and equal_strength(s, k, end):
            end += 1
        block = np.clip(P[k:end, k:end], -FAR_FROM_CRITICAL * s[k], FAR_FROM_CRITICAL * s[k]) / s[k]
        block = (block + block.T) / 2.0
        parts = np.linalg.eigvalsh(block)[::-1]
        learned += [bool(part > 0.5) for part in parts]
        for part in parts:
            if min(abs(part), abs(part - 1.0)) > NEARLY_LEARNED:
                unsettled = (
                    f"the gradient is small, but the mode of strength {s[k]:.6g} is learned to "
                    f"{part:.2g} of it: a slow passage, not a limit"
                )
    return learned, unsettled


def structure(point: CanonicalPoint, learned: list[bool], most: int) -> tuple[str, str]:
    """Kind and reason by the theorem; `most` modes fit through the network."""
    r, s = sum(learned), point.problem.singular_values
    strongest = learned == [True] * r + [False] * (len(learned) - r)
    if strongest and r == most:
        if r == len(learned):
            return "global minimum", f"all {r} modes are learned"
        return "global minimum", f"the {r} strongest modes fill the smallest width"
    if not strongest:
        missing = learned.index(False)
        weaker = max(k for k, is_learned in enumerate(learned) if is_learned)
        return "strict saddle", (
            f"the mode of strength {s[missing]:.6g} is missed while a weaker one, "
            f"{s[weaker]:.6g}, is learned"
        )
    return _tightened(point, r)


def _tightened(point: CanonicalPoint, r: int) -> tuple[str, str]:
    """Test every pair of layers for its two complementary blocks."""
    N = len(point.W)
    threshold = resolution(point)
    loose, doubtful = None, ""
    for j in range(1, N):
        C = np.eye(point.W[j - 1].shape[0])
        for i in range(j + 1, N + 1):
            C = C if i == j + 1 else point.W[i - 2] @ C
            inner, outer = point.sizes[j : i - 1], point.sizes[: j - 1] + point.sizes[i:]
            ratio = min(_excess_rank(C, r, inner), _coupling(point, i, j, r, outer))
            if threshold < ratio < RANKS_APART * threshold:
                doubtful = (
                    f"ambiguous: the blocks of layers {i} and {j} are {ratio:.1e} of their scale, "
                    "neither clearly zero nor clearly not; "
                )
            if ratio > threshold and loose is None:
                loose = (i, j)
    if loose is None:
        return "non-strict saddle", (
            f"{doubtful}the {r} strongest modes are learned and every pair of layers is tightened"
        )
    return "strict saddle", (
        f"{doubtful}layers {loose[0]} and {loose[1]} are not tightened: the layers between them "
        f"have rank above {r} and the others couple to what is missed"
    )


def is_distinct(problem: Problem, missed: IndexSet) -> bool:
    """Whether what is learned and what is missed are positive and differ, as theory assumes."""
    s, n_modes = problem.singular_values, positive_modes(problem)
    learned = [k for k in range(n_modes) if k not in missed]
    return n_modes == problem.n_modes and not any(
        equal_strength(s, i, k) for i in missed for k in learned
    )


def stronger_missed(problem: Problem, missed: IndexSet) -> bool:
    """Whether a mode is missed that is stronger than one that is learned: a strict saddle."""
    s, modes = problem.singular_values, range(positive_modes(problem))
    learned = [k for k in modes if k not in missed]
    return any(s[i] > s[k] and not equal_strength(s, i, k) for i in missed for k in learned)


def caveats(problem: Problem) -> str:
    """Which assumptions of the theorem fail, in words."""
    s, n_modes = problem.singular_values, positive_modes(problem)
    words = ""
    if n_modes == 0:
        words += "; the target is zero, so every critical point is a global minimum"
    elif n_modes < problem.n_modes:
        words += f"; {problem.n_modes - n_modes} modes have strength zero and count as neither"
    if any(equal_strength(s, k, k + 1) for k in range(n_modes - 1)):
        words += "; modes of equal strength cannot be told apart, the last of them count as missed"
    if problem.rank < problem.d_x:
        words += f"; X has rank {problem.rank} of {problem.d_x}, which adds flat directions"
    return words


def resolution(point: CanonicalPoint) -> float:
    """Relative size below which something may be due to the distance from the critical point."""
    if point.slope <= point.roundoff:
        return ZERO_PART
    return float(np.clip(30.0 * point.slope ** (1.0 / max(1, len(point.W) - 1)), ZERO_PART, 1e-2))


def _excess_rank(C: Matrix, r: int, sizes: list[float]) -> float:
    """How far C is from rank r: its (r+1)-th singular value over the r-th, or the layers' sizes."""
    if r >= min(C.shape):
        return 0.0
    values = np.linalg.svd(C, compute_uv=False)
    reference = math.prod(sizes) if r == 0 else float(values[r - 1])
    return float(values[r]) / reference if reference > 0 else 0.0


def _coupling(point: CanonicalPoint, i: int, j: int, r: int, sizes: list[float]) -> float:
    """Size of A_j (Y - P)^T B_i over what it could be."""
    A, B = point.A[j - 1], point.B[i - 1]
    reference = (math.prod(sizes) if r == 0 else norm(A) * norm(B)) * norm(point.M)
    return norm(A @ point.M.T @ B) / reference if reference > 0 else 0.0


def rank_of_Z(W: Weights) -> int | None:
    """Rank of W_H ... W_2."""
    if len(W) == 1:
        return None
    Z, size = np.eye(W[0].shape[0]), 1.0
    for Wj in W[1:-1]:
        Z, size = Wj @ Z, size * norm(Wj)
    values = np.linalg.svd(Z, compute_uv=False)
    return int(np.count_nonzero(values > RANK_GAP * size))
