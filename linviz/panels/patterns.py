"""Patterns of singular values, for a control that sets all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linviz.core.experiment.scenario import Scenario

LEAST_PATTERN = 0.01  # of a value of a pattern: none is lost


@dataclass(frozen=True, slots=True)
class Pattern:
    """Singular values of a target, by their number.

    Attributes
    ----------
    title : str
        In the menu.
    values : callable, n -> n numbers
    """

    title: str
    values: Callable[[int], list[float]]


PATTERNS: dict[str, Pattern] = {
    "linear": Pattern("evenly spaced: n, …, 2, 1", lambda n: [float(n - k) for k in range(n)]),
    "geometric": Pattern("halving: 4, 2, 1, …", lambda n: [4.0 / 2**k for k in range(n)]),
    "equal": Pattern("all equal: 1, 1, …", lambda n: [1.0] * n),
    "close": Pattern(
        "nearly equal: 1.2, 1.1, 1",
        lambda n: [1.2 - 0.1 * k / max(1, (n - 1) / 2) for k in range(n)],
    ),
    "outlier": Pattern(
        "one strong, the others weak", lambda n: [4.0, *(0.5 - 0.2 * k / n for k in range(n - 1))]
    ),
}


def patterned(name: str, n: int) -> tuple[float, ...]:
    """The n singular values of a pattern.

    Examples
    --------
    >>> patterned("geometric", 3)
    (4.0, 2.0, 1.0)
    """
    return tuple(round(max(value, LEAST_PATTERN), 4) for value in PATTERNS[name].values(n))


def pattern_of(scenario: Scenario) -> str:
    """Name of the pattern that the singular values follow, or ""."""
    s = scenario.singular_values
    return next((name for name in PATTERNS if s == patterned(name, len(s))), "")
