"""Basin studies: against single runs, against theory, and the Monte Carlo figures with bounds."""

import math
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom, binomtest

from linviz.core.flow.destination import Destination, nearest_critical
from linviz.core.flow.determinant import kept_signs, of_lower_rank
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.integrator import FlowError
from linviz.core.landscape.critical_points import critical_point
from linviz.core.model.critical_values import critical_values, minimum_loss
from linviz.core.model.initialization import balanced, gaussian, orthogonal, xavier
from linviz.core.model.layers import excess_loss, gradient, pack, product, unpack
from linviz.core.model.problem import Problem
from linviz.core.starts import share as shares
from linviz.core.starts.abreast import Abreast
from linviz.core.starts.basin import BasinStudy, basin_study
from linviz.core.starts.ensemble import DIFFERENCE, STAGES, Ensemble, Move
from linviz.core.starts.methods import Methods
from linviz.core.starts.share import Study, run_share
from linviz.core.starts.stiff import StiffEnsemble

THREE = Problem.canonical((2, 1.5, 1))
FOUR = Problem.canonical((2, 1.5, 1), d_x=4)
_rng = np.random.default_rng(5)
RAW = Problem(X=_rng.standard_normal((4, 9)), Y=_rng.standard_normal((3, 9)))
RULES: dict[str, Callable[..., tuple[np.ndarray, ...]]] = {
    "gaussian": gaussian,
    "xavier": xavier,
    "orthogonal": orthogonal,
    "balanced": balanced,
}


