r"""Both ends of the Hessian's spectrum where it is too large to be assembled.

A Rayleigh quotient below zero certifies a negative eigenvalue, and a residual bounds the distance
to an eigenvalue. Nothing else follows from products with some vectors: no number of negative, zero
or positive eigenvalues, and not that there is no eigenvalue beyond the ends that were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.landscape.canonical import from_whitened, norm, roundoff_on_data, whitened
from linviz.core.landscape.hessian import largest_term, zero_tolerance
from linviz.core.model import checks
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.lanczos import RitzPair, ritz_ends
from linviz.core.model.layers import Weights, check_weights, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import EPS, ROUNDOFF
from linviz.core.model.words import written

MOST_VECTORS = 300
FEWEST_VECTORS = 60
MOST_KEPT = 2**26  # numbers in these vectors, half a gigabyte
OF_PRODUCT = 16.0  # units in the last place of its terms that a layer's product leaves


@dataclass(frozen=True, slots=True, eq=False)
class SpectrumEnds:
    r"""What products with the Hessian show of its spectrum's ends.

    Attributes
    ----------
    lowest, highest : float
        Rayleigh quotients: the smallest eigenvalue is at most `lowest`, the largest at least
        `highest`, to roundoff.
    lowest_error, highest_error : float
        An eigenvalue lies within this distance; it need not be the smallest or largest one.
    negative : float or None
        A certified negative eigenvalue's upper bound, below -tolerance; None if no negative
        direction was found, which does not exclude one.
    tolerance : float
        Eigenvalues of at most this size count as zero, as in `spectrum`.
    """

    lowest: float
    lowest_error: float
    highest: float
    highest_error: float
    negative: float | None
    tolerance: float

    def _facts(self) -> dict[str, str]:
        found = "no negative one was found, which does not exclude one"
        if self.negative is not None:
            found = f"a negative one is certified, at most {written(self.negative)}"
        return {
            "smallest": f"at most {_one_near(self.lowest, self.lowest_error)}",
            "largest": f"at least {_one_near(self.highest, self.highest_error)}",
            "signs": found,
            "not known": "how many are negative, zero or positive",
        }

    def __repr__(self) -> str:
        return one_line("SpectrumEnds", self._facts())

    def _repr_html_(self) -> str:
        return html_table("SpectrumEnds", self._facts())


def spectrum_ends(problem: Problem, W: Sequence[Matrix], *, seed: int = 0) -> SpectrumEnds:
    r"""Both ends of the Hessian's spectrum by Lanczos, for networks of any size.

    .. math:: \lambda_{min} \le \theta = \frac{v^\top \nabla^2 L\, v}{v^\top v}, \qquad
              \min_k |\lambda_k - \theta| \le \|\nabla^2 L\, v - \theta v\| \quad (\|v\| = 1)

    Parameters
    ----------
    W : tuple of N arrays of shapes (d_j, d_{j-1})
    seed : int
        Of the random vector that it starts from; the same seed gives the same numbers.

    Raises
    ------
    ValueError
        If the weights do not fit the problem or are too large, or `seed` is no integer >= 0.

    Notes
    -----
    Each step costs two gradients and keeps a vector of the weights' size, 300 steps at most. How
    many eigenvalues have which sign, and whether one lies beyond the ends, is not known from it;
    where `spectrum` can be afforded, it tells. A small eigenvalue next to many zeros shows last.

    For raw data a negative eigenvalue too small to tell from roundoff is looked for in whitened
    coordinates, a congruence, which keeps the signs.

    References
    ----------
    Parlett 1998, The Symmetric Eigenvalue Problem, sections 4.5 and 13.

    Examples
    --------
    >>> W = (np.zeros((3, 3)), np.zeros((2, 3)))
    >>> ends = spectrum_ends(Problem.canonical((3, 2), d_x=3), W)
    >>> round(ends.negative, 9), round(ends.highest, 9)
    (-3.0, 3.0)
    """
    W, seed = check_weights(problem, W), checks.whole(seed, "seed")
    low, high, tolerance = _ends(problem, W, seed)
    negative = low.value if low.value < -tolerance else None
    if negative is None and not problem.is_white:
        found, _, least = _ends(*whitened(problem, W), seed, roundoff_on_data(problem, W[0]))
        if found.value < -least:
            V = pack(from_whitened(problem, W, unpack(found.vector, widths(W))))
            # v' and v are one direction: its second derivative is the same in both coordinates
            negative = min(low.value, found.value / float(V @ V))
    terms = largest_term(list(map(norm, W)), norm(problem.gram), norm(problem.cross))
    noise = OF_PRODUCT * EPS * len(W) * terms
    return SpectrumEnds(
        low.value, low.residual + noise, high.value, high.residual + noise, negative, tolerance
    )


def extreme_eigenvalues(
    problem: Problem, W: Sequence[Matrix], *, seed: int = 0
) -> tuple[float | None, float]:
    r"""A certified negative eigenvalue (or None) and the largest one: `spectrum_ends` in short.

    Returns
    -------
    negative : float or None
        A Rayleigh quotient below zero, hence an upper bound on the smallest eigenvalue. None means
        that no negative direction was found, not that there is none.
    largest : float
        The largest eigenvalue that was found.

    Examples
    --------
    >>> W = (np.zeros((3, 3)), np.zeros((2, 3)))
    >>> negative, largest = extreme_eigenvalues(Problem.canonical((3, 2), d_x=3), W)
    >>> round(negative, 9), round(largest, 9)
    (-3.0, 3.0)
    """
    ends = spectrum_ends(problem, W, seed=seed)
    return ends.negative, ends.highest


def _ends(
    problem: Problem, W: Weights, seed: int, noise: float = ROUNDOFF
) -> tuple[RitzPair, RitzPair, float]:
    """The Ritz pairs in these coordinates, and the size up to which an eigenvalue is zero."""
    field = Field(problem, widths(W))
    derivative = field.derivative(pack(W))
    start = np.random.default_rng(seed).standard_normal(field.n)
    most = min(MOST_VECTORS, max(FEWEST_VECTORS, MOST_KEPT // field.n))
    low, high = ritz_ends(lambda x: -derivative(x), start, most)
    largest = max(abs(low.value), abs(high.value))
    return low, high, zero_tolerance(problem, W, largest, noise)


def _one_near(value: float, error: float) -> str:
    return f"{written(value)}, one within {written(error, 2)}"
