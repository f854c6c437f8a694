"""Colors, lines and symbols that all pictures share."""

from __future__ import annotations

from linviz.figures.colors import MODE_TEXTS, MODES, on_white
from linviz.figures.picture import Label, Line, Place

MOST_COLORS = len(MODES)
# of modes 1 to 6, and of all above them; then the same for letters: at least 4.5 : 1 against white
PALETTE = (*MODES, on_white("other"))
TEXTS = (*MODE_TEXTS, on_white("soft"))
INK = on_white("text")
FAINT = on_white("faint")
FAINT_TEXT = on_white("soft")
GRID = on_white("grid")
BAND = on_white("band")  # of values that a lens shows larger
BORDER = on_white("axis")  # of a pane
PAPER = on_white("paper")
HALO = on_white("halo")  # around labels, so that lines below do not cross them
EXACT_COLOR = on_white("other")
NEGATIVE, POSITIVE = on_white("negative"), on_white("positive")  # weights
DOWN, FLAT, UP = on_white("down"), on_white("other"), on_white("up")  # eigenvalues
FONT = "system-ui, 'DejaVu Sans', sans-serif"


def mode_color(k: int, count: int) -> str:
    """The color of the k-th of so many modes, from 0: above six none has one of its own.

    Examples
    --------
    >>> mode_color(1, 6) == mode_color(2, 6), mode_color(1, 7) == mode_color(2, 7)
    (False, True)
    """
    return PALETTE[k] if count <= MOST_COLORS else PALETTE[-1]


def text_color(color: str) -> str:
    """A line's color as its label has it: dark enough to be read on white.

    Examples
    --------
    >>> text_color(PALETTE[1]) == TEXTS[1], text_color(FAINT) == FAINT_TEXT, text_color(INK) == INK
    (True, True, True)
    """
    if color == FAINT:
        return FAINT_TEXT
    return TEXTS[PALETTE.index(color)] if color in PALETTE else color


def label(words: str, line: Line, place: Place = "inside") -> Label:
    """Words for the end of a line, in a color like its own."""
    return {"words": words, "color": text_color(line["color"]), "place": place}