def same(a: BasinStudy, b: BasinStudy, rtol: float = 1e-9) -> None:
    assert a.outcome == b.outcome
    assert a.missed == b.missed
    np.testing.assert_allclose(a.loss, b.loss, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(a.t_within_1_percent, b.t_within_1_percent, rtol=max(rtol, 1e-6))


# --- the figures of the Monte Carlo exhibit: successes out of 80 draws each


@pytest.mark.parametrize(
    ("problem", "dims", "rule", "t_end", "successes"),
    [
        (THREE, (3, 3, 3), "gaussian", 60.0, 80),
        (THREE, (3, 3, 3, 3), "gaussian", 60.0, 80),
        (THREE, (3, 3, 3, 3, 3), "gaussian", 60.0, 78),
        (THREE, (3, 3, 3), "balanced", 15.0, 44),
        (THREE, (3, 3, 3, 3), "balanced", 60.0, 39),
        (FOUR, (4, 3, 3, 3), "balanced", 60.0, 78),
    ],
)
def test_share_of_global_minima_agrees_with_the_exhibit(problem, dims, rule, t_end, successes):
    study = basin_study(problem, dims, n=400, rule=rule, t_end=t_end)
    low, high = study.interval("global minimum", 0.99)
    theirs = binomtest(successes, 80).proportion_ci(0.99)
    assert max(low, theirs.low) <= min(high, theirs.high)
    assert high - low < 0.14


def test_with_one_hidden_layer_every_gaussian_start_is_bound_for_the_minimum():
    study = basin_study(THREE, (3, 3, 3), n=400)
    assert study.counts["global minimum"] == 400
    assert study.saddles == {}


def test_slow_runs_of_deep_networks_are_on_the_plateau_of_the_weakest_mode():
    study = basin_study(THREE, (3, 3, 3, 3, 3), n=400)
    assert 0 < sum(study.saddles.values()) + study.n_undecided < 40
    assert set(study.saddles) == {(2,)}
    slow = [k for k, missed in enumerate(study.missed) if missed == (2,)]
    np.testing.assert_allclose(study.loss[slow], 0.5, rtol=0.02)
    # plateaus and no limits: they leave later
    later = basin_study(THREE, (3, 3, 3, 3, 3), n=400, t_end=1e4)
    assert later.counts["global minimum"] == 400


# --- balanced starts


@pytest.mark.parametrize("rule", ["balanced", "orthogonal"])
@pytest.mark.parametrize(("d", "H", "t_end"), [(2, 1, 60), (3, 1, 60), (2, 2, 2000), (3, 2, 2000)])
def test_balanced_square_starts_end_where_the_sign_of_the_determinant_says(d, H, t_end, rule):
    problem, dims, n = Problem.canonical((2, 1.5, 1)[:d]), (d,) * (H + 2), 80
    study = basin_study(problem, dims, n=n, rule=rule, t_end=t_end)
    dets = [np.linalg.det(product(RULES[rule](dims, 0.5, seed=k))) for k in range(n)]
    right = [det > 0 for det in dets]
    assert [name == "global minimum" for name in study.outcome] == right
    assert study.counts["near a critical value"] == right.count(False)
    assert set(study.saddles) == {(d - 1,)}
    assert binomtest(right.count(False), n, 0.5).pvalue > 1e-3


def test_a_wrong_sign_is_kept_longer_than_roundoff_would_let_it():
    W = next(W for k in range(9) if np.linalg.det(product(W := balanced((2, 2, 2), seed=k))) < 0)
    alone = gradient_flow(Problem.canonical((2, 1)), W, t_end=200.0)
    assert alone.loss[-1] < 1e-6  # it escapes: roundoff
    study = basin_study(Problem.canonical((2, 1)), (2, 2, 2), n=9, rule="balanced", t_end=200.0)
    assert study.counts["near a critical value"] > 0
    assert study.n_undecided == 0


def test_signs_are_kept_for_balanced_square_networks_only():
    def found(problem: Problem, W: tuple[np.ndarray, ...]) -> float:
        dims = (W[0].shape[1], *(Wj.shape[0] for Wj in W))
        return float(kept_signs(Field(problem, dims), pack(W)[:, None])[0])

    for seed in range(6):
        W = balanced((3, 4, 3), seed=seed)
        assert found(THREE, W) == np.sign(np.linalg.det(product(W)))
        assert found(THREE, gaussian((3, 4, 3), seed=seed)) == 0
        assert found(THREE, balanced((3, 2, 3), seed=seed)) == 0
        assert found(FOUR, balanced((4, 3, 3), seed=seed)) == 0
        assert found(Problem.canonical((2, 1, 0)), W) == 0


def test_lowering_the_rank_keeps_balance_and_moves_by_the_singular_value_only():
    W = balanced((3, 4, 3), seed=2)
    field = Field(THREE, (3, 4, 3))
    V = unpack(of_lower_rank(field, pack(W)[:, None])[:, 0], field.dims)
    s = np.linalg.svd(W[0], compute_uv=False)
    np.testing.assert_allclose(V[1].T @ V[1], V[0] @ V[0].T, atol=1e-14)
    np.testing.assert_allclose(np.linalg.svd(V[0], compute_uv=False), [s[0], s[1], 0], atol=1e-14)
    assert np.linalg.norm(V[0] - W[0]) == pytest.approx(s[2], rel=1e-10)


# --- against single runs


@pytest.mark.parametrize(
    ("problem", "dims", "rule", "scale", "t_end"),
    [
        (THREE, (3, 3, 3, 3, 3), "gaussian", 0.5, 60.0),
        (FOUR, (4, 3, 3, 3), "balanced", 0.5, 60.0),
        (RAW, (4, 6, 5, 3), "xavier", 1.0, 30.0),
        (THREE, (3, 2, 4, 3), "gaussian", 0.5, 60.0),
        (THREE, (3, 3, 3, 3), "gaussian", 0.02, 60.0),
        (THREE, (3, 3, 3), "gaussian", 1e-5, 9.0),
        (THREE, (3, 4, 3), "gaussian", 3.0, 20.0),
        (THREE, (3, 3), "orthogonal", 1.0, 4.0),
    ],
)
def test_outcomes_equal_those_of_single_runs(problem, dims, rule, scale, t_end):
    n, strength = 10, 0.5 * np.sum(problem.singular_values[: min(dims)] ** 2)
    study = basin_study(problem, dims, n=n, rule=rule, scale=scale, seed=7, t_end=t_end)
    goal, floor = Destination.of(Field(problem, dims)), minimum_loss(problem, dims)
    for k in range(n):
        W = RULES[rule](dims, scale, seed=7 + k)
        run = gradient_flow(problem, W, t_end=t_end)
        end = [Wj[-1] for Wj in run.W]
        P, excess = product(end).T[..., None], np.array([excess_loss(problem, end)])
        assert (study.outcome[k], study.missed[k]) == goal.judge(P, excess)[0]
        assert study.loss[k] == pytest.approx(run.loss[-1], abs=2e-5 * strength)
        t = float(study.t_within_1_percent[k])
        if math.isinf(t):
            assert run.loss[-1] - floor > 0.01 * strength
        elif t > 0:
            there = gradient_flow(problem, W, t_end=t).loss[-1] - floor
            assert there == pytest.approx(0.01 * strength, rel=1e-3)


@pytest.mark.parametrize("rule", RULES)
def test_each_draw_is_the_rule_with_its_own_seed(rule):
    study = basin_study(FOUR, (4, 3, 3), n=5, rule=rule, scale=0.3, seed=11, t_end=1e-12)
    for k in range(5):
        start = excess_loss(FOUR, RULES[rule]((4, 3, 3), 0.3, seed=11 + k))
        assert study.loss[k] == pytest.approx(start, rel=1e-9)


def test_a_draw_depends_neither_on_the_others_nor_on_their_number():
    few, many = (basin_study(THREE, (3, 3, 3, 3), n=n, seed=4) for n in (3, 40))
    np.testing.assert_allclose(few.loss, many.loss[:3], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(few.t_within_1_percent, many.t_within_1_percent[:3], rtol=1e-9)
    later = basin_study(THREE, (3, 3, 3, 3), n=1, seed=5)
    np.testing.assert_allclose(later.t_within_1_percent[0], many.t_within_1_percent[1], rtol=1e-9)


# --- the method


def test_the_tableau_meets_its_order_conditions():
    b, c = STAGES[-1], np.array([0.0, *(row.sum() for row in STAGES[:-1])])
    A = np.zeros((6, 6))
    for i, row in enumerate(STAGES[:-1], start=1):
        A[i, :i] = row
    for q in range(1, 6):
        assert b @ c ** (q - 1) == pytest.approx(1 / q, rel=1e-14)
    assert b @ A @ c == pytest.approx(1 / 6, rel=1e-14)
    assert b @ A @ A @ c == pytest.approx(1 / 24, rel=1e-14)
    assert b @ A @ A @ A @ c == pytest.approx(1 / 120, rel=1e-14)
    fourth = np.array([*b, 0.0]) - DIFFERENCE
    nodes = np.array([*c, 1.0])
    for q in range(1, 5):
        assert fourth @ nodes ** (q - 1) == pytest.approx(1 / q, rel=1e-13)


def begun(problem: Problem, dims: tuple[int, ...], t_end: float, n: int) -> Ensemble:
    """Gaussian starts by number in an ensemble, with tolerance 1e-9."""
    ensemble = Ensemble(Field(problem, dims), t_end, 1e-9, room=9)
    W = [pack(gaussian(dims, seed=k)) for k in range(n)]
    ensemble.add(np.stack(W, axis=1), np.arange(n), np.zeros(n))
    return ensemble


@pytest.mark.parametrize("stiff", [False, True])
@pytest.mark.parametrize("problem", [FOUR, RAW])
@pytest.mark.parametrize("dims", [(4, 3), (4, 5, 2, 3), (4, 7, 6, 3)])
def test_an_ensemble_carries_its_runs_along_the_flow(problem, dims, stiff):
    t_end, n = (0.01 if stiff else 0.05), 4
    ensemble = begun(problem, dims, t_end, n)
    if stiff:
        given, ensemble = ensemble, StiffEnsemble(ensemble.field, t_end, 5e-13, room=3)
        ensemble.join(given.taken(given.live))
        ensemble.atol[:] = 5e-13
    move = ensemble.step()
    for row, k in enumerate(move.columns.tolist()):
        w = gaussian(dims, seed=k)
        g = pack(gradient(problem, w))
        assert move.excess[0][row] == pytest.approx(excess_loss(problem, w), rel=1e-12)
        assert move.slope[0][row] == pytest.approx(-(g @ g), rel=1e-12)
    while (ensemble.t < t_end).any():
        ensemble.draw[ensemble.t >= t_end] = -1
        ensemble.step()
    for k in range(n):
        w = gaussian(dims, seed=k)
        after = unpack(ensemble.w[:, k], dims)
        np.testing.assert_allclose(ensemble.P[..., k].T, product(after), atol=1e-12)
        alone = gradient_flow(problem, w, t_end=t_end, rtol=1e-11)
        np.testing.assert_allclose(ensemble.w[:, k], pack([Wj[-1] for Wj in alone.W]), atol=2e-8)


def test_layers_of_one_shape_have_the_velocity_of_any_others():
    square, raw = Field(THREE, (3, 3, 3, 3)), Field(RAW, (4, 5, 2, 3))
    for field in (square, raw, Field(THREE, (3, 3)), Field(FOUR, (4, 7, 6, 3))):
        w = np.random.default_rng(0).standard_normal((field.n, 6))
        h = np.linspace(0.5, 2.0, 6)
        k, P = Abreast(field).velocity(w[:, :5], h[:5])
        for b in range(5):
            np.testing.assert_allclose(k[:, b], h[b] * field.velocity(0.0, w[:, b].copy()))
            np.testing.assert_allclose(P[..., b], field.product(w[:, b].copy()))


def stability(methods: Methods, i: int, z: Any) -> Any:
    """The stability polynomial of one method."""
    mu, nu, step, first = methods.rows[..., i]
    before, d = 0 * z, step[1] * z
    for j in range(2, methods.degree[i] + 1):
        before, d = d, mu[j] * d + nu[j] * before + step[j] * z * (1 + d) + first[j] * z
    return 1 + d


@pytest.mark.parametrize("i", [0, 1, 4, 12, 20])
def test_methods_for_stiff_runs_are_of_order_2_and_stable_as_far_as_they_say(i):
    methods = Methods()
    length, s = methods.length[i], methods.degree[i]
    assert np.abs(stability(methods, i, np.linspace(-length, 0, 20 * s**2))).max() <= 1 + 1e-9
    assert np.abs(stability(methods, i, np.linspace(-1.4, -1, 99) * length)).max() > 1
    low = np.polynomial.Polynomial([0.0, 1.0])
    np.testing.assert_allclose(stability(methods, i, low).coef[:3], [1, 1, 0.5], rtol=1e-9)


def test_methods_of_other_degrees_beside_it_change_nothing_in_a_run():
    given = begun(RAW, (4, 3, 3), 50.0, 5)
    ends = []
    for columns in (given.live, given.live[2:3]):
        stiff = StiffEnsemble(given.field, 50.0, 1e-6, room=9)
        stiff.join(given.taken(columns))
        stiff.h[:] = np.array([0.1, 0.5, 2.0, 1.0, 0.3])[columns] / 20
        stiff.atol[:] = 1.0  # no step is rejected
        move = stiff.step()
        assert (move.t[1] > 0).all()
        ends.append(stiff.w[:, stiff.draw == 2])
    assert np.abs(ends[0] - given.w[:, 2:3]).max() > 1e-3
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-12)


def test_the_radius_of_a_stiff_run_is_that_of_its_jacobian():
    given = begun(THREE, (3, 3, 3), 9.0, 4)
    stiff = StiffEnsemble(given.field, 9.0, 1e-6, room=9)
    stiff.join(given.taken(given.live))
    for k in range(4):
        exact = np.abs(np.linalg.eigvalsh(given.field.jacobian(0.0, given.w[:, k]))).max()
        assert 0.8 * exact < stiff.radius[k] < exact * (1 + 1e-6)


def test_runs_that_wait_on_plateaus_take_steps_that_accuracy_alone_bounds(monkeypatch):
    moved: list[int] = []
    step = StiffEnsemble.step

    def counted(self: StiffEnsemble, columns: NDArray[np.int_] | None = None) -> Move:
        move = step(self, columns)
        moved.append(len(move.columns))
        return move

    monkeypatch.setattr("linviz.core.starts.ensemble.LEAST_AHEAD", 50)
    monkeypatch.setattr(StiffEnsemble, "step", counted)
    stiff = basin_study(THREE, (3, 3, 3, 3, 3), n=20)
    assert sum(moved) > 200
    monkeypatch.setattr("linviz.core.starts.ensemble.BOUNDED", math.inf)
    plain = basin_study(THREE, (3, 3, 3, 3, 3), n=20)
    assert stiff.outcome == plain.outcome
    np.testing.assert_allclose(stiff.loss, plain.loss, atol=1e-5 * 3.625)
    np.testing.assert_allclose(stiff.t_within_1_percent, plain.t_within_1_percent, rtol=1e-3)


def test_refilling_and_thinning_change_nothing(monkeypatch):
    whole = basin_study(THREE, (3, 3, 3, 3), n=60, t_end=20.0)
    monkeypatch.setattr("linviz.core.starts.runs.MOST_AT_ONCE", 7)
    monkeypatch.setattr("linviz.core.starts.runs.FEWEST", 1)
    same(whole, basin_study(THREE, (3, 3, 3, 3), n=60, t_end=20.0))


@pytest.mark.parametrize("rule", ["gaussian", "balanced"])
def test_slow_runs_end_the_same_by_the_implicit_method(monkeypatch, rule):
    explicit = basin_study(THREE, (3, 3, 3), n=8, rule=rule, t_end=40.0)
    monkeypatch.setattr(shares, "MOST_WORK", 60)
    implicit = basin_study(THREE, (3, 3, 3), n=8, rule=rule, t_end=40.0)
    assert implicit.outcome == explicit.outcome
    assert implicit.missed == explicit.missed
    np.testing.assert_allclose(implicit.loss, explicit.loss, atol=1e-6)
    reached = np.isfinite(explicit.t_within_1_percent)
    assert (np.isfinite(implicit.t_within_1_percent) == reached).all()


def test_an_executor_changes_nothing(monkeypatch):
    monkeypatch.setattr("linviz.core.starts.kept.SHARE", 16)
    alone, calls = basin_study(THREE, (3, 3, 3), n=50), []
    with ThreadPoolExecutor(2) as executor:
        spread = basin_study(
            THREE, (3, 3, 3), n=50, executor=executor, progress=lambda *a: calls.append(a)
        )
        same(alone, spread)
        with pytest.raises(FlowError, match="stopped after"):
            basin_study(THREE, (3,) * 6, n=64, t_end=1e4, executor=executor, interrupt=lambda: True)
    assert calls[-1] == (50, 50)


def test_a_share_can_be_sent_to_another_process():
    study, seeds = Study(RAW, (4, 3, 3), "gaussian", 0.5, 10.0), range(3, 9)
    here = run_share(study, seeds)
    there = pickle.loads(pickle.dumps(run_share(*pickle.loads(pickle.dumps((study, seeds))))))
    np.testing.assert_array_equal(here.excess, there.excess)
    assert here.missed == there.missed


def test_progress_counts_up_to_the_end_and_an_interrupt_is_heard():
    calls: list[tuple[int, int]] = []
    basin_study(THREE, (3, 3, 3), n=30, progress=lambda *a: calls.append(a))
    done = [a for a, _ in calls]
    assert done == sorted(set(done))
    assert calls[-1] == (30, 30)
    answers = iter([False] * 20 + [True])
    with pytest.raises(FlowError, match=r"stopped after \d+ of 30 runs"):
        basin_study(THREE, (3, 3, 3), n=30, interrupt=lambda: next(answers))


# --- where a map is


@settings(max_examples=60)
@given(
    s=st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 3.0]), min_size=1, max_size=4),
    hidden=st.lists(st.integers(1, 5), min_size=1, max_size=3),
)
def test_floor_and_gap_are_the_lowest_two_critical_values(s, hidden):
    problem = Problem.canonical(s)
    dims = (len(s), *hidden, len(s))
    goal = Destination.of(Field(problem, dims))
    values = sorted(set(critical_values(problem, dims).values()))
    assert goal.floor == pytest.approx(values[0], abs=1e-14)
    above = [v for v in values if v > values[0] + 1e-9]
    assert goal.gap == pytest.approx(above[0] - values[0] if above else math.inf, rel=1e-12)


