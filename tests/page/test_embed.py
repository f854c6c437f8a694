"""The page within another: a frame of the served page."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PANELS, Heard, opened
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, for pages of any origin, as a web space serves them."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the origin from which it is served."""
    handler = lambda *given: Quiet(*given, directory=str(tmp_path))  # noqa: E731
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_embedded_page_is_its_pictures_and_the_time_bar(page: Page, voila_server: str) -> None:
    opened(page, voila_server + "?embed=1&panels=loss,modes&t=2&seed=8", 720, 480)
    root = page.locator(".linviz")
    for part in ("header", ".where", ".controls", ".tabs"):
        expect(root.locator(f"> {part}")).to_be_hidden()
    shown = [name for name in PANELS if root.locator(f".panel-{name}").is_visible()]
    assert shown == ["loss", "modes"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    root.locator(".scrubber").press("End")
    page.wait_for_function("document.querySelector('.linviz').dataset.time > 3")
    way = root.locator(".open-linviz")
    way.hover()
    href = way.get_attribute("href") or ""
    assert "seed=8" in href
    assert "panels=loss,modes" in href
    assert "embed" not in href
    # on a phone one picture at a time, and buttons that choose it
    page.set_viewport_size({"width": 390, "height": 420})
    expect(root.locator(".panel-modes")).to_be_hidden()
    root.locator('[data-tab="modes"]').click()
    expect(root.locator(".panel-modes")).to_be_visible()


@pytest.mark.long
def test_pages_that_were_named_may_frame_it_and_no_others(
    page: Page, heard: Heard, elsewhere: tuple[Path, str], start_server
) -> None:
    folder, origin = elsewhere
    with start_server("--no-preheat", "--frame-from", origin) as server:
        frame = f'<iframe src="{server.url}?embed=1" width="720" height="480"></iframe>'
        text = frame.replace("<iframe", '<iframe referrerpolicy="origin"')
        (folder / "a.html").write_text(f"<!doctype html><title>A course</title>{text}")
        page.goto(f"{origin}/a.html")
        inner = page.frame_locator("iframe")
        expect(inner.locator('.linviz[data-ready="true"][data-embed="true"]')).to_be_visible()
        inner.locator(".scrubber").press("Home")
        expect(inner.locator(".linviz")).to_have_attribute("data-time", "0")
        known = server.kernels()
        # another origin: the same files under another name of this computer
        page.goto(f"{origin}/a.html".replace("127.0.0.1", "localhost"))
        expect(inner.locator("h1")).to_contain_text("is blocked")
        assert server.kernels() <= known  # that of the page that was left may have gone
    assert any("frame-ancestors" in error for error in heard.errors)
    heard.errors.clear()
