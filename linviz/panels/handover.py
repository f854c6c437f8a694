"""What a page hands to a new Python that goes on where another was ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from linviz.core.model.data import read_data
from linviz.core.model.reading import Reading
from linviz.core.model.samples import DataSet
from linviz.core.model.sources import clean_name
from linviz.panels.link import LinkedFile, read_link
from linviz.panels.session import Session


def taken_over(content: Mapping[str, Any], buffers: Sequence[bytes]) -> Session:
    """A session that shows what the page shows, knows its files, and goes on with its numbers.

    Parameters
    ----------
    content : dict
        ``search``, the link to what is shown; ``numbers`` of its run and its view; ``names`` of
        the files that were read, and ``read``, by digest of the data what a link says of them.
    buffers : sequence of bytes
        The files.
    """
    datasets = reread(list(zip(content["names"], buffers, strict=True)), content["read"])
    run_id, view_id = map(int, content["numbers"])
    return Session(read_link(content["search"]), datasets, run_id, view_id)


def reread(files: Sequence[tuple[str, bytes]], read: Mapping[str, str]) -> dict[str, DataSet]:
    """The data that were read from these files, by digest.

    Parameters
    ----------
    files : sequence of (name, content)
    read : mapping of digest to query
        What a link says of the file that those data came from.

    Examples
    --------
    >>> data = read_data("a.csv", b"x,y\\n1,2\\n3,5\\n")
    >>> query = "file=a.csv&samples=2&read=" + data.reading.text
    >>> files = [("a.csv", b"other"), ("a.csv", b"x,y\\n1,2\\n3,5\\n")]
    >>> found = reread(files, {data.digest: query})
    >>> list(found) == [data.digest]
    True
    """
    found: dict[str, DataSet] = {}
    for query in read.values():
        linked = LinkedFile.from_pairs(dict(parse_qsl(query)))
        for name, content in files:
            if clean_name(name) == linked.name:
                found |= {d.digest: d for d in _readings(name, content, linked.reading)}
    return {digest: found[digest] for digest in read if digest in found}


def _readings(name: str, content: bytes, reading: Reading | None) -> Iterator[DataSet]:
    """The data of a file: so read, or, where nothing is said of it, split in all ways."""
    try:
        data = read_data(name, content, reading=reading)
    except ValueError:  # another file of that name
        return
    yield data
    if reading is None:
        for targets in range(1, len(data.X) + len(data.Y)):
            yield data.with_targets(targets)
