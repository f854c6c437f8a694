"""Every statement of the theory beside what a run measured: one row each, in the talk's order.

A row holds, does not hold, or does not apply (None); it never claims more than was computed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linviz.core.discretization import sharpness_floor
from linviz.core.exact import exact_loss
from linviz.core.hessian import ntk
from linviz.core.invariants import n_independent, norm_gaps, relative_drift
from linviz.core.problem import Matrix, minimum_loss
from linviz.core.rates import asymptotic_rate, observed_rate
from linviz.core.run import Run
from linviz.core.weights import Weights

SMALL = 1e-7
MOST_FOR_RANK = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the theory and what a run says of it.

    Attributes
    ----------
    name, theory, measured : str
    holds : bool or None
        None where the statement does not apply or nothing can be measured.
    """

    name: str
    theory: str
    measured: str
    holds: bool | None


def statements(run: Run) -> tuple[Statement, ...]:
    """All statements, each with its measurement on this run.

    Examples
    --------
    >>> from linviz.core.run import run
    >>> from linviz.core.scenario import Scenario
    >>> rows = statements(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    >>> [row.name for row in rows if row.holds is False]
    []
    """
    return tuple(state(run) for state in _STATEMENTS)


def _conserved(run: Run) -> Statement:
    name = "Invariants"
    if run.scenario.H == 0:
        return Statement(name, "C_j for j = 1..H", "H = 0: there is none", None)
    worst = float(relative_drift(run.trajectory).max())
    return Statement(
        name,
        "each C_j stays as it was at t = 0",
        f"largest drift {worst:.1e}, relative to the largest squared norm of a layer",
        worst <= SMALL,
    )


