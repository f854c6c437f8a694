"""The Python processes behind the pages: how they start, how many there may be, how large."""

import asyncio
import contextlib
import logging
import sys
import time
from collections import deque
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

import linviz
from linviz.panels.bundle import ELSEWHERE
from linviz.serve.ready import Ready
from linviz.serve.visits import Visits

PACKAGE = Path(linviz.__file__).parent
MOST_KEPT_MESSAGES = 50
LOOK_SECONDS = 3.0  # from one look at the kernels to the next
FILL_SECONDS = 0.25  # and at those kept ready
GOING_AWAY = 1001  # as websockets have it
SILENT_SECONDS = 30.0  # in which what waited for a kernel that was ended learns of it

started: ContextVar[list[str]] = ContextVar("started")  # kernels that a visit has caused
PAGE_BYTES = 125_000_000  # a page at rest takes about 115 MB
MOST_PAGES = 60
FIRST_BYTES = 250_000_000  # what Linux counts as the data of a kernel that has just started
MOST_BYTES = 2_000_000_000  # and what its visitor may add


def memory() -> int:
    """Bytes that this computer, or the container around this process, has."""
    total = int(psutil.virtual_memory().total)
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
            total = min(total, int(Path("/sys/fs/cgroup", name).read_text()))
    return total


def most_pages(total: int) -> int:
    """How many pages 60 % of the memory holds."""
    return max(1, min(MOST_PAGES, int(0.6 * total / PAGE_BYTES)))


def limit_memory(pid: int | None) -> None:
    """Let a kernel fail by its own MemoryError before the whole computer swaps; Linux only.

    Set from outside, so that the kernel starts no slower. Of all limits this one counts what is
    written to, not the far larger space that threads and libraries reserve.
    """
    if pid is not None and hasattr(psutil.Process, "rlimit"):
        most = FIRST_BYTES + min(MOST_BYTES, memory() // 2)
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).rlimit(psutil.RLIMIT_DATA, (most, most))


def environment() -> dict[str, str]:
    """What a Python that the server starts needs to find linviz and to leave room for others."""
    # a checkout that is not installed has to be found too
    root = PACKAGE.parent
    path = {} if root.name.endswith("-packages") else {"PYTHONPATH": str(root)}
    # one thread each: visitors share the processors, and the matrices are small
    return path | {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "VECLIB")}


def lives(pid: int) -> bool:
    """Whether a process is there and has not just ended."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def kill(pid: int | None) -> None:
    """End a process and those that it has started."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid) if pid is not None else None
        for each in [*process.children(recursive=True), process] if process else []:
            with contextlib.suppress(psutil.Error):
                each.kill()


def pages(kernels: Any, notebook: str) -> int:
    """Kernels that visitors have or wait for; those kept ready for the next are none."""
    begun = {*kernels.list_kernel_ids(), *kernels._pending_kernels}
    return max(0, len(begun) - int(kernels.get_pool_size(notebook)))


class Line(Protocol):
    """What a page is connected through."""

    def close(self, code: int) -> None:
        """End the connection."""


class Kernels(AsyncMappingKernelManager):
    """Kernels of visitors who are not trusted.

    A preheated kernel may have been idle for hours when it is handed over; the culler, which sees
    it here for the first time, must not end it before the page has connected.
    """

    seen: frozenset[str] = frozenset()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.visits = Visits()
        self.ready = Ready()
        self.ending: set[str] = set()
        self.lines: set[tuple[str, Line]] = set()  # to the pages, by their kernels
        self.ended = -SILENT_SECONDS  # when the latest was

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a kernel that died was not ended here: else nobody needs to hear of it."""
        told = f"{record.getMessage()} {record.exc_info[1] if record.exc_info else ''}"
        return "Kernel died" not in told or time.monotonic() - self.ended > SILENT_SECONDS

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        kernel_id = await super().start_kernel(**options)
        started.get([]).append(kernel_id)
        limit_memory(self.process_of(kernel_id))
        return kernel_id

    def process_of(self, kernel_id: str) -> int | None:
        """Process id of a kernel."""
        pid: int | None = getattr(self.get_kernel(kernel_id).provisioner, "pid", None)
        return pid

    def is_there(self, kernel_id: str) -> bool:
        """Whether there is such a kernel, and it has not died."""
        if kernel_id not in self:
            return False
        pid = self.process_of(kernel_id)
        return pid is None or lives(pid)

    async def shutdown_kernel(self, kernel_id: str, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """End a kernel at once: it has nothing to keep, and one that jams hears no request."""
        if kernel_id in self.ending:
            return
        self.ending.add(kernel_id)
        self.ended = time.monotonic()
        try:
            kill(self.process_of(kernel_id) if kernel_id in self else None)
            await super().shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]
        finally:
            self.ending.discard(kernel_id)
            self.visits.forget(kernel_id)
            for known, line in [*self.lines]:
                if known == kernel_id:
                    line.close(GOING_AWAY)  # its page asks why, and starts again

    async def look(self) -> None:
        """End the kernels that died, and those whose page is gone, busy or not."""
        now = time.monotonic()
        for kernel_id in self.list_kernel_ids():
            if self.visits.given_up(kernel_id, now) or not self.is_there(kernel_id):
                with contextlib.suppress(Exception):  # it has ended meanwhile
                    await self.shutdown_kernel(kernel_id)

    async def supervise(self) -> None:
        """Look, for as long as the server runs."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def keep_ready(self, count: int) -> None:
        """Start anew what visitors have taken, for as long as the server runs.

        Voila has filled its pool once, and would at once start the next kernel beside a page that
        is about to open.
        """
        self.ready.count = count
        pools: Any = self  # which Voila adds
        whole = pools.kernel_pools_config if count else {}
        while count:
            pools.kernel_pools_config = {"default": {**whole["default"], "pool_size": 0}}
            await asyncio.sleep(FILL_SECONDS)
            if self.ready.is_due(pools.get_pool_size(pools.notebook_path), time.monotonic()):
                pools.kernel_pools_config = whole
                pools.fill_if_needed(delay=0, notebook_name=pools.notebook_path)

    def start_buffering(self, kernel_id: str, session_key: str, channels: Any) -> None:
        super().start_buffering(kernel_id, session_key, channels)  # type: ignore[no-untyped-call]
        # for a page that was cut off; the newest messages tell it all, and a list would grow
        self._kernel_buffers[kernel_id]["buffer"] = deque(maxlen=MOST_KEPT_MESSAGES)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        if kernel_id not in self.seen:
            self.seen = self.seen & frozenset(self._kernels) | {kernel_id}
            self._kernels[kernel_id].last_activity = utcnow()
        await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]


class Specs(KernelSpecManager):
    """The Python that runs the command, whatever kernels the computer has installed."""

    def find_kernel_specs(self) -> dict[str, str]:
        return {"python3": str(PACKAGE)}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
                "--IPKernelApp.ignore_cwd=True",
                "--IPKernelApp.log_level=ERROR",
            ],
            display_name="Python 3",
            language="python",
            env=environment() | {ELSEWHERE: "1"},
        )
