"""The conserved matrices C_j: their eigenvalues stay, and the drift says how exactly."""

from __future__ import annotations

import itertools

import numpy as np
import plotly.graph_objects as go

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import signs
from linviz.core.model.words import plural, subscript, written
from linviz.figures import overlay, theme

MOST_CURVES = 60
MOST_MOMENTS = 25
MOST_NAMES = 8
FLOOR = 1e-17
SMALLEST = 1e-10  # relative to the weights: what is below is zero


def invariants_figure(run: Run, *, log_time: bool = False, compare: Run | None = None) -> go.Figure:
    r"""Eigenvalues of :math:`C_j = W_{j+1}^\top W_{j+1} - W_jW_j^\top` over time, and the drift.

    The drift is :math:`\|C_j(t) - C_j(0)\|_F / \max_j\|W_j\|_F^2`: roundoff and the integrator's
    error, for the exact flow has none. Of wide layers only the largest and the smallest
    eigenvalues are drawn, 60 in all. Those of another run to `compare` with are long-dashed.
    """
    return go.Figure(invariants_spec(run, log_time=log_time, compare=compare))


def invariants_spec(run: Run, *, log_time: bool = False, compare: Run | None = None) -> theme.Spec:
    """Spec of `invariants_figure`."""
    times = theme.time_axis(run.trajectory.t, log_time)
    own = _own(run, log_time)
    drawn = own + _beside(run, log_time)
    frozen = [] if compare is None else _frozen(compare, float(run.trajectory.t[-1]), log_time)
    upper, lower = _axes(run, own, drawn, frozen)
    names = _names(own, times, *_axes(run, own, drawn, []))  # where they are without A
    bare = {"title": {"text": ""}, "showticklabels": False}  # the lower axis has the same times
    return {
        "data": frozen + drawn + names + _letters(frozen, own, times, upper, lower),
        "layout": theme.layout(
            xaxis=times | bare | {"domain": [0, 1], "anchor": "y"},
            yaxis=upper | {"domain": [0.46, 1], "zeroline": True, "zerolinecolor": theme.FAINT},
            xaxis2=times | {"domain": [0, 1], "anchor": "y2"},
            yaxis2=lower | {"domain": [0, 0.36], "anchor": "x2"},
            meta={"time": ["x", "x2"]},
        ),
    }


def _axes(
    run: Run, own: list[theme.Spec], drawn: list[theme.Spec], frozen: list[theme.Spec]
) -> tuple[theme.Spec, theme.Spec]:
    """Axes of the eigenvalues and of the drift."""
    drifts = [t["y"].max(initial=1e-15) for t in frozen + drawn if t["yaxis"] == "y2"]
    top = float(np.log10(max(drifts, default=1e-15)))
    limits = _range(run, _upper(own), _upper(drawn), _upper(frozen))
    lower = theme.axis("drift", "log", [-17.0, max(top + 0.7, -13.0)])
    return theme.axis("λ(C)", "linear", limits), lower


def _own(run: Run, log_time: bool) -> list[theme.Spec]:
    """Eigenvalues of each C_j, descending, and its drift."""
    t, H, data = run.trajectory.t, run.scenario.H, []
    shown = theme.visible(t, log_time)
    drift = np.maximum(run.trajectory.relative_drift[shown], FLOOR)
    for j, values in enumerate(run.trajectory.spectra):
        name = f"C{subscript(j + 1)}"
        for k in _drawn(values.shape[1], H):
            line = theme.series(j) | {"width": 1.75}
            curve = theme.curve(t[shown], values[shown, k], line, f"{name}, λ{k + 1}")
            data.append(theme.marked(curve, j))
        curve = theme.curve(t[shown], drift[:, j], theme.series(j), f"drift of {name}", "2")
        data.append(theme.marked(curve, j))
    return data


