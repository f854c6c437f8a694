"""What is said of a run at each of its moments: one headline, one line of numbers, one short form.

Sentences are few: frames at which the same is to be said share one, and the numbers that move with
the time are filled in by whoever shows it, from `Telling.values`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.run import Run
from linviz.core.landscape.course import Course
from linviz.core.model.problem import Matrix
from linviz.core.statements import phrases
from linviz.core.statements.pieces import Fact, Piece
from linviz.core.statements.second import Second, second

_NUMBER = re.compile(r"«(\w+)(?::(\d))?»")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said at a moment.

    Attributes
    ----------
    headline, short : tuple of (text, look)
        Pieces of one sentence, and of one of at most twelve words; looks as in `pieces`.
    facts : tuple of (text, look, bold)
    """

    headline: tuple[Piece, ...]
    facts: tuple[Fact, ...]
    short: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """What is said at every moment of a run.

    Attributes
    ----------
    sentences : array (n,)
        For each frame the index into `texts`.
    texts : tuple of Told
    values : dict of arrays (n,)
        The numbers that the texts name.
    beside : Second or None
        The second run that they speak of.
    """

    sentences: NDArray[np.int32]
    texts: tuple[Told, ...]
    values: dict[str, Matrix]
    beside: Second | None

    def at(self, k: int) -> Told:
        """What is said at the k-th frame, with its numbers."""
        told = self.texts[self.sentences[k]]

        def number(found: re.Match[str]) -> str:
            return steady(float(self.values[found[1]][k]), found[2])

        return Told(
            tuple((_NUMBER.sub(number, text), look) for text, look in told.headline),
            tuple((_NUMBER.sub(number, text), look, bold) for text, look, bold in told.facts),
            tuple((_NUMBER.sub(number, text), look) for text, look in told.short),
        )


def telling(run: Run, kept: Run | None = None) -> Telling:
    """What is said at every moment of a run, and of the one beside it.

    Parameters
    ----------
    run : Run
    kept : Run, optional
        The run A that it is compared with.

    Examples
    --------
    >>> from linviz.core.experiment.presets import presets
    >>> from linviz.core.experiment.run import run
    >>> study = run(presets["saddle-to-saddle"])
    >>> said = telling(study)
    >>> told = said.at(int(np.searchsorted(study.trajectory.t, 6.0)))
    >>> "".join(text for text, _ in told.headline)
    'Near the saddle that knows modes 1 and 2: 8 ways down, mode 3 takes one.'
    """
    other = second(run, kept)
    texts: dict[Told, int] = {}
    keys: list[object] = list(_keys(run.course))
    if other is not None:
        keys = [(key, other.key(k)) for k, key in enumerate(keys)]
    last = len(keys) - 1
    if run.trajectory.status != "converged":
        keys[last] = None
    sentences = np.empty(len(keys), dtype=np.int32)
    for k, key in enumerate(keys):
        if k == 0 or key != keys[k - 1]:
            told = _told(run, other, k, is_stopped=key is None)
        sentences[k] = texts.setdefault(told, len(texts))
    values = _values(run, other, tuple(texts))
    return Telling(sentences, tuple(texts), values, other)


def steady(value: float, decimals: str | None = None) -> str:
    """A number that keeps its width while it moves: so many decimals, or three digits.

    Examples
    --------
    >>> steady(2.5), steady(0.94, "2"), steady(1234.5), steady(1.5e-7), steady(0.0)
    ('2.50', '0.94', '1234', '1.50e−7', '0')
    """
    if decimals is not None:
        return f"{value:.{decimals}f}".replace("-", "−")
    size = abs(value)
    if value == 0:
        return "0"
    if 1e-3 <= size < 999.5:
        return f"{value:#.3g}".rstrip(".").replace("-", "−")
    if 999.5 <= size < 99999.5:
        return f"{value:.0f}".replace("-", "−")
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def _keys(course: Course) -> list[bytes]:
    """Equal for frames of which the same is said."""
    parts = [course.stay[:, None], course.next[:, None], course.is_moving[:, None], course.modes]
    table = np.hstack([part.astype(np.int16) for part in (*parts, course.above)])
    return [row.tobytes() for row in table]


def _told(run: Run, other: Second | None, k: int, *, is_stopped: bool) -> Told:
    """What is said at a frame."""
    course, problem = run.course, run.trajectory.problem
    moment = course.frame(k)
    ended = [stay for stay in course.stays if stay.last < k]
    before = ended[-1] if ended else None
    facts = phrases.facts(moment, before, problem, len(run.trajectory.W))
    if other is not None:
        own = facts[: 2 if moment.stay is not None else 1]
        return Told(
            _both(other, phrases.clause(moment, problem), other.clause(k)),
            (("● ", 0, 0), *own, *other.facts(k)),
            _both(other, phrases.short_clause(moment, problem), other.clause(k, short=True)),
        )
    if is_stopped:
        end, brief = phrases.stopped(moment, problem), phrases.briefly_stopped(moment, problem)
        return Told(tuple(end), tuple(facts), tuple(brief))
    return Told(
        tuple(phrases.headline(moment, problem)),
        tuple(facts),
        tuple(phrases.short(moment, problem)),
    )


def _both(other: Second, first: list[Piece], then: list[Piece]) -> tuple[Piece, ...]:
    """One sentence for each of two runs."""
    return tuple(phrases.both((other.first, other.name), first, then))


def _values(run: Run, other: Second | None, texts: tuple[Told, ...]) -> dict[str, Matrix]:
    """The numbers over time that the texts name."""
    words = "".join(str(piece[0]) for told in texts for piece in (*told.headline, *told.facts))
    names = {found[1] for found in _NUMBER.finditer(words)}
    values: dict[str, Matrix] = {}
    for name in sorted(names):
        if name == "L":
            values[name] = run.trajectory.loss
        elif name == "B" and other is not None:
            values[name] = other.values
        elif name == "fall":
            values[name] = run.trajectory.gradient_norm**2
        else:
            values[name] = run.strengths[:, int(name[1:]) - 1]
    return values
