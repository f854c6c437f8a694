"""The dashboard: one widget, one state; each edit becomes one run and one message."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import anywidget
import traitlets

from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.run import Run, run
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.gradient_flow import FlowError
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model.checks import brief
from linviz.core.model.data import DataSet, read_data
from linviz.panels import bundle
from linviz.panels.download import File, download
from linviz.panels.edits import edited
from linviz.panels.link import Link, read_link
from linviz.panels.message import message
from linviz.panels.runner import Job, Runner, StoppedError
from linviz.panels.shown import Shown
from linviz.panels.state import State
from linviz.panels.study import Study, packed, study
from linviz.panels.view import View, changed
from linviz.panels.wanted import Wanted, after_edits, heard

MOST_FILES = 4


def visible_errors(handler: Callable[..., None]) -> Callable[..., None]:
    """Show every error of a callback in the page; Jupyter would swallow it."""

    @functools.wraps(handler)
    def guarded(self: Dashboard, *args: Any) -> None:
        try:
            handler(self, *args)
        except Exception as error:
            self.show_error(error)

    return guarded


class Dashboard(anywidget.AnyWidget):
    """The whole page, or some of its panels, as one widget.

    Attributes
    ----------
    state : State
        ``state.scenario`` is what the page shows; assign another to run it. Dashboards made with
        the same state follow each other.
    result : Run
        The run shown, with all its arrays.
    kept : Run or None
        The run A that it is compared with.
    """

    _esm = bundle.script()
    _css = bundle.style()
    run = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        start: Scenario | State | None = None,
        view: View | None = None,
        kept: Scenario | None = None,
        preset: str = "",
    ) -> None:
        self.state = start if isinstance(start, State) else State(scenario=start or Scenario())
        self.datasets: dict[str, DataSet] = {}
        self._told = ""  # the last error, until something else is asked for
        self._wanted, self._opened = Wanted(self.state.scenario, kept, preset), False
        self._waiting: Link | None = None  # a link to data that are still to be uploaded
        beside = None if kept is None else run(kept)
        self._shown = Shown(run(self.state.scenario), beside, preset, view or View())
        super().__init__(run=message(self._shown, {}), status=self._status("ready"))
        self._runner: Runner[Wanted, tuple[Run, Run | None]] = Runner(
            self._compute, self._deliver, self._fail, self._progress
        )
        self._studies: Runner[int, Study] = Runner(
            lambda _, interrupt: study(self.result, interrupt),
            self._send_study,
            self._miss_study,
        )
        self._files: Runner[tuple[str, Shown], File] = Runner(
            self._fill, self._send_file, lambda _, error: self.show_error(error)
        )
        self.on_msg(self._receive)
        self.state.observe(self._follow, "scenario")

    @property
    def result(self) -> Run:
        """The run shown."""
        return self._shown.run

    @property
    def kept(self) -> Run | None:
        """The run A that the one shown is compared with."""
        return self._shown.kept

    def show_error(self, error: Exception) -> None:
        """Say in the page what went wrong; the last good picture stays, marked as out of date."""
        words = str(error)
        if isinstance(error, MemoryError):
            words = "This needs more memory than there is; choose smaller widths or fewer layers."
        elif not isinstance(error, ValueError | FlowError | StoppedError):
            words = f"Something went wrong in linviz itself ({type(error).__name__}): {error}"
        self._told = words
        self.status = self._status("error", words)

    def _status(self, state: str, words: str = "", note: str = "") -> dict[str, Any]:
        request, opened = self._wanted.request, self._opened
        told = {"state": state, "words": words, "note": note}
        return told | {"request": request, "opened": opened}

    @visible_errors
    def _receive(self, _: Any, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Answer one message of the page; what it sends is not to be trusted."""
        kind = content.get("type") if isinstance(content, dict) else None
        if not isinstance(kind, str) or kind not in _ANSWERS:
            raise ValueError(f"expected a message that the page sends, found type {brief(kind)}")
        _ANSWERS[kind](self, content, buffers)

    def _ping(self, content: dict[str, Any], _: Any) -> None:
        self.send({"type": "pong", "request": content.get("request", 0)})

    def _edit(self, content: dict[str, Any], _: Any) -> None:
        self._wanted = heard(self._wanted, content)
        wanted, look = after_edits(self._wanted, content.get("edits"), self.result, self.datasets)
        if look:
            self._look(**look)
        self._start(wanted)

    def _upload(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        self._wanted = heard(self._wanted, content)
        if len(buffers) != 1:
            raise ValueError(f"expected one file, found {len(buffers)}")
        name, targets = str(content.get("name"))[:200], content.get("targets", 1)
        data = read_data(name, bytes(buffers[0]), targets=targets)
        self.datasets[data.digest] = data
        for digest in list(self.datasets)[:-MOST_FILES]:
            if digest not in self._data_in_use():
                del self.datasets[digest]
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting.scenario.data == data.digest:
            return self._start(self._linked(waiting))
        scenario = edited(self._wanted.scenario, "data", data.digest, (), self.datasets)
        return self._start(replace(self._wanted, scenario=scenario))

    def _data_in_use(self) -> set[str]:
        scenarios = (self.result.scenario, self._wanted.scenario)
        kept = (self._kept_scenario(), self._wanted.kept)
        return {c.data for c in (*scenarios, *kept) if c is not None}

    def _change_view(self, content: dict[str, Any], _: Any) -> None:
        given = {name: value for name, value in content.items() if name != "type"}
        old = self._shown.view
        view = changed(old, **given)
        shown = replace(self._shown, view=view)
        if (old.log_loss, old.log_time) != (view.log_loss, view.log_time):
            self.run = message(shown, self.datasets)
        self._shown = shown

    def _look(self, **given: Any) -> None:
        """Change the view from here; the page then takes all of it."""
        view = changed(self._shown.view, **given)
        self._shown = replace(self._shown, view=view, view_id=self._shown.view_id + 1)

    def _open(self, content: dict[str, Any], _: Any) -> None:
        """Go where a link leads; the page shows nothing before that is settled."""
        self._opened = True
        here = Link(
            self.result.scenario, self._shown.view, self._kept_scenario(), self._shown.preset
        )
        link = read_link(content.get("search", ""), here)
        self._look(**link.view.content())
        if link.scenario.data not in (*DATA, *self.datasets):
            self._waiting = link
            raise ValueError(
                "This link needs the data file that it was made with: choose that file under "
                "Data, and the link's scenario opens with it."
            )
        self._start(self._linked(link))

    def _linked(self, link: Link) -> Wanted:
        request = self._wanted.request
        return Wanted(link.scenario, link.kept, link.preset, request, link.note)

    def _keep(self, content: dict[str, Any], _: Any) -> None:
        """Keep the run shown as A, or let A go."""
        kept = self.result if content["type"] == "freeze" else None
        shown = replace(self._shown, kept=kept)
        self.run = message(shown, self.datasets)
        self._wanted = replace(self._wanted, kept=kept.scenario if kept else None)
        self._shown = shown

    def _download(self, content: dict[str, Any], _: Any) -> None:
        view = changed(self._shown.view, t=content.get("t"))  # the page alone knows the moment
        shown = replace(self._shown, view=view)
        self._files.submit((str(content.get("what"))[:20], shown))

    def _fill(self, job: tuple[str, Shown], interrupt: Interrupt) -> File:
        return download(*job, dict(self.datasets), interrupt)

    def _send_file(self, job: tuple[str, Shown], file: File) -> None:
        told = {"type": "download", "what": file.what, "name": file.name, "mime": file.mime}
        self.send(told, [file.content])

    def _send_plotly(self, content: dict[str, Any], _: Any) -> None:
        self.send({"type": "plotly"}, [bundle.plotly()])

    def _stop(self, content: dict[str, Any], _: Any) -> None:
        self._runner.stop()

    def _rest(self, content: dict[str, Any], _: Any) -> None:
        """Compute what takes longer than a picture may, once the controls rest for a while."""
        if not self._runner.busy:
            self._studies.submit(self._shown.run_id)

    def _start(self, wanted: Wanted) -> None:
        self._wanted, self._told = wanted, ""
        same = wanted.scenario == self.result.scenario and wanted.kept == self._kept_scenario()
        if same and not self._runner.busy:
            self._shown = replace(self._shown, preset=wanted.preset)
            with self.hold_sync():
                self.run = message(self._shown, self.datasets)
                self.status = self._status("ready", note=wanted.note)
            return
        self._studies.drop()
        self._runner.submit(wanted)

    def _kept_scenario(self) -> Scenario | None:
        return None if self.kept is None else self.kept.scenario

    @visible_errors
    def _follow(self, change: Any) -> None:
        """A scenario assigned in Python, or by another page, runs like one made here."""
        if change["new"] != self.result.scenario:
            self._start(replace(self._wanted, scenario=change["new"]))

    def _compute(self, wanted: Wanted, interrupt: Interrupt) -> tuple[Run, Run | None]:
        kept = self.kept
        if wanted.kept != self._kept_scenario():
            kept = None
            if wanted.kept is not None:
                kept = run(wanted.kept, datasets=self.datasets, interrupt=interrupt)
        if wanted.scenario == self.result.scenario:
            return self.result, kept
        return run(wanted.scenario, datasets=self.datasets, interrupt=interrupt), kept

    def _deliver(self, wanted: Wanted, results: tuple[Run, Run | None]) -> None:
        result, kept = results
        if self._kept_scenario() == self._wanted.kept:
            kept = self.kept  # it was kept, or let go, while this run was under way
        run_id, preset = self._shown.run_id + 1, wanted.preset
        shown = replace(self._shown, run=result, kept=kept, preset=preset, run_id=run_id)
        content = message(shown, self.datasets)
        self._shown = shown
        stopped = result.trajectory.status == "budget"
        note = " ".join(filter(None, (wanted.note, result.trajectory.reason if stopped else "")))
        with self.hold_sync():
            self.run = content
            self.status = self._status("ready", note=note)
        self.state.scenario = result.scenario

    def _fail(self, wanted: Wanted, error: Exception) -> None:
        kept = self._kept_scenario()
        self._wanted = replace(self._wanted, scenario=self.result.scenario, kept=kept)
        self.state.set_trait("scenario", self.result.scenario)
        self.show_error(error)

    def _progress(self, job: Job[Wanted]) -> None:
        words = f"running, {job.seconds:.1f} s: t = {job.t:.3g}, loss {job.loss:.3g}"
        self.status = self._status("running", words, self._told)

    def _miss_study(self, run_id: int, error: Exception) -> None:
        """The picture is good; what could not be computed beside it is told and no more."""
        note = f"The theory beside this run could not be computed: {brief(str(error))}"
        self.status = self._status("ready", note=note)

    def _send_study(self, run_id: int, found: Study) -> None:
        if run_id != self._shown.run_id:
            return
        self.send(*packed(found, run_id))


_ANSWERS: dict[str, Callable[[Dashboard, dict[str, Any], list[memoryview]], None]] = {
    "ping": Dashboard._ping,
    "edit": Dashboard._edit,
    "upload": Dashboard._upload,
    "view": Dashboard._change_view,
    "open": Dashboard._open,
    "freeze": Dashboard._keep,
    "unfreeze": Dashboard._keep,
    "download": Dashboard._download,
    "plotly": Dashboard._send_plotly,
    "stop": Dashboard._stop,
    "rest": Dashboard._rest,
}
