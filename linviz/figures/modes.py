"""Singular values of the product against those of the target: which modes are learned, and when."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from linviz.core.modes import mode_strengths
from linviz.core.problem import Matrix
from linviz.core.run import Run
from linviz.figures import theme

MOST_LABELS = 8
MOST_ROOM = 2.0


def modes_figure(run: Run, *, log_time: bool = False) -> go.Figure:
    r"""Singular values of :math:`P G^{1/2}` over time; dashed, those of the target.

    For X = I they are the singular values of the product P itself.
    """
    return go.Figure(modes_spec(run, log_time=log_time))


def modes_spec(run: Run, *, log_time: bool = False) -> theme.Spec:
    """Spec of `modes_figure`."""
    trajectory = run.trajectory
    shown = theme.visible(trajectory.t, log_time)
    times = theme.time_range(trajectory.t, log_time)
    target = trajectory.problem.singular_values
    values = run.strengths
    data, labels = [], []
    for k, s in enumerate(target):
        style = theme.series(k)
        name = f"s{theme.subscript(k + 1)}"
        data.append(
            theme.level(times, s, style | {"dash": "dot", "width": 1.5}, f"target {name} = {s:.4g}")
        )
        data.append(theme.curve(trajectory.t[shown], values[shown, k], style, f"mode {k + 1}"))
        if k < MOST_LABELS:
            labels.append(theme.label(f"target {name} = {theme.number(s)}", s, style["color"]))
    if run.beside is not None and run.scenario.beside == "descent":
        data += _descent_modes(run, log_time)
    own = max(float(values.max(initial=0)), float(target.max()), 1e-12)
    drawn = max(float(trace["y"].max(initial=0)) for trace in data)
    top = max(min(drawn, MOST_ROOM * own), 1e-12)  # a descent that diverges is not followed
    return {
        "data": data,
        "layout": theme.layout(
            xaxis=theme.time_axis(trajectory.t, log_time),
            yaxis=theme.axis("singular value", "linear", [-0.04 * top, 1.12 * top]),
            annotations=labels,
            meta={"time": ["x"]},
        ),
    }


def _descent_modes(run: Run, log_time: bool) -> list[theme.Spec]:
    """Mode strengths of the descent beside the flow, dashed, in the modes' own colors."""
    other = run.beside
    assert other is not None
    shown, values = theme.visible(other.t, log_time), mode_strengths(other)
    curves = [
        theme.curve(
            other.t[shown],
            values[shown, k],
            theme.series(k) | {"dash": "dash", "width": 1.75},
            f"mode {k + 1}, gradient descent",
        )
        for k in range(values.shape[1])
    ]
    return [theme.within(curve, float(run.trajectory.t[-1])) for curve in curves]


def modes_words(run: Run) -> str:
    """How many modes were learned, and what the missed ones cost."""
    problem = run.trajectory.problem
    target = problem.singular_values
    n_modes = int(np.count_nonzero(target > 0))
    end = run.strengths[-1]
    if n_modes == 0:
        return "The target is zero: there is no mode to learn."
    if run.point.kind == "not critical":
        at_end = np.diag(_in_target_modes(run))
        near = [k for k in range(n_modes) if abs(at_end[k] - target[k]) <= 0.05 * target[k]]
        return (
            f"{len(near)} of {theme.plural(n_modes, 'mode')} within 5 % of the target at the last "
            f"moment: singular values {_listed(end)}; target {_listed(target)}."
        )
    missed = run.point.missed
    text = f"{n_modes - len(missed)} of {theme.plural(n_modes, 'mode')} learned"
    if not missed:
        return f"{text}: singular values {_listed(end)}, the target's {_listed(target)}."
    squares = " + ".join(f"s{theme.subscript(k + 1)}²" for k in missed[:4])
    squares += " + …" if len(missed) > 4 else ""
    cost = float(np.sum(target[list(missed)] ** 2) / 2)
    rest = f"½({squares})" if len(missed) > 1 else f"½ {squares}"
    kept = (
        "the narrowest layer allows no more"
        if run.point.kind == "global minimum"
        else (f"the run rests at {rest} = {theme.number(cost)}")
    )
    names = f"modes {theme.mode_numbers(missed)} are"
    if len(missed) == 1:
        names = f"mode {missed[0] + 1} is"
    return f"{text}; {names} missed: {kept}."


def _in_target_modes(run: Run) -> Matrix:
    problem, P = run.trajectory.problem, np.eye(run.scenario.dims[0])
    for Wj in run.trajectory.limit:
        P = Wj @ P
    rotated: Matrix = problem.output_modes.T @ P @ problem.input_root @ problem.input_modes
    return rotated


def _listed(values: Matrix) -> str:
    text = ", ".join(theme.number(v) for v in values[:4])
    return text + (", …" if len(values) > 4 else "")
