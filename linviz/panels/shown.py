"""What is on a page: a run, the run kept beside it, and how both are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from linviz.core.experiment.catalogue.fields import SEED
from linviz.core.experiment.presets import preset_of
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.tolerances import RTOL_FLOW
from linviz.panels.link import Link
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
    def rough(self) -> bool:
        """Whether its run was made for a moment, while a control is dragged."""
        return self.run.trajectory.rtol > RTOL_FLOW

    def has(self, scenario: Scenario, *, rough: bool) -> bool:
        """Whether its run is one of that scenario, and as fine as it is to be."""
        return self.run.scenario == scenario and (rough or not self.rough)

    @property
    def kept_scenario(self) -> Scenario | None:
        """Scenario of the run A."""
        return None if self.kept is None else self.kept.scenario

    @property
    def link(self) -> Link:
        """What a link says of it."""
        return Link(self.run.scenario, self.view, self.kept_scenario, self.preset)

    @property
    def stem(self) -> str:
        """What names of files begin with: the lecture scenario's, else widths, rule and seed.

        Only letters a to z, digits and hyphens stand in it, which every file system takes.

        Examples
        --------
        >>> from linviz.core.experiment.run import run
        >>> Shown(run(Scenario(dims=(2, 2), singular_values=(2, 1), seed=3))).stem
        'linviz-2-2-gaussian-seed3'
        """
        scenario = self.run.scenario
        name = preset_of(scenario, self.preset)
        if not name:
            widths = "-".join(map(str, scenario.dims))
            name = f"{widths}-{scenario.rule}"
            name += f"-seed{scenario.seed}" if SEED.name in scenario.in_use else ""
        return "linviz-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
