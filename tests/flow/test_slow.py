"""Slow directions: deep plateaus are left, minima approached by their law, weak data learned."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.landscape.critical_points import classify
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import pack, product
from linviz.core.model.problem import Problem


def leaves(trajectory, level: float) -> float:
    """The last time at which the loss is above a level, by the flow itself."""
    k = int(np.flatnonzero(trajectory.loss > level)[-1])
    return float(trajectory.t[k])


# plateaus


def test_a_plateau_of_half_a_billion_time_units_is_left_on_time() -> None:
    # the time by LSODA at two tolerances and Radau
    trajectory = gradient_flow(Problem.canonical((3, 2, 1)), gaussian((3,) * 5, 1e-4, seed=0))
    assert trajectory.status == "converged"
    assert leaves(trajectory, 0.25) == pytest.approx(5.29704e8, rel=2e-6)


@pytest.mark.parametrize("seed", [0, 2])
@pytest.mark.parametrize(
    ("s", "dims", "scale"),
    [((3, 2, 1), (3,) * 5, 3e-5), ((2, 1), (2,) * 6, 1e-3), ((2, 1), (2,) * 6, 3e-4)],
)
def test_slow_modes_far_below_the_roundoff_of_fast_ones_are_followed(s, dims, scale, seed) -> None:
    problem, W = Problem.canonical(s), gaussian(dims, scale, seed=seed)
    trajectory = gradient_flow(problem, W)
    assert trajectory.status == "converged"
    assert trajectory.t[-1] > 1e9
    finer = gradient_flow(problem, W, rtol=1e-11)
    assert leaves(trajectory, 0.25) == pytest.approx(leaves(finer, 0.25), rel=1e-5)


def test_the_time_of_a_deep_escape_agrees_with_scipy_alone() -> None:
    problem, W = Problem.canonical((2, 1)), gaussian((2,) * 6, 1e-3, seed=0)
    field = Field(problem, (2,) * 6)
    alone = solve_ivp(
        field.velocity,
        (0, 2.8e9),
        pack(W),
        method="Radau",
        jac=field.jacobian,
        rtol=1e-9,
        atol=1e-14,
    )
    above = field.excess(field.product(alone.y.T)) > 0.25
    trajectory = gradient_flow(problem, W)
    assert leaves(trajectory, 0.25) == pytest.approx(alone.t[above][-1], rel=1e-5)


# algebraic approach


@pytest.mark.parametrize(
    ("dims", "s", "scale", "power"),
    [
        ((2,) * 6, (1, 0), 0.5, "5/4"),
        ((2,) * 3, (1, 0), 0.5, "2"),
        ((3,) * 5, (2, 1, 0), 0.7, "4/3"),
        ((3,) * 4, (2, 0, 0), 0.5, "3/2"),
        ((4, 3, 4, 2), (1, 0), 0.5, "3/2"),
        ((2,) * 9, (1, 0), 0.5, "8/7"),
        ((1,) * 4, (0,), 0.5, "3/2"),
        ((2,) * 6, (0, 0), 0.5, "5/4"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_an_algebraic_approach_is_told_with_its_law(dims, s, scale, power, seed) -> None:
    scenario = Scenario(dims=dims, singular_values=s, rule="balanced", scale=scale, seed=seed)
    study = run(scenario)
    trajectory = study.trajectory
    assert trajectory.status == "converged"
    assert f"L - L_min ~ t^(-{power})," in trajectory.reason
    assert "horizon" not in trajectory.reason
    assert "plateau" not in trajectory.reason
    assert study.point.kind == "global minimum"
    # the law itself, over the last decade of the run
    t = float(trajectory.t[-1])
    early, late = (
        0.5 * float(np.sum((product(trajectory.at(x * t)) - trajectory.limit_product) ** 2))
        for x in (0.1, 1.0)
    )
    numerator, _, denominator = power.partition("/")
    exponent = float(numerator) / float(denominator or 1)
    assert np.log10(early / late) == pytest.approx(exponent, rel=2e-2)


def test_zero_modes_of_unbalanced_starts_are_approached_exponentially() -> None:
    trajectory = gradient_flow(Problem.canonical((1, 0)), gaussian((2,) * 4, 0.5, seed=0))
    assert trajectory.status == "converged"
    assert "algebraic" not in trajectory.reason


def test_a_horizon_that_was_asked_for_is_told_with_the_law_too() -> None:
    scenario = Scenario(
        dims=(2,) * 4, singular_values=(1, 0), rule="balanced", scale=0.5, t_end=1e8
    )
    trajectory = run(scenario).trajectory
    assert trajectory.t[-1] == 1e8
    assert "algebraic" in trajectory.reason


# data that hardly reach a direction


@pytest.mark.parametrize("n_hidden", [0, 1, 2])
@pytest.mark.parametrize("e", [1e-3, 1e-4, 1e-5, 1e-6, 1e-7])
def test_a_direction_with_hardly_any_data_is_learned(e: float, n_hidden: int) -> None:
    problem = Problem(X=np.diag([1.0, e]), Y=np.array([[1.0, e]]))
    dims = (2,) + (2,) * n_hidden + (1,)
    trajectory = gradient_flow(problem, gaussian(dims, 0.5, seed=1))
    assert trajectory.status == "converged"
    np.testing.assert_allclose(trajectory.limit_product, [[1.0, 1.0]], rtol=1e-9)
    assert classify(problem, trajectory.limit).kind == "global minimum"
    if n_hidden == 0:
        gap = abs(1 - product(trajectory.start)[0, 1])
        for k in range(0, trajectory.t.size, 40):
            exact = 1 - (1 - trajectory.product[0, 0, 1]) * np.exp(-(e**2) * trajectory.t[k])
            assert trajectory.product[k, 0, 1] == pytest.approx(exact, abs=1e-6 * gap)


def test_a_direction_beyond_the_latest_time_is_named_with_the_time_it_needs() -> None:
    problem = Problem(X=np.diag([1.0, 1e-9]), Y=np.array([[1.0, 1e-9]]))
    trajectory = gradient_flow(problem, (np.array([[0.5, 0.2]]),))
    assert trajectory.status == "budget"
    assert "horizon" not in trajectory.reason
    assert "direction 2 of the inputs" in trajectory.reason
    assert "it needs until about t = 1.1e+19" in trajectory.reason


@pytest.mark.parametrize("scale", [0.1, 1e-3])
def test_polynomials_to_the_fifth_power_are_not_called_learned(scale) -> None:
    # wampler1 of NIST: y = 1 + x + ... + x^5, condition 1e7
    X = np.arange(21.0) ** np.arange(6)[:, None]
    problem = Problem(X=X, Y=X.sum(axis=0, keepdims=True))
    one_layer = gradient_flow(problem, gaussian((6, 1), scale, seed=0))
    assert one_layer.status == "converged"  # in closed form
    np.testing.assert_allclose(one_layer.W[0][-1], np.ones((1, 6)), rtol=1e-4)
    np.testing.assert_allclose(one_layer.limit[0], np.ones((1, 6)), rtol=1e-8)
    trajectory = gradient_flow(problem, gaussian((6, 4, 1), scale, seed=0), max_steps=4000)
    assert trajectory.status == "budget"
    assert any(f"direction {k} of the inputs" in trajectory.reason for k in (4, 5, 6))
    assert "needs until about t =" in trajectory.reason
    assert "plateau" not in trajectory.reason


# scales


@pytest.mark.parametrize("s", [1e-12, 1e-8, 1e-4, 1.0, 1e3, 1e6])
def test_regression_from_zero_is_right_to_1e_7_of_itself_at_every_scale(s: float) -> None:
    trajectory = gradient_flow(Problem.canonical((s,)), (np.zeros((1, 1)),))
    exact = -s * np.expm1(-trajectory.t[1:])
    np.testing.assert_allclose(trajectory.product[1:, 0, 0], exact, rtol=1e-7)


@pytest.mark.parametrize("idle", [0.0, 1.0, 1e4, 1e7])
@pytest.mark.parametrize("scale", [1e-2, 0.3])
@pytest.mark.parametrize("n_hidden", [1, 2])
def test_weights_that_no_data_reach_set_no_scale(idle, scale, n_hidden) -> None:
    problem = Problem(X=np.array([[1.0, 2, 3], [0, 0, 0]]), Y=np.array([[2.0, 4, 6]]))
    W = (np.array([[scale, idle]]), *[np.array([[scale]])] * n_hidden)
    trajectory = gradient_flow(problem, W)
    assert trajectory.status == "converged"
    assert trajectory.loss[-1] <= 1.001e-10 * 0.5 * product(trajectory.limit)[0, 0] ** 2
    assert product(trajectory.limit)[0, 0] == pytest.approx(2.0, rel=1e-12)
    assert (trajectory.W[0][:, 0, 1] == idle).all()


def test_idle_weights_in_a_rotated_input_set_no_scale_either() -> None:
    Q = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))[0]
    X = Q[:, :2] @ np.array([[1.0, 2, 3, 0], [0, 1, -1, 2]])
    problem = Problem(X=X, Y=np.array([[2.0, 4, 6, 1]]))
    W = (np.array([[0.1, 0.2, 0.0]]) @ Q.T + 1e3 * Q[:, 2], np.array([[0.1]]))
    trajectory = gradient_flow(problem, W)
    assert trajectory.status == "converged"
    assert trajectory.excess[-1] <= 1.001e-10 * 0.5 * np.sum(problem.Y**2)


# falls


@pytest.mark.parametrize(
    ("s", "dims", "scale", "seed"),
    [
        ((3, 2, 1), (3,) * 5, 1e-3, 0),
        ((3, 2, 1), (3,) * 5, 1e-4, 0),
        ((2, 1), (2,) * 6, 1e-3, 1),
        ((3, 2, 1), (3,) * 4, 1e-3, 2),
        ((4, 2, 1), (3, 5, 3), 1e-8, 0),
    ],
)
def test_every_fall_is_drawn_however_late_and_short(s, dims, scale, seed) -> None:
    trajectory = gradient_flow(Problem.canonical(s), gaussian(dims, scale, seed=seed))
    assert (np.diff(trajectory.t) > 0).all()
    heights = 300 * trajectory.loss / trajectory.loss.max()
    assert np.abs(np.diff(heights)).max() < 15
    assert np.abs(np.diff(np.log10(trajectory.loss))).max() < 0.5


def test_times_ascend_where_steps_are_shorter_than_their_roundoff() -> None:
    trajectory = gradient_flow(Problem.canonical((2, 1)), gaussian((2,) * 6, 3e-5, seed=0))
    assert trajectory.t[-1] > 1e13
    assert (np.diff(trajectory.t) > 0).all()
    assert np.isfinite(trajectory.loss).all()
    assert trajectory.loss[-1] < 1e-9


@pytest.mark.parametrize("seed", [0, 1])
def test_a_fall_shorter_than_the_roundoff_of_t_is_told_as_a_jump(seed) -> None:
    trajectory = gradient_flow(Problem.canonical((2, 1)), gaussian((2,) * 6, 1e-5, seed=seed))
    assert trajectory.t[-1] > 1e15
    assert (np.diff(trajectory.t) > 0).all()
    assert "the loss jumps down by" in trajectory.reason
    assert "shorter than 100 units in the last place of t" in trajectory.reason
    # no line is drawn over a plateau from before a fall to behind it
    drops, lengths = -np.diff(trajectory.loss), np.diff(trajectory.t)
    sudden = drops > 0.1
    assert (lengths[sudden] <= 1e-9 * trajectory.t[1:][sudden]).all()


def test_falls_that_t_resolves_are_no_jumps() -> None:
    trajectory = gradient_flow(Problem.canonical((3, 2, 1)), gaussian((3,) * 5, 1e-4, seed=0))
    assert "jump" not in trajectory.reason


# drift


@pytest.mark.parametrize(
    ("problem", "W"),
    [
        (Problem.canonical((1 + 1e-8, 1), d_x=3), gaussian((3, 1, 2), 0.5, seed=0)),
        (Problem.canonical((1 + 1e-8, 1), d_x=3), gaussian((3, 1, 2), 0.5, seed=1)),
        (
            Problem(X=np.diag([1.0, 1e-3]), Y=np.array([[1.0, 1e-3]])),
            gaussian((2, 2, 1), 0.5, seed=1),
        ),
        (
            Problem(X=np.diag([1.0, 1e-7]), Y=np.array([[1.0, 1e-7]])),
            gaussian((2, 2, 1), 0.5, seed=1),
        ),
        (
            Problem(X=np.diag([1.0, 1e-7]), Y=np.array([[1.0, 1e-7]])),
            gaussian((2, 2, 2, 1), 0.5, seed=1),
        ),
    ],
)
def test_the_invariants_are_kept_to_1e_7_on_long_slow_runs(problem, W) -> None:
    trajectory = gradient_flow(problem, W)
    assert trajectory.status == "converged"
    assert trajectory.relative_drift.max() <= 1e-7
    assert trajectory.rtol <= 2e-9
