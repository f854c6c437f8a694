"""Rows of the theory on the run beside the flow: gradient descent, or a nonlinear network."""

from __future__ import annotations

import math

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.flow.activation import Activation
from linviz.core.flow.backpropagation import nonlinear_gradient
from linviz.core.flow.field import Field
from linviz.core.flow.steps import Descent, iterates
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.layers import Weights, invariants, pack
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import (
    EPS,
    IDENTITY,
    INEQUALITY,
    KEPT_BY_NETWORK,
    NOT_ZERO,
    ROUNDOFF,
    SHARP,
)
from linviz.core.model.words import written
from linviz.core.statements.statement import Statement, within
from linviz.core.theory.discretization import angular_momenta, one_step_drift
from linviz.core.theory.neurons import imbalance_leak, neuron_invariants
from linviz.core.theory.weight_decay import critical_weight_decay, decayed_strengths

LEAKED = 1e-3  # of max ‖W_j‖²: how well the integral of a leak is known
BLUR = 1e-4  # relative: difference of two rules at which an integral is known well enough
HARDLY_MOVING = 0.02  # of a critical weight decay: two roots are near each other there
AT_REST = 1e-3  # of s_1: modes as near as this to where weight decay ends are there
MOST_FOR_SPECTRUM = 400


def one_step(run: Run) -> Statement | None:
    """The exact change of each C_j in the first step of descent."""
    descent = run.beside
    if descent is None or descent.law.kind != "descent" or run.scenario.H == 0:
        return None
    rule, name = descent.law, "One step of descent"
    theory = "C_j changes by η²(G_{j+1}ᵀ G_{j+1} − G_j G_jᵀ), nothing in first order"
    if rule.weight_decay > 0:
        theory = "C_j changes by ((1 − ηλ)² − 1) C_j + η²(G_{j+1}ᵀ G_{j+1} − G_j G_jᵀ)"
    if rule.label_noise > 0:
        return Statement(name, theory, "label noise: exact in the mean only", None)
    before, after = descent.start, descent.at(min(rule.step, float(descent.t[-1])))
    try:
        decay = rule.weight_decay
        expected = one_step_drift(descent.problem, before, rule.step, weight_decay=decay)
    except ValueError as error:  # beyond floating-point numbers
        return Statement(name, theory, f"not measured: {error}", None)
    size = max(float(np.sum(Wj**2)) for Wj in (*before, *after))
    off = max(
        float(np.linalg.norm(new - old - change))
        for new, old, change in zip(
            invariants(after), descent.conserved.invariants, expected, strict=True
        )
    )
    words = f"the first step is off by {written(off / max(size, NOT_ZERO), 1)} of ‖W‖²"
    return Statement(name, theory, words, off <= IDENTITY * size)


def drift_of_descent(run: Run) -> Statement | None:
    """The drift of each C_j along descent, against the sum over its steps."""
    descent = run.beside
    if descent is None or descent.law.kind != "descent" or run.scenario.H == 0:
        return None
    rule, name = descent.law, "Drift under descent"
    theory = "‖C_j(k) − C_j(0)‖ ≤ η² Σ √(‖G_j‖⁴ + ‖G_{j+1}‖⁴), of the order of the step"
    if rule.weight_decay > 0:
        theory = "C_j decays like (1 − ηλ)^{2k} ≈ exp(−2λt), up to η² Σ √(‖G_j‖⁴ + ‖G_{j+1}‖⁴)"
    if rule.momentum > 0:
        return Statement(name, theory, "momentum: C_j is not conserved to first order", None)
    steps = np.rint(descent.t / rule.step).astype(int)
    keep = (1 - rule.step * rule.weight_decay) ** 2
    decayed = [Cj - keep ** steps[:, None, None] * Cj[0] for Cj in descent.invariants]
    off = np.stack([np.linalg.norm(Dj, axis=(1, 2)) for Dj in decayed], axis=1)
    roundoff = ROUNDOFF * descent.size * np.sqrt(1.0 + steps)[:, None]
    bound = _second_order(descent, rule, keep)[steps] + roundoff
    worst, allowed = float(off.max()), float(bound.max())
    measured = f"at most {written(worst, 3)}; the bound ends at {written(allowed, 3)}"
    return Statement(name, theory, measured, bool((off <= bound).all()))


