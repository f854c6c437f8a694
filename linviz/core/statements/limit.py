"""Rows of the theory on the limit point: critical value, ranks, signs of the Hessian, sharpness."""

from __future__ import annotations

import math

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.landscape.critical_points import TOO_SMALL
from linviz.core.landscape.hessian import hessian, zero_tolerance
from linviz.core.model.critical_values import minimum_loss, positive_modes
from linviz.core.model.layers import prefixes, product, suffixes
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import (
    AS_PREDICTED,
    ILL_CONDITIONED,
    NOT_ZERO,
    ROUNDOFF,
    SHARP,
    SMALL_SINGULAR,
    TRACES,
    UNRESOLVED,
)
from linviz.core.model.words import plural, written
from linviz.core.statements.statement import Statement, within

CLEAR = 1e-3  # singular values, relative: zero up to the one, positive from the other
MOST_FOR_TRACE = 400


def critical_value(run: Run) -> Statement:
    """The loss at the limit, against the sum over the missed modes."""
    problem, name = run.trajectory.problem, "Critical value"
    theory = (
        "L = L_res + ½ Σ s² over the missed modes, at least d_y − min d_j of them; L_res is the "
        "least loss of any linear map"
    )
    if nowhere := _no_limit(run):
        return Statement(name, theory, nowhere, None)
    s = problem.singular_values
    expected = problem.residual_loss + 0.5 * float(np.sum(s[list(run.point.missed)] ** 2))
    found = problem.residual_loss + run.trajectory.limit_excess
    natural = max(expected, 0.5 * float(np.sum(s**2))) or float(run.trajectory.loss[0]) or 1.0
    off, modes = abs(found - expected) / natural, _named(run.point.missed)
    fewest = positive_modes(problem) - min(run.scenario.dims)
    measured = f"L = {written(found, 6)}, {modes} missed; relative error {written(off, 2)}"
    if len(run.point.missed) < fewest:
        return Statement(name, theory, measured, False)
    # along a direction of curvature λ the gradient g leaves the loss g²/2λ away
    curved = np.abs(run.spectrum.eigenvalues)
    least = float(curved[curved > run.spectrum.tolerance].min(initial=math.inf))
    bar = run.point.gradient_norm**2 / (2 * least) / natural
    because = f"the gradient is {written(run.point.gradient_norm, 1)} there"
    return within(name, theory, measured, off=off, most=AS_PREDICTED, bar=bar, because=because)


def ranks(run: Run) -> Statement:
    """Ranks of P, R and Z, each counted by its own singular values."""
    problem, name = run.trajectory.problem, "Ranks"
    theory = (
        "rank R = rank P = number of learned modes, and rank Z ≥ rank R, where R = W_N⋯W_2 "
        "(N = H + 1 layers) and Z = W_H⋯W_2"
    )
    if nowhere := _no_limit(run):
        return Statement(name, theory, nowhere, None)
    W, n_modes = run.trajectory.limit, positive_modes(problem)
    learned = n_modes - len(run.point.missed)
    weakest = float(problem.singular_values[n_modes - 1]) if n_modes else 1.0
    if weakest <= ROUNDOFF * float(problem.singular_values[0]) / SMALL_SINGULAR:
        words = "not decided here, because the weakest mode is below the roundoff of the strongest"
        return Statement(name, theory, words, None)
    first = W[0] @ problem.input_root
    found = [_rank(run.trajectory.limit_product @ problem.input_root, weakest)]
    if run.scenario.H > 0 and problem.rank == problem.d_x and n_modes == problem.d_y:
        R = product(W, 2)
        # R W_1 = P: R's own singular values have no scale but this
        found.append(_rank(R, weakest / max(float(np.linalg.norm(first, 2)), weakest)))
    if None in found:
        return Statement(name, theory, "no clear gap between zero and other singular values", None)
    measured = f"learned {learned}, rank P = {found[0]}"
    measured += f", rank R = {found[1]}" if len(found) > 1 else ""
    holds = set(found) == {learned}
    if run.point.rank_Z is not None:
        measured += f", rank Z = {run.point.rank_Z}"
        holds = holds and run.point.rank_Z >= learned
    return Statement(name, theory, measured, holds)


