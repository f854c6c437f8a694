"""Studies on disk: whole ones, and the pieces of one that may be killed and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.problem import IndexSet, Problem
from linviz.core.starts.basin import BasinStudy
from linviz.core.starts.folder import Folder
from linviz.core.starts.kept import SHARE, Kept
from linviz.core.starts.record import StartStudy
from linviz.core.starts.share import Share, Study
from linviz.core.starts.sheet import Columns, path_of, read_sheet, write_sheet

Ends = tuple[tuple[str, ...], tuple[IndexSet | None, ...]]


def begun(folder: str | PathLike[str], spec: Study, kept: Kept) -> None:
    """Take from a folder what is there of a study, and keep there what comes."""
    there = Folder(folder, {"piece": SHARE, "asked": spec.asked})
    for k, numbers in enumerate(kept.pieces):
        found = None if kept.done[k] else there.piece(_named(k))
        if found is not None:
            columns, about = found
            if about["first"] == numbers.start and about["count"] == len(numbers):
                kept.put(k, _share(columns, about))

    def store(k: int, numbers: range, share: Share) -> None:
        columns, about = _columns(share.outcome, share.missed, _arrays(share))
        there.keep(_named(k), columns, about | {"first": numbers.start, "count": len(numbers)})

    kept.also = store


def _named(k: int) -> str:
    return f"part-{k:06d}"


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
    write_sheet(path_of(path), columns, about | {"asked": spec.asked, "seed": basin.seed})


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
    columns, about = read_sheet(path_of(path))
    if "asked" not in about:
        raise ValueError(
            f"expected a whole study, found a piece of one in {path}: ask for the study again, "
            "with checkpoint= and the folder of this file, and it goes on from there"
        )
    arrays, asked = _joined(columns), about["asked"]
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