def _names(
    own: list[theme.Spec], times: theme.Spec, upper: theme.Spec, lower: theme.Spec
) -> list[theme.Spec]:
    """The name of C_j on its eigenvalue with most room above, and on its drift."""
    drifts = [curve for curve in own if curve["yaxis"] == "y2"]
    step = max(1, -(-len(drifts) // MOST_NAMES))
    names = [curve["name"].removeprefix("drift of ") for curve in drifts]
    values = [curve for curve in own if curve["yaxis"] == "y"]
    heights = np.array([*(float(curve["y"][-1]) for curve in values), upper["range"][1]])
    least = 1e-3 * float(np.ptp(upper["range"]))
    owners = np.array([curve["name"].split(",")[0] for curve in values])
    chosen = []
    for name in names[::step]:
        mine = np.flatnonzero(owners == name)
        above = heights - heights[mine, None]
        room = np.where(above > least, above, np.inf).min(axis=1)
        chosen.append((name, values[mine[int(np.argmax(room))]]))
    labels = overlay.names(chosen[::-1], times, upper)
    return labels + overlay.names(
        list(zip(names[::step], drifts[::step], strict=True))[::-1], times, lower
    )


def _frozen(a: Run, last: float, log_time: bool) -> list[theme.Spec]:
    """The same of the run A: its eigenvalues at a few moments, for they do not move."""
    shown, data = theme.visible(a.trajectory.t, log_time), []
    t, drift = a.trajectory.t[shown], a.trajectory.relative_drift[shown]
    few = evenly(min(int(np.searchsorted(t, last)) + 1, len(t)), MOST_MOMENTS)
    for j, spectra in enumerate(a.trajectory.spectra):
        values = spectra[shown][few]
        name, color = f"C{subscript(j + 1)}", theme.series(j)["color"]
        for k in _drawn(values.shape[1], a.scenario.H):
            label = f"{name}, λ{k + 1}"
            data.append(overlay.curve(t[few], values[:, k], label, last, color=color))
        kept = np.maximum(drift[:, j], FLOOR)
        data.append(overlay.curve(t, kept, f"drift of {name}", last, color=color, axes="2"))
    return [overlay.still(curve) for curve in data]


def _letters(
    frozen: list[theme.Spec],
    own: list[theme.Spec],
    times: theme.Spec,
    upper: theme.Spec,
    lower: theme.Spec,
) -> list[theme.Spec]:
    """The letter A on its largest and smallest eigenvalue and on its largest drift."""
    if not frozen:
        return []
    curves = sorted((c for c in frozen if c["yaxis"] == "y"), key=lambda c: float(c["y"][0]))
    ends = float(curves[0]["y"].min()), float(curves[-1]["y"].max())
    letters = []
    for curve in (curves[-1], curves[0]):
        letters += overlay.letter(curve, None, times, upper)
    letters = overlay.spread(letters, times, upper) + overlay.beyond(*ends, times, upper)
    drifts = [[c for c in curves if c["yaxis"] == "y2"] for curves in (frozen, own)]
    most = max(drifts[0], key=lambda c: float(c["y"].max()))
    return letters + overlay.letter(most, drifts[1][0] if drifts[1] else None, times, lower)


def _upper(curves: list[theme.Spec]) -> Matrix:
    """All values drawn in the upper half, zero among them."""
    return np.concatenate([np.zeros(1), *(c["y"] for c in curves if c["yaxis"] == "y")])


def _size(run: Run) -> float:
    """Largest squared norm of a layer at the start."""
    return float(run.trajectory.squared_norms[0].max())


def _range(run: Run, own: Matrix, drawn: Matrix, frozen: Matrix) -> list[float]:
    """Range of all that is drawn: not narrower than roundoff, nor following a blow-up or A."""
    largest = max(_size(run), *(float(np.sum(Wj**2)) for Wj in run.trajectory.limit))
    least = 1e-6 * largest
    span = max(float(np.ptp(own)), least)
    room = (float(own.min()) - span, float(own.max()) + span)
    values = np.clip(drawn, *room)
    spare = max(least - float(np.ptp(values)), 0.0) / 2
    low, high = float(values.min()) - spare, float(values.max()) + spare
    balanced = float(np.ptp(own)) < least  # all its lines are zero on any scale: A may choose it
    low, high = overlay.held(low, high, frozen, np.inf if balanced else span)
    return theme.padded(low, high)


def _beside(run: Run, log_time: bool) -> list[theme.Spec]:
    """Eigenvalues and drift of the run beside the flow; of a nonlinear network the diagonal's."""
    other, last = run.beside, float(run.trajectory.t[-1])
    if other is None:
        return []
    shown, name = theme.visible(other.t, log_time), BESIDE[run.scenario.beside].words
    t, data = other.t[shown], []
    for j, C in enumerate(other.invariants):
        line = theme.series(j) | {"dash": "dash", "width": 1.5}
        values, drift = other.spectra[j], other.relative_drift[:, j]
        if not other.law.is_linear:
            values, drift = np.diagonal(C, axis1=1, axis2=2), other.diagonal_drift[:, j]
        label, drawn = f"C{subscript(j + 1)}, {name}", _drawn(values.shape[1], run.scenario.H)
        curves = [theme.curve(t, values[shown, k], line, label) for k in drawn]
        floored = np.maximum(drift[shown], FLOOR)
        curves.append(theme.curve(t, floored, line, f"drift, {name}", "2"))
        data += [theme.marked(theme.within(curve, last), j) for curve in curves]
    return data


def invariants_words(run: Run) -> str:
    """How well C is conserved, and its positive eigenvalues beside what the rate theorem needs."""
    if run.scenario.H == 0:
        return "H = 0: no hidden layer, so there is nothing to conserve (linear regression)."
    drift = float(run.trajectory.relative_drift.max())
    text = "C is conserved exactly." if drift == 0 else f"C is conserved to {written(drift, 1)}."
    return f"{text} {_rate_words(run)}{_beside_words(run)}"


def _rate_words(run: Run) -> str:
    """The first C_j with fewer positive eigenvalues than the rate theorem needs, or that it holds.

    The theorem asks for d_1 >= ... >= d_{H+1} besides.
    """
    dims, zero = run.scenario.dims, SMALLEST * _size(run)
    found = [signs(values[0], zero)[2] for values in run.trajectory.spectra]
    for j, n_positive in enumerate(found, start=1):
        if n_positive < dims[j + 1]:
            has = plural(n_positive, "positive eigenvalue")
            needs = f"the rate theorem needs {dims[j + 1]}: it certifies nothing"
            return f"C{subscript(j)} has {has}, {needs}."
    enough = "Every C has the positive eigenvalues that the rate theorem needs"
    if all(a >= b for a, b in itertools.pairwise(dims[1:])):
        factor = "" if run.trajectory.problem.is_white else " (its rate times λ_min(XXᵀ))"
        return f"{enough}: it applies{factor}."
    return f"{enough}, but a layer is wider than the one before: it certifies nothing."


def _beside_words(run: Run) -> str:
    if run.beside is None:
        return ""
    entry = BESIDE[run.scenario.beside]
    if run.beside.law.is_linear:
        return f" Dashed: {entry.words}, drift {written(run.beside.relative_drift.max(), 2)}."
    diagonal = written(run.beside.diagonal_drift.max(), 2)
    return f" Dashed: diagonals of {entry.title}, drift {diagonal}."


def _drawn(n: int, H: int) -> list[int]:
    """Which of n eigenvalues of a layer are drawn: all, or as many from both ends."""
    most = max(2, MOST_CURVES // H)
    return list(range(n)) if n <= most else [*range(most // 2), *range(n - most // 2, n)]


def matrix_floor(run: Run) -> float:
    """Entries of C at or below this are zero to roundoff."""
    return max(SMALLEST * _size(run), 1e-300)
