"""The dashboard: one widget, one state; each edit becomes one run and one message."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import anywidget
import numpy as np
import traitlets

from linviz.core.bounds import brief
from linviz.core.data import DataSet, read_data
from linviz.core.flow import FlowError
from linviz.core.milestones import milestones
from linviz.core.presets import LECTURE
from linviz.core.run import Run, run
from linviz.core.scenario import DATA, Scenario
from linviz.core.trajectory import Interrupt
from linviz.panels import front
from linviz.panels.download import download
from linviz.panels.edits import edited
from linviz.panels.link import Link, read_link
from linviz.panels.message import Shown, message
from linviz.panels.runner import Job, Runner, StoppedError
from linviz.panels.state import State
from linviz.panels.study import Study, study
from linviz.panels.view import View, changed

MOST_FILES = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for last; further edits start from it."""

    scenario: Scenario
    kept: Scenario | None = None
    request: int = 0
    note: str = ""


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

    _esm = front.script()
    _css = front.style()
    run = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        start: Scenario | State | None = None,
        view: View | None = None,
        kept: Scenario | None = None,
    ) -> None:
        self.state = start if isinstance(start, State) else State(scenario=start or Scenario())
        self.datasets: dict[str, DataSet] = {}
        self._wanted, self._opened = Wanted(self.state.scenario, kept), False
        self._waiting: Link | None = None  # a link to data that are still to be uploaded
        beside = None if kept is None else run(kept)
        self._shown = Shown(run(self.state.scenario), beside, view or View())
        super().__init__(run=message(self._shown, {}), status=self._status("ready"))
        self._runner: Runner[Wanted, tuple[Run, Run | None]] = Runner(
            self._compute, self._deliver, self._fail, self._progress
        )
        self._studies: Runner[int, Study] = Runner(
            lambda _, interrupt: study(self.result, interrupt),
            self._send_study,
            lambda _, error: self.show_error(error),
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
        self._wanted = replace(self._wanted, request=int(content.get("request", 0)), note="")
        scenario = self._wanted.scenario
        for edit in list(content.get("edits", []))[:200]:
            field, value = edit["field"], edit["value"]
            if field == "milestone":
                scenario = self._milestone(value)
                continue
            scenario = edited(scenario, field, value, edit.get("index", ()), self.datasets)
            if field == "preset" and value in LECTURE:
                preset = LECTURE[value]
                self._look(log_loss=preset.log_loss, log_time=preset.log_time, t=None)
        self._start(replace(self._wanted, scenario=scenario))

    def _milestone(self, label: object) -> Scenario:
        """Scenario of a milestone of the run shown."""
        known = {m.label: m.scenario for m in milestones(self.result) if m.scenario is not None}
        scenario = known.get(str(label))
        if scenario is None:
            raise ValueError(f"expected a milestone of the run shown, found {brief(label)}")
        return scenario

    def _upload(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        self._wanted = replace(self._wanted, request=int(content.get("request", 0)), note="")
        if len(buffers) != 1:
            raise ValueError(f"expected one file, found {len(buffers)}")
        name, targets = str(content.get("name"))[:200], content.get("targets", 1)
        data = read_data(name, bytes(buffers[0]), targets=targets)
        self.datasets[data.digest] = data
        for digest in list(self.datasets)[:-MOST_FILES]:
            if digest not in (self.result.scenario.data, self._wanted.scenario.data):
                del self.datasets[digest]
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting.scenario.data == data.digest:
            return self._start(replace(self._wanted, scenario=waiting.scenario))
        scenario = edited(self._wanted.scenario, "data", data.digest, (), self.datasets)
        return self._start(replace(self._wanted, scenario=scenario))

    def _change_view(self, content: dict[str, Any], _: Any) -> None:
        given = {name: value for name, value in content.items() if name != "type"}
        old = self._shown.view
        view = changed(old, **given)
        self._shown = replace(self._shown, view=view)
        if (old.log_loss, old.log_time) != (view.log_loss, view.log_time):
            self.run = message(self._shown, self.datasets)

    def _look(self, **given: Any) -> None:
        """Change the view from here; the page then takes all of it."""
        view = changed(self._shown.view, **given)
        self._shown = replace(self._shown, view=view, view_id=self._shown.view_id + 1)

    def _open(self, content: dict[str, Any], _: Any) -> None:
        """Go where a link leads; the page shows nothing before that is settled."""
        self._opened = True
        link = read_link(content.get("search", ""), Link(self.state.scenario, self._shown.view))
        self._look(**link.view.content())
        if link.scenario.data not in (*DATA, *self.datasets):
            self._waiting = link
            raise ValueError(
                "This link needs the data file that it was made with: choose that file under "
                "Data, and the link's scenario opens with it."
            )
        self._start(replace(self._wanted, scenario=link.scenario, kept=link.kept, note=link.note))

    def _keep(self, content: dict[str, Any], _: Any) -> None:
        """Keep the run shown as A, or let A go."""
        kept = self.result if content["type"] == "freeze" else None
        self._wanted = replace(self._wanted, kept=kept.scenario if kept else None)
        self._shown = replace(self._shown, kept=kept)
        self.run = message(self._shown, self.datasets)

    def _download(self, content: dict[str, Any], _: Any) -> None:
        file = download(str(content.get("what"))[:20], self._shown, self.datasets)
        told = {"type": "download", "what": file.what, "name": file.name, "mime": file.mime}
        self.send(told, [file.content])

    def _send_plotly(self, content: dict[str, Any], _: Any) -> None:
        self.send({"type": "plotly"}, [front.plotly()])

    def _stop(self, content: dict[str, Any], _: Any) -> None:
        self._runner.stop()

    def _rest(self, content: dict[str, Any], _: Any) -> None:
        """Compute what takes longer than a picture may, once the controls rest for a while."""
        if not self._runner.busy:
            self._studies.submit(self._shown.run_id)

    def _start(self, wanted: Wanted) -> None:
        self._wanted = wanted
        same = wanted.scenario == self.result.scenario and wanted.kept == self._kept_scenario()
        if same and not self._runner.busy:
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
        self._shown = replace(self._shown, run=result, kept=kept, run_id=self._shown.run_id + 1)
        stopped = result.trajectory.status == "budget"
        note = " ".join(filter(None, (wanted.note, result.trajectory.reason if stopped else "")))
        with self.hold_sync():
            self.run = message(self._shown, self.datasets)
            self.status = self._status("ready", note=note)
        self.state.scenario = result.scenario

    def _fail(self, wanted: Wanted, error: Exception) -> None:
        kept = self._kept_scenario()
        self._wanted = replace(self._wanted, scenario=self.result.scenario, kept=kept)
        self.state.set_trait("scenario", self.result.scenario)
        self.show_error(error)

    def _progress(self, job: Job[Wanted]) -> None:
        words = f"running, {job.seconds:.1f} s: t = {job.t:.3g}, loss {job.loss:.3g}"
        self.status = self._status("running", words)

    def _send_study(self, run_id: int, found: Study) -> None:
        if run_id != self._shown.run_id:
            return
        n = found.eigenvalues.shape[1]
        buffers = [np.ascontiguousarray(a).tobytes() for a in (found.t, found.eigenvalues)]
        told = {"type": "later", "run": run_id, "n": n, "theory": found.theory}
        self.send(told, buffers)


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
