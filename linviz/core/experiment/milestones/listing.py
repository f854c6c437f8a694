r"""Values at which something happens in the user's own problem, for a control to jump to.

Each comes from a formula: the critical step :math:`\eta_c`, the weight decay :math:`\lambda_c`
that loses a mode, the saddles at :math:`\tfrac12\sum_{i\in I}s_i^2`, the balanced minimum
:math:`a_k = s_k^{1/N}`, the narrowest width without loss; and from the run, the moments at which
a mode is half learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from linviz.core.experiment import limits
from linviz.core.experiment.milestones.descent import steps, weight_decays
from linviz.core.experiment.milestones.milestone import Milestone, digits, formula, index, possible
from linviz.core.experiment.milestones.start import PATIENT, balanced_minimum, saddles, sizes
from linviz.core.experiment.run import Run
from linviz.core.landscape.rests import rests
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.problem import Matrix

MOST = 18
MOST_RESTS, MOST_MOMENTS = 3, 8
LEARNED = 0.99


def milestones(run: Run) -> tuple[Milestone, ...]:
    """Milestones of a run, at most 18: those that apply, and where the controls are not yet.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="descent")
    >>> [m.label for m in milestones(run(scenario)) if m.control == "step"]
    ['critical step η_c', 'edge of this minimum']
    """
    found: dict[str, Milestone] = {}
    for milestone in _candidates(run):
        if milestone.scenario != run.scenario and len(found) < MOST:
            found.setdefault(milestone.label, milestone)
    return tuple(found.values())


def _candidates(run: Run) -> Iterator[Milestone]:
    """All that apply, those that matter most first."""
    yield from _moments(run)
    yield from steps(run)
    yield from weight_decays(run)
    if positive_modes(run.trajectory.problem) > 0:
        yield from balanced_minimum(run)
        yield from saddles(run)
        yield from sizes(run)
        yield from _widths(run)
    yield from _horizons(run)


def _moments(run: Run) -> list[Milestone]:
    """The rests at saddles and when modes are half learned, the strongest, in order of time."""
    problem, found = run.trajectory.problem, []
    resting = list(rests(run.trajectory, run.strengths).items())[:MOST_RESTS]
    for missed, (value, t) in resting:
        words = (
            f"At t = {t:.4g} the loss rests near the critical value {formula(problem, missed)} = "
            f"{value:.4g}."
        )
        found.append(Milestone("time", f"resting at {value:.4g}", words, t=t))
    for k, s in enumerate(problem.singular_values[: positive_modes(problem)].tolist()):
        rise = _last_rise(run.trajectory.t, run.strengths[:, k], 0.5 * s)
        if rise is not None and len(found) < MOST_MOMENTS:
            words = (
                f"At t = {rise:.4g} mode {k + 1} has half of its strength, ½ s{index(k)} = "
                f"{s / 2:.4g}."
            )
            found.append(Milestone("time", f"mode {k + 1} half learned", words, t=rise))
    return sorted(found, key=lambda milestone: milestone.t or 0.0)


def _last_rise(t: Matrix, values: Matrix, level: float) -> float | None:
    """When a curve, straight between moments, rises through a level for good; None if never."""
    below = np.flatnonzero(values < level)
    if below.size == 0 or below[-1] == len(t) - 1:
        return None
    i = int(below[-1])
    share = (level - values[i]) / (values[i + 1] - values[i])
    return float(t[i] + share * (t[i + 1] - t[i]))


def _widths(run: Run) -> Iterator[Milestone]:
    """Hidden layers as narrow as the modes allow, and one neuron narrower."""
    scenario, problem = run.scenario, run.trajectory.problem
    n, dims = positive_modes(problem), scenario.dims
    hidden = dims[1:-1]
    if not hidden:
        return
    changed = possible(problem, scenario, dims=(dims[0], *(n,) * len(hidden), dims[-1]))
    if changed is not None:
        words = f"Hidden widths of {n}, one neuron for each mode: the narrowest that lose none."
        yield Milestone("widths", "narrowest without loss", words, changed)
    if n < 2 or min(hidden) < n:
        return
    j = int(np.argmin(hidden)) + 1
    changed = possible(problem, scenario, dims=(*dims[:j], n - 1, *dims[j + 1 :]))
    if changed is not None:
        least = problem.residual_loss + 0.5 * float(problem.singular_values[n - 1]) ** 2
        words = (
            f"Hidden layer {j} of width {n - 1} lets one mode less through: the loss cannot fall "
            f"below {formula(problem, (n - 1,))} = {least:.4g}."
        )
        yield Milestone("widths", "one neuron too few", words, changed)


def _horizons(run: Run) -> Iterator[Milestone]:
    """When all modes that are learned are, and the limit itself."""
    scenario, trajectory = run.scenario, run.trajectory
    s = trajectory.problem.singular_values[: positive_modes(trajectory.problem)]
    curves = run.strengths[:, : len(s)]
    near, band = -np.abs(curves - s), (LEARNED - 1) * s
    learned = np.flatnonzero(near[-1] >= band)
    rises = [_last_rise(trajectory.t, near[:, k], float(band[k])) for k in learned]
    latest = max((rise for rise in rises if rise is not None), default=0.0)
    if limits.MIN_TIME <= latest < min(float(trajectory.t[-1]), 0.9 * limits.MAX_TIME):
        t_end = min(digits(latest, 3, up=True), float(trajectory.t[-1]))
        words = (
            f"By t = {t_end:.4g} every mode that is learned here, {len(learned)} of {len(s)}, is "
            "within 1 % of the target."
        )
        yield Milestone("horizon", "until modes are learned", words, replace(scenario, t_end=t_end))
    if scenario.t_end is not None and trajectory.problem.condition <= PATIENT:
        words = "No horizon: the run goes on until its limit point is found."
        yield Milestone("horizon", "to the limit point", words, replace(scenario, t_end=None))
