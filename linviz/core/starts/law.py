r"""By which law starts leave a saddle: what theory says of the longest waits there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import hessian
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.tolerances import EQUAL
from linviz.core.starts.share import RANDOM_RULES
from linviz.core.theory.conditions import scalar_gram

FLAT_SADDLE = "at a flat saddle the share that waits falls like a power of t"
WAITS_AT_ORIGIN = (
    "starts of every size wait at the origin, the small ones long: the exponent measures the "
    "origin and not the basins, unless the starts are uniform on a sphere"
)
OPEN = (
    "the balanced ones among these saddles are flat, others are not; by which law starts leave "
    "them is open, and an exponent is a measurement beside no theory"
)
RATES_OF_DEEP = "with more than one hidden layer the unstable rates vary along the saddles"
RATES_OF_WIDE = (
    "where there are more inputs than outputs, modes of strength 0, or the data are not white, the "
    "unstable rates vary along the saddles, and the slope keeps falling"
)
RATES_OF_SWAPPED = (
    "where a stronger mode is missed than one that is learned, the rate at which they change "
    "places varies along the saddles"
)
RATES_OF_BALANCED = "the unstable rates are the same at all of these saddles that are balanced"
RATES_OF_NEARLY = "the starts come to saddles that are nearly so, with rates about {:.0f} % smaller"
RATES_OF_LARGE = (
    "starts as large as these come to saddles whose layers are not balanced, each to its own, with "
    "smaller rates, and the slope keeps falling"
)
MOST_SMALLER = 0.1  # of a rate: it is called one rate for all starts up to here
STARTS_ASKED, UNITS_ASKED = 16, 32  # starts, and of them hidden units, whose balance is looked at


@dataclass(frozen=True, slots=True, eq=False)
class LawOfWaits:
    r"""How the share that still waits at a saddle falls, as far as theory knows it.

    Attributes
    ----------
    law : "exponential" | "power" | "none"
        "none" where no exponent may be told.
    rates : array
        The unstable rates at the saddle where they are the same along all balanced saddles that
        miss these modes: minus the negative eigenvalues of the Hessian, largest first. Empty where
        theory has no number.
    reason : str
    """

    law: str
    rates: Matrix
    reason: str

    @property
    def total(self) -> float | None:
        """The slope of ln P(wait > t), with a minus: the sum of the rates."""
        return float(self.rates.sum()) if self.rates.size else None

    @property
    def rate(self) -> float | None:
        """The one rate, where all are equal."""
        equal = self.rates.size and float(np.ptp(self.rates)) <= 1e3 * EQUAL * float(self.rates[0])
        return float(self.rates.mean()) if equal else None

    @classmethod
    def of_starts(
        cls, problem: Problem, dims: tuple[int, ...], missed: IndexSet, rule: str, scale: float
    ) -> LawOfWaits:
        r"""That of the starts of a rule at these saddles, as unbalanced as the starts are.

        Notes
        -----
        Where modes j are learned by weights a_j, b_j of the hidden units, with
        :math:`a_j \cdot b_j = s_j`, the rate of a missed mode k is s_k only if a_j and b_j are
        parallel. The flow keeps :math:`C_1 = W_2^\top W_2 - W_1 W_1^\top`. With c for its entries
        between hidden units the rate is, to second order in c (own remark),

        .. math:: s_k \Big(1 - \frac{c^2}{2} \sum_j \frac{1}{s_j (s_j + 2 s_k)}\Big).

        Examples
        --------
        >>> problem = Problem.canonical((2, 1))
        >>> for scale in (0.02, 2.0):
        ...     LawOfWaits.of_starts(problem, (2, 2, 2), (1,), "gaussian", scale).law
        'exponential'
        'none'
        """
        law = cls.at(problem, dims, missed)
        learned = [k for k in range(problem.n_modes) if k not in missed]
        gram = scalar_gram(problem)
        if not (law.rates.size and learned and gram):
            return law
        s = problem.singular_values / math.sqrt(gram)  # of the map
        parts = 1 / (s[learned] * (s[learned] + 2 * s[max(missed)]))
        smaller = _unbalanced(rule, dims, scale) / 2 * float(parts.sum())
        if smaller > MOST_SMALLER:
            return cls("none", np.empty(0), f"no exponent is told: {RATES_OF_LARGE}")
        nearly = f"; {RATES_OF_NEARLY.format(100 * smaller)}" if smaller > MOST_SMALLER / 10 else ""
        return cls(law.law, law.rates, law.reason + nearly)

    @classmethod
    def at(cls, problem: Problem, dims: tuple[int, ...], missed: IndexSet) -> LawOfWaits:
        """That of the saddles that miss these modes, where they are balanced.

        Examples
        --------
        >>> LawOfWaits.at(Problem.canonical((2, 1)), (2, 3, 2), (1,)).rates.round(9)
        array([1., 1.])
        """
        none = np.empty(0)
        inertia = predicted_inertia(problem, dims, missed, balanced=True)
        if inertia is not None and inertia[0] == 0:
            whole = len(missed) == positive_modes(problem)  # the origin, with all its saddles
            return cls("power", none, FLAT_SADDLE if whole else f"{FLAT_SADDLE}; {OPEN}")
        if len(dims) > 3:
            return cls("none", none, f"no exponent is told: {RATES_OF_DEEP}")
        n = problem.n_modes
        if dims[0] != dims[-1] or scalar_gram(problem) is None or positive_modes(problem) < n:
            return cls("none", none, f"no exponent is told: {RATES_OF_WIDE}")
        if any(k < i for i in range(n) if i not in missed for k in missed):
            s, last = problem.singular_values, max(i for i in range(n) if i not in missed)
            if not equal_strength(s, min(missed), last):
                return cls("none", none, f"no exponent is told: {RATES_OF_SWAPPED}")
        r = n - len(missed)
        # each unit beyond those that have learned brings the same rates once more
        narrow = (n, min(dims[1], r + 1), n)
        values = np.linalg.eigvalsh(hessian(problem, critical_point(problem, narrow, missed)))
        rates = -values[values < -1e3 * EQUAL * np.abs(values).max()]
        words = (
            RATES_OF_BALANCED if r else "the unstable rates are the same at all of these saddles"
        )
        return cls("exponential", np.repeat(rates, dims[1] - r), words)


def _unbalanced(rule: str, dims: tuple[int, ...], scale: float) -> float:
    """The mean square of what C_1 has between two hidden units, over some starts of a rule."""
    m = min(dims[1], UNITS_ASKED)
    if m < 2:
        return 0.0
    between = ~np.eye(m, dtype=bool)
    found = []
    for seed in range(STARTS_ASKED):
        W1, W2 = RANDOM_RULES[rule](dims, scale, seed=seed)
        found.append(np.square((W2[:, :m].T @ W2[:, :m] - W1[:m] @ W1[:m].T)[between]).mean())
    return float(np.mean(found))
