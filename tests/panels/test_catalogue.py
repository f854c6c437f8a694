"""The page has everything that is in the catalogue: menus, form, words, links, comparison."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from conforming import (
    FILES,
    NEW_DATA,
    NEW_NETWORK,
    NEW_RULE,
    UPLOADED_FILE,
    added_entries,
    scenarios,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.catalogue.fields import FIELDS
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.statements.formulas import FORMULAS
from linviz.figures.compare import compare_words
from linviz.panels import catalogue
from linviz.panels.control import CONTROLS
from linviz.panels.edits import EDITABLE, edited
from linviz.panels.link import Link, read_link, write_link
from linviz.panels.message import message
from linviz.panels.panel import PANELS, drawn
from linviz.panels.session import Session
from linviz.panels.shown import Shown
from linviz.panels.view import View
from linviz.panels.work import Finished, Work

few = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def added() -> Iterator[None]:
    """A rule, a data set and an activation more, each as one entry."""
    with added_entries():
        yield


USUAL = lv.run(lv.Scenario())


def assert_is_told(scenario: lv.Scenario, files: dict[str, lv.DataSet] | None = None) -> None:
    """Its run has a message with words for every panel, a theory and a comparison."""
    try:
        weights_of(scenario, problem_of(scenario, files))
    except ValueError:
        return  # refused in words: that is tested with the entries
    run = lv.run(scenario, datasets=files)
    shown = Shown(run, kept=USUAL)
    content: dict[str, Any] = message(shown, files or {})
    assert set(drawn(shown)) <= content["words"].keys()
    assert set(PANELS) - set(drawn(shown)) <= {"errors", "images"}
    for words in (*content["words"].values(), *content["form"]["words"].values()):
        assert not {"nan", "None", "inf"} & set(words.replace(".", " ").split())
    assert content["form"]["used"] == sorted(scenario.in_use)
    assert lv.statements(run)
    assert compare_words(run, run).endswith("Their settings are the same.")
    for field, entry in scenario.entries.items():
        if entry.name not in (getattr(lv.Scenario(), field), scenario.data):
            assert f"→ {entry.words}" in compare_words(USUAL, run)


@pytest.mark.parametrize("rule", [*RULES, NEW_RULE.name])
@given(data=st.data())
@few
def test_a_run_of_every_rule_is_told_in_words(rule: str, data: st.DataObject) -> None:
    assert_is_told(data.draw(scenarios(rule=rule)))


@pytest.mark.parametrize("name", [*DATA, NEW_DATA.name, UPLOADED_FILE.digest])
@pytest.mark.parametrize("whitened", [False, True])
def test_a_run_on_all_data_is_told_in_words(name: str, whitened: bool) -> None:
    scenario = edited(lv.Scenario(dims=(3, 2, 2), singular_values=(2, 1)), "data", name, (), FILES)
    scenario = edited(scenario, "whitened", whitened, (), FILES)
    assert_is_told(replace(scenario, t_end=0.5), FILES)


@pytest.mark.parametrize("name", [*BESIDE, NEW_NETWORK.name])
@given(data=st.data())
@few
def test_all_that_runs_beside_is_told_in_words(name: str, data: st.DataObject) -> None:
    assert_is_told(data.draw(scenarios(beside=name)))


# ---------------------------------------------------------------- the page


def answered(session: Session, event: Any) -> None:
    """What a page sends, with all the work that it asks for done."""
    waiting = session.receive(event)
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, Work):
            waiting += session.receive(Finished(part, part.compute(lambda t, loss: False)))


def test_a_new_rule_is_chosen_kept_as_a_linked_and_compared() -> None:
    session = Session(Link(lv.Scenario(), View()))
    edits = [{"field": "rule", "value": NEW_RULE.name}, {"field": "beside", "value": "cubic"}]
    answered(session, {"type": "edit", "request": 1, "edits": edits})
    answered(session, {"type": "freeze", "request": 2})
    answered(session, {"type": "edit", "request": 3, "edits": [{"field": "scale", "value": 0.3}]})
    shown = session.shown
    assert shown.kept is not None
    assert (shown.kept.scenario.rule, shown.run.scenario.scale) == (NEW_RULE.name, 0.3)
    words = message(shown, {})["words"]["compare"]
    assert words.endswith("Changed: scale 0.1 → 0.3.")
    link = write_link(shown.run.scenario, View(), shown.kept.scenario)
    assert read_link(link) == Link(shown.run.scenario, View(), shown.kept.scenario)
    answered(
        session, {"type": "edit", "request": 4, "edits": [{"field": "rule", "value": "zeros"}]}
    )
    words = message(session.shown, {})["words"]["compare"]
    assert words.endswith("Changed: rule random signs → zero.")


def test_the_menus_list_every_entry_in_order() -> None:
    menus = catalogue.content()["menus"]
    for field, entries in (("rule", RULES), ("beside", BESIDE), ("data", DATA)):
        own = menus[field][:-1] if field == "data" else menus[field]  # the last is a file
        assert own == [[name, entry.title] for name, entry in entries.items()]
    assert ["signs", "Random signs"] in menus["rule"]
    assert ["cubic", "a cubic network"] in menus["beside"]


def test_the_menu_of_scenarios_says_what_is_to_be_seen() -> None:
    assert all(0 < len(seen) <= 48 for _, _, seen in catalogue.content()["menus"]["preset"][1:])


def test_every_statement_leads_to_a_picture_of_the_page() -> None:
    assert {formula.panel for formula in FORMULAS.values()} <= PANELS.keys()


def test_every_field_of_an_entry_has_a_control_and_every_control_an_edit() -> None:
    controls = {field: c for c in CONTROLS.values() for field in c.uses.split()}
    for entries in (RULES, BESIDE):
        for entry in entries.values():
            assert {field.name for field in entry.fields} <= controls.keys()
    assert controls.keys() <= FIELDS.keys()
    edits = {control["edit"] for control in catalogue.content()["controls"] if control["section"]}
    known = {*EDITABLE, "by_hand", "freeze", "widths", "singular_values"}
    assert edits <= known


def test_ranges_of_the_controls_are_those_of_the_fields() -> None:
    for control in catalogue.content()["controls"]:
        field = FIELDS.get(control["edit"])
        if field is not None and field.kind in ("real", "whole"):
            assert (control["low"], control["high"]) == (field.low, field.high)
            for value in (field.low, field.high):
                assert getattr(edited(lv.Scenario(), field.name, value), field.name) == value
            with pytest.raises(ValueError, match="expected"):
                edited(lv.Scenario(), field.name, field.high + 1)


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_alone_has_a_link(name: str) -> None:
    view = View(panels=(name,))
    assert read_link(write_link(lv.Scenario(), view)).view == view
