"""Sharing in the browser: links, code, files, the page as one file, and the run kept as A."""

import base64
import functools
import io
import json
import operator
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from browsing import PANELS, Heard, after, moment, often, opened, run_id, shown, time_menu, typed
from browsing import number_of as box
from playwright.sync_api import Page, expect

import linviz as lv

pytestmark = pytest.mark.browser

MOVE_TO = "t => document.querySelector('.linviz').linviz.clock.set(t)"


@pytest.fixture(scope="module")
def cold_server(start_server) -> Iterator[str]:
    """A server that keeps no kernel ready."""
    with start_server("--no-preheat") as server:
        yield server.url


def screen(page: Page) -> dict[str, Any]:
    """What a reader sees: scenario, numbers, moment, axes, panels, controls and looks."""
    return page.evaluate(
        """() => {
          const root = document.querySelector('.linviz'), { run, clock, view } = root.linviz;
          const { id, t, ...look } = view.now;
          const seen = (selector, name) => [...root.querySelectorAll(selector)]
            .filter(e => e.checkVisibility()).map(name);
          return {
            query: run.query, kept: run.kept, loss: [...run.loss], look, words: run.words,
            t: Number(clock.t.toPrecision(6)), moment: root.querySelector('.moment').textContent,
            axes: run.pictures.loss.panes[0].x.scale + run.pictures.loss.panes[0].y.scale,
            panels: seen('.panel', e => e.className),
            controls: seen('.controls [data-field]', e =>
              [e.dataset.field, e.dataset.index, e.value, e.checked].join()),
            matrices: root.querySelector('.panel-matrices select').value,
            speed: root.querySelector('.speed').value,
            theme: root.dataset.theme, lecture: root.dataset.lecture,
            compare: root.querySelector('.compare').textContent,
          };
        }"""
    )


def address(page: Page, part: str) -> None:
    """Wait until the address bar says this."""
    page.wait_for_function("part => location.search.includes(part)", arg=part)


def shared(page: Page, what: str) -> str:
    """The link or the code of the Share dialog."""
    page.locator(".open-share").press("Enter")  # in a lecture hall no pointer finds it
    dialog = page.locator("dialog.share")
    if what == "link":
        text = dialog.locator(".link").input_value()
    else:
        text = dialog.locator(".code").text_content() or ""
    page.keyboard.press("Escape")
    return text


def arranged(page: Page) -> None:
    """A screen on which everything that a link carries is other than usual."""
    after(page, lambda: page.locator('[data-field="rule"]').select_option("orthogonal"))
    after(page, lambda: typed(page, box("scale"), "0.05"))
    page.locator(".freeze").click()
    expect(page.locator(".compare")).to_be_visible()
    after(page, lambda: page.locator(".draw").click())
    page.locator(".panel-loss .more").click()
    page.locator('[data-view="log_loss"]').check()
    page.wait_for_function("() => document.querySelector('.linviz').linviz.run.view.log_loss")
    page.locator(".panel-matrices .more").click()
    page.locator(".panel-matrices select").select_option("invariants")
    page.keyboard.press("Escape")
    time_menu(page)
    page.locator(".speed").select_option("2")
    page.locator(".open-view").click()
    dialog = page.locator("dialog.look")
    dialog.locator(".lecture").check()
    dialog.locator(".theme").select_option("dark")
    dialog.locator('[data-panel="hessian"]').uncheck()
    for name in ("widths", "beside"):
        dialog.locator(f'[data-control="{name}"]').uncheck()
    page.keyboard.press("Escape")
    page.evaluate(MOVE_TO, 4.25)


# ---------------------------------------------------------------- links


