"""A hand on the pictures: reading values, zooming, and the moment that a tap chooses."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from browsing import after, canvas_of, moment, number_of, opened, shown
from playwright.sync_api import Browser, FloatRect, Page, expect

pytestmark = pytest.mark.browser

# The time axis of a panel as it is shown: its two ends and their places, in pixels of the canvas.
AXIS = """name => {
  const panel = document.querySelector('.linviz').linviz.panels.find(p => p.name === name);
  const { x, y } = panel.picture.frame.panes[0];
  const ends = [x, y].map(axis => [axis.valueAt(axis.start), axis.valueAt(axis.end)]);
  return { x: [x.start, x.end], y: [y.start, y.end], ends,
    labels: y.ticks.map(tick => tick.text), title: y.title };
}"""

# What a canvas that is cleared and drawn in every frame was last told to write.
LISTEN = """selector => {
  const context = document.querySelector(selector).getContext('2d');
  context.told = [];
  const { clearRect, fillText } = context;
  context.clearRect = (...box) => { context.told = []; clearRect.apply(context, box); };
  context.fillText = (...at) => { context.told.push(at[0]); fillText.apply(context, at); };
}"""
TOLD = "selector => document.querySelector(selector).getContext('2d').told.join(' | ')"


def box(page: Page, name: str = "loss") -> FloatRect:
    found = page.locator(canvas_of(name)).bounding_box()
    assert found
    return found


def axis(page: Page, name: str = "loss") -> dict:
    return page.evaluate(AXIS, name)


def place(page: Page, x: float, y: float, name: str = "loss") -> tuple[float, float]:
    """Where the window shows a share of a picture's axes."""
    at, placed = box(page, name), axis(page, name)
    (left, right), (bottom, top) = placed["x"], placed["y"]
    return at["x"] + left + x * (right - left), at["y"] + bottom + y * (top - bottom)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=3)
    page.mouse.up()


def zoomed(page: Page, name: str = "loss") -> bool:
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return page.locator(f".panel-{name} .plot").get_attribute("data-zoomed") == "true"


# ---------------------------------------------------------------- taps


def test_a_click_shows_the_moment_of_its_place(board: Page) -> None:
    last = shown(board, "t")[-1]
    for share in (0.25, 0.7):
        board.mouse.click(*place(board, share, 0.5))
        width = axis(board)["x"][1] - axis(board)["x"][0]
        assert moment(board) == pytest.approx(share * last, abs=last / width)
    # a click that a program makes has no place
    before = moment(board)
    board.locator(canvas_of("loss")).evaluate("canvas => canvas.click()")
    board.locator(canvas_of("loss")).dispatch_event("click")
    assert moment(board) == before
    # nor is one beside the axis a moment, nor one on a picture without time
    at = box(board)
    board.mouse.click(at["x"] + 3, at["y"] + 60)
    board.mouse.click(*place(board, 0.5, 0.5, "hessian"))
    assert moment(board) == before


def test_a_finger_taps_moves_and_pinches(chromium: Browser, voila_server: str) -> None:
    context = chromium.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = opened(context.new_page(), voila_server, 390, 844)
    page.locator(canvas_of("loss")).scroll_into_view_if_needed()
    last = shown(page, "t")[-1]
    page.touchscreen.tap(*place(page, 0.4, 0.5))
    # the click comes of itself, some time after the finger was lifted
    page.wait_for_function("end => document.querySelector('.linviz').dataset.time < end", arg=last)
    assert moment(page) == pytest.approx(0.4 * last, abs=last / 150)
    before = moment(page)
    devtools = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    touch("touchStart", place(page, 0.4, 0.5))
    touch("touchStart", place(page, 0.4, 0.5), place(page, 0.6, 0.5))
    places = [(place(page, 0.5 - d, 0.5), place(page, 0.5 + d, 0.5)) for d in (0.12, 0.2, 0.3)]
    for pair in places:
        touch("touchMove", *pair)
    touch("touchEnd")
    assert zoomed(page)
    (low, high), _ = axis(page)["ends"]
    assert high - low == pytest.approx(last / 3, rel=0.1)
    assert low + high == pytest.approx(last, rel=0.05)
    # one finger moves what is enlarged
    start, end = place(page, 0.6, 0.5), place(page, 0.3, 0.5)
    touch("touchStart", start)
    touch("touchMove", ((start[0] + end[0]) / 2, start[1]))
    touch("touchMove", end)
    touch("touchEnd")
    assert zoomed(page)
    assert axis(page)["ends"][0][0] > low + 0.15 * (high - low)
    assert moment(page) == before
    page.locator(".panel-loss .unzoom").tap()
    expect(page.locator(".panel-loss .plot")).to_have_attribute("data-zoomed", "false")
    context.close()


# ---------------------------------------------------------------- reading


def test_the_value_nearest_to_the_pointer_is_told(board: Page) -> None:
    cursor = ".panel-modes .cursor"
    board.evaluate(LISTEN, cursor)
    curve = shown(board, "pictures.modes.curves")[0]
    placed = axis(board, "modes")
    (first, last), (low, high) = placed["ends"]
    t = 0.6 * last
    value = float(np.interp(t, curve["x"], curve["y"]))
    share = (value - low) / (high - low)
    board.mouse.move(*place(board, (t - first) / (last - first), share, "modes"))
    board.wait_for_function(f"s => ({TOLD})(s).includes(' = ')", arg=cursor)
    told = board.evaluate(TOLD, cursor)
    assert told.startswith(curve["name"])
    read = float(told.split("t = ")[1].split(",")[0])
    assert read == pytest.approx(t, rel=0.01)
    assert float(told.split(", ")[-1]) == pytest.approx(value, rel=1e-3)
    board.mouse.move(5, 5)
    board.wait_for_function(f"s => ({TOLD})(s) === ''", arg=cursor)


