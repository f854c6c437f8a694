r"""Exponential rates that need the start to be near the target, or the kernel to be large.

Since the loss does not increase, Weyl's inequality keeps the singular values of the product away
from zero if the start has a margin. With :math:`\rho = \sqrt{2(L(0) - L_{res})}` and the
eigenvalues of G = X X^T between g > 0 (the smallest nonzero one) and :math:`\gamma`, for all t

.. math:: \sigma_k(P(t)) \ge \max\Bigl(\frac{s_k - \rho}{\sqrt\gamma},\
          \sigma_k(W_{LR}) - \frac{\rho}{\sqrt g}\Bigr).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from linviz.core.model import checks
from linviz.core.model.conserved import Conserved
from linviz.core.model.layers import check_weights, excess_loss
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import ROUNDOFF, ROUNDOFF_OF_C
from linviz.core.theory.certificates import Rate, bottleneck, data_factor, scaled_rate


def singular_floor(problem: Problem, W: Sequence[Matrix], k: int) -> float:
    r"""Lower bound on the k-th largest (from 1) singular value of P(t), for all t >= 0.

    The bound is the one above; it is 0 where the margin is not positive, or below the roundoff of
    the two numbers that it is the difference of.

    References
    ----------
    Weyl's inequality for singular values, and :math:`\dot L \le 0`.

    Examples
    --------
    >>> round(singular_floor(Problem.canonical((3, 2)), (np.diag([3.0, 1.5]),), 2), 12)
    1.5
    """
    W = check_weights(problem, W)
    if checks.whole(k, "k", 1) > problem.n_modes or problem.rank == 0:
        return 0.0
    rho = math.sqrt(2 * excess_loss(problem, W))
    strongest = 1.0 if problem.is_white else float(np.linalg.norm(problem.input_root, 2))
    size = max(float(problem.singular_values[0]), _size_of_map(problem, W))
    whitened = _margin(float(problem.singular_values[k - 1]), rho, size) / strongest
    sigma = np.linalg.svd(problem.least_squares, compute_uv=False)
    factor = data_factor(problem)  # 0 where it underflows
    root = math.sqrt(factor)
    raw = _margin(float(sigma[k - 1]), rho / root, max(sigma[0], size / root)) if root > 0 else 0.0
    return max(whitened, raw)


def _margin(strength: float, rho: float, size: float) -> float:
    """Their difference where it is above its own roundoff, else 0: that would certify nothing."""
    margin = strength - rho
    return margin if margin > ROUNDOFF * max(strength, rho, size) else 0.0


def _size_of_map(problem: Problem, W: Sequence[Matrix]) -> float:
    """Bound on the terms that the product is summed from, whose roundoff is in the loss."""
    logs = [math.log(norm) if (norm := float(np.linalg.norm(Wj))) > 0 else -math.inf for Wj in W]
    root = float(np.linalg.norm(problem.input_root))
    return root * math.exp(min(sum(logs), 300.0))


def imbalance_margin_rate(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> Rate:
    r"""One hidden layer: imbalance and margin together.

    .. math:: \alpha = \tfrac g2 \Bigl[a - c + \sqrt{(a + c)^2 + 4\sigma_{d_y}^2}\Bigr]
              + \tfrac g2 \Bigl[b - e + \sqrt{(b + e)^2 + 4\sigma_{d_x}^2}\Bigr]

    with :math:`a = \lambda_{d_y}(C)_+`, :math:`e = \lambda_1(C)_+`,
    :math:`b = \lambda_{d_x}(-C)_+`, :math:`c = \lambda_1(-C)_+` (0 for an eigenvalue that does not
    exist) and :math:`\sigma_k` from `singular_floor`.

    Notes
    -----
    The brackets bound :math:`x = \lambda_{min}(W_2W_2^\top)` and
    :math:`\lambda_{min}(W_1^\top W_1)`. For the first, :math:`(x - a)(x + c) \ge \sigma_{d_y}^2`:
    let :math:`W_2W_2^\top u = xu`, :math:`q = W_2^\top u`, and w in the eigenspace of C for
    eigenvalues >= a with :math:`W_2w \parallel u`. On span(q, w) C has one eigenvalue a' >= a and
    one -c' in [-c, 0], and :math:`W_2^\top W_2 - C \succeq 0` there; its determinant gives
    :math:`|P^\top u|^2 \le (x - a')(x + c') \le (x - a)(x + c)`. The second is the first of the
    transposed network. With :math:`\Delta_- = c - b`, :math:`\Delta_+ = e - a` and
    :math:`\Delta = a + b` the sum is the published one; there too :math:`\Delta_-` belongs to
    :math:`\sigma_{d_y}`.

    References
    ----------
    Min, Vidal, Mallada 2023, "On the convergence of gradient flow on multi-layer linear models";
    Tarmoun et al. 2021.

    Examples
    --------
    >>> W = (np.diag([1.0, 1.0]), np.diag([2.0, 2.0]))
    >>> imbalance_margin_rate(Problem.canonical((2, 2)), W).alpha
    5.0
    """
    W = check_weights(problem, W)
    method = "imbalance and margin"
    if len(W) != 2:
        return Rate(0.0, method, f"the theorem is for one hidden layer, there are {len(W) - 1}")
    conserved = known or Conserved(W)
    C = conserved.spectra[0]
    a, e = _positive_part(C, problem.d_y), _positive_part(C, 1)
    b, c = _positive_part(-C[::-1], problem.d_x), _positive_part(-C[::-1], 1)
    sigma_y = sigma_x = 0.0
    if C.size >= problem.d_y:
        sigma_y = singular_floor(problem, W, problem.d_y)
        sigma_x = singular_floor(problem, W, problem.d_x)
    kernel = _larger_root(a, c, sigma_y) + _larger_root(b, e, sigma_x)
    if kernel <= ROUNDOFF_OF_C * conserved.size:
        return Rate(
            0.0,
            method,
            bottleneck(problem, W)
            or f"{_margin_words(problem, W)}, and C_1 has fewer than {problem.d_y} positive and "
            f"fewer than {problem.d_x} negative eigenvalues",
        )
    return scaled_rate(
        problem,
        kernel,
        method,
        f"C_1 with λ_{problem.d_y} = {a:.4g} and λ_{problem.d_x}(-C_1) = {b:.4g}, "
        f"σ_{problem.d_y}(P) >= {sigma_y:.4g}",
    )


def deficiency_rate(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> Rate:
    r"""Balanced weights with a deficiency margin, any depth.

    .. math:: \alpha = g\,\kappa\, c^{2 - 2/N}, \qquad
              c = \sigma_{d_y}(P(t)) \text{ at least, by `singular_floor`}

    where every C_j = 0, no hidden layer is narrower than d_y, and c > 0; :math:`\kappa = N` if
    d_x = d_y and 1 otherwise. For white data :math:`c = s_{d_y} - \|P(0) - Y\|_F`.

    References
    ----------
    Arora, Cohen, Golowich, Hu 2019, arXiv:1810.02281, have the notion of a deficiency margin; the
    factor kappa and the exponent 2 - 2/N are our own, derived for the gradient flow.

    Examples
    --------
    >>> W = (np.array([[1.5]]), np.array([[1.5]]))
    >>> deficiency_rate(Problem.canonical((2.0,)), W).alpha
    3.5
    """
    W = check_weights(problem, W)
    method, N = "deficiency margin", len(W)
    conserved = known or Conserved(W)
    if not conserved.is_balanced:
        worst = f"max ‖C_j‖ = {conserved.largest:.3g}"
        reason = f"the weights are not balanced: {worst}, the theorem asks for 0"
        return Rate(0.0, method, reason)
    narrow = bottleneck(problem, W)
    if narrow:
        return Rate(0.0, method, narrow)
    c = singular_floor(problem, W, problem.d_y)
    if c == 0:
        return Rate(0.0, method, _margin_words(problem, W))
    kappa = N if problem.d_x == problem.d_y else 1
    words = f"margin c = {c:.4g}, {kappa} c^(2 - 2/{N})"
    return scaled_rate(problem, kappa * c ** (2 - 2 / N), method, words)


def lazy_rate(problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None) -> Rate:
    r"""One hidden layer whose kernel is so large that the weights stay near their start.

    .. math:: \alpha = m^2, \qquad m = \tfrac12 \Bigl(\kappa +
              \sqrt{\kappa^2 - 4\sqrt\gamma\rho}\Bigr), \qquad \kappa^2 = \lambda_{min}(K(0))

    where :math:`\kappa^2 \ge 4\sqrt\gamma\rho`, with :math:`\rho = \sqrt{2(L(0) - L_{res})}`,
    gamma the largest eigenvalue of X X^T and lambda_min taken on the range of the data.

    Notes
    -----
    The Jacobian is linear in the weights, with Lipschitz constant :math:`\sqrt\gamma`, and as long
    as its smallest singular value is at least m the weights travel at most :math:`\rho/m`.

    References
    ----------
    Lazy training: Chizat, Oyallon, Bach 2019, arXiv:1812.07956, with the constants of this network.

    Examples
    --------
    >>> W = (np.array([[2.0]]), np.array([[2.0]]))
    >>> round(lazy_rate(Problem.canonical((4.0,)), W).alpha, 12)
    8.0
    """
    W = check_weights(problem, W)
    method = "lazy ball"
    if len(W) != 2:
        return Rate(0.0, method, f"the theorem is for one hidden layer, there are {len(W) - 1}")
    if problem.rank == 0:
        return Rate(0.0, method, "X = 0: the loss does not depend on the weights")
    start = _kernel_floor(problem, W)
    root = 1.0 if problem.is_white else float(np.linalg.norm(problem.input_root, 2))
    needed = 4 * root * math.sqrt(2 * excess_loss(problem, W))
    size = (known or Conserved(W)).size
    if start <= ROUNDOFF_OF_C * root**2 * size or start < needed:
        reason = f"λ_min(K(0)) = {start:.4g}, the theorem asks for at least {needed:.4g}"
        return Rate(0.0, method, bottleneck(problem, W) or reason)
    m = 0.5 * (math.sqrt(start) + math.sqrt(start - needed))
    return Rate(m**2, method, f"λ_min(K(0)) = {start:.4g} >= {needed:.4g}")


def _larger_root(a: float, c: float, sigma: float) -> float:
    """Larger root of (x - a)(x + c) = sigma²."""
    return max(0.5 * (a - c + math.hypot(a + c, 2 * sigma)), a)


def _positive_part(descending: Matrix, k: int) -> float:
    """Positive part of the k-th largest eigenvalue, 0 where there are fewer."""
    return max(float(descending[k - 1]), 0.0) + 0.0 if k <= descending.size else 0.0


def _kernel_floor(problem: Problem, W: Sequence[Matrix]) -> float:
    r"""lambda_min(K) on the data's range, H = 1, where K = G ⊗ W_2W_2ᵀ + G^½W_1ᵀW_1G^½ ⊗ I."""
    sigma = np.linalg.svd(W[1], compute_uv=False)
    smallest = float(sigma[-1] ** 2) if sigma.size == problem.d_y else 0.0
    inner = smallest * np.eye(problem.d_x) + W[0].T @ W[0]
    values = np.linalg.eigvalsh(problem.input_root @ inner @ problem.input_root)
    return max(float(values[-problem.rank]), 0.0)


def _margin_words(problem: Problem, W: Sequence[Matrix]) -> str:
    """The margin that is not positive, in words."""
    rho = math.sqrt(2 * excess_loss(problem, W))
    weakest = float(problem.singular_values[-1])
    return (
        f"the margin s_{problem.d_y} - √(2(L(0) - L_res)) = {weakest:.4g} - {rho:.4g} "
        "is not positive"
    )
