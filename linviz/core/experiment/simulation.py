"""From a scenario to its run: the data, the initial weights, the gradient flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.trajectory import Interrupt, Trajectory
from linviz.core.model import aligned as targeted
from linviz.core.model import datasets as samples
from linviz.core.model import initialization
from linviz.core.model.data import DataSet, digits
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem

PACKAGED: dict[str, Callable[[], DataSet]] = {
    "digits": digits,
    "stretched": samples.stretched,
    "cloud": samples.cloud,
}


def problem_of(scenario: Scenario, datasets: Mapping[str, DataSet] | None = None) -> Problem:
    """Problem that a scenario trains on.

    Examples
    --------
    >>> problem_of(Scenario(dims=(3, 2), singular_values=(2, 1))).Y
    array([[2., 0., 0.],
           [0., 1., 0.]])
    """
    if scenario.data == "canonical":
        problem = Problem.canonical(scenario.singular_values, d_x=scenario.dims[0])
    elif scenario.data in PACKAGED:
        problem = _packaged_problem(scenario.data, scenario.whitened)
    elif datasets is not None and scenario.data in datasets:
        data = datasets[scenario.data]
        problem = Problem(X=data.X, Y=data.Y)
        problem = problem.whitened() if scenario.whitened else problem
    else:
        raise ValueError(
            f"expected data 'canonical', {', '.join(PACKAGED)} or the digest of a data set that is "
            f"loaded, found {scenario.data!r}: load the file again"
        )
    return problem


def weights_of(scenario: Scenario, problem: Problem) -> Weights:
    """Initial weights of a scenario, made by its rule.

    Examples
    --------
    >>> scenario = Scenario(dims=(2, 1, 2), singular_values=(2, 1), rule="zeros")
    >>> weights_of(scenario, problem_of(scenario))[0]
    array([[0., 0.]])
    """
    return _MAKERS[scenario.rule](scenario, problem)


def simulate(
    scenario: Scenario,
    *,
    datasets: Mapping[str, DataSet] | None = None,
    max_seconds: float = 20.0,
    interrupt: Interrupt | None = None,
) -> Trajectory:
    """Gradient flow of a scenario.

    Parameters
    ----------
    scenario : Scenario
    datasets : mapping of digest to DataSet, optional
        Where a scenario's data are looked up if they are neither canonical nor the digits.
    max_seconds : float
        Budget of wall time; the trajectory so far comes back with status "budget".
    interrupt : callable (t, loss) -> bool, optional
        Called often; the run ends where it returns True.

    Examples
    --------
    >>> trajectory = simulate(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> trajectory.status
    'converged'
    """
    problem = problem_of(scenario, datasets)
    W = weights_of(scenario, problem)
    return gradient_flow(
        problem, W, t_end=scenario.t_end, max_seconds=max_seconds, interrupt=interrupt
    )


@lru_cache(maxsize=8)
def _packaged_problem(name: str, whitened: bool) -> Problem:
    data = PACKAGED[name]()
    problem = Problem(X=data.X, Y=data.Y)
    return problem.whitened() if whitened else problem


def _fill(values: tuple[float, ...], n: int, default: float) -> tuple[float, ...]:
    """The first n values, completed by the default."""
    return values[:n] + (default,) * (n - len(values))


def _aligned(scenario: Scenario, problem: Problem) -> Weights:
    n_modes = min(*scenario.dims, problem.d_y)
    return targeted.aligned(
        problem, scenario.dims, _fill(scenario.strengths, n_modes, scenario.scale)
    )


def _with_singular_values(scenario: Scenario, problem: Problem) -> Weights:
    dims, given = scenario.dims, scenario.layer_singular_values
    layers = tuple(
        _fill(given[j] if j < len(given) else (), min(dims[j], dims[j + 1]), scenario.scale)
        for j in range(len(dims) - 1)
    )
    return initialization.with_singular_values(dims, layers, seed=scenario.seed)


def _scaled(name: str) -> Callable[[Scenario, Problem], Weights]:
    make = getattr(initialization, name)
    return lambda c, problem: make(c.dims, scale=c.scale, seed=c.seed)


_MAKERS: dict[str, Callable[[Scenario, Problem], Weights]] = {
    "gaussian": _scaled("gaussian"),
    "xavier": lambda c, problem: initialization.xavier(c.dims, seed=c.seed),
    "orthogonal": _scaled("orthogonal"),
    "balanced": _scaled("balanced"),
    "lambda_balanced": lambda c, problem: initialization.lambda_balanced(
        c.dims, c.lam, c.scale, seed=c.seed
    ),
    "aligned": _aligned,
    "with_singular_values": _with_singular_values,
    "on_stable_manifold": lambda c, problem: targeted.on_stable_manifold(
        problem, c.dims, missed=c.missed, scale=c.scale, seed=c.seed
    ),
    "certified": lambda c, problem: targeted.certified(c.dims, c.alpha, seed=c.seed),
    "zeros": lambda c, problem: initialization.zeros(c.dims),
}
