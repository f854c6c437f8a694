"""Rows of the theory on the flow itself: symmetry, convergence, decrease, rates, closed forms."""

from __future__ import annotations

import math

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.model.layers import invariants, loss
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import (
    DEEPEST,
    EPS,
    IDENTITY,
    INEQUALITY,
    MASTER,
    NOT_ZERO,
    NOTHING,
    RESIDUAL_ROUNDOFF,
    RISE,
    SAME,
    UNDERFLOW,
)
from linviz.core.model.words import written
from linviz.core.statements.statement import Statement, within
from linviz.core.theory.certificates import kernel_bound, two_sided_rate
from linviz.core.theory.conditions import NUMERICAL
from linviz.core.theory.exact import exact_loss
from linviz.core.theory.rates import least_slope

SLOPE_ERROR = 0.05  # of a slope: what the last excess losses, known to two digits, leave open
OTHERS = {  # statements on rates that need more than imbalance
    "imbalance and margin": "the margin",
    "deficiency margin": "the margin",
    "lazy ball": "the kernel at the start",
}
MANY_STEPS = 100  # whose errors may add up
STRETCH = 2.0  # the talk's alpha in (αW_1, W_2/α)
MOST_MOMENTS = 100  # at which a pointwise inequality is measured
MOMENTS = (40, 20)  # at which a closed form is evaluated; the other one if it is an integration
PASSAGE = 3e-4  # gradient at a saddle passed, of the largest one: errors grow as much after it


def symmetry(run: Run) -> Statement | None:
    """Rescaling keeps the loss, but not C, and so not the flow."""
    if run.scenario.H == 0:
        return None
    W = run.trajectory.start
    scaled = (STRETCH * W[0], W[1] / STRETCH, *W[2:])
    before = float(run.trajectory.loss[0])
    change = abs(loss(run.trajectory.problem, scaled) - before)
    natural = max(before, 0.5 * float(np.sum(run.trajectory.problem.singular_values**2)))
    first = run.trajectory.conserved.invariants[0], invariants(scaled)[0]
    traces = [float(np.trace(C)) for C in first]
    return Statement(
        "Rescaling",
        "(αW_1, W_2/α) is as good as (W_1, W_2); but only rotations of a hidden layer keep the flow"
        " and the eigenvalues of C_j",
        f"with α = 2 the loss changes by {written(change / max(natural, NOT_ZERO), 1)} of its"
        f" size, tr C_1 from {written(traces[0])} to {written(traces[1])}",
        change <= IDENTITY * natural * (1 + _sizes(run)),
    )


def whitened(run: Run) -> Statement:
    """What the reduction to X = I keeps."""
    problem, name = run.trajectory.problem, "Raw and whitened"
    theory = (
        "whitening keeps critical values (less L_res, the least loss of any linear map) and the "
        "signs of Hessian eigenvalues, but not times, rates or C_1"
    )
    if (flat := problem.d_x - max(problem.rank, problem.n_modes)) > 0 and run.scenario.H > 0:
        theory += f"; inputs without data add {flat * run.scenario.dims[1]} zeros to the raw ones"
    if run.scenario.whitened:
        return Statement(name, theory, "the data are whitened", None)
    if problem.is_white:
        return Statement(name, theory, "X Xᵀ = I: both are the same", None)
    condition = f"X Xᵀ has condition number {written(problem.condition, 3)}"
    return Statement(name, theory, f"the data are raw; {condition}", None)


def convergence(run: Run) -> Statement:
    """Łojasiewicz: every bounded trajectory converges."""
    where = "the limit point" if run.trajectory.status == "converged" else "the end"
    slope = f"‖∇L‖ = {written(run.point.gradient_norm, 2)} at {where}"
    theory = "every trajectory converges to a critical point"
    if run.trajectory.status != "converged":
        return Statement("Convergence", theory, f"{slope}; the run ended before its limit", None)
    if run.at_limit:
        return Statement("Convergence", theory, slope, True)
    # no window refutes a statement on t → ∞
    because = run.point.reason
    if run.point.gradient_norm < UNDERFLOW:
        because = "it is too small for floating-point numbers to tell"
    return Statement("Convergence", theory, f"{slope}: not decided here, because {because}", None)


