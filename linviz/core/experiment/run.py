"""One experiment with everything that is computed of it: what a picture is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import beside, simulate
from linviz.core.flow.recorder import evenly
from linviz.core.flow.trajectory import Interrupt, Trajectory
from linviz.core.landscape.critical_points import CriticalPoint, classify, predicted_inertia
from linviz.core.landscape.hessian import Spectrum, spectrum
from linviz.core.model.data import DataSet
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Matrix
from linviz.core.theory.conditions import NUMERICAL
from linviz.core.theory.exact import exact_loss, exact_method
from linviz.core.theory.modes import mode_strengths
from linviz.core.theory.rates import Rate, certified_rate

EXACT_MOMENTS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A scenario, its trajectory, and the critical point at its end.

    Attributes
    ----------
    scenario : Scenario
    trajectory : Trajectory
    strengths : array (n, d_y)
        `mode_strengths` of the trajectory.
    spectrum : Spectrum
        Of the Hessian at ``trajectory.limit``.
    point : CriticalPoint
        The verdict on ``trajectory.limit``.
    predicted : (index, nullity, n_positive) or None
        What theory says the Hessian's signs must be at such a point; None where it says nothing.
    rate : Rate
        The best exponential rate that theory certifies at the start.
    exact : (times, losses) or None
        The exact solution at some of the trajectory's moments, where one is known.
    exact_method : str
        Its name, or why there is none.
    beside : Trajectory or None
        The run beside the flow that the scenario asks for.
    beside_spectrum : Spectrum or None
        Of the Hessian where gradient descent beside the flow converged to.
    """

    scenario: Scenario
    trajectory: Trajectory
    strengths: Matrix
    spectrum: Spectrum
    point: CriticalPoint
    predicted: tuple[int, int, int] | None
    rate: Rate
    exact: tuple[Matrix, Matrix] | None
    exact_method: str
    beside: Trajectory | None
    beside_spectrum: Spectrum | None = None


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
    start = tuple(Wj[0] for Wj in trajectory.W)
    exact, exact_words = _exact(trajectory, start)
    other = beside(scenario, trajectory, interrupt=interrupt)
    settled = other is not None and BESIDE[scenario.beside].linear and other.status == "converged"
    return Run(
        scenario=scenario,
        trajectory=trajectory,
        strengths=mode_strengths(trajectory),
        spectrum=spectrum(problem, W),
        point=point,
        predicted=predicted,
        rate=certified_rate(problem, start),
        exact=exact,
        exact_method=exact_words,
        beside=other,
        beside_spectrum=spectrum(problem, other.limit) if other is not None and settled else None,
    )


def _exact(trajectory: Trajectory, start: Weights) -> tuple[tuple[Matrix, Matrix] | None, str]:
    """Exact losses with the solution's name, or None with the reason why there is none."""
    name, reason = exact_method(trajectory.problem, start)
    if name is None:
        return None, reason
    if name == NUMERICAL:  # an integration of its own, longer than a picture may take
        return None, "none in closed form; see the end-to-end equation in the theory"
    some = evenly(trajectory.t.size, EXACT_MOMENTS)
    t = trajectory.t[some]
    try:
        return (t, exact_loss(trajectory.problem, start, t)), name
    except (ValueError, OverflowError) as error:  # beyond what the closed form can be evaluated for
        return None, str(error)
