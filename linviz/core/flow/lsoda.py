"""LSODA, stretch by stretch: the compiled method keeps its history, Python looks in between.

LSODA switches by itself between Adams' methods and BDF. One call is one step in compiled code, and
nothing is done after it but to put its end and its length aside.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import ode

from linviz.core.flow.field import Callback
from linviz.core.flow.growth import Restraint
from linviz.core.flow.implicit import SHARED, single_step
from linviz.core.flow.neighbors import Neighbors
from linviz.core.flow.stretch import Curve, Stretch
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import EPS

# scipy's class, which has no public name: to look it up for each run costs as much as some steps
_INTEGRATOR: Any = type(vars(ode(lambda t, w: w).set_integrator("lsoda"))["_integrator"])
# where LSODA keeps what is read here, in its arrays of reals and of integers
LAST_STEP, NEXT_STEP, HISTORY = 10, 11, 20
ORDER, NEXT_ORDER, METHOD, BDF = 13, 14, 18, 2
AT_FIRST = 3  # steps of a stretch whose polynomials are put aside, besides the last one's
ASKED_EVERY = 50  # steps between two questions when the end is expected


class Nordsieck:
    r"""The polynomial over the latest step and the one before it, weights (m, n) at times (m,).

    Its coefficients :math:`h^j w^{(j)} / j!` are LSODA's own, for the next step's h.
    """

    __slots__ = ("_coefficients", "_h", "_last", "_t")

    def __init__(self, t: float, n: int, numbers: Matrix, counts: NDArray[np.int32]) -> None:
        h_used, self._h = numbers[LAST_STEP : NEXT_STEP + 1].tolist()
        order, next_order = counts[ORDER : NEXT_ORDER + 1].tolist()
        # where the order is about to fall, the last coefficient is not yet that of the next step
        self._last = (self._h / h_used) ** order if next_order < order else 1.0
        self._t = t
        # LSODA goes on to write there
        self._coefficients = numbers[HISTORY : HISTORY + (order + 1) * n].reshape(-1, n).copy()

    def __call__(self, t: Matrix) -> Matrix:
        coefficients = self._coefficients
        powers = ((t - self._t) / self._h)[:, None] ** np.arange(len(coefficients))
        powers[:, -1] *= self._last
        value: Matrix = powers @ coefficients
        return value


class Lsoda:
    """LSODA from (t, w) towards t_end with an analytic Jacobian.

    Attributes
    ----------
    t, w : the present time and packed weights
    """

    method = "LSODA"

    def __init__(
        self,
        callbacks: tuple[Callback, Callback],
        t: float,
        w: Matrix,
        t_end: float,
        *,
        rtol: float,
        atol: float,
        first_step: float | None = None,
    ) -> None:
        self.t, self.w, self.t_end, self._waited = t, w, t_end, 0
        self._callbacks = callbacks
        self._integrator = _INTEGRATOR(rtol=rtol, atol=atol, first_step=first_step or 0.0)
        self._begin()

    def stretch(
        self,
        most: int,
        until: float,
        restraint: Restraint | None = None,
        expected: Callable[[float, Matrix], float] | None = None,
    ) -> Stretch:
        """At most so many steps, to the first one that ends at a time or beyond.

        Where `expected` is given, it is asked now and then, at (t, w), what that time is. No step
        at all where the method fails.
        """
        numbers, counts = self._ready()
        go, rest, later = single_step(self._integrator, *self._callbacks)
        t_end, length, state = self.t_end, numbers.item, 0
        rows, times, old = np.empty((most + 1, len(self.w))), [self.t], self.t
        rows[0], y = self.w, self.w.copy()  # LSODA overwrites what it is given
        lengths, kept = list[float](), dict[int, Curve]()
        cap, safe, due = _bounds(restraint, -self._waited)
        until, bound, looked = min(until, t_end), t_end, -self._waited
        for k in range(1, most + 1):
            if cap < math.inf:  # LSODA scales its history to a step that ends at a time to be met
                numbers[0] = bound = min(t_end, old + max(cap, 16 * EPS * old))
            (y, now, state), rest = go(y, old, bound, *rest), later
            if state < 0:
                break
            rows[k] = y
            times.append(now)
            lengths.append(length(LAST_STEP))  # late times are rounded
            if k <= AT_FIRST:
                kept[k - 1] = Nordsieck(now, len(y), numbers, counts)
            if (now - old > safe or k > due) and restraint and now > old:
                restraint.look(rows[k], now - old, *_order_and_kind(counts))
                (cap, safe, due), looked = _bounds(restraint, k), k
                numbers[0] = bound = t_end
            if now >= until or not k % ASKED_EVERY:
                until = min(expected(now, rows[k]), t_end) if expected else until
                if now >= until:
                    break
            old = now
        k = len(lengths)
        if state > 0:
            kept[k - 1] = Nordsieck(now, len(y), numbers, counts)
        self.t, self.w, self._waited = times[-1], rows[k], k - looked
        return _stretch(np.array(times), rows[: k + 1], np.array(lengths), kept)

    def _begin(self) -> None:
        self._integrator.reset(len(self.w), True)
        self._integrator.call_args[2] = 5  # single steps, never beyond a time that is told

    def _ready(self) -> tuple[Matrix, NDArray[np.int32]]:
        """LSODA's arrays of reals and of integers."""
        if SHARED:
            self._begin_anew_if_displaced()
        numbers: Matrix = self._integrator.rwork
        self._integrator.call_args[4], numbers[0] = numbers, self.t_end
        return numbers, self._integrator.iwork

    def _begin_anew_if_displaced(self) -> None:
        """Another run that came in between has taken the only place there is for a history."""
        integrator = self._integrator
        latest = type(integrator).active_global_handle
        if integrator.initialized and integrator.handle != latest:
            integrator.first_step = integrator.rwork[NEXT_STEP]
            self._begin()


def _bounds(restraint: Restraint | None, k: int) -> tuple[float, float, float]:
    """The cap of the steps, the length and the step's number after which there is a look."""
    if restraint is None:
        return math.inf, math.inf, math.inf
    return restraint.cap, restraint.safe, k + restraint.wait


def _order_and_kind(counts: NDArray[np.int32]) -> tuple[int, bool]:
    """Of the method that took the latest step: its order, and whether it is one for stiffness."""
    return max(1, counts.item(ORDER)), counts.item(METHOD) == BDF


def _stretch(t: Matrix, w: Matrix, lengths: Matrix, kept: dict[int, Curve]) -> Stretch:
    k = len(lengths)

    def own(i: int) -> Curve:
        # the last polynomial serves for the step before it too, which has too few neighbors
        return kept.get(i) or kept.get(k - 1 if i == k - 2 else i) or Neighbors(t, w, lengths, i)

    return Stretch(t, w, own, own)
