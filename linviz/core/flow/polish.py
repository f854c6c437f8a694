r"""The last stretch to a critical point, by Newton's method instead of the flow."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.flow.scales import gradient_scale, roundoff_ratio
from linviz.core.model.curvature import kronecker_sum
from linviz.core.model.layers import Weights, pack, prefixes, suffixes
from linviz.core.model.problem import Matrix
from linviz.core.model.sizes import frobenius
from linviz.core.model.tolerances import (
    CONJUGATE,
    EPS,
    KEPT_BY_FLOW,
    KERNEL_RANK,
    MOST_DRIFT,
    NEWTON_RANK,
    POLISHED,
    RELATIVE_TOLERANCE,
)

ROUNDOFF_RATIO = 10.0  # `roundoff_ratio` below which a gradient cannot be told from zero
MOVED = 1e-3  # polishing may move the weights by this fraction: the last stretch of the run
LARGEST_DENSE = 1000  # weights up to which the Hessian at a saddle is decomposed
SAME_SIZE = 1.001  # singular values that differ by this factor at most vanish together
LARGEST_KERNEL = 700  # d_x d_y up to which the NTK is


def polished_minimum(goal: Destination, w: Matrix) -> Matrix | None:
    """The global minimum next to w, or None where polishing does not find one at hand."""
    for polish in (gauss_newton, newton):
        limit = polish(goal, w)
        if limit is not None and _excess(goal, limit) <= goal.close:
            return limit
    return None


def emptied_minimum(goal: Destination, w: Matrix) -> tuple[Matrix | None, int]:
    r"""The minimum at which small parts of some layers are 0, and the number of these layers.

    A mode of strength 0 that m layers share equally goes to 0 like :math:`t^{-1/(2m-2)}`: its
    limit is known, and no Newton step of moderate length leads there. Equal singular values are
    removed, as few as give a critical point of the same loss and the same C_j.
    """
    field, edge = goal.field, 0.0
    parts = [np.linalg.svd(v, full_matrices=False) for v in field.layers(w)]
    for size in np.sort(np.concatenate([s for _, s, _ in parts])):
        if size <= edge:
            continue
        edge = SAME_SIZE * float(size)
        kept = [np.where(s > edge, s, 0.0) for _, s, _ in parts]
        layers = sum(bool(((0.5 * edge < s) & (s <= edge)).any()) for _, s, _ in parts)
        emptied = pack([(u * k @ vt).T for (u, _, vt), k in zip(parts, kept, strict=True)])
        if layers < 2 or _drift(field, w, emptied) > KEPT_BY_FLOW:
            continue
        limit = gauss_newton(goal, emptied)
        if limit is not None and _excess(goal, limit) <= goal.close:
            return limit, layers
    return None, 0


def _excess(goal: Destination, w: Matrix) -> float:
    """Of the loss over that of the global minimum."""
    return float(goal.field.excess(goal.field.product(w))) - goal.floor


def gauss_newton(goal: Destination, w: Matrix) -> Matrix | None:
    """Steps of minimal norm, through the NTK at w, towards the product that minimizes the loss.

    In the directions of the inputs, where that product is defined, however weak the data there.
    """
    field, root = goal.field, goal.directions
    is_white = field.problem.is_white  # then the directions are the axes
    wanted = goal.nearest_minimum(field.product(w)).T
    wanted = wanted if is_white else wanted @ root
    kernel = _Kernel(field.layout.weights(w), None if is_white else root)
    limit, best, size, scale = w, None, math.inf, gradient_scale(goal, w)
    for _ in range(8):
        P = field.product(limit).T
        limit = limit + kernel.step(wanted - (P if is_white else P.dot(root)))
        previous, size = size, field.speed(limit)
        if size > 0.5 * previous:
            break
        best = limit
        if size <= EPS * scale:
            break  # no step makes it smaller
    return _accepted(goal, w, best)


class _Kernel:
    """The neural tangent kernel at some weights, and least-norm steps through it."""

    def __init__(self, W: Weights, root: Matrix | None) -> None:
        self.A, self.B = prefixes(W)[:-1], suffixes(W)
        if root is not None:
            self.A = [Aj.dot(root) for Aj in self.A]
        self.AA, self.BB = [a.T.dot(a) for a in self.A], [b.dot(b.T) for b in self.B]
        self.is_small = len(self.AA[0]) * len(self.BB[0]) <= LARGEST_KERNEL
        self.factor: Matrix | None = None
        if self.is_small:
            kernel = kronecker_sum(self.AA, self.BB)
            self.factor = _factor(kernel)
            if self.factor is None:  # some directions of the map are out of reach
                lam, Q = np.linalg.eigh(kernel)
                keep = lam > KERNEL_RANK * lam[-1]
                self.lam, self.Q = lam[keep], Q[:, keep]

    def step(self, gap: Matrix) -> Matrix:
        """The least one that moves the product by the gap to first order."""
        if self.factor is not None:
            dual = dpotrs(self.factor, gap.ravel(order="F"), lower=True)[0]
            dual = dual.reshape(gap.shape, order="F")
        elif self.is_small:
            dual = self.Q @ ((self.Q.T @ gap.ravel(order="F")) / self.lam)
            dual = dual.reshape(gap.shape, order="F")
        else:
            dual = _dual_iteratively(self.AA, self.BB, gap)
        return pack([b.T.dot(dual).dot(a.T) for a, b in zip(self.A, self.B, strict=True)])


def _factor(kernel: Matrix) -> Matrix | None:
    """Cholesky's factor, or None where the kernel is not far from singular."""
    factor, failed = dpotrf(kernel.T, lower=True, clean=False)
    if failed:
        return None
    pivots = np.square(np.diagonal(factor))
    return factor if pivots.min() > RELATIVE_TOLERANCE * pivots.max() else None


