"""Milestones of the network and its start: widths, saddles, the balanced minimum, scales."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.fields import ALPHA, LAM, STRENGTHS
from linviz.core.experiment.catalogue.rules import RULES, aligned, on_stable_manifold
from linviz.core.experiment.milestones.milestone import Milestone, digits, possible
from linviz.core.experiment.run import Run
from linviz.core.model.aligned import decouples
from linviz.core.model.critical_values import (
    loss_formula,
    loss_missing,
    minimum_loss,
    positive_modes,
)
from linviz.core.model.problem import IndexSet, Problem
from linviz.core.model.tolerances import A_LITTLE_MORE, LEAST_RATE
from linviz.core.model.words import subscript

MOST_SADDLES = 3
SCALES = (0.05, 1.0)  # of a start on a stable manifold that comes to its saddle before long
DEEP = 4  # hidden layers from which no other scale than the target's does
LARGEST_EXPONENT = 700.0  # of e
PATIENT = 1e4  # condition of X Xᵀ up to which a limit is waited for


def balanced_minimum(run: Run) -> Iterator[Milestone]:
    """The start at the balanced global minimum itself."""
    scenario, problem = run.scenario, run.trajectory.problem
    n_modes, N = min(*scenario.dims, positive_modes(problem)), scenario.H + 1
    a = problem.singular_values[:n_modes] ** (1 / N)
    if not problem.is_white or scenario.H == 0:
        return
    strengths = (*a.tolist(), *(0.0,) * (min(scenario.dims) - n_modes))
    changed = possible(problem, scenario, rule=aligned.ENTRY.name, strengths=strengths)
    if changed is not None:
        words = (
            f"Every layer has the strengths a_k = s_k^(1/{N}), a₁ = {a[0]:.4g}: the balanced "
            "global minimum, where the gradient and every C are zero."
        )
        control = "strengths" if STRENGTHS in RULES[scenario.rule].fields else "rule"
        seen = "nothing moves any more"
        yield Milestone(control, "balanced minimum", words, changed, seen=seen)


def saddles(run: Run) -> Iterator[Milestone]:
    """Starts on the stable manifolds of the lowest saddles, and of the one that misses mode 1."""
    scenario, problem = run.scenario, run.trajectory.problem
    n_modes = positive_modes(problem)
    rank = min(*scenario.dims, n_modes)
    if scenario.H == 0 or (not problem.is_white and problem.condition > PATIENT):
        return
    tails = [tuple(range(k, n_modes)) for k in range(rank - 1, -1, -1)]
    first: list[IndexSet] = [(0,)] if rank >= n_modes - 1 else []
    chosen = [missed for missed in dict.fromkeys([*first, *tails]) if _stays(problem, missed)]
    natural = _target_scale(problem, scenario.dims)
    usual = scenario.H < DEEP and SCALES[0] <= scenario.scale <= SCALES[1]
    options = {"rule": on_stable_manifold.ENTRY.name, "scale": scenario.scale if usual else natural}
    here = RULES[scenario.rule].saddle
    sure = "" if scenario.H == 1 else ", from almost every such start if the conjecture holds"
    for missed in chosen[:MOST_SADDLES]:
        changed = possible(problem, scenario, missed=missed, t_end=None, **options)
        if changed is None or (here and scenario.missed == missed):
            continue
        value = loss_missing(problem, missed)
        if value <= (1 + A_LITTLE_MORE) * minimum_loss(problem, scenario.dims):
            continue  # equal singular values and a bottleneck: it is no saddle but a minimum
        words = (
            f"{_dead(problem, missed)}: the run ends in the saddle at "
            f"{loss_formula(problem, missed)} = {value:.4g}{sure}."
        )
        control, label = "missed" if here else "rule", f"saddle at {value:.4g}"
        yield Milestone(control, label, words, changed, seen="it ends in a saddle")


def _stays(problem: Problem, missed: IndexSet) -> bool:
    """Whether zeros are exact, in modes that are coordinates or in dead neurons."""
    if not decouples(problem, missed):
        n_modes = positive_modes(problem)
        return missed == tuple(range(n_modes - len(missed), n_modes))
    U, V = problem.output_modes, problem.input_modes
    return np.array_equal(U, np.eye(len(U))) and np.array_equal(V, np.eye(len(V)))


def _dead(problem: Problem, missed: IndexSet) -> str:
    """What is zero, in words."""
    if not decouples(problem, missed):
        alive = positive_modes(problem) - len(missed)
        number = ("No neuron", "One neuron")[alive] if alive < 2 else f"{alive} neurons"
        return f"{number} of the narrowest layer start{'s' * (alive < 2)} alive"
    modes = ", ".join(str(k + 1) for k in missed[:4]) + (", …" if len(missed) > 4 else "")
    return f"Mode{'s' * (len(missed) > 1)} {modes} start{'s' * (len(missed) == 1)} at exactly zero"


def _gaussian_scale(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    scale = _target_scale(problem, scenario.dims)
    if 0 < scale <= limits.MAX_SCALE:
        words = (
            f"scale = (Σs² / (tr XXᵀ · d₁⋯d_N))^(1/{2 * len(scenario.dims) - 2}) = {scale:.4g}: on "
            "average the product starts as large as the target, in the mean square."
        )
        changed = replace(scenario, scale=scale)
        seen = "P starts as large as Y"
        yield Milestone("scale", "as large as the target", words, changed, seen=seen)


def _layer_scale(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    N = scenario.H + 1
    scale = digits(float(problem.singular_values[0]) ** (1 / N))
    if problem.is_white and 0 < scale <= limits.MAX_SCALE:
        average = RULES[scenario.rule].scale_of == "layers on average"
        mean = "on average " if average else ""
        words = (
            f"scale = s₁^(1/{N}) = {scale:.4g}: {mean}the layers start as strong as those of mode "
            "1 are at the balanced minimum."
        )
        changed = replace(scenario, scale=scale)
        seen = "no layer starts small"
        yield Milestone("scale", "as strong as mode 1", words, changed, seen=seen)


def _imbalance(run: Run) -> Iterator[Milestone]:
    """Balanced, and the imbalance that makes the minimum sharper by √2."""
    scenario, problem = run.scenario, run.trajectory.problem
    words = "λ = 0: every C is zero, the start is balanced."
    changed = possible(problem, scenario, lam=0.0)
    if changed is not None:
        yield Milestone("lam", "balanced, λ = 0", words, changed, seen="every C is 0")
    if scenario.H != 1 or not problem.is_white or min(scenario.dims) < problem.d_y:
        return
    strongest = digits(2 * float(problem.singular_values[0]))
    for lam, name in ((strongest, "2s₁"), (-strongest, "−2s₁")):
        changed = possible(problem, scenario, lam=lam)
        if changed is not None:
            words = (
                f"λ = {name} = {lam:.4g}: at the minimum λ_max = √(λ² + 4s₁²) = "
                f"{math.sqrt(2) * strongest:.4g}, √2 times that of the balanced one."
            )
            seen = "the minimum is √2 times sharper"
            yield Milestone("lam", f"λ = {name}", words, changed, seen=seen)
            return


def _certified_alpha(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    N, weakest = scenario.H + 1, float(problem.singular_values[-1])
    factor = N if problem.d_x == problem.d_y else 1
    alpha = digits(factor * weakest ** (2 - 2 / N))
    if problem.is_white and positive_modes(problem) == problem.d_y and LEAST_RATE <= alpha <= 100:
        n = subscript(problem.d_y)
        words = (
            f"α = {f'{N} ' * (factor > 1)}s{n}^(2−2/{N}) = {alpha:.4g}: the rate at which the "
            "balanced minimum attracts."
        )
        changed = replace(scenario, alpha=alpha)
        seen = "the bound falls as fast as near a balanced minimum"
        yield Milestone("alpha", "balanced minimum's rate", words, changed, seen=seen)


def sizes(run: Run) -> Iterator[Milestone]:
    """Scale, imbalance or rate that means something for the rule in force."""
    rule = RULES[run.scenario.rule]
    if rule.scale_of == "entries":
        yield from _gaussian_scale(run)
    elif rule.scale_of:
        yield from _layer_scale(run)
    if LAM in rule.fields:
        yield from _imbalance(run)
    if ALPHA in rule.fields:
        yield from _certified_alpha(run)


def hidden_widths(run: Run) -> Iterator[Milestone]:
    """Hidden layers as narrow as the modes allow, and one neuron narrower."""
    scenario, problem = run.scenario, run.trajectory.problem
    n, dims = positive_modes(problem), scenario.dims
    hidden = dims[1:-1]
    if not hidden:
        return
    changed = possible(problem, scenario, dims=(dims[0], *(n,) * len(hidden), dims[-1]))
    if changed is not None:
        words = f"Hidden widths of {n}, one neuron for each mode: the narrowest that lose none."
        seen = "no mode is lost"
        yield Milestone("widths", "narrowest without loss", words, changed, seen=seen)
    if n < 2 or min(hidden) < n:
        return
    j = int(np.argmin(hidden)) + 1
    changed = possible(problem, scenario, dims=(*dims[:j], n - 1, *dims[j + 1 :]))
    if changed is not None:
        least = loss_missing(problem, (n - 1,))
        words = (
            f"Hidden layer {j} of width {n - 1} lets one mode less through: the loss cannot fall "
            f"below {loss_formula(problem, (n - 1,))} = {least:.4g}."
        )
        seen = f"L cannot fall below {least:.4g}"
        yield Milestone("widths", "one neuron too few", words, changed, seen=seen)


def _target_scale(problem: Problem, dims: Sequence[int]) -> float:
    r"""Scale at which Gaussian layers have :math:`E\|PG^{1/2}\|_F^2 = \sum_k s_k^2`."""
    s, top = problem.singular_values, float(problem.singular_values[0])
    log = 2 * math.log(top) + math.log(np.sum((s / top) ** 2))  # where squares would underflow
    root = float(np.abs(problem.input_root).max())
    log -= 2 * math.log(root) + math.log(np.sum((problem.input_root / root) ** 2))
    log -= sum(map(math.log, dims[1:]))
    return digits(math.exp(min(log / (2 * (len(dims) - 1)), LARGEST_EXPONENT)))