def angular_momentum(run: Run) -> Statement | None:
    """What the heavy ball keeps instead of C_j."""
    descent = run.beside
    if descent is None or descent.law.kind != "descent" or run.scenario.H == 0:
        return None
    if descent.law.momentum == 0 or descent.status == "diverged":
        return None
    t, step = float(descent.t[-1]), descent.law.step
    W = descent.at(t)
    moves = [b - a for a, b in zip(descent.at(max(t - step, 0.0)), W, strict=True)]
    size = sum(
        float(np.linalg.norm(a)) * float(np.linalg.norm(b)) for a, b in zip(W, moves, strict=True)
    )
    start = float(descent.squared_norms[0].sum())
    off = max(float(np.linalg.norm(Q)) for Q in angular_momenta(W, moves))
    # differences of weights are known to their roundoff only
    floor = ROUNDOFF * max(start, sum(float(np.sum(Wj**2)) for Wj in W))
    return Statement(
        "Heavy ball",
        "momentum moves C_j; the angular momenta of the hidden layers stay 0",
        f"{written(off, 2)} after the last step, where {written(size, 2)} would be possible",
        off <= floor + SHARP * size,
    )


def edge_of_stability(run: Run) -> Statement | None:
    """At which minima descent can rest."""
    descent = run.beside
    if descent is None or descent.law.kind != "descent" or descent.law.label_noise > 0:
        return None
    rule, problem = descent.law, descent.problem
    edge, floor = rule.edge, run.sharpness_floor
    critical = 2 / floor if floor > 0 else math.inf
    theory = (
        f"from almost every start, descent rests only where λ_max ≤ {written(edge)}; no global"
        f" minimum has that above the critical step {written(critical)}"
    )
    measured, name = f"step {written(rule.step)}", "Edge of stability"
    if rule.weight_decay > 0 or rule.momentum > 0:
        theory = f"from almost every start, descent rests only where λ_max ≤ {written(edge)}"
    if descent.status == "diverged":
        return Statement(name, theory, f"{measured}: it diverged", None)
    above = float(descent.loss[-1]) - minimum_loss(problem, descent.dims)
    if descent.status != "converged" or descent.n_steps < 2:
        words = f"{measured}: not at rest, {written(max(above, 0.0), 2)} above the minimum"
        return Statement(name, theory, words, None)
    if run.beside_spectrum is None or run.scenario.n_parameters > MOST_FOR_SPECTRUM:
        return Statement(name, theory, f"{measured}: at rest; not measured at this size", None)
    largest = float(run.beside_spectrum.eigenvalues[-1])
    words = f"{measured}: at rest, λ_max = {written(largest)}"
    if any((run.trajectory.start[j] == 0).any() for j in (0, -1)):
        return Statement(name, theory, words, True if largest <= edge else None)
    # a minimum too sharp is left by (largest/edge)^k, from roundoff: that may take longer
    over = largest / edge - 1
    bar = math.log(1 / EPS) / (2 * descent.n_steps)
    because = "it would take more steps than were made to leave"
    return within(name, theory, words, off=over, most=INEQUALITY, bar=bar, because=because)


def decayed_modes(run: Run) -> Statement | None:
    """Where weight decay leaves the product's modes."""
    descent = run.beside
    if descent is None or descent.law.kind != "descent" or descent.law.weight_decay == 0:
        return None
    problem, N, rate = descent.problem, len(descent.W), descent.law.weight_decay
    name, words = "Modes under weight decay", "a^N with a^{N−2} (s − a^N) = λ, or 0"
    theory = "each mode of P ends at max(s − λ, 0), or 0" if N == 2 else f"each ends at {words}"
    if not problem.is_white:
        return Statement(name, theory, "the data are not white: modes do not decouple", None)
    if descent.status == "diverged" or descent.law.label_noise > 0:
        return Statement(name, theory, "descent does not come to rest", None)
    ends = np.append(decayed_strengths(problem, N, rate), 0.0)
    found = np.linalg.svd(descent.limit_product, compute_uv=False)
    off = float(np.abs(found[:, None] - ends).min(axis=1).max())
    off /= max(float(problem.singular_values[0]), NOT_ZERO)
    strengths = ", ".join(written(u, 3) for u in found)
    measured = (
        f"λ = {written(rate)}: P has singular values {strengths}; off by {written(off, 2)} of s_1"
    )
    if off <= AT_REST:
        return Statement(name, theory, measured, True)
    if descent.status != "converged":
        return Statement(name, theory, measured + ", not at rest yet", None)
    critical = critical_weight_decay(problem, N)
    close = float(np.abs(rate / np.maximum(critical, NOT_ZERO) - 1).min())
    if close <= HARDLY_MOVING:
        words = f"λ is within {written(close, 1)} of the one that loses a mode, which hardly moves"
        return Statement(name, theory, f"{measured}: not decided here, because {words}", None)
    return Statement(name, theory, measured, False)


