"""How the ticks of an axis are written, as the page writes them (front/draw/labels.js).

A tick is an exact decimal :math:`k \\cdot 10^e`, so that its label says where it stands.
"""

from __future__ import annotations

import re
from itertools import pairwise

Decimal = tuple[int, int]  # k and e
Written = tuple[list[str], str]  # the labels, and what belongs to all of them in the axis' title

WIDTHS = {".": 0.32, "−": 0.84, "e": 0.62, "⁻": 0.53}
LARGEST = 6  # digits before the point that need no exponent
SHORT = 4  # digits that a label may have beside an exponent or a factor
LOWEST = -4  # exponent of a digit that needs none
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def width_of(text: str) -> float:
    """The width of a label in units of its type, not less than that of any usual font."""
    return sum(
        WIDTHS.get(letter, 0.42 if letter > "⁬" or letter in "¹²³" else 0.64) for letter in text
    )


def power(n: int) -> str:
    """A power of ten, as it is written by hand.

    Examples
    --------
    >>> power(-12), power(1), power(0)
    ('10⁻¹²', '10', '1')
    """
    return {0: "1", 1: "10"}.get(n, "10" + str(n).translate(_SUPERSCRIPTS))


def plain(decimal: Decimal) -> str:
    """In digits, with as many after the point as 10^e needs.

    Examples
    --------
    >>> plain((-15, -2)), plain((2, 1)), plain((0, -3))
    ('−0.15', '20', '0')
    """
    k, e = decimal
    digits, sign = str(abs(k)), "−" if k < 0 else ""
    if k == 0 or e >= 0:
        return "0" if k == 0 else sign + digits + "0" * e
    padded = digits.rjust(1 - e, "0")
    return f"{sign}{padded[:e]}.{padded[e:]}"


def scientific(decimal: Decimal) -> str:
    """As 1.5e−7.

    Examples
    --------
    >>> scientific((15, -8)), scientific((-3, 20))
    ('1.5e−7', '−3e20')
    """
    k, e = decimal
    digits, rest = str(abs(k)), str(abs(k))[1:].rstrip("0")
    if k == 0:
        return "0"
    sign, point = "−" if k < 0 else "", "." if rest else ""
    return f"{sign}{digits[0]}{point}{rest}e{e + len(digits) - 1}".replace("-", "−")


def ways(decimals: list[Decimal]) -> list[Written]:
    """Ways to write decimals of one exponent, the simplest first."""
    ks, e = [k for k, _ in decimals], decimals[0][1]
    longest = max(len(str(abs(k))) for k in ks)
    even = len({b - a for a, b in pairwise(ks)}) <= 1
    found: list[Written] = []
    if longest + e <= LARGEST and e >= LOWEST:
        found.append((list(map(plain if even else _trimmed, decimals)), ""))
    if longest <= SHORT:
        found.append((list(map(scientific, decimals)), ""))
        factor = e + longest - 1
        return [*found, ([_trimmed((k, e - factor)) for k in ks], _times(factor))]
    return [*found, _shifted(ks, e)]


def _trimmed(decimal: Decimal) -> str:
    """Without the zeros at its end."""
    text = plain(decimal)
    return re.sub(r"\.?0+$", "", text) if "." in text else text


def _shifted(ks: list[int], e: int) -> Written:
    """Labels that count from a round number near all of them."""
    whole = 10 ** len(str(ks[-1] - ks[0]))
    zero = ks[0] // whole * whole
    for k in ks:
        zero = k if _zeros(k) > _zeros(zero) else zero
    digits = len(str(abs(zero))) + e
    offset = (scientific if digits > 12 or digits < -3 else _trimmed)((zero, e))
    factor = 0 if LOWEST + 1 <= e <= 0 else e
    words = f"{'−' if zero < 0 else '+'} {offset.removeprefix('−')}"
    texts = [plain((k - zero, e - factor)) for k in ks]
    return texts, words if factor == 0 else f"{_times(factor)} {words}"


def _zeros(k: int) -> int:
    text = str(k)
    return len(text) - len(text.rstrip("0"))


def _times(factor: int) -> str:
    return "" if factor == 0 else f"×{power(factor)}"
