"""The screen that a call asks for, also where there is no Jupyter to show it."""

from __future__ import annotations

from collections.abc import Iterable

from linviz.core.experiment.presets import LECTURE, preset_of
from linviz.core.experiment.scenario import Scenario
from linviz.panels.control import CONTROLS
from linviz.panels.link import Link, read_link
from linviz.panels.panel import USUAL
from linviz.panels.view import View, changed


def screen(
    scenario: Scenario | None = None,
    *,
    panels: Iterable[str] = USUAL,
    controls: Iterable[str] | None = None,
    lecture: bool = False,
    log_loss: bool = False,
    log_time: bool = False,
    link: str = "",
) -> Link:
    """What `dashboard` shows first, asked for in the same way."""
    scenario = scenario or Scenario()
    view = look(panels, controls, lecture, log_loss, log_time)
    name = preset_of(scenario)
    if name:
        preset = LECTURE[name]
        axes = {"log_loss": log_loss or preset.log_loss, "log_time": log_time or preset.log_time}
        view = changed(view, **axes)
    return read_link(link, Link(scenario, view, preset=name))


def look(
    panels: Iterable[str],
    controls: Iterable[str] | None,
    lecture: bool,
    log_loss: bool,
    log_time: bool,
) -> View:
    """The view of these panels and controls."""
    hidden: tuple[str, ...] = ()
    if controls is not None:
        chosen = View(hidden=tuple(controls)).hidden  # checks the names
        hidden = tuple(name for name in CONTROLS if name not in (*chosen, "time"))
    return View(log_loss, log_time, tuple(panels), hidden, lecture)
