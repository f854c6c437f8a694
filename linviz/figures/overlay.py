"""The frozen run A below the run B shown: the one style of its curves, and the letter on them.

B's curves are as without A. A's are long-dashed and thinner, their names begin with "A: ", and a
letter A stands where A is farthest from B. The axes are B's, widened to hold A as far as B stays
readable; an A that goes on beyond them is told in numbers at their edge.
"""

from __future__ import annotations

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.model.problem import Matrix
from linviz.core.model.words import written
from linviz.figures import theme

COLOR = theme.FAINT_TEXT
DASH = {"dash": "longdash", "width": 1.75}
EDGE = 0.04  # of the time axis: nearer to its ends no letter stands
ROOM = 0.15  # of the other axis: what a letter above or below its point needs
GAP = 0.02  # of the other axis: between a letter and its curve
NAME = 0.11  # of the x axis: what a short name needs
BELOW = 0.3  # of the other axis: nearer to its top a name stands below its curve
APART = 0.005  # of an axis: nearer to each other two curves are one


def curve(
    t: Matrix, y: Matrix, name: str, last: float, *, color: str = COLOR, axes: str = ""
) -> theme.Spec:
    """Curve of A until the first moment past the last one shown, so that it reaches the edge."""
    kept = slice(0, int(np.searchsorted(t, last * (1 + 1e-12), side="right")) + 1)
    return theme.curve(t[kept], y[kept], {"color": color, **DASH}, f"A: {name}", axes)


def still(trace: theme.Spec) -> theme.Spec:
    """The curve, without a marker at the moment shown."""
    return trace | {"meta": {"still": True}}


def lasts(a: Run, last: float) -> bool:
    """Whether A has a value at every moment up to the last: computed, or at rest in its limit."""
    return bool(a.trajectory.t[-1] >= last) or a.trajectory.status == "converged"


def held(low: float, high: float, values: Matrix, room: float | None = None) -> tuple[float, float]:
    """Range of B widened for A's values, on each side by B's own span at most (or by the room).

    Examples
    --------
    >>> held(0.0, 1.0, np.array([-0.5, 30.0]))
    (-0.5, 2.0)
    >>> held(0.0, 0.0, np.array([30.0]))  # B is a single value
    (0.0, 30.0)
    """
    span = room if room is not None else high - low
    if span <= 0:
        span = np.inf
    ends = np.clip([values.min(initial=low), values.max(initial=high)], low - span, high + span)
    return min(low, float(ends[0])), max(high, float(ends[1]))


def letter(
    frozen: theme.Spec, shown: theme.Spec | None, xaxis: theme.Spec, yaxis: theme.Spec
) -> list[theme.Spec]:
    """The letter A on a curve, where it is farthest from the same curve of B; none off the axes."""
    x, y = _shares(frozen["x"], xaxis), _shares(frozen["y"], yaxis)
    other = np.full_like(y, 0.5)
    if shown is not None and len(shown["x"]) > 0:
        values = np.interp(frozen["x"], shown["x"], shown["y"])
        other = _shares(np.asarray(values, dtype=float), yaxis)
    on_axes = np.flatnonzero((x >= EDGE) & (x <= 1 - EDGE) & (y >= 0) & (y <= 1))
    if on_axes.size == 0:
        return []
    gaps = np.abs(y - other)[on_axes]
    k = on_axes[int(gaps.argmax())]
    if shown is None or gaps.max() < APART:
        k = on_axes[int(np.abs(x[on_axes] - 0.3).argmin())]
    above = y[k] >= other[k] if ROOM < y[k] < 1 - ROOM else y[k] < 0.5
    place, height = ("top center", y[k] + GAP) if above else ("bottom center", y[k] - GAP)
    axes, color = frozen["xaxis"][1:], frozen["line"]["color"]
    return [text("A", frozen["x"][k], _value(height, yaxis), place, axes, color)]


def spread(letters: list[theme.Spec], xaxis: theme.Spec, yaxis: theme.Spec) -> list[theme.Spec]:
    """The letters without those that would lie on one before them."""
    kept: list[theme.Spec] = []
    for new in letters:
        near = [
            abs(float(_shares(new["x"], xaxis)[0] - _shares(old["x"], xaxis)[0])) < EDGE
            and abs(float(_shares(new["y"], yaxis)[0] - _shares(old["y"], yaxis)[0])) < ROOM
            for old in kept
        ]
        if not any(near):
            kept.append(new)
    return kept


def beyond(
    low: float,
    high: float,
    xaxis: theme.Spec,
    yaxis: theme.Spec,
    *,
    at_start: bool = True,
    who: str = "A",
) -> list[theme.Spec]:
    """In numbers, at one end of the x axis, how far A goes where the axis of values ends."""
    bottom, top = _value(0, yaxis), _value(1, yaxis)
    x, side = (_value(0, xaxis), "right") if at_start else (_value(1, xaxis), "left")
    texts = []
    if high > top:
        texts.append(text(f"{who}: ↑ up to {written(high)}", x, top, f"bottom {side}"))
    if low < bottom:
        texts.append(text(f"{who}: ↓ down to {written(low)}", x, bottom, f"top {side}"))
    return [words | {"name": who} for words in texts]


def names(
    curves: list[tuple[str, theme.Spec]], xaxis: theme.Spec, yaxis: theme.Spec
) -> list[theme.Spec]:
    """Each curve's name on it: side by side from the right, so that none lies on another."""
    labels = []
    for i, (name, curve) in enumerate(curves):
        x = _value(0.94 - NAME * i, xaxis)
        y = float(np.interp(x, curve["x"], curve["y"])) if len(curve["x"]) else 0.0
        place = "bottom" if _shares(np.array([y]), yaxis)[0] > 1 - BELOW else "top"
        label = text(name, x, y, f"{place} center", curve["yaxis"][1:], curve["line"]["color"])
        labels.append(label | {"name": f"name of {name}"})
    return labels


def text(
    words: str, x: float, y: float, place: str, axes: str = "", color: str = COLOR
) -> theme.Spec:
    """Bold text above or below a point of the axes, as plotly calls its places."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": np.array([x], dtype=float),
        "y": np.array([y], dtype=float),
        "text": [words],
        "textposition": place,
        "textfont": {"color": theme.text_color(color), "weight": 600},
        "name": "A",
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
        "hoverinfo": "skip",
        "meta": {"still": True},
    }


def _shares(values: Matrix, axis: theme.Spec) -> Matrix:
    """Places along an axis, 0 at its start and 1 at its end."""
    low, high = axis["range"]
    if axis["type"] == "log":
        values = np.log10(np.maximum(values, 1e-300))
    shares: Matrix = (values - low) / (high - low)
    return shares


def _value(share: float, axis: theme.Spec) -> float:
    """Inverse of `_shares`."""
    low, high = axis["range"]
    value = float(low + share * (high - low))
    return 10.0**value if axis["type"] == "log" else value
