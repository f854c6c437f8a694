"""The loss over time, between the critical values that theory allows it to rest at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.model.problem import IndexSet, Matrix
from linviz.core.model.tolerances import (
    GONE,
    NOT_ZERO,
    ROUNDOFF_LOSS,
    ROUNDOFF_SQUARE,
)
from linviz.core.model.words import listed, written
from linviz.figures import overlay, theme
from linviz.figures.axes import time_axis, visible, within
from linviz.figures.conversion import to_plotly
from linviz.figures.height import height_axis, ladder
from linviz.figures.picture import (
    Curve,
    Level,
    Line,
    Marks,
    Pane,
    Picture,
    Text,
    curve,
    level,
    marks,
    pane,
)
from linviz.figures.verdict import beside_end

if TYPE_CHECKING:
    import plotly.graph_objects as go


def loss_figure(
    run: Run, *, log_loss: bool = False, log_time: bool = False, compare: Run | None = None
) -> go.Figure:
    r"""Loss L(t), with a line at each critical value :math:`\tfrac12\sum_{i\in I}s_i^2`.

    Above 16 critical values only those that miss the weakest modes are drawn. The loss of another
    run to `compare` with is long-dashed.
    """
    return to_plotly(loss_picture(run, log_loss=log_loss, log_time=log_time, compare=compare))


def loss_picture(
    run: Run, *, log_loss: bool = False, log_time: bool = False, compare: Run | None = None
) -> Picture:
    """Picture of `loss_figure`."""
    trajectory = run.trajectory
    losses = height_axis(run, log_loss=log_loss, compare=compare)
    only = pane(time_axis(trajectory.t, log_time), losses)
    own = _own(run, log_time)
    frozen, letters = ([], []) if compare is None else _frozen(compare, own, only)
    beside = _beside(run, log_time)
    letters += overlay.cut(own, only)
    letters += [
        words for other in beside if other["hollow"] for words in overlay.cut(other, only, "○ ")
    ]
    return {
        "panes": [only],
        "levels": _levels(run, losses["range"]),
        "curves": [*frozen, *beside, own],
        "marks": _exact(run, log_time),
        "texts": letters,
        "heats": [],
        "network": None,
        "table": {"rows": "moments", "kind": "curve"},
    }


def _levels(run: Run, limits: tuple[float, float]) -> list[Level]:
    """A line at each critical value on the axis, with what it misses; those off the ladder faint.

    The lowest may be 0, where a log axis has no place for it.
    """
    levels, named = [], set(ladder(run))
    for missed, value in run.levels.items():
        if limits[0] <= value <= limits[1]:
            line = _LEVEL if value in named else _FAINT
            told = value > 0 and value in named
            words = theme.label(_level_text(missed, value), _LEVEL) if told else None
            levels.append(level(value, line, f"critical value {written(value)}", words))
    return levels


def _own(run: Run, log_time: bool) -> Curve:
    """The loss."""
    t, loss = run.trajectory.t, run.trajectory.loss
    shown = visible(t, log_time)
    line: Line = {"color": theme.INK, "dash": "solid", "width": 3}
    return curve(t[shown], _drawn(loss[shown]), line, "loss L")


def _exact(run: Run, log_time: bool) -> list[Marks]:
    """The exact solution, where it is known."""
    if run.exact is None:
        return []
    t, exact = run.exact
    shown = visible(t, log_time)
    values = _drawn(exact[shown])
    return [marks(t[shown], values, "circle-open", theme.EXACT_COLOR, 9, "exact solution")]


def _frozen(a: Run, own: Curve, pane: Pane) -> tuple[list[Curve], list[Text]]:
    """The loss of the run A, and its letter."""
    t, loss = a.trajectory.t, a.trajectory.loss
    shown, last = visible(t, pane["x"]["scale"] == "log"), float(own["x"][-1])
    drawn = overlay.curve(t[shown], _drawn(loss[shown]), "loss L", last)
    letters = overlay.letter(drawn, own, pane)
    letters += overlay.beyond(np.inf, float(loss.max()), pane)
    # a limit's loss is below the last one computed, which a log axis would show
    known = t[-1] >= last or (pane["y"]["scale"] != "log" and overlay.lasts(a, last))
    return [drawn if known else overlay.still(drawn)], letters


def _beside(run: Run, log_time: bool) -> list[Curve]:
    """The certified bound and the loss of the run beside the flow, where there are such."""
    trajectory, other = run.trajectory, run.beside
    lines = []
    if run.rate.alpha > 0:
        t = trajectory.t[visible(trajectory.t, log_time)]
        floor = trajectory.problem.residual_loss
        bound = floor + (trajectory.loss[0] - floor) * np.exp(-2 * run.rate.alpha * t)
        lines.append(curve(t, _drawn(bound), _BOUND, "certified bound", marker=None, grows=False))
    if other is not None:
        shown = visible(other.t, log_time)
        name = BESIDE[run.scenario.beside].words
        look: dict[str, Any] = {"marker": "circle-open", "hollow": True}
        loss = curve(other.t[shown], _drawn(other.loss[shown]), _OTHER, name, **look)
        lines.append(within(loss, float(trajectory.t[-1])))
    return lines


def _drawn(loss: Matrix) -> Matrix:
    """Losses that a log axis can take."""
    return np.maximum(loss, NOT_ZERO)


def loss_words(run: Run, *, log_time: bool = False) -> str:
    """What the loss did, where it rested, and what the other lines are."""
    trajectory = run.trajectory
    first, last = trajectory.loss[0], trajectory.loss[-1]
    text = f"From {written(first)} to {_last(last, first)}"
    text += f" at t = {written(trajectory.t[-1])}"
    stays = run.rests.values()
    levels = [written(value) for value, _ in stays]
    if levels:
        text += f", resting near {listed(levels)}"
    text += "." + ("" if log_time else _hint(run))
    residual = trajectory.problem.residual_loss
    if residual > ROUNDOFF_LOSS * max(first, NOT_ZERO):
        text += f" No linear map can go below {written(residual)}."
    overlays = "".join(_overlay_words(run))
    return text + overlays + " Dotted: critical values" + (" ½Σsᵢ²." if not overlays else ".")


def _last(last: float, first: float) -> str:
    """The last loss; what roundoff leaves of it is 0."""
    return "0 to roundoff" if 0 < last < ROUNDOFF_SQUARE * first else written(last)


def _hint(run: Run) -> str:
    """Advice where a linear axis of time hides the run."""
    t, loss = run.trajectory.t, run.trajectory.loss
    changed = float(np.interp(0.05 * t[-1], t, loss))
    if loss[0] - changed < 0.9 * (loss[0] - loss[-1]) or loss[0] - loss[-1] <= GONE * loss[0]:
        return ""
    return f" Most is over by t = {written(0.05 * t[-1])}: try log time."


def _overlay_words(run: Run) -> Iterator[str]:
    """What the other lines are."""
    if run.beside is not None:
        yield f" Double: {BESIDE[run.scenario.beside].words}, {beside_end(run)}."
    if run.rate.alpha > 0:
        yield f" Gray: certified rate α = {written(run.rate.alpha)}"
        yield f" ({_METHODS[run.rate.method]}){_slopes(run)}."
    if run.exact is not None:
        yield " Circles: exact solution."


def _slopes(run: Run) -> str:
    """The rate that was observed, and the one that the kernel at the limit gives."""
    observed = run.observed_rate.alpha
    text = f"; observed {written(observed)}" if observed > 0 else ""
    if not text or run.point.kind != "global minimum" or run.point.missed:
        return text
    # roundoff may keep the limit from being told for a minimum
    kernel = run.final_rate
    return text if kernel.method == "none" else f"{text} ({written(kernel.alpha)} at the limit)"


_METHODS = {
    "proposition": "by the eigenvalues of C",
    "cumulative": "by the C added up",
    "two-sided": "by the C from both ends",
    "deficiency margin": "by the margin to the last saddle",
    "imbalance and margin": "by one C and the margin to the last saddle",
    "lazy ball": "the weights stay near their start",
}
_BOUND: Line = {"color": theme.FAINT, "dash": "dashdot", "width": 2}
_OTHER: Line = {"color": theme.INK, "dash": "solid", "width": 5}
_LEVEL: Line = {"color": theme.FAINT, "dash": "dot", "width": 1.5}
_FAINT: Line = {"color": theme.GRID, "dash": "dot", "width": 1.5}


def _level_text(missed: IndexSet, value: float) -> str:
    if not missed:
        return f"best linear map: {written(value)}"
    if len(missed) > 4:
        return f"{written(value)}: misses {missed[0] + 1}–{missed[-1] + 1}"
    return f"{written(value)}: misses {', '.join(str(k + 1) for k in missed)}"
