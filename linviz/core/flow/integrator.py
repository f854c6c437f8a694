"""The flow, stretch by stretch, by the method that suits the size and the stiffness.

Without a hidden layer, up to `IMPLICIT_SIZE` weights: the closed form. Else up to that size: LSODA
with the analytic Jacobian. Above: explicit methods, and LSODA once so much work was done that an
implicit run would have been cheaper, unless they are about to come to the horizon.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from linviz.core.flow.explicit import Explicit
from linviz.core.flow.field import Callback, Field
from linviz.core.flow.growth import Restraint
from linviz.core.flow.implicit import SHARED
from linviz.core.flow.lsoda import Lsoda
from linviz.core.flow.one_layer import OneLayer
from linviz.core.flow.stretch import Stretch
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LEAST_PART_OF_TIME, SECONDS_A_LAYER

IMPLICIT_SIZE = 400  # weights up to which LSODA with its Jacobian always wins
LARGEST_IMPLICIT = 1200  # weights above which its factorizations never pay, and take too long
FACTORIZATIONS = 60  # of an implicit run at least: many need two or three times as many
# of LSODA in a stretch, which takes about 0.1 s at most: a step costs like the weights squared
STEPS_AT_ONCE, SQUARES_A_STRETCH = 600, 60_000_000


class FlowError(RuntimeError):
    """An integration that cannot go on; the message says what to do.

    Examples
    --------
    >>> raise FlowError("the weights overflow: start smaller")
    Traceback (most recent call last):
    linviz.core.flow.integrator.FlowError: the weights overflow: start smaller
    """


@contextmanager
def quietly() -> Iterator[None]:
    """Failures of an integration are raised as FlowError, not also printed as warnings."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Stepper:
    """Integrates dw/dt = field.velocity from (0, w) to t_end, stretch by stretch.

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
        self._restraint = Restraint(field, rtol, atol)
        self._solver: Lsoda | Explicit | OneLayer
        if field.n > IMPLICIT_SIZE:
            self._explicit_work = _explicit_budget(field)
            self._solver = Explicit(field, w, t_end, rtol=rtol, atol=atol, pulse=pulse)
        elif len(field.dims) == 2:
            self._solver = OneLayer(field, w, t_end)
        else:
            self._restraint.begin(w)
            self._solver = self._implicit()

    @property
    def done(self) -> bool:
        """Whether t_end has been reached."""
        return self.t >= self.t_end

    def advance(
        self,
        most: int = STEPS_AT_ONCE,
        until: float = math.inf,
        expected: Callable[[float, Matrix], float] | None = None,
    ) -> Stretch:
        """Take at most so many steps, to the first that ends at `until` or later.

        Within a long stretch `expected` is asked now and then, at (t, w), what to put for `until`.
        """
        solver = self._solver
        if solver.method not in self.methods:
            self.methods.append(solver.method)
        if isinstance(solver, Lsoda):
            stretch = self._implicit_stretch(solver, most, until, expected)
        else:
            stretch = solver.stretch(most, until)
        if not len(stretch) or not math.isfinite(np.add.reduce(stretch.w[-1])):
            raise FlowError(
                f"the integration cannot go on after t = {self.t:.3g} ({solver.method} finds no "
                "step short enough): the flow is too fast for double precision; start from smaller "
                "weights, scale the data to order 1, or loosen rtol"
            )
        self.t, self.w = float(stretch.t[-1]), stretch.w[-1]
        self.n_steps += len(stretch)
        if isinstance(solver, Explicit) and solver.work > self._explicit_work < solver.work_ahead:
            self._solver = self._implicit()
        return stretch

    def _implicit_stretch(
        self,
        solver: Lsoda,
        most: int,
        until: float,
        expected: Callable[[float, Matrix], float] | None,
    ) -> Stretch:
        most = min(most, max(1, SQUARES_A_STRETCH // self.field.n**2))
        stretch = solver.stretch(most, until, self._restraint, expected)
        if not len(stretch):
            # its history can mislead it after a plateau, and where hardly anything moves it would
            # step over the whole horizon: once more, afresh and with a small step
            self._solver = solver = self._implicit(self._safe_step())
            stretch = solver.stretch(most, until, self._restraint, expected)
        return stretch

    def _implicit(self, first_step: float | None = None) -> Lsoda:
        """LSODA from here; it chooses its first step where none is given."""
        return Lsoda(
            self._callbacks(),
            self.t,
            self.w,
            self.t_end,
            rtol=self.rtol,
            atol=self.atol,
            first_step=first_step,
        )

    def _callbacks(self) -> tuple[Callback, Callback]:
        """The field's; the Jacobian tells that work goes on, for a large network's step is long."""
        velocity, jacobian = self.field.callbacks()
        pulse = self._pulse
        # where LSODA's state is shared, whoever is told must not run anything in the midst of it
        if pulse is None or SHARED or self.field.n <= IMPLICIT_SIZE:
            return velocity, jacobian

        def pulsing(t: float, w: Matrix) -> Matrix:
            pulse()
            return jacobian(t, w)

        return velocity, pulsing

    def _safe_step(self) -> float | None:
        """A step that the fastest mode allows, and that t resolves."""
        stiffness = float(np.linalg.norm(self.field.jacobian(self.t, self.w)))
        if not 0 < stiffness < math.inf:
            return None
        step = max(0.1 / stiffness, LEAST_PART_OF_TIME * self.t)
        return min(step, self._restraint.cap, self.t_end - self.t)


def _explicit_budget(field: Field) -> float:
    """Explicit steps that cost as much as the factorizations of a small network's implicit run."""
    if field.n > LARGEST_IMPLICIT:
        return math.inf
    layers = len(field.dims) - 1
    step = 12 * (SECONDS_A_LAYER * layers + 6 * max(field.dims) * field.n / 2e10) + 1e-4
    return FACTORIZATIONS * (2 / 3 * field.n**3 / 2.5e10) / step
