"""Colors, lines and symbols that all pictures share."""

from __future__ import annotations

from linviz.figures.picture import Dash, Label, Line, Symbol

# Okabe and Ito's colors, without the yellow that no projector shows on white
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#E69F00", "#56B4E9", "#555555")
# the same for letters: at least 4.5 : 1 against white
TEXTS = ("#0072B2", "#B34F00", "#007856", "#AA4499", "#8A5F00", "#23739F", "#555555")
MARKERS: tuple[Symbol, ...] = ("circle", "square", "triangle-up", "diamond")
DASHES: tuple[Dash, ...] = ("solid", "dash", "dot", "dashdot")
INK = "#1b1f24"
FAINT = "#8a929c"
FAINT_TEXT = "#4b5560"
GRID = "#e6e8eb"
BORDER = "#737c87"  # of a pane
PAPER = "#ffffff"
HALO = "rgba(255,255,255,0.8)"  # around labels, so that lines below do not cross them
EXACT_COLOR = "#AA4499"
NEGATIVE, ZERO_COLOR, POSITIVE = "#D55E00", "#6b7280", "#0072B2"
FONT = "system-ui, 'DejaVu Sans', sans-serif"


def series(k: int, width: float = 2.5) -> Line:
    """Line of the k-th series: a color, and a dash where the colors repeat."""
    dash = DASHES[k // len(PALETTE) % len(DASHES)]
    return {"color": PALETTE[k % len(PALETTE)], "dash": dash, "width": width}


def dashed(k: int, dash: Dash, width: float) -> Line:
    """Line in the color of the k-th series."""
    return {"color": PALETTE[k % len(PALETTE)], "dash": dash, "width": width}


def symbol(k: int) -> Symbol:
    """Mark of the k-th series at the moment shown."""
    return MARKERS[k % len(MARKERS)]


def text_color(color: str) -> str:
    """A line's color as its label has it: dark enough to be read on white.

    Examples
    --------
    >>> text_color("#E69F00"), text_color(FAINT), text_color(INK)
    ('#8A5F00', '#4b5560', '#1b1f24')
    """
    if color == FAINT:
        return FAINT_TEXT
    return TEXTS[PALETTE.index(color)] if color in PALETTE else color


def label(words: str, line: Line) -> Label:
    """Words for the end of a line, in a color like its own."""
    return {"words": words, "color": text_color(line["color"])}
