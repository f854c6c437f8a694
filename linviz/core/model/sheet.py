"""The rows of a text file of numbers, and what the first of them and the first column look like."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linviz.core.model.cells import Row, rows_of
from linviz.core.model.notation import is_missing, like_a_number, plain_number
from linviz.core.model.problem import Matrix
from linviz.core.model.reading import Reading
from linviz.core.model.words import plural

PREVIEW = 6, 8  # rows and columns
_LONGEST = 24  # characters of a cell in a preview
_COUNTERS = frozenset(
    {"", "#", "index", "id", "nr", "nr.", "no", "no.", "n", "row", "obs", "case", "unnamed: 0"}
)
_PLAIN_ABOUT_CELLS = re.compile(r'"|[,;] |^\s*sep ?=', re.IGNORECASE)
_ENOUGH = 5  # rows that count from 1 below a name of their own


@dataclass(frozen=True)
class Sheet:
    """The cells of a file.

    Attributes
    ----------
    rows : list of (row, cells)
        With the row's number in the file, counted from 1.
    separator : str
    quoted : bool
        Whether the file says what its cells are: by quotation marks, blanks behind commas, sep=.
    """

    rows: list[Row]
    separator: str
    quoted: bool = False

    @property
    def first(self) -> list[str]:
        """The cells of the first row."""
        return self.rows[0][1]

    @cached_property
    def named_rows(self) -> bool:
        """Whether the first row is one cell short of the others: their first cell is a name."""
        others = {len(cells) for _, cells in self.rows[1:]}
        return len(self.first) > 1 and others == {len(self.first) + 1} and self.looks_named

    @property
    def looks_named(self) -> bool:
        """Whether no cell of the first row is a number, not even one that is written otherwise."""
        return not any(map(like_a_number, self.first))

    @cached_property
    def mixed(self) -> bool:
        """Whether the first row has numbers, and words where all below is numbers."""
        words = [k for k, cell in enumerate(self.first) if not like_a_number(cell)]
        below = [cells for _, cells in self.rows[1:]]
        if not words or not below or any(is_missing(self.first[k]) for k in words):
            return False
        return all(like_a_number(cells[k]) for cells in below for k in words)

    @cached_property
    def plain(self) -> Matrix | None:
        """The numbers below the first row where all cells there are plain ones, else None."""
        numbers = array("d")
        try:
            for _, cells in self.rows[1:]:
                if "_" in "".join(cells):  # Python reads 1_000, a spreadsheet does not
                    return None
                numbers.extend(map(float, cells))
        except ValueError:
            return None
        return np.array(numbers).reshape(len(self.rows) - 1, -1) if numbers else None

    @cached_property
    def counts_on(self) -> bool:
        """Whether the first row counts 0, 1, 2, … or 2019, 2020, …, and no other row does."""
        cells = self.first[1:] if self.first[0].strip() == "" else self.first
        return (
            len(self.rows) > 2
            and consecutive(cells)
            and not any(consecutive(cells) for _, cells in self.rows[1:])
        )

    @property
    def likely_names(self) -> bool:
        """Whether a first row that counts is taken for names."""
        if self.first[0].strip() == "":
            return True
        whole = [
            all(
                (x := plain_number(cells[k])) is not None and x.is_integer()
                for _, cells in self.rows[1:]
            )
            for k in range(len(self.first))
        ]
        return len(self.first) > 2 and sum(whole) * 2 <= len(whole)

    @property
    def width(self) -> int:
        """Cells in a row."""
        return len(self.rows[-1][1])

    def numbered(self, reading: Reading) -> list[Row]:
        """The rows that are samples, with their numbers."""
        return self.rows[1:] if reading.header else self.rows

    def samples(self, reading: Reading) -> list[list[str]]:
        """The cells of the samples."""
        return [cells for _, cells in self.numbered(reading)]

    def column(self, k: int, reading: Reading) -> list[str]:
        """The cells of a column below its name."""
        return [cells[k] for cells in self.samples(reading)]

    def name(self, k: int, reading: Reading) -> str | None:
        """What stands above a column: nothing above names of rows, None without names."""
        if not reading.header:
            return None
        return "" if self.named_rows else self.first[k].strip()

    def preview(self) -> tuple[tuple[str, ...], ...]:
        """The first cells of the first rows."""
        most_rows, most = PREVIEW
        rows = [cells[:most] for _, cells in self.rows[:most_rows]]
        return tuple(tuple(_short(cell.strip()) for cell in cells) for cells in rows)


def sheet_of(text: str, separator: str, label: str, max_numbers: int) -> Sheet:
    """The rows of a text, as long as the first (or one cell longer, if their first is a name).

    Raises
    ------
    ValueError
        If a row has another length, or there is too much.
    """
    # one row of millions of cells would cost far more memory than the file
    if separator != " " and text.count(separator) > max_numbers:
        raise ValueError(
            f"{label}: expected at most {max_numbers} numbers, found {text.count(separator) + 1} "
            "or more: keep fewer rows or columns"
        )
    rows: list[Row] = []
    n_cells = 0
    for row, cells in rows_of(text, separator, label):
        rows.append((row, cells))
        header = len(rows) == 1 and not any(map(like_a_number, cells))
        n_cells += 0 if header else len(cells)
        if n_cells > max_numbers:
            raise ValueError(
                f"{label}: expected at most {max_numbers} numbers, found more by row {row}: "
                "keep fewer rows or columns"
            )
    sheet = Sheet(rows, separator, bool(_PLAIN_ABOUT_CELLS.search(text[:10_000])))
    if not rows or sheet.named_rows:
        return sheet
    for row, cells in rows[1:]:
        if len(cells) != len(sheet.first):
            raise ValueError(
                f"{label}: row {row} has {plural(len(cells), 'cell')}, "
                f"the rows before it have {len(sheet.first)}"
            )
    return sheet


def only_counts(column: Sequence[str], name: str | None) -> bool:
    """Whether a column does nothing but count, from 0 or 1; `name` is what stands above it.

    Examples
    --------
    >>> only_counts(["0", "1", "2"], None), only_counts(["1", "2", "3"], "height")
    (True, False)
    """
    if len(column) < 3 and not (name == "" and len(column) == 2):
        return False
    start = plain_number(column[0])
    if start not in (0.0, 1.0) or not consecutive(column):
        return False
    return start == 0 or counter(name) or len(column) >= _ENOUGH


def counter(name: str | None) -> bool:
    """Whether a column of this name is one that numbers the rows."""
    return name is not None and name.strip().lower() in _COUNTERS


def names_rows(column: Sequence[str]) -> bool:
    """Whether a column has words, and nothing else."""
    return not any(like_a_number(cell) or is_missing(cell) for cell in column)


def numbers_apart(column: Sequence[str]) -> bool:
    """Whether these are whole numbers, no two alike.

    Examples
    --------
    >>> numbers_apart(["7", "2", "9"]), numbers_apart(["7", "7"]), numbers_apart(["7", "2.5"])
    (True, False, False)
    """
    cells = [cell.strip() for cell in column]
    return (
        len(cells) > 1 and all(map(str.isdecimal, cells)) and len({*map(int, cells)}) == len(cells)
    )


def consecutive(cells: Sequence[str]) -> bool:
    """Whether these are whole numbers, each one more than the one before.

    Examples
    --------
    >>> consecutive(["2019", "2020"]), consecutive(["1", "3"]), consecutive(["1"])
    (True, False, False)
    """
    start = plain_number(cells[0]) if len(cells) > 1 else None
    if start is None or not start.is_integer():
        return False
    return all(
        cell.strip().isdecimal() and plain_number(cell) == start + k for k, cell in enumerate(cells)
    )


def _short(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else cell[:_LONGEST] + "…"
