"""Runs that many tests look at: each is computed once, for nobody can write into it."""

from functools import cache

from linviz.core.experiment.run import Run, run
from linviz.core.experiment.scenario import Scenario


@cache
def known(scenario: Scenario) -> Run:
    """The run of a scenario that tests name; those drawn at random would only fill the memory."""
    return run(scenario)
