r"""The conjecture as a measurement: how long random starts wait at saddles.

Counting ends cannot speak of measure zero. The tail of the waiting times can: a basin of positive
volume would show starts that never leave, a basin of codimension c shows a tail that falls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import hessian
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.model import checks
from linviz.core.model.critical_values import critical_levels, minimum_loss
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.tolerances import EQUAL
from linviz.core.model.words import written
from linviz.core.starts.basin import BasinStudy, asked, counted
from linviz.core.starts.pool import run_draws
from linviz.core.starts.tail import Survival, Tail, estimates_of, stable_range
from linviz.core.theory.conditions import scalar_gram

MOST_STARTS = 10_000_000
MOST_WATCHED = 16
RATES_OF_DEEP = "with more than one hidden layer the unstable rates vary along the saddles"
RATES_OF_WIDE = (
    "where there are more inputs than outputs, or the data are not white, the unstable rates vary "
    "along the saddles, and the slope keeps falling"
)


@dataclass(frozen=True, eq=False)
class StartStudy:
    r"""Where n random starts go, and how long each waits at the saddles on its way.

    Attributes
    ----------
    basin : BasinStudy
        Their ends, counted; ``basin.interval(outcome)`` has the interval of a share.
    saddles : tuple of m index sets
        The saddles that were watched, by the modes that they miss, from high to low.
    entered, left : arrays (n, m)
        When a run came into the band around the critical value (a tenth of the way from the next
        higher one) and when it left it (a tenth of the way to the next lower one); inf where it
        had not by `t_end`.
    near : array (n, m) of bool
        Whether it passed near that saddle: within 8 % of its map, mode by mode.
    """

    basin: BasinStudy
    saddles: tuple[IndexSet, ...]
    entered: Matrix
    left: Matrix
    near: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in (self.entered, self.left, self.near):
            array.flags.writeable = False

    def _facts(self) -> dict[str, str]:
        return {
            "widths": chain(self.basin.dims),
            "starts": f"{self.basin.n} {self.basin.rule} of scale {written(self.basin.scale)}",
            "until": f"t = {written(self.basin.t_end)}",
            **{end: str(count) for end, count in self.counts.items()},
        }

    def __repr__(self) -> str:
        return one_line("StartStudy", self._facts())

    def _repr_html_(self) -> str:
        return html_table("StartStudy", self._facts())

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """Per start: "global minimum", "near {1} | {2}" (learned | missed), "undecided"."""
        names = {missed: f"near {self.name(missed)}" for missed in set(self.basin.missed) if missed}
        told = {"global minimum": "global minimum", "undecided at t_end": "undecided"}
        pairs = zip(self.basin.outcome, self.basin.missed, strict=True)
        return tuple(told.get(outcome) or names[missed or ()] for outcome, missed in pairs)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many starts have each of the ends."""
        names, numbers = np.unique(np.array(self.ends), return_counts=True)
        return MappingProxyType(dict(zip(names.tolist(), numbers.tolist(), strict=True)))

    @cached_property
    def waiting(self) -> Matrix:
        """Per start: exit minus entry of the last saddle that it passed near, 0 without one.

        Where it had not left by `t_end` (`censored`): the time that it has waited by then.
        """
        waits = np.zeros(self.basin.n)
        for k in range(len(self.saddles)):
            passed = self.near[:, k]
            waits[passed] = self._waits(k)[passed]
        waits.flags.writeable = False
        return waits

    @property
    def censored(self) -> NDArray[np.bool_]:
        """Per start, whether it still waits at `t_end` at the last saddle that it passed near."""
        found = np.zeros(self.basin.n, dtype=bool)
        for k in range(len(self.saddles)):
            passed = self.near[:, k]
            found[passed] = np.isinf(self.left[passed, k])
        return found

    def survival(self, missed: Sequence[int] | None = None) -> Survival:
        """Share of the starts that passed near a saddle and still wait there, over time.

        Parameters
        ----------
        missed : modes, 0-based, optional
            Of the saddle; by default the last one, next above the minimum.

        Raises
        ------
        ValueError
            If that saddle was not watched, or no start passed near it.
        """
        waits, censored = self._passed(self._index(missed))
        return Survival.of(waits, censored)

    def tail(self, missed: Sequence[int] | None = None, *, share: float = 0.05) -> Tail:
        r"""The law of the longest waits at a saddle, beside what theory says of it.

        Parameters
        ----------
        missed : modes, 0-based, optional
            Of the saddle; by default the last one.
        share : float
            Of the waits, the longest, that the estimate is made of, in (0, 1).

        Returns
        -------
        Tail

        Raises
        ------
        ValueError
            If that saddle was not watched, no start passed near it, or the share is none.

        Notes
        -----
        A threshold biases the estimate: the law holds in the limit of long waits. `Tail.estimates`
        has other thresholds, and `Tail.stable` says how far they agree.

        References
        ----------
        Own remark: near a saddle whose unstable rates are constant along it, a start waits for t
        if it is within :math:`e^{-\lambda_i t}` of the stable manifold in every direction.
        """
        k = self._index(missed)
        if not 0 < (part := checks.as_float(share)) < 1:
            raise ValueError(
                f"expected a share of the waits in (0, 1), found {checks.brief(share)}"
            )
        law, rates, reason = self._theory(self.saddles[k])
        waits, censored = self._passed(k)
        tails = estimates_of(waits, censored, law, part) if law != "none" else ()
        own = next((e for e in tails if e.share == part), None)
        if law != "none" and own is None:
            reason += f"; {len(waits)} starts passed near it, too few for a tail of {part:g}"
        equal = rates.size > 0 and float(np.ptp(rates)) <= 1e3 * EQUAL * float(rates.max())
        return Tail(
            law=law,
            value=None if own is None else own.value,
            error=None if own is None else own.error,
            theory=float(rates.sum()) if rates.size else None,
            codimension=own.value / float(rates[0]) if own is not None and equal else None,
            estimates=tails,
            stable=stable_range(tails, part),
            reason=reason,
        )

    def name(self, missed: IndexSet) -> str:
        """A saddle's learned and missed modes, as people count them."""
        every = set(missed).union(*self.saddles) if self.saddles else set(missed)
        learned = sorted(every - set(missed))
        sets = (",".join(str(k + 1) for k in modes) for modes in (learned, missed))
        return " | ".join(f"{{{modes}}}" if modes else "∅" for modes in sets)

    def _index(self, missed: Sequence[int] | None) -> int:
        if not self.saddles:
            raise ValueError("expected a network with saddles, found none above the minimum")
        if missed is None:
            return len(self.saddles) - 1
        asked = tuple(sorted(checks.whole(k, "a missed mode") for k in missed))
        if asked not in self.saddles:
            raise ValueError(f"expected one of the saddles that miss {self.saddles}, found {asked}")
        return self.saddles.index(asked)

    def _waits(self, k: int) -> Matrix:
        return np.asarray(np.minimum(self.left[:, k], self.basin.t_end) - self.entered[:, k])

    def _passed(self, k: int) -> tuple[Matrix, NDArray[np.bool_]]:
        passed = self.near[:, k]
        if not passed.any():
            name = self.name(self.saddles[k])
            raise ValueError(f"expected starts that pass near the saddle {name}, found none")
        return self._waits(k)[passed], np.isinf(self.left[passed, k])

    def _theory(self, missed: IndexSet) -> tuple[str, Matrix, str]:
        """Law, unstable rates at the saddle, and why."""
        problem, dims = self.basin.problem, self.basin.dims
        none = np.empty(0)
        inertia = predicted_inertia(problem, dims, missed, balanced=True)
        if inertia is not None and inertia[0] == 0:
            return "power", none, "at a flat saddle the share that waits falls like a power of t"
        if len(dims) > 3:
            return "none", none, f"no exponent is told: {RATES_OF_DEEP}"
        if dims[0] != dims[-1] or scalar_gram(problem) is None:
            return "none", none, f"no exponent is told: {RATES_OF_WIDE}"
        values = np.linalg.eigvalsh(hessian(problem, critical_point(problem, dims, missed)))
        rates = -values[values < -1e3 * EQUAL * np.abs(values).max()]
        return "exponential", rates, "the unstable rates are the same along these saddles"


