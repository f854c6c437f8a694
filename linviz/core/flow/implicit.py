"""LSODA, also where scipy keeps the state of all its runs in one place (before 1.17).

There one implicit run lives at a time: `implicit_run` makes other threads wait for its end. A run
inside a run, of the same thread, goes ahead; the outer one then takes up its thread again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import RLock
from typing import Any

import numpy as np
import scipy
from scipy.integrate import LSODA

from linviz.core.model.problem import Matrix

Velocity = Callable[[float, Matrix], Matrix]

SCIPY = tuple(int(part) for part in scipy.__version__.split(".")[:2])
SHARED = SCIPY < (1, 17)
DIRECT = SCIPY == (1, 17)  # its compiled step may be called directly
_alone = RLock()


@contextmanager
def implicit_run() -> Iterator[None]:
    """Around a whole run: the only one among threads, where they would share a state.

    Examples
    --------
    >>> with implicit_run(), implicit_run():
    ...     "a run inside a run"
    'a run inside a run'
    """
    if SHARED:
        with _alone:
            yield
    else:
        yield


class Implicit(LSODA):
    """scipy's LSODA, which begins anew from where it is if another run came in between."""

    def __init__(
        self, velocity: Velocity, t: float, w: Matrix, t_end: float, **options: Any
    ) -> None:
        super().__init__(velocity, t, w, t_end, **options)
        # scipy counts the calls and converts what they return, as costly as a small flow
        vars(self)["_lsoda_solver"].f = velocity

    def step(self) -> str | None:
        """Take one step."""
        if SHARED:
            self._begin_anew_if_displaced()
        return super().step()

    def _begin_anew_if_displaced(self) -> None:
        solver = vars(self)["_lsoda_solver"]
        integrator = solver._integrator
        latest = type(integrator).active_global_handle
        if integrator.initialized and integrator.handle != latest:
            integrator.first_step = integrator.rwork[11]  # the step that was to be tried next
            solver.set_initial_value(self.y, self.t)
            integrator.rwork[0] = self.t_bound  # as LSODA.__init__: never beyond it
            integrator.call_args[4] = integrator.rwork


def single_step(
    integrator: Any, velocity: Velocity, jacobian: Velocity
) -> tuple[Callable[..., tuple[Matrix, float, int]], tuple[Any, ...], tuple[Any, ...]]:
    """One call of scipy's LSODA: of (y, t, bound) and more, to the next y, t and state, < 0 failed.

    Second what more the next call is given, third what all after it are. scipy's wrapper in Python
    and its conversion of the tolerances cost a third of a small network's step.
    """
    if not DIRECT:
        return partial(_wrapped, integrator, velocity, jacobian), (), ()
    rtol, atol, task, state, numbers, counts, kind = integrator.call_args
    before = np.array(rtol), np.array(atol), task
    after = (numbers, counts, jacobian, kind, (), 1, ())
    kept = integrator.state_doubles, integrator.state_ints
    integrator.call_args[3] = 2  # it goes on
    go = partial(integrator.runner, velocity)
    return go, (*before, state, *after, *kept), (*before, 2, *after, *kept)


def _wrapped(
    integrator: Any, velocity: Velocity, jacobian: Velocity, y: Matrix, t: float, bound: float
) -> tuple[Matrix, float, int]:
    y, now = integrator.run(velocity, jacobian, y, t, bound, (), ())
    return y, now, integrator.istate
