"""What is said of a run as a whole, in one line each: how it ended, and its error budget."""

from __future__ import annotations

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.flow.one_layer import OneLayer
from linviz.core.model.tolerances import ROUNDOFF_LOSS
from linviz.core.model.words import written
from linviz.figures.compare import ended, last_loss

LATE = 0.5  # of a run: what it does after that is what it ended in


def verdict(run: Run) -> str:
    """How the run ended, in a few words that claim no more than was computed.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> verdict(run(Scenario(dims=(2, 2), singular_values=(2, 1))))
    'The run ends at the minimum, L = 0.'
    >>> verdict(run(Scenario(dims=(2, 2), singular_values=(2, 1), beside="descent", step=0.5)))
    'Flow: ends at the minimum, L = 0. Descent: at rest, L = 0.'
    """
    if run.beside is not None:
        return f"Flow: {ended(run)}. {beside_name(run)}: {beside_end(run)}."
    before = run.trajectory.status == "horizon"
    return f"The run {ended(run)}{', before its limit' if before else ''}."


def budget_words(run: Run) -> str:
    """The integrator and its tolerance, what it cost the conserved C, and what counts as zero.

    The drift, relative to the largest squared norm of a layer, is the error of the whole run as far
    as it can be measured: the exact flow has none.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> budget_words(run(Scenario(dims=(2, 2), singular_values=(2, 1), rule="zeros", t_end=5)))
    'In closed form. At the end ‖∇L‖ = 0.015; |λ| ≤ 1e−10 counts as 0.'
    """
    trajectory = run.trajectory
    text = "No step was needed."
    if trajectory.n_steps > 0:
        name = trajectory.method if len(trajectory.method) <= 20 else "Integrator"
        text = f"{name}, tolerance {written(trajectory.rtol, 2)}."
    if trajectory.method == OneLayer.method:
        text = "In closed form."
    if run.scenario.H > 0:
        text += f" C drifted by {written(trajectory.relative_drift.max(), 2)} of ‖W‖²."
    slope, zero = written(run.point.gradient_norm, 2), written(run.spectrum.tolerance, 2)
    return f"{text} At the end ‖∇L‖ = {slope}; |λ| ≤ {zero} counts as 0."


def beside_name(run: Run) -> str:
    """Short name of the run beside the flow, as a sentence begins with it."""
    return BESIDE[run.scenario.beside].short


def beside_end(run: Run) -> str:
    """How the run beside the flow ended; of one that goes on, its last loss or losses."""
    other = run.beside
    assert other is not None
    if other.status == "diverged":
        return "diverged"
    last = last_loss(float(other.loss[-1]), other)
    if other.status == "converged":
        return f"at rest, L = {last}"
    t = written(other.t[-1])
    if not other.law.is_linear:
        return f"L = {last} at t = {t}, not at a limit"
    late = other.loss[other.t >= LATE * other.t[-1]]
    rise = float(np.diff(late).max(initial=0.0))
    if rise > ROUNDOFF_LOSS * other.loss[0]:  # it does not only fall
        low, high = (written(value, 2) for value in (late.min(), late.max()))
        if low != high:
            return f"not at rest, L from {low} to {high}"
    return f"not at rest, L = {last} at t = {t}"
