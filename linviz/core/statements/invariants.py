"""Rows of the theory on what the flow keeps: C_j, norms, the determinant's sign, exact zeros."""

from __future__ import annotations

import itertools
import math

import numpy as np

from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.run import Run
from linviz.core.landscape.hessian import spectrum
from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.layers import Weights, pack
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import KEPT_BY_FLOW, NOT_ZERO, RANK_GAP, SINGULAR
from linviz.core.model.words import written
from linviz.core.statements.statement import Statement, within
from linviz.core.theory.invariants import (
    n_independent,
    norm_gaps,
)

MOST_FOR_RANK = 400
MANY_STEPS = 100  # whose errors may add up
DRIFT_OF_STEPS = 1e-3  # the most that errors of steps may explain
MOST_FOR_SPECTRUM = 400


def conserved(run: Run) -> Statement:
    """C_j along the flow."""
    name = "Invariants"
    if run.scenario.H == 0:
        return Statement(name, "C_j for j = 1..H", "H = 0: there is none", None)
    worst = float(run.trajectory.relative_drift.max())
    measured = f"no C_j moves by more than {written(worst, 2)} of ‖W‖²"
    return _kept(run, name, "each C_j stays as it was at t = 0", measured, worst)


def independent(run: Run) -> Statement:
    """How many of the entries of all C_j are independent."""
    dims, name = run.scenario.dims, "Independent invariants"
    count = n_independent(dims)
    entries = sum(d * (d + 1) // 2 for d in dims[1:-1])
    theory = f"at generic weights {count} of the {entries} entries of all C_j are independent"
    if run.scenario.H == 0 or run.scenario.n_parameters > MOST_FOR_RANK:
        return Statement(name, theory, "not measured at this size", None)
    rank = _invariants_rank(run.trajectory.start)
    measured = f"{rank} of them at the start"
    if rank < count:
        return Statement(name, theory, measured + ": a special start, not a generic one", None)
    return Statement(name, theory, measured, rank == count)


def norms(run: Run) -> Statement:
    """The scalar gaps of the talk, with their sign."""
    theory = "‖W_j‖² − ‖W_N‖² is constant, minus the traces of C_j, ..., C_H added up"
    if run.scenario.H == 0:
        return Statement("Norm gaps", theory, "H = 0: one layer only", None)
    gaps = norm_gaps(run.trajectory.W)
    worst = float(np.abs(gaps - gaps[0]).max() / max(run.trajectory.size, NOT_ZERO))
    measured = f"no distance moves by more than {written(worst, 2)} of ‖W‖²"
    return _kept(run, "Norm gaps", theory, measured, worst)


def _kept(run: Run, name: str, theory: str, measured: str, worst: float) -> Statement:
    """A drift against the integrator's promise, and against the sum of its steps' errors."""
    steps = run.trajectory.n_steps
    bar = min(steps * run.trajectory.rtol, DRIFT_OF_STEPS)
    because = f"{steps} steps of the integrator may err by as much"
    return within(name, theory, measured, off=worst, most=KEPT_BY_FLOW, bar=bar, because=because)


def determinant(run: Run) -> Statement | None:
    """The sign of det P of a balanced square start."""
    problem, dims = run.trajectory.problem, run.scenario.dims
    square = dims[0] == dims[-1] == min(dims) == positive_modes(problem)
    if run.scenario.H == 0 or not square or not _is_balanced(run):
        return None
    P = run.trajectory.product
    values = np.linalg.svd(P, compute_uv=False)
    known = max(SINGULAR, MANY_STEPS * run.trajectory.rtol)  # below, the sign may be an error's
    singular = values[:, -1] <= known * max(float(values.max()), NOT_ZERO)
    name, theory = "Sign of the determinant", "balanced square weights keep the sign of det P"
    last = int(np.argmax(singular)) if singular.any() else len(P)
    if last == 0:
        return Statement(name, theory, "det P is 0 at the start", None)
    signs = np.linalg.slogdet(P[:last]).sign
    if (signs != signs[0]).any():
        return Statement(name, theory, "changed", False)
    same = signs[0] == np.linalg.slogdet(problem.least_squares).sign
    words = "that of the target" if same else "not the target's: only roundoff could reach it"
    if last < len(P):
        words += f"; det P is 0 as far as it is known from t = {written(run.trajectory.t[last])}"
    return Statement(name, theory, f"kept; it is {words}", True)


def stable_manifold(run: Run) -> Statement | None:
    """Whether a start on a saddle's stable manifold has zeros that are exact."""
    if not RULES[run.scenario.rule].saddle or not run.scenario.missed:
        return None
    name = "Stable manifold"
    theory = "weights that vanish by symmetry stay 0, so the run ends in a saddle"
    if min(run.scenario.dims) < positive_modes(run.trajectory.problem):
        theory += ", or in the minimum of the bottleneck, where that has no room for these modes"
    w = np.array([pack(run.trajectory.frame(k)) for k in range(len(run.trajectory.t))])
    zero = w[0] == 0
    count = f"{np.count_nonzero(zero)} of {zero.size} weights are exactly 0"
    if not zero.any():
        return _escape(run, name, theory)
    if (moved := float(np.abs(w[:, zero]).max())) > 0:
        measured = f"{count} at the start, but not all stay so: up to {written(moved, 2)}"
        exact = _decouples_exactly(run)
        bar = 0.0 if exact else RANK_GAP * float(np.abs(w).max())
        because = "the data's modes are eigenvectors of X Xᵀ to roundoff only, which grows"
        return within(name, theory, measured, off=moved, most=0.0, bar=bar, because=because)
    if not run.at_limit:
        words = "the run ended before its limit"
        if run.trajectory.status == "converged":
            words = f"not decided here, because {run.point.reason}"
        return Statement(name, theory, f"{count} all along; {words}", None)
    holds = run.point.kind in ("strict saddle", "non-strict saddle")
    n_modes = run.trajectory.problem.n_modes
    if run.point.kind == "global minimum" and min(run.scenario.dims) < n_modes:
        return Statement(name, theory, f"{count} all along; the bottleneck has no more room", None)
    return Statement(name, theory, f"{count} all along; the end is a {run.point.kind}", holds)


def no_nonstrict_saddle(run: Run) -> Statement | None:
    r"""For H = 2, inertia of an invariant that no non-strict saddle can have.

    Notes
    -----
    At a non-strict saddle of rank :math:`r < r_{max} = \min_j d_j` the layers W_2 and W_3 have
    rank r, and W_1 too where d_x = d_y. Then :math:`C_2 = W_3^\top W_3 - W_2W_2^\top` has at most r
    positive and at most r negative eigenvalues, and so has :math:`C_1` where d_x = d_y; both are
    conserved, so that a start with more of them cannot end there.

    Proof of the ranks, for X = I (a change of the coordinates of W_1 brings the other data there)
    and Y of rank d_y. Let :math:`M = Y - P = \sum_{k \in I} s_ku_kv_k^\top`, with d_y - r missed
    modes I: since :math:`MP^\top = 0` and :math:`P^\top M = 0` at a critical point, these are
    modes of Y. To second order in V the loss changes by :math:`\tfrac12\|P_1\|^2 - \langle M,
    P_2\rangle`, with the terms P_1 and P_2 of :math:`P(W + V)` of first and second order; at a
    non-strict saddle this is never negative. In each case below P_1 has two terms, of which one
    vanishes and the other tends to 0 as one of two layers of V is divided by c, the other
    multiplied, while P_2 stays: hence :math:`\langle M, P_2\rangle = 0`, for its sign is free.

    1. :math:`V_3 = u_ka^\top, V_1 = bv_k^\top`: :math:`\langle M, P_2\rangle = s_k\,a^\top W_2b`.
       With :math:`a^\top W_2W_1 = 0`: rank W_2 = rank W_2W_1. With W_3W_2b = 0: rank W_2 = rank
       W_3W_2.
    2. :math:`V_2 = ef^\top, V_1 = bv_k^\top`: :math:`\langle M, P_2\rangle = s_k\,(f^\top b)
       (e^\top W_3^\top u_k)`. With W_3W_2b = 0, that is W_2b = 0, and with
       :math:`f^\top W_1 = 0`: either :math:`W_3^\top u_k = 0` for every missed k, so that rank W_3
       = r, or W_2 is injective and W_1 surjective. Then P has the rank of W_3W_2, that of W_2,
       which is d_1 > r: impossible. And rank W_2 = rank W_3W_2 is at most r.
    3. :math:`V_3 = u_ka^\top, V_2 = ef^\top`: in the same way W_1v_k = 0 for every missed k, so
       that rank W_1 = r where d_x = d_y.
    """
    problem, dims = run.trajectory.problem, run.scenario.dims
    s, n_modes = problem.singular_values, positive_modes(problem)
    tied = any(equal_strength(s, k, k + 1) for k in range(n_modes - 1))
    if run.scenario.H != 2 or n_modes < problem.d_y or tied:
        return None
    r_max = min(dims)
    inertias = run.trajectory.conserved.inertias
    usable = (1, 2) if problem.d_x == problem.d_y else (2,)
    found = {j: max(inertias[j - 1][0], inertias[j - 1][2]) for j in usable}
    name = "No non-strict saddle"
    theory = (
        "H = 2: if "
        + " or ".join(f"C_{j}" for j in usable)
        + f" has {r_max} positive or {r_max} negative eigenvalues, the limit is no non-strict "
        "saddle"
    )
    measured = ", ".join(
        f"C_{j} has {inertias[j - 1][2]} positive and {inertias[j - 1][0]} negative" for j in usable
    )
    if max(found.values()) < r_max:
        return Statement(name, theory, measured + ": says nothing of this start", None)
    if run.trajectory.status != "converged":
        return Statement(name, theory, measured + "; the run ended before its limit", None)
    measured += f"; the end is a {run.point.kind}"
    if run.point.reason.startswith("ambiguous"):
        return Statement(name, theory, f"{measured}: not decided here, {run.point.reason}", None)
    return Statement(name, theory, measured, run.point.kind != "non-strict saddle")


def _escape(run: Run, name: str, theory: str) -> Statement:
    """Zeros to roundoff only: when the run has to leave, and when it did."""
    trajectory, problem = run.trajectory, run.trajectory.problem
    if run.scenario.n_parameters > MOST_FOR_SPECTRUM:
        return Statement(name, theory, "the zeros are not exact: roundoff grows", None)
    missed = list(run.scenario.missed)
    level = problem.residual_loss + 0.5 * float(np.sum(problem.singular_values[missed] ** 2))
    above = np.flatnonzero(trajectory.loss > 0.99 * level)
    k = int(above[np.argmin(trajectory.gradient_norm[above])]) if above.size else 0
    lowest = float(spectrum(problem, trajectory.frame(k)).eigenvalues[0])
    measured = "the zeros hold to roundoff only"
    if lowest < 0:
        predicted = math.log(1 / float(np.finfo(float).eps)) / -lowest
        measured += f": it should leave at about ln(1/ε)/|λ_min| = {written(predicted, 3)}"
    last = float(trajectory.t[above[-1]]) if above.size else 0.0
    left = last < trajectory.t[-1]
    measured += f", and {'left at' if left else 'stayed until'} {written(last, 3)}"
    return Statement(name, theory, measured, None)


def _decouples_exactly(run: Run) -> bool:
    """Whether X Xᵀ and Y Xᵀ are diagonal to the last bit, so that zeros of modes stay zeros."""
    gram, cross = run.trajectory.problem.gram, run.trajectory.problem.cross
    return all(np.count_nonzero(A) == np.count_nonzero(np.diagonal(A)) for A in (gram, cross))


def _is_balanced(run: Run) -> bool:
    conserved = run.trajectory.conserved
    return conserved.size > 0 and conserved.is_balanced


def _invariants_rank(W: Weights) -> int:
    """Rank of the derivative of W -> (C_1, ..., C_H), by its action on each weight."""
    columns = []
    for j, Wj in enumerate(W):
        for k in range(Wj.size):
            V = [np.zeros_like(Wi) for Wi in W]
            V[j].flat[k] = 1.0
            columns.append(_tangent(W, V))
    singular = np.linalg.svd(np.array(columns), compute_uv=False)
    return int(np.count_nonzero(singular > RANK_GAP * max(singular[0], NOT_ZERO)))


def _tangent(W: Weights, V: list[Matrix]) -> Matrix:
    """Derivative of all C_j in the direction V, in one vector."""
    parts = []
    for (Wj, Wk), (Vj, Vk) in zip(itertools.pairwise(W), itertools.pairwise(V), strict=True):
        change = Vk.T @ Wk - Vj @ Wj.T
        parts.append((change + change.T).ravel())
    return np.concatenate(parts)
