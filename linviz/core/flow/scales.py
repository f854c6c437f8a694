"""How large a gradient is: beside one far from every critical point, and beside roundoff."""

from __future__ import annotations

import math

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import EPS, LEAST_RATIO, TINY


def sizes_of_products(field: Field, w: Matrix) -> list[float]:
    """The norms ‖B_j‖ ‖A_j‖ of what surrounds each layer."""
    V = field.layers(w)
    a, b = [math.sqrt(field.dims[0])], [math.sqrt(field.dims[-1])]
    A = B = None
    for v in V[:-1]:
        A = v if A is None else np.dot(A, v)
        a.append(_norm(A))
    for v in V[:0:-1]:
        B = v if B is None else np.dot(v, B)
        b.append(_norm(B))
    return [x * y for x, y in zip(a, reversed(b), strict=True)]


def _norm(A: Matrix) -> float:
    """Frobenius norm of a small matrix, at a quarter of the cost of numpy's."""
    flat = A.ravel()
    return math.sqrt(float(np.dot(flat, flat)))


def gradient_scale(goal: Destination, w: Matrix) -> float:
    r"""Size of a gradient far from critical: :math:`\|YX^\top\| \max_j \|B_j\| \|A_j\|`."""
    # at the origin all products vanish: the natural size of the layers takes their place
    return goal.slope * max(goal.natural, *sizes_of_products(goal.field, goal.reached(w)))


def log_ratio(x: float, y: float) -> float:
    """Logarithm of x/y, whatever underflows; not below that of 1e-100.

    Examples
    --------
    >>> log_ratio(1.0, 1.0), round(log_ratio(0.0, 1.0), 2), round(log_ratio(0.0, 0.0), 2)
    (0.0, -230.26, -230.26)
    """
    if not x > 0:
        return math.log(LEAST_RATIO)
    return max(math.log(x) - math.log(max(y, TINY)), math.log(LEAST_RATIO))


def relative_gradient(goal: Destination, w: Matrix) -> float:
    """Logarithm of the gradient's size relative to `gradient_scale`."""
    size = float(np.linalg.norm(goal.field.velocity(0.0, w)))
    return log_ratio(size, gradient_scale(goal, w))


def changes_by_roundoff(field: Field, w: Matrix, velocity: Matrix, draws: int = 3) -> Matrix:
    """What errors of a few ulps in the weights make of the velocity, (draws, n)."""
    signs = np.random.default_rng(0).choice((-4 * EPS, 4 * EPS), size=(draws, field.n))
    return np.array([field.velocity(0.0, w + w * row) - velocity for row in signs])


def roundoff_ratio(field: Field, w: Matrix, velocity: Matrix) -> float:
    """Gradient relative to what errors of a few ulps in the weights make of it.

    About 1 or less means that it cannot be told from zero.
    """
    size = float(np.linalg.norm(velocity))
    change = float(np.linalg.norm(changes_by_roundoff(field, w, velocity, 1)))
    return size / change if change > 0 else (0.0 if size == 0 else math.inf)