def monotone(run: Run) -> Statement:
    """The loss is a Lyapunov function."""
    trajectory = run.trajectory
    rises = np.diff(trajectory.loss)
    rise = float(rises.max(initial=-math.inf))
    rounding = RISE * float(trajectory.loss[0])
    measured = "never rose" if rise <= 0 else f"largest rise {written(rise, 2)}"
    if 0 < rise <= rounding:
        measured += ": rounding"
    slopes = trajectory.gradient_norm
    moved = MANY_STEPS * trajectory.rtol * math.sqrt(trajectory.size)
    bars = moved * np.maximum(slopes[1:], slopes[:-1]) + rounding
    return within(
        "Decreasing loss",
        "dL/dt = −‖∇L‖² ≤ 0",
        measured,
        off=float((rises / np.maximum(bars, NOT_ZERO)).max(initial=0.0)) if rise > rounding else 0,
        most=0.0,
        bar=1.0,
        because="errors of the weights, within the integrator's tolerance, move it as much",
    )


def master_inequality(run: Run) -> Statement:
    """The talk's differential inequality, at moments of the run."""
    trajectory, problem = run.trajectory, run.trajectory.problem
    name = "Differential inequality"
    theory = (
        "dL/dt ≤ −2 (L − L_res) Σ_j Π_{k<j} λ_min(W_kᵀ W_k) Π_{l>j} λ_min(W_l W_lᵀ), "
        "times the smallest nonzero eigenvalue of X Xᵀ"
    )
    if problem.is_white:
        theory = theory.rsplit(", times", 1)[0]
    moments = evenly(len(trajectory.t), MOST_MOMENTS)
    # the loss as it was recorded: from the weights alone the inequality is algebra
    excess = trajectory.loss - problem.residual_loss
    known = [int(k) for k in moments if excess[k] > MASTER * trajectory.loss[0]]
    floors = np.array([kernel_bound(problem, trajectory.frame(k)) for k in known])
    slopes = trajectory.gradient_norm[known] ** 2
    ratios = 2 * floors * excess[known] / np.maximum(slopes, NOT_ZERO)
    ratio = float(ratios.max(initial=0.0))
    if ratio <= NOTHING:
        return Statement(name, theory, "the right-hand side is 0 all along: it says nothing", None)
    measured = f"the right-hand side is at most {written(ratio)} of dL/dt"
    over = (ratios - 1) / (INEQUALITY + _blur(run, excess[known], EPS))
    because = "so small a loss is known to roundoff only"
    off = ratio - 1
    bar = off if (over <= 1).all() else 0.0
    return within(name, theory, measured, off=off, most=INEQUALITY, bar=bar, because=because)


def certified(run: Run) -> Statement:
    """The best certified rate beside the run."""
    trajectory, rate, name = run.trajectory, run.rate, "Exponential rate"
    if rate.alpha == 0:
        return Statement(name, "no rate is certified here", rate.reason, None)
    theory = (
        f"L − L_res ≤ (L(0) − L_res) exp(−2αt) with α = {written(rate.alpha)} "
        f"({rate.method}: {rate.reason}){_told_apart(run)}"
    )
    excess = trajectory.loss - trajectory.problem.residual_loss
    floor = max(
        DEEPEST * float(excess[0]), RESIDUAL_ROUNDOFF * trajectory.problem.residual_loss, 0.0
    )
    kept = excess > floor
    if not kept.any():
        return Statement(name, theory, "the start is at the minimum", None)
    over = np.log(excess[kept] / excess[0]) + 2 * rate.alpha * trajectory.t[kept]
    slack = INEQUALITY + _blur(run, excess[kept], trajectory.rtol)
    worst = int(np.argmax(over - slack))
    ratio = math.exp(min(float(over.max()), 700.0))
    measured = f"α = {written(rate.alpha)}; the loss is at most {written(ratio, 6)} of the bound"
    return Statement(name, theory, measured, bool(over[worst] <= slack[worst]))


