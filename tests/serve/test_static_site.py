"""The page as a folder of files, in Chromium: stored, then alive, with the real Python in it."""

import contextlib
import functools
import http.server
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from browsing import Heard, shown
from playwright.sync_api import Page, expect
from probe import PROBE, compared, measured
from serving import wait_until

import linviz as lv
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import run
from linviz.panels.link import read_link
from linviz.serve.site import build, bytecode
from linviz.serve.site.panel import PLAIN, SCRIPT, THREAD

LIVES = 60_000  # ms in which Python is there, on a busy machine

pytestmark = [pytest.mark.long, pytest.mark.browser]


class Space(http.server.SimpleHTTPRequestHandler):
    """A web space that has the site under /project/, as GitHub Pages does.

    Under /deaf/ the browser cannot suspend WebAssembly; under /probe/ the worker computes what a
    test asks for.
    """

    def do_GET(self) -> None:
        _, place, *rest = urlsplit(self.path).path.split("/")
        if (place, rest) == ("probe", [""]):
            self._send("<!doctype html><link rel=icon href=data:,><title>probe</title>", "html")
        elif rest == ["worker.js"] and place in ("deaf", "probe"):
            self._send(self._worker(place), "javascript")
        else:
            super().do_GET()

    def _worker(self, place: str) -> str:
        text = Path(self.directory, "worker.js").read_text(encoding="utf-8")
        if place == "deaf":
            return f"delete WebAssembly.Suspending;\n{text}"
        before, setup, after = re.split(r"(?<=const SETUP = `)([^`]*)", text)
        assert "Worker" in setup
        return before + PROBE + after

    def _send(self, text: str, kind: str) -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"text/{kind}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def translate_path(self, path: str) -> str:
        return super().translate_path(re.sub("^/(project|deaf|probe)/", "/", path))

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def space(built: lv.Site) -> Iterator[str]:
    with web_space(built.folder) as address:
        yield address


