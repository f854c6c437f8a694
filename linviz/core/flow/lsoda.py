"""LSODA, stretch by stretch: the compiled method keeps its history, Python looks in between.

LSODA switches by itself between Adams' methods and BDF. One call is one step in compiled code, and
nothing is done after it but to put the step and its polynomial aside.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from scipy.integrate import ode

from linviz.core.flow.field import Callback
from linviz.core.flow.growth import Restraint
from linviz.core.flow.implicit import SHARED
from linviz.core.flow.stretch import Curve, Stretch
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import EPS

# where LSODA keeps what is read here, in its arrays of reals and of integers
LAST_STEP, NEXT_STEP, HISTORY = 10, 11, 20
ORDER, NEXT_ORDER, METHOD, BDF = 13, 14, 18, 2


class Nordsieck:
    r"""The polynomial over a step, weights (m, n) at times (m,).

    Its coefficients :math:`h^j w^{(j)} / j!` are LSODA's own, for the next step's h.
    """

    __slots__ = ("_coefficients", "_h", "_last", "_t")

    def __init__(self, t: float, n: int, order: int, next_order: int, numbers: Matrix) -> None:
        h_used, self._h = numbers[:2].tolist()
        # where the order is about to fall, the last coefficient is not yet that of the next step
        self._last = (self._h / h_used) ** order if next_order < order else 1.0
        self._t = t
        first = HISTORY - LAST_STEP
        self._coefficients = numbers[first : first + (order + 1) * n].reshape(-1, n)

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
        self._callbacks, self._history = callbacks, np.empty((0, 0))
        solver: Any = ode(*callbacks)
        solver.set_integrator("lsoda", rtol=rtol, atol=atol, first_step=first_step or 0.0)
        solver.set_initial_value(w, t)
        self._solver, self._integrator = solver, solver._integrator
        self._integrator.call_args[2] = 5  # single steps, never beyond a time that is told

    def stretch(self, most: int, until: float, restraint: Restraint | None = None) -> Stretch:
        """At most so many steps, to the first one that ends at a time or beyond.

        No step at all where the method fails. The next stretch overwrites this one's polynomials.
        """
        if SHARED:
            self._begin_anew_if_displaced()
        integrator, t_end = self._integrator, self.t_end
        numbers, n = integrator.rwork, len(self.w)
        integrator.call_args[4] = numbers
        count, go = integrator.iwork.item, partial(integrator.run, *self._callbacks)
        rows, times = np.empty((most + 1, n)), [self.t]
        rows[0], y = self.w, self.w.copy()  # LSODA overwrites what it is given
        old, until, bound = self.t, min(until, t_end), t_end
        cap, safe = (restraint.cap, restraint.safe) if restraint else (math.inf, math.inf)
        history = self._room(most, HISTORY - LAST_STEP + 13 * n)
        orders: list[tuple[int, int]] = []
        for k in range(1, most + 1):
            if cap < math.inf:  # LSODA scales its history to a step that ends at a time to be met
                bound = min(t_end, old + max(cap, 16 * EPS * old))
            numbers[0] = bound
            y, now = go(y, old, bound, (), ())
            if integrator.success != 1:
                break
            rows[k] = y
            order = count(ORDER)
            orders.append((order, count(NEXT_ORDER)))
            size = HISTORY - LAST_STEP + (order + 1) * n
            history[k - 1, :size] = numbers[LAST_STEP : LAST_STEP + size]
            times.append(now)
            self._waited += 1
            if restraint and (now - old > safe or self._waited > restraint.wait) and now > old:
                restraint.look(rows[k], now - old, max(1, order), count(METHOD) == BDF)
                cap, safe, self._waited, bound = restraint.cap, restraint.safe, 0, t_end
            if now >= until:
                break
            old = now
        k = len(orders)
        self.t, self.w = times[-1], rows[k]
        self._solver.t, self._solver._y = self.t, y
        return _stretch(np.array(times), rows[: k + 1], history, orders)

    def _room(self, most: int, size: int) -> Matrix:
        """Where the polynomials of a stretch are put: memory that is fresh is slow."""
        if len(self._history) < most:
            self._history = np.empty((most, size))
        return self._history

    def _begin_anew_if_displaced(self) -> None:
        """Another run that came in between has taken the only place there is for a history."""
        solver, integrator = self._solver, self._integrator
        latest = type(integrator).active_global_handle
        if integrator.initialized and integrator.handle != latest:
            integrator.first_step = integrator.rwork[NEXT_STEP]
            solver.set_initial_value(self.w, self.t)
            integrator.call_args[2] = 5


def _stretch(t: Matrix, w: Matrix, history: Matrix, orders: list[tuple[int, int]]) -> Stretch:
    n = w.shape[1]

    def own(i: int) -> Curve:
        return Nordsieck(float(t[i + 1]), n, *orders[i], history[i])

    return Stretch(t, w, own, own)
