"""How the numbers of a file are written: decimal mark, groups of thousands, percentages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

_GROUPED = {
    mark: re.compile(rf"[-+]?\d{{1,3}}({place}\d{{3}})+(?=\D|$)")
    for mark, place in {",": ",", ".": r"\.", " ": "[ \u00a0\u2009\u202f]", "'": "['’]"}.items()
}
_AMBIGUOUS = {
    mark: re.compile(rf"[-+]?[1-9]\d{{0,2}}({place}\d{{3}})+")
    for mark, place in {",": ",", ".": r"\."}.items()
}
_LIKE_A_NUMBER = re.compile(r"[-+]?\d[\d.,_'’\s]*([eE][-+]?\d+)?\s*%?")
_LONGEST = 60  # characters of a number that is written by hand
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", "."})


@dataclass(frozen=True, slots=True)
class Notation:
    """The marks in a number.

    Attributes
    ----------
    decimal : "." or ","
    thousands : "", "," or "." or a blank or "'"
    percent : bool

    Examples
    --------
    >>> Notation(",", ".").number("1.234,5"), Notation(percent=True).number("50 %")
    (1234.5, 0.5)
    """

    decimal: str = "."
    thousands: str = ""
    percent: bool = False

    def number(self, cell: str) -> float | None:
        """The number in a cell; None where it is written another way, or is none."""
        if self == _PLAIN:
            return plain_number(cell)
        cell = cell.strip()
        part = 1.0
        if self.percent and cell.endswith("%"):
            cell, part = cell[:-1].rstrip(), 100.0
        if self.thousands and (found := _GROUPED[self.thousands].match(cell)):
            whole = re.sub(r"[^\d+-]", "", found[0])
            cell = whole + cell[found.end() :]
        if self.decimal == ",":
            cell = "none" if "." in cell else cell.replace(",", ".")
        number = plain_number(cell)
        return None if number is None else number / part


_PLAIN = Notation()
# what is tried, the simplest first: each is to read every cell
_TRIED = tuple(
    Notation(decimal, thousands)
    for decimal, thousands in (
        *((".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", " ")),
        *((".", "'"), (",", "'")),
    )
)


def plain_number(cell: str) -> float | None:
    """A number with a decimal point and no other mark, or None."""
    if "_" in cell:  # Python reads 1_000, a spreadsheet does not
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def like_a_number(cell: str) -> bool:
    """Whether a cell is a number, however it is written (1,5 or 50%).

    Examples
    --------
    >>> [like_a_number(cell) for cell in ("1,5", "50%", "1 200", "x1", "")]
    [True, True, True, False, False]
    """
    if plain_number(cell) is not None:
        return True
    cell = cell.strip()
    return len(cell) <= _LONGEST and _LIKE_A_NUMBER.fullmatch(cell) is not None


def notation_of(cells: Collection[str]) -> Notation | None:
    """The simplest notation that reads all these cells; None where none does.

    Examples
    --------
    >>> notation_of(["1,5", "2"]), notation_of(["1,5", "2.5"])
    (Notation(decimal=',', thousands='', percent=False), None)
    """
    percent = any(cell.rstrip().endswith("%") for cell in cells)
    for tried in _TRIED:
        notation = replace(tried, percent=percent)
        if all(notation.number(cell) is not None for cell in cells):
            return notation
    return None


def could_be_thousands(cells: Iterable[str], mark: str) -> bool:
    """Whether the mark, wherever it stands, stands before groups of three digits.

    Examples
    --------
    >>> could_be_thousands(["1,200", "900"], ","), could_be_thousands(["1,200", "0,125"], ",")
    (True, False)
    """
    marked = [cell.strip() for cell in cells if mark in cell]
    return bool(marked) and all(_AMBIGUOUS[mark].fullmatch(cell) for cell in marked)


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING
