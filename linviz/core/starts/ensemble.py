r"""Many runs of the gradient flow at once, each with a step of its own.

Dormand and Prince's explicit Runge-Kutta pair of orders 5 and 4 on arrays with the runs along the
last axis: one numpy call serves them all, and a run that ends makes room for the next. Widths above
`NARROW_WIDTH` multiply faster as stacked matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import FlowError
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import A_LITTLE_MORE, AT_HORIZON, LEAST_ERROR_OF_MANY, LEAST_STEP

NARROW_WIDTH = 5  # largest width up to which einsum along the runs beats stacked products
MOST_CUTS = 40  # of a step in which a level is crossed
SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0

# Dormand and Prince 1980, J. Comput. Appl. Math. 6:19; the seventh stage is the first of the next
# step, and DIFFERENCE gives the fifth minus the fourth order result
STAGES = tuple(
    np.array(row)
    for row in (
        (1 / 5,),
        (3 / 40, 9 / 40),
        (44 / 45, -56 / 15, 32 / 9),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
        (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    )
)
DIFFERENCE = np.array((71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40))

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What one step did to every run: which were accepted, and the times before and after."""

    accepted: Bools
    t_old: Matrix
    excess_old: Matrix
    slope_old: Matrix


class Ensemble:
    """Runs of the flow side by side: weights (n_params, B), times (B,), excess losses (B,).

    Attributes
    ----------
    w : array (n_params, B), packed weights, one column a run
    t, excess, slope : arrays (B,)
        Times, losses above the best linear map, and their derivatives -‖∇L‖².
    P : array (d_x, d_y, B), transposed end-to-end maps
    n_steps : array (B,), steps tried
    """

    def __init__(self, field: Field, t_end: float, rtol: float) -> None:
        self.field, self.t_end, self.rtol = field, t_end, rtol
        wide = max(field.dims) > NARROW_WIDTH
        self._velocity = self._stacked_velocity if wide else self._narrow_velocity
        self.w = np.empty((field.n, 0))
        self.P = np.empty((field.dims[0], field.dims[-1], 0))
        self._k = np.empty((field.n, 0))
        self.t = self._h = self._atol = self.excess = self.slope = self.n_steps = np.empty(0)

    def __len__(self) -> int:
        return self.w.shape[1]

    def add(self, w: Matrix) -> None:
        """Let more runs begin, at w (n_params, new)."""
        k, P = self._velocity(w)
        speed = np.sqrt(np.einsum("ib,ib->b", k, k))
        if not np.isfinite(speed * speed).all():
            raise FlowError(
                f"the flow overflows at the start, where the largest weight is "
                f"{np.abs(w).max():.3g}: start from smaller weights or scale the data to order 1"
            )
        size = np.sqrt(np.einsum("ib,ib->b", w, w))
        moving = speed > 0
        h = np.where(moving, 0.01 * size / np.where(moving, speed, 1.0), self.t_end)
        zero = np.zeros(w.shape[1])
        self._join(w, k, P, zero, np.minimum(h, self.t_end), self._smallest_scale(w), zero)

    def keep(self, kept: Bools) -> None:
        """Drop the other runs."""
        self.w, self._k, self.P = self.w[:, kept], self._k[:, kept], self.P[..., kept]
        self.t, self._h, self._atol = self.t[kept], self._h[kept], self._atol[kept]
        self.excess, self.slope = self.excess[kept], self.slope[kept]
        self.n_steps = self.n_steps[kept]

    def replace(self, columns: NDArray[np.int_], w: Matrix) -> None:
        """Put these runs to other weights (n_params, len(columns)), at the same times."""
        k, P = self._velocity(w)
        self.w[:, columns], self._k[:, columns], self.P[..., columns] = w, k, P
        self.excess[columns], self.slope[columns] = self._losses(k, P)

    def step(self) -> Move:
        """Try one step of every run, and take it where its error is small enough."""
        h = np.minimum(self._h, self.t_end - self.t)
        K = np.empty((7, *self.w.shape))
        flat = K.reshape(7, -1)
        K[0] = self._k
        for s, a in enumerate(STAGES, start=1):
            w = self.w + h * np.dot(a, flat[:s]).reshape(self.w.shape)
            K[s], P = self._velocity(w)
        error = h * np.dot(DIFFERENCE, flat).reshape(self.w.shape)
        error /= self._atol + self.rtol * np.maximum(np.abs(self.w), np.abs(w))
        size = np.sqrt(np.einsum("ib,ib->b", error, error) / len(error))
        size = np.where(np.isfinite(size), size, np.inf)
        accepted = size <= 1.0
        move = Move(accepted, self.t, self.excess, self.slope)
        self._accept(accepted, h, w, K[6], P)
        factor = SAFETY * np.maximum(size, LEAST_ERROR_OF_MANY) ** -0.2
        # the last step is cut at the horizon and must not set the next: there is none
        self._h = h * np.clip(factor, SHRINK, GROW)
        self.n_steps = self.n_steps + 1
        if (~accepted & (self._h < LEAST_STEP * self.t_end)).any():
            raise FlowError(
                "the integration of a run cannot go on (no step is short enough): start from "
                "smaller weights or scale the data to order 1"
            )
        return move

    def _accept(self, accepted: Bools, h: Matrix, w: Matrix, k: Matrix, P: Matrix) -> None:
        if not accepted.all():
            w, k = np.where(accepted, w, self.w), np.where(accepted, k, self._k)
            P, h = np.where(accepted, P, self.P), np.where(accepted, h, 0.0)
        t = self.t + h
        # h was the rest of the way: let rounding not leave another step of 1e-16
        self.t = np.where(self.t_end - t <= AT_HORIZON * self.t_end, self.t_end, t)
        # k may be a view of all stages, and would keep them alive
        self.w, self._k, self.P = w, k.copy(), P
        self.excess, self.slope = self._losses(k, P)

    def _join(
        self, w: Matrix, k: Matrix, P: Matrix, t: Matrix, h: Matrix, scale: Matrix, steps: Matrix
    ) -> None:
        excess, slope = self._losses(k, P)
        self.w, self._k = np.hstack([self.w, w]), np.hstack([self._k, k])
        self.P = np.concatenate([self.P, P], axis=2)
        self.t, self._h = np.append(self.t, t), np.append(self._h, h)
        self._atol = np.append(self._atol, 1e-2 * self.rtol * scale)
        self.excess, self.slope = np.append(self.excess, excess), np.append(self.slope, slope)
        self.n_steps = np.append(self.n_steps, steps)

    def _losses(self, k: Matrix, P: Matrix) -> tuple[Matrix, Matrix]:
        """Excess loss and dL/dt = -‖dw/dt‖²."""
        problem = self.field.problem
        gap = P - problem.least_squares.T[..., None]
        if not problem.is_white:
            gap = np.tensordot(problem.input_root, gap, 1)
        return 0.5 * np.einsum("ijb,ijb->b", gap, gap), -np.einsum("ib,ib->b", k, k)

    def _smallest_scale(self, w: Matrix) -> Matrix:
        """Root mean square of the smallest layer that is not zero, at most 1, of each run."""
        smallest = np.ones(w.shape[1])
        for start, end, _ in self.field.layout.parts:
            size = np.sqrt(np.mean(w[start:end] ** 2, axis=0))
            smallest = np.where(size > 0, np.minimum(smallest, size), smallest)
        return smallest

    def _narrow_velocity(self, w: Matrix) -> tuple[Matrix, Matrix]:
        """Velocity and transposed product, by einsum along the runs."""
        field, B = self.field, w.shape[1]
        V = [w[start:end].reshape(*shape, B) for start, end, shape in field.layout.parts]
        A = [V[0]]
        for v in V[1:]:
            A.append(np.einsum("ikb,kjb->ijb", A[-1], v))
        P, out = A[-1], np.empty_like(w)
        D = P if field.problem.is_white else np.tensordot(field.problem.gram, P, 1)
        D = field.cross[..., None] - D
        for j in range(len(V) - 1, 0, -1):
            start, end, shape = field.layout.parts[j]
            np.einsum("kib,kjb->ijb", A[j - 1], D, out=out[start:end].reshape(*shape, B))
            D = np.einsum("ikb,jkb->ijb", D, V[j])
        out[: field.layout.parts[0][1]] = D.reshape(-1, B)
        return out, P

    def _stacked_velocity(self, w: Matrix) -> tuple[Matrix, Matrix]:
        """The same with the runs first, by products of stacked matrices."""
        field, rows = self.field, np.ascontiguousarray(w.T)
        V = field.layers(rows)
        A = [V[0]]
        for v in V[1:]:
            A.append(A[-1] @ v)
        D, slopes = field.pull(A[-1]), []
        for j in range(len(V) - 1, 0, -1):
            slopes.append(A[j - 1].swapaxes(1, 2) @ D)
            D = D @ V[j].swapaxes(1, 2)
        slopes.append(D)
        out = np.concatenate([g.reshape(len(rows), -1) for g in reversed(slopes)], axis=1)
        return np.ascontiguousarray(out.T), np.moveaxis(A[-1], 0, -1)


