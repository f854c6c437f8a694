"""The panels of the page, each with what it draws and says, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from linviz.figures import (
    drift,
    errors,
    hessian,
    images,
    invariants,
    loss,
    matrices,
    modes,
    network,
    tree,
)
from linviz.figures.picture import Picture

if TYPE_CHECKING:  # what is shown has a view, which names panels
    from linviz.panels.shown import Shown


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a run with its words.

    Attributes
    ----------
    name : str
        In links and of `dashboard(panels=...)`.
    title : str
        Its heading; what follows " = " is its formula.
    words : callable, what is shown -> str
        What is said of the run in it.
    draw : callable, what is shown -> Picture
    picture : "plot", "network", "matrices", "tree" or "spectrum"
        What draws it in the browser.
    switch : "", "log_loss", "matrices" or "moment"
        What its heading holds: a switch of the view.
    one_run : bool
        Whether it shows B alone where two runs are compared.
    usual : bool
        Whether it is shown where none were chosen.
    applies : callable, what is shown -> bool
        Whether it has something to show of the run.
    instead : str
        The panel whose place it takes where it applies and none were chosen; "" for one with a
        place of its own.
    phrase : callable, what is shown -> str
        What stands beside its heading: a few words that say how it is read.
    """

    name: str
    title: str
    words: Callable[[Shown], str]
    draw: Callable[[Shown], Picture]
    picture: Literal["plot", "network", "matrices", "tree", "spectrum"] = "plot"
    switch: Literal["", "log_loss", "matrices", "moment"] = ""
    one_run: bool = False
    usual: bool = True
    applies: Callable[[Shown], bool] = lambda shown: True
    instead: str = ""
    phrase: Callable[[Shown], str] = lambda shown: ""


def _loss(shown: Shown) -> Picture:
    view = shown.view
    return loss.loss_picture(
        shown.run, log_loss=view.log_loss, log_time=view.log_time, compare=shown.kept
    )


def _modes(shown: Shown) -> Picture:
    return modes.modes_picture(shown.run, log_time=shown.view.log_time, compare=shown.kept)


def _invariants(shown: Shown) -> Picture:
    log_time, rough = shown.view.log_time, shown.rough
    return invariants.invariants_picture(
        shown.run, log_time=log_time, compare=shown.kept, rough=rough
    )


def _drift(shown: Shown) -> Picture:
    return drift.drift_picture(shown.run, log_time=shown.view.log_time, compare=shown.kept)


def _hessian(shown: Shown) -> Picture:
    return hessian.hessian_picture(shown.run, compare=shown.kept)


PANELS: dict[str, Panel] = {
    panel.name: panel
    for panel in (
        Panel(
            "loss",
            "Loss",
            lambda shown: loss.loss_words(shown.run, log_time=shown.view.log_time),
            _loss,
            switch="log_loss",
        ),
        Panel(
            "tree",
            "Critical values",
            lambda shown: tree.tree_words(shown.run),
            lambda shown: tree.tree_picture(shown.run, compare=shown.kept),
            picture="tree",
            phrase=lambda shown: tree.tree_words(shown.run).rstrip(".").rpartition("; ")[2],
        ),
        Panel(
            "modes",
            "Modes",
            lambda shown: modes.modes_words(shown.run),
            _modes,
            phrase=lambda shown: modes.modes_phrase(shown.run),
        ),
        Panel(
            "network",
            "Network",
            lambda shown: network.network_words(shown.run),
            lambda shown: network.network_picture(shown.run),
            picture="network",
            one_run=True,
            usual=False,
        ),
        Panel(
            "invariants",
            "Conserved",
            lambda shown: invariants.invariants_words(shown.run),
            _invariants,
            phrase=lambda shown: invariants.invariants_phrase(shown.run),
        ),
        Panel(
            "hessian",
            "Hessian",
            lambda shown: hessian.hessian_words(shown.run),
            _hessian,
            picture="spectrum",
            switch="moment",
        ),
        Panel(
            "matrices",
            "Matrices",
            lambda shown: matrices.matrices_words(shown.run),
            lambda shown: matrices.matrices_picture(shown.run),
            picture="matrices",
            switch="matrices",
            one_run=True,
        ),
        Panel(
            "drift",
            "Drift of C",
            lambda shown: drift.drift_words(shown.run),
            _drift,
            usual=False,
        ),
        Panel(
            "errors",
            "Errors",
            lambda shown: errors.errors_words(shown.run),
            lambda shown: errors.errors_picture(shown.run, log_time=shown.view.log_time),
            one_run=True,
            usual=False,
            applies=lambda shown: shown.run.decisions is not None,
            instead="invariants",
            phrase=lambda shown: "wrong decisions; dotted: the best linear map",
        ),
        Panel(
            "images",
            "Images",
            lambda shown: images.images_words(shown.run),
            lambda shown: images.images_picture(shown.run),
            picture="matrices",
            one_run=True,
            usual=False,
            applies=lambda shown: images.are_images(shown.run),
            instead="matrices",
        ),
    )
}


def drawn(shown: Shown) -> dict[str, Panel]:
    """The panels that have something to show of the run, by name."""
    return {name: panel for name, panel in PANELS.items() if panel.applies(shown)}


USUAL = tuple(panel.name for panel in PANELS.values() if panel.usual)
