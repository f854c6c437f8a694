"""What is left of a page where there is no kernel: a picture, and a sentence."""

from __future__ import annotations

import numpy as np

from linviz.core.statements.now import telling
from linviz.core.statements.pieces import Piece
from linviz.figures.cells import drawable
from linviz.figures.picture import Picture
from linviz.figures.still import still
from linviz.panels.link import write_link
from linviz.panels.message import pictures
from linviz.panels.now import colored
from linviz.panels.panel import PANELS
from linviz.panels.shown import Shown

FIRST = ("loss", "tree", "modes", "hessian")  # of those shown; others where there is room
MOST = 4
IMAGE_BYTES = 60_000


def mime_bundle(shown: Shown) -> dict[str, str]:
    """The run as an image and as text, for pages that cannot show the widget.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> bundle = mime_bundle(Shown(run(Scenario(dims=(2, 2), singular_values=(2, 1)))))
    >>> bundle["text/plain"].partition(".")[0]
    'At a global minimum: nothing leads down'
    """
    t = shown.run.trajectory.t
    k = int(np.searchsorted(t, np.inf if shown.view.t is None else shown.view.t, "right")) - 1
    told = telling(shown.run, shown.kept).at(max(0, k))
    facts = "".join(text for text, *_ in told.facts)
    link = write_link(shown.run.scenario, shown.view, shown.kept_scenario, shown.preset)
    headline = colored(told.headline, shown.run)
    said = "".join(text for text, _ in headline)
    return {
        "image/svg+xml": _image(_chosen(shown), headline, facts),
        "text/plain": f'{said} {facts}\nlinviz.dashboard(link="{link}")',
    }


def _chosen(shown: Shown) -> dict[str, Picture]:
    """The pictures by their titles, the more important first."""
    drawn = pictures(shown)
    drawn = {name: each for name, each in drawn.items() if each["panes"] or drawable(each)}
    names = [name for name in shown.view.panels if name in drawn]
    names.sort(key=lambda name: (name not in FIRST, list(PANELS).index(name)))
    return {_title(name, shown): drawn[name] for name in (names or ["loss"])[:MOST]}


def _title(name: str, shown: Shown) -> str:
    if name == "hessian":
        return f"Hessian at the {'limit' if shown.run.at_limit else 'end'}"
    return PANELS[name].title


def _image(drawn: dict[str, Picture], headline: tuple[Piece, ...], facts: str) -> str:
    """Of as many of the pictures as keep a notebook small."""
    image = still(drawn, headline, facts, NOTE)
    while len(drawn) > 1 and len(image.encode()) > IMAGE_BYTES:
        drawn = dict(list(drawn.items())[:-1])
        image = still(drawn, headline, facts, NOTE)
    return image


NOTE = "A picture of the run; in a notebook with a kernel it can be moved."
