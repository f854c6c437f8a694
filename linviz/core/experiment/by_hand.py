"""Starts set by hand: the weights of a moment, and one weight of a start changed."""

from __future__ import annotations

from dataclasses import replace

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.rules import set_by_hand
from linviz.core.experiment.link import to_query
from linviz.core.experiment.scenario import Scenario
from linviz.core.model import checks
from linviz.core.model.layers import Weights
from linviz.core.model.letters import LARGEST_WEIGHT, text_of

BY_HAND = set_by_hand.ENTRY.name


def going_on(scenario: Scenario, W: Weights, t: float) -> Scenario:
    """The scenario that starts at W, which the scenario's run has at time t.

    Up to 300 weights are written down; more are made again from the scenario's link.

    Raises
    ------
    ValueError
        If a weight is too large to be written down, or too many runs go on from each other.
    """
    by_hand = replace(scenario, rule=BY_HAND, since=t)
    if scenario.n_parameters <= limits.MAX_BY_HAND:
        return replace(by_hand, weights=text_of(W), origin="")
    if t == 0 and scenario.rule == BY_HAND:  # it starts at another run's moment already
        return scenario
    return replace(by_hand, weights="", origin=to_query(scenario))


def with_weight(
    scenario: Scenario, W: Weights, place: tuple[int, int, int], value: float
) -> Scenario:
    r"""The scenario that starts at W but for one weight, :math:`(W_j)_{ab}` at (j, a, b), from 1.

    Raises
    ------
    ValueError
        If there is no such place, or there are too many weights to set one by hand.
    """
    j = checks.whole(place[0], "the number of a layer", 1, len(W))
    rows, columns = W[j - 1].shape
    a = checks.whole(place[1], f"a row of W_{j}", 1, rows)
    b = checks.whole(place[2], f"a column of W_{j}", 1, columns)
    changed = [Wk.copy() for Wk in W]
    name = f"W_{j}[{a},{b}]"
    changed[j - 1][a - 1, b - 1] = checks.real(value, name, -LARGEST_WEIGHT, LARGEST_WEIGHT)
    return replace(scenario, rule=BY_HAND, weights=text_of(changed), origin="", since=0.0)
