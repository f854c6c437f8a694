"""Every entry of the catalogue, and one that is added here, does what all entries must."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conforming import (
    FILES,
    NEW_DATA,
    NEW_NETWORK,
    NEW_RULE,
    UPLOADED_FILE,
    added_entries,
    another,
    assert_is_made,
    assert_round_trips,
    scenarios,
    usual,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.catalogue import rules
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA, UPLOADED, data_entry
from linviz.core.experiment.catalogue.entry import Entry, by_name
from linviz.core.experiment.catalogue.fields import FIELDS
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.milestones.start import sizes
from linviz.core.experiment.run import run
from linviz.core.experiment.simulation import beside, problem_of, simulate, weights_of

few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def added() -> Iterator[None]:
    """A rule, a data set and an activation more, each as one entry."""
    with added_entries():
        yield


ALL_RULES = (*RULES, NEW_RULE.name)
ALL_DATA = (*DATA, NEW_DATA.name)
ALL_BESIDE = (*BESIDE, NEW_NETWORK.name)


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize("rule", ALL_RULES)
@given(data=st.data())
@few
def test_a_rule_makes_weights_of_any_size_or_says_why_not(rule: str, data: st.DataObject) -> None:
    scenario = data.draw(scenarios(rule=rule))
    assert_is_made(RULES[rule], problem_of(scenario), scenario)
    assert_round_trips(scenario)


@pytest.mark.parametrize("rule", ALL_RULES)
def test_every_field_of_a_rule_makes_a_difference_and_no_other(rule: str) -> None:
    scenario = usual(rule, strengths=(0.5,))
    problem = problem_of(scenario)
    W = weights_of(scenario, problem)
    for name in ("scale", "seed", "layer_singular_values", "strengths", "missed", "lam", "alpha"):
        value = another(FIELDS[name], getattr(scenario, name))
        changed = weights_of(replace(scenario, **{name: value}), problem)
        same = all(np.array_equal(a, b) for a, b in zip(W, changed, strict=True))
        assert same == (FIELDS[name] not in RULES[rule].fields), name


@pytest.mark.parametrize("rule", [*(n for n in RULES if RULES[n].scale_of), NEW_RULE.name])
def test_weights_are_proportional_to_a_scale_that_has_a_meaning(rule: str) -> None:
    small = lv.Scenario(rule=rule, scale=0.2)
    W, doubled = (weights_of(c, problem_of(c)) for c in (small, replace(small, scale=0.4)))
    for a, b in zip(W, doubled, strict=True):
        np.testing.assert_allclose(2 * a, b, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rule", [name for name in RULES if RULES[name].saddle])
def test_a_rule_of_a_saddle_ends_in_one(rule: str) -> None:
    point = lv.run(lv.Scenario(rule=rule, missed=(1,))).point
    assert (point.kind, point.missed) == ("strict saddle", (1,))


def test_near_a_saddle_means_a_critical_point_and_noise_of_that_size() -> None:
    scenario = lv.Scenario(dims=(3, 4, 3), rule="near_saddle", missed=(0, 2), scale=1e-15)
    problem = problem_of(scenario)
    saddle = weights_of(scenario, problem)
    assert max(np.abs(Gj).max() for Gj in lv.gradient(problem, saddle)) < 1e-12
    assert lv.classify(problem, saddle).missed == (0, 2)
    noisy = weights_of(replace(scenario, scale=0.1), problem)
    off = np.concatenate([(a - b).ravel() for a, b in zip(noisy, saddle, strict=True)])
    assert 0.5 < np.linalg.norm(off) / (0.1 * np.sqrt(off.size)) < 1.5
    assert run(replace(scenario, scale=0.01, missed=(1, 2))).point.kind == "global minimum"


def test_a_rule_is_one_file_and_one_line_of_the_list() -> None:
    files = {path.stem for path in Path(rules.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(RULES) - {NEW_RULE.name}
    with pytest.raises(ValueError, match="one name twice"):
        by_name(NEW_RULE, NEW_RULE)


def test_a_new_rule_runs_and_has_milestones() -> None:
    scenario = lv.Scenario(rule=NEW_RULE.name)
    run = lv.run(scenario)
    assert run.trajectory.status == "converged"
    assert np.unique(np.abs(run.trajectory.W[0][0])).tolist() == [0.1]
    assert [m.control for m in sizes(run)] == ["scale"]
    with pytest.raises(ValueError, match=r"a rule among gaussian.*, signs; found 'nothing'"):
        lv.Scenario(rule="nothing")


# ---------------------------------------------------------------- data sets


@pytest.mark.parametrize("name", [*ALL_DATA, UPLOADED_FILE.digest])
@given(data=st.data())
@few
def test_data_make_a_problem_and_travel(name: str, data: st.DataObject) -> None:
    scenario = data.draw(scenarios(data=name, whitened=data.draw(st.booleans())))
    problem = problem_of(scenario, FILES)
    assert problem.d_y <= problem.d_x
    assert_round_trips(scenario)
    chosen = "singular_values" in scenario.in_use
    assert chosen != ("whitened" in scenario.in_use)
    assert not scenario.whitened or chosen or problem.is_white


def test_a_new_data_set_runs() -> None:
    scenario = lv.Scenario(dims=(2, 3, 1), data=NEW_DATA.name)
    assert simulate(scenario).problem.d_y == 1
    assert data_entry("no such digest") is UPLOADED


# ---------------------------------------------------------------- what runs beside


@pytest.mark.parametrize("name", ALL_BESIDE)
@given(data=st.data())
@few
def test_what_runs_beside_starts_where_the_flow_does(name: str, data: st.DataObject) -> None:
    scenario = data.draw(scenarios(beside=name))
    assert_round_trips(scenario)
    flow = simulate(scenario)
    other = beside(scenario, flow)
    assert (other is None) == (BESIDE[name].words == name == "nothing")
    if other is not None:
        assert all(np.array_equal(a[0], b[0]) for a, b in zip(flow.W, other.W, strict=True))
    assert ("seed" in scenario.in_use) or scenario.label_noise == 0 or not BESIDE[name].idle


@pytest.mark.parametrize("name", ALL_BESIDE)
def test_every_field_of_what_runs_beside_makes_a_difference(name: str) -> None:
    entry = BESIDE[name]
    scenario = lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", t_end=2.0)
    scenario = replace(scenario, beside=name, label_noise=0.1, momentum=0.5, weight_decay=0.1)
    flow = simulate(scenario)
    for field in entry.fields:
        value = another(field, getattr(scenario, field.name))
        a, b = (beside(c, flow) for c in (scenario, replace(scenario, **{field.name: value})))
        assert a is not None
        assert b is not None
        assert len(a.t) != len(b.t) or not np.array_equal(a.loss, b.loss), field.name


def test_a_field_that_another_sets_to_rest_is_not_in_use() -> None:
    quiet = lv.Scenario(rule="aligned", beside="descent")
    assert "seed" not in quiet.in_use
    assert "seed" in replace(quiet, label_noise=0.1).in_use
    flow = simulate(quiet)
    a, b = beside(quiet, flow), beside(replace(quiet, seed=8), flow)
    assert a is not None
    assert b is not None
    np.testing.assert_array_equal(a.loss, b.loss)


# ---------------------------------------------------------------- the records


def test_every_field_of_a_scenario_is_described() -> None:
    assert set(FIELDS) == set(lv.Scenario.__dataclass_fields__)


@pytest.mark.parametrize("entries", [RULES, DATA, BESIDE], ids=["rules", "data", "beside"])
def test_entries_have_words_and_names_that_a_link_can_carry(entries: dict[str, Entry]) -> None:
    assert len({entry.title for entry in entries.values()}) == len(entries)
    for name, entry in entries.items():
        assert name == entry.name
        assert name.isidentifier()
        assert entry.words
        assert entry.short[0].isupper()
