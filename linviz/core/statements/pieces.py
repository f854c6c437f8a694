"""Pieces of sentences, each with its look: modes and critical points by name, and their length.

A look is the mode whose color a piece has (from 1; 0: none), or the side that it speaks of: what
leads down, what is flat, and a minimum have colors of their own.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from linviz.core.landscape.stays import Stay
from linviz.core.model.critical_values import equal_strength
from linviz.core.model.problem import IndexSet, Matrix
from linviz.core.model.words import plural

Look = int | Literal["down", "flat", "minimum"]
Piece = tuple[str, Look]
Fact = tuple[str, Look, int]  # with 1 where it is bold

MOST_IN_A_SET = 4


def named(modes: IndexSet, s: Matrix) -> list[Piece]:
    """Modes in words; of equal strengths only the number is known.

    Examples
    --------
    >>> "".join(text for text, _ in named((0, 2), np.array([4.0, 3.0, 2.0])))
    'modes 1 and 3'
    >>> "".join(text for text, _ in named((0, 2), np.array([4.0, 3.0, 3.0])))
    'mode 1 and 1 of modes 2 and 3'
    """
    clear: list[int] = []
    parts: list[list[Piece]] = []
    for group in _ties(s):
        part = [k for k in modes if k in group]
        if len(part) in (0, len(group)):
            clear += part
        else:
            ends = f"{group[0] + 1} {'and' if len(group) == 2 else 'to'} {group[-1] + 1}"
            parts.append([(f"{len(part)} of modes {ends}", 0)])
    if clear:
        parts.insert(0, _numbered(clear))
    return _joined(parts)


def _ties(s: Matrix) -> list[list[int]]:
    """Groups of modes of one strength."""
    new = [False, *(not equal_strength(s, i, k) for i, k in pairwise(range(s.size)))]
    groups = np.cumsum(new)
    return [np.flatnonzero(groups == g).tolist() for g in range(int(groups[-1]) + 1)]


def _numbered(modes: list[int]) -> list[Piece]:
    if len(modes) == 1:
        return [(f"mode {modes[0] + 1}", modes[0] + 1)]
    numbers: list[list[Piece]] = []
    for _, run in groupby(enumerate(modes), lambda pair: pair[1] - pair[0]):
        found = [k for _, k in run]
        ends = [(str(k + 1), k + 1) for k in found]
        numbers += [[ends[0], (" to ", 0), ends[-1]]] if len(found) > 3 else [[end] for end in ends]
    return [("modes ", 0), *_joined(numbers)]


def _joined(parts: list[list[Piece]]) -> list[Piece]:
    """Parts as in a sentence, with commas and an "and"."""
    out: list[Piece] = []
    for k, part in enumerate(parts):
        if k > 0:
            out.append((" and " if k == len(parts) - 1 else ", ", 0))
        out += part
    return out


def set_name(modes: IndexSet) -> str:
    """An index set as it stands in the tree.

    Examples
    --------
    >>> set_name((0, 1)), set_name(tuple(range(6))), set_name(())
    ('{1,2}', '{1–6}', '∅')
    """
    if not modes:
        return "∅"
    if len(modes) > MOST_IN_A_SET and modes[-1] - modes[0] == len(modes) - 1:
        return f"{{{modes[0] + 1}–{modes[-1] + 1}}}"
    return "{" + ",".join(str(k + 1) for k in modes) + "}"


def stay_name(stay: Stay) -> str:
    """Learned and missed modes of a critical point.

    Examples
    --------
    >>> stay_name(Stay(0, 1, 0.0, 1.0, (0,), (1, 2), 2.5, "saddle", (4, 0, 4), False, None))
    '{1} | {2,3}'
    """
    return f"{set_name(stay.learned)} | {set_name(stay.missed)}"


def few(modes: IndexSet, s: Matrix, most: int) -> list[Piece]:
    """Modes in so many words at most: their names, else their number.

    Examples
    --------
    >>> few((0, 1, 3), np.array([4.0, 3.0, 2.0, 1.0]), 3)
    [('3 modes', 0)]
    """
    names = named(modes, s)
    return names if n_words(names) <= most else [(plural(len(modes), "mode"), 0)]


def begun(pieces: list[Piece]) -> list[Piece]:
    """The same as the beginning of a sentence.

    Examples
    --------
    >>> begun([("mode 2", 2), (" comes next.", 0)])
    [('Mode 2', 2), (' comes next.', 0)]
    """
    (text, look), *rest = pieces
    return [(text[:1].upper() + text[1:], look), *rest]


def n_words(pieces: list[Piece]) -> int:
    """How many words they have.

    Examples
    --------
    >>> n_words([("mode 2", 2), (" comes next.", 0)])
    4
    """
    return len("".join(text for text, _ in pieces).split())


def is_short(pieces: list[Piece]) -> bool:
    """Whether a sentence can be read in the last row of a hall: at most twelve words.

    Examples
    --------
    >>> is_short([("At a global minimum: nothing leads down.", "minimum")])
    True
    """
    return n_words(pieces) <= 12
