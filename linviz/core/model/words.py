"""How numbers, counts and lists are written in sentences."""

from __future__ import annotations

import math

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def written(value: float, digits: int = 4) -> str:
    """A number as a person writes it, with the minus sign of type.

    Powers of ten come with one digit less than asked for, and are rare: below 0.001 and from 10⁶.

    Examples
    --------
    >>> written(2.5), written(11770), written(-0.00001234), written(0), written(math.inf)
    ('2.5', '11770', '−1.23e−5', '0', '∞')
    >>> written(0.98765, 2), written(1.04e-9, 2), written(1 / 3, 6)
    ('0.99', '1e−9', '0.333333')
    """
    value = float(value)
    if not math.isfinite(value):
        return str(value).replace("inf", "∞").replace("-", "−")
    if digits < 4:
        value = float(f"{value:.{digits - 1}e}")
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:.{max(digits, 4)}g}".replace("-", "−")
    if 1e4 <= abs(value) < 1e6:
        return f"{value:.0f}".replace("-", "−")
    mantissa, exponent = f"{value:.{max(digits, 4) - 2}e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}".replace("-", "−")


def subscript(number: int) -> str:
    """The number in subscript digits.

    Examples
    --------
    >>> "C" + subscript(12)
    'C₁₂'
    """
    return str(number).translate(_SUBSCRIPTS)


def mode_numbers(missed: tuple[int, ...]) -> str:
    """Modes as people count them, from 1, in braces.

    Examples
    --------
    >>> mode_numbers((0, 2))
    '{1, 3}'
    """
    return "{" + ", ".join(str(k + 1) for k in missed) + "}"


def listed(items: list[str]) -> str:
    """Items as in a sentence.

    Examples
    --------
    >>> listed(["7", "2.5", "0.5"])
    '7, 2.5 and 0.5'
    """
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def plural(count: int, noun: str) -> str:
    """Count and noun.

    Examples
    --------
    >>> plural(1, "mode"), plural(2, "mode")
    ('1 mode', '2 modes')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
