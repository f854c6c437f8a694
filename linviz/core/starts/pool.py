"""Many draws, in one process or shared out among the workers of an executor."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any, TypeVar

from linviz.core.flow.integrator import FlowError
from linviz.core.model import checks
from linviz.core.starts.bar import Progress, listened, shown
from linviz.core.starts.kept import Kept, StudyStoppedError
from linviz.core.starts.share import Draws, Share, run_share

LISTENING = 0.05  # seconds between two calls of `interrupt` while an executor works
AHEAD = 64  # pieces that an executor is given at once: more would fill the memory
TO_GO_ON = "go on from there with the same call and kept=error.kept, or the same checkpoint"

T = TypeVar("T")
R = TypeVar("R")
Interrupt = Callable[[], bool]


def run_draws(
    spec: Draws,
    numbers: range,
    executor: Executor | None = None,
    progress: Progress | bool | None = None,
    interrupt: Interrupt | None = None,
    *,
    kept: Kept | None = None,
) -> Share:
    """Results of all draws, in their order; `progress` hears how many are done, and of how many."""
    listened(progress, interrupt)
    kept = Kept(spec, numbers) if kept is None else kept
    with shown(progress) as report:
        if executor is None:
            _alone(kept, report, interrupt)
        else:
            _shared_out(executor, kept, report, interrupt)
    return kept.share()


def each_of(
    executor: Executor | None,
    compute: Callable[..., T],
    tasks: Sequence[tuple[Any, ...]],
    sizes: Sequence[int],
    found: dict[int, T],
    progress: Progress | bool | None = None,
    interrupt: Interrupt | None = None,
    also: Callable[[int, T], object] | None = None,
) -> None:
    """Put what comes of every task that is not there yet by its number; `progress` counts sizes.

    `also` hears of what comes. Whoever stops it leaves those that have come.
    """
    listened(progress, interrupt)
    missing = [(k, task) for k, task in enumerate(tasks) if k not in found]
    ear, n = _Heard(interrupt), sum(sizes)
    try:
        with shown(progress) as report:

            def take(k: int, result: T) -> None:
                found[k] = result
                if also is not None:
                    also(k, result)
                report(sum(sizes[j] for j in found), n)

            if executor is None:
                for k, task in missing:
                    take(k, compute(*task, ear))
            else:
                _at_work(executor, compute, missing, take, interrupt)
    except (_EndedError, FlowError) as ended:
        if isinstance(ended, FlowError) and not ear.stopped:
            raise
        why = "the study was stopped" if ear.stopped else str(ended)
        done = sum(sizes[j] for j in found)
        words = f"{why} after {done} of {n} starts, which are kept: {TO_GO_ON}"
        raise StudyStoppedError(words, found) from ended.__cause__


class _Heard:
    """Whether somebody asked to stop, remembered."""

    def __init__(self, interrupt: Interrupt | None) -> None:
        self.interrupt, self.stopped = interrupt, False

    def __call__(self) -> bool:
        self.stopped = self.stopped or (self.interrupt is not None and self.interrupt())
        return self.stopped


class _EndedError(Exception):
    """Why an executor does not go on, in words."""


def _at_work(
    executor: Executor,
    compute: Callable[..., T],
    tasks: Iterable[tuple[int, tuple[Any, ...]]],
    take: Callable[[int, T], object],
    interrupt: Interrupt | None,
) -> None:
    """Let an executor compute the tasks, some at a time, and take each result as it comes."""
    if not callable(getattr(executor, "submit", None)):
        raise ValueError(
            "expected an executor as of concurrent.futures, which has `submit`, found "
            f"{checks.brief(executor)}"
        )
    ahead = iter(tasks)
    at_work: dict[Future[T], int] = {}
    try:
        while True:
            for k, task in itertools.islice(ahead, AHEAD - len(at_work)):
                at_work[_of_executor(executor.submit, compute, *task)] = k
            if not at_work:
                return
            ended = wait(at_work, LISTENING, return_when=FIRST_COMPLETED).done
            for future in sorted(ended, key=_failed):  # first those that have something to keep
                take(at_work[future], _of_executor(future.result))
                del at_work[future]
            if at_work and interrupt is not None and interrupt():
                raise _EndedError("the study was stopped")
    finally:
        for future in at_work:
            future.cancel()


def _of_executor(ask: Callable[..., R], *given: Any) -> R:
    """What an executor answers, which may be broken, shut down, or its cluster gone."""
    try:
        return ask(*given)
    except FlowError:
        raise
    except Exception as error:
        words = f"{type(error).__name__}: {str(error)[:200]}"
        raise _EndedError(f"the executor has ended ({words})") from error


def _failed(future: Future[T]) -> bool:
    return future.cancelled() or future.exception() is not None


class _Ear:
    """Between a piece that is computed here and who asked for the study."""

    def __init__(self, kept: Kept, report: Progress, interrupt: Interrupt | None) -> None:
        self.before, self.n = kept.n_done, len(kept.numbers)
        self.report, self.interrupt = report, interrupt
        self.done, self.stopped = self.before, False

    def told(self, done: int) -> None:
        self.done = self.before + done
        self.report(self.done, self.n)

    def asked(self) -> bool:
        self.stopped = self.interrupt is not None and self.interrupt()
        return self.stopped


def _alone(kept: Kept, report: Progress, interrupt: Interrupt | None) -> None:
    for k in kept.missing:
        ear = _Ear(kept, report, interrupt)
        try:
            share = run_share(kept.spec, kept.pieces[k], ear.told, ear.asked)
        except FlowError:
            if ear.stopped:
                raise _stopped(kept, ear.done) from None
            raise
        kept.put(k, share)


def _shared_out(
    executor: Executor, kept: Kept, report: Progress, interrupt: Interrupt | None
) -> None:
    def take(k: int, share: Share) -> None:
        kept.put(k, share)
        report(kept.n_done, len(kept.numbers))

    tasks = ((k, (kept.spec, kept.pieces[k])) for k in kept.missing)
    try:
        _at_work(executor, run_share, tasks, take, interrupt)
    except _EndedError as ended:
        raise _stopped(kept, kept.n_done, str(ended)) from ended.__cause__


def _stopped(kept: Kept, done: int, why: str = "the study was stopped") -> StudyStoppedError:
    words = f"{why} after {done} of {len(kept.numbers)} runs; {kept.n_done} of them are kept"
    return StudyStoppedError(f"{words}: {TO_GO_ON}", kept)
