"""A running `linviz` command, as the tests see it."""

import contextlib
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parent.parent
SECONDS = 60  # no step takes longer, on a slow machine too


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Poll, and fail in words."""
    end = time.monotonic() + SECONDS
    while not happened():
        if time.monotonic() > end:
            pytest.fail(f"after {SECONDS} s: {what}")
        time.sleep(0.05)


@dataclass
class Server:
    """A running `linviz` command."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        found = re.search(r"http://\S+/", self.log.read_text())
        return found[0] if found else ""

    def kernels(self) -> set[int]:
        """Process ids of its kernels."""
        found = set()
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "ipykernel_launcher" in process.cmdline():
                    found.add(process.pid)
        return found

    def stop(self, signum: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signum)
        return self.process.wait(SECONDS)
