"""Pictures of a run under one headline, as one SVG: what is left where nothing can be moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from linviz.core.statements.pieces import Look, Piece
from linviz.figures import theme
from linviz.figures.cells import cells
from linviz.figures.colors import on_white
from linviz.figures.elements import FAMILY, short, words
from linviz.figures.picture import Curve, Picture
from linviz.figures.svg import to_svg

COLUMN, ROW = 480, 290  # a picture
HEADLINE, SPACING, FACTS, HEADING, PRINT = 22, 28, 15, 16, 13  # sizes of type; lines' distance
FRAME = 16
BEYOND = 32  # at the right, for names that end outside their picture
LETTER = 0.64  # of the type: the mean width of a bold letter, in a wide type
STRETCHES = 50  # of a curve: from each the first point, the lowest and the highest are kept


def still(
    pictures: Mapping[str, Picture],
    headline: Sequence[Piece],
    facts: str = "",
    note: str = "",
) -> str:
    """SVG document of the pictures by their titles, in two columns under what is said of them.

    Parameters
    ----------
    pictures : mapping of title to Picture
        Each with axes, or of small matrices.
    headline : sequence of (text, look)
        As `Told.headline`.
    facts, note : str
        A line below the headline, and one below the pictures.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.loss import loss_picture
    >>> study = run(Scenario(dims=(2, 2), singular_values=(2, 1)))
    >>> drawn = still({"Loss": loss_picture(study)}, [("Mode 1", 1), (" is learned.", 0)])
    >>> drawn.count("<svg"), ">Mode </tspan>" in drawn
    (2, True)
    """
    columns = min(2, len(pictures))
    width = columns * COLUMN + FRAME + BEYOND
    lines = _lines(headline, math.floor((width - 2 * FRAME) / (LETTER * HEADLINE)))
    top = FRAME + len(lines) * SPACING + (1.6 * FACTS if facts else 0)
    drawn = [_line(line, FRAME + (k + 0.8) * SPACING) for k, line in enumerate(lines)]
    drawn += _plain(facts, top - 0.5 * FACTS, FACTS)
    for k, (title, picture) in enumerate(pictures.items()):
        x = FRAME + k % columns * COLUMN
        y = top + (k // columns) * (ROW + 2 * HEADING)
        drawn.append(
            words(title, x, y + 1.8 * HEADING, HEADING, align="left", baseline="bottom", bold=True)
        )
        drawn.append(_inside(thinned(picture), x, y + 2 * HEADING, f"still{k}-"))
    bottom = top + math.ceil(len(pictures) / columns) * (ROW + 2 * HEADING)
    drawn += _plain(note, bottom + PRINT, PRINT)
    shape = f'width="{width}" height="{short(bottom + 2 * PRINT)}"'
    told = escape("".join(text for text, _ in headline))
    # the type is named once
    inside = "\n".join(drawn).replace(f' font-family="{FAMILY}"', "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {shape} font-family="{FAMILY}" role="img">\n'
        f"<title>{told}</title><desc>{escape(facts)}</desc>\n"
        f'<rect {shape} fill="{theme.PAPER}"/>\n{inside}\n</svg>\n'
    )


def thinned(picture: Picture) -> Picture:
    """The picture with fewer points in its curves; what they reach they reach still."""
    thin: Picture = {**picture, "curves": [_thin(curve) for curve in picture["curves"]]}
    return thin


def _thin(curve: Curve) -> Curve:
    x, y = curve["x"], curve["y"]
    if len(x) <= 3 * STRETCHES:
        return curve
    starts = np.linspace(0, len(x), STRETCHES, endpoint=False).astype(int)
    kept = {0, len(x) - 1}
    for start, end in zip(starts, [*starts[1:], len(x)], strict=True):
        part = y[start:end]
        kept |= {start, start + int(part.argmin()), start + int(part.argmax())}
    k = np.array(sorted(kept))
    thin: Curve = {**curve, "x": x[k], "y": y[k]}
    return thin


def _inside(picture: Picture, x: float, y: float, name: str) -> str:
    """A picture at a place in another document."""
    if not picture["panes"]:
        drawn = "\n".join(cells(picture, COLUMN, ROW, PRINT))
        return f'<g transform="translate({short(x)} {short(y)})">{drawn}</g>'
    document = to_svg(picture, width=COLUMN, height=ROW, size=PRINT, name=name)
    return document.replace(
        "<svg ", f'<svg x="{short(x)}" y="{short(y)}" overflow="visible" ', 1
    ).rstrip()


def _lines(headline: Sequence[Piece], most: int) -> list[list[Piece]]:
    """The headline in lines of so many letters, broken at blanks."""
    lines: list[list[Piece]] = [[]]
    used = 0
    for text, mode in headline:
        for word in text.replace(" ", " \0").split("\0"):
            if used + len(word.rstrip()) > most and used > 0:
                lines.append([])
                used = 0
            lines[-1].append((word, mode))
            used += len(word)
    return lines


def _line(line: list[Piece], y: float) -> str:
    parts = "".join(
        f'<tspan fill="{_color(mode).lower()}">{escape(text)}</tspan>' for text, mode in line
    )
    look = f'font-size="{HEADLINE}" font-weight="700"'
    return f'<text {look} x="{FRAME}" y="{short(y)}">{parts}</text>'


def _plain(text: str, y: float, size: float) -> list[str]:
    look = theme.FAINT_TEXT
    return (
        [words(text, FRAME, y, size, align="left", baseline="bottom", color=look)] if text else []
    )


def _color(look: Look) -> str:
    if isinstance(look, int):
        return theme.TEXTS[look - 1] if look else theme.INK
    return {"down": on_white("saddle-text"), "minimum": on_white("minimum-text")}.get(
        look, theme.INK
    )
