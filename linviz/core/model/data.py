"""Data sets that are read from files: text (CSV) and archives of arrays (NPZ)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from linviz.core.model.files import npz_arrays
from linviz.core.model.reading import Reading, UnclearFileError
from linviz.core.model.samples import DataSet, checked_targets, described, split
from linviz.core.model.sources import (
    MAX_FILE_BYTES,
    MAX_NUMBERS,
    Source,
    clean_name,
    content_of,
    label_of,
)
from linviz.core.model.table import Table, csv_table
from linviz.core.model.words import listed

MAX_INPUTS = 128  # as wide as a layer of a Scenario; X Xᵀ takes d_x² numbers


def read_csv(
    X: Source,
    Y: Source | None = None,
    *,
    targets: int | None = None,
    reading: Reading | None = None,
    name: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    max_numbers: int = MAX_NUMBERS,
) -> DataSet:
    """Read a data set from one CSV file, or from one for the inputs and one for the targets.

    A file has **one sample per row**; it is transposed to the columns that the theory uses, and
    its numbers are taken as they stand. Cells are separated by commas, semicolons, tabs or blanks
    and may be quoted; the text is UTF-8, or UTF-16 with its mark; lines that begin with # are
    comments. What the file does not say itself is in `DataSet.doubts` and in its description;
    `reading` decides it.

    Parameters
    ----------
    X : path, or the file's bytes
        The inputs, and in the last columns the targets where `Y` is not given.
    Y : path, or the file's bytes, optional
        The targets, in the same order.
    targets : int, optional
        How many of the last columns are targets, 1 by default; only where `Y` is not given.
    reading : Reading, optional
        How it is to be read, where it is not as the file shows it.
    name : str, optional
        The name of the data set; the file's by default.
    max_bytes, max_numbers : int
        The largest file that is read.

    Raises
    ------
    ValueError
        If the file is not such a table: with the row and the column, counted from 1 and with the
        header, as a spreadsheet does. Where a reading would make it one, it is an
        UnclearFileError that offers it.

    Examples
    --------
    >>> data = read_csv(b"height,width,area\\n1,2,2\\n3,1,3\\n", targets=1)
    >>> data.X
    array([[1., 3.],
           [2., 1.]])
    >>> read_csv(b"1,2,2\\n3,one,3\\n")
    Traceback (most recent call last):
    ValueError: CSV data: row 2, column 2 holds 'one', expected a number
    """
    if Y is not None and targets is not None:
        raise ValueError("expected `targets` or a file for Y, found both: leave out `targets`")
    labels = [label_of(X, name or "CSV data")]
    if Y is not None:
        labels = [label_of(X, "X"), label_of(Y, "Y")]
    if targets is not None:
        reading = replace(reading or Reading(), targets=checked_targets(targets, labels[0]))
    tables = [
        csv_table(content_of(source, label, max_bytes), label, max_numbers=max_numbers, given=how)
        for source, label, how in zip((X, Y), labels, (reading, None), strict=False)
        if source is not None
    ]
    if Y is None:
        return _from_table(name or labels[0], tables[0])
    if len(tables[0].values) != len(tables[1].values):
        raise ValueError(
            f"expected as many samples (rows below the header) in {labels[0]} as in {labels[1]}, "
            f"found {len(tables[0].values)} and {len(tables[1].values)}"
        )
    return described(
        name or " and ".join(dict.fromkeys(labels)), tables[0].values.T, tables[1].values.T
    )


def read_npz(
    source: Source,
    *,
    name: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    max_numbers: int = MAX_NUMBERS,
) -> DataSet:
    """Read a data set from an NPZ archive, as ``numpy.savez(file, X=X, Y=Y)`` writes it.

    Parameters
    ----------
    source : path, or the file's bytes
        It holds X (d_x, m) and Y (d_y, m), **one sample per column**, of real numbers. Other
        arrays are not looked at, and nothing is unpickled.
    name : str, optional
        The name of the data set; the file's by default.
    max_bytes, max_numbers : int
        The largest file and the largest array that are read.

    Raises
    ------
    ValueError
        If it is no such archive, an array is missing, is not a matrix of finite real numbers or
        is too large, their samples differ in number, or d_x < d_y.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> file = io.BytesIO()
    >>> np.savez(file, X=np.eye(2), Y=np.array([[3.0, 4.0]]))
    >>> read_npz(file.getvalue()).Y
    array([[3., 4.]])
    """
    label = label_of(source, name or "NPZ data")
    content = content_of(source, label, max_bytes)
    X, Y = npz_arrays(content, label, max_numbers=max_numbers)
    if X.shape[1] != Y.shape[1] and X.shape[0] == Y.shape[0]:
        raise ValueError(
            f"{label}: expected one sample per column, found X {X.shape} and Y {Y.shape}, which "
            "look like one per row: save X.T and Y.T"
        )
    return described(name or label, X, Y)


def read_data(
    filename: str,
    content: bytes | bytearray | memoryview,
    *,
    targets: int = 1,
    reading: Reading | None = None,
) -> DataSet:
    """Read a data set from a file that was sent: its name says which of the two forms it has.

    Parameters
    ----------
    filename : str
        Ends with .csv, .tsv or .txt (see `read_csv`) or .npz (see `read_npz`).
    content : bytes
        What is in the file: at most MAX_FILE_BYTES, MAX_NUMBERS and MAX_INPUTS inputs.
    targets : int
        How many of the last columns of a CSV file are targets, where the reading does not say.
    reading : Reading, optional
        How a CSV file is to be read, where it is not as the file shows it.

    Raises
    ------
    ValueError
        For everything that is not such a file, whatever its bytes are.

    Examples
    --------
    >>> data = read_data("trees.csv", b"girth;height\\n8.3;70\\n8.6;65\\n")
    >>> data.name, data.description
    ('trees.csv', '2 samples with 1 input and 1 target from trees.csv.')
    """
    name = clean_name(filename)
    suffix = PurePath(name).suffix.lower()
    if suffix == ".npz":
        data = read_npz(content, name=name)
    elif suffix in (".csv", ".tsv", ".txt"):
        n_targets = checked_targets(targets, name)
        asked = (reading or Reading()).with_open(targets=n_targets)
        data = read_csv(content, reading=asked, name=name)
    else:
        raise ValueError(
            "expected a CSV file (.csv, .tsv, .txt: one sample per row) or an NPZ archive (.npz: "
            f"arrays X and Y, one sample per column), found {name!r}: save a spreadsheet as CSV "
            "(UTF-8)"
        )
    if len(data.X) > MAX_INPUTS:
        raise ValueError(
            f"{name}: expected at most {MAX_INPUTS} inputs, found {len(data.X)}: keep fewer, or "
            "project the inputs on their leading principal components"
        )
    return data


def _from_table(name: str, table: Table) -> DataSet:
    try:
        X, Y = split(table.values, table.n_targets, name)
    except ValueError as error:
        if table.doubts is None:
            raise
        raise UnclearFileError(str(error), table.doubts) from None
    said = [f"The targets are the classes {listed([*table.classes])}."] if table.classes else []
    if table.doubts is not None:
        said.append(table.doubts.said)
    return described(name, X.T, Y.T, table.reading, table.doubts, " ".join(said))
