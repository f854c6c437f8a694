"""The function that makes a page, whole or in parts."""

from __future__ import annotations

from collections.abc import Iterable

from linviz.core.experiment.scenario import Scenario
from linviz.panels.page import Dashboard
from linviz.panels.panel import USUAL
from linviz.panels.screen import look, screen
from linviz.panels.state import State


def dashboard(
    scenario: Scenario | State | None = None,
    *,
    panels: Iterable[str] = USUAL,
    controls: Iterable[str] | None = None,
    lecture: bool = False,
    log_loss: bool = False,
    log_time: bool = False,
    link: str = "",
) -> Dashboard:
    """The whole page, or some of its panels with some of its controls.

    Parameters
    ----------
    scenario : Scenario or State, optional
        Where it starts; pages given the same `State` follow each other.
    panels : names among "loss", "modes", "network", "invariants", "hessian", "matrices"
    controls : names of controls, optional
        Those shown, such as "scale" or "seed"; all of them where not given.
    lecture : bool
        Large type and lines.
    log_loss, log_time : bool
        Logarithmic axes; a preset brings its own.
    link : str
        What stands behind the question mark of a linviz link: scenario, view and kept run are
        those of that screen.

    Raises
    ------
    ValueError
        If a panel or a control has another name, or the link asks for what is not allowed.

    Notes
    -----
    In a notebook the output holds a picture of the run, too, for readers without a kernel. One that
    is saved with the state of its widgets (a setting of JupyterLab) opens as a snapshot instead, in
    which time moves.

    Examples
    --------
    >>> page = dashboard(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> page.result.trajectory.status
    'converged'
    >>> one = dashboard(page.state, panels=["loss"], controls=["scale", "seed"])
    """
    if isinstance(scenario, State):
        return Dashboard(scenario, look(panels, controls, lecture, log_loss, log_time))
    first = screen(
        scenario,
        panels=panels,
        controls=controls,
        lecture=lecture,
        log_loss=log_loss,
        log_time=log_time,
        link=link,
    )
    return Dashboard(first.scenario, first.view, first.kept, first.preset)
