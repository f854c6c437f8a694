"""The sentences about a moment of a run, in one place: headline, facts, and the hall's short form.

A sentence is a list of pieces, each with the mode whose color it has (from 1; 0: none). Numbers
that move with the time stand as names between guillemets, «L» with three significant digits, «m2:2»
with two decimals: whoever shows a sentence fills them in.
"""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np

from linviz.core.landscape.course import Moment
from linviz.core.landscape.stays import Stay
from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.words import plural, written

Piece = tuple[str, int]
Fact = tuple[str, int, int]  # with 1 where it is bold

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


def place(stay: Stay, s: Matrix) -> list[Piece]:
    """Where it is, within a sentence."""
    who = named(stay.learned, s) if stay.learned else [("nothing", 0)]
    knows = "know" if stay.kind == "unclear" else "knows"
    at = {
        "minimum": [("at a global minimum" if stay.is_limit else "near a global minimum", 0)],
        "origin": [("near the origin", 0)],
        "saddle": [(f"near the saddle that {knows} ", 0), *who],
        "flat saddle": [(f"near the flat saddle that {knows} ", 0), *who],
        "unclear": [(f"near saddles that {knows} ", 0), *who],
    }
    return at[stay.kind]


def ways(stay: Stay) -> str:
    """What leads down from there."""
    if stay.kind == "saddle" and stay.inertia is not None:
        return f"{plural(stay.inertia[0], 'way')} down"
    if stay.kind == "unclear":
        return "no clear count of ways down"
    return "nothing leads down" if stay.kind == "minimum" else "no steep way down"


def clause(moment: Moment, problem: Problem) -> list[Piece]:
    """Where it is, as the end of a sentence about one of two runs."""
    s = problem.singular_values[: positive_modes(problem)]
    if moment.stay is not None:
        return place(moment.stay, s)
    if not moment.modes:
        return [("settling" if moment.is_moving else "at rest", 0)]
    return [("learning ", 0), *named(moment.modes, s)]


def headline(moment: Moment, problem: Problem) -> list[Piece]:
    """The sentence about a moment."""
    s = problem.singular_values[: positive_modes(problem)]
    stay, modes = moment.stay, moment.modes
    if stay is None:
        return _falling(moment, s)
    where = _begun(place(stay, s))
    if stay.kind == "minimum":
        open_end = ", still settling." if moment.next else ", not settled when the run stops."
        return [*where, (": nothing leads down." if stay.is_limit else open_end, 0)]
    if not modes:
        taken = "the run takes none." if stay.kind == "saddle" else "the run ends here."
        return [*where, (f": {ways(stay)}, {taken}", 0)]
    one = len(modes) == 1
    if stay.kind == "saddle":
        end = " takes one." if one else " take one."
    else:
        end = " comes next." if one else " come next."
    return [*where, (f": {ways(stay)}, ", 0), *named(modes, s), (end, 0)]


def _falling(moment: Moment, s: Matrix) -> list[Piece]:
    """The sentence about a moment at which no critical point is near."""
    modes, after = moment.modes, moment.next
    if not moment.is_moving:
        return [("Nothing moves here.", 0)]
    if not modes:  # missed modes fade, or what is learned settles
        end = f", settling towards L = {written(after.level)}." if after else "."
        return [("Falling" + end, 0)]
    who = named(modes, s)
    if len(modes) > 1:
        return [("Falling: ", 0), *who, (" are being learned.", 0)]
    far = f", {strength(modes[0], s)} of {written(s[modes[0]])}" if who[0][1] else ""
    return [("Falling: ", 0), *who, (f" is being learned{far}.", 0)]  # of equal ones not which


def strength(k: int, s: Matrix) -> str:
    """The strength of a mode at the moment shown, with digits that suit its goal."""
    return f"«m{k + 1}:{int(np.clip(2 - np.floor(np.log10(s[k])), 0, 6))}»"


def short(moment: Moment, problem: Problem) -> list[Piece]:
    """At most twelve words, for the last row of the hall."""
    s = problem.singular_values[: positive_modes(problem)]
    stay, modes = moment.stay, moment.modes
    if stay is None:
        if not modes or not moment.is_moving:
            return headline(moment, problem)
        are = " is being learned." if len(modes) == 1 else " are being learned."
        return [("Falling: ", 0), *_few(modes, s, 8), (are, 0)]
    if stay.kind == "minimum":
        return headline(moment, problem)
    comes = [("; ", 0), *_few(modes, s, 3), (" next.", 0)] if modes else [(", ends here.", 0)]
    told = [*_begun(_known(stay, s)), (f": {ways(stay)}", 0)]
    return [*told, *(comes if is_short([*told, *comes]) else [(".", 0)])]


def is_short(pieces: list[Piece]) -> bool:
    """Whether a sentence can be read in the last row of a hall: at most twelve words."""
    return _words(pieces) <= 12


def short_clause(moment: Moment, problem: Problem) -> list[Piece]:
    """Where it is in at most five words, as the end of a sentence about one of two runs."""
    s = problem.singular_values[: positive_modes(problem)]
    if moment.stay is None:
        return [("learning ", 0), *_few(moment.modes, s, 4)] if moment.modes else [("settling", 0)]
    if moment.stay.kind == "minimum":
        return [("at a minimum" if moment.stay.is_limit else "near a minimum", 0)]
    return _known(moment.stay, s)


