"""Studies on disk: whole ones, and the pieces of one that may be killed and goes on."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.problem import IndexSet, Problem
from linviz.core.starts.basin import BasinStudy
from linviz.core.starts.kept import SHARE, Kept
from linviz.core.starts.record import StartStudy
from linviz.core.starts.share import Share, Study
from linviz.core.starts.sheet import (
    FORMAT_OF_STUDY,
    Columns,
    beside,
    read_sheet,
    versions,
    write_sheet,
)

MANIFEST = "study.json"
Ends = tuple[tuple[str, ...], tuple[IndexSet | None, ...]]


class Checkpoint:
    """A folder with the pieces of a study, each in a file of its own."""

    def __init__(self, folder: Path, spec: Study) -> None:
        self.folder, self.spec = folder, spec
        self.waiting: dict[int, tuple[range, Share]] = {}  # pieces that the disk had no room for
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OSError(
                error.errno,
                f"expected a folder for the checkpoint at {folder}, found: {error.strerror}. "
                "Choose another place",
            ) from error
        mine = {"format": FORMAT_OF_STUDY, "piece": SHARE, "asked": spec.asked}
        maker = versions()["linviz"]
        about = folder / MANIFEST
        if not about.exists():
            text = json.dumps({**mine, "versions": {"linviz": maker}}).encode()
            beside(about, lambda file: file.write(text))
            return
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
                f"{str(theirs)[:20]} in {folder}: go on with that version, or choose an empty "
                "folder"
            )
        if there != mine:
            raise ValueError(
                f"expected the checkpoint of this study, found that of another one in {folder}: "
                "choose an empty folder, or ask for what it was begun with"
            )

    def restore(self, kept: Kept) -> None:
        """Take the pieces that are there; from now on keep each that comes."""
        for k, numbers in enumerate(kept.pieces):
            path = self._path(k)
            if kept.done[k] or not path.exists():
                continue
            columns, about = read_sheet(path)
            if about["first"] == numbers.start and about["count"] == len(numbers):
                kept.put(k, _share(columns, about))
        kept.also = self.store

    def store(self, k: int, numbers: range, share: Share) -> None:
        """Write a piece; without room for it the study goes on, and tries again with the next."""
        self.waiting[k] = numbers, share
        try:
            for each, (these, found) in list(self.waiting.items()):
                columns, about = _columns(found.outcome, found.missed, _arrays(found))
                about |= {"first": these.start, "count": len(these)}
                write_sheet(self._path(each), columns, about)
                del self.waiting[each]
        except OSError as error:
            words = f"the study goes on in memory, but its checkpoint does not grow: {error}"
            warnings.warn(words, RuntimeWarning, stacklevel=2)

    def _path(self, k: int) -> Path:
        return self.folder / f"part-{k:06d}.npz"


def begun(folder: str | PathLike[str], spec: Study, kept: Kept) -> None:
    """Take from a folder what is there of a study, and keep there what comes."""
    Checkpoint(Path(folder), spec).restore(kept)


def save(study: StartStudy, path: str | PathLike[str]) -> None:
    """Write a study to a file, NPZ or Parquet by its name, with all that it was asked and a hash.

    Parameters
    ----------
    study : StartStudy
    path : str or Path
        Ends in .npz or .parquet; the latter needs pyarrow.

    Raises
    ------
    ValueError
        If the name ends otherwise, or pyarrow is not there.
    OSError
        If there is no room: what was there before is unharmed.

    Examples
    --------
    >>> import tempfile
    >>> from linviz.core.starts.measurement import study
    >>> found = study(Problem.canonical((2, 1)), (2, 2, 2), n=9)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(found, f"{folder}/found.npz")
    ...     load(f"{folder}/found.npz").counts == found.counts
    True
    """
    if not isinstance(study, StartStudy):
        raise ValueError(f"expected a study of linviz.starts.study, found {checks.brief(study)}")
    basin = study.basin
    arrays: dict[str, NDArray[Any]] = {"loss": basin.loss, "t_within": basin.t_within_1_percent}
    arrays |= {"entered": study.entered, "left": study.left, "near": study.near}
    columns, about = _columns(basin.outcome, basin.missed, arrays)
    spec = Study(*(basin.problem, basin.dims, basin.rule, basin.scale, basin.t_end), study.saddles)
    write_sheet(Path(path), columns, about | {"asked": spec.asked, "seed": basin.seed})


def load(path: str | PathLike[str]) -> StartStudy:
    """The study that `save` wrote, checked by its hash.

    Raises
    ------
    ValueError
        If the file is none, is broken, was changed, or is of another version: in words.
    FileNotFoundError

    Examples
    --------
    >>> load("nothing.npz")
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such file or directory: 'nothing.npz'
    """
    columns, about = read_sheet(Path(path))
    arrays = _joined(columns)
    asked = about["asked"]
    outcome, missed = _ends(columns, about)
    saddles = tuple(tuple(each) for each in asked["watched"])
    n, m = len(outcome), len(saddles)
    basin = BasinStudy(
        problem=Problem(np.array(asked["X"]), np.array(asked["Y"])),
        dims=tuple(asked["dims"]),
        rule=asked["rule"],
        scale=asked["scale"],
        seed=about["seed"],
        t_end=asked["t_end"],
        loss=arrays["loss"],
        outcome=outcome,
        missed=missed,
        t_within_1_percent=arrays["t_within"],
    )
    entered, left = (arrays.get(name, np.empty((n, m))) for name in ("entered", "left"))
    return StartStudy(basin, saddles, entered, left, arrays.get("near", np.zeros((n, m), bool)))


def _arrays(share: Share) -> dict[str, NDArray[Any]]:
    """The columns of a share, but for its ends."""
    ends = ("outcome", "missed")
    return {name: getattr(share, name) for name in share.__slots__ if name not in ends}


def _share(columns: Columns, about: dict[str, Any]) -> Share:
    arrays, (outcome, missed) = _joined(columns), _ends(columns, about)
    none = np.empty((len(outcome), 0))
    return Share(
        excess=arrays["excess"],
        t_within=arrays["t_within"],
        outcome=outcome,
        missed=missed,
        orientation=arrays.get("orientation", none.astype(np.int8)),
        entered=arrays.get("entered", none),
        left=arrays.get("left", none),
        near=arrays.get("near", none.astype(bool)),
    )


def _columns(
    outcome: tuple[str, ...],
    missed: tuple[IndexSet | None, ...],
    arrays: Mapping[str, NDArray[Any]],
) -> tuple[Columns, dict[str, Any]]:
    """Columns, and the table of ends that one of them is an index of."""
    names: dict[tuple[str, IndexSet | None], int] = {}
    pairs = zip(outcome, missed, strict=True)
    columns: Columns = {
        "end": np.array([names.setdefault(pair, len(names)) for pair in pairs], np.int32)
    }
    for name, array in arrays.items():
        if array.ndim == 1:
            columns[name] = array
        else:
            columns |= {f"{name}_{j}": array[:, j] for j in range(array.shape[1])}
    return columns, {"ends": [[name, None if I is None else list(I)] for name, I in names]}


def _joined(columns: Columns) -> dict[str, NDArray[Any]]:
    """The arrays again, columns with a number side by side."""
    found: dict[str, NDArray[Any]] = {}
    sides: dict[str, list[NDArray[Any]]] = {}
    for name, column in columns.items():
        stem, _, number = name.rpartition("_")
        if number.isdecimal():
            sides.setdefault(stem, []).append(column)
        else:
            found[name] = column
    return found | {stem: np.stack(parts, axis=1) for stem, parts in sides.items()}


def _ends(columns: Columns, about: dict[str, Any]) -> Ends:
    table = [(name, None if I is None else tuple(I)) for name, I in about["ends"]]
    pairs = [table[i] for i in columns["end"].tolist()]
    outcome, missed = zip(*pairs, strict=True)
    return outcome, missed
