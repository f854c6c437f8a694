"""One experiment with everything that is computed of it: what a picture is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from linviz.core.experiment.by_hand import going_on
from linviz.core.experiment.decisions import Decisions
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import beside, data_of, simulate
from linviz.core.flow.recorder import evenly
from linviz.core.flow.trajectory import Interrupt, Trajectory
from linviz.core.geometry import CriticalTree, critical_tree
from linviz.core.landscape.canonical import near_origin
from linviz.core.landscape.course import Course, Moment
from linviz.core.landscape.critical_points import CriticalPoint, classify
from linviz.core.landscape.hessian import Spectrum, spectrum
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.landscape.stays import Stay
from linviz.core.model import checks
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.layers import n_parameters
from linviz.core.model.problem import IndexSet, Matrix
from linviz.core.model.samples import DataSet
from linviz.core.model.tolerances import RTOL_FLOW
from linviz.core.model.words import written
from linviz.core.theory.conditions import NUMERICAL
from linviz.core.theory.exact import exact_loss, exact_method
from linviz.core.theory.rates import Rate, asymptotic_rate, certified_rate, observed_rate
from linviz.core.theory.sharpness import sharpness_floor

EXACT_MOMENTS = 40
MOST_AT_LAST_STEP = 200  # weights: of a descent that goes on, the spectrum is taken up to here


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario, its trajectory, and the critical point at its end.

    `run` computes these fields. What follows from them is computed when it is first asked for,
    once: `course`, `stays`, `now`, `rests`, `observed_rate`, `final_rate`, `sharpness_floor`,
    `edge`, and all that the trajectory owns.

    Attributes
    ----------
    scenario : Scenario
    trajectory : Trajectory
    spectrum : Spectrum
        Of the Hessian at ``trajectory.limit``.
    point : CriticalPoint
        The verdict on ``trajectory.limit``; of a run that has not converged it has no kind, but
        "not at a limit" (or "not critical"), with no index and no nullity.
    predicted : (index, nullity, n_positive) or None
        What theory says the Hessian's signs must be at such a point; None where it says nothing.
    rate : Rate
        The best exponential rate that theory certifies at the start.
    exact : (times, losses) or None
        The exact solution at some of the trajectory's moments, where one is known.
    exact_method : str
        Its name, or why there is none.
    exact_name : str or None
        The solution that applies, in closed form or as an integration of its own.
    beside : Trajectory or None
        The run beside the flow that the scenario asks for.
    beside_spectrum : Spectrum or None
        Of the Hessian where gradient descent beside the flow ended: where it converged, or the
        network is small.
    data : DataSet or None
        The samples, where the scenario has some and they are not whitened.
    """

    scenario: Scenario
    trajectory: Trajectory
    spectrum: Spectrum
    point: CriticalPoint
    predicted: tuple[int, int, int] | None
    rate: Rate
    exact: tuple[Matrix, Matrix] | None
    exact_method: str
    exact_name: str | None
    beside: Trajectory | None
    beside_spectrum: Spectrum | None = None
    data: DataSet | None = None

    @property
    def at_limit(self) -> bool:
        """Whether the run has converged to a critical point: kinds are told of such runs only."""
        return self.trajectory.status == "converged" and self.point.kind != "not critical"

    @property
    def strengths(self) -> Matrix:
        """`mode_strengths` of the trajectory, (n, d_y)."""
        return self.trajectory.strengths

    @property
    def levels(self) -> dict[IndexSet, float]:
        """Critical values of the loss by missed modes; of nested sets where all are too many."""
        return self.trajectory.levels

    @cached_property
    def course(self) -> Course:
        """Where the run is at each of its moments."""
        return Course(self.trajectory, self.point, self.predicted)

    @property
    def stays(self) -> tuple[Stay, ...]:
        """The stays near critical points, in order of time."""
        return self.course.stays

    @cached_property
    def tree(self) -> CriticalTree:
        """Critical values as a graph, with a node for each stay."""
        along = [stay.learned for stay in self.stays]
        return critical_tree(self.trajectory.problem, self.scenario.dims, along=along)

    def now(self, t: float) -> Moment:
        """Where the run is at a time.

        Raises
        ------
        ValueError
            For a time outside the run.
        """
        return self.course.at(t)

    def scenario_at(self, t: float) -> Scenario:
        r"""The scenario that goes on from this run: its weights at time t are the start.

        .. math:: W_j^{next}(0) = W_j(t)

        Up to 300 weights are written down, to the last bit; more are made again from this run's
        link. What else is to be other, a step or a decay, is for ``dataclasses.replace``.

        Raises
        ------
        ValueError
            For a time outside the run, weights beyond 1e6, or too many runs one after the other.

        Examples
        --------
        >>> first = run(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
        >>> then = run(first.scenario_at(1.5))
        >>> bool((then.trajectory.start[0] == first.trajectory.at(1.5)[0]).all())
        True
        """
        return going_on(self.scenario, self.trajectory.at(t), checks.as_float(t))

    @cached_property
    def rests(self) -> dict[IndexSet, tuple[float, float]]:
        """Critical values near which the run stayed, but did not end, with the middle moment."""
        last = len(self.trajectory.t) - 1
        passed = [stay for stay in self.stays if stay.last < last and stay.kind != "minimum"]
        return {stay.missed: (stay.level, 0.5 * (stay.start + stay.end)) for stay in passed}

    @cached_property
    def decisions(self) -> Decisions | None:
        """How often the network decides for a wrong class; None where the targets are none."""
        return None if self.data is None else Decisions.of(self.trajectory, self.data)

    @cached_property
    def observed_rate(self) -> Rate:
        """The slope of the run's end; see `observed_rate`."""
        return observed_rate(self.trajectory)

    @cached_property
    def final_rate(self) -> Rate:
        """The rate that the kernel at the limit gives, or alpha = 0 and why there is none."""
        try:
            alpha = asymptotic_rate(self.trajectory.problem, self.trajectory.limit)
        except ValueError as error:
            return Rate(0.0, "none", str(error))
        return Rate(alpha, "kernel", "smallest eigenvalue of the tangent kernel at the limit")

    @cached_property
    def sharpness_floor(self) -> float:
        """Largest Hessian eigenvalue that every global minimum has at least."""
        return sharpness_floor(self.trajectory.problem, len(self.trajectory.W))

    @property
    def edge(self) -> float | None:
        """Hessian eigenvalue above which a minimum repels the descent beside the flow, if any."""
        if self.beside is None or self.beside.law.kind != "descent":
            return None
        return self.beside.law.edge

    def _facts(self) -> dict[str, str]:
        trajectory, point, found = self.trajectory, self.point, self.spectrum
        signs = f"{found.n_negative} negative, {found.n_zero} zero, {found.n_positive} positive"
        return {
            "widths": chain(self.scenario.dims),
            "data": self.scenario.data[:30],
            "start": self.scenario.rule,
            "beside": self.scenario.beside,
            "status": f"{trajectory.status} at t = {written(trajectory.t[-1])}",
            "end": f"{point.kind}, loss {written(point.loss)}",
            "Hessian": signs,
            "certified rate": written(self.rate.alpha) if self.rate.alpha > 0 else "none",
        }

    def __repr__(self) -> str:
        return one_line("Run", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Run", self._facts())


def run(
    scenario: Scenario,
    *,
    datasets: Mapping[str, DataSet] | None = None,
    interrupt: Interrupt | None = None,
    rtol: float = RTOL_FLOW,
    n_frames: int = 400,
) -> Run:
    """Simulate a scenario and study where it ends; `rtol` and `n_frames` as in `gradient_flow`.

    Examples
    --------
    >>> study = run(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> study.point.kind, study.spectrum.n_negative
    ('global minimum', 0)
    """
    trajectory = simulate(
        scenario, datasets=datasets, interrupt=interrupt, rtol=rtol, n_frames=n_frames
    )
    problem, W = trajectory.problem, trajectory.limit
    found = spectrum(problem, W)
    point = classify(problem, W, known=found)
    predicted = None
    if trajectory.status != "converged":
        point = _without_kind(trajectory, point)
    elif point.kind != "not critical":
        counts = found.n_negative, found.n_zero, found.n_positive
        predicted = predicted_inertia(problem, scenario.dims, point.missed, known=counts)
    start, conserved = trajectory.start, trajectory.conserved
    name, reason = exact_method(problem, start, known=conserved)
    exact, exact_words = _exact(trajectory, name) if name is not None else (None, reason)
    other = beside(scenario, trajectory, interrupt=interrupt)
    study = Run(
        scenario=scenario,
        trajectory=trajectory,
        spectrum=found,
        point=point,
        predicted=predicted,
        rate=certified_rate(problem, start, known=conserved),
        exact=exact,
        exact_method=exact_words,
        exact_name=name,
        beside=other,
        beside_spectrum=None if other is None else _end_of_descent(other),
        data=data_of(scenario, datasets),
    )
    _ = study.strengths  # every picture needs them: here, where nobody waits for the event loop
    return study


def _without_kind(trajectory: Trajectory, point: CriticalPoint) -> CriticalPoint:
    """The verdict on the end of a run that is at no limit, where no kind has been shown."""
    kind = "not critical" if point.kind == "not critical" else "not at a limit"
    words = f"at t = {written(trajectory.t[-1])}, "
    if near_origin(trajectory.problem, trajectory.limit):
        words += "near the origin; "
    return replace(point, kind=kind, index=None, nullity=None, reason=words + "not at a limit")


def _end_of_descent(other: Trajectory) -> Spectrum | None:
    """Spectrum where descent came to rest, or at its last step where that is cheap."""
    if other.law.kind != "descent" or other.status == "diverged":
        return None
    if other.status != "converged" and n_parameters(other.dims) > MOST_AT_LAST_STEP:
        return None
    return spectrum(other.problem, other.limit)


def _exact(trajectory: Trajectory, name: str) -> tuple[tuple[Matrix, Matrix] | None, str]:
    """Exact losses with the solution's name, or None with the reason why there is none."""
    if name == NUMERICAL:  # an integration of its own, longer than a picture may take
        return None, "none in closed form; see the end-to-end equation in the theory"
    some = evenly(trajectory.t.size, EXACT_MOMENTS)
    t = trajectory.t[some]
    try:
        return (t, exact_loss(trajectory.problem, trajectory.start, t)), name
    except (ValueError, OverflowError) as error:  # beyond what the closed form can be evaluated for
        return None, str(error)