def _known(stay: Stay, s: Matrix) -> list[Piece]:
    """What it knows, in at most five words."""
    if stay.kind == "origin":
        return [("near the origin", 0)]
    if not stay.learned:
        return [("knows nothing", 0)]
    return [("knows ", 0), *_few(stay.learned, s, 4)]


def _few(modes: IndexSet, s: Matrix, most: int) -> list[Piece]:
    """Modes in so many words at most: their names, else their number."""
    names = named(modes, s)
    return names if _words(names) <= most else [(plural(len(modes), "mode"), 0)]


def stopped(moment: Moment, problem: Problem) -> list[Piece]:
    """The sentence about the last moment of a run that has not come to its limit."""
    s = problem.singular_values[: positive_modes(problem)]
    start: Piece = (f"Stopped at t = {written(moment.t)}, ", 0)
    if moment.stay is not None:
        how = {"minimum": ", not settled.", "origin": "."}.get(moment.stay.kind)
        return [start, *place(moment.stay, s), (how or f": {ways(moment.stay)}.", 0)]
    if not moment.modes:
        return [start, ("still falling.", 0)]
    return [start, ("learning ", 0), *named(moment.modes, s), (".", 0)]


def briefly_stopped(moment: Moment, problem: Problem) -> list[Piece]:
    """The same in twelve words at most."""
    whole = stopped(moment, problem)
    if is_short(whole):
        return whole
    return [(f"Stopped at t = {written(moment.t)}: ", 0), *short_clause(moment, problem), (".", 0)]


def both(names: tuple[str, str], first: list[Piece], then: list[Piece]) -> list[Piece]:
    """One sentence for each of two runs."""
    return [(f"{names[0]}: ", 0), *first, (f". {names[1]}: ", 0), *then, (".", 0)]


def diverged(t: float) -> list[Piece]:
    """Of a run that has no end."""
    return [(f"diverged by t = {written(t)}", 0)]


def jumping(k: int | None, low: float, high: float, *, short: bool) -> list[Piece]:
    """A mode that goes up and down, None for the loss, and between which strengths."""
    if k is None:
        return [("the loss", 0), (" jumps", 0)]
    far = "" if short else f", {written(low, 2)} to {written(high, 2)}"
    return [(f"mode {k + 1}", k + 1), (f" jumps{far}", 0)]


def no_rest(edge: float, floor: float) -> Fact:
    """Why descent with this step can rest at no minimum."""
    words = f" · it can rest only where λ ≤ {written(edge, 3)}; "
    return f"{words}every minimum has λ ≥ {written(floor, 3)}", 0, 0


def facts(moment: Moment, before: Stay | None, problem: Problem, n_layers: int) -> list[Fact]:
    """One line of numbers: the loss, the level, the way down, the next rest."""
    stay, after = moment.stay, moment.next
    out: list[Fact] = [("L = «L»", 0, 1)]
    if stay is None:
        if moment.is_moving:
            out += [(", falling by ", 0, 0), ("«fall»", 0, 1), (" per unit of time", 0, 0)]
        if before is not None:
            out.append((f" · from {stay_name(before)} at {written(before.level)}", 0, 0))
    elif stay.kind == "minimum":
        out += _facts_of_minimum(stay, problem)
    else:
        out.append((f", level {written(stay.level)} of {stay_name(stay)}", 0, 0))
        out += _way_out(stay, n_layers)
    if after is not None:
        out.append((f" · next rest: {set_name(after.learned)} at {written(after.level)}", 0, 0))
    return out


def _facts_of_minimum(stay: Stay, problem: Problem) -> list[Fact]:
    """What it has learned, and the flat directions."""
    n_modes = len(stay.learned) + len(stay.missed)
    many = "both" if n_modes == 2 else f"all {n_modes}"
    told = f", {many} modes learned" if n_modes > 1 else ", learned"
    if stay.missed:
        told = f", {len(stay.learned)} of {n_modes} modes: the narrowest layer allows no more"
    out: list[Fact] = [(told, 0, 0)] if n_modes else []
    if stay.inertia is not None and stay.inertia[1]:
        out.append((f" · {plural(stay.inertia[1], 'direction')} flat", 0, 0))
    if problem.residual_loss > 0:
        words = f" · no linear map is below L = {written(problem.residual_loss)}"
        out.append((words, 0, 0))
    return out


def _way_out(stay: Stay, n_layers: int) -> list[Fact]:
    """How fast the loss leaves a critical point."""
    if stay.kind == "saddle" and stay.fastest is not None and stay.fastest < 0:
        rate = written(-stay.fastest, 3)
        exponent = "t" if rate == "1" else f"{rate} t"
        return [(" · fastest way down grows like ", 0, 0), (f"e^{{{exponent}}}", 0, 1)]
    if stay.kind in ("flat saddle", "origin") and n_layers > 2:
        power, times = n_layers - 2, 2 ** (n_layers - 2)
        law = "1/ε" if power == 1 else f"1/ε^{{{power}}}"
        words = f": half as near, {'twice' if times == 2 else f'{times} times'} as long"
        return [(" · leaves like ", 0, 0), (law, 0, 1), (words, 0, 0)]
    if stay.kind == "unclear":
        return [(" · flat and steep saddles lie side by side here", 0, 0)]
    return []


def _begun(pieces: list[Piece]) -> list[Piece]:
    """The same as the beginning of a sentence."""
    (text, mode), *rest = pieces
    return [(text[0].upper() + text[1:], mode), *rest]


def _words(pieces: list[Piece]) -> int:
    return len("".join(text for text, _ in pieces).split())
