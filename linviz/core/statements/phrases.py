"""The sentences about a moment of a run, in one place: headline, facts, and the hall's short form.

A sentence is a list of pieces, as in `pieces`. Numbers that move with the time stand as names
between guillemets, «L» with three significant digits, «m2:2» with two decimals: whoever shows a
sentence fills them in.

For another language the sentences to be rewritten are those of this module and of `pieces`; the
words of the lecture scenarios are in `experiment.commentary`, those of the theory in `formulas`,
those of the pictures and controls in `panels.panel` and `panels.control`, what the browser adds in
``front/page/words.js``.
"""

from __future__ import annotations

import numpy as np

from linviz.core.landscape.course import Moment
from linviz.core.landscape.stays import Stay
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.words import plural, written
from linviz.core.statements.pieces import Fact, Piece, begun, few, is_short, named, set_name


def headline(moment: Moment, problem: Problem) -> list[Piece]:
    """The sentence about a moment."""
    s = problem.singular_values[: positive_modes(problem)]
    stay, modes = moment.stay, moment.modes
    if stay is None:
        return _falling(moment, s)
    where = begun(place(stay, s))
    if stay.kind == "minimum":
        open_end = ", still settling." if moment.next else ", not settled when the run stops."
        return [*where, *([(": ", 0), *ways(stay), (".", 0)] if stay.is_limit else [(open_end, 0)])]
    told = [*where, (": ", 0), *ways(stay), (", ", 0)]
    if not modes:
        taken = "takes none" if stay.kind == "saddle" else "ends here"
        return [*told, (f"the run {taken}.", 0)]
    one = len(modes) == 1
    if stay.kind == "saddle":
        end = " takes one." if one else " take one."
    else:
        end = " comes next." if one else " come next."
    return [*told, *named(modes, s), (end, 0)]


def short(moment: Moment, problem: Problem) -> list[Piece]:
    """At most twelve words, for the last row of the hall."""
    s = problem.singular_values[: positive_modes(problem)]
    stay, modes = moment.stay, moment.modes
    if stay is None:
        if not modes or not moment.is_moving:
            return headline(moment, problem)
        whole = [("Falling: ", 0), *_moving(moment, s, 8), (".", 0)]
        return whole if is_short(whole) else [("Falling: ", 0), *_moving(moment, s, 2), (".", 0)]
    if stay.kind == "minimum":
        return headline(moment, problem)
    comes = [("; ", 0), *few(modes, s, 3), (" next.", 0)] if modes else [(", ends here.", 0)]
    told = [*begun(_known(stay, s)), (": ", 0), *ways(stay)]
    return [*told, *(comes if is_short([*told, *comes]) else [(".", 0)])]


def clause(moment: Moment, problem: Problem) -> list[Piece]:
    """Where it is, as the end of a sentence about one of two runs."""
    s = problem.singular_values[: positive_modes(problem)]
    if moment.stay is not None:
        told = place(moment.stay, s)
        at_one = moment.stay.kind == "minimum" and moment.stay.is_limit
        return [(told[0][0], "minimum")] if at_one else told
    if not moment.modes:
        return [("settling" if moment.is_moving else "at rest", 0)]
    return _on_its_way(moment, s)


def short_clause(moment: Moment, problem: Problem) -> list[Piece]:
    """Where it is in at most five words, as the end of a sentence about one of two runs."""
    s, stay, modes = problem.singular_values, moment.stay, moment.modes
    s = s[: positive_modes(problem)]
    if stay is None and moment.above:
        if len(moment.above) < len(modes):
            return [(f"{plural(len(modes), 'mode')} moving", 0)]
        return [*few(modes, s, 2), (" coming down", 0)]
    if stay is None:
        return [("learning ", 0), *few(modes, s, 4)] if modes else [("settling", 0)]
    if stay.kind == "minimum":
        return [("at a minimum", "minimum") if stay.is_limit else ("near a minimum", 0)]
    return _known(stay, s)


def stopped(moment: Moment, problem: Problem) -> list[Piece]:
    """The sentence about the last moment of a run that has not come to its limit."""
    s = problem.singular_values[: positive_modes(problem)]
    start: Piece = (f"Stopped at t = {written(moment.t)}, ", 0)
    if moment.stay is not None:
        where, how = place(moment.stay, s), {"minimum": ", not settled.", "origin": "."}
        if moment.stay.kind in how:
            return [start, *where, (how[moment.stay.kind], 0)]
        return [start, *where, (": ", 0), *ways(moment.stay), (".", 0)]
    if not moment.modes:
        return [start, ("still falling.", 0)]
    return [start, *_on_its_way(moment, s), (".", 0)]


def briefly_stopped(moment: Moment, problem: Problem) -> list[Piece]:
    """The same in twelve words at most."""
    whole = stopped(moment, problem)
    if is_short(whole):
        return whole
    return [(f"Stopped at t = {written(moment.t)}: ", 0), *short_clause(moment, problem), (".", 0)]


