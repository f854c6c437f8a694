"""Colors, lines and axes that all figures share.

A figure is first a plain dictionary ``{"data": [...], "layout": {...}}`` in plotly's own terms, the
*spec*. The page sends specs to the browser as they are; `go.Figure(spec)` is the public figure.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.problem import Matrix

Spec = dict[str, Any]

# Okabe and Ito's colors, without the yellow that no projector shows on white
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#E69F00", "#56B4E9", "#555555")
# the same for letters: at least 4.5 : 1 against white
TEXTS = ("#0072B2", "#B34F00", "#007856", "#AA4499", "#8A5F00", "#23739F", "#555555")
MARKERS = ("circle", "square", "triangle-up", "diamond")
DASHES = ("solid", "dash", "dot", "dashdot")
INK = "#1b1f24"
FAINT = "#8a929c"
FAINT_TEXT = "#4b5560"
EXACT = "#AA4499"
NEGATIVE, ZERO, POSITIVE = "#D55E00", "#6b7280", "#0072B2"


def series(k: int) -> Spec:
    """Line of the k-th series: a color, and a dash where the colors repeat."""
    return {
        "color": PALETTE[k % len(PALETTE)],
        "dash": DASHES[k // len(PALETTE) % len(DASHES)],
        "width": 2.5,
    }


def text_color(color: str) -> str:
    """A line's color as its label has it: dark enough to be read on white.

    Examples
    --------
    >>> text_color("#E69F00"), text_color(INK)
    ('#8A5F00', '#1b1f24')
    """
    return TEXTS[PALETTE.index(color)] if color in PALETTE else color


def marked(curve: Spec, k: int) -> Spec:
    """The curve of the k-th series, with the mark that it has at the moment shown."""
    return curve | {"meta": {"marker": MARKERS[k % len(MARKERS)]}}


def curve(x: Matrix, y: Matrix, line: Spec, name: str, axes: str = "") -> Spec:
    """Line through points, on the axes x, y or x2, y2 and so on."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.ascontiguousarray(x, dtype=float),
        "y": np.ascontiguousarray(y, dtype=float),
        "line": line,
        "name": name,
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hovertemplate": "t = %{x:.4g}<br>%{y:.4g}<extra>" + name + "</extra>",
    }


def within(curve: Spec, last: float) -> Spec:
    """The curve up to a moment: a run beside the flow may last longer than the axis."""
    kept = curve["x"] <= last * (1 + 1e-12)
    return curve | {"x": curve["x"][kept], "y": curve["y"][kept]}


def dots(x: Matrix, y: Matrix, color: str, name: str) -> Spec:
    """Open circles at points of the axes x, y."""
    trace = curve(x, y, {}, name)
    del trace["line"]
    marker = {"color": color, "symbol": "circle-open", "size": 9, "line": {"width": 1.5}}
    return trace | {"mode": "markers", "marker": marker}


def level(x_range: tuple[float, float], value: float, line: Spec, name: str) -> Spec:
    """Horizontal line at a value that theory names."""
    trace = curve(np.array(x_range), np.array([value, value]), line, name)
    trace["hovertemplate"] = name + "<extra></extra>"
    # the time cursor puts no marker on it, and a table needs its height alone
    trace["meta"] = {"still": True, "level": True}
    return trace


def label(text: str, y: float, color: str, axes: str = "", log: bool = False) -> Spec:
    """Text at the right edge of the axes, just above a level."""
    return {
        "text": text,
        "x": 1,
        "xref": f"x{axes} domain",
        "xanchor": "right",
        "y": float(np.log10(y)) if log else float(y),
        "yref": f"y{axes}",
        "yanchor": "bottom",
        "xshift": -10,
        "yshift": 3,
        "showarrow": False,
        "bgcolor": "rgba(255,255,255,0.8)",
        "borderpad": 0,
        "font": {"color": text_color(color)},
    }


def visible(t: Matrix, log_time: bool) -> NDArray[np.bool_]:
    """Mask of the moments that an axis can show: all, or those with t > 0 on a log axis."""
    return np.asarray(t > 0 if log_time else np.ones(t.shape), dtype=bool)


def time_range(t: Matrix, log_time: bool) -> tuple[float, float]:
    """First and last moment on the axis."""
    first, last = t[visible(t, log_time)][[0, -1]]
    return float(first if first < last else last / 10), float(last)


def time_axis(t: Matrix, log_time: bool, title: str = "time t") -> Spec:
    """Axis of time, from the first to the last moment shown."""
    first, last = time_range(t, log_time)
    limits = [float(np.log10(first)), float(np.log10(last))] if log_time else [first, last]
    return axis(title, "log" if log_time else "linear", limits)


def axis(title: str, kind: str, limits: list[float]) -> Spec:
    """Axis of a kind ("linear" or "log", limits then in powers of ten)."""
    return {
        "title": {"text": title},
        "type": kind,
        "range": limits,
        "exponentformat": "power",
        "showexponent": "all",
        "zeroline": False,
        "gridcolor": "#e6e8eb",
        "linecolor": FAINT,
        "showline": True,
    }


def layout(**axes_and_annotations: Any) -> Spec:
    """Layout in the house style, with the axes and annotations given."""
    return {
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, 'DejaVu Sans', sans-serif", "size": 14, "color": INK},
        "margin": {"l": 60, "r": 16, "t": 10, "b": 44},
        "showlegend": False,
        "hovermode": "closest",
        "annotations": [],
        **axes_and_annotations,
    }


def padded(low: float, high: float, share: float = 0.06) -> list[float]:
    """Range with a margin on both sides, never empty."""
    span = high - low if high > low else max(abs(high), 1.0)
    return [low - share * span, high + share * span]
