"""A stabilized explicit integrator, for flows that are stiff and large.

Its methods (see `chebyshev`) are of order 4 and of as many stages as the stiffness asks for: their
cost grows like the root of the step times the Jacobian's spectral radius, and they factorize
nothing. It has the attributes and methods of scipy's solvers that `Stepper` uses.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from linviz.core.flow.chebyshev import MOST_STAGES, TABLE, coefficients, degree_for
from linviz.core.flow.field import Field
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import A_LITTLE_MORE, LEAST_ERROR

PRUDENCE = 0.8  # of a step that is predicted to just meet the tolerance
FASTEST, SLOWEST = 5.0, 0.2  # by which one step may differ from the one before it
MARGIN = 1.2  # of the spectral radius over its estimate from below
RADIUS_EVERY = 25  # accepted steps between two estimates of it
ACCURATE = 0.05  # relative change at which a power iteration ends
MOST_ITERATIONS = 40


class SpectralRadius:
    """Estimates, from below, of the Jacobian's spectral radius along a run, each from the last."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._direction = np.random.default_rng(0).standard_normal(field.n)

    def at(self, w: Matrix) -> float:
        """By power iterations on the Jacobian."""
        apply, radius = self.field.derivative(w), 0.0
        for _ in range(MOST_ITERATIONS):
            image = apply(self._direction)
            size = float(np.linalg.norm(image))
            if not 0 < size < math.inf:
                return radius
            previous, radius = radius, size / float(np.linalg.norm(self._direction))
            self._direction = image / size
            if abs(radius - previous) <= ACCURATE * radius:
                break
        return radius


class Stabilized:
    """Integrates dw/dt = field.velocity from (t, w) towards t_end, step by step.

    Attributes
    ----------
    t, y : the present time and packed weights
    status : "running" or "failed"
    max_step : bound on the steps, that may be changed between them
    radius : the last estimate of the spectral radius
    nfev : evaluations of the velocity so far
    """

    def __init__(
        self,
        field: Field,
        t: float,
        w: Matrix,
        t_end: float,
        *,
        rtol: float,
        atol: float,
        radius: SpectralRadius | None = None,
        pulse: Callable[[], None] | None = None,
    ) -> None:
        self.field, self.t, self.y, self.t_end = field, t, w, t_end
        self.rtol, self.atol, self.status = rtol, atol, "running"
        self._radius = SpectralRadius(field) if radius is None else radius
        self._pulse = pulse
        self._velocity = field.velocity(t, w)
        self.radius, self._age = self._radius.at(w), 0
        self.max_step, self.nfev = math.inf, 0
        self._h = min(1 / self.radius if self.radius > 0 else math.inf, t_end - t)
        self._last_h, self._last_error = 0.0, 1.0

    def step(self) -> None:
        """Take one step that meets the tolerance."""
        if self._age >= RADIUS_EVERY:
            self.radius, self._age = self._radius.at(self.y), 0
        rejected = False
        while True:
            h = min(self._h, self.max_step, self._longest())
            last = h >= (self.t_end - self.t) * (1 - A_LITTLE_MORE)
            h = self.t_end - self.t if last else h
            if h <= 4 * np.finfo(float).eps * self.t:
                self.status = "failed"
                return
            end, f, error = self._attempt(h)
            if error <= 1:
                break
            rejected = True
            self._h = h * max(SLOWEST, PRUDENCE * error**-0.25) if math.isfinite(error) else h / 10
            if self._age:
                self.radius, self._age = self._radius.at(self.y), 0
        # the factor of Gustafsson's predictive controller follows a trend in the errors
        factor = PRUDENCE * max(error, LEAST_ERROR) ** -0.25
        if self._last_h:
            trend = (h / self._last_h) * (self._last_error / max(error, LEAST_ERROR)) ** 0.25
            factor = min(factor, factor * trend)
        self._h = h * min(1.0 if rejected else FASTEST, max(SLOWEST, factor))
        self.t = self.t_end if last else self.t + h
        self.y, self._velocity, self._last_h, self._last_error = end, f, h, max(error, LEAST_ERROR)
        self._age += 1

    def _longest(self) -> float:
        """The longest step that any of the methods keeps stable."""
        return TABLE[MOST_STAGES][0] / (MARGIN * self.radius) if self.radius > 0 else math.inf

    def _attempt(self, h: float) -> tuple[Matrix, Matrix, float]:
        """One step of length h: the new weights, their velocity, the error over the tolerance."""
        method = coefficients(degree_for(h * MARGIN * self.radius))
        self.nfev += method.degree
        velocity, t, y = self.field.velocity, self.t, self.y
        before, g = y, y + (h * method.mu[0]) * self._velocity
        for mu, nu in zip(method.mu[1:], method.nu[1:], strict=True):
            if self._pulse is not None:
                self._pulse()
            new = velocity(t, g)
            new *= h * mu
            new += nu * g
            new += (1 - nu) * before
            before, g = g, new
        k = [velocity(t, g)]
        for row in method.a:
            k.append(velocity(t, g + h * _combined(row, k)))
        end = g + h * _combined(method.b, k)
        k.append(velocity(t, end))
        gap = h * _combined(method.error, k)
        gap /= self.atol + self.rtol * np.maximum(np.abs(y), np.abs(end))
        error = math.sqrt(float(np.dot(gap, gap)) / gap.size)
        return end, k[-1], error if math.isfinite(error) else math.inf


def _combined(numbers: tuple[float, ...], vectors: list[Matrix]) -> Matrix:
    """Linear combination."""
    total = numbers[0] * vectors[0]
    for x, v in zip(numbers[1:], vectors[1:], strict=True):
        total += x * v
    return total
