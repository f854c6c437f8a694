"""The websocket between a page and its kernel, for visitors who are not trusted.

What is behind it is made for users who own the server: one malformed message, or one page that
does not read its answers, takes all of the server's memory and with it every visitor's page.
"""

import asyncio
import contextlib
import struct
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tornado.iostream import StreamBufferFullError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from linviz.serve.visits import Visits

PROTOCOL = "v1.kernel.websocket.jupyter.org"
FEWEST_PARTS = 5  # channel, header, parent header, metadata, content
MOST_PARTS = 50  # and buffers
MOST_UNREAD_BYTES = 50_000_000
PING_SECONDS = 30.0
MOST_SOCKETS = 4  # of one page: its own, and those of a connection that was just cut off


def is_well_formed(message: str | bytes) -> bool:
    """Whether the message opens with a sane table of where its parts begin, and the last ends.

    The table is a list of numbers of 8 bytes, their count first. Jupyter believes the count and
    copies what lies between the numbers, be they overlapping or not.
    """
    if not isinstance(message, bytes) or len(message) < 8:
        return False
    (count,) = struct.unpack_from("<Q", message)
    if not FEWEST_PARTS < count <= MOST_PARTS + 1 or len(message) < 8 * (count + 1):
        return False
    offsets = struct.unpack_from(f"<{count}Q", message, 8)
    in_order = all(a <= b for a, b in pairwise(offsets))
    return in_order and 8 * (count + 1) <= offsets[0] and offsets[-1] <= len(message)


@contextlib.contextmanager
def visiting(visits: Visits, kernel_id: str) -> Iterator[None]:
    """A page is there as long as one of its connections stands."""
    if visits.connected[kernel_id] >= MOST_SOCKETS:
        raise HTTPError(429, "too many connections to one page")
    visits.arrive(kernel_id)
    try:
        yield
    finally:
        visits.leave(kernel_id, time.monotonic())


def pinged(protocol: Any) -> Any:
    """A computer that went to sleep does not say so.

    Jupyter's own pings, switched off in the settings, end every connection before the first one
    is sent.
    """
    if protocol is not None:
        protocol.params.ping_interval = protocol.params.ping_timeout = PING_SECONDS
    return protocol


class Here(WebSocketHandler):
    """Stands from the first moment of a page until it goes, long before its script asks for the
    kernel; nothing is said."""

    def initialize(self, kernels: Any) -> None:
        self.kernels = kernels

    async def get(self, kernel_id: str) -> None:
        if kernel_id not in self.kernels:
            raise HTTPError(404)
        with visiting(self.kernels.visits, kernel_id):
            await super().get(kernel_id)

    def get_websocket_protocol(self) -> Any:
        return pinged(super().get_websocket_protocol())

    def on_message(self, message: str | bytes) -> None:
        self.close(1002, "nothing is to be said here")


class Channels(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Voila's websocket, closed where it is abused."""

    async def get(self, kernel_id: str) -> None:
        # Voila misreads what it sends in the older protocol, and never ends
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        if PROTOCOL not in map(str.strip, offered):
            raise HTTPError(400, f"expected the websocket protocol {PROTOCOL}")
        # counted here: Jupyter counts a connection once it stands, and many may begin at once
        lines, line = self.kernel_manager.lines, (kernel_id, self)
        with visiting(self.kernel_manager.visits, kernel_id):
            lines.add(line)
            try:
                await super().get(kernel_id)  # as long as the connection stands
            finally:
                lines.discard(line)

    async def pre_get(self) -> None:
        await super().pre_get()
        if self.connection is None:  # taken along by who left meanwhile
            raise HTTPError(410, "the page has left")

    def get_websocket_protocol(self) -> Any:
        return pinged(super().get_websocket_protocol())

    async def open(self, kernel_id: str) -> None:
        self.ws_connection.stream.max_write_buffer_size = MOST_UNREAD_BYTES
        with self.kernel_manager.ready.opening():
            await super().open(kernel_id)

    def on_message(self, message: str | bytes) -> None:
        try:
            if is_well_formed(message):
                super().on_message(message)
                return
        except Exception:  # Jupyter's reader raises anything, from KeyError to RecursionError
            self.log.debug("malformed message", exc_info=True)
        self.close(1002, "malformed message")

    def write_message(self, message: Any, binary: bool = False) -> None:
        try:
            sent = super().write_message(message, binary)
        except WebSocketClosedError:
            return
        except StreamBufferFullError:
            self.ws_connection.stream.close()
            return
        if sent is not None:
            sent.add_done_callback(asyncio.Future.exception)  # the page has left: no news
