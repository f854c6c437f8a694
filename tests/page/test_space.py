"""The room Space: starts by mouse, keys and touch, its link, its pictures."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from browsing import opened
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ROOM = "document.querySelector('.linviz .space:not(.network)').room"
HOME = ".space:not(.network)"
CANVAS = f"{HOME} .stage .base"


def starts(page: Page, family: str = "plane") -> list[list[float]]:
    return page.evaluate(f"f => {ROOM}.state.starts[f].map(s => s.at)", family)


def pixel(page: Page, point: list[float]) -> tuple[float, float]:
    """Where on the screen the large picture has a point."""
    box: Any = page.locator(CANVAS).bounding_box()
    x, y = page.evaluate(f"w => {ROOM}.stage.painted.place(w)", point)
    return box["x"] + x, box["y"] + y


def dragged(page: Page, start: list[float], end: list[float]) -> None:
    page.mouse.move(*pixel(page, start))
    page.mouse.down()
    page.mouse.move(*pixel(page, end), steps=4)
    page.mouse.up()


def test_a_start_is_made_moved_and_removed_and_all_stands_in_the_link(
    page: Page, voila_server: str
) -> None:
    opened(page, voila_server + "?room=space")
    said = page.locator(f"{HOME} .headline")
    expect(said).to_contain_text("C = 1.27")
    before = starts(page)
    dragged(page, before[1], [-0.5, 1.5])  # by mouse
    assert starts(page)[1] == pytest.approx([-0.5, 1.5], abs=0.02)
    expect(said).to_contain_text("C = 2.0")
    page.mouse.click(*pixel(page, [1.0, 2.0]))  # a new one, which is held
    assert len(starts(page)) == len(before) + 1
    page.locator(CANVAS).focus()  # by keys
    page.keyboard.press("ArrowRight")
    assert starts(page)[-1] == pytest.approx([1.05, 2.0], abs=0.02)
    page.keyboard.press("Delete")
    page.keyboard.press("PageDown")
    assert len(starts(page)) == len(before)
    expect(page).to_have_url(re.compile("space=weights"))
    page.evaluate(f"() => {ROOM}.clock.set(2.5)")
    expect(page).to_have_url(re.compile(r"[?&]t=2\.5(&|$)"))
    expect(page.locator(f"{HOME} .ticks span").last).to_have_text("6")
    kept, url = starts(page), page.url
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as saved:
        page.locator('[data-file="space-ball-svg"]').click()
    assert saved.value.suggested_filename == "space-ball.svg"
    page.keyboard.press("Escape")
    page.locator(CANVAS).focus()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.wait_for_function(f"n => {ROOM}.state.starts.plane.length === n", arg=len(before) + 1)
    page.goto(url)
    page.wait_for_selector(".space .stage .base")
    page.wait_for_function(f"() => {ROOM}.stage.painted")
    assert starts(page) == kept
    assert page.evaluate(f"() => {ROOM}.clock.t") == 2.5


def test_step_relu_and_unfolding_change_what_is_said(page: Page, voila_server: str) -> None:
    opened(page, voila_server + "?room=space")
    said, facts = page.locator(f"{HOME} .headline"), page.locator(f"{HOME} .facts")
    page.locator('.space [name="step"]').fill("0.4")
    expect(said).to_contain_text("Descent jumps")
    expect(facts).to_contain_text("|C| < 4.58")
    page.locator('.space [name="step"]').fill("0")
    page.locator('.space [name="rectified"]').check()
    expect(said).to_contain_text("bad local minimum")
    page.locator('.space [name="rectified"]').uncheck()
    page.evaluate(f"() => {ROOM}.clock.set(6)")
    expect(said).to_contain_text("At a minimum of sharpness 2.37")
    page.locator('.space [name="unfold"]').fill("1")
    x = [
        pixel(page, point)[0]
        for point in page.evaluate(
            f"() => [0, 1, 3].map(t => {ROOM}.shown() && {ROOM}.course().at(t))"
        )
    ]
    assert max(x) - min(x) < 1e-3  # a straight line
    page.locator('.space .beside[data-name="unfolded"]').click()
    expect(page.locator(f"{HOME} .panel h2")).to_have_text("The same, squared")


def test_on_a_phone_one_picture_is_shown_and_a_finger_moves_a_start(
    new_page: Callable[..., Page], voila_server: str
) -> None:
    page = new_page(has_touch=True, viewport={"width": 390, "height": 844})
    opened(page, voila_server + "?room=space", 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(f"{HOME} canvas:visible").count() == 1
    before = starts(page)[1]
    devtools = page.context.new_cdp_session(page)
    x, y = pixel(page, before)
    for kind, at in (
        ("touchStart", [(x, y)]),
        ("touchMove", [(x + 15, y)]),
        ("touchMove", [(x + 30, y)]),
        ("touchEnd", []),
    ):
        points = [{"x": px, "y": py} for px, py in at]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert starts(page)[1][0] > before[0] + 0.1


def turn(page: Page) -> list[float]:
    return page.evaluate(f"() => {ROOM}.state.turns.inputs")


def test_space_is_turned_by_mouse_wheel_keys_and_touch_and_a_start_is_dragged_in_it(
    new_page: Callable[..., Page], voila_server: str
) -> None:
    page = new_page(has_touch=True)
    opened(page, voila_server + "?room=space&space=inputs~h3")
    expect(page.locator(f"{HOME} .headline")).to_contain_text("its leaf has no saddle on it")
    box: Any = page.locator(CANVAS).bounding_box()
    x, y = box["x"] + 40, box["y"] + 40  # where no start is
    seen = [turn(page)]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=3)
    page.mouse.up()
    seen.append(turn(page))
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"t => {ROOM}.state.turns.inputs[0] !== t", arg=seen[-1][0])
    seen.append(turn(page))
    page.locator(CANVAS).focus()
    page.keyboard.press("ArrowUp")
    seen.append(turn(page))
    devtools = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", 0), ("touchMove", 20), ("touchMove", 40), ("touchEnd", None)):
        points = [] if at is None else [{"x": x + at, "y": y}]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    seen.append(turn(page))
    assert all(a != b for a, b in pairwise(seen)), seen
    before = starts(page, "inputs")[3]
    start = pixel(page, before)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 30, start[1] + 90, steps=4)
    page.mouse.up()
    a, b, w = starts(page, "inputs")[3]
    assert (a, b, w) != tuple(before)
    assert pixel(page, [a, b, w]) == pytest.approx((start[0] + 30, start[1] + 90), abs=3)
    page.get_by_role("button", name="Put on the sheet").click()
    expect(page.locator(f"{HOME} .headline")).to_contain_text("On the sheet")
    page.get_by_role("button", name="Two beside it").click()
    basins = page.evaluate(f"() => {ROOM}.ends()")
    assert basins[3:5] == [0, 1]  # they part ways
    for name in ("cone", "ball", "slice"):
        page.locator(f'.space [data-name="{name}"]:visible').first.click()
        expect(page.locator(f"{HOME} .headline")).to_contain_text("its nearest corner")
