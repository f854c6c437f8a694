"""What every picture must be: of its type, with finite numbers on axes that are not empty."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from linviz.figures.picture import Axis, Curve, Label, Level, Line, Marks, Pane, Picture, Text


def assert_well_formed(picture: Picture) -> None:
    """Fail where a part has other fields than its type, or numbers that cannot be drawn."""
    for part, kind in parts(picture):
        optional = part.keys() & kind.__optional_keys__
        assert part.keys() - optional == kind.__required_keys__, kind.__name__
    for pane in picture["panes"]:
        for axis in (pane["x"], pane["y"]):
            low, high = axis["range"]
            assert np.isfinite([low, high]).all()
            assert low < high
            assert axis["scale"] != "log" or low > 0
            assert (axis["scale"] == "root") == ("foot" in axis)
        assert 0 <= pane["height"][0] < pane["height"][1] <= 1
    for group in (*picture["curves"], *picture["marks"]):
        assert len(group["x"]) == len(group["y"])
        assert group["x"].dtype == group["y"].dtype == float
        assert np.isfinite(group["x"]).all()
        assert np.isfinite(group["y"]).all()
    for curve in picture["curves"]:
        assert (np.diff(curve["x"]) >= 0).all()
    assert all(np.isfinite(level["value"]) for level in picture["levels"])
    assert all(np.isfinite([text["x"], text["y"]]).all() for text in picture["texts"])


def parts(picture: Picture) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Each part of a picture beside its type."""
    yield picture, Picture
    for pane in picture["panes"]:
        yield from ((pane, Pane), (pane["x"], Axis), (pane["y"], Axis))
    for level in picture["levels"]:
        yield from ((level, Level), (level["line"], Line))
        if level["label"] is not None:
            yield level["label"], Label
    for curve in picture["curves"]:
        yield from ((curve, Curve), (curve["line"], Line))
    yield from ((marks, Marks) for marks in picture["marks"])
    yield from ((text, Text) for text in picture["texts"])


def span(axis: Axis) -> float:
    """Length of an axis, in decades on a log scale."""
    low, high = axis["range"]
    return float(np.log10(high / low)) if axis["scale"] == "log" else high - low
