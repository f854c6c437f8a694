"""Colors stand in one place, on white and on dark; style sheet and pictures have them from it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from runs import known

import linviz
import linviz as lv
from linviz.figures import colors, loss, modes, tree
from linviz.panels import bundle

HOME = Path(linviz.__file__).parent
LITERAL = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?=[\"'; ])|\b(?:rgb|hsl)a?\(\s*\d")
WHITE, DARK = 0, 1
LAYOUT = ("--wide-", "--narrow-")  # set for each grid of pictures


@pytest.mark.parametrize("text", ['"#0072B2"', "color: #fff;", "rgba(0,0,0,0)", "rgb(0 0 0 / 9%)"])
def test_a_color_that_is_written_out_is_found(text: str) -> None:
    assert LITERAL.search(text)


def test_no_color_is_written_out_anywhere_else() -> None:
    files = [path for ending in ("py", "js", "css") for path in HOME.rglob(f"*.{ending}")]
    assert len(files) > 100
    found = [
        f"{path.relative_to(HOME)}: {literal}"
        for path in files
        if path.name != "colors.py"
        for literal in LITERAL.findall(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_style_sheet_defines_every_color_that_it_uses() -> None:
    style = bundle.style()
    defined = set(re.findall(r"(--[\w-]+):", style))
    script = set(re.findall(r"[\"'`](--[\w-]+)[\"'`]", bundle.script()))
    used = set(re.findall(r"var\((--[\w-]+)\)", style))
    assert {name for name in used if not name.startswith(LAYOUT)} <= defined | script


def test_each_color_of_a_picture_has_one_on_dark() -> None:
    tints = colors.tints_on_dark()
    shown = known(lv.Scenario(beside="descent"))
    pictures = [loss.loss_picture(shown), modes.modes_picture(shown), tree.tree_picture(shown)]
    found = set(re.findall(r"#[0-9a-f]{6}", json.dumps(pictures, default=np.ndarray.tolist)))
    assert len(found) > 5
    assert found <= set(tints)
    assert all(white != dark for white, dark in tints.items() if white not in _BOTH)


_BOTH = {colors.VERDICTS[name][WHITE] for name in ("saddle", "flat", "minimum")}


def _luminance(color: str) -> float:
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("theme", [WHITE, DARK])
def test_letters_can_be_read_on_their_paper(theme: int) -> None:
    paper = _luminance(colors.PAGE["paper"][theme])
    letters = [colors.PAGE[name][theme] for name in ("text", "soft", "accent", "alarm", "good")]
    letters += [pair[theme] for name, pair in colors.VERDICTS.items() if name.endswith("-text")]
    letters += list((colors.MODE_TEXTS, colors.MODES_ON_DARK)[theme])
    for color in letters:
        low, high = sorted((paper, _luminance(color)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, color
