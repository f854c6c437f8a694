"""What is stored of the first screen is seen, and moves, before the kernel has answered.

Killed by: a page that waits; a stored screen under a link that asks for another; a second page that
takes the place of the first; edits made meanwhile that are lost; a run that starts anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browsing import moment, played_out, run_id, shown, slider_of
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


# The page does not hear that the way to its kernel is open until it is let in.
HELD = """(() => {
  const let_in = new Promise((resolve) => (window.letIn = resolve));
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, act) {
    const waits = kind === 'open' && this.url.includes('/channels');
    return listen.call(this, kind, waits ? () => let_in.then(act) : act);
  };
})()"""


@contextmanager
def without_kernel(page: Page, url: str) -> Iterator[None]:
    """The page while its kernel is held back; it comes at the end."""
    page.add_init_script(HELD)
    page.goto(url, wait_until="commit")
    yield
    page.evaluate("window.letIn()")


def is_live(page: Page) -> None:
    page.wait_for_selector("#rendered_cells[hidden]", state="attached")
    assert page.locator(".linviz").count() == 1


def test_the_first_screen_moves_before_its_kernel_is_there(page: Page, voila_server: str) -> None:
    with without_kernel(page, voila_server):
        page.wait_for_selector('.linviz[data-ready="true"]')
        assert run_id(page) == 1
        expect(page.locator(".play")).to_have_attribute("aria-label", "Pause")  # it plays
        played_out(page)
        page.locator(".scrubber").press("Home")
        assert moment(page) == 0
        page.evaluate("document.querySelector('.linviz').kept = true")
        slider = page.locator(slider_of("scale"))
        slider.press("ArrowRight")
        value = slider.input_value()
        slider.press("ArrowRight")
        assert page.locator(".linviz").get_attribute("data-state") != "error"
        expect(page.locator(".progress")).to_contain_text("Python is starting")
        page.evaluate("document.querySelector('.linviz').linviz.clock.set(2)")
    is_live(page)
    page.wait_for_function("document.querySelector('.linviz').dataset.run > 1")
    expect(page.locator('.linviz[data-state="ready"]')).to_be_visible()
    page.wait_for_function("!document.querySelector('.linviz').linviz.page.edits.pending")
    assert slider.input_value() != value
    assert shown(page, "form.scale") == pytest.approx(10 ** float(slider.input_value()), rel=0.01)
    assert moment(page) == 2
    assert page.evaluate("document.querySelector('.linviz').kept")
    # and the kernel tells what takes longer of this run, by whatever number it has here
    page.wait_for_function("document.querySelector('.linviz').linviz.run.spectra")


def test_a_link_to_a_lecture_scenario_shows_it_at_once(page: Page, voila_server: str) -> None:
    link = "?preset=staircase&t=2.5&colors=dark&log_time=1"
    with without_kernel(page, f"{voila_server}{link}"):
        page.wait_for_selector('.linviz[data-ready="true"]')
        assert shown(page, "form.preset") == "staircase"
        assert moment(page) == 2.5
        assert page.locator(".linviz").get_attribute("data-theme") == "dark"
        drawn = shown(page, "view.log_time")
        assert drawn is True
        before = run_id(page)
    is_live(page)
    page.wait_for_function("document.querySelector('.linviz').linviz.page.model.isLive()")
    assert run_id(page) == before  # the kernel's run is the one on the screen
    assert moment(page) == 2.5
    page.locator(slider_of("scale")).press("ArrowRight")
    page.wait_for_function("n => document.querySelector('.linviz').dataset.run > n", arg=before)
    assert shown(page, "query").startswith("v=1&preset=staircase")


@pytest.mark.parametrize(
    "query",
    [
        "?dims=3,3,3&singular_values=2,1",
        "?preset=staircase&scale=0.3",
        "?colors=pink",
        "?A=dims=2,2",
    ],
)
def test_another_link_waits_for_its_kernel(page: Page, voila_server: str, query: str) -> None:
    with without_kernel(page, f"{voila_server}{query}"):
        page.wait_for_function("window.linvizFirst")
        page.wait_for_timeout(300)
        assert page.locator(".linviz").count() == 0
        expect(page.locator("#loading")).to_be_visible()
    page.close()
