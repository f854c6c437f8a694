"""What the tests share: a deterministic hypothesis, a running `linviz` and a browser."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

settings.register_profile("linviz", derandomize=True, deadline=None)
settings.load_profile("linviz")

ROOT = Path(__file__).parent.parent
SECONDS = 60  # no step takes longer, on a slow machine too
PANELS = ("loss", "modes", "network", "invariants", "hessian", "matrices")

# what keeps Chromium from calling home, and what a container asks of it
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # every other host is unknown. Stopping requests in Playwright instead would hold back the
    # last one of a page that is being left, which ends its kernel.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Poll, and fail in words."""
    end = time.monotonic() + SECONDS
    while not happened():
        if time.monotonic() > end:
            pytest.fail(f"after {SECONDS} s: {what}")
        time.sleep(0.05)


@dataclass
class Server:
    """A running `linviz` command."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        found = re.search(r"http://\S+/", self.log.read_text())
        return found[0] if found else ""

    def kernels(self) -> set[int]:
        """Process ids of its kernels."""
        found = set()
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "ipykernel_launcher" in process.cmdline():
                    found.add(process.pid)
        return found

    def stop(self, signum: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signum)
        return self.process.wait(SECONDS)


@pytest.fixture(scope="session")
def start_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., AbstractContextManager[Server]]:
    """`with start_server("--no-preheat") as server:` runs the command with these options.

    It has to end well; a traceback is expected where the test says that something `fails`.
    """

    @contextlib.contextmanager
    def start(*options: str, fails: bool = False) -> Iterator[Server]:
        log = tmp_path_factory.mktemp("linviz") / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "linviz", "--no-browser", *options],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(process, log)
        try:
            wait_until(
                lambda: server.url != "" or process.poll() is not None, "linviz printed no address"
            )
            assert server.url, log.read_text()
            yield server
        finally:
            code = server.stop()
        assert code == 0, log.read_text()
        text = log.read_text()
        # what the kernel's own machinery says when it is ended in mid-message is not the server's
        said = text.split("Traceback (most recent call last)")[1:]
        told = any("/ipykernel/" not in part for part in said)
        assert told == fails, text

    return start


@pytest.fixture(scope="session")
def voila_server(start_server: Callable[..., AbstractContextManager[Server]]) -> Iterator[str]:
    """The address of one dashboard server for the whole session."""
    # a closed context sends no beacon: the kernels of many tests wait for their culling
    with start_server("--max-pages", "400") as server:
        yield server.url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running, others start their own."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole session."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        message = "no Chromium found; install the Debian package chromium to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Heard:
    """What a page complained of, and whom else it asked.

    Asserted empty at the end of every test; a test that provokes an error clears it.
    """

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def new_page(chromium: Browser, heard: Heard) -> Iterator[Callable[..., Page]]:
    """`new_page(reduced_motion="reduce")` is a tab in a context of its own with these options.

    Other hosts are out of reach, and who asks one is told.
    """
    contexts = []

    def note(url: str) -> None:
        if re.match(r"(http|ws)s?:", url) and urlsplit(url).hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            heard.foreign.append(url)

    def new(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        contexts.append(context)
        context.set_default_timeout(1000 * SECONDS)
        page = context.new_page()
        page.on("request", lambda request: note(request.url))
        page.on("websocket", lambda websocket: note(websocket.url))
        page.on("pageerror", lambda error: heard.errors.append(str(error)))
        page.on(
            "console",
            lambda message: heard.errors.append(message.text) if message.type == "error" else None,
        )
        return page

    yield new
    for context in contexts:
        context.close()
    assert heard.foreign == []
    assert heard.errors == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A tab of a laptop's size."""
    return new_page()


@pytest.fixture
def board(page: Page, voila_server: str) -> Page:
    """The dashboard on its default scenario."""
    return opened(page, voila_server)


# ---------------------------------------------------------------- what is done in a page


def opened(page: Page, url: str, width: int = 1280, height: int = 800) -> Page:
    """The page at this address, once it is ready."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url)
    page.wait_for_selector('.linviz[data-ready="true"]')
    return page


def run_id(page: Page) -> int:
    return int(page.locator(".linviz").get_attribute("data-run") or 0)


def moment(page: Page) -> float:
    """The time that the page shows."""
    return float(page.locator(".linviz").get_attribute("data-time") or "nan")


def shown(page: Page, path: str) -> Any:
    """A value of the run that the page holds."""
    return page.evaluate(
        f"""() => JSON.parse(JSON.stringify(document.querySelector('.linviz').linviz.run.{path},
        (key, value) => ArrayBuffer.isView(value) ? [...value] : value))"""
    )


def after(page: Page, action: Callable[[], object]) -> None:
    """Do something and wait for the run that follows."""
    before = run_id(page)
    action()
    page.wait_for_function(
        "n => Number(document.querySelector('.linviz').dataset.run) > n", arg=before
    )


def typed(page: Page, selector: str, text: str) -> None:
    page.locator(selector).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def number_of(field: str, index: str = "") -> str:
    position = f'[data-index="{index}"]' if index else ""
    return f'input[type="number"][data-field="{field}"]{position}'


def slider_of(field: str, index: str = "") -> str:
    return number_of(field, index).replace("number", "range")


def canvas_of(name: str) -> str:
    """Where the picture of a panel is, before plotly takes over."""
    layer = "canvas" if name in ("network", "matrices") else ".base"
    return f".panel-{name} .picture {layer}"


def colors(page: Page, selector: str) -> int:
    """How many different colors a canvas shows: a blank one shows one."""
    return page.evaluate(
        """selector => {
          const canvas = document.querySelector(selector);
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        selector,
    )


def sticking_out(page: Page) -> list[str]:
    """What is wider than the window: the page's frames, and what is cut off in them."""
    return page.evaluate(
        """() => {
          const root = document.querySelector('.linviz'), wide = [];
          for (let e = root; e; e = e.parentElement) {
            if (e.scrollWidth > innerWidth) wide.push(e.tagName + '.' + e.className);
          }
          const inside = [...root.querySelectorAll('button, input, select, p, h2, .picture')];
          const out = inside.filter(e => e.checkVisibility()
            && e.getBoundingClientRect().right > innerWidth + 0.5);
          return [...wide, ...out.map(e => e.outerHTML.slice(0, 100))];
        }"""
    )
