"""Printing: one page with the pictures, the headline and the equations, on white."""

import re
from pathlib import Path

import pytest
from browsing import PANELS, opened
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def printed(page: Page, voila_server: str) -> Page:
    return opened(page, f"{voila_server}?colors=dark&preset=staircase")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_handout_is_one_page_and_leaves_nothing_behind(
    printed: Page, paper: str, tmp_path: Path
) -> None:
    for landscape in (False, True):
        path = tmp_path / f"{paper}{landscape}.pdf"
        printed.pdf(path=path, format=paper, landscape=landscape, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) == 1
    assert printed.locator(".handout").count() == 0
    assert printed.locator(".linviz").get_attribute("data-theme") == "dark"


def test_a_handout_has_what_was_on_the_screen_and_no_controls(printed: Page) -> None:
    headline = printed.locator(".said .headline").inner_text()
    printed.emulate_media(media="print")
    for width, height, kind in ((718, 1046, "narrow"), (1046, 718, "wide")):
        printed.set_viewport_size({"width": width, "height": height})
        handout = printed.locator(".handout")
        expect(handout.locator(".headline")).to_have_text(headline)
        expect(handout.locator("math").first).to_be_visible()
        expect(handout.locator(".handout-foot")).to_contain_text("preset=staircase")
        expect(handout.locator(".handout-foot")).to_contain_text("Scenario(dims=")
        pictures = handout.locator(f".handout-{kind} svg")
        assert pictures.count() == len(PANELS)
        for k in range(len(PANELS)):
            box = pictures.nth(k).bounding_box()
            assert box is not None
            assert box["width"] > 150
            assert box["height"] > 80
            assert box["y"] + box["height"] <= height
        shown = printed.locator(".linviz :is(button, input, select, canvas, .timebar)")
        assert not any(one.is_visible() for one in shown.all())
    ink = handout.locator(".headline").evaluate("e => getComputedStyle(e).color")
    assert sum(map(int, re.findall(r"\d+", ink))) < 120
    ids = handout.evaluate("e => [...e.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(ids) == len(set(ids))
    printed.emulate_media(media="screen")
    expect(handout).to_have_count(0)


def test_a_phone_prints_the_pictures_that_it_has_no_room_for_too(
    page: Page, voila_server: str
) -> None:
    phone = opened(page, f"{voila_server}?preset=staircase", 390, 844)
    phone.emulate_media(media="print")
    pictures = phone.locator(".handout-narrow svg")
    expect(pictures).to_have_count(len(PANELS))
    expect(pictures.filter(has_text="ways down")).to_have_count(1)


def test_share_has_an_entry_that_prints(board: Page) -> None:
    board.evaluate("window.print = () => (window.printed = true)")
    board.locator(".open-share").click()
    board.locator('[data-file="print"]').click()
    assert board.evaluate("window.printed")
    expect(board.locator("dialog.share")).to_be_hidden()
