"""Pictures that follow the hand before the kernel does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import PANELS, after, opened, run_id, slider_of
from playwright.sync_api import Page

from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import simulate
from linviz.panels import standalone
from linviz.panels.shown import Shown

pytestmark = pytest.mark.browser

S1 = slider_of("singular_value", "0")
MOMENT = 4.85  # of the first screen: mode 2 is being learned

# The curves of a picture in pixels, on its axes as they are.
CURVES = """name => {
  const panel = document.querySelector('.linviz').linviz.panels.find(p => p.name === name);
  const { picture, panes } = panel.picture.frame;
  return Object.fromEntries(picture.curves.map(({ name, x, y, pane }) => [
    name, { x: Array.from(x, panes[pane].x.at), y: Array.from(y, panes[pane].y.at) },
  ]));
}"""
# Places on the axes of one picture, whatever has become of them.
KEEP_AXES = """() => {
  window.axes = {};
  for (const { name, picture } of document.querySelector('.linviz').linviz.panels)
    if (picture.frame) window.axes[name] = picture.frame.panes;
}"""
ON_KEPT = CURVES.replace(
    "const { picture, panes } = panel.picture.frame",
    """
  const { picture } = panel.picture.frame, panes = window.axes[name]""",
)
STATE = "() => document.querySelector('.linviz').dataset.preview"


def held(page: Page, slider: str, share: float) -> None:
    """Press a slider's thumb, and drag it to a share of its way."""
    box = page.locator(slider).bounding_box()
    assert box
    at = page.locator(slider).evaluate("e => (e.value - e.min) / (e.max - e.min)")
    y, width = box["y"] + box["height"] / 2, box["width"] - 16  # of the thumb
    page.mouse.move(box["x"] + 8 + at * width, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 8 + share * width, y, steps=4)
    page.evaluate(  # until the last move has been heard
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def foreseen(page: Page) -> None:
    """Wait until the hand rests and what is shown has all its moments."""
    page.wait_for_function(f"({STATE})() === 'resting'")


def settled(page: Page) -> None:
    """Wait until the axes stand still."""
    page.wait_for_function(
        "document.querySelector('.linviz').linviz.page.still.state === 'resting'"
    )


def at(page: Page, t: float, *, saved: bool = False) -> None:
    if not saved:  # its policy forbids what is evaluated again and again
        settled(page)
    page.evaluate("t => document.querySelector('.linviz').linviz.clock.set(t)", t)


def differ(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How many pixels apart two curves are, at most, where both are."""
    x = np.array(one["x"])
    x = x[x <= min(x[-1], other["x"][-1])]
    return float(
        np.abs(np.interp(x, one["x"], one["y"]) - np.interp(x, other["x"], other["y"])).max()
    )


def test_pictures_follow_a_hand_and_the_kernel_finds_them_where_they_are(board: Page) -> None:
    at(board, MOMENT)
    before, old = run_id(board), board.evaluate(CURVES, "loss")["loss L"]
    held(board, S1, 0.8)
    foreseen(board)
    assert run_id(board) == before  # nothing was asked of the kernel
    assert board.locator(".headline").inner_text().startswith("Dragging s₁: 4")
    assert (
        board.locator('input[type="number"][data-field="singular_value"]').first.input_value()
        == "4"
    )
    waiting = board.locator(".panel[data-waits]:visible").count()
    assert waiting == 0
    names = ("loss", "modes", "invariants")
    own = {name: board.evaluate(CURVES, name) for name in names}
    assert differ(own["loss"]["loss L"], old) > 10
    board.evaluate(KEEP_AXES)
    after(board, board.mouse.up)
    assert board.evaluate(STATE) is None
    for name in names:
        found = board.evaluate(ON_KEPT, name)
        for curve, places in own[name].items():
            assert differ(places, found[curve]) <= 1, (name, curve)


@pytest.mark.parametrize("slider", [S1, slider_of("scale")])
def test_every_picture_of_the_first_screen_is_another(board: Page, slider: str) -> None:
    at(board, MOMENT)
    image = "canvas => canvas.toDataURL()"
    old = board.evaluate(CURVES, "loss")
    shots = {name: board.locator(f".panel-{name} canvas").first for name in PANELS}
    first = {name: canvas.evaluate(image) for name, canvas in shots.items()}
    held(board, slider, 0.9)
    foreseen(board)
    moved = {name for name, canvas in shots.items() if canvas.evaluate(image) != first[name]}
    assert moved == {*PANELS}
    board.keyboard.press("Escape")
    board.mouse.up()
    assert board.evaluate(STATE) is None
    settled(board)
    assert board.evaluate(CURVES, "loss") == old
    assert board.locator(".headline").inner_text().startswith("Falling")


def test_what_the_browser_cannot_follow_is_the_kernel_s(page: Page, voila_server: str) -> None:
    board = opened(page, f"{voila_server}?preset=digits")
    before = run_id(board)
    held(board, slider_of("scale"), 0.7)
    board.wait_for_function(
        "n => Number(document.querySelector('.linviz').dataset.run) > n", arg=before
    )
    assert board.evaluate(STATE) is None
    board.mouse.up()


def test_a_saved_page_is_alive_without_a_server(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "saved.html"
    file.write_bytes(standalone.page(Shown(run(Scenario())), {}, lambda t, loss: False))
    opened(page, file.as_uri())
    at(page, MOMENT, saved=True)
    old = page.evaluate(CURVES, "loss")["loss L"]
    page.locator(S1).evaluate("slider => slider.scrollIntoView({ block: 'center' })")
    held(page, S1, 0.8)
    page.wait_for_selector('.linviz[data-preview="resting"]')
    number = int(page.locator(".linviz").get_attribute("data-run") or 0)
    page.mouse.up()
    page.wait_for_selector(f'.linviz[data-run="{number + 1}"]')
    assert differ(page.evaluate(CURVES, "loss")["loss L"], old) > 10
    # what is said was computed, or is not said
    flow = simulate(Scenario(singular_values=(4, 2, 1), t_end=MOMENT))
    strengths = flow.strengths[-1]
    learned = [k + 1 for k, s in enumerate((4, 2, 1)) if strengths[k] >= s / 2]
    assert page.locator(".headline").inner_text() == (
        f"Learned so far: modes {', '.join(map(str, learned))} of 3."
    )
    assert page.locator(".facts").inner_text().startswith(f"L = {flow.loss[-1]:.3g}")
    assert "need Python" in page.locator(".facts").inner_text()
    assert page.locator(".open-theory").is_disabled()
    assert not any(page.locator(".panel .phrase").all_inner_texts())
    locked = page.locator(".controls select[data-field=rule]")
    assert locked.is_disabled()
    assert "without Python" in page.locator(".controls .hint").first.inner_text()
    code = page.evaluate("document.querySelector('.linviz').linviz.run.code")
    assert code.startswith("# as it was saved; moved since: singular_value 1 = 4")
    page.locator(".reset").evaluate("button => button.click()")
    page.wait_for_selector(f'.linviz[data-run="{number + 2}"]')
    assert page.locator(".headline").inner_text().startswith("Falling")
