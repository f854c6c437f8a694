"""Arguments of ``linviz site``."""

import argparse
import sys
from pathlib import Path

from linviz.serve.site.build import site
from linviz.serve.site.pyodide import PYODIDE, RELEASE

WORDS_OF_SITE = """\
Write the dashboard as a folder of files that any web space serves. Its Python runs in the
browser of whoever opens it: there is no server to keep, and the page asks no other host.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linviz site", description=WORDS_OF_SITE)
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder; it is made")
    parser.add_argument(
        "--pyodide",
        metavar="FOLDER|URL",
        help=f"where the files of Pyodide {PYODIDE} with numpy and scipy are taken from; each is "
        f"checked (default: its release, {RELEASE})",
    )
    parser.add_argument(
        "--link",
        default="",
        help="the first screen: a linviz link, or what stands behind its question mark",
    )
    parser.add_argument("--title", default="linviz", help="title of the page")
    parser.add_argument(
        "--offline", action="store_true", help="keep the files: a second visit needs no network"
    )
    return parser


def run(argv: list[str]) -> int:
    """Parse the arguments, write the folder, say what it is; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        written = site(
            options.out,
            pyodide=options.pyodide,
            link=options.link,
            title=options.title,
            offline=options.offline,
            progress=lambda words: print(f"linviz: {words}", file=sys.stderr),
        )
    except (ValueError, OSError) as error:
        print(f"linviz: {error}", file=sys.stderr)
        return 2
    print(written.words)
    return 0
