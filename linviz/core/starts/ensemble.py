r"""Many runs of the gradient flow at once, each with a step of its own.

Dormand and Prince's explicit Runge-Kutta pair of orders 5 and 4. A run that ends makes room for the
next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import FlowError
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import AT_HORIZON, LEAST_ERROR_OF_MANY, LEAST_STEP
from linviz.core.starts.abreast import Abreast

SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
STAGES_A_STEP = 6  # evaluations
BETWEEN_LOOKS = 8 * STAGES_A_STEP  # evaluations from one look at what bounds the steps to the next
CALL = 64  # runs whose evaluation takes as long as its calls of numpy
LEAST_AHEAD = 1000  # steps up to the horizon for which another method is worth its first steps
BOUNDED = 2.0  # h times the spectral radius from which on it is stability

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
FROM_WEIGHTS = tuple(np.append(1.0, a) for a in STAGES)  # and once the weights themselves
DIFFERENCE = np.array((71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40))

Arrays = dict[str, NDArray[Any]]
Bools = NDArray[np.bool_]
Columns = NDArray[np.int_]
Pair = tuple[Matrix, Matrix]


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What one step did to some runs: times, excess losses and slopes before and after it.

    `columns` says which runs; `P` are their maps after it.
    """

    columns: Columns
    t: Pair
    excess: Pair
    slope: Pair
    P: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Columns that step together, and how well: what part of the time is not numpy's calls."""

    gain: float
    columns: Columns

    @classmethod
    def best(cls, columns: Columns, stages: Columns, room: int) -> Group:
        """Of columns with descending numbers of stages, `room` at most that fit together best.

        Examples
        --------
        >>> Group.best(np.arange(6), np.array([90, 9, 9, 9, 9, 9]), 9).columns
        array([1, 2, 3, 4, 5])
        """
        if not columns.size:
            return cls(0.0, columns)
        work = np.concatenate([[0], np.cumsum(stages)])
        first = np.arange(columns.size)
        together = work[np.minimum(first + room, columns.size)] - work[first]
        gain = together / (CALL * stages + together)
        i = int(np.argmax(gain))
        return cls(float(gain[i]), columns[i : i + room])


