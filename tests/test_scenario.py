"""Scenarios: bounds, edits that keep them whole, and runs that they reproduce."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import linviz as lv
from linviz.core import bounds
from linviz.core.run import run
from linviz.core.scenario import RULES, with_depth, with_width
from linviz.core.simulation import problem_of, weights_of

BAD = [
    ({"dims": (3, 0, 3)}, r"width d_1 .* from 1 to 128, found 0"),
    ({"dims": (3, 2.5, 3)}, "width d_1"),
    ({"dims": (3,)}, "0 to 16 hidden layers"),
    ({"dims": (3,) * 30}, "found 30 widths"),
    ({"dims": (3, 129, 3)}, "found 129"),
    ({"dims": (60, 60, 3)}, "at most 3000 weights in all, found 3780"),
    ({"dims": (2, 4, 3)}, "d_x >= d_y, found d_0 = 2"),
    ({"dims": (4, 4, 2)}, "as many singular values as outputs"),
    ({"dims": "443"}, "expected a list"),
    ({"singular_values": (3, -1, 1)}, r"singular value 2 .* found -1"),
    ({"singular_values": (3, math.nan, 1)}, "singular value 2 .* found nan"),
    ({"singular_values": (3, math.inf, 1)}, "found inf"),
    ({"singular_values": ("3", 2, 1)}, "found '3'"),
    ({"rule": "best"}, "expected a rule among gaussian"),
    ({"scale": -0.1}, "scale .* found -0.1"),
    ({"scale": math.nan}, "scale"),
    ({"scale": 1e9}, "scale"),
    ({"seed": -1}, "seed"),
    ({"seed": 0.5}, "seed"),
    ({"seed": True}, "seed"),
    ({"t_end": -1}, "horizon in .* found -1"),
    ({"t_end": 0}, "horizon"),
    ({"t_end": math.inf}, "horizon"),
    ({"t_end": "10"}, "horizon"),
    ({"missed": (-1,)}, "missed mode"),
    ({"missed": 3}, "expected a list"),
    ({"lam": 1e6}, "lambda"),
    ({"alpha": 0}, "alpha"),
    ({"data": 7}, "expected data"),
]


@pytest.mark.parametrize(("fields", "message"), BAD)
def test_what_is_out_of_bounds_is_refused_in_words(fields: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lv.Scenario(**({"dims": (3, 4, 3), "singular_values": (3, 2, 1)} | fields))


def test_a_million_layers_are_refused_before_anything_is_built() -> None:
    with pytest.raises(ValueError, match=r"hidden layers H .* found 1000000"):
        with_depth(lv.Scenario(), 10**6)
    with pytest.raises(ValueError, match=r"width d_1 .* found 1000000"):
        with_width(lv.Scenario(), 1, 10**6)


def test_equal_scenarios_are_one_key() -> None:
    a = lv.Scenario(dims=[3, 2], singular_values=[2, 1], scale=1)
    b = lv.Scenario(dims=(3, 2), singular_values=(2.0, 1.0), scale=1.0)
    assert a == b
    assert len({a, b}) == 1


@given(
    st.integers(0, 6),
    st.lists(st.floats(0, 100), min_size=1, max_size=5),
    st.sampled_from(RULES),
    st.floats(0, 10),
    st.integers(0, 2**32 - 1),
    st.none() | st.floats(1e-3, 1e8),
)
def test_repr_reproduces_a_scenario(H, s, rule, scale, seed, t_end) -> None:
    dims = (len(s), *range(1, H + 1), len(s))
    scenario = lv.Scenario(dims, tuple(s), rule=rule, scale=scale, seed=seed, t_end=t_end)
    assert eval(repr(scenario), {"Scenario": lv.Scenario}) == scenario


def test_code_runs_to_the_same_trajectory() -> None:
    scenario = lv.Scenario(dims=(3, 3, 2), singular_values=(2, 1), seed=5, t_end=3)
    names: dict = {}
    exec(scenario.code, names)
    np.testing.assert_array_equal(names["trajectory"].loss, lv.simulate(scenario).loss)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_makes_weights_that_run(rule: str) -> None:
    scenario = lv.Scenario(dims=(4, 4, 3, 3), singular_values=(3, 2, 1), rule=rule, scale=0.3)
    result = run(scenario)
    assert result.trajectory.dims == (4, 4, 3, 3)
    assert result.trajectory.status == "converged"
    saddles = {"on_stable_manifold": "strict saddle", "zeros": "non-strict saddle"}
    assert result.point.kind == saddles.get(rule, "global minimum")


@pytest.mark.parametrize("H", range(4))
def test_with_depth_keeps_the_ends(H: int) -> None:
    dims = with_depth(lv.Scenario(), H).dims
    assert len(dims) == H + 2
    assert (dims[0], dims[-1]) == (5, 3)


def test_the_output_width_sets_the_number_of_singular_values() -> None:
    scenario = with_width(lv.Scenario(), 3, 4)
    assert scenario.singular_values == (3.0, 2.0, 1.0, 0.5)
    assert with_width(scenario, 3, 2).singular_values == (3.0, 2.0)
    with pytest.raises(ValueError, match="d_x >= d_y"):
        with_width(lv.Scenario(), 3, 6)


def test_the_same_seed_gives_the_same_weights_whatever_ran_before() -> None:
    scenario = lv.Scenario(seed=7)
    first = weights_of(scenario, problem_of(scenario))
    np.random.default_rng().normal(size=5)
    again = weights_of(scenario, problem_of(scenario))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    # PCG64's stream is fixed for good, so this number is the same on every machine
    assert first[0][0, 0] == pytest.approx(0.1 * np.random.default_rng(7).normal(), rel=1e-15)


def test_data_that_are_not_loaded_are_named() -> None:
    with pytest.raises(ValueError, match="load the file again"):
        lv.simulate(lv.Scenario(data="0123456789abcdef"))


def test_an_uploaded_data_set_runs_raw_and_whitened() -> None:
    rng = np.random.default_rng(0)
    data = lv.DataSet("mine", rng.normal(size=(3, 9)), rng.normal(size=(2, 9)), "noise")
    datasets = {data.digest: data}
    for whitened in (False, True):
        scenario = lv.Scenario(dims=(3, 3, 2), data=data.digest, whitened=whitened, scale=0.5)
        trajectory = lv.simulate(scenario, datasets=datasets)
        assert trajectory.status == "converged"
        assert trajectory.problem.is_white == whitened


def test_bounds_name_what_they_found_in_few_words() -> None:
    with pytest.raises(ValueError, match="found") as error:
        bounds.whole("x" * 10_000, "seed", 0, 1)
    assert len(str(error.value)) < 200
