"""What is on a page: a run, the run kept beside it, and how both are shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.panels.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is on the page.

    Attributes
    ----------
    run : Run
    kept : Run or None
        The run A beside it.
    preset : str
        The lecture scenario that it comes from, changed or not, or "".
    view : View
    run_id, view_id : int
        They count the runs, and the views that were not chosen in the browser.
    """

    run: Run
    kept: Run | None = None
    preset: str = ""
    view: View = field(default_factory=View)
    run_id: int = 1
    view_id: int = 1

    @property
    def kept_scenario(self) -> Scenario | None:
        """Scenario of the run A."""
        return None if self.kept is None else self.kept.scenario
