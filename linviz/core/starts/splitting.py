r"""Deep tails of the waits by importance splitting: starts near the wall make more of their kind.

Botev and Kroese's generalized splitting. Waits beyond fixed levels :math:`\gamma_1 < \gamma_2 <
\ldots` are reached one level at a time: every start that waits longer than :math:`\gamma_l` is
replaced by :math:`r_l` others, each with a :math:`1/r_l` of its weight, made by a Markov chain that
keeps the law of the starts, conditioned on waiting longer than :math:`\gamma_l`:

.. math:: z' = \sqrt{1 - \beta_l^2}\, z + \beta_l\, \xi, \qquad
          \text{accepted if its wait exceeds } \gamma_l .

The sum of the weights of those that wait longer than t is an unbiased estimate of P(wait > t),
however well the chains mix; levels, r and β are fixed beforehand, by a pilot with draws of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.initialization import gaussian, sphere, xavier
from linviz.core.model.layers import Layout
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.starts.share import run_share

GROUP = 4000  # first starts whose descendants are followed together
PILOT = 1000  # starts of the pilot
KEPT_PART = 0.2  # of the starts pass a level
ACCEPTED = (0.6, 0.8)  # part of the moves that a good β makes: tried at P = 1e-6
MOST_SPLITS = 40
HORIZON_PART = 0.9  # of the horizon: longer waits may be cut off by it

Population = tuple[Matrix, Matrix, NDArray[np.int_]]  # normal numbers, waits, first ancestors


def _by_layer(factor: Callable[[tuple[int, int]], float]) -> Callable[..., Matrix]:
    def weights(z: Matrix, layout: Layout) -> Matrix:
        sizes = [np.full(end - start, factor(shape)) for start, end, shape in layout.parts]
        return np.asarray(np.concatenate(sizes)[:, None] * z)

    return weights


def _on_sphere(z: Matrix, layout: Layout) -> Matrix:
    return np.asarray(z / np.sqrt(np.einsum("ib,ib->b", z, z)))


# the weights of scale 1 that standard normal numbers make, for each rule of which that is true
FROM_NORMAL: dict[str, Callable[[Matrix, Layout], Matrix]] = {
    gaussian.__name__: _by_layer(lambda shape: 1.0),
    xavier.__name__: _by_layer(lambda shape: float(np.sqrt(2.0 / sum(shape)))),
    sphere.__name__: _on_sphere,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """Starts that are given, as a share's draws."""

    problem: Problem
    dims: tuple[int, ...]
    t_end: float
    watched: tuple[IndexSet, ...]
    w: Matrix
    until_left: ClassVar[bool] = True
    enough: ClassVar[float] = 0.0
    times: ClassVar[tuple[float, ...]] = ()

    def starts(self, numbers: Sequence[int]) -> Matrix:
        return np.ascontiguousarray(self.w[:, np.asarray(numbers)])


@dataclass(frozen=True, slots=True, eq=False)
class Splitting:
    """What is asked of every group of starts: the network, the saddle, and the levels.

    Attributes
    ----------
    levels, factors, moves : tuples of float
        For each level the wait, how many starts take the place of one that waits longer, and the
        size β of a move.
    grid : array
        Waits at which probabilities are asked for, ascending.
    """

    problem: Problem
    dims: tuple[int, ...]
    rule: str
    scale: float
    seed: int
    t_end: float
    watched: tuple[IndexSet, ...]
    saddle: int
    levels: tuple[float, ...] = ()
    factors: tuple[float, ...] = ()
    moves: tuple[float, ...] = ()
    grid: tuple[float, ...] = ()

    @property
    def _layout(self) -> Layout:
        return Layout(self.dims)

    def waits(self, z: Matrix, interrupt: Callable[[], bool] | None = None) -> Matrix:
        """Waits (B,) at the saddle of the starts that normal numbers (n, B) make; 0 elsewhere."""
        if z.shape[1] == 0:
            return np.empty(0)
        w = self.scale * FROM_NORMAL[self.rule](z, self._layout)
        given = _Given(self.problem, self.dims, self.t_end, self.watched, w)
        share, k = run_share(given, range(z.shape[1]), None, interrupt), self.saddle
        waits = np.minimum(share.left[:, k], self.t_end) - share.entered[:, k]
        return np.asarray(np.where(share.near[:, k], waits, 0.0))

    def drawn(self, group: int, n: int) -> tuple[Matrix, np.random.Generator]:
        """Normal numbers of n first starts of a group, and what draws its moves."""
        rng = np.random.default_rng([self.seed, group])
        return rng.standard_normal((self._layout.n, n)), rng


