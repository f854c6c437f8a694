"""The data files that a page knows, and those that a link waits for: a link carries none."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.data import read_data
from linviz.core.model.reading import Doubts, Reading
from linviz.core.model.samples import DataSet
from linviz.core.model.words import listed, plural
from linviz.panels.link import Link, LinkedFile
from linviz.panels.message import Message

# the run shown, the one wanted, the one a link waits for, and the run A of each use one at most
MOST_FILES = 6


def with_file(
    files: Mapping[str, DataSet], data: DataSet, used: Container[str]
) -> dict[str, DataSet]:
    """These files by digest, with one more as the latest; those in use stay, the oldest go.

    Examples
    --------
    >>> some = [DataSet(str(k), [[1.0, k]], [[0.0, 1.0]], "Two samples.") for k in range(9)]
    >>> files = {}
    >>> for data in some:
    ...     files = with_file(files, data, {some[0].digest})
    >>> [data.name for data in files.values()]
    ['0', '4', '5', '6', '7', '8']
    """
    kept = {digest: file for digest, file in files.items() if digest != data.digest}
    kept[data.digest] = data
    spare = [digest for digest in kept if digest not in used]
    for digest in spare[: max(0, len(kept) - MOST_FILES)]:
        del kept[digest]
    return kept


def missing(link: Link, known: Container[str]) -> tuple[Scenario, ...]:
    """Scenarios of a link whose data are not packaged and not among the digests known."""
    asked = (link.scenario, link.kept)
    return tuple(s for s in asked if s is not None and s.data not in DATA and s.data not in known)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What became of a file beside a link that waits.

    Attributes
    ----------
    data : DataSet or None
        What the link waits for, where this is it.
    words : str
        How it differs, where it is not.
    """

    data: DataSet | None = None
    words: str = ""


def one_file(
    content: Mapping[str, Any], buffers: Sequence[bytes | memoryview]
) -> tuple[str, bytes]:
    """Name and bytes of the file that came with a message.

    Raises
    ------
    ValueError
        If it is not one.
    """
    if len(buffers) != 1:
        raise ValueError(f"expected one file, found {len(buffers)}")
    return str(content.get("name"))[:200], bytes(buffers[0])


def beside_link(link: Link | None, known: Container[str], name: str, content: bytes) -> Found:
    """The data that a link waits for, where this is their file.

    It is read as it was for the link; one that does not say so gives as many targets as outputs.
    """
    if link is None:
        return Found()
    differ = []
    for scenario in missing(link, known):
        file = link.files.get(scenario.data, LinkedFile())
        reading = file.reading or Reading(targets=scenario.dims[-1])
        try:
            data = read_data(name, content, reading=reading)
        except ValueError as error:
            differ.append(f"it cannot be read as that one was: {error}")
            continue
        if data.digest == scenario.data:
            return Found(data)
        differ.append(_difference(data, scenario, file))
    return Found(
        None,
        f"This is not the file that the link was made with ({differ[0]}); the link still waits "
        "for it.",
    )


def _difference(data: DataSet, scenario: Scenario, file: LinkedFile) -> str:
    """What is known of the file that is waited for, where this one differs."""
    ends = [(len(data.Y), scenario.dims[-1], "target")]
    if not scenario.whitened:  # else the inputs without data are left out
        ends.append((len(data.X), scenario.dims[0], "input"))
    if file.samples:
        ends.append((data.X.shape[1], file.samples, "sample"))
    found = [
        f"{plural(here, noun)} here, {there} there" for here, there, noun in ends if here != there
    ]
    return listed(found) if found else "as many samples, but other numbers"


def file_words(link: Link, awaited: tuple[Scenario, ...]) -> str:
    """What is to be done about the files that a link still needs."""
    names = [link.files[s.data].words for s in awaited if s.data in link.files]
    known = f", {listed(names[:1])}" if names else ""
    if link.scenario in awaited:
        return (
            f"This link needs the data file that it was made with{known}: choose that file under "
            "Data, or drop it on the page, and the link's scenario opens with it."
        )
    return (
        f"The run A of this link was made with a data file of its own{known}: choose that file "
        "under Data too, and the link opens."
    )


def sent(name: str, file: bytes, content: Mapping[str, Any]) -> DataSet:
    """The data of a file that the page sent, read as it asks for.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    asked = content.get("reading")
    reading = None if asked is None else Reading.from_text(str(asked))
    return read_data(name, file, targets=content.get("targets", 1), reading=reading)


def split_anew(
    files: Mapping[str, DataSet], scenario: Scenario, content: Mapping[str, Any]
) -> DataSet:
    """The data of a scenario, which came from a file, with as many targets as the page asks for.

    Raises
    ------
    ValueError
        If they came from none, or cannot be split so.
    """
    data = files.get(scenario.data)
    if data is None:
        raise ValueError("expected a file that is loaded: choose it again")
    return data.with_targets(content.get("targets", 1))


def question(name: str, doubts: Doubts | None, digest: str = "") -> Message:
    """What the page is to ask about a file; nothing where there is no doubt."""
    return Message(
        {
            "type": "question",
            "name": name,
            "digest": digest,
            "preview": [] if doubts is None else [list(row) for row in doubts.preview],
            "questions": [
                {
                    "about": one.about,
                    "words": one.words,
                    "answers": [
                        {"words": a.words, "reading": a.reading.text, "chosen": a.chosen}
                        for a in one.answers
                    ],
                }
                for one in (() if doubts is None else doubts.questions)
            ],
        }
    )
