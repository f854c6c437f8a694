"""The moments of a run that are kept: few enough to draw, yet no plateau or jump is lost.

Candidates are the integrator's own steps and, where a step bends visibly, points of its
interpolant in between. Those kept are chosen, in one pass, by the error, in pixels of a 600 x 300
picture, of the straight lines drawn through them: for the loss, its logarithm and the strength of
each mode, over t and over log t at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import FlowError
from linviz.core.flow.stretch import Stretch
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.layers import Layout, Weights, transposed
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LEAST_SQUARE, LOG_FLOOR, NOT_ZERO, SHORT_MOVE, TINY

Indices = NDArray[np.intp]

WIDTH, HEIGHT = 600.0, 300.0  # of the picture that errors are measured on
LATEST_START = 1e-3  # the log axis starts at this fraction of the run or earlier
PIXELS_APART = 6.0  # of the points interpolated within one step
MOST_INNER = 16  # interpolated points within one step
BENDS = 2.0  # pixels by which a moment stands out: lines over the steps beside it miss half of one
ALLOWED = 0.2  # pixels that a line may miss
FAR_UP, FAR_ALONG = 12.0, 15.0  # pixels, up and along an axis, after which there is a moment
_PARTS = [np.arange(1, k + 1) / (k + 1) for k in range(MOST_INNER + 1)]


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
        first = curves(w[None])
        self._t, self._w, self._curves = [np.zeros(1)], [w[None]], [first]
        self._most = max(3 * n_frames, min(12 * n_frames, int(8e6 / w.size)))
        self._count = 1
        self._last = first
        self._top, self._low, self._high = float(first[0, 0]), first[0, 1:], first[0, 1:]

    def take(self, stretch: Stretch, curves: Matrix) -> None:
        """Take steps of an integrator, with the curves (k, c) at their ends, and points within."""
        t, w = stretch.t, stretch.w[1:]
        counts = _inner_points(t, self._heights(np.vstack([self._last, curves])))
        times, rows, places = [], [], []
        for i in np.flatnonzero(counts).tolist():
            curve = stretch.own(i)
            if curve is not None:
                times.append(t[i] + (t[i + 1] - t[i]) * _PARTS[counts[i]])
                rows.append(curve(times[-1]))
                places += [i] * len(times[-1])
        if not times:
            self.add(t[1:], w, curves, stretch.end)
            return
        more, within = np.concatenate(rows), np.array(places) + np.arange(len(places))
        pairs = (t[1:], np.concatenate(times)), (w, more), (curves, self.curves(more))
        t, w, curves = (_woven(ends, inner, within) for ends, inner in pairs)
        self.add(t, w, curves, stretch.end)

    def _heights(self, curves: Matrix) -> Matrix:
        """Every curve in pixels, (c + 1, k), on the picture of what has been seen so far."""
        self._top = max(self._top, float(curves[:, 0].max()), TINY)
        columns = curves[:, 1:].T.copy()  # numpy is slow along columns
        self._low = np.minimum(self._low, columns.min(axis=1))
        self._high = np.maximum(self._high, columns.max(axis=1))
        span = float((self._high - self._low).max(initial=0.0)) or 1.0
        y = np.empty((len(columns) + 2, len(curves)))
        np.divide(curves[:, 0], self._top, out=y[0])
        np.divide(np.log10(np.maximum(y[0], LOG_FLOOR)), 10, out=y[1])
        np.divide(columns, span, out=y[2:])
        y *= HEIGHT
        return y

    def add(self, t: Matrix, w: Matrix, curves: Matrix, end: Matrix | None = None) -> None:
        """Take moments t (k,), packed weights (k, n_params) and their curves (k, c).

        An end takes the place of the last weights.
        """
        self._t.append(t)
        self._w += [w] if end is None else [w[:-1], end[None]]
        self._curves.append(curves)
        self._count += len(t)
        self._last = curves[-1:]
        if self._count > self._most:
            self._thin(self._most // 2)

    def chosen(self, layout: Layout) -> tuple[Matrix, Weights, Matrix]:
        """Times, layers and curves of the moments kept, first and last too."""
        t, curves, keep = self._best(self.n_frames)
        t, rising = _ascending(t[keep])
        keep = keep[rising]
        W = tuple(np.empty((len(keep), end, start)) for start, end in pairwise(layout.dims))
        done = 0
        for rows in _kept(self._w, keep):
            for Wj, v in zip(W, layout.views(rows), strict=True):
                Wj[done : done + len(rows)] = transposed(v)
            done += len(rows)
        return t[rising], W, curves[keep]

    def _thin(self, n: int) -> None:
        """Keep n of the candidates."""
        t, curves, keep = self._best(n)
        self._w = list(_kept(self._w, keep))
        self._t, self._curves, self._count = [t[keep]], [curves[keep]], len(keep)

    def _best(self, n: int) -> tuple[Matrix, Matrix, Indices]:
        """Times and curves of all candidates, and which n of them to keep."""
        t, curves = np.concatenate(self._t), np.concatenate(self._curves)
        if len(t) > n and t[-1] == 0:  # the method believes that its tolerance asks for it
            raise FlowError(
                f"the integration does not move: {len(t)} steps of no length were taken at t = 0; "
                "scale the weights and the data to order 1, or ask for a longer horizon"
            )
        return t, curves, chosen(t, curves, n) if len(t) > n else np.arange(len(t))


def _woven(ends: Matrix, inner: Matrix, within: Indices) -> Matrix:
    """Rows of both, the inner ones at these places: what `np.insert` does, at half the cost."""
    both = np.empty((len(ends) + len(inner), *ends.shape[1:]))
    others = np.ones(len(both), dtype=bool)
    others[within] = False
    both[within], both[others] = inner, ends
    return both


def _kept(blocks: list[Matrix], keep: Indices) -> Iterator[Matrix]:
    """These rows of arrays one below the other, one block at a time."""
    ends = np.cumsum([len(block) for block in blocks])
    if len(keep) == ends[-1]:
        yield from blocks
        return
    rows = np.split(keep, np.searchsorted(keep, ends[:-1]))
    first = [0, *ends.tolist()]
    for block, k, start in zip(blocks, rows, first, strict=False):
        if len(k):
            yield block if len(k) == len(block) else block[k - start]


def _ascending(t: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """Times and which of the moments to keep, so that they ascend strictly.

    Late steps may be shorter than the roundoff of t. Of moments at one time the last is kept, and
    the first, an ulp earlier: a fall within a moment stays one.
    """
    new = t[1:] > t[:-1]
    if new.all():
        return t, np.ones(len(t), dtype=bool)
    first, last = np.append(True, new), np.append(new, True)
    last[0], last[1:] = True, last[1:] & (t[1:] > 0)
    early = np.flatnonzero(first & ~last & (t > 0))
    before = np.nextafter(t[early], 0.0)
    room = before > t[np.maximum(early - 1, 0)]
    t = t.copy()
    t[early[room]], last[early[room]] = before[room], True
    return t, last


def loss_and_modes(field: Field, floor: float | None = None) -> Callable[[Matrix], Matrix]:
    """Curves of a linear network: loss above the global minimum, then the n modes, (k, 1 + n).

    The floor is the minimum's height above the best linear map, if it is known.
    """
    if floor is None:
        floor = minimum_loss(field.problem, field.dims) - field.problem.residual_loss

    def curves(w: Matrix) -> Matrix:
        P = field.product(w)
        modes = field.modes(P)
        drawn = np.empty((len(w), 1 + modes.shape[1]))
        np.maximum(field.excess(P) - floor, 0.0, out=drawn[:, 0])
        drawn[:, 1:] = modes
        return drawn

    return curves


def chosen(t: Matrix, curves: Matrix, n: int) -> Indices:
    """Indices, ascending, of at most n of the points so that straight lines miss the least.

    A line of length s along a curve of curvature κ misses it by κ s²/8: so many lines are needed
    that the sum of the roots of what each moment stands out from its neighbors' line is spread
    evenly, and some more where a curve or the time goes far.

    Parameters
    ----------
    t : array (m,)
        Ascending times from 0.
    curves : array (m, k)
        What is drawn: column 0 also in its logarithm.
    n : int
        At least 2.
    """
    if len(t) <= n or n < 8:
        return evenly(len(t), n)
    y = _heights(curves)
    start = _axis_start(t, y)
    axes = (t * (WIDTH / t[-1]), _log_positions(t, t[start]))
    out = _stands_out(axes, y, start)
    need = np.sqrt(out / (4 * ALLOWED))
    lines = 0.5 * (need[:-1] + need[1:]) + _largest(np.abs(np.diff(y))) / FAR_UP
    for x in axes:
        lines += np.diff(x) / FAR_ALONG
    corners = np.argsort(-out)[: n // 4]
    corners = corners[out[corners] > ALLOWED]
    room = _spread(lines, n - 3 - len(corners))
    way = np.append(0.5, 0.5 + np.cumsum(np.minimum(lines * room, 1.0)))
    kept = np.zeros(len(t), dtype=bool)
    kept[1:] = np.diff(np.floor(way)) > 0
    kept[[0, start, len(t) - 1]] = kept[corners] = True
    rest = np.flatnonzero(~kept)  # where a moment was wanted twice there is room for another
    kept[rest[evenly(len(rest), n - int(np.count_nonzero(kept)))]] = True
    return np.flatnonzero(kept)


def _spread(lines: Matrix, n: int) -> float:
    """The factor by which n lines are spread over intervals, of which none gets more than one."""
    if n <= 0:
        return 0.0
    some = np.sort(lines)
    whole = np.arange(len(some), 0, -1)  # intervals that would get a line of their own from here on
    rest = np.append(0.0, np.cumsum(some)[:-1])
    factor = (n - whole) / np.maximum(rest, NOT_ZERO)
    fits = (factor > 0) & (factor * some >= 1.0)
    if fits.any():
        return float(factor[int(np.argmax(fits))])
    return n / max(float(rest[-1] + some[-1]), NOT_ZERO)


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
    early = int(np.searchsorted(t, LATEST_START * t[-1]))
    moved = _largest(np.abs(y[:, : early + 1] - y[:, :1])) > 1.0
    return max(1, int(np.argmax(moved)) - 1 if moved.any() else early)


def _log_positions(t: Matrix, start: float) -> Matrix:
    decades = max(math.log10(t[-1] / start), 1e-3)
    return np.log10(np.maximum(t, start) / start) * (WIDTH / decades)


def _stands_out(axes: tuple[Matrix, Matrix], y: Matrix, start: int) -> Matrix:
    """Distance, (m,), of every point from the line through its neighbors, the worst curve's.

    On the worse of two axes, of which the second begins at a moment.
    """
    dy, py = y[:, 2:] - y[:, :-2], y[:, 1:-1] - y[:, :-2]
    steepest = _largest(np.square(dy))
    worst = np.zeros(y.shape[1])
    for x, first in zip(axes, (0, start), strict=True):
        dx, px = x[2:] - x[:-2], x[1:-1] - x[:-2]
        across = _largest(np.abs(px * dy - py * dx))
        distance = across / np.sqrt(np.maximum(dx**2 + steepest, LEAST_SQUARE))
        worst[1 + first : -1] = np.maximum(worst[1 + first : -1], distance[first:])
    return worst


def _largest(rows: Matrix) -> Matrix:
    """Of every column (m,) of a few long rows, in a quarter of the time of numpy's `max`."""
    largest: Matrix = reduce(np.maximum, rows)
    return largest


