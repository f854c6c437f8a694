"""How large a gradient is: beside one far from every critical point, and beside roundoff."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.model.problem import Matrix
from linviz.core.model.sizes import frobenius, squares
from linviz.core.model.tolerances import EPS, LEAST_RATIO, TINY

LEAST = math.log(LEAST_RATIO)


def sizes_of_products(field: Field, w: Matrix) -> Matrix:
    """The norms ‖B_j‖ ‖A_j‖ of what surrounds each layer, (..., N), at packed weights (..., n)."""
    V, ends = field.layers(w), (float(field.dims[0]), float(field.dims[-1]))
    if len(V) == 1:
        return np.full((*w.shape[:-1], 1), math.sqrt(ends[0] * ends[1]))
    times = np.ndarray.dot if w.ndim == 1 else np.matmul
    A, B = [V[0]], [V[-1]]
    for v in V[1:-1]:
        A.append(times(A[-1], v))
    for v in V[-2:0:-1]:
        B.append(times(v, B[-1]))
    before, after = [ends[0], *map(squares, A)], [*map(squares, reversed(B)), ends[1]]
    sizes: Matrix = np.sqrt(np.array([a * b for a, b in zip(before, after, strict=True)]).T)
    return sizes


def largest_product(field: Field, w: Matrix) -> float:
    """The largest of `sizes_of_products` at one vector of weights (n,)."""
    V = field.layers(w)
    if len(V) != 2:
        return float(sizes_of_products(field, w).max())
    first, last = V
    before, after = np.vdot(last, last) * field.dims[0], np.vdot(first, first) * field.dims[-1]
    return math.sqrt(max(before, after))


def gradient_scale(goal: Destination, w: Matrix) -> float:
    r"""Size of a gradient far from critical: :math:`\|YX^\top\| \max_j \|B_j\| \|A_j\|`."""
    # at the origin all products vanish: the natural size of the layers takes their place
    return goal.slope * max(goal.natural, largest_product(goal.field, goal.reached(w)))


def log_ratio(x: float, y: float) -> float:
    """Logarithm of x/y, whatever underflows; not below that of 1e-100.

    Examples
    --------
    >>> log_ratio(1.0, 1.0), round(log_ratio(0.0, 1.0), 2), round(log_ratio(0.0, 0.0), 2)
    (0.0, -230.26, -230.26)
    """
    if not x > 0:
        return LEAST
    return max(math.log(x) - math.log(max(y, TINY)), LEAST)


def log_ratios(x: Matrix, y: Matrix | float) -> Matrix:
    """The same of each element of x."""
    ratio = np.log(np.maximum(x, TINY)) - np.log(np.maximum(y, TINY))
    return np.where(np.greater(x, 0), np.maximum(ratio, LEAST), LEAST)


def relative_gradient(goal: Destination, w: Matrix) -> float:
    """Logarithm of the gradient's size relative to `gradient_scale`."""
    return log_ratio(goal.field.speed(w), gradient_scale(goal, w))


def changes_by_roundoff(field: Field, w: Matrix, velocity: Matrix, draws: int = 3) -> Matrix:
    """What errors of a few ulps in the weights make of the velocity, (draws, n)."""
    errors = _errors(draws, field.n)
    return np.array([field.velocity(0.0, w + w * row) - velocity for row in errors])


@lru_cache(maxsize=4)
def _errors(draws: int, n: int) -> Matrix:
    """Of a few ulps each, always the same."""
    return np.random.default_rng(0).choice((-4 * EPS, 4 * EPS), size=(draws, n))


def roundoff_ratio(field: Field, w: Matrix, velocity: Matrix) -> float:
    """Gradient relative to what errors of a few ulps in the weights make of it.

    About 1 or less means that it cannot be told from zero.
    """
    size = frobenius(velocity)
    change = frobenius(changes_by_roundoff(field, w, velocity, 1))
    return size / change if change > 0 else (0.0 if size == 0 else math.inf)
