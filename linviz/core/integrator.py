"""One step of the flow at a time, by the method that suits the size and the stiffness.

Up to `IMPLICIT_SIZE` weights: LSODA (Adams and BDF, it switches by itself) with the analytic
Jacobian. Above: DOP853, and LSODA once stability has cost so many explicit steps that the
factorizations of an implicit run would have been cheaper.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import DOP853, LSODA

from linviz.core.field import Field
from linviz.core.problem import Matrix

IMPLICIT_SIZE = 400  # weights up to which LSODA with its Jacobian always wins
LARGEST_IMPLICIT = 2500  # weights above which its factorizations never pay
# An unstable mode that the error test cannot see grows at a wrong rate, and once h * lambda exceeds
# 2 BDF damps it: the run would rest on a saddle for ever. This bound on h * lambda prevents it.
GROWTH_PER_STEP = 0.05
VISIBLE = 1e3  # an unstable mode counts if it is so many error weights strong
CHECK_EVERY = 48  # steps between two looks at the unstable modes, unless steps grow


class FlowError(RuntimeError):
    """An integration that cannot go on; the message says what to do.

    Examples
    --------
    >>> raise FlowError("the weights overflow: start smaller")
    Traceback (most recent call last):
    linviz.core.integrator.FlowError: the weights overflow: start smaller
    """


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One accepted step, from (t_old, w_old) to (t, w), with the method's own interpolant.

    There is none over an explicit step in which nothing visible moved: it would cost evaluations.
    """

    t_old: float
    t: float
    w_old: Matrix
    w: Matrix
    interpolant: Callable[[Matrix], Matrix] | None


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
        self.max_step = math.inf
        self._explicit_steps = _explicit_budget(field)
        self._next_check, self._checked_step = 0, 0.0
        if field.n <= IMPLICIT_SIZE:
            self._begin_gently()
        self._start("LSODA" if field.n <= IMPLICIT_SIZE else "DOP853")

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
        explicit = self.methods[-1] == "DOP853"
        skip = explicit and not self._moved(w_old)
        interpolant = None if skip else self._solver.dense_output()
        if explicit:
            if self.n_steps > self._explicit_steps:
                self._start("LSODA")
        else:
            self._keep_growth_faithful(self.t - t_old)
        return Step(t_old, self.t, w_old, self.w, interpolant)

    def _moved(self, w_old: Matrix) -> bool:
        """Whether the weights moved enough for the shape of the step to be seen."""
        change = float(np.abs(self.w - w_old).max())
        return change > 1e-3 * float(np.abs(self.w).max())

    def _step(self) -> None:
        self._solver.step()
        if self._solver.status == "failed" and self.methods[-1] == "LSODA":
            self._start("LSODA")  # its history can mislead it after a plateau: once more, afresh
            self._solver.step()
        if self._solver.status == "failed" or not math.isfinite(float(self._solver.y.sum())):
            raise FlowError(
                f"the integration cannot go on after t = {self.t:.3g} ({self.methods[-1]} finds no "
                "step short enough): the flow is too fast for double precision; start from smaller "
                "weights, scale the data to order 1, or loosen rtol"
            )

    def _jacobian(self, t: float, w: Matrix) -> Matrix:
        """The field's, telling first that work goes on: a step of a large network takes long."""
        if self._pulse is not None:
            self._pulse()
        return self.field.jacobian(t, w)

    def _start(self, method: str) -> None:
        # scipy's stubs want fields that take complex numbers too
        velocity: Any = self.field.velocity
        rtol, atol, max_step = self.rtol, self.atol, self.max_step
        self._solver: LSODA | DOP853
        if method == "LSODA":
            self._solver = LSODA(
                velocity,
                self.t,
                self.w,
                self.t_end,
                rtol=rtol,
                atol=atol,
                max_step=max_step,
                jac=self._jacobian,
            )
        else:
            self._solver = DOP853(
                velocity, self.t, self.w, self.t_end, rtol=rtol, atol=atol, max_step=max_step
            )
        if method not in self.methods:
            self.methods.append(method)

    def _begin_gently(self) -> None:
        """Bound the first steps of a start so close to a saddle that the error test is blind."""
        velocity = np.abs(self.field.velocity(0.0, self.w))
        bound = self.field.growth_bound(self.w)
        seen = float((velocity / (self.atol + self.rtol * np.abs(self.w))).max())
        if bound > 0 and seen / bound < VISIBLE**2:
            growth = hidden_growth(self.field, self.w, self.rtol, self.atol)
            self.max_step = GROWTH_PER_STEP / growth if growth > 0 else math.inf

    def _keep_growth_faithful(self, h: float) -> None:
        """Bound the step by the growth that the error test cannot see, and lift the bound later."""
        if self.n_steps < self._next_check and h <= 2 * self._checked_step:
            return
        self._next_check, self._checked_step = self.n_steps + CHECK_EVERY, h
        capped = math.isfinite(self.max_step)
        if not capped and h * self.field.growth_bound(self.w) <= GROWTH_PER_STEP:
            return
        growth = hidden_growth(self.field, self.w, self.rtol, self.atol)
        longest = GROWTH_PER_STEP / growth if growth > 0 else math.inf
        if h > longest or (capped and longest > 4 * self.max_step):
            self.max_step = longest / 2 if h > longest else math.inf
            self._start("LSODA")


