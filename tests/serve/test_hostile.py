"""Visitors who mean harm, or do it by accident, with the command run for real."""

import asyncio
import contextlib
import json
import math
import re
import socket
import struct
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest
from browsing import Heard
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page
from serving import ROOT, SECONDS, Server, wait_until

from linviz.core.experiment.scenario import Scenario
from linviz.core.model.data import read_data
from linviz.panels import dashboard
from linviz.panels.edits import EDITABLE, edited
from linviz.serve.channels import MOST_PARTS, MOST_SOCKETS, PROTOCOL, is_well_formed
from linviz.serve.server import MOST_OPEN_FILES

CLOSE, PING, PONG = 8, 9, 10


def joined(parts: list[bytes], *, offsets: list[int] | None = None) -> bytes:
    """A message as Jupyter's protocol wants it, or with another table of offsets."""
    if offsets is None:
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
    return struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts)


def request(kind: str, content: Any, *, channel: str = "shell", header: Any = None) -> bytes:
    if header is None:
        # the kernel drops a message that it has seen
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "u"}
        header |= {"version": "5.3", "date": "2026-01-01T00:00:00Z"}
    parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    return joined([channel.encode(), *parts])


class Visitor:
    """A websocket to a kernel that does what no page would do."""

    def __init__(
        self, url: str, kernel: str, *, session: str = "", path: str = "", **headers: str
    ) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=SECONDS)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.port = self.socket.getsockname()[1]
        self.stream = self.socket.makefile("rb")
        lines = {
            "Host": address.netloc,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Protocol": PROTOCOL,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        path = path or f"/api/kernels/{kernel}/channels?session_id={session or uuid.uuid4().hex}"
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        self.status = int(self.stream.readline().split()[1])
        while self.status == 101 and self.stream.readline().strip():
            pass

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.socket.close()

    def send(self, payload: bytes, opcode: int = 2) -> None:
        """One frame; its mask of zeros leaves the payload as it is."""
        size = len(payload)
        short = size < 126
        length = struct.pack("!B", 0x80 | size) if short else struct.pack("!BQ", 0xFF, size)
        self.socket.sendall(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def receive(self) -> tuple[int, bytes]:
        head = self.stream.read(2)
        if len(head) < 2:
            return CLOSE, b""
        size = head[1]
        if size > 125:
            size = int.from_bytes(self.stream.read(2 if size == 126 else 8), "big")
        return head[0] & 15, self.stream.read(size)

    def answers(self) -> Iterator[dict[str, Any]]:
        """What the kernel says, until the connection ends."""
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                return
            if opcode != 2:
                continue
            count = int.from_bytes(payload[:8], "little")
            offsets = struct.unpack_from(f"<{count}Q", payload, 8)
            _, header, parent, _, content = (payload[a:b] for a, b in pairwise(offsets[:6]))
            kind, cause = json.loads(header)["msg_type"], json.loads(parent).get("msg_type")
            yield {"type": kind, "cause": cause, "content": json.loads(content)}

    def stay(self) -> None:
        """Answer the server's pings, and nothing else."""
        with contextlib.suppress(OSError, ValueError):  # it has been closed
            for opcode, payload in iter(self.receive, (CLOSE, b"")):
                if opcode == PING:
                    self.send(payload, PONG)

    def comms(self) -> list[str]:
        self.send(request("comm_info_request", {}))
        reply = next(a for a in self.answers() if a["type"] == "comm_info_reply")
        return list(reply["content"]["comms"])

    def ask(self, comms: list[str], content: Any) -> None:
        for comm in comms:
            data = {"method": "custom", "content": content}
            self.send(request("comm_msg", {"comm_id": comm, "data": data}))


def kernel_of(url: str) -> str:
    found = re.search(r'"kernelId": ?"([\w-]+)"', urlopen(url).read().decode())
    assert found
    return found[1]


@pytest.fixture(scope="module")
def server(start_server: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    with ExitStack() as running:
        with few_open_files():
            server = running.enter_context(start_server("--no-preheat"))
        yield server


@contextmanager
def few_open_files() -> Iterator[None]:
    """As on systems that let a program open 256 files unless it asks for more."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def kernel(server: Server) -> Iterator[str]:
    """That of a page which only says that it is there."""
    kernel = kernel_of(server.url)
    here = {"path": f"/linviz/kernels/{kernel}/here", "Sec_WebSocket_Protocol": ""}
    with Visitor(server.url, kernel, **here) as visitor:
        assert visitor.status == 101
        Thread(target=visitor.stay, daemon=True).start()
        yield kernel
        with contextlib.suppress(OSError):  # who reads there lets go of it
            visitor.socket.shutdown(socket.SHUT_RDWR)


def assert_alive(server: Server) -> None:
    """The server answers; if not it is ended, before it has eaten the memory."""
    try:
        urlopen(f"{server.url}voila/static/voila.js", timeout=15).read()
    except OSError:
        server.process.kill()
        pytest.fail("the server hangs")


# frames that Jupyter's and Voila's readers choke on

MALFORMED = {
    "empty": b"",
    "short": b"\x06",
    "endless table": b"\xff" * 7 + b"\x7f",
    "table without parts": struct.pack("<Q", 6),
    "too many parts": joined([b"shell"] + [b"{}"] * (MOST_PARTS + 1)),
    "too few parts": joined([b"shell", b"{}", b"{}", b"{}"]),
    "overlapping parts": joined([b"x" * 9_000_000], offsets=[64, 9_000_000] * 20),
    "beyond the end": joined([b"shell", *[b"{}"] * 4], offsets=[56, 61, 63, 65, 67, 2**62]),
    "header is no JSON": joined([b"shell", b"{", b"{}", b"{}", b"{}"]),
    "header is a list": request("x", {}, header=[]),
    "header without type": request("x", {}, header={"msg_id": "1"}),
    "nested header": joined([b"shell", b"[" * 100_000, b"{}", b"{}", b"{}"]),
    "channel is no text": joined([b"\xff\xfe", b"{}", b"{}", b"{}", b"{}"]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_message_ends_its_connection_only(
    server: Server, kernel: str, name: str
) -> None:
    with Visitor(server.url, kernel) as visitor:
        visitor.comms()
        visitor.send(MALFORMED[name])
        for _ in visitor.answers():  # to the end of the connection
            pass
    assert_alive(server)


def test_a_message_of_text_ends_its_connection_only(server: Server, kernel: str) -> None:
    with Visitor(server.url, kernel) as visitor:
        visitor.send(b"{}", opcode=1)
        assert not any(a["cause"] == "comm_info_request" for a in visitor.answers())
    assert_alive(server)


def test_the_older_protocol_is_refused(server: Server, kernel: str) -> None:
    with Visitor(server.url, kernel, Sec_WebSocket_Protocol="") as visitor:
        assert visitor.status == 400


@given(st.lists(st.binary(max_size=20), min_size=5, max_size=MOST_PARTS))
def test_every_message_of_a_page_is_well_formed(parts: list[bytes]) -> None:
    assert is_well_formed(joined(parts))


@given(st.binary(max_size=80))
def test_no_bytes_at_all_upset_the_check(message: bytes) -> None:
    if is_well_formed(message):
        count = message[0]
        offsets = struct.unpack_from(f"<{count}Q", message, 8)
        assert list(offsets) == sorted(offsets)
        assert offsets[-1] <= len(message)


# what a visitor may ask


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_no_request_that_runs_or_reads_code_is_answered(
    server: Server, kernel: str, channel: str
) -> None:
    requests = {
        "execute_request": {"code": "1/0", "silent": False},
        "inspect_request": {"code": "open", "cursor_pos": 2},
        "complete_request": {"code": "op", "cursor_pos": 2},
        "history_request": {"hist_access_type": "tail", "n": 3, "output": False, "raw": True},
        "is_complete_request": {"code": "1"},
        "debug_request": {"type": "request", "command": "debugInfo", "seq": 1},
    }
    with Visitor(server.url, kernel) as visitor:
        for kind, content in requests.items():
            visitor.send(request(kind, content, channel=channel))
        visitor.send(request("comm_info_request", {}))
        for answer in visitor.answers():
            assert answer["cause"] not in requests
            if answer["type"] == "comm_info_reply":
                break


def test_other_sites_cannot_connect(server: Server, kernel: str) -> None:
    for headers in ({"Origin": "http://attacker.example"}, {"Host": "attacker.example"}):
        with Visitor(server.url, kernel, **headers) as visitor:
            assert visitor.status == 403


@pytest.mark.parametrize(
    "path", ["%00", "%0d%0aSet-Cookie:x=1", "//attacker.example", ".//x", "api/kernels", "login"]
)
def test_other_addresses_are_none(server: Server, path: str) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=SECONDS) as visitor:
        visitor.sendall(f"GET /{path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        assert visitor.recv(100).split()[1] == b"404"


# requests that would cost a kernel, or more


def answer_to(server: Server, request: bytes) -> bytes:
    """What comes back for these bytes, to the end of the connection."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=SECONDS) as visitor:
        visitor.sendall(request)
        parts = []
        while part := visitor.recv(65536):
            parts.append(part)
    return b"".join(parts)


HEAD = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "query", [b"a=\x00", b"a=\x01\x1b[2J", b"\x7f", b"a b", b"a\r\nX: y", b"\n\n"]
)
def test_a_malformed_link_starts_no_kernel(server: Server, query: bytes) -> None:
    kernels = server.kernels()
    answer = answer_to(server, b"GET /?" + query + HEAD + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ") or not answer
    assert server.kernels() == kernels
    assert_alive(server)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_a_page_load_starts_a_kernel(server: Server, method: str) -> None:
    kernels = server.kernels()
    answer = answer_to(server, method.encode() + b" /?dims=3,3,3" + HEAD + b"\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == (b"200" if method == "HEAD" else b"405")
    assert (b"can only be opened" in body) == (method != "HEAD")
    assert server.kernels() == kernels


@pytest.mark.parametrize(
    ("kind", "site", "status"),
    [
        ("image", "cross-site", b"403"),
        ("script", "cross-site", b"403"),
        ("empty", "cross-site", b"403"),
        ("empty", "same-origin", b"403"),
        ("iframe", "cross-site", b"403"),  # the page would not be shown there
        ("document", "cross-site", b"200"),
        pytest.param("iframe", "same-origin", b"200", marks=pytest.mark.long),
        pytest.param("document", "none", b"200", marks=pytest.mark.long),
    ],
)
def test_other_sites_can_link_to_the_page_but_not_use_it(
    server: Server, kind: str, site: str, status: bytes
) -> None:
    kernels = server.kernels()
    fetch = f"Sec-Fetch-Dest: {kind}\r\nSec-Fetch-Site: {site}\r\n\r\n"
    answer = answer_to(server, b"GET /" + HEAD + fetch.encode())
    assert answer.split()[1] == status
    assert len(server.kernels() - kernels) == (status == b"200")


def test_a_browser_that_guesses_starts_no_kernel(server: Server) -> None:
    kernels = server.kernels()
    guess = b"Sec-Fetch-Dest: document\r\nSec-Purpose: prefetch;prerender\r\n\r\n"
    assert answer_to(server, b"GET /" + HEAD + guess).split()[1] == b"403"
    assert server.kernels() == kernels


@pytest.mark.browser
def test_an_image_on_another_site_starts_no_kernel(
    page: Page, heard: Heard, server: Server
) -> None:
    kernels = server.kernels()
    page.set_content("<p>another site")
    page.evaluate(
        "url => new Promise(end => { Object.assign(new Image(), { src: url, onerror: end }); })",
        server.url,
    )
    assert server.kernels() == kernels
    heard.errors.clear()  # the console tells of the refusal
    page.close()


def test_a_large_body_is_not_even_read(server: Server) -> None:
    answer = answer_to(server, b"POST /" + HEAD + b"Content-Length: 50000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert_alive(server)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="other systems set no such limit")
def test_a_kernel_cannot_take_all_memory(
    tmp_path: Path, start_server: Callable[..., AbstractContextManager[Server]]
) -> None:
    source = (ROOT / "linviz/serve/dashboard.ipynb").read_text()
    notebook = json.loads(source)
    notebook["cells"][0]["source"] = (
        "import numpy as np\ntry:\n    np.empty(10**9)\n"
        "except MemoryError:\n    print('no ' + 'memory')"
    )
    greedy = tmp_path / "greedy.ipynb"
    greedy.write_text(json.dumps(notebook))
    with start_server("--no-preheat", f"--notebook={greedy}") as server:
        assert b"no memory" in urlopen(server.url).read()


# answers that nobody reads


def test_a_visitor_who_reads_no_answers_is_cut_off(server: Server) -> None:
    def connected() -> bool:
        sockets = psutil.Process(server.process.pid).net_connections()
        return visitor.port in {s.raddr.port for s in sockets if s.raddr}

    with Visitor(server.url, kernel_of(server.url)) as visitor:
        comms = visitor.comms()
        for k in range(300):  # a whole run each, 0.3 MB
            visitor.ask(comms, {"type": "view", "log_loss": k % 2 == 0})
        wait_until(lambda: not connected(), "90 MB of answers are kept for a visitor")


@pytest.mark.long
def test_little_is_kept_for_a_visitor_who_left(server: Server) -> None:
    def is_idle() -> bool:
        model = json.load(urlopen(f"{server.url}api/kernels/{kernel}"))
        seen.append(model["last_activity"])
        return len(seen) > 20 and len(set(seen[-20:])) == 1

    kernel, seen = kernel_of(server.url), list[str]()
    with Visitor(server.url, kernel, session="back") as visitor:
        comms = visitor.comms()
        for k in range(300):
            visitor.ask(comms, {"type": "view", "log_loss": k % 2 == 0})
    wait_until(is_idle, "the kernel does not come to rest")
    with Visitor(server.url, kernel, session="back") as visitor:
        visitor.send(request("comm_info_request", {}))
        kept = 0
        for answer in visitor.answers():
            kept += answer["cause"] == "comm_msg"
            if answer["type"] == "comm_info_reply":
                break
    assert kept <= 50


@pytest.mark.long
def test_a_page_s_connection_outlives_pings_and_idle_ones(server: Server) -> None:
    address = urlsplit(server.url)
    idle = socket.create_connection((address.hostname, address.port), timeout=2 * SECONDS)
    with idle, Visitor(server.url, kernel_of(server.url)) as visitor:
        comms = visitor.comms()
        idle.sendall(b"GET / HT")  # and never more
        assert idle.recv(1000) == b""
        opcode = 2
        while opcode == 2:
            opcode, payload = visitor.receive()
        assert opcode == PING
        visitor.send(payload, PONG)
        assert visitor.comms() == comms


def test_one_page_has_few_connections(server: Server, kernel: str) -> None:
    crowded = kernel_of(server.url)

    def status(_: int) -> int:
        visitors.append(Visitor(server.url, crowded))
        return visitors[-1].status

    def another() -> bool:
        with Visitor(server.url, crowded) as visitor:
            return visitor.status == 101

    visitors: list[Visitor] = []
    with ExitStack() as opened, ThreadPoolExecutor(4 * MOST_SOCKETS) as threads:
        found = sorted(threads.map(status, range(4 * MOST_SOCKETS)))
        for visitor in visitors:
            opened.enter_context(visitor)
        assert found == [101] * MOST_SOCKETS + [429] * 3 * MOST_SOCKETS
        assert not another()
        with Visitor(server.url, kernel) as visitor:
            assert visitor.comms()
    wait_until(another, "connections that have ended are still counted")


@pytest.mark.skipif(sys.platform != "linux", reason="only there psutil tells limits")
def test_the_server_may_open_as_many_files_as_the_system_lets_it(server: Server) -> None:
    import resource

    found, hard = psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert hard == resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert found == (
        MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    )


# clumsy visitors


HUGE = "\x01" * 1_000_000


def kind(value: Any) -> str:
    """What a test with this value is called."""
    short = isinstance(value, str) and len(value) < 50
    return value if short else type(value).__name__


@pytest.mark.parametrize(
    "index", [HUGE, [HUGE], [0, HUGE], list(range(10**5)), {}, None, 7, True, [10**5000]], ids=kind
)
@pytest.mark.parametrize("field", ["width", "layer_singular_value", "missed", "H", "seed"])
def test_an_index_that_is_none_is_refused_in_few_words(field: str, index: Any) -> None:
    if field in ("H", "seed") and isinstance(index, list) and len(index) <= 2:
        return  # they stand in no list, an index does not matter
    with pytest.raises(ValueError, match="found") as caught:
        edited(Scenario(), field, 2, index)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("value", [[], {}, HUGE, [HUGE], None, math.nan, 10**5000], ids=kind)
@pytest.mark.parametrize("field", [*sorted(EDITABLE), HUGE, [], {}, None], ids=kind)
def test_an_edit_with_any_value_is_made_or_refused_in_few_words(field: Any, value: Any) -> None:
    for index in ((), (0,), (0, 0), (True,)):
        try:
            assert isinstance(edited(Scenario(), field, value, index), Scenario)
        except ValueError as error:
            assert len(str(error)) < 500  # noqa: PT017 - which of both depends on the control


@pytest.mark.parametrize("targets", ["a", 1.5, None, HUGE, True, 10**5000, -1], ids=kind)
def test_a_file_with_any_number_of_targets_is_refused_in_few_words(targets: Any) -> None:
    with pytest.raises(ValueError, match="targets") as caught:
        read_data("data.csv", b"1,2,3\n2,1,4\n", targets=targets)
    assert len(str(caught.value)) < 500


def test_an_edit_during_a_run_keeps_the_one_before_it() -> None:
    async def body() -> None:
        page = dashboard()
        long_run = [("data", "digits"), ("t_end", 30.0)]
        for n, changes in enumerate([long_run, [("seed", 7)]], 1):
            edits = [{"field": field, "value": value, "index": []} for field, value in changes]
            page._receive(page, {"type": "edit", "request": n, "edits": edits}, [])
            assert page._runner.busy
        while page._runner.busy:
            await asyncio.sleep(0.01)
        assert (page.state.scenario.seed, page.state.scenario.data) == (7, "digits")

    asyncio.run(body())


@pytest.mark.browser
def test_a_file_too_large_to_send_is_refused_in_words(
    page: Page, heard: Heard, voila_server: str
) -> None:
    page.goto(voila_server, wait_until="commit")
    page.wait_for_selector("[data-ready]")
    page.select_option('[data-field="data"]', "file")
    big = {"name": "big.csv", "mimeType": "text/csv", "buffer": b"1.25,2.5\n" * 1_300_000}
    page.set_input_files("input[type=file]", files=[big])
    page.set_default_timeout(15_000)
    page.locator(".notice").filter(has_text="at most 10 MB, found 11.7 MB").wait_for()
    page.get_by_role("button", name="New draw").click()
    page.wait_for_selector('[data-run="2"]')
    page.close()
