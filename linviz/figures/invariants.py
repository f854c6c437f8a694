"""The conserved matrices C_j: their eigenvalues stay, and the drift says how exactly."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import signs
from linviz.core.model.tolerances import (
    FLOOR_OF_DRIFT,
    LEAST_DRIFT,
    NOT_ZERO,
    SHOWN_AS_ZERO,
    TOLD_AS_ZERO,
)
from linviz.core.model.words import plural, subscript, written
from linviz.figures import overlay, theme
from linviz.figures.axes import padded, time_axis, visible, within
from linviz.figures.conversion import to_plotly
from linviz.figures.picture import Axis, Curve, Dash, Line, Pane, Picture, Text, axis, curve, pane

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_CURVES = 60
MOST_MOMENTS_DRAWN = 25
MOST_NAMES = 8
DASHES: tuple[Dash, ...] = ("solid", "dash", "dot", "dashdot")


def invariants_figure(run: Run, *, log_time: bool = False, compare: Run | None = None) -> go.Figure:
    r"""Eigenvalues of :math:`C_j = W_{j+1}^\top W_{j+1} - W_jW_j^\top` over time, and the drift.

    The drift is :math:`\|C_j(t) - C_j(0)\|_F / \max_j\|W_j\|_F^2`: roundoff and the integrator's
    error, for the exact flow has none. Of wide layers only the largest and the smallest
    eigenvalues are drawn, 60 in all. Those of another run to `compare` with are long-dashed.
    """
    return to_plotly(invariants_picture(run, log_time=log_time, compare=compare))


def invariants_picture(run: Run, *, log_time: bool = False, compare: Run | None = None) -> Picture:
    """Picture of `invariants_figure`: the eigenvalues above, the drift below."""
    times, last = time_axis(run.trajectory.t, log_time), float(run.trajectory.t[-1])
    own = _own(run, log_time)
    drawn = own + _beside(run, log_time)
    frozen = [] if compare is None else _frozen(compare, last, log_time)
    panes = _panes(run, times, own, drawn, frozen)
    names = _names(own, _panes(run, times, own, drawn, []))  # where they are without A
    return {
        "panes": panes,
        "levels": [],
        "curves": frozen + drawn,
        "marks": [],
        "texts": names + _letters(frozen, own, panes),
        "heats": [],
        "network": None,
        "table": {"rows": "moments", "kind": "curve"},
    }


def _panes(
    run: Run, times: Axis, own: list[Curve], drawn: list[Curve], frozen: list[Curve]
) -> list[Pane]:
    """Axes of the eigenvalues and of the drift."""
    drifts = [float(curve["y"].max(initial=LEAST_DRIFT)) for curve in _in(1, frozen + drawn)]
    top = float(np.log10(max(drifts, default=LEAST_DRIFT)))
    limits = _range(run, _upper(own), _upper(drawn), _upper(frozen))
    upper = axis("λ(C)", "λ", "linear", limits, zero=True)
    lower = axis("drift", "drift", "log", (FLOOR_OF_DRIFT, 10 ** max(top + 0.7, -13.0)))
    bare: Axis = times | {"title": "", "labeled": False}  # the lower axis has the same times
    return [pane(bare, upper, (0.46, 1.0)), pane(times, lower, (0.0, 0.36))]


def _in(pane: int, curves: list[Curve]) -> list[Curve]:
    return [curve for curve in curves if curve["pane"] == pane]


def _own(run: Run, log_time: bool) -> list[Curve]:
    """Eigenvalues of each C_j, descending, and its drift."""
    t, H, curves = run.trajectory.t, run.scenario.H, []
    shown = visible(t, log_time)
    drift = np.maximum(run.trajectory.relative_drift[shown], FLOOR_OF_DRIFT)
    for j, values in enumerate(run.trajectory.spectra):
        name = f"C{subscript(j + 1)}"
        for k in _drawn(values.shape[1], H):
            line = _line(j, 1.75)
            label = f"{name}, λ{k + 1}"
            curves.append(curve(t[shown], values[shown, k], line, label))
        label, line = f"drift of {name}", _line(j, 2.0)
        curves.append(curve(t[shown], drift[:, j], line, label, pane=1))
    return curves


def _line(j: int, width: float) -> Line:
    return {"color": theme.INK, "dash": DASHES[j % len(DASHES)], "width": width}


def _names(own: list[Curve], panes: list[Pane]) -> list[Text]:
    """The name of C_j on its eigenvalue with most room above, and on its drift."""
    values, drifts = _in(0, own), _in(1, own)
    step = max(1, -(-len(drifts) // MOST_NAMES))
    names = [curve["name"].removeprefix("drift of ") for curve in drifts]
    top = panes[0]["y"]["range"]
    heights = np.array([*(float(curve["y"][-1]) for curve in values), top[1]])
    least = 1e-3 * (top[1] - top[0])
    owners = np.array([curve["name"].split(",")[0] for curve in values])
    chosen = []
    for name in names[::step]:
        mine = np.flatnonzero(owners == name)
        above = heights - heights[mine, None]
        room = np.where(above > least, above, np.inf).min(axis=1)
        chosen.append((name, values[mine[int(np.argmax(room))]]))
    below = list(zip(names[::step], drifts[::step], strict=True))
    return overlay.names(chosen[::-1], panes[0]) + overlay.names(below[::-1], panes[1])


def _frozen(a: Run, last: float, log_time: bool) -> list[Curve]:
    """The same of the run A: its eigenvalues at a few moments, for they do not move."""
    shown, curves = visible(a.trajectory.t, log_time), []
    t, drift = a.trajectory.t[shown], a.trajectory.relative_drift[shown]
    few = evenly(min(int(np.searchsorted(t, last)) + 1, len(t)), MOST_MOMENTS_DRAWN)
    for j, spectra in enumerate(a.trajectory.spectra):
        values = spectra[shown][few]
        name, color = f"C{subscript(j + 1)}", theme.INK
        for k in _drawn(values.shape[1], a.scenario.H):
            label = f"{name}, λ{k + 1}"
            curves.append(overlay.curve(t[few], values[:, k], label, last, color=color))
        kept = np.maximum(drift[:, j], FLOOR_OF_DRIFT)
        curves.append(overlay.curve(t, kept, f"drift of {name}", last, color=color, pane=1))
    return [overlay.still(curve) for curve in curves]


def _letters(frozen: list[Curve], own: list[Curve], panes: list[Pane]) -> list[Text]:
    """The letter A on its largest and smallest eigenvalue and on its largest drift."""
    if not frozen:
        return []
    curves = sorted(_in(0, frozen), key=lambda c: float(c["y"][0]))
    ends = float(curves[0]["y"].min()), float(curves[-1]["y"].max())
    letters = []
    for outermost in (curves[-1], curves[0]):
        letters += overlay.letter(outermost, None, panes[0])
    letters = overlay.spread(letters, panes[0]) + overlay.beyond(*ends, panes[0])
    drifts = _in(1, own)
    most = max(_in(1, frozen), key=lambda c: float(c["y"].max()))
    return letters + overlay.letter(most, drifts[0] if drifts else None, panes[1])


def _upper(curves: list[Curve]) -> Matrix:
    """All values drawn in the upper half, zero among them."""
    return np.concatenate([np.zeros(1), *(curve["y"] for curve in _in(0, curves))])


def _size(run: Run) -> float:
    """Largest squared norm of a layer at the start."""
    return float(run.trajectory.squared_norms[0].max())


def _range(run: Run, own: Matrix, drawn: Matrix, frozen: Matrix) -> tuple[float, float]:
    """Range of all that is drawn: not narrower than roundoff, nor following a blow-up or A."""
    largest = max(_size(run), *(float(np.sum(Wj**2)) for Wj in run.trajectory.limit))
    least = TOLD_AS_ZERO * largest
    span = max(float(np.ptp(own)), least)
    room = (float(own.min()) - span, float(own.max()) + span)
    values = np.clip(drawn, *room)
    spare = max(least - float(np.ptp(values)), 0.0) / 2
    low, high = float(values.min()) - spare, float(values.max()) + spare
    balanced = float(np.ptp(own)) < least  # all its lines are zero on any scale: A may choose it
    low, high = overlay.held(low, high, frozen, np.inf if balanced else span)
    return padded(low, high)


def _beside(run: Run, log_time: bool) -> list[Curve]:
    """Eigenvalues and drift of the run beside the flow; of a nonlinear network the diagonal's."""
    other, last = run.beside, float(run.trajectory.t[-1])
    if other is None:
        return []
    shown, name = visible(other.t, log_time), BESIDE[run.scenario.beside].words
    t, found = other.t[shown], []
    for j, C in enumerate(other.invariants):
        line = _line(j, 1.25)
        values, drift = other.spectra[j], other.relative_drift[:, j]
        if not other.law.is_linear:
            values, drift = np.diagonal(C, axis1=1, axis2=2), other.diagonal_drift[:, j]
        label, kept = f"C{subscript(j + 1)}, {name}", _drawn(values.shape[1], run.scenario.H)
        found += [curve(t, values[shown, k], line, label) for k in kept]
        floored = np.maximum(drift[shown], FLOOR_OF_DRIFT)
        found.append(curve(t, floored, line, f"drift, {name}", pane=1))
    return [within(drawn, last) for drawn in found]


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
    dims, zero = run.scenario.dims, SHOWN_AS_ZERO * _size(run)
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
    return max(SHOWN_AS_ZERO * _size(run), NOT_ZERO)
