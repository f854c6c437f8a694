"""What an SVG document is made of: strokes, symbols and words, as text."""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise
from typing import Literal

from linviz.figures import theme
from linviz.figures.picture import Align, Line, Symbol

Baseline = Literal["top", "middle", "bottom"]
Point = tuple[float, float]

STROKES = {"solid": "", "dash": "9 5", "dot": "2 4", "dashdot": "9 4 2 4", "longdash": "18 7"}
BASELINES = {"top": 0.76, "middle": 0.26, "bottom": -0.24}  # of the type, below the place asked for
ANCHORS = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
ARC = 4 / 3 * math.tan(math.pi / 8)  # handles of a quarter of a circle
FARTHEST = 1e6  # readers of SVG keep single precision
FAMILY = escape(theme.FONT.replace("'", '"'))


def words(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    align: Align = "center",
    baseline: Baseline = "top",
    color: str = theme.INK,
    bold: bool = False,
    halo: str = "",
    turned: Point | None = None,
) -> str:
    """Text, which may have a halo (a stroke), and may be turned upwards about a point."""
    weight = ' font-weight="600"' * bold
    at = f'x="{short(x)}" y="{short(y + BASELINES[baseline] * size)}"'
    if turned is not None:
        at = f'transform="matrix(0 -1 1 0 {short(turned[0])} {short(turned[1])})" {at}'
    look = f'font-family="{FAMILY}" font-size="{short(size)}"{weight}{ANCHORS[align]} {at}'
    below = f'<text {look} {halo} stroke-linejoin="round">{escape(text)}</text>' if halo else ""
    return f'{below}<text {look} fill="{color.lower()}">{escape(text)}</text>'


def curve(points: list[Point], line: Line) -> str:
    """A line through points; nothing where there are none."""
    if not points:
        return ""
    dash = STROKES[line["dash"]] and f' stroke-dasharray="{STROKES[line["dash"]]}"'
    look = f'{stroke(line["color"], line["width"])} stroke-linejoin="round"{dash}'
    return f'<path d="{path(points)}" {look}/>'


def mark(x: float, y: float, size: float, symbol: Symbol, color: str) -> str:
    """A symbol at a point, `size` pixels across."""
    r = size / 2
    if symbol.startswith("triangle"):
        up = -1 if symbol == "triangle-up" else 1
        base = y - up * r * 2 / 3
        d = path([(x - 1.15 * r, base), (x + 1.15 * r, base), (x, y + up * r * 4 / 3)]) + "Z"
    elif symbol.startswith("square"):
        d = box(x - r, y - r, x + r, y + r)
    elif symbol.startswith("diamond"):
        reach = 1.3 * r
        d = path([(x - reach, y), (x, y - reach), (x + reach, y), (x, y + reach)]) + "Z"
    else:
        d = circle(x, y, r)
    if symbol.endswith("open"):
        return f'<path d="{d}" {stroke(color, 1.5)} stroke-miterlimit="10"/>'
    return f'<path d="{d}" fill="{color.lower()}"/>'


def stroke(color: str, width: float, opacity: float = 1.0) -> str:
    """What the border of a shape is drawn with."""
    clear = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
    return f'fill="none" stroke="{color.lower()}"{clear} stroke-width="{short(width)}"'


def path(points: list[Point]) -> str:
    """The line through points."""
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def box(left: float, top: float, right: float, bottom: float) -> str:
    """The line around a rectangle."""
    return path([(left, top), (right, top), (right, bottom), (left, bottom)]) + "Z"


def circle(x: float, y: float, r: float) -> str:
    """Four quarters as cubics, from the right over the bottom."""
    corners = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)]
    d = path([(x + r, y)])
    for (u, v), (a, b) in pairwise(corners):  # each handle runs along the other corner
        ends = [(u + ARC * a, v + ARC * b), (a + ARC * u, b + ARC * v), (a, b)]
        d += "C" + " ".join(f"{short(x + r * p)} {short(y + r * q)}" for p, q in ends)
    return d


def short(value: float) -> str:
    """To a hundredth of a pixel."""
    nearest = rounded(100 * min(FARTHEST, max(-FARTHEST, value))) / 100
    return f"{nearest:.2f}".rstrip("0").rstrip(".")


def rounded(value: float) -> int:
    """Half is rounded up, as browsers do."""
    return math.floor(value + 0.5)