@dataclass(frozen=True, slots=True, eq=False)
class Descendants:
    """Of a group's first starts: the weight of its descendants that wait longer than the grid.

    `total` is the sum over the first starts, `square` that of the products, `flows` how many runs
    it took.
    """

    n: int
    total: Matrix
    square: Matrix
    flows: int

    @classmethod
    def of(
        cls, plan: Splitting, group: int, n: int, interrupt: Callable[[], bool] | None = None
    ) -> Descendants:
        """Those of n first starts."""
        z, rng = plan.drawn(group, n)
        waits, first = plan.waits(z, interrupt), np.arange(n, dtype=np.int_)
        grid, weight, flows = np.array(plan.grid), 1.0, n
        found = np.zeros((n, len(grid)))
        for k, below in enumerate((0.0, *plan.levels)):
            if k > 0:
                above = waits > below
                ready = (z[:, above], waits[above], first[above])
                z, waits, first = _replaced(plan, k - 1, ready, rng, interrupt)
                weight, flows = weight / plan.factors[k - 1], flows + len(waits)
            to = plan.levels[k] if k < len(plan.levels) else np.inf
            for j in np.flatnonzero((grid >= below) & (grid < to)):
                longer = first[waits > grid[j]]
                found[:, j] = weight * np.bincount(longer, minlength=n)
        return cls(n, found.sum(axis=0), found.T @ found, flows)


def _replaced(
    plan: Splitting,
    k: int,
    ready: Population,
    rng: np.random.Generator,
    interrupt: Callable[[], bool] | None,
) -> Population:
    """What takes the place of those that passed level k, made by a chain from each."""
    z, waits, first = ready
    whole, part = divmod(plan.factors[k], 1.0)
    number = int(whole) + (rng.random(len(waits)) < part)
    made = []
    for step in range(int(number.max(initial=0))):
        going = number > step
        z, waits, number, first = z[:, going], waits[going], number[going], first[going]
        z, waits, _ = moved(plan, z, waits, (plan.levels[k], plan.moves[k]), rng, interrupt)
        made.append((z, waits, first))
    if not made:
        return z[:, :0], waits[:0], first[:0]
    zs, ws, fs = zip(*made, strict=True)
    return np.concatenate(zs, axis=1), np.concatenate(ws), np.concatenate(fs)


def moved(
    plan: Splitting,
    z: Matrix,
    waits: Matrix,
    at: tuple[float, float],
    rng: np.random.Generator,
    interrupt: Callable[[], bool] | None = None,
) -> tuple[Matrix, Matrix, float]:
    """One move of each start that keeps it above a level, and the part that was made.

    The moves keep the normal law of z, whatever β is: it is drawn anew for each, between that of
    the level and half of it, since walls are not everywhere equally thin.
    """
    level, size = at
    beta = size * 0.5 ** rng.random(len(waits))
    tried = np.sqrt(1 - beta**2) * z + beta * rng.standard_normal(z.shape)
    found = plan.waits(tried, interrupt)
    good = found > level
    part = float(good.mean()) if len(good) else 0.0
    return np.where(good, tried, z), np.where(good, found, waits), part
