r"""Data sets: inputs and targets of the same samples.

A data set is a pair of matrices with one column per sample, :math:`X \in R^{d_x \times m}` and
:math:`Y \in R^{d_y \times m}`. Nothing is centered and no constant input is added: a linear
network has no bias, so a mean in the data is part of what it must fit. Add a column of ones to
the inputs of a file to give it one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.checks import brief
from linviz.core.model.files import LARGEST_ENTRY
from linviz.core.model.problem import Matrix, check_pair
from linviz.core.model.reading import Doubts, Reading
from linviz.core.model.words import plural


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
    reading : Reading, optional
        How the file was read that they come from, if it was a text.
    doubts : Doubts, optional
        What else that file could mean.

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
    reading: Reading | None = None
    doubts: Doubts | None = None
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

    def with_targets(self, targets: int) -> DataSet:
        """The same table split anew: its last columns are the targets, the others the inputs.

        Raises
        ------
        ValueError
            If no input or no target would be left, or the targets are classes that were labels.

        Examples
        --------
        >>> data = DataSet("toy", X=[[1, 4], [2, 5]], Y=[[3.5, 6.5]], description="Two samples.")
        >>> data.with_targets(2).Y
        array([[2. , 5. ],
               [3.5, 6.5]])
        """
        n_targets = checked_targets(targets, self.name)
        reading = self.reading
        if reading is not None and reading.classes and n_targets != len(self.Y):
            raise ValueError(
                f"{self.name}: expected the {len(self.Y)} targets of its classes, found targets = "
                f"{n_targets}: read the file again with its last column as numbers"
            )
        X, Y = split(np.vstack([self.X, self.Y]).T, n_targets, self.name)
        doubts = self.doubts
        if reading is not None and not reading.classes:
            reading = replace(reading, targets=n_targets)
            doubts = None if doubts is None else doubts.with_targets(n_targets)
        return described(self.name, X.T, Y.T, reading, doubts)

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


def checked_targets(targets: object, label: str) -> int:
    """The number of targets, or a refusal; `label` names the file."""
    number = checks.as_whole(targets)
    if number is None:
        raise ValueError(
            f"{label}: expected targets, a whole number of columns, found {brief(targets)}"
        )
    return number


def split(table: Matrix, targets: int, label: str) -> list[Matrix]:
    """The columns of a table, inputs first."""
    n_columns = table.shape[1]
    if not 1 <= targets < n_columns:
        raise ValueError(
            f"{label}: expected at least one input and one target column, found {n_columns} "
            f"columns and targets = {brief(targets)} (separators are comma, semicolon, tab or "
            "blank)"
        )
    return np.split(table, [n_columns - targets], axis=1)


def described(
    name: str,
    X: Matrix,
    Y: Matrix,
    reading: Reading | None = None,
    doubts: Doubts | None = None,
    said: str = "",
) -> DataSet:
    """The data set of a file, which says so."""
    ends = f"{plural(len(X), 'input')} and {plural(len(Y), 'target')}"
    words = f"{plural(X.shape[1], 'sample')} with {ends} from {name}."
    return DataSet(name, X, Y, f"{words} {said}".rstrip(), reading=reading, doubts=doubts)
