"""Colors, lines and symbols that all pictures share."""

from __future__ import annotations

from linviz.figures.picture import Label, Line, Place

# of modes 1 to 6, and of all above them
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A7A00", "#5B5BD6", "#7C8590")
MOST_COLORS = 6
# the same for letters: at least 4.5 : 1 against white
TEXTS = ("#0072B2", "#B84F00", "#007A59", "#9B3F75", "#6B5F00", "#4848B8", "#4D5661")
INK = "#15191e"
FAINT = "#8b949e"
FAINT_TEXT = "#4d5661"
GRID = "#e8ebee"
BAND = "#dfe3e7"  # of values that a lens shows larger
BORDER = "#737c87"  # of a pane
PAPER = "#ffffff"
HALO = "rgba(255,255,255,0.8)"  # around labels, so that lines below do not cross them
EXACT_COLOR = "#7C8590"
NEGATIVE, ZERO_COLOR, POSITIVE = "#8C510A", "#7C8590", "#1F4E79"
FONT = "system-ui, 'DejaVu Sans', sans-serif"


def mode_color(k: int, count: int) -> str:
    """The color of the k-th of so many modes, from 0: above six none has one of its own.

    Examples
    --------
    >>> mode_color(1, 6), mode_color(1, 7) == mode_color(2, 7)
    ('#D55E00', True)
    """
    return PALETTE[k] if count <= MOST_COLORS else PALETTE[-1]


def text_color(color: str) -> str:
    """A line's color as its label has it: dark enough to be read on white.

    Examples
    --------
    >>> text_color("#D55E00"), text_color(FAINT), text_color(INK)
    ('#B84F00', '#4d5661', '#15191e')
    """
    if color == FAINT:
        return FAINT_TEXT
    return TEXTS[PALETTE.index(color)] if color in PALETTE else color


def label(words: str, line: Line, place: Place = "inside") -> Label:
    """Words for the end of a line, in a color like its own."""
    return {"words": words, "color": text_color(line["color"]), "place": place}
