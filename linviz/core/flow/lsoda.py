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
from linviz.core.flow.implicit import SHARED
from linviz.core.flow.stretch import Curve, Stretch
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import EPS

# where LSODA keeps what is read here, in its arrays of reals and of integers
LAST_STEP, NEXT_STEP, HISTORY = 10, 11, 20
ORDER, NEXT_ORDER, METHOD = 13, 14, 18


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
        self._coefficients = numbers[HISTORY - LAST_STEP :].reshape(-1, n)

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
        self.t, self.w, self.t_end = t, w, t_end
        self._callbacks = callbacks
        solver: Any = ode(*callbacks)
        solver.set_integrator("lsoda", rtol=rtol, atol=atol, first_step=first_step or 0.0)
        solver.set_initial_value(w, t)
        self._solver, self._integrator = solver, solver._integrator
        self._integrator.call_args[2] = 5  # single steps, never beyond a time that is told

    @property
    def order(self) -> int:
        """That of the last step."""
        return max(1, int(self._integrator.iwork[ORDER]))

    @property
    def is_stiff(self) -> bool:
        """Whether the last step was BDF's."""
        return int(self._integrator.iwork[METHOD]) == 2

    def stretch(self, most: int, cap: float, safe: float, until: float) -> Stretch:
        """At most so many steps, to the first one longer than is safe, or one beyond a time.

        None is longer than the cap; no step at all where the method fails.
        """
        if SHARED:
            self._begin_anew_if_displaced()
        integrator, t_end = self._integrator, self.t_end
        numbers, n = integrator.rwork, len(self.w)
        integrator.call_args[4] = numbers
        order, go = integrator.iwork.item, partial(integrator.run, *self._callbacks)
        rows, times = np.empty((most + 1, n)), [self.t]
        rows[0], y = self.w, self.w.copy()  # LSODA overwrites what it is given
        old, until, bound = self.t, min(until, t_end), t_end
        history: list[bytes] = []
        orders: list[tuple[int, int]] = []
        for k in range(1, most + 1):
            if cap < math.inf:  # LSODA scales its history to a step that ends at a time to be met
                bound = min(t_end, old + max(cap, 16 * EPS * old))
            numbers[0] = bound
            y, now = go(y, old, bound, (), ())
            if integrator.success != 1:
                break
            rows[k] = y
            used = order(ORDER)
            orders.append((used, order(NEXT_ORDER)))
            history.append(numbers[LAST_STEP : HISTORY + (used + 1) * n].tobytes())
            times.append(now)
            if now >= until or now - old > safe:
                break
            old = now
        k = len(history)
        self.t, self.w = times[-1], rows[k]
        self._solver.t, self._solver._y = self.t, y
        return _stretch(np.array(times), rows[: k + 1], history, orders)

    def _begin_anew_if_displaced(self) -> None:
        """Another run that came in between has taken the only place there is for a history."""
        solver, integrator = self._solver, self._integrator
        latest = type(integrator).active_global_handle
        if integrator.initialized and integrator.handle != latest:
            integrator.first_step = integrator.rwork[NEXT_STEP]
            solver.set_initial_value(self.w, self.t)
            integrator.call_args[2] = 5


def _stretch(t: Matrix, w: Matrix, history: list[bytes], orders: list[tuple[int, int]]) -> Stretch:
    n = w.shape[1]

    def own(i: int) -> Curve:
        return Nordsieck(float(t[i + 1]), n, *orders[i], np.frombuffer(history[i]))

    return Stretch(t, w, own, own)
