"""The network that is shown, cut open, in the room Space."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_network_is_cut_open_and_a_start_of_its_map_is_run(
    page: Page, voila_server: str
) -> None:
    small = "v=1&dims=2,2,2&singular_values=2,1&rule=gaussian&scale=0.05&seed=3"
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{voila_server}?{small}&room=space")
    page.get_by_role("button", name="Your network, cut open").click()
    room = page.locator(".network")
    expect(room.locator(".headline")).to_contain_text("of the run’s motion lies in this plane")
    assert "space=net.run" in page.url or page.wait_for_url("**space=net.run**") is None
    for name, words in (
        ("curvature", "way"),
        ("invariant", "From 0 every way in this plane leads down, and still 0 is a saddle."),
        ("neighbors", "Distances grow"),
        ("escape", "Strict: ten times nearer waits a fixed time longer."),
        ("map", "kinds of minimum"),
    ):
        room.locator(f'[data-name="{name}"]').click()
        expect(room.locator(".headline")).to_contain_text(words)
    facts = room.locator(".facts")
    room.get_by_role("button", name="Stop growing finer").click()  # of 32 parts some are there
    expect(facts).to_contain_text("of 32 parts")
    room.get_by_role("button", name="Grow finer").click()
    expect(facts).to_contain_text("252 × 252 starts", timeout=60_000)
    expect(room.locator(".halt")).to_be_hidden()
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as saved:
        page.locator('[data-file$="-map-svg"]').click()
    assert saved.value.suggested_filename.endswith("-map.svg")
    page.keyboard.press("Escape")
    before = page.locator(".linviz").get_attribute("data-run")
    room.locator(".stage canvas").focus()  # by keys; a click does the same
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("n => document.querySelector('.linviz').dataset.run !== n", arg=before)
    expect(page.locator(".linviz")).to_have_attribute("data-place", "run")
    expect(page.locator(".linviz [data-field='rule']")).to_have_value("set_by_hand")
    page.keyboard.press("Control+z")
    expect(page.locator(".linviz")).to_have_attribute("data-place", "space")
    expect(room.locator(".headline")).to_contain_text("kinds of minimum", timeout=20_000)
    back = page.locator(".linviz").get_attribute("data-run")
    room.locator(".stage canvas").click(position={"x": 400, "y": 200})
    page.wait_for_function("n => document.querySelector('.linviz').dataset.run !== n", arg=back)
    page.keyboard.press("Control+z")
    expect(page.locator(".linviz")).to_have_attribute("data-place", "space")
    expect(room.locator(".headline")).to_contain_text("kinds of minimum", timeout=20_000)
    room.locator('[data-name="escape"]').click()
    chosen = room.locator(".handles select option:checked")
    expect(chosen).to_have_text("knows none")  # the only one that the run passed
    room.locator(".handles select").select_option("knows 1")
    expect(room.locator(".headline")).to_contain_text("Strict")
    room.locator('[data-name="map"]').click()
    room.get_by_role("button", name="(2,3,2): points").click()
    said = "All of these starts go to minima of one kind."  # points are no border
    expect(room.locator(".headline")).to_have_text(said, timeout=20_000)
