"""The record of a rule, a data set, or what runs beside the flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from linviz.core.experiment.catalogue.fields import Field
from linviz.core.model.samples import DataSet


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One thing that a scenario can name, with all that others ask of it.

    Attributes
    ----------
    name : str
        In code, links and JSON; it stays for ever.
    title : str
        In a menu.
    words : str
        In a sentence.
    make : callable
        Makes it, given the values of its fields by name: of a rule the weights,
        ``make(problem, dims, **fields)``; of a data set the problem, ``make(dims, **fields)``, and
        ``data=`` the file where it was uploaded; of what runs beside a flow its trajectory or
        None, ``make(flow, interrupt=interrupt, **fields)``.
    fields : tuple of Field
        Those of a scenario that it reads, in the order of the controls.
    idle : tuple of pairs of Field
        A field that it does not read while another is zero.
    scale_of : "", "entries", "layers" or "layers on average"
        Of a rule: whether its scale is the standard deviation of the entries, the singular values
        of every layer, their mean, or nothing of the kind.
    saddle : bool
        Of a rule: whether its starts lie on the stable manifold of the saddle that misses the
        modes `missed`.
    lines : tuple of Field
        Of a rule: fields in whose numbers its weights are straight lines, all else kept.
    squares : tuple of Field and power
        Of a rule: fields in whose powers, each a function of H, the squares of its layers'
        singular values are straight lines on either side of 0; singular vectors stay.
    roots : tuple of Field
        Of a rule: fields in whose (H+1)-th roots its weights are straight lines, all else kept.
    sees_target : bool
        Of a rule: whether its weights depend on how strong the target's modes are.
    horizon : float or None
        Of a data set: where a run ends unless asked otherwise; None where its limit is in reach.
    read : callable, () -> DataSet, or None
        Of a data set that comes with linviz: its samples.
    short : str
        How a sentence about it begins; `words` where not given.

    Examples
    --------
    >>> from linviz.core.experiment.catalogue.rules import RULES
    >>> [field.name for field in RULES["gaussian"].fields]
    ['scale', 'seed']
    """

    name: str
    title: str
    words: str
    make: Callable[..., Any]
    fields: tuple[Field, ...] = ()
    idle: tuple[tuple[Field, Field], ...] = ()
    scale_of: Literal["", "entries", "layers", "layers on average"] = ""
    saddle: bool = False
    lines: tuple[Field, ...] = ()
    squares: tuple[tuple[Field, Callable[[int], float]], ...] = ()
    roots: tuple[Field, ...] = ()
    sees_target: bool = False
    horizon: float | None = None
    read: Callable[[], DataSet] | None = None
    short: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "short", self.short or self.words[:1].upper() + self.words[1:])

    def values(self, scenario: object) -> dict[str, Any]:
        """What it reads of a scenario, by name."""
        return {field.name: getattr(scenario, field.name) for field in self.fields}

    def in_use(self, scenario: object) -> frozenset[str]:
        """Names of the fields that make a difference, with the values that they have."""
        idle = {a.name for a, b in self.idle if not getattr(scenario, b.name)}
        return frozenset(field.name for field in self.fields) - idle


def by_name(*entries: Entry) -> dict[str, Entry]:
    """Entries by name, in the order of the menu."""
    found = {entry.name: entry for entry in entries}
    if len(found) < len(entries):
        raise ValueError("expected entries with different names, found one name twice")
    return found
