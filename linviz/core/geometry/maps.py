r"""Maps of starts: to which minimum, and how soon, the flow leads from the points of a plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.geometry.components import components, settled
from linviz.core.geometry.cut import Cut, cut
from linviz.core.model import checks
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import (
    Weights,
    check_weights,
    n_parameters,
    pack,
    unpack,
    widths,
)
from linviz.core.model.problem import IndexSet, Matrix, Problem, check_dims
from linviz.core.model.words import written
from linviz.core.starts.share import run_share

MOST_ACROSS = 1024  # starts along a side of a map


@dataclass(frozen=True, slots=True, eq=False)
class MapOfStarts:
    r"""What becomes of the starts on a square grid in a plane.

    Attributes
    ----------
    plane : Cut
    side : array (n,)
        Coordinates of the grid, the same along both axes of the plane.
    component : array (n, n) of int
        Of the minima that a start is heading for, see `minima_bits`; -1 where the run is not within
        1 % of a minimum by `t_end`. Row i belongs to ``y = side[i]``.
    time : array (n, n)
        When the loss is within 1 % of its range above the minimum, interpolated between steps; inf
        where that does not happen by `t_end`.
    t_end : float
    """

    plane: Cut
    side: Matrix
    component: NDArray[np.int_]
    time: Matrix
    t_end: float

    def __post_init__(self) -> None:
        for array in (self.side, self.component, self.time):
            array.flags.writeable = False

    def _facts(self) -> dict[str, str]:
        found = self.component[self.component >= 0]
        return {
            "starts": f"{len(self.side)} × {len(self.side)}",
            "through": self.plane.through,
            "until": f"t = {written(self.t_end)}",
            "components": str(len(np.unique(found))),
            "at no minimum": str(self.component.size - found.size),
        }

    def __repr__(self) -> str:
        return one_line("MapOfStarts", self._facts())

    def _repr_html_(self) -> str:
        return html_table("MapOfStarts", self._facts())

    def start(self, i: int, j: int) -> Weights:
        """Weights at row i and column j."""
        return self.plane.weights(float(self.side[j]), float(self.side[i]))


@dataclass(frozen=True, slots=True)
class StartsInPlane:
    """Starts on a square grid of a plane by number, row by row, and what becomes of them.

    Attributes
    ----------
    plane : Cut
    side : array (n,)
        Coordinates of the grid, the same along both axes of the plane.
    t_end : float
    enough : float
        Height above the minimum at which a run is done.
    """

    plane: Cut
    side: Matrix
    t_end: float
    enough: float = field(init=False)
    watched: tuple[IndexSet, ...] = ()
    until_left: ClassVar[bool] = False
    times: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "enough", settled(self.goal))

    @property
    def goal(self) -> Destination:
        """What the runs are heading for."""
        return Destination.of(Field(self.problem, self.dims))

    @property
    def problem(self) -> Problem:
        return self.plane.problem

    @property
    def dims(self) -> tuple[int, ...]:
        return self.plane.dims

    def starts(self, numbers: Sequence[int]) -> Matrix:
        """The packed weights of starts, as columns."""
        row, column = np.divmod(np.asarray(numbers), len(self.side))
        W = self.plane.weights(self.side[column], self.side[row])
        return np.ascontiguousarray(pack(W).T)

    def ends(
        self,
        numbers: Sequence[int],
        progress: Callable[[int], object] | None = None,
        interrupt: Callable[[], bool] | None = None,
        *,
        partly: bool = False,
    ) -> tuple[NDArray[np.int_], Matrix]:
        """Components and times of starts, as in `MapOfStarts`.

        With `partly` a map that is stopped has what is done by then; the time of the rest is nan.
        """
        share = run_share(self, numbers, progress, interrupt, partly=partly)
        goal = self.goal
        found = components(goal, share.orientation < 0, share.excess - goal.floor)
        return found, np.where(np.isnan(share.excess), np.nan, share.t_within)


def map_of_starts(
    problem: Problem,
    dims: Sequence[int],
    center: Sequence[Matrix] | None = None,
    axes: Sequence[Sequence[Matrix]] | None = None,
    *,
    extent: float = 1.0,
    n: int = 64,
    t_end: float = 60.0,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
    interrupt: Callable[[], bool] | None = None,
) -> MapOfStarts:
    r"""Run the flow from every point of a grid in a plane of starts.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)
    center : weights, optional
        In the middle of the map; zero weights by default.
    axes : two tuples of weights, optional
        Directions of the plane; by default two Gaussian draws, `seed` and ``seed + 1``.
    extent : float
        The map goes from -extent to extent along both axes, in the distance between weights.
    n : int
        Starts along a side, 2 to 1024.
    t_end : float
    seed : int
    progress, interrupt : callables, optional
        ``progress(done)`` and, every few milliseconds, ``interrupt()``: True stops the map.

    Returns
    -------
    MapOfStarts

    Raises
    ------
    ValueError
        If the widths do not fit, or the axes span no plane.
    FlowError
        If it was stopped, or a run cannot go on.

    Notes
    -----
    In the minima's components the signs of the determinants of the square layers differ (own
    remark). The borders between them are the basins of saddles.

    Examples
    --------
    >>> center = (np.zeros((1, 1)), np.zeros((1, 1)))
    >>> axes = [(np.ones((1, 1)), np.zeros((1, 1))), (np.zeros((1, 1)), np.ones((1, 1)))]
    >>> found = map_of_starts(Problem.canonical((1,)), (1, 1, 1), center, axes, n=2)
    >>> found.component[1, 1], found.component[0, 0]
    (np.int64(0), np.int64(3))
    """
    dims = check_dims(problem, dims)
    n = checks.whole(n, "the number n of starts along a side", 2, MOST_ACROSS)
    extent, t_end = checks.positive(extent, "extent"), checks.positive(t_end, "t_end")
    middle = (
        unpack(np.zeros(n_parameters(dims)), dims)
        if center is None
        else check_weights(problem, center)
    )
    if axes is None:
        axes = [gaussian(dims, 1.0, seed=checks.whole(seed, "the seed") + k) for k in range(2)]
    ways = [check_weights(problem, axis) for axis in checks.items(axes, "two axes")]
    if widths(middle) != dims or any(widths(way) != dims for way in ways):
        found = ", ".join(str(widths(W)) for W in (middle, *ways))
        raise ValueError(f"expected a center and axes of widths {dims}, found {found}")
    ends = [tuple(a + b for a, b in zip(middle, way, strict=True)) for way in ways]
    plane = replace(cut(problem, [middle, *ends]), through="a center, along two axes")
    grid = StartsInPlane(plane, extent * np.arange(1 - n, n, 2) / (n - 1), t_end)
    component, time = grid.ends(range(n * n), progress, interrupt)
    return MapOfStarts(plane, grid.side, component.reshape(n, n), time.reshape(n, n), t_end)
