"""The page's Python in a web worker: text and bytes come in and go out; there are no threads.

A work is computed where it stands. Now and then it breathes: whoever carries the messages may
deliver others meanwhile, so that a run can be stopped, or be overtaken by a newer one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import brief
from linviz.panels.link import Link
from linviz.panels.message import Message
from linviz.panels.session import Session
from linviz.panels.view import View
from linviz.panels.work import LANES, SHOW_AFTER, TELL_EVERY, Job, Lane, Order, Report, Stop, Work

BREATHE_EVERY = 0.05  # seconds


class Worker:
    """One page's session, for messages of text and bytes.

    Parameters
    ----------
    post : callable (text, buffers)
        Sends to the page: JSON, in which ``{"buffer": k}`` stands for the k-th of the buffers.
        The first messages of a new session are posted at once.
    breathe : callable ()
        Lets waiting messages come in, by calls of `receive`. In Pyodide it is
        ``run_sync(asyncio.sleep(0))``.
    session : Session, optional
        One whose page knows already what it shows; a new one where not given.
    every : float
        Seconds between two breaths.

    Examples
    --------
    >>> posted = []
    >>> worker = Worker(lambda text, buffers: posted.append(json.loads(text)))
    >>> worker.receive('{"type": "edit", "request": 1, "edits": [{"field": "seed", "value": 8}]}')
    >>> [content["type"] for content in posted]
    ['run', 'status', 'run', 'status']
    >>> posted[-1]["state"], posted[-1]["request"], posted[-2]["run"]["form"]["seed"]
    ('ready', 1, 8)
    """

    def __init__(
        self,
        post: Callable[[str, list[bytes]], None],
        breathe: Callable[[], None] = lambda: None,
        session: Session | None = None,
        every: float = BREATHE_EVERY,
    ) -> None:
        self._post = post
        self._session = session or Session(Link(Scenario(), View()))
        self._turns = Turns(self._act, breathe, every)
        for message in [] if session else self._session.first():
            self._post(*as_text(message))

    def receive(self, text: str, buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Answer one message of the page."""
        event: object
        try:
            event = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            event = ValueError(f"expected a message that the page sends, found {brief(text)}")
        self._act(event, buffers)

    def _act(self, event: object, buffers: Sequence[bytes | memoryview] = ()) -> None:
        answer = self._session.receive(event, buffers)
        for item in answer:
            if isinstance(item, Message):
                self._post(*as_text(item))
        for item in answer:
            if not isinstance(item, Message):
                self._turns.take(item)


class Turns:
    """Computes one work at a time, where it is asked to; between its steps others may come in.

    Parameters
    ----------
    report : callable (report)
        `Finished` or `Failed` once for each work that was not dropped, `Progress` meanwhile.
    breathe : callable ()
        Called every so often while something is computed; it may call `take`.
    every : float
        How often, in seconds.
    """

    def __init__(
        self, report: Callable[[Report], None], breathe: Callable[[], None], every: float
    ) -> None:
        self._report, self._breathe, self._every = report, breathe, every
        self._waiting: dict[Lane, Job] = {}
        self._now: Job | None = None
        self._breathed = self._told = 0.0

    def take(self, order: Order) -> None:
        """Begin, stop or forget a work; one that is under way is ended first."""
        jobs = [job for job in (self._now, self._waiting.get(order.lane)) if job is not None]
        own = [job for job in jobs if job.work.lane == order.lane]
        if isinstance(order, Stop):
            for job in own:
                job.stopped = True
            return
        for job in own:
            job.dropped = True
        self._waiting.pop(order.lane, None)
        if isinstance(order, Work):
            self._waiting[order.lane] = Job(order)
            if self._now is None:
                self._compute()

    def _compute(self) -> None:
        while self._waiting:
            lane = next(lane for lane in LANES if lane in self._waiting)
            job = self._now = self._waiting.pop(lane)
            outcome = job.done(partial(self._interrupt, job))
            self._now = None
            if not job.dropped:
                self._report(outcome)

    def _interrupt(self, job: Job, t: float, loss: float) -> bool:
        job.interrupt(t, loss)
        now = time.monotonic()
        if now >= self._breathed + self._every:
            self._tell(self._waiting.get("run", job), now)
            self._breathe()
            self._breathed = time.monotonic()
        return job.stopped or job.dropped

    def _tell(self, job: Job, now: float) -> None:
        asked_long_ago = job.work.lane == "run" and job.seconds >= SHOW_AFTER
        if asked_long_ago and not job.dropped and now >= self._told + TELL_EVERY:
            self._told = now
            self._report(job.progress)


def as_text(message: Message) -> tuple[str, list[bytes]]:
    """A message as JSON and buffers: those in it first, in the order in which they are named.

    Examples
    --------
    >>> as_text(Message({"type": "x", "data": b"12"}, (b"3",)))
    ('{"type": "x", "data": {"buffer": 0}}', [b'12', b'3'])
    """
    buffers: list[bytes] = []

    def named(value: Any) -> dict[str, int]:
        buffers.append(bytes(value))
        return {"buffer": len(buffers) - 1}

    # what is no number in JSON must not get there: the page could not read it
    text = json.dumps(message.content, default=named, allow_nan=False)
    return text, [*buffers, *message.buffers]
