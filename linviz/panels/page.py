"""The dashboard: one widget, one state; each edit becomes one run and one message."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import anywidget
import numpy as np
import traitlets

from linviz.core.data import DataSet, read_data
from linviz.core.flow import FlowError
from linviz.core.hessian import frame_spectra
from linviz.core.presets import LECTURE
from linviz.core.run import Run, run
from linviz.core.scenario import Scenario
from linviz.core.theory import statements
from linviz.core.trajectory import Interrupt
from linviz.panels import front
from linviz.panels.edits import edited
from linviz.panels.message import View, message
from linviz.panels.runner import Job, Runner, StoppedError
from linviz.panels.state import State

MOST_WEIGHTS_IN_MOTION = 300
FRAMES_IN_MOTION = 80
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
    """The whole page as one widget.

    Attributes
    ----------
    state : State
        ``state.scenario`` is what the page shows; assign another to run it.
    result : Run
        The run shown, with all its arrays.
    """

    _esm = front.script()
    _css = front.style()
    run = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)

    def __init__(self, scenario: Scenario | None = None) -> None:
        scenario = Scenario() if scenario is None else scenario
        self.state = State(scenario=scenario)
        self.datasets: dict[str, DataSet] = {}
        self._view, self._request, self._run_id = View(), 0, 1
        self.result: Run = run(scenario)
        self._wanted = scenario  # the newest scenario asked for; further edits start from it
        super().__init__(
            run=message(self.result, self._view, 1, {}),
            status=self._status("ready"),
        )
        self._runner: Runner[tuple[Scenario, int], Run] = Runner(
            self._compute, self._deliver, self._fail, self._progress
        )
        self._motion: Runner[int, dict[str, Any]] = Runner(
            self._later, self._send_later, lambda _, error: self.show_error(error)
        )
        self.on_msg(self._receive)
        self.state.observe(self._follow, "scenario")

    def show_error(self, error: Exception) -> None:
        """Say in the page what went wrong; the last good picture stays, marked as out of date."""
        words = str(error)
        if not isinstance(error, ValueError | FlowError | StoppedError):
            words = f"Something went wrong in linviz itself ({type(error).__name__}): {error}"
        self.status = self._status("error", words)

    def _status(self, state: str, words: str = "", note: str = "") -> dict[str, Any]:
        return {"state": state, "words": words, "note": note, "request": self._request}

    @visible_errors
    def _receive(self, _: Any, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Answer one message of the page; what it sends is not to be trusted."""
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "ping":
            self.send({"type": "pong", "request": content.get("request", 0)})
        elif kind == "edit":
            self._edit(content)
        elif kind == "upload":
            self._upload(content, buffers)
        elif kind == "view":
            self._change_view(content)
        elif kind == "stop":
            self._runner.stop()
        elif kind == "rest":
            self._study()
        elif kind == "plotly":
            file = front.FRONT / "plotly-basic.min.js"
            self.send({"type": "plotly"}, [file.read_bytes()])
        else:
            raise ValueError(f"expected a message that the page sends, found type {kind!r}")

    def _edit(self, content: dict[str, Any]) -> None:
        self._request = int(content.get("request", 0))
        scenario = self._wanted
        for edit in list(content.get("edits", []))[:200]:
            if edit["field"] == "preset" and edit["value"] in LECTURE:
                preset = LECTURE[edit["value"]]
                self._view = View(log_loss=preset.log_loss, log_time=preset.log_time)
            scenario = edited(
                scenario, edit["field"], edit["value"], edit.get("index", ()), self.datasets
            )
        self._start(scenario)

    def _upload(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        self._request = int(content.get("request", 0))
        if len(buffers) != 1:
            raise ValueError(f"expected one file, found {len(buffers)}")
        name, targets = str(content.get("name"))[:200], content.get("targets", 1)
        data = read_data(name, bytes(buffers[0]), targets=targets)
        self.datasets[data.digest] = data
        for digest in list(self.datasets)[:-MOST_FILES]:
            if digest not in (self.result.scenario.data, self._wanted.data):
                del self.datasets[digest]
        self._start(edited(self._wanted, "data", data.digest, (), self.datasets))

    def _change_view(self, content: dict[str, Any]) -> None:
        known = {k: bool(content[k]) for k in ("log_loss", "log_time") if k in content}
        self._view = replace(self._view, **known)
        self._show(self.result)

    def _start(self, scenario: Scenario) -> None:
        self._wanted = scenario
        if scenario == self.result.scenario and not self._runner.busy:
            self.status = self._status("ready")
            return
        self._motion.drop()
        self._runner.submit((scenario, self._request))

    @visible_errors
    def _follow(self, change: Any) -> None:
        """A scenario assigned in Python runs like one made by the controls."""
        if change["new"] != self.result.scenario:
            self._start(change["new"])

    def _compute(self, job: tuple[Scenario, int], interrupt: Interrupt) -> Run:
        return run(job[0], datasets=self.datasets, interrupt=interrupt)

    def _deliver(self, job: tuple[Scenario, int], result: Run) -> None:
        self.result = result
        self._run_id += 1
        self._show(result)
        self.state.scenario = result.scenario

    def _show(self, result: Run) -> None:
        stopped = result.trajectory.status == "budget"
        with self.hold_sync():
            self.run = message(result, self._view, self._run_id, self.datasets)
            self.status = self._status("ready", note=result.trajectory.reason if stopped else "")

    def _fail(self, job: tuple[Scenario, int], error: Exception) -> None:
        self._wanted = self.result.scenario
        self.state.set_trait("scenario", self.result.scenario)
        self.show_error(error)

    def _progress(self, job: Job[tuple[Scenario, int]]) -> None:
        words = f"running, {job.seconds:.1f} s: t = {job.t:.3g}, loss {job.loss:.3g}"
        self.status = self._status("running", words)

    def _study(self) -> None:
        """Compute what takes longer than a picture may, once the controls rest for a while."""
        if not self._runner.busy:
            self._motion.submit(self._run_id)

    def _later(self, run_id: int, interrupt: Interrupt) -> dict[str, Any]:
        """The theory's statements and, of small networks, the eigenvalues at many moments."""
        rows = [asdict(statement) for statement in statements(self.result)]
        moving = {"t": np.zeros(0), "n": 0, "values": np.zeros((0, 0))}
        if self.result.scenario.n_parameters <= MOST_WEIGHTS_IN_MOTION:
            moving = self._spectra(interrupt)
        return moving | {"theory": rows}

    def _spectra(self, interrupt: Interrupt) -> dict[str, Any]:
        trajectory = self.result.trajectory
        n = len(trajectory.t)
        frames = np.unique(np.linspace(0, n - 1, min(n, FRAMES_IN_MOTION)).round().astype(int))
        chunks = []
        for some in np.array_split(frames, max(1, len(frames) // 8)):
            if interrupt(0.0, 0.0):
                break
            chunks.append(frame_spectra(trajectory.problem, trajectory.W, some.tolist()))
        values = np.concatenate(chunks)
        return {"t": trajectory.t[frames[: len(values)]], "n": values.shape[1], "values": values}

    def _send_later(self, run_id: int, moving: dict[str, Any]) -> None:
        if run_id != self._run_id:
            return
        buffers = [np.ascontiguousarray(moving[k]).tobytes() for k in ("t", "values")]
        content = {"type": "later", "run": run_id, "n": moving["n"], "theory": moving["theory"]}
        self.send(content, buffers)


def dashboard(scenario: Scenario | None = None) -> Dashboard:
    """The whole page, on the default scenario or the one given.

    Examples
    --------
    >>> page = dashboard(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> page.result.trajectory.status
    'converged'
    """
    return Dashboard(scenario)
