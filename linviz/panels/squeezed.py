"""The code of a module without the blanks and the comments that it does without."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linviz.panels.module import pieces

_WORD = re.compile(r"[\w$]")


def squeezed(name: str, code: str) -> str:
    r"""The same statements in fewer letters; what stands in strings and templates is as it was.

    A line goes on where it did: where it ends a statement may.

    Examples
    --------
    >>> squeezed("a", "const a = 1; // two\n\n  /* three */ const b = a + +a / 2;\n")
    'const a=1;const b=a+ +a/2;'
    """
    return "".join(_kept(name, code))


def _kept(name: str, code: str) -> Iterator[str]:
    before, blank = "", ""  # the last letter, and what stood since
    for kind, piece in pieces(name, code):
        if kind == "blank":
            blank += "\n" if "\n" in piece else " "
            continue
        if blank and before:
            yield _between(before, blank, piece[0])
        yield piece
        before, blank = piece[-1], ""


def _between(before: str, blank: str, after: str) -> str:
    """What of a blank must stay between two letters."""
    if "\n" in blank:
        return "" if before in "{(,;[" or after in ")].," else "\n"
    both_words = _WORD.match(before) and _WORD.match(after)
    return " " if both_words or (before in "+-/" and after in "+-/") else ""
