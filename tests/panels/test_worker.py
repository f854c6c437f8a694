"""The dashboard where there are no threads: text and bytes in and out, stopped inside a run."""

import ast
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import numpy as np
import pytest

import linviz as lv
from linviz.panels.handover import taken_over
from linviz.panels.work import Drop, Failed, Finished, Stop, Work
from linviz.panels.worker import Turns, Worker

SLOW = "?dims=64,10,10&data=digits"  # t > 1e6, seconds of work


class Page:
    """What a page makes of the messages that a worker posts."""

    def __init__(self, every: float = 0.0) -> None:
        self.run: dict[str, Any] = {}
        self.status: dict[str, Any] = {}
        self.states: list[str] = []
        self.others: list[tuple[dict[str, Any], list[bytes]]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.worker = Worker(self._hear, lambda: self.meanwhile(), every=every)

    def _hear(self, text: str, buffers: list[bytes]) -> None:
        content = json.loads(text, parse_constant=pytest.fail)  # NaN is none of JSON's words
        if content["type"] == "run":
            self.run, self.buffers = content["run"], buffers
        elif content["type"] == "status":
            self.status = content
            self.states.append(content["state"])
        else:
            self.others.append((content, buffers))

    def send(self, kind: str, *buffers: bytes, **content: Any) -> None:
        self.worker.receive(json.dumps({"type": kind, **content}), buffers)

    def edit(self, field: str, value: Any, request: int = 1) -> None:
        self.send("edit", request=request, edits=[{"field": field, "value": value, "index": []}])

    def array(self, named: dict[str, Any]) -> np.ndarray:
        data = self.buffers[named["data"]["buffer"]]
        return np.frombuffer(data, named["dtype"]).reshape(named["shape"])

    def at_breath(self, n: int, action: Callable[[], None]) -> None:
        """Do something in the n-th breath from here."""
        left = iter(range(n - 1, -1, -1))
        self.meanwhile = lambda: action() if next(left, -1) == 0 else None


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page whose worker cannot start threads."""
    monkeypatch.setattr(threading.Thread, "start", lambda *_: pytest.fail("a thread was started"))
    return Page()


def test_it_opens_with_the_default_run_and_follows_edits_and_links(page: Page) -> None:
    assert page.status["state"] == "ready"
    np.testing.assert_array_equal(page.array(page.run["loss"]), lv.simulate(lv.Scenario()).loss)
    page.edit("H", 1)
    assert page.run["dims"] == [5, 5, 3]
    assert (page.status["state"], page.status["request"]) == ("ready", 1)
    page.send("open", search="?preset=staircase&colors=dark")
    assert page.run["form"]["preset"] == "staircase"
    assert page.run["view"]["colors"] == "dark"
    page.edit("scale", "much", request=2)
    assert (page.status["state"], page.status["request"]) == ("error", 2)


def test_a_run_is_stopped_from_inside_and_shows_what_it_has(page: Page) -> None:
    page.at_breath(3, lambda: page.send("stop"))
    page.send("open", search=SLOW)
    assert page.status["state"] == "ready"
    assert "stopped" in page.status["note"].lower()
    assert page.run["form"]["data"] == "digits"


def test_a_newer_run_overtakes_one_that_is_suspended(page: Page) -> None:
    seen = []
    page.at_breath(3, lambda: (page.edit("data", "canonical"), seen.append(page.run["id"])))
    page.send("open", search=SLOW)
    assert seen == [1]  # inside the old run nothing new was computed
    assert (page.run["id"], page.run["form"]["data"]) == (2, "canonical")
    assert page.status["state"] == "ready"


def test_a_long_run_says_how_far_it_has_come(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linviz.panels.worker.SHOW_AFTER", 0.0)
    page.edit("seed", 4)
    assert page.states[0] == "ready"
    assert page.states[1] == "running"
    assert page.states[-1] == "ready"


def test_theory_and_files_come_from_it_too(page: Page) -> None:
    for what in ("npz", "csv", "json", "html"):
        page.send("download", what=what)
    page.send("rest")
    page.send("ping", request=3)
    told = [content for content, _ in page.others]
    assert [content["type"] for content in told] == [*["download"] * 4, "later", "pong"]
    arrays = np.load(io.BytesIO(page.others[0][1][0]))
    np.testing.assert_array_equal(arrays["loss"], page.array(page.run["loss"]))
    assert "loss.csv" in zipfile.ZipFile(io.BytesIO(page.others[1][1][0])).namelist()
    assert json.loads(page.others[2][1][0])["scenario"]["seed"] == 3
    assert page.others[3][1][0].startswith(b"<!doctype html>")
    assert len(told[4]["theory"]) > 10
    assert told[5]["request"] == 3


def test_an_uploaded_file_is_read(page: Page) -> None:
    rows = b"a,b,y\n" + b"\n".join(b"%d,%d,%d" % (k % 5, k % 3, k % 7) for k in range(20))
    page.send("upload", rows, request=1, name="mine.csv", targets=1)
    assert page.status["state"] == "ready"
    assert page.run["form"]["file"]["name"] == "mine.csv"


@pytest.mark.parametrize("text", ["", "{", "[" * 10**5, "7" * 5000, "null", '{"type": "edit"}'])
def test_what_is_no_message_is_refused_in_words(page: Page, text: str) -> None:
    before = page.run
    page.worker.receive(text)
    assert page.status["state"] == "error"
    assert "expected" in page.status["words"]
    assert len(page.status["words"]) < 300
    assert page.run is before


def test_works_wait_for_their_turn_and_dropped_ones_are_not_told() -> None:
    told: list[Any] = []
    done: list[str] = []
    pending: list[Any] = []
    turns = Turns(told.append, lambda: [turns.take(order) for order in take_all(pending)], 0.0)

    def work(lane: Any, name: str) -> Work:
        return Work(lane, lambda interrupt: done.append(f"{name} {interrupt(0.0, 1.0)}") or name)

    second, overtaken, failing = work("run", "b"), work("study", "c"), Work("file", lambda _: 1 / 0)
    pending += [overtaken, failing, second, Stop("run"), Drop("study")]
    turns.take(work("run", "a"))
    assert done == ["a True", "b True"]  # the first was dropped, the second stopped
    assert [(type(report), report.work) for report in told] == [
        (Finished, second),
        (Failed, failing),
    ]


def take_all(items: list[Any]) -> list[Any]:
    taken = items.copy()
    items.clear()
    return taken


def test_it_needs_nothing_of_jupyter_and_no_loop() -> None:
    code = (
        "import sys, linviz.panels.worker; "
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('linviz.'))); "
        "print(*{'anywidget', 'traitlets', 'ipywidgets', 'plotly', 'asyncio'} & {*sys.modules})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    files, foreign = found.stdout.split("\n")[:2]
    assert foreign == ""
    assert len(files.split()) > 50
    for path in files.split():
        names = {
            alias.name
            for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not names & {"asyncio", "Thread"}, path


def test_a_new_worker_goes_on_where_another_was_ended() -> None:
    page = Page()
    page.send("upload", b"x,y,z\n1,2,3\n3,5,4\n4,4,9\n", request=1, name="a.csv", targets=1)
    page.send("freeze")
    page.send("split", request=2, targets=2)
    page.send("view", lecture=True)
    run = page.run
    assert len(set(run["files"])) == 2
    kept = f"&A={quote(run['kept'] + '&' + run['files'][1])}"
    content = {
        "search": f"?{run['query']}&{run['files'][0]}{kept}&lecture=1",
        "numbers": [run["id"], run["view"]["id"]],
        "names": ["a.csv"],
        "read": {
            dict(parse_qsl(query))["data"]: file
            for query, file in zip((run["query"], run["kept"]), run["files"], strict=True)
        },
    }
    other = Page()
    other.worker = Worker(
        other._hear, session=taken_over(content, [b"x,y,z\n1,2,3\n3,5,4\n4,4,9\n"])
    )
    other.run = {}
    other.send("open", search=content["search"], request=3)
    assert other.run["query"] == run["query"]
    assert (other.run["kept"], other.run["files"]) == (run["kept"], run["files"])
    assert other.run["id"] == run["id"]  # it is the run that the page shows
    assert other.run["view"]["lecture"]
    other.edit("seed", 8, request=4)
    assert (other.run["id"], other.run["form"]["seed"]) == (run["id"] + 1, 8)
