"""A text file as a table of numbers: what it says itself is taken, the rest is asked about."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np

from linviz.core.model.cells import separator_of, text_of
from linviz.core.model.choices import (
    Choice,
    about_classes,
    about_header,
    about_index,
    about_notation,
    about_separator,
)
from linviz.core.model.files import LARGEST_ENTRY, shown
from linviz.core.model.notation import Notation, is_missing, like_a_number, plain_number
from linviz.core.model.problem import Matrix
from linviz.core.model.reading import Doubts, Reading, UnclearFileError
from linviz.core.model.sheet import Sheet, sheet_of

_IN_TURN = (about_separator, about_header, about_index, about_classes, about_notation)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The numbers of a file.

    Attributes
    ----------
    values : array (m, columns)
        One row per sample, the targets last; a column for each class where there are classes.
    n_targets : int
        How many of the columns are targets.
    reading : Reading
        How they were read, with no field left open.
    doubts : Doubts or None
        What else the file could mean.
    classes : tuple of str
        The classes, in the order of their columns.
    """

    values: Matrix
    n_targets: int
    reading: Reading
    doubts: Doubts | None
    classes: tuple[str, ...] = ()


def csv_table(
    content: bytes, label: str, *, max_numbers: int, given: Reading | None = None
) -> Table:
    """Read the numbers of a text file, one row per row of the file; `label` names it in errors.

    Raises
    ------
    ValueError
        If it is no table: with the row and the column, counted from 1, of what is wrong.
    UnclearFileError
        If it is one once it is said how it is to be read.
    """
    given = given or Reading()
    text = text_of(content, label)
    separator = given.separator or separator_of(text)
    sheet = sheet_of(text, separator, label, max_numbers)
    if not sheet.rows:
        raise ValueError(f"{label}: expected rows of numbers, found nothing in it")
    reading = given.with_open(targets=1)
    asked: list[Choice] = []
    for ask in _IN_TURN:  # each hangs on those before it
        choice = ask(sheet, reading)
        reading = reading.with_open(**choice.usual)
        asked += [choice] if choice.ways else []
    questions = tuple(choice.question(reading) for choice in asked)
    doubts = Doubts(questions, sheet.preview()) if questions else None
    try:
        return _table(sheet, reading, doubts, label)
    except ValueError as error:
        if doubts is None or not doubts.open:
            raise
        raise UnclearFileError(str(error), doubts) from None


def _table(sheet: Sheet, reading: Reading, doubts: Doubts | None, label: str) -> Table:
    """The numbers of the samples, or which cell is none."""
    if reading.header:
        asked = () if doubts is None else (question.about for question in doubts.questions)
        _check_names(sheet, label, may_count="index" in asked)
    samples = sheet.numbered(reading)
    if not samples:
        raise ValueError(f"{label}: expected rows of numbers, found a header and nothing below it")
    way = Notation(reading.decimal or ".", reading.thousands or "", bool(reading.percent))
    first = int(bool(reading.index))
    if not reading.classes and way == Notation():
        numbers = _plain_numbers(sheet, reading, first, label)
        if numbers is not None:
            targets = 1 if reading.targets is None else reading.targets
            return Table(numbers, targets, reading, doubts)
    values, labels = array("d"), []
    for row, cells in samples:
        if reading.classes:
            labels.append(cells[-1].strip())
            cells = cells[:-1]
        values.extend(_numbers(cells, first, row, way, label))
    table = np.array(values).reshape(len(samples), -1)
    if not reading.classes:
        return Table(table, (1 if reading.targets is None else reading.targets), reading, doubts)
    classes = tuple(sorted(set(labels), key=lambda name: (plain_number(name) or 0.0, name)))
    own = np.array(labels)[:, None] == np.array(classes)
    return Table(np.hstack([table, own]), len(classes), reading, doubts, classes)


def _plain_numbers(sheet: Sheet, reading: Reading, first: int, label: str) -> Matrix | None:
    """All at once where each cell is a plain number that may be: else it is looked for."""
    if sheet.plain is None or not np.abs(sheet.plain[:, first:]).max(initial=0.0) <= LARGEST_ENTRY:
        return None
    numbers = sheet.plain[:, first:]
    if reading.header:
        return np.ascontiguousarray(numbers)
    row, cells = sheet.rows[0]
    return np.vstack([_numbers(cells, first, row, Notation(), label), numbers])


def _check_names(sheet: Sheet, label: str, *, may_count: bool) -> None:
    """A column without a name is refused, but for a first one that may count the rows."""
    if sheet.named_rows:
        return
    for column, cell in enumerate(sheet.first, 1):
        if not cell.strip() and not (column == 1 and may_count):
            raise ValueError(
                f"{label}: row 1, column {column} is empty in the header: name the column, or "
                "remove it if it only numbers the rows"
            )


def _numbers(cells: list[str], first: int, row: int, way: Notation, label: str) -> list[float]:
    numbers = []
    for column, cell in enumerate(cells[first:], 1 + first):
        number = way.number(cell)
        if number is None or not abs(number) <= LARGEST_ENTRY:
            raise ValueError(f"{label}: row {row}, column {column} {_fault(cell, number)}")
        numbers.append(number)
    return numbers


def _fault(cell: str, number: float | None) -> str:
    """Why a cell is refused, and what to do."""
    if not cell.strip():
        return "is empty: fill it in, or remove the row or the column"
    if number is None:
        advice = ""
        if like_a_number(cell):
            advice = ": write it with a decimal point and no other marks"
        elif is_missing(cell):
            advice = ": fill it in, or remove the row or the column"
        return f"holds {shown(cell)}, expected a number{advice}"
    # digits tell 1e400, which reads as infinite, from inf and nan
    if np.isfinite(number) or any(digit in cell for digit in "123456789"):
        return (
            f"holds {shown(cell)}, expected at most {LARGEST_ENTRY:g} in size: rescale the column"
        )
    return f"holds {shown(cell)}, expected a finite number: remove the row or the column"
