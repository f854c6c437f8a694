"""What the tests share: a deterministic hypothesis, a running `linviz` and a browser."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from serving import ROOT, SECONDS, Server, wait_until

if TYPE_CHECKING:  # a run without a browser does not load what drives one
    from browsing import Board, Heard
    from playwright.sync_api import Browser, Page

settings.register_profile("linviz", derandomize=True, deadline=None)
settings.load_profile("linviz")


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


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """The whole suite runs on every core, where pytest-xdist is installed; but not what takes
    long, crowds and costs told beforehand among it, which has the machine to itself."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not (
        whole
        and "not long" in config.option.markexpr
        and config.pluginmanager.hasplugin("xdist")
        and not hasattr(config, "workerinput")
        and config.option.numprocesses is None
        and not (config.option.usepdb or config.option.collectonly)
    ):
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # of each: together they fill the machine
    config.option.numprocesses = min(len(os.sched_getaffinity(0)), 4)
    config.option.dist = "loadgroup"
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running, others start their own.

    A file stays with one process, which shares its servers and pages.
    """

    def drives(item: pytest.Item) -> bool:
        return "chromium" in getattr(item, "fixturenames", ())

    items.sort(key=drives)
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{drives(item)}"))


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
    from browsing import CHROMIUM_FLAGS
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * SECONDS)  # a busy machine takes longer than the usual 5 s
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def heard() -> Heard:
    from browsing import Heard

    return Heard()


def listened(browser: Browser, heard: Callable[[], Heard], **options: Any) -> Page:
    """A tab in a context of its own; other hosts are out of reach, and who asks one is told."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    context.set_default_timeout(1000 * SECONDS)

    def note(url: str) -> None:
        if re.match(r"(http|ws)s?:", url) and urlsplit(url).hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            heard().foreign.append(url)

    page = context.new_page()
    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda websocket: note(websocket.url))
    page.on("pageerror", lambda error: heard().errors.append(str(error)))
    page.on(
        "console",
        lambda message: heard().errors.append(message.text) if message.type == "error" else None,
    )
    return page


@pytest.fixture
def new_page(chromium: Browser, heard: Heard) -> Iterator[Callable[..., Page]]:
    """`new_page(reduced_motion="reduce")` is a tab in a context of its own with these options."""
    pages = []

    def new(**options: Any) -> Page:
        pages.append(listened(chromium, lambda: heard, **options))
        return pages[-1]

    yield new
    for page in pages:
        page.context.close()
    assert heard.foreign == []
    assert heard.errors == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A tab of a laptop's size."""
    return new_page()


@pytest.fixture
def fresh_board(page: Page, voila_server: str) -> Page:
    """The dashboard on its default scenario, opened for one test."""
    from browsing import opened

    return opened(page, voila_server)


@pytest.fixture(scope="module")
def lasting_board(chromium: Browser, voila_server: str) -> Iterator[tuple[Board, list[Heard]]]:
    """The dashboard opened once for the tests of a module, and what it is heard to say."""
    from browsing import Board, Heard

    now = [Heard()]
    page = listened(chromium, lambda: now[-1])
    yield Board(page, voila_server), now
    page.context.close()
    assert now == [Heard()]  # what it said between two tests counts too


@pytest.fixture
def board(lasting_board: tuple[Board, list[Heard]], heard: Heard) -> Iterator[Page]:
    """The dashboard on its default scenario, put back to it after the test before."""
    board, now = lasting_board
    page = board.anew()
    now.append(heard)
    yield page
    now.pop()
    assert heard.foreign == []
    assert heard.errors == []
