"""What the browser is told so that it can follow a hand by itself."""

import numpy as np
import pytest

from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.model.layers import Weights
from linviz.panels import preview
from linviz.panels.edits import edited

SMALL = Scenario(
    dims=(3, 3, 2, 2), singular_values=(2, 1), scale=0.3, t_end=0.1, missed=(1,), lam=0
)


def flat(W: Weights) -> np.ndarray:
    return np.concatenate([Wj.ravel() for Wj in W])


def started(scenario: Scenario) -> np.ndarray:
    return flat(weights_of(scenario, problem_of(scenario)))


def drawn() -> dict[str, Scenario]:
    """A scenario for each rule that draws or makes its start."""
    scenarios = {}
    for name, entry in RULES.items():
        if "weights" not in {field.name for field in entry.fields}:
            scenarios[name] = Scenario(**{**vars_of(SMALL), "rule": name})
    return scenarios


def vars_of(scenario: Scenario) -> dict[str, object]:
    return {name: getattr(scenario, name) for name in Scenario.__dataclass_fields__}


DRAWN = drawn()


@pytest.mark.parametrize("name", DRAWN)
def test_a_start_follows_what_moves_it_on_a_straight_line(name: str) -> None:
    known = preview.content(run(DRAWN[name]))
    assert known is not None
    np.testing.assert_array_equal(known["start"], started(DRAWN[name]))
    assert len(known["moves"]) >= len(RULES[name].lines)
    for move in known["moves"]:
        moved = edited(DRAWN[name], move["field"], 0.7, move["index"])
        line = known["start"] + (0.7 - move["value"]) * move["slope"]
        np.testing.assert_allclose(line, started(moved), rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", DRAWN)
def test_the_target_is_free_where_the_start_does_not_see_it(name: str) -> None:
    known = preview.content(run(DRAWN[name]))
    stronger = edited(DRAWN[name], "singular_value", 3.0, (0,))
    stays = bool(np.array_equal(started(stronger), started(DRAWN[name])))
    assert known is not None
    assert known["free"] == stays == (not RULES[name].sees_target)


def test_of_data_there_is_all_that_the_flow_needs() -> None:
    study = run(Scenario(dims=(3, 4, 2), singular_values=(2, 1), data="stretched", t_end=0.1))
    problem, known = study.trajectory.problem, preview.content(study)
    assert known is not None
    assert not known["free"]
    np.testing.assert_array_equal(known["gram"], problem.gram)
    U, V = known["left"].T, known["right"].T
    np.testing.assert_allclose(
        (U * known["strengths"]) @ V.T, problem.least_squares @ known["root"], atol=1e-12
    )


@pytest.mark.parametrize(
    "other",
    [
        {"dims": (20, 15, 2)},
        {"dims": (65, 1, 1), "singular_values": (1,)},
        {"beside": "descent"},
        {"beside": "relu"},
    ],
)
def test_of_what_is_large_or_not_alone_there_is_nothing(other: dict) -> None:
    scenario = Scenario(**{**vars_of(SMALL), **other})
    assert preview.content(run(scenario)) is None
