"""A `Picture` as SVG, for papers and pages without scripts: as the page's own painter draws it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise

from linviz.figures import pips, theme
from linviz.figures.elements import box, curve, mark, path, rounded, short, stroke, words
from linviz.figures.picture import Axis, Curve, Label, Level, Line, Marks, Pane, Picture, Text
from linviz.figures.ticks import Space, Span, Tick, ticks_of

LEFT, RIGHT, TOP, BOTTOM = 5.2, 1.1, 0.7, 3.1  # margins in units of the type
SIDE = 6.3  # at the right of pictures over time: names of curves and of levels
LEGIBLE = 0.85  # of the type: a title that would be smaller is left out
LETTERS = 0.94  # of the type: what stands in a picture
GLYPH = 0.5  # of the type: the width of a letter of these
NARROW = 14  # units of the type: names of levels would cover the curves of a narrower pane
HOLLOW = 0.5  # of a hollow line's width is paper


@dataclass(frozen=True, slots=True)
class Placed:
    """An axis on the page, between two places in pixels."""

    axis: Axis
    start: float
    end: float
    scale: Span

    def at(self, value: float) -> float:
        """Pixels of a value."""
        return self.start + self.scale.share(value) * (self.end - self.start)

    def ticks(self, size: float, upright: bool) -> tuple[list[Tick], str]:
        """Ticks and the title, which may carry a factor for all labels."""
        room = (0.9 * LEFT * size, RIGHT * size, 3.75 * size)
        space = Space(abs(self.end - self.start), size, upright, *room)
        if "ticks" in self.axis:
            return self._named(size), self._title("", size)
        ticks, note = ticks_of(self.scale, space, self.axis["whole"])
        if not self.axis["labeled"]:
            return [(value, "") for value, _ in ticks], self._title("", size)
        return ticks, self._title(note, size)

    def _title(self, note: str, size: float) -> str:
        """Its title with the factor of its labels; where it has no room, the factor alone."""
        title = f"{self.axis['title']} ({note})" if note else self.axis["title"]
        short = abs(self.end - self.start) < LEGIBLE * size * 0.55 * len(title)
        return note if short else title

    def _named(self, size: float) -> list[Tick]:
        """Its own ticks; of labels that would touch, the first is kept."""
        kept: list[Tick] = []
        for value, text in self.axis["ticks"]:
            if all(abs(self.at(value) - self.at(other)) >= 1.15 * size for other, _ in kept):
                kept.append((value, text if self.axis["labeled"] else ""))
        return kept


def to_svg(
    picture: Picture,
    *,
    width: float = 760,
    height: float = 480,
    size: float = 15,
    title: str = "",
    about: str = "",
    name: str = "pane",
) -> str:
    """The picture as an SVG document of that many pixels, with letters of that size.

    The title and what it is about are for those who do not see it. The names of its panes begin
    with `name`: pictures of one document need different ones.

    Raises
    ------
    ValueError
        If it is a picture of matrices, which has no axes.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.loss import loss_picture
    >>> drawn = to_svg(loss_picture(run(Scenario(dims=(2, 2), singular_values=(2, 1)))))
    >>> drawn.startswith("<svg") and "loss L" in drawn
    True
    """
    if not picture["panes"]:
        raise ValueError(
            "expected a picture with axes, found one of matrices: save it as SVG from the menu of "
            "its panel on the page, or draw it with linviz.figures.to_plotly"
        )
    beside = SIDE if any(pane["x"]["time"] for pane in picture["panes"]) else RIGHT
    places = [_placed(pane, width - beside * size, height, size) for pane in picture["panes"]]
    drawn = [part for x, y in places for part in _axes(x, y, size)]
    drawn += _lenses(picture["panes"], places, size)
    for k, part in _parts(picture, places, size):
        drawn.append(f'<g clip-path="url(#{name}{k + 1})">{part}</g>')
    if "tree" in picture:
        drawn += pips.drawn(picture["tree"], places[0][0].at, places[0][1].at, size)
    drawn += _labels(picture, places, size) + _named(picture, places, size)
    clips = [
        f'<clipPath id="{name}{k}"><path d="{box(x.start, y.end, x.end, y.start)}"/></clipPath>'
        for k, (x, y) in enumerate(places, start=1)
    ]
    shape = f'width="{short(width)}" height="{short(height)}"'
    view = f'viewBox="0 0 {short(width)} {short(height)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {shape} {view} xml:space="preserve">',
            f"<title>{escape(title)}</title><desc>{escape(about)}</desc>",
            f"<defs>{''.join(clips)}</defs>",
            f'<rect {shape} fill="{theme.PAPER}"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _placed(pane: Pane, end: float, height: float, size: float) -> tuple[Placed, Placed]:
    left, top = LEFT * size, TOP * size
    right = left + max(10.0, end - left)
    tall = max(10.0, height - top - BOTTOM * size)
    low, high = (top + (1 - share) * tall for share in pane["height"])
    return _axis(pane["x"], left, right), _axis(pane["y"], low, high)


def _axis(axis: Axis, start: float, end: float) -> Placed:
    first, last = axis["range"]
    if axis["whole"] and math.ceil(first) + 1 > last:  # one tick alone tells no scale
        first, last = math.floor(first), math.ceil(last)
    scale = Span(0.0, 1.0, axis["scale"] == "log", axis.get("foot"))
    first, last = scale.coordinate(first), scale.coordinate(last)
    return Placed(axis, start, end, replace(scale, start=first, end=last))


def _axes(x: Placed, y: Placed, size: float) -> list[str]:
    """Grid, labels, edge and title of both axes."""
    parts = []
    for own, across, upright in ((x, y, False), (y, x, True)):
        ticks, title = own.ticks(size, upright)
        for value, text in ticks:
            p = rounded(own.at(value)) + 0.5
            zero = value == 0 and own.axis["zero"]
            parts.append(_ruler(theme.FAINT if zero else theme.GRID, p, across, upright))
            if upright:
                left = across.start - 0.4 * size
                parts.append(words(text, left, p, size, align="right", baseline="middle"))
            else:
                parts.append(words(text, p, across.start + 0.4 * size, size))
        parts.append(_ruler(theme.BORDER, rounded(across.start) + 0.5, own, not upright))
        parts += _title(title, own, across, size, upright)
    return parts


def _title(title: str, own: Placed, across: Placed, size: float, upright: bool) -> list[str]:
    """The axis' title; one longer than its axis is set smaller."""
    letters = min(size, abs(own.end - own.start) / (0.55 * max(1, len(title))))
    middle = (own.start + own.end) / 2
    if not title:
        return []
    if not upright:
        return [words(title, middle, across.start + 1.75 * size, letters)]
    left = across.start - 4.6 * size
    return [words(title, 0.0, 0.0, letters, baseline="middle", turned=(left, middle))]


