"""The error budget of a run in one line."""

from __future__ import annotations

from linviz.core.experiment.run import Run
from linviz.core.model.words import written


def budget_words(run: Run) -> str:
    """The integrator and its tolerance, what it cost the conserved C, and what counts as zero.

    The drift, relative to the largest squared norm of a layer, is the error of the whole run as far
    as it can be measured: the exact flow has none.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> budget_words(run(Scenario(dims=(2, 2), singular_values=(2, 1), rule="zeros", t_end=5)))
    'LSODA, tolerance 2e−9. At the end ‖∇L‖ = 0.015; |λ| ≤ 1e−10 counts as 0.'
    """
    trajectory = run.trajectory
    text = "No step was needed."
    if trajectory.n_steps > 0:
        name = trajectory.method if len(trajectory.method) <= 20 else "Integrator"
        text = f"{name}, tolerance {written(trajectory.rtol, 2)}."
    if run.scenario.H > 0:
        text += f" C drifted by {written(trajectory.relative_drift.max(), 2)} of ‖W‖²."
    slope, zero = written(run.point.gradient_norm, 2), written(run.spectrum.tolerance, 2)
    return f"{text} At the end ‖∇L‖ = {slope}; |λ| ≤ {zero} counts as 0."
