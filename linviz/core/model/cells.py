"""The rows and cells of a text file: its encoding, its comments and what separates its cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from linviz.core.model.notation import like_a_number

Row = tuple[int, list[str]]

_MARKS = (  # the longer ones first: that of UTF-16 begins that of UTF-32
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DECLARED = re.compile(r'\ufeff?"?sep[ ]?=[ ]?(.)"?[ \t]*(\r\n|\r|\n|$)', re.IGNORECASE)
_COMMENT = re.compile(r"\s*(#|//|%)")
_TRIED = "\t|; ,"  # separators, the less common in a number first
_LOOKED_AT = 200  # rows of which the separator is told
_BLANKS = re.compile(r"[ \t\u00a0]+")


def text_of(content: bytes, label: str) -> str:
    """The text of a file, by its mark; without one in UTF-8, or UTF-16 where every other byte is 0.

    Another encoding is taken for a spreadsheet's (Windows) where only its first row needs it:
    what is in names changes no number.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    encoding = encoding or _unmarked(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = _in_windows(content)
        if not text:
            row = content.count(b"\n", 0, error.start) + 1
            raise ValueError(
                f"{label}: expected text in UTF-8, found byte 0x{content[error.start]:02x} in line "
                f"{row}: save it as CSV (UTF-8)"
            ) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(
            f"{label}: expected text, found a zero byte in line {row}: save it as CSV (UTF-8)"
        )
    return text.replace("\u2212", "-")  # the minus sign of type


def _unmarked(content: bytes) -> str:
    start = content[:400]
    for zeros, name in ((start[1::2], "utf-16-le"), (start[::2], "utf-16-be")):
        others = start[::2] if zeros == start[1::2] else start[1::2]
        if len(content) % 2 == 0 and len(zeros) > 1 and not any(zeros) and all(others):
            return name
    return "utf-8-sig"


def _in_windows(content: bytes) -> str:
    """The text if only the first row and comments are not plain; else nothing."""
    plain = 0
    for line in content.split(b"\n"):
        if line.isascii():
            plain += not _COMMENT.match(line.decode("ascii")) and bool(line.strip())
        elif plain:
            return ""
    return content.decode("cp1252", errors="replace") if plain else ""


def separator_of(text: str) -> str:
    """What separates the cells: what ``sep=;`` in the first line says, else what fits best.

    Of the marks that make rows of equal length, the one that leaves most numbers in the cells.

    Examples
    --------
    >>> separator_of("1,5;2,5\\n2,5;1,5"), separator_of("a b\\n1.5 2"), separator_of("1,2\\n3,4")
    (';', ' ', ',')
    """
    if declared := _DECLARED.match(text):
        return declared[1]
    start = text[:2_000_000]

    def score(mark: str) -> float:
        rows = _some_rows(start, mark)
        body = rows[1:] or rows
        lengths = Counter(map(len, body))
        width, n_rows = lengths.most_common(1)[0] if lengths else (1, 0)
        if width < 2 or (mark == "," and width == 2 and _one_column(start)):
            return 0.0
        cells = [cell for row in body if len(row) == width for cell in row]
        numbers = sum(like_a_number(cell) and not cell.strip().endswith(",") for cell in cells)
        return (0.01 + numbers / len(cells)) * n_rows / len(body)

    best = max(_TRIED, key=score)
    if score(best) > 0:
        return best
    return ";" if _one_column(start) else ","


def _one_column(text: str) -> bool:
    """Whether a name of one cell stands above lines such as 1,5: a column with decimal commas."""
    rows = _some_rows(text, ",")
    return len(rows) > 1 and len(rows[0]) == 1 and all(len(row) == 2 for row in rows[1:])


def _some_rows(text: str, separator: str) -> list[list[str]]:
    try:
        return [cells for _, cells in islice(rows_of(text, separator, ""), _LOOKED_AT)]
    except ValueError:
        return []


def rows_of(text: str, separator: str, label: str) -> Iterator[Row]:
    """Each row's number and cells; rows without content are dropped at the end only.

    Comments are left out; they count as rows, as they do in a spreadsheet, and ``sep=`` does not.
    """
    declared = _DECLARED.match(text)
    lines = _Lines(text[declared.end() :] if declared else text)
    blanks = separator == " "
    reader = csv.reader(
        (_BLANKS.sub(" ", line).strip() for line in lines) if blanks else lines,
        delimiter=separator,
        skipinitialspace=True,
        strict=True,
    )
    row = first_empty = 0
    while True:
        row += 1
        lines.between = True
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(
                f"{label}: row {row + lines.comments} is not CSV ({error}): look for a quotation "
                "mark too many"
            ) from None
        if not any(cell.strip() for cell in cells):
            first_empty = first_empty or row + lines.comments
            if lines.comments and row == first_empty - lines.comments == 1:
                first_empty = 0  # below the comments at the top
                row, lines.comments = 0, lines.comments + 1
        elif first_empty:
            raise ValueError(f"{label}: row {first_empty} is empty: remove it")
        else:
            yield row + lines.comments, cells


class _Lines:
    """The lines of a text without its comments, which stand between rows and not in a cell."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.between = True
        self.comments = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if self.between and _COMMENT.match(line):
                self.comments += 1
                continue
            self.between = False
            yield line