def both(names: tuple[str, str], first: list[Piece], then: list[Piece]) -> list[Piece]:
    """One sentence for each of two runs."""
    return [(f"{names[0]}: ", 0), *first, (f". {names[1]}: ", 0), *then, (".", 0)]


def place(stay: Stay, s: Matrix) -> list[Piece]:
    """Where it is, within a sentence."""
    who = named(stay.learned, s) if stay.learned else [("nothing", 0)]
    at: dict[str, list[Piece]] = {
        "minimum": [("at a global minimum" if stay.is_limit else "near a global minimum", 0)],
        "origin": [("near the origin", 0)],
        "saddle": [("near the saddle that knows ", 0), *who],
        "flat saddle": [("near the ", 0), ("flat", "flat"), (" saddle that knows ", 0), *who],
        "unclear": [("near saddles that know ", 0), *who],
    }
    return at[stay.kind]


def ways(stay: Stay) -> list[Piece]:
    """What leads down from there."""
    if stay.kind == "saddle" and stay.inertia is not None:
        return [(f"{plural(stay.inertia[0], 'way')} down", "down")]
    if stay.kind == "unclear":
        return [("no clear count of ways down", 0)]
    if stay.kind == "minimum":
        return [("nothing leads down", "minimum")]
    return [("no steep way down", 0)]


def _known(stay: Stay, s: Matrix) -> list[Piece]:
    """What it knows, in at most five words."""
    if stay.kind == "origin":
        return [("near the origin", 0)]
    if not stay.learned:
        return [("knows nothing", 0)]
    return [("knows ", 0), *few(stay.learned, s, 4)]


def _falling(moment: Moment, s: Matrix) -> list[Piece]:
    """The sentence about a moment at which no critical point is near."""
    modes, after = moment.modes, moment.next
    if not moment.is_moving:
        return [("Nothing moves here.", 0)]
    if not modes:  # missed modes fade, or what is learned settles
        end = f", settling toward L = {written(after.level)}." if after else "."
        return [("Falling" + end, 0)]
    told, far = _moving(moment, s), "."
    if len(modes) == 1 and told[0][1]:  # of equal ones not which
        k = modes[0]
        goal = written(s[k])
        far = f" to {goal}, now «m{k + 1}»." if moment.above else f", {strength(k, s)} of {goal}."
    return [("Falling: ", 0), *told, (far, 0)]


def _moving(moment: Moment, s: Matrix, most: int = 1000) -> list[Piece]:
    """Which modes are being learned, and which come down from above, named in so many words."""
    parts: list[Piece] = []
    for modes, does in ((_below(moment), "being learned"), (moment.above, "coming down")):
        if modes:
            parts += [(", ", 0)] if parts else []
            parts += [*few(modes, s, most), (f" {'is' if len(modes) == 1 else 'are'} {does}", 0)]
    return parts


def _on_its_way(moment: Moment, s: Matrix) -> list[Piece]:
    """The same as the end of a sentence."""
    parts: list[Piece] = []
    if below := _below(moment):
        parts += [("learning ", 0), *named(below, s)]
    if moment.above:
        parts += [(", ", 0)] if parts else []
        parts += [*named(moment.above, s), (" coming down", 0)]
    return parts


def _below(moment: Moment) -> IndexSet:
    """Modes in play that grow."""
    return tuple(k for k in moment.modes if k not in moment.above)


def strength(k: int, s: Matrix) -> str:
    """The strength of a mode at the moment shown, with digits that suit its goal."""
    return f"«m{k + 1}:{int(np.clip(2 - np.floor(np.log10(s[k])), 0, 6))}»"


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
            out.append((f" · from {_rest(before)}", 0, 0))
    elif stay.kind == "minimum":
        out += _facts_of_minimum(stay, problem)
    else:
        out.append((f", near level {written(stay.level)}", 0, 0))
        out += _way_out(stay, n_layers)
    if after is not None:
        out.append((f" · next rest: {_rest(after)}", 0, 0))
    return out


def _rest(stay: Stay) -> str:
    """A rest by what is learned there and its level."""
    level = written(stay.level)
    return f"{set_name(stay.learned)} at {level}" if stay.learned else f"level {level}"


def _facts_of_minimum(stay: Stay, problem: Problem) -> list[Fact]:
    """What it has learned, and the flat directions."""
    n_modes = len(stay.learned) + len(stay.missed)
    many = "both" if n_modes == 2 else f"all {n_modes}"
    told = f", {many} modes learned" if n_modes > 1 else ", its mode learned"
    if stay.missed:
        told = f", {len(stay.learned)} of {n_modes} modes: the narrowest layer has no room for more"
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
        many = "twice" if times == 2 else f"{times} times"
        return [(f" · half as near waits {many} as long, like ", 0, 0), (law, 0, 1)]
    if stay.kind == "unclear":
        return [(" · flat and steep saddles lie side by side here", 0, 0)]
    return []
