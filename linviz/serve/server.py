"""Voila, configured to serve one page: quickly, to visitors who are not trusted.

A visitor gets the page, its static files and the comms of the kernel behind it; no code, no
files, no directory. A kernel lives as long as its tab.
"""

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
from jupyter_server import DEFAULT_STATIC_FILES_PATH
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import RedirectHandler
from traitlets.config import Config
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from linviz.serve.channels import Channels, Here
from linviz.serve.command import NOTEBOOK
from linviz.serve.kernels import PACKAGE, Kernels, Specs, environment, memory, most_pages
from linviz.serve.pages import (
    CONTENT_SECURITY_POLICY,
    Alive,
    Lectures,
    Page,
    Stored,
    share_templates,
)

MOST_HEADER_BYTES = 262_144  # so that a link that is far too long is told so, in words
MOST_BODY_BYTES = 65_536  # the beacon that ends a kernel has none
MOST_IDLE_SECONDS = 20.0  # of a connection that has yet to send a request, not of a page's own
MOST_OPEN_FILES = 65_536  # open at once; each connection is one, and each kernel takes a dozen

TEMPLATES = PACKAGE / "serve" / "share" / "jupyter"


class Server(Voila):  # type: ignore[misc]
    """Voila on a socket that is already bound, with fewer addresses."""

    def init_handlers(self) -> list[Any]:
        handlers: list[Any] = []
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
        stored = r"/voila/templates/linviz/static/stored/([\w-]+\.gz)"
        own: list[Any] = [
            (r"/lectures", RedirectHandler, {"url": "/lectures/"}),
            (r"/lectures/([\w.-]*)", Lectures),
            (r"/linviz/kernels/([\w-]+)", Alive, {"kernels": self.kernel_manager}),
            (r"/linviz/kernels/([\w-]+)/here", Here, {"kernels": self.kernel_manager}),
            (stored, Stored, {"path": str(self.store())}),
        ]
        return [*own, *handlers]

    def store(self) -> Path:
        """The folder of what pages show before their kernels are there; it is filled from now on.

        It is within that of the connection files, by whose name `stop` finds who is to be ended.
        """
        folder = Path(self.connection_dir, "stored")
        folder.mkdir()
        command = [sys.executable, "-m", "linviz.serve.stored", str(folder)]
        self.app.settings["linviz_maker"] = subprocess.Popen(
            command, env={**os.environ, **environment()}, stdin=subprocess.DEVNULL
        )
        return folder

    def _handle_signal_stop(self, signum: int, frame: Any) -> None:
        if not hasattr(self, "ioloop"):  # not listening yet, hence no kernel yet
            raise SystemExit(0)
        self.ioloop.add_callback_from_signal(self.ioloop.stop)

    def listen(self) -> None:
        server = HTTPServer(
            self.app,
            max_header_size=MOST_HEADER_BYTES,
            max_body_size=MOST_BODY_BYTES,
            idle_connection_timeout=MOST_IDLE_SECONDS,
            body_timeout=MOST_IDLE_SECONDS,
        )
        server.add_sockets([self.sock])
        print(f"linviz is at {self.url} (stop with Ctrl-C)", flush=True)
        if self.open_browser:
            Thread(target=webbrowser.open, args=(self.url,), daemon=True).start()
        self.ioloop = IOLoop.current()
        self.ioloop.add_callback(self.kernel_manager.supervise)
        self.ioloop.add_callback(
            self.kernel_manager.keep_ready, self.voila_configuration.default_pool_size
        )
        for log in (self.log, logging.getLogger("tornado.application")):
            log.addFilter(self.kernel_manager.filter)
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


def _settings(*, local: bool, pages: int, frames: tuple[str, ...]) -> dict[str, object]:
    """Those of the web server itself."""
    return {
        "headers": {
            "Content-Security-Policy": " ".join((CONTENT_SECURITY_POLICY, *frames)),
            "Referrer-Policy": "no-referrer",
        },
        # the beacon that ends a closed tab's kernel cannot send an _xsrf field
        "disable_check_xsrf": True,
        # a local server answers to local names only, against DNS rebinding
        "allow_remote_access": not local,
        "ws_ping_interval": 0,  # Channels pings
        # Jupyter's error pages name their icon
        "static_path": DEFAULT_STATIC_FILES_PATH,
        "linviz_most_pages": pages,
        "linviz_frames": frames,
        "log_function": lambda handler: None,  # what was refused is told to who asked
    }


def _config(
    notebook: Path,
    *,
    local: bool,
    preheat: int,
    cull: int,
    pages: int,
    frames: tuple[str, ...],
) -> Config:
    """What differs from Voila's defaults."""
    config = Config()
    config.Voila.notebook_path = str(notebook)
    config.Voila.config_file_paths = []  # no voila.json of another project
    config.Voila.log_level = "ERROR"
    config.Voila.tornado_settings = _settings(local=local, pages=pages, frames=frames)
    voila = config.VoilaConfiguration
    voila.template = "linviz"
    voila.allow_template_override = "NO"
    voila.allow_theme_override = "NO"
    voila.resources = {"linviz_alone": True, "linviz_stored": notebook.samefile(NOTEBOOK)}
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
    # nothing is written to HOME, which may not be there
    config.NotebookNotary.update(db_file=":memory:", secret=os.urandom(64))
    config.KernelManager.autorestart = False  # a new kernel would know nothing of the page
    config.MappingKernelManager.cull_idle_timeout = cull
    config.MappingKernelManager.cull_interval = max(1, cull // 4)
    config.MappingKernelManager.cull_connected = False
    return config


def _allow_files() -> None:
    """Raise the number of files that may be open, which many systems set to 256 or 1024."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def serve(
    sock: socket.socket,
    notebook: Path,
    *,
    local: bool,
    preheat: int,
    cull: int,
    pages: int | None,
    browser: bool,
    frames: tuple[str, ...] = (),
) -> None:
    """Serve the notebook on a listening socket until SIGINT or SIGTERM."""
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    _allow_files()
    share_templates()
    pages = most_pages(memory()) if pages is None else pages
    # Voila finds templates on Jupyter's path only; the environment's own before the user's
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, (str(TEMPLATES), os.environ.get("JUPYTER_PATH")))
    )
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    server = Server.instance(
        config=_config(
            notebook, local=local, preheat=preheat, cull=cull, pages=pages, frames=frames
        )
    )
    server.open_browser = browser
    server.sock = sock
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)
    server.url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    server.initialize([])
    signal.signal(signal.SIGINT, server._handle_signal_stop)
    server.start()
