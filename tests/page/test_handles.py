"""Handles on the pictures, by mouse, keys and touch, and going on from the moment shown."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browsing import after, moment, number_of, opened, shown
from playwright.sync_api import Browser, Page, expect
from serving import Server

import linviz as lv
from linviz.core.experiment.link import from_query
from linviz.core.experiment.simulation import problem_of, weights_of

pytestmark = pytest.mark.browser

DEFAULT = lv.Scenario()
LINE = """() => {
  const { clock, panels } = document.querySelector('.linviz').linviz;
  const { picture } = panels.find(({ name }) => name === 'loss');
  const { left, top } = picture.element.getBoundingClientRect();
  const { x, y } = picture.frame.panes[0];
  return [left + x.at(clock.t), top + (y.start + y.end) / 2];
}"""
CELL = """place => {
  const { panels } = document.querySelector('.linviz').linviz;
  const { picture } = panels.find(({ name }) => name === 'matrices');
  const { left, top } = picture.element.getBoundingClientRect();
  const { x, y } = picture.weights().spot(place, null);
  return [left + x, top + y];
}"""


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def dragged(page: Page, start: Any, dx: float, dy: float) -> None:
    """Press, move, let go, and wait for the kernel's run of that."""
    before, (x, y) = shown(page, "query"), start
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    changed(page, before)


def changed(page: Page, before: str) -> None:
    """Wait until the kernel has answered with another scenario."""
    page.wait_for_function(
        """before => {
          const root = document.querySelector('.linviz');
          const { dataset, linviz } = root;
          const said = root.querySelector('.headline').textContent;
          return linviz.run.query !== before && dataset.state === 'ready' && !dataset.preview
            && !said.includes('Dragging');  // until all moves are answered
        }""",
        arg=before,
    )


def at(page: Page, t: float) -> None:
    page.evaluate("t => document.querySelector('.linviz').linviz.clock.set(t)", t)


def start_of(page: Page) -> tuple[np.ndarray, ...]:
    scenario = from_query(shown(page, "query"))
    return weights_of(scenario, problem_of(scenario))


def test_the_level_of_a_mode_is_its_singular_value(board: Page) -> None:
    grips = board.locator(".panel-modes .grip")
    expect(grips).to_have_count(3)
    second = grips.nth(1)
    assert second.get_attribute("aria-label") == "s₂"
    assert second.get_attribute("aria-valuetext") == "2"
    dragged(board, middle(board, ".panel-modes .grip >> nth=1"), 0, -8)
    value = float(board.locator(number_of("singular_value", "1")).input_value())
    assert 2 < value < 3
    second.focus()
    step = 0.0
    after(board, lambda: board.keyboard.press("ArrowDown"))
    step = value - float(board.locator(number_of("singular_value", "1")).input_value())
    assert 0 < step < 0.3
    assert second.get_attribute("aria-valuetext") == str(round(value - step, 10)).removesuffix(".0")


def test_the_end_of_the_bar_is_the_horizon(board: Page) -> None:
    last = float(shown(board, "t")[-1])
    board.wait_for_function("document.querySelector('.linviz').linviz.run.spectra")
    x, y = middle(board, ".horizon-grip")
    board.mouse.move(x, y)
    board.mouse.down()
    after(board, lambda: board.mouse.move(x - 30, y))
    assert shown(board, "spectra.n") > 0  # of the same flow: they stay while it is held
    board.keyboard.press("Escape")
    board.mouse.up()
    expect(board.locator(".headline")).not_to_contain_text("Dragging")
    board.wait_for_function(
        "document.querySelector('.linviz').linviz.page.still.state === 'resting'"
    )
    dragged(board, middle(board, ".horizon-grip"), -60, 0)
    t_end = shown(board, "form.t_end")
    assert 0 < t_end < last
    assert shown(board, "t")[-1] == t_end
    at(board, 0)
    before = board.locator(".linviz").get_attribute("data-run")
    x, y = board.evaluate(LINE)
    board.mouse.move(x + 1, y)
    board.mouse.down()
    board.mouse.move(x + 50, y)
    board.mouse.up()  # the line of the time follows, and nothing is computed or zoomed
    assert 0 < moment(board) < t_end
    assert board.locator(".linviz").get_attribute("data-run") == before
    expect(board.locator(".unzoom:visible")).to_have_count(0)


