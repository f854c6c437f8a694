"""One module of the browser's side: what it imports, what it exports, and the code between.

It may import by name from a file beside it and export what it declares. Every other form is
refused in words, with the file and the line: joined with the others it could mean something else.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

KNOWN = (
    'known are import { name, other as name } from "./file.js" and export before const, class, '
    "function and async function, each at the start of a statement outside all braces"
)

_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[\w$]+)|(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_TEMPLATE = re.compile(r".(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)
_BEFORE_REGEX = {"return", "typeof", "case", "in", "void", "delete", "else", "do", "yield"}

_IMPORT = re.compile(r'import\s*\{([^{}]*)\}\s*from\s*"([^"\n]+)"[ \t]*;?')
_EXPORT = re.compile(r"(export\s+)(?:async\s+function\*?|function\*?|const|class)\s+([\w$]+)")
_DEFAULT = re.compile(r"export\s+default\s*\{([\w$,\s]*)\}[ \t]*;?")
_NAMED = re.compile(r"([\w$]+)(?:\s+as\s+([\w$]+))?")
_DECLARED = re.compile(r"(?:function\*?|const|let|var|class)\s+([\w$]+)")

_COMMENT = re.compile(r"\s*(//.*|/\*\*(?!.*\*/).*|/\*\*.*\*/\s*|\*(?!/).*|\*/\s*|)$")  # or nothing

# what a statement that is not known is called, by how it begins
_FORMS = (
    (r"import\s*\(", "a dynamic import"),
    (r"import\s*\.", "import.meta"),
    (r"import\s*\*", "import * as"),
    (r"import\s*[\"']", "an import for its side effects"),
    (r"import\s*[\w$]", "an import of the default"),
    (r"export\s*\*", "export * from"),
    (r"export\s*\{[^}]*\}\s*from", "an export from another module"),
    (r"export\s*\{", "export { … }"),
    (r"export\s+default", "a default export outside the entry, or of more than names"),
    (r"export\s+let", "export let, whose value may change after it was imported"),
    (r"export\s+(?:const|var)\s*[\[{]", "an export of a pattern"),
    (r"await", "await outside a function"),
)


@dataclass(frozen=True)
class Module:
    """A module as it was read.

    `imports` has for each statement the module named and the pairs of its name and ours; `code` has
    the lines of the file, in which imports are blank and exports plain declarations.
    """

    name: str
    imports: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    exports: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class _Token:
    """A word, a comma or a semicolon of the code, at this place and inside so many brackets."""

    text: str
    start: int
    depth: int


def read(name: str, text: str, *, entry: bool = False) -> Module:
    """The module `name` (a path without its ending), whose file has this text.

    Only an `entry` may have a default export, of names: `export default { render };`.
    """
    imports: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    exports: list[str] = []
    cuts: list[tuple[int, int]] = []
    tokens = list(_tokens(name, text))
    for token in tokens:
        outside = token.depth == 0
        if token.text not in ("import", "export") and not (token.text == "await" and outside):
            continue
        if outside and (found := _IMPORT.match(text, token.start)):
            imports.append(_imported(name, text, found))
            cuts.append(found.span())
        elif outside and entry and (found := _DEFAULT.match(text, token.start)):
            exports += re.findall(r"[\w$]+", found[1])
            cuts.append(found.span())
        elif outside and (found := _EXPORT.match(text, token.start)):
            _check_one_name(name, text, found, tokens)
            exports.append(found[2])
            cuts.append(found.span(1))
        else:
            _refuse(name, text, token.start, _form(text, token.start))
    _check_distinct(name, text, imports, tokens)
    return Module(name, tuple(imports), tuple(dict.fromkeys(exports)), _cut(text, cuts))


def bare(code: str) -> str:
    r"""The code without the lines that are comments or blank.

    Examples
    --------
    >>> bare("// one\nconst a = 1; // two\n\n/**\n * three\n */\nconst b = /** @type {any} */ (a);")
    'const a = 1; // two\nconst b = /** @type {any} */ (a);'
    """
    return "\n".join(line for line in code.split("\n") if not _COMMENT.match(line))


def _imported(
    name: str, text: str, found: re.Match[str]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The module that a statement imports from, and the names."""
    path = found[2]
    other = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if not path.startswith(("./", "../")) or not path.endswith(".js") or other.startswith("../"):
        _refuse(name, text, found.start(), f'an import from "{path}", which is no file beside it')
    pairs = []
    for part in filter(None, (part.strip() for part in found[1].split(","))):
        named = _NAMED.fullmatch(part)
        if named is None or named[1] == "default":
            _refuse(name, text, found.start(), f"an import of {{ {part} }}")
        pairs.append((named[1], named[2] or named[1]))
    return other.removesuffix(".js"), tuple(pairs)


