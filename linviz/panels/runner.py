"""Runs one computation at a time beside the kernel's event loop; the newest request wins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Generic, TypeVar

from linviz.core.flow.trajectory import Interrupt

Request = TypeVar("Request")
Result = TypeVar("Result")

SHOW_AFTER = 0.35  # seconds until a run says that it runs
TELL_EVERY = 0.25
GIVE_UP_AFTER = 0.2  # a stopped run that has nothing to show by then is dropped


@dataclass(slots=True, eq=False)
class Job(Generic[Request]):
    """One request under way."""

    request: Request
    started: float = field(default_factory=time.monotonic)
    t: float = 0.0
    loss: float = float("nan")
    dropped: bool = False
    stopped: bool = False

    def interrupt(self, t: float, loss: float) -> bool:
        """Note how far the flow has come; whether it is to end."""
        self.t, self.loss = t, loss
        return self.stopped or self.dropped

    @property
    def seconds(self) -> float:
        """Wall time since the request."""
        return time.monotonic() - self.started


class Runner(Generic[Request, Result]):
    """Computes requests in a thread where an event loop runs, else at once.

    Parameters
    ----------
    compute : callable (request, interrupt) -> result
        Called in the thread; `interrupt(t, loss)` is True when it is to come to an end.
    deliver, fail : callables (request, result) and (request, error)
        Called in the loop's own thread, once for each request that was not dropped.
    progress : callable (job)
        Called there while a computation lasts.
    """

    def __init__(
        self,
        compute: Callable[[Request, Interrupt], Result],
        deliver: Callable[[Request, Result], None],
        fail: Callable[[Request, Exception], None],
        progress: Callable[[Job[Request]], None] = lambda job: None,
    ) -> None:
        self._compute, self._deliver, self._fail = compute, deliver, fail
        self._progress = progress
        self._job: Job[Request] | None = None
        self._working = False  # whether the thread lives

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""
        return self._job is not None

    def submit(self, request: Request) -> None:
        """Compute this request and drop the one under way, if any."""
        self.drop()
        job = self._job = Job(request)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._finish(job, *self._attempt(job))
            return
        loop.call_later(SHOW_AFTER, self._tell, loop, job)
        # scientific code takes a while to notice that it was dropped; the newest follows it
        if not self._working:
            self._begin(loop, job)

    def stop(self) -> bool:
        """End the run under way soon, with what it has; whether there was one."""
        job = self._job
        if job is None:
            return False
        job.stopped = True
        asyncio.get_running_loop().call_later(GIVE_UP_AFTER, self._give_up, job)
        return True

    def drop(self) -> None:
        """Forget the run under way."""
        if self._job is not None:
            self._job.dropped = True
            self._job = None

    def _begin(self, loop: asyncio.AbstractEventLoop, job: Job[Request]) -> None:
        self._working = True
        Thread(target=self._work, args=(loop, job), daemon=True).start()

    def _work(self, loop: asyncio.AbstractEventLoop, job: Job[Request]) -> None:
        outcome = self._attempt(job)
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._worked, loop, job, *outcome)

    def _worked(
        self,
        loop: asyncio.AbstractEventLoop,
        job: Job[Request],
        result: Result | None,
        error: Exception | None,
    ) -> None:
        self._working = False
        self._finish(job, result, error)
        if self._job is not None and not self._working:
            self._begin(loop, self._job)

    def _attempt(self, job: Job[Request]) -> tuple[Result | None, Exception | None]:
        try:
            return self._compute(job.request, job.interrupt), None
        except Exception as error:  # every error is to be seen in the page
            return None, error

    def _finish(self, job: Job[Request], result: Result | None, error: Exception | None) -> None:
        if job.dropped:
            return
        self._job = None
        if error is not None:
            self._fail(job.request, error)
        elif result is not None:
            try:
                self._deliver(job.request, result)
            except (
                Exception
            ) as failure:  # what cannot be shown is told like what cannot be computed
                self._fail(job.request, failure)

    def _tell(self, loop: asyncio.AbstractEventLoop, job: Job[Request]) -> None:
        if job is self._job:
            self._progress(job)
            loop.call_later(TELL_EVERY, self._tell, loop, job)

    def _give_up(self, job: Job[Request]) -> None:
        if job is self._job:
            self.drop()
            self._fail(
                job.request,
                StoppedError(
                    "Stopped before there was a result: the pictures are of the run before. "
                    "Smaller widths, fewer layers or a shorter time take less."
                ),
            )


class StoppedError(Exception):
    """The user stopped a run that had nothing to show yet."""