def second_order(run: Run) -> Statement:
    """The sign of the smallest eigenvalue, against the kind that the structure tells."""
    spectrum, kind, name = run.spectrum, run.point.kind, "Kind of the limit"
    if nowhere := _no_limit(run):
        return Statement(name, "minimum, strict or non-strict saddle", nowhere, None)
    strict = kind == "strict saddle"
    expected = "has a negative eigenvalue" if strict else "has no negative eigenvalue"
    theory = f"{kind} ({run.point.reason}): the Hessian {expected}"
    smallest = written(spectrum.eigenvalues[0], 3)
    measured = f"the smallest eigenvalue is {smallest}; {plural(spectrum.n_negative, 'way')} down"
    if run.point.reason.startswith("ambiguous"):
        return Statement(name, theory, measured, None)
    if unclear := _unclear(run):
        return Statement(name, theory, f"{measured}: {unclear}", None)
    return Statement(name, theory, measured, (spectrum.n_negative > 0) == strict)


def counts(run: Run) -> Statement:
    """Index and nullity, where there is a formula."""
    name, spectrum, predicted = "Index and nullity", run.spectrum, run.predicted
    found = (spectrum.n_negative, spectrum.n_zero, spectrum.n_positive)
    measured = "{} down, {} flat, {} up".format(*found)
    if predicted is None or _no_limit(run):
        words = _no_limit(run) or "no formula at such a point"
        return Statement(name, words, measured, None)
    theory = "{} negative, {} zero and {} positive eigenvalues".format(*predicted)
    if found == predicted:
        return Statement(name, theory, measured, True)
    few = found[0] <= predicted[0] and found[2] <= predicted[2]
    sizes = np.sort(np.abs(spectrum.eigenvalues))
    surplus = sizes[predicted[1] : found[1]]  # counted as zero, but predicted not to be
    s = run.trajectory.problem.singular_values[: positive_modes(run.trajectory.problem)]
    # a pair of layers far larger than a mode asks leaves its square of the largest eigenvalue
    part = float(s[-1]) ** (2 - 2 / len(run.trajectory.W)) / sizes[-1] if s.size else 1.0
    weak = part**2 < ILL_CONDITIONED
    if few and surplus.size and (weak or surplus[0] > UNRESOLVED * sizes[-1]):
        measured += f": {surplus.size} too small to be told from zero"
        return Statement(name, theory, measured, None)
    if (unclear := _unclear(run)) or run.point.reason.startswith("ambiguous"):
        words = unclear or f"not decided here, because {run.point.reason}"
        return Statement(name, theory, f"{measured}: {words}", None)
    return Statement(name, theory, measured, False)


def sufficient(run: Run) -> Statement:
    """The talk's item (iii): sufficient, not necessary."""
    point, negative, name = run.point, run.spectrum.n_negative, "Item (iii)"
    theory = (
        "at a saddle of rank r < d_y, rank Z > r, Z = W_H⋯W_2, gives the Hessian a negative "
        "eigenvalue"
    )
    if _no_limit(run) or point.rank_Z is None:
        return Statement(name, theory, _no_limit(run) or "H = 0: there is no Z", None)
    if point.rank >= min(*run.scenario.dims, positive_modes(run.trajectory.problem)):
        return Statement(name, theory, "the limit has the largest rank that there is", None)
    measured = f"rank Z = {point.rank_Z}, r = {point.rank}, {plural(negative, 'way')} down"
    if point.rank_Z <= point.rank:
        return Statement(name, theory, measured + ": says nothing here", None)
    if negative == 0 and (unclear := _unclear(run) or _extra(run)):
        return Statement(name, theory, f"{measured}: {unclear}", None)
    return Statement(name, theory, measured, negative > 0)


def trace(run: Run) -> Statement:
    """The residual part of the Hessian is traceless."""
    problem, W, name = run.trajectory.problem, run.trajectory.limit, "Trace of the Hessian"
    theory = "equals the trace of the neural tangent kernel (NTK), at every point"
    # tr K = Σ_j ‖B_j‖² ‖A_j G^(1/2)‖²; the kernel itself has (d_x d_y)² entries
    pairs = zip(prefixes(W)[:-1], suffixes(W), strict=True)
    kernel = sum(float(np.sum((A @ problem.input_root) ** 2) * np.sum(B**2)) for A, B in pairs)
    values = run.spectrum.eigenvalues
    total = float(values.sum())
    if run.spectrum.method == "kernel":  # its eigenvalues are the NTK's: no evidence
        if values.size > MOST_FOR_TRACE:
            return Statement(name, theory, "not measured at this size", None)
        total = float(np.trace(hessian(problem, W)))
    # where the products of layers cancel, each entry is known to the roundoff of their sizes
    bar = values.size * zero_tolerance(problem, W, float(np.abs(values).max()))
    return within(
        name,
        theory,
        f"{written(total, 6)}, the kernel's {written(kernel, 6)}",
        off=abs(total - kernel),
        most=TRACES * float(np.abs(values).sum()),
        bar=bar,
        because="the products of layers cancel, and leave their roundoff",
    )


