"""When kernels that are kept ready are started anew: a page that opens has the processor alone."""

import contextlib
import time
from collections.abc import Iterator

CALM_SECONDS = 1.5  # in which no page was about to open
MOST_SECONDS = 15.0  # for which fewer may be there, where pages open all the time


class Ready:
    """How many kernels wait for the next visitors, and whether more of them are due.

    Examples
    --------
    >>> ready = Ready(count=1)
    >>> with ready.opening():
    ...     ready.is_due(kept=0, now=time.monotonic() + 10)
    False
    >>> ready.is_due(kept=0, now=time.monotonic() + 10), ready.is_due(kept=1, now=0.0)
    (True, False)
    """

    def __init__(self, count: int = 0) -> None:
        self.count = count
        self._opening = 0
        self._latest = -CALM_SECONDS
        self._fewer: float | None = None  # since when

    @contextlib.contextmanager
    def opening(self) -> Iterator[None]:
        """A page is about to open, until it is sent whole or is connected."""
        self._opening += 1
        try:
            yield
        finally:
            self._opening -= 1
            self._latest = time.monotonic()

    def is_due(self, kept: int, now: float) -> bool:
        """Whether as many are to be started as are missing."""
        if kept >= self.count:
            self._fewer = None
            return False
        self._fewer = now if self._fewer is None else self._fewer
        calm = not self._opening and now - self._latest >= CALM_SECONDS
        return calm or now - self._fewer >= MOST_SECONDS
