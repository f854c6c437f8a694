"""Numbers in archives that people send (NPZ); for text files see `table`.

Nothing in a file is trusted: sizes are checked before memory is spent on them, nothing is
unpickled, and whatever is wrong is a ValueError that names the row and the column, both counted
from 1.
"""

from __future__ import annotations

import io
import zipfile
from typing import IO

import numpy as np

from linviz.core.model import checks
from linviz.core.model.problem import Matrix

LARGEST_ENTRY = 1e100  # beyond it X Xᵀ and the loss come near the end of the floating-point numbers

_HEADER_BYTES = 10_000  # what numpy reads of an array's header at most
_WIDEST_NUMBER = 16  # bytes
_MAX_MEMBERS = 1000  # arrays in an archive
_MEMBER_MARK = b"PK\x01\x02"  # opens each entry of an archive's directory


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
        found = ", ".join(shown(name) for name in sorted(names)[:10]) or "no array"
        raise ValueError(
            f"{label}: expected arrays named X and Y, found {found}: "
            "write it with numpy.savez(file, X=X, Y=Y)"
        )
    return _member(archive, "X", label, max_numbers), _member(archive, "Y", label, max_numbers)


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


def shown(text: str) -> str:
    """Text from a file, in quotation marks and no longer than a line has room for."""
    return repr(text if len(text) <= 30 else text[:30] + "…")
