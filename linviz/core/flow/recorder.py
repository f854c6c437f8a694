"""The moments of a run that are kept: few enough to draw, yet no plateau or jump is lost.

Candidates are the integrator's own steps and, where a step bends visibly, points of its
interpolant in between. Those kept are chosen by the error, in pixels of a 600 x 300 picture, of
the straight lines drawn through them: for the loss, its logarithm and the strength of each mode,
over t and over log t at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import FlowError, Step
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LEAST_SQUARE, LOG_FLOOR, SHORT_MOVE

Indices = NDArray[np.intp]

WIDTH, HEIGHT = 600.0, 300.0  # of the picture that errors are measured on
LATEST_START = 1e-3  # the log axis starts at this fraction of the run or earlier
PIXELS_APART = 6.0  # of the points interpolated within one step
MOST_INNER = 16  # interpolated points within one step


def evenly(n: int, count: int) -> Indices:
    """Indices of `count` of n moments, evenly spread, first and last among them; all if fewer.

    Examples
    --------
    >>> evenly(9, 3), evenly(2, 3)
    (array([0, 4, 8]), array([0, 1]))
    """
    return np.unique(np.linspace(0, n - 1, min(n, count)).round().astype(np.intp))


class Recorder:
    """Collects candidates during a run, thinned so that a long run does not fill the memory.

    Parameters
    ----------
    curves : callable
        Of packed weights (k, n_params): what is drawn, (k, c), column 0 a loss.
    w : array (n_params,)
        The start, at t = 0.
    n_frames : int
        How many moments `chosen` may return.
    """

    def __init__(self, curves: Callable[[Matrix], Matrix], w: Matrix, n_frames: int) -> None:
        self.curves, self.n_frames = curves, n_frames
        self._t, self._w, self._curves = [np.zeros(1)], [w[None]], [curves(w[None])]
        self._steps: list[Step] = []
        # an explicit step's interpolant holds nine times its weights
        self._most_steps = max(8, min(512, int(4e5 / w.size)))
        self._chunk = min(64, self._most_steps)
        self._most = max(3 * n_frames, min(12 * n_frames, int(8e6 / w.size)))
        self._count = 1

    def steps(self, steps: Sequence[Step]) -> None:
        """Take steps of the integrator: their ends, and points within where they bend."""
        self._steps += steps
        if len(self._steps) >= self._chunk:
            self._absorb()
            self._chunk = min(self._most_steps, 2 * self._chunk)

    def add(self, t: Matrix, w: Matrix, curves: Matrix) -> None:
        """Take moments t (k,), packed weights (k, n_params) and their curves (k, c)."""
        self._t.append(t)
        self._w.append(w)
        self._curves.append(curves)
        self._count += len(t)
        if self._count > self._most:
            self._thin(self._most // 2)

    def chosen(self) -> tuple[Matrix, Matrix, Matrix]:
        """Times, packed weights and curves of the moments kept, first and last too."""
        self._absorb()
        self._thin(self.n_frames)
        t = self._t[0]
        # late steps may be shorter than the roundoff of t: of moments at one time, the last is kept
        new = np.append(np.diff(t) > 0, True) & ((t > 0) | (np.arange(t.size) == 0))
        new[0] = True
        return t[new], self._w[0][new], self._curves[0][new]

    def _absorb(self) -> None:
        """Turn the steps since last time into candidates."""
        if not self._steps:
            return
        steps, self._steps = self._steps, []
        ends = np.array([step.w for step in steps])
        curves = np.vstack([self._curves[-1][-1:], self.curves(ends)])
        t = np.array([steps[0].t_old, *(step.t for step in steps)])
        counts = _inner_points(t, curves, np.vstack([*self._curves, curves]))
        if not counts.any():
            self.add(t[1:], ends, curves[1:])
            return
        times, weights = [], []
        for step, end, k in zip(steps, ends, counts, strict=True):
            if k > 0 and step.interpolant is not None:
                inner = step.t_old + (step.t - step.t_old) * np.arange(1, k + 1) / (k + 1)
                times.append(inner)
                weights.append(step.interpolant(inner).T)
            times.append(np.array([step.t]))
            weights.append(end[None, :])
        w = np.concatenate(weights)
        self.add(np.concatenate(times), w, self.curves(w))

    def _thin(self, n: int) -> None:
        """Keep n of the candidates."""
        t, curves = np.concatenate(self._t), np.concatenate(self._curves)
        if len(t) > n and t[-1] == 0:  # the method believes that its tolerance asks for it
            raise FlowError(
                f"the integration does not move: {len(t)} steps of no length were taken at t = 0; "
                "scale the weights and the data to order 1, or ask for a longer horizon"
            )
        keep = chosen(t, curves, n)
        self._t, self._w = [t[keep]], [np.concatenate(self._w)[keep]]
        self._curves, self._count = [curves[keep]], len(keep)


def loss_and_modes(field: Field) -> Callable[[Matrix], Matrix]:
    """Curves of a linear network: loss above the global minimum, then the modes, (k, 1 + d_y)."""
    floor = minimum_loss(field.problem, field.dims) - field.problem.residual_loss

    def curves(w: Matrix) -> Matrix:
        P = field.product(w)
        return np.column_stack([np.maximum(field.excess(P) - floor, 0.0), field.modes(P)])

    return curves


def chosen(t: Matrix, curves: Matrix, n: int) -> Indices:
    """Indices, ascending, of at most n of the points so that straight lines miss the least.

    Parameters
    ----------
    t : array (m,)
        Ascending times from 0.
    curves : array (m, k)
        What is drawn: column 0 also in its logarithm.
    n : int
        At least 2.
    """
    if len(t) <= n:
        return np.arange(len(t))
    y = _heights(curves)
    start = _axis_start(t, y)
    axes = (t * (WIDTH / t[-1]), _log_positions(t, t[start]))
    keep = np.unique([0, start, len(t) - 1])
    while True:
        error = np.maximum(_miss(axes[0], y, keep), _miss(axes[1], y, keep, first=start))
        # far below a pixel, spread the moments in time rather than chase roundoff
        error += 0.01 * _loneliness(axes[0], keep)
        # a fall that is an upright line on both axes is still drawn, and measured, by many moments
        error += 0.05 * _loneliness(y, keep)
        worst = np.maximum.reduceat(error, keep[:-1])
        room = n - len(keep)
        if room <= 0 or worst.max() <= 0.0:
            return keep
        split = np.flatnonzero(worst > max(worst.max() / 8, 0.0))
        split = split[np.argsort(-worst[split])[:room]]
        at = [keep[k] + int(np.argmax(error[keep[k] : keep[k + 1]])) for k in split]
        keep = np.sort(np.concatenate([keep, at]))


def _heights(curves: Matrix) -> Matrix:
    """Every curve in pixels, (k + 1, m): loss, modes on a common axis, log loss."""
    loss, modes = curves[:, 0], curves[:, 1:]
    top = max(float(loss.max()), np.finfo(float).tiny)
    span = float(modes.max() - modes.min()) or 1.0
    log = np.log10(np.maximum(loss / top, LOG_FLOOR))
    depth = max(-float(log.min()), 1.0)
    return HEIGHT * np.vstack([loss / top, modes.T / span, log / depth])


def _axis_start(t: Matrix, y: Matrix) -> int:
    """First positive time of the log axis: before it nothing moves by a pixel."""
    moved = np.abs(y - y[:, :1]).max(axis=0) > 1.0
    first = int(np.argmax(moved)) if moved.any() else len(t) - 1
    early = int(np.searchsorted(t, LATEST_START * t[-1]))
    return max(1, min(first - 1, early))


def _log_positions(t: Matrix, start: float) -> Matrix:
    decades = max(math.log10(t[-1] / start), 1e-3)
    return np.log10(np.maximum(t, start) / start) * (WIDTH / decades)


def _miss(x: Matrix, y: Matrix, keep: Indices, first: int = 0) -> Matrix:
    """Distance, (m,), of every point from the chord that is drawn over it, the worst curve's."""
    lengths = np.diff(keep)
    left, right = np.repeat(keep[:-1], lengths), np.repeat(keep[1:], lengths)
    dx, px = x[right] - x[left], x[:-1] - x[left]
    dy, py = y[:, right] - y[:, left], y[:, :-1] - y[:, left]
    square = np.maximum(dx**2 + dy**2, LEAST_SQUARE)
    along = np.clip((px * dx + py * dy) / square, 0.0, 1.0)
    miss = np.hypot(px - along * dx, py - along * dy).max(axis=0)
    miss[:first] = 0.0
    miss[keep[:-1]] = 0.0
    return np.append(miss, 0.0)


