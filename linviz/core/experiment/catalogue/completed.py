"""Lists that a scenario may leave short: what is missing is its scale."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def strengths(dims: Sequence[int], given: Sequence[float], scale: float) -> tuple[float, ...]:
    """A strength for each mode that the network has room for.

    Examples
    --------
    >>> strengths((3, 2, 2), (0.5,), 0.1)
    (0.5, 0.1)
    """
    return _completed(given, min(dims), scale)


def layers(
    dims: Sequence[int], given: Sequence[Sequence[float]], scale: float
) -> tuple[tuple[float, ...], ...]:
    """All singular values of every layer.

    Examples
    --------
    >>> layers((2, 1, 2), ((3.0,),), 0.1)
    ((3.0,), (0.1,))
    """
    sizes = [min(pair) for pair in itertools.pairwise(dims)]
    filled = [*given, *[()] * len(sizes)]
    return tuple(_completed(filled[j], n, scale) for j, n in enumerate(sizes))


def _completed(values: Sequence[float], n: int, default: float) -> tuple[float, ...]:
    return (*values[:n], *(default,) * (n - len(values)))
