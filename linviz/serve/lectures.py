"""The lectures as pages: text typeset from the notebooks, and beside it the page on the lecture's
own screen.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import mistune

import linviz
from linviz.figures.colors import PAGE
from linviz.panels.link import Link, write_link
from linviz.panels.screen import screen

INDEX = "index"
_PACKAGE = Path(linviz.__file__).parent
# what is installed has them within the package, a checkout beside it
FOLDERS = (_PACKAGE / "lectures", _PACKAGE.parent / "notebooks")


@dataclass(frozen=True, slots=True)
class Lecture:
    """One of them.

    Attributes
    ----------
    name : str
        Of its notebook and of its page, without their endings.
    title : str
    before, after : str
        HTML: up to the theory, and what is done with the picture.
    link : Link or None
        The screen beside it; none beside the list of the lectures.
    """

    name: str
    title: str
    before: str
    after: str
    link: Link | None

    @property
    def query(self) -> str:
        """What stands behind the question mark of that screen's link."""
        link = self.link
        return "" if link is None else write_link(link.scenario, link.view, link.kept, link.preset)

    @property
    def framed(self) -> str:
        """The same for the frame, in which the page has no head."""
        return f"embed=1&{self.query}"

    @property
    def html(self) -> bytes:
        """The page, in UTF-8. The dashboard is at "../" seen from it."""
        panel = _PANEL.substitute(
            framed=escape(self.framed), title=escape(self.title), name=self.name
        )
        body = f'<main class="{"list" if self.link is None else "lecture"}">'
        body += f'<div class="before">{self.before}</div>'
        body += "" if self.link is None else f'{panel}<div class="after">{self.after}</div>'
        colors = {
            f"{name}_{theme}": PAGE[name][k]
            for name in ("paper", "text", "soft", "edge", "accent", "hover")
            for k, theme in enumerate(("light", "dark"))
        }
        filled = {"title": escape(self.title), "body": f"{body}</main>"}
        return _TEMPLATE.substitute(filled | colors).encode()


def names() -> tuple[str, ...]:
    """The list of the lectures, and the lectures in their order.

    Examples
    --------
    >>> names()[:2]
    ('index', '01-linear-networks')
    """
    return (INDEX, *sorted(path.stem for path in _folder().glob("[0-9]*.ipynb")))


@cache
def lecture(name: str) -> Lecture:
    """The lecture of that name.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> lecture("07-one-hidden-layer").query[:27]
    'v=1&preset=saddle-to-saddle'
    """
    if name not in names():
        raise ValueError(f"expected a lecture among {', '.join(names())}; found {name!r}")
    content = json.loads((_folder() / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in content["cells"]]
    text = "\n\n".join(source for kind, source in cells if kind == "markdown")
    code = [source for kind, source in cells if kind == "code"]
    before, tasks, after = text.partition("\n## Tasks")
    after = tasks + re.sub(r"\n## Panel\n", "\n", after)
    link = _screen(code[0]) if code else None
    return Lecture(name, str(content["metadata"]["title"]), _set(before), _set(after), link)


def _folder() -> Path:
    return next(folder for folder in FOLDERS if folder.is_dir())


def _screen(code: str) -> Link:
    """What the notebook's last statement shows, without a widget for it."""
    *first, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    scope: dict[str, Any] = {}
    exec(ast.unparse(ast.Module(first, [])), scope)
    link: Link = eval(ast.unparse(last.value), scope | {"dashboard": screen})
    return link


def _set(text: str) -> str:
    """Markdown as HTML; links between notebooks lead from page to page."""
    html = str(mistune.html(text))
    html = html.replace('href="dashboard.ipynb"', 'href="../"')
    html = html.replace(f'href="{INDEX}.ipynb"', 'href="./"')
    return re.sub(r'href="([\w-]+)\.ipynb"', r'href="\1.html"', html)


_PANEL = Template(
    # by its name a page that is served knows what is stored of it
    '<aside><iframe name="$name" title="$title: the panel to try it on" src="../?$framed"></iframe>'
    "</aside>"
)
_TEMPLATE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>$title · linviz</title>
<style>
:root { color-scheme: light dark; --paper: $paper_light; --text: $text_light; --soft: $soft_light;
  --edge: $edge_light; --accent: $accent_light; --hover: $hover_light; }
@media (prefers-color-scheme: dark) { :root { --paper: $paper_dark; --text: $text_dark;
  --soft: $soft_dark; --edge: $edge_dark; --accent: $accent_dark; --hover: $hover_dark; } }
body { margin: 0; background: var(--paper); color: var(--text); overflow-wrap: break-word;
  font: 1.0625rem/1.55 "Segoe UI", Roboto, "Helvetica Neue", Inter, "DejaVu Sans Condensed", \
system-ui, sans-serif; }
header { display: flex; gap: 20px; align-items: center; height: 3rem; padding: 0 24px;
  border-bottom: 1px solid var(--edge); }
header a { color: var(--soft); text-decoration: none; }
header a:first-child { color: var(--text); font-size: 1.25em; font-weight: 700; }
header a[aria-current] { color: var(--text); font-weight: 700; }
html { scroll-padding-top: 3.6rem; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0.6em 0 0.4em; }
h2 { font-size: 1.2rem; margin: 1.6em 0 0.3em; }
a { color: var(--accent); }
li { margin: 0.5em 0; }
ul, ol { padding-left: 1.4em; }
sub, sup { line-height: 0; }
details { margin: 0.4em 0; padding: 0.3em 0.8em; border-left: 3px solid var(--edge);
  background: var(--hover); }
summary { cursor: pointer; min-height: 1.7em; color: var(--soft); }
code { font-size: 0.92em; }
.before, .after, .list { box-sizing: border-box; max-width: 37rem; padding: 0 24px; }
.list { margin: 0 auto 4rem; }
.list .before { padding: 0; }
.after { padding-bottom: 4rem; }
aside { padding: 0; }
iframe { display: block; width: 100%; height: max(560px, 88svh); border: 0;
  border-block: 1px solid var(--edge); }
/* the picture stays beside its tasks */
@media (min-width: 1100px) {
  .lecture { display: grid; grid-template: "before panel" auto "after panel" 1fr / \
minmax(0, min(37rem, 40vw)) minmax(0, 1fr); }
  .before { grid-area: before; }
  .after { grid-area: after; }
  header { position: sticky; top: 0; z-index: 1; background: var(--paper); }
  aside { grid-area: panel; position: sticky; top: calc(3rem + 1px); align-self: start;
    height: calc(100vh - 3rem - 1px);
    border-left: 1px solid var(--edge); display: flex; flex-direction: column; }
  iframe { flex: 1; min-height: 0; height: auto; border: 0; }
}
</style>
</head>
<body>
<header><a href="../">linviz</a><a href="../">One run</a>\
<a href="./" aria-current="page">Lectures</a></header>
$body
</body>
</html>
"""
)