def _dual_iteratively(AA: list[Matrix], BB: list[Matrix], gap: Matrix) -> Matrix:
    """The inverse kernel on the gap by conjugate gradients, for products too large for a matrix."""
    dual, r = np.zeros_like(gap), gap.copy()
    p, rho = r.copy(), float(np.sum(gap**2))
    goal = CONJUGATE * rho
    for _ in range(500):
        if rho <= goal:
            break
        q = sum(b @ p @ a for a, b in zip(AA, BB, strict=True))
        alpha = rho / float(np.sum(p * q))
        dual += alpha * p
        r -= alpha * q
        rho, previous = float(np.sum(r**2)), rho
        p = r + rho / previous * p
    return dual


def newton(goal: Destination, w: Matrix, free: Matrix | None = None) -> Matrix | None:
    """Pseudo-inverse Newton steps on the free coordinates to the critical point next to w."""
    field = goal.field
    free = np.ones(field.n, dtype=bool) if free is None else free
    if np.count_nonzero(free) > LARGEST_DENSE:
        return None
    limit, best, size = w.copy(), None, math.inf
    for _ in range(6):
        velocity = field.velocity(0.0, limit)
        previous, size = size, frobenius(velocity)
        if size > 0.5 * previous:
            break
        best = limit.copy()
        lam, Q = np.linalg.eigh(field.jacobian(0.0, limit)[np.ix_(free, free)])
        keep = np.abs(lam) > NEWTON_RANK * np.abs(lam).max()
        Q, lam = Q[:, keep], lam[keep]
        limit[free] -= Q @ ((Q.T @ velocity[free]) / lam)
    return _accepted(goal, w, best)


def _accepted(goal: Destination, w: Matrix, limit: Matrix | None) -> Matrix | None:
    """The polished weights if they are critical and next to where the flow is."""
    if limit is None or not _is_critical(goal, limit) or not _moved_little(goal, w, limit):
        return None
    return limit


def _is_critical(goal: Destination, w: Matrix) -> bool:
    velocity = goal.field.velocity(0.0, w)
    if frobenius(velocity) <= 0.1 * POLISHED * gradient_scale(goal, w):
        return True
    return roundoff_ratio(goal.field, w, velocity) < ROUNDOFF_RATIO


def _moved_little(goal: Destination, w: Matrix, limit: Matrix) -> bool:
    """Whether polishing moved neither the weights nor the invariants visibly."""
    if frobenius(limit - w) > MOVED * frobenius(goal.reached(w)):
        return False
    return _drift(goal.field, w, limit) <= MOST_DRIFT


def drift(field: Field, w: Matrix, limit: Matrix) -> float:
    """The largest change of an invariant from one to the other, in Frobenius norm.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> drift(Field(Problem.canonical((1,)), (1, 1, 1)), np.array([1.0, 1.0]), np.array([1.0, 2.0]))
    3.0
    """
    V, X = field.layers(w), field.layers(limit)
    pairs = zip(itertools.pairwise(V), itertools.pairwise(X), strict=True)
    moved = [b.dot(b.T) - y.dot(y.T) - a.T.dot(a) + x.T.dot(x) for (a, b), (x, y) in pairs]
    return max(map(frobenius, moved), default=0.0)


def _drift(field: Field, w: Matrix, limit: Matrix) -> float:
    """The same relative to the largest squared norm of a layer."""
    size = max(map(frobenius, (*field.layers(w), *field.layers(limit))))
    return drift(field, w, limit) / (size**2 or 1.0)
