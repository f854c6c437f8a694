r"""By which law starts leave a saddle: what theory says of the longest waits there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import hessian
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.tolerances import EQUAL
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


@dataclass(frozen=True, slots=True, eq=False)
class LawOfWaits:
    r"""How the share that still waits at a saddle falls, as far as theory knows it.

    Attributes
    ----------
    law : "exponential" | "power" | "none"
        "none" where no exponent may be told.
    rates : array
        The unstable rates at the saddle where they are the same along all saddles that miss these
        modes: minus the negative eigenvalues of the Hessian, largest first. Empty where
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
    def at(cls, problem: Problem, dims: tuple[int, ...], missed: IndexSet) -> LawOfWaits:
        """That of the saddles that miss these modes.

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
        values = np.linalg.eigvalsh(hessian(problem, critical_point(problem, dims, missed)))
        rates = -values[values < -1e3 * EQUAL * np.abs(values).max()]
        return cls("exponential", rates, "the unstable rates are the same along these saddles")
