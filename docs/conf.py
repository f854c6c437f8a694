"""Sphinx: one page a chapter, made from the docstrings of the public names.

sphinx-build -W docs build/docs
"""

import sys
from operator import attrgetter
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

import linviz  # noqa: E402  # the checkout is described, whatever is installed

project = "linviz"
release = version = linviz.__version__
author = "The linviz authors"
copyright = "2026, The linviz authors"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc"]
html_theme = "alabaster"
html_theme_options = {"description": "Gradient flow of deep linear networks"}
exclude_patterns = ["generated/README*"]
add_module_names = False
autodoc_typehints = "none"  # shapes and meaning stand in the docstrings
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

CHAPTERS = {
    "core.model": ("Problem and weights", "What is trained, and from where."),
    "core.flow": ("Flow and descent", "How it moves, and to what end."),
    "core.theory": ("Theory", "What must hold along a run, and what is known exactly."),
    "core.landscape": ("Landscape", "Where a run can rest, and how it looks there."),
    "core.starts": ("Many starts", "Where they end, and how long they wait."),
    "core.geometry": ("Geometry", "Critical values, ends in closed form, planes, maps of starts."),
    "core.experiment": ("Scenarios and runs", "A run described, made, sent and kept."),
    "core.statements": ("Statements", "The theory, line by line, beside a run."),
    "figures": ("Figures", "Pictures of a run, as plotly figures and as SVG."),
    "panels": ("The page", "All of it in Jupyter, or a part."),
    "serve": ("The page without a server", "A folder of files for any web space."),
}


# names of packages that are not among those of linviz itself
WITHIN = {
    f"core.{package.__name__.rpartition('.')[2]}": [
        f"linviz.{package.__name__.rpartition('.')[2]}.{name}"
        for name in package.__all__
        if name not in linviz.__all__
    ]
    for package in (linviz.geometry, linviz.starts)
}


def directive(name: str, item: object) -> str:
    """What describes one name, and the methods of a class with it."""
    kind = "class" if isinstance(item, type) else "function" if callable(item) else "data"
    kind = "exception" if isinstance(item, type) and issubclass(item, Exception) else kind
    members = "   :members:\n" if kind == "class" else ""
    return f".. auto{kind}:: {name}\n{members}"


def chapter(package: str) -> str:
    """The page of a chapter: its public names, in the order of the alphabet."""
    title, words = CHAPTERS[package]
    home = f"linviz.{package}."
    names = [f"linviz.{name}" for name in linviz.__all__ if linviz.HOMES[name].startswith(home)]
    if package == "figures":
        names = [f"linviz.figures.{name}" for name in linviz.figures.__all__]
    names += WITHIN.get(package, [])
    parts = [directive(name, attrgetter(name.removeprefix("linviz."))(linviz)) for name in names]
    return "\n".join([title, "=" * len(title), "", words, "", *parts])


def write_chapters() -> None:
    folder = DOCS / "generated"
    folder.mkdir(exist_ok=True)
    for package in CHAPTERS:
        path = folder / f"{package.rpartition('.')[2]}.rst"
        path.write_text(chapter(package), encoding="utf-8")


def setup(app: object) -> None:
    write_chapters()