def study(
    problem: Problem,
    dims: Sequence[int],
    n: int = 1000,
    rule: str = "gaussian",
    scale: float = 0.02,
    seed: int = 0,
    *,
    t_end: float = 60.0,
    executor: Executor | None = None,
    progress: Callable[[int, int], object] | None = None,
    interrupt: Callable[[], bool] | None = None,
) -> StartStudy:
    r"""Run n random starts, and note how long each waits at every saddle on its way.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)
    n : int
        Number of starts, 1 to 10,000,000. Start k is the rule's with seed ``seed + k``.
    rule : str
        "gaussian", "xavier", "orthogonal" or "balanced"; "sphere": uniform on a sphere.
    scale : float
        Of the rule; the radius of the sphere.
    seed, t_end, executor, progress, interrupt
        As in `linviz.basin_study`; the same seed gives the same study on any number of workers.

    Returns
    -------
    StartStudy

    Raises
    ------
    ValueError
        If an argument is out of range.
    FlowError
        If it was stopped, or an integration cannot go on.

    Notes
    -----
    Watched are the saddles of all critical values, or with more than 16 of them those that miss
    the weakest modes, whose values a small start passes.

    References
    ----------
    arXiv:1811.03568, "overfitting conjecture"; the measurement is an own remark.

    Examples
    --------
    >>> found = study(Problem.canonical((2, 1)), (2, 2, 2), n=500)
    >>> found.saddles
    ((0, 1), (0,), (1,))
    >>> float(found.survival().share[-1]), round(found.tail(share=0.2).theory, 9)
    (0.0, 1.0)
    """
    spec = asked(problem, dims, rule, scale, t_end)
    n, seed = checks.whole(n, "n", 1, MOST_STARTS), checks.whole(seed, "seed", 0, checks.MAX_SEED)
    spec = replace(spec, watched=watched(problem, spec.dims))
    share = run_draws(spec, range(seed, seed + n), executor, progress, interrupt)
    basin = counted(spec, seed, share)
    return StartStudy(basin, spec.watched, share.entered, share.left, share.near)


def watched(problem: Problem, dims: tuple[int, ...]) -> tuple[IndexSet, ...]:
    """The saddles above the minimum, from high to low; of equal critical values the first."""
    floor = minimum_loss(problem, dims)
    levels = critical_levels(problem, dims, most=MOST_WATCHED)
    ordered = sorted(levels.items(), key=lambda item: -item[1])
    apart = EQUAL * (ordered[0][1] - floor)
    found: list[tuple[IndexSet, float]] = []
    for missed, level in ordered:
        if level - floor > apart and (not found or found[-1][1] - level > apart):
            found.append((missed, level))
    return tuple(missed for missed, _ in found)
