"""The end of a run: the first time at which every direction of P is within its bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.flow import gradient_flow as module
from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.integrator import Stepper
from linviz.core.flow.settling import SETTLED, Unsettled
from linviz.core.landscape.critical_points import classify
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import Weights, excess_loss, pack, product
from linviz.core.model.problem import Problem


def stretched(d: int, decades: float, seed: int = 0) -> Problem:
    """Data whose directions, at random angles, reach from 1 down by so many decades."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((d, d)))[0]
    X = Q * np.logspace(0, -decades, d)
    return Problem(X=X, Y=rng.standard_normal((2, d)) @ X)


def distances(problem: Problem, W: Weights) -> np.ndarray:
    """Of P from the least-squares map along each eigenvector of XXᵀ, the strongest first."""
    Q = np.linalg.svd(problem.X)[0]
    return np.linalg.norm((product(W) - problem.least_squares) @ Q, axis=0)


def test_linear_regression_ends_when_its_slowest_direction_is_within_the_bound() -> None:
    # P_k(t) - P*_k = (P_k(0) - P*_k) exp(-σ_k² t)
    problem = Problem(X=np.diag([1.0, 0.3, 1e-2]), Y=np.array([[1.0, 0.3, 1e-2]]))
    run = gradient_flow(problem, (np.zeros((1, 3)),))
    bound = SETTLED * np.sqrt(3)
    assert run.status == "converged"
    assert run.t[-1] == pytest.approx(np.log(1 / bound) / 1e-4, rel=1e-4)
    assert run.loss[-1] == pytest.approx(0.5 * (1e-2 * bound) ** 2, rel=1e-2)
    np.testing.assert_allclose(product(run.limit), np.ones((1, 3)), rtol=1e-9)


@pytest.mark.parametrize("e", [1e-3, 1e-5, 1e-7])
def test_a_direction_that_the_data_hardly_reach_is_learned_before_the_end(e: float) -> None:
    # the loss alone is next to its minimum from t = 10 on, where P = (1, 0.25)
    problem = Problem(X=np.diag([1.0, e]), Y=np.array([[1.0, e]]))
    run = gradient_flow(problem, (np.array([[0.5, 0.2]]),))
    assert run.status == "converged"
    assert run.t[-1] == pytest.approx(np.log(0.8 / (SETTLED * np.sqrt(2))) / e**2, rel=1e-3)
    np.testing.assert_allclose(product(run.limit), [[1.0, 1.0]], rtol=1e-8)


@pytest.mark.parametrize("every", [1, 3, 8, 50])
@pytest.mark.parametrize(
    ("problem", "dims", "scale"),
    [
        (stretched(3, 1.5), (3, 4, 2), 0.3),
        (Problem.canonical((3, 2, 1)), (3, 4, 4, 3), 0.3),
        (Problem.canonical((3, 2, 1), d_x=4), (4, 2, 3), 0.5),
        (Problem.canonical((2, 1, 1)), (3, 2, 3), 0.5),
    ],
)
def test_the_end_does_not_depend_on_when_somebody_looks(
    problem: Problem, dims: tuple[int, ...], scale: float, every: int, monkeypatch
) -> None:
    W = gaussian(dims, scale)
    expected = gradient_flow(problem, W)
    monkeypatch.setattr(module, "STEPS_AT_ONCE", every)
    run = gradient_flow(problem, W)
    assert run.status == expected.status == "converged"
    assert run.t[-1] == pytest.approx(expected.t[-1], rel=1e-9)
    assert run.loss[-1] == pytest.approx(expected.loss[-1], rel=1e-9)


@pytest.mark.parametrize("rtol", [1e-11, 1e-7, 1e-6])
def test_the_end_does_not_depend_on_the_tolerance(rtol: float) -> None:
    problem, W = stretched(3, 1.0), gaussian((3, 4, 2), 0.3)
    expected, run = gradient_flow(problem, W), gradient_flow(problem, W, rtol=rtol)
    assert run.t[-1] == pytest.approx(expected.t[-1], rel=max(1e-5, 1000 * rtol))


def test_at_the_end_the_worst_direction_is_at_its_bound_and_before_it_is_not() -> None:
    problem, W = stretched(4, 2.0), gaussian((4, 5, 2), 0.4)
    run = gradient_flow(problem, W)
    bound = SETTLED * np.linalg.norm(problem.least_squares)
    last, before = run.frame(-1), run.at(0.99 * float(run.t[-1]))
    assert distances(problem, last).max() == pytest.approx(bound, rel=1e-3)
    assert distances(problem, before).max() > bound
    # that direction is the weakest, and the loss has long been at its minimum
    assert np.argmax(distances(problem, last)) == 3
    assert excess_loss(problem, last) < 1e-11