@contextlib.contextmanager
def web_space(folder: Path) -> Iterator[str]:
    """Address of a web space that has these files."""
    handler = functools.partial(Space, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector('.linviz[data-ready="true"]')
    page.evaluate("document.querySelector('.linviz .rest').open = true")
    return page


def until(page: Page, words: str) -> None:
    """Wait for what is true of the run shown; its policy lets nobody evaluate text in the page."""
    wait_until(
        lambda: page.evaluate(f"document.querySelector('.linviz').linviz.run.{words}"), words
    )


def after(page: Page, act: Callable[[], object]) -> None:
    """Do something, and wait for the run that it brings."""
    before = page.locator(".linviz").get_attribute("data-run")
    act()
    page.wait_for_selector(f'.linviz:not([data-run="{before}"])[data-state="ready"]', timeout=LIVES)


def changed(page: Page, field: str, value: object) -> None:
    """Type a value, and wait for the run that it brings."""

    def act() -> None:
        page.fill(f'input[data-field="{field}"]', str(value))
        page.keyboard.press("Enter")

    after(page, act)


def stopped(page: Page) -> float:
    """Begin a run of several seconds, stop it; milliseconds until the page says that it is."""
    page.evaluate(
        "document.querySelector('.linviz').linviz.page.edits.open('?dims=64,10,10&data=digits')"
    )
    page.wait_for_selector('.linviz[data-state="running"] .stop', timeout=LIVES)
    time.sleep(0.5)
    took: float = page.evaluate(
        """async () => {
          const root = document.querySelector('.linviz');
          const begun = performance.now();
          root.querySelector('.stop').click();
          const next = (resolve) => setTimeout(resolve, 5);
          const says = () => root.querySelector('.progress-words').textContent;
          const runs = () => root.dataset.state === 'running' && !says().startsWith('Stopped');
          while (runs()) await new Promise(next);
          return performance.now() - begun;
        }"""
    )
    return took


def test_a_site_is_small_and_holds_the_stored_scenarios(built: lv.Site) -> None:
    sizes = dict(built.sizes)
    python = sum(size for name, size in sizes.items() if name.startswith("py/"))
    assert python < 16_500_000
    assert sizes["index.html"] < 600_000
    assert {f"stored/{name}.gz" for name in LECTURE} <= set(sizes)
    assert "python -m http.server" in built.words


def test_the_same_input_gives_the_same_bytes(built: lv.Site, tmp_path: Path) -> None:
    other = lv.site(
        tmp_path, pyodide=built.folder.parent / "pyodide", title="A course", offline=True
    )
    differ = [
        name
        for name, _ in built.sizes
        if (built.folder / name).read_bytes() != (tmp_path / name).read_bytes()
    ]
    assert (other.sizes, differ) == (built.sizes, [])


def test_a_site_shows_a_stored_run_then_lives(page: Page, space: str) -> None:
    opened(page, f"{space}/project/")
    assert page.title() == "A course"
    first = page.evaluate("performance.now()")
    changed(page, "seed", 8)
    print(
        f"first picture {first:.0f} ms after opening, at most; live after "
        f"{page.evaluate('performance.now()'):.0f} ms"
    )
    assert shown(page, "form.seed") == 8
    native = run(lv.Scenario(seed=8))
    told = page.evaluate("Array.from(document.querySelector('.linviz').linviz.run.t).at(-1)")
    assert told == pytest.approx(native.trajectory.t[-1], rel=0.05)
    begun = time.monotonic()
    page.locator(".rooms button", has_text="Many starts").click()
    page.wait_for_selector('.starts[data-starts="1000"]', timeout=LIVES)
    print(f"1000 starts of the default in the browser: {time.monotonic() - begun:.1f} s")
    expect(page.locator(".rail")).to_contain_text("1000 starts of the default take some seconds")
    # what is stored of a lecture scenario is opened, and gone on from
    opened(page, f"{space}/project/?preset=saddle-to-saddle")
    assert shown(page, "form.preset") == "saddle-to-saddle"
    changed(page, "seed", 5)
    assert (shown(page, "form.based_on"), shown(page, "form.seed")) == ("saddle-to-saddle", 5)
    # a link of any other kind; and back
    opened(page, f"{space}/project/?dims=4,3,3&singular_values=3,1,0.5&scale=0.3&seed=4&t=2")
    assert shown(page, "dims") == [4, 3, 3]
    changed(page, "seed", 5)
    after(page, lambda: page.locator("button.undo").first.click())
    assert shown(page, "form.seed") == 4
    page.locator(".freeze").click()
    until(page, "kept !== null")
    changed(page, "seed", 9)
    assert page.locator(".compare").inner_text() != ""
    page.locator(".open-theory").click()
    page.wait_for_selector(".theory .verdict")


def test_files_go_in_and_out_and_stay_here(page: Page, space: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: request.method != "GET" and sent.append(request.url))
    opened(page, f"{space}/deaf/")
    page.select_option('select[data-field="data"]', "file")
    assert "never leaves your browser" in page.locator(".upload .hint").inner_text()
    rows = "\n".join(f"{k},{k * k % 7},{3 * k % 5}" for k in range(30))
    file = {"name": "own.csv", "mimeType": "text/csv", "buffer": f"a,b,y\n{rows}\n".encode()}
    after(page, lambda: page.locator('input[type="file"]').set_input_files([file]))
    assert shown(page, "form.file.name") == "own.csv"
    stopped(page)
    # a Python that is begun anew knows the file, and goes on with what is shown
    changed(page, "seed", 6)
    assert (shown(page, "form.file.name"), shown(page, "form.seed")) == ("own.csv", 6)
    page.locator(".open-share").click()
    begins = {"npz": b"PK", "csv": b"PK", "json": b"{", "html": b"<!doctype html>"}
    for what, first in begins.items():
        with page.expect_download(timeout=LIVES) as waiting:
            page.locator(f'[data-file="{what}"]').click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(first)
        if what == "npz":
            with np.load(BytesIO(content)) as arrays:
                assert arrays["loss"][-1] <= arrays["loss"][0]
    for what, first in {"loss-png": b"\x89PNG", "loss-svg": b"<"}.items():
        with page.expect_download() as waiting:
            page.locator(f'[data-file="{what}"]').click()
        assert Path(waiting.value.path()).read_bytes().startswith(first)
    assert "lv.Scenario" in page.locator("dialog .code").inner_text()
    assert sent == []


@pytest.mark.parametrize("place", ["project", "deaf"])
def test_a_run_stops_within_half_a_second(page: Page, space: str, place: str) -> None:
    opened(page, f"{space}/{place}/")
    changed(page, "seed", 8)
    page.locator(".freeze").click()
    until(page, "kept !== null")
    page.evaluate("document.querySelector('.linviz').linviz.view.set({log_loss: true})")
    until(page, "view.log_loss")
    before = shown(page, "query")
    took = stopped(page)
    print(f"stopped after {took:.0f} ms ({place})")
    assert took < 500
    if place == "deaf":  # the last picture stands, with all that belongs to it
        assert "starts anew" in page.locator(".notice p").inner_text()
        assert shown(page, "query") == before
        changed(page, "seed", 9)
        assert shown(page, "form.seed") == 9
        assert shown(page, "kept") == before
        assert shown(page, "view.log_loss")


def test_a_narrow_page_fetches_python_only_when_it_is_needed(
    new_page: Callable[..., Page], space: str
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    asked: list[str] = []
    page.on(
        "request",
        lambda request: request.url.startswith("http") and asked.append(urlsplit(request.url).path),
    )
    opened(page, f"{space}/project/")
    page.select_option('select[data-field="preset"]', "saddle-to-saddle")
    until(page, "form.preset === 'saddle-to-saddle'")
    assert asked == ["/project/", "/project/stored/saddle-to-saddle.gz"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # what the page writes of it into the address opens it anew, as it was shown
    page.evaluate("document.querySelector('.linviz').linviz.view.set({log_loss: true})")
    page.wait_for_url("**/*log_loss=1*")
    opened(page, page.url)
    assert shown(page, "view.log_loss")
    assert {path.split("/")[2] for path in asked} <= {"", "stored"}
    drags_without_python(page)
    assert {path.split("/")[2] for path in asked} <= {"", "stored"}
    changed(page, "seed", 7)
    assert "/project/py/pyodide.asm.wasm.gz" in asked
    assert (shown(page, "form.based_on"), shown(page, "form.seed")) == ("saddle-to-saddle", 7)


def drags_without_python(page: Page) -> None:
    """What the preview answers stays here: the link says it, and it is taken back."""
    page.locator('[data-tab="modes"]').click()
    grip = page.locator(".panel-modes .grip").first
    grip.focus()
    first = shown(page, "form.singular_values")
    page.keyboard.press("ArrowDown")
    until(page, f"form.singular_values[0] < {first[0]}")
    page.wait_for_selector('.linviz[data-state="ready"]')
    moved = shown(page, "form.singular_values")
    said = ",".join(f"{value:g}" for value in moved)
    wait_until(lambda: f"singular_values={said}&" in page.url, "the link says it")
    page.locator("button.undo").first.click()
    until(page, f"form.singular_values[0] === {first[0]}")


def test_the_second_visit_needs_no_network(
    page: Page, new_page: Callable[..., Page], heard: Heard, built: lv.Site
) -> None:
    phone = new_page(viewport={"width": 390, "height": 844})
    own = {"offline.js", SCRIPT, PLAIN, THREAD}  # no part of the page
    files = {name.removesuffix("index.html") for name, _ in built.sizes} - own
    stored = {name for name in files if not name.startswith("py/")}
    with web_space(built.folder) as space:
        for visitor, expected in ((page, files), (phone, stored)):
            opened(visitor, f"{space}/project/")
            wait_until(lambda: kept(visitor) >= expected, "its files are kept")  # noqa: B023
        assert not {name for name in kept(phone) if name.startswith("py/")}
    # nobody is there any more
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{space}/project/")
    opened(page, f"{space}/project/index.html?preset=saddle-to-saddle")
    changed(page, "seed", 9)
    assert (shown(page, "form.based_on"), shown(page, "form.seed")) == ("saddle-to-saddle", 9)
    page.goto(f"{space}/project/lectures/07-one-hidden-layer.html")
    frame = page.frame_locator("iframe")
    expect(frame.locator('.linviz[data-ready="true"]')).to_have_attribute("data-state", "ready")
    # where Python was not needed, it is what is missing
    opened(phone, f"{space}/project/")
    phone.select_option('select[data-field="preset"]', "saddle-to-saddle")
    until(phone, "form.preset === 'saddle-to-saddle'")
    phone.evaluate("document.querySelector('.linviz').linviz.page.edits.push('seed', 9)")
    expect(phone.locator(".notice p")).to_contain_text("no network")
    expect(phone.locator(".notice p")).to_contain_text("The stored scenarios still work")
    assert [told for told in heard.errors if "net::ERR_" not in told] == []
    heard.errors.clear()


def kept(page: Page) -> set[str]:
    """What the browser keeps of the site, by name."""
    urls = page.evaluate(
        "async () => (await (await caches.open('linviz')).keys()).map(({ url }) => url)"
    )
    return {urlsplit(url).path.removeprefix("/project/") for url in urls}


def test_code_is_compiled_once_where_it_was_not(
    page: Page, built: lv.Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (build, bytecode):
        monkeypatch.setattr(module, "compiler", lambda: None)
    lv.site(tmp_path, pyodide=built.folder.parent / "pyodide")
    with web_space(tmp_path) as space:
        times = []
        for seed in (8, 9):
            opened(page, f"{space}/project/")
            changed(page, "seed", seed)
            times.append(page.evaluate("performance.now()"))
            wait_until(lambda: page.evaluate(KEPT) > 1_000_000, "no byte code was kept")
    print(f"live after {times[0]:.0f} ms, then {times[1]:.0f} ms")


KEPT = """async () => {
  const kept = await (await caches.open('linviz-code')).match('/project/py/code');
  return kept ? (await kept.blob()).size : 0;
}"""


def test_every_lecture_scenario_is_as_native_python_has_it(
    page: Page, space: str, built: lv.Site
) -> None:
    page.goto(f"{space}/probe/")
    told = json.loads(
        (built.folder / "index.html").read_text().split('id="linviz-site">')[1].split("<")[0]
    )
    page.evaluate(
        """(site) => new Promise((resolve, reject) => {
          const worker = new Worker('worker.js');
          const waiting = [];
          window.python = (code) => new Promise((done) => {
            waiting.push(done);
            worker.postMessage({ text: code, buffers: [] });
          });
          worker.onmessage = ({ data }) => {
            if (data.failed) reject(new Error(data.failed));
            else if (data.text) waiting.shift()(JSON.parse(data.text));
            else if (data.asks) { worker.postMessage({ state: {}, buffers: [] }); resolve(); }
          };
          worker.postMessage({ files: site.python, compiled: site.compiled });
        })""",
        told,
    )
    # nothing that the core imports was left out of numpy and scipy
    assert page.evaluate("window.python(JSON.stringify(['linviz.core', null]))") == []
    page.evaluate("window.python(JSON.stringify(['invariants', null]))")
    measured(lv.presets["invariants"])
    ratios = {}
    for name in LECTURE:
        here = measured(read_link(f"preset={name}").scenario)
        there = page.evaluate("(asked) => window.python(JSON.stringify(asked))", [name, here["t"]])
        assert compared(here, there) == [], name
        ratios[name] = there["seconds"] / here["seconds"]
        print(
            f"{name}: {here['seconds'] * 1e3:.0f} ms, in the browser {ratios[name]:.1f} times that"
        )
