"""A folder in which the pieces of a computation are kept: whoever is killed goes on from there."""

from __future__ import annotations

import json
import warnings
from os import PathLike
from pathlib import Path
from typing import Any

from linviz.core.starts.sheet import (
    FORMAT_OF_STUDY,
    Columns,
    beside,
    path_of,
    read_sheet,
    versions,
    write_sheet,
)

MANIFEST = "study.json"


class Folder:
    """A folder with pieces, each in a file of its own, all of one computation.

    Raises
    ------
    ValueError
        If what lies there is of another one or of another version.
    OSError
        If there can be no such folder.
    """

    def __init__(self, place: str | PathLike[str], question: dict[str, Any]) -> None:
        self.path = path_of(place)
        self.waiting: dict[str, tuple[Columns, dict[str, Any]]] = {}  # the disk had no room for
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OSError(
                error.errno,
                f"expected a folder for the checkpoint at {self.path}, found: {error.strerror}. "
                "Choose another place",
            ) from error
        mine = json.loads(json.dumps({"format": FORMAT_OF_STUDY, **question}))
        about = self.path / MANIFEST
        if about.exists():
            self._check(about, mine)
            return
        text = json.dumps({**mine, "versions": {"linviz": versions()["linviz"]}}).encode()
        beside(about, lambda file: file.write(text))

    def _check(self, about: Path, mine: dict[str, Any]) -> None:
        maker = versions()["linviz"]
        try:
            there = json.loads(about.read_text(encoding="utf-8"))
            theirs = there.pop("versions")["linviz"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"expected {about} as linviz wrote it, found a broken file: choose an empty folder"
            ) from error
        if theirs != maker:
            raise ValueError(
                f"expected a checkpoint of this version of linviz, {maker}, found one of "
                f"{str(theirs)[:20]} in {self.path}: go on with that version, or choose an empty "
                "folder"
            )
        if there != mine:
            raise ValueError(
                f"expected the checkpoint of this study, found that of another one in {self.path}: "
                "choose an empty folder, or ask for what it was begun with"
            )

    def piece(self, name: str) -> tuple[Columns, dict[str, Any]] | None:
        """A piece that is there."""
        path = self._place(name)
        return read_sheet(path) if path.exists() else None

    def keep(self, name: str, columns: Columns, about: dict[str, Any]) -> None:
        """Write a piece; without room for it what computes goes on, and the next tries again."""
        self.waiting[name] = columns, about
        try:
            for each, (these, said) in list(self.waiting.items()):
                write_sheet(self._place(each), these, said)
                del self.waiting[each]
        except OSError as error:
            words = f"the study goes on in memory, but its checkpoint does not grow: {error}"
            warnings.warn(words, RuntimeWarning, stacklevel=2)

    def _place(self, name: str) -> Path:
        return self.path / f"{name}.npz"
