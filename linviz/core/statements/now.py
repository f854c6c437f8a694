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
from linviz.core.statements.phrases import Fact, Piece

_NUMBER = re.compile(r"«(\w+)(?::(\d))?»")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said at a moment.

    Attributes
    ----------
    headline, short : tuple of (text, mode)
        Pieces of one sentence, and of one of at most twelve words; mode from 1, 0 for none.
    facts : tuple of (text, mode, bold)
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
    """

    sentences: NDArray[np.int32]
    texts: tuple[Told, ...]
    values: dict[str, Matrix]

    def at(self, k: int) -> Told:
        """What is said at the k-th frame, with its numbers."""
        told = self.texts[self.sentences[k]]

        def number(found: re.Match[str]) -> str:
            return steady(float(self.values[found[1]][k]), found[2])

        return Told(
            tuple((_NUMBER.sub(number, text), mode) for text, mode in told.headline),
            tuple((_NUMBER.sub(number, text), mode, bold) for text, mode, bold in told.facts),
            tuple((_NUMBER.sub(number, text), mode) for text, mode in told.short),
        )


def telling(run: Run) -> Telling:
    """What is said at every moment of a run.

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
    course, trajectory = run.course, run.trajectory
    texts: dict[Told, int] = {}
    sentences = np.empty(len(trajectory.t), dtype=np.int32)
    keys = _keys(course)
    last_key, told = None, 0
    for k, key in enumerate(keys):
        if key != last_key:
            told = texts.setdefault(_told(run, k), len(texts))
            last_key = key
        sentences[k] = told
    if trajectory.status != "converged":
        final = _told(run, len(keys) - 1)
        moment = course.frame(len(keys) - 1)
        end = tuple(phrases.stopped(moment, trajectory.problem))
        final = Told(end, final.facts, end)
        sentences[-1] = texts.setdefault(final, len(texts))
    return Telling(sentences, tuple(texts), _values(run, tuple(texts)))


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
    table = np.hstack([part.astype(np.int16) for part in parts])
    return [row.tobytes() for row in table]


def _told(run: Run, k: int) -> Told:
    """What is said at a frame."""
    course, problem = run.course, run.trajectory.problem
    moment = course.frame(k)
    ended = [stay for stay in course.stays if stay.last < k]
    before = ended[-1] if ended else None
    return Told(
        tuple(phrases.headline(moment, problem)),
        tuple(phrases.facts(moment, before, problem, len(run.trajectory.W))),
        tuple(phrases.short(moment, problem)),
    )


def _values(run: Run, texts: tuple[Told, ...]) -> dict[str, Matrix]:
    """The numbers over time that the texts name."""
    words = "".join(str(piece[0]) for told in texts for piece in (*told.headline, *told.facts))
    names = {found[1] for found in _NUMBER.finditer(words)}
    values: dict[str, Matrix] = {}
    for name in sorted(names):
        if name == "L":
            values[name] = run.trajectory.loss
        elif name == "fall":
            values[name] = run.trajectory.gradient_norm**2
        else:
            values[name] = run.strengths[:, int(name[1:]) - 1]
    return values
