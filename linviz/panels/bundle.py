"""The browser side: the modules of `linviz/front`, joined into the one that anywidget asks for."""

from __future__ import annotations

import base64
import json
import os
from functools import cache
from pathlib import Path

import linviz
from linviz.figures import colors
from linviz.panels.module import Module, bare, read
from linviz.panels.squeezed import squeezed

FRONT = Path(linviz.__file__).parent / "front"
ENTRY = "page/page"
SITE = "site/site"  # stands for it in a page without a server
PANEL = "embed/panel"  # in an element within a page of others
STANDALONE = "page/standalone"  # stands for the kernel in a page that was saved as a file
SERVED = "served/served"  # and until there is one
ADDRESSED = (ENTRY, SITE, SERVED)  # pages that have addresses, and a QR code for a link
WORKER, WORKER_TEXT = "preview/worker", "preview/text"  # a thread, and the module that has its text
STARTS = "starts/room"  # a room that an element within a page of others has not
LIBRARY, LIBRARY_TEXT = "vendor/lean-qr.cjs", "page/vendored"  # the same of what others wrote
STYLES = (
    *("page/page", "form/controls", "time/timebar", "hand/hand"),
    *("page/dialogs", "page/theory", "page/layout", "embed/embed", "page/handout"),
    "space/space",
    "starts/starts",
)

ELSEWHERE = "LINVIZ_ELSEWHERE"  # in the environment of a kernel whose page has the script already

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def is_elsewhere() -> bool:
    """Whether the page has script and style from its server, and the widget need not bring them."""
    return ELSEWHERE in os.environ


@cache
def script() -> str:
    """The modules as one, which exports by default what the page's own module does."""
    return joined(ordered(ENTRY), "linviz.js")


@cache
def standalone_script() -> str:
    """The same page, fed by the data that stand in the file itself; its size matters more."""
    return joined(ordered(STANDALONE), "linviz-saved.js", mapped=False)


@cache
def served_script() -> str:
    """The same page, fed by what is stored until its kernel is there."""
    return joined(ordered(SERVED), "linviz-first.js", mapped=False)


@cache
def worker_script() -> str:
    """What computes a run in a thread of the browser."""
    return joined(ordered(WORKER), "linviz-preview.js", mapped=False)


def style() -> str:
    """The page's style sheet, its colors before all else."""
    return colors.style() + "".join(
        (FRONT / f"{name}.css").read_text(encoding="utf-8") for name in STYLES
    )


def ordered(entry: str, front: Path = FRONT) -> list[Module]:
    """The module `entry` and all that it needs, each after those it imports from.

    Raises ValueError where a file is missing, a name is not exported by the module it is imported
    from, modules import each other in a circle, or a form is not known to the joining.
    """
    done: dict[str, Module] = {}

    def add(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " → ".join(f"{one}.js" for one in (*path[path.index(name) :], name))
            raise ValueError(
                f"front/{name}.js imports itself: {circle}; move what they share into another file."
            )
        if name in done:
            return
        module = read(name, _source(name, path, front), entry=name == ENTRY)
        for other, pairs in module.imports:
            add(other, (*path, name))
            _check_exported(module, done[other], [exported for exported, _ in pairs])
        done[name] = module

    add(entry, ())
    return list(done.values())


def _check_exported(module: Module, other: Module, names: list[str]) -> None:
    for name in names:
        if name not in other.exports:
            raise ValueError(
                f"front/{module.name}.js imports {name} from {other.name}.js, which exports only "
                f"{', '.join(other.exports) or 'nothing'}."
            )


def _source(name: str, path: tuple[str, ...], front: Path) -> str:
    file = front / f"{name}.js"
    if name == STARTS and path[0] == PANEL:
        return "export const createStarts = null;"
    if not file.is_file():
        asked = f", which front/{path[-1]}.js imports" if path else ""
        raise ValueError(f"there is no module front/{name}.js{asked}.")
    text = file.read_text(encoding="utf-8")
    if name == WORKER_TEXT:
        return text.replace('""', _literal(worker_script()))
    if name == LIBRARY_TEXT and path[0] in ADDRESSED:
        return text.replace('""', _literal((front / LIBRARY).read_text(encoding="utf-8")))
    return text


def _literal(text: str) -> str:
    """The text as a string of JavaScript; it may stand in a page."""
    return json.dumps(text, ensure_ascii=False).replace("</", "<\\/")


def joined(modules: list[Module], name: str, *, mapped: bool = True, tight: bool = False) -> str:
    """One module of all: each in a scope of its own, which sees only what it imports.

    For debuggers it has a `name` and, if `mapped`, a map of lines by which they name the files;
    else it goes without the lines that are comments, and if `tight`, without all the blanks and
    comments that it can do without, which takes half a second to find.
    """
    identifiers = {module.name: _identifier(module.name) for module in modules}
    if len(set(identifiers.values())) < len(modules):
        raise ValueError(f"two modules have one name when joined: {sorted(identifiers)}.")
    lines: list[str] = []
    places: list[tuple[int, int] | None] = []  # module and line that a line came from
    for k, module in enumerate(modules):
        given = [_pattern(pairs) for _, pairs in module.imports]
        taken = [identifiers[other] for other, _ in module.imports]
        own = _text(module, mapped, tight).split("\n")
        lines.append(f"const {identifiers[module.name]} = (({', '.join(given)}) => {{")
        lines += own
        lines.append(f"return {{ {', '.join(module.exports)} }}; }})({', '.join(taken)});")
        places += [None, *((k, line) for line in range(len(own))), None]
    last = modules[-1]
    if last.name == ENTRY:
        lines.append(f"export default {identifiers[ENTRY]};")
        places.append(None)
    told = [_source_map(modules, places)] if mapped else []
    return "\n".join([*lines, f"//# sourceURL={name}", *told, ""])


def _text(module: Module, mapped: bool, tight: bool) -> str:
    if tight:
        return squeezed(module.name, module.code)
    return module.code if mapped else bare(module.code)


def _identifier(name: str) -> str:
    return name.replace("/", "_").replace("-", "_")


def _pattern(pairs: tuple[tuple[str, str], ...]) -> str:
    """Names out of a module, as a function's parameter takes them."""
    names = (own if own == exported else f"{exported}: {own}" for exported, own in pairs)
    return f"{{ {', '.join(names)} }}"


def _source_map(modules: list[Module], places: list[tuple[int, int] | None]) -> str:
    """The map of lines as a comment (ECMA-426), without the sources: they stand above it."""
    text = {
        "version": 3,
        "sources": [f"linviz/front/{module.name}.js" for module in modules],
        "names": [],
        "mappings": _mappings(places),
    }
    encoded = base64.b64encode(json.dumps(text, separators=(",", ":")).encode()).decode()
    return f"//# sourceMappingURL=data:application/json;base64,{encoded}"


def _mappings(places: list[tuple[int, int] | None]) -> str:
    """For each line the change of module and of line since the one before, in base 64."""
    segments, before = [], (0, 0)
    for place in places:
        if place is None:
            segments.append("")
            continue
        change = (0, place[0] - before[0], place[1] - before[1], 0)
        segments.append("".join(map(_number, change)))
        before = place
    return ";".join(segments)


def _number(value: int) -> str:
    """A whole number in digits of five bits, lowest first, the sign in the first of them."""
    rest = (abs(value) << 1) | (value < 0)
    digits = []
    while True:
        rest, digit = rest >> 5, rest & 31
        digits.append(_DIGITS[digit | (32 if rest else 0)])
        if not rest:
            return "".join(digits)
