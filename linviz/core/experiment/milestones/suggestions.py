"""What to try next: a start beside a saddle, a rate to certify, another size, another depth."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.data import data_entry
from linviz.core.experiment.catalogue.fields import ALPHA
from linviz.core.experiment.catalogue.rules import RULES, certified, near_saddle
from linviz.core.experiment.milestones.milestone import Milestone, digits, possible
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario, with_depth
from linviz.core.model.critical_values import (
    loss_formula,
    loss_missing,
    minimum_loss,
    positive_modes,
)
from linviz.core.model.problem import IndexSet, Problem
from linviz.core.model.tolerances import A_LITTLE_MORE
from linviz.core.model.words import subscript

EPSILONS = (0.01, 0.05)  # of a start beside a saddle; flat ones, of H ≥ 2, keep it like 1/ε
MOST_BESIDE = 2
SMALL = 0.01  # a scale from which rests at saddles are long
TENFOLD = 10


def beside_saddle(scenario: Scenario, problem: Problem, missed: IndexSet) -> Scenario:
    """The scenario, but starting ε beside the saddle that misses these modes.

    Raises
    ------
    ValueError
        If no critical point misses just these, when the weights are made.

    Examples
    --------
    >>> found = beside_saddle(Scenario(), Problem.canonical((3, 2, 1), d_x=5), (2,))
    >>> found.rule, found.missed, found.scale
    ('near_saddle', (2,), 0.05)
    """
    rule, horizon = near_saddle.ENTRY.name, data_entry(scenario.data).horizon
    scale = scenario.scale if scenario.rule == rule else EPSILONS[scenario.H > 1]
    return replace(scenario, rule=rule, missed=missed, scale=scale, t_end=horizon)


def beside_saddles(run: Run) -> Iterator[Milestone]:
    """Starts beside the saddles at which this run rests, the lowest first; else beside one."""
    scenario, problem = run.scenario, run.trajectory.problem
    n_modes = positive_modes(problem)
    if scenario.H == 0 or n_modes == 0:
        return
    rested = [missed for missed in reversed(list(run.rests)) if len(missed) < n_modes]
    lowest = (tuple(range(min(*scenario.dims, n_modes) - 1, n_modes)),)
    for missed in (rested or lowest)[:MOST_BESIDE]:
        if loss_missing(problem, missed) <= (1 + A_LITTLE_MORE) * minimum_loss(
            problem, scenario.dims
        ):
            continue  # behind a bottleneck it is a minimum
        if scenario.rule == near_saddle.ENTRY.name and scenario.missed == missed:
            continue
        changed = beside_saddle(scenario, problem, missed)
        if possible(problem, changed) is None:
            continue
        learned = [k + 1 for k in range(n_modes) if k not in missed]
        name = f"{{{','.join(map(str, learned))}}}"
        if len(learned) > 5:
            in_order = learned[-1] == len(learned)
            name = f"{{1–{len(learned)}}}" if in_order else f"{len(learned)} modes"
        words = (
            f"Gaussian noise of size ε = {changed.scale:.4g} around the critical point at "
            f"{loss_formula(problem, missed)} = {loss_missing(problem, missed):.4g}."
        )
        seen = "which mode comes next?" if scenario.H == 1 else "how long does it wait?"
        yield Milestone("rule", f"Start beside {name}", words, changed, seen=seen)


def certifiable(run: Run) -> Iterator[Milestone]:
    """A start for which theory guarantees a rate, where it guarantees none."""
    scenario, problem = run.scenario, run.trajectory.problem
    if scenario.H == 0 or ALPHA in RULES[scenario.rule].fields or run.rate.alpha > 0:
        return
    changed = possible(problem, scenario, rule=certified.ENTRY.name)
    if changed is not None:
        words = (
            f"α = {scenario.alpha:.4g}: layers so unequal that every C has the positive "
            "eigenvalues that the rate theorem needs."
        )
        seen = "L stays below a bound"
        yield Milestone("alpha", "Certify a rate", words, changed, seen=seen)


def tenfold(run: Run) -> Iterator[Milestone]:
    """A small start ten times larger, any other ten times smaller."""
    scenario, problem = run.scenario, run.trajectory.problem
    if not RULES[scenario.rule].scale_of or scenario.H == 0 or scenario.scale == 0:
        return
    n = min(*scenario.dims, positive_modes(problem))
    s, tiny = float(problem.singular_values[max(n - 1, 0)]), scenario.scale < SMALL
    scale = digits(scenario.scale * (TENFOLD if tiny else 1 / TENFOLD))
    if n == 0 or scale > limits.MAX_SCALE:
        return
    words, seen = f"Scale {scale:.4g}: the time at every saddle changes.", "longer rests at saddles"
    if tiny and scenario.H == 1 and problem.is_white:  # e^(s t) from the start's size
        late = math.log(TENFOLD) / s
        seen = f"mode {n} comes {late:.2g} sooner"
        words = f"Mode {n} waits ln(10)/s{subscript(n)} = {late:.3g} for each factor of ten."
    elif tiny:
        seen = "shorter rests at saddles"
    label = f"Start {TENFOLD} times {'larger' if tiny else 'smaller'}"
    yield Milestone("scale", label, words, replace(scenario, scale=scale), seen=seen)


def depths(run: Run) -> Iterator[Milestone]:
    """One hidden layer from two, or two from one: where saddles begin to be flat."""
    scenario, problem = run.scenario, run.trajectory.problem
    if scenario.H > 2 or positive_modes(problem) == 0:
        return
    H = 1 if scenario.H in (0, 2) else 2
    words, seen = {
        0: ("One hidden layer: the loss is no longer convex.", "saddles appear"),
        1: ("Two hidden layers: saddles that miss the weakest modes can be flat.", "flat saddles"),
        2: ("One hidden layer: every saddle has a way down.", "saddles get ways down"),
    }[scenario.H]
    try:
        changed = possible(problem, with_depth(scenario, H))
    except ValueError:  # more weights than a scenario may have
        return
    if changed is not None:
        label = f"One layer {'less' if scenario.H == 2 else 'more'}"
        yield Milestone("H", label, words, changed, seen=seen)
