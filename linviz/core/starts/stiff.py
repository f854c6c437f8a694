r"""Many stiff runs of the gradient flow at once: on a plateau stability bounds the steps.

The methods of order 2 of `linviz.core.starts.methods`: s evaluations are stable over 0.65 s². Runs
of different s step together, the longest first, so that those that are at work stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.field import Field
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import A_LITTLE_MORE, LEAST_ERROR, OF_QUOTIENT, OF_ROUNDING, TINY
from linviz.core.starts.ensemble import (
    Arrays,
    Columns,
    Ensemble,
    Group,
    Move,
    at_horizon,
    check_steps,
)
from linviz.core.starts.methods import Methods

PRUDENCE, FASTER, SLOWEST = 0.8, 4.0, 0.2
FIRST_ITERATIONS = 10  # of the power method; one more follows with every step
RADIUS_MARGIN = 1.1  # over its estimate from below
LOOSER = 20.0  # than the pair of order 5, whose steps stability keeps far below their tolerance
TURN, MOST_TURN = 0.1, 0.2  # growth of the logarithm of the speed that a step aims at, and may have
MOST_LATE = 0.1  # of a step's way
UNBOUNDED = 2.0  # h times the spectral radius below which stability does not bound the steps


class StiffEnsemble(Ensemble):
    """Runs side by side, each with as many stages as its step asks for.

    Attributes
    ----------
    direction : array (n_params, B), towards the eigenvector of the Jacobian's largest eigenvalue
    norm, radius : arrays (B,), that of the direction, and estimates of the eigenvalue from below
    speed, h_old, error_old : arrays (B,)
        Of the last steps: mean speeds, lengths, and errors over the tolerance.
    """

    NAMES: ClassVar[tuple[str, ...]] = (
        *Ensemble.NAMES,
        *("direction", "norm", "radius", "speed", "h_old", "error_old"),
    )

    def __init__(self, field: Field, t_end: float, rtol: float, room: int) -> None:
        super().__init__(field, t_end, rtol, room)
        self.methods = Methods()
        self.direction = np.empty((field.n, 0))
        self.norm = self.radius = self.speed = self.h_old = self.error_old = np.empty(0)
        self._any = np.random.default_rng(0).standard_normal((field.n, 1))
        self._any_norm = float(np.linalg.norm(self._any))

    def join(self, part: Mapping[str, NDArray[Any]]) -> None:
        """Take the columns of an ensemble."""
        none, shape = np.zeros(part["w"].shape[1]), part["w"].shape
        more = {"direction": np.broadcast_to(self._any, shape), "norm": none + self._any_norm}
        more |= {"speed": none, "h_old": none, "error_old": none + 1}
        whole = {**part, **more}
        for _ in range(FIRST_ITERATIONS):
            self._iterated(whole)
        super().join(whole)

    def gathered(self) -> Group:
        """Runs with about as many stages: those whose step is worth most, per call of numpy."""
        live, methods = self.live, self.methods
        if not live.size:
            return Group(0.0, live)
        radius = RADIUS_MARGIN * self.radius[live]
        # the longest step that any of the methods keeps stable
        longest = methods.length[-1] / np.maximum(radius, TINY)
        h = np.minimum(np.minimum(self.h[live], self.t_end - self.t[live]), longest)
        self.h[live] = h
        which = np.searchsorted(methods.length, radius * h * (1 - A_LITTLE_MORE))
        order = np.argsort(-which, kind="stable")
        return Group.best(live[order], methods.degree[which[order]], self.room)

    def step(self, columns: Columns | None = None) -> Move:
        """Try one step of gathered runs."""
        columns = self.gathered().columns if columns is None else columns
        part = self.taken(columns)
        reach = RADIUS_MARGIN * part["radius"] * part["h"] * (1 - A_LITTLE_MORE)
        which = np.searchsorted(self.methods.length, reach)
        before = part["t"], part["excess"], part["slope"]
        h, y = part["h"], part["w"]
        end, k, P, gap = self._attempt(part, which)
        error = self._error(part, end, gap)
        turn, speed = self._turn(part, end)
        accepted = (error <= 1.0) & (turn <= MOST_TURN)
        error = np.maximum(error, (turn / TURN) ** 3)
        if not accepted.all():
            end, k = np.where(accepted, end, y), np.where(accepted, k, part["k"])
            P = np.where(accepted, P, part["P"])
        part |= {"w": end, "k": k, "P": P, "work": part["work"] + self.methods.degree[which] + 1}
        h = np.where(turn > 0, h * (1 - _late(end - y, gap)), h)
        part["t"] = at_horizon(part["t"] + np.where(accepted, h, 0.0), self.t_end)
        part["excess"], part["slope"] = self.abreast.losses(k, P)
        part["speed"] = np.where(accepted, speed, part["speed"])
        self._set_steps(part, accepted, error)
        self._iterated(part)
        part["bounded"] = np.where(part["h"] * part["radius"] < UNBOUNDED, 0, 1)
        for name in self.NAMES:
            getattr(self, name)[..., columns] = part[name]
        now = part["t"], part["excess"], part["slope"]
        t, excess, slope = zip(before, now, strict=True)
        return Move(columns, t, excess, slope, P)

    def _turn(self, part: Arrays, end: Matrix) -> tuple[Matrix, Matrix]:
        """By how much the logarithm of the speed grows over a step, and the speed (B,).

        Beside weights that stay, what grows from small values has an error that no tolerance sees.
        Mean speeds are compared: at one time there is much of what a stiff step leaves behind.
        """
        w, h, before, h_old = part["w"], part["h"], part["speed"], part["h_old"]
        way = end - w
        size = np.sqrt(np.einsum("ib,ib->b", way, way))
        speed = np.maximum(size / h, TINY)
        turn = np.log(speed / np.where(before > 0, before, speed)) * 2 * h / (h + h_old)
        moves = size > OF_ROUNDING * np.sqrt(np.einsum("ib,ib->b", w, w))
        return np.where(moves & (turn > 0) & np.isfinite(turn), turn, 0.0), speed

    def _set_steps(self, part: Arrays, accepted: NDArray[np.bool_], error: Matrix) -> None:
        """The next steps, by Gustafsson's predictive controller, which follows a trend."""
        h, last_h, last_error = part["h"], part["h_old"], part["error_old"]
        error = np.maximum(error, LEAST_ERROR)
        factor = PRUDENCE * error ** (-1 / 3)
        trend = np.where(last_h > 0, h / np.maximum(last_h, TINY), 1.0)
        trend = np.where(accepted & (last_h > 0), trend * (last_error / error) ** (1 / 3), 1.0)
        factor = np.clip(np.minimum(factor, factor * trend), SLOWEST, FASTER)
        part["h"] = h * factor
        part["h_old"] = np.where(accepted, h, last_h)
        part["error_old"] = np.where(accepted, error, last_error)
        check_steps(part["h"][~accepted], self.t_end)

    def _attempt(self, part: Arrays, which: Columns) -> tuple[Matrix, Matrix, Matrix, Matrix]:
        """One step: the new weights, their velocities and maps, and estimates of their errors."""
        h, y, velocity = part["h"], part["w"], self.abreast.velocity
        degree, rows = self.methods.degree[which], self.methods.rows.take(which, axis=2)
        flow = h * part["k"]
        way = rows[2, 1] * flow
        end, before, some = y + way, np.zeros(y.shape), np.empty(y.shape)
        for j in range(2, int(degree[0]) + 1):
            at_work = np.s_[:, : np.searchsorted(-degree, -j, side="right")]
            mu, nu, step, first = rows[:, j][at_work]
            old, product, g = before[at_work], some[at_work], end[at_work]
            new, _ = velocity(g, h[at_work[1]] * step)
            old *= nu
            old += np.multiply(way[at_work], mu, out=product)
            old += new
            old += np.multiply(flow[at_work], first, out=product)
            np.add(y[at_work], old, out=g)
            before, way = way, before
        k, P = velocity(end)
        # what Hermite's formula for the way from both velocities leaves is the error of order 2
        gap = 0.8 * (y - end) + 0.4 * (flow + h * k)
        return end, k, P, gap

    def _error(self, part: Arrays, end: Matrix, gap: Matrix) -> Matrix:
        """The errors over the tolerance, (B,)."""
        scale = part["atol"] + self.rtol * np.maximum(np.abs(part["w"]), np.abs(end))
        parts = gap / (LOOSER * scale)
        error = np.sqrt(np.einsum("ib,ib->b", parts, parts) / len(gap))
        return np.where(np.isfinite(error), error, np.inf)

    def _iterated(self, part: Arrays) -> None:
        """One iteration of the power method, by a quotient of differences."""
        w, k = part["w"], part["k"]
        reach = OF_QUOTIENT * np.sqrt(np.einsum("ib,ib->b", w, w))
        reach = np.where(reach > 0, reach, OF_QUOTIENT)
        way = part["direction"] * (reach / part["norm"])
        way += w
        image, _ = self.abreast.velocity(way)
        image -= k
        norm = np.sqrt(np.einsum("ib,ib->b", image, image))
        if not (fine := np.isfinite(norm) & (norm > 0)).all():
            image, norm = np.where(fine, image, self._any), np.where(fine, norm, self._any_norm)
        part |= {"direction": image, "norm": norm, "radius": np.where(fine, norm / reach, 0.0)}


def _late(way: Matrix, gap: Matrix) -> Matrix:
    """What part of a step's way its error is, along it: of what grows, it is an error in time.

    The estimate is 1.8 times the error, since it is made of values that have it.
    """
    size = np.maximum(np.einsum("ib,ib->b", way, way), TINY)
    late = np.einsum("ib,ib->b", way, gap) / (1.8 * size)
    return np.asarray(np.clip(late, -MOST_LATE, MOST_LATE))