def test_the_keys_read_values_in_words_and_zoom(board: Page) -> None:
    picture, heard = board.locator(canvas_of("modes")), board.locator(".panel-modes .heard")
    curves = shown(board, "pictures.modes.curves")
    before = moment(board)
    picture.focus()
    board.keyboard.press("ArrowLeft")
    expect(heard).to_contain_text(f"{curves[0]['name']}, t = ")
    expect(heard).to_have_attribute("aria-live", "polite")
    at = heard.text_content()
    board.keyboard.press("ArrowLeft")
    expect(heard).not_to_have_text(at or "")
    board.keyboard.press("ArrowDown")
    expect(heard).to_contain_text(curves[1]["name"])
    board.keyboard.press("+")
    assert zoomed(board, "modes")
    board.keyboard.press("-")
    assert not zoomed(board, "modes")
    for key in ("0", "Escape"):
        board.keyboard.press("+")
        assert zoomed(board, "modes")
        board.keyboard.press(key)
        assert not zoomed(board, "modes")
    assert moment(board) == before
    board.keyboard.press(" ")  # the time's own key
    expect(board.locator(".play")).to_have_attribute("aria-label", "Pause")


def test_the_picture_takes_no_focus_from_the_pointer(board: Page) -> None:
    board.locator(".scrubber").focus()
    board.mouse.click(*place(board, 0.5, 0.5))
    assert board.evaluate("document.activeElement.className") != "base"
    before = moment(board)
    board.keyboard.press("ArrowRight")
    assert moment(board) > before


# ---------------------------------------------------------------- zoom


def test_a_box_enlarges_what_is_in_it_and_stays_while_a_control_moves(board: Page) -> None:
    before = moment(board)
    whole = axis(board)
    drag(board, place(board, 0.2, 0.3), place(board, 0.6, 0.9))
    assert zoomed(board)
    part = axis(board)
    for (low, high), (a, b), (x, y) in zip(
        whole["ends"], part["ends"], [(0.2, 0.6), (0.3, 0.9)], strict=True
    ):
        assert a == pytest.approx(low + x * (high - low), abs=0.01 * (high - low))
        assert b == pytest.approx(low + y * (high - low), abs=0.01 * (high - low))
    assert not zoomed(board, "modes")
    after(board, lambda: typed_seed(board, "5"))
    assert zoomed(board)
    assert axis(board)["ends"] == part["ends"]
    assert moment(board) != before  # the end of the other run
    button = board.locator(".panel-loss .unzoom")
    expect(button).to_be_visible()
    button.click()
    assert not zoomed(board)
    expect(button).to_be_hidden()


def typed_seed(page: Page, seed: str) -> None:
    page.locator(number_of("seed")).fill(seed)
    page.keyboard.press("Enter")


def test_a_strip_enlarges_one_axis(board: Page) -> None:
    whole = axis(board)
    drag(board, place(board, 0.2, 0.5), place(board, 0.6, 0.51))
    assert zoomed(board)
    assert axis(board)["ends"][1] == whole["ends"][1]
    assert axis(board)["ends"][0] != whole["ends"][0]


def test_a_double_click_shows_all_and_leaves_the_time(board: Page) -> None:
    board.mouse.click(*place(board, 0.3, 0.5))
    before = moment(board)
    drag(board, place(board, 0.2, 0.3), place(board, 0.6, 0.9))
    assert zoomed(board)
    assert moment(board) == before
    board.mouse.dblclick(*place(board, 0.9, 0.5))
    assert not zoomed(board)
    assert moment(board) == before


def test_the_wheel_enlarges_with_the_control_key_only(board: Page) -> None:
    board.mouse.move(*place(board, 0.5, 0.5))
    board.mouse.wheel(0, -200)
    assert not zoomed(board)
    board.keyboard.down("Control")
    board.mouse.wheel(0, -200)
    board.keyboard.up("Control")
    board.wait_for_selector('.panel-loss .plot[data-zoomed="true"]')
    assert board.evaluate("visualViewport.scale") == 1
    board.locator(canvas_of("loss")).focus()
    board.mouse.wheel(0, 600)
    board.wait_for_selector('.panel-loss .plot[data-zoomed="false"]')


def test_panes_with_one_time_axis_are_enlarged_together(board: Page) -> None:
    drag(board, place(board, 0.2, 0.5, "invariants"), place(board, 0.6, 0.5, "invariants"))
    assert zoomed(board, "invariants")
    ends = board.evaluate(
        """() => document.querySelector('.linviz').linviz.panels.find(p => p.name === 'invariants')
          .picture.frame.panes.map(({ x, y }) =>
            [x.valueAt(x.start), x.valueAt(x.end), y.span.range])"""
    )
    assert ends[0] == ends[1]
    assert ends[0][2] is None


# ---------------------------------------------------------------- ticks


@pytest.fixture(scope="module")
def narrow(chromium: Browser, voila_server: str) -> Iterator[Page]:
    """A loss that hardly moves, on a log axis."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield opened(context.new_page(), f"{voila_server}?preset=saddle-to-saddle&t_end=1&log_loss=1")
    context.close()


def test_the_labels_of_a_loss_that_hardly_moves_differ(narrow: Page) -> None:
    placed = axis(narrow)
    labels = [text for text in placed["labels"] if text]
    assert len(set(labels)) == len(labels) >= 2
    assert "10⁻" in placed["title"], json.dumps(placed)  # the factor of all labels
