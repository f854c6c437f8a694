"""Computes beside the kernel's event loop, in a thread for each lane; the newest work wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread

from linviz.panels.work import (
    SHOW_AFTER,
    TELL_EVERY,
    Failed,
    Finished,
    Job,
    Lane,
    Order,
    Report,
    Stop,
    StoppedError,
    Work,
)

GIVE_UP_AFTER = 0.2  # a stopped run that has nothing to show by then is dropped


class Runner:
    """Computes works in threads where an event loop runs, else at once.

    Parameters
    ----------
    report : callable (report)
        Called in the loop's own thread: `Finished` or `Failed` once for each work that was not
        dropped, `Progress` while a run lasts.
    """

    def __init__(self, report: Callable[[Report], None]) -> None:
        self._report = report
        self._jobs: dict[Lane, Job] = {}
        self._working: set[Lane] = set()  # lanes whose thread lives

    @property
    def busy(self) -> bool:
        """Whether a work is under way."""
        return bool(self._jobs)

    def take(self, order: Order) -> None:
        """Begin, stop or forget a work."""
        if isinstance(order, Work):
            self._submit(order)
        elif isinstance(order, Stop):
            self._stop(order.lane)
        else:
            self._drop(order.lane)

    def _submit(self, work: Work) -> None:
        self._drop(work.lane)
        job = self._jobs[work.lane] = Job(work)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._finish(job, job.done(job.interrupt))
            return
        if work.lane == "run":
            loop.call_later(SHOW_AFTER, self._tell, loop, job)
        # scientific code takes a while to notice that it was dropped; the newest follows it
        if work.lane not in self._working:
            self._begin(loop, job)

    def _stop(self, lane: Lane) -> None:
        job = self._jobs.get(lane)
        if job is not None:
            job.stopped = True
            asyncio.get_running_loop().call_later(GIVE_UP_AFTER, self._give_up, job)

    def _drop(self, lane: Lane) -> None:
        job = self._jobs.pop(lane, None)
        if job is not None:
            job.dropped = True

    def _begin(self, loop: asyncio.AbstractEventLoop, job: Job) -> None:
        try:
            Thread(target=self._work, args=(loop, job), daemon=True).start()
        except RuntimeError as error:  # the machine has no more threads
            self._finish(job, Failed(job.work, error))
        else:
            self._working.add(job.work.lane)

    def _work(self, loop: asyncio.AbstractEventLoop, job: Job) -> None:
        outcome = job.done(job.interrupt)
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._worked, loop, job, outcome)

    def _worked(
        self, loop: asyncio.AbstractEventLoop, job: Job, outcome: Finished | Failed
    ) -> None:
        lane = job.work.lane
        self._working.discard(lane)
        self._finish(job, outcome)
        if lane in self._jobs and lane not in self._working:
            self._begin(loop, self._jobs[lane])

    def _finish(self, job: Job, outcome: Finished | Failed) -> None:
        if not job.dropped:
            del self._jobs[job.work.lane]
            self._report(outcome)

    def _tell(self, loop: asyncio.AbstractEventLoop, job: Job) -> None:
        if job is self._jobs.get(job.work.lane):
            self._report(job.progress)
            loop.call_later(TELL_EVERY, self._tell, loop, job)

    def _give_up(self, job: Job) -> None:
        if job is self._jobs.get(job.work.lane):
            self._drop(job.work.lane)
            self._report(
                Failed(
                    job.work,
                    StoppedError(
                        "Stopped before there was a result: the pictures are of the run before. "
                        "Smaller widths, fewer layers or a shorter time take less."
                    ),
                )
            )
