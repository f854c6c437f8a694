"""Which kernels have their page, and since when others have lost theirs."""

from collections import Counter
from typing import Protocol

GIVEN_UP_SECONDS = 10.0  # without its page, which comes back sooner where it was only cut off
ARRIVE_SECONDS = 12.0  # in which the script of a page that was sent lets itself be heard


class Stream(Protocol):
    """What a page was sent through."""

    def closed(self) -> bool:
        """Whether its browser, or the server, has ended it."""


class Visits:
    """The pages that were sent, and those that are connected.

    Examples
    --------
    >>> visits = Visits()
    >>> visits.arrive("a")
    >>> visits.leave("a", now=100.0)
    >>> visits.given_up("a", now=105.0), visits.given_up("a", now=111.0)
    (False, True)
    """

    def __init__(self) -> None:
        self.connected: Counter[str] = Counter()
        self._sent: dict[str, Stream] = {}  # to pages of which nothing was heard since
        self._until: dict[str, float] = {}  # when kernels without a page are given up

    def send(self, kernel_id: str, stream: Stream) -> None:
        """A page is sent whole; while its connection stands its browser is there."""
        if not self.connected[kernel_id]:
            self._sent[kernel_id] = stream

    def arrive(self, kernel_id: str) -> None:
        """A page connects."""
        self.connected[kernel_id] += 1
        self._sent.pop(kernel_id, None)
        self._until.pop(kernel_id, None)

    def leave(self, kernel_id: str, now: float) -> None:
        """A connection ends."""
        self.connected[kernel_id] -= 1
        if self.connected[kernel_id] == 0:
            del self.connected[kernel_id]
            self._until[kernel_id] = now + GIVEN_UP_SECONDS

    def given_up(self, kernel_id: str, now: float) -> bool:
        """Whether nobody is behind this kernel any more."""
        stream = self._sent.get(kernel_id)
        if stream is not None and stream.closed():
            self._until.setdefault(kernel_id, now + ARRIVE_SECONDS)
        return now > self._until.get(kernel_id, now)

    def forget(self, kernel_id: str) -> None:
        """The kernel has ended."""
        self._sent.pop(kernel_id, None)
        self._until.pop(kernel_id, None)
