"""Singular values of the product against those of the target: which modes are learned, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.critical_values import equal_strength, loss_formula, loss_missing
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import DRAWN_AS_ZERO, TOLD_AS_ZERO
from linviz.core.model.words import mode_numbers, plural, subscript, written
from linviz.figures import overlay, theme
from linviz.figures.axes import time_axis, visible, within
from linviz.figures.conversion import to_plotly
from linviz.figures.matrices import factors
from linviz.figures.picture import (
    Accent,
    Curve,
    Dash,
    Level,
    Line,
    Pane,
    Picture,
    Text,
    axis,
    curve,
    level,
    pane,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_ALIKE = 2  # names of equal singular values that are written
FREE = 0.08  # of a mode: nearer to 0 or to its goal it is not in play
MOST_LETTERS = 3
MOST_ROOM = 2.0
FAR_BEYOND = 8.0  # times the strongest mode: strengths beyond are told in numbers


def modes_figure(run: Run, *, log_time: bool = False, compare: Run | None = None) -> go.Figure:
    r"""Singular values of :math:`P G^{1/2}` over time; dotted, those of the target.

    For X = I they are the singular values of the product P itself. Those of another run to
    `compare` with are long-dashed.
    """
    return to_plotly(modes_picture(run, log_time=log_time, compare=compare))


def modes_picture(run: Run, *, log_time: bool = False, compare: Run | None = None) -> Picture:
    """Picture of `modes_figure`."""
    target = run.trajectory.problem.singular_values
    own, beside = _own(run, log_time), []
    if run.beside is not None and run.beside.law.is_linear:
        beside = _descent_modes(run, log_time)
    frozen = [] if compare is None else _frozen(compare, own, log_time)
    levels = _targets(target)
    strongest = max(float(run.strengths.max(initial=0)), float(target.max()), DRAWN_AS_ZERO)
    drawn = max(float(curve["y"].max(initial=0)) for curve in frozen + own + beside)
    drawn = max(drawn, float(target.max()))
    if strongest > FAR_BEYOND * float(target.max()) > 0:  # a large start would hide the modes
        strongest = float(target.max())
    # a descent that diverges is not followed
    top = max(min(drawn, MOST_ROOM * strongest), DRAWN_AS_ZERO)
    strengths = axis("singular value", "", "linear", (-0.04 * top, 1.12 * top))
    only = pane(time_axis(run.trajectory.t, log_time), strengths)
    return {
        "panes": [only],
        "levels": levels,
        "curves": frozen + own + beside,
        "marks": [],
        "texts": [
            *_letters(frozen, own, only),
            *overlay.cut(own[0], only),
            *(words for other in beside[:1] for words in overlay.cut(other, only, "○ ")),
        ],
        "heats": [],
        "network": None,
        "table": {"rows": "moments", "kind": "curve"},
    }


def _targets(target: Matrix) -> list[Level]:
    """A dotted line at each singular value of the target, with its name; equal ones have one."""
    levels, symbols = [], [f"s{subscript(k + 1)}" for k in range(len(target))]
    last = len(target) - 1
    for k, s in enumerate(target):
        line, name = _line(k, len(target), "dot", 1.5), f"target {symbols[k]} = {written(s)}"
        alike = [i for i in range(last + 1) if equal_strength(target, i, k)]
        words = " = ".join([symbols[i] for i in alike[:MOST_ALIKE]] + ["…"] * (len(alike) > 2))
        first = k == alike[0]
        told = last < theme.MOST_COLORS or k == 0 or alike[-1] == last
        label = (
            theme.label(f"{words} = {written(s, 3)}", line, "beside") if first and told else None
        )
        levels.append(level(s, line, name, label))
    return levels


def _line(k: int, count: int, dash: Dash, width: float) -> Line:
    return {"color": theme.mode_color(k, count), "dash": dash, "width": width}


def _own(run: Run, log_time: bool) -> list[Curve]:
    """The curve of each mode; of more than have a color, the one in play has one for its time."""
    t, target = run.trajectory.t, run.trajectory.problem.singular_values
    shown, count = visible(t, log_time), len(target)
    curves = []
    for k, strength in enumerate(run.strengths[shown].T):
        line, accent = _line(k, count, "solid", 3.0 if count <= theme.MOST_COLORS else 2.0), None
        if count > theme.MOST_COLORS:
            color = theme.PALETTE[k % theme.MOST_COLORS]
            accent = _play(t[shown], strength, float(target[k]), color)
        curves.append(curve(t[shown], strength, line, f"mode {k + 1}", accent=accent))
    return curves


def _play(t: Matrix, strength: Matrix, goal: float, color: str) -> Accent | None:
    """From when to when a mode is being learned: between the two ends of what it has to gain."""
    low, high = FREE * goal, (1 - FREE) * goal
    between = np.flatnonzero((strength > low) & (strength < high))
    if between.size == 0:
        return None
    first = between[0]
    after = np.flatnonzero(strength[first:] >= high)
    end = t[first + after[0]] if after.size else t[between[-1]]  # one that is lost is out
    return {"color": color, "start": float(t[first]), "end": float(end)}


def _frozen(a: Run, curves: list[Curve], log_time: bool) -> list[Curve]:
    """Mode strengths of the run A, in the modes' own colors."""
    t, last = a.trajectory.t, float(curves[0]["x"][-1])
    shown, frozen = visible(t, log_time), []
    known = overlay.lasts(a, last)
    for k, values in enumerate(a.strengths[shown].T):
        color = theme.mode_color(k, a.strengths.shape[1])
        drawn = overlay.curve(t[shown], values, f"mode {k + 1}", last, color=color)
        frozen.append(drawn if known else overlay.still(drawn))
    return frozen


