"""From a scenario to its runs: the data, the weights, the gradient flow, and what is beside it."""

from __future__ import annotations

from collections.abc import Mapping

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA, UPLOADED, data_entry
from linviz.core.experiment.catalogue.fields import WHITENED
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.trajectory import Interrupt, Trajectory
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem
from linviz.core.model.samples import DataSet
from linviz.core.model.tolerances import RTOL_FLOW

MOST_LEFT = 4
_LEFT: dict[tuple[str, float], Weights] = {}  # what was left by the runs that others go on from


def problem_of(scenario: Scenario, datasets: Mapping[str, DataSet] | None = None) -> Problem:
    """Problem that a scenario trains on.

    Examples
    --------
    >>> problem_of(Scenario(dims=(3, 2), singular_values=(2, 1))).Y
    array([[2., 0., 0.],
           [0., 1., 0.]])
    """
    entry = data_entry(scenario.data)
    given = entry.values(scenario)
    if entry is UPLOADED:
        given["data"] = _loaded(scenario.data, datasets or {})
    problem: Problem = entry.make(scenario.dims, **given)
    return problem


def data_of(scenario: Scenario, datasets: Mapping[str, DataSet] | None = None) -> DataSet | None:
    """The samples that a scenario trains on as they are; None where it has none of its own.

    Whitened data are others: their inputs are the identity.

    Examples
    --------
    >>> data_of(Scenario()), data_of(Scenario(dims=(3, 4, 2), data="cloud")).name
    (None, 'Gaussian cloud')
    """
    entry = data_entry(scenario.data)
    if scenario.whitened and WHITENED.name in scenario.in_use:
        return None
    if entry is UPLOADED:
        return _loaded(scenario.data, datasets or {})
    return entry.read() if entry.read is not None else None


def _loaded(digest: str, datasets: Mapping[str, DataSet]) -> DataSet:
    if digest not in datasets:
        raise ValueError(
            f"expected data {', '.join(DATA)} or the digest of a data set that is loaded, found "
            f"{digest!r}: load the file again"
        )
    return datasets[digest]


def weights_of(
    scenario: Scenario,
    problem: Problem,
    *,
    datasets: Mapping[str, DataSet] | None = None,
    interrupt: Interrupt | None = None,
) -> Weights:
    """Initial weights of a scenario, made by its rule.

    Where it goes on from another run, that is made first, on `datasets` and with `interrupt` as in
    `simulate`; the latest such weights are kept.

    Examples
    --------
    >>> scenario = Scenario(dims=(2, 1, 2), singular_values=(2, 1), rule="zeros")
    >>> weights_of(scenario, problem_of(scenario))[0]
    array([[0., 0.]])
    """
    rule = RULES[scenario.rule]
    given = rule.values(scenario)
    if scenario.origin:
        given["left"] = _left(scenario, datasets, interrupt)
    W: Weights = rule.make(problem, scenario.dims, **given)
    return W


def _left(
    scenario: Scenario, datasets: Mapping[str, DataSet] | None, interrupt: Interrupt | None
) -> Weights:
    """The weights that the run has from which this one goes on."""
    from linviz.core.experiment.link import from_query  # here, since it speaks of scenarios

    key = scenario.origin, scenario.since
    if key not in _LEFT:
        origin = from_query(scenario.origin)
        W = simulate(origin, datasets=datasets, interrupt=interrupt).at(scenario.since)
        while len(_LEFT) >= MOST_LEFT:
            _LEFT.pop(next(iter(_LEFT)), None)
        _LEFT[key] = W
    return _LEFT[key]


def simulate(
    scenario: Scenario,
    *,
    datasets: Mapping[str, DataSet] | None = None,
    max_seconds: float = 20.0,
    interrupt: Interrupt | None = None,
    rtol: float = RTOL_FLOW,
    n_frames: int = 400,
) -> Trajectory:
    """Gradient flow of a scenario.

    Parameters
    ----------
    scenario : Scenario
    datasets : mapping of digest to DataSet, optional
        Where a scenario's data are looked up if they are none of the catalogue's.
    max_seconds : float
        Budget of wall time; the trajectory so far comes back with status "budget".
    interrupt : callable (t, loss) -> bool, optional
        Called often; the run ends where it returns True.
    rtol, n_frames : float, int
        As in `gradient_flow`.

    Examples
    --------
    >>> trajectory = simulate(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> trajectory.status
    'converged'
    """
    problem = problem_of(scenario, datasets)
    W = weights_of(scenario, problem, datasets=datasets, interrupt=interrupt)
    return gradient_flow(
        problem,
        W,
        t_end=scenario.t_end,
        rtol=rtol,
        n_frames=n_frames,
        max_seconds=max_seconds,
        interrupt=interrupt,
    )


def beside(
    scenario: Scenario, flow: Trajectory, *, interrupt: Interrupt | None = None
) -> Trajectory | None:
    """What runs beside a flow, as long as the flow did; None where the scenario asks for nothing.

    Gradient descent makes at most 20000 steps.

    Examples
    --------
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="descent", step=0.1)
    >>> descent = beside(scenario, simulate(scenario))
    >>> bool(abs(descent.loss[-1]) < 1e-6)
    True
    """
    entry = BESIDE[scenario.beside]
    other: Trajectory | None = entry.make(flow, interrupt=interrupt, **entry.values(scenario))
    return other
