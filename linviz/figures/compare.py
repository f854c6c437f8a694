"""Two runs side by side in words: how each ended, what tells them apart, and what was changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from linviz.core.experiment.catalogue.fields import FIELDS, Field
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.tolerances import GONE, OWN_ERROR, ROUNDOFF_LOSS
from linviz.core.model.words import mode_numbers, written

NEAR_END = 0.01  # of the way from the first loss to the last
TELLING = 1.02  # ratio from which two numbers are told apart
MOST_LISTED = 6

_ENDS = {"global minimum": "the minimum", "non-strict saddle": "a flat saddle (not strict)"}


def compare_words(a: Run, b: Run) -> str:
    """How A and B ended, the numbers that tell them apart, and the settings that differ.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> A = run(Scenario(dims=(2, 2), singular_values=(2, 1)))
    >>> B = run(Scenario(dims=(2, 2), singular_values=(2, 1), t_end=1))
    >>> print(*compare_words(A, B).split("; "), sep=chr(10))
    A ends at the minimum, L = 0
    B stops at t = 1, L = 0.2984. Changed: run until the limit → 1.
    """
    ends = ended(a), ended(b)
    text = f"Both {ended(a, verb='')}." if ends[0] == ends[1] else f"A {ends[0]}; B {ends[1]}."
    told = _measured(a, b)
    if told:
        text += f" From A to B: {', '.join(told)}."
    settings = _settings(a.scenario, b.scenario)
    if not settings:
        return f"{text} Their settings are the same."
    return f"{text} Changed: {', '.join(settings)}."


def ended(run: Run, *, verb: str = "s") -> str:
    """The limit and its loss; of a run that was stopped, when. Verbs end on "s", of two runs not.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> ended(run(Scenario(dims=(2, 2), singular_values=(2, 1))))
    'ends at the minimum, L = 0'
    """
    trajectory, point = run.trajectory, run.point
    if run.at_limit:
        where = _ENDS.get(point.kind, f"a {point.kind}")
        return f"end{verb} at {where}, L = {last_loss(point.loss, trajectory)}"
    word = f"diverge{verb} by" if trajectory.status == "diverged" else f"stop{verb} at"
    t, loss = trajectory.t[-1], trajectory.loss[-1]
    return f"{word} t = {written(t)}, L = {written(loss)}"


def last_loss(value: float, trajectory: Trajectory) -> str:
    """A loss at a run's end; 0 where roundoff decides."""
    return written(0.0 if value <= ROUNDOFF_LOSS * trajectory.loss[0] else value)


def _measured(a: Run, b: Run) -> list[str]:
    """Numbers, A's and B's, where they differ in a telling way; limits only of runs that have."""
    pairs: list[tuple[str, float, float]] = []
    if a.at_limit and b.at_limit:
        times = _time_down(a), _time_down(b)
        if times[0] is not None and times[1] is not None:
            pairs.append(("99 % of the fall by t =", times[0], times[1]))
        pairs.append(("ways down", a.spectrum.n_negative, b.spectrum.n_negative))
        pairs.append(("λ_max", float(a.spectrum.eigenvalues[-1]), b.spectrum.eigenvalues[-1]))
    told = [f"{name} {_change(x, y)}" for name, x, y in pairs if _apart(x, y, TELLING)]
    x, y = (float(run.trajectory.relative_drift.max(initial=0.0)) for run in (a, b))
    if max(x, y) > OWN_ERROR and _apart(x, y, 100):  # below is the integrator's own error
        told.append(f"drift of C {_change(x, y)}")
    return told


def _time_down(run: Run) -> float | None:
    """When the loss has come down all but a hundredth of its way; None where it has no way."""
    t, above = run.trajectory.t, run.trajectory.loss - run.trajectory.loss[-1]
    goal = NEAR_END * above[0]
    if above[0] <= GONE * run.trajectory.loss[0]:
        return None
    k = int(np.argmax(above <= goal))
    share = (above[k - 1] - goal) / (above[k - 1] - above[k])
    return float(t[k - 1] + share * (t[k] - t[k - 1]))


def _apart(x: float, y: float, ratio: float) -> bool:
    low, high = sorted((abs(x), abs(y)))
    return bool(high > ratio * low)


def _change(x: float, y: float) -> str:
    return f"{written(x)} → {written(y)}"


def changes(a: Scenario, b: Scenario) -> list[str]:
    """What has to be set to come from A to B; a choice as what it is set to."""
    told = [text for text in _settings(a, b) if a.H == b.H or not text.startswith("widths")]
    for field in FIELDS.values():
        if field.name in a.entries and getattr(a, field.name) != getattr(b, field.name):
            before = f"{field.words} {_value(a, field)} → {_value(b, field)}"
            after = f"sets the {field.words} to “{_value(b, field)}”"
            told = [after if text == before else text for text in told]
    return told


def _settings(a: Scenario, b: Scenario) -> list[str]:
    """The settings in use that differ, as people call them, with A's value and B's."""
    told = [f"H {a.H} → {b.H}"] if a.H != b.H else []
    used = a.in_use & b.in_use  # what one of them has alone, its rule or data imply
    for field in FIELDS.values():
        if field.name not in used or getattr(a, field.name) == getattr(b, field.name):
            continue
        name = f"{field.words} (in {field.unit})" if field.unit else field.words
        values = _value(a, field), _value(b, field)
        told.append(f"{name} {values[0]} → {values[1]}" if values[0] != values[1] else name)
    return told


def _value(c: Scenario, field: Field) -> str:
    """A setting's value in words."""
    value = getattr(c, field.name)
    if field.name in c.entries:
        return c.entries[field.name].words
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "the limit"
    if field.kind in ("weights", "origin"):
        return ""  # too long to be read
    if isinstance(value, tuple):
        return _tuple(field, value)
    return f"{value}" if isinstance(value, int) else written(float(value))


def _tuple(field: Field, values: tuple[Any, ...]) -> str:
    """The first of a list of numbers; of a list of lists only that it was set."""
    if field.kind == "layers":
        return "as chosen"
    if field.kind == "wholes":
        return mode_numbers(values)
    if not values:
        return "as the scale"
    text = ", ".join(written(value) for value in values[:MOST_LISTED])
    return f"({text}, …)" if len(values) > MOST_LISTED else f"({text})"