def _ruler(color: str, p: float, across: Placed, level: bool) -> str:
    """A thin line across the pane."""
    ends = [(across.start, p), (across.end, p)] if level else [(p, across.start), (p, across.end)]
    return f'<path d="{path(ends)}" {stroke(color, 1.0)} stroke-miterlimit="10"/>'


def _parts(
    picture: Picture, places: list[tuple[Placed, Placed]], size: float
) -> Iterator[tuple[int, str]]:
    """What is cut off at the edges of a pane, with the number of the pane."""
    for level in picture["levels"]:
        x, y = places[level["pane"]]
        height = y.at(level["value"])
        yield level["pane"], curve([(x.start, height), (x.end, height)], level["line"])
    for drawn in picture["curves"]:
        points, line = _points(drawn, *places[drawn["pane"]]), drawn["line"]
        yield drawn["pane"], curve(points, line)
        if drawn["hollow"]:
            width = HOLLOW * line["width"]
            inner: Line = {"color": theme.PAPER, "dash": line["dash"], "width": width}
            yield drawn["pane"], curve(points, inner)
    for marks in picture["marks"]:
        points = _points(marks, *places[marks["pane"]])
        look = marks["size"], marks["symbol"], marks["color"]
        yield marks["pane"], "".join(mark(px, py, *look) for px, py in points)
    for text in picture["texts"]:
        yield text["pane"], _text(text, *places[text["pane"]], size)


def _points(part: Curve | Marks, x: Placed, y: Placed) -> list[tuple[float, float]]:
    pairs = zip(part["x"].tolist(), part["y"].tolist(), strict=True)
    return [(x.at(u), y.at(v)) for u, v in pairs]


def _text(text: Text, x: Placed, y: Placed, size: float) -> str:
    gap = 0.1 * size
    above = text["side"] == "above"
    return words(
        text["words"],
        x.at(text["x"]) + {"left": gap, "center": 0.0, "right": -gap}[text["align"]],
        y.at(text["y"]) + (-gap if above else gap),
        size,
        align=text["align"],
        baseline="bottom" if above else "top",
        color=text["color"],
        bold=True,
        halo=stroke(theme.PAPER, 4.0),
    )


