"""What is computed beside a run, each in a lane of its own: the picture does not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from linviz.core.flow.trajectory import Interrupt
from linviz.panels import space, spectra, starts, study
from linviz.panels.message import Message
from linviz.panels.shown import Shown
from linviz.panels.work import Lane


@dataclass(frozen=True, slots=True)
class Beside:
    """One kind of it.

    Attributes
    ----------
    lane : Lane
    name : str
        As a visitor is told that it could not be computed.
    compute : callable (shown, message) -> callable (interrupt) -> result
        What a message of the page asks for; `ValueError` if it asks for nothing that there is.
    told : callable (result, number of the run) -> Message
        What the page is told.
    """

    lane: Lane
    name: str
    compute: Callable[[Shown, dict[str, Any]], Callable[[Interrupt], Any]]
    told: Callable[[Any, int], Message]


# by the type of the message that asks for it
ASKED: dict[str, Beside] = {
    "rest": Beside(
        "study",
        "The theory beside this run",
        lambda shown, _: partial(study.study, shown.run),
        study.packed,
    ),
    "spectra": Beside(
        "spectra",
        "The eigenvalues along this run",
        lambda shown, _: partial(spectra.spectra, shown.run, kept=shown.kept),
        spectra.packed,
    ),
    "moment": Beside(
        "moment",
        "The eigenvalues of this moment",
        lambda shown, said: partial(spectra.moment, shown.run, said.get("t")),
        spectra.packed_moment,
    ),
    "space": Beside("space", "This picture of space", space.asked, space.told),
    "starts": Beside("starts", "Many starts", starts.asked, starts.packed),
}
BY_LANE: dict[Lane, Beside] = {each.lane: each for each in ASKED.values()}
