"""How fast the unstable modes at a point of the flow grow."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg.lapack import dpotrf

from linviz.core.flow.field import Field
from linviz.core.model.lanczos import krylov
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import GROWTH_ERROR, RTOL_FLOW

DENSE_GROWTH = 400  # weights up to which the Jacobian is decomposed
VISIBLE = 1e3  # an unstable mode counts if it is so many error weights strong
# An unstable mode that the error test cannot see grows at a wrong rate, and once h * lambda exceeds
# 2 BDF damps it: the run would rest on a saddle for ever. These bounds on h * lambda prevent it.
GROWTH_PER_STEP = 0.05  # of BDF at the default tolerance
ADAMS_GROWTH = 0.4  # of Adams' methods at most, which err by a power that is their order
SOONEST, LATEST = 128, 1024  # steps between two looks at the unstable modes, unless steps grow


def fastest_growth(field: Field, w: Matrix) -> float:
    """Largest eigenvalue of the Jacobian, minus the Hessian's smallest, if it is positive."""
    if field.n > DENSE_GROWTH:
        return estimated_growth(field, w)
    return max(0.0, float(np.linalg.eigvalsh(field.jacobian(0.0, w))[-1]))


def hidden_growth(field: Field, w: Matrix, rtol: float, atol: float) -> float:
    """Rate of the fastest unstable mode that is too weak to count in the error test; 0 if none.

    Weights that are exactly 0 and stay so take no part: their modes are absent, not hidden.
    """
    velocity = field.velocity(0.0, w)
    free = np.flatnonzero((w != 0) | (velocity != 0))
    if field.n > DENSE_GROWTH:
        return estimated_growth(field, w)
    lam, Q = np.linalg.eigh(field.jacobian(0.0, w)[np.ix_(free, free)])
    lam, Q = lam[lam > 0], Q[:, lam > 0]
    strengths = np.abs(Q.T @ velocity[free]) / lam
    weights = (atol + rtol * np.abs(w[free]))[:, None]
    hidden = (strengths * np.abs(Q) / weights).max(axis=0, initial=0.0) < VISIBLE
    return float(lam[hidden].max(initial=0.0))


class Restraint:
    """Bounds LSODA's steps where modes grow that its error test cannot see.

    Attributes
    ----------
    cap : of the steps
    safe : a step longer than this calls for another look
    wait : steps after which there is another look in any case
    """

    def __init__(self, field: Field, rtol: float, atol: float) -> None:
        self.field, self.rtol, self.atol = field, rtol, atol
        self._jacobian = field.callbacks()[1]
        self.cap, self.safe, self.wait = math.inf, 0.0, SOONEST
        # a mode's growth is as wrong as a method of order about 8 makes it, far from BDF's 2
        looser = math.pow(max(1.0, rtol / RTOL_FLOW), 1 / 8)
        self._allowed = GROWTH_PER_STEP * min(6.0, looser)

    def begin(self, w: Matrix) -> None:
        """Bound the first steps of a start so close to a saddle that the error test is blind."""
        velocity, bound = np.abs(self.field.velocity(0.0, w)), self.field.growth_bound(w)
        seen = float((velocity / (self.atol + self.rtol * np.abs(w))).max())
        if bound > 0 and seen / bound < VISIBLE**2:
            growth = hidden_growth(self.field, w, self.rtol, self.atol)
            self.cap = self._allowed / growth if growth > 0 else math.inf
        self.safe = min(self.cap, self._allowed / bound if bound > 0 else math.inf)

    def look(self, w: Matrix, h: float, order: int, is_stiff: bool) -> None:
        """Bound the steps from here on, after one of length h, or lift the bound."""
        self.wait = SOONEST if h > self.safe else min(2 * self.wait, LATEST)
        self.safe, capped, allowed = 2 * h, self.cap < math.inf, self._allowed
        if not (is_stiff or capped):
            allowed = max(allowed, min(ADAMS_GROWTH, math.pow(GROWTH_ERROR, 1 / order)))
        bound = self.field.growth_bound(w)
        if not capped and h * bound <= allowed:
            self.safe = max(self.safe, allowed / bound) if bound > 0 else math.inf
            return
        if not capped:
            for margin in (2.0, 1.0):
                if self._grows_slower_than(allowed / (margin * h), w):
                    self.safe *= margin
                    return
        growth = hidden_growth(self.field, w, self.rtol, self.atol)
        longest = allowed / growth if growth > 0 else math.inf
        if h > longest:
            self.cap = longest / 2
        elif capped and longest > 4 * self.cap:
            self.cap = math.inf

    def _grows_slower_than(self, rate: float, w: Matrix) -> bool:
        """Whether no mode at all grows at this rate: cheaper to tell than which are hidden."""
        J = self._jacobian(0.0, w)
        np.negative(J, out=J)
        J.ravel()[:: len(J) + 1] += rate
        # of a symmetric matrix, in place
        return bool(dpotrf(J.T, lower=True, clean=False, overwrite_a=True)[1] == 0)


def estimated_growth(field: Field, w: Matrix, iterations: int = 40) -> float:
    """Lanczos estimate, from below, of the fastest growth: enough to bound a step.

    It stays on the weights that are not exactly 0 for ever.
    """
    free = (w != 0) | (field.velocity(0.0, w) != 0)
    derivative = field.derivative(w)

    def apply(x: Matrix) -> Matrix:
        y = derivative(x)
        y[~free] = 0.0
        return y

    start = np.random.default_rng(0).standard_normal(field.n) * free
    return max(0.0, float(krylov(apply, start, iterations)[1][-1])) if free.any() else 0.0
