r"""Where a run ends: has it arrived, and at what?

Neither a small gradient (2e-12 on a plateau that escapes) nor the Hessian (non-strict saddles)
tells a limit point. The global minimum is told by its known loss; another critical point is a
limit only if exact zeros confine the flow to coordinates in which it is the minimum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from linviz.core.field import Field
from linviz.core.problem import Matrix, minimum_loss, rank_tolerance

CLOSE = 1e-10  # excess loss, relative to half the sum of s**2, at which the limit is polished
CLOSE_TO_GAP = 1e-5  # the same, relative to the next critical value above the minimum
CRITICAL = 1e-12  # gradient of a critical point, relative to `gradient_scale`
MOVED = 1e-3  # polishing may move the weights by this fraction: the last stretch of the run
MOST_DRIFT = 2e-8  # and C_j by this fraction of max ‖W_j‖²
ROUNDOFF = 30.0  # `roundoff_ratio` below which a gradient cannot be told from zero
LARGEST_DENSE = 1600  # weights up to which the Hessian at a saddle is decomposed
EPS = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """Polished weights, packed, whether the flow cannot leave them, and why, in words."""

    w: Matrix
    converged: bool
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a run of this problem converges to: losses and scales that decide.

    Attributes
    ----------
    field : Field
    floor : excess loss, above the best linear map, of the global minimum
    strength : half the sum of s**2, or the starting excess where every s is 0
    close : excess above the floor at which to polish
    slope : natural size of YXᵀ, for the scale of gradients
    weight : natural size of one layer, ‖W_LR‖^(1/N)
    """

    field: Field
    floor: float
    strength: float
    close: float
    slope: float
    weight: float


def target(field: Field, w: Matrix) -> Target:
    """The target of a run that starts at w."""
    problem, r_max = field.problem, min(field.dims)
    s = problem.singular_values
    s = np.where(s > rank_tolerance(s), s, 0.0)
    P = field.product(w)
    half = 0.5 * float(np.sum(s**2))
    strength = half or float(field.excess(P)) or 1.0
    learned, rest = s[:r_max], s[r_max:]
    gaps = [0.5 * (a**2 - b**2) for a in learned for b in (*rest, 0.0) if a > b]
    slope = float(np.linalg.norm(problem.cross)) or float(np.linalg.norm(problem.gram @ P)) or 1.0
    return Target(
        field=field,
        floor=minimum_loss(problem, field.dims) - problem.residual_loss,
        strength=strength,
        close=max(min(CLOSE * strength, CLOSE_TO_GAP * min(gaps, default=math.inf)),
                  1e-22 * strength),
        slope=slope,
        weight=float(np.linalg.norm(problem.least_squares, 2)) ** (1 / len(field.layout)),
    )


def gradient_scale(goal: Target, w: Matrix) -> float:
    r"""Size of a gradient far from critical: :math:`\|YX^\top\| \max_j \|B_j\| \|A_j\|`."""
    V = goal.field.layers(w)
    A, B = [np.eye(len(V[0]))], [np.eye(V[-1].shape[1])]
    for v in V[:-1]:
        A.append(A[-1] @ v)
    for v in V[:0:-1]:
        B.append(v @ B[-1])
    # at the origin all products vanish: the natural size of the layers takes their place
    sizes = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in zip(A, B[::-1], strict=True)]
    return goal.slope * max(goal.weight ** (len(V) - 1), *sizes)


def roundoff_ratio(field: Field, w: Matrix, velocity: Matrix) -> float:
    """Gradient relative to the roundoff of its own evaluation: about 1 or less if it is zero."""
    norms = [float(np.linalg.norm(v)) for v in field.layers(w)]
    gram = 1.0 if field.problem.is_white else float(np.linalg.norm(field.problem.gram))
    E = float(np.linalg.norm(field.cross)) + gram * math.prod(norms)
    size = max(math.prod(norms[:j] + norms[j + 1 :]) for j in range(len(norms))) * E
    gradient = float(np.abs(velocity).max())
    return gradient / (EPS * size) if size > 0 else (0.0 if gradient == 0 else math.inf)