def test_a_link_is_the_screen_reloaded_and_opened_elsewhere(
    fresh_board: Page, new_page: Callable[..., Page], cold_server: str
) -> None:
    assert urlsplit(fresh_board.url).query == ""  # the plain address stays plain
    arranged(fresh_board)
    address(fresh_board, "t=4.25")
    query = parse_qs(urlsplit(fresh_board.url).query)
    expected = {
        "rule": "orthogonal", "scale": "0.05", "seed": "4", "log_loss": "1", "t": "4.25",
        "lecture": "1", "colors": "dark", "matrices": "invariants", "speed": "2",
        "hidden": "widths,beside", "panels": "loss,tree,modes,invariants,matrices",
    }  # fmt: skip
    assert {name: query[name] for name in expected} == {n: [v] for n, v in expected.items()}
    assert "seed=3" in query["A"][0]
    link = shared(fresh_board, "link")
    assert link == fresh_board.url
    before = screen(fresh_board)
    assert "From A to B" in before["compare"]

    fresh_board.add_init_script(
        """window.written = [];
        const write = history.replaceState;
        history.replaceState = function (...given) {
          window.written.push(given[2]);
          return write.apply(this, given);
        };"""
    )
    fresh_board.reload()  # preheated
    fresh_board.wait_for_selector('.linviz[data-ready="true"]')
    assert screen(fresh_board) == before
    fresh_board.wait_for_function("link => location.href === link", arg=link)
    # not even for a moment: who reloads then would lose the screen
    written = fresh_board.evaluate("() => window.written.filter((url) => url?.includes('dims='))")
    assert {urlsplit(url).query for url in written} <= {urlsplit(link).query}
    fresh = opened(new_page(), cold_server + "?" + urlsplit(link).query)
    assert screen(fresh) == before


def test_the_address_follows_and_moments_leave_no_trail(fresh_board: Page) -> None:
    after(fresh_board, lambda: typed(fresh_board, box("seed"), "11"))
    address(fresh_board, "seed=11")
    trail = fresh_board.evaluate("history.length")
    fresh_board.locator(".scrubber").focus()
    fresh_board.keyboard.press("Home")
    address(fresh_board, "t=0")
    fresh_board.keyboard.press("End")
    fresh_board.wait_for_function("() => !/[?&]t=/.test(location.search)")
    assert fresh_board.evaluate("history.length") == trail


@pytest.mark.parametrize(
    ("query", "words"),
    often(
        ("dims=100000,3", "found 100000"),
        [
            ("scale=nan", "expected a number for scale"),
            ("dims=100000,3", "found 100000"),
            ("colors=pink", "expected colors"),
            ("A=rule%3Dwrong", "wrong"),
            ("seed=1&seed=2", "once"),
        ],
    ),
)
def test_a_hostile_link_is_refused_in_words(page, voila_server, query, words) -> None:
    opened(page, voila_server + "?" + query)
    expect(page.locator(".notice")).to_contain_text(words)
    assert (
        shown(page, "query")
        == "v=1&dims=5,5,4,3&singular_values=3,2,1&rule=gaussian&scale=0.1&seed=3"
    )
    after(page, lambda: typed(page, box("seed"), "5"))
    expect(page.locator(".notice")).to_be_hidden()


PAYLOAD = '"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>${window.hurt=1}'
PARTS = ("data", "rule", "colors", "hidden", "t", "A", "milestone", PAYLOAD)


@pytest.mark.parametrize("name", often(PAYLOAD, PARTS), ids=[*PARTS[:-1], "name"])
def test_markup_in_a_link_stays_text(page: Page, voila_server: str, name: str) -> None:
    opened(page, f"{voila_server}?{quote(name)}={quote(PAYLOAD)}")
    expect(page.locator(".notice p")).not_to_be_empty()
    assert page.evaluate("() => window.hurt") is None
    assert page.locator('.linviz img, .linviz script, [src="x"]').count() == 0
    page.locator(".open-share").click()
    assert page.evaluate("() => window.hurt") is None


def test_what_a_link_says_besides_is_told_unless_it_follows_readers(
    page: Page, voila_server: str
) -> None:
    opened(page, voila_server + "?scale=0.2&sede=8&utm_source=mail&utm_source=mail")
    expect(page.locator(".notice")).to_contain_text("sede")
    assert "utm" not in page.locator(".notice").inner_text() + page.url
    assert shown(page, "form.scale") == 0.2


