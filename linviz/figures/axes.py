"""Axes of time, and how far an axis reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import A_LITTLE_MORE, NOT_ZERO
from linviz.figures.picture import Axis, Curve, axis


def visible(t: Matrix, log_time: bool) -> NDArray[np.bool_]:
    """Mask of the moments that an axis can show: all, or those with t > 0 on a log axis."""
    return np.asarray(t > 0 if log_time else np.ones(t.shape), dtype=bool)


def time_axis(t: Matrix, log_time: bool) -> Axis:
    """Axis of time, from the first to the last moment shown."""
    first, last = t[visible(t, log_time)][[0, -1]]
    limits = (first if first < last else last / 10, last)
    times = axis("time t", "t", "log" if log_time else "linear", limits)
    times["time"] = True
    return times


def within(curve: Curve, last: float) -> Curve:
    """The curve up to a moment: a run beside the flow may last longer than the axis."""
    kept = curve["x"] <= last * (1 + A_LITTLE_MORE)
    return curve | {"x": curve["x"][kept], "y": curve["y"][kept]}


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """Range with a margin on both sides, never empty.

    Examples
    --------
    >>> padded(0.0, 10.0, 0.1), padded(2.0, 2.0, 0.5)
    ((-1.0, 11.0), (1.0, 3.0))
    """
    span = high - low if high > low else max(abs(high), 1.0)
    return low - share * span, high + share * span


def shares(values: Matrix, axis: Axis) -> Matrix:
    """Places along an axis, 0 at its start and 1 at its end."""
    low, high = coordinates(np.array(axis["range"]), axis)
    values = coordinates(values, axis)
    placed: Matrix = (values - low) / (high - low)
    return placed


def value_at(share: float, axis: Axis) -> float:
    """Inverse of `shares`."""
    low, high = coordinates(np.array(axis["range"]), axis)
    value = float(low + share * (high - low))
    if axis["scale"] == "root":
        return axis["foot"] + value * abs(value)
    return 10.0**value if axis["scale"] == "log" else value


def coordinates(values: Matrix, axis: Axis) -> Matrix:
    """What the axis is even in: the values, their exponents of ten, or roots of their heights."""
    if axis["scale"] == "log":
        exponents: Matrix = np.log10(np.maximum(values, NOT_ZERO))
        return exponents
    if axis["scale"] == "root":
        heights = values - axis["foot"]
        roots: Matrix = np.sign(heights) * np.sqrt(np.abs(heights))
        return roots
    return values
