"""The state of one page: what happens goes in, messages to the page and works to compute come out.

It knows no widget, no thread and no loop, and it waits for nothing: whoever carries its messages
also computes its works and brings back what became of them, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from linviz.core.experiment.run import Run, run
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model.checks import brief
from linviz.core.model.reading import UnclearFileError
from linviz.core.model.samples import DataSet
from linviz.panels import beside, files
from linviz.panels.download import download
from linviz.panels.edits import edited
from linviz.panels.link import Link, read_link
from linviz.panels.message import Message, message, moved
from linviz.panels.shown import Shown
from linviz.panels.view import changed
from linviz.panels.wanted import Assigned, Wanted, after_edits, heard, runs_of
from linviz.panels.work import (
    Drop,
    Failed,
    Finished,
    Lane,
    Order,
    Progress,
    Stop,
    Work,
    error_words,
)

Buffers = Sequence[bytes | memoryview]
Answer = list[Message | Order]


class Session:
    """What one page shows, what it was asked for, and what it knows.

    Parameters
    ----------
    start : Link
        The first screen.
    datasets : mapping of digest to DataSet, optional
        Files that are known.
    run_id, view_id : int
        Numbers of the first run and of its view; those that follow are larger.

    Attributes
    ----------
    shown : Shown
    wanted : Wanted
        What was asked for last; once nothing is under way, what is shown is a run of it.
    datasets : mapping of digest to DataSet
        The latest files, `files.MOST_FILES` at most, those in use among them.

    Examples
    --------
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.panels.view import View
    >>> session = Session(Link(Scenario(), View()))
    >>> edit = {"type": "edit", "request": 1, "edits": [{"field": "seed", "value": 8}]}
    >>> *_, work = session.receive(edit)
    >>> result = work.compute(lambda t, loss: False)
    >>> [message.content["type"] for message in session.receive(Finished(work, result))]
    ['run', 'status']
    >>> session.shown.run.scenario.seed
    8
    """

    def __init__(
        self,
        start: Link,
        datasets: Mapping[str, DataSet] | None = None,
        run_id: int = 1,
        view_id: int = 1,
    ) -> None:
        self.datasets: Mapping[str, DataSet] = dict(datasets or {})
        beside = None if start.kept is None else run(start.kept, datasets=self.datasets)
        first = run(start.scenario, datasets=self.datasets)
        self.shown = Shown(first, beside, start.preset, start.view, run_id, view_id)
        self.wanted = Wanted(start.scenario, start.kept, start.preset)
        self._under_way: dict[Lane, Work] = {}
        self._told = ""  # the last error, until something else is asked for
        self._opened = False
        self._waiting: Link | None = None  # a link to data that are still to be uploaded

    def first(self) -> list[Message]:
        """What a page that comes new is told."""
        return [self._show(self.shown), self._status("ready")]

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return "run" in self._under_way

    def receive(self, event: object, buffers: Buffers = ()) -> Answer:
        """Answer one event; it never raises.

        Parameters
        ----------
        event : dict, Finished, Failed, Progress, Assigned or Exception
            A message of the page, not to be trusted; what became of a work; a scenario from
            elsewhere; what went wrong outside, to be told.
        buffers : sequence of bytes
            Those that came with a message of the page.

        Returns
        -------
        list of Message, Work, Stop and Drop
            Messages are for the page, the rest is for whoever computes.
        """
        try:
            if isinstance(event, Finished | Failed | Progress):
                return self._hear(event)
            if isinstance(event, Assigned):
                return self._assign(event)
            if isinstance(event, Exception):
                raise event
            kind = event.get("type") if isinstance(event, dict) else None
            if not isinstance(event, dict) or not isinstance(kind, str) or kind not in _ANSWERS:
                raise ValueError(
                    f"expected a message that the page sends, found type {brief(kind)}"
                )
            return _ANSWERS[kind](self, event, buffers)
        except Exception as error:  # a visitor sees every error, in words
            return [self._error(error)]

    # ------------------------------------------------------------ what the page sends

    def _ping(self, content: dict[str, Any], _: Any) -> Answer:
        return [Message({"type": "pong", "request": heard(self.wanted, content).request})]

    def _edit(self, content: dict[str, Any], _: Any) -> Answer:
        self.wanted = heard(self.wanted, content)
        return self._start(after_edits(self.wanted, content, self.shown, self.datasets))

    def _upload(self, content: dict[str, Any], buffers: Buffers) -> Answer:
        self.wanted = heard(self.wanted, content)
        name, file = files.one_file(content, buffers)
        link = self._waiting
        found = files.beside_link(link, self.datasets, name, file)
        if link is not None and found.data is not None:
            self._store(found.data)
            return self._go(link)
        try:
            return self._take(files.sent(name, file, content), found.words)
        except UnclearFileError as error:
            told = f"{error.fault}. Or choose below how it is to be read. {found.words}"
            return [files.question(name, error.doubts), self._error(ValueError(told.rstrip()))]

    def _split(self, content: dict[str, Any], _: Any) -> Answer:
        self.wanted = heard(self.wanted, content)
        return self._take(files.split_anew(self.datasets, self.wanted.scenario, content), "")

    def _take(self, data: DataSet, note: str) -> Answer:
        """Train on these data, and ask what their file leaves open."""
        known = {**self.datasets, data.digest: data}
        scenario = edited(self.wanted.scenario, "data", data.digest, (), known)
        self.wanted = replace(self.wanted, scenario=scenario, note=note)
        self._store(data)
        return [files.question(data.name, data.doubts, data.digest), *self._start(self.wanted)]

    def _change_view(self, content: dict[str, Any], _: Any) -> Answer:
        given = {name: value for name, value in content.items() if name != "type"}
        old = self.shown.view
        shown = replace(self.shown, view=changed(old, **given))
        look = {name: value for name, value in self.wanted.look.items() if name not in given}
        self.wanted = replace(self.wanted, look=look)
        if (old.log_loss, old.log_time) != (shown.view.log_loss, shown.view.log_time):
            return [self._show(shown)]
        self.shown = shown
        return []

    def _open(self, content: dict[str, Any], _: Any) -> Answer:
        """Go where a link leads, or `back`: to all that it says, but for the moment shown."""
        self._opened = True
        self.wanted = heard(self.wanted, content)
        back = content.get("back") is True
        return self._go(
            read_link(content.get("search", ""), None if back else self.shown.link), back
        )

    def _go(self, link: Link, back: bool = False) -> Answer:
        awaited = files.missing(link, self.datasets)
        self._waiting = link if awaited else None
        if awaited:
            told = ValueError(files.file_words(link, awaited))
            return [Message({"type": "awaited"}), self._error(told)]
        asked = Wanted(link.scenario, link.kept, link.preset, self.wanted.request, link.note)
        look = link.view.content()
        if back:
            del look["t"]
        return self._start(replace(asked, look=look))

    def _keep(self, content: dict[str, Any], _: Any) -> Answer:
        """Keep the run shown as A, or let A go."""
        kept = self.shown.run if content["type"] == "freeze" else None
        told = self._show(replace(self.shown, kept=kept))
        self.wanted = replace(self.wanted, kept=self.shown.kept_scenario)
        return [told]

    def _download(self, content: dict[str, Any], _: Any) -> Answer:
        view = changed(self.shown.view, t=content.get("t"))  # the page alone knows the moment
        what = str(content.get("what"))[:20]
        shown = replace(self.shown, view=view)
        return [self._ask("file", partial(download, what, shown, self.datasets))]

    def _stop(self, content: dict[str, Any], _: Any) -> Answer:
        lane = content.get("lane", "run")
        return [Stop(work.lane) for work in self._under_way.values() if work.lane == lane]

    def _rest(self, content: dict[str, Any], _: Any) -> Answer:
        """Compute what takes longer than a picture may, once the controls rest for a while."""
        asked = beside.ASKED[content["type"]]
        compute = asked.compute(self.shown, content)
        return [] if self.running else [self._ask(asked.lane, compute)]

    # ------------------------------------------------------------ what comes from elsewhere

    def _assign(self, event: Assigned) -> Answer:
        if event.scenario == self.wanted.scenario:
            return []
        self.wanted = replace(self.wanted, scenario=event.scenario, note="")
        if event.scenario.data in event.datasets:
            self._store(event.datasets[event.scenario.data])
        return self._start(self.wanted)

    def _hear(self, report: Finished | Failed | Progress) -> Answer:
        lane = report.work.lane
        if self._under_way.get(lane) is not report.work:
            return []  # nobody waits for it any more
        if isinstance(report, Progress):
            if lane != "run":
                return []  # the picture is there
            done = f"running, {report.seconds:.1f} s: t = {report.t:.3g}, loss {report.loss:.3g}"
            return [self._status("running", done, self._told)]
        del self._under_way[lane]
        if isinstance(report, Finished):
            try:
                return self._take_result(lane, report.result)
            except Exception as error:  # what cannot be shown is told like what cannot be computed
                report = Failed(report.work, error)
        return self._fail(lane, report.error)

    def _take_result(self, lane: Lane, result: Any) -> Answer:
        if lane == "run":
            return self._deliver(result)
        found = beside.BY_LANE.get(lane)
        return [result if found is None else found.told(result, self.shown.run_id)]

    def _deliver(self, results: tuple[Run, Run | None]) -> Answer:
        result, kept = results
        wanted, shown = self.wanted, self.shown
        if shown.kept_scenario == wanted.kept:
            kept = shown.kept  # it was kept, or let go, while this run was under way
        run_id = shown.run_id + 1
        told = self._show_wanted(replace(shown, run=result, kept=kept, run_id=run_id))
        stopped = result.trajectory.reason if result.trajectory.status == "budget" else ""
        return [told, self._status("ready", note=_joined(self._told, wanted.note, stopped))]

    def _fail(self, lane: Lane, error: Exception) -> Answer:
        if lane in beside.BY_LANE:  # the picture is good; what could not be computed is told
            note = f"{beside.BY_LANE[lane].name} could not be computed: {brief(str(error))}"
            return [self._status("ready", note=_joined(self._told, note))]
        if lane == "run":
            shown, asked = self.shown, self.wanted
            there = Wanted(shown.run.scenario, shown.kept_scenario, shown.preset, asked.request)
            self.wanted = replace(there, hold=asked.hold)
        return [self._error(error)]

    # ------------------------------------------------------------ what goes out

    def _start(self, wanted: Wanted) -> Answer:
        """Show a run of what is wanted, at once where it is there."""
        self.wanted, self._told = wanted, ""
        shown = self.shown
        there = shown.has(wanted.scenario, rough=wanted.held)
        there &= wanted.kept == shown.kept_scenario
        if there and not self.running:
            told = self._show_wanted(shown)
            return [told, self._status("ready", note=wanted.note)]
        for lane in beside.BY_LANE:
            self._under_way.pop(lane, None)
        compute = partial(runs_of, wanted, shown, self.datasets)
        return [*map(Drop, beside.BY_LANE), self._ask("run", compute)]

    def _ask(self, lane: Lane, compute: Callable[[Interrupt], Any]) -> Work:
        work = self._under_way[lane] = Work(lane, compute)
        return work

    def _show_wanted(self, shown: Shown) -> Message:
        """With the commentary that is wanted, and with the view where one is; the page takes it."""
        wanted, shown = self.wanted, replace(shown, preset=self.wanted.preset)
        if wanted.look:
            view = changed(shown.view, **wanted.look)
            shown = replace(shown, view=view, view_id=shown.view_id + 1)
        told = self._show(shown)
        self.wanted = replace(wanted, look={})  # from now on the view is the visitor's
        return told

    def _show(self, shown: Shown) -> Message:
        """Have this on the page; what cannot be drawn leaves what was there."""
        kind, make = ("moved", moved) if shown.rough else ("run", message)
        told = Message({"type": kind, kind: make(shown, self.datasets)})
        self.shown = shown
        return told

    def _error(self, error: Exception) -> Message:
        """Say what went wrong; the last good picture stays, marked as out of date."""
        self._told = error_words(error)
        return self._status("error", self._told)

    def _status(self, state: str, words: str = "", note: str = "") -> Message:
        told = {"type": "status", "state": state, "words": words, "note": note}
        return Message(told | {"request": self.wanted.request, "opened": self._opened})

    def _store(self, data: DataSet) -> None:
        """Keep this file, and the latest of the others; those in use stay."""
        links = (self.shown.link, self.wanted, self._waiting)
        asked = [s for each in links if each for s in (each.scenario, each.kept)]
        self.datasets = files.with_file(self.datasets, data, {s.data for s in asked if s})


def _joined(*words: str) -> str:
    return " ".join(filter(None, words))


_ANSWERS: dict[str, Callable[[Session, dict[str, Any], Buffers], Answer]] = {
    "ping": Session._ping,
    "edit": Session._edit,
    "upload": Session._upload,
    "split": Session._split,
    "view": Session._change_view,
    "open": Session._open,
    **dict.fromkeys(("freeze", "unfreeze"), Session._keep),
    "download": Session._download,
    "stop": Session._stop,
    **dict.fromkeys(beside.ASKED, Session._rest),
}