def test_a_link_to_a_file_asks_for_it_and_opens_with_it(board: Page, new_page, voila_server):
    lines = [f"{k % 5},{(k * k) % 7},{k % 3}" for k in range(30)]
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}

    def choose(page: Page) -> None:
        page.locator('[data-field="data"]').select_option("file")
        after(page, lambda: page.locator('input[type="file"]').set_input_files(file))

    choose(board)
    after(board, lambda: typed(board, box("seed"), "8"))
    other = opened(new_page(), shared(board, "link"))
    expect(other.locator(".notice")).to_contain_text("choose that file")
    assert shown(other, "form.data") == "canonical"
    choose(other)
    expect(other.locator(".notice")).to_be_hidden()
    assert shown(other, "form.seed") == 8
    assert shown(other, "query") == shown(board, "query")
    assert shown(other, "loss") == shown(board, "loss")


# ---------------------------------------------------------------- code


def plain(value: Any) -> Any:
    """A message as the page would decode it, in the values that JSON has."""
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape", "data"}:
            return np.frombuffer(value["data"], value["dtype"]).astype(float).tolist()
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def repeated(value: Any, whole: Any) -> Any:
    """With every list where it belongs: one that comes again came as its first place."""
    if isinstance(value, dict):
        if value.keys() == {"same"}:
            return functools.reduce(operator.getitem, value["same"], whole)
        return {name: repeated(item, whole) for name, item in value.items()}
    if isinstance(value, list):
        return [repeated(item, whole) for item in value]
    return value


@pytest.mark.long
def test_the_code_is_the_screen_to_the_last_bit(board: Page) -> None:
    arranged(board)
    code, last = shared(board, "code").rsplit("\n", 1)
    names: dict[str, Any] = {}
    exec(code, names)
    made = eval(last, names)
    whole = "document.querySelector('.linviz').linviz.run"
    told = board.evaluate(
        f"""() => JSON.parse(JSON.stringify({whole},
          (key, value) => ArrayBuffer.isView(value) ? [...value] : value))"""
    )
    told.pop("spectra", None)  # they come in a message of their own
    told["pictures"] = told.pop("made")  # on their own axes; those on the screen may be kept
    again = json.loads(json.dumps(plain(made.run)))
    again["pictures"] = repeated(again["pictures"], again["pictures"])
    look = {"id", "t", "speed", "lecture", "colors", "matrices", "hidden", "panels"}
    for name in look:  # these change in the browser without an answer of the kernel
        told["view"].pop(name)
        again["view"].pop(name)
    assert told.pop("id") > again.pop("id")
    assert again.keys() == told.keys()
    for name in told:
        assert again[name] == told[name], name
    loss = lv.simulate(made.state.scenario).loss
    assert loss.tolist() == told["loss"]


# ---------------------------------------------------------------- files


