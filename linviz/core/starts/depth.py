r"""Deep tails: P(wait > t) down to one in a million and below, with errors, and its slope."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.layers import Layout
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.tolerances import LEAST_PROBABILITY, RARE
from linviz.core.starts.bar import Progress, listened
from linviz.core.starts.basin import asked
from linviz.core.starts.descent import Descent
from linviz.core.starts.kept import StudyStoppedError
from linviz.core.starts.law import LawOfWaits
from linviz.core.starts.measurement import watched
from linviz.core.starts.pool import each_of
from linviz.core.starts.record import index_of
from linviz.core.starts.splitting import FROM_NORMAL, GROUP, Descendants, Splitting

MOST_OF_NETWORK = 20_000  # weights, since thousands of starts are in memory together
FIRST_OF_SLOPE = 1e-3  # probability below which a slope is measured, unless it is asked for


@dataclass(frozen=True, slots=True, eq=False)
class DeepTail:
    r"""P(wait > t) at a saddle, by importance splitting.

    Attributes
    ----------
    problem, dims, missed
        The network and the saddle.
    t, probability, error : arrays (m,)
        Waits, P(wait > t) over all starts, and its standard error, from the independent families
        that descend from the first starts.
    levels : tuple of float
        Waits at which the starts were split.
    n, n_flows : int
        First starts, and runs in all, those of the pilot included.
    law : LawOfWaits
    covariance : array (m, m)
        Of the probabilities.
    """

    problem: Problem
    dims: tuple[int, ...]
    missed: IndexSet
    t: Matrix
    probability: Matrix
    error: Matrix
    levels: tuple[float, ...]
    n: int
    n_flows: int
    law: LawOfWaits
    covariance: Matrix

    def __post_init__(self) -> None:
        for array in (self.t, self.probability, self.error, self.covariance):
            array.flags.writeable = False

    def _facts(self) -> dict[str, str]:
        return {
            "widths": chain(self.dims),
            "runs": str(self.n_flows),
            "down to": f"{self.probability[self._told()].min(initial=1.0):.2g}",
            "law": self.law.law,
        }

    def __repr__(self) -> str:
        return one_line("DeepTail", self._facts())

    def _repr_html_(self) -> str:
        return html_table("DeepTail", self._facts())

    def _told(self) -> NDArray[np.bool_]:
        """Where the probability is known to a quarter of itself."""
        return np.asarray((self.probability > 0) & (self.error < self.probability / 4))

    def at(self, t: float) -> tuple[float, float]:
        """P(wait > t) and its error at the next t of the grid that is not smaller.

        Raises
        ------
        ValueError
            Beyond the deepest level that was reached.
        """
        k = int(np.searchsorted(self.t, checks.real(t, "t", 0)))
        if k == len(self.t):
            raise ValueError(f"expected t up to {self.t[-1]:.3g}, which was reached, found {t:.3g}")
        return float(self.probability[k]), float(self.error[k])

    def slope(self, first: float | None = None, last: float | None = None) -> tuple[float, float]:
        r"""The rate at which the tail falls between two waits, and its standard error.

        .. math:: -\frac{\Delta \ln P}{\Delta t}, \quad\text{at a flat saddle}\quad
                  -\frac{\Delta \ln P}{\Delta \ln t}

        Parameters
        ----------
        first, last : float, optional
            By default from where P is 1e-3 to where it is still known to a quarter of itself.

        Raises
        ------
        ValueError
            Where no exponent may be told, with the reason, or where the tail is not known at two
            waits.
        """
        if self.law.law == "none":
            raise ValueError(f"expected a saddle with one law: {self.law.reason}")
        told = self._told() & (self.t > 0)
        if first is None:
            told &= self.probability <= FIRST_OF_SLOPE
        else:
            told &= self.t >= checks.real(first, "first", 0)
        if last is not None:
            told &= self.t <= checks.real(last, "last", 0)
        rows = np.flatnonzero(told)
        if rows.size < 2:
            raise ValueError(
                "expected a tail that is known at two waits, found fewer: ask for more starts, or "
                "for waits that are less rare"
            )
        a, b = rows[0], rows[-1]
        span = math.log(self.t[b] / self.t[a]) if self.law.law == "power" else self.t[b] - self.t[a]
        P, C = self.probability, self.covariance
        variance = C[a, a] / P[a] ** 2 + C[b, b] / P[b] ** 2 - 2 * C[a, b] / (P[a] * P[b])
        return float(np.log(P[a] / P[b]) / span), math.sqrt(max(variance, 0.0)) / float(span)

    @property
    def codimension(self) -> tuple[float, float] | None:
        """The slope over the one unstable rate, and its error; None where rates are not equal."""
        if self.law.rate is None:
            return None
        value, error = self.slope()
        return value / self.law.rate, error / self.law.rate


def deep_tail(
    problem: Problem,
    dims: Sequence[int],
    n: int = 2000,
    rule: str = "gaussian",
    scale: float = 0.02,
    seed: int = 0,
    *,
    missed: Sequence[int] | None = None,
    down_to: float = RARE,
    t_end: float = 60.0,
    executor: Executor | None = None,
    progress: Progress | bool | None = None,
    interrupt: Callable[[], bool] | None = None,
    kept: object = None,
    checkpoint: str | PathLike[str] | None = None,
) -> DeepTail:
    r"""The tail of the waits at a saddle where plain counting sees nothing any more.

    Parameters
    ----------
    problem, dims, scale, seed, t_end
        As in `linviz.starts.study`.
    n : int
        First starts. Each level takes about as many runs again.
    rule : "gaussian" | "xavier" | "sphere"
        The other rules' starts are no function of normal numbers that a small step changes little.
    missed : modes, 0-based, optional
        Of the saddle; by default the last one, next above the minimum.
    down_to : float
        Probability at which to stop, 1e-12 to 0.1, by default 1e-6: below, distances from the wall
        are roundoff.
    executor, progress, interrupt : optional
        As in `linviz.starts.study`; progress counts first starts, 4000 at a time.
    kept : optional
        What a tail that was stopped had computed, ``error.kept``: go on from there.
    checkpoint : folder, optional
        Where the levels and every 4000 first starts are kept as they come. A tail that is killed
        goes on from there when it is asked for again, also with a larger n.

    Returns
    -------
    DeepTail

    Raises
    ------
    ValueError
        If an argument is out of range, or no starts wait at that saddle.
    StudyStoppedError
        If it was stopped, or its executor has ended; whole groups of 4000 are kept with it.
    FlowError
        If it was stopped before the first group began, or an integration cannot go on.

    Notes
    -----
    Every start is split when it waits longer than a level, and its weight with it (see
    `linviz.core.starts.splitting`); the estimate is unbiased. Levels are put by a pilot so that
    about a fifth passes each.

    References
    ----------
    Botev and Kroese 2012, Stat. Comput. 22:1 (generalized splitting); Cotter, Roberts, Stuart and
    White 2013, Stat. Sci. 28:424 (the moves).

    Examples
    --------
    >>> found = deep_tail(Problem.canonical((2, 1)), (2, 2, 2), n=200, down_to=1e-2)
    >>> found.law.total, bool(0.5 < found.slope(1)[0] < 1.5)
    (1.0, True)
    """
    spec = asked(problem, dims, rule, scale, t_end)
    rule = checks.one_of(rule, "a rule that normal numbers make", FROM_NORMAL)
    n, seed = checks.whole(n, "n", 1, 10**7), checks.whole(seed, "seed", 0, checks.MAX_SEED)
    lowest = checks.real(down_to, "the probability down_to", LEAST_PROBABILITY, 0.1)
    listened(progress, interrupt)
    if (weights := Layout(spec.dims).n) > MOST_OF_NETWORK:
        raise ValueError(
            f"expected a network of at most {MOST_OF_NETWORK} weights, found {weights}"
        )
    saddles, sizes = watched(problem, spec.dims), [min(GROUP, n - i) for i in range(0, n, GROUP)]
    k = index_of(saddles, missed)
    plan = Splitting(problem, spec.dims, rule, spec.scale, seed, spec.t_end, saddles, k)
    descent = Descent(plan, sizes, lowest)
    descent.begin(kept, checkpoint, interrupt)
    tasks = [(descent.plan, g + 1, size) for g, size in enumerate(sizes)]
    try:
        each_of(
            *(executor, Descendants.of, tasks, sizes, descent.found, progress, interrupt),
            also=descent.store,
        )
    except StudyStoppedError as error:
        raise StudyStoppedError(str(error), descent) from error.__cause__
    return _tail(descent.plan, [descent.found[g] for g in range(len(sizes))], descent.flows)


def _tail(plan: Splitting, found: list[Descendants], flows: int) -> DeepTail:
    n = sum(group.n for group in found)
    mean = np.sum([group.total for group in found], axis=0) / n
    square = np.sum([group.square for group in found], axis=0) / n
    covariance = (square - np.outer(mean, mean)) / max(n - 1, 1)
    missed = plan.watched[plan.saddle]
    return DeepTail(
        problem=plan.problem,
        dims=plan.dims,
        missed=missed,
        t=np.array(plan.grid),
        probability=np.asarray(mean),
        error=np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        levels=plan.levels,
        n=n,
        n_flows=flows + sum(group.flows for group in found),
        law=LawOfWaits.of_starts(plan.problem, plan.dims, missed, plan.rule, plan.scale),
        covariance=covariance,
    )
