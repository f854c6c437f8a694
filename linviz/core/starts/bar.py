"""How far many starts are, and how long is left: tqdm's bar where it is, else lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from linviz.core.model import checks

SECONDS_A_LINE = 5.0  # between two lines of progress

Progress = Callable[[int, int], object]


class Bar:
    """How far it is, on standard error."""

    def __init__(self) -> None:
        self.began = self.told = time.monotonic()
        self.first: int | None = None
        self.bar: Any = None
        try:
            self.make = import_module("tqdm").tqdm
        except ImportError:
            self.make = None

    def __call__(self, done: int, n: int) -> None:
        if self.make is not None:
            self.bar = self.bar or self.make(total=n, unit=" starts", file=sys.stderr)
            self.bar.update(done - self.bar.n)
            return
        now = time.monotonic()
        self.first = done if self.first is None else self.first
        if now - self.told >= SECONDS_A_LINE or done == n:
            self.told = now
            speed = (done - self.first) / max(now - self.began, SECONDS_A_LINE / 100)
            left = f", {spoken((n - done) / speed)} left" if speed > 0 and done < n else ""
            print(f"linviz: {done} of {n} starts{left}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """It does not go on."""
        if self.bar is not None:
            self.bar.close()


@contextmanager
def shown(
    progress: Progress | bool | None, beforehand: Callable[[], str] | None = None
) -> Iterator[Progress]:
    """What hears how far it is: what was given, or for True a bar, before which words are told."""
    listened(progress, None)
    if progress is True:
        if beforehand is not None:
            print(f"linviz: {beforehand()}", file=sys.stderr, flush=True)
        bar = Bar()
        try:
            yield bar
        finally:
            bar.close()
    else:
        yield progress or _silent


def _silent(done: int, n: int) -> None:
    """No one asked for progress."""


def listened(progress: object, interrupt: object) -> None:
    """Check what is to be called meanwhile.

    Examples
    --------
    >>> listened(3, None)
    Traceback (most recent call last):
        ...
    ValueError: expected progress to be a function, True or None, found 3
    """
    for name, value in (("progress", progress), ("interrupt", interrupt)):
        if not (value is None or callable(value) or (name == "progress" and value is True)):
            found = checks.brief(value)
            kinds = "a function, True or None" if name == "progress" else "a function or None"
            raise ValueError(f"expected {name} to be {kinds}, found {found}")


def spoken(seconds: float) -> str:
    """A time as people say it.

    Examples
    --------
    >>> spoken(0.4), spoken(42.3), spoken(600), spoken(10000)
    ('1 s', '42 s', '10 min', '2.8 h')
    """
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