def test_a_weight_tells_its_number_and_is_dragged_from_the_moment_shown(board: Page) -> None:
    flow = lv.simulate(DEFAULT)
    t = float(flow.t[len(flow.t) // 2])
    at(board, t)
    tip = board.locator(".panel-matrices .grip-tip")
    board.locator(".panel-matrices .grip").focus()  # it is there before any pointer has come
    expect(tip).to_contain_text("W")
    x, y = board.evaluate(CELL, [1, 2, 3])
    board.mouse.move(x, y)
    W = flow.at(t)
    expect(tip).to_contain_text("W₂[3,4] = ")
    told = tip.inner_text().split(" = ")[1].split("\n")[0].split()[0].replace("−", "-")
    assert float(told.split("drag")[0]) == pytest.approx(W[1][2, 3], rel=0.01, abs=1e-6)
    expect(tip).to_contain_text("a new start from here")
    dragged(board, (x, y), 0, -30)
    found = start_of(board)
    different = [(j, *p) for j in range(3) for p in np.argwhere(found[j] != W[j]).tolist()]
    assert different == [(1, 2, 3)]
    assert found[1][2, 3] > W[1][2, 3]
    assert moment(board) == 0
    expect(board.locator(".by_hand-words")).to_have_text("The weights at t = 0 were set by hand.")
    # by keys: to the next weight, and one step down
    board.locator(".panel-matrices .grip").focus()
    board.keyboard.press("ArrowRight")
    expect(tip).to_contain_text("W₂[3,5] = " if DEFAULT.dims[1] > 4 else "W₂")
    after(board, lambda: board.keyboard.press("ArrowDown"))
    again = start_of(board)
    assert [len(np.argwhere(again[j] != found[j])) for j in range(3)] == [0, 1, 0]


def test_a_finger_taps_a_weight_and_drags_its_ring(
    chromium: Browser, new_page: Callable[..., Page], voila_server: Server
) -> None:
    page = new_page(has_touch=True, viewport={"width": 390, "height": 844})
    opened(page, f"{voila_server}?panels=matrices&t=0", 390, 844)
    x, y = page.evaluate(CELL, [1, 0, 0])
    page.touchscreen.tap(x, y)
    expect(page.locator(".panel-matrices .grip-tip")).to_contain_text("W₂[1,1] = ")
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": a, "y": b} for a, b in points]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    before, query = start_of(page), shown(page, "query")
    touch("touchStart", (x, y))
    touch("touchMove", (x, y + 12))
    touch("touchMove", (x, y + 24))
    touch("touchEnd")
    changed(page, query)
    found = start_of(page)
    assert found[1][0, 0] < before[1][0, 0]


def test_a_run_goes_on_from_here_with_descent_of_another_step(board: Page) -> None:
    flow = lv.simulate(DEFAULT)
    t = float(flow.t[len(flow.t) // 2])
    at(board, t)
    board.locator(".go-on").click()
    menu = board.locator(".go-on-menu")
    expect(menu.locator(".from")).to_contain_text("become the start of a new run")
    expect(menu.locator("input:visible")).to_have_count(0)
    menu.locator("select").select_option(label="gradient descent")
    expect(menu.locator("input:visible")).to_have_count(4)
    menu.locator('[data-of="step"]').fill("0.7")
    menu.locator('[data-of="weight_decay"]').fill("0.01")
    after(board, menu.locator(".go").click)
    expect(menu).to_be_hidden()
    scenario = from_query(shown(board, "query"))
    assert (scenario.beside, scenario.step, scenario.weight_decay) == ("descent", 0.7, 0.01)
    for a, b in zip(start_of(board), flow.at(t), strict=True):
        np.testing.assert_array_equal(a, b)
    expect(board.locator(".by_hand-words")).to_contain_text("Goes on from the run before at t = ")


def test_rings_are_large_enough_and_absent_where_there_is_nothing_to_drag(
    page: Page, voila_server: Server
) -> None:
    opened(page, f"{voila_server}?dims=3,80,2&data=stretched&t_end=0.1")
    expect(page.locator(".panel-modes .grip:visible")).to_have_count(0)
    expect(page.locator(".panel-matrices .grip:visible")).to_have_count(0)
    size = page.locator(".horizon-grip").evaluate(
        """grip => { const { width } = grip.getBoundingClientRect();
        return width - 2 * parseFloat(getComputedStyle(grip, '::before').left); }"""
    )
    assert size >= 24
    page.emulate_media(media="print")
    expect(page.locator(".grip:visible")).to_have_count(0)
