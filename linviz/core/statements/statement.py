"""One statement of the theory beside what a run says of it."""

from __future__ import annotations

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


def within(
    name: str, theory: str, measured: str, *, off: float, most: float, bar: float, because: str
) -> Statement:
    """A deviation beside what it may be: refuted only beyond the error bar of what was measured.

    Examples
    --------
    >>> why = "the steps may err by as much"
    >>> within("Name", "it is 0", "it is 2", off=2.0, most=1.0, bar=3.0, because=why).measured
    'it is 2: not decided here, because the steps may err by as much'
    """
    if off <= most:
        return Statement(name, theory, measured, True)
    if off <= bar:
        return Statement(name, theory, f"{measured}: not decided here, because {because}", None)
    return Statement(name, theory, measured, False)
