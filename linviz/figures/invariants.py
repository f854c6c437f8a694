"""What the flow conserves: distances of squared norms, and the eigenvalues of each C_j."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import eigenvalues, signs
from linviz.core.model.tolerances import NOT_ZERO, SHOWN_AS_ZERO, TOLD_AS_ZERO
from linviz.core.model.words import plural, subscript, written
from linviz.figures import overlay, theme
from linviz.figures.axes import padded, time_axis, value_at, visible, within
from linviz.figures.conversion import to_plotly
from linviz.figures.picture import (
    Axis,
    Curve,
    Dash,
    Line,
    Marks,
    Pane,
    Picture,
    Text,
    axis,
    curve,
    marks,
    pane,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_CURVES = 60
MOST_MOMENTS_DRAWN = 25
MANY = 20  # eigenvalues, from which their lines are thin
MOST_NAMES = 4  # of matrices or of norms, one below the other
ZERO_BESIDE = 0.001  # of the norms: eigenvalues within are 0 beside them, and need no lens
HIDDEN = 0.1  # of the norms: an axis of theirs would hide eigenvalues below, so a lens shows them
TOGETHER = 0.12  # of the norms: nearer at the end, they have one name
DASHES: tuple[Dash, ...] = ("solid", "dash", "dot", "dashdot")
SAMPLES = ("──", "- -", "···", "-·-")  # the same in a name


def invariants_figure(run: Run, *, log_time: bool = False, compare: Run | None = None) -> go.Figure:
    r"""Squared norms of the layers, and eigenvalues of each
    :math:`C_j = W_{j+1}^\top W_{j+1} - W_jW_j^\top`.

    The norms keep their distances, :math:`\|W_{j+1}\|^2 - \|W_j\|^2 = \mathrm{tr}\,C_j`, and every
    eigenvalue stays. Where they are small beside the norms they are shown larger below. A diamond
    is the eigenvalue of :math:`C_j` that the rate theorem takes, the :math:`d_{j+1}`-th largest. Of
    wide layers only the largest and the smallest are drawn, 60 in all. Those of another run to
    `compare` with are long-dashed.
    """
    return to_plotly(invariants_picture(run, log_time=log_time, compare=compare))


def invariants_picture(
    run: Run, *, log_time: bool = False, compare: Run | None = None, rough: bool = False
) -> Picture:
    """Picture of `invariants_figure`; a `rough` one has eigenvalues of a few moments alone."""
    times, last = time_axis(run.trajectory.t, log_time), float(run.trajectory.t[-1])
    norms, own = _norms(run, log_time), _own(run, log_time, rough)
    beside = _beside(run, log_time)
    frozen = [] if compare is None else _frozen(compare, last, log_time)
    values = _values(own), _values(own + beside)
    # what A is does not choose the kind of picture
    small = _are_small(_range(run, *values, np.zeros(0)), _top(norms))
    panes = _panes(times, _top(norms), _range(run, *values, _values(frozen)), small)
    at = len(panes) - 1  # where the eigenvalues are
    drawn = [each | {"pane": at} for each in frozen + own + beside]
    return {
        "panes": panes,
        "levels": [],
        "curves": _named_norms(norms, panes[0]) + drawn,
        "marks": [each | {"pane": at} for each in _certificates(run, times)],
        "texts": _letters(frozen, panes[at], at),
        "heats": [],
        "network": None,
        "table": {"rows": "moments", "kind": "curve"},
    }


def _top(norms: list[Curve]) -> float:
    return 1.04 * max(float(curve["y"].max()) for curve in norms) or 1.0  # all weights are 0


def _are_small(limits: tuple[float, float], top: float) -> bool:
    """Whether eigenvalues that are not 0 beside the norms would be hidden on their axis."""
    reach = max(-limits[0], limits[1])
    return limits[0] < limits[1] and ZERO_BESIDE * top <= reach <= HIDDEN * top


def _panes(times: Axis, top: float, limits: tuple[float, float], small: bool) -> list[Pane]:
    """One axis for norms and eigenvalues, or one for each: the second is a lens."""
    low, high = limits
    floor = -0.06 * top  # room for marks at 0
    if not small:
        both = axis("‖W‖², λ(C)", "", "linear", (min(low, 0.0) + floor, max(top, high)), zero=True)
        return [pane(times, both)]
    upper = axis("‖W‖²", "", "linear", (min(low, floor), top))
    lower = axis("λ(C)", "λ", "linear", limits, zero=True)
    bare: Axis = times | {"title": "", "labeled": False}  # the lower axis has the same times
    return [pane(bare, upper, (0.56, 1.0)), pane(times, lower, (0.0, 0.42), lens=0)]


def _norms(run: Run, log_time: bool) -> list[Curve]:
    """Squared norms of the layers; the first wide and pale, so that equal ones are seen."""
    t, shown = run.trajectory.t, visible(run.trajectory.t, log_time)
    curves = []
    for j, values in enumerate(run.trajectory.squared_norms[shown].T):
        line: Line = {"color": theme.FAINT, "dash": "solid", "width": 6.0}
        if j > 0:
            line = _line(j, 2.25)
        symbol = f"‖W{subscript(j + 1)}‖²"
        curves.append(curve(t[shown], values, line, symbol))
    return curves


def _named_norms(norms: list[Curve], pane: Pane) -> list[Curve]:
    """The norms with their names; those that end together have one."""
    ends = np.array([curve["y"][-1] for curve in norms])
    far = np.ptp(ends) > TOGETHER * np.ptp(pane["y"]["range"])
    if len(norms) <= 2 or (far and len(norms) <= MOST_NAMES):
        return [_named(curve, curve["name"]) for curve in norms]
    highest = int(ends.argmax())
    return [_named(c, "‖Wⱼ‖²") if j == highest else c for j, c in enumerate(norms)]


def _named(curve: Curve, words: str) -> Curve:
    line: Line = curve["line"] | {"color": theme.INK}
    return curve | {"label": theme.label(words, line, "beside")}


def _line(j: int, width: float) -> Line:
    return {"color": theme.INK, "dash": DASHES[j % len(DASHES)], "width": width}


def _own(run: Run, log_time: bool, rough: bool) -> list[Curve]:
    """Eigenvalues of each C_j, descending; beside another run's they are dotted."""
    trajectory, H, curves = run.trajectory, run.scenario.H, list[Curve]()
    shown = np.flatnonzero(visible(trajectory.t, log_time))
    if rough:  # they do not move
        shown = shown[evenly(len(shown), MOST_MOMENTS_DRAWN)]
        spectra = [eigenvalues(Cj[shown])[:, ::-1] for Cj in trajectory.invariants]
    else:
        spectra = [values[shown] for values in trajectory.spectra]
    t, crowded = trajectory.t[shown], sum(run.scenario.dims[1:-1]) > MANY
    for j, values in enumerate(spectra):
        line = _line(j, 1.0 if crowded else 1.75)
        if run.beside is not None:
            line = {"color": theme.FAINT, "dash": "dot", "width": 2.0}
        for n, k in enumerate(_drawn(values.shape[1], H)):
            name = f"C{subscript(j + 1)}, λ{k + 1}"
            still = curve(t, values[:, k], line, name, marker=None, grows=False)
            words = _matrix_name(run, j) if n == 0 else ""
            curves.append(_named(still, words) if words else still)
    return curves