def _letters(frozen: list[Curve], curves: list[Curve], pane: Pane) -> list[Text]:
    """A letter on each of the first modes of A, and how far A goes."""
    if not frozen:
        return []
    letters = []
    for k, drawn in enumerate(frozen[:MOST_LETTERS]):
        shown = curves[k] if k < len(curves) else None
        letters += overlay.letter(drawn, shown, pane)
    largest = max(float(drawn["y"].max(initial=0)) for drawn in frozen)
    return overlay.spread(letters, pane) + overlay.beyond(0.0, largest, pane)


def _descent_modes(run: Run, log_time: bool) -> list[Curve]:
    """Mode strengths of the descent beside the flow, thin, in the modes' own colors."""
    other = run.beside
    assert other is not None
    shown, last = visible(other.t, log_time), float(run.trajectory.t[-1])
    curves = [
        curve(
            other.t[shown],
            values,
            _line(k, other.strengths.shape[1], "solid", 1.25),
            f"mode {k + 1}, gradient descent",
            marker="circle-open",
        )
        for k, values in enumerate(other.strengths[shown].T)
    ]
    return [within(drawn, last) for drawn in curves]


def modes_phrase(run: Run) -> str:
    """A few words beside the title: what the lines are.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> modes_phrase(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    'strengths in W₂W₁'
    """
    if run.beside is not None and run.beside.law.is_linear:
        return "bold: flow, thin: descent"
    return f"strengths in {factors(len(run.scenario.dims) - 1)}"


def modes_words(run: Run) -> str:
    """How many modes were learned, what the missed ones cost, and what descent learned instead."""
    return _own_words(run) + _descent_words(run)


def _descent_words(run: Run) -> str:
    """Modes that descent has, by at least half of their strength, where they are not the flow's."""
    other = run.beside
    if other is None or not other.law.is_linear or other.status == "diverged":
        return ""
    s = other.problem.singular_values
    s = s[s > 0]
    found = _in_target_modes(other)
    found = np.where(np.abs(found) < TOLD_AS_ZERO * found.max(initial=0.0), 0.0, found)
    learned, own = found[: s.size] >= 0.5 * s, run.strengths[-1, : s.size] >= 0.5 * s
    if (learned == own).all():
        return ""
    count = int(np.count_nonzero(learned))
    return f" Descent (thin) learns {count} of {s.size}: {_listed(found)}."


def _own_words(run: Run) -> str:
    """The same of the flow."""
    problem = run.trajectory.problem
    target = problem.singular_values
    n_modes = int(np.count_nonzero(target > 0))
    end = run.strengths[-1]
    if n_modes == 0:
        return "The target is zero: there is no mode to learn."
    if not run.at_limit:
        at_end = _in_target_modes(run.trajectory)
        near = [k for k in range(n_modes) if abs(at_end[k] - target[k]) <= 0.05 * target[k]]
        return (
            f"At the last moment {len(near)} of {plural(n_modes, 'mode')} within 5 % of the "
            f"target: singular values {_listed(end)}; target {_listed(target)}."
        )
    missed = run.point.missed
    text = f"At the end {n_modes - len(missed)} of {plural(n_modes, 'mode')} learned"
    if not missed:
        return f"{text}: singular values {_listed(end)}, the target's {_listed(target)}."
    if run.point.kind == "global minimum":
        kept = "the narrowest layer allows no more"
    else:
        level = written(loss_missing(problem, missed))
        kept = f"the run rests at {loss_formula(problem, missed)} = {level}"
    names = f"modes {mode_numbers(missed)} are"
    if len(missed) == 1:
        names = f"mode {missed[0] + 1} is"
    return f"{text}; {names} missed: {kept}."


def _in_target_modes(trajectory: Trajectory) -> Matrix:
    """Strengths of the target's modes in the product at the end."""
    problem = trajectory.problem
    P = trajectory.limit_product
    strengths: Matrix = np.diag(
        problem.output_modes.T @ P @ problem.input_root @ problem.input_modes
    ).copy()
    return strengths


def _listed(values: Matrix) -> str:
    text = ", ".join(written(v) for v in values[:4])
    return text + (", …" if len(values) > 4 else "")
