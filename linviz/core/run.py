"""One experiment with everything that is computed of it: what a picture is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linviz.core.data import DataSet
from linviz.core.flow import Trajectory
from linviz.core.hessian import Spectrum, spectrum
from linviz.core.landscape import CriticalPoint, classify, predicted_inertia
from linviz.core.scenario import Scenario
from linviz.core.simulation import Interrupt, simulate


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A scenario, its trajectory, and the critical point at its end.

    Attributes
    ----------
    scenario : Scenario
    trajectory : Trajectory
    spectrum : Spectrum
        Of the Hessian at ``trajectory.limit``.
    point : CriticalPoint
        The verdict on ``trajectory.limit``.
    predicted : (index, nullity, n_positive) or None
        What theory says the Hessian's signs must be at such a point; None where it says nothing.
    """

    scenario: Scenario
    trajectory: Trajectory
    spectrum: Spectrum
    point: CriticalPoint
    predicted: tuple[int, int, int] | None


def run(
    scenario: Scenario,
    *,
    datasets: Mapping[str, DataSet] | None = None,
    interrupt: Interrupt | None = None,
) -> Run:
    """Simulate a scenario and study where it ends.

    Examples
    --------
    >>> study = run(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> study.point.kind, study.spectrum.n_negative
    ('global minimum', 0)
    """
    trajectory = simulate(scenario, datasets=datasets, interrupt=interrupt)
    problem, W = trajectory.problem, trajectory.limit
    point = classify(problem, W)
    predicted = None
    if point.kind != "not critical":
        predicted = predicted_inertia(problem, scenario.dims, point.missed)
    return Run(scenario, trajectory, spectrum(problem, W), point, predicted)
