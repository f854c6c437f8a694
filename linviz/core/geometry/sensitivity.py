r"""How much the way depends on the start: starts around one, and the time beside a saddle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.integrator import FlowError
from linviz.core.flow.trajectory import Trajectory
from linviz.core.geometry.components import components
from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import spectrum
from linviz.core.model import checks
from linviz.core.model.aligned import checked_missed
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.initialization import sphere
from linviz.core.model.layers import gradient, loss, losses, pack, unpack
from linviz.core.model.problem import Matrix, Problem, check_dims
from linviz.core.model.tolerances import RTOL_NEIGHBORS
from linviz.core.model.words import written

DISTANCES = (0.1, 0.03, 0.01, 0.003, 0.001)
MOST_NEIGHBORS = 1000
HAS_LEFT = 0.1  # of the least step down from a saddle: a run that fell so far has left it


@dataclass(frozen=True, slots=True, eq=False)
class Neighbors:
    r"""Runs from starts at one distance from another start.

    Attributes
    ----------
    t : array (n,)
    distance : array (m, n)
        :math:`\|w^{(i)}(t) - w(t)\|` of each run from the run in the middle.
    loss : array (m, n)
    starts, ends : array (m, weights)
        Packed, at the first and the last moment.
    component : array (m,) of int
        Of the minima, by the ends, as in `MapOfStarts`.
    radius : float
    """

    t: Matrix
    distance: Matrix
    loss: Matrix
    starts: Matrix
    ends: Matrix
    component: NDArray[np.int_]
    radius: float

    def __post_init__(self) -> None:
        for array in (
            *(self.t, self.distance, self.loss),
            *(self.starts, self.ends, self.component),
        ):
            array.flags.writeable = False

    @property
    def growth(self) -> float:
        """By how much the distance grows at most, over the radius."""
        return float(self.distance.max() / self.radius)

    def _facts(self) -> dict[str, str]:
        return {
            "starts": str(len(self.starts)),
            "radius": written(self.radius),
            "distance grows by": written(self.growth),
            "ends at": f"{len(set(self.component.tolist()) - {-1})} components of minima",
        }

    def __repr__(self) -> str:
        return one_line("Neighbors", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Neighbors", self._facts())


def neighbors(
    trajectory: Trajectory,
    radius: float = 1e-3,
    n: int = 20,
    *,
    seed: int = 0,
    moments: int = 200,
    interrupt: Callable[[float, float], bool] | None = None,
) -> Neighbors:
    r"""Run the flow from starts around that of a run, uniform on a sphere of that radius.

    Parameters
    ----------
    trajectory : Trajectory
        Of the flow of a linear network: the run in the middle.
    radius : float
    n : int
        Starts, 1 to 1000.
    seed : int
    moments : int
        At which distances are told, evenly spaced.
    interrupt : callable (t, loss), optional
        True ends the run under way.

    Raises
    ------
    ValueError
        If a number is out of its range.
    FlowError
        If a run cannot go on.

    Examples
    --------
    >>> problem = Problem.canonical((2, 1))
    >>> W = (np.array([[1e-3, 2e-3], [2e-3, 1e-3]]), np.array([[1e-3, 0.0], [0.0, 2e-3]]))
    >>> found = neighbors(gradient_flow(problem, W), 1e-6, 3)
    >>> found.distance.shape, bool(found.growth > 100)
    ((3, 200), True)
    """
    radius = checks.positive(radius, "the radius")
    n = checks.whole(n, "the number n of starts", 1, MOST_NEIGHBORS)
    moments = checks.whole(moments, "the number of moments", 2)
    seed = checks.whole(seed, "the seed")
    start = trajectory.start
    moved = [pack(sphere(trajectory.dims, radius, seed=seed + k)) for k in range(n)]
    starts = pack(start) + np.stack([np.zeros_like(moved[0]), *moved])
    t = np.linspace(0.0, float(trajectory.t[-1]), moments)
    w = _flow(trajectory.problem, trajectory.dims, starts, t, interrupt)
    W = unpack(w, trajectory.dims)
    fall = losses(trajectory.problem, W)[:, 1:].T.copy()
    away = np.linalg.norm(w[:, 1:] - w[:, :1], axis=-1)
    ends = w[-1, 1:].copy()
    component = _component(trajectory.problem, trajectory.dims, ends)
    return Neighbors(t, away.T.copy(), fall, starts[1:].copy(), ends, component, radius)


def _component(problem: Problem, dims: tuple[int, ...], ends: Matrix) -> NDArray[np.int_]:
    """Which minima the packed weights (m, n) are near, as in `MapOfStarts`."""
    goal = Destination.of(Field(problem, dims))
    W = unpack(ends, dims)
    square = [np.linalg.det(Wj) < 0 for Wj in W if Wj.shape[-2] == Wj.shape[-1]]
    negative = np.stack([*square, np.zeros(len(ends), bool)], axis=-1)[:, : len(square)]
    return components(goal, negative, losses(problem, W) - minimum_loss(problem, dims))


def _flow(
    problem: Problem,
    dims: tuple[int, ...],
    starts: Matrix,
    t: Matrix,
    interrupt: Callable[[float, float], bool] | None,
) -> Matrix:
    """Packed weights (moments, starts, n) of runs side by side, with the same steps."""

    def velocity(now: float, flat: Matrix) -> Matrix:
        if interrupt is not None and interrupt(now, float("nan")):
            raise FlowError("the runs of the neighbors were stopped")
        W = unpack(flat.reshape(starts.shape), dims)
        return -pack(gradient(problem, W)).ravel()

    from scipy.integrate import solve_ivp

    found = solve_ivp(
        velocity,
        (0.0, t[-1]),
        starts.ravel(),
        "DOP853",
        t_eval=t,
        rtol=RTOL_NEIGHBORS,
        atol=RTOL_NEIGHBORS * float(np.abs(starts).max()),
    )
    if not found.success:
        raise FlowError(f"the runs of the neighbors cannot go on ({found.message})")
    return found.y.T.reshape(len(t), *starts.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Escape:
    r"""How long runs stay that begin ε beside a saddle.

    Attributes
    ----------
    epsilon : array (n,)
    t : array (n,)
        When the loss has fallen by a tenth of ½ s², s the weakest mode that is missed; inf where
        it did not.
    order : int
        0 for a strict saddle, where :math:`t \sim \ln(1/\varepsilon) / |\lambda_{\min}|`; else
        q where :math:`t \sim \varepsilon^{-q}`, with q = N - 2 at the origin.
    predicted : float
        The slope of t over ln(1/ε), :math:`1/|\lambda_{\min}|`, or q.
    """

    epsilon: Matrix
    t: Matrix
    order: int
    predicted: float

    def __post_init__(self) -> None:
        for array in (self.epsilon, self.t):
            array.flags.writeable = False

    @property
    def measured(self) -> float:
        """The same slope, of the smaller half of the distances, by least squares."""
        chosen = np.argsort(self.epsilon)[: max(2, len(self.epsilon) // 2)]
        x, y = np.log(1 / self.epsilon[chosen]), self.t[chosen]
        return float(np.polyfit(x, y if self.order == 0 else np.log(y), 1)[0])

    def _facts(self) -> dict[str, str]:
        law = "ln(1/ε)" if self.order == 0 else f"ε^-{self.order}"
        return {
            "law": law,
            "measured": written(self.measured),
            "predicted": written(self.predicted),
        }

    def __repr__(self) -> str:
        return one_line("Escape", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Escape", self._facts())


def escape(
    problem: Problem,
    dims: Sequence[int],
    missed: Sequence[int],
    epsilon: Sequence[float] = DISTANCES,
    *,
    seed: int = 0,
    interrupt: Callable[[float, float], bool] | None = None,
) -> Escape:
    r"""How long a run stays that begins ε beside a saddle, for several ε along one direction.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)
    missed : modes that the saddle misses
    epsilon : distances, at least two different ones
    seed : int
        Of the direction.
    interrupt : callable (t, loss), optional
        True ends the run under way; a run that has not left by then has the time inf.

    Raises
    ------
    ValueError
        If the saddle misses nothing, or a distance is not positive.

    References
    ----------
    For the strict saddle: linearization; for the flat one an own remark.

    Examples
    --------
    >>> found = escape(Problem.canonical((2, 1)), (2, 2, 2), (1,), (1e-3, 1e-4, 1e-5))
    >>> found.order, found.predicted, round(found.measured, 2)
    (0, 1.0, 1.0)
    """
    dims = check_dims(problem, dims)
    out = checked_missed(problem, dims, missed)
    sizes = np.array([checks.positive(e, "a distance ε") for e in checks.items(epsilon, "ε")])
    if not out or len(np.unique(sizes)) < 2:
        raise ValueError(
            f"expected a saddle that misses a mode and two distances ε or more, found it to miss "
            f"{list(out)} and {len(np.unique(sizes))} distances"
        )
    saddle = critical_point(problem, dims, out)
    here = loss(problem, saddle)
    least = here - 0.5 * float(problem.singular_values[list(out)].min()) ** 2
    direction = sphere(dims, 1.0, seed=seed)
    times = []
    for size in sizes.tolist():
        W = tuple(a + size * b for a, b in zip(saddle, direction, strict=True))
        run = gradient_flow(problem, W, interrupt=interrupt)
        times.append(_first_below(run, here - HAS_LEFT * (here - least)))
    found = spectrum(problem, saddle)
    if found.n_negative > 0:
        return Escape(sizes, np.array(times), 0, -1 / float(found.eigenvalues[0]))
    return Escape(sizes, np.array(times), len(dims) - 3, float(len(dims) - 3))


def _first_below(run: Trajectory, level: float) -> float:
    """When the loss comes down to a level, between the frames by a straight line."""
    k = int(np.argmax(run.loss <= level))
    if run.loss[k] > level:
        return float("inf")
    if k == 0:
        return 0.0
    share = (run.loss[k - 1] - level) / (run.loss[k - 1] - run.loss[k])
    return float(run.t[k - 1] + share * (run.t[k] - run.t[k - 1]))
