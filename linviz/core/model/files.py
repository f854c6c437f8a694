"""Numbers in files that people send: CSV text and NPZ archives.

Nothing in a file is trusted: sizes are checked before memory is spent on them, nothing is
unpickled, and whatever is wrong is a ValueError that names the row and the column, both counted
from 1 (in a CSV file as a spreadsheet counts them, the header included).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from array import array
from collections.abc import Iterator
from typing import IO

import numpy as np

from linviz.core.model import checks
from linviz.core.model.problem import Matrix
from linviz.core.model.words import plural

LARGEST_ENTRY = 1e100  # beyond it X Xᵀ and the loss come near the end of the floating-point numbers

_HEADER_BYTES = 10_000  # what numpy reads of an array's header at most
_WIDEST_NUMBER = 16  # bytes
_MAX_MEMBERS = 1000  # arrays in an archive
_MEMBER_MARK = b"PK\x01\x02"  # opens each entry of an archive's directory
_MALFORMED_NUMBER = re.compile(r"[-+]?\d[\d.,_'\s]*([eE][-+]?\d+)?\s*%?")


def csv_table(content: bytes, label: str, *, max_numbers: int) -> Matrix:
    """Read the numbers of a CSV file, one row per row of the file; `label` names it in errors."""
    values = array("d")
    width = 0
    text = _text(content, label)
    separator = _separator(text)
    # one row of millions of cells would cost far more memory than the file
    if text.count(separator) > max_numbers:
        raise ValueError(
            f"{label}: expected at most {max_numbers} numbers, found {text.count(separator) + 1} "
            "or more: keep fewer rows or columns"
        )
    for row, cells in _rows(text, separator, label):
        if row == 1:
            width = len(cells)
            if _is_header(cells, label):
                continue
        if len(cells) != width:
            raise ValueError(
                f"{label}: row {row} has {plural(len(cells), 'cell')}, "
                f"the rows before it have {width}"
            )
        values.extend(_numbers(cells, row, label))
        if len(values) > max_numbers:
            raise ValueError(
                f"{label}: expected at most {max_numbers} numbers, found more by row {row}: "
                "keep fewer rows or columns"
            )
    if not values:
        found = "a header and nothing below it" if width else "nothing in it"
        raise ValueError(f"{label}: expected rows of numbers, found {found}")
    return np.array(values).reshape(-1, width)


def npz_arrays(content: bytes, label: str, *, max_numbers: int) -> tuple[Matrix, Matrix]:
    """Read the matrices named X and Y of an NPZ archive; `label` names it in errors."""
    # a directory of millions of members would cost far more memory than the file
    if content.count(_MEMBER_MARK) > _MAX_MEMBERS:
        raise ValueError(f"{label}: expected the two arrays X and Y, found over {_MAX_MEMBERS}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # zipfile answers hostile bytes with a dozen types of exception
        raise _unreadable(label, error) from None
    names = [name.removesuffix(".npy") for name in archive.namelist()]
    if not {"X", "Y"} <= set(names):
        found = ", ".join(_shown(name) for name in sorted(names)[:10]) or "no array"
        raise ValueError(
            f"{label}: expected arrays named X and Y, found {found}: "
            "write it with numpy.savez(file, X=X, Y=Y)"
        )
    return _member(archive, "X", label, max_numbers), _member(archive, "Y", label, max_numbers)


def _text(content: bytes, label: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
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
    return text


def _separator(text: str) -> str:
    """The separator of the first line that holds something; a comma where there is none."""
    line = next((line for line in io.StringIO(text) if line.strip()), "")
    outside_quotes = re.sub(r'"[^"]*"', "", line)
    return next((mark for mark in "\t;" if mark in outside_quotes), ",")


def _rows(text: str, separator: str, label: str) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and cells; rows without content are dropped at the end only."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    row = first_empty = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(
                f"{label}: row {row} is not CSV ({error}): look for a quotation mark too many"
            ) from None
        if not any(cell.strip() for cell in cells):
            first_empty = first_empty or row
        elif first_empty:
            raise ValueError(f"{label}: row {first_empty} is empty: remove it")
        else:
            yield row, cells


def _is_header(cells: list[str], label: str) -> bool:
    """Whether no cell is a number, not even one that is written another way (1,5 or 50%)."""
    if any(_number(c) is not None or _MALFORMED_NUMBER.fullmatch(c.strip()) for c in cells):
        return False
    for column, cell in enumerate(cells, 1):
        if not cell.strip():
            raise ValueError(
                f"{label}: row 1, column {column} is empty in the header: name the column, or "
                "remove it if it only numbers the rows"
            )
    return True


def _numbers(cells: list[str], row: int, label: str) -> list[float]:
    numbers = []
    for column, cell in enumerate(cells, 1):
        number = _number(cell)
        if number is None or not abs(number) <= LARGEST_ENTRY:
            raise ValueError(f"{label}: row {row}, column {column} {_fault(cell, number)}")
        numbers.append(number)
    return numbers


def _number(cell: str) -> float | None:
    if "_" in cell:  # Python reads 1_000, a spreadsheet does not
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _fault(cell: str, number: float | None) -> str:
    """Why a cell is refused, and what to do."""
    if not cell.strip():
        return "is empty: fill it in, or remove the row or the column"
    if number is None:
        advice = ""
        if _MALFORMED_NUMBER.fullmatch(cell.strip()):
            advice = ": write it with a decimal point and no other marks"
        return f"holds {_shown(cell)}, expected a number{advice}"
    # digits tell 1e400, which reads as infinite, from inf and nan
    if np.isfinite(number) or any(digit in cell for digit in "123456789"):
        return (
            f"holds {_shown(cell)}, expected at most {LARGEST_ENTRY:g} in size: rescale the column"
        )
    return f"holds {_shown(cell)}, expected a finite number: remove the row or the column"


def _member(archive: zipfile.ZipFile, name: str, label: str, max_numbers: int) -> Matrix:
    """One array of the archive, its sizes checked before its numbers are read."""
    stored = archive.namelist()
    info = archive.getinfo(f"{name}.npy" if f"{name}.npy" in stored else name)
    if info.file_size > max_numbers * _WIDEST_NUMBER + _HEADER_BYTES:
        raise ValueError(
            f"{label}: expected at most {max_numbers} numbers in {name}, found {info.file_size} "
            "bytes: keep fewer samples"
        )
    # no other method is written by numpy, and some claim gigabytes for their dictionaries
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _unreadable(label, f"{name} is compressed by method {info.compress_type}")
    try:
        with archive.open(info) as stream:
            shape, by_columns, dtype = _array_header(stream)
            fault = _header_fault(shape, dtype, max_numbers)
            n_bytes = 0 if fault else int(np.prod(shape)) * dtype.itemsize
            content = stream.read(n_bytes + 1)
    except Exception as error:  # so does numpy's reader of headers
        raise _unreadable(label, f"{name}: {error}") from None
    if fault:
        raise ValueError(f"{label}: expected {name} to be {fault}")
    if len(content) != n_bytes:
        raise _unreadable(label, f"{name} does not hold the {n_bytes} bytes it announces")
    with np.errstate(over="ignore"):  # a wider format's overflow is infinite, and refused as such
        A = np.frombuffer(content, dtype).astype(float)
    return checks.matrix(A.reshape(shape, order="F" if by_columns else "C"), f"{label}: {name}")


def _array_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)


def _header_fault(shape: tuple[int, ...], dtype: np.dtype, max_numbers: int) -> str:
    """What was expected of an array and what its header says instead; empty if all is well."""
    if dtype.kind not in "fiub":
        return f"real numbers, found {dtype}: save its real values, A.astype(float)"
    if len(shape) != 2:
        return f"a matrix (2-D, one column per sample), found shape {shape}"
    rows, columns = shape
    if rows < 1 or columns < 1:
        return f"a matrix (2-D, not empty), found shape {shape}"
    if rows * columns > max_numbers:
        return f"at most {max_numbers} numbers, found shape {shape}: keep fewer samples"
    return ""


def _unreadable(label: str, reason: object) -> ValueError:
    return ValueError(
        f"{label}: expected an NPZ archive, found one that cannot be read ({str(reason)[:200]}): "
        "write it with numpy.savez(file, X=X, Y=Y)"
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:30] + "…")
