"""What a figure function returns: a `Picture`, in words of our own.

The page draws it, `to_plotly` makes the figure of the Python user of it, `to_svg` a file for a
paper. A picture has panes, one below the other, each with an axis to the right and one upwards;
what is drawn in them stands in lists of its own kind, drawn in this order: levels, curves, marks,
texts. A picture of matrices has none of that: it has heat maps, or a network with its weights, at
each moment of the run. The same type is told to the browser's side in ``front/draw/picture.js``.
"""

from typing import Literal, NotRequired, TypedDict

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.figures.landscape import Eigenvalues, Tree

Scale = Literal["linear", "log", "root"]
Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]
Solid = Literal["circle", "square", "diamond", "triangle-up", "triangle-down"]
Symbol = Solid | Literal["circle-open", "square-open", "diamond-open"]
Side = Literal["above", "below"]
Align = Literal["left", "center", "right"]
Place = Literal["inside", "beside"]


class Line(TypedDict):
    """How a line is drawn: color, dash, and width in pixels."""

    color: str
    dash: Dash
    width: float


class Axis(TypedDict):
    """One axis.

    `letter` is what a sentence calls its values; `range` its two ends, in its own values on every
    scale. On a root scale places are square roots of heights above its `foot`. It may have `ticks`
    of its own, each a value and what is written there, the more important first. Its values may be
    `whole` numbers, and the `time` of a run. At 0 it may have a line (`zero`), and its ticks may go
    unlabeled where another axis has the same.
    """

    title: str
    letter: str
    scale: Scale
    range: tuple[float, float]
    whole: bool
    time: bool
    zero: bool
    labeled: bool
    foot: NotRequired[float]
    ticks: NotRequired[list[tuple[float, str]]]


class Pane(TypedDict):
    """Two axes, and the part of the picture's height that they have: 0 is its bottom, 1 its top.

    A pane that is a `lens` shows a band of that pane's values larger.
    """

    x: Axis
    y: Axis
    height: tuple[float, float]
    lens: int | None


class Accent(TypedDict):
    """The color that a curve has while it is in play, from one moment to another."""

    color: str
    start: float
    end: float


class Label(TypedDict):
    """Words at the right end of a level or of a curve, `inside` above it or `beside` the pane.

    Inside, of labels that would touch, the first is kept; beside, they move apart.
    """

    words: str
    color: str
    place: Place


class Curve(TypedDict):
    """A line through points, ascending in x; the `marker` stands at the moment shown.

    Over time one that `grows` is pale as a whole and bold up to the moment shown. One that is
    `hollow` is two lines with paper between them: another run. Of those with an `accent` the last
    that has come into play has its color.
    """

    name: str
    x: Matrix
    y: Matrix
    line: Line
    marker: Symbol | None
    grows: bool
    hollow: bool
    accent: Accent | None
    label: Label | None
    pane: int


class Marks(TypedDict):
    """Symbols at points, `size` pixels across."""

    name: str
    x: Matrix
    y: Matrix
    symbol: Symbol
    color: str
    size: float
    pane: int


class Level(TypedDict):
    """A horizontal line at a value that theory names."""

    name: str
    value: float
    line: Line
    label: Label | None
    pane: int


class Text(TypedDict):
    """Bold words above or below a point, which their left end, center or right end is at."""

    name: str
    words: str
    x: float
    y: float
    side: Side
    align: Align
    color: str
    pane: int


class Heat(TypedDict):
    """A matrix at moments `t`, (n, rows, columns), as a heat map with zero in the middle of colors.

    Between two moments it lies on the line between them; of one moment alone, it stays. Entries of
    size `limit` have the full color, those at or below `floor` are drawn as zero. Heat maps of one
    `scale` share their colors, and a bar of that name. In the `title` what follows "_" is lowered.
    Those of one `kind` stand together. `key` is its letter in the equations: "W1", "P", "Y", "C1",
    and of what is "C1" in another run "D1"; of images "I0", and of the rows of P
    that decide for their classes "R0". `cell` is the side of a cell beside those of others.
    """

    name: str
    title: str
    t: Matrix
    values: Matrix
    limit: float
    floor: float
    scale: str
    kind: Literal["weights", "invariants", "images"]
    key: str
    cell: float


class Neurons(TypedDict):
    """A column of neurons: how many they are, and what stands beside them.

    Of more than twice as many as `ends`, so many are drawn at either end.
    """

    name: str
    count: int
    ends: int
    words: str


class Edges(TypedDict):
    """The weights from a column to the next, at each of the moments `t`, (n, rows, columns).

    One of size `limit` has the full width, those below `floor` are not drawn.
    """

    name: str
    t: Matrix
    values: Matrix
    limit: float
    floor: float


class Network(TypedDict):
    """Columns of neurons, and the edges between each and the next."""

    neurons: list[Neurons]
    edges: list[Edges]


class Table(TypedDict):
    """How the numbers stand in a table.

    Its rows are "moments", with a column for each curve, "points", with a last column that tells of
    what `kind` each is, or "entries", those of matrices at the moment shown.
    """

    rows: Literal["moments", "points", "entries"]
    kind: str


class Picture(TypedDict):
    """All of a picture."""

    panes: list[Pane]
    levels: list[Level]
    curves: list[Curve]
    marks: list[Marks]
    texts: list[Text]
    heats: list[Heat]
    network: Network | None
    tree: NotRequired[Tree]
    spectrum: NotRequired[Eigenvalues]
    table: Table


def curve(
    x: Matrix,
    y: Matrix,
    line: Line,
    name: str,
    *,
    marker: Symbol | None = "circle",
    grows: bool = True,
    hollow: bool = False,
    accent: Accent | None = None,
    pane: int = 0,
) -> Curve:
    """Line through points."""
    return {
        "name": name,
        "x": np.ascontiguousarray(x, dtype=float),
        "y": np.ascontiguousarray(y, dtype=float),
        "line": line,
        "marker": marker,
        "grows": grows,
        "hollow": hollow,
        "accent": accent,
        "label": None,
        "pane": pane,
    }


def marks(x: Matrix, y: Matrix, symbol: Symbol, color: str, size: float, name: str) -> Marks:
    """Symbols at points of the first pane."""
    return {
        "name": name,
        "x": np.ascontiguousarray(x, dtype=float),
        "y": np.ascontiguousarray(y, dtype=float),
        "symbol": symbol,
        "color": color,
        "size": size,
        "pane": 0,
    }


def level(
    value: float, line: Line, name: str, label: Label | None = None, *, pane: int = 0
) -> Level:
    """Horizontal line through a pane."""
    return {"name": name, "value": float(value), "line": line, "label": label, "pane": pane}


def axis(
    title: str, letter: str, scale: Scale, limits: tuple[float, float], *, zero: bool = False
) -> Axis:
    """Axis that is none of time."""
    return {
        "title": title,
        "letter": letter,
        "scale": scale,
        "range": (float(limits[0]), float(limits[1])),
        "whole": False,
        "time": False,
        "zero": zero,
        "labeled": True,
    }


def pane(
    x: Axis, y: Axis, height: tuple[float, float] = (0.0, 1.0), *, lens: int | None = None
) -> Pane:
    """Two axes with the whole height, or a part of it."""
    return {"x": x, "y": y, "height": height, "lens": lens}


def matrices(heats: list[Heat], network: Network | None = None) -> Picture:
    """Picture of matrices, which has no axes."""
    return {
        "panes": [],
        "levels": [],
        "curves": [],
        "marks": [],
        "texts": [],
        "heats": heats,
        "network": network,
        "table": {"rows": "entries", "kind": ""},
    }
