"""A running `linviz` command, or plain Voila, as the tests see it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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


EXTENSIONS = (
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
)


@contextlib.contextmanager
def voila_on(path: Path, log: Path, *options: str) -> Iterator[str]:
    """Plain Voila on a notebook or a folder: its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "voila", str(path), "--no-browser", f"--port={port}"),
        "--Voila.port_retries=0",
        "--Voila.tornado_settings={'disable_check_xsrf': True}",  # a page left ends its kernel
        # half of what a page loads belongs to widgets that are not shown
        *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
        *options,
    ]
    own = {
        "PYTHONPATH": str(ROOT),  # the checkout is shown, whatever is installed
        "JUPYTER_PATH": str(ROOT / "linviz/serve/share/jupyter"),  # with its template
        "OPENBLAS_NUM_THREADS": "1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=os.environ | own, stdout=output, stderr=output)
    try:
        address = r"http://localhost:\d+/"
        wait_until(
            lambda: process.poll() is not None or bool(re.search(address, log.read_text())),
            "Voila has no address",
        )
        found = re.search(address, log.read_text())
        assert found, log.read_text()
        yield found[0]
    finally:
        started = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        process.wait(SECONDS)
        for child in started:
            with contextlib.suppress(psutil.Error):
                child.kill()
