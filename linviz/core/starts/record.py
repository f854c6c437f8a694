r"""The record of many starts: where each ends, and how long it waits at the saddles on its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.problem import IndexSet, Matrix
from linviz.core.model.words import written
from linviz.core.starts.basin import BasinStudy, clopper_pearson
from linviz.core.starts.law import WAITS_AT_ORIGIN, LawOfWaits
from linviz.core.starts.share import NULL_RULES, SIZED_RULES
from linviz.core.starts.tail import Survival, Tail, estimates_of, stable_range, untold

NULL_FAMILY = (
    "These starts are a family of measure zero in the space of weights: what share of them ends "
    "where says nothing about almost every start."
)
LATER = "A share near a critical value is one at the horizon: such a start may leave later."


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of the starts have an end, and the exact 95 % interval of its probability.

    Attributes
    ----------
    count, n : int
    low, high : float
        Clopper and Pearson's interval.
    caution : str
        What the share does not say, in words; "" where there is nothing to add.
    """

    count: int
    n: int
    low: float
    high: float
    caution: str

    @property
    def share(self) -> float:
        """Of the starts."""
        return self.count / self.n

    def __str__(self) -> str:
        return f"{self.count} of {self.n} ({self.low:.2%} to {self.high:.2%})"


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
        return MappingProxyType(dict(sorted(Counter(self.ends).items())))

    @property
    def shares(self) -> Mapping[str, Proportion]:
        """The same with exact intervals; for families of measure zero with a caution."""
        n, found = self.basin.n, {}
        for end, count in self.counts.items():
            caution = NULL_FAMILY if self.basin.rule in NULL_RULES else ""
            if not caution and end.startswith("near"):
                caution = LATER
            found[end] = Proportion(count, n, *clopper_pearson(count, n), caution)
        return MappingProxyType(found)

    def quantiles(self, missed: Sequence[int] | None = None) -> Mapping[int, float | None]:
        """Waits that 50, 90 and 99 % of the starts at a saddle end within; None where they do not.

        Raises
        ------
        ValueError
            If that saddle was not watched, or no start passed near it.
        """
        waits, censored = self._passed(self._index(missed))
        ended = np.sort(np.where(censored, np.inf, waits))
        times = {q: float(ended[-(-q * len(ended) // 100) - 1]) for q in (50, 90, 99)}
        return MappingProxyType({q: t if np.isfinite(t) else None for q, t in times.items()})

    def law(self, missed: Sequence[int] | None = None) -> LawOfWaits:
        """What theory says of the waits at a saddle, before any is measured.

        Raises
        ------
        ValueError
            If that saddle was not watched.
        """
        basin = self.basin
        saddle = self.saddles[self._index(missed)]
        return LawOfWaits.of_starts(basin.problem, basin.dims, saddle, basin.rule, basin.scale)

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
        told = self.law(missed)
        law, reason = told.law, told.reason
        at_origin = len(self.saddles[k]) == positive_modes(self.basin.problem)
        if law == "power" and at_origin and self.basin.rule not in SIZED_RULES:
            reason += f"; {WAITS_AT_ORIGIN}"
        waits, censored = self._passed(k)
        tails = estimates_of(waits, censored, law, part) if law != "none" else ()
        own = next((e for e in tails if e.share == part), None)
        if law != "none" and own is None:
            reason += f"; {len(waits)} starts passed near it, too few for a tail of {part:g}"
        if law == "power" and own is not None:
            why = untold(tails, part, self.basin.n / len(waits))
            reason, own = (f"{why}; {reason}", None) if why else (reason, own)
        return Tail(
            law=law,
            value=None if own is None else own.value,
            error=None if own is None else own.error,
            theory=told.total,
            codimension=own.value / told.rate if own is not None and told.rate else None,
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
        return index_of(self.saddles, missed)

    def _waits(self, k: int) -> Matrix:
        return np.asarray(np.minimum(self.left[:, k], self.basin.t_end) - self.entered[:, k])

    def _passed(self, k: int) -> tuple[Matrix, NDArray[np.bool_]]:
        passed = self.near[:, k]
        if not passed.any():
            name = self.name(self.saddles[k])
            raise ValueError(f"expected starts that pass near the saddle {name}, found none")
        return self._waits(k)[passed], np.isinf(self.left[passed, k])


def index_of(saddles: tuple[IndexSet, ...], missed: Sequence[int] | None) -> int:
    """Which of the saddles misses these modes; without modes the last one.

    Examples
    --------
    >>> index_of(((0, 1), (0,), (1,)), (0,)), index_of(((0, 1), (0,), (1,)), None)
    (1, 2)
    """
    if not saddles:
        raise ValueError("expected a network with saddles, found none above the minimum")
    if missed is None:
        return len(saddles) - 1
    listed = checks.items(missed, "the missed modes, as (1,)")
    asked = tuple(sorted(checks.whole(k, "a missed mode") for k in listed))
    if asked not in saddles:
        raise ValueError(f"expected one of the saddles that miss {saddles}, found {asked}")
    return saddles.index(asked)