def crossing(
    level: Matrix,
    t: tuple[Matrix, Matrix],
    loss: tuple[Matrix, Matrix],
    slope: tuple[Matrix, Matrix],
) -> Matrix:
    r"""Times within steps at which decreasing losses come down to a level.

    Cubic Hermite interpolation of the logarithm of the loss, whose slope is known at both ends.

    Parameters
    ----------
    level : array (n,), positive
    t, loss, slope : pairs of arrays (n,), before and after the step

    Examples
    --------
    >>> t, tau = (np.zeros(1), np.ones(1)), np.array([0.5])
    >>> L = [np.exp(-x - x**2) for x in t]
    >>> crossing(np.exp(-tau - tau**2), t, (L[0], L[1]), (-L[0], -3 * L[1])).round(9)
    array([0.5])
    """
    h = t[1] - t[0]
    tiny = np.finfo(float).tiny
    f = [np.log(np.maximum(x, tiny)) - np.log(level) for x in loss]
    g = [h * d / np.maximum(x, tiny) for x, d in zip(loss, slope, strict=True)]
    low, high = np.zeros_like(h), np.ones_like(h)
    fall = f[0] - f[1]
    x = np.clip(f[0] / np.where(fall > 0, fall, 1.0), 0.0, 1.0)
    for _ in range(MOST_CUTS):  # Newton's steps, or halves of the bracket where they leave it
        y = 1.0 - x
        value = y * y * ((1 + 2 * x) * f[0] + x * g[0]) + x * x * ((1 + 2 * y) * f[1] - y * g[1])
        rise = y * (y - 2 * x) * g[0] + x * (x - 2 * y) * g[1] - 6 * x * y * fall
        low, high = np.where(value > 0, x, low), np.where(value > 0, high, x)
        there = x - value / np.where(rise < 0, rise, -1.0)
        inside = (rise < 0) & (there >= low) & (there <= high)
        x, before = np.where(inside, there, 0.5 * (low + high)), x
        if (np.abs(x - before) <= A_LITTLE_MORE).all():
            break
    return np.asarray(t[0] + x * h)
