"""The session under random events: what is shown is a run of what is asked for, or says why not.

Each of these changes was seen to make it fail: `_fail` leaves `wanted` as it is; `_hear` does not
compare the work with the one under way; `_store` drops files in use, or none; `_deliver` forgets
what was told, or the run A that was kept meanwhile; `_keep` leaves `wanted` alone; `_start` makes
two messages, or forgets that something is under way; `Turns` computes one work inside another, or
reports a dropped one; a link forgets that it waits for its file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.link import from_query
from linviz.panels import session as session_module
from linviz.panels import spectra, study
from linviz.panels import wanted as wanted_module
from linviz.panels.beside import BY_LANE
from linviz.panels.edits import edited
from linviz.panels.files import MOST_FILES
from linviz.panels.link import Link, read_link, write_link
from linviz.panels.message import Message, message
from linviz.panels.session import Session
from linviz.panels.shown import Shown
from linviz.panels.view import View
from linviz.panels.wanted import Assigned
from linviz.panels.work import Failed, Finished, Order, Progress, StoppedError, Work
from linviz.panels.worker import Turns, as_text

SMALL = lv.Scenario(dims=(2, 2), singular_values=(2, 1), scale=0.5, t_end=0.4)
DOOMED = 13  # runs of this seed fail
PACKAGED = ("canonical", "digits", "stretched", "cloud")


def numbers(k: int, columns: int) -> bytes:
    """A file of whole numbers that depend on k."""
    rows = np.random.default_rng(k).integers(0, 9, (8, columns))
    return "\n".join(
        ("a,b,c,d"[: 2 * columns - 1], *(",".join(map(str, r)) for r in rows))
    ).encode()


FILES = [("3.csv", numbers(k, 3), 1) for k in range(9)] + [
    ("4.csv", numbers(k, 4), 1 + k % 2) for k in range(9)
]
DATA = [lv.read_data(name, content, targets=targets) for name, content, targets in FILES]
FILE_LINKS = [
    write_link(
        lv.Scenario(dims=(len(d.X), len(d.Y)), data=d.digest, t_end=0.4),
        View(),
        replace(SMALL, seed=2) if k % 2 else None,
    )
    for k, d in enumerate(DATA)
]
A_LINK = write_link(
    lv.Scenario(dims=(len(DATA[0].X), len(DATA[0].Y)), data=DATA[0].digest, t_end=0.4),
    View(),
    lv.Scenario(dims=(len(DATA[5].X), len(DATA[5].Y)), data=DATA[5].digest, t_end=0.4),
)


suspended: list[lv.Scenario] = []
made: list[Shown] = []  # of which messages were made since the last event


@lru_cache(maxsize=1000)
def computed(scenario: lv.Scenario) -> lv.Run:
    return lv.run(scenario, datasets={data.digest: data for data in DATA})


def cheap_run(
    scenario: lv.Scenario,
    *,
    datasets: Mapping[str, lv.DataSet] | None = None,
    interrupt: Callable[[float, float], bool] = lambda *_: False,
) -> lv.Run:
    """The true run, computed once; it can be suspended and stopped like any other."""
    if suspended:
        pytest.fail("a run was begun inside another")  # scientific code may not allow it
    suspended.append(scenario)
    any(interrupt(float(k), 1.0) for k in range(3))
    suspended.clear()
    if scenario.seed == DOOMED:
        raise MemoryError
    if scenario.data not in (*PACKAGED, *(datasets or {})):
        return lv.run(scenario, datasets=datasets)  # says what is missing
    return computed(scenario)


@pytest.fixture(autouse=True)
def runs_are_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wanted_module, "run", cheap_run)
    monkeypatch.setattr(session_module, "run", cheap_run)
    monkeypatch.setattr(session_module, "message", lambda *a: made.append(a[0]) or message(*a))
    for lane, type_told, module in (("study", "later", study), ("spectra", "spectra", spectra)):
        monkeypatch.setattr(module, lane, lambda run, interrupt, kept=None: run)
        told = replace(BY_LANE[lane], told=lambda *_, name=type_told: Message({"type": name}))
        monkeypatch.setitem(BY_LANE, lane, told)


# ---------------------------------------------------------------- what can happen

fields = st.one_of(
    st.tuples(st.just("seed"), st.sampled_from([1, 2, DOOMED])),
    st.tuples(st.just("scale"), st.sampled_from([0.5, 0.25])),
    st.tuples(st.just("H"), st.sampled_from([0, 1])),
    st.tuples(st.just("rule"), st.sampled_from(["zeros", "balanced", "gaussian", "set_by_hand"])),
    st.tuples(st.just("data"), st.sampled_from(["canonical", DATA[0].digest, DATA[3].digest])),
    st.tuples(st.just("t_end"), st.sampled_from([0.4, 0.3])),
    st.tuples(
        st.sampled_from(
            [
                "seed",
                "scale",
                "H",
                "width",
                "layer",
                "saddle",
                "data",
                "milestone",
                "continue",
                "weight",
                "preset",
                "what",
            ]
        ),
        st.sampled_from([-1, "x", None, [], {}, 1e400, 10**30, True]),
    ),
)
edits = st.lists(
    fields.map(lambda pair: {"field": pair[0], "value": pair[1], "index": []}),
    min_size=1,
    max_size=2,
)
hostile = st.sampled_from(
    [
        *({}, {"type": 7}, {"type": "edit"}, {"type": "edit", "edits": 3}, {"type": "nothing"}),
        {"type": "edit", "edits": [4], "request": None},
        {"type": "view", "t": []},
        {"type": "view", "panels": ["x"]},
        {"type": "open", "search": 3},
        {"type": "open", "search": "?seed=x"},
        {"type": "download", "t": "x"},
        {"type": "ping", "request": "x"},
        *("text", None, 3, ["edit"]),
    ]
)
Event = tuple[Any, tuple[bytes, ...]]


def plain(content: Any, *buffers: bytes) -> Event:
    return content, buffers


def upload(k: int, content: bytes | None = None) -> Event:
    name, own, targets = FILES[k]
    told = {"type": "upload", "request": 0, "name": name, "targets": targets}
    return told, (own if content is None else content,)


files = st.integers(0, len(FILES) - 1)
uploads = files.map(upload)
file_links = files.map(lambda k: plain({"type": "open", "search": "?" + FILE_LINKS[k]}))
keeps = st.sampled_from(["freeze", "unfreeze"]).map(lambda kind: plain({"type": kind}))
from_the_page = st.one_of(
    edits.map(lambda list_: plain({"type": "edit", "request": 0, "edits": list_})),
    edits.map(lambda list_: plain({"type": "edit", "request": 0, "edits": list_})),
    uploads,
    st.sampled_from([b"", b"a,b\n1,x\n", b"\xff\xfe", b"1\n"]).map(lambda bad: upload(0, bad)),
    file_links,
    st.sampled_from(["", "?" + A_LINK, "?dims=2,2&singular_values=2,1&t_end=0.4&seed=2&log_loss=1"])
    .map(lambda search: {"type": "open", "search": search})
    .map(plain),
    st.builds(
        lambda name, on: plain({"type": "view", name: on}),
        st.sampled_from(["log_loss", "log_time", "lecture"]),
        st.booleans(),
    ),
    st.sampled_from(["freeze", "unfreeze", "stop", "rest", "spectra", "ping", "download"])
    .map(lambda kind: {"type": kind, "what": "json"})
    .map(plain),
    hostile.map(plain),
)
from_elsewhere = st.one_of(
    st.sampled_from([1, 2, DOOMED]).map(
        lambda seed: plain(Assigned(replace(SMALL, seed=seed), {}))
    ),
    files.map(
        lambda k: plain(
            Assigned(read_link(FILE_LINKS[k]).scenario, {DATA[k].digest: DATA[k]} if k % 3 else {})
        )
    ),
    st.sampled_from([OSError("the connection is cut"), ValueError("no")]).map(plain),
)


# ---------------------------------------------------------------- what must hold


class Watched:
    """A session beside what a page sees of it, and beside what was asked for."""

    def __init__(self) -> None:
        self.session = Session(Link(SMALL, View()))
        self.run: dict[str, Any] = {}
        self.status: dict[str, Any] = {}
        self.asked: tuple[lv.Scenario, lv.Scenario | None] = (SMALL, None)
        self.waiting: Link | None = None
        self.requests = 0
        self.refused = False
        self.read(self.session.first())

    def read(self, answer: list[Message | Order]) -> list[Order]:
        """What the page makes of an answer; the rest is for a runner."""
        told = [item.content for item in answer if isinstance(item, Message)]
        runs = [content["run"] for content in told if content["type"] == "run"]
        assert len(runs) == len(made) <= 1, "a message was made twice for one event"
        made.clear()
        for item in answer:
            if isinstance(item, Message):
                as_text(item)  # plain values, and no NaN
        self.run = runs[0] if runs else self.run
        for content in told:
            self.status = content if content["type"] == "status" else self.status
        return [item for item in answer if not isinstance(item, Message)]

    def receive(self, event: Any, buffers: tuple[bytes, ...] = ()) -> list[Order]:
        """An event from the page or from elsewhere."""
        if isinstance(event, dict) and "request" in event and event["request"] == 0:
            self.requests += 1
            event = event | {"request": self.requests}
        try:
            self.expect(event, buffers)
        except Exception:
            self.refused = True
        before = self.run
        orders = self.read(self.session.receive(event, buffers))
        if isinstance(event, dict) and event.get("type") == "edit" and self.refused:
            assert self.run is before
        self.check()
        return orders

    def expect(self, event: Any, buffers: tuple[bytes, ...]) -> None:
        """What is asked for after this event, by the rules of edits and links alone."""
        scenario, kept = self.asked
        datasets = self.session.datasets
        if isinstance(event, Exception):
            raise event
        if isinstance(event, Assigned):
            if event.scenario != scenario:
                self.ask(event.scenario, kept)
            return
        kind = event["type"]
        if kind == "edit":
            for edit in event["edits"]:
                scenario = edited(scenario, edit["field"], edit["value"], (), datasets)
            self.ask(scenario, kept)
        elif kind == "upload":
            self.expect_upload(event, buffers)
        elif kind == "open":
            shown = self.shown()
            self.expect_link(read_link(event["search"], Link(shown[0], View(), shown[1])))
        elif kind in ("freeze", "unfreeze"):
            self.asked = scenario, self.shown()[0] if kind == "freeze" else None

    def expect_upload(self, event: dict[str, Any], buffers: tuple[bytes, ...]) -> None:
        datasets, link = self.session.datasets, self.waiting
        name, file = event["name"], buffers[0]
        if link is not None:
            for one in filter(None, (link.scenario, link.kept)):
                found = ""
                with contextlib.suppress(ValueError):
                    found = lv.read_data(name, file, targets=one.dims[-1]).digest
                if found == one.data and found not in datasets:
                    return self.expect_link(link, found)
        data = lv.read_data(name, file, targets=event["targets"])
        known = {**datasets, data.digest: data}
        return self.ask(edited(self.asked[0], "data", data.digest, (), known), self.asked[1])

    def expect_link(self, link: Link, *new: str) -> None:
        known = (*PACKAGED, *self.session.datasets, *new)
        lacking = [s for s in (link.scenario, link.kept) if s and s.data not in known]
        self.waiting = link if lacking else None
        if lacking:
            raise ValueError("a file is missing")
        self.ask(link.scenario, link.kept)

    def ask(self, scenario: lv.Scenario, kept: lv.Scenario | None) -> None:
        self.asked, self.refused = (scenario, kept), False

    def shown(self) -> tuple[lv.Scenario, lv.Scenario | None]:
        """What the page's last message says that it shows."""
        kept = self.run["kept"]
        return from_query(self.run["query"]), from_query(kept) if kept else None

    def finish(self, work: Work, how: str = "well") -> None:
        """Bring back what became of a work, in time or long after it was dropped."""
        current = self.session._under_way.get(work.lane) is work
        outcome: Finished | Failed | Progress
        if how == "progress":
            outcome = Progress(work, 1.0, 0.5, 0.5)
        elif how == "given up":
            outcome = Failed(work, StoppedError("Stopped before there was a result."))
        else:
            try:
                outcome = Finished(work, work.compute(lambda *_: False))
            except Exception as error:
                outcome = Failed(work, error)
        if current and isinstance(outcome, Failed):
            self.refused = True
            if work.lane == "run":
                self.asked = self.shown()
        assert self.read(self.session.receive(outcome)) == []
        self.check()

    def check(self) -> None:
        session, status = self.session, self.status
        shown = self.shown()
        assert shown[0] == session.shown.run.scenario
        assert self.run["loss"]["data"] == computed(shown[0]).trajectory.loss.tobytes()
        if not session.running:
            assert status["state"] in ("ready", "error")
            assert shown == self.asked
            assert session.wanted.look == {}
            assert self.run["view"]["id"] == session.shown.view_id
            assert status["request"] == self.requests
        if self.refused and status["state"] != "running":
            assert status["words"] or status["note"], "nobody said why"
        assert (status["state"] == "error") == bool(
            status["words"] and status["state"] != "running"
        )
        assert len(session.datasets) <= MOST_FILES
        used = {s.data for s in (*shown, *(() if session.running else self.asked)) if s}
        assert used <= {*session.datasets, *PACKAGED}, "a file in use is gone"


