"""Archives that the browser's Python imports from, with byte code where it can be made here."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

PYTHON = (3, 12)  # that of Pyodide; byte code of another is of no use to it


def packed(sources: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive of these files, the same bytes for the same files; Python as byte code.

    What stands in it is not compressed: the whole is, once, when the site is written.
    """
    contents = compiled(dict(sources))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), contents[name])
    return buffer.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Files of a zip archive, by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {n: opened.read(n) for n in opened.namelist() if not n.endswith("/")}


def compiled(contents: dict[str, bytes]) -> dict[str, bytes]:
    """Byte code in place of sources, where a Python of that version is here to make it."""
    python = compiler()
    if python is None:
        return contents
    with TemporaryDirectory() as folder:
        for name, content in contents.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        command = [python, "-c", _COMPILE, folder]
        subprocess.run(command, check=True, capture_output=True)
        root = Path(folder)
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }


# Unchecked, by hash: a time stamp would make other bytes each time. Without asserts and docstrings,
# but where they are copied on importing.
_COMPILE = """
import pathlib, py_compile, sys
root = pathlib.Path(sys.argv[1])
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for path in sorted(root.rglob("*.py")):
    name = path.relative_to(root).as_posix()
    level = 0 if name.startswith(("_pyodide/", "numpy/")) else 2
    made = str(path.with_suffix(".pyc"))
    py_compile.compile(str(path), made, name, True, optimize=level, invalidation_mode=mode)
    path.unlink()
"""


def compiler() -> str | None:
    """A Python whose byte code Pyodide can run."""
    if sys.version_info[:2] == PYTHON:
        return sys.executable
    found = shutil.which("python{}.{}".format(*PYTHON))
    if found is None or subprocess.run([found, "-c", ""], capture_output=True).returncode:
        return None
    return found
