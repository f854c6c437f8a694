"""The one state of a page: which scenario is in force."""

from __future__ import annotations

import traitlets

from linviz.core.experiment.scenario import Scenario


class State(traitlets.HasTraits):
    """Holds the scenario that the last good picture shows; observe ``scenario`` to follow it.

    ``datasets`` has the files that the pages of this state know, by their digests.
    """

    scenario = traitlets.Instance(Scenario, args=())
    datasets = traitlets.Dict()