def _labels(picture: Picture, places: list[tuple[Placed, Placed]], size: float) -> list[str]:
    """Labels of the levels that keep a line's distance from those before them, uncrossed."""
    taken: list[float] = []
    parts = []
    *paper, share = theme.HALO.removeprefix("rgba(").removesuffix(")").split(",")
    halo = stroke(f"rgb({', '.join(paper)})", 4.0, float(share))
    for level in picture["levels"]:
        x, y = places[level["pane"]]
        height, label = y.at(level["value"]), level["label"]
        inside = y.end + 0.45 * size < height <= y.start + 1  # the text stands above
        narrow = x.end - x.start < NARROW * size
        if label is None or label["place"] == "beside" or narrow:
            continue
        if inside and all(abs(height - other) >= 1.2 * size for other in taken):
            taken.append(height)
            if _is_crossed(level, label, picture["curves"], x, y, size):
                continue
            at, look = (x.end - 10, height - 3, LETTERS * size), label["color"]
            written = words(
                label["words"], *at, align="right", baseline="bottom", color=look, halo=halo
            )
            parts.append(written)
    return parts


def _is_crossed(
    level: Level, label: Label, curves: list[Curve], x: Placed, y: Placed, size: float
) -> bool:
    """Whether a curve goes through the words of a level."""
    left, right = x.end - 10 - GLYPH * size * len(label["words"]), x.end - 10
    height = y.at(level["value"])
    top, bottom = height - 3 - 0.9 * size, height - 5
    for drawn in curves:
        if drawn["pane"] != level["pane"]:
            continue
        for (start, was), (end, now) in pairwise(_points(drawn, x, y)):
            if end < left or start > right:
                continue
            slope = (now - was) / (end - start or 1)
            ends = (
                was + slope * (max(start, left) - start),
                was + slope * (min(end, right) - start),
            )
            if max(ends) > top and min(ends) < bottom:
                return True
    return False


def _lenses(panes: list[Pane], places: list[tuple[Placed, Placed]], size: float) -> list[str]:
    above = [(place, pane["lens"]) for pane, place in zip(panes, places, strict=True)]
    return [
        part for (x, y), k in above if k is not None for part in _lens(x, y, places[k][1], size)
    ]


def _lens(x: Placed, y: Placed, upper: Placed, size: float) -> list[str]:
    """A frame around a pane, and the band of another that it shows larger."""
    left, right = x.start - 0.4 * size, x.end + 0.4 * size
    low, high = y.axis["range"]
    top, bottom = upper.at(high), upper.at(low)
    tall, middle = max(4.0, bottom - top), (top + bottom) / 2
    band = box(x.start, middle - tall / 2, x.end, middle + tall / 2)
    frame = box(left, y.end, right, y.start)
    frame += path([(x.start, upper.start), (left, y.end)])
    frame += path([(x.end, upper.start), (right, y.end)])
    taller = abs((y.at(high) - y.at(low)) / (bottom - top))
    told = f"drawn ×{int(float(f'{taller:.0e}'))}"
    at = x.start + 0.6 * size, (upper.start + y.end) / 2, LETTERS * size
    return [
        f'<path d="{band}" fill="{theme.BAND}"/>',
        f'<path d="{frame}" {stroke(theme.FAINT, 1.0)} stroke-miterlimit="10"/>',
        words(told, *at, align="left", baseline="middle", color=theme.FAINT_TEXT),
    ]


def _named(picture: Picture, places: list[tuple[Placed, Placed]], size: float) -> list[str]:
    """Labels beside their panes."""
    named = [(level["label"], level["value"], level["pane"]) for level in picture["levels"]]
    ended = (drawn for drawn in picture["curves"] if len(drawn["y"]) > 0)
    named += [(drawn["label"], float(drawn["y"][-1]), drawn["pane"]) for drawn in ended]
    parts = []
    for k, (x, y) in enumerate(places):
        beside = [(label, value) for label, value, pane in named if label and pane == k]
        own = [(label, y.at(value)) for label, value in beside if label["place"] == "beside"]
        for label, height in _apart(own, y, size):
            at, look = (x.end + 0.6 * size, height, size), label["color"]
            parts.append(words(label["words"], *at, align="left", baseline="middle", color=look))
    return parts


def _apart(own: list[tuple[Label, float]], y: Placed, size: float) -> list[tuple[Label, float]]:
    """Labels beside a pane, each as near to its place as the others leave it."""
    line = 1.15 * size
    room = max(1, math.floor((y.start - y.end) / line) + 1)
    inside = [(label, max(y.end, min(y.start, at))) for label, at in own[:room]]
    placed, least = [], -math.inf
    for label, at in sorted(inside, key=lambda pair: pair[1]):
        placed.append((label, max(at, least)))
        least = placed[-1][1] + line
    most = y.start + 0.3 * size
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = (placed[k][0], min(placed[k][1], most))
        most = placed[k][1] - line
    return placed[::-1]
