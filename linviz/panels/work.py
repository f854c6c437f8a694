"""A computation as a value: what a session asks of a runner, and what the runner reports of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from linviz.core.flow.gradient_flow import FlowError
from linviz.core.flow.trajectory import Interrupt

Lane = Literal["run", "moment", "spectra", "study", "file", "space", "starts"]
LANES: tuple[Lane, ...] = (
    "run",
    "file",
    "moment",
    "spectra",
    "space",
    "study",
    "starts",
)  # who waits longest for a picture goes first

SHOW_AFTER = 0.35  # seconds until a run says that it runs
TELL_EVERY = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Compute this, in place of what is under way in its lane.

    Attributes
    ----------
    lane : one of `LANES`
        In each the newest wins.
    compute : callable (interrupt) -> result
        `interrupt(t, loss)` is True when it is to come to an end. It reads nothing that changes.
    """

    lane: Lane
    compute: Callable[[Interrupt], Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """End what is under way in this lane soon, with what it has."""

    lane: Lane


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget what is under way in this lane."""

    lane: Lane


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A work was done."""

    work: Work
    result: Any


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """A work could not be done, or was given up."""

    work: Work
    error: Exception


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a work has come: seconds since it was asked for, and the flow's time and loss."""

    work: Work
    seconds: float
    t: float
    loss: float


Order = Work | Stop | Drop
Report = Finished | Failed | Progress


class StoppedError(Exception):
    """The user stopped a run that had nothing to show yet."""


def error_words(error: Exception) -> str:
    """What a visitor is told of an error.

    Examples
    --------
    >>> error_words(ValueError("expected a number")), error_words(KeyError("x"))[:44]
    ('expected a number', 'Something went wrong in linviz itself (KeyEr')
    """
    if isinstance(error, MemoryError):
        return "This needs more memory than there is; choose smaller widths or fewer layers."
    if isinstance(error, ValueError | FlowError | StoppedError):
        return str(error)
    return f"Something went wrong in linviz itself ({type(error).__name__}): {error}"


@dataclass(slots=True, eq=False)
class Job:
    """One work under way, as its runner sees it."""

    work: Work
    started: float = field(default_factory=time.monotonic)
    t: float = 0.0
    loss: float = float("nan")
    dropped: bool = False
    stopped: bool = False

    def interrupt(self, t: float, loss: float) -> bool:
        """Note how far the flow has come; whether it is to end."""
        self.t, self.loss = t, loss
        return self.stopped or self.dropped

    def done(self, interrupt: Interrupt) -> Finished | Failed:
        """Compute; every error is to be seen in the page."""
        try:
            return Finished(self.work, self.work.compute(interrupt))
        except Exception as error:
            return Failed(self.work, error)

    @property
    def seconds(self) -> float:
        """Wall time since it was asked for."""
        return time.monotonic() - self.started

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return Progress(self.work, self.seconds, self.t, self.loss)
