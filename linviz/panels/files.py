"""The data files that a page knows, and those that a link waits for: a link carries none."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterable, Mapping

from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.data import DataSet, read_data
from linviz.panels.link import Link

# the run shown, the one wanted, the one a link waits for, and the run A of each use one at most
MOST_FILES = 6
OTHER_FILE = "This is not the file that the link was made with; the link still waits for it."


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
