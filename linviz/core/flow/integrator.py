"""One step of the flow at a time, by the method that suits the size and the stiffness.

Up to `IMPLICIT_SIZE` weights: LSODA (Adams and BDF, it switches by itself) with the analytic
Jacobian. Above: DOP853 while accuracy bounds its steps, `Stabilized` while stability would, and
LSODA once so much work was done that the factorizations of an implicit run would have been cheaper.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import DOP853

from linviz.core.flow.field import Field
from linviz.core.flow.growth import VISIBLE, estimated_growth, hidden_growth
from linviz.core.flow.implicit import SHARED, Implicit
from linviz.core.flow.stabilized import SpectralRadius, Stabilized
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LEAST_PART_OF_TIME, LOOSE, RTOL_FLOW, SECONDS_A_LAYER

IMPLICIT_SIZE = 400  # weights up to which LSODA with its Jacobian always wins
LARGEST_IMPLICIT = 1200  # weights above which its factorizations never pay, and take too long
# An unstable mode that the error test cannot see grows at a wrong rate, and once h * lambda exceeds
# 2 BDF damps it: the run would rest on a saddle for ever. This bound on h * lambda prevents it.
GROWTH_PER_STEP = 0.05  # at the default tolerance; see `_growth_per_step`
EXPLICIT_GROWTH = 0.5  # the same for `Stabilized`, whose polynomials damp no growth
CHECK_EVERY = 48  # steps between two looks at the unstable modes, unless steps grow
STIFFNESS_EVERY = 24  # explicit steps between two comparisons of the explicit methods
STABLE = 6.0  # h * lambda up to which DOP853 is stable


class FlowError(RuntimeError):
    """An integration that cannot go on; the message says what to do.

    Examples
    --------
    >>> raise FlowError("the weights overflow: start smaller")
    Traceback (most recent call last):
    linviz.core.flow.integrator.FlowError: the weights overflow: start smaller
    """


class Step(NamedTuple):
    """One accepted step, from (t_old, w_old) to (t, w), with the method's own interpolant.

    There is none over an explicit step in which nothing visible moved: it would cost evaluations.
    `Stabilized` has none: its steps are short where anything moves. `Stepper.interpolant` makes one
    for either.
    """

    t_old: float
    t: float
    w_old: Matrix
    w: Matrix
    interpolant: Callable[[Matrix], Matrix] | None
    method: str


@contextmanager
def quietly() -> Iterator[None]:
    """Failures of an integration are raised as FlowError, not also printed as warnings."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Stepper:
    """Integrates dw/dt = field.velocity from (0, w) to t_end, step by step.

    Attributes
    ----------
    t, w : the present time and packed weights
    n_steps : accepted steps so far
    pulse : called before each factorization; it may raise to end a long step
    methods : names of the methods used, in order

    Raises
    ------
    FlowError
        If the weights or their velocity are not finite or no step is small enough.
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
        self.field, self.t_end, self.rtol, self.atol = field, t_end, rtol, atol
        self._pulse = pulse
        self.t, self.w, self.n_steps = 0.0, w, 0
        self.methods: list[str] = []
        self.max_step, self._growth = math.inf, _growth_per_step(rtol)
        self._explicit_work, self._radius = _explicit_budget(field), SpectralRadius(field)
        self._work_before, self._wait = 0.0, STIFFNESS_EVERY
        self._compared = (0, 0.0, 0.0)  # steps, time and work when the explicit methods were
        self._next_check, self._checked_step = 0, 0.0
        if field.n <= IMPLICIT_SIZE:
            self._begin_gently()
            self._start("LSODA")
        else:
            self._start("Stabilized" if rtol >= LOOSE else "DOP853")

    @property
    def done(self) -> bool:
        """Whether t_end has been reached."""
        return self.t >= self.t_end

    def advance(self) -> Step:
        """Take one step."""
        t_old, w_old = self.t, self.w
        self._step()
        self.t, self.w = float(self._solver.t), self._solver.y
        self.n_steps += 1
        # the interpolant refers to the solver's present state: make it before anything restarts
        method, interpolant = self.method, self._interpolant(w_old)
        if self.method == "LSODA":
            self._keep_growth_faithful(self.t - t_old)
        else:
            self._suit_stiffness()
        return Step(t_old, self.t, w_old, self.w, interpolant, method)

    def interpolant(self, step: Step) -> Callable[[Matrix], Matrix]:
        """Weights (n, k) at times (k,) within a step, as accurate as the step itself.

        DOP853 takes the step again, which gives the same one, for its interpolant of order 7.
        `Stabilized` is of order 4, and so is Hermite's cubic through both ends, with an error of
        h⁴/384 of the fourth derivative: no more than what the error test allows the step.
        """
        if step.interpolant is not None:
            return step.interpolant
        if step.method == "DOP853":
            again = self._explicit(step.t_old, step.w_old, step.t)
            again.step()
            if again.t == step.t:
                curve: Callable[[Matrix], Matrix] = again.dense_output()
                return curve
        slopes = [self.field.velocity(0.0, w)[:, None] for w in (step.w_old, step.w)]
        ends = [np.ascontiguousarray(w)[:, None] for w in (step.w_old, step.w)]
        h = step.t - step.t_old

        def cubic(t: Matrix) -> Matrix:
            x = (t - step.t_old) / h
            y = 1 - x
            rise = h * x * y * (y * slopes[0] - x * slopes[1])
            value: Matrix = y * y * (1 + 2 * x) * ends[0] + x * x * (1 + 2 * y) * ends[1] + rise
            return value

        return cubic

    def _explicit(self, t: float, w: Matrix, t_end: float) -> DOP853:
        velocity: Any = self.field.velocity  # scipy's stubs want complex numbers too
        first_step = None if t_end == self.t_end else t_end - t
        return DOP853(velocity, t, w, t_end, rtol=self.rtol, atol=self.atol, first_step=first_step)

    def _suit_stiffness(self) -> None:
        """Choose between the explicit methods, or give them up."""
        steps, t, work = self._compared
        if self._work() > self._explicit_work:
            self._start("LSODA")
        elif self.n_steps - steps >= STIFFNESS_EVERY and self.t > t:
            solver = self._solver
            radius = solver.radius if isinstance(solver, Stabilized) else self._radius.at(self.w)
            verge = radius / STABLE  # steps per unit of time of DOP853 where stability bounds them
            pace = (self._work() - work) / (self.t - t)
            self._compared = self.n_steps, self.t, self._work()
            if isinstance(solver, Stabilized):
                growth = estimated_growth(self.field, self.w, 12)
                solver.max_step = EXPLICIT_GROWTH / growth if growth > 0 else math.inf
            if self.method == "DOP853" and pace < 1.3 * verge:
                self._start("Stabilized")
            elif self.method == "Stabilized" and pace > 1.2 * verge and self.rtol < LOOSE:
                self._wait *= 2  # before the next attempt
                self._compared = self.n_steps + self._wait, self.t, self._work()
                self._start("DOP853")

    def _interpolant(self, w_old: Matrix) -> Any:
        """The method's own, where it has one that is worth its evaluations."""
        solver = self._solver
        if isinstance(solver, Implicit):
            return solver.interpolant()
        if isinstance(solver, Stabilized) or not self._moved(w_old):
            return None
        return solver.dense_output()

    def _moved(self, w_old: Matrix) -> bool:
        """Whether the weights moved enough for the shape of the step to be seen."""
        change = float(np.abs(self.w - w_old).max())
        return change > 4e-3 * float(np.abs(self.w).max())

    def _step(self) -> None:
        self._solver.step()
        if self._solver.status == "failed" and self.method == "LSODA":
            # its history can mislead it after a plateau, and where hardly anything moves it would
            # step over the whole horizon: once more, afresh and with a small step
            self._start("LSODA", self._safe_step())
            self._solver.step()
        if self._solver.status == "failed" or not math.isfinite(np.add.reduce(self._solver.y)):
            raise FlowError(
                f"the integration cannot go on after t = {self.t:.3g} ({self.method} finds no "
                "step short enough): the flow is too fast for double precision; start from smaller "
                "weights, scale the data to order 1, or loosen rtol"
            )

    def _jacobian(self, t: float, w: Matrix) -> Matrix:
        """The field's, telling first that work goes on: a step of a large network takes long."""
        # where LSODA's state is shared, whoever is told must not run anything in the midst of it
        if self._pulse is not None and not SHARED:
            self._pulse()
        return self.field.jacobian(t, w)

    def _work(self) -> float:
        """Evaluations of the explicit methods so far, in steps of DOP853."""
        return self._work_before + (0 if self.method == "LSODA" else self._solver.nfev / 12)

    def _start(self, method: str, first_step: float | None = None) -> None:
        """Go on from here by this method, which chooses its first step where none is given."""
        if self.methods:
            self._work_before = self._work()
        where = self.t, self.w, self.t_end
        tolerances: Any = {"rtol": self.rtol, "atol": self.atol}
        self._solver: Implicit | DOP853 | Stabilized
        if method == "LSODA":
            self._solver = Implicit(
                self.field.velocity,
                *where,
                **tolerances,
                first_step=first_step,
                max_step=self.max_step,
                jac=self._jacobian,
            )
        elif method == "DOP853":
            self._solver = self._explicit(*where)
        else:
            self._solver = Stabilized(
                self.field, *where, **tolerances, radius=self._radius, pulse=self._pulse
            )
        self.method = method
        if method not in self.methods:
            self.methods.append(method)

    def _safe_step(self) -> float | None:
        """A step that the fastest mode allows, and that t resolves."""
        stiffness = float(np.linalg.norm(self.field.jacobian(self.t, self.w)))
        if not 0 < stiffness < math.inf:
            return None
        step = max(0.1 / stiffness, LEAST_PART_OF_TIME * self.t)
        return min(step, self.max_step, self.t_end - self.t)

    def _begin_gently(self) -> None:
        """Bound the first steps of a start so close to a saddle that the error test is blind."""
        velocity = np.abs(self.field.velocity(0.0, self.w))
        bound = self.field.growth_bound(self.w)
        seen = float((velocity / (self.atol + self.rtol * np.abs(self.w))).max())
        if bound > 0 and seen / bound < VISIBLE**2:
            growth = hidden_growth(self.field, self.w, self.rtol, self.atol)
            self.max_step = self._growth / growth if growth > 0 else math.inf

    def _keep_growth_faithful(self, h: float) -> None:
        """Bound the step by the growth that the error test cannot see, and lift the bound later."""
        if h == 0 or (self.n_steps < self._next_check and h <= 2 * self._checked_step):
            return
        self._next_check, self._checked_step = self.n_steps + CHECK_EVERY, h
        capped = math.isfinite(self.max_step)
        if not capped and h * self.field.growth_bound(self.w) <= self._growth:
            return
        if not capped and self._grows_slower_than(self._growth / h):
            return
        growth = hidden_growth(self.field, self.w, self.rtol, self.atol)
        longest = self._growth / growth if growth > 0 else math.inf
        if h > longest or (capped and longest > 4 * self.max_step):
            self.max_step = longest / 2 if h > longest else math.inf
            self._start("LSODA")

    def _grows_slower_than(self, rate: float) -> bool:
        """Whether no mode at all grows at this rate: cheaper to tell than which are hidden."""
        J = self.field.jacobian(self.t, self.w)
        np.negative(J, out=J)
        J.flat[:: len(J) + 1] += rate
        try:
            np.linalg.cholesky(J)
        except np.linalg.LinAlgError:
            return False
        return True


def _growth_per_step(rtol: float) -> float:
    """A mode's growth is as wrong as a method of order about 8 makes it, far from BDF's 2."""
    return GROWTH_PER_STEP * min(6.0, math.pow(max(1.0, rtol / RTOL_FLOW), 1 / 8))


def _explicit_budget(field: Field) -> float:
    """Explicit steps that cost as much as 30 factorizations, of a small network's implicit run."""
    if field.n > LARGEST_IMPLICIT:
        return math.inf
    layers = len(field.dims) - 1
    step = 12 * (SECONDS_A_LAYER * layers + 6 * max(field.dims) * field.n / 2e10) + 1e-4
    return 30 * (2 / 3 * field.n**3 / 2.5e10) / step
