"""Scenarios: bounds, edits that keep them whole, and runs that they reproduce."""

import math

import numpy as np
import pytest
from conforming import usual
from hypothesis import given
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import with_depth, with_width
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.flow.gradient_flow import FlowError
from linviz.core.model import checks
from linviz.core.statements.rows import statements
from linviz.core.theory.scalar_modes import balanced_mode, half_time, plateau_length

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


def test_a_horizon_is_long_enough_for_a_step() -> None:
    for t_end in (5e-324, 1e-300, 9e-13):
        with pytest.raises(ValueError, match="horizon of at least 1e-12, found"):
            lv.Scenario(t_end=t_end)
    assert run(lv.Scenario(t_end=1e-12)).trajectory.t[-1] == 1e-12


TINY = lv.DataSet("tiny", [[1e-90, 3e-90], [1e-95, 4e-95]], [[1e-99, 1e-80]], "hardly any numbers")
EXTREME = [
    lv.Scenario(dims=(2, 2, 2), singular_values=(5e-324, 0), scale=5e-324),
    lv.Scenario(dims=(2, 2, 2), singular_values=(1e-220, 1e-220), scale=1e-112),
    lv.Scenario(
        dims=(3,) * 5, singular_values=(0.001, 1e-12, 1e-300), rule="aligned", scale=3, t_end=1
    ),
    lv.Scenario(dims=(2, 2, 1), data=TINY.digest, beside="descent", t_end=1),
]


@pytest.mark.parametrize("scenario", EXTREME)
def test_extreme_numbers_run(scenario: lv.Scenario) -> None:
    result = run(scenario, datasets={TINY.digest: TINY})
    assert np.isfinite(result.trajectory.loss).all()
    assert math.isfinite(result.point.gradient_norm)
    assert statements(result)


def test_the_verdict_on_a_point_does_not_depend_on_the_size_of_its_target() -> None:
    """W_j/2^(m/N) for Y/2^m is the same point, down to where its gradient is no number any more."""
    rng = np.random.default_rng(1)
    for N in (2, 3):
        problem = lv.Problem.canonical((3, 2, 1))
        W = lv.critical_point(problem, (3,) * (N + 1), missed=(0,))
        for off in (0.0, 1e-12, 1e-2):
            near = [Wj + off * rng.standard_normal(Wj.shape) for Wj in W]
            kinds = set()
            for m in (0, 60, 540, 960):
                small = lv.Problem.canonical(np.ldexp([3.0, 2.0, 1.0], -m))
                point = lv.classify(small, [Wj * 2.0 ** (-m / N) for Wj in near])
                kinds.add((point.kind == "not critical", point.missed))
            assert len(kinds) == 1


@pytest.mark.parametrize("N", [2, 3, 4, 7])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_mode_far_above_its_target_does_not_know_of_it(N: int, sign: int) -> None:
    t = np.array([0.0, 1e-3, 1.0, 1e6])
    alone = balanced_mode(0.0, sign * 81.0, t, N)
    for s in (5e-324, 1e-300, 1e-160, 1e-40):
        np.testing.assert_allclose(balanced_mode(s, sign * 81.0, t, N), alone, rtol=1e-14)
    assert balanced_mode(1e-6, 1e15, [1e9], N)[0] > 0


@pytest.mark.parametrize("start", [5e-324, -5e-324, 1e-300, -1e-300])
@pytest.mark.parametrize("N", [3, 4, 9])
def test_a_mode_on_an_endless_plateau_stays_there(N: int, start: float) -> None:
    for s in (1e-3, 1e3):
        assert (balanced_mode(s, start, [0.0, 1.0, 1e9], N) == start).all()
    with pytest.raises(ValueError, match="expected earlier times"):
        balanced_mode(1e3, start, [1e308], N)


def test_times_beyond_floating_point_are_refused_in_words() -> None:
    assert half_time(1e-8, 1e-8, 3) == pytest.approx(plateau_length(1e-8, 1e-8, 3), rel=1e-3)
    assert plateau_length(1.0, 1e-200, 2) == pytest.approx(200 * math.log(10))
    for function, s, a0, N in [
        (half_time, 1e-240, 1e-62, 4),
        (plateau_length, 1e-300, 1e-120, 4),
        (plateau_length, 1.0, 1e-200, 4),
        (plateau_length, 5e-324, 1e-200, 2),
    ]:
        with pytest.raises(ValueError, match="expected a mode that is learned in finite time"):
            function(s, a0, N)
    with pytest.raises(ValueError, match="expected a start"):
        half_time(1.0, 1e200, 3)
    with pytest.raises(ValueError, match="expected earlier times"):
        balanced_mode(1e-240, 1e-100, [1e305], 3)


def test_steps_of_no_length_end_in_words() -> None:
    """Tolerances so far below the velocity that LSODA stands still."""
    W = (np.array([[1e-160]]), np.array([[1.0]]))
    with pytest.raises(FlowError, match="does not move"):
        lv.gradient_flow(lv.Problem.canonical((1e-7,)), W)


def test_one_step_of_any_size_has_its_drift_or_is_refused() -> None:
    problem = lv.Problem.canonical((2e-150, 1e-150))
    W = lv.gaussian((2, 3, 2), 1e-75, seed=0)
    scaled = lv.one_step_drift(lv.Problem.canonical((2, 1)), [Wj * 1e75 for Wj in W], 0.1)
    found = lv.one_step_drift(problem, W, 0.1 * 1e150)  # W ~ 1e-75, G ~ 1e-225, C ~ 1e-150
    np.testing.assert_allclose(found[0] * 1e150, scaled[0], rtol=1e-10)
    W = lv.gaussian((2, 3, 2), 1.0, seed=0)
    for options in ({}, {"weight_decay": 1.0}, {"label_noise": 1.0}):
        with pytest.raises(ValueError, match="found step = 1e\\+200"):
            lv.one_step_drift(lv.Problem.canonical((2, 1)), W, 1e200, **options)


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
    st.sampled_from(tuple(RULES)),
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
    scenario = usual(rule, dims=(4, 4, 3, 3), singular_values=(3, 2, 1), scale=0.3)
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
        checks.whole("x" * 10_000, "seed", 0, 1)
    assert len(str(error.value)) < 200
