"""Pictures of matrices in plotly's terms: heat maps side by side, or a network."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any

import numpy as np

from linviz.core.flow.recorder import Indices
from linviz.core.model.problem import Matrix
from linviz.core.model.words import written
from linviz.figures import theme
from linviz.figures.picture import Edges, Heat, Network, Neurons, Picture

Spec = dict[str, Any]
Column = tuple[Indices, Matrix]  # which neurons are drawn, and their heights

DIVERGING = [[0.0, theme.NEGATIVE], [0.5, theme.PAPER], [1.0, theme.POSITIVE]]
MOST_WRITTEN = 64  # entries of a matrix that still have room for their numbers
EDGE_WIDTHS = 8  # of edges, told apart: all of one width and sign are one line
THICKEST = 7.0  # pixels
_HIDDEN = {"visible": False, "fixedrange": True}
_FRAME: Spec = {"showticklabels": False, "showgrid": False, "zeroline": False, "ticks": ""}
_FRAME |= {"showline": True, "mirror": True, "linecolor": theme.BORDER, "fixedrange": True}


def diagram(picture: Picture, t: float | None) -> Spec:
    """Traces and layout of a picture without axes, at time t."""
    if picture["network"] is not None:
        return _network(picture["network"], t)
    return _heats(picture["heats"], t)


def _heats(heats: list[Heat], t: float | None) -> Spec:
    """A row for each kind, with the colors of a scale in one bar below."""
    limits = {heat["scale"]: heat["limit"] for heat in heats}
    scales = {name: f"coloraxis{k + 1 if k else ''}" for k, name in enumerate(limits)}
    layout: Spec = {"annotations": []}
    for k, (name, limit) in enumerate(limits.items()):
        layout[scales[name]] = _colors(name, limit, (k + 0.5) / len(limits), 0.8 / len(limits))
    data = []
    for k, (heat, x, y) in enumerate(places(heats), start=1):
        key = str(k) if k > 1 else ""
        side = {"scaleanchor": f"x{key}", "constrain": "domain", "autorange": "reversed"}
        layout[f"xaxis{key}"] = {"domain": x, "anchor": f"y{key}", "constrain": "domain"} | _FRAME
        layout[f"yaxis{key}"] = {"domain": y, "anchor": f"x{key}"} | side | _FRAME
        data.append(_heat(heat, t) | {"xaxis": f"x{key}", "yaxis": f"y{key}"})
        data[-1]["coloraxis"] = scales[heat["scale"]]
        middle = (x[0] + x[1]) / 2
        layout["annotations"].append(_words(_lowered(heat["title"]), middle, y[1], "bottom"))
    return {"data": data, "layout": layout}


def _heat(heat: Heat, t: float | None) -> Spec:
    matrix = moment(heat, t)
    rows, columns = matrix.shape
    digits = ".2f" if heat["limit"] >= 0.1 else ".0e"
    told = f"{heat['name']}<br>row %{{y}}, column %{{x}}: %{{z:.4g}}<extra></extra>"
    return {
        "type": "heatmap",
        "name": heat["name"],
        "x": np.arange(1, columns + 1),
        "y": np.arange(1, rows + 1),
        "z": np.where(np.abs(matrix) <= heat["floor"], 0.0, matrix.astype(float)),
        "texttemplate": f"%{{z:{digits}}}" if matrix.size <= MOST_WRITTEN else "",
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": told,
    }


def _colors(name: str, limit: float, middle: float, length: float) -> Spec:
    """The colors of one scale, and their bar; where all is zero, of any."""
    reach = limit or 1.0
    title = {"text": name if limit else f"{name}: all entries are 0", "side": "top"}
    bar = {"orientation": "h", "x": middle, "len": length, "y": -0.02, "yanchor": "top"}
    bar |= {"thickness": 12, "title": title, "tickvals": [-reach, 0.0, reach], "tickformat": ".3g"}
    return {"cmin": -reach, "cmax": reach, "colorscale": DIVERGING, "colorbar": bar}


def places(heats: list[Heat]) -> list[tuple[Heat, list[float], list[float]]]:
    """Each heat map with its part of the width and of the height, in rows of one kind."""
    rows = [list(row) for _, row in groupby(heats, key=lambda heat: heat["kind"])]
    places = []
    for k, row in enumerate(rows):
        y = [1 - (k + 0.92) / len(rows), 1 - (k + 0.14) / len(rows)]
        wide = np.array([heat["values"].shape[2] * heat["cell"] for heat in row])
        ends = np.concatenate([[0.0], np.cumsum(wide / wide.sum())])
        gap = 0.1 / len(row)
        for heat, (left, right) in zip(row, pairwise(ends.tolist()), strict=True):
            places.append((heat, [left + gap / 2, right - gap / 2], y))
    return places


def _network(network: Network, t: float | None) -> Spec:
    """Edges, weakest first, below the neurons."""
    neurons = network["neurons"]
    columns = [column(each) for each in neurons]
    nodes = [
        _nodes(each, j, heights)
        for j, (each, (_, heights)) in enumerate(zip(neurons, columns, strict=True))
    ]
    x, y = [-0.4, len(neurons) - 0.6], [-0.65, 0.65]
    return {
        "data": [*_lines(network["edges"], columns, t), *nodes],
        "layout": {
            "annotations": _names(network),
            "xaxis": {"range": x} | _HIDDEN,
            "yaxis": {"range": y} | _HIDDEN,
        },
    }


def _names(network: Network) -> list[Spec]:
    """Layers above, widths below, what goes in and out beside, and what the width of an edge is."""
    neurons, edges = network["neurons"], network["edges"]
    inside = {"xref": "x", "yref": "y"}
    notes = [_words(each["name"], j + 0.5, 0.56, "bottom") for j, each in enumerate(edges)]
    for j, each in enumerate(neurons):
        inner = f", {each['words']}" if each["words"] and 0 < j < len(edges) else ""
        notes.append(_words(f"{each['name']} = {each['count']}{inner}", j, -0.56, "top"))
    first = _words(neurons[0]["words"], 0, 0.0, "middle") | {"xanchor": "right", "xshift": -14}
    last = _words(neurons[-1]["words"], len(edges), 0.0, "middle")
    notes += [first, last | {"xanchor": "left", "xshift": 14}]
    limit = edges[0]["limit"]
    told = f"largest |weight| of the run: {written(limit)}" if limit else "all weights are 0"
    legend = _words(f"{told}; solid +, dashed −", 0.5, -0.02, "top")
    return [*(note | inside for note in notes), legend]


def column(neurons: Neurons) -> Column:
    """Which neurons of a column are drawn, and their heights between -1/2 and 1/2, first on top."""
    count, ends = neurons["count"], neurons["ends"]
    if count <= 2 * ends:
        drawn, places, most = np.arange(count), np.arange(count), count
    else:
        drawn = np.concatenate([np.arange(ends), np.arange(count - ends, count)])
        places = np.concatenate([np.arange(ends), np.arange(ends + 1, 2 * ends + 1)])
        most = 2 * ends + 1
    return drawn, ((most - 1) / 2 - places) / max(3, most)


def _lines(edges: list[Edges], columns: list[Column], t: float | None) -> list[Spec]:
    """One trace for each layer, sign and width."""
    traces: list[tuple[int, Spec]] = []
    for j, (layer, (before, after)) in enumerate(zip(edges, pairwise(columns), strict=True)):
        W = moment(layer, t)[np.ix_(after[0], before[0])].astype(float)
        share = np.abs(W) / (layer["limit"] or 1.0)
        width = np.maximum(1, np.rint(EDGE_WIDTHS * share)).astype(int)
        width[(np.abs(W) < layer["floor"]) | (W == 0)] = 0
        for k in range(1, EDGE_WIDTHS + 1):
            for sign, name in ((1, "positive"), (-1, "negative")):
                rows, cols = np.nonzero((width == k) & (np.sign(W) == sign))
                if len(rows) == 0:
                    continue
                ends = before[1][cols], after[1][rows]
                traces.append((k, _line(f"{layer['name']} {name}", j, ends, k, sign)))
    return [trace for _, trace in sorted(traces, key=lambda pair: pair[0])]


def _line(name: str, j: int, ends: tuple[Matrix, Matrix], k: int, sign: int) -> Spec:
    """Lines from column j to the next; a gap after each."""
    look: Spec = {"color": theme.POSITIVE if sign > 0 else theme.NEGATIVE}
    look |= {"dash": "solid" if sign > 0 else "dash", "width": THICKEST * k / EDGE_WIDTHS}
    heights = np.column_stack(ends).tolist()
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [float(j), float(j + 1), None] * len(heights),
        "y": [y for pair in heights for y in (*pair, None)],
        "line": look,
        "hoverinfo": "skip",
    }


def _nodes(neurons: Neurons, j: int, heights: Matrix) -> Spec:
    marker = {"size": 14 if len(heights) <= 12 else 7, "color": theme.PAPER}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{neurons['name']} = {neurons['count']}",
        "x": np.full(len(heights), float(j)),
        "y": heights,
        "marker": marker | {"line": {"width": 1.5, "color": theme.INK}},
        "hoverinfo": "name",
    }


def _words(text: str, x: float, y: float, anchor: str) -> Spec:
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "yanchor": anchor}
    return {"text": text, "xanchor": "center", "showarrow": False} | place


def _lowered(title: str) -> str:
    name, _, index = title.partition("_")
    return f"{name}<sub>{index}</sub>" if index else name


def moment(part: Heat | Edges, t: float | None = None) -> Matrix:
    """The matrix at time t, on the line between its two moments; at the last one by default.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.network import network_picture
    >>> study = run(Scenario(dims=(1, 1), singular_values=(2,), rule="zeros"))
    >>> edges = network_picture(study)["network"]["edges"][0]
    >>> moment(edges, 0.0).tolist(), round(float(moment(edges)[0, 0]), 3)
    ([[0.0]], 2.0)
    """
    times, values = part["t"], part["values"]
    if t is None or t >= times[-1]:
        last: Matrix = values[-1]
        return last
    k = max(0, int(np.searchsorted(times, t, side="right")) - 1)
    share = max(0.0, (t - times[k]) / (times[k + 1] - times[k]))
    between: Matrix = values[k] + share * (values[k + 1] - values[k])
    return between
