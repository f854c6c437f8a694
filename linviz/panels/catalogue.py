"""What the page is made of: its panels, and its controls in the order in which they stand.

The browser gets all of it as JSON, with the menus of the core's catalogue: it makes the form, the
dialogs and the panels from that, and knows no rule, data set or activation by name.
"""

from __future__ import annotations

from typing import Any

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA, UPLOADED
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.presets import LECTURE
from linviz.panels.control import CONTROLS
from linviz.panels.panel import PANELS
from linviz.panels.patterns import PATTERNS
from linviz.panels.public import public_address

MAX_UPLOAD = 10_000_000  # bytes: what one message over the websocket may hold

Menu = list[list[str]]


def content() -> dict[str, Any]:
    """Everything that the browser makes the page of, as plain values."""
    return {
        "panels": [
            {
                "name": panel.name,
                "title": panel.title,
                "picture": panel.picture,
                "switch": panel.switch,
                "one_run": panel.one_run,
                "usual": panel.usual,
                "instead": panel.instead,
            }
            for panel in PANELS.values()
        ],
        "controls": [control.content() for control in CONTROLS.values()],
        "menus": {
            "preset": [
                ["", "your own"],
                *([n, preset.title, preset.seen] for n, preset in LECTURE.items()),
            ],
            "data": [*_menu(DATA), [UPLOADED.name, UPLOADED.title]],
            "pattern": [["", "as set below"], *([n, p.title] for n, p in PATTERNS.items())],
            "rule": _menu(RULES),
            "beside": _menu(BESIDE),
        },
        "uses": {name: [field.name for field in entry.fields] for name, entry in BESIDE.items()},
        "max_upload": MAX_UPLOAD,
        "address": public_address(),
    }


def _menu(entries: dict[str, Entry]) -> Menu:
    return [[entry.name, entry.title] for entry in entries.values()]
