"""Neighbors of a start that come apart, and the time that runs stay beside a saddle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linviz.core.geometry import Escape, Neighbors
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LEAST_DRIFT
from linviz.core.model.words import written
from linviz.figures import theme
from linviz.figures.axes import time_axis
from linviz.figures.colors import on_white
from linviz.figures.conversion import to_plotly
from linviz.figures.picture import Axis, Curve, Line, Marks, Picture, axis, curve, marks, pane

if TYPE_CHECKING:
    import plotly.graph_objects as go

PREDICTED: Line = {"color": theme.INK, "dash": "dash", "width": 2.0}
ROOM_ABOVE = 2.0  # of a logarithmic axis beyond its values


def neighbors_figure(found: Neighbors) -> go.Figure:
    r"""Distances :math:`\|w^{(i)}(t) - w(t)\|` of neighbors from the run in the middle."""
    return to_plotly(neighbors_picture(found))


def neighbors_picture(found: Neighbors) -> Picture:
    """Picture of `neighbors_figure`."""
    most, least = float(found.distance.max()), float(found.distance.min())
    least = max(least, LEAST_DRIFT * most)
    times = time_axis(found.t, False)
    upward = axis("", "distance", "log", (least / ROOM_ABOVE, most * ROOM_ABOVE))
    ends = [-1, *np.unique(found.component[found.component >= 0])]
    drawn = [
        curve(
            found.t,
            np.maximum(each, least),
            _line(ends.index(found.component[k])),
            f"neighbor {k + 1}",
            marker=None,
            grows=False,
        )
        for k, each in enumerate(found.distance)
    ]
    middle = np.exp(np.log(np.maximum(found.distance, least)).mean(axis=0))
    bold: Line = {"color": theme.INK, "dash": "solid", "width": 3.0}
    return _picture(times, upward, [*drawn, curve(found.t, middle, bold, "their mean")], [])


def _line(k: int) -> Line:
    """The color of an end, as in a map of starts; gray where there is none."""
    color = theme.PALETTE[(k - 1) % theme.MOST_COLORS] if k > 0 else on_white("other")
    return {"color": color, "dash": "solid", "width": 1.2}


def escape_figure(found: Escape) -> go.Figure:
    r"""When runs leave a saddle, over :math:`\ln(1/\varepsilon)` or, beside a flat one, over ε."""
    return to_plotly(escape_picture(found))


def escape_picture(found: Escape) -> Picture:
    """Picture of `escape_figure`: measured points, and a line with theory's slope."""
    left = np.isfinite(found.t)
    e, t = found.epsilon[left], found.t[left]
    strict = found.order == 0
    x = np.log(1 / e) if strict else 1 / e
    order = np.argsort(x)
    x, t = x[order], t[order]
    if strict:
        theory = t[-1] + found.predicted * (x - x[-1])
        across = axis("ln(1/ε)", "ln(1/ε)", "linear", _around(x))
        upward = axis("time to leave", "t", "linear", (0.0, 1.1 * float(t.max())))
    else:
        theory = t[-1] * (x / x[-1]) ** found.predicted
        across = axis("1/ε", "1/ε", "log", (float(x[0]) / ROOM_ABOVE, float(x[-1]) * ROOM_ABOVE))
        upward = axis(
            "time to leave", "t", "log", (float(t.min()) / ROOM_ABOVE, float(t.max()) * ROOM_ABOVE)
        )
    name = f"theory: slope {written(found.predicted, 3)}"
    line = curve(x, theory, PREDICTED, name, marker=None, grows=False)
    return _picture(across, upward, [line], [marks(x, t, "circle", theme.INK, 11.0, "measured")])


def _around(x: Matrix) -> tuple[float, float]:
    room = 0.05 * float(x[-1] - x[0])
    return float(x[0]) - room, float(x[-1]) + room


def _picture(across: Axis, upward: Axis, drawn: list[Curve], points: list[Marks]) -> Picture:
    return {
        "panes": [pane(across, upward)],
        "levels": [],
        "curves": drawn,
        "marks": points,
        "texts": [],
        "heats": [],
        "network": None,
        "table": {"rows": "points" if points else "moments", "kind": "curve"},
    }
