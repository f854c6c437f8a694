r"""How fast the loss decays: what theorems certify beforehand, and what a run shows.

All rates share one convention, :math:`L(t) - L_{res} \le (L(0) - L_{res})\,e^{-2\alpha t}`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.model.conserved import Conserved
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.curvature import kronecker_sum
from linviz.core.model.layers import (
    check_weights,
    excess_loss,
    n_parameters,
    prefixes,
    suffixes,
    widths,
)
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import AT_LIMIT, DEEPEST, EPS, ROUNDOFF, ROUNDOFF_OF_C
from linviz.core.theory.certificates import Rate, cumulative_rate, proposition_rate, two_sided_rate
from linviz.core.theory.margins import deficiency_rate, imbalance_margin_rate, lazy_rate

if TYPE_CHECKING:
    from linviz.core.flow.trajectory import Trajectory

__all__ = [
    "Rate",
    "a_posteriori_bound",
    "asymptotic_rate",
    "certified_rate",
    "observed_rate",
    "rate_bounds",
]

BOUNDS = (
    proposition_rate,
    cumulative_rate,
    two_sided_rate,
    imbalance_margin_rate,
    deficiency_rate,
    lazy_rate,
)
DECAY = 100.0  # the last factor of decay that is read as the asymptotic slope


def rate_bounds(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> tuple[Rate, ...]:
    r"""Every bound, with alpha = 0 and the hypothesis that fails where it does not apply.

    In this order: the proposition, its cumulative and its two-sided form
    (`linviz.core.theory.certificates`), imbalance and margin, the deficiency margin and the lazy
    ball (`linviz.core.theory.margins`).

    Examples
    --------
    >>> W = (np.diag([1.0, 1.0]), np.diag([2.0, 2.0]))
    >>> [round(rate.alpha, 3) for rate in rate_bounds(Problem.canonical((2, 2)), W)]
    [3.0, 3.0, 3.0, 5.0, 0.0, 5.0]
    """
    W = check_weights(problem, W)
    conserved = known or Conserved(W)
    return tuple(bound(problem, W, known=conserved) for bound in BOUNDS)


def certified_rate(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> Rate:
    r"""Best certified exponential rate towards the least-squares loss.

    .. math:: L(t) - L_{res} \le (L(0) - L_{res})\, e^{-2\alpha t}\qquad (t \ge 0)

    Parameters
    ----------
    problem : Problem
        White or raw: for raw data every bound carries the smallest nonzero eigenvalue of X X^T.
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
        The weights at t = 0.
    known : Conserved, optional
        What they conserve, where it has been computed before.

    Returns
    -------
    Rate
        The bound of `rate_bounds` with the largest alpha; among equals the first. Where none
        applies, alpha is 0.0, method "none", and the reason is the hypothesis of the
        proposition that fails.

    References
    ----------
    arXiv:1811.03568, the proposition on exponential convergence, corrected; see `rate_bounds`.

    Examples
    --------
    >>> problem = Problem.canonical((2, 1))
    >>> certified_rate(problem, (np.zeros((2, 2)), 3 * np.eye(2)))
    Rate(alpha=9.0, method='proposition', reason='λ_2(C_1) = 9')
    >>> certified_rate(problem, (np.zeros((2, 2)), np.diag([3.0, 0.0]))).reason
    'C_1 has 1 positive eigenvalue, the theorem asks for 2'
    """
    W = check_weights(problem, W)
    conserved = known or Conserved(W)
    rates = rate_bounds(problem, W, known=conserved)
    # roundoff must not decide between two names of one number
    best = max(rate.alpha for rate in rates)
    if best > 0:
        return next(rate for rate in rates if rate.alpha >= best * (1 - ROUNDOFF_OF_C))
    reasons = [rates[0].reason]
    if conserved.is_balanced:
        reasons.append(rates[4].reason)  # balanced: only a margin could help
    return Rate(0.0, "none", "; ".join(dict.fromkeys(reasons)))


def asymptotic_rate(problem: Problem, W: Sequence[Matrix]) -> float:
    r"""Exponential rate at which the flow comes to a limit point that fits the data best.

    .. math:: \alpha_\infty = \lambda_{min}(K(W_\infty)), \qquad
              L(t) - L_{res} \sim e^{-2\alpha_\infty t} \text{ generically, if } \alpha_\infty > 0

    on the range of the data (the directions of X that hold none are left out). Where it is positive
    it is also the smallest nonzero eigenvalue of the Hessian there; where it is 0 the approach is
    slower than any exponential, or a direction has no part in it.

    Raises
    ------
    ValueError
        If L(W) > L_res: at a saddle, or at the minimum of a bottleneck, the kernel says nothing
        about the rate of approach.

    Examples
    --------
    >>> asymptotic_rate(Problem.canonical((4, 1)), (np.diag([2.0, 1.0]), np.diag([2.0, 1.0])))
    2.0
    """
    W = check_weights(problem, W)
    excess = excess_loss(problem, W)
    scale = 0.5 * float(np.sum(problem.singular_values**2))
    if excess > AT_LIMIT * scale > 0:  # where Y = 0, every critical point has L = L_res
        raise ValueError(
            f"expected a limit point with L = L_res, found L - L_res = {excess:.3g}: the rate of "
            "approach to another limit is the smallest positive eigenvalue of spectrum(problem, W)"
            " where no direction is flat beyond the critical set"
        )
    return _kernel_minimum(problem, W)


def observed_rate(trajectory: Trajectory) -> Rate:
    r"""The slope of a run's end, :math:`-\tfrac12\, d\ln(L - L_\infty)/dt`.

    It is read between the last moment at which the loss is known to three digits and the one at
    which its excess was a hundred times larger. L_inf is the loss at the limit, or the global
    minimum where the run did not converge.

    Returns
    -------
    Rate
        alpha 0.0, with the reason, where the loss did not fall by that factor, or belongs to a
        network with an activation, whose limit is not known.

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> trajectory = gradient_flow(Problem.canonical((2,)), (np.eye(1), np.eye(1)))
    >>> round(observed_rate(trajectory).alpha, 2)
    4.0
    """
    if not trajectory.law.is_linear:
        return Rate(0.0, "observed", "with an activation the loss at the limit is not known")
    window = _window(trajectory)
    if isinstance(window, str):
        return Rate(0.0, "observed", window)
    start, end = window
    alpha = 0.5 * math.log(DECAY) / (end - start)
    return Rate(alpha, "observed", f"slope of ln(L - L∞) for {start:.4g} <= t <= {end:.4g}")


def least_slope(trajectory: Trajectory) -> float:
    r"""What the kernel along the run leaves of the rate that `observed_rate` reads.

    .. math:: \frac{1}{t_2 - t_1} \int_{t_1}^{t_2} \lambda_{min}(K(W(\tau)))\,d\tau

    over the same window, as a lower sum like `a_posteriori_bound`: the loss falls at least as fast.

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> trajectory = gradient_flow(Problem.canonical((2,)), (np.eye(1), np.eye(1)))
    >>> 3.5 < least_slope(trajectory) < 1.02 * observed_rate(trajectory).alpha
    True
    """
    window = _window(trajectory)
    if isinstance(window, str):
        return 0.0
    first, last = np.searchsorted(trajectory.t, window)
    frames = range(max(int(first) - 1, 0), int(last) + 1)
    t = np.clip(trajectory.t[frames.start : frames.stop], *window)
    floors = np.array([_kernel_minimum(trajectory.problem, trajectory.frame(k)) for k in frames])
    total = float(np.sum(np.minimum(floors[1:], floors[:-1]) * np.diff(t)))
    return total / (window[1] - window[0])


def _window(trajectory: Trajectory) -> tuple[float, float] | str:
    """The times between which the last slope is read, or why there are none."""
    t, excess = trajectory.t, _excess_over_limit(trajectory)
    floor = DEEPEST * float(excess[0])
    known = np.flatnonzero(excess > floor)
    if known.size < 2:
        return "the loss is at its limit from the start"
    gone = int(np.flatnonzero(excess <= floor)[0]) if known.size < t.size else t.size
    logs = np.minimum.accumulate(np.log(excess[:gone]))
    end = float(logs[-1])
    if logs[0] - end < math.log(DECAY):
        return (
            f"the excess loss fell only from {excess[0]:.3g} to {math.exp(end):.3g}, a factor of "
            f"{DECAY:g} is needed to read a slope"
        )
    start, end = float(np.interp(-(end + math.log(DECAY)), -logs, t[:gone])), float(t[gone - 1])
    if not end - start > ROUNDOFF * end:
        return (
            f"the last factor of {DECAY:g} falls at t = {end:.4g}, faster than its clock can tell"
        )
    return start, end


def a_posteriori_bound(trajectory: Trajectory) -> Matrix:
    r"""Bound on the excess loss from the kernel along the run, (n,).

    .. math:: L(t) - L_{res} \le (L(0) - L_{res})
              \exp\Bigl(-2\int_0^t \lambda_{min}(K(W(\tau)))\,d\tau\Bigr)

    The integral is a lower sum: between two moments kept, the smaller of both eigenvalues counts.

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> problem = Problem.canonical((2,))
    >>> trajectory = gradient_flow(problem, (np.eye(1), np.eye(1)), t_end=1.0)
    >>> bool((trajectory.loss <= a_posteriori_bound(trajectory) * (1 + 1e-6)).all())
    True
    """
    problem, t = trajectory.problem, trajectory.t
    frames = range(len(t))
    floors = np.array([_kernel_minimum(problem, trajectory.frame(k)) for k in frames])
    steps = np.minimum(floors[1:], floors[:-1]) * np.diff(t)
    integral = np.concatenate([[0.0], np.cumsum(steps)])
    bound: Matrix = trajectory.excess[0] * np.exp(-2 * integral)
    return bound


def _kernel_minimum(problem: Problem, W: Sequence[Matrix]) -> float:
    """Smallest eigenvalue of the kernel on the range of the data, (rank X) d_y directions.

    The kernel itself, as wide as d_x d_y, is built only where no smaller matrix has its minimum.
    """
    n, dims = problem.rank * problem.d_y, widths(W)
    # J J^T with fewer parameters than rows, or without the directions u v^T that a bottleneck bars
    if n == 0 or n_parameters(dims) < n or min(dims[1:-1], default=n) < min(problem.rank, dims[-1]):
        return 0.0
    values, vectors = np.linalg.eigh(problem.input_root)
    top = slice(problem.d_x - problem.rank, None)
    root = vectors[:, top] * values[top]
    inputs = [(Aj @ root).T @ (Aj @ root) for Aj in prefixes(W)[:-1]]
    outputs = [Bj @ Bj.T for Bj in suffixes(W)]
    if len(W) <= 2:  # the kernel is block diagonal in the eigenvectors of B_1 B_1^T
        weakest = float(np.linalg.eigvalsh(outputs[0])[0])
        return _least(weakest * inputs[0] + sum(inputs[1:]))
    if not problem.is_white:
        return _least(kronecker_sum(inputs, outputs))
    # the kernel of W_1 splits off, where only the first layer contributes
    rows = np.linalg.qr((W[0] @ root).T)[0]
    rest = [rows.T @ Pj @ rows for Pj in inputs]
    least = _least(kronecker_sum(rest, outputs))
    return min(least, _least(outputs[0])) if rows.shape[1] < problem.d_x else least


def _least(K: Matrix) -> float:
    """Smallest eigenvalue of a positive semidefinite matrix; 0 where it may be roundoff's."""
    lam = np.linalg.eigvalsh(K)
    return float(lam[0]) if lam[0] > len(lam) * EPS * lam[-1] else 0.0


def _excess_over_limit(trajectory: Trajectory) -> Matrix:
    """L - L∞ at each frame, without cancellation where the limit fits the data best."""
    problem = trajectory.problem
    if trajectory.status == "converged":
        limit = trajectory.limit_excess
    else:
        limit = minimum_loss(problem, trajectory.dims) - problem.residual_loss
    if limit <= AT_LIMIT * 0.5 * float(np.sum(problem.singular_values**2)):
        return trajectory.excess
    return trajectory.excess - limit
