"""Where the bytes of a data set come from: a path, or the bytes themselves."""

from __future__ import annotations

from pathlib import Path, PurePath

MAX_FILE_BYTES = 20_000_000
MAX_NUMBERS = 2_000_000

Source = bytes | bytearray | memoryview | str | Path


def label_of(source: Source, otherwise: str) -> str:
    """What errors call it: the file's name, if it is one."""
    return PurePath(source).name if isinstance(source, str | PurePath) else otherwise


def content_of(source: Source, label: str, max_bytes: int) -> bytes:
    """The file's bytes, of which no more than allowed are read or copied.

    Raises
    ------
    ValueError
        If there are more.
    """
    if isinstance(source, str | Path):
        size = Path(source).stat().st_size
    else:
        size = memoryview(source).nbytes
    if size > max_bytes:
        raise ValueError(
            f"{label}: expected at most {max_bytes} bytes, found {size}: keep fewer samples"
        )
    return Path(source).read_bytes() if isinstance(source, str | Path) else bytes(source)


def clean_name(filename: str) -> str:
    """A file's name to be shown to others: no line breaks or control characters, not too long.

    Examples
    --------
    >>> clean_name("folder/a\\nb.csv")
    'ab.csv'
    """
    return "".join(c for c in PurePath(filename).name if c.isprintable())[-80:]
