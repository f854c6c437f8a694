"""The room of many starts: blocks, what they say together, and that every start can be opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.limits import MAX_STARTS
from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.starts.intervals import exact_intervals
from linviz.panels import starts
from linviz.panels.edits import edited
from linviz.panels.many import Many, drawn_from
from linviz.panels.shown import Shown
from linviz.panels.tries import tries

SMALL = Scenario(dims=(2, 2, 2), singular_values=(2, 1), scale=0.02, seed=7)
PROBLEM = lv.Problem.canonical((2.0, 1.0))


def goes_on(*_: float) -> bool:
    return False


def grown(scenario: Scenario, sizes: list[int]) -> Many:
    """A study of so many starts after each block."""
    whole = Many(scenario, run(scenario).trajectory.problem)
    for n in sizes:
        while whole.n < n:
            whole.block_from(whole.n, n, lambda: False)
    return whole


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return starts.computed(grown(SMALL, [100, 250]), SMALL, 100, 250, goes_on)


def test_blocks_say_what_the_library_says_of_all(found: dict[str, Any]) -> None:
    study = lv.starts.study(PROBLEM, (2, 2, 2), 250, scale=0.02, seed=7, t_end=found["t_end"])
    assert (found["first"], found["n"]) == (100, 250)
    assert {end["name"]: end["count"] for end in found["ends"]} == dict(study.counts)
    left = np.where(np.isfinite(study.left), study.left, -1)[100:]
    np.testing.assert_allclose(found["starts"]["left"], left, rtol=1e-6)
    wait = found["waits"][-1]
    assert wait["passed"] == study.near[:, -1].sum()
    survival = study.survival()
    np.testing.assert_allclose(wait["curve"]["share"], survival.share, rtol=1e-6)
    assert wait["tail"]["theory"] == pytest.approx(1.0)  # the last saddle's one way down


def test_lines_are_the_losses_of_their_starts(found: dict[str, Any]) -> None:
    for k in (0, 149):
        W = lv.gaussian((2, 2, 2), 0.02, seed=7 + 100 + k)
        path = lv.gradient_flow(PROBLEM, W, t_end=found["times"][-1], n_frames=2000)
        loss = np.interp(found["times"], path.t, path.loss)
        np.testing.assert_allclose(found["lines"][k], loss, atol=4e-3)


def test_counts_at_every_time_are_those_of_the_passages(found: dict[str, Any]) -> None:
    study = grown(SMALL, [250]).study
    shares, times = found["shares"], found["times"]
    for i in (10, 50, 90):
        t = times[i]
        rests = study.near & (study.entered <= t) & (t < study.left)
        assert shares["count"][:-1, i].tolist() == rests.sum(axis=0).tolist()
        assert shares["count"][-1, i] == (study.basin.t_within_1_percent <= t).sum()
    low, high = exact_intervals(shares["count"], 250)
    np.testing.assert_allclose(shares["low"], low, rtol=1e-6, atol=1e-7)
    assert (high[shares["count"] == 0] > 3 / 250).all()  # none of n says no more than this


@pytest.mark.parametrize(
    ("rule", "scale"), [("gaussian", 0.02), ("balanced", 0.5), ("sphere", 1.0)]
)
def test_every_start_is_a_scenario_to_the_last_bit(rule: str, scale: float) -> None:
    whole = Many(drawn_from(replace(SMALL, rule=rule, scale=scale)), PROBLEM, t_end=1.0)
    drawn = whole.spec.starts([whole.scenario.seed + 41])[:, 0]
    opened = run(replace(whole.scenario, seed=whole.scenario.seed + 41, t_end=1.0))
    start = np.concatenate([W.ravel() for W in opened.trajectory.at(0.0)])
    assert sorted(start) == sorted(drawn)


def test_a_start_that_is_opened_does_what_the_study_told(found: dict[str, Any]) -> None:
    k = int(np.argmax(found["starts"]["left"][:, -1] - found["starts"]["entered"][:, -1]))
    opened = run(replace(SMALL, seed=SMALL.seed + 100 + k))
    path = opened.trajectory
    left = np.interp(-0.45, -path.loss, path.t)  # the lower edge of the band around 0.5
    assert found["starts"]["left"][k, -1] == pytest.approx(left, rel=2e-2)


def test_a_null_family_stays_and_is_told_to_be_one() -> None:
    scenario = replace(SMALL, rule="balanced", scale=0.5)
    told = starts.computed(grown(scenario, [100, 500]), scenario, 100, 500, goes_on)
    near = sum(end["count"] for end in told["ends"] if end["name"].startswith("near"))
    assert 200 <= near <= 300
    assert "measure zero" in told["caution"]
    assert told["waits"][-1]["tail"]["value"] == 0


def test_what_was_computed_stays_when_it_is_stopped() -> None:
    whole = grown(SMALL, [100])
    stopped = starts.computed(whole, SMALL, 100, 5000, lambda *_: True)
    assert stopped["failed"] == ""
    assert whole.n == 100
    whole.block_from(100, 200, lambda: False)
    again = starts.computed(whole, SMALL, 0, 200, lambda *_: True)  # it is there, and is told anew
    assert again["n"] == len(again["lines"]) == 100
    assert sum(end["count"] for end in again["ends"]) == 100


@pytest.mark.parametrize(
    "content", [{}, {"n": 0}, {"n": 10**12}, {"n": 10, "first": 10}, {"n": True, "first": 0}]
)
def test_numbers_that_are_none_are_refused_in_words(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        starts.asked(Shown(run(SMALL)), {"request": 1, **content})


def test_theory_is_told_before_any_start_has_run() -> None:
    shown = Shown(run(replace(SMALL, seed=11)))
    message = {"n": 100, "first": 0, "request": 3, "theory": True}
    told = starts.packed(starts.asked(shown, message)(goes_on), 1)
    assert "n" not in told.content
    assert told.content["request"] == 3
    assert told.content["levels"][-1]["law"]["total"] == pytest.approx(1.0)
    assert told.content["most"] == MAX_STARTS


def test_a_rule_without_a_draw_is_replaced_and_that_is_told() -> None:
    scenario = replace(SMALL, rule="zeros", scale=0.0)
    about = starts.asked(Shown(run(scenario)), {"n": 1, "first": 0, "request": 1, "theory": True})(
        goes_on
    )
    assert about["scenario"]["replaced"]
    assert about["scenario"]["rule"] == "gaussian"


@pytest.mark.parametrize("scenario", [Scenario(), SMALL])
def test_every_card_leads_to_a_scenario(scenario: Scenario) -> None:
    for card in tries(scenario):
        result = scenario
        for edit in card["edits"]:
            result = edited(result, edit["field"], edit["value"], edit["index"])
        assert drawn_from(result).rule == result.rule
        assert result != scenario
