"""Checks of what the public functions are given: what was expected, what was found."""

from __future__ import annotations

import math
from numbers import Integral, Real

MAX_SEED = 2**32 - 1


def whole(value: object, name: str, low: int, high: int) -> int:
    """The value as a whole number from low to high.

    Examples
    --------
    >>> whole(2.0, "seed", 0, 9)
    2
    >>> whole(10, "seed", 0, 9)
    Traceback (most recent call last):
        ...
    ValueError: expected seed to be a whole number from 0 to 9, found 10
    """
    number = None
    if isinstance(value, Integral | float) and not isinstance(value, bool) and value % 1 == 0:
        number = int(value)
    if number is None or not low <= number <= high:
        raise ValueError(
            f"expected {name} to be a whole number from {low} to {high}, found {brief(value)}"
        )
    return number


def real(value: object, name: str, low: float, high: float) -> float:
    """The value as a finite number from low to high.

    Examples
    --------
    >>> real(float("nan"), "scale", 0, 10)
    Traceback (most recent call last):
        ...
    ValueError: expected scale to be a number from 0 to 10, found nan
    """
    number = as_float(value)
    if not low <= number <= high:
        raise ValueError(
            f"expected {name} to be a number from {low:g} to {high:g}, found {brief(value)}"
        )
    return number


def as_float(value: object) -> float:
    """The value as a float, or nan where it is no number or none that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # of a whole number like 10**400
        return math.nan


def brief(value: object) -> str:
    """What was found, short enough for a message."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # numbers of thousands of digits, lists of themselves
        text = f"a {type(value).__name__} too large to write"
    return text if len(text) <= 60 else f"{text[:57]}..."
