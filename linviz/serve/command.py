"""Arguments of the ``linviz`` command."""

import argparse
import errno
import ipaddress
import os
import re
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import linviz
from linviz.panels.public import ADDRESS, checked_address

NOTEBOOK = Path(__file__).parent / "dashboard.ipynb"

DESCRIPTION = """\
Open the linviz dashboard in your browser.

The command starts a small web server on this computer, prints its address and
opens it. Every browser tab gets a Python process of its own, which ends when
the tab is closed. Stop the server with Ctrl-C.
"""

EPILOG = """\
examples:
  linviz                            the dashboard, on a free port
  linviz --port 8866 --no-browser   always the same address; open it yourself
  linviz --host 0.0.0.0 --preheat 4 for a lecture hall, see --host
  linviz site FOLDER                a page for any web space, without a server;
                                    see linviz site --help
  linviz study FILE                 many random starts, on all processors;
                                    see linviz study --help
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linviz",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"linviz {linviz.__version__}")
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        help="port to listen on, 1 to 65535 (default: any free port)",
    )
    parser.add_argument(
        "--host",
        "--ip",
        default="127.0.0.1",
        help="address to listen on (default: 127.0.0.1, this computer only). With 0.0.0.0 "
        "everybody in your network can open the dashboard, without a password or encryption",
    )
    parser.add_argument(
        "--no-browser", dest="browser", action="store_false", help="do not open a browser"
    )
    _add_neighbors(parser)
    _add_processes(parser)
    # for tests: another notebook, and faster culling
    parser.add_argument("--notebook", type=Path, default=NOTEBOOK, help=argparse.SUPPRESS)
    parser.add_argument("--cull", type=_count, default=120, help=argparse.SUPPRESS)
    return parser


def _add_neighbors(parser: argparse.ArgumentParser) -> None:
    """Pages of others: who may show the dashboard, and where links lead."""
    parser.add_argument(
        "--frame-from",
        type=_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="a page of this origin, such as https://course.example.org, may show the dashboard "
        "in a frame; may be given more than once (default: no other page)",
    )
    parser.add_argument(
        "--public-address",
        type=_address,
        metavar="URL",
        help="address of a linviz site, or of this project on Binder, at which others find the "
        f"page: links that are shared lead there (default: {ADDRESS} in the environment)",
    )


def _add_processes(parser: argparse.ArgumentParser) -> None:
    """What decides how many Python processes there are."""
    parser.add_argument(
        "--preheat",
        type=_count,
        default=1,
        metavar="N",
        help="Python processes kept ready, so that a page opens faster; each takes about 100 MB "
        "of memory (default: 1)",
    )
    parser.add_argument(
        "--no-preheat",
        dest="preheat",
        action="store_const",
        const=0,
        help="keep none ready: less memory, a slower first picture",
    )
    parser.add_argument(
        "--max-pages",
        type=_pages,
        metavar="N",
        help="pages open at once, each about 115 MB of memory; further visitors are asked to try "
        "again (default: as many as 60 %% of the memory holds, at most 60)",
    )


def _port(text: str) -> int:
    """A port number; 0 asks for a free one."""
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 65535, found {text!r}")
    return int(text)


def _address(text: str) -> str:
    """An address of a page."""
    try:
        return checked_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _origin(text: str) -> str:
    """Where a page comes from: scheme, host and port, and nothing behind them."""
    origin = text.rstrip("/").lower()
    try:
        parts = urlsplit(_address(origin))
        whole = f"{parts.scheme}://{parts.netloc}" == origin and "@" not in origin
        if not whole or not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc) or parts.port == 0:
            raise ValueError(origin)
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(
            "expected scheme, host and port of a page, such as https://course.example.org or "
            f"http://localhost:4000, found {text!r}"
        ) from None
    return origin


def _count(text: str) -> int:
    """A number of processes or seconds."""
    if not text.isdecimal() or int(text) > 1000:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1000, found {text!r}")
    return int(text)


def _pages(text: str) -> int:
    """A number of pages: none would be no server."""
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 1000, found {text!r}")
    return int(text)


def _bind(host: str, port: int) -> socket.socket:
    """A socket that listens; taking the port first makes a taken one the first thing said."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        reason = {
            errno.EADDRINUSE: f"port {port} is already in use; choose another or leave it out",
            errno.EACCES: f"port {port} is not allowed for this user; choose one above 1023",
        }.get(error.errno or 0, f"cannot listen on {host}: {error.strerror}; check --host")
        raise SystemExit(f"linviz: {reason}") from None
    sock.setblocking(False)  # tornado accepts until it would block
    return sock


def _is_loopback(host: str) -> bool:
    """Whether only this computer can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def run(argv: list[str] | None = None) -> int:
    """Parse the arguments, serve until Ctrl-C or SIGTERM, or write a site; return the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["site"]:
        from linviz.serve.site.command import run as write_site  # no server is needed for it

        return write_site(argv[1:])
    if argv[:1] == ["study"]:
        from linviz.serve.study import run as run_study

        return run_study(argv[1:])
    options = _parser().parse_args(argv)
    if options.public_address:
        os.environ[ADDRESS] = options.public_address  # which the kernels inherit
    local = _is_loopback(options.host)
    sock = _bind(options.host, options.port)
    if not local:
        print(
            f"linviz: warning: listening on {options.host}: everybody who can reach this computer "
            "over the network can open the dashboard and use its processor and memory; "
            "there is no password and no encryption.",
            file=sys.stderr,
        )
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: sys.exit(0))  # until the server has its own way to stop
    from linviz.serve.server import serve  # after the arguments: Voila takes a second to import

    serve(
        sock,
        notebook=options.notebook.resolve(),
        local=local,
        preheat=options.preheat,
        cull=options.cull,
        pages=options.max_pages,
        browser=options.browser,
        frames=tuple(options.frame_from),
    )
    return 0
