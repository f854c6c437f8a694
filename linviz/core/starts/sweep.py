r"""How waits and ends depend on scale, width and depth: many studies in one tidy table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import MINIMUM
from linviz.core.model import checks
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.problem import Problem
from linviz.core.starts.bar import Progress, shown
from linviz.core.starts.basin import asked, clopper_pearson
from linviz.core.starts.forecast import cost_of
from linviz.core.starts.kept import OF_ANOTHER, StudyStoppedError
from linviz.core.starts.measurement import MOST_STARTS, study
from linviz.core.starts.record import StartStudy
from linviz.core.starts.settings import settings_of
from linviz.core.starts.sheet import path_of


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
    progress: Progress | bool | None = None,
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
    progress : callable (done, n), or True, optional
        Of the starts of all settings. True tells what it will cost, and shows a bar with the time
        left.
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
    with shown(progress, lambda: cost_of(settings, n, seed).words) as told:
        for k, each in list(enumerate(settings))[len(studies) :]:

            def report(done: int, _: int, first: int = k * n) -> None:
                told(first + done, n * len(settings))

            with _kept(question, studies):
                found = study(
                    *(problem, each.dims, n, rule, each.scale, seed),
                    t_end=t_end,
                    executor=executor,
                    progress=report,
                    interrupt=interrupt,
                    kept=rest,
                    checkpoint=_folder(checkpoint, k),
                )
            studies.append(found)
            rest = None
    return Sweep(tuple(studies), tuple(row for found in studies for row in rows_of(found)))


def _folder(checkpoint: str | PathLike[str] | None, k: int) -> Path | None:
    return None if checkpoint is None else path_of(checkpoint) / f"study-{k:03d}"


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
