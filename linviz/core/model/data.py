r"""Data sets, and how they are read from files.

A data set is a pair of matrices with one column per sample, :math:`X \in R^{d_x \times m}` and
:math:`Y \in R^{d_y \times m}`. Nothing is centered and no constant input is added: a linear
network has no bias, so a mean in the data is part of what it must fit. Add a column of ones to
the inputs of a file to give it one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.checks import brief
from linviz.core.model.files import LARGEST_ENTRY, csv_table, npz_arrays
from linviz.core.model.problem import Matrix, check_pair
from linviz.core.model.words import plural

MAX_FILE_BYTES = 20_000_000
MAX_NUMBERS = 2_000_000
MAX_INPUTS = 128  # as wide as a layer of a Scenario; X Xᵀ takes d_x² numbers

Source = bytes | bytearray | memoryview | str | Path


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """Inputs and targets, one column per sample, with a name and a fingerprint.

    Parameters
    ----------
    name : str
        Short: "digits", or the name of a file.
    X : array (d_x, m)
        Inputs.
    Y : array (d_y, m)
        Targets, with d_y <= d_x.
    description : str
        One sentence that says what the data are and where they come from.
    test : DataSet, optional
        More samples of the same kind, that no network learns from.

    Attributes
    ----------
    digest : str
        16 hexadecimal digits of the SHA-256 of shapes and values, the same for equal data on
        every machine: what a link can carry to say which data were used.

    Raises
    ------
    ValueError
        If X or Y is no finite matrix with entries up to 1e100, their samples differ in number,
        or d_x < d_y.

    Examples
    --------
    >>> data = DataSet("toy", X=[[1.0, 2.0]], Y=[[3.0, 6.0]], description="Two points on a line.")
    >>> data.digest
    '0f3fa3a16b9c55b5'
    """

    name: str
    X: Matrix
    Y: Matrix
    description: str
    test: DataSet | None = None
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        X, Y = _entries(self.X, "X"), _entries(self.Y, "Y")
        check_pair(X, Y)
        if self.test is not None and (len(self.test.X), len(self.test.Y)) != (len(X), len(Y)):
            raise ValueError(
                f"expected test samples of {plural(len(X), 'input')} and {plural(len(Y), 'target')}"
                f" as well, found {len(self.test.X)} and {len(self.test.Y)}"
            )
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "Y", Y)
        object.__setattr__(self, "digest", _digest(X, Y))

    @property
    def classes(self) -> NDArray[np.intp] | None:
        """The row in which each sample's target stands, (m,); None where they are no classes:
        where a column of Y has not one entry that is not zero, the same positive one in each.

        Examples
        --------
        >>> DataSet("two", X=np.eye(2), Y=[[0.0, 0.5], [0.5, 0.0]], description="").classes
        array([1, 0])
        """
        top = self.Y.max(axis=0)
        alone = np.count_nonzero(self.Y, axis=0) == 1
        if len(self.Y) < 2 or not alone.all() or not 0 < top.min() == top.max():
            return None
        found: NDArray[np.intp] = self.Y.argmax(axis=0)
        return found

    def decisions(self, P: object) -> NDArray[np.intp]:
        r"""The class that a linear map decides for each sample.

        .. math:: \arg\max_k (P x_i)_k

        Parameters
        ----------
        P : array (..., d_y, d_x)
            Maps, on any leading axes; a ValueError says so where they have another shape.

        Returns
        -------
        array (..., m)
            Rows of Y, counted from 0; of equal outputs the first.

        Examples
        --------
        >>> data = DataSet("two", X=np.eye(2), Y=[[0.0, 0.5], [0.5, 0.0]], description="")
        >>> data.decisions([[0.1, 0.4], [0.3, 0.2]])
        array([1, 0])
        """
        maps = checks.array(P, "P")
        if maps.shape[-2:] != (len(self.Y), len(self.X)):
            raise ValueError(
                f"expected maps P of shape (..., {len(self.Y)}, {len(self.X)}), found {maps.shape}"
            )
        chosen: NDArray[np.intp] = (maps @ self.X).argmax(axis=-2)
        return chosen


def read_csv(
    X: Source,
    Y: Source | None = None,
    *,
    targets: int | None = None,
    name: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    max_numbers: int = MAX_NUMBERS,
) -> DataSet:
    """Read a data set from one CSV file, or from one for the inputs and one for the targets.

    A file has **one sample per row**; it is transposed to the columns that the theory uses, and
    its numbers are taken as they stand. Cells are separated by commas, semicolons or tabs and may
    be quoted; numbers have a decimal point; the text is UTF-8, with or without a mark at its
    start. A first row without any number is a header. (A header of numbers, such as 0,1,2, cannot
    be told from a sample: remove it.)

    Parameters
    ----------
    X : path, or the file's bytes
        The inputs, and in the last columns the targets where `Y` is not given.
    Y : path, or the file's bytes, optional
        The targets, in the same order.
    targets : int, optional
        How many of the last columns are targets, 1 by default; only where `Y` is not given.
    name : str, optional
        The name of the data set; the file's by default.
    max_bytes, max_numbers : int
        The largest file that is read.

    Raises
    ------
    ValueError
        If the file is not such a table: with the row and the column, counted from 1 and with the
        header, as a spreadsheet does. Also where d_x < d_y.

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
    labels = [_label(X, name or "CSV data")] if Y is None else [_label(X, "X"), _label(Y, "Y")]
    tables = [
        csv_table(_content(source, label, max_bytes), label, max_numbers=max_numbers)
        for source, label in zip((X, Y), labels, strict=False)
        if source is not None
    ]
    if Y is None:
        n_targets = 1 if targets is None else _checked_targets(targets, labels[0])
        tables = _split(tables[0], n_targets, labels[0])
    elif len(tables[0]) != len(tables[1]):
        raise ValueError(
            f"expected as many samples (rows below the header) in {labels[0]} as in {labels[1]}, "
            f"found {len(tables[0])} and {len(tables[1])}"
        )
    return _from_file(name or " and ".join(dict.fromkeys(labels)), tables[0].T, tables[1].T)


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
    >>> file = io.BytesIO()
    >>> np.savez(file, X=np.eye(2), Y=np.array([[3.0, 4.0]]))
    >>> read_npz(file.getvalue()).Y
    array([[3., 4.]])
    """
    label = _label(source, name or "NPZ data")
    content = _content(source, label, max_bytes)
    X, Y = npz_arrays(content, label, max_numbers=max_numbers)
    if X.shape[1] != Y.shape[1] and X.shape[0] == Y.shape[0]:
        raise ValueError(
            f"{label}: expected one sample per column, found X {X.shape} and Y {Y.shape}, which "
            "look like one per row: save X.T and Y.T"
        )
    return _from_file(name or label, X, Y)


def read_data(
    filename: str, content: bytes | bytearray | memoryview, *, targets: int = 1
) -> DataSet:
    """Read a data set from a file that was sent: its name says which of the two forms it has.

    Parameters
    ----------
    filename : str
        Ends with .csv, .tsv or .txt (see `read_csv`) or .npz (see `read_npz`).
    content : bytes
        What is in the file: at most MAX_FILE_BYTES, MAX_NUMBERS and MAX_INPUTS inputs.
    targets : int
        How many of the last columns of a CSV file are targets.

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
    # a name is shown to others: no line breaks or control characters, and of bounded length
    name = "".join(c for c in PurePath(filename).name if c.isprintable())[-80:]
    suffix = PurePath(name).suffix.lower()
    if suffix == ".npz":
        data = read_npz(content, name=name)
    elif suffix in (".csv", ".tsv", ".txt"):
        data = read_csv(content, targets=_checked_targets(targets, name), name=name)
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