def sharpness(run: Run) -> Statement:
    """The floor below which no global minimum's largest eigenvalue lies."""
    problem, name = run.trajectory.problem, "Sharpness floor"
    floor = run.sharpness_floor
    largest = float(run.spectrum.eigenvalues[-1])
    theory = f"every global minimum has λ_max ≥ {written(floor, 6)}"
    if _no_limit(run) or run.point.kind != "global minimum":
        return Statement(name, theory, _no_limit(run) or "the end is no global minimum", None)
    measured = f"λ_max = {written(largest, 6)}"
    if min(run.scenario.dims) < positive_modes(problem):
        return Statement(name, theory + ", not proved for a bottleneck", measured, None)
    # the limit interpolates up to its excess loss: as much of the target may be missing
    s = problem.singular_values
    gap = len(run.trajectory.W) * math.sqrt(2 * run.trajectory.limit_excess) / max(s[0], NOT_ZERO)
    because = "the limit is known to its excess loss only"
    off = (floor - largest) / max(floor, NOT_ZERO)
    return within(name, theory, measured, off=off, most=SHARP, bar=2 * gap, because=because)


def conjecture(run: Run) -> Statement:
    """What one run can say of almost every start: nothing but an example."""
    H, problem = run.scenario.H, run.trajectory.problem
    status = (
        "proved, the problem is convex"
        if H == 0
        else "proved"
        if H == 1
        else "open in general for H ≥ 2"
    )
    above = float(run.trajectory.loss[-1]) - minimum_loss(problem, run.scenario.dims)
    end = run.point.kind if run.trajectory.status == "converged" else "not at its limit"
    return Statement(
        "Global convergence",
        "for almost all data, almost every start reaches a global minimum: " + status,
        f"this one start: {end}, at the end {written(max(above, 0.0), 2)} above the minimum",
        None,
    )


def _no_limit(run: Run) -> str:
    """Why the end is no limit point, or nothing."""
    if run.trajectory.status != "converged":
        return "not decided here, because the run ended before its limit"
    if run.at_limit:
        return ""
    return f"not decided here, because {run.point.reason}"


def _unclear(run: Run) -> str:
    """Why the Hessian's signs do not speak for or against the kind of the limit, or nothing."""
    point, negative = run.point, run.spectrum.n_negative
    if point.kind == "strict saddle" and negative == 0 and TOO_SMALL in point.reason:
        return f"not decided here, because {TOO_SMALL}"
    if point.kind != "strict saddle" and negative > 0 == point.index:
        return "not decided here, because the distance from the limit makes as much of a zero"
    return ""


def _extra(run: Run) -> str:
    """Why the rank of Z may be that of the product, or nothing."""
    layers = run.trajectory.limit[1:-1]
    size = math.prod(float(np.linalg.norm(Wj, 2)) for Wj in layers)
    Z = product(layers) if layers else np.eye(run.scenario.dims[1])
    extra = float(np.linalg.svd(Z, compute_uv=False)[run.point.rank]) / max(size, NOT_ZERO)
    if run.point.kind == "strict saddle" or extra >= CLEAR:
        return ""
    return (
        f"not decided here, because Z's singular value {run.point.rank + 1} is {written(extra, 1)}"
    )


def _rank(A: Matrix, unit: float) -> int | None:
    """Number of singular values that are clearly positive; None where some are neither."""
    values = np.linalg.svd(A, compute_uv=False) / unit
    if ((values > SMALL_SINGULAR) & (values < CLEAR)).any():
        return None
    return int(np.count_nonzero(values >= CLEAR))


def _named(missed: tuple[int, ...]) -> str:
    if not missed:
        return "no mode"
    return f"mode{'s' * (len(missed) > 1)} {', '.join(str(k + 1) for k in missed)}"
