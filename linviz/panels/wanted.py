"""What was asked for last: each edit of the controls makes the next one of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from linviz.core.experiment.milestones.listing import milestones
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import brief
from linviz.core.model.data import DataSet
from linviz.panels.edits import edited

MOST_EDITS = 200


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
    """

    scenario: Scenario
    kept: Scenario | None = None
    preset: str = ""
    request: int = 0
    note: str = ""


def heard(wanted: Wanted, content: Mapping[str, Any]) -> Wanted:
    """With the number of the message, so that the page knows when it is answered.

    Raises
    ------
    ValueError
        If it is none.
    """
    request = content.get("request", 0)
    if isinstance(request, bool) or not isinstance(request, int):
        raise ValueError(f"expected the number of a request, found {brief(request)}")
    return replace(wanted, request=request, note="")


def after_edits(
    wanted: Wanted, edits: Any, shown: Run, datasets: Mapping[str, DataSet]
) -> tuple[Wanted, dict[str, Any]]:
    """What is wanted after a page's edits, and what changes in the view with them.

    Raises
    ------
    ValueError
        If one of them is none, or leads out of a scenario's bounds: nothing is changed then.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> start = Wanted(Scenario())
    >>> after_edits(start, [{"field": "H", "value": 1}], run(Scenario()), {})[0].scenario.dims
    (5, 5, 3)
    """
    if not isinstance(edits, list) or not all(isinstance(edit, dict) for edit in edits):
        raise ValueError(f"expected a list of edits, found {brief(edits)}")
    look: dict[str, Any] = {}
    for edit in edits[:MOST_EDITS]:
        field, value, index = edit.get("field"), edit.get("value"), edit.get("index", ())
        if field == "milestone":
            wanted = replace(wanted, scenario=_milestone(shown, value))
            continue
        scenario = edited(wanted.scenario, field, value, index, datasets)
        preset = "" if field in ("reset", "data") else wanted.preset
        if field == "preset" and isinstance(value, str) and value in LECTURE:
            preset, lecture = value, LECTURE[value]
            look = {"log_loss": lecture.log_loss, "log_time": lecture.log_time, "t": None}
        wanted = replace(wanted, scenario=scenario, preset=preset)
    return wanted, look


def _milestone(shown: Run, label: object) -> Scenario:
    """Scenario of a milestone of the run shown."""
    known = {m.label: m.scenario for m in milestones(shown) if m.scenario is not None}
    scenario = known.get(str(label))
    if scenario is None:
        raise ValueError(f"expected a milestone of the run shown, found {brief(label)}")
    return scenario
