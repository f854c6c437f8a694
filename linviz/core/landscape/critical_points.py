r"""Critical points of the loss: build them, and classify them.

In the coordinates :math:`W_1' = W_1 G^{1/2} V`, :math:`W_N' = U^\top W_N` every problem is the
canonical one, with the same critical points and the same numbers of negative, zero and positive
Hessian eigenvalues. A critical point learns the modes J and misses the modes I:
:math:`P' = \Pi_J (D_Y\ 0)`, :math:`r = |J| = rank\,P`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linviz.core.landscape.canonical import CanonicalPoint, canonical_point, has_one_scale
from linviz.core.landscape.classification import (
    caveats,
    is_distinct,
    learned_modes,
    rank_of_Z,
    resolution,
    stronger_missed,
    structure,
)
from linviz.core.landscape.hessian import Spectrum, spectrum, whitened_spectrum
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.model import checks
from linviz.core.model.aligned import checked_missed
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.initialization import random_rotations
from linviz.core.model.layers import (
    Weights,
    check_weights,
    gradient,
    loss,
    n_parameters,
    pack,
    widths,
)
from linviz.core.model.problem import Matrix, Problem, check_dims
from linviz.core.model.tolerances import CLOSE, NEAR_POINT

MOST_FOR_SIGNS = 1500
TOO_SMALL = "its negative eigenvalues are too small to be told from zero"


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    r"""Verdict on a point of the landscape.

    Attributes
    ----------
    kind : str
        "global minimum", "strict saddle" (the Hessian has a negative eigenvalue), "non-strict
        saddle" (it has none, no minimum), "not critical"; of a run that goes on "not at a limit".
    missed : tuple of int
        The modes that are not learned, 0-based and ascending, modes of strength zero left out.
    rank : int
        Number of learned modes, the rank r of the product at a critical point.
    rank_Z : int or None
        Rank of :math:`Z = W_H \cdots W_2` (d_1 for H = 1); None where H = 0.
    index, nullity : int or None
        Numbers of negative and of zero eigenvalues of the Hessian; None where they are not known.
    gradient_norm, loss : float
        At the point itself, in the coordinates of the data.
    scale : float
        The size to which the gradient, in canonical coordinates, is compared.
    reason : str
        Why, in words; it begins with "ambiguous" where numbers leave the verdict open.
    """

    kind: str
    missed: tuple[int, ...]
    rank: int
    rank_Z: int | None  # noqa: N815
    index: int | None
    nullity: int | None
    gradient_norm: float
    loss: float
    scale: float
    reason: str


def classify(
    problem: Problem, W: Sequence[Matrix], *, known: Spectrum | None = None
) -> CriticalPoint:
    r"""Which kind of critical point W is, by the structure of its layers and by its Hessian.

    Parameters
    ----------
    problem : Problem
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    known : Spectrum, optional
        Of the Hessian at W, where it has been computed before.

    Notes
    -----
    1. The gradient must be at most 1e-8 of its scale, and every mode learned or missed to 1e-3.
    2. All modes that fit through the smallest width learned, strongest first: global minimum.
    3. A missed mode stronger than a learned one, or r = min(dims): strict saddle.
    4. Otherwise non-strict if and only if W is *tightened*: for every pair i > j of layers
       :math:`rank(W_{i-1}\cdots W_{j+1}) = r` or :math:`A_j (Y - P)^\top B_i = 0`.
    5. The verdict is compared with the signs of the Hessian's eigenvalues (up to 1500
       parameters); a contradiction, or ranks without a gap of 1e3, is called ambiguous.

    For raw data the tests take place in canonical coordinates. The theorem assumes distinct
    positive singular values; where they are not, `reason` says so and the Hessian decides.

    Raises
    ------
    ValueError
        If the weights do not fit the problem.

    References
    ----------
    arXiv:1811.03568, "Landscape of deep linear networks"; Achour, Malgouyres, Gerchinovitz 2024,
    arXiv:2107.13289 (tightened pivots).

    Examples
    --------
    >>> problem = Problem.canonical((3, 2, 1))
    >>> point = classify(problem, critical_point(problem, (3, 3, 3), missed=(0,)))
    >>> point.kind, point.missed, point.index, point.nullity
    ('strict saddle', (0,), 3, 8)
    """
    W = check_weights(problem, W)
    dims, point = widths(W), canonical_point(problem, W)
    learned, settled = learned_modes(point)
    n_modes = positive_modes(problem)
    r = sum(learned)
    missed = tuple(k for k in range(n_modes) if not learned[k])
    verdict = CriticalPoint(
        kind="not critical",
        missed=missed,
        rank=r,
        rank_Z=rank_of_Z(point.W),
        index=None,
        nullity=None,
        gradient_norm=float(np.linalg.norm(pack(gradient(problem, W)))),
        loss=loss(problem, W),
        scale=point.scale,
        reason="",
    )
    most = min(n_modes, *dims)
    if point.slope > NEAR_POINT and not _is_least(point, settled, r == most):
        reason = f"the gradient is {point.slope:.1e} of its scale, more than {NEAR_POINT:.0e}"
        if point.slope <= point.cancellation:
            reason += ", but layers so large make as much of roundoff: nothing can be told"
        return replace(verdict, reason=reason)
    if settled:
        return replace(verdict, reason=settled)
    kind, reason = structure(point, learned, most)
    if point.slope > NEAR_POINT:
        reason += f"; its gradient is {point.slope:.1e} of its scale, roundoff of layers so large"
    verdict = replace(verdict, kind=kind, reason=reason)
    return _with_hessian(problem, W, point, verdict, known)


def _is_least(point: CanonicalPoint, settled: str, all_learned: bool) -> bool:
    """Whether the loss is the least, where roundoff of large layers keeps the gradient from zero.

    Of what is learned: the modes that do not fit are missed whatever the weights.
    """
    if settled or not all_learned or point.slope > point.cancellation:
        return False
    s = point.problem.singular_values
    least = np.sum(np.square(s[min(len(Wj) for Wj in point.W) :]))
    return float(np.sum(np.square(point.M)) - least) <= CLOSE * float(np.sum(np.square(s)))


def critical_point(
    problem: Problem,
    dims: Sequence[int],
    missed: Sequence[int] = (2,),
    *,
    balanced: bool = True,
    tightened: bool = True,
    seed: int | None = None,
) -> Weights:
    r"""A critical point that misses exactly the given modes.

    .. math:: W_j = T_j\,\Sigma_j\,T_{j-1}^{-1}, \qquad
              \Sigma_j = \mathrm{diag}(s_k^{1/N}, k \in J), \quad T_N = U, \quad T_0 = G^{-1/2} V

    with rotations :math:`T_j` where it is balanced in canonical coordinates (then every C_j = 0
    for white data), else with matrices that are not orthogonal.

    Parameters
    ----------
    missed : integers
        0-based; at least d_y - min(dims) modes must be missed.
    balanced : bool
        Whether the hidden layers keep the balance.
    tightened : bool
        Where false, the inner layers carry one direction more, which no outer layer uses: then
        rank Z > rank R, and the saddle is strict whatever it misses. It needs two hidden layers
        or more, all wider than the number of learned modes.
    seed : int, optional
        Draws the T_j of the hidden layers; without it they are the identity, or where the point is
        not balanced diagonal.

    Raises
    ------
    ValueError
        If no critical point misses exactly these modes, or the layers have no room for the
        direction that is not tightened.

    Examples
    --------
    >>> critical_point(Problem.canonical((4, 1)), (2, 2, 2), missed=(1,))[0]
    array([[2., 0.],
           [0., 0.]])
    """
    dims = check_dims(problem, dims)
    missed = checked_missed(problem, dims, missed)
    balanced = checks.boolean(balanced, "the option balanced")
    tightened = checks.boolean(tightened, "the option tightened")
    learned = [k for k in range(positive_modes(problem)) if k not in missed]
    N, r = len(dims) - 1, len(learned)
    n_open = 0 if tightened else 1
    if not tightened and (N < 3 or min(dims[1:-1]) <= r):
        raise ValueError(
            f"expected two hidden layers or more, all wider than the {r} learned modes, for a "
            f"point that is not tightened; found widths {dims}"
        )
    T = _hidden_frames(dims, balanced, seed)
    out = [Tj[:, : r + n_open] for Tj in T] + [problem.output_modes[:, learned]]
    into = [_inverse_root(problem) @ problem.input_modes[:, learned]]
    into += [np.asarray(np.linalg.inv(Tj), dtype=float).T[:, : r + n_open] for Tj in T]
    strengths = np.append(problem.singular_values[learned] ** (1.0 / N), np.ones(n_open))
    sigma = [
        np.eye(B.shape[1], A.shape[1]) * strengths[: A.shape[1]]
        for A, B in zip(into, out, strict=True)
    ]
    for end in (sigma[0], sigma[-1]):  # the outer layers carry what is learned only
        end[r:, :], end[:, r:] = 0.0, 0.0
    return tuple(B @ S @ A.T for A, S, B in zip(into, sigma, out, strict=True))


def _hidden_frames(dims: tuple[int, ...], balanced: bool, seed: int | None) -> list[Matrix]:
    """Invertible T_1, ..., T_{N-1}; rotations where the point is to be balanced."""
    frames = [np.eye(d) for d in dims[1:-1]]
    if seed is not None:
        frames = random_rotations(seed, dims[1:-1])
    if balanced:
        return frames
    stretches = [0.7 + 0.7 * np.arange(1, d + 1) / (d + j) for j, d in enumerate(dims[1:-1])]
    pairs = zip(frames, stretches, strict=True)
    return [np.asarray(T * stretch, dtype=float) for T, stretch in pairs]


def _with_hessian(
    problem: Problem,
    W: Weights,
    point: CanonicalPoint,
    verdict: CriticalPoint,
    known: Spectrum | None,
) -> CriticalPoint:
    """Add index and nullity, compare their signs with the verdict, say what theory assumes."""
    reason = verdict.reason + caveats(problem)
    dims = widths(W)
    if n_parameters(dims) > MOST_FOR_SIGNS:
        return _by_formula(problem, dims, replace(verdict, reason=reason))
    plain = has_one_scale(problem, W)
    found = known if known and plain else (spectrum if plain else whitened_spectrum)(problem, W)
    values, kind = found.eigenvalues, verdict.kind
    lowest = float(values[0])
    # Next to a point whose Hessian is >= 0 there are negative eigenvalues of the size of the
    # distance: they speak against the structure only where they are not small, or exactly there.
    unit = float(problem.singular_values[0]) ** (2.0 - 2.0 / len(W)) if point.slope > 0 else 0.0
    by_strength = stronger_missed(problem, verdict.missed)
    clear = lowest < -max(found.tolerance, resolution(point) * max(float(values[-1]), unit))
    # that no negative eigenvalue is found overrules no theorem whose assumptions are clear
    is_open = reason.startswith("ambiguous") or not (
        by_strength or is_distinct(problem, verdict.missed)
    )
    if clear if kind != "strict saddle" else found.n_negative == 0 and is_open:
        reason = f"ambiguous: the smallest eigenvalue is {lowest:.1e} against {reason}"
        if kind != "global minimum" and (point.slope <= point.roundoff or is_open):
            kind = "strict saddle" if clear else "non-strict saddle"
    elif clear and reason.startswith("ambiguous"):  # the Hessian decides what the layers left open
        reason = reason.partition("; ")[2]
    index: int | None = 0
    nullity: int | None = int(np.count_nonzero(values <= max(found.tolerance, -2.0 * lowest)))
    if kind == "strict saddle":
        index, nullity = found.n_negative, found.n_zero
        if index == 0:  # by theorem, though its negative eigenvalues are smaller than roundoff
            reason += f"; {TOO_SMALL}"
            told = predicted_inertia(problem, dims, verdict.missed)
            index, nullity = told[:2] if told else (None, None)
    return replace(verdict, kind=kind, index=index, nullity=nullity, reason=reason)


def _by_formula(problem: Problem, dims: tuple[int, ...], verdict: CriticalPoint) -> CriticalPoint:
    """Add index and nullity where theory gives them: there are too many to be counted."""
    told = predicted_inertia(problem, dims, verdict.missed)
    if told is None:
        words = "; too many parameters to count the eigenvalues, and no formula applies"
        return replace(verdict, reason=verdict.reason + words)
    return replace(verdict, index=told[0], nullity=told[1])


def _inverse_root(problem: Problem) -> Matrix:
    """Pseudoinverse of the square root of X X^T."""
    if problem.is_white:
        return np.eye(problem.d_x)
    values, vectors = np.linalg.eigh(problem.input_root)
    kept: Matrix = vectors[:, problem.d_x - problem.rank :]
    inverse: Matrix = (kept / values[problem.d_x - problem.rank :]) @ kept.T
    return inverse
