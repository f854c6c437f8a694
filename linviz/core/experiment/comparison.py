"""The run beside the flow: gradient descent, or a nonlinear network, from the same weights."""

from __future__ import annotations

import math

from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.descent import gradient_descent
from linviz.core.flow.nonlinear import nonlinear_flow
from linviz.core.flow.trajectory import Interrupt, Trajectory
from linviz.core.theory.discretization import critical_step

MAX_STEPS = 20_000
SHORTEST = 1.0  # a nonlinear network is run at least this long


def beside(
    scenario: Scenario, flow: Trajectory, *, interrupt: Interrupt | None = None
) -> Trajectory | None:
    """What runs beside a flow, as long as the flow did; None where the scenario asks for nothing.

    Gradient descent makes at most 20000 steps.

    Examples
    --------
    >>> from linviz.core.experiment.simulation import simulate
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="descent", step=0.1)
    >>> descent = beside(scenario, simulate(scenario))
    >>> bool(abs(descent.loss[-1]) < 1e-6)
    True
    """
    if scenario.beside == "nothing":
        return None
    W = tuple(Wj[0] for Wj in flow.W)
    t_end = float(flow.t[-1])
    if scenario.beside == "descent":
        step = step_size(scenario, flow)
        return gradient_descent(
            flow.problem,
            W,
            step=step,
            n_steps=max(1, min(MAX_STEPS, math.ceil(t_end / step))),
            weight_decay=scenario.weight_decay,
            momentum=scenario.momentum,
            label_noise=scenario.label_noise,
            seed=scenario.seed,
            interrupt=interrupt,
        )
    return nonlinear_flow(
        flow.problem, W, scenario.beside, t_end=max(t_end, SHORTEST), interrupt=interrupt
    )


def step_size(scenario: Scenario, flow: Trajectory) -> float:
    """Step of the descent: the scenario's multiple of the critical step."""
    critical = critical_step(flow.problem, len(flow.W))
    return scenario.step * (critical if math.isfinite(critical) else 1.0)