def _told_apart(run: Run) -> str:
    """What the theorem on imbalance certifies, where another statement certifies more."""
    if run.rate.method not in OTHERS:
        return ""
    alone = two_sided_rate(run.trajectory.problem, run.trajectory.start).alpha
    told = written(alone) if alone > 0 else "nothing"
    other, alpha = OTHERS[run.rate.method], written(run.rate.alpha)
    return f"; the imbalance theorem certifies {told}; {other} certifies {alpha}"


def asymptotic(run: Run) -> Statement:
    """The slope of ln L at the end, against the kernel at the limit."""
    name = "Final slope"
    theory = "the slope of ln(L − L_res) tends to −2 λ_min of the tangent kernel (NTK) at the limit"
    theory += ", where that is positive"
    observed, missed = run.observed_rate.alpha, run.point.missed
    arrived = run.trajectory.status == "converged" and run.point.kind == "global minimum"
    if not arrived or missed or observed == 0:
        return Statement(name, theory, "no such slope here", None)
    alpha = run.final_rate.alpha
    if run.final_rate.method == "none":  # roundoff keeps the limit from being told for one
        return Statement(name, theory, f"not measured: {run.final_rate.reason}", None)
    measured = f"{written(-2 * observed)} in the last two decades"
    measured += f", the kernel's {written(-2 * alpha)}"
    if abs(observed - alpha) <= SLOPE_ERROR * alpha:
        return Statement(name, theory, measured, True)
    if observed > alpha:
        words = "the slowest direction does not dominate yet, or has no part in this run"
        return Statement(name, theory, f"{measured}: not decided here, because {words}", None)
    # by the kernel along the run the loss falls at least so fast: only this a window can refute
    least = least_slope(run.trajectory)
    if observed >= (1 - SLOPE_ERROR) * least:
        words = f"the weights still grow: the kernel allows {written(-2 * least)} there"
        return Statement(name, theory, f"{measured}: not decided here, because {words}", None)
    return Statement(name, theory, measured, False)


def exact(run: Run) -> Statement:
    """The closed form beside the integration, which may be late by a small part of the time."""
    name, trajectory, method = "Exact solution", run.trajectory, run.exact_name
    if method is None:
        return Statement(name, "a closed form, where modes decouple", run.exact_method, None)
    frames = evenly(trajectory.t.size, MOMENTS[method == NUMERICAL])
    t, found = trajectory.t[frames], trajectory.loss[frames]
    try:
        early, late = (
            exact_loss(trajectory.problem, trajectory.start, t * (1 + d)) for d in (-SAME, SAME)
        )
    except ValueError as error:
        return Statement(name, method, str(error), None)
    natural = max(float(found[0]), NOT_ZERO)
    off = np.maximum(np.maximum(found - early, late - found), 0.0) / natural  # the loss falls
    measured = f"the loss is off by {written(off.max(), 2)} of its start, but for a shift in"
    measured += f" time by {written(SAME)}"
    if (off <= SAME).all():
        return Statement(name, method, measured, True)
    first = int(np.argmax(off > SAME))
    slopes = trajectory.gradient_norm[: frames[first] + 1]
    if slopes.min() <= PASSAGE * slopes.max():
        words = (
            f"agrees until t = {written(t[first])} only: it passes a saddle so closely that errors"
        )
        words += " of the integration decide when it leaves"
        return Statement(name, method, words, None)
    return Statement(name, method, measured, False)


def _blur(run: Run, excess: Matrix, known: float) -> Matrix:
    """Relative error of small losses, where residuals are `known` to a part of the map's size."""
    problem = run.trajectory.problem
    target = float(np.linalg.norm(problem.singular_values)) + math.sqrt(2 * float(excess[0]))
    blur: Matrix = MANY_STEPS * known * target / np.sqrt(2 * excess)
    return blur + 4 * EPS * problem.residual_loss / excess


def _sizes(run: Run) -> float:
    """Product of the layers' norms over the target's: how much rounding can cancel."""
    sizes = math.prod(float(np.linalg.norm(Wj)) for Wj in run.trajectory.start)
    root = float(np.linalg.norm(run.trajectory.problem.input_root))
    return (
        sizes * root / max(float(np.linalg.norm(run.trajectory.problem.singular_values)), NOT_ZERO)
    )
