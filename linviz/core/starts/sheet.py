"""Columns of numbers in a file, NPZ or Parquet, with what they are about and a hash of both.

A file is written beside its place and then renamed, so that there is always a whole one; on
reading, the hash is checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks

FORMAT_OF_STUDY = "linviz study 1"
Columns = dict[str, NDArray[Any]]
PARQUET = ".parquet"


def versions() -> dict[str, str]:
    """What computes: it stands in every file."""
    import linviz  # here, since the package imports this module

    return {
        "linviz": linviz.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def path_of(place: str | os.PathLike[str]) -> Path:
    """The place of a file or a folder.

    Examples
    --------
    >>> path_of(3)
    Traceback (most recent call last):
        ...
    ValueError: expected a place, as text or a pathlib.Path, found 3
    """
    if not isinstance(place, str | os.PathLike) or not str(place):
        raise ValueError(
            f"expected a place, as text or a pathlib.Path, found {checks.brief(place)}"
        )
    return Path(place)


def check_writable(path: Path) -> None:
    """Whether a file of this name can be made here, before anything is computed for it."""
    if _is_parquet(path):
        _pyarrow("pyarrow")


def write_sheet(path: Path, columns: Mapping[str, NDArray[Any]], about: dict[str, Any]) -> None:
    """Write the columns, all of one length, and what they are about."""
    full = {"format": FORMAT_OF_STUDY, "versions": versions(), **about}
    full["hash"] = _hash(columns, full)
    text = json.dumps(full, allow_nan=False).encode()
    write = _parquet_writer(columns, text) if _is_parquet(path) else _npz_writer(columns, text)
    beside(path, write)


def beside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside its place and rename it, or say why not."""
    new = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with new.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise OSError(
            error.errno,
            f"expected to write {path}, found: {error.strerror or error}. What was there before "
            "and what was computed are unharmed: make room, or choose another place",
        ) from error


def read_sheet(path: Path) -> tuple[Columns, dict[str, Any]]:
    """Columns and what they are about, as `write_sheet` wrote them; what is wrong, in words."""
    again = "make it anew, or take a copy that is whole"
    read = _parquet if _is_parquet(path) else _npz
    try:
        columns, text = read(path)
        about = json.loads(text)
        known = about["format"]
        maker = about["versions"]["linviz"]
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(
            f"expected a study that linviz wrote, found that {path} is none or is broken "
            f"({type(error).__name__}: {str(error)[:120]}): {again}"
        ) from error
    if known != FORMAT_OF_STUDY:
        raise ValueError(
            f"expected a file of the format {FORMAT_OF_STUDY!r}, found {str(known)[:60]!r} in "
            f"{path}: read it with the version of linviz that wrote it, {str(maker)[:20]}"
        )
    if about.pop("hash", None) != _hash(columns, about):
        raise ValueError(
            f"expected the numbers that were written to {path}, found others: its hash does not "
            f"fit, it was changed or is damaged; {again}"
        )
    return columns, about


def _hash(columns: Mapping[str, NDArray[Any]], about: dict[str, Any]) -> str:
    found = hashlib.sha256(json.dumps(about, sort_keys=True, allow_nan=False).encode())
    for name in sorted(columns):
        found.update(f"{name} {columns[name].dtype.str} {columns[name].shape}".encode())
        found.update(np.ascontiguousarray(columns[name]).data)
    return found.hexdigest()


def _is_parquet(path: Path) -> bool:
    if path.suffix not in (PARQUET, ".npz"):
        raise ValueError(f"expected a file name that ends in .npz or .parquet, found {path.name!r}")
    return path.suffix == PARQUET


def _npz_writer(columns: Mapping[str, NDArray[Any]], text: bytes) -> Callable[[BinaryIO], object]:
    about = np.frombuffer(text, dtype=np.uint8)
    arrays: dict[str, Any] = {**columns, "about": about}
    return lambda file: np.savez(file, **arrays)


def _npz(path: Path) -> tuple[Columns, bytes]:
    with path.open("rb") as whole, np.load(whole, allow_pickle=False) as file:
        columns = {name: file[name] for name in file.files}
    return columns, columns.pop("about").tobytes()


def _pyarrow(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise ValueError(
            "expected pyarrow for Parquet files, found none: pip install 'linviz[parquet]', or "
            "choose a name that ends in .npz"
        ) from None


def _parquet_writer(
    columns: Mapping[str, NDArray[Any]], text: bytes
) -> Callable[[BinaryIO], object]:
    arrow, parquet = _pyarrow("pyarrow"), _pyarrow("pyarrow.parquet")
    table = arrow.table({name: arrow.array(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({"linviz": text})
    return lambda file: parquet.write_table(table, file)


def _parquet(path: Path) -> tuple[Columns, bytes]:
    table = _pyarrow("pyarrow.parquet").read_table(path)
    text = (table.schema.metadata or {})[b"linviz"]
    return {name: table[name].to_numpy() for name in table.column_names}, text