def fastest_growth(field: Field, w: Matrix) -> float:
    """Largest eigenvalue of the Jacobian, minus the Hessian's smallest, if it is positive."""
    J = field.jacobian(0.0, w)
    if field.n > IMPLICIT_SIZE:
        return max(0.0, _largest_ritz_value(J))
    return max(0.0, float(np.linalg.eigvalsh(J)[-1]))


def hidden_growth(field: Field, w: Matrix, rtol: float, atol: float) -> float:
    """Rate of the fastest unstable mode that is too weak to count in the error test; 0 if none.

    Weights that are exactly 0 and stay so take no part: their modes are absent, not hidden.
    """
    velocity = field.velocity(0.0, w)
    free = np.flatnonzero((w != 0) | (velocity != 0))
    J = field.jacobian(0.0, w)[np.ix_(free, free)]
    if field.n > IMPLICIT_SIZE:
        return max(0.0, _largest_ritz_value(J))
    lam, Q = np.linalg.eigh(J)
    lam, Q = lam[lam > 0], Q[:, lam > 0]
    strengths = np.abs(Q.T @ velocity[free]) / lam
    weights = (atol + rtol * np.abs(w[free]))[:, None]
    hidden = (strengths * np.abs(Q) / weights).max(axis=0, initial=0.0) < VISIBLE
    return float(lam[hidden].max(initial=0.0))


def _largest_ritz_value(J: Matrix, iterations: int = 40) -> float:
    """Lanczos estimate, from below, of the largest eigenvalue: enough to bound a step."""
    q = np.random.default_rng(0).standard_normal(len(J))
    q /= np.linalg.norm(q)
    previous, beta = np.zeros_like(q), 0.0
    alphas: list[float] = []
    betas: list[float] = []
    for _ in range(min(iterations, len(J))):
        r = J @ q - beta * previous
        alphas.append(float(q @ r))
        r -= alphas[-1] * q
        beta = float(np.linalg.norm(r))
        if beta <= 1e-12 * float(np.abs(alphas).max()):
            break
        betas.append(beta)
        previous, q = q, r / beta
    off = np.array(betas[: len(alphas) - 1])
    return float(np.linalg.eigvalsh(np.diag(alphas) + np.diag(off, 1) + np.diag(off, -1))[-1])


def _explicit_budget(field: Field) -> float:
    """Explicit steps that cost as much as 30 factorizations, of a small network's implicit run."""
    if field.n > LARGEST_IMPLICIT:
        return math.inf
    layers = len(field.layout)
    step = 12 * (3e-6 * layers + 6 * max(field.dims) * field.n / 2e10) + 1e-4
    return 30 * (2 / 3 * field.n**3 / 2.5e10) / step
