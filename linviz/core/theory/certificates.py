r"""Exponential rates that the conserved matrices alone certify.

With :math:`E = (P - W_{LR})\,G^{1/2}`, :math:`G = XX^\top`, and the neural tangent kernel K

.. math:: \frac{d}{dt}(L - L_{res}) = -\mathrm{vec}(E)^\top K\, \mathrm{vec}(E), \qquad
          K \succeq G \otimes I \cdot \sum_{j=1}^N \prod_{k<j} \lambda_{min}(W_k^\top W_k)
          \prod_{l>j} \lambda_{min}(W_lW_l^\top).

The rows of E lie in the range of G: the smallest *nonzero* eigenvalue g of G is what counts, and X
may have any rank. Hence :math:`L(t) - L_{res} \le (L(0) - L_{res})\, e^{-2\alpha t}` with alpha
= g times a lower bound of the sum, which the eigenvalues of the C_j give, since
:math:`W_{l}^\top W_{l} = C_{l-1} + W_{l-1}W_{l-1}^\top`. (White data: g = 1.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linviz.core.model.conserved import Conserved
from linviz.core.model.layers import check_weights, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import ROUNDOFF_OF_C


@dataclass(frozen=True, slots=True)
class Rate:
    r"""An exponential rate, :math:`L(t) - L_{res} \le (L(0) - L_{res})\, e^{-2\alpha t}`.

    Attributes
    ----------
    alpha : float
        The rate; 0 where there is none.
    method : str
        The name of the theorem, or of the measurement.
    reason : str
        Where alpha comes from, or the hypothesis that fails, in words with numbers.
    """

    alpha: float
    method: str
    reason: str


def proposition_rate(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> Rate:
    r"""The paper's rate, the product of one eigenvalue of each conserved matrix.

    .. math:: \alpha = g \prod_{j=1}^H \lambda_{d_{j+1}}(C_j)

    with the d_{j+1}-th *largest* eigenvalue, where :math:`d_1 \ge \dots \ge d_H \ge d_y` and all of
    them are positive; g is the smallest nonzero eigenvalue of X X^T (1 for white data).

    References
    ----------
    arXiv:1811.03568, the proposition on exponential convergence. The talk prints "the
    d_{j+1}-smallest eigenvalue", and a single one; both readings are false in general.

    Examples
    --------
    >>> rate = proposition_rate(Problem.canonical((1,)), (np.zeros((2, 1)), np.array([[0.0, 3.0]])))
    >>> rate.alpha, rate.reason
    (9.0, 'λ_1(C_1) = 9')
    """
    W = check_weights(problem, W)
    dims, conserved = widths(W), known or Conserved(W)
    zero = ROUNDOFF_OF_C * conserved.size
    factors = []
    for j, values in enumerate(conserved.spectra, start=1):
        wanted, positive = dims[j + 1], int(np.count_nonzero(values > zero))
        if wanted > dims[j]:
            return _fails("proposition", grows(dims, j))
        if positive < wanted:
            reason = f"C_{j} has {_counted(positive)}, the theorem asks for {wanted}"
            return _fails("proposition", reason)
        factors.append(float(values[wanted - 1]))
    names = [f"λ_{dims[j + 1]}(C_{j})" for j in range(1, len(W))]
    return scaled_rate(problem, math.prod(factors), "proposition", _product_words(names, factors))


def cumulative_rate(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> Rate:
    r"""The same hypotheses, or weaker ones, used better: the bounds on the layers add up.

    .. math:: \alpha = g \prod_{l=2}^N m_l, \qquad m_1 = 0, \quad
              m_l = \max\bigl(0,\ \lambda_{d_l}(C_{l-1}) + m_{l-1}\bigr)

    for :math:`d_1 \ge \dots \ge d_H \ge d_y`: m_l bounds
    :math:`\lambda_{min}(W_lW_l^\top)` from below at all times.

    References
    ----------
    Weyl's inequality in the proof of the proposition of arXiv:1811.03568.

    Examples
    --------
    >>> W = tuple(np.array([[w]]) for w in (0.0, 1.0, 2.0))  # C_1 = 1, C_2 = 3
    >>> cumulative_rate(Problem.canonical((1,)), W).alpha
    4.0
    """
    W = check_weights(problem, W)
    dims, floors = widths(W), layer_floors(known or Conserved(W))
    for j in range(1, len(W)):
        if dims[j + 1] > dims[j]:
            return _fails("cumulative", grows(dims, j))
        if floors[j] == 0:
            reason = f"nothing keeps the singular values of W_{j + 1} away from 0: " + (
                f"λ_{dims[j + 1]}(C_{j}) + m_{j} <= 0"
            )
            return _fails("cumulative", reason)
    names = [f"m_{j}" for j in range(2, len(W) + 1)]
    return scaled_rate(
        problem, math.prod(floors[1:]), "cumulative", _product_words(names, floors[1:])
    )


def two_sided_rate(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> Rate:
    r"""Imbalance of either sign: a sum over the layer p that separates growth from decline.

    .. math:: \alpha = g \sum_{p=1}^N \prod_{k<p} n_k \prod_{l>p} m_l, \qquad
              n_N = 0,\quad n_k = \max\bigl(0,\ \lambda_{d_{k-1}}(-C_k) + n_{k+1}\bigr)

    with m_l as in `cumulative_rate` (and m_l = 0 where d_l > d_{l-1}, n_k = 0 where
    d_k < d_{k-1}): n_k bounds :math:`\lambda_{min}(W_k^\top W_k)` from below. It is at least the
    cumulative rate, which is its term p = 1.

    References
    ----------
    The master inequality above, with the cumulative bounds from both ends.

    Examples
    --------
    >>> W = (np.array([[3.0]]), np.array([[0.0]]))  # C_1 = -9
    >>> two_sided_rate(Problem.canonical((1,)), W).alpha
    9.0
    """
    W = check_weights(problem, W)
    conserved = known or Conserved(W)
    terms = _separated(layer_floors(conserved, transposed=True)[::-1], layer_floors(conserved))
    alpha = sum(terms)
    if alpha == 0:
        narrow = bottleneck(problem, W)
        return _fails(
            "two-sided",
            narrow or "every term has a layer that the C_j do not keep away from rank deficiency",
        )
    words = " + ".join(f"{term:.4g}" for term in terms if term > 0)
    return scaled_rate(problem, alpha, "two-sided", f"sum over the layer between: {words}")


def kernel_bound(problem: Problem, W: Sequence[Matrix]) -> float:
    r"""Lower bound on the smallest eigenvalue of the kernel at these weights (on the data's range).

    .. math:: \lambda_{min}(K) \ge g \sum_{j=1}^N \prod_{k<j} \lambda_{min}(W_k^\top W_k)
              \prod_{l>j} \lambda_{min}(W_lW_l^\top)

    References
    ----------
    arXiv:1811.03568, the differential inequality in the proof of the proposition (it needs the
    one half in the loss).

    Examples
    --------
    >>> kernel_bound(Problem.canonical((1,)), (np.array([[2.0]]), np.array([[1.0]])))
    5.0
    """
    W = check_weights(problem, W)
    columns = [_smallest_square(Wk, Wk.shape[1]) for Wk in W]
    rows = [_smallest_square(Wl, Wl.shape[0]) for Wl in W]
    return data_factor(problem) * sum(_separated(columns, rows))


def layer_floors(conserved: Conserved, *, transposed: bool = False) -> list[float]:
    r"""Lower bounds m_1, ..., m_N on :math:`\lambda_{min}(W_lW_l^\top)` for all time.

    With `transposed` the layers come last first and each counts as its transpose, whose conserved
    matrices are :math:`-C_H, \dots, -C_1`.
    """
    chain, spectra = list(conserved.W), list(conserved.spectra)
    if transposed:
        chain = [Wj.T for Wj in chain[::-1]]
        spectra = [-values[::-1] for values in spectra[::-1]]
    floors = [0.0]
    for values, Wl in zip(spectra, chain[1:], strict=True):
        d_l, d_before = Wl.shape
        bound = float(values[d_l - 1]) + floors[-1] if d_l <= d_before else 0.0
        floors.append(bound if bound > ROUNDOFF_OF_C * conserved.size else 0.0)
    return floors


def data_factor(problem: Problem) -> float:
    r"""Smallest nonzero eigenvalue g of :math:`XX^\top`; 0 where X = 0."""
    if problem.is_white or problem.rank == 0:
        return float(problem.rank > 0)
    return float(np.linalg.eigvalsh(problem.input_root)[-problem.rank] ** 2)


def scaled_rate(problem: Problem, kernel: float, method: str, reason: str) -> Rate:
    """The rate from a bound on the kernel of white data, and what the data make of it."""
    g = data_factor(problem)
    if g == 0:
        return _fails(method, "X = 0: the loss does not depend on the weights")
    if problem.is_white:
        return Rate(kernel, method, reason)
    return Rate(
        g * kernel, method, f"{reason}, times the smallest nonzero eigenvalue of X Xᵀ, {g:.4g}"
    )


def grows(dims: Sequence[int], j: int) -> str:
    """The widths that break d_1 >= ... >= d_H >= d_y, in words."""
    return (
        f"d_{j} = {dims[j]} < d_{j + 1} = {dims[j + 1]}: the theorem asks for widths that do not "
        "grow after the first hidden layer"
    )


def bottleneck(problem: Problem, W: Sequence[Matrix]) -> str:
    """Why no rate towards L_res can hold for all targets, in words; empty where it can."""
    if problem.d_y > problem.d_x:
        return f"d_y = {problem.d_y} > d_x = {problem.d_x}: the theorems are for d_x >= d_y"
    hidden = [Wj.shape[0] for Wj in W[:-1]]
    if min(hidden, default=problem.d_y) >= problem.d_y:
        return ""
    j = int(np.argmin(hidden))
    return (
        f"hidden layer {j + 1} has width {hidden[j]} < d_y = {problem.d_y}: no theorem covers a "
        "bottleneck"
    )


def _separated(columns: Sequence[float], rows: Sequence[float]) -> list[float]:
    """The N terms of the sum over the layer that separates columns (before) from rows (after)."""
    return [math.prod(columns[:p]) * math.prod(rows[p + 1 :]) for p in range(len(rows))]


def _smallest_square(A: Matrix, n: int) -> float:
    """Square of the n-th singular value, 0 where there are fewer."""
    sigma = np.linalg.svd(A, compute_uv=False)
    return float(sigma[n - 1] ** 2) if n <= sigma.size else 0.0


def _fails(method: str, reason: str) -> Rate:
    return Rate(0.0, method, reason)


def _counted(n: int) -> str:
    return f"{n} positive eigenvalue" + ("" if n == 1 else "s")


def _product_words(names: Sequence[str], factors: Sequence[float]) -> str:
    if not names:
        return "no hidden layer: the loss is convex"
    if len(names) == 1:
        return f"{names[0]} = {factors[0]:.4g}"
    return f"{' '.join(names)} = {' · '.join(f'{factor:.4g}' for factor in factors)}"
