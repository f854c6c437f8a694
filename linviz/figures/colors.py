"""Every color of the pictures and of the page, on white paper and on dark: nowhere else stands one.

The page has them as variables of its style sheet, `--text` and so on; a picture that was made for
white paper is drawn on dark in what stands there under the same names.
"""

from __future__ import annotations

# name: on white, on dark
PAGE = {
    "text": ("#15191e", "#eef1f4"),  # and what is now
    "soft": ("#4d5661", "#b3bcc6"),
    "axis": ("#737c87", "#7f8a95"),  # at least 3 : 1
    "edge": ("#d5dae0", "#39424c"),  # of buttons and fields
    "paper": ("#ffffff", "#12161b"),
    "field": ("#ffffff", "#1b2128"),
    "hover": ("#f1f4f6", "#252d36"),
    "accent": ("#005a8f", "#6cb8f2"),  # of the control under the hand
    "alarm": ("#a53c00", "#ff9c5e"),
    "warn": ("#fff1e8", "#43291a"),  # the ground of a message
    "good": ("#00664b", "#4fd6ac"),
    "shadow": ("rgb(0 0 0 / 20%)", "rgb(0 0 0 / 45%)"),
    "veil": ("rgb(0 0 0 / 35%)", "rgb(0 0 0 / 55%)"),  # over what a dialog keeps waiting
    "on-pale": ("#15191e", "#15191e"),  # letters on a cell of a matrix
    "on-deep": ("#ffffff", "#ffffff"),
}
# in pictures
DRAWN = {
    "faint": ("#8b949e", "#7f8a95"),
    "grid": ("#e8ebee", "#29313a"),
    "band": ("#dfe3e7", "#2f3841"),  # of values that a lens shows larger
    "other": ("#7c8590", "#9aa5b0"),  # modes above the sixth, what is flat, the exact solution
    "negative": ("#8c510a", "#e8a054"),
    "positive": ("#1f4e79", "#8abef0"),
    "gentle": ("#78cdeb", "#2f6f9f"),  # minima by their sharpness, from the gentlest
    "steep": ("#004282", "#79bdf2"),
    "sharp": ("#120e3c", "#fdfeff"),
    "halo": ("rgba(255,255,255,0.8)", "rgba(18,22,27,0.8)"),  # around labels
}
# where the run is, and which way a direction leads: never a mode's color
VERDICTS = {
    "saddle": ("#e69f00", "#e69f00"),
    "saddle-text": ("#8a5a00", "#f5c04a"),
    "flat": ("#ede27a", "#ede27a"),
    "flat-text": ("#6b6200", "#e6dc7c"),
    "pale": ("#fbf6b0", "#4a4512"),  # the ground of the word
    "hatch": ("#6b6200", "#6b6200"),
    "minimum": ("#56b4e9", "#56b4e9"),
    "minimum-text": ("#1b6a98", "#8fd0f5"),
    "falling": ("#d5dae0", "#4b5560"),
    "floor": ("#15191e", "#eef1f4"),  # under a minimum
    "down": ("#a86200", "#f0a020"),  # marks of the Hessian
    "up": ("#2a78ae", "#5ab4ef"),
}
# of modes 1 to 6: what is filled, and letters at least 4.5 : 1
MODES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a7a00", "#5b5bd6")
MODE_TEXTS = ("#0072b2", "#b84f00", "#007a59", "#9b3f75", "#6b5f00", "#4848b8")
MODES_ON_DARK = ("#4aa8e8", "#f5803e", "#2fbf92", "#e29ac6", "#b8a13c", "#8fa3ff")
TRANSPARENT = "rgba(0,0,0,0)"

_NAMED = {
    **PAGE,
    **DRAWN,
    **VERDICTS,
    **{f"pip-{k}": pair for k, pair in enumerate(zip(MODES, MODES_ON_DARK, strict=True), 1)},
    **{f"mode-{k}": pair for k, pair in enumerate(zip(MODE_TEXTS, MODES_ON_DARK, strict=True), 1)},
}
_IN_PICTURES = ("text", "soft", "paper", *DRAWN, *VERDICTS)


def on_white(name: str) -> str:
    """The color of that name on white paper.

    Examples
    --------
    >>> on_white("text"), on_white("saddle")
    ('#15191e', '#e69f00')
    """
    return _NAMED[name][0]


def style() -> str:
    """Variables of a style sheet: those on white, and those of the dark theme.

    `--tints` has in the dark theme what stands for each color of a picture.
    """
    white = "".join(f"--{name}: {pair[0]}; " for name, pair in _NAMED.items())
    dark = "".join(f"--{name}: {pair[1]}; " for name, pair in _NAMED.items())
    tints = ", ".join(f"{a} {b}" for a, b in tints_on_dark().items())
    return (
        f".linviz {{ {white}--tints: ; }}\n"
        f'.linviz[data-theme="dark"] {{ {dark}--tints: {tints}; }}\n'
    )


def tints_on_dark() -> dict[str, str]:
    """What stands on dark for each color that a picture may have."""
    modes = [name for name in _NAMED if name.startswith(("pip-", "mode-"))]
    pairs = [_NAMED[name] for name in (*_IN_PICTURES, *modes)]
    return {white: dark for white, dark in reversed(pairs) if "(" not in white}