def _matrix_name(run: Run, j: int) -> str:
    """The name of the eigenvalues of C_j, in words that fit beside the picture."""
    H = run.scenario.H
    if run.beside is not None:
        return "flow: flat" if j == 0 else ""
    if H <= MOST_NAMES:
        return f"λ(C{subscript(j + 1)}) {SAMPLES[j]}"
    return f"λ(C₁) … λ(C{subscript(H)})" if j == 0 else ""


def _certificates(run: Run, times: Axis) -> list[Marks]:
    """The eigenvalue of each C_j that the rate theorem takes, where it has so many."""
    dims, found = run.scenario.dims, []
    for j, values in enumerate(run.trajectory.conserved.spectra, start=1):
        k = dims[j + 1]
        if k <= values.size and run.beside is None:
            x = np.array([value_at(0.97 - 0.035 * ((j - 1) % 5), times)])  # none upon another
            name = f"◇ λ{subscript(k)}(C{subscript(j)})"
            y = values[k - 1 : k]
            found.append(marks(x, y, "diamond", theme.PAPER, 13, f"{name}, ground"))
            found.append(marks(x, y, "diamond-open", theme.INK, 11, name))
    return found


def _frozen(a: Run, last: float, log_time: bool) -> list[Curve]:
    """The eigenvalues of the run A at a few moments, for they do not move."""
    shown, curves = visible(a.trajectory.t, log_time), []
    t = a.trajectory.t[shown]
    few = evenly(min(int(np.searchsorted(t, last)) + 1, len(t)), MOST_MOMENTS_DRAWN)
    for j, spectra in enumerate(a.trajectory.spectra):
        values = spectra[shown][few]
        for k in _drawn(values.shape[1], a.scenario.H):
            label = f"C{subscript(j + 1)}, λ{k + 1}"
            curves.append(overlay.still(overlay.curve(t[few], values[:, k], label, last)))
    return curves


