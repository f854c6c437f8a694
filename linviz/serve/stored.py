"""What a served page shows before its kernel is there: its script, and the runs of first screens.

    python -m linviz.serve.stored FOLDER

writes them, packed; the page template fetches them from its static files. The first screen comes
first, then, with the time that nobody else needs, those of the lecture scenarios and of
the lectures.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import sys
from pathlib import Path

from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.scenario import Scenario
from linviz.panels import bundle, standalone
from linviz.panels.link import Link, read_link
from linviz.panels.view import View
from linviz.serve import lectures

LEAST_URGENT = 19


def write(folder: Path) -> None:
    """Write all files; each is there as a whole or not at all."""
    first = Link(Scenario(), View())
    page = {"script": bundle.served_script(), "style": bundle.style()}
    _keep(folder, "page", json.dumps(page).encode())
    _keep(folder, "first", standalone.stored_screen(first))
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such order
        os.nice(LEAST_URGENT)
    for name in LECTURE:
        _keep(folder, name, standalone.stored_screen(read_link(f"preset={name}", first)))
    for name in lectures.names()[1:]:
        _keep(folder, name, standalone.stored_screen(read_link(lectures.lecture(name).framed)))


def _keep(folder: Path, name: str, content: bytes) -> None:
    packed = folder / f"{name}.gz"
    begun = packed.with_suffix(".part")
    begun.write_bytes(gzip.compress(content, mtime=0))
    begun.replace(packed)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
