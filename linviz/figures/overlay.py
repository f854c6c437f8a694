"""The frozen run A below the run B shown: the one style of its curves, and the letter on them.

B's curves are as without A. A's are long-dashed and thinner, their names begin with "A: ", and a
letter A stands where A is farthest from B. The axes are B's, widened to hold A as far as B stays
readable; an A that goes on beyond them is told in numbers at their edge.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import A_LITTLE_MORE
from linviz.core.model.words import written
from linviz.figures import theme
from linviz.figures.axes import shares, value_at
from linviz.figures.picture import Align, Curve, Line, Pane, Side, Text
from linviz.figures.picture import curve as drawn

COLOR = theme.FAINT_TEXT
EDGE = 0.04  # of the time axis: nearer to its ends no letter stands
ROOM = 0.15  # of the other axis: what a letter above or below its point needs
BESIDE_CURVE = 0.02  # of the other axis: between a letter and its curve
NEAR_EDGE = 0.25  # of the time axis: words there go on inside
APART = 0.005  # of an axis: nearer to each other two curves are one


def curve(
    t: Matrix, y: Matrix, name: str, last: float, *, color: str = COLOR, pane: int = 0
) -> Curve:
    """Curve of A until the first moment past the last one shown, so that it reaches the edge."""
    kept = slice(0, int(np.searchsorted(t, last * (1 + A_LITTLE_MORE), side="right")) + 1)
    line: Line = {"color": color, "dash": "longdash", "width": 1.75}
    look: dict[str, Any] = {"marker": "circle-open", "grows": False, "pane": pane}
    return drawn(t[kept], y[kept], line, f"A: {name}", **look)


def still(curve: Curve) -> Curve:
    """The curve, without a marker at the moment shown."""
    return curve | {"marker": None}


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


def letter(frozen: Curve, shown: Curve | None, pane: Pane) -> list[Text]:
    """The letter A on a curve, where it is farthest from the same curve of B; none off the axes."""
    x, y = shares(frozen["x"], pane["x"]), shares(frozen["y"], pane["y"])
    other = np.full_like(y, 0.5)
    if shown is not None and len(shown["x"]) > 0:
        values = np.interp(frozen["x"], shown["x"], shown["y"])
        other = shares(np.asarray(values, dtype=float), pane["y"])
    on_axes = np.flatnonzero((x >= EDGE) & (x <= 1 - EDGE) & (y >= 0) & (y <= 1))
    if on_axes.size == 0:
        return []
    gaps = np.abs(y - other)[on_axes]
    k = on_axes[int(gaps.argmax())]
    if shown is None or gaps.max() < APART:
        k = on_axes[int(np.abs(x[on_axes] - 0.3).argmin())]
    above = y[k] >= other[k] if ROOM < y[k] < 1 - ROOM else y[k] < 0.5
    height = value_at(y[k] + (BESIDE_CURVE if above else -BESIDE_CURVE), pane["y"])
    side: Side = "above" if above else "below"
    at = frozen["pane"]
    return [text("A", frozen["x"][k], height, side, color=frozen["line"]["color"], pane=at)]


def spread(letters: list[Text], pane: Pane) -> list[Text]:
    """The letters without those that would lie on one before them."""
    kept: list[Text] = []
    places = [
        (*shares(np.array([new["x"]]), pane["x"]), *shares(np.array([new["y"]]), pane["y"]))
        for new in letters
    ]
    taken: list[tuple[float, float]] = []
    for new, (x, y) in zip(letters, places, strict=True):
        if not any(abs(x - u) < EDGE and abs(y - v) < ROOM for u, v in taken):
            kept.append(new)
            taken.append((x, y))
    return kept


def beyond(
    low: float, high: float, pane: Pane, *, at_start: bool = True, who: str = "A"
) -> list[Text]:
    """In numbers, at one end of the x axis, how far A goes where the axis of values ends."""
    bottom, top = pane["y"]["range"]
    x = pane["x"]["range"][0 if at_start else 1]
    align: Align = "left" if at_start else "right"
    texts = []
    if high > top:
        texts.append(text(f"{who}: ↑ up to {written(high)}", x, top, "below", align, name=who))
    if low < bottom:
        words = f"{who}: ↓ down to {written(low)}"
        texts.append(text(words, x, bottom, "above", align, name=who))
    return texts


def cut(curve: Curve, pane: Pane, who: str = "") -> list[Text]:
    """In numbers, where a curve leaves the axis of values: its peak, or the least it comes to."""
    bottom, top = pane["y"]["range"]
    x, y = curve["x"], np.where(np.isfinite(curve["y"]), curve["y"], np.inf)
    texts = []
    for k, outside, arrow, edge, side in _extremes(y, bottom, top):
        if outside:
            share = float(shares(x[k : k + 1], pane["x"])[0])
            align: Align = (
                "left" if share < NEAR_EDGE else "right" if share > 1 - NEAR_EDGE else "center"
            )
            number = written(y[k], 3) if np.isfinite(y[k]) else "∞"
            words = f"{who}{arrow} {number}"
            texts.append(text(words, x[k], edge, side, align, color=theme.INK, name="beyond"))
    return texts


def _extremes(y: Matrix, bottom: float, top: float) -> list[tuple[int, bool, str, float, Side]]:
    """Place of the peak and of the least value, and whether each is off the axis."""
    if len(y) == 0:
        return []
    high, low = int(y.argmax()), int(y.argmin())
    return [
        (high, bool(y[high] > top), "↑", top, "below"),
        (low, bool(y[low] < bottom), "↓", bottom, "above"),
    ]


def text(
    words: str,
    x: float,
    y: float,
    side: Side,
    align: Align = "center",
    *,
    color: str = COLOR,
    name: str = "A",
    pane: int = 0,
) -> Text:
    """Bold words above or below a point."""
    return {
        "name": name,
        "words": words,
        "x": float(x),
        "y": float(y),
        "side": side,
        "align": align,
        "color": theme.text_color(color),
        "pane": pane,
    }
