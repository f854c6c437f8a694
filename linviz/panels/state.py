"""The one state of a page: which scenario is in force."""

from __future__ import annotations

import traitlets

from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario


class State(traitlets.HasTraits):
    """Holds the scenario that the last good picture shows; observe ``scenario`` to follow it.

    ``datasets`` has the files that the pages of this state know, by their digests, and ``result``
    the run that a page has computed of the scenario: the others show it too.
    """

    scenario = traitlets.Instance(Scenario, args=())
    datasets = traitlets.Dict()
    result = traitlets.Instance(Run, allow_none=True)
