"""The flow of a large network by explicit methods, whichever of two suits its stiffness.

DOP853 while accuracy bounds its steps, `Stabilized` while stability would.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.integrate import DOP853

from linviz.core.flow.field import Field
from linviz.core.flow.growth import estimated_growth
from linviz.core.flow.stabilized import SpectralRadius, Stabilized
from linviz.core.flow.stretch import Cubic, Curve, Stretch
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LOOSE

STABILIZED_GROWTH = 0.5  # h * lambda of `Stabilized`, whose polynomials damp no growth
EXPLICIT_STRETCH, EXPLICIT_WEIGHTS = 24, 800_000  # in a stretch: it takes about 0.1 s at most
COMPARED_EVERY = 24  # steps between two comparisons of the methods
STABLE = 6.0  # h * lambda up to which DOP853 is stable


class Explicit:
    """Integrates dw/dt = field.velocity from (0, w) towards t_end, stretch by stretch.

    Attributes
    ----------
    t, w : the present time and packed weights
    method : the name of the one in use
    """

    def __init__(
        self,
        field: Field,
        w: Matrix,
        t_end: float,
        *,
        rtol: float,
        atol: float,
        pulse: Callable[[], None] | None = None,
    ) -> None:
        self.field, self.t, self.w, self.t_end = field, 0.0, w, t_end
        self.rtol, self.atol, self._pulse = rtol, atol, pulse
        self._radius, self._n_steps, self._wait = SpectralRadius(field), 0, COMPARED_EVERY
        self._work_before = 0.0
        self._compared = (0, 0.0, 0.0)  # steps, time and work when the methods were
        self._pace = math.inf  # work per unit of time since then
        self._solver: DOP853 | Stabilized
        self._solver = self._stabilized() if rtol >= LOOSE else self._dop853(0.0, w, t_end)

    @property
    def method(self) -> str:
        """That takes the next step."""
        return type(self._solver).__name__

    @property
    def work(self) -> float:
        """Evaluations so far, in steps of DOP853."""
        return self._work_before + float(self._solver.nfev) / 12

    @property
    def work_ahead(self) -> float:
        """What is left to do up to t_end, at the latest pace."""
        return self._pace * (self.t_end - self.t)

    def stretch(self, most: int, until: float) -> Stretch:
        """At most so many steps by one method, to the first that ends at a time or beyond.

        No step at all where the method fails.
        """
        solver: Any = self._solver  # scipy's stubs want complex numbers too
        most = min(most, EXPLICIT_STRETCH, max(1, EXPLICIT_WEIGHTS // self.field.n))
        t, w = [self.t], [self.w]
        own: list[Curve | None] = []
        while len(own) < most and t[-1] < self.t_end:
            solver.step()
            if solver.status == "failed" or not math.isfinite(np.add.reduce(solver.y)):
                break
            t.append(float(solver.t))
            w.append(solver.y)
            # an interpolant costs evaluations: only where the shape of the step is to be seen
            seen = isinstance(solver, DOP853) and _moves(w[-2], w[-1])
            own.append(_in_rows(solver.dense_output()) if seen else None)
            if t[-1] >= until:
                break
        self.t, self.w, self._n_steps = t[-1], w[-1], self._n_steps + len(own)
        ends, rows = np.array(t), np.array(w)
        made = partial(self._curve, ends, rows, isinstance(solver, DOP853))
        self._compare()
        return Stretch(ends, rows, own.__getitem__, made)

    def _curve(self, t: Matrix, w: Matrix, is_dop853: bool, i: int) -> Curve:
        """The curve over a step, as accurate as the step itself.

        DOP853 takes the step again, which gives the same one, for its interpolant of order 7.
        `Stabilized` is of order 4, and so is Hermite's cubic through both ends, with an error of
        h⁴/384 of the fourth derivative: no more than what the error test allows the step.
        """
        if is_dop853:
            again = self._dop853(float(t[i]), w[i], float(t[i + 1]))
            again.step()
            if again.t == t[i + 1]:
                return _in_rows(again.dense_output())
        slopes = [self.field.velocity(0.0, y) for y in w[i : i + 2]]
        return Cubic(t[i : i + 2], w[i : i + 2], slopes)

    def _dop853(self, t: float, w: Matrix, t_end: float) -> DOP853:
        velocity: Any = self.field.velocity
        first_step = None if t_end == self.t_end else t_end - t
        return DOP853(velocity, t, w, t_end, rtol=self.rtol, atol=self.atol, first_step=first_step)

    def _stabilized(self) -> Stabilized:
        return Stabilized(
            self.field,
            self.t,
            self.w,
            self.t_end,
            rtol=self.rtol,
            atol=self.atol,
            radius=self._radius,
            pulse=self._pulse,
        )

    def _compare(self) -> None:
        """Go over to the method that suits the stiffness better."""
        solver, (steps, t, work) = self._solver, self._compared
        if self._n_steps - steps < COMPARED_EVERY or self.t <= t:
            return
        stabilized = isinstance(solver, Stabilized)
        radius = solver.radius if isinstance(solver, Stabilized) else self._radius.at(self.w)
        verge = radius / STABLE  # steps per unit of time of DOP853 where stability bounds them
        self._pace = pace = (self.work - work) / (self.t - t)
        self._compared = self._n_steps, self.t, self.work
        if isinstance(solver, Stabilized):
            growth = estimated_growth(self.field, self.w, 12)
            solver.max_step = STABILIZED_GROWTH / growth if growth > 0 else math.inf
        if not stabilized and pace < 1.3 * verge:
            self._work_before = self.work
            self._solver = self._stabilized()
        elif stabilized and pace > 1.2 * verge and self.rtol < LOOSE:
            self._wait *= 2  # before the next attempt
            self._compared = self._n_steps + self._wait, self.t, self.work
            self._work_before = self.work
            self._solver = self._dop853(self.t, self.w, self.t_end)


def _moves(w_old: Matrix, w: Matrix) -> bool:
    """Whether the weights move enough for the shape of a step to be seen."""
    return float(np.abs(w - w_old).max()) > 4e-3 * float(np.abs(w).max())


def _in_rows(curve: Any) -> Curve:
    """scipy's interpolant with the moments as rows."""

    def rows(t: Matrix) -> Matrix:
        return np.asarray(curve(t)).T

    return rows
