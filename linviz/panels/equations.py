"""The equations of a run, in TeX: the loss of this network, its flow, and what runs beside it."""

from __future__ import annotations

from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Trajectory

MOST_FACTORS = 5  # written out; of more the first and the last


def equations(run: Run) -> list[str]:
    r"""The loss, the flow, and one line more where something runs beside it.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> equations(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))[0]
    'L = \\frac{1}{2} \\|Y - W_2 W_1\\|^2'
    """
    raw = "" if run.trajectory.problem.is_white else " X"
    loss = rf"L = \frac{{1}}{{2}} \|Y - {_factors(len(run.trajectory.W))}{raw}\|^2"
    flow = r"dW_j / dt = -\partial L / \partial W_j"
    return [loss, flow] if run.beside is None else [loss, flow, _beside(run.beside, raw)]


def _factors(n: int) -> str:
    layers = [f"W_{j}" if j < 10 else f"W_{{{j}}}" for j in range(n, 0, -1)]
    return " ".join(layers if n <= MOST_FACTORS else [*layers[:2], r"\cdots", *layers[-2:]])


def _beside(other: Trajectory, raw: str) -> str:
    law = other.law
    if law.kind != "descent":
        inner = f"W_1{raw}"
        for j in range(2, min(len(other.W), MOST_FACTORS) + 1):
            inner = rf"W_{j} \sigma({inner})"
        more = r"\cdots " if len(other.W) > MOST_FACTORS else ""
        return rf"L_\sigma = \frac{{1}}{{2}} \|Y - {more}{inner}\|^2"
    step = r"W_j \to W_j - \eta\, \partial L / \partial W_j"
    if law.weight_decay > 0:
        step = r"W_j \to (1 - \eta \lambda) W_j - \eta\, \partial L / \partial W_j"
    return step + (r" + \mu\, \Delta W_j" if law.momentum > 0 else "")
