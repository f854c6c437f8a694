"""Milestones of gradient descent: the critical step, and the weight decays that lose a mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from linviz.core.experiment.milestones.milestone import Milestone, digits, possible
from linviz.core.experiment.run import Run
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.tolerances import INEQUALITY
from linviz.core.model.words import subscript
from linviz.core.theory.weight_decay import critical_weight_decay

LOST = 1.001  # of the critical decay: at it a mode is still on its way down for ever


def steps(run: Run) -> Iterator[Milestone]:
    """The critical step, and the largest at which descent can rest at this very limit."""
    scenario, descent = run.scenario, run.beside
    if descent is None or descent.law.kind != "descent" or scenario.weight_decay > 0:
        return
    problem, gain = run.trajectory.problem, 1 + scenario.momentum
    if not problem.singular_values.any():
        return
    unit = descent.law.step / scenario.step
    inertia = "(1 + μ) " if scenario.momentum > 0 else ""
    narrow = min(scenario.dims) < positive_modes(problem)
    words = (
        f"The step {inertia}η_c = {gain * unit:.4g}: with a larger one no global minimum is stable"
        f"{' (not proved for bottlenecks)' if narrow else ''}."
    )
    changed, seen = replace(scenario, step=digits(gain)), "above it no minimum is stable"
    yield Milestone("step", "critical step η_c", words, changed, seen=seen)
    largest = float(run.spectrum.eigenvalues[-1])
    own = 2 * gain / (largest * unit) if largest > 0 else 0.0
    if run.point.kind == "global minimum" and 1e-3 <= own < (1 - INEQUALITY) * gain:
        words = (
            f"The step {inertia}2/λ_max = {own * unit:.4g}: with a larger one this limit, where "
            f"λ_max = {largest:.4g}, repels descent from almost every start."
        )
        changed, seen = replace(scenario, step=digits(own)), "above it this limit repels"
        yield Milestone("step", "edge of this minimum", words, changed, seen=seen)


def weight_decays(run: Run) -> Iterator[Milestone]:
    """No decay, and the decays that lose the weakest and the strongest mode."""
    scenario, problem = run.scenario, run.trajectory.problem
    if run.beside is None or run.beside.law.kind != "descent":
        return
    if scenario.weight_decay > 0:
        words = "λ = 0: gradient descent on the loss itself."
        none, seen = replace(scenario, weight_decay=0.0), "C decays no more"
        yield Milestone("weight_decay", "no decay", words, none, seen=seen)
    n_modes = min(*scenario.dims, positive_modes(problem))
    if not problem.is_white or scenario.H == 0 or n_modes == 0:
        return
    critical = critical_weight_decay(problem, scenario.H + 1)
    for k in dict.fromkeys((n_modes - 1, 0)):
        decay = digits(LOST * float(critical[k]), up=True)
        s = f"s{subscript(k + 1)}"
        formula = s if scenario.H == 1 else "Ns/(2N−2) · ((N−2)s/(2N−2))^(1−2/N)"
        words = (
            f"λ_c = {formula} = {critical[k]:.4g} with s = {s}: with more decay, mode {k + 1} is "
            "lost wherever it starts."
        )
        changed = possible(problem, scenario, weight_decay=decay)
        if changed is not None:
            label, seen = f"mode {k + 1} is lost", f"mode {k + 1} ends at 0"
            yield Milestone("weight_decay", label, words, changed, seen=seen)
