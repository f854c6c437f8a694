"""The dashboard as a widget: what happens goes to its session, the answers go to the page."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.samples import DataSet
from linviz.panels import bundle, snapshot
from linviz.panels.link import Link
from linviz.panels.message import Message
from linviz.panels.runner import Runner
from linviz.panels.session import Session
from linviz.panels.state import State
from linviz.panels.view import View
from linviz.panels.wanted import Assigned
from linviz.panels.work import Drop, Finished, Progress, Report, Work


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

    _esm = "" if bundle.is_elsewhere() else bundle.script()
    _css = "" if bundle.is_elsewhere() else bundle.style()
    run = traitlets.Dict().tag(sync=True)
    moved = traitlets.Dict().tag(sync=True)  # of `run`, what a dragged control has moved since
    status = traitlets.Dict().tag(sync=True)
    theory = traitlets.Dict().tag(sync=True)
    spectra = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        start: Scenario | State | None = None,
        view: View | None = None,
        kept: Scenario | None = None,
        preset: str = "",
    ) -> None:
        self.state = start if isinstance(start, State) else State(scenario=start or Scenario())
        first = Link(self.state.scenario, view or View(), kept, preset)
        self._session = Session(first, self.state.datasets)
        run, status = self._session.first()
        super().__init__(run=run.content["run"], status=status.content)
        self._runner = Runner(self._hear)
        self.on_msg(self._receive)
        self.state.observe(self._follow, "scenario")

    @property
    def result(self) -> Run:
        """The run shown."""
        return self._session.shown.run

    @property
    def kept(self) -> Run | None:
        """The run A that the one shown is compared with."""
        return self._session.shown.kept

    @property
    def datasets(self) -> Mapping[str, DataSet]:
        """The files that the page knows, by their digests."""
        return self._session.datasets

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The widget, and for pages without a kernel a picture of the run and a sentence."""
        whole = super()._repr_mimebundle_(**kwargs)
        if whole is None or bundle.is_elsewhere():
            return whole
        data, metadata = whole
        try:
            data = data | snapshot.mime_bundle(self._session.shown)
        except Exception as error:  # the widget is there all the same
            self.show_error(error)
        return data, metadata

    def show_error(self, error: Exception) -> None:
        """Say in the page what went wrong; the last good picture stays, marked as out of date."""
        self._act(error)

    @visible_errors
    def _receive(self, _: Any, content: object, buffers: Sequence[memoryview]) -> None:
        """Answer one message of the page."""
        if content == {"type": "state"}:  # it was not there when this widget was made
            self.send_state(_STATE)
        else:
            self._act(content, buffers)

    @visible_errors
    def _follow(self, change: Any) -> None:
        """A scenario assigned in Python runs like one made here; another page's run is shown."""
        scenario, run = change["new"], self.state.result
        known = run if run is not None and run.scenario == scenario else None
        self._act(Assigned(scenario, self.state.datasets), known=known)

    @visible_errors
    def _hear(self, report: Report) -> None:
        """What became of a work; the other pages of the state follow."""
        self._act(report)
        if isinstance(report, Progress) or report.work.lane != "run" or self._session.running:
            return
        self.state.datasets = dict(self.datasets)
        self.state.result = self.result
        self.state.scenario = self.result.scenario

    def _act(
        self, event: object, buffers: Sequence[memoryview] = (), known: Run | None = None
    ) -> None:
        session = self._session
        answer = session.receive(event, buffers)
        self._tell([item for item in answer if isinstance(item, Message)])
        same_kept = session.wanted.kept == session.shown.kept_scenario
        for item in answer:
            if isinstance(item, Work) and item.lane == "run" and known is not None and same_kept:
                self._runner.take(Drop("run"))
                self._act(Finished(item, (known, self.kept)))
            elif not isinstance(item, Message):
                self._runner.take(item)

    def _tell(self, messages: Sequence[Message]) -> None:
        with self.hold_sync():
            for message in messages:
                if message.content["type"] == "run":
                    self.run, self.moved = message.content["run"], {}
                elif message.content["type"] == "moved":
                    self.moved = message.content["moved"]
                elif message.content["type"] == "status":
                    self.status = message.content
                elif message.content["type"] in _KEPT:
                    # a notebook is saved with them
                    kept = {"message": message.content, "buffers": list(message.buffers)}
                    setattr(self, _KEPT[message.content["type"]], kept)
                else:
                    self.send(message.content, list(message.buffers))


_STATE = ("run", "moved", "status", "theory", "spectra")
_KEPT = {"later": "theory", "spectra": "spectra"}