def _independent(run: Run) -> Statement:
    dims, name = run.scenario.dims, "Independent invariants"
    count = n_independent(dims)
    entries = sum(d * (d + 1) // 2 for d in dims[1:-1])
    theory = f"{count} of the {entries} different entries of all C_j are independent"
    if run.scenario.H == 0 or run.scenario.n_parameters > MOST_FOR_RANK:
        return Statement(name, theory, "not measured at this size", None)
    rank = _invariants_rank(tuple(Wj[0] for Wj in run.trajectory.W))
    generic = rank == count
    measured = f"rank {rank} at the start"
    if rank < count:
        return Statement(name, theory, measured + ": a special start, not a generic one", None)
    return Statement(name, theory, measured, generic)


def _norms(run: Run) -> Statement:
    theory = "‖W_j‖² − ‖W_N‖² is constant, minus the traces of C_j, ..., C_H added up"
    if run.scenario.H == 0:
        return Statement("Norm gaps", theory, "H = 0: one layer only", None)
    squares = np.stack([np.sum(Wj**2, axis=(1, 2)) for Wj in run.trajectory.W])
    gaps = squares[:-1] - squares[-1]
    start = norm_gaps(tuple(Wj[0] for Wj in run.trajectory.W))[:, None]
    worst = float(np.abs(gaps - start).max() / max(squares.max(), 1e-300))
    return Statement("Norm gaps", theory, f"largest relative change {worst:.1e}", worst <= SMALL)


def _convergence(run: Run) -> Statement:
    done = run.trajectory.status == "converged"
    measured = f"‖∇L‖ = {run.point.gradient_norm:.1e} at the end"
    return Statement(
        "Convergence",
        "every trajectory converges to a critical point",
        measured if done else f"{measured}; the run ended before its limit",
        True if done else None,
    )


def _monotone(run: Run) -> Statement:
    loss = run.trajectory.loss
    rise = float(np.diff(loss).max(initial=-math.inf))
    return Statement(
        "Decreasing loss",
        "dL/dt = −‖∇L‖² ≤ 0",
        "never rose" if rise <= 0 else f"largest rise {rise:.1e}",
        rise <= 1e-12 * max(1.0, float(loss[0])),
    )


def _certified(run: Run) -> Statement:
    trajectory, problem = run.trajectory, run.trajectory.problem
    rate = run.rate
    if rate.alpha == 0:
        return Statement("Exponential rate", "no certificate: " + rate.reason, "–", None)
    excess = trajectory.loss - problem.residual_loss
    bound = excess[0] * np.exp(-2 * rate.alpha * trajectory.t)
    kept = excess > 1e-12 * excess[0]
    worst = float((excess[kept] / bound[kept]).max())
    return Statement(
        "Exponential rate",
        f"L − L_res ≤ (L(0) − L_res) exp(−2αt) with α = {rate.alpha:.4g} ({rate.method})",
        f"largest ratio of loss to bound {worst:.6g}",
        worst <= 1 + 1e-6,
    )


def _asymptotic(run: Run) -> Statement:
    theory, name = "the slope of ln L at the end is −2 λ_min(NTK at the limit)", "Final slope"
    observed = observed_rate(run.trajectory)
    if run.point.kind != "global minimum" or run.point.missed or observed.alpha == 0:
        return Statement(name, theory, "no such slope here", None)
    alpha = asymptotic_rate(run.trajectory.problem, run.trajectory.limit)
    measured = f"−{2 * observed.alpha:.4g} observed, −{2 * alpha:.4g} from the kernel"
    close = abs(observed.alpha - alpha) <= 0.05 * alpha
    if not close:
        measured += ": a special start, without the slowest direction"
    return Statement(name, theory, measured, True if close else None)


def _critical_value(run: Run) -> Statement:
    problem = run.trajectory.problem
    theory = "L = L_res + ½ Σ s² over the missed modes"
    if run.point.kind == "not critical":
        return Statement("Critical value", theory, "the end is not critical", None)
    expected = problem.residual_loss
    expected += 0.5 * float(np.sum(problem.singular_values[list(run.point.missed)] ** 2))
    off = abs(run.point.loss - expected) / max(expected, float(run.trajectory.loss[0]), 1e-300)
    return Statement("Critical value", theory, f"off by {off:.1e}, relative", off <= 1e-8)


def _ranks(run: Run) -> Statement:
    point, theory = run.point, "rank R = rank P = number of learned modes, and rank Z ≥ rank R"
    if point.kind == "not critical":
        return Statement("Ranks", theory, "the end is not critical", None)
    n_modes = int(np.count_nonzero(run.trajectory.problem.singular_values > 0))
    learned = n_modes - len(point.missed)
    measured = f"rank P = {point.rank}, learned {learned}"
    if run.scenario.H == 0 or point.rank_Z is None:
        return Statement("Ranks", theory, measured, point.rank == learned)
    holds = point.rank == learned and point.rank_Z >= point.rank
    return Statement("Ranks", theory, f"{measured}, rank Z = {point.rank_Z}", holds)


def _second_order(run: Run) -> Statement:
    spectrum, name = run.spectrum, "Kind of the limit"
    kind = run.point.kind
    if kind == "not critical":
        return Statement(name, "minimum, strict or non-strict saddle", "not critical", None)
    strict = kind == "strict saddle"
    expected = "has a negative eigenvalue" if strict else "has no negative eigenvalue"
    return Statement(
        name,
        f"{kind}: the Hessian {expected}",
        f"smallest eigenvalue {spectrum.eigenvalues[0]:.2e}, {spectrum.n_negative} negative",
        (spectrum.n_negative > 0) == strict,
    )


def _counts(run: Run) -> Statement:
    found = (run.spectrum.n_negative, run.spectrum.n_zero, run.spectrum.n_positive)
    measured = "{} negative, {} zero, {} positive".format(*found)
    if run.predicted is None:
        return Statement("Index and nullity", "no formula at such a point", measured, None)
    theory = "{} negative, {} zero, {} positive".format(*run.predicted)
    return Statement("Index and nullity", theory, measured, found == run.predicted)


def _sufficient(run: Run) -> Statement:
    point, theory = run.point, "below full rank, rank Z > rank R gives a negative eigenvalue"
    most = min(*run.scenario.dims, int(np.count_nonzero(run.trajectory.problem.singular_values)))
    if point.rank is None or point.rank_Z is None or point.rank >= most:
        return Statement("Item (iii)", theory, "the limit is not below full rank", None)
    measured = f"rank Z = {point.rank_Z}, rank R = {point.rank}, {run.spectrum.n_negative} negative"
    if point.rank_Z <= point.rank:
        return Statement("Item (iii)", theory, measured + ": says nothing here", None)
    return Statement("Item (iii)", theory, measured, run.spectrum.n_negative > 0)


def _trace(run: Run) -> Statement:
    problem, W = run.trajectory.problem, run.trajectory.limit
    kernel = float(np.trace(ntk(problem, W)))
    hess = float(run.spectrum.eigenvalues.sum())
    off = abs(hess - kernel) / max(abs(kernel), 1e-300) if kernel else abs(hess)
    return Statement(
        "Trace of the Hessian",
        "equals the trace of the NTK at every point",
        f"{hess:.6g} and {kernel:.6g}",
        off <= 1e-9,
    )


def _sharpness(run: Run) -> Statement:
    problem, n_layers = run.trajectory.problem, len(run.trajectory.W)
    floor = sharpness_floor(problem, n_layers)
    largest = float(run.spectrum.eigenvalues[-1])
    theory = f"every global minimum has λ_max ≥ {floor:.6g}"
    if run.point.kind != "global minimum":
        return Statement("Sharpness floor", theory, "the end is no global minimum", None)
    holds = largest >= floor * (1 - 1e-9)
    return Statement("Sharpness floor", theory, f"λ_max = {largest:.6g}", holds)


def _exact(run: Run) -> Statement:
    trajectory, name = run.trajectory, "Exact solution"
    W = tuple(Wj[0] for Wj in trajectory.W)
    try:
        exact = exact_loss(trajectory.problem, W, trajectory.t)
    except ValueError as error:
        return Statement(name, f"none known: {error}", "–", None)
    worst = float(np.abs(exact - trajectory.loss).max() / max(float(trajectory.loss[0]), 1e-300))
    return Statement(
        name,
        run.exact_method,
        f"largest difference in the loss {worst:.1e}, relative to its start",
        worst <= 1e-5,
    )


def _conjecture(run: Run) -> Statement:
    H = run.scenario.H
    status = "a convex problem" if H == 0 else "proved" if H == 1 else "open for H ≥ 2"
    lowest = minimum_loss(run.trajectory.problem, run.scenario.dims)
    above = float(run.trajectory.loss[-1]) - lowest
    end = run.point.kind if run.trajectory.status == "converged" else "not at a limit"
    return Statement(
        "Global convergence",
        f"almost every start reaches a global minimum: {status}",
        f"this start: {end}, {above:.1e} above the minimum",
        None,
    )


def _whitened(run: Run) -> Statement:
    problem, name = run.trajectory.problem, "Raw and whitened"
    theory = "whitening keeps critical values and signs, but not times, rates or C"
    if problem.is_white and not run.scenario.whitened:
        return Statement(name, theory, "X Xᵀ = I: both are the same", None)
    shown = "whitened" if run.scenario.whitened else "raw"
    return Statement(name, theory, f"shown: the flow of the {shown} data", None)


def _invariants_rank(W: Weights) -> int:
    """Rank of the derivative of W -> (C_1, ..., C_H), by its action on each weight."""
    columns = []
    for j, Wj in enumerate(W):
        for k in range(Wj.size):
            V = [np.zeros_like(Wi) for Wi in W]
            V[j].flat[k] = 1.0
            columns.append(_tangent(W, V))
    singular = np.linalg.svd(np.array(columns), compute_uv=False)
    return int(np.count_nonzero(singular > 1e-9 * max(singular[0], 1e-300)))


def _tangent(W: Weights, V: list[Matrix]) -> Matrix:
    """Derivative of all C_j in the direction V, in one vector."""
    parts = []
    for (Wj, Wk), (Vj, Vk) in zip(itertools.pairwise(W), itertools.pairwise(V), strict=True):
        change = Vk.T @ Wk - Vj @ Wj.T
        parts.append((change + change.T).ravel())
    return np.concatenate(parts)


_STATEMENTS: tuple[Callable[[Run], Statement], ...] = (
    _whitened,
    _convergence,
    _monotone,
    _conserved,
    _independent,
    _norms,
    _certified,
    _asymptotic,
    _critical_value,
    _ranks,
    _second_order,
    _counts,
    _sufficient,
    _trace,
    _sharpness,
    _exact,
    _conjecture,
)
