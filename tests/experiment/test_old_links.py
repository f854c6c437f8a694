"""A link once given out opens for ever: links of linviz 0.1, as that version opened them.

`links_of_0.1.json` is frozen. It was made by 0.1 itself: each link stands beside the scenario, with
every field, that 0.1 opened, beside what of the view was not as usual, and beside the run kept as
A. No line of it is ever changed; a later version adds a file of its own.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from linviz.core.experiment.link import to_query
from linviz.core.experiment.scenario import Scenario
from linviz.panels.link import read_link
from linviz.panels.view import View

LINKS = json.loads(Path(__file__).with_name("links_of_0.1.json").read_text(encoding="utf-8"))
FIELDS_OF_0_1 = (
    *("dims", "singular_values", "data", "whitened", "rule", "scale", "seed"),
    *("layer_singular_values", "strengths", "missed", "lam", "alpha", "t_end", "beside", "step"),
    *("momentum", "weight_decay", "label_noise"),
)


def scenario_of(text: str) -> Scenario:
    found = eval(text, {"Scenario": Scenario})
    assert isinstance(found, Scenario)
    return found


@pytest.mark.parametrize("row", LINKS, ids=[row["link"][:60] or "nothing" for row in LINKS])
def test_a_link_of_0_1_opens_the_screen_that_it_opened_then(row: dict[str, Any]) -> None:
    found = read_link(row["link"])
    assert found.scenario == scenario_of(row["scenario"])
    shown, expected = found.view.content(), View().content() | row.get("view", {})
    assert {*shown.pop("hidden")} == {*expected.pop("hidden")}  # in the page's own order
    assert shown == expected
    assert found.kept == (scenario_of(row["kept"]) if "kept" in row else None)
    assert found.preset == row.get("preset", "")
    assert bool(found.note) == row.get("note", False)


@pytest.mark.parametrize("row", LINKS, ids=[row["link"][:60] or "nothing" for row in LINKS])
def test_the_link_written_today_opens_the_same_scenario(row: dict[str, Any]) -> None:
    scenario = scenario_of(row["scenario"])
    assert read_link(to_query(scenario)).scenario == scenario


def test_the_links_say_everything_that_a_link_of_0_1_could_say() -> None:
    scenarios = [scenario_of(row["scenario"]) for row in LINKS]
    for name in FIELDS_OF_0_1:
        values = {getattr(scenario, name) for scenario in scenarios}
        assert len(values) > 1, f"no link changes {name}"
    assert {scenario.rule for scenario in scenarios} >= {
        *("gaussian", "xavier", "orthogonal", "balanced", "lambda_balanced", "aligned"),
        *("with_singular_values", "on_stable_manifold", "certified", "zeros"),
    }
    assert {scenario.data for scenario in scenarios} >= {
        *("canonical", "digits", "stretched", "cloud"),
    }
    assert {scenario.beside for scenario in scenarios} >= {
        *("nothing", "descent", "relu", "leaky_relu", "tanh", "sigmoid", "arctan"),
    }
    views = [row.get("view", {}) for row in LINKS]
    assert set().union(*views) == {
        *("log_loss", "log_time", "panels", "hidden", "lecture", "colors", "matrices", "t"),
        "speed",
    }
    assert len({row["preset"] for row in LINKS if "preset" in row}) == 17
    assert sum("kept" in row for row in LINKS) >= 5
