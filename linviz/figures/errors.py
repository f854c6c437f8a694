"""How often the network decides for the wrong class, beside the best linear map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linviz.core.experiment.decisions import Decisions
from linviz.core.experiment.run import Run
from linviz.core.model.problem import Matrix
from linviz.core.model.words import written
from linviz.figures import theme
from linviz.figures.axes import time_axis, visible
from linviz.figures.conversion import to_plotly
from linviz.figures.picture import Curve, Dash, Level, Line, Picture, axis, curve, level, pane

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEARNED, TESTED = theme.PALETTE[0], theme.PALETTE[1]


def errors_figure(run: Run, *, log_time: bool = False) -> go.Figure:
    """Shares of samples whose class is decided wrongly, in percent; dotted, those of W_LR.

    Raises
    ------
    ValueError
        If the targets of the run's data are no classes.
    """
    return to_plotly(errors_picture(run, log_time=log_time))


def errors_picture(run: Run, *, log_time: bool = False) -> Picture:
    """Picture of `errors_figure`."""
    found, t = _decisions(run), run.trajectory.t
    shown = visible(t, log_time)
    curves = [_curve(t[shown], found.learned[shown], LEARNED, "solid", "learned samples")]
    levels = [_level(found.best_learned, LEARNED, "W_LR, train")]
    if found.tested is not None and found.best_tested is not None:
        curves.append(_curve(t[shown], found.tested[shown], TESTED, "dash", "test samples"))
        levels.append(_level(found.best_tested, TESTED, "W_LR, test"))
    shares = axis("errors (%)", "errors", "linear", (-4.0, 104.0))
    return {
        "panes": [pane(time_axis(t, log_time), shares)],
        "levels": levels,
        "curves": curves,
        "marks": [],
        "texts": [],
        "heats": [],
        "network": None,
        "table": {"rows": "moments", "kind": "curve"},
    }


def errors_words(run: Run) -> str:
    """Where the test error is least, beside that of the best linear map."""
    found, t = _decisions(run), run.trajectory.t
    if found.tested is None or found.best_tested is None:
        best = _percent(found.best_learned)
        return f"At the end {_percent(found.learned[-1])} wrong; the best linear map {best}."
    k = int(found.tested.argmin())
    return (
        f"Least test error {_percent(found.tested[k])}, at t = {written(t[k])}; "
        f"the best linear map's {_percent(found.best_tested)}."
    )


def _decisions(run: Run) -> Decisions:
    if run.decisions is None:
        raise ValueError(
            "expected data whose targets are classes (one entry in each column of Y), and not "
            f"whitened; found {run.scenario.data}: choose the digits"
        )
    return run.decisions


def _curve(t: Matrix, share: Matrix, color: str, dash: Dash, name: str) -> Curve:
    return curve(t, 100 * share, {"color": color, "dash": dash, "width": 2.5}, name)


def _level(share: float, color: str, name: str) -> Level:
    line: Line = {"color": color, "dash": "dot", "width": 1.5}
    return level(
        100 * share,
        line,
        f"{name} {_percent(share)}",
        theme.label(f"{name.split()[-1]}: {_percent(share)}", line, "beside"),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
