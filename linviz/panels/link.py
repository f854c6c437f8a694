"""A link to a screen: the scenario, how it is shown, and the run A kept beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from linviz.core.experiment import link
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import brief
from linviz.core.model.reading import Reading
from linviz.core.model.samples import DataSet
from linviz.core.model.sources import clean_name
from linviz.core.model.words import plural
from linviz.panels import view
from linviz.panels.view import View

KEPT = "A"
# what mail, search and course pages add to follow a reader; front/page/tracking.js has it too
TRACKING = (
    r"utm_\w+|[a-z]*clk?id|gclsrc|gbraid|wbraid|gad_\w+|_gl|_ga|mc_[ce]id|mkt_tok|_?hs\w+|__hs\w+|"
    r"igsh(id)?|vero_\w+|oly_\w+|s_cid|cmpid|li_fat_id|_openstat|module_item_id|"
    r"trk|ref|referrer|ref_\w+|source"
)
_TRACKING = re.compile(TRACKING, re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """Where a link's data come from: what it says of their file, which it does not carry.

    Attributes
    ----------
    name : str
    samples : int
        0 where the link does not say.
    reading : Reading or None
        How the file was read.
    """

    name: str = ""
    samples: int = 0
    reading: Reading | None = None

    @classmethod
    def of(cls, data: DataSet) -> LinkedFile:
        """What there is to say of a data set."""
        return cls(data.name, data.X.shape[1], data.reading)

    @property
    def words(self) -> str:
        """The same for people.

        Examples
        --------
        >>> LinkedFile("iris.csv", 150).words
        'iris.csv with 150 samples'
        """
        samples = f" with {plural(self.samples, 'sample')}" if self.samples else ""
        return f"{self.name or 'a file'}{samples}"

    def to_pairs(self) -> dict[str, str]:
        """What a link says of it.

        Examples
        --------
        >>> LinkedFile("iris.csv", 150, Reading(separator=",", targets=3)).to_pairs()
        {'file': 'iris.csv', 'samples': '150', 'read': 'comma,targets-3'}
        """
        pairs = {"file": self.name, "samples": str(self.samples)}
        return pairs | ({} if self.reading is None else {"read": self.reading.text})

    @classmethod
    def from_pairs(cls, pairs: Mapping[str, str]) -> LinkedFile:
        """The same, from a link."""
        samples = pairs.get("samples", "0")
        if not samples.isdecimal() or len(samples) > 9:
            raise ValueError(f"expected a number of samples, found {brief(samples)}")
        reading = Reading.from_text(pairs["read"]) if "read" in pairs else None
        return cls(clean_name(pairs.get("file", "")), int(samples), reading)


LINKED_FILE = ("file", "samples", "read")  # names in a link


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
    files : mapping of digest to LinkedFile
        What it says of the files that its data come from.
    """

    scenario: Scenario
    view: View
    kept: Scenario | None = None
    preset: str = ""
    note: str = ""
    files: Mapping[str, LinkedFile] = field(default_factory=dict)


def read_link(query: str, start: Link | None = None) -> Link:
    """What a query asks for, beginning at `start`; names that linviz does not know are told, not
    refused, and those by which mail and course pages follow a reader are nothing. Of how a run is
    shown what cannot be read is told too, and the rest is opened.

    Raises
    ------
    ValueError
        If a value of a scenario is not what its name takes: nothing is opened then.

    Examples
    --------
    >>> read_link("?preset=staircase&colors=dark").view.colors
    'dark'
    """
    start = start or Link(Scenario(), View())
    pairs = link.pairs_of(without_tracking(query))
    own = {name: text for name, text in pairs.items() if name in (*link.LINKED, "preset", "H")}
    unknown = sorted(pairs.keys() - own.keys() - {*view.VIEWED, *LINKED_FILE, KEPT})
    scenario = link.from_pairs(own) if own else start.scenario
    shown = start.view
    if preset := LECTURE.get(pairs.get("preset", "")):
        shown = view.changed(shown, log_loss=preset.log_loss, log_time=preset.log_time)
    shown, notes = _viewed(pairs, shown)
    if unknown:
        names = ", ".join(map(brief, unknown[:3]))
        notes.append(f"The link also says {names}, which linviz does not know.")
    kept, files = _kept(pairs[KEPT]) if KEPT in pairs else (start.kept, {})
    return Link(
        scenario,
        shown,
        kept,
        own.get("preset", "" if own else start.preset),
        " ".join(notes),
        files | _files(scenario, pairs),
    )


def _viewed(pairs: Mapping[str, str], start: View) -> tuple[View, list[str]]:
    """How it is shown, and in words what of that could not be read."""
    shown, notes = start, []
    for name in view.VIEWED:
        if name in pairs:
            try:
                shown = view.from_pairs({name: pairs[name]}, shown)
            except ValueError as error:
                notes.append(f"Of the link {name}= was left out: {error}.")
    return shown, notes


def without_tracking(query: str) -> str:
    """The query without the names that only follow a reader.

    Examples
    --------
    >>> without_tracking("?fbclid=IwAR0&preset=staircase&utm_source=mail&utm_source=mail")
    '?preset=staircase'
    """
    mark = "?" if query.startswith("?") else ""
    parts = query.removeprefix("?").split("&")
    kept = (part for part in parts if not _TRACKING.fullmatch(part.split("=", 1)[0]))
    return mark + "&".join(kept)


def _kept(query: str) -> tuple[Scenario, dict[str, LinkedFile]]:
    if not query:
        raise ValueError("expected the scenario of the kept run after A=, found nothing")
    pairs = link.pairs_of(query)
    scenario = link.from_pairs({name: pairs[name] for name in pairs if name not in LINKED_FILE})
    return scenario, _files(scenario, pairs)


def _files(scenario: Scenario, pairs: Mapping[str, str]) -> dict[str, LinkedFile]:
    said = {name: pairs[name] for name in LINKED_FILE if name in pairs}
    return {scenario.data: LinkedFile.from_pairs(said)} if said else {}


def write_link(
    scenario: Scenario,
    shown: View,
    kept: Scenario | None = None,
    preset: str = "",
    files: Mapping[str, LinkedFile] | None = None,
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
    files = files or {}
    if kept is not None:
        pairs[KEPT] = _joined(link.to_query(kept), file_query(kept, files))
    rest = urlencode(pairs, safe=",;")
    return _joined(link.to_query(scenario, preset), file_query(scenario, files), rest)


def file_query(scenario: Scenario | None, files: Mapping[str, LinkedFile]) -> str:
    """What a link adds about the file of a scenario; nothing where it has none."""
    file = None if scenario is None else files.get(scenario.data)
    return "" if file is None else urlencode(file.to_pairs(), safe=",;")


def _joined(*parts: str) -> str:
    return "&".join(filter(None, parts))
