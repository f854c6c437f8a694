r"""What a run is heading for: the losses and scales by which its end is judged."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.model.critical_values import minimum_loss, rank_tolerance
from linviz.core.model.layers import invariants
from linviz.core.model.problem import Matrix

CLOSE = 1e-10  # excess loss, relative to half the sum of s**2, at which the limit is polished
CLOSE_TO_GAP = 1e-5  # the same, relative to the next critical value above the minimum
BALANCED = 1e-13  # C_j of a balanced start, relative to max ‖W_j‖²
EPS = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a run of this problem converges to: losses and scales that decide.

    Attributes
    ----------
    field : Field
    floor : excess loss, above the best linear map, of the global minimum
    strength : half the sum of s**2, or the starting excess where every s is 0
    gap : excess above the floor of the next critical value, inf if there is none
    close : excess above the floor at which to polish
    trapped : whether the start is balanced, with det P of the wrong sign
    slope : natural size of YXᵀ, for the scale of gradients
    weight : natural size of one layer, ‖W_LR‖^(1/N)
    natural : weight^(N - 1), the size of the products around a layer at the minimum
    rate : natural rate of the flow, the inverse of a time
    """

    field: Field
    floor: float
    strength: float
    gap: float
    close: float
    trapped: bool
    slope: float
    weight: float
    natural: float
    rate: float


def target(field: Field, w: Matrix) -> Target:
    """The target of a run that starts at w."""
    problem, r_max = field.problem, min(field.dims)
    s = problem.singular_values
    s = np.where(s > rank_tolerance(s), s, 0.0)
    P = field.product(w)
    half = 0.5 * float(np.sum(s**2))
    strength = half or float(field.excess(P)) or 1.0
    learned, rest = s[:r_max], s[r_max:]
    differences = [0.5 * (a**2 - b**2) for a in learned for b in (*rest, 0.0) if a > b]
    slope = float(np.linalg.norm(problem.cross)) or float(np.linalg.norm(problem.gram @ P)) or 1.0
    gap = min(differences, default=math.inf)
    close = min(CLOSE * strength, CLOSE_TO_GAP * gap)
    N = len(field.dims) - 1
    weight = float(np.linalg.norm(problem.least_squares, 2)) ** (1 / N)
    rate = (
        slope * weight ** (N - 2) if N > 1 and weight > 0 else float(np.linalg.norm(problem.gram))
    )
    return Target(
        field=field,
        floor=minimum_loss(problem, field.dims) - problem.residual_loss,
        strength=strength,
        gap=gap,
        close=max(close, 1e-22 * strength),
        trapped=_trapped(field, w),
        slope=slope,
        weight=weight,
        natural=weight ** (N - 1),
        rate=rate or 1.0,
    )


def _trapped(field: Field, w: Matrix) -> bool:
    """Whether the start is balanced, d_x = d_y is the smallest width, and det P has the wrong sign.

    Balanced flows keep the sign of det P, so that P never comes to a target of the other sign.
    """
    d = field.dims[0]
    if field.dims[-1] != d or min(field.dims) < d or field.problem.rank < d:
        return False
    V = field.layers(w)
    size = max(float(np.linalg.norm(v)) for v in V) ** 2
    if any(float(np.linalg.norm(C)) > BALANCED * size for C in invariants([v.T for v in V])):
        return False
    now, then = np.linalg.slogdet(field.product(w)), np.linalg.slogdet(field.cross)
    return bool(len(V) > 1 and now.sign * then.sign < 0)


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


def gradient_scale(goal: Target, w: Matrix) -> float:
    r"""Size of a gradient far from critical: :math:`\|YX^\top\| \max_j \|B_j\| \|A_j\|`."""
    # at the origin all products vanish: the natural size of the layers takes their place
    return goal.slope * max(goal.natural, *sizes_of_products(goal.field, w))


def roundoff_ratio(field: Field, w: Matrix, velocity: Matrix) -> float:
    """Gradient relative to what errors of a few ulps in the weights make of it.

    About 1 or less means that it cannot be told from zero.
    """
    size = float(np.linalg.norm(velocity))
    signs = np.random.default_rng(0).choice((-4 * EPS, 4 * EPS), size=field.n)
    change = float(np.linalg.norm(field.velocity(0.0, w + w * signs) - velocity))
    return size / change if change > 0 else (0.0 if size == 0 else math.inf)
