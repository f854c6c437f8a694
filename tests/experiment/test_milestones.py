"""Each milestone is true: what it names happens at the value, or the moment, that it gives."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from runs import known

import linviz as lv
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.milestones import MOST_LISTED_MILESTONES, milestones
from linviz.core.experiment.milestones.milestone import Milestone
from linviz.core.experiment.milestones.start import _target_scale
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import with_depth
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.flow.gradient_flow import FlowError
from linviz.core.landscape.stays import LEAVING, NEAR_LEVEL
from linviz.core.model.critical_values import critical_levels, minimum_loss
from linviz.core.theory.certificates import proposition_rate
from linviz.core.theory.sharpness import critical_step, sharpness_floor
from linviz.core.theory.weight_decay import decayed_strengths

CONTROLS = {"rule", "scale", "lam", "alpha", "missed", "strengths", "widths", "horizon"}
CONTROLS |= {"step", "weight_decay", "time", "H"}


def found(study, label):
    """The milestone whose label begins so."""
    (milestone,) = [m for m in milestones(study) if m.label.startswith(label)]
    return milestone


def labels(study):
    return [m.label for m in milestones(study)]


def number(words):
    """The last number of a sentence: its value."""
    return float(re.findall(r"= (-?\d+\.?\d*(?:e[-+]\d+)?)", words)[-1])


def check_form(study):
    items = milestones(study)
    assert len(items) <= MOST_LISTED_MILESTONES
    assert len({m.label for m in items}) == len(items)
    for m in items:
        assert m.control in CONTROLS
        assert 0 < len(m.label) <= 24
        assert re.fullmatch(r"[A-Zλα(s].*\.", m.words), m.words
        assert "nan" not in m.words
        assert bool(m.seen) == (m.t is None)
        assert len(m.seen) <= 60
        assert (m.scenario is None) == (m.control == "time") == (m.t is not None)
        assert m.scenario != study.scenario
        if m.t is not None:
            assert 0 <= m.t <= study.trajectory.t[-1]
    moments = [m.t for m in items if m.t is not None]
    assert moments == sorted(moments)


def check_saddle(milestone, study):
    """Its run ends at the level that it names, in a saddle that misses those modes."""
    trajectory = lv.simulate(milestone.scenario, max_seconds=60)
    problem, missed = trajectory.problem, milestone.scenario.missed
    level = problem.residual_loss + 0.5 * np.sum(problem.singular_values[list(missed)] ** 2)
    assert milestone.label == f"saddle at {level:.4g}"
    assert number(milestone.words) == pytest.approx(level, rel=1e-3)
    assert trajectory.status == "converged"
    assert trajectory.loss[-1] == pytest.approx(level, rel=1e-8)
    return lv.classify(problem, trajectory.limit)


@pytest.mark.parametrize("name", LECTURE)
def test_the_milestones_of_every_lecture_scenario(name):
    study = known(LECTURE[name].scenario)
    check_form(study)
    assert len(milestones(study)) >= 5
    for milestone in milestones(study):
        if milestone.label.startswith("saddle"):
            point = check_saddle(milestone, study)
            assert point.kind.endswith("saddle")
            assert point.missed == milestone.scenario.missed
        elif milestone.scenario is not None:
            begun = lv.simulate(replace(milestone.scenario, t_end=0.01 * study.trajectory.t[-1]))
            assert begun.t[-1] > 0


@pytest.mark.long
@pytest.mark.parametrize("name", LECTURE)
def test_every_lecture_scenario_with_a_milestone_runs_to_its_end(name):
    for milestone in milestones(known(LECTURE[name].scenario)):
        if milestone.scenario is not None:
            result = run(milestone.scenario)
            horizon = milestone.scenario.t_end
            ended = result.trajectory.t[-1] == horizon or result.trajectory.status == "converged"
            # a trapped start comes to no limit, and says so
            assert ended or "det P has the wrong sign" in result.trajectory.reason


@settings(max_examples=20)
@given(
    st.builds(
        lambda H, widths, s, **rest: lv.Scenario(
            dims=(max(widths[0], len(s)), *widths[1 : H + 1], len(s)),
            singular_values=tuple(sorted(s, reverse=True)),
            **rest,
        ),
        H=st.integers(0, 3),
        widths=st.lists(st.integers(1, 6), min_size=4, max_size=4),
        s=st.lists(st.sampled_from([0, 0.3, 1, 1.7, 3]), min_size=1, max_size=4),
        rule=st.sampled_from(tuple(RULES)),
        scale=st.sampled_from([0.03, 0.3, 0.9]),
        seed=st.integers(0, 9),
        t_end=st.sampled_from([None, 2.0]),
        beside=st.sampled_from(["nothing", "descent"]),
        momentum=st.sampled_from([0.0, 0.5]),
        weight_decay=st.sampled_from([0.0, 0.1]),
    )
)
def test_the_milestones_of_any_scenario(scenario):
    try:
        study = run(scenario)
    except ValueError:  # this rule has no start at these widths
        assume(False)
    check_form(study)
    for milestone in milestones(study):
        if milestone.label.startswith("saddle"):
            check_saddle(milestone, study)
        elif milestone.scenario is not None:
            lv.simulate(replace(milestone.scenario, t_end=1.0))


@pytest.mark.parametrize("singular_values", [(1000.0, 1e-200), (1e-200, 1e-200), (1e-300, 0)])
def test_extreme_targets_have_milestones_or_none(singular_values):
    for H in (0, 1, 3):
        base = lv.Scenario(dims=(2, 2), singular_values=singular_values, t_end=1e-4)
        for rule in ("gaussian", "lambda_balanced", "balanced"):
            check_form(run(replace(with_depth(base, H), rule=rule, beside="descent")))


@pytest.mark.parametrize("s", [1e-7, 1e-6, 1e-5])
def test_no_milestone_asks_for_more_time_than_a_scenario_may_take(s):
    study = run(lv.Scenario(dims=(2, 2, 2), singular_values=(s, s), scale=0.1))
    check_form(study)
    assert ("until modes are learned" in labels(study)) == (s == 1e-5)


EXTREMES = st.sampled_from([0.0, 5e-324, 1e-300, 1e-170, 1e-30, 1e-7, 1.0, 1e3])


@pytest.mark.long
@settings(max_examples=60)
@given(
    H=st.integers(0, 3),
    s=st.lists(EXTREMES, min_size=1, max_size=3),
    rule=st.sampled_from(tuple(RULES)),
    scale=st.sampled_from([0.0, 5e-324, 1e-300, 1e-160, 1e-30, 1e-7, 0.1, 3.0, 10.0]),
    t_end=st.sampled_from([None, 1e-12, 1e-3, 1e9]),
    beside=st.sampled_from(["nothing", "descent"]),
)
def test_no_milestone_fails_for_extreme_numbers(H, s, rule, scale, t_end, beside):
    s = tuple(sorted(s, reverse=True))
    base = lv.Scenario(dims=(3, len(s)), singular_values=s, t_end=t_end, scale=scale)
    try:
        study = run(replace(with_depth(base, H), rule=rule, beside=beside))
    except (ValueError, FlowError):  # no start, or an overflow at once
        assume(False)
    check_form(study)


@pytest.mark.parametrize("size", [1e-200, 1e-300])
def test_the_target_s_scale_on_data_that_cannot_be_squared(size):
    X, Y = np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[1.0, 4.0]])
    usual, tiny = (_target_scale(lv.Problem(X * c, Y), (2, 3, 1)) for c in (1.0, size))
    assert tiny == pytest.approx(usual / np.sqrt(size), rel=1e-5)


def climb(problem, W, step, momentum=0.0):
    """Largest loss of descent from next to a minimum, relative to its first one."""
    push = np.linalg.eigh(lv.hessian(problem, W)).eigenvectors[:, -1] * 1e-6
    start, at = [], 0
    for Wj in W:
        start.append(Wj + push[at : at + Wj.size].reshape(Wj.shape, order="F"))
        at += Wj.size
    path = lv.gradient_descent(problem, start, step=step, n_steps=400, momentum=momentum)
    return path.loss.max() / path.loss[0]


@pytest.mark.parametrize("momentum", [0.0, 0.6])
@pytest.mark.parametrize("name", ["edge", "invariants"])
def test_the_steps_are_the_edges_of_stability(name, momentum):
    study = run(replace(LECTURE[name].scenario, momentum=momentum, t_end=None))
    problem, dims = study.trajectory.problem, study.scenario.dims
    unit = critical_step(problem, len(dims) - 1)
    flattest = lv.critical_point(problem, dims, missed=(), balanced=True)
    points = {"critical step": flattest, "edge of this minimum": study.trajectory.limit}
    for label, W in points.items():
        milestone = found(study, label)
        step = milestone.scenario.step * unit
        assert milestone.words.split(" = ")[1].startswith(f"{step:.4g}"[:4])
        assert climb(problem, W, 0.98 * step, momentum) <= 1 + 1e3 * momentum
        assert climb(problem, W, 1.02 * step, momentum) > 1e4
    assert found(study, "critical step").scenario.step == 1 + momentum


def test_where_a_step_stands_already_there_is_no_milestone():
    study = run(replace(LECTURE["edge"].scenario, step=1.0))
    assert "critical step η_c" not in labels(study)
    assert "edge of this minimum" in labels(study)
    balanced = run(replace(LECTURE["edge"].scenario, rule="aligned", scale=0.5))
    assert "edge of this minimum" not in labels(balanced)  # it is the critical step itself
    alone = run(replace(LECTURE["edge"].scenario, beside="nothing"))
    assert not {m.control for m in milestones(alone)} & {"step", "weight_decay"}
    decays = run(replace(LECTURE["edge"].scenario, weight_decay=0.1))
    assert "step" not in {m.control for m in milestones(decays)}
    assert found(decays, "no decay").scenario.weight_decay == 0


@pytest.mark.parametrize("H", [1, 2, 3])
def test_modes_are_lost_at_the_critical_weight_decay(H):
    scenario = with_depth(lv.Scenario(dims=(3, 3, 2), singular_values=(2, 1)), H)
    study = run(replace(scenario, beside="descent", step=0.3, scale=0.5))
    problem, N = study.trajectory.problem, H + 1
    minimum = lv.critical_point(problem, scenario.dims, missed=(), balanced=True)
    for k in (0, 1):
        decay = found(study, f"mode {k + 1} is lost").scenario.weight_decay
        for share, kept in ((0.98, True), (1.02, False)):
            assert (decayed_strengths(problem, N, share * decay)[k] > 0) == kept
            end = lv.gradient_descent(
                problem, minimum, step=0.1, n_steps=20_000, weight_decay=share * decay
            )
            assert (abs(lv.product(end.limit)[k, k]) > 1e-6) == kept


def test_the_balanced_minimum_is_balanced_and_a_minimum():
    for dims, s in [((4, 5, 3), (3, 2, 1)), ((4, 2, 5, 3), (3, 2, 1)), ((3, 3, 3), (2, 1, 0))]:
        study = run(lv.Scenario(dims=dims, singular_values=s, scale=0.5, t_end=1))
        scenario = found(study, "balanced minimum").scenario
        problem = problem_of(scenario)
        W = weights_of(scenario, problem)
        assert max(np.abs(Gj).max() for Gj in lv.gradient(problem, W)) < 1e-13
        assert max(np.abs(Cj).max() for Cj in lv.invariants(W)) < 1e-14
        assert lv.loss(problem, W) == pytest.approx(minimum_loss(problem, dims), abs=1e-28)
        assert lv.classify(problem, W).kind == "global minimum"
        assert "balanced minimum" not in labels(run(scenario))


def test_starts_beside_the_saddles_at_which_a_run_rests():
    study = known(LECTURE["saddle-to-saddle"].scenario)
    beside = [m for m in milestones(study) if m.label.startswith("Start beside")]
    assert [m.label for m in beside] == ["Start beside {1,2,3}", "Start beside {1,2}"]
    for milestone in beside:
        first = run(milestone.scenario).trajectory
        level = number(milestone.words)
        assert level == 0.5 * sum((4 - k) ** 2 for k in milestone.scenario.missed)
        assert abs(first.loss[0] - level) < 0.05 * level
    assert "beside" not in " ".join(labels(known(LECTURE["bottleneck"].scenario))[-3:])


def test_a_larger_start_brings_the_last_mode_as_much_sooner_as_it_says():
    study = known(LECTURE["saddle-to-saddle"].scenario)
    tenfold = found(study, "Start 10 times larger")
    times = [found(run(c), "mode 4 half learned").t for c in (study.scenario, tenfold.scenario)]
    told = float(re.search(r"comes (.*) sooner", tenfold.seen).group(1))
    assert times[0] - times[1] == pytest.approx(told, rel=0.05)


def test_a_rate_can_be_certified_and_a_layer_less_makes_saddles_strict():
    study = known(lv.Scenario())
    assert study.rate.alpha == 0 < run(found(study, "Certify a rate").scenario).rate.alpha
    assert found(study, "One layer less").scenario.dims == (5, 5, 3)
    assert found(known(lv.presets["bottleneck"]), "One layer more").scenario.dims == (4, 2, 2, 3)


def test_saddles_on_raw_data_are_reached_with_dead_neurons():
    study = known(LECTURE["raw-data"].scenario)
    saddles = [m for m in milestones(study) if m.label.startswith("saddle")]
    assert [m.scenario.missed for m in saddles] == [(1,), (0, 1)]
    assert saddles[0].words.startswith("One neuron of the narrowest layer starts alive: ")
    digits = lv.Scenario(dims=(64, 10, 10), data="digits", t_end=3)
    assert not [m for m in milestones(run(digits)) if m.label.startswith("saddle")]


@pytest.mark.parametrize("H", [4, 8, 16])
def test_saddles_of_deep_networks(H):
    scenario = with_depth(lv.Scenario(dims=(4, 4, 3), scale=0.01, t_end=1), H)
    saddles = [m for m in milestones(run(scenario)) if m.label.startswith("saddle")]
    assert [m.scenario.missed for m in saddles] == [(0,), (2,), (1, 2)]
    for milestone in saddles:
        check_saddle(milestone, scenario)


def test_a_bottleneck_has_no_saddle_at_its_minimum():
    study = known(LECTURE["bottleneck"].scenario)
    missed = [m.scenario.missed for m in milestones(study) if m.label.startswith("saddle")]
    assert missed == [(0,), (1, 2), (0, 1, 2)]


@pytest.mark.parametrize("data", ["canonical", "stretched"])
def test_the_scale_at_which_the_product_is_as_large_as_the_target(data):
    dims = (3, 4, 2)
    study = run(lv.Scenario(dims=dims, singular_values=(2, 1), data=data, t_end=1))
    scale, problem = found(study, "as large").scenario.scale, study.trajectory.problem
    rng = np.random.default_rng(0)
    first, last = rng.standard_normal((40_000, 4, 3)), rng.standard_normal((40_000, 2, 4))
    P = scale**2 * last @ first @ problem.input_root
    mean = np.mean(np.sum(P**2, axis=(1, 2)))
    assert mean == pytest.approx(np.sum(problem.singular_values**2), rel=0.02)


@pytest.mark.parametrize("rule", ["balanced", "orthogonal"])
def test_the_scale_of_the_strongest_mode(rule):
    scenario = lv.Scenario(dims=(3, 4, 3, 2), singular_values=(2, 1), rule=rule, t_end=1)
    scale = found(run(scenario), "as strong").scenario.scale
    minimum = lv.critical_point(problem_of(scenario), scenario.dims, missed=(), balanced=True)
    for Wj in minimum:
        assert np.linalg.norm(Wj, 2) == pytest.approx(scale, rel=1e-5)


@pytest.mark.parametrize(("dims", "sign"), [((4, 3, 3), 1), ((4, 4, 3), -1), ((3, 3, 3), 1)])
def test_the_imbalance_that_sharpens_the_minimum_by_root_two(dims, sign):
    scenario = lv.Scenario(dims=dims, rule="lambda_balanced", lam=sign * 0.3, scale=0.4)
    lam = found(run(scenario), "λ = ").scenario.lam
    assert lam == sign * 6
    result = run(replace(scenario, lam=lam))
    assert result.trajectory.status == "converged"
    floor = sharpness_floor(result.trajectory.problem, 2)
    assert result.spectrum.eigenvalues[-1] == pytest.approx(np.sqrt(2) * floor, rel=1e-6)
    zero = found(run(scenario), "balanced, λ = 0").scenario
    assert max(np.abs(C).max() for C in lv.invariants(weights_of(zero, problem_of(zero)))) < 1e-14


@pytest.mark.parametrize("dims", [(3, 3, 3), (4, 3, 3), (3, 4, 3, 3), (5, 4, 4, 3)])
def test_the_certified_rate_of_the_balanced_minimum(dims):
    scenario = lv.Scenario(dims=dims, rule="certified", alpha=0.37, t_end=1)
    alpha = found(run(scenario), "balanced minimum's rate").scenario.alpha
    problem = problem_of(scenario)
    minimum = lv.critical_point(problem, dims, missed=(), balanced=True)
    assert np.linalg.eigvalsh(lv.ntk(problem, minimum))[0] == pytest.approx(alpha, rel=1e-5)
    W = weights_of(replace(scenario, alpha=alpha), problem)
    assert proposition_rate(problem, W).alpha >= alpha


def test_the_narrowest_widths_without_loss():
    for s, narrowest in [((3, 2, 1), 3), ((3, 2, 0), 2)]:
        study = run(lv.Scenario(dims=(4, 5, 6, 3), singular_values=s, scale=0.5, t_end=1))
        problem, dims = study.trajectory.problem, found(study, "narrowest").scenario.dims
        assert dims == (4, narrowest, narrowest, 3)
        assert minimum_loss(problem, dims) == problem.residual_loss
        short = found(study, "one neuron too few")
        assert short.scenario.dims == (4, narrowest - 1, 6, 3)
        least = minimum_loss(problem, short.scenario.dims)
        assert least == 0.5 * s[narrowest - 1] ** 2 == number(short.words)


@pytest.mark.parametrize("name", ["staircase", "saddle-to-saddle", "bottleneck", "raw-data"])
def test_by_the_horizon_the_learned_modes_are_learned(name):
    study = known(LECTURE[name].scenario)
    milestone = found(study, "until modes are learned")
    trajectory = lv.simulate(milestone.scenario)
    s = trajectory.problem.singular_values
    learned = study.strengths[-1] >= 0.99 * s
    assert (lv.mode_strengths(trajectory)[-1] >= 0.9899 * s)[learned].all()
    earlier = trajectory.t <= 0.97 * milestone.scenario.t_end
    assert (lv.mode_strengths(trajectory)[earlier][-1] < 0.99 * s)[learned].any()
    if study.scenario.t_end is not None:
        assert lv.simulate(found(study, "to the limit").scenario).status == "converged"


@pytest.mark.parametrize("name", ["staircase", "depth", "saddle-to-saddle", "raw-data", "relu"])
def test_at_half_learned_moments_modes_are_half_learned(name):
    study = known(LECTURE[name].scenario)
    problem, trajectory = study.trajectory.problem, study.trajectory
    moments = [m for m in milestones(study) if m.label.endswith("half learned")]
    assert len(moments) >= 2
    for milestone in moments:
        k = int(milestone.label.split()[1]) - 1
        s = problem.singular_values[k]
        P = lv.product(trajectory.at(milestone.t)) @ problem.input_root
        nearest = np.abs(np.linalg.svd(P, compute_uv=False) - s / 2).min()
        assert nearest < 0.01 * s
        assert number(milestone.words) == pytest.approx(s / 2, rel=1e-3)
        assert (study.strengths[trajectory.t > milestone.t, k] >= s / 2).all()


def test_rests_are_moments_at_critical_values():
    study = run(replace(LECTURE["saddle-to-saddle"].scenario, scale=1e-7))
    trajectory = study.trajectory
    by_missed = study.rests
    assert list(by_missed) == [(0, 1, 2, 3), (1, 2, 3), (2, 3), (3,)][: len(by_missed)]
    assert len(by_missed) >= 3
    for missed, (value, t) in by_missed.items():
        assert value == 0.5 * sum((4 - k) ** 2 for k in missed)
        now = lv.loss(trajectory.problem, trajectory.at(t))
        assert abs(now - value) <= LEAVING * NEAR_LEVEL * value
    times = [t for _, t in by_missed.values()]
    assert times == sorted(times)
    shown = {m.label: m.t for m in milestones(study) if m.label.startswith("resting")}
    assert shown == {f"resting at {v:.4g}": t for v, t in list(by_missed.values())[:3]}


def test_nested_levels_are_critical_values():
    for s, dims in [((3, 2, 1), (3, 3, 3)), ((3, 2, 1), (3, 2, 3)), ((3, 2, 0), (3, 1, 3))]:
        problem = lv.Problem.canonical(s)
        every = lv.critical_values(problem, dims)
        nested = critical_levels(problem, dims, most=1)
        n = np.count_nonzero(s)
        assert nested == {m: v for m, v in every.items() if m == tuple(range(n - len(m), n))}
        assert critical_levels(problem, dims) == every
    convex = lv.Problem.canonical((2, 1))
    assert critical_levels(convex, (2, 2), most=1) == {(): 0.0}
    assert len(critical_levels(lv.Problem.canonical((1,) * 20), (20,) * 3)) == 21


def test_a_target_of_zero_has_no_modes_to_speak_of():
    study = run(lv.Scenario(dims=(2, 2, 2), singular_values=(0, 0), scale=0.5, beside="descent"))
    assert not {m.control for m in milestones(study)} & {"rule", "time", "step", "widths", "scale"}


def test_a_milestone_is_a_plain_value():
    first = Milestone("step", "critical step η_c", "Words.", lv.Scenario())
    assert first == Milestone("step", "critical step η_c", "Words.", lv.Scenario())
    assert len({first, first}) == 1


@pytest.mark.parametrize(
    ("s", "H", "scale", "seed"),
    [((3, 2, 1), 3, 1e-3, 3), ((3, 2, 1), 3, 1e-2, 1), ((2, 1), 4, 1e-2, 0), ((3, 2), 2, 1e-4, 2)],
)
def test_late_and_steep_jumps_are_over_by_the_horizon(s, H, scale, seed):
    scenario = lv.Scenario(dims=(len(s),) * (H + 2), singular_values=s, scale=scale, seed=seed)
    study = run(scenario)
    milestone = found(study, "until modes are learned")
    again = run(milestone.scenario)
    learned = study.strengths[-1] >= 0.99 * np.array(s)
    assert learned.any()
    assert (again.strengths[-1][learned] >= 0.98 * np.array(s)[learned]).all()


def test_a_network_that_may_have_no_layer_more_has_milestones() -> None:
    study = run(lv.Scenario(dims=(50, 50, 10), singular_values=(1.0,) * 10, t_end=0.01))
    check_form(study)
    assert "One layer more" not in labels(study)
