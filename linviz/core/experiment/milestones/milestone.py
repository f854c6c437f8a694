"""One meaningful value, or moment, of a run; and how its numbers are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import weights_of
from linviz.core.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Milestone:
    """A meaningful value, or moment, of one run.

    Attributes
    ----------
    control : str
        The control that it belongs to; "time" for a moment.
    label : str
        At most 24 characters, different for each milestone of a run.
    words : str
        A sentence with the formula and the number.
    scenario : Scenario or None
        What the controls would be.
    t : float or None
        The moment of this very run, where it is one.
    seen : str
        What is to be seen then, in a few words.
    """

    control: str
    label: str
    words: str
    scenario: Scenario | None = None
    t: float | None = None
    seen: str = ""


def possible(problem: Problem, scenario: Scenario, **changes: Any) -> Scenario | None:
    """The scenario with changes, if it has a start."""
    try:
        changed = replace(scenario, **changes)
        weights_of(changed, problem)
    except ValueError:
        return None
    return changed


def digits(value: float, n: int = 6, *, up: bool = False) -> float:
    """The value with n digits, as a control can show it; with `up`, not below it."""
    rounded = float(f"{value:.{n}g}")
    if up and rounded < value:
        rounded = float(f"{value * (1 + 10.0 ** (1 - n)):.{n}g}")
    return rounded
