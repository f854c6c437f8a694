"""How fast the unstable modes at a point of the flow grow."""

from __future__ import annotations

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.model.lanczos import krylov
from linviz.core.model.problem import Matrix

DENSE_GROWTH = 400  # weights up to which the Jacobian is decomposed
VISIBLE = 1e3  # an unstable mode counts if it is so many error weights strong


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
