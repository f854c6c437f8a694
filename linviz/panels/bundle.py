"""The browser side: the modules of `linviz/front`, joined into the one that anywidget asks for."""

from __future__ import annotations

import re
from pathlib import Path

import linviz

FRONT = Path(linviz.__file__).parent / "front"

# each after those it imports
MODULES = (
    "page/arrays",
    "draw/axes",
    "page/text",
    "page/dialog",
    "draw/theme",
    "draw/painter",
    "time/clock",
    "form/edits",
    "draw/library",
    "page/heartbeat",
    "draw/svg",
    "draw/export",
    "draw/table",
    "draw/plot",
    "draw/heat",
    "draw/matrices",
    "draw/network",
    "page/panel",
    "draw/spectra",
    "page/panels",
    "page/focus",
    "time/keys",
    "time/player",
    "time/timebar",
    "form/form",
    "form/controls",
    "page/theory",
    "page/view",
    "page/address",
    "page/share",
    "page/page",
)
STYLES = ("page/page", "form/controls", "time/timebar", "page/dialogs")
STANDALONE = "page/standalone"  # stands for the kernel in a page that was saved as a file

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[\w./]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function|async|const|let|class)", re.MULTILINE)


def script() -> str:
    """The modules as one: each in a scope of its own, with what it exports."""
    return "\n".join(_scoped(name) for name in MODULES[:-1]) + "\n" + _inlined(MODULES[-1])


def standalone_script() -> str:
    """The same page, fed by the data that stand in the file itself."""
    page = script().replace("export default { render };", "")
    return f"{page}\n{_scoped(STANDALONE)}\nstart(render);"


def plotly() -> bytes:
    """The trimmed plotly.js, for pages to which no server offers it."""
    return (FRONT / "plotly-basic.min.js").read_bytes()


def style() -> str:
    """The page's style sheet."""
    return "".join((FRONT / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


def imports(name: str) -> list[str]:
    """Modules that a module imports."""
    folder = name.split("/")[0]
    found = (path.removeprefix("../") for path in _IMPORT.findall(_source(name)))
    return [path.replace("./", f"{folder}/") for path in found]


def _scoped(name: str) -> str:
    exported = re.findall(
        r"^export (?:async )?(?:function|const|let|class) (\w+)", _source(name), re.MULTILINE
    )
    names = ", ".join(exported)
    return f"const {{ {names} }} = (() => {{\n{_inlined(name)}\nreturn {{ {names} }};\n}})();"


def _inlined(name: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", _source(name)))


def _source(name: str) -> str:
    return (FRONT / f"{name}.js").read_text(encoding="utf-8")