def _check_one_name(name: str, text: str, found: re.Match[str], tokens: list[_Token]) -> None:
    """Refuse a second variable after a comma: it would not be exported."""
    if not found[0].endswith(found[2]) or "const" not in found[0].split():
        return
    for token in tokens:
        if token.start < found.end() or token.depth > 0:
            continue
        if token.text == ",":
            _refuse(name, text, found.start(), "an export of two variables at once")
        if token.text == ";":
            return


def _check_distinct(
    name: str,
    text: str,
    imports: list[tuple[str, tuple[tuple[str, str], ...]]],
    tokens: list[_Token],
) -> None:
    """Refuse two meanings of one name."""
    taken: dict[str, str] = {}
    for other, pairs in imports:
        for _, own in pairs:
            if own in taken:
                _refuse(name, text, text.index("import"), f"{own} imported twice")
            taken[own] = other
    for token in tokens:
        declared = _DECLARED.match(text, token.start) if token.depth == 0 else None
        if declared and declared[1] in taken:
            words = f"{declared[1]} declared here and imported from {taken[declared[1]]}.js"
            _refuse(name, text, token.start, words)


def _cut(text: str, cuts: list[tuple[int, int]]) -> str:
    """The text without these pieces, in as many lines."""
    kept, last = [], 0
    for start, end in cuts:
        kept += [text[last:start], "\n" * text.count("\n", start, end)]
        last = end
    return "".join([*kept, text[last:]])


def _tokens(name: str, text: str) -> Iterator[_Token]:
    """Words, commas and semicolons outside strings, comments, regular expressions and templates."""
    before = ""
    for kind, piece, at, depth in _pieces(name, text):
        if kind == "word":
            after = text[at + len(piece) :][:80].lstrip()
            key = piece in ("import", "export") and after.startswith(":")
            if before != "." and not key:
                yield _Token(piece, at, depth)
        elif piece in (",", ";"):
            yield _Token(piece, at, depth)
        if kind != "blank":
            before = piece


def pieces(name: str, text: str) -> Iterator[tuple[str, str]]:
    """All of a module in pieces: "blank" (comments too), "string", "word" or "sign", and the text;
    regular expressions and what a template has outside its code are each one sign.
    """
    return ((kind, piece) for kind, piece, _, _ in _pieces(name, text))


def _pieces(name: str, text: str) -> Iterator[tuple[str, str, int, int]]:
    """The same with the places, and how many brackets are open there."""
    at, brackets, before = 0, _Brackets(name, text), ""
    while found := _TOKEN.match(text, at):
        piece, kind, end = found[0], str(found.lastgroup), found.end()
        if piece == "/" and _starts_regex(before):
            end = _end(_REGEX, name, text, at, "a regular expression").end()
        elif piece in ("'", '"'):
            _refuse(name, text, at, "a string without an end")
        elif kind == "sign":
            end = brackets.after(piece, at, end)
        yield kind, text[at:end], at, brackets.depth
        if kind != "blank":
            before = piece
        at = end


class _Brackets:
    """How many brackets are open, templates with code in them among these."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.depth = 0
        self.templates: list[int] = []  # the depths inside which a template goes on at a brace

    def after(self, piece: str, at: int, end: int) -> int:
        """Where the code goes on after a sign at this place."""
        resumed = piece == "}" and self.templates[-1:] == [self.depth]
        if piece in ("(", "[", "{"):
            self.depth += 1
        elif piece in (")", "]", "}"):
            self.depth -= 1
        if resumed:
            self.templates.pop()
        if piece != "`" and not resumed:
            return end
        found = _end(_TEMPLATE, self.name, self.text, at, "a template")
        if found[1] == "${":
            self.depth += 1
            self.templates.append(self.depth)
        return found.end()


def _end(pattern: re.Pattern[str], name: str, text: str, at: int, what: str) -> re.Match[str]:
    found = pattern.match(text, at)
    if found is None:
        _refuse(name, text, at, f"{what} without an end")
    return found


def _starts_regex(before: str) -> bool:
    """Whether a slash after this token begins a regular expression and is no division."""
    if re.fullmatch(r"[\w$]+", before):
        return before in _BEFORE_REGEX
    return before not in (")", "]", "}", "`") and not before.startswith(('"', "'"))


def _form(text: str, start: int) -> str:
    for pattern, words in _FORMS:
        if re.compile(pattern).match(text, start):
            return words
    return '"' + text[start:].split("\n", 1)[0][:40] + '"'


def _refuse(name: str, text: str, start: int, form: str) -> NoReturn:
    line = text.count("\n", 0, start) + 1
    raise ValueError(f"front/{name}.js, line {line}: {form} is not known to the joining; {KNOWN}.")