def _inner_points(t: Matrix, y: Matrix) -> Indices:
    """How many points to interpolate within each step, by how far it moves and bends."""
    rise = y[:, 1:] - y[:, :-1]
    move = _largest(np.abs(rise))
    # an only step moves by the whole picture's width
    late = (t[1:] - t[:-1]) / np.maximum(t[1:], TINY)
    pixels = move + 0.02 * WIDTH * late * (move > SHORT_MOVE * HEIGHT)
    if pixels.max(initial=0.0) < PIXELS_APART:
        return np.zeros(len(move), dtype=np.intp)
    bend = np.zeros(len(t)) if len(t) > 2 else np.full(len(t), np.inf)
    far = pixels >= PIXELS_APART
    far = far[1:] | far[:-1]  # inner ends of steps that move far
    before, whole = rise[:, :-1], y[:, 2:] - y[:, :-2]
    for x in (t, np.log(np.maximum(t, TINY))):
        part = (x[1:-1] - x[:-2]) / np.maximum(x[2:] - x[:-2], TINY)
        miss = _largest(np.abs(before - part * whole))
        bend[1:-1] = np.maximum(bend[1:-1], miss * far)
    bends = np.maximum(bend[:-1], bend[1:]) > BENDS
    counts: Indices = np.minimum(pixels * bends / PIXELS_APART, MOST_INNER).astype(np.intp)
    return counts
