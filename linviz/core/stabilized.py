"""A stabilized explicit integrator, for flows that are stiff and large.

Its methods (see `chebyshev`) are of order 4 and of as many stages as the stiffness asks for: their
cost grows like the root of the step times the Jacobian's spectral radius, and they factorize
nothing. It has the attributes and methods of scipy's solvers that `Stepper` uses.
"""

from __future__ import annotations

import math

import numpy as np

from linviz.core.chebyshev import LARGEST, TABLE, coefficients, degree_for
from linviz.core.field import Field
from linviz.core.problem import Matrix

SAFETY = 0.8  # of a step that is predicted to just meet the tolerance
FASTEST, SLOWEST = 5.0, 0.2  # by which one step may differ from the one before it
MARGIN = 1.1  # of the spectral radius over its estimate from below
RADIUS_EVERY = 20  # accepted steps between two estimates of it
ACCURATE = 0.02  # relative change at which a power iteration ends


class Stabilized:
    """Integrates dw/dt = field.velocity from (t, w) towards t_end, step by step."""

    def __init__(
        self, field: Field, t: float, w: Matrix, t_end: float, *, rtol: float, atol: float
    ) -> None:
        self.field, self.t, self.y, self.t_end = field, t, w, t_end
        self.rtol, self.atol, self.status = rtol, atol, "running"
        self.f = field.velocity(t, w)
        self._direction = self.f + 1e-3 * float(np.linalg.norm(self.f)) * np.random.default_rng(
            0
        ).standard_normal(field.n) / math.sqrt(field.n)
        self.radius = self._spectral_radius()
        self._age, self._error = 0, 1.0
        self.h = min(0.5 / self.radius if self.radius > 0 else t_end - t, t_end - t)
        self.h_taken, self.degree = 0.0, 0

    def step(self) -> None:
        """Take one step that meets the tolerance."""
        if self._age >= RADIUS_EVERY:
            self.radius, self._age = self._spectral_radius(), 0
        rejected = False
        while True:
            h = min(self.h, TABLE[LARGEST][0] / (MARGIN * self.radius + 1e-300))
            last = h >= (self.t_end - self.t) * (1 - 1e-12)
            h = self.t_end - self.t if last else h
            if h <= 4 * np.finfo(float).eps * self.t:
                self.status = "failed"
                return
            end, f, error = self._attempt(h)
            if error <= 1:
                break
            rejected = True
            self.h = h * max(SLOWEST, SAFETY * error**-0.25) if math.isfinite(error) else h / 10
            if self._age:
                self.radius, self._age = self._spectral_radius(), 0
        # the factor of Gustafsson's predictive controller follows a trend in the errors
        factor = SAFETY * max(error, 1e-8) ** -0.25
        if self.h_taken:
            trend = (h / self.h_taken) * (self._error / max(error, 1e-8)) ** 0.25
            factor = min(factor, factor * trend)
        self.h = h * min(1.0 if rejected else FASTEST, max(SLOWEST, factor))
        self.t = self.t_end if last else self.t + h
        self.y, self.f, self.h_taken, self._error = end, f, h, max(error, 1e-8)
        self._age += 1

    def _attempt(self, h: float) -> tuple[Matrix, Matrix, float]:
        """One step of length h: the new weights, their velocity, the error over the tolerance."""
        method = coefficients(degree_for(h * MARGIN * self.radius))
        self.degree = method.degree
        velocity, t, y = self.field.velocity, self.t, self.y
        before, g = y, y + (h * method.mu[0]) * self.f
        for mu, nu in zip(method.mu[1:], method.nu[1:], strict=True):
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

    def _spectral_radius(self) -> float:
        """Of the Jacobian, by power iterations on differences of the velocity."""
        size = float(np.linalg.norm(self.y)) or 1.0
        radius = 0.0
        for _ in range(40):
            length = float(np.linalg.norm(self._direction))
            if not 0 < length < math.inf:
                return radius
            change = self._direction * (1e-7 * size / length)
            self._direction = self.field.velocity(self.t, self.y + change) - self.f
            previous, radius = radius, float(np.linalg.norm(self._direction)) / (1e-7 * size)
            if abs(radius - previous) <= ACCURATE * radius:
                break
        return radius


def _combined(numbers: tuple[float, ...], vectors: list[Matrix]) -> Matrix:
    """Linear combination."""
    total = numbers[0] * vectors[0]
    for x, v in zip(numbers[1:], vectors[1:], strict=True):
        total += x * v
    return total