@settings(max_examples=60)
@given(data=st.data(), raw=st.booleans(), size=st.floats(0.0, 0.0045))
def test_maps_near_a_critical_point_are_named_by_what_they_miss(data, raw, size):
    problem = RAW if raw else FOUR
    missed = tuple(sorted(data.draw(st.sets(st.integers(0, 2)))))
    W = critical_point(problem, (4, 5, 3), missed, seed=1)
    root = np.linalg.inv(problem.input_root)
    noise = np.random.default_rng(0).standard_normal((3, 4))
    E = size * problem.singular_values[-1] * noise / np.linalg.norm(noise, 2) @ root
    P = product(W) + E
    excess = 0.5 * np.linalg.norm((P - problem.least_squares) @ problem.input_root) ** 2
    goal = Destination.of(Field(problem, (4, 5, 3)))
    outcome, named = goal.judge(P.T[..., None], np.array([excess]))[0]
    assert named == missed
    assert outcome == ("near a critical value" if missed else "global minimum")


def test_maps_near_none_are_undecided_unless_their_loss_is_below_every_saddle():
    goal = Destination.of(Field(THREE, (3, 3, 3)))
    for strengths, expected in (
        ((2.0, 1.5, 0.5), ("global minimum", ())),
        ((2.0, 0.7, 0.0), ("undecided at t_end", None)),
        ((2.0, 1.5, -0.5), ("undecided at t_end", None)),
        ((2.0, 1.5, -0.005), ("near a critical value", (2,))),
    ):
        P = np.diag(strengths)
        excess = 0.5 * np.sum((P - THREE.Y) ** 2)
        assert goal.judge(P[..., None], np.array([excess]))[0] == expected


