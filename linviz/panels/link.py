"""A link to a screen: the scenario, how it is shown, and the run A kept beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from linviz.core.experiment import link
from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import brief
from linviz.core.model.data import DataSet, read_data
from linviz.panels import view
from linviz.panels.view import View

KEPT = "A"
OTHER_FILE = "This is not the file that the link was made with; the link still waits for it."


@dataclass(frozen=True, slots=True)
class Link:
    """What a link asks for.

    Attributes
    ----------
    scenario : Scenario
    view : View
    kept : Scenario or None
        The run A that the other is compared with.
    preset : str
        The lecture scenario that it comes from, whose commentary is shown, or "".
    note : str
        What in the link was not understood, in words, or "".
    """

    scenario: Scenario
    view: View
    kept: Scenario | None = None
    preset: str = ""
    note: str = ""


def read_link(query: str, start: Link | None = None) -> Link:
    """What a query asks for, beginning at `start`; names of other tools are told, not refused.

    Raises
    ------
    ValueError
        If a value is not what its name takes: nothing is opened then.

    Examples
    --------
    >>> read_link("?preset=staircase&colors=dark").view.colors
    'dark'
    """
    start = start or Link(Scenario(), View())
    pairs = link.pairs_of(query)
    own = {name: text for name, text in pairs.items() if name in (*link.LINKED, "preset", "H")}
    unknown = sorted(pairs.keys() - own.keys() - {*view.VIEWED, KEPT})
    scenario = link.from_pairs(own) if own else start.scenario
    shown = start.view
    if preset := LECTURE.get(pairs.get("preset", "")):
        shown = view.changed(shown, log_loss=preset.log_loss, log_time=preset.log_time)
    note = f"The link also says {', '.join(map(brief, unknown[:3]))}, which linviz does not know."
    return Link(
        scenario,
        view.from_pairs(pairs, shown),
        _kept(pairs[KEPT]) if KEPT in pairs else start.kept,
        own.get("preset", "" if own else start.preset),
        note if unknown else "",
    )


def _kept(query: str) -> Scenario:
    if not query:
        raise ValueError("expected the scenario of the kept run after A=, found nothing")
    return link.from_query(query)


def write_link(
    scenario: Scenario, shown: View, kept: Scenario | None = None, preset: str = ""
) -> str:
    """Query that `read_link` reads back.

    Examples
    --------
    >>> write_link(Scenario(dims=(2, 2), singular_values=(2, 1)), View(colors="dark"))
    'v=1&dims=2,2&singular_values=2,1&rule=gaussian&scale=0.1&seed=3&colors=dark'
    """
    pairs = view.to_pairs(shown)
    if preset:  # it brings axes of its own
        pairs |= {"log_loss": str(int(shown.log_loss)), "log_time": str(int(shown.log_time))}
    if kept is not None:
        pairs[KEPT] = link.to_query(kept)
    rest = urlencode(pairs, safe=",;")
    return "&".join(filter(None, (link.to_query(scenario, preset), rest)))


def missing(link: Link, known: Container[str]) -> tuple[Scenario, ...]:
    """Scenarios of a link whose data are not packaged and not among the digests known."""
    asked = (link.scenario, link.kept)
    return tuple(s for s in asked if s is not None and s.data not in DATA and s.data not in known)


def file_of(scenarios: Iterable[Scenario], name: str, content: bytes) -> DataSet | None:
    """The data of one of these scenarios, where this is their file.

    It is read as it was for them: with as many targets as they have outputs.
    """
    for scenario in scenarios:
        with contextlib.suppress(ValueError):
            data = read_data(name, content, targets=scenario.dims[-1])
            if data.digest == scenario.data:
                return data
    return None


def file_words(link: Link, awaited: Container[Scenario]) -> str:
    """What is to be done about the files that a link still needs."""
    if link.scenario in awaited:
        return (
            "This link needs the data file that it was made with: choose that file under Data, "
            "and the link's scenario opens with it."
        )
    return (
        "The run A of this link was made with a data file of its own: choose that file under "
        "Data too, and the link opens."
    )
