r"""How waits and ends depend on scale, width and depth: many studies in one tidy table."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import MINIMUM
from linviz.core.model import checks
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.problem import Problem
from linviz.core.starts.basin import asked, clopper_pearson
from linviz.core.starts.kept import OF_ANOTHER, StudyStoppedError
from linviz.core.starts.measurement import MOST_STARTS, study, watched
from linviz.core.starts.record import StartStudy
from linviz.core.starts.share import Study

MOST_SETTINGS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One saddle of one setting; what could not be told is NaN, and `reason` says why.

    Attributes
    ----------
    widths, scale, depth, width
        The setting; `depth` is the number H of hidden layers and `width` the widest of them.
    n, n_minimum, n_undecided
        Starts, and how many of them are at the minimum or undecided at the horizon.
    low, high : float
        Exact 95 % interval of the share at the minimum.
    saddle : str
        Learned | missed modes, counted from 1.
    passed, waiting : int
        Starts that passed near it, and how many of them still wait there at the horizon.
    wait_50, wait_90, wait_99 : float
        Quantiles of their waits.
    left_50 : float
        The median, over all starts, of the time at which the loss leaves the band around its value.
    law, value, error, theory, codimension, reason
        As in `Tail`.
    """

    widths: str
    depth: int
    width: int
    scale: float
    n: int
    n_minimum: int
    n_undecided: int
    low: float
    high: float
    saddle: str
    passed: int
    waiting: int
    wait_50: float
    wait_90: float
    wait_99: float
    left_50: float
    law: str
    value: float
    error: float
    theory: float
    codimension: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Studies of several settings, and one row for each of their saddles.

    Attributes
    ----------
    studies : tuple of StartStudy
        In the order of the settings: depths, within them widths, within them scales.
    rows : tuple of Row
    """

    studies: tuple[StartStudy, ...]
    rows: tuple[Row, ...]

    @property
    def table(self) -> dict[str, NDArray[np.generic]]:
        """The rows as columns, as a data frame's constructor takes them."""
        named = [field.name for field in fields(Row)]
        return {name: np.array([getattr(row, name) for row in self.rows]) for name in named}

    def csv(self) -> str:
        """The rows as comma-separated values, texts in quotes, with a line of names above."""
        named = [field.name for field in fields(Row)]
        lines = [",".join(named)]
        for row in self.rows:
            cells = asdict(row).values()
            lines.append(",".join(f'"{x}"' if isinstance(x, str) else f"{x!r}" for x in cells))
        return "\n".join(lines) + "\n"

    def _facts(self) -> dict[str, str]:
        widths = sorted({row.widths for row in self.rows})
        scales = sorted({row.scale for row in self.rows})
        return {
            "studies": str(len(self.studies)),
            "widths": ", ".join(widths),
            "scales": ", ".join(f"{x:g}" for x in scales),
            "rows": str(len(self.rows)),
        }

    def __repr__(self) -> str:
        return one_line("Sweep", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Sweep", self._facts())


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """What there is of a sweep: whole studies, and what was computed of the next."""

    question: tuple[Any, ...]
    studies: tuple[StartStudy, ...] = ()
    rest: object = None

    @classmethod
    def of(cls, question: tuple[Any, ...], kept: object) -> _Begun:
        """What an error kept of just this sweep, or nothing yet."""
        begun = cls(question) if kept is None else kept
        if not (isinstance(begun, cls) and begun.question == question):
            raise ValueError(OF_ANOTHER)
        return begun


@contextmanager
def _kept(question: tuple[Any, ...], studies: list[StartStudy]) -> Iterator[None]:
    """Who stops one of the studies is handed the others too."""
    try:
        yield
    except StudyStoppedError as error:
        words = f"study {len(studies) + 1} of {len(question[0])}: {error}"
        there = _Begun(question, tuple(studies), error.kept)
        raise StudyStoppedError(words, there) from error.__cause__


def sweep(
    problem: Problem,
    dims: Sequence[int],
    n: int = 1000,
    rule: str = "gaussian",
    scale: float = 0.02,
    seed: int = 0,
    *,
    scales: Sequence[float] = (),
    widths: Sequence[int] = (),
    depths: Sequence[int] = (),
    t_end: float = 60.0,
    executor: Executor | None = None,
    progress: Callable[[int, int], object] | None = None,
    interrupt: Callable[[], bool] | None = None,
    kept: object = None,
    checkpoint: str | PathLike[str] | None = None,
) -> Sweep:
    r"""Studies over scale, width and depth, as one tidy table.

    Parameters
    ----------
    problem, dims, n, rule, scale, seed, t_end, executor, interrupt
        As in `linviz.starts.study`.
    scales : numbers, optional
        Scales of the rule, instead of `scale`.
    widths : integers, optional
        Each puts all hidden layers to that width.
    depths : integers, optional
        Each is a number H of hidden layers, all as wide as the widest hidden layer of `dims`.
    progress : callable (done, n), optional
        Of the starts of all settings.
    kept : optional
        What a sweep that was stopped had computed, ``error.kept``: go on from there.
    checkpoint : folder, optional
        Each study has a folder of its own in it; a sweep that is killed goes on from there.

    Returns
    -------
    Sweep

    Raises
    ------
    ValueError
        If an argument is out of range, or there are more than 1000 settings.
    StudyStoppedError
        If it was stopped, or its executor has ended; what was computed is kept with it.
    FlowError
        If an integration cannot go on.

    Notes
    -----
    Start k of each setting has the seed ``seed + k``: what differs between settings of the same
    widths is the setting alone, and their estimates are not independent of each other.

    Examples
    --------
    >>> found = sweep(Problem.canonical((2, 1)), (2, 2, 2), n=50, scales=(0.1, 0.01))
    >>> found
    Sweep(studies=2, widths=2-2-2, scales=0.01, 0.1, rows=6)
    >>> found.table["saddle"][:3].tolist()
    ['∅ | {1,2}', '{2} | {1}', '{1} | {2}']
    """
    n = checks.whole(n, "n", 1, MOST_STARTS)
    settings = settings_of(asked(problem, dims, rule, scale, t_end), scales, widths, depths)
    question = ([each.asked for each in settings], n, seed)
    begun = _Begun.of(question, kept)
    studies, rest = list(begun.studies), begun.rest
    for k, each in list(enumerate(settings))[len(studies) :]:

        def report(done: int, _: int, first: int = k * n) -> None:
            if progress is not None:
                progress(first + done, n * len(settings))

        with _kept(question, studies):
            found = study(
                *(problem, each.dims, n, rule, each.scale, seed),
                t_end=t_end,
                executor=executor,
                progress=report,
                interrupt=interrupt,
                kept=rest,
                checkpoint=None if checkpoint is None else Path(checkpoint) / f"study-{k:03d}",
            )
        studies.append(found)
        rest = None
    rows = tuple(row for found in studies for row in rows_of(found))
    return Sweep(tuple(studies), rows)


def settings_of(
    base: Study, scales: Sequence[float], widths: Sequence[int], depths: Sequence[int]
) -> list[Study]:
    """What is asked in each setting, of which `base` has what does not change."""
    dims, hidden = base.dims, base.dims[1:-1]
    listed = [
        checks.items(each, f"{name}, as {example}")
        for each, name, example in (
            (scales, "scales", "(0.1, 0.01)"),
            (widths, "widths", "(2, 3)"),
            (depths, "depths", "(1, 2)"),
        )
    ]
    sizes = [checks.positive(each, "a scale") for each in listed[0]] or [base.scale]
    wide = [checks.whole(each, "a width", 1) for each in listed[1]] or [0]
    deep = [checks.whole(each, "a depth", 0, 1000) for each in listed[2]] or [-1]
    if not hidden and (max(wide) > 0 or max(deep) > 0):
        raise ValueError(
            f"expected hidden layers, whose width or number is to change, found widths {dims}"
        )
    if len(sizes) * len(wide) * len(deep) > MOST_SETTINGS:
        raise ValueError(
            f"expected at most {MOST_SETTINGS} settings, found {len(sizes) * len(wide) * len(deep)}"
        )
    found = []
    for H, width, size in itertools.product(deep, wide, sizes):
        layers = hidden if H < 0 else (max(hidden, default=1),) * H
        layers = (width,) * len(layers) if width else layers
        each = replace(base, dims=(dims[0], *layers, dims[-1]), scale=size)
        found.append(replace(each, watched=watched(base.problem, each.dims)))
    return found


def rows_of(found: StartStudy) -> list[Row]:
    """The rows of one study."""
    basin, hidden = found.basin, found.basin.dims[1:-1]
    at_minimum = basin.counts[MINIMUM]
    low, high = clopper_pearson(at_minimum, basin.n)
    return [
        Row(
            widths=chain(basin.dims),
            depth=len(hidden),
            width=max(hidden, default=0),
            scale=basin.scale,
            n=basin.n,
            n_minimum=at_minimum,
            n_undecided=basin.n_undecided,
            low=low,
            high=high,
            saddle=found.name(missed),
            **_waits(found, k),
        )
        for k, missed in enumerate(found.saddles)
    ]


def _waits(found: StartStudy, k: int) -> dict[str, Any]:
    """What a row says of the waits at the k-th saddle."""
    missed, passed = found.saddles[k], found.near[:, k]
    left = np.sort(found.left[:, k])
    law = found.law(missed)
    told: dict[str, Any] = {
        "passed": int(passed.sum()),
        "waiting": int(np.isinf(found.left[passed, k]).sum()),
        **{f"wait_{q}": math.nan for q in (50, 90, 99)},
        "left_50": float(left[len(left) // 2]),
        "law": law.law,
        **dict.fromkeys(("value", "error", "codimension"), math.nan),
        "theory": _number(law.total),
        "reason": f"{law.reason}; no start passed near it",
    }
    if passed.any():
        tail = found.tail(missed)
        told |= {f"wait_{q}": _number(t) for q, t in found.quantiles(missed).items()}
        told |= {"value": _number(tail.value), "error": _number(tail.error)}
        told |= {"codimension": _number(tail.codimension), "reason": tail.reason}
    return told


def _number(value: float | None) -> float:
    return math.nan if value is None else value
