"""Where the run is at each moment, as the page reads it: stays, sentences, counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import Run
from linviz.core.landscape.stays import Stay
from linviz.core.model.problem import Matrix
from linviz.core.statements.now import telling
from linviz.core.statements.pieces import Piece, stay_name
from linviz.core.statements.second import Second, second
from linviz.figures import theme

UNKNOWN = -1
LARGEST_SINGLE = 1e30


def content(run: Run, preset: str = "", kept: Run | None = None) -> dict[str, Any]:
    """For each frame the stay, the sentence and the Hessian's counts; modes counted from 1.

    `beside` has the stretches of a second run, on a bar of its own, or is None; `about` is the
    moment that the lecture scenario is about, if it is one, or None.

    Counts are those of the stay's critical point; -1 where they are not known, or while the loss
    falls, until the eigenvalues are there.
    """
    said = telling(run, kept)
    return {
        **_course(run, said.beside),
        "sentences": said.sentences,
        "texts": [
            {
                "headline": colored(told.headline, run),
                "facts": told.facts,
                "short": colored(told.short, run),
            }
            for told in said.texts
        ],
        "values": {name: in_single(values) for name, values in said.values.items()},
        "about": LECTURE[preset].moment if preset in LECTURE else None,
    }


def unsaid(run: Run, kept: Run | None = None) -> dict[str, Any]:
    """The same without a word."""
    silence: dict[str, Any] = {"sentences": [], "texts": [], "values": {}, "about": None}
    return _course(run, second(run, kept)) | silence


def _course(run: Run, other: Second | None) -> dict[str, Any]:
    course = run.course
    unknown = (UNKNOWN,) * 3
    counts = np.array([*(stay.inertia or unknown for stay in course.stays), unknown], np.int32)
    return {
        "stays": [_stay(stay) for stay in course.stays],
        "stay": course.stay,
        "counts": counts[course.stay],
        "beside": _lane(other),
    }


def colored(sentence: tuple[Piece, ...], run: Run) -> tuple[Piece, ...]:
    """The sentence with its modes' colors, where pictures have such."""
    if len(run.trajectory.problem.singular_values) <= theme.MOST_COLORS:
        return sentence
    return tuple((words, look if isinstance(look, str) else 0) for words, look in sentence)


def in_single(values: Matrix) -> NDArray[Any]:
    """In half the bytes, where they have room for it."""
    if values.dtype != np.float64 or np.abs(values).max(initial=0.0) > LARGEST_SINGLE:
        return values
    return values.astype(np.float32)


def _lane(other: Second | None) -> list[dict[str, Any]] | None:
    """Stretches of a second run: near a critical point, or jumping."""
    if other is None or other.course is None:
        return None
    t = other.trajectory.t
    stretches: list[dict[str, Any]] = [
        {"from": stay.start, "to": stay.end, "kind": stay.kind} for stay in other.course.stays
    ]
    edges = np.flatnonzero(np.diff(other.jumps.astype(int), prepend=0, append=0))
    for a, b in edges.reshape(-1, 2):
        stretches.append({"from": t[a], "to": t[min(b, len(t) - 1)], "kind": "jumping"})
    return stretches


def _stay(stay: Stay) -> dict[str, Any]:
    down, flat, up = stay.inertia or (None, None, None)
    return {
        "from": stay.start,
        "to": stay.end,
        "learned": [k + 1 for k in stay.learned],
        "missed": [k + 1 for k in stay.missed],
        "kind": stay.kind,
        "level": stay.level,
        "down": down,
        "flat": flat,
        "up": up,
        "name": stay_name(stay),
    }
