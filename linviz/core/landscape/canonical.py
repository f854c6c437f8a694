r"""A point in the coordinates in which the data are white.

With :math:`W_1' = W_1 G^{1/2}` every problem is one with X = I; the rotations
:math:`W_1' V` and :math:`U^\top W_N` make its target (D_Y 0). Critical points, ranks and the
numbers of negative, zero and positive eigenvalues of the Hessian are the same there, and roundoff
has one scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linviz.core.model.layers import Weights, prefixes, suffixes
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import EPS, ROUNDOFF, ROUNDOFF_GRADIENT

NEAR_ORIGIN = 0.75  # of s_1^{1/N}: layers up to this size have learned no mode
UNEVEN = 100.0  # layers so many times larger than others count eigenvalues at one size
LEAST_SIZE = 1e-4  # of the largest layer: a smaller one may be the roundoff of a zero


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalPoint:
    """A point in canonical coordinates with the products that the tests of 2nd order need.

    Attributes
    ----------
    problem : of the target (D_Y 0) and X = I
    W, A, B, M : its layers, their products A_j and B_j, and the residual Y - P
    sizes : of the layers, each at least 1e-4 of the largest, but for the data's unit
    scale : the size to which the gradient is compared
    slope : gradient over scale
    roundoff : what rounding the weights makes of it, at most
    cancellation : what rounding the product makes of it, where layers are large and cancel
    """

    problem: Problem
    W: Weights
    A: list[Matrix]
    B: list[Matrix]
    M: Matrix
    sizes: list[float]
    scale: float
    slope: float
    roundoff: float
    cancellation: float


def canonical_point(problem: Problem, W: Weights) -> CanonicalPoint:
    r"""The point in the coordinates in which the target is (D_Y 0).

    Its gradient is compared with :math:`s_1 \prod_{i \ne j} \|W_i\|`, or with that of a point that
    learns where this is less: near the origin it is small by the layers' smallness, which proves
    nothing.
    """
    s, N = problem.singular_values, len(W)
    target = np.zeros((problem.d_y, problem.d_x))
    np.fill_diagonal(target, s)
    layers = list(W)
    layers[0] = on_data(problem, W[0]) @ problem.input_modes
    layers[-1] = problem.output_modes.T @ layers[-1]
    A, B = prefixes(layers), suffixes(layers)
    M = target - A[-1]
    strength = float(s[0]) if s[0] > 0 else 1.0  # with Y = 0 there is no scale but the unit
    sizes = _sizes(layers, norm(problem.input_root))
    products = [norm(Aj) * norm(Bj) for Aj, Bj in zip(A[:-1], B, strict=True)]
    unit = max(strength ** (1.0 - 1.0 / N), *products)
    if s[0] > 0 and N > 1:
        unit = min(unit, math.prod(sorted(sizes)[1:]))
    missing = float(np.abs(M).max()) or 1.0
    slope = _gradient(layers, M / missing, sizes, unit) * missing / strength
    is_canonical = problem.is_white and np.array_equal(problem.cross, target)
    part = max(products) / unit if unit > 0 else 0.0
    roundoff = roundoff_on_data(problem, W[0])
    return CanonicalPoint(
        problem=problem if is_canonical else problem.canonical_with(problem.d_x),
        W=tuple(layers),
        A=A,
        B=B,
        M=M,
        sizes=sizes,
        scale=strength * unit,
        slope=slope,
        roundoff=roundoff,
        cancellation=N * roundoff * math.prod(sizes) / strength * part,
    )


def has_one_scale(problem: Problem, W: Sequence[Matrix]) -> bool:
    """Whether the data are white and the layers, zeros aside, of about one size.

    Examples
    --------
    >>> has_one_scale(Problem.canonical((2,)), (np.array([[1e3]]), np.array([[2e-3]])))
    False
    """
    sizes = [size for Wj in W if (size := norm(Wj)) > 0]
    return problem.is_white and max(sizes, default=1.0) <= UNEVEN * min(sizes, default=1.0)


def whitened(problem: Problem, W: Weights) -> tuple[Problem, Weights]:
    r"""The same point for white data, with layers of one size.

    .. math:: W_1' = c_1 W_1 (G^{1/2} + \Pi_0), \qquad W_j' = c_j W_j, \qquad \prod_j c_j = 1

    where :math:`\Pi_0` projects on the inputs that no sample has, which stay flat directions, and
    each :math:`c_j` is a power of two. Both are changes of coordinates: they keep the numbers of
    negative, zero and positive eigenvalues of the Hessian.

    Examples
    --------
    >>> problem = Problem(X=[[2.0, 0.0], [0.0, 4.0]], Y=[[0.0, 3.0]])
    >>> white, W = whitened(problem, (np.array([[0.0, 1.0]]), np.array([[1.0]])))
    >>> white.Y, W
    (array([[0., 3.]]), (array([[0., 2.]]), array([[2.]])))
    """
    n = problem.n_modes
    target = (problem.output_modes[:, :n] * problem.singular_values) @ problem.input_modes[:, :n].T
    layers, flat, powers = _in_whitened(problem, W)
    X = np.eye(problem.d_x) - flat @ flat.T
    return Problem(X, target), tuple(np.ldexp(Wj, k) for Wj, k in zip(layers, powers, strict=True))


def from_whitened(problem: Problem, W: Weights, V: Weights) -> Weights:
    """The direction at W that is V in the coordinates of `whitened`.

    Examples
    --------
    >>> problem = Problem(X=[[2.0, 0.0], [0.0, 4.0]], Y=[[0.0, 3.0]])
    >>> W = (np.array([[0.0, 1.0]]), np.array([[1.0]]))
    >>> from_whitened(problem, W, (np.array([[2.0, 4.0]]), np.array([[1.0]])))
    (array([[2., 2.]]), array([[0.5]]))
    """
    _, flat, powers = _in_whitened(problem, W)
    layers = [np.ldexp(Vj, -k) for Vj, k in zip(V, powers, strict=True)]
    layers[0] = np.linalg.solve(problem.input_root + flat @ flat.T, layers[0].T).T
    return tuple(layers)


def _in_whitened(problem: Problem, W: Weights) -> tuple[list[Matrix], Matrix, list[int]]:
    """The layers but for their sizes, inputs (d_x, m) that no sample has, exponents of each c_j."""
    layers, flat = [on_data(problem, W[0]), *W[1:]], np.zeros((problem.d_x, 0))
    if problem.rank < problem.d_x:
        flat = np.linalg.eigh(problem.input_root)[1][:, : problem.d_x - problem.rank]
        layers[0] = layers[0] + W[0] @ flat @ flat.T
    norms = [norm(Wj) for Wj in layers]
    # where the target is zero a layer of roundoff has no part in the product: it stands for a zero
    least = 0.0 if problem.singular_values[0] > 0 else ROUNDOFF * max(norms)
    filled = [n for n in norms if n > least]
    # where a layer is zero, its own factor is free, and the others may have any size
    size = sum(map(math.log2, filled)) / max(len(filled), 1)
    if len(filled) < len(norms):
        size = math.log2(problem.singular_values[0] or 1.0) / len(norms)
    powers = [round(size - math.log2(n)) if n > least else 0 for n in norms]
    if len(filled) == len(norms):
        powers[int(np.argmax(norms))] -= sum(powers)
    return layers, flat, powers


def near_origin(problem: Problem, W: Sequence[Matrix]) -> bool:
    r"""Whether a deep network is near the origin: every :math:`\|W_j\| \le 0.75\,s_1^{1/N}`.

    Examples
    --------
    >>> near_origin(Problem.canonical((2, 1)), (np.eye(2), np.eye(2)))
    True
    """
    if len(W) < 2 or problem.singular_values[0] == 0:
        return False
    layers = [on_data(problem, W[0]), *W[1:]]
    edge = NEAR_ORIGIN * float(problem.singular_values[0]) ** (1.0 / len(W))
    return all(norm(Wj) <= edge for Wj in layers)


def norm(A: Matrix) -> float:
    """The largest singular value."""
    return float(np.linalg.norm(A, 2))


def on_data(problem: Problem, W1: Matrix) -> Matrix:
    """W_1 G^(1/2), with zeros for neurons that see nothing but roundoff of inputs without data."""
    if problem.is_white:
        return W1
    seen: Matrix = W1 @ problem.input_root
    sizes = np.linalg.norm(W1, axis=1) * norm(problem.input_root)
    return np.where(np.linalg.norm(seen, axis=1) > 4 * problem.d_x * EPS * sizes, seen.T, 0.0).T


def roundoff_on_data(problem: Problem, W1: Matrix) -> float:
    """Relative roundoff of W_1 G^(1/2) and of the target, beyond that of the numbers themselves.

    It is more where what has much data cancels in W_1, and where targets that no map can fit leak
    into the modes, as far as the row space of X is known.
    """
    if problem.is_white:
        return ROUNDOFF_GRADIENT
    seen = norm(on_data(problem, W1))
    factor = norm(W1) * norm(problem.input_root) / seen if seen > 0 else 1.0
    if problem.residual_loss > 0 and problem.singular_values[0] > 0:
        left = math.sqrt(2 * problem.residual_loss * problem.condition)
        factor += left / float(problem.singular_values[0])
    return max(ROUNDOFF_GRADIENT, 16 * EPS * factor)


def _gradient(layers: Sequence[Matrix], M: Matrix, sizes: list[float], unit: float) -> float:
    """Norm of the gradient over `unit`, though products of the layers may underflow."""
    if 0.0 in sizes:
        return 0.0 if len(layers) > 1 else float(np.linalg.norm(M))
    scaled = [Wj / size for Wj, size in zip(layers, sizes, strict=True)]
    logs = np.log(sizes)
    factors = np.sum(logs) - logs
    factors -= min(float(np.log(unit)) if unit > 0 else math.inf, float(factors.max()))
    A, B = prefixes(scaled), suffixes(scaled)
    parts = [Bj.T @ M @ Aj.T for Aj, Bj in zip(A[:-1], B, strict=True)]
    squares = [float(np.sum((g * math.exp(f)) ** 2)) for g, f in zip(parts, factors, strict=True)]
    return math.sqrt(sum(squares))


def _sizes(layers: Sequence[Matrix], unit: float) -> list[float]:
    """The first layer has the data's unit: without it, it is compared with the others."""
    units = [unit if unit > 0 else 1.0] + [1.0] * (len(layers) - 1)
    norms = [norm(Wj) for Wj in layers]
    largest = max(n / u for n, u in zip(norms, units, strict=True))
    return [max(n, LEAST_SIZE * largest * u) for n, u in zip(norms, units, strict=True)]
