"""Voila, configured to serve one page: quickly, to visitors who are not trusted.

A visitor gets the page, its static files and the comms of the kernel behind it; no code, no
files, no directory. A kernel lives as long as its tab.
"""

import contextlib
import gzip
import hashlib
import logging
import os
import shutil
import signal
import socket
import sys
import webbrowser
from collections import deque
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server import DEFAULT_STATIC_FILES_PATH
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler
from traitlets.config import Config
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

import linviz
from linviz.serve.channels import Channels

PACKAGE = Path(linviz.__file__).parent
LIBRARY = PACKAGE / "panels" / "front" / "plotly-basic.min.js"
SHARE = PACKAGE / "serve" / "share" / "jupyter"
MOST_KEPT_MESSAGES = 50

# Voila, RequireJS-free as it is, needs inline scripts and eval (its JSON validator); anywidget
# imports its modules from blob: URLs.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


class Kernels(AsyncMappingKernelManager):
    """Counts a kernel's idle time from the moment a visitor got it, and keeps little for who left.

    A preheated kernel may have been idle for hours when it is handed over; the culler, which sees
    it here for the first time, must not end it before the page has connected.
    """

    seen: frozenset[str] = frozenset()

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
        # a checkout that is not installed has to be found by the kernel too
        root = PACKAGE.parent
        path = {} if root.name.endswith("-packages") else {"PYTHONPATH": str(root)}
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
            # one thread each: visitors share the processors, and the matrices are small
            env=path
            | {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "VECLIB")},
        )


class Library(RequestHandler):
    """plotly.js: compressed once, and cached by the browser, for its address holds its hash."""

    plain = LIBRARY.read_bytes()
    packed = gzip.compress(plain, mtime=0)
    address = f"linviz/front/{hashlib.sha256(plain).hexdigest()[:16]}/"

    def get(self) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("X-Content-Type-Options", "nosniff")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(self.packed)
        else:
            self.finish(self.plain)


class Page(TornadoVoilaHandler):  # type: ignore[misc]
    """The dashboard."""

    def should_use_rendered_notebook(self, notebook: Any, pool_size: int, *_: Any) -> bool:
        # Voila compares ?template= and ?theme= first; here no visitor can change either
        return pool_size > 0 and bool(notebook)


class Server(Voila):  # type: ignore[misc]
    """Voila on a socket that is already bound, with fewer addresses."""

    def init_handlers(self) -> list[Any]:
        handlers: list[Any] = [(f"/{Library.address}{LIBRARY.name}", Library)]
        for pattern, handler, *rest in super().init_handlers():
            if handler is RequestInfoSocketHandler:
                continue  # tells a notebook its address; ours does not ask, and anybody could
            if handler is TornadoVoilaHandler:
                # every other address is none: Voila's own pattern sends it to a file, or fails
                pattern, handler = r"/()", Page
            elif handler is VoilaKernelWebsocketHandler:
                handler = Channels
            elif handler is TemplateStaticFileHandler:
                # of this template only; Voila's own pattern fails loudly on a malformed address
                pattern = r"/voila/templates/(linviz/static/[\w.-]+)"
            handlers.append((pattern, handler, *rest))
        return handlers

    def _handle_signal_stop(self, signum: int, frame: Any) -> None:
        if not hasattr(self, "ioloop"):  # not listening yet, hence no kernel yet
            raise SystemExit(0)
        self.ioloop.add_callback_from_signal(self.ioloop.stop)

    def listen(self) -> None:
        server = HTTPServer(self.app)
        server.add_sockets([self.sock])
        print(f"linviz is at {self.url} (stop with Ctrl-C)", flush=True)
        if self.open_browser:
            Thread(target=webbrowser.open, args=(self.url,), daemon=True).start()
        self.ioloop = IOLoop.current()
        self.ioloop.start()
        self.stop()

    def stop(self) -> None:
        """End every kernel, also one that is just being started: there Voila's own way fails."""
        logging.disable()  # of what was cut short nobody needs to hear
        ended = []
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                # the connection file tells a kernel from a browser that this command opened
                if self.connection_dir in " ".join(process.cmdline()):
                    ended += [process, *process.children(recursive=True)]
        for process in ended:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(ended, timeout=5)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def _config(notebook: Path, *, local: bool, preheat: int, cull: int) -> Config:
    """What differs from Voila's defaults."""
    config = Config()
    config.Voila.notebook_path = str(notebook)
    config.Voila.config_file_paths = []  # no voila.json of another project
    config.Voila.log_level = "ERROR"
    config.Voila.tornado_settings = {
        "headers": {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Referrer-Policy": "no-referrer",
        },
        # the beacon that ends a closed tab's kernel cannot send an _xsrf field
        "disable_check_xsrf": True,
        # a local server answers to local names only, against DNS rebinding
        "allow_remote_access": not local,
        "ws_ping_interval": 0,  # Channels pings
        # Jupyter's error pages name their icon
        "static_path": DEFAULT_STATIC_FILES_PATH,
    }
    voila = config.VoilaConfiguration
    voila.template = "linviz"
    voila.allow_template_override = "NO"
    voila.allow_theme_override = "NO"
    voila.resources = {"linviz_static": f"/{Library.address}"}
    voila.file_allowlist = []
    voila.extension_allowlist = [
        "@jupyter-widgets/jupyterlab-manager",
        "@voila-dashboards/widgets-manager8",
        "anywidget",
    ]
    voila.multi_kernel_manager_class = Kernels
    voila.kernel_spec_manager_class = Specs
    voila.preheat_kernel = preheat > 0
    voila.default_pool_size = preheat
    config.VoilaKernelManager.fill_delay = 0.0
    config.VoilaExecutor.cell_error_instruction = (
        "The dashboard could not start; the reason is in the terminal where linviz runs."
    )
    config.KernelManager.autorestart = False  # a new kernel would know nothing of the page
    config.MappingKernelManager.cull_idle_timeout = cull
    config.MappingKernelManager.cull_interval = max(1, cull // 4)
    config.MappingKernelManager.cull_connected = False
    return config


def serve(
    sock: socket.socket, notebook: Path, *, local: bool, preheat: int, cull: int, browser: bool
) -> None:
    """Serve the notebook on a listening socket until SIGINT or SIGTERM."""
    # Voila finds templates on Jupyter's path only; the environment's own before the user's
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, (str(SHARE), os.environ.get("JUPYTER_PATH")))
    )
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    server = Server.instance(config=_config(notebook, local=local, preheat=preheat, cull=cull))
    server.open_browser = browser
    server.sock = sock
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)
    server.url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    server.initialize([])
    signal.signal(signal.SIGINT, server._handle_signal_stop)
    server.start()