def polished_minimum(goal: Target, w: Matrix) -> Limit | None:
    """The global minimum next to w, or None where polishing does not find one at hand."""
    field = goal.field
    for polish in (_gauss_newton, _newton):
        limit = polish(goal, w)
        if limit is not None and float(field.excess(field.product(limit))) - goal.floor < goal.close:
            size = float(np.linalg.norm(field.velocity(0.0, limit)))
            loss = field.problem.residual_loss + float(field.excess(field.product(limit)))
            return Limit(
                limit, True, f"global minimum: loss {loss:.6g}, gradient {size:.1e} after polishing"
            )
    return None


def _gauss_newton(goal: Target, w: Matrix) -> Matrix | None:
    """Steps of minimal norm, through the NTK, towards the product that minimizes the loss."""
    field = goal.field
    root = field.problem.input_root
    goal_map = root @ _best_map(field)
    limit, best, size = w, None, math.inf
    for _ in range(8):
        V = field.layers(limit)
        A, B = [np.eye(field.dims[0])], [np.eye(field.dims[-1])]
        for v in V:
            A.append(A[-1] @ v)
        for v in V[:0:-1]:
            B.append(v @ B[-1])
        RA = [root @ a for a in A]
        limit = limit + _through_ntk(RA[:-1], B[::-1], goal_map - RA[-1])
        previous, size = size, float(np.linalg.norm(field.velocity(0.0, limit)))
        if size > 0.5 * previous:
            break
        best = limit
    return _accepted(goal, w, best)


def _through_ntk(A: list[Matrix], B: list[Matrix], gap: Matrix) -> Matrix:
    """Least-norm step that moves the product by `gap` to first order."""
    if gap.size > LARGEST_DENSE // 2:
        return _through_ntk_iteratively(A, B, gap)
    ntk = sum(np.kron(a @ a.T, b.T @ b) for a, b in zip(A, B, strict=True))
    lam, Q = eigh(ntk, driver="evd", check_finite=False)
    keep = lam > 1e-13 * lam[-1]
    dual = (Q[:, keep] / lam[keep]) @ (Q[:, keep].T @ gap.ravel())
    dual = dual.reshape(gap.shape)
    return np.concatenate([(a.T @ dual @ b.T).ravel() for a, b in zip(A, B, strict=True)])


def _through_ntk_iteratively(A: list[Matrix], B: list[Matrix], gap: Matrix) -> Matrix:
    """The same by conjugate gradients, for products too large for a dense NTK."""
    AA, BB = [a @ a.T for a in A], [b.T @ b for b in B]
    dual, r = np.zeros_like(gap), gap.copy()
    p, rho = r.copy(), float(np.sum(gap**2))
    goal = 1e-24 * rho
    for _ in range(500):
        if rho <= goal:
            break
        q = sum(a @ p @ b for a, b in zip(AA, BB, strict=True))
        alpha = rho / float(np.sum(p * q))
        dual += alpha * p
        r -= alpha * q
        rho, previous = float(np.sum(r**2)), rho
        p = r + rho / previous * p
    return np.concatenate([(a.T @ dual @ b.T).ravel() for a, b in zip(A, B, strict=True)])


def _best_map(field: Field) -> Matrix:
    """Transpose of the end-to-end map of least loss: W_LR, of rank r_max at most (Eckart-Young)."""
    problem, r = field.problem, min(field.dims)
    best = problem.least_squares
    if r < problem.d_y:
        U = problem.output_modes[:, :r]
        best = U @ (U.T @ best)
    return best.T


def _newton(goal: Target, w: Matrix, free: Matrix | None = None) -> Matrix | None:
    """Pseudo-inverse Newton steps on the free coordinates to the critical point next to w."""
    field = goal.field
    free = np.ones(field.n, dtype=bool) if free is None else free
    if np.count_nonzero(free) > LARGEST_DENSE:
        return None
    limit, best, size = w.copy(), None, math.inf
    for _ in range(6):
        velocity = field.velocity(0.0, limit)
        previous, size = size, float(np.linalg.norm(velocity))
        if size > 0.5 * previous:
            break
        best = limit.copy()
        lam, Q = np.linalg.eigh(field.jacobian(0.0, limit)[np.ix_(free, free)])
        keep = np.abs(lam) > 1e-6 * np.abs(lam).max()
        Q, lam = Q[:, keep], lam[keep]
        limit[free] -= Q @ ((Q.T @ velocity[free]) / lam)
    return _accepted(goal, w, best)


