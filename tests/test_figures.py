"""Figures: plotly accepts every spec, and their data are the run's numbers."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest

import linviz as lv
from linviz.core.levels import critical_levels, rests
from linviz.core.run import Run, run
from linviz.figures import hessian, invariants, loss, modes, theme

SCENARIOS = {
    "default": lv.Scenario(),
    "no hidden layer": lv.Scenario(dims=(3, 2), singular_values=(2, 1)),
    "one weight": lv.Scenario(dims=(1, 1), singular_values=(2,)),
    "bottleneck": lv.Scenario(dims=(4, 2, 3), singular_values=(3, 2, 1)),
    "saddle": lv.Scenario(rule="on_stable_manifold", missed=(0, 2)),
    "zero": lv.Scenario(rule="zeros"),
    "horizon": lv.Scenario(t_end=3.0),
    "nothing to learn": lv.Scenario(dims=(3, 3, 2), singular_values=(0, 0), scale=0.5),
    "many modes": lv.Scenario(
        dims=(9, 9, 9), singular_values=tuple(range(9, 0, -1)), rule="orthogonal", scale=0.5
    ),
    "digits": lv.Scenario(dims=(64, 10, 10), data="digits", t_end=20.0),
}


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda name: name.replace(" ", "-"))
def study(request: pytest.FixtureRequest) -> Run:
    return run(SCENARIOS[request.param])


@pytest.fixture(scope="module")
def default() -> Run:
    return run(lv.Scenario())


def specs(study: Run, log: bool) -> list[theme.Spec]:
    return [
        loss.loss_spec(study, log_loss=log, log_time=log),
        modes.modes_spec(study, log_time=log),
        invariants.invariants_spec(study, log_time=log),
        hessian.hessian_spec(study),
    ]


@pytest.mark.parametrize("log", [False, True])
def test_plotly_accepts_every_spec_and_nothing_is_blank(study: Run, log: bool) -> None:
    for spec in specs(study, log):
        go.Figure(spec)  # raises for a property that plotly does not know
        for key, axis in spec["layout"].items():
            if key.startswith(("xaxis", "yaxis")):
                assert np.isfinite(axis["range"]).all()
                assert axis["range"][0] < axis["range"][1]
        for trace in spec["data"]:
            assert len(trace["x"]) == len(trace["y"])
            assert np.isfinite(trace["x"]).all()
            assert np.isfinite(trace["y"]).all()


@pytest.mark.parametrize("log", [False, True])
def test_a_figure_sets_the_same_properties_for_every_run(study: Run, default: Run, log) -> None:
    for spec, usual in zip(specs(study, log), specs(default, log), strict=True):
        assert spec["layout"].keys() == usual["layout"].keys()


def test_every_sentence_is_finite_and_ends(study: Run) -> None:
    for words in (
        loss.loss_words(study),
        modes.modes_words(study),
        invariants.invariants_words(study),
        hessian.hessian_words(study),
    ):
        assert words.endswith((".", ")"))
        assert "nan" not in words
        assert "inf" not in words
        assert not re.search("-[0-9]", words)  # the minus sign of type
        assert len(words) <= 210


def test_the_loss_figure_shows_the_loss_and_the_critical_values(default: Run) -> None:
    spec = loss.loss_spec(default)
    levels = [trace["y"][0] for trace in spec["data"][:-1]]
    expected = sorted({0.5, 2.0, 2.5, 4.5, 5.0, 6.5, 7.0})
    np.testing.assert_allclose(sorted(levels), expected, rtol=1e-14)
    np.testing.assert_array_equal(spec["data"][-1]["y"], default.trajectory.loss)


def test_the_default_run_rests_at_its_plateaus() -> None:
    study = run(lv.Scenario(scale=0.05))
    levels = {
        missed: value for missed, (value, _) in rests(study.trajectory, study.strengths).items()
    }
    assert levels == {
        (0, 1, 2): 7.0,
        (1, 2): 2.5,
        (2,): 0.5,
    }
    assert "resting near 7, 2.5 and 0.5" in loss.loss_words(study)


def test_too_many_critical_values_leave_the_nested_ones() -> None:
    study = run(SCENARIOS["many modes"])
    levels = critical_levels(study.trajectory.problem, study.scenario.dims)
    assert len(levels) == 10
    assert levels[(8,)] == 0.5


def test_modes_end_at_the_targets_singular_values(default: Run) -> None:
    curves = [t for t in modes.modes_spec(default)["data"] if t["name"].startswith("mode")]
    np.testing.assert_allclose([c["y"][-1] for c in curves], (3, 2, 1), atol=1e-4)


def test_a_missed_mode_keeps_its_own_color() -> None:
    study = run(SCENARIOS["saddle"])
    ends = [t["y"][-1] for t in modes.modes_spec(study)["data"] if t["name"].startswith("mode")]
    np.testing.assert_allclose(ends, (0, 2, 0), atol=1e-6)
    assert "1 of 3 modes learned; modes {1, 3} are missed" in modes.modes_words(study)
    assert "½(s₁² + s₃²) = 5" in modes.modes_words(study)


def test_modes_that_cross_keep_their_names() -> None:
    scenario = lv.Scenario(
        dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", strengths=(0.01, 0.5)
    )
    values = lv.mode_strengths(lv.simulate(scenario))
    np.testing.assert_allclose(values[0], (0.0001, 0.25), rtol=1e-9)  # a_k^N
    np.testing.assert_allclose(values[-1], (2, 1), atol=1e-3)
    assert np.all(np.diff(values, axis=0) > -1e-6)  # both only grow, so no names were swapped


def test_invariants_show_constant_eigenvalues_and_a_small_drift(default: Run) -> None:
    spec = invariants.invariants_spec(default)
    upper = [t for t in spec["data"] if t["yaxis"] == "y"]
    lower = [t for t in spec["data"] if t["yaxis"] == "y2"]
    assert (len(upper), len(lower)) == (9, 2)
    for trace in upper:
        assert np.ptp(trace["y"]) < 1e-6
    assert max(t["y"].max() for t in lower) <= 1e-7


def test_the_hessian_figure_colors_by_sign() -> None:
    study = run(SCENARIOS["saddle"])
    negative, zero, positive = hessian.hessian_spec(study)["data"]
    assert len(negative["y"]) == study.spectrum.n_negative > 0
    assert len(zero["y"]) == study.spectrum.n_zero
    assert negative["y"].max() < 0 < positive["y"].min()
    assert len({t["marker"]["color"] for t in (negative, zero, positive)}) == 3
    assert len({t["marker"]["symbol"] for t in (negative, zero, positive)}) == 3


def test_the_sentence_on_the_hessian_compares_with_theory(default: Run) -> None:
    assert "the counts are what theory predicts" in hessian.hessian_words(default)
    assert "no verdict" in hessian.hessian_words(run(SCENARIOS["horizon"]))


def test_a_bottleneck_is_told_as_a_minimum_that_misses_modes() -> None:
    words = modes.modes_words(run(SCENARIOS["bottleneck"]))
    assert "2 of 3 modes learned; mode 3 is missed" in words
    assert "allows no more" in words


@pytest.mark.parametrize("step", [0.5, 1.05, 10.0])
def test_a_descent_beside_the_flow_is_drawn_whatever_its_step(step: float) -> None:
    study = run(lv.Scenario(beside="descent", step=step, t_end=20))
    assert study.beside is not None
    assert (study.beside.status == "diverged") == (step == 10)
    for log in (False, True):
        for spec in specs(study, log):
            go.Figure(spec)
            for key, axis in spec["layout"].items():
                if key.startswith(("xaxis", "yaxis")):
                    assert np.isfinite(axis["range"]).all()
                    assert np.ptp(axis["range"]) < 1e3


def test_the_edge_of_stability_is_two_over_the_step() -> None:
    study = run(lv.Scenario(beside="descent", step=1.2, t_end=20))
    levels = [t for t in hessian.hessian_spec(study)["data"] if t["name"].startswith("edge")]
    # the critical step is 2 / (N s₁^(2 - 2/N)) with N = 3, s₁ = 3
    assert levels[0]["y"][0] == pytest.approx(3 * 3 ** (4 / 3) / 1.2, rel=1e-12)


def test_the_certified_bound_lies_above_the_loss() -> None:
    study = run(lv.Scenario(rule="certified", alpha=1.0))
    data = {t["name"]: t for t in loss.loss_spec(study)["data"]}
    np.testing.assert_array_less(data["loss L"]["y"][1:], data["certified bound"]["y"][1:] + 1e-9)
    assert "certified rate α" in loss.loss_words(study)


def test_nonlinear_networks_show_their_diagonals() -> None:
    kept = run(lv.Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="relu"))
    lost = run(lv.Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="tanh"))
    drifts = [lv.diagonal_drift(study.beside).max() for study in (kept, lost)]
    assert drifts[0] < 1e-5 < 1e-3 < drifts[1]
    assert "diagonals of a ReLU network" in invariants.invariants_words(kept)