def neurons(run: Run) -> Statement | None:
    """What each neuron of a homogeneous network keeps."""
    beside = run.beside
    if beside is None or beside.law.kind != "network" or run.scenario.H == 0:
        return None
    activation, size = beside.law.activation, max(beside.size, NOT_ZERO)
    if activation.degree is None:
        return None
    kept = neuron_invariants(beside.W, activation)
    worst = max(float(np.abs(c - c[0]).max()) for c in kept) / size
    others = [Cj - Cj[0] for Cj in beside.invariants]
    moved = max(float(np.abs(D * (1 - np.eye(D.shape[-1]))).max()) for D in others)
    return within(
        f"Neurons under {_spoken(activation)}",
        "the diagonal of each C_j stays as it was, the other entries need not",
        f"diagonals move by {written(worst, 2)} of ‖W‖², the rest by {written(moved / size, 2)}",
        off=worst,
        most=KEPT_BY_NETWORK,
        bar=min(beside.n_steps * beside.rtol, LEAKED),
        because=f"{beside.n_steps} steps of the integrator may err by as much",
    )


def leak(run: Run) -> Statement | None:
    """The diagonal's change under an activation that keeps nothing, against its exact speed."""
    beside = run.beside
    if beside is None or beside.law.kind != "network" or run.scenario.H == 0:
        return None
    activation, size = beside.law.activation, max(beside.size, NOT_ZERO)
    if activation.degree is not None:
        return None
    name = f"Leak under {_spoken(activation)}"
    theory = "no C_j is kept: (C_j)_{ii} changes by −2 Σ ∂L/∂a (σ(z) − zσ'(z))"
    found = np.concatenate([np.diagonal(Cj, axis1=1, axis2=2) for Cj in beside.invariants], 1)
    expected, blur = _leaked(beside, activation)
    known = blur <= BLUR * size
    largest = float(np.abs(found - found[0]).max()) / size
    measured = f"diagonals move by {written(largest, 2)} of ‖W‖²"
    if np.count_nonzero(known) < 0.5 * known.size:
        return Statement(name, theory, measured + "; too few moments kept to integrate", None)
    off = float(np.abs((np.diff(found, axis=0) - expected)[known]).sum(axis=0).max()) / size
    return within(
        name,
        theory,
        f"{measured}; off its integral by {written(off, 1)}",
        off=off,
        most=LEAKED,
        bar=float((blur * known).sum()) / size,
        because="its integral between the moments kept is not known better",
    )


def _leaked(beside: Trajectory, activation: Activation) -> tuple[Matrix, Matrix]:
    """Integral of the leak between the moments kept, by Simpson's rule on cubic arcs; its blur."""
    problem, t = beside.problem, beside.t
    frames = [beside.frame(k) for k in range(len(t))]
    speeds = [nonlinear_gradient(problem, W, activation) for W in frames]

    def rate(W: Weights) -> Matrix:
        return np.concatenate(imbalance_leak(problem, W, activation))

    rates, totals, blurs = [rate(W) for W in frames], [], []
    for k, h in enumerate(np.diff(t)):
        middle = tuple(
            (a + b) / 2 - h / 8 * (ga - gb)  # the speed is minus the gradient
            for a, b, ga, gb in zip(*frames[k : k + 2], *speeds[k : k + 2], strict=True)
        )
        total = h / 6 * (rates[k] + 4 * rate(middle) + rates[k + 1])
        totals.append(total)
        blurs.append(float(np.abs(total - h / 2 * (rates[k] + rates[k + 1])).max()))
    return np.array(totals), np.array(blurs)


def _second_order(descent: Trajectory, rule: Descent, keep: float) -> Matrix:
    """The sum of the steps' second-order changes of each C_j, decayed, after each step."""
    field = Field(descent.problem, descent.dims)
    starts = [i for i, _, _ in field.layout.parts]
    total = [np.zeros(len(descent.W) - 1)]
    for block in iterates(field, pack(descent.start), rule, descent.n_steps):
        moves = np.diff(block, axis=0) + rule.step * rule.weight_decay * block[:-1]
        squares = np.add.reduceat(moves**2, starts, axis=1)
        for change in np.hypot(squares[:, :-1], squares[:, 1:]):
            total.append(keep * total[-1] + change)
    return np.array(total)


def _spoken(activation: Activation) -> str:
    """Its name as a person says it: an underscore would set the rest as an index."""
    return activation.name.replace("_", " ")
