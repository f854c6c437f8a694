"""The element for articles: on a page of another origin, among its own style."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Heard
from playwright.sync_api import Locator, Page, expect
from serving import wait_until

import linviz as lv
from linviz.serve.site.panel import PLAIN, SCRIPT, THREAD, panel_files

MOST = 300_000  # bytes of it and of a stored run, as they stand on any web space
LARGEST = 62_000  # of the runs that fit into that: that of the staircase

ARTICLE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>An article</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width">
<style>
  body { max-width: 46rem; margin: auto; font: 18px Georgia, serif; }
  canvas { border: 9px solid lime } .panel { display: none } button { font-size: 50px !important }
</style>
<script src="SITE/linviz-panel.js"></script>
<p class="panel">Hidden.</p><h2 class="heading">Two of them</h2>
<linviz-panel id="a" scenario="staircase" panels="modes" t="3" colors="light"></linviz-panel>
<linviz-panel id="b" src="SITE/stored/saddle-to-saddle.gz" panels="loss,tree"></linviz-panel>
<linviz-panel id="wrong" scenario="nonsense"></linviz-panel>
"""

STRICT = """<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="icon" href="linviz-panel.js"><title>Files alone are scripts</title>
<script src="linviz-panel.js"></script>
<linviz-panel id="a" scenario="staircase" panels="modes"></linviz-panel>
"""


def test_the_script_is_small_and_is_the_same_each_time() -> None:
    told: dict[str, Any] = {"stored": {}, "presets": [], "python": {}}
    files = panel_files(told)
    assert len(files[SCRIPT]) < MOST - LARGEST
    assert files == panel_files(told)
    assert len(files[PLAIN]) < 500_000
    assert b"onmessage" in files[THREAD]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, for pages of any origin, as a web space serves them; and a strict page."""

    def do_GET(self) -> None:
        if not self.path.startswith("/strict.html"):
            super().do_GET()
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(STRICT.encode())

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def article(built: lv.Site, tmp_path: Path) -> Iterator[str]:
    """Its address; the site is at another origin."""
    servers = [
        http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
        )
        for folder in (built.folder, tmp_path)
    ]
    site, own = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    (tmp_path / "a.html").write_text(ARTICLE.replace("SITE", site), encoding="utf-8")
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"{own}/a.html"
    for server in servers:
        server.shutdown()
        server.server_close()


def shown(root: Locator, path: str) -> Any:
    return root.evaluate(f"root => root.linviz.run.{path}")


def dragged(page: Page, root: Locator) -> None:
    """Drag the first level of the target, and wait for what comes of it."""
    before = root.get_attribute("data-run")
    box = root.locator(".panel-modes .grip").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 12, steps=4)
    page.mouse.up()
    wait_until(lambda: root.get_attribute("data-run") != before, "the run of the drag")


def follows_on_a_slide(page: Page, root: Locator) -> None:
    """Where the page scales the panel, as slides do, a grip stays under the pointer; the keys
    that turn slides are the page's."""
    page.evaluate("document.querySelector('#a').style.transform = 'scale(0.5)'")
    grip = root.locator(".panel-modes .grip").first
    grip.scroll_into_view_if_needed()
    before = grip.bounding_box()
    assert before is not None
    run = root.get_attribute("data-run")
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 24, steps=4)
    wait_until(lambda: abs(top(grip) - before["y"] - 24) < 3, "the grip is under the pointer")
    page.mouse.up()
    wait_until(lambda: root.get_attribute("data-run") != run, "the run of the drag")
    page.evaluate("document.querySelector('#a').style.transform = ''")
    page.evaluate("addEventListener('keydown', ({ key }) => (document.title += ` ${key}`))")
    root.evaluate("root => root.focus()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    assert page.title().endswith("article PageDown")


def top(grip: Locator) -> float:
    box = grip.bounding_box()
    return box["y"] if box else float("nan")


@pytest.mark.long
@pytest.mark.browser
def test_panels_play_and_are_dragged_without_python_and_share_one_when_it_is_needed(
    page: Page, heard: Heard, built: lv.Site, article: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0]))
    page.goto(article)
    first, second = page.locator("#a .linviz"), page.locator("#b .linviz")
    for root in (first, second):
        expect(root).to_have_attribute("data-ready", "true")
        expect(root.locator("header")).to_be_hidden()
    expect(page.locator("#wrong [role=alert]")).to_contain_text("expected a scenario among")
    # neither page changes the other's looks
    expect(first.locator(".panel-modes")).to_be_visible()
    expect(page.locator("p.panel")).to_be_hidden()
    canvas = first.locator("canvas").first
    assert canvas.evaluate("e => getComputedStyle(e).borderTopWidth") == "0px"
    assert first.locator(".play").evaluate("e => getComputedStyle(e).fontSize") != "50px"
    assert (
        page.locator("body > h2").evaluate("e => getComputedStyle(e).fontFamily")
        == "Georgia, serif"
    )
    # time, keys and the hand
    assert first.get_attribute("data-time") == "3"
    first.locator(".scrubber").press("Home")
    expect(first).to_have_attribute("data-time", "0")
    first.locator(".scrubber").press("End")
    levels = list(shown(first, "preview.strengths"))
    dragged(page, first)
    assert shown(first, "preview.strengths")[0] > levels[0]
    follows_on_a_slide(page, first)
    assert not any("/py/" in url for url in asked)
    way = first.locator(".open-linviz")
    way.hover()
    assert "127.0.0.1" in (way.get_attribute("href") or "")
    # what needs Python brings it once, for both
    strength = shown(first, "preview.strengths")[0]
    for root in (first, second):
        root.evaluate("root => root.linviz.page.edits.push('seed', 8)")
        expect(root.locator(".glance")).to_be_visible()
    for root in (first, second):
        wait_until(lambda: shown(root, "form.seed") == 8, "Python's run")  # noqa: B023
        expect(root).to_have_attribute("data-state", "ready")
    assert shown(first, "form.singular_values")[0] == pytest.approx(strength)
    assert shown(second, "form.based_on") == "saddle-to-saddle"
    assert sum("worker.js" in url for url in asked) == 1
    assert sum(url.endswith("linviz.zip.gz") for url in asked) == 1
    assert built.total > 0
    assert heard.errors == []
    # on a phone nothing sticks out
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # where the page's policy forbids other scripts than files, it comes as files
    site = next(url for url in asked if url.endswith("linviz-panel.js")).rpartition("/")[0]
    page.goto(f"{site}/strict.html")
    expect(first).to_have_attribute("data-ready", "true")
    first.locator(".scrubber").press("End")
    dragged(page, first)
    assert any(url.endswith(THREAD) for url in asked)
    refused = [told for told in heard.errors if "Content Security Policy" in told]
    assert heard.errors == refused
    heard.errors.clear()