# ---------------------------------------------------------------- the properties


def live(events: list[Any]) -> None:
    """Works end when chance has it, also after they were dropped; at last all have ended."""
    watched = Watched()
    begun: list[Work] = []
    for event in events:
        if isinstance(event, tuple):
            orders = watched.receive(*event)
            begun += [order for order in orders if isinstance(order, Work)]
        elif begun:
            work = begun[0] if event == "late" else begun[-1]
            if event != "progress":
                begun.remove(work)
            watched.finish(work, event)
    for work in begun:
        watched.finish(work)
    assert not watched.session.running
    assert watched.status["state"] in ("ready", "error")


ends = st.sampled_from(["well", "well", "progress", "given up", "late"])


@given(st.lists(st.one_of(from_the_page, from_the_page, from_elsewhere, ends), max_size=24))
@settings(max_examples=100)
def test_what_is_shown_is_what_was_asked_for_or_says_why_not(events: list[Any]) -> None:
    live(events)


@given(st.lists(st.one_of(uploads, file_links, keeps, ends), min_size=15, max_size=30))
@settings(max_examples=30)
def test_the_latest_files_and_those_in_use_are_kept(events: list[Any]) -> None:
    live(events)


@given(st.lists(st.one_of(from_the_page, from_the_page, st.just("breath")), max_size=24))
@settings(max_examples=60)
def test_events_may_come_inside_a_suspended_run(events: list[Any]) -> None:
    """With one thread: the next events come in while a run breathes."""
    watched = Watched()
    coming = iter(events)

    def act(report: Finished | Failed | Progress) -> None:
        if isinstance(report, Failed) and report.work.lane == "run":
            watched.asked = watched.shown()
        watched.refused |= isinstance(report, Failed)
        assert watched.read(watched.session.receive(report)) == []
        watched.check()

    def breathe() -> None:
        for event in until_breath(coming):
            take(event)

    def take(event: Event) -> None:
        for order in watched.receive(*event):
            turns.take(order)

    turns = Turns(act, breathe, every=0.0)
    for event in coming:
        if event != "breath":
            take(event)
    assert not watched.session.running
    assert watched.status["state"] in ("ready", "error")


def until_breath(events: Iterator[Any]) -> Iterator[Event]:
    for event in events:
        if event == "breath":
            return
        yield event
