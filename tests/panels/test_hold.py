"""A control that is dragged: every move edits what was there when it was taken in hand."""

from __future__ import annotations

from typing import Any

import linviz as lv
from linviz.core.experiment.run import run
from linviz.panels.wanted import Wanted, after_edits

START = lv.Scenario(dims=(3, 3, 3), singular_values=(3.0, 2.0, 1.0), t_end=0.1)
SHOWN = run(START)


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