def _letters(frozen: list[Curve], pane: Pane, at: int) -> list[Text]:
    """The letter A on its largest and smallest eigenvalue."""
    if not frozen:
        return []
    curves = sorted(frozen, key=lambda c: float(c["y"][0]))
    ends = float(curves[0]["y"].min()), float(curves[-1]["y"].max())
    letters = []
    for outermost in (curves[-1], curves[0]):
        letters += overlay.letter(outermost, None, pane)
    letters = overlay.spread(letters, pane) + overlay.beyond(*ends, pane)
    return [letter | {"pane": at} for letter in letters]


def _values(curves: list[Curve]) -> Matrix:
    """All values of some curves, zero among them."""
    return np.concatenate([np.zeros(1), *(curve["y"] for curve in curves)])


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
    low, high = float(values.min()), float(values.max())
    balanced = float(np.ptp(own)) < least  # all its lines are zero on any scale: A may choose it
    low, high = overlay.held(low, high, frozen, np.inf if balanced else span)
    if high - low <= least:
        return 0.0, 0.0
    return padded(low, high)


def _beside(run: Run, log_time: bool) -> list[Curve]:
    """Eigenvalues of the run beside the flow; of a nonlinear network the diagonals."""
    other, last = run.beside, float(run.trajectory.t[-1])
    if other is None:
        return []
    shown, words = visible(other.t, log_time), BESIDE[run.scenario.beside].words
    t, found = other.t[shown], []
    for j, C in enumerate(other.invariants):
        values = other.spectra[j] if other.law.is_linear else np.diagonal(C, axis1=1, axis2=2)
        for k in _drawn(values.shape[1], run.scenario.H):
            name = f"C{subscript(j + 1)}, {words}"
            found.append(curve(t, values[shown, k], _line(j, 1.5), name, marker=None))
    if found:
        told = BESIDE[run.scenario.beside].short.lower() if other.law.is_linear else "diagonals"
        found[0] = _named(found[0], told)
    return [within(drawn, last) for drawn in found]


def invariants_phrase(run: Run) -> str:
    """A few words beside the title: what stays, and what the marked eigenvalue promises."""
    H, dims = run.scenario.H, run.scenario.dims
    if H == 0:
        return "one layer: nothing to conserve"
    if run.beside is not None:
        return "λ(C): the flow's stay"
    taken = [
        values[0, k - 1]
        for values, k in zip(run.trajectory.spectra, dims[2:], strict=True)
        if k <= values.shape[1]
    ]
    below = len(taken) < H or min(taken) <= SHOWN_AS_ZERO * _size(run)
    if below and taken:
        return "◇ below 0: no rate promised"
    narrowing = all(a >= b for a, b in itertools.pairwise(dims[1:]))
    return "norms at fixed distances" if below or not narrowing else "◇ above 0: a rate is promised"


def invariants_words(run: Run) -> str:
    """How well C is conserved, and its positive eigenvalues beside what the rate theorem needs."""
    if run.scenario.H == 0:
        return "H = 0: no hidden layer, so there is nothing to conserve (linear regression)."
    drift = float(run.trajectory.relative_drift.max())
    text = "C never moves." if drift == 0 else f"C never moves, to {written(drift, 1)} of ‖W‖²."
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
            needs = f"C{subscript(j)} has {has}, not {dims[j + 1]}"
            return f"The rate theorem promises nothing here: {needs}."
    enough = "Every C has the positive eigenvalues that the rate theorem needs"
    if all(a >= b for a, b in itertools.pairwise(dims[1:])):
        factor = (
            ""
            if run.trajectory.problem.is_white
            else " (times the least nonzero eigenvalue of XXᵀ)"
        )
        return f"{enough}: L stays below a bound{factor}."
    return f"{enough}, but a layer is wider than the one before: it promises nothing."


def _beside_words(run: Run) -> str:
    if run.beside is None:
        return ""
    entry = BESIDE[run.scenario.beside]
    lines, drift = entry.words, run.beside.relative_drift.max()
    if not run.beside.law.is_linear:
        lines, drift = f"diagonals of {entry.title}", run.beside.diagonal_drift.max()
    return f" Dotted: the flow. Lines: {lines}, drift {written(drift, 2)}."


def matrix_floor(run: Run) -> float:
    """Entries of C at or below this are zero to roundoff."""
    return max(SHOWN_AS_ZERO * _size(run), NOT_ZERO)


def _drawn(n: int, H: int) -> list[int]:
    """Which of n eigenvalues of a layer are drawn: all, or as many from both ends."""
    most = max(2, MOST_CURVES // H)
    return list(range(n)) if n <= most else [*range(most // 2), *range(n - most // 2, n)]
