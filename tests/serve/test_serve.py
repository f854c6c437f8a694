"""The `linviz` command, run for real: its life cycle, its kernels, what it gives to visitors."""

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from browsing import Heard, after, number_of, often, typed
from playwright.sync_api import Page, Route, expect
from serving import ROOT, SECONDS, Server, wait_until

import linviz
from linviz.serve.kernels import MOST_PAGES, memory, most_pages
from linviz.serve.pages import MOST_CHARACTERS

Start = Callable[..., AbstractContextManager[Server]]


def command(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linviz", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def get(
    url: str, path: str, *, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """A request whose path is sent as it is: browsers and urllib would tidy up its dots."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def kernel_in(html: bytes) -> str:
    found = re.search(r'"kernelId": ?"([\w-]+)"', html.decode())
    assert found, html
    return found[1]


def kernels_by_id(server: Server) -> dict[str, psutil.Process]:
    """The kernels of a server; their connection file's name holds the page's name for them."""
    found = {}
    for process in map(psutil.Process, server.kernels()):
        with contextlib.suppress(psutil.Error):
            file = next(part for part in process.cmdline() if part.endswith(".json"))
            found[Path(file).stem.removeprefix("kernel-")] = process
    return found


@contextlib.contextmanager
def opened(page: Page, url: str) -> Iterator[None]:
    """The dashboard with its kernel; the tab is closed before its server ends and the console
    complains."""
    try:
        page.goto(url, wait_until="commit")
        page.wait_for_selector("#rendered_cells:is([hidden], :has(.linviz))", state="attached")
        yield
    finally:
        page.close()


@pytest.fixture(scope="module")
def server(start_server: Start) -> Iterator[Server]:
    """One server whose pages start their own kernels, for the tests that end them."""
    with start_server("--no-preheat") as server:
        yield server


# the command line


def test_help_names_every_option_in_words() -> None:
    shown = command("--help")
    assert shown.returncode == 0
    for word in ("--port", "--host", "--no-browser", "--preheat", "--no-preheat", "--version"):
        assert word in shown.stdout
    assert "--max-pages" in shown.stdout
    assert "Ctrl-C" in shown.stdout


def test_version() -> None:
    assert command("--version").stdout.strip() == f"linviz {linviz.__version__}"


@pytest.mark.parametrize("port", ["70000", "-1", "eight"])
def test_a_wrong_port_is_refused_in_one_line(port: str) -> None:
    refused = command(f"--port={port}")
    assert refused.returncode == 2
    assert "a number from 0 to 65535" in refused.stderr.splitlines()[-1]
    assert "Traceback" not in refused.stderr


def test_no_pages_at_all_are_refused_in_one_line() -> None:
    refused = command("--max-pages=0")
    assert refused.returncode == 2
    assert "a number from 1 to 1000, found '0'" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize("address", ["a.github.io", "javascript:alert(1)", "https://["])
def test_a_public_address_that_is_none_is_refused_in_one_line(address: str) -> None:
    refused = command(f"--public-address={address}")
    assert refused.returncode == 2
    assert "expected an address such as https://" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "origin", ["course.example.org", "https://a.org/page", "https://*", "null"]
)
def test_an_origin_that_is_none_is_refused_in_one_line(origin: str) -> None:
    refused = command(f"--frame-from={origin}")
    assert refused.returncode == 2
    assert (
        f"such as https://course.example.org or http://localhost:4000, found '{origin}'"
        in (refused.stderr.splitlines()[-1])
    )


def test_a_taken_port_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = command("--no-browser", f"--port={port}")
    assert refused.returncode == 1
    message = f"linviz: port {port} is already in use; choose another or leave it out"
    assert refused.stderr.strip() == message


def test_an_unknown_host_is_refused_in_one_line() -> None:
    refused = command("--no-browser", "--host=192.0.2.1")
    assert refused.returncode == 1
    assert refused.stderr.startswith("linviz: cannot listen on 192.0.2.1")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.long
def test_other_computers_are_let_in_with_a_warning(start_server: Start) -> None:
    with start_server("--host=0.0.0.0", "--no-preheat") as server:
        assert "everybody who can reach this computer" in server.log.read_text()
    with start_server("--no-preheat") as server:
        assert "warning" not in server.log.read_text()


# starting and stopping


@pytest.mark.parametrize(
    "signum", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_kernels_are_the_python_of_the_command_and_a_signal_ends_both(
    start_server: Start, signum: int
) -> None:
    with start_server("--preheat=2") as server:
        wait_until(lambda: len(server.kernels()) == 2, "not two kernels are kept ready")
        kernels = server.kernels()
        for kernel in map(psutil.Process, kernels):
            assert kernel.cmdline()[0] == sys.executable
            assert kernel.environ()["OPENBLAS_NUM_THREADS"] == "1"
        assert server.stop(signum) == 0
        assert not any(map(psutil.pid_exists, kernels))
        assert len(server.log.read_text().splitlines()) == 1


def test_a_signal_ends_a_kernel_that_is_just_being_started(start_server: Start) -> None:
    with start_server("--no-preheat") as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as visitor:
            visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            wait_until(lambda: bool(server.kernels()), "no kernel for the visitor")
            kernels = server.kernels()
            assert server.stop(signal.SIGTERM) == 0
        assert not any(map(psutil.pid_exists, kernels))


# what a visitor gets


def test_the_page_and_its_headers(voila_server: str) -> None:
    response, html = get(voila_server, "/")
    assert response.status == 200
    assert b"<title>linviz</title>" in html
    assert b'<html lang="en">' in html
    assert b'name="viewport"' in html
    assert b"maximum-scale" not in html
    assert b'<meta name="linviz-page" content="voila">' in html
    assert b"linviz is starting" in html
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "worker-src blob:" in policy  # a thread of the page's own text, and no other


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard.ipynb",
        "/server.py",
        "/../../../etc/passwd",
        "/voila/files/dashboard.ipynb",
        "/voila/files/server.py",
        "/voila/files/../core/problem.py",
        "/voila/files/%2e%2e/%2e%2e/pyproject.toml",
        "/voila/static/../../../../../../../../../../etc/passwd",
        "/voila/static//etc/passwd",
        "/voila/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/voila/templates/linviz/static/../index.html.j2",
        "/voila/templates/../../../../../../../../etc/passwd",
        "/voila/templates/lab/static/../../../../../../../../../../../etc/passwd",
        "/voila/labextensions/../../../../../../../../../../etc/passwd",
        "/voila/labextensions//etc/passwd",
        "/voila/api/themes/../../../../../../../../../../../etc/passwd",
        "/linviz/front/0/page.css",
        "/linviz/front/0/../../server.py",
    ],
)
def test_no_file_is_given_away(voila_server: str, path: str) -> None:
    response, body = get(voila_server, path)
    while response.status in (301, 302):
        response, body = get(voila_server, response.headers["Location"])
    assert response.status in (400, 403, 404, 500)
    for secret in (b"root:", b"import ", b"linviz.panels", b"extends", b"[project]"):
        assert secret not in body


@pytest.mark.parametrize(
    "path", ["/voila/tree", "/voila/tree/", "/voila/render/dashboard.ipynb", "/api/kernels"]
)
def test_there_is_no_list_of_files_or_kernels(voila_server: str, path: str) -> None:
    response, body = get(voila_server, path)
    while response.status in (301, 302):
        response, body = get(voila_server, response.headers["Location"])
    assert response.status in (403, 404)
    assert b"ipynb" not in body


def test_a_local_server_answers_to_local_names_only(voila_server: str) -> None:
    assert get(voila_server, "/", Host="attacker.example")[0].status == 403


# links


@pytest.mark.long
def test_links_get_the_preheated_kernel(start_server: Start) -> None:
    queries = (
        "",
        "?dims=5,5,4,3&singular_values=3,2,1",
        "?theme=dark&template=reveal&theme=%ff",
        "?voila-theme=dark&reset_kernel_logs=1&token=x",
        "?a=%00%0d%0aSet-Cookie:b=1&%ff%fe=%25&;;==",
        f"?{'x' * MOST_CHARACTERS}",
    )
    with start_server("--preheat=1") as server:
        seen: set[str] = set()
        for query in queries:
            # those whose visitors are gone end, one after the other
            wait_until(lambda: len(kernels_by_id(server).keys() - seen) == 1, "none is kept ready")
            (ready,) = kernels_by_id(server).keys() - seen
            response, html = get(server.url, f"/{query}")
            assert response.status == 200
            assert kernel_in(html) == ready
            assert b'<body data-voila="voila">' in html
            assert "Set-Cookie:b" not in str(response.headers)
            seen.add(ready)


@pytest.mark.long
def test_a_link_leaves_no_trace_in_any_kernel(start_server: Start) -> None:
    with start_server("--preheat=1") as server:
        wait_until(lambda: len(server.kernels()) == 1, "none is kept ready")
        get(server.url, "/?dims=9,9,9")
        wait_until(lambda: len(server.kernels()) == 2, "none is kept ready for the next")
        for kernel in kernels_by_id(server).values():
            assert "9,9,9" not in str(kernel.environ())


@pytest.mark.parametrize("more", [1, 60_000, 200_000])
def test_a_link_too_long_is_refused_in_words(voila_server: str, more: int) -> None:
    response, html = get(voila_server, f"/?{'x' * (MOST_CHARACTERS + more)}")
    assert response.status == 414
    assert b"This link is too long" in html
    assert b"at most 8000 characters" in html


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "scheme", "theme"),
    [
        ("", "light", "light"),
        ("", "dark", "dark"),
        ("?colors=light", "dark", "light"),
        ("?colors=dark", "light", "dark"),
        ("?colors=auto", "dark", "dark"),
    ],
)
def test_the_page_has_its_theme_from_the_start(
    page: Page, voila_server: str, query: str, scheme: str, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.route("**/stored/*", lambda route: route.fulfill(status=204))  # it stays at its start
    page.goto(f"{voila_server}{query}", wait_until="commit")
    page.wait_for_selector("#loading")
    root = page.locator("html")
    assert root.get_attribute("data-linviz-theme") == theme
    paper, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('#loading')).color]"
    )
    colors = {"light": ("rgb(255, 255, 255)", "rgb(21, 25, 30)")}
    colors["dark"] = ("rgb(18, 22, 27)", "rgb(238, 241, 244)")
    assert (paper, ink) == colors[theme]
    page.close()


# how many pages


def test_the_limit_fits_the_memory() -> None:
    assert most_pages(24_000_000_000) == MOST_PAGES
    assert most_pages(2_000_000_000) == 9
    assert most_pages(100_000_000) == 1
    assert 0 < memory() <= psutil.virtual_memory().total


@pytest.mark.long
def test_a_full_server_says_so_and_a_closed_page_makes_room(start_server: Start) -> None:
    with start_server("--preheat=1", "--max-pages=2") as server:
        pages = [get(server.url, "/") for _ in range(2)]
        assert [response.status for response, _ in pages] == [200, 200]
        wait_until(lambda: len(server.kernels()) == 3, "none is kept ready for the next")
        for _ in range(20):
            response, html = get(server.url, "/?dims=3,3,3")
            assert response.status == 503
        assert response.headers["Retry-After"] == "60"
        assert b"<h1>linviz is full</h1>" in html
        assert b"try again in a minute" in html
        assert len(server.kernels()) == 3
        get(server.url, f"/voila/api/shutdown/{kernel_in(pages[0][1])}", method="POST")
        assert get(server.url, "/")[0].status == 200
        assert len(server.log.read_text().splitlines()) == 1


@pytest.mark.long
def test_a_crowd_gets_no_more_pages_than_allowed(start_server: Start) -> None:
    with (
        start_server("--no-preheat", "--max-pages=2") as server,
        ThreadPoolExecutor(8) as crowd,
    ):
        answers = list(crowd.map(lambda _: get(server.url, "/")[0].status, range(8)))
        assert sorted(answers) == [200] * 2 + [503] * 6
        assert len(server.kernels()) == 2


# in the browser


@pytest.mark.browser
def test_the_page_draws_and_asks_no_other_host(page: Page, voila_server: str) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    with opened(page, voila_server):
        assert requests
        # its own script alone: Voila's and JupyterLab's are 5 MB
        assert not [url for url in requests if "/voila/static/" in url or "labextensions" in url]
        assert page.title() == "linviz"


@pytest.mark.long
@pytest.mark.browser
def test_a_theme_in_the_address_gets_the_preheated_kernel_too(
    page: Page, start_server: Start
) -> None:
    with start_server() as server:
        wait_until(lambda: bool(server.kernels()), "no kernel is kept ready")
        (ready,) = map(psutil.Process, server.kernels())
        connection_file = next(part for part in ready.cmdline() if part.endswith(".json"))
        with opened(page, f"{server.url}?theme=dark&template=reveal"):
            config = page.locator("#jupyter-config-data").text_content()
            assert json.loads(config or "{}")["kernelId"] in connection_file


@pytest.mark.browser
@pytest.mark.parametrize(
    "how",
    ["close", *(pytest.param(how, marks=pytest.mark.long) for how in ("go elsewhere", "reload"))],
)
def test_leaving_the_page_ends_its_kernel(page: Page, server: Server, how: str) -> None:
    others = server.kernels()
    with opened(page, server.url):
        (kernel,) = server.kernels() - others
        if how == "close":
            page.close(run_before_unload=True)
        elif how == "reload":
            page.reload(wait_until="commit")
            page.wait_for_selector("[data-ready]")
        else:
            page.goto("about:blank")
        wait_until(lambda: kernel not in server.kernels(), "the kernel of the page lives on")
        assert len(server.kernels() - others) == (how == "reload")


@pytest.mark.long
def test_a_visitor_who_leaves_before_the_page_connects_keeps_no_place(start_server: Start) -> None:
    with start_server("--preheat=1") as server:
        wait_until(lambda: len(server.kernels()) == 1, "none is kept ready")
        ready = server.kernels()
        html = get(server.url, "/")[1]
        begun = time.monotonic()
        kernel = kernels_by_id(server)[kernel_in(html)].pid
        wait_until(lambda: kernel not in server.kernels(), "the kernel nobody uses lives on")
        assert time.monotonic() - begun < 20
        assert len(server.kernels() - ready) == 1  # the next visitor's


@pytest.mark.browser
@pytest.mark.long
def test_a_kernel_preheated_long_ago_gives_a_live_page(page: Page, start_server: Start) -> None:
    with start_server("--cull=6") as server:
        wait_until(lambda: bool(server.kernels()), "no kernel is kept ready")
        kernels = server.kernels()
        page.wait_for_timeout(18_000)  # three times the limit

        def slowly(route: Route) -> None:  # the culler looks before the page has connected
            page.wait_for_timeout(1500)
            route.continue_()

        page.route("**/stored/page.gz", slowly)
        with opened(page, server.url):  # and a new one waits for the next visitor
            wait_until(lambda: kernels < server.kernels(), "no other is kept ready")


@pytest.mark.long
@pytest.mark.browser
def test_neither_an_open_tab_nor_a_kernel_kept_ready_is_culled(
    page: Page, start_server: Start
) -> None:
    with start_server("--preheat=1", "--cull=2") as server, opened(page, server.url):
        wait_until(lambda: len(server.kernels()) == 2, "none is kept ready for the next")
        kernels = server.kernels()
        page.wait_for_timeout(5000)
        assert server.kernels() == kernels


@contextlib.contextmanager
def losing(page: Page, heard: Heard, server: Server) -> Iterator[psutil.Process]:
    """The kernel of a page whose address says what it shows; the console will complain that it is
    lost."""
    others = server.kernels()
    with opened(page, server.url):
        (kernel,) = map(psutil.Process, server.kernels() - others)
        after(page, lambda: typed(page, number_of("seed"), "8"))
        page.wait_for_function("location.search.includes('seed=8')")
        yield kernel
    heard.errors.clear()


@pytest.mark.long
@pytest.mark.browser
def test_a_killed_kernel_is_told_by_the_page_which_starts_again_with_all_that_was_asked(
    page: Page, heard: Heard, server: Server
) -> None:
    with losing(page, heard, server) as kernel:
        others = server.kernels() - {kernel.pid}
        file = {"name": "own.csv", "mimeType": "text/csv", "buffer": b"1,0,3\n0,1,0\n1,1,1\n"}
        after(page, lambda: page.set_input_files('input[type="file"]', [file]))
        page.wait_for_function("location.search.includes('data=')")
        kernel.kill()
        page.evaluate("document.querySelector('.linviz .freeze').click()")  # nobody hears it
        typed(page, number_of("seed"), "9")  # nor this
        page.wait_for_selector(".lost")
        assert server.kernels() == others  # none is started in its place
        expect(page.locator(".lost")).to_contain_text("starts again with the same scenario")
        page.wait_for_selector(".lost", state="detached")
        page.wait_for_function("document.querySelector('.linviz')?.linviz?.run.form.seed === 9")
        run = page.evaluate(
            "(({ query, kept }) => [query, kept])(document.querySelector('.linviz').linviz.run)"
        )
        assert "data=" in run[0]
        assert "data=" in run[1]
        assert "seed=8" in run[1]  # A is the run that was shown
        after(page, lambda: typed(page, number_of("seed"), "10"))


@pytest.mark.long
@pytest.mark.browser
def test_a_kernel_that_jams_is_told_by_the_page_which_starts_again(
    page: Page, heard: Heard, server: Server
) -> None:
    page.clock.install()
    with losing(page, heard, server) as kernel:
        kernel.suspend()
        typed(page, number_of("seed"), "9")
        page.clock.run_for(16_000)
        expect(page.locator(".lost")).to_contain_text("The session is lost")
        assert kernel.pid in server.kernels()  # it may still go on
        page.clock.run_for(52_000)
        expect(page.locator(".lost")).to_contain_text("starts again with the same scenario")
        page.clock.run_for(3_000)
        wait_until(lambda: kernel.pid not in server.kernels(), "the kernel that jams is kept")
        page.wait_for_function("document.querySelector('.linviz')?.linviz?.run.form.seed === 9")
        expect(page.locator(".lost")).to_have_count(0)


# a place that is given up is free again


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("how", ["killed", "stopped", "busy", "closed"])
def test_a_place_that_is_given_up_is_free_again(
    page: Page, heard: Heard, start_server: Start, tmp_path: Path, how: str
) -> None:
    notebook = ROOT / "linviz/serve/dashboard.ipynb"
    if how == "busy":  # it computes for ever once it is asked for anything but what it shows
        source = notebook.read_text().replace("dashboard()", "page = dashboard()")
        loop = "page.on_msg(lambda _, said, __: said != {'type': 'state'} and any(iter(int, 1)))"
        loop += "\\npage"
        notebook = tmp_path / "busy.ipynb"
        notebook.write_text(source.replace("page = dashboard()", f"page = dashboard()\\n{loop}"))
    with start_server("--no-preheat", "--max-pages=1", f"--notebook={notebook}") as server:
        page.goto(server.url, wait_until="commit")
        page.wait_for_selector("#rendered_cells:is([hidden], :has([data-ready]))", state="attached")
        (kernel,) = map(psutil.Process, server.kernels())
        assert get(server.url, "/")[0].status == 503
        begun = time.monotonic()
        if how == "killed":
            kernel.kill()
        elif how == "stopped":
            kernel.suspend()  # it hears nothing, not even that it should end
        if how != "killed":
            page.context.close()  # a browser that ends says nothing
        wait_until(lambda: not server.kernels(), "the kernel is kept")
        wait_until(lambda: get(server.url, "/")[0].status == 200, "its place is kept")
        assert time.monotonic() - begun < 20
        if how == "killed":
            page.close()
    heard.errors.clear()


@pytest.mark.long
def test_a_visitor_who_leaves_before_the_page_is_whole_keeps_no_place(start_server: Start) -> None:
    with start_server("--no-preheat", "--max-pages=1") as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as visitor:
            visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            wait_until(lambda: bool(server.kernels()), "no kernel for the visitor")
        begun = time.monotonic()
        wait_until(lambda: not server.kernels(), "the kernel is kept")
        assert time.monotonic() - begun < 20


@pytest.mark.parametrize("home", often("/dev/null", ["/dev/null", "/proc/1/nowhere"]))
def test_home_need_not_be_one_that_can_be_written(
    start_server: Start, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.setenv("HOME", home)
    with start_server("--no-preheat") as server:
        response, html = get(server.url, "/")
        assert response.status == 200
        assert b"application/vnd.jupyter.widget-view+json" in html


@pytest.mark.browser
def test_a_dashboard_that_fails_says_so(page: Page, start_server: Start, tmp_path: Path) -> None:
    source = (ROOT / "linviz/serve/dashboard.ipynb").read_text()
    broken = tmp_path / "broken.ipynb"
    broken.write_text(source.replace("dashboard()", "dashboard(unknown)"))
    with start_server("--no-preheat", f"--notebook={broken}", fails=True) as server:
        page.goto(server.url)
        page.get_by_text("The dashboard could not start").wait_for()
        assert "NameError" not in page.content()
        assert "NameError" in server.log.read_text()
        page.close()
