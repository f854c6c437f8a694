"""What was asked for last: each edit of the controls makes the next one of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from linviz.core.experiment.by_hand import with_weight
from linviz.core.experiment.milestones import milestones
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import Run, run
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model import checks
from linviz.core.model.checks import brief
from linviz.core.model.letters import weights_in
from linviz.core.model.samples import DataSet
from linviz.core.model.tolerances import RTOL_HELD
from linviz.panels.edits import edited
from linviz.panels.shown import Shown

MOST_EDITS = 200
# what is under the hand is gone before its last digits could be read
ROUGHLY = {"rtol": RTOL_HELD, "n_frames": 200}


@dataclass(frozen=True, slots=True)
class Assigned:
    """A scenario from Python, or from another page, with the files that are known there."""

    scenario: Scenario
    datasets: Mapping[str, DataSet]


@dataclass(frozen=True, slots=True)
class Hold:
    """A control that is held and dragged: each of its moves edits what was wanted before.

    Attributes
    ----------
    number : int
        Another for each hold.
    before : Wanted
    """

    number: int
    before: Wanted


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scenario that is to be shown.

    Attributes
    ----------
    scenario : Scenario
    kept : Scenario or None
        The run A that is to stand beside it.
    preset : str
        The lecture scenario that it comes from, or "".
    request : int
        The page's number of the message that asked for it.
    note : str
        What is to be said when it is shown.
    look : mapping
        What changes in the view when it is shown.
    hold : Hold or None
        What is held at this moment.
    """

    scenario: Scenario
    kept: Scenario | None = None
    preset: str = ""
    request: int = 0
    note: str = ""
    look: Mapping[str, Any] = field(default_factory=dict)
    hold: Hold | None = None

    @property
    def held(self) -> bool:
        """Whether it is one of many moves: what it looks like is enough."""
        return self.hold is not None


def heard(wanted: Wanted, content: Mapping[str, Any]) -> Wanted:
    """With the number of the message, so that the page knows when it is answered.

    Raises
    ------
    ValueError
        If it is none.
    """
    request = content.get("request", wanted.request)
    if isinstance(request, bool) or not isinstance(request, int):
        raise ValueError(f"expected the number of a request, found {brief(request)}")
    return replace(wanted, request=request)


def after_edits(
    wanted: Wanted, content: Mapping[str, Any], shown: Shown, datasets: Mapping[str, DataSet]
) -> Wanted:
    """What is wanted after a page's edits; those of one hold start from what was before it.

    Raises
    ------
    ValueError
        If one of them is none, or leads out of a scenario's limits: nothing is changed then.

    Examples
    --------
    >>> start = Wanted(Scenario())
    >>> message = {"edits": [{"field": "H", "value": 1}]}
    >>> after_edits(start, message, Shown(run(Scenario())), {}).scenario.dims
    (5, 5, 3)
    """
    edits, number = content.get("edits"), content.get("hold", 0)
    held = wanted.hold if wanted.hold and wanted.hold.number == number else Hold(number, wanted)
    if not isinstance(edits, list) or not all(isinstance(edit, dict) for edit in edits):
        raise ValueError(f"expected a list of edits, found {brief(edits)}")
    last = wanted.scenario if wanted.hold is held else held.before.scenario
    wanted = replace(held.before, note="", request=wanted.request, hold=None)
    for edit in edits[:MOST_EDITS]:
        name, value, index = edit.get("field"), edit.get("value"), edit.get("index", ())
        if isinstance(name, str) and name in _OF_WHAT_IS_SHOWN:
            wanted = _OF_WHAT_IS_SHOWN[name](wanted, shown, value)
            continue
        if name == "weight":
            wanted = _weight(wanted, last, shown, value, index)
            continue
        scenario = edited(wanted.scenario, name, value, index, datasets)
        preset = "" if name in ("reset", "data") else wanted.preset
        if name == "preset" and isinstance(value, str) and value in LECTURE:
            preset, lecture = value, LECTURE[value]
            axes = {"log_loss": lecture.log_loss, "log_time": lecture.log_time}
            look = {**axes, "t": None, "room": lecture.room}
            wanted = replace(wanted, look={**wanted.look, **look})
        wanted = replace(wanted, scenario=scenario, preset=preset)
    return replace(wanted, hold=held) if content.get("held") is True else wanted


def runs_of(
    wanted: Wanted, shown: Shown, datasets: Mapping[str, DataSet], interrupt: Interrupt
) -> tuple[Run, Run | None]:
    """The run that is wanted and the one beside it; those that are shown are not made again."""
    kept = shown.kept
    if wanted.kept != shown.kept_scenario:
        kept = None
        if wanted.kept is not None:
            kept = run(wanted.kept, datasets=datasets, interrupt=interrupt)
    if shown.has(wanted.scenario, rough=wanted.held):
        return shown.run, kept
    how: dict[str, Any] = ROUGHLY if wanted.held else {}
    return run(wanted.scenario, datasets=datasets, interrupt=interrupt, **how), kept


def _milestone(wanted: Wanted, shown: Shown, label: object) -> Wanted:
    """A milestone of the run shown."""
    known = {m.label: m.scenario for m in milestones(shown.run) if m.scenario is not None}
    scenario = known.get(str(label))
    if scenario is None:
        raise ValueError(f"expected a milestone of the run shown, found {brief(label)}")
    return replace(wanted, scenario=scenario)


def _go_on(wanted: Wanted, shown: Shown, t: Any) -> Wanted:
    """The weights that the run shown has at time t become the start; it plays from there."""
    scenario = shown.run.scenario_at(t)
    return replace(wanted, scenario=scenario, look={**wanted.look, "t": None})


_OF_WHAT_IS_SHOWN: Mapping[str, Callable[[Wanted, Shown, Any], Wanted]] = {
    "milestone": _milestone,
    "continue": _go_on,
}


def _weight(wanted: Wanted, last: Scenario, shown: Shown, value: Any, index: Any) -> Wanted:
    """One weight of the moment shown is set by hand: what is there then becomes the start.

    `index` is (j - 1, a - 1, b - 1, t, run): the time and the number of the run that the page
    shows. While a hand moves it, or hurries, another start is wanted already (that of `last`), or
    its run is there and the page has not seen it: then that start is the one to change.
    """
    if not isinstance(index, list | tuple) or len(index) != 5:
        raise ValueError(
            "expected the numbers of a layer, a row and a column, the time and the run shown, "
            f"found {brief(index)}"
        )
    j, a, b = (checks.whole(k, "the number of an item") + 1 for k in index[:3])
    run = shown.run
    if last.weights and last != run.scenario:
        W = weights_in(last.weights, last.dims)
    else:
        W = run.trajectory.at(index[3] if index[4] == shown.run_id else 0)
    found = with_weight(wanted.scenario, W, (j, a, b), value)
    return replace(wanted, scenario=found, look={**wanted.look, "t": 0.0})
