"""A `Picture` as plotly's figure, for notebooks and for those who change it further."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.figures import pips, theme
from linviz.figures.colors import TRANSPARENT
from linviz.figures.diagrams import diagram
from linviz.figures.landscape import Tree
from linviz.figures.picture import Axis, Curve, Label, Level, Line, Marks, Picture, Text

if TYPE_CHECKING:
    import plotly.graph_objects as go

Spec = dict[str, Any]

NEAREST = 0.035  # of an axis: of labels that are nearer to each other the first is kept


def to_plotly(picture: Picture, t: float | None = None) -> go.Figure:
    """The picture as a ``plotly.graph_objects.Figure``, with the same numbers.

    Matrices are shown as they are at time t; at the last moment by default.

    Raises
    ------
    ImportError
        If plotly is not installed.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.loss import loss_picture
    >>> figure = to_plotly(loss_picture(run(Scenario(dims=(2, 2), singular_values=(2, 1)))))
    >>> [trace.name for trace in figure.data]
    ['critical value 0', 'certified bound', 'loss L', 'exact solution']
    """
    try:
        import plotly.graph_objects as go
    except ImportError:
        raise ImportError(
            "a figure is made by plotly, which is not installed here: pip install plotly"
        ) from None
    return go.Figure(specification(picture, t))


def to_html(picture: Picture) -> str:
    """The figure as a page of its own, with plotly.js in it: it asks nobody for anything.

    Raises
    ------
    ImportError
        If plotly is not installed.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.loss import loss_picture
    >>> page = to_html(loss_picture(run(Scenario(dims=(2, 2), singular_values=(2, 1)))))
    >>> '"showSendToCloud": false' in page
    True
    """
    figure = to_plotly(picture)
    page: str = figure.to_html(include_plotlyjs=True, include_mathjax=False, config=_QUIET)
    return page


def to_json(picture: Picture) -> str:
    """The figure as JSON that ``plotly.io.from_json`` reads; it is written without plotly.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.hessian import hessian_picture
    >>> text = to_json(hessian_picture(run(Scenario(dims=(2, 2), singular_values=(2, 1)))))
    >>> import plotly.io
    >>> plotly.io.from_json(text).data[2].y
    (1.0, 1.0, 1.0, 1.0)
    """
    return json.dumps(specification(picture), default=_plain, allow_nan=False)


def _plain(values: Matrix) -> list[float]:
    """An array as JSON has it."""
    plain: list[float] = values.tolist()
    return plain


def specification(picture: Picture, t: float | None = None) -> Spec:
    """The same in plotly's own terms, ``{"data": [...], "layout": {...}}``, without plotly."""
    if picture["heats"] or picture["network"] is not None:
        drawn = diagram(picture, t)
        return drawn | {"layout": _LAYOUT | drawn["layout"]}
    axes = {}
    for k, pane in enumerate(picture["panes"]):
        key = _key(k)
        axes[f"xaxis{key}"] = _axis(pane["x"]) | {"domain": [0, 1], "anchor": f"y{key}"}
        domain = list(pane["height"])
        axes[f"yaxis{key}"] = _axis(pane["y"]) | {"domain": domain, "anchor": f"x{key}"}
    data = [
        *(_level(picture, level) for level in picture["levels"]),
        *(_curve(picture, curve) for curve in picture["curves"]),
        *(_marks(picture, marks) for marks in picture["marks"]),
        *(_text(text) for text in picture["texts"]),
    ]
    named = [(level["label"], level["value"], level["pane"]) for level in picture["levels"]]
    ended = (curve for curve in picture["curves"] if len(curve["y"]) > 0)
    named += [(curve["label"], float(curve["y"][-1]), curve["pane"]) for curve in ended]
    told = [(label, value, pane) for label, value, pane in named if label is not None]
    labels = [_label(picture, *each) for each in told]
    if "tree" in picture:
        data.append(_others(picture["tree"]))
        labels += pips.notes(picture["tree"])
    beside = any(label["place"] == "beside" for label, _, _ in told)
    margin = {"margin": _MARGIN | {"r": 110}} if beside else {}
    return {"data": data, "layout": _LAYOUT | margin | {"annotations": labels} | axes}


# no button sends a figure to anybody's server
_QUIET = {"displaylogo": False, "showSendToCloud": False, "plotlyServerURL": ""}
_MARGIN = {"l": 60, "r": 16, "t": 10, "b": 44}
_LAYOUT = {
    "template": "none",
    "paper_bgcolor": TRANSPARENT,
    "plot_bgcolor": TRANSPARENT,
    "font": {"family": theme.FONT, "size": 14, "color": theme.INK},
    "margin": _MARGIN,
    "showlegend": False,
    "hovermode": "closest",
}
_SIDES = {"above": "top", "below": "bottom"}
_ALIGNED = {"left": "right", "center": "center", "right": "left"}  # plotly says where the text is


