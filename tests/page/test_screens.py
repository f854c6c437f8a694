"""What stands where, and how large: nothing jumps, nothing is cut, all can be read."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from browsing import PANELS, moment, often, opened, shown
from playwright.sync_api import Page, expect

import linviz as lv
from linviz.core.statements.now import telling

pytestmark = pytest.mark.browser

# Sizes of what is written on canvases since they were last cleared, kept beside them.
RECORD = """(() => {
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    const scale = Math.hypot(this.getTransform().a, this.getTransform().b) / devicePixelRatio;
    const size = parseFloat(/([\\d.]+)px/.exec(this.font)[1]) * scale;
    if (String(text).trim()) (this.canvas.sizes ??= []).push([size, String(text)]);
    return fillText.call(this, text, ...place);
  };
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    this.canvas.sizes = [];
    return clearRect.call(this, ...box);
  };
})()"""

# What is written smaller than so many pixels, in elements and on canvases that are seen.
SMALLER = """least => {
  const root = document.querySelector('.linviz'), found = [];
  const seen = e => e.checkVisibility({ visibilityProperty: true })
    && e.getBoundingClientRect().width > 2 && e.getBoundingClientRect().height > 2;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: e, data } = walk.currentNode;
    if (!data.trim() || !seen(e) || e.closest('option, sub, sup, math, header:not(:focus-within)'
      + ':is([data-lecture="true"] *)')) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < least - 0.01) found.push([size, data.trim().slice(0, 40)]);
  }
  for (const canvas of root.querySelectorAll('canvas')) {
    if (seen(canvas)) found.push(...(canvas.sizes ?? []).filter(([size]) => size < least - 0.01));
  }
  return found;
}"""

BOXES = """() => [...document.querySelectorAll('.linviz :is(.panel .picture, .controls, .timebar)')]
  .filter(e => e.checkVisibility()).map(e => {
    const { x, y, width, height } = e.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  })"""


def at(page: Page, share: float) -> None:
    page.evaluate("s => document.querySelector('.linviz').linviz.clock.setPosition(s)", share)


@pytest.mark.parametrize(
    ("width", "height", "query", "least"),
    often(
        (390, 844, "", 16),
        [
            (1920, 1080, "", 14),
            (1280, 800, "", 14),
            (1024, 768, "", 14),
            (390, 844, "", 16),
            (844, 390, "", 14),
            (1920, 1080, "?lecture=1", 28),
        ],
    ),
)
def test_nothing_is_smaller_than_can_be_read(
    page: Page, voila_server: str, width: int, height: int, query: str, least: float
) -> None:
    page.add_init_script(RECORD)
    opened(page, voila_server + query, width, height)
    at(page, 0.25)
    tabs = page.locator(".tabs button:visible")
    for k in range(max(1, tabs.count())):
        if tabs.count() > 0:
            tabs.nth(k).click()
        page.wait_for_timeout(150)
        assert page.evaluate(SMALLER, least) == []
    if query:
        large = page.locator(".headline").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert large >= 44


def test_the_headline_is_that_of_the_moment_and_nothing_jumps(board: Page) -> None:
    run = lv.run(lv.Scenario())
    said_of = telling(run)
    boxes = board.evaluate(BOXES)
    assert len(boxes) == len(PANELS) + 2
    said = set()
    for k in range(25):
        at(board, k / 24)
        words = board.locator(".headline").inner_text()
        t = run.trajectory.t
        told = said_of.at(int(np.searchsorted(t, moment(board), side="right")) - 1).headline
        plain = re.sub("«.*?»", "", "".join(text for text, _ in told))
        assert words.split()[:4] == plain.split()[:4], moment(board)
        said.add(words)
        assert board.evaluate(BOXES) == boxes
    assert len(said) > 5


def test_a_hall_has_short_sentences_and_its_method_on_request(board: Page) -> None:
    board.locator(".open-hall").click()
    for k in range(12):
        at(board, k / 11)
        words = board.locator(".headline").inner_text().split()
        assert 0 < len(words) <= 12, words
    expect(board.locator(".panel:visible")).to_have_count(2)
    for name in ("controls", "budget", "verdict"):
        expect(board.locator(f".{name}")).to_be_hidden()
    board.locator(".open-back").click()
    expect(board.locator(".controls")).to_be_visible()


def test_on_a_phone_the_picture_stays_while_the_controls_move(
    new_page: Callable[..., Page], voila_server: str
) -> None:
    page = opened(new_page(has_touch=True), voila_server, 390, 844)
    picture = page.locator(".panel-loss .picture").bounding_box()
    bar = page.locator(".timebar").bounding_box()
    assert picture is not None
    assert bar is not None
    assert picture["height"] >= 0.3 * 844
    assert bar["y"] + bar["height"] == pytest.approx(844, abs=1)
    for control in page.locator(".controls :is(button, input, select):visible").all()[::4]:
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box is not None
        assert picture["y"] + picture["height"] <= box["y"] + 1
        assert box["y"] + box["height"] <= bar["y"] + 1
        assert page.locator(".panel-loss .picture").bounding_box() == picture
    for name in PANELS:
        page.locator(f'.tabs [data-tab="{name}"]').tap()
        expect(page.locator(".panel:visible")).to_have_count(1)
        expect(page.locator(f".panel-{name} .picture")).to_be_visible()


def test_on_its_side_a_phone_shows_a_whole_picture(page: Page, voila_server: str) -> None:
    opened(page, voila_server, 844, 390)
    picture = page.locator(".panel-loss .picture").bounding_box()
    bar = page.locator(".timebar").bounding_box()
    assert picture is not None
    assert bar is not None
    assert picture["height"] >= 180
    assert picture["y"] >= 0
    assert picture["y"] + picture["height"] <= bar["y"] + 1
    assert bar["y"] + bar["height"] <= 391
    thumb, lane = (
        page.locator(f".timebar .{name}").first.bounding_box() for name in ("scrubber", "lane")
    )
    assert thumb is not None
    assert lane is not None
    assert abs(thumb["y"] + thumb["height"] / 2 - lane["y"] - lane["height"] / 2) <= 1
    page.evaluate("document.querySelector('.linviz').linviz.view.set({ room: 'space' })")
    expect(page.locator(".stage canvas").first).to_be_visible()
    assert page.locator(".stage").first.evaluate(STANDS_OVER_THE_BAR)
    page.evaluate("document.querySelector('.linviz').linviz.view.set({ room: 'run' })")
    page.locator(".draw").scroll_into_view_if_needed()
    page.locator(".draw").click()
    page.wait_for_function("() => document.querySelector('.linviz').linviz.run.form.seed === 4")
    assert shown(page, "form.seed") == 4


# The picture of a room, between its header and its time bar.
STANDS_OVER_THE_BAR = """e => {
  const box = e.getBoundingClientRect(), bar = e.closest('.space').querySelector('.timebar');
  return box.height > 120 && box.bottom <= bar.getBoundingClientRect().top + 1;
}"""

# Pairs of texts of the head that lie upon each other, and what is cut off.
TOUCHING = """() => {
  const texts = [...document.querySelectorAll(
    '.linviz :is(.name, .doors button, .headline, .facts, .titles h2, .more, .equations,'
    + ' .slider > label)')]
    .filter(e => e.checkVisibility() && e.textContent.trim())
    .map(e => [e, e.getBoundingClientRect()]);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const pairs = texts.flatMap(([e, a], i) => texts.slice(i + 1)
    .filter(([f, b]) => meet(a, b) && !e.contains(f))
    .map(([f]) => e.className + ' ' + f.className));
  const cut = texts.filter(([e]) => e.scrollWidth > e.clientWidth + 1
    && !e.matches('.facts')).map(([e]) => e.outerHTML.slice(0, 80));
  return [...pairs, ...cut];
}"""


@pytest.mark.parametrize("family", ["DejaVu Sans", "Liberation Sans", "serif"])
def test_other_fonts_overlap_nothing(board: Page, family: str) -> None:
    for width, height in ((1920, 1080), (1280, 800), (390, 844)):
        board.set_viewport_size({"width": width, "height": height})
        board.evaluate("f => document.querySelector('.linviz').style.fontFamily = f", family)
        for share in (0.1, 0.25, 0.6, 1):
            at(board, share)
            assert board.evaluate(TOUCHING) == [], (width, share)
    board.evaluate("document.querySelector('.linviz').style.fontFamily = ''")