@settings(max_examples=30, deadline=None)
@given(
    hidden=st.lists(st.integers(2, 4), max_size=2),
    decades=st.floats(0, 2),
    seed=st.integers(0, 10**6),
)
def test_a_horizon_before_the_end_is_a_horizon_and_one_behind_it_is_converged(
    hidden: list[int], decades: float, seed: int
) -> None:
    problem, dims = stretched(3, decades, seed), (3, *hidden, 2)
    W = gaussian(dims, 0.5, seed=seed)
    run = gradient_flow(problem, W, max_seconds=5)
    if run.status != "converged":
        return
    end = float(run.t[-1])
    assert gradient_flow(problem, W, t_end=0.98 * end).status == "horizon"
    later = gradient_flow(problem, W, t_end=1.02 * end)
    assert later.status == "converged"
    assert later.t[-1] == 1.02 * end
    for point in (run.limit, later.limit):
        assert classify(problem, point).kind != "not critical"


def test_a_start_within_its_bounds_goes_on_to_finer_ones() -> None:
    problem = Problem.canonical((2, 1))
    W = (np.diag([np.sqrt(2), 1.0]) * (1 + 1e-7), np.diag([np.sqrt(2), 1.0]))
    run = gradient_flow(problem, W)
    assert run.status == "converged"
    assert run.loss[-1] == pytest.approx(0.01 * run.loss[0], rel=1e-3)


def test_steps_without_an_interpolant_of_their_own_are_followed_as_accurately() -> None:
    dims = (12,) * 4
    problem, W = Problem.canonical(np.linspace(3, 0.5, 12)), gaussian((12,) * 4, 0.3)
    explicit = gradient_flow(problem, W)
    exact = gradient_flow(problem, W, rtol=1e-12)
    assert "LSODA" not in explicit.method
    assert explicit.t[-1] == pytest.approx(exact.t[-1], rel=1e-5)
    assert len(dims) == 4


@pytest.mark.parametrize("rtol", [2e-9, 1e-6])
def test_the_interpolants_are_exact_at_both_ends_and_accurate_between(rtol: float) -> None:
    dims = (12,) * 4
    field = Field(Problem.canonical(np.linspace(3, 0.5, 12)), dims)
    w = pack(gaussian(dims, 0.3))
    stepper = Stepper(field, w, 8.0, rtol=rtol, atol=1e-2 * rtol)
    while not stepper.done:
        stretch = stepper.advance()
        (t_old, t), (w_old, w) = stretch.t[:2], stretch.w[:2]
        middle = 0.5 * (t_old + t)
        values = stretch.curve(0)(np.array([t_old, middle, t]))
        np.testing.assert_allclose(values[0], w_old, atol=20 * rtol)
        np.testing.assert_allclose(values[2], w, atol=20 * rtol)
        fine = Stepper(field, w_old, middle - t_old, rtol=1e-12, atol=1e-14)
        while not fine.done:
            fine.advance()
        np.testing.assert_allclose(values[1], fine.w, atol=50 * rtol)


def test_the_first_moment_below_a_threshold_is_found_within_a_step() -> None:
    problem = Problem.canonical((1.0,))
    field = Field(problem, (1, 1))
    w = np.array([0.0])
    stepper = Stepper(field, w, 30.0, rtol=2e-9, atol=1e-13)
    stretch = stepper.advance(most=200)
    i = int(np.argmax(stretch.w[1:, 0] >= 0.9))
    t, w = stretch.first_below(i, lambda x: float(1 - x[0]) - 0.1, 0.0)
    assert t == pytest.approx(np.log(10), rel=1e-7)
    assert w[0] == pytest.approx(0.9, rel=1e-8)
    assert stretch.until(i, t, w).t[-1] == t


def test_settled_is_told_of_the_nearest_of_tied_minima() -> None:
    problem = Problem.canonical((2, 1, 1))
    field = Field(problem, (3, 2, 3))
    goal = Destination.of(field)
    direction = np.array([0.0, 0.6, 0.8])
    P = np.diag([2.0, 0.0, 0.0]) + np.outer(direction, direction)
    np.testing.assert_allclose(goal.nearest_minimum(P), P, atol=1e-14)
    assert Unsettled(goal, 2e-9).distances(P).max() < 1e-14


@pytest.mark.parametrize("dims", [(3, 3, 3), (12, 14, 14, 12)], ids=["implicit", "explicit"])
def test_a_stretch_makes_a_step_where_the_end_was_expected_earlier(dims: tuple[int, ...]) -> None:
    problem = Problem.canonical(np.linspace(2.0, 1.0, dims[-1]))
    field = Field(problem, dims)
    stepper = Stepper(field, pack(gaussian(dims, 0.3)), 5.0, rtol=1e-7, atol=1e-10)
    while not stepper.done:
        before = stepper.t
        assert len(stepper.advance(most=3, until=0.5 * before)) == 1
        assert stepper.t > before
