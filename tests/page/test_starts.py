"""The room of many starts: it computes, stops, goes on, opens a start, and stands in the link."""

import re

import pytest
from browsing import opened
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SMALL = "?room=starts&dims=2,2,2&singular_values=2,1&scale=0.02&seed=3"
ROOM = "document.querySelector('.linviz').linviz.page.starts"


def arrived(page: Page, n: int) -> None:
    page.wait_for_selector(f'.starts[data-starts="{n}"]')


def test_starts_are_counted_predicted_and_opened(page: Page, voila_server: str) -> None:
    opened(page, f"{voila_server}{SMALL}&starts=n100~p80~x9&speed=9")
    notice = page.locator(".notice")  # the rest is open
    expect(notice).to_contain_text("speed= was left out: expected a speed among")
    expect(notice).to_contain_text("'x9' was left out, which this room does not know")
    said, act = page.locator(".starts .headline"), page.locator(".rail .act")
    expect(said).to_contain_text("Theory's slope")  # it stands there before any start has run
    assert page.evaluate(f"{ROOM}.asking.state.study.levels.at(-1).law.total") == pytest.approx(1)
    expect(page.locator(".rail .predict output")).to_have_text("0.087")
    act.click()
    arrived(page, 100)
    page.locator('.rail [data-of="n"] button', has_text="1000").click()
    arrived(page, 1000)
    expect(said).to_contain_text("halve every")
    expect(said).to_contain_text("codimension 1.19 ± 0.16")
    expect(page.locator(".starts .facts")).to_contain_text("fewer than 0.4 % stay (95 %)")
    expect(page).to_have_url(re.compile("room=starts.*starts=n1000"))
    page.locator(".starts .scrubber").focus()
    page.keyboard.press("End")  # it plays no longer
    shares = page.locator(".resting output")
    assert [int(text) for text in shares.all_inner_texts()] == [0, 0, 0, 1000]
    page.locator(".resting button").last.click()  # who came last
    page.wait_for_selector('.linviz[data-place="run"]')
    expect(page.locator(".notice")).to_contain_text(re.compile(r"waits [\d.]+ near \{1\} \| \{2\}"))
    number = int(re.findall(r"Start (\d+)", page.locator(".notice").inner_text())[0])
    page.wait_for_function(
        f"document.querySelector('.linviz').linviz.run.form.seed === {2 + number}"
    )


def test_lines_are_picked_and_another_width_begins_anew(page: Page, voila_server: str) -> None:
    opened(page, voila_server + SMALL)
    arrived(page, 1000)
    page.wait_for_function(f"{ROOM}.lines.state.falling.length === 0")
    frames = page.evaluate(FRAMES)
    print(f"{frames:.0f} frames a second with 1000 lines while time plays")
    canvas = page.locator('[data-pane="lines"] canvas')
    canvas.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".starts .pointed")).to_contain_text("Start")
    picked = page.evaluate(f"{ROOM}.lines.state.picked")
    assert 0 <= picked < 1000
    page.locator('.rail [data-of="width"] button', has_text="3").click()
    page.wait_for_function(f"{ROOM}.asking.state.study?.scenario.dims[1] === 3")
    arrived(page, 1000)
    page.locator("[data-try]", has_text="Balanced").click()
    expect(page.locator(".starts .headline")).to_contain_text("null set")
    assert page.evaluate(f"{ROOM}.others.length") >= 1  # what was there before stays to compare
    page.keyboard.press("Control+z")
    expect(page.locator(".starts .headline")).not_to_contain_text("null set")


FRAMES = """() => new Promise((done) => {
  const times = [];
  const step = (now) => {
    times.push(now);
    if (times.length < 40) return requestAnimationFrame(step);
    done(1000 * (times.length - 1) / (times.at(-1) - times[0]));
  };
  requestAnimationFrame(step);
})"""