def _key(pane: int) -> str:
    """What plotly adds to the names of the axes of a pane."""
    return str(pane + 1) if pane else ""


def _axis(axis: Axis) -> Spec:
    """An axis; one of roots is even in plotly, which has none of these."""
    ticks: list[tuple[float, str]] = []
    for value, text in axis.get("ticks", []):
        if all(abs(value - other) >= NEAREST * np.ptp(axis["range"]) for other, _ in ticks):
            ticks.append((value, text))
    limits = np.log10(axis["range"]) if axis["scale"] == "log" else axis["range"]
    return {
        "title": {"text": axis["title"]},
        "type": "log" if axis["scale"] == "log" else "linear",
        "range": [float(limit) for limit in limits],
        "exponentformat": "power",
        "showexponent": "all",
        "showticklabels": axis["labeled"],
        "zeroline": axis["zero"],
        "zerolinecolor": theme.FAINT,
        "gridcolor": theme.GRID,
        "linecolor": theme.FAINT,
        "showline": True,
    } | ({"tickvals": [v for v, _ in ticks], "ticktext": [t for _, t in ticks]} if ticks else {})


def _trace(name: str, pane: int, mode: str) -> Spec:
    key = _key(pane)
    axes = {"xaxis": f"x{key}", "yaxis": f"y{key}"}
    return {"type": "scatter", "mode": mode, "name": name, **axes}


def _hover(picture: Picture, pane: int, name: str) -> str:
    """What plotly says of the point under the pointer."""
    axes = picture["panes"][pane]
    lines = [_told(axes["x"], "x"), _told(axes["y"], "y")]
    return f"{'<br>'.join(lines)}<extra>{name}</extra>"


def _told(axis: Axis, key: str) -> str:
    if axis["whole"]:
        return f"{axis['letter']} %{{{key}:d}}"
    name = f"{axis['letter']} = " if axis["letter"] else ""
    return f"{name}%{{{key}:.4g}}"


def _curve(picture: Picture, curve: Curve) -> Spec:
    hover = _hover(picture, curve["pane"], curve["name"])
    line = {"x": curve["x"], "y": curve["y"], "line": _line(curve["line"])}
    return _trace(curve["name"], curve["pane"], "lines") | line | {"hovertemplate": hover}


def _line(line: Line) -> Spec:
    return {"color": line["color"], "dash": line["dash"], "width": line["width"]}


def _level(picture: Picture, level: Level) -> Spec:
    ends = np.array(picture["panes"][level["pane"]]["x"]["range"])
    return _trace(level["name"], level["pane"], "lines") | {
        "x": ends,
        "y": np.full(2, level["value"]),
        "line": _line(level["line"]),
        "hovertemplate": f"{level['name']}<extra></extra>",
    }


def _label(picture: Picture, label: Label, value: float, pane: int) -> Spec:
    """Words at the right edge of the axes, just above their level, or beside the axes."""
    key, beside = _key(pane), label["place"] == "beside"
    log = picture["panes"][pane]["y"]["scale"] == "log"
    return {
        "text": label["words"],
        "x": 1,
        "xref": f"x{key} domain",
        "xanchor": "left" if beside else "right",
        "y": float(np.log10(value)) if log else value,
        "yref": f"y{key}",
        "yanchor": "middle" if beside else "bottom",
        "xshift": 8 if beside else -10,
        "yshift": 0 if beside else 3,
        "showarrow": False,
        "bgcolor": theme.HALO,
        "borderpad": 0,
        "font": {"color": label["color"]},
    }


def _marks(picture: Picture, marks: Marks) -> Spec:
    color = marks["color"]
    marker = {"color": color, "symbol": marks["symbol"], "size": marks["size"]}
    return _trace(marks["name"], marks["pane"], "markers") | {
        "x": marks["x"],
        "y": marks["y"],
        "marker": marker | {"line": {"width": 1.5, "color": color}},
        "hovertemplate": _hover(picture, marks["pane"], marks["name"]),
    }


def _others(tree: Tree) -> Spec:
    """All nodes of a tree as points: what a row of pips covers, the pointer still finds."""
    nodes = tree["nodes"]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "critical points",
        "x": np.array([len(node["learned"]) for node in nodes], dtype=float),
        "y": np.array([node["level"] for node in nodes]),
        "text": [node["name"] for node in nodes],
        "marker": {"color": theme.FAINT, "size": 5},
        "hovertemplate": "%{text}<br>L = %{y:.4g}<extra></extra>",
    }


def _text(text: Text) -> Spec:
    return _trace(text["name"], text["pane"], "text") | {
        "x": [text["x"]],
        "y": [text["y"]],
        "text": [text["words"]],
        "textposition": f"{_SIDES[text['side']]} {_ALIGNED[text['align']]}",
        "textfont": {"color": text["color"], "weight": 600},
        "hoverinfo": "skip",
    }