def _entries(A: Matrix, name: str) -> Matrix:
    """A read-only copy, or what is wrong with which entry."""
    A = np.array(checks.matrix(A, name), order="C") + 0.0  # no negative zeros, for the digest
    if np.abs(A).max() > LARGEST_ENTRY:
        row, column = np.argwhere(np.abs(A) > LARGEST_ENTRY)[0]
        raise ValueError(
            f"expected numbers of at most {LARGEST_ENTRY:g} in size in {name}, found "
            f"{A[row, column]:g} at row {row + 1}, column {column + 1}: rescale"
        )
    A.flags.writeable = False
    return A


def _digest(X: Matrix, Y: Matrix) -> str:
    digest = hashlib.sha256()
    for A in (X, Y):
        digest.update(f"{A.shape[0]} x {A.shape[1]};".encode())
        digest.update(A.astype("<f8").tobytes())
    return digest.hexdigest()[:16]


def _label(source: Source, otherwise: str) -> str:
    return PurePath(source).name if isinstance(source, str | PurePath) else otherwise


def _content(source: Source, label: str, max_bytes: int) -> bytes:
    """The file's bytes, of which no more than allowed are read or copied."""
    if isinstance(source, str | Path):
        size = Path(source).stat().st_size
    else:
        size = memoryview(source).nbytes
    if size > max_bytes:
        raise ValueError(
            f"{label}: expected at most {max_bytes} bytes, found {size}: keep fewer samples"
        )
    return Path(source).read_bytes() if isinstance(source, str | Path) else bytes(source)


def _checked_targets(targets: object, label: str) -> int:
    number = checks.as_whole(targets)
    if number is None:
        raise ValueError(
            f"{label}: expected targets, a whole number of columns, found {brief(targets)}"
        )
    return number


def _split(table: Matrix, targets: int, label: str) -> list[Matrix]:
    """The columns of a table, inputs first."""
    n_columns = table.shape[1]
    if not 1 <= targets < n_columns:
        raise ValueError(
            f"{label}: expected at least one input and one target column, found {n_columns} "
            f"columns and targets = {brief(targets)} (separators are comma, semicolon or tab)"
        )
    return np.split(table, [n_columns - targets], axis=1)


def _from_file(name: str, X: Matrix, Y: Matrix) -> DataSet:
    ends = f"{plural(len(X), 'input')} and {plural(len(Y), 'target')}"
    return DataSet(name, X, Y, f"{plural(X.shape[1], 'sample')} with {ends} from {name}.")
