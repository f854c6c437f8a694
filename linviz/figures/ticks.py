"""Which ticks an axis has, as the page has them (front/draw/ticks.js).

Round values inside it whose labels are all different, two at least, and do not touch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from linviz.core.model.tolerances import AXIS_SLACK, DECADE_SLACK
from linviz.figures.labels import Decimal, Written, power, ways, width_of

ACROSS, UPRIGHT = 4.4, 2.6  # from label to label, in units of the type
GAP, LINE = 0.5, 1.15  # the least between two labels side by side, and of two lines
STRIDES = (1, 2, 3, 5, 10, 20, 25, 50, 100, 200)
PARTS = ((1, 2, 5), (1, 3))
FEW = 4  # decades that may have more than powers of ten
RUNGS_BELOW = 5  # rungs of the ladder 1, 2, 5, 10 … below the usual one
INSETS = (0, 0.05, 0.1, 0.2, 0.3)

Tick = tuple[float, str]  # where it stands, and its label
Family = Callable[[], Iterable[list[Decimal]]]


@dataclass(frozen=True, slots=True)
class Span:
    """An axis from one coordinate to another.

    On a log axis these are exponents of ten, on one with a foot square roots of heights above it.
    """

    start: float
    end: float
    log: bool
    foot: float | None = None

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the start and 1 at the end."""
        return (self.coordinate(value) - self.start) / (self.end - self.start)

    def coordinate(self, value: float) -> float:
        if self.foot is not None:
            return math.copysign(math.sqrt(abs(value - self.foot)), value - self.foot)
        return math.log10(max(value, math.ulp(0.0))) if self.log else value

    def ends(self) -> tuple[float, float]:
        """The ends, as values."""
        if self.foot is not None:
            low, high = (self.foot + end * abs(end) for end in (self.start, self.end))
            return low, high
        return (10.0**self.start, 10.0**self.end) if self.log else (self.start, self.end)

    def holds(self, decimal: Decimal) -> bool:
        value = number(decimal)
        if not math.isfinite(value) or (self.log and value <= 0):
            return False
        return -AXIS_SLACK <= self.share(value) <= 1 + AXIS_SLACK


@dataclass(frozen=True, slots=True)
class Space:
    """What the labels have, in pixels.

    The axis' length, the type's size, how far they may reach beyond the two ends (across) or how
    wide they may be (upright).
    """

    length: float
    type: float
    upright: bool
    before: float
    after: float
    room: float


def number(decimal: Decimal) -> float:
    """The nearest number."""
    return float(f"{decimal[0]}e{decimal[1]}")


def ticks_of(scale: Span, space: Space, whole: bool = False) -> tuple[list[Tick], str]:
    """Ticks of an axis, of counts where they are `whole`, and what belongs to its title.

    Examples
    --------
    >>> ticks_of(Span(0.0, 60.0, False), Space(300, 15, False, 70, 16, 0))
    ([(0.0, '0'), (20.0, '20'), (40.0, '40'), (60.0, '60')], '')
    """
    most = max(2.0, space.length / (space.type * (UPRIGHT if space.upright else ACROSS)))
    families = _log_families(scale, most) if scale.log else [lambda: _even(scale, most, whole)]
    for least in (3, 2):
        for family in families:
            if found := _first_fitting(family, scale, space, least):
                return found
    # the usual steps have one value inside, or their labels touch: the outermost of finer ones
    return _first_fitting(lambda: _outermost(scale, most, whole), scale, space, 2) or ([], "")


def _outermost(scale: Span, most: float, whole: bool) -> Iterator[list[Decimal]]:
    """The outermost two of some values, and those further in, whose labels stick out less."""
    candidates = [_decades(scale)] if scale.log else []
    usual = _usual_step(scale, most, whole)
    if not (scale.log and scale.end - scale.start > FEW):
        rungs = range(usual, usual - RUNGS_BELOW - 1, -1)
        candidates += [_multiples(scale, rung) for rung in rungs if not whole or rung >= 0]
    for values in candidates:
        last = len(values) - 1
        for inset in INSETS if last >= 1 else ():
            yield [values[math.floor(inset * last)], values[math.ceil((1 - inset) * last)]]