def _loneliness(x: Matrix, keep: Indices) -> Matrix:
    """Distance along an axis (m,), in pixels, of every point from the nearer of its neighbors kept.

    Of several curves (k, m), the worst one's.
    """
    lengths = np.diff(keep)
    left, right = np.repeat(keep[:-1], lengths), np.repeat(keep[1:], lengths)
    x = np.atleast_2d(x)
    near = np.minimum(np.abs(x[:, :-1] - x[:, left]), np.abs(x[:, right] - x[:, :-1]))
    return np.append(near.max(axis=0), 0.0)


def _inner_points(t: Matrix, curves: Matrix, seen: Matrix) -> Indices:
    """How many points to interpolate within each step, by how far it moves on the picture."""
    top = max(float(seen[:, 0].max()), np.finfo(float).tiny)
    span = float(seen[:, 1:].max() - seen[:, 1:].min()) or 1.0
    move = np.abs(np.diff(curves[:, 0])) / top
    move = np.maximum(move, np.abs(np.diff(curves[:, 1:], axis=0)).max(axis=1) / span)
    log = np.log10(np.maximum(curves[:, 0] / top, LOG_FLOOR))
    move = np.maximum(move, np.abs(np.diff(log)) / 10)
    late = np.diff(t) / np.maximum(
        t[1:], np.finfo(float).tiny
    )  # an only step moves by the whole picture's width
    pixels = HEIGHT * move + 0.02 * WIDTH * late * (move > SHORT_MOVE)
    counts: Indices = np.minimum(np.floor(pixels / PIXELS_APART), MOST_INNER).astype(np.intp)
    return counts
