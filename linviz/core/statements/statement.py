"""One statement of the theory beside what a run says of it, and how its numbers are written."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the theory and what a run says of it.

    Attributes
    ----------
    name, theory, measured : str
    holds : bool or None
        None where the statement does not apply or nothing can be measured.
    """

    name: str
    theory: str
    measured: str
    holds: bool | None


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
