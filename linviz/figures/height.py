"""The axis of heights, which the loss and the tree of critical values share."""

from __future__ import annotations

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.model.critical_values import loss_missing, positive_modes
from linviz.core.model.tolerances import CLOSE, LOWEST_DECADE, ROUNDOFF_LOSS
from linviz.core.model.words import written
from linviz.figures.axes import padded, shares
from linviz.figures.picture import Axis, axis

MOST_TIMES = 1e4  # that A may be above B on a log axis
MOST_ABOVE = 20.0  # times the largest loss: the highest critical value that its axis reaches up to
FAR_OVER = 8.0  # times the highest critical value: a loss beyond is told in a number
ROOM_OVER = 1.5  # times it: how far the axis reaches then
CROWDED = 0.0375  # of the axis: where levels are nearer to each other, heights are square roots
LOW = 0.35  # of the axis: where the run begins below it, too
UNDER, OVER = 0.04, 0.07  # room beyond the lowest and the highest, as shares of the axis
MOST_TICKS, FEW_TICKS = 6, 5  # of more critical values than these only so many are numbered
NEAR_GROUND = 0.25  # of the top: with a smaller residual loss a linear axis begins at 0


def ladder(run: Run) -> list[float]:
    """Critical values that a small start visits one after the other, highest first.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> ladder(run(Scenario(dims=(3, 2, 3), singular_values=(3, 2, 1))))
    [7.0, 2.5, 0.5]
    """
    problem, dims = run.trajectory.problem, run.scenario.dims
    modes = positive_modes(problem)
    most = min(modes, *dims)
    first = 0 if len(dims) > 2 else most
    return [loss_missing(problem, tuple(range(k, modes))) for k in range(first, most + 1)]


def height_axis(run: Run, *, log_loss: bool = False, compare: Run | None = None) -> Axis:
    """Axis of the loss, whose ticks are critical values where it is not logarithmic.

    It reaches up to the highest of them, so that the tree stands on the same axis. Where levels
    would be too near each other, or the run low on it, heights are drawn as their square roots.
    """
    top = _top(run, log_loss, compare)
    if log_loss or top <= 0:
        limits = _decades(run, compare, top) if log_loss else (-1.0, 1.0)
        return axis("loss L", "L", "log" if log_loss else "linear", limits)
    levels = ladder(run)
    if top > FAR_OVER * levels[0] > 0:  # a large start would hide the critical values
        top = ROOM_OVER * levels[0]
    highest = max(top, levels[0]) if levels[0] <= MOST_ABOVE * top else top
    return _scaled(levels, _ground(run), highest, top)


def tree_axis(run: Run, *, compare: Run | None = None) -> Axis:
    """The same, or where that would squash the critical values one that ends above them."""
    levels, shared = ladder(run), height_axis(run, compare=compare)
    first, last = shares(np.array([levels[0], levels[-1]]), shared)
    if 0 <= last <= first <= 1 and (len(levels) == 1 or first - last >= LOW):
        return shared
    return _scaled(levels, _ground(run), levels[0], levels[0])


def _ground(run: Run) -> float:
    """The residual loss; 0 where the run beside the flow comes below it, as no linear map does."""
    residual = run.trajectory.problem.residual_loss
    below = run.beside is not None and run.beside.loss.min() < (1 - ROUNDOFF_LOSS) * residual
    return 0.0 if below else residual


def _scaled(levels: list[float], residual: float, top: float, start: float) -> Axis:
    """Axis up to the top with ticks at levels; the run starts at that height."""
    foot = residual if residual > NEAR_GROUND * top else 0.0
    gaps = -np.diff(np.array(levels))
    low = start - residual < LOW * (top - residual)
    crowded = bool((gaps[gaps > 0] < CROWDED * (top - foot)).any()) or low
    ticks = _ticks([value for value in dict.fromkeys(levels) if value <= top])
    if len(ticks) < 2:  # one alone tells no scale
        return axis(
            "loss L", "L", "linear", (foot - UNDER * (top - foot), top + OVER * (top - foot))
        )
    if not crowded:
        limits = foot - UNDER * (top - foot), top + OVER * (top - foot)
        return axis("loss L", "L", "linear", limits) | {"ticks": ticks}
    foot = residual if residual > ROUNDOFF_LOSS * top else 0.0
    limits = foot - UNDER**2 * (top - foot), foot + (1 + OVER) ** 2 * (top - foot)
    roots = axis("loss L (height: square root)", "L", "root", limits)
    return roots | {"foot": foot, "ticks": ticks}


def _ticks(levels: list[float]) -> list[tuple[float, str]]:
    """Levels with their numbers, the lowest first; of many a few, in fewer digits."""
    ends = [*levels[-1:], *levels[:-1]]
    if len(ends) <= MOST_TICKS:
        return [(value, written(value)) for value in ends]
    few = np.linspace(0, len(ends) - 1, FEW_TICKS).round().astype(int)
    kept = [levels[k] for k in few]
    return [(value, written(value, 3)) for value in [kept[-1], *kept[:-1]]]


def _top(run: Run, log_loss: bool, a: Run | None) -> float:
    """The largest loss, and that at which another network begins; as far as all stays readable."""
    top = float(run.trajectory.loss.max())
    if run.beside is not None:
        top = max(top, min(float(run.beside.loss[0]), 2.0 * top))
    if a is None:
        return top
    other, room = float(a.trajectory.loss.max()), (MOST_TIMES if log_loss else 2.0) * top
    return max(top, min(other, room) if top > 0 else other)


def _decades(run: Run, a: Run | None, top: float) -> tuple[float, float]:
    """Ends of a log axis, ten decades below the start at most."""
    if top <= 0:
        return LOWEST_DECADE, 1.0
    loss = run.trajectory.loss
    for other in (run.beside, None if a is None else a.trajectory):
        if other is not None:
            loss = np.concatenate([loss, other.loss])
    floor = max(float(loss[loss > 0].min()), CLOSE * top)
    low, high = padded(float(np.log10(floor)), float(np.log10(top)), 0.05)
    return 10.0**low, 10.0**high
