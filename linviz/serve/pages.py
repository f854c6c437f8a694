"""What the server answers: the page, and plain words where it must refuse."""

import asyncio
import re
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from tornado.web import HTTPError, RequestHandler, StaticFileHandler
from voila import notebook_renderer
from voila.exporter import VoilaExporter
from voila.request_info_handler import RequestInfoSocketHandler
from voila.tornado.handler import TornadoVoilaHandler

from linviz.serve.kernels import pages, started
from linviz.serve.lectures import INDEX, lecture, names

MOST_CHARACTERS = 8000
KERNEL = re.compile(r'"kernelId": ?"([\w-]+)"')
RETRY_SECONDS = 60
MOST_MAKING_SECONDS = 10.0  # that a page waits for what is stored of it; its kernel comes meanwhile

# The page's script comes packed, and is then put into the page; who drives a browser, as tests do,
# waits by eval.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "worker-src blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "frame-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",  # the last: others that may are added
    )
)

WORDS = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:;base64,=">
<style>
  :root {{ color-scheme: light dark; }}
  body {{ max-width: 36rem; padding: 2rem 1rem; font: 1.125rem/1.5 system-ui, sans-serif; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{words}</p>
<p><a href="{link}">{invitation}</a></p>
</main>
</body>
</html>
"""

REFUSALS = {
    403: (
        "Not answered",
        "Please open linviz in the browser's own address bar, at the address that the linviz "
        "command printed. A page that shows it in a frame is to be named to the command by "
        "--frame-from, and to say where it is: the frame needs referrerpolicy=&quot;origin&quot;.",
    ),
    404: ("There is no such page", "The lectures are behind the link below, the page is at /."),
    405: ("Not answered", "This address can only be opened, nothing can be sent to it."),
    414: (
        "This link is too long",
        f"A link to linviz has at most {MOST_CHARACTERS} characters after its question mark.",
    ),
    500: (
        "linviz could not open the page",
        "The reason is in the terminal where linviz runs. Please try again.",
    ),
    503: (
        "linviz is full",
        "As many pages are open as this server allows. Please close one that you do not need, or "
        "try again in a minute.",
    ),
}


class Page(TornadoVoilaHandler):  # type: ignore[misc]
    """The dashboard; every answer costs a kernel, so not everybody gets one."""

    async def get(self, path: str = "") -> None:
        self.admit()
        if pages(self.kernel_manager, self.notebook_path) >= self.settings["linviz_most_pages"]:
            raise HTTPError(503)
        # The page reads its query itself. Voila would put it into the environment of kernels,
        # this visitor's and the next one's, and look in it for its own options.
        request = self.request
        request.uri, request.query = request.path, ""
        request.arguments, request.query_arguments = {}, {}
        self.kernels: list[str] = []
        known = started.set(self.kernels)
        try:
            with self.kernel_manager.ready.opening():
                await super().get(path)
        except Exception:
            if not self.gone:  # else its kernel was ended in the midst of it
                raise
        finally:
            started.reset(known)
            RequestInfoSocketHandler._cache.clear()  # would grow by every visit
            if self.gone:
                await self.give_up()
            for kernel_id in self.kernels:
                self.kernel_manager.visits.send(kernel_id, request.connection.stream)

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        # a kernel that was kept ready is known by the page that it has made
        found = KERNEL.search(chunk) if isinstance(chunk, str) else None
        if found:
            self.kernels.append(found[1])
        super().write(chunk)

    gone = False  # whether the visitor has left before the page was whole

    def on_connection_close(self) -> None:
        self.gone = True
        super().on_connection_close()

    async def give_up(self) -> None:
        """End the kernels that nobody waits for."""
        for kernel_id in {*self.kernels} & {*self.kernel_manager.list_kernel_ids()}:
            await self.kernel_manager.shutdown_kernel(kernel_id)

    def head(self, path: str = "") -> None:
        self.admit()
        self.set_header("Content-Type", "text/html")
        self.finish()

    def admit(self) -> None:
        """Refuse what is no page load, and links longer than any that linviz makes."""
        if len(self.request.query) > MOST_CHARACTERS:
            raise HTTPError(414)
        headers = self.request.headers
        kind = headers.get("Sec-Fetch-Dest", "document")
        framed = kind in ("iframe", "frame") and self.may_frame()
        guessed = "prefetch" in headers.get("Sec-Purpose", "")  # a page that may never be seen
        if guessed or (kind != "document" and not framed):
            raise HTTPError(403)

    def may_frame(self) -> bool:
        """Whether the page around is one of ours, or one that the command was told of.

        The policy has the browser show the page nowhere else; but a kernel would have started.
        """
        headers = self.request.headers
        parts = urlsplit(headers.get("Referer", ""))
        told = f"{parts.scheme}://{parts.netloc}".lower() in self.settings["linviz_frames"]
        return told or headers.get("Sec-Fetch-Site") == "same-origin"

    def should_use_rendered_notebook(self, notebook: Any, pool_size: int, *_: Any) -> bool:
        if pool_size > 0:
            started.set([])  # what is started from now on is for the next visitor
        # Voila starts another kernel while the first one is still being prepared
        return pool_size > 0

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code == 503:
            self.set_header("Retry-After", str(RETRY_SECONDS))
        again = status_code in (500, 503)  # the same, or the one without a query
        link, invitation = ("", "Try again") if again else ("/", "Open linviz")
        _refuse(self, status_code, link, invitation)


def _refuse(handler: RequestHandler, status: int, link: str, invitation: str) -> None:
    """Say in words why not, and where to go instead."""
    title, words = REFUSALS.get(status, REFUSALS[500])
    if status == 405:
        handler.set_header("Allow", "GET, HEAD")
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.set_header("Cache-Control", "no-store")
    handler.finish(WORDS.format(title=title, words=words, link=link, invitation=invitation))


class Lectures(RequestHandler):
    """The lectures; each has the dashboard in a frame, which costs a kernel like any other page."""

    def set_default_headers(self) -> None:
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)

    def get(self, name: str) -> None:
        name = name.removesuffix(".html") or INDEX
        if name not in names():
            raise HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(lecture(name).html)

    head = get

    def write_error(self, status_code: int, **_: Any) -> None:
        _refuse(self, status_code, link="./", invitation="All lectures")


class Alive(RequestHandler):
    """Tells a page whose kernel is silent whether it is still there."""

    def initialize(self, kernels: Any) -> None:
        self.kernels = kernels

    def get(self, kernel_id: str) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish("here" if self.kernels.is_there(kernel_id) else "gone")


class Stored(StaticFileHandler):
    """What a page shows before its kernel is there; what is still being made is waited for."""

    async def get(self, path: str, include_body: bool = True) -> None:
        maker: subprocess.Popen[bytes] = self.settings["linviz_maker"]
        end = time.monotonic() + MOST_MAKING_SECONDS
        while not Path(self.root, path).exists():
            if maker.poll() is not None or time.monotonic() > end:
                self.set_status(204)  # there is none: no error
                return
            await asyncio.sleep(0.02)
        await super().get(path, include_body)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")  # another server's may have the same address


class Compiled(BytecodeCache):
    """Compiled templates by their names and contents."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


class Exporter(VoilaExporter):  # type: ignore[misc]
    """Voila's, whose pages share what is compiled.

    Voila would compile the templates for every page, for 0.4 s in which its one thread answers
    nobody: not this visitor's script, nor another's kernel.
    """

    compiled = Compiled()

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = self.compiled
        return environment


def share_templates() -> None:
    """Let Voila make its pages by this exporter; it has no setting for that."""
    notebook_renderer.VoilaExporter = Exporter
