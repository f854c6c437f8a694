"""Milestones in the course of a run: rests at saddles, modes half learned, horizons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from linviz.core.experiment import limits
from linviz.core.experiment.milestones.milestone import Milestone, digits
from linviz.core.experiment.milestones.start import PATIENT
from linviz.core.experiment.run import Run
from linviz.core.model.critical_values import loss_formula, positive_modes
from linviz.core.model.problem import Matrix
from linviz.core.model.words import subscript

MOST_RESTS, MOST_MOMENTS_OF_COURSE = 3, 8
PART_LEARNED = 0.99
TIMING = 1e-3  # of the time: far more than the integrator errs where no saddle is passed closely


def moments(run: Run) -> list[Milestone]:
    """The rests at saddles and when modes are half learned, the strongest, in order of time."""
    problem, found = run.trajectory.problem, []
    resting = list(run.rests.items())[:MOST_RESTS]
    for missed, (value, t) in resting:
        words = (
            f"At t = {t:.4g} the loss rests near the critical value "
            f"{loss_formula(problem, missed)} = {value:.4g}."
        )
        found.append(Milestone("time", f"resting at {value:.4g}", words, t=t))
    for k, s in enumerate(problem.singular_values[: positive_modes(problem)].tolist()):
        rise = _last_rise(run.trajectory.t, run.strengths[:, k], 0.5 * s)
        if rise is not None and len(found) < MOST_MOMENTS_OF_COURSE:
            words = (
                f"At t = {rise:.4g} mode {k + 1} has half of its strength, ½ s{subscript(k + 1)} = "
                f"{s / 2:.4g}."
            )
            found.append(Milestone("time", f"mode {k + 1} half learned", words, t=rise))
    return sorted(found, key=lambda milestone: milestone.t or 0.0)


def horizons(run: Run) -> Iterator[Milestone]:
    """When all modes that are learned are, and the limit itself."""
    scenario, trajectory = run.scenario, run.trajectory
    s = trajectory.problem.singular_values[: positive_modes(trajectory.problem)]
    curves = run.strengths[:, : len(s)]
    near, band = -np.abs(curves - s), (PART_LEARNED - 1) * s
    learned = np.flatnonzero(near[-1] >= band)
    rises = [_last_rise(trajectory.t, near[:, k], float(band[k])) for k in learned]
    latest = max((rise for rise in rises if rise is not None), default=0.0)
    if limits.MIN_TIME <= latest < min(float(trajectory.t[-1]), 0.9 * limits.MAX_TIME):
        # a run to this horizon takes other steps, and may be late by a small part of the time
        t_end = min(digits((1 + TIMING) * latest, 3, up=True), limits.MAX_TIME)
        words = (
            f"By t = {t_end:.4g} every mode that is learned here, {len(learned)} of {len(s)}, is "
            "within 1 % of the target."
        )
        changed, seen = replace(scenario, t_end=t_end), "the run ends there"
        yield Milestone("horizon", "until modes are learned", words, changed, seen=seen)
    if scenario.t_end is not None and trajectory.problem.condition <= PATIENT:
        words = "No horizon: the run goes on until its limit point is found."
        changed, seen = replace(scenario, t_end=None), "the run goes on to its end"
        yield Milestone("horizon", "to the limit point", words, changed, seen=seen)


def _last_rise(t: Matrix, values: Matrix, level: float) -> float | None:
    """When a curve, straight between moments, rises through a level for good; None if never."""
    below = np.flatnonzero(values < level)
    if below.size == 0 or below[-1] == len(t) - 1:
        return None
    i = int(below[-1])
    share = (level - values[i]) / (values[i + 1] - values[i])
    return float(t[i] + share * (t[i + 1] - t[i]))