def test_modes_of_equal_strength_are_learned_in_any_direction():
    problem = Problem.canonical((2, 1, 1))
    direction = np.array([0.0, 0.6, 0.8])
    P = np.diag([2.0, 0.0, 0.0]) + np.outer(direction, direction)
    learned, near = nearest_critical(Field(problem, (3, 3, 3)), P[..., None])
    assert learned.tolist() == [[True, True, False]]
    assert near[0]
    study = basin_study(problem, (3, 2, 3), n=50)  # either of the two may be missed
    assert study.counts["global minimum"] == 50
    np.testing.assert_allclose(study.loss, 0.5, atol=1e-6)


def test_with_no_target_times_are_relative_to_the_start():
    zero = Problem.canonical((0, 0))
    study = basin_study(zero, (2, 2), n=5, t_end=10.0)  # P(t) = P(0) exp(-t)
    np.testing.assert_allclose(study.t_within_1_percent, math.log(10.0), rtol=1e-4)
    assert study.outcome == ("global minimum",) * 5


# --- the record


def test_quantiles_are_times_by_which_so_many_runs_have_arrived():
    study = basin_study(THREE, (3, 3, 3, 3, 3), n=101)
    for q, t in study.quantiles.items():
        reached = np.mean(study.t_within_1_percent <= (math.inf if t is None else t))
        if t is None:
            assert np.mean(np.isfinite(study.t_within_1_percent)) < q / 100
        else:
            assert reached >= q / 100
            assert np.mean(study.t_within_1_percent < t) < q / 100
    assert basin_study(THREE, (3, 3, 3), n=10, t_end=0.01).quantiles == {
        50: None,
        90: None,
        99: None,
    }