def _accepted(goal: Target, w: Matrix, limit: Matrix | None) -> Matrix | None:
    """The polished weights if they are critical and next to where the flow is."""
    if limit is None or not _is_critical(goal, limit) or not _moved_little(goal.field, w, limit):
        return None
    return limit


def _is_critical(goal: Target, w: Matrix) -> bool:
    velocity = goal.field.velocity(0.0, w)
    if float(np.linalg.norm(velocity)) <= 0.1 * CRITICAL * gradient_scale(goal, w):
        return True
    return roundoff_ratio(goal.field, w, velocity) < ROUNDOFF


def _moved_little(field: Field, w: Matrix, limit: Matrix) -> bool:
    """Whether polishing moved neither the weights nor the invariants visibly."""
    if float(np.linalg.norm(limit - w)) > MOVED * float(np.linalg.norm(w)):
        return False
    before, after = field.layers(w), field.layers(limit)
    drift = max(
        (float(np.linalg.norm(_invariant(a, b) - _invariant(c, d)))
         for a, b, c, d in zip(after, after[1:], before, before[1:], strict=False)),
        default=0.0,
    )
    return drift <= MOST_DRIFT * max(float(np.linalg.norm(v)) for v in after) ** 2


def _invariant(v: Matrix, following: Matrix) -> Matrix:
    """C_j from W_jᵀ and W_{j+1}ᵀ."""
    return following @ following.T - v.T @ v


def resting_point(goal: Target, w: Matrix, velocity: Matrix) -> Limit | None:
    """A critical point above the minimum that the flow cannot, or will not soon, leave.

    None means: integrate on, the unstable modes will take over.
    """
    field = goal.field
    if not velocity.any():
        return Limit(w, True, f"the gradient is exactly zero at loss {_loss(field, w):.6g}")
    free = (w != 0) | (velocity != 0)
    if np.count_nonzero(free) > LARGEST_DENSE:
        return None
    limit = _newton(goal, w, free)
    at = w if limit is None else limit
    growth = np.linalg.eigvalsh(field.jacobian(0.0, at)[np.ix_(free, free)])
    if growth[-1] > 1e-8 * np.abs(growth).max():
        return None
    size = float(np.linalg.norm(field.velocity(0.0, at)))
    n_zero = int(np.count_nonzero(~free))
    if limit is not None and n_zero and _is_confined_minimum(goal, limit, free):
        reason = (
            f"saddle of the whole network at loss {_loss(field, limit):.6g}, reached because "
            f"{n_zero} of {field.n} weights are exactly 0 and stay so: the start lies on its "
            f"stable manifold (gradient {size:.1e} after polishing)"
        )
        return Limit(limit, True, reason)
    if roundoff_ratio(field, w, velocity) < ROUNDOFF:
        reason = (
            f"plateau at loss {_loss(field, w):.6g}, above the minimum: gradient "
            f"{float(np.linalg.norm(velocity)):.1e} is roundoff and no mode grows visibly; "
            "whether the exact flow leaves it cannot be told in double precision"
        )
        return Limit(w, False, reason)
    return None


def _is_confined_minimum(goal: Target, w: Matrix, free: Matrix) -> bool:
    """Whether w has the least loss that a network with these exact zeros can have."""
    field, problem = goal.field, goal.field.problem
    alive = [f.astype(float) for f in field.layers(free)]
    forward, backward = [np.ones(field.dims[0])], [np.ones(field.dims[-1])]
    for a in alive:
        forward.append((forward[-1] @ a > 0).astype(float))
    for a in reversed(alive):
        backward.append((a @ backward[-1] > 0).astype(float))
    used = [(f * b) > 0 for f, b in zip(forward, reversed(backward), strict=True)]
    rows, columns = used[-1], used[0]
    rank = min(int(np.count_nonzero(u)) for u in used)
    strengths = np.zeros(0)
    if rank:
        cross = problem.cross[np.ix_(rows, columns)]
        gram = problem.gram[np.ix_(columns, columns)]
        strengths = np.linalg.eigvalsh(cross @ np.linalg.pinv(gram, hermitian=True) @ cross.T)
    least = 0.5 * float(np.sum(problem.singular_values**2))
    least -= 0.5 * float(np.sum(np.sort(strengths)[::-1][:rank]))
    return float(field.excess(field.product(w))) - least <= 1e-8 * goal.strength


def _loss(field: Field, w: Matrix) -> float:
    return field.problem.residual_loss + float(field.excess(field.product(w)))