class Ensemble:
    """Runs of the flow side by side, one column each.

    Attributes
    ----------
    w, k : arrays (n_params, B), packed weights and their velocities
    P : array (d_x, d_y, B), transposed end-to-end maps
    t, h, excess, slope : arrays (B,)
        Times, the next steps, losses above the best linear map, and their derivatives -‖∇L‖².
    atol : array (B,), absolute tolerances
    work : array (B,), evaluations of the velocity
    bounded : array (B,) of int, how many looks one after the other found that stability bounds h
    draw, sign : arrays (B,)
        What the caller knows each run by, -1 for one that is done, and a number of its own.
    """

    NAMES: ClassVar[tuple[str, ...]] = (
        *("w", "k", "P", "t", "h", "excess", "slope", "atol", "work", "bounded", "draw", "sign"),
    )

    def __init__(self, field: Field, t_end: float, rtol: float, room: int) -> None:
        self.field, self.t_end, self.rtol, self.room = field, t_end, rtol, room
        self.abreast = Abreast(field)
        self.w = self.k = np.empty((field.n, 0))
        self.P = np.empty((field.dims[0], field.dims[-1], 0))
        self.t = self.h = self.excess = self.slope = self.atol = self.sign = np.empty(0)
        self.work = self.draw = np.empty(0, dtype=int)
        self.bounded = np.empty(0, dtype=int)

    def __len__(self) -> int:
        return self.w.shape[1]

    @property
    def live(self) -> Columns:
        """Columns of the runs that are not done."""
        return np.flatnonzero(self.draw >= 0)

    def add(self, w: Matrix, draw: Columns, sign: Matrix) -> None:
        """Let more runs begin, at w (n_params, new)."""
        k, P = self.abreast.velocity(w)
        speed = np.sqrt(np.einsum("ib,ib->b", k, k))
        if not np.isfinite(speed * speed).all():
            raise FlowError(
                f"the flow overflows at the start, where the largest weight is "
                f"{np.abs(w).max():.3g}: start from smaller weights or scale the data to order 1"
            )
        size = np.sqrt(np.einsum("ib,ib->b", w, w))
        h = np.where(speed > 0, 0.01 * size / np.where(speed > 0, speed, 1.0), self.t_end)
        excess, slope = self.abreast.losses(k, P)
        atol = 1e-2 * self.rtol * self.abreast.smallest_scale(w)
        none = np.zeros(w.shape[1], dtype=int)
        new = {"w": w, "k": k, "P": P, "h": np.minimum(h, self.t_end), "excess": excess}
        new |= {"slope": slope, "atol": atol, "draw": draw, "sign": sign}
        self.join(new | {"t": np.zeros(w.shape[1]), "work": none, "bounded": none})

    def join(self, part: Mapping[str, NDArray[Any]]) -> None:
        """Take the columns of another ensemble."""
        for name in self.NAMES:
            setattr(self, name, np.concatenate([getattr(self, name), part[name]], axis=-1))

    def taken(self, columns: Columns) -> Arrays:
        """Copies of some columns."""
        return {name: getattr(self, name).take(columns, axis=-1) for name in self.NAMES}

    def keep(self, kept: Bools) -> None:
        """Drop the other runs."""
        for name in self.NAMES:
            setattr(self, name, getattr(self, name).compress(kept, axis=-1))

    def replace(self, columns: Columns, w: Matrix) -> None:
        """Put these runs to other weights (n_params, len(columns)), at the same times."""
        k, P = self.abreast.velocity(w)
        self.w[:, columns], self.k[:, columns], self.P[..., columns] = w, k, P
        self.excess[columns], self.slope[columns] = self.abreast.losses(k, P)

    def gathered(self) -> Group:
        """Columns that step together best."""
        live = self.live
        return Group(live.size / (CALL + live.size), live)

    def step(self, columns: Columns | None = None) -> Move:
        """Try one step of every run, and take it where its error is small enough."""
        h = np.minimum(self.h, self.t_end - self.t)
        # the weights, and h times the velocities of the stages, so that one product makes a stage
        K = np.empty((8, *self.w.shape))
        flat = K.reshape(8, -1)
        K[0], w = self.w, self.w
        np.multiply(h, self.k, out=K[1])
        for s, a in enumerate(FROM_WEIGHTS, start=1):
            before, w = w, np.dot(a, flat[: s + 1]).reshape(self.w.shape)
            _, P = self.abreast.velocity(w, h, K[s + 1])
        error = np.dot(DIFFERENCE, flat[1:]).reshape(self.w.shape)
        error /= self.atol + self.rtol * np.maximum(np.abs(self.w), np.abs(w))
        size = np.sqrt(np.einsum("ib,ib->b", error, error) / len(error))
        size = np.where(np.isfinite(size), size, np.inf)
        self._look(h, K, before, w)
        move = self._accept(size <= 1.0, h, w, K[7] / np.where(h > 0, h, 1.0), P)
        factor = SAFETY * np.maximum(size, LEAST_ERROR_OF_MANY) ** -0.2
        # the last step is cut at the horizon and must not set the next: there is none
        self.h = h * np.clip(factor, SHRINK, GROW)
        check_steps(self.h[size > 1.0], self.t_end)
        return move

    def _look(self, h: Matrix, K: Matrix, before: Matrix, w: Matrix) -> None:
        """See, now and then, at which runs stability bounds the steps.

        The last two stages are at the same time, and differ most where the flow is stiff (Hairer
        and Wanner, Solving Ordinary Differential Equations II, section IV.2).
        """
        self.work = self.work + STAGES_A_STEP
        looked = np.flatnonzero(self.work % BETWEEN_LOOKS == 0)
        if looked.size:
            change = K[7][:, looked] - K[6][:, looked]
            way = w[:, looked] - before[:, looked]
            rate = np.einsum("ib,ib->b", change, change)
            stiff = rate > BOUNDED**2 * np.einsum("ib,ib->b", way, way)
            stiff &= self.t_end - self.t[looked] > LEAST_AHEAD * h[looked]
            self.bounded[looked] = np.where(stiff, self.bounded[looked] + 1, 0)

    def _accept(self, accepted: Bools, h: Matrix, w: Matrix, k: Matrix, P: Matrix) -> Move:
        before = self.t, self.excess, self.slope
        if not accepted.all():
            w, k = np.where(accepted, w, self.w), np.where(accepted, k, self.k)
            P, h = np.where(accepted, P, self.P), np.where(accepted, h, 0.0)
        self.t = at_horizon(self.t + h, self.t_end)
        self.w, self.k, self.P = w, k, P
        self.excess, self.slope = self.abreast.losses(k, P)
        t, excess, slope = zip(before, (self.t, self.excess, self.slope), strict=True)
        return Move(np.arange(len(self)), t, excess, slope, P)


def at_horizon(t: Matrix, t_end: float) -> Matrix:
    """Times, those at the horizon but for rounding put there: no other step of 1e-16 is left.

    Examples
    --------
    >>> at_horizon(np.array([0.5, 1.0 - 1e-16]), 1.0).tolist()
    [0.5, 1.0]
    """
    return np.where(t_end - t <= AT_HORIZON * t_end, t_end, t)


def check_steps(rejected: Matrix, t_end: float) -> None:
    """Steps that were rejected can be shorter, up to a bound.

    Raises
    ------
    FlowError
        Where no step is short enough.
    """
    if (rejected < LEAST_STEP * t_end).any():
        raise FlowError(
            "the integration of a run cannot go on (no step is short enough): start from "
            "smaller weights or scale the data to order 1"
        )
