"""What is dragged: axes that stand still, the ghost of before, and what the headline says."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browsing import after, number_of, opened, slider_of
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

S1 = slider_of("singular_value", "0")
HEIGHTS = """() => JSON.stringify(document.querySelector('.linviz').linviz.panels
  .filter(({ name }) => name === 'loss' || name === 'modes')
  .map(({ picture }) => picture.frame.panes.map(({ y }) => y.axis.range)))"""
# where the loss comes to these shares of its height, now and in the ghost, in pixels
STEPS = """() => {
  const { picture } = document.querySelector('.linviz').linviz.panels.find(p => p.name === 'loss');
  const { x } = picture.frame.panes[0];
  const steps = ({ x: t, y }) => [0.75, 0.5, 0.25].map((share) => {
    const value = y.at(-1) + share * (y[0] - y.at(-1));
    return x.at(t[y.findIndex((each) => each < value)]);
  });
  return [picture.drawn.curves.at(-1), ...(picture.ghost?.curves ?? [])].map(steps);
}"""

# ten moves, each once the one before is on the screen
MOVES = """async (selector) => {
  const root = document.querySelector('.linviz'), input = root.querySelector(selector);
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (let k = 1; k <= 10; k++) {
    const shown = new Promise((done) => {
      new MutationObserver((_, each) => (each.disconnect(), done()))
        .observe(root, { attributeFilter: ['data-run'] });
    });
    input.value = String(3 + 0.1 * k);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await shown;
    await frame();
    await frame();
  }
}"""


def heights(page: Page) -> str:
    return str(page.evaluate(HEIGHTS))


def point(page: Page, share: float) -> tuple[float, float]:
    """A place along the slider of the first singular value."""
    box = page.locator(S1).bounding_box()
    assert box is not None
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def kernel_alone(page: Page, alone: bool = True) -> None:
    """The kernel answers every move, the browser computes none; or it does, as it would."""
    page.evaluate(
        """alone => {
          const { preview } = document.querySelector('.linviz').linviz.page;
          preview.could ??= preview.can;
          preview.can = alone ? () => false : preview.could;
        }""",
        alone,
    )


def values(page: Page) -> list[str]:
    inputs = [number_of("singular_value", str(k)) for k in range(3)]
    return [page.locator(each).input_value() for each in inputs]


def ghost(page: Page) -> Any:
    return page.evaluate(
        """() => document.querySelector('.linviz').linviz.panels
        .find(p => p.name === 'loss').picture.ghost?.label"""
    )


def forced(trace: Path) -> list[str]:
    """What code made the browser style or lay out the page before a frame was due."""
    found = []
    for event in json.loads(trace.read_text())["traceEvents"]:
        if event["name"] not in ("Layout", "UpdateLayoutTree"):
            continue
        args = event.get("args", {})
        stack = args.get("beginData", {}).get("stackTrace") or args.get("stackTrace")
        if stack:
            found.append(f"{event['name']} {[each['functionName'] for each in stack[:4]]}")
    return found


@pytest.mark.long
def test_an_answer_to_a_slider_that_is_held_forces_no_layout(board: Page, tmp_path: Path) -> None:
    kernel_alone(board)
    board.mouse.move(*point(board, 0.6))
    board.mouse.down()
    board.evaluate(MOVES, S1)  # what is measured once has been
    browser, trace = board.context.browser, tmp_path / "trace.json"
    assert browser is not None
    kinds = ["devtools.timeline", "disabled-by-default-devtools.timeline.stack"]
    browser.start_tracing(page=board, path=trace, categories=kinds)
    board.evaluate(MOVES, S1)
    board.evaluate("document.querySelector('.linviz .play').offsetHeight")  # seen if it is clean
    board.evaluate("""() => {
      const place = document.querySelector('.linviz .play');
      place.style.width = '99px';
      return place.offsetWidth;
    }""")
    browser.stop_tracing()
    board.mouse.up()
    *others, own = forced(trace)
    assert own.startswith("Layout")  # the one just made: the trace tells of such
    # styles: those of the one just made; of two answers within a frame, the second lays out once
    # what the first has written
    assert len(others) <= 2
    assert sum(each.startswith("Layout") for each in others) <= 1


def test_while_a_slider_is_dragged_axes_stand_still_and_then_glide(board: Page) -> None:
    before = heights(board)
    kernel_alone(board)
    board.mouse.move(*point(board, 0.6))
    board.mouse.down()
    board.mouse.move(*point(board, 0.5))
    seen = set()
    for k in range(8):
        after(board, lambda k=k: board.mouse.move(*point(board, 0.5 - 0.03 * k - 0.03)))
        seen.add(heights(board))
    assert len(seen) == 1
    expect(board.locator(".headline")).to_contain_text("Dragging s₁: ")
    said = board.evaluate_handle("document.querySelector('.headline').firstChild")
    words = board.locator(".headline").inner_text()
    after(board, lambda: board.mouse.move(*point(board, 0.2)))
    expect(board.locator(".headline")).not_to_have_text(words)
    assert said.evaluate("node => node.isConnected")  # else all styles would be found anew
    assert ghost(board) == "before: s₁ = 3"
    board.mouse.up()
    expect(board.locator(".headline")).not_to_contain_text("Dragging")
    held = seen.pop()
    assert held == before
    board.wait_for_function(f"held => ({HEIGHTS})() !== held", arg=held)
    assert ghost(board) == "before: s₁ = 3"


@pytest.mark.parametrize("follows", [True, False])
def test_escape_puts_back_what_was_and_leaves_the_others_alone(board: Page, follows: bool) -> None:
    kernel_alone(board, not follows)
    can = "document.querySelector('.linviz').linviz.page.preview.can('singular_value')"
    board.wait_for_function(f"follows => {can} === follows", arg=follows)
    assert values(board) == ["3", "2", "1"]
    board.mouse.move(*point(board, 0.6))
    board.mouse.down()
    board.mouse.move(*point(board, 0.1))
    expect(board.locator(number_of("singular_value", "1"))).not_to_have_value("2")
    board.keyboard.press("Escape")
    expect(board.locator(number_of("singular_value", "1"))).to_have_value("2")
    board.mouse.move(*point(board, 0.9))
    board.mouse.up()
    assert values(board) == ["3", "2", "1"]
    assert ghost(board) is None


def test_more_layers_are_seen_to_move_the_steps_to_the_right(page: Page, voila_server: str) -> None:
    opened(page, f"{voila_server}?preset=depth", 1920, 1080)
    page.locator(number_of("H")).fill("1")
    after(page, lambda: page.keyboard.press("Enter"))
    page.wait_for_timeout(1600)  # what comes sooner goes on with the change before
    steps = [page.evaluate(STEPS)[0]]
    for _ in range(3):
        after(page, page.get_by_role("button", name="Hidden layers H: one more").click)
        page.wait_for_timeout(400)  # axes glide
        now, before = page.evaluate(STEPS)
        steps.append(now)
        assert all(b < a for a, b in zip(now, before, strict=True))
    for one, more in pairwise(steps):
        assert all(b > a + 10 for a, b in zip(one, more, strict=True))
    assert ghost(page) == "before: hidden layers H = 1"


def noted(page: Page, action: Callable[[], object]) -> None:
    """Do something and wait until it can be taken back."""
    before = page.evaluate("history.state.linviz.id")
    action()
    page.wait_for_function("before => history.state.linviz.id > before", arg=before)


LET_GO = "document.querySelector('.linviz').linviz.page.hand.release()"
DRAGGED_TWICE = """() => {
  const { hand } = document.querySelector('.linviz').linviz.page;
  for (const value of [2.25, 2.5]) {
    hand.hold('s₁', 'singular_value', [0], 2);
    hand.move(value);
    if (value < 2.5) hand.release();
  }
}"""


def test_undo_and_redo_by_button_key_and_the_browsers_own(fresh_board: Page) -> None:
    page = fresh_board
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    page.evaluate("document.querySelector('.linviz').linviz.view.set({ panels: ['loss'] })")
    expect(page.locator(".panel-modes")).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(page.locator(".panel-modes")).to_be_visible()
    page.keyboard.press("Control+y")
    expect(page.locator(".panel-modes")).to_be_hidden()
    undo.click()
    expect(undo).to_be_disabled()
    page.evaluate("document.querySelector('.linviz').linviz.clock.set(5)")
    plain = page.locator(number_of("singular_value", "0"))
    for share in (0.3, 0.2):
        page.mouse.move(*point(page, 0.6))
        page.mouse.down()
        for step in (0.1, 0):
            page.mouse.move(*point(page, share + step))
        noted(page, page.mouse.up)
        expect(page.locator(".headline")).not_to_contain_text("Dragging")
    before = plain.input_value()
    noted(page, lambda: page.evaluate(DRAGGED_TWICE))  # held again before the first is answered
    noted(page, lambda: page.evaluate(LET_GO))
    expect(plain).to_have_value("2.5")
    for value in ("2.25", before):
        undo.click()
        expect(plain).to_have_value(value)
    noted(page, page.locator(".milestone").first.click)  # a chip changes the rule
    expect(page.locator('[data-field="rule"]')).to_have_value("near_saddle")
    page.keyboard.press("Control+z")
    expect(page.locator('[data-field="rule"]')).to_have_value("gaussian")
    dragged = plain.input_value()
    undo.click()  # one drag is one step
    expect(plain).not_to_have_value(dragged)
    page.go_back()
    expect(plain).to_have_value("3")
    expect(undo).to_be_disabled()
    assert page.evaluate("document.querySelector('.linviz').linviz.clock.t") == 5
    page.keyboard.press("Control+Shift+Z")
    redo.click()
    expect(plain).to_have_value(dragged)
    page.go_forward()
    expect(page.locator('[data-field="rule"]')).to_have_value("near_saddle")
    expect(redo).to_be_disabled()
    # brings axes of its own
    noted(page, lambda: page.locator('[data-field="preset"]').select_option("depth"))
    expect(page.locator('[data-field="rule"]')).to_have_value("aligned")
    page.reload()
    page.wait_for_selector('.linviz[data-ready="true"]')
    page.go_back()  # of the page that was there before
    expect(page.locator('[data-field="rule"]')).to_have_value("near_saddle")
