"""A control that is dragged: every move edits what was there when it was taken in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.run import run
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.model.layers import Weights
from linviz.core.model.letters import weights_in
from linviz.panels.edits import edited
from linviz.panels.link import Link, write_link
from linviz.panels.session import Session
from linviz.panels.shown import Shown
from linviz.panels.view import View
from linviz.panels.wanted import Wanted, after_edits
from linviz.panels.work import Finished

START = lv.Scenario(dims=(3, 3, 3), singular_values=(3.0, 2.0, 1.0), t_end=0.1)
SHOWN = Shown(run(START))


def after(wanted: Wanted, value: float | None, *, hold: int, held: bool, k: int = 1) -> Wanted:
    edit = {"field": "singular_value", "value": value, "index": [k]}
    content: dict[str, Any] = {"edits": [edit] if value is not None else []}
    return after_edits(wanted, content | {"hold": hold, "held": held}, SHOWN, {})


def test_a_value_dragged_through_another_and_back_leaves_the_other_as_it_was() -> None:
    wanted = Wanted(START)
    for value, expected in ((2.5, (3, 2.5, 1)), (4, (4, 4, 1)), (0.5, (3, 0.5, 0.5))):
        wanted = after(wanted, value, hold=7, held=True)
        assert wanted.scenario.singular_values == expected
    let_go = after(wanted, 2.1, hold=7, held=False)
    assert let_go.scenario.singular_values == (3, 2.1, 1)
    assert let_go.hold is None


def test_no_edit_of_a_hold_is_what_was_before_it() -> None:
    wanted = after(Wanted(START, preset="p"), 4, hold=7, held=True)
    assert after(wanted, None, hold=7, held=False) == Wanted(START, preset="p")


def test_another_hold_and_an_edit_by_no_hand_go_on_from_where_it_is() -> None:
    moved = after(Wanted(START), 2.5, hold=7, held=True)
    assert after(moved, 0.5, hold=8, held=True, k=2).scenario.singular_values == (3, 2.5, 0.5)
    assert after(moved, 0.5, hold=0, held=False, k=2).scenario.singular_values == (3, 2.5, 0.5)


# ---------------------------------------------------------------- weights, and going on


def moved(
    wanted: Wanted, shown: Shown, value: float, index: Sequence[object], hold: int
) -> tuple[Wanted, Weights]:
    """One weight moved by a hand that goes on, and the start that is wanted then."""
    edit = {"field": "weight", "value": value, "index": list(index)}
    content = {"edits": [edit], "hold": hold, "held": True}
    wanted = after_edits(wanted, content, shown, {})
    assert wanted.look == {"t": 0.0}
    return wanted, weights_in(wanted.scenario.weights, wanted.scenario.dims)


def differences(V: Weights, W: Weights) -> list[tuple[int, ...]]:
    """Where they differ: layer, row, column, from 0."""
    return [(j, *map(int, p)) for j in range(len(V)) for p in np.argwhere(V[j] != W[j])]


def test_a_weight_that_is_dragged_starts_at_the_moment_shown() -> None:
    flow = SHOWN.run.trajectory
    place = [1, 0, 2, 0.05, SHOWN.run_id]
    wanted, W = moved(Wanted(START), SHOWN, 0.5, place, 7)
    assert W[1][0, 2] == 0.5
    assert differences(W, flow.at(0.05)) == [(1, 0, 2)]
    # the answer to that move is there, and the hand goes on
    shown = replace(SHOWN, run=run(wanted.scenario), run_id=2)
    for after_it in (SHOWN, shown):
        again, V = moved(wanted, after_it, -0.25, place, 7)
        assert V[1][0, 2] == -0.25
        assert differences(V, W) == [(1, 0, 2)]
        # a hand that hurries takes another weight before the page has seen the answer
        _, U = moved(again, after_it, 0.75, [0, 2, 1, 0.05, SHOWN.run_id], 8)
        assert sorted(differences(U, W)) == [(0, 2, 1), (1, 0, 2)]
    back = after_edits(wanted, {"edits": [], "hold": 7, "held": False}, shown, {})
    assert back == Wanted(START)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ((), "expected the numbers of a layer"),
        ((0, 0, 0), "expected the numbers of a layer"),
        ((2, 0, 0, 0, 1), "the number of a layer"),
        ((0, 0, "x", 0, 1), "the number of an item"),
        ((0, 0, 0, "x", 1), "expected a time"),
        ((0, 0, 0, 9.0, 1), "expected a time"),
        ("12345", "expected the numbers"),
    ],
)
def test_a_weight_that_is_none_is_refused_in_words(index: Sequence[object], words: str) -> None:
    edit = {"field": "weight", "value": 1.0, "index": index}
    with pytest.raises(ValueError, match=words):
        after_edits(Wanted(START), {"edits": [edit]}, SHOWN, {})


def test_a_run_goes_on_from_the_moment_shown_with_what_else_is_chosen() -> None:
    edits = [{"field": "continue", "value": 0.06}, {"field": "beside", "value": "descent"}]
    wanted = after_edits(Wanted(START, preset="p"), {"edits": edits}, SHOWN, {})
    assert wanted.scenario == replace(SHOWN.run.scenario_at(0.06), beside="descent")
    assert (wanted.look, wanted.preset) == ({"t": None}, "p")
    for t in (None, "x", 0.2, -1, [0]):
        with pytest.raises(ValueError, match=r"expected a time 0 <= t <= 0\.1"):
            after_edits(Wanted(START), {"edits": [{"field": "continue", "value": t}]}, SHOWN, {})


def test_the_rule_begins_with_the_start_that_is_there() -> None:
    by_hand = edited(START, "rule", "set_by_hand")
    assert same_start(by_hand, START)
    assert edited(by_hand, "rule", "set_by_hand") == by_hand
    assert edited(by_hand, "data", "stretched").rule == "gaussian"
    assert edited(by_hand, "H", 2).rule == "set_by_hand"
    assert edited(by_hand, "layer", True, (1,)).weights
    large = lv.Scenario(dims=(20, 20, 3))
    assert same_start(edited(large, "rule", "set_by_hand"), large)


def same_start(a: lv.Scenario, b: lv.Scenario) -> bool:
    return not differences(weights_of(a, problem_of(a)), weights_of(b, problem_of(b)))


def test_back_goes_to_all_that_a_state_was_but_for_its_moment() -> None:
    session = Session(Link(START, View(colors="dark", t=0.05), replace(START, seed=9)))
    there = write_link(replace(START, seed=4), View())
    *_, work = session.receive({"type": "open", "request": 3, "search": there, "back": True})
    run, status = session.receive(Finished(work, work.compute(lambda t, loss: False)))
    assert (session.shown.run.scenario.seed, session.shown.kept) == (4, None)
    assert (session.shown.view.colors, session.shown.view.t) == ("auto", 0.05)
    assert (run.content["run"]["view"]["id"], status.content["request"]) == (2, 3)


def test_while_a_control_is_held_only_what_moves_is_told_and_all_of_it_at_rest() -> None:
    session = Session(Link(START, View(panels=("loss",))))

    def told(held: bool) -> dict[str, Any]:
        edit = {"field": "singular_value", "value": 3.5, "index": [0]}
        content = {"type": "edit", "request": 1, "edits": [edit], "hold": 7, "held": held}
        *_, work = session.receive(content)
        first, _ = session.receive(Finished(work, work.compute(lambda t, loss: False)))
        return first.content

    moved, whole = told(True), told(False)
    assert (moved["type"], whole["type"]) == ("moved", "run")
    assert set(moved["moved"]["pictures"]) == {"loss", "network"}
    assert moved["moved"]["loss"]["dtype"] == "float32"
    assert not moved["moved"].keys() & {"words", "phrases", "milestones", "catalogue", "code"}
    assert whole["run"]["id"] == moved["moved"]["id"] + 1  # computed anew, to the last digit
    assert session.shown.run.trajectory.rtol == run(START).trajectory.rtol
