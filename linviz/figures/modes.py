"""Singular values of the product against those of the target: which modes are learned, and when."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.problem import Matrix
from linviz.core.model.words import mode_numbers, plural, subscript, written
from linviz.figures import overlay, theme

MOST_LABELS = 8
MOST_LETTERS = 3
MOST_ROOM = 2.0
SMALLEST = 1e-6  # of the largest: what is below is told as 0


def modes_figure(run: Run, *, log_time: bool = False, compare: Run | None = None) -> go.Figure:
    r"""Singular values of :math:`P G^{1/2}` over time; dotted, those of the target.

    For X = I they are the singular values of the product P itself. Those of another run to
    `compare` with are long-dashed.
    """
    return go.Figure(modes_spec(run, log_time=log_time, compare=compare))


def modes_spec(run: Run, *, log_time: bool = False, compare: Run | None = None) -> theme.Spec:
    """Spec of `modes_figure`."""
    target = run.trajectory.problem.singular_values
    data, labels = _own(run, log_time)
    curves = data[1::2]
    if run.beside is not None and run.beside.law.is_linear:
        data += _descent_modes(run, log_time)
    frozen = [] if compare is None else _frozen(compare, curves, log_time)
    own = max(float(run.strengths.max(initial=0)), float(target.max()), 1e-12)
    drawn = max(float(trace["y"].max(initial=0)) for trace in frozen + data)
    top = max(min(drawn, MOST_ROOM * own), 1e-12)  # a descent that diverges is not followed
    xaxis = theme.time_axis(run.trajectory.t, log_time)
    yaxis = theme.axis("singular value", "linear", [-0.04 * top, 1.12 * top])
    letters = _letters(frozen, curves, xaxis, yaxis)
    return {
        "data": frozen + data + letters,
        "layout": theme.layout(xaxis=xaxis, yaxis=yaxis, annotations=labels, meta={"time": ["x"]}),
    }


def _own(run: Run, log_time: bool) -> tuple[list[theme.Spec], list[theme.Spec]]:
    """For each mode its target and its curve, and the targets' labels."""
    t, problem = run.trajectory.t, run.trajectory.problem
    shown, times = theme.visible(t, log_time), theme.time_range(t, log_time)
    data, labels = [], []
    for k, s in enumerate(problem.singular_values):
        style, name = theme.series(k), f"target s{subscript(k + 1)} = {written(s)}"
        data.append(theme.level(times, s, style | {"dash": "dot", "width": 1.5}, name))
        curve = theme.curve(t[shown], run.strengths[shown, k], style, f"mode {k + 1}")
        data.append(theme.marked(curve, k))
        if k < MOST_LABELS:
            labels.append(theme.label(name, s, style["color"]))
    return data, labels


def _frozen(a: Run, curves: list[theme.Spec], log_time: bool) -> list[theme.Spec]:
    """Mode strengths of the run A, in the modes' own colors."""
    t, last = a.trajectory.t, float(curves[0]["x"][-1])
    shown, frozen = theme.visible(t, log_time), []
    for k, values in enumerate(a.strengths[shown].T):
        color = theme.series(k)["color"]
        trace = overlay.curve(t[shown], values, f"mode {k + 1}", last, color=color)
        known = overlay.lasts(a, last)
        frozen.append(theme.marked(trace, k) if known else overlay.still(trace))
    return frozen


def _letters(
    frozen: list[theme.Spec], curves: list[theme.Spec], xaxis: theme.Spec, yaxis: theme.Spec
) -> list[theme.Spec]:
    """A letter on each of the first modes of A, and how far A goes."""
    if not frozen:
        return []
    letters = []
    for k, trace in enumerate(frozen[:MOST_LETTERS]):
        shown = curves[k] if k < len(curves) else None
        letters += overlay.letter(trace, shown, xaxis, yaxis)
    largest = max(float(trace["y"].max(initial=0)) for trace in frozen)
    letters = overlay.spread(letters, xaxis, yaxis)
    return letters + overlay.beyond(0.0, largest, xaxis, yaxis)


def _descent_modes(run: Run, log_time: bool) -> list[theme.Spec]:
    """Mode strengths of the descent beside the flow, dashed, in the modes' own colors."""
    other = run.beside
    assert other is not None
    shown, values = theme.visible(other.t, log_time), other.strengths
    curves = [
        theme.curve(
            other.t[shown],
            values[shown, k],
            theme.series(k) | {"dash": "dash", "width": 1.75},
            f"mode {k + 1}, gradient descent",
        )
        for k in range(values.shape[1])
    ]
    last = float(run.trajectory.t[-1])
    return [theme.marked(theme.within(curve, last), k) for k, curve in enumerate(curves)]


def modes_words(run: Run) -> str:
    """How many modes were learned, what the missed ones cost, and what descent learned instead."""
    return _own_words(run) + _descent_words(run)


def _descent_words(run: Run) -> str:
    """Modes that descent has, by at least half of their strength, where they are not the flow's."""
    other = run.beside
    if other is None or not other.law.is_linear or other.status == "diverged":
        return ""
    s = other.problem.singular_values
    s = s[s > 0]
    found = _in_target_modes(other)
    found = np.where(np.abs(found) < SMALLEST * found.max(initial=0.0), 0.0, found)
    learned, own = found[: s.size] >= 0.5 * s, run.strengths[-1, : s.size] >= 0.5 * s
    if (learned == own).all():
        return ""
    count = int(np.count_nonzero(learned))
    return f" Descent (dashed) learns {count} of {s.size}: {_listed(found)}."


def _own_words(run: Run) -> str:
    """The same of the flow."""
    problem = run.trajectory.problem
    target = problem.singular_values
    n_modes = int(np.count_nonzero(target > 0))
    end = run.strengths[-1]
    if n_modes == 0:
        return "The target is zero: there is no mode to learn."
    if run.point.kind == "not critical":
        at_end = _in_target_modes(run.trajectory)
        near = [k for k in range(n_modes) if abs(at_end[k] - target[k]) <= 0.05 * target[k]]
        return (
            f"{len(near)} of {plural(n_modes, 'mode')} within 5 % of the target at the last "
            f"moment: singular values {_listed(end)}; target {_listed(target)}."
        )
    missed = run.point.missed
    text = f"{n_modes - len(missed)} of {plural(n_modes, 'mode')} learned"
    if not missed:
        return f"{text}: singular values {_listed(end)}, the target's {_listed(target)}."
    squares = " + ".join(f"s{subscript(k + 1)}²" for k in missed[:4])
    squares += " + …" if len(missed) > 4 else ""
    cost = float(np.sum(target[list(missed)] ** 2) / 2)
    rest = f"½({squares})" if len(missed) > 1 else f"½ {squares}"
    kept = (
        "the narrowest layer allows no more"
        if run.point.kind == "global minimum"
        else (f"the run rests at {rest} = {written(cost)}")
    )
    names = f"modes {mode_numbers(missed)} are"
    if len(missed) == 1:
        names = f"mode {missed[0] + 1} is"
    return f"{text}; {names} missed: {kept}."


def _in_target_modes(trajectory: Trajectory) -> Matrix:
    """Strengths of the target's modes in the product at the end."""
    problem = trajectory.problem
    P = trajectory.limit_product
    strengths: Matrix = np.diag(
        problem.output_modes.T @ P @ problem.input_root @ problem.input_modes
    ).copy()
    return strengths


def _listed(values: Matrix) -> str:
    text = ", ".join(written(v) for v in values[:4])
    return text + (", …" if len(values) > 4 else "")
