"""Pyodide made smaller: what of numpy, scipy and the standard library linviz does without."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from linviz.serve.site import pyodide
from linviz.serve.site.bytecode import packed, unpacked

UNUSED = re.compile(
    r"(^|/)(tests?|testing)/|/RECORD$|\.(pyi|pxd|pyx|c|h|cpp|f|f90|a|txt|rst)$"
    r"|^numpy/(f2py|distutils|_pyinstaller|doc)/"
    r"|^scipy/(stats|ndimage|signal|io|cluster|odr|datasets|misc|spatial|interpolate|sparse)/"
    r"|^scipy/(fft|fftpack|constants)/|^scipy/_lib/(array_api_compat|_uarray|cobyqa|highs)/"
    r"|^scipy/special/_support_alternative_backends\.py$"
    r"|^scipy/optimize/(_highs|_shgo_lib|_trustregion_constr|_lsq|_trlib|cython_optimize)/"
)
# of the standard library: what shows, serves, mails, debugs and tests
UNUSED_STANDARD = re.compile(
    r"^(ensurepip|http|multiprocessing|unittest|wsgiref|xml|xmlrpc|zoneinfo|pydoc_data)/"
    r"|^(aifc|antigravity|bdb|cProfile|cgi|cgitb|chunk|cmd|code|crypt|doctest|filecmp|fileinput"
    r"|ftplib|getpass|imaplib|imghdr|mailbox|mailcap|modulefinder|netrc|nntplib|nturl2path|optparse"
    r"|pdb|pickletools|pipes|plistlib|poplib|profile|pstats|pty|pyclbr|pydoc|rlcompleter|sched"
    r"|shelve|smtplib|sndhdr|socketserver|sunau|tabnanny|telnetlib|this|timeit|trace|tty|turtle|uu"
    r"|wave|webbrowser|xdrlib|zipapp|_pyio)\.py$"
)
# extension modules that are loaded; the others of these packages are left out
LOADED = {
    "scipy/special/": ("_ufuncs", "_ufuncs_cxx", "_special_ufuncs", "_gufuncs"),
    "scipy/linalg/": ("_fblas", "_flapack"),
    "scipy/optimize/": ("_zeros",),
    "scipy/integrate/": ("_dop", "_lsoda", "_vode"),
    "scipy/_lib/": ("_ccallback_c",),
    "numpy/_core/": ("_multiarray_umath", "_multiarray_tests"),
    "numpy/linalg/": ("_umath_linalg",),
}
# modules behind whose names others are loaded only when they are asked for
LAZY = (
    "scipy/integrate/__init__.py",
    "scipy/integrate/_ivp/__init__.py",
    "scipy/linalg/__init__.py",
    "scipy/optimize/__init__.py",
    "scipy/special/__init__.py",
)
# imports at the head of a module for functions that linviz does not call
DROPPED = {
    "scipy/_lib/_util.py": ("scipy._lib._array_api",),
    "scipy/integrate/_ivp/common.py": ("scipy.sparse",),
    "scipy/optimize/_optimize.py": (
        *("scipy.linalg", "scipy.sparse.linalg", "_linesearch", "_numdiff"),
        "scipy.optimize._differentiable_functions",
    ),
}
STAND_INS = {
    "numpy/f2py/__init__.py": b"",
    "scipy/integrate/_ivp/bdf.py": b"BDF = None\n",
    "scipy/integrate/_ivp/radau.py": b"Radau = None\n",
    "scipy/_lib/_testutils.py": b"class PytestTester:\n    __init__ = lambda *_: None\n",
}


def slim(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with smaller packages, and the lock file that belongs to them."""
    found = {name: files[name] for name in pyodide.RUNTIME}
    standard = unpacked(files["python_stdlib.zip"]).items()
    found["python_stdlib.zip"] = packed(i for i in standard if not UNUSED_STANDARD.search(i[0]))
    for package in pyodide.CARRIED:
        contents = unpacked(files[package.file_name])
        found[package.file_name] = packed(_needed(contents).items())
    return found | {"pyodide-lock.json": pyodide.lock(found)}


def _needed(contents: dict[str, bytes]) -> dict[str, bytes]:
    kept = {name: content for name, content in contents.items() if _is_used(name)}
    stand_ins = {name: text for name, text in STAND_INS.items() if name in contents}
    lazy = {name: _lazy(name, kept) for name in LAZY if name in kept}
    dropped = {
        name: _without(contents[name], modules)
        for name, modules in DROPPED.items()
        if name in contents
    }
    return kept | stand_ins | lazy | dropped


def _is_used(name: str) -> bool:
    if UNUSED.search(name):
        return False
    path = PurePosixPath(name)
    loaded = LOADED.get(f"{path.parent}/")
    return loaded is None or path.suffix != ".so" or path.name.split(".")[0] in loaded


def _without(source: bytes, modules: tuple[str, ...]) -> bytes:
    """The source without its imports of names from these modules.

    Raises
    ------
    ValueError
        If it has none of one of them: it is another version then.
    """
    lines = source.decode().split("\n")
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module in modules:
            found.add(node.module)
            end = node.end_lineno or node.lineno
            lines[node.lineno - 1 : end] = [""] * (end - node.lineno + 1)
    if len(found) < len(modules):
        told = ", ".join(sorted(found)) or "none"
        raise ValueError(f"expected imports of {', '.join(modules)}, found {told}")
    return "\n".join(lines).encode()


def _lazy(name: str, kept: dict[str, bytes]) -> bytes:
    """An `__init__` that loads the modules behind its names when they are asked for."""
    folder = str(PurePosixPath(name).parent)
    homes: dict[str, str] = {}
    compiled: list[str] = []  # extension modules, which do not say what they export
    for node in ast.parse(kept[name]).body:
        if not isinstance(node, ast.ImportFrom) or node.level != 1 or node.module is None:
            continue
        for alias in node.names:
            path = f"{folder}/{node.module.replace('.', '/')}"
            if not any(other.startswith((f"{path}.", f"{path}/")) for other in kept):
                continue
            if alias.name != "*":
                homes[alias.asname or alias.name] = node.module
            elif f"{path}.py" not in kept:
                compiled.append(node.module)
            else:
                homes |= dict.fromkeys(_exported(kept[f"{path}.py"]), node.module)
    text = _LAZY_TEXT.replace("HOMES", repr(dict(sorted(homes.items()))))
    return text.replace("COMPILED", repr(tuple(compiled))).encode()


_LAZY_TEXT = """\
import importlib as _importlib

_homes = HOMES
_compiled = COMPILED


def __getattr__(name):
    if not name.startswith("_"):
        for home in [_homes[name]] if name in _homes else _compiled:
            module = _importlib.import_module("." + home, __name__)
            if hasattr(module, name):
                globals()[name] = getattr(module, name)
                return globals()[name]
    try:
        return _importlib.import_module("." + name, __name__)
    except ImportError as error:
        raise AttributeError(name) from error
"""


def _exported(module: bytes) -> list[str]:
    """What `__all__` of a module lists."""
    for node in ast.parse(module).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            try:
                return [str(name) for name in ast.literal_eval(node.value)]
            except ValueError:  # it is computed
                return []
    return []
