"""Python for the browser: the pinned files of Pyodide, verified, and scipy made smaller."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

PYODIDE = "0.27.7"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
PYTHON = (3, 12)  # its own; byte code of another is of no use to it

# sha256; those of the packages stand in the lock file
RUNTIME = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    "pyodide-lock.json": "fb0ad28408332c4ee335cdca6add0585329b1594d0e923a6f83bea27ee773f29",
}
CARRIED = ("numpy", "openblas", "scipy")

# of numpy and scipy: what neither linviz nor what it uses of them loads
UNUSED = re.compile(
    r"/tests?/|^scipy/(stats|ndimage|signal|io|cluster|odr|datasets|misc|spatial|interpolate)/"
    r"|^scipy/(fft|fftpack|constants)/|_highs/|^numpy/(f2py|distutils)/|/RECORD$"
    r"|\.(pyi|pxd|c|h|cpp|f|f90|a|txt|rst)$"
)
LAZY = (
    "scipy/integrate/__init__.py",
    "scipy/integrate/_ivp/__init__.py",
    "scipy/optimize/__init__.py",
)


def pinned(source: str | Path | None = None) -> dict[str, bytes]:
    """The files of Pyodide that a site needs, by name.

    Parameters
    ----------
    source : folder or address, optional
        Where they are taken from; Pyodide's own release where not given.

    Raises
    ------
    ValueError
        If a file is missing there or is not the pinned one.
    """
    place = str(source or RELEASE)
    files = {name: _verified(place, name, digest) for name, digest in RUNTIME.items()}
    packages = json.loads(files["pyodide-lock.json"])["packages"]
    for name in CARRIED:
        package = packages[name]
        files[package["file_name"]] = _verified(place, package["file_name"], package["sha256"])
    return files


def slim(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with smaller packages, and the lock file that belongs to them."""
    lock = json.loads(files["pyodide-lock.json"])
    packages = {name: lock["packages"][name] for name in CARRIED}
    found = {name: files[name] for name in RUNTIME}
    for name, package in packages.items():
        content = files[package["file_name"]]
        if name != "openblas":
            content = _repacked(content)
            package["sha256"] = hashlib.sha256(content).hexdigest()
        found[package["file_name"]] = content
    text = json.dumps(lock | {"packages": packages}, sort_keys=True, separators=(",", ":"))
    return found | {"pyodide-lock.json": text.encode()}


def packed(sources: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive of these files, the same bytes for the same files; Python as byte code."""
    contents = _compiled(dict(sources))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return buffer.getvalue()


def _repacked(wheel: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        names = [n for n in archive.namelist() if not n.endswith("/") and not UNUSED.search(n)]
        contents = {name: archive.read(name) for name in names}
    if any(name.startswith("numpy/") for name in contents):
        contents["numpy/f2py/__init__.py"] = b""  # `from numpy import *` asks for it
    for name in LAZY:
        if name in contents:
            contents[name] = _lazy(name, contents)
    return packed(contents.items())


def _lazy(name: str, contents: dict[str, bytes]) -> bytes:
    """An `__init__` that loads the modules behind its names when they are asked for."""
    folder = str(PurePosixPath(name).parent)
    homes: dict[str, str] = {}
    for node in ast.parse(contents[name]).body:
        if not isinstance(node, ast.ImportFrom) or node.level != 1 or node.module is None:
            continue
        for alias in node.names:
            if alias.name == "*":
                module = contents.get(f"{folder}/{node.module.replace('.', '/')}.py", b"")
                homes |= dict.fromkeys(_exported(module), node.module)
            else:
                homes[alias.asname or alias.name] = node.module
    return _LAZY_TEXT.replace("HOMES", repr(dict(sorted(homes.items())))).encode()


_LAZY_TEXT = """\
import importlib as _importlib

_homes = HOMES


def __getattr__(name):
    if name in _homes:
        value = getattr(_importlib.import_module("." + _homes[name], __name__), name)
        globals()[name] = value
        return value
    try:
        return _importlib.import_module("." + name, __name__)
    except ImportError as error:
        raise AttributeError(name) from error
"""


def _exported(module: bytes) -> list[str]:
    """What `__all__` of a module lists."""
    for node in ast.parse(module).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def _compiled(contents: dict[str, bytes]) -> dict[str, bytes]:
    """Byte code in place of sources, where a Python of that version is here to make it."""
    python = _compiler()
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
            str(path.relative_to(root).as_posix()): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }


# unchecked by hash: a time stamp would make other bytes each time
_COMPILE = """
import pathlib, py_compile, sys
root = pathlib.Path(sys.argv[1])
for path in root.rglob("*.py"):
    name = str(path.relative_to(root))
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(path), str(path.with_suffix(".pyc")), name, True, invalidation_mode=mode)
    path.unlink()
"""


def _compiler() -> str | None:
    """A Python whose byte code Pyodide can run."""
    if sys.version_info[:2] == PYTHON:
        return sys.executable
    found = shutil.which("python{}.{}".format(*PYTHON))
    if found is None or subprocess.run([found, "-c", ""], capture_output=True).returncode:
        return None
    return found


def _verified(place: str, name: str, digest: str) -> bytes:
    try:
        content = _read(place, name)
    except (OSError, urllib.error.URLError) as error:
        raise ValueError(
            f"expected {name} of Pyodide {PYODIDE} in {place}, found {error}: download that "
            "release, and name the folder with --pyodide FOLDER"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ValueError(
            f"expected {name} of Pyodide {PYODIDE} with sha256 {digest[:12]}…, found "
            f"{found[:12]}… in {place}: it is another version, or was changed"
        )
    return content


def _read(place: str, name: str) -> bytes:
    if not place.startswith(("https://", "http://")):
        return Path(place, name).read_bytes()
    with urllib.request.urlopen(f"{place.rstrip('/')}/{name}", timeout=60) as answer:
        content: bytes = answer.read()
    return content