def _log_families(scale: Span, most: float) -> list[Family]:
    """What a log axis may show.

    Powers of ten, each or every second, third ...; few decades have 2, 5 or 3 too; less than one
    has even steps.
    """
    decades = _decades(scale)

    def powers() -> Iterator[list[Decimal]]:
        for stride in STRIDES:
            if len(decades) <= stride * most + 1:
                yield [(k, e) for k, e in decades if e % stride == 0]

    def parts() -> Iterator[list[Decimal]]:
        around = range(math.floor(scale.start), math.floor(scale.end) + 1)
        for digits in PARTS:
            yield [(k, e) for e in around for k in digits if scale.holds((k, e))]

    if scale.end - scale.start > FEW:
        return [powers]
    return [powers, parts, lambda: _even(scale, most, False)]


def _decades(scale: Span) -> list[Decimal]:
    first, last = max(-324, math.floor(scale.start)), min(309, math.ceil(scale.end))
    return [(1, e) for e in range(first, last + 1) if scale.holds((1, e))]


def _even(scale: Span, most: float, whole: bool) -> Iterator[list[Decimal]]:
    """Multiples of 1, 2, 5, 10 … : the steps that give at most so many ticks, finest first."""
    rung = _usual_step(scale, most, whole)
    while len(values := _multiples(scale, rung)) >= 2:
        yield values
        rung += 1


def _usual_step(scale: Span, most: float, whole: bool) -> int:
    """The first rung of the ladder 1, 2, 5, 10 …, counted from 1, that is coarse enough."""
    low, high = scale.ends()
    size = math.log10(high - low) - math.log10(most)
    e = math.floor(size + DECADE_SLACK)
    within = (k for k, m in enumerate((1, 2, 5)) if e + math.log10(m) >= size - 1e-3)
    rung = 3 * e + next(within, 3)
    return max(0, rung) if whole else rung


def _multiples(scale: Span, rung: int) -> list[Decimal]:
    """Multiples of a rung inside the axis, one for each number that they round to."""
    e, m = rung // 3, (1, 2, 5)[rung % 3]
    step = m * Fraction(10) ** e
    low, high = (math.floor(Fraction(end) / step) for end in scale.ends())
    found: dict[float, Decimal] = {}
    for n in range(low - 1, high + 3):
        if scale.holds((n * m, e)):
            found.setdefault(number((n * m, e)), (n * m, e))
    return list(found.values())


def _first_fitting(
    family: Family, scale: Span, space: Space, least: int
) -> tuple[list[Tick], str] | None:
    for way in range(3):
        for values in family():
            if len(values) < least:
                continue
            written = _written(values, scale.log, way)
            found = None if written is None else _fitting(values, written, scale, space)
            if found is not None and sum(text != "" for _, text in found[0]) >= least:
                return found
    return None


def _written(values: list[Decimal], log: bool, way: int) -> Written | None:
    """The labels in one of the ways that there are; powers of ten are written as such."""
    if log and all(k == 1 for k, _ in values):
        return [power(e) for _, e in values], ""
    lowest = min(e for _, e in values)
    known = ways([(k * 10 ** (e - lowest), lowest) for k, e in values])
    return known[way] if way < len(known) else None


def _fitting(
    values: list[Decimal], written: Written, scale: Span, space: Space
) -> tuple[list[Tick], str] | None:
    """The ticks, if their labels have room: one that would stick out at an end is left away."""
    reached, ticks = -math.inf, []
    for decimal, text in zip(values, written[0], strict=True):
        at, width = space.length * scale.share(number(decimal)), space.type * width_of(text)
        half = (space.type * LINE if space.upright else width) / 2
        beyond = at - half < -space.before or at + half > space.length + space.after
        sticks_out = not space.upright and beyond
        if (space.upright and width > space.room) or (not sticks_out and at - half < reached):
            return None
        if not sticks_out:
            reached = at + half + (0 if space.upright else space.type * GAP)
        ticks.append((number(decimal), "" if sticks_out else text))
    return ticks, written[1]
