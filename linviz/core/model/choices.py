"""What a file of numbers leaves open: the ways to read it, and the one that is usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linviz.core.model.notation import (
    Notation,
    could_be_thousands,
    is_missing,
    like_a_number,
    notation_of,
    plain_number,
)
from linviz.core.model.reading import Answer, Question, Reading
from linviz.core.model.sheet import (
    Sheet,
    consecutive,
    counter,
    names_rows,
    numbers_apart,
    only_counts,
)
from linviz.core.model.words import listed, plural

Fields = Mapping[str, Any]  # of a Reading
Ways = tuple[tuple[str, Fields], ...]  # what each would mean, and its fields

MOST_CLASSES = 50  # that words may name
_FEW_VALUES = 10  # of a target of numbers that may be classes
_EACH = 5  # samples of each class, at least, before numbers are taken for classes


@dataclass(frozen=True, slots=True)
class Choice:
    """Fields of a reading, and where the file leaves them open the question.

    Attributes
    ----------
    usual : mapping
        The fields where nothing is said; where it is none of the ways, one is to be chosen.
    about, words : str
    ways : tuple of (str, mapping)
        What each would mean, and its fields; none where nothing is open.
    """

    usual: Fields
    about: str = ""
    words: str = ""
    ways: Ways = ()

    def question(self, reading: Reading) -> Question:
        """The question, beside a reading that is complete."""
        return Question(
            self.about,
            self.words,
            tuple(
                Answer(words, reading.with_fields(fields), reading.has(fields))
                for words, fields in self.ways
            ),
        )


def about_separator(sheet: Sheet, reading: Reading) -> Choice:
    """Whether lines such as 1,5 are two columns of whole numbers, or one with decimal commas."""
    usual: Fields = {"separator": sheet.separator}
    two = sheet.separator == "," and len(sheet.first) == 2
    one = sheet.separator == ";" and len(sheet.first) == 1
    if not (two or one) or sheet.quoted:
        return Choice(usual)
    cells = [row if len(row) == 2 else row[0].split(",") for _, row in sheet.rows]
    whole = all(
        len(pair) == 2 and pair[0].strip().lstrip("+-").isdecimal() and pair[1].isdecimal()
        for pair in cells
    )
    if not whole or len(cells) < 2:
        return Choice(usual)
    a, b = cells[0]
    ways: Ways = (
        (f"two columns: input {a}, target {b}", {"separator": ",", "decimal": "."}),
        (f"one column with decimal commas: {a}.{b}", {"separator": ";", "decimal": ","}),
    )
    return Choice(usual, "separator", f"Is {a},{b} two numbers, or one?", ways)


def about_header(sheet: Sheet, reading: Reading) -> Choice:
    """Whether the first row has names."""
    if sheet.looks_named:
        return Choice({"header": True})
    begins = ", ".join(cell.strip() for cell in sheet.first[:4] if cell.strip())
    begins += ", …" if len(sheet.first) > 4 else ""
    n = len(sheet.rows)
    names = (f"names, left out: {plural(n - 1, 'sample')}", {"header": True})
    if sheet.counts_on:
        ways = (names, (f"the first sample: {plural(n, 'sample')}", {"header": False}))
        words = f"The first row only counts ({begins}): has it names?"
        return Choice({"header": sheet.likely_names}, "header", words, ways)
    if sheet.mixed:
        words = f"The first row ({begins}) has words where all below are numbers: has it names?"
        return Choice({"header": False}, "header", words, (names,))
    return Choice({"header": False})


def about_index(sheet: Sheet, reading: Reading) -> Choice:
    """Whether the first column only counts or names the rows."""
    width, targets = sheet.width, (1 if reading.targets is None else reading.targets)
    if width - targets < 2 and not sheet.named_rows:
        return Choice({"index": False})
    column = sheet.column(0, reading)
    name = sheet.name(0, reading)
    n = width - targets
    numbered: Ways = (
        (f"row numbers, left out: {plural(n - 1, 'input')}", {"index": True}),
        (f"an input: {plural(n, 'input')}", {"index": False}),
    )
    begins = ", ".join(cell.strip() for cell in column[:3])
    if only_counts(column, name) or (sheet.named_rows and not names_rows(column)):
        words = f"The first column only counts ({begins}, …): is it an input?"
        taken = counter(name) or (name is None and plain_number(column[0]) == 0)
        return Choice({"index": taken}, "index", words, numbered)
    if counter(name) and numbers_apart(column):
        words = f"The first column has another number in each row ({begins}, …): is it an input?"
        # pandas writes no name above its row numbers, of which a part may be left
        return Choice({"index": consecutive(column) or name == ""}, "index", words, numbered)
    if column and names_rows(column):
        words = f"The first column has words ({_shown(column[0])}): does it name the rows?"
        ways = ((f"names of the rows, left out: {plural(n - 1, 'input')}", {"index": True}),)
        return Choice({"index": counter(name)}, "index", words, ways)
    return Choice({"index": False})


def about_classes(sheet: Sheet, reading: Reading) -> Choice:
    """Whether the last column says to which class a sample belongs."""
    plain: Fields = {"classes": False}
    if reading.targets != 1 or sheet.width < 2 + bool(reading.index):
        return Choice(plain)
    column = [cell.strip() for cell in sheet.column(-1, reading)]
    values = sorted(set(column))
    n = len(values)
    few = ", ".join(map(_shown, values[:4])) + (", …" if n > 4 else "")
    as_classes = (f"classes, a target for each: {plural(n, 'target')}", {"classes": True})
    if names_rows(column) and 2 <= n <= MOST_CLASSES:
        words = f"The last column has {n} labels ({few}): classes?"
        return Choice(plain, "classes", words, (as_classes,))
    numbers = [plain_number(cell) for cell in values]
    whole = all(x is not None and x.is_integer() for x in numbers)
    if whole and 2 <= n <= _FEW_VALUES and len(column) >= _EACH * n and not _one_hot(sheet):
        count = _COUNTS[n] if n < len(_COUNTS) else str(n)
        words = f"The target has {count} values only ({few}): classes?"
        ways = (("numbers: 1 target", plain), as_classes)
        return Choice(plain, "classes", words, ways)
    return Choice(plain)


_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _one_hot(sheet: Sheet) -> bool:
    """Whether the last columns, with others before them, name a class already."""
    rows = [[cell.strip() for cell in cells] for _, cells in sheet.rows[1:]]
    marked = {"0", "1", "0.0", "1.0"}
    for n in range(2, sheet.width):
        tails = [cells[-n:] for cells in rows]
        if any(cells[0] not in marked for cells in tails):
            return False
        if all(sum(float(cell) for cell in cells if cell in marked) == 1 for cells in tails):
            return True
    return False


def about_notation(sheet: Sheet, reading: Reading) -> Choice:
    """How the numbers are written."""
    plain = _fields(Notation())
    first = () if reading.header else sheet.first
    all_plain = sheet.plain is not None and all(plain_number(cell) is not None for cell in first)
    if all_plain and sheet.separator == ",":
        return Choice(plain)
    cells = _numbers_of(sheet, reading)
    odd = {cell for cell in cells if plain_number(cell) is None and like_a_number(cell)}
    if not odd:
        return _about_points(sheet, cells, plain)
    found = notation_of(odd)
    if found is None or (found.decimal == "," and found.thousands != "." and _points(cells)):
        return Choice(plain)
    example = next(cell.strip() for cell in cells if cell in odd)
    decimal_comma = found == Notation(",")
    if decimal_comma and could_be_thousands(odd, ","):
        ways = _two_ways(example, ",")
        usual = plain if sheet.separator == "," else ways[1][1]
        words = f"Is the comma in {_shown(example)} a decimal comma?"
        return Choice(usual, "thousands", words, ways[:: -1 if usual is not plain else 1])
    agreed = bool(reading.percent or not found.percent) and (
        not found.thousands or reading.thousands == found.thousands
    )
    fields = _fields(found)
    if decimal_comma:
        return Choice(fields)
    about = "thousands" if found.thousands else "percent"
    ways = ((_meaning(example, found), fields),)
    words = f"How is {_shown(example)} to be read?"
    return Choice(fields if agreed else plain, about, words, ways)


def _about_points(sheet: Sheet, cells: Sequence[str], plain: Fields) -> Choice:
    """Whether points stand between thousands: 1.200 and 250.000, where commas do not separate."""
    if sheet.separator == "," or not could_be_thousands(set(cells), "."):
        return Choice(plain)
    marked = [cell.strip() for cell in cells if "." in cell]
    if len(marked) < 2:
        return Choice(plain)
    ways = _two_ways(marked[0], ".")[::-1]
    return Choice(plain, "thousands", f"Is the point in {marked[0]} a decimal point?", ways)


def _two_ways(example: str, mark: str) -> Ways:
    """A mark between thousands, or a decimal mark."""
    other = "." if mark == "," else ","
    return tuple(
        (_meaning(example, way), _fields(way)) for way in (Notation(other, mark), Notation(mark))
    )


def _meaning(example: str, way: Notation) -> str:
    name = {"": "", ",": "commas", ".": "points", " ": "blanks", "'": "marks"}[way.thousands]
    said = [
        *(["percentages"] if way.percent else []),
        *([f"{name} between thousands"] if name else []),
        *(["decimal commas"] if way.decimal == "," else []),
    ]
    return f"{listed(said or ['decimal points'])}: {_shown(example)} is {way.number(example):.15g}"


def _numbers_of(sheet: Sheet, reading: Reading) -> list[str]:
    """The cells that are to be numbers: not those of names and labels."""
    rows = sheet.samples(reading)
    first = int(bool(reading.index) or (bool(rows) and names_rows(sheet.column(0, reading))))
    labels = reading.classes or (bool(rows) and names_rows(sheet.column(-1, reading)))
    return [cell for cells in rows for cell in (cells[first:-1] if labels else cells[first:])]


def _points(cells: Sequence[str]) -> bool:
    return any("." in cell and not is_missing(cell) for cell in cells)


def _fields(way: Notation) -> Fields:
    return {"decimal": way.decimal, "thousands": way.thousands, "percent": way.percent}


def _shown(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