def test_the_interval_is_clopper_and_pearsons():
    study = basin_study(THREE, (3, 3, 3), n=40, rule="balanced")
    k = study.counts["global minimum"]
    assert 0 < k < 40
    low, high = study.interval("global minimum", 0.9)
    assert binom.sf(k - 1, 40, low) == pytest.approx(0.05, rel=1e-9)
    assert binom.cdf(k, 40, high) == pytest.approx(0.05, rel=1e-9)
    assert study.interval("undecided at t_end") == (0.0, pytest.approx(1 - 0.025 ** (1 / 40)))


def test_a_study_is_frozen_and_adds_up():
    study = basin_study(THREE, (3, 3, 3), n=30, rule="balanced", t_end=8.0)
    assert sum(study.counts.values()) == study.n == 30
    assert study.n_undecided == study.missed.count(None) == study.counts["undecided at t_end"]
    with pytest.raises(ValueError, match="read-only"):
        study.loss[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        study.t_within_1_percent[0] = 1.0
    with pytest.raises(AttributeError):
        study.seed = 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n to be a whole number from 1 to 100000, found 0"),
        ({"n": 100_001}, "found 100001"),
        ({"n": 2.5}, "found 2.5"),
        ({"rule": "uniform"}, "gaussian, xavier, orthogonal, balanced, sphere; found 'uniform'"),
        ({"t_end": 0.0}, "t_end to be a finite number > 0, found 0.0"),
        ({"t_end": math.inf}, "found inf"),
        ({"t_end": math.nan}, "found nan"),
        ({"t_end": None}, "found None"),
        ({"scale": -1.0}, "scale to be a finite number > 0, found -1.0"),
        ({"seed": -1}, "seed to be a whole number"),
        ({"dims": (3, 3, 2)}, "found"),
    ],
)
def test_wrong_arguments_are_named(options, message):
    arguments = {"dims": (3, 3, 3), "n": 2} | options
    with pytest.raises(ValueError, match=message):
        basin_study(THREE, **arguments)


def test_wrong_questions_to_a_study_are_named():
    study = basin_study(THREE, (3, 3, 3), n=2)
    with pytest.raises(ValueError, match="found 'saddle'"):
        study.interval("saddle")
    with pytest.raises(ValueError, match="0 < confidence < 1"):
        study.interval("global minimum", 1.0)


def test_a_start_that_overflows_is_an_error_in_words():
    with pytest.raises(FlowError, match="start from smaller weights"):
        basin_study(THREE, (3, 3, 3, 3), n=2, scale=1e80)
