r"""What the tail of waiting times says: survival curves, rates and exponents, with their errors.

Near a saddle with unstable rates :math:`\lambda_1, \ldots, \lambda_c` the share of starts that
still wait falls like :math:`e^{-t\sum_i\lambda_i}`; at a flat saddle like a power of t; in a basin
of positive volume it would not fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.facts import html_table, one_line
from linviz.core.model.problem import Matrix
from linviz.core.model.words import written

NORMAL_95 = 1.959963984540054  # two-sided 95 % of the normal distribution
SHARES = (0.2, 0.1, 0.05, 0.02, 0.01)  # of the waits, the longest: for how stable an estimate is
FEWEST_IN_TAIL = 20  # waits in a tail that an estimate is made of
UNREACHED = "no exponent is told: the tail is not reached"
SEEN = 0.6  # of an exponent: the error up to which it says how many starts it would take
RESOLVED = 0.1  # of an exponent: the error with which it is told
STABLE_OVER = 4.0  # shares this many times as large have the same exponent
LEAST_LENGTH, MOST_LENGTH = 0.02, 1000.0  # lengths b of a power law, of the mean past the threshold
GOLDEN, SAME_LENGTH = 0.6180339887498949, 1e-3  # of an interval; of a length's logarithm


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    r"""Kaplan-Meier estimate of P(wait > t), with a pointwise 95 % band.

    .. math:: S(t) = \prod_{t_i \le t} \left(1 - \frac{d_i}{n_i}\right)

    with d_i of n_i that still wait leaving at t_i; starts that are undecided at the horizon count
    among those that wait until then, and are not dropped.

    Attributes
    ----------
    t : array (m,)
        Times at which somebody leaves, ascending.
    share, low, high : arrays (m,)
        S just after each, and the band: Greenwood's variance of ln(-ln S).
    n, n_censored : int

    References
    ----------
    Kaplan and Meier 1958, J. Am. Stat. Assoc. 53:457.
    """

    t: Matrix
    share: Matrix
    low: Matrix
    high: Matrix
    n: int
    n_censored: int

    @classmethod
    def of(cls, waits: Matrix, censored: NDArray[np.bool_]) -> Survival:
        """That of waiting times, some of which are only known to be longer.

        Examples
        --------
        >>> found = Survival.of(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0, 0, 1, 0]) > 0)
        >>> found.share
        array([0.75, 0.5 , 0.  ])
        """
        t, leaving = np.unique(waits[~censored], return_counts=True)
        at_risk = len(waits) - np.searchsorted(np.sort(waits), t, side="left")
        share = np.asarray(np.cumprod(1 - leaving / at_risk), dtype=float)
        rest = np.maximum(at_risk - leaving, 1)
        variance = np.cumsum(leaving / (at_risk * rest))
        inside = (share > 0) & (share < 1)
        log = np.log(np.where(inside, share, 0.5))
        spread = np.exp(NORMAL_95 * np.sqrt(variance) / -log)
        low = np.where(inside, np.exp(log * spread), share)
        high = np.where(inside, np.exp(log / spread), share)
        for array in (t, share, low, high):
            array.flags.writeable = False
        return cls(t, share, low, high, len(waits), int(censored.sum()))

    def _facts(self) -> dict[str, str]:
        return {"starts": str(self.n), "still waiting": str(self.n_censored)}

    def __repr__(self) -> str:
        return one_line("Survival", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Survival", self._facts())


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate or an exponent from the longest waits.

    Attributes
    ----------
    share : float
        Of the waits, the longest, that it is made of.
    threshold : float
        The wait beyond which they are.
    n : int
        Exits among them.
    value, error : float
        Maximum likelihood, and its standard error, of a rate value / √n; without exits the value
        is 0, and one exit would make it the error.
    hill : float or None
        Of an exponent also Hill's estimate, whose error is hill / √n: it takes no account of the
        time that all starts need for the edges of the band, and comes to the exponent slowly.

    References
    ----------
    Hill 1975, Ann. Stat. 3:1163; Smith 1987, Ann. Stat. 15:1174 (generalized Pareto law, by which
    the exponent is that of the wait and a time that is estimated too).
    """

    share: float
    threshold: float
    n: int
    value: float
    error: float
    hill: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    r"""The law by which the share that still waits falls.

    Attributes
    ----------
    law : "exponential" | "power" | "none"
        What theory says of this saddle; "none" where no exponent may be told.
    value, error : float or None
        Of the tail asked for: the rate v of :math:`e^{-vt}`, or the exponent of
        :math:`(t + t_0)^{-v}`; None where none may be told, fewer than 20 starts are in the tail,
        or an exponent is not known to a tenth, or not stable over shares that are 4 times as large.
    theory : float or None
        The sum of the unstable rates at the saddle; None where theory has no number.
    codimension : float or None
        value divided by the rate, where all rates are equal.
    estimates : tuple of Estimate
        The same from other shares of the waits.
    stable : (float, float) or None
        Smallest and largest share around the one asked for whose estimates agree within two of
        their errors.
    reason : str
        In words: why this law, or why none; also why no exponent, and how many starts would do.
    """

    law: str
    value: float | None
    error: float | None
    theory: float | None
    codimension: float | None
    estimates: tuple[Estimate, ...]
    stable: tuple[float, float] | None
    reason: str

    def _facts(self) -> dict[str, str]:
        told = "none" if self.value is None else f"{self.value:.3g} ± {self.error or 0:.2g}"
        theory = {} if self.theory is None else {"theory": written(self.theory)}
        return {"law": self.law, "value": told, **theory, "reason": self.reason}

    def __repr__(self) -> str:
        return one_line("Tail", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Tail", self._facts())


def estimates_of(
    waits: Matrix, censored: NDArray[np.bool_], law: str, share: float
) -> tuple[Estimate, ...]:
    """Estimates from this share of the waits, the longest, and from others; largest share first."""
    order = np.argsort(waits, kind="stable")
    found = []
    for part in sorted({share, *SHARES}, reverse=True):
        m = round(part * len(waits))
        if not FEWEST_IN_TAIL <= m < len(waits):
            continue
        threshold, beyond = float(waits[order[-m - 1]]), order[-m:]
        exits = int((~censored[beyond]).sum())
        past = waits[beyond] - threshold
        if law == "power" and exits > 0:
            if threshold > 0 and past.max() > 0:
                found.append(_of_power(part, threshold, exits, past))
        elif (total := float(past.sum())) > 0:
            error = max(exits, 1) ** 0.5 / total
            found.append(Estimate(part, threshold, exits, exits / total, error))
    return tuple(found)


def _of_power(share: float, threshold: float, exits: int, past: Matrix) -> Estimate:
    r"""The exponent a of :math:`P(y) = (1 + y/b)^{-a}`, y the waits past the threshold.

    For each b the likeliest a is known, and b is found by golden sections of its logarithm.
    """

    def likely(log: float) -> tuple[float, float]:
        total = float(np.log1p(past / np.exp(log)).sum())
        return exits * (np.log(exits / total) - log) - total, exits / total

    mean = float(past.mean())
    low, high = np.log(LEAST_LENGTH * mean), np.log(MOST_LENGTH * mean)
    while high - low > SAME_LENGTH:
        width = GOLDEN * (high - low)
        if likely(high - width)[0] > likely(low + width)[0]:
            high = low + width
        else:
            low = high - width
    value = float(likely((low + high) / 2)[1])
    hill = exits / float(np.log1p(past / threshold).sum())
    return Estimate(share, threshold, exits, value, value * (value + 1) / exits**0.5, hill)


def untold(estimates: tuple[Estimate, ...], share: float, starts_each: float) -> str:
    """Why the exponent of this share of the waits may not be told yet; "" where it may.

    `starts_each` is how many starts it takes for one that waits there.
    """
    own, stable = next(e for e in estimates if e.share == share), stable_range(estimates, share)
    if own.n == 0:
        return ""  # the slope is 0, by either law
    if own.error > RESOLVED * own.value:
        best = min(estimates, key=lambda e: e.error / e.value)
        if best.error > SEEN * best.value:
            return f"{UNREACHED}; ask for ten times as many starts"
        needed = ((best.value + 1) / RESOLVED) ** 2 / share * starts_each
        digit = 10.0 ** np.floor(np.log10(needed))
        return f"{UNREACHED}; about {digit * np.ceil(needed / digit):,.0f} starts would do"
    if stable is None or stable[1] < STABLE_OVER * stable[0]:
        return (
            f"{UNREACHED}, other thresholds have other exponents; more starts, or deep_tail, "
            "show more of it"
        )
    return ""


def stable_range(estimates: tuple[Estimate, ...], share: float) -> tuple[float, float] | None:
    """Shares, in one stretch around this one, whose estimates agree with its within two errors."""
    own = next((e for e in estimates if e.share == share), None)
    if own is None:
        return None
    agree = [abs(e.value - own.value) <= 2 * np.hypot(e.error, own.error) for e in estimates]
    first = last = estimates.index(own)
    while first > 0 and agree[first - 1]:
        first -= 1
    while last + 1 < len(estimates) and agree[last + 1]:
        last += 1
    return estimates[last].share, estimates[first].share
