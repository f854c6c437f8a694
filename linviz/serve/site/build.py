"""Writes the folder: the page, what it shows before Python is there, the core, and Python."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import linviz
from linviz.core.experiment.presets import LECTURE
from linviz.panels import bundle, standalone
from linviz.panels.document import document
from linviz.panels.link import read_link, write_link
from linviz.serve import lectures
from linviz.serve.site.bytecode import compiler, packed
from linviz.serve.site.panel import SCRIPT, panel_files
from linviz.serve.site.pyodide import pinned
from linviz.serve.site.slim import slim

HERE = Path(linviz.__file__).parent
CORE = ("core", "figures", "panels")  # with the package's own files, what the browser runs


@dataclass(frozen=True, slots=True)
class Site:
    """What was written.

    Attributes
    ----------
    folder : Path
    sizes : tuple of (name, bytes)
        Of every file, by name.
    """

    folder: Path
    sizes: tuple[tuple[str, int], ...]

    def __repr__(self) -> str:
        return f"Site({self.folder}, {len(self.sizes)} files, {self.total / 1e6:.1f} MB)"

    @property
    def total(self) -> int:
        """Bytes of all files."""
        return sum(size for _, size in self.sizes)

    @property
    def words(self) -> str:
        """What it is, how large, and how to look at it."""
        sizes = dict(self.sizes)
        python, stored, read = (
            sum(size for name, size in self.sizes if name.startswith(folder))
            for folder in ("py/", "stored/", "lectures/")
        )
        panel, page = sizes[SCRIPT], sizes["index.html"] + sizes["worker.js"]
        return (
            f"{self.folder}: {len(self.sizes)} files, {self.total / 1e6:.1f} MB: the page "
            f"{page / 1e3:.0f} kB, lectures {read / 1e3:.0f} kB, "
            f"the element for articles {panel / 1e3:.0f} kB, stored screens "
            f"{stored / 1e6:.1f} MB, Python {python / 1e6:.1f} MB.\n"
            f"Look at it: python -m http.server --directory {self.folder}"
        )


def site(
    out: str | Path,
    *,
    pyodide: str | Path | None = None,
    link: str = "",
    title: str = "linviz",
    offline: bool = False,
    progress: Callable[[str], object] = lambda words: None,
) -> Site:
    """Write the page as a folder that any web space serves, with its Python in the browser.

    Parameters
    ----------
    out : folder
        It is made; files of an earlier site in it are written over.
    pyodide : folder or address, optional
        Where the pinned files of Pyodide with numpy and scipy are taken from; its own release
        where not given. Every file is checked.
    link : str
        The first screen: a linviz link, or what stands behind its question mark.
    title : str
        Of the document.
    offline : bool
        Whether a second visit needs no network.
    progress : callable (words), optional

    Returns
    -------
    Site

    Raises
    ------
    ValueError
        If `out` is a file, the link asks for what is not allowed, or a file of Pyodide is missing
        or another.

    Notes
    -----
    The page asks no other host for anything. The files are stored packed and are unpacked in the
    browser, so that they are as small on any web space. The same input gives the same bytes.

    Examples
    --------
    >>> site("course", pyodide="nowhere")
    Traceback (most recent call last):
        ...
    ValueError: expected pyodide.js of Pyodide 0.27.7 in nowhere, found [Errno 2] No such file or \
directory: 'nowhere/pyodide.js': download that release, and name the folder with --pyodide FOLDER
    """
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"expected a folder for the site, found the file {folder}")
    first = read_link(link.partition("?")[2] or link)
    progress(first.note or "computing the first screen")
    shown = standalone.stored_screen(first)
    files = _python(pyodide, progress)
    for name in LECTURE:
        progress(f"storing {name}")
        files[f"stored/{name}.gz"] = _packed(standalone.stored_screen(read_link(f"preset={name}")))
    for name in lectures.names():
        progress(f"typesetting {name}")
        page = lectures.lecture(name)
        files[f"lectures/{name}.html"] = page.html
        if page.link is not None:
            files[f"stored/{name}.gz"] = _packed(standalone.stored_screen(read_link(page.framed)))
    files["worker.js"] = (bundle.FRONT / "site" / "worker.js").read_bytes()
    if offline:
        files["offline.js"] = (bundle.FRONT / "site" / "offline.js").read_bytes()
    told = _told(files)
    files |= panel_files(told)
    own = write_link(first.scenario, first.view, first.kept, first.preset) if link else ""
    usual = read_link(f"preset={first.preset}" if first.preset else "").view.content()
    files["index.html"] = _index(shown, told | {"link": own, "usual": usual}, title)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Site(folder, tuple(sorted((name, len(content)) for name, content in files.items())))


def _python(source: str | Path | None, progress: Callable[[str], object]) -> dict[str, bytes]:
    """Packed files of Pyodide and of the core, by name."""
    progress("checking Pyodide")
    files = pinned(source)
    progress(
        "making it smaller" + ("" if compiler() else ", without byte code: no Python 3.12 here")
    )
    python = slim(files) | {"linviz.zip": packed(_core())}
    return {f"py/{name}.gz": _packed(content) for name, content in python.items()}


def _told(files: dict[str, bytes]) -> dict[str, Any]:
    """What a page is told of the files, so that it asks for none in vain or for an old one."""
    versions = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in files.items()}
    return {
        "python": {
            name[3:-3]: {"size": len(content), "version": versions[name]}
            for name, content in files.items()
            if name.startswith("py/")
        },
        "compiled": compiler() is not None,
        "presets": list(LECTURE),
        "rooms": {name: preset.room for name, preset in LECTURE.items()},
        "pages": ["lectures/", *(f"lectures/{name}.html" for name in lectures.names()[1:])],
        "lectures": {lectures.lecture(name).framed: name for name in lectures.names()[1:]},
        "stored": {n[7:-3]: version for n, version in versions.items() if n.startswith("stored/")},
        "worker": versions["worker.js"],
        "offline": "offline.js" in files,
    }


def _index(shown: bytes, told: dict[str, Any], title: str) -> bytes:
    site = json.dumps(told).replace("<", "\\u003c")
    return document(
        "linviz-alone",
        _POLICY,
        title=title,
        data=shown,
        script=bundle.joined(
            bundle.ordered(bundle.SITE), "linviz-site.js", mapped=False, tight=True
        ),
        head='<link rel="icon" href="data:,">\n<meta name="linviz-lectures" content="lectures/">\n',
        body=f'<script type="application/json" id="linviz-site">{site}</script>\n',
        attributes=' data-voila="voila"',  # the page has the window and the address to itself
    )


def _core() -> Iterator[tuple[str, bytes]]:
    """Names and contents of the modules that the browser's Python runs."""
    for path in sorted(HERE.rglob("*")):
        part = path.relative_to(HERE)
        used = len(part.parts) == 1 or part.parts[0] in CORE
        if used and path.is_file() and path.suffix != ".pyc" and "__pycache__" not in part.parts:
            yield f"linviz/{part.as_posix()}", path.read_bytes()
    for path in sorted(bundle.FRONT.rglob("*")):  # a page saved as a file is made of these
        if path.suffix in (".js", ".css"):
            yield f"linviz/front/{path.relative_to(bundle.FRONT).as_posix()}", path.read_bytes()


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' blob:; style-src 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' blob:; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'"
)