def saved(page: Page, selector: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(selector).click()
    stem, ending = (
        page.evaluate("document.querySelector('.linviz').linviz.run.stem"),
        r"\.[a-z]{3,4}",
    )
    assert re.fullmatch(rf"{stem}(-[a-z]+)?{ending}", waiting.value.suggested_filename)
    return Path(waiting.value.path()).read_bytes()


def png(page: Page, content: bytes) -> tuple[int, int, int]:
    """Width, height and number of colors of a picture, as a browser decodes it."""
    found: list[int] = page.evaluate(
        """async (data) => {
          const image = new Image();
          image.src = 'data:image/png;base64,' + data;
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.width, image.height];
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
          return [image.width, image.height, new Set(new Uint32Array(pixels.buffer)).size];
        }""",
        base64.b64encode(content).decode(),
    )
    return found[0], found[1], found[2]


def svg(content: bytes) -> tuple[ElementTree.Element, str]:
    text = content.decode()
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "NaN" not in text
    assert "undefined" not in text
    return root, text


def test_the_runs_numbers_can_be_taken_along(board: Page) -> None:
    board.locator(".open-share").click()
    with np.load(io.BytesIO(saved(board, '[data-file="npz"]'))) as arrays:
        np.testing.assert_array_equal(arrays["loss"], shown(board, "loss"))
        np.testing.assert_array_equal(arrays["t"], shown(board, "t"))
    expect(board.locator("dialog.share .copied")).to_contain_text(
        "linviz-5-5-4-3-gaussian-seed3.npz"
    )
    with zipfile.ZipFile(io.BytesIO(saved(board, '[data-file="csv"]'))) as tables:
        assert tables.testzip() is None
        assert len(tables.namelist()) >= 4
        for name in tables.namelist():
            assert len(tables.read(name).decode().splitlines()) >= 2
    told = json.loads(saved(board, '[data-file="json"]'))
    assert lv.__version__ in json.dumps(told)
    assert "gaussian" in json.dumps(told)


def test_every_picture_is_saved_as_png(board: Page) -> None:
    # apart from SVG: of more than ten downloads within a second Chromium drops some
    board.locator(".open-share").click()
    for name in PANELS:
        width, height, different = png(board, saved(board, f'[data-file="{name}-png"]'))
        drawn = board.locator(f".panel-{name} .picture").bounding_box()
        assert drawn is not None
        assert width == pytest.approx(3 * drawn["width"], abs=3)
        assert height > 3 * drawn["height"]
        assert different > 30
    board.keyboard.press("Escape")
    board.locator(".panel-loss .more").click()  # the same from the panel's own menu
    assert png(board, saved(board, ".panel-loss .menu button >> nth=1"))[2] > 30


def test_every_picture_is_saved_as_svg(board: Page) -> None:
    board.evaluate(MOVE_TO, 5.0)
    board.locator(".open-share").click()
    for name in PANELS:
        root, text = svg(saved(board, f'[data-file="{name}-svg"]'))
        drawn = board.locator(f".panel-{name} .picture").bounding_box()
        assert drawn is not None
        width = float(root.attrib["width"].removesuffix("px"))
        assert width == pytest.approx(drawn["width"], abs=1)
        (title, *_) = root.iter("{http://www.w3.org/2000/svg}title")
        heading = board.locator(f".panel-{name} h2").evaluate("h => h.firstChild.textContent")
        assert heading in (title.text or "")
        if name in ("loss", "modes", "invariants"):
            picture = shown(board, f"pictures.{name}")
            for part in (*picture["levels"], *picture["curves"]):
                assert part["line"]["color"].lower() in text.lower(), part["name"]
    board.keyboard.press("Escape")
    board.locator(".panel-loss .more").click()
    svg(saved(board, ".panel-loss .menu button >> nth=2"))


DRAWN_BY_PLOTLY = """() =>
  document.querySelector('.js-plotly-plot').calcdata.at(-1).map(point => point.y)"""


def test_a_picture_is_saved_for_pythons_plotly(
    board: Page, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    board.locator(".panel-loss .more").click()
    path = tmp_path / "loss.html"
    path.write_bytes(saved(board, ".panel-loss .menu button >> nth=3"))
    page = new_page(offline=True)
    page.goto(path.as_uri())
    page.wait_for_selector(".scatterlayer .trace", state="attached")
    drawn = page.evaluate(DRAWN_BY_PLOTLY)
    assert drawn == shown(board, "loss")
    titles = page.locator(".modebar-btn").evaluate_all("b => b.map(x => x.dataset.title ?? '')")
    assert any("Zoom" in title for title in titles)
    assert not [t for t in titles if "hare" in t or "loud" in t or "Plotly" in t or "Edit" in t]
    board.locator(".panel-matrices .more").click()
    path.write_bytes(saved(board, ".panel-matrices .menu button >> nth=3"))
    page.goto(path.as_uri())
    page.wait_for_selector(".heatmaplayer image", state="attached")
    heats = shown(board, "pictures.matrices.heats")
    assert page.locator(".heatmaplayer image").count() == len(heats)


def test_the_page_as_one_file_works_from_a_disk_without_a_network(
    board: Page, new_page: Callable[..., Page], tmp_path: Path, heard: Heard
) -> None:
    board.locator(".freeze").click()
    after(board, lambda: typed(board, box("seed"), "5"))
    before = screen(board)
    board.locator(".open-share").click()
    path = tmp_path / "linviz.html"
    path.write_bytes(saved(board, '[data-file="html"]'))

    page = new_page(offline=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    opened(page, path.as_uri())
    after_ = screen(page)
    for name in ("query", "loss", "words", "panels", "axes", "compare", "kept"):
        assert after_[name] == before[name], name
    assert page.locator("input[data-field=seed]").first.is_disabled()  # it needs Python
    page.locator("body").press("Home")
    assert moment(page) == 0
    page.keyboard.press("Shift+ArrowRight")
    assert moment(page) == shown(page, "t")[1]
    for view in ("log_time", "log_loss"):
        if view == "log_time":
            time_menu(page)
        if view == "log_loss":
            page.locator(".panel-loss .more").click()
        page.locator(f'[data-view="{view}"]').check()
        page.wait_for_function(
            f"() => document.querySelector('.linviz').linviz.run.view.{view} === true"
        )
    assert shown(page, "pictures.loss.panes[0].x.scale") == "bent"
    assert shown(page, "pictures.loss.panes[0].y.scale") == "log"
    page.locator(".panel-matrices .more").click()
    page.locator(".panel-matrices .menu button").first.click()
    assert page.locator("dialog.data-table tbody tr").count() > 5
    page.keyboard.press("Escape")
    page.locator(".open-theory").click()
    assert page.locator(".theory article").count() >= 15
    page.keyboard.press("Escape")
    page.locator(".open-share").click()
    assert png(page, saved(page, '[data-file="network-png"]'))[2] > 30
    svg(saved(page, '[data-file="modes-svg"]'))
    told = json.loads(saved(page, '[data-file="json"]'))
    assert lv.__version__ in json.dumps(told)
    page.keyboard.press("Escape")
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert heard.errors == []


# ---------------------------------------------------------------- A beside B


def test_a_run_kept_lies_below_the_next_and_is_let_go(board: Page) -> None:
    alone = {name: len(shown(board, f"pictures.{name}.curves")) for name in ("loss", "modes")}
    first = shown(board, "loss")
    before = run_id(board)
    freeze = board.locator(".freeze")
    freeze.click()
    expect(freeze).to_have_text("Let A go")
    expect(board.locator(".compare")).to_be_visible()
    rule = board.locator('[data-field="rule"]')
    after(board, lambda: rule.select_option("on_stable_manifold"))
    compare = board.locator(".compare")
    expect(compare).to_contain_text(re.compile(r"^A ends at the minimum.*; B ends at .*"))
    curves = shown(board, "pictures.loss.curves")
    kept = [t for t in curves if list(t["y"]) == first]
    assert len(kept) == 1
    assert "A" in kept[0]["name"]
    assert len(shown(board, "pictures.modes.curves")) > alone["modes"]
    freeze.click()
    expect(compare).to_be_hidden()
    board.wait_for_function("() => document.querySelector('.linviz').linviz.run.kept === null")
    assert not [t for t in shown(board, "pictures.loss.curves") if list(t["y"]) == first]
    assert run_id(board) == before + 1


def test_a_link_says_where_it_leads_and_leads_to_the_address_that_is_named(
    page: Page, voila_server: str
) -> None:
    opened(page, voila_server + "?colors=dark")
    dialog, link = page.locator("dialog.share"), page.locator("dialog.share .link")
    page.locator(".open-share").click()
    expect(link).to_have_value(re.compile(re.escape(voila_server) + ".*&colors=dark"))
    expect(dialog.locator(".leads")).to_contain_text("this computer only")
    expect(dialog.locator(".code-of-link")).to_contain_text("No QR code")
    typed(page, ".public-address", "not an address")
    expect(link).to_have_value(re.compile(re.escape(voila_server)))
    typed(page, ".public-address", "https://name.example.org/linviz/")
    expect(link).to_have_value(re.compile(r"https://name\.example\.org/linviz/\?v=1&.*colors=dark"))
    expect(dialog.locator(".leads")).to_contain_text("name.example.org")
    small = dialog.locator("svg.qr path").get_attribute("d") or ""
    assert len(small) > 2000
    expect(dialog.locator(".frame")).to_have_value(re.compile("^<iframe src=.*embed=1"))
    # it is remembered, and a launcher opens the same query
    opened(page, voila_server + "?scale=0.2")
    page.locator(".open-share").click()
    expect(link).to_have_value(re.compile("name.example.org.*scale=0.2"))
    typed(page, ".public-address", "https://binder.example.org/v2/gh/me/it/v1")
    inside = parse_qs(urlsplit(link.input_value()).query)["urlpath"][0]
    assert inside.startswith("voila/render/notebooks/dashboard.ipynb?v=1&")
    expect(dialog.locator(".framing")).to_be_hidden()
