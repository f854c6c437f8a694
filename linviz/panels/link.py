"""A link to a screen: the scenario, how it is shown, and the run A kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from linviz.core.experiment import link
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import brief
from linviz.panels import view
from linviz.panels.view import View

KEPT = "A"


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
