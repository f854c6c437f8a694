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
