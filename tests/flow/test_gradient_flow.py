"""The flow against closed forms, symmetries and conservation laws; budgets and errors."""

import dataclasses
import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import FlowError, Trajectory, gradient_flow
from linviz.core.model.layers import Weights, gradient, pack, product, unpack, widths
from linviz.core.model.problem import Matrix, Problem


def gauss(dims: tuple[int, ...], scale: float, seed: int = 0) -> Weights:
    rng = np.random.default_rng(seed)
    return tuple(scale * rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims))


def rotation(d: int, seed: int) -> Matrix:
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]


def invariants_of(W: Weights) -> list[Matrix]:
    return [b.T @ b - a @ a.T for a, b in itertools.pairwise(W)]


def largest_drift(trajectory: Trajectory) -> float:
    """Over all frames and at the limit, relative to max ‖W_j‖²."""
    frames = [tuple(Wj[k] for Wj in trajectory.W) for k in range(len(trajectory.t))]
    start = invariants_of(frames[0])
    size = max(np.linalg.norm(Wj) for W in (frames[0], frames[-1]) for Wj in W) ** 2
    return max(
        (
            np.linalg.norm(C - C0) / size
            for W in (*frames, trajectory.limit)
            for C, C0 in zip(invariants_of(W), start, strict=True)
        ),
        default=0.0,
    )


def products(trajectory: Trajectory) -> Matrix:
    P = trajectory.W[0]
    for Wj in trajectory.W[1:]:
        P = Wj @ P
    return P


# closed forms


def test_linear_regression_relaxes_like_the_exponential_of_the_gram_matrix():
    rng = np.random.default_rng(0)
    problem = Problem(X=rng.standard_normal((4, 9)), Y=rng.standard_normal((3, 9)))
    (W0,) = gauss((4, 3), 1.0)
    trajectory = gradient_flow(problem, (W0,), t_end=2.0)
    for k in range(0, len(trajectory.t), 20):
        decay = expm(-problem.gram * trajectory.t[k])
        exact = problem.least_squares + (W0 - problem.least_squares) @ decay
        assert np.abs(trajectory.W[0][k] - exact).max() < 1e-7


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.3), (0.01, 0.7), (1e-3, 1e-3), (-0.2, 1.0)])
def test_one_scalar_hidden_neuron_follows_the_riccati_equation(a, b):
    # u = ab, c = b² - a² conserved, (a² + b²)² = c² + 4u², so du/dt = sqrt(c² + 4u²) (s - u)
    s, T = 2.0, 3.0
    trajectory = gradient_flow(Problem.canonical((s,)), (np.array([[a]]), np.array([[b]])), t_end=T)
    c = b * b - a * a
    steps = 40000
    u, h = np.longdouble(a * b), np.longdouble(T / steps)

    def speed(u):
        return np.sqrt(c * c + 4 * u * u) * (s - u)

    for _ in range(steps):
        k1 = speed(u)
        k2 = speed(u + h / 2 * k1)
        k3 = speed(u + h / 2 * k2)
        u += h / 6 * (k1 + 2 * k2 + 2 * k3 + speed(u + h * k3))
    assert products(trajectory)[-1, 0, 0] == pytest.approx(float(u), abs=1e-7)


@pytest.mark.parametrize("N", [2, 3])
def test_aligned_balanced_modes_follow_saxes_solution(N):
    # u = a^N of each mode: du/dt = N u^(2 - 2/N) (s - u); time as a function of u
    s, a0 = np.array([4.0, 2.0, 1.0]), 0.05
    problem = Problem.canonical(s)
    trajectory = gradient_flow(problem, tuple(a0 * np.eye(3) for _ in range(N)))
    P = products(trajectory)
    for k, sk in enumerate(s):
        u, u0 = P[:, k, k], a0**N
        seen = (u > 1.001 * u0) & (u < 0.999 * sk)
        u = u[seen]
        if N == 2:
            t = np.log(u * (sk - u0) / (u0 * (sk - u))) / (2 * sk)
        else:  # with x = u^(1/3): dx/dt = x² (s - x³), integrated by partial fractions
            t = _saxe_time(np.cbrt(u), sk) - _saxe_time(np.cbrt(u0), sk)
        assert np.abs(t - trajectory.t[seen]).max() < 1e-4
    off = P - np.einsum("kij,ij->kij", P, np.eye(3))
    assert not off.any()


def _saxe_time(x, s):
    """Antiderivative of 1 / (x² (s - x³))."""
    c = np.cbrt(s)
    # 1/(x²(s - x³)) = 1/(s x²) + x / (s (s - x³))
    log = np.log((x * x + c * x + c * c) / (c - x) ** 2) / (6 * c)
    angle = np.arctan((2 * x + c) / (np.sqrt(3) * c)) / (np.sqrt(3) * c)
    return -1 / (s * x) + (log - angle) / s


# theory along the run


@settings(max_examples=25, deadline=None)
@given(
    dims=st.lists(st.integers(1, 5), min_size=2, max_size=6),
    scale=st.sampled_from([0.05, 0.3, 1.0, 3.0]),
    seed=st.integers(0, 10**6),
    raw=st.booleans(),
)
def test_invariants_are_conserved_and_the_loss_falls(dims, scale, seed, raw):
    dims = (max(dims[0], dims[-1]), *dims[1:])
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((dims[0], dims[0] + 2)) if raw else np.eye(dims[0])
    problem = Problem(X=X, Y=rng.standard_normal((dims[-1], X.shape[1])))
    trajectory = gradient_flow(problem, gauss(dims, scale, seed), max_seconds=5)
    assert largest_drift(trajectory) <= 1e-7
    assert np.diff(trajectory.loss).max() <= 1e-12 * max(1.0, trajectory.loss[0])
    assert (np.diff(trajectory.t) > 0).all()
    assert trajectory.t[0] == 0.0


@pytest.mark.parametrize("scale", [1e-2, 1e-4, 1e-6])
def test_small_starts_leave_each_saddle_after_log_of_the_scale_over_its_singular_value(scale):
    s = np.array([4.0, 3.0, 2.0, 1.0])
    trajectory = gradient_flow(Problem.canonical(s, d_x=5), gauss((5, 6, 4), scale))
    modes = np.einsum("kii->ki", products(trajectory)[:, :, :4])
    crossing = [np.interp(0.5, modes[:, k] / s[k], trajectory.t) for k in range(4)]
    ratio = np.array(crossing) / np.log(1 / scale)
    assert (np.abs(ratio * s - 1) < 2.0 / np.log(1 / scale)).all()
    for plateau in (7.0, 2.5, 0.5):  # half the squares of the missed singular values
        assert np.abs(trajectory.loss - plateau).min() < 0.6
    assert trajectory.status == "converged"


def test_depth_two_plateaus_last_in_inverse_proportion_to_the_scale():
    problem = Problem.canonical((3, 2, 1))
    times = []
    for scale in (0.04, 0.02, 0.01):
        trajectory = gradient_flow(problem, gauss((3, 4, 4, 3), scale, seed=1))
        times.append(trajectory.t[trajectory.loss > 0.25][-1])
        assert trajectory.status == "converged"
        assert trajectory.loss[-1] < 1e-8
    product_of_time_and_scale = np.array(times) * [0.04, 0.02, 0.01]
    assert np.ptp(product_of_time_and_scale) < 0.15 * product_of_time_and_scale.mean()


# symmetries


def test_rotated_data_give_the_rotated_trajectory():
    D = np.diag([3.0, 2.0, 1.0])
    U, V = rotation(3, 1), rotation(3, 2)
    W = gauss((3, 4, 3), 0.4)
    plain = gradient_flow(Problem(X=np.eye(3), Y=D), W, t_end=3.0)
    turned = gradient_flow(Problem(X=np.eye(3), Y=U @ D @ V.T), (W[0] @ V.T, U @ W[1]), t_end=3.0)
    for t in (0.3, 1.0, 3.0):
        A, B = plain.at(t), turned.at(t)
        assert np.abs(B[0] - A[0] @ V.T).max() < 1e-7
        assert np.abs(B[1] - U @ A[1]).max() < 1e-7


def test_the_raw_flow_is_the_preconditioned_flow_of_the_reduced_problem():
    rng = np.random.default_rng(3)
    problem = Problem(X=rng.standard_normal((3, 8)), Y=rng.standard_normal((2, 8)))
    W = gauss((3, 4, 2), 0.5)
    G, root = problem.gram, problem.input_root
    target = problem.least_squares @ root
    raw = gradient_flow(problem, W, t_end=0.5)
    # dW_1'/dt = W_2ᵀ M' G and dW_2/dt = M' W_1'ᵀ with W_1' = W_1 G^(1/2), by fixed small steps
    state = [W[0] @ root, W[1]]

    def speed(W1, W2):
        M = target - W2 @ W1
        return W2.T @ M @ G, M @ W1.T

    n = 4000
    h = 0.5 / n
    for _ in range(n):
        k1 = speed(*state)
        k2 = speed(*(x + h / 2 * k for x, k in zip(state, k1, strict=True)))
        k3 = speed(*(x + h / 2 * k for x, k in zip(state, k2, strict=True)))
        k4 = speed(*(x + h * k for x, k in zip(state, k3, strict=True)))
        state = [
            x + h / 6 * (p + 2 * q + 2 * r + s)
            for x, p, q, r, s in zip(state, k1, k2, k3, k4, strict=True)
        ]
    end = raw.at(0.5)
    assert np.abs(end[0] @ root - state[0]).max() < 2e-8
    assert np.abs(end[1] - state[1]).max() < 2e-8


def test_scaling_the_data_by_root_c_rescales_weights_and_time():
    # W' = c^(1/2N) W and t' = t / c^(1/N) for G = cI
    c, N = 7.0, 3
    Y = np.array([[2.0, 0.3], [0.1, 1.0]])
    W = gauss((2, 3, 3, 2), 0.5)
    first = gradient_flow(Problem(X=np.sqrt(c) * np.eye(2), Y=Y), W, t_end=1.0)
    # reduced: X = I, the same target Y, weights c^(1/2N) W in time t' = c^(1/N) t
    factor = c ** (1 / (2 * N))
    scaled = tuple(factor * Wj for Wj in W)
    second = gradient_flow(Problem(X=np.eye(2), Y=Y), scaled, t_end=c ** (1 / N))
    for Wj, Vj in zip(first.at(1.0), second.at(c ** (1 / N)), strict=True):
        assert np.abs(factor * Wj - Vj).max() < 1e-7


def test_the_number_of_samples_does_not_matter_if_the_moments_are_the_same():
    rng = np.random.default_rng(4)
    X, Y = rng.standard_normal((3, 5)), rng.standard_normal((2, 5))
    many = Problem(X=np.hstack([X] * 50) / np.sqrt(50), Y=np.hstack([Y] * 50) / np.sqrt(50))
    W = gauss((3, 3, 2), 0.5)
    a, b = gradient_flow(Problem(X=X, Y=Y), W), gradient_flow(many, W)
    for Wj, Vj in zip(a.limit, b.limit, strict=True):
        assert np.abs(Wj - Vj).max() < 1e-6
    assert a.loss[-1] == pytest.approx(b.loss[-1], rel=1e-8)


# the record


def test_the_same_call_gives_the_same_trajectory_bit_by_bit():
    problem, W = Problem.canonical((2, 1), d_x=4), gauss((4, 5, 3, 2), 0.5)
    a, b = gradient_flow(problem, W), gradient_flow(problem, W)
    assert np.array_equal(a.t, b.t)
    assert all(np.array_equal(x, y) for x, y in zip(a.W, b.W, strict=True))
    assert all(np.array_equal(x, y) for x, y in zip(a.limit, b.limit, strict=True))


def test_at_is_as_accurate_as_the_integrator_at_any_time():
    problem, W = Problem.canonical((2, 1), d_x=4), gauss((4, 5, 3, 2), 0.5)
    coarse = gradient_flow(problem, W, t_end=9.0, n_frames=20)
    fine = gradient_flow(problem, W, t_end=9.0, rtol=1e-12, n_frames=20)
    for t in np.linspace(0, coarse.t[-1], 23):
        for Wj, Vj in zip(coarse.at(t), fine.at(t), strict=True):
            assert np.abs(Wj - Vj).max() < 3e-7
    for k in (0, 7, len(coarse.t) - 1):
        kept = tuple(Wj[k] for Wj in coarse.W)
        assert all(np.array_equal(a, b) for a, b in zip(coarse.at(coarse.t[k]), kept, strict=True))


@pytest.mark.parametrize("t", [-1e-9, np.nan, np.inf, 1e9])
def test_at_refuses_times_outside_the_run(t):
    trajectory = gradient_flow(Problem.canonical((2,)), gauss((1, 1, 1), 0.5))
    with pytest.raises(ValueError, match="expected a time 0 <= t <="):
        trajectory.at(t)


def test_a_trajectory_cannot_be_changed():
    trajectory = gradient_flow(Problem.canonical((2,)), gauss((1, 1, 1), 0.5))
    with pytest.raises(dataclasses.FrozenInstanceError):
        trajectory.status = "diverged"
    for array in (trajectory.t, trajectory.loss, *trajectory.W, *trajectory.limit):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    assert trajectory.dims == (1, 1, 1)
    assert [Wj.shape[0] for Wj in trajectory.W] == [len(trajectory.t)] * 2


def test_the_start_is_neither_changed_nor_frozen():
    W = gauss((3, 3, 2), 0.5)
    before = tuple(Wj.copy() for Wj in W)
    gradient_flow(Problem.canonical((2, 1), d_x=3), W)
    assert all(np.array_equal(a, b) and a.flags.writeable for a, b in zip(W, before, strict=True))


# sizes


def test_a_network_of_1536_weights_is_integrated_explicitly():
    problem = Problem.canonical(np.linspace(2.0, 0.5, 16))
    W = gauss((16,) * 7, 0.25)
    trajectory = gradient_flow(problem, W, t_end=2.0)
    assert trajectory.method == "DOP853"
    assert largest_drift(trajectory) < 1e-9


def test_a_large_stiff_run_switches_to_the_implicit_method(monkeypatch):
    monkeypatch.setattr("linviz.core.flow.integrator.IMPLICIT_SIZE", 20)
    monkeypatch.setattr("linviz.core.flow.integrator._explicit_budget", lambda field: 10)
    problem, W = Problem.canonical((3, 1), d_x=3), gauss((3, 4, 4, 2), 0.2)
    trajectory = gradient_flow(problem, W)
    assert trajectory.method == "DOP853 and LSODA"
    assert trajectory.status == "converged"
    assert largest_drift(trajectory) < 1e-7


def test_data_of_condition_1e5_and_deficient_rank_are_integrated_to_the_limit():
    rng = np.random.default_rng(5)
    values = np.append(np.logspace(0, -2.5, 7), 0.0)
    X = (rotation(8, 6) * values) @ rotation(20, 7)[:8]
    problem = Problem(X=X, Y=rng.standard_normal((3, 8)) @ X + 0.1 * rng.standard_normal((3, 20)))
    trajectory = gradient_flow(problem, gauss((8, 4, 3), 0.3))
    assert trajectory.status == "converged"
    assert np.linalg.norm(pack(gradient(problem, trajectory.limit))) < 1e-12
    # nothing is learned where there are no data
    blind = rotation(8, 6)[:, 7]
    assert np.abs(trajectory.limit[0] @ blind - trajectory.W[0][0] @ blind).max() < 1e-7


# ends that are not limits


def test_interrupt_ends_the_run_and_keeps_what_was_computed():
    calls: list[tuple[float, float]] = []

    def stop(t: float, loss: float) -> bool:
        calls.append((t, loss))
        return len(calls) > 3

    problem, W = Problem.canonical((5, 4, 3, 2, 1)), gauss((5,) * 5, 0.003)
    trajectory = gradient_flow(problem, W, interrupt=stop)
    assert trajectory.status == "budget"
    assert "it was stopped" in trajectory.reason
    assert f"t = {trajectory.t[-1]:.6g}" in trajectory.reason
    assert len(calls) == 4
    assert all(np.isfinite(loss) for _, loss in calls)
    assert all(
        np.array_equal(a, b[-1]) for a, b in zip(trajectory.limit, trajectory.W, strict=True)
    )


def test_interrupt_is_asked_often_in_a_large_stiff_run():
    rng = np.random.default_rng(8)
    X = rotation(40, 1) * np.logspace(0, -2, 40)
    problem = Problem(X=X, Y=rng.standard_normal((10, 40)))
    gaps, last, start = [], time.process_time(), time.process_time()

    def ask(t: float, loss: float) -> bool:
        nonlocal last
        now = time.process_time()
        gaps.append(now - last)
        last = now
        return now - start > 1.0

    trajectory = gradient_flow(problem, gauss((40, 10, 10), 0.1), interrupt=ask)
    assert trajectory.status in ("budget", "converged")
    assert max(gaps) < 0.3  # processor time, in which a stop is to be heard
    assert len(gaps) > 3


@pytest.mark.parametrize("budget", [{"max_steps": 30}, {"max_seconds": 0.02}])
def test_an_exhausted_budget_returns_the_run_so_far(budget):
    problem, W = Problem.canonical((5, 4, 3, 2, 1)), gauss((5,) * 5, 0.003)
    trajectory = gradient_flow(problem, W, **budget)
    assert trajectory.status == "budget"
    assert trajectory.n_steps > 0
    assert "steps were taken" in trajectory.reason or "seconds have passed" in trajectory.reason


def test_a_horizon_is_reached_exactly():
    problem, W = Problem.canonical((2, 1), d_x=4), gauss((4, 5, 3, 2), 0.5)
    trajectory = gradient_flow(problem, W, t_end=1.0)
    assert trajectory.t[-1] == 1.0
    assert trajectory.status == "horizon"
    assert all(
        np.array_equal(a, b[-1]) for a, b in zip(trajectory.limit, trajectory.W, strict=True)
    )
    late = gradient_flow(problem, W, t_end=60.0)
    assert late.t[-1] == 60.0
    assert late.status == "converged"


@pytest.mark.parametrize("t_end", [0.0, -1.0, np.nan, np.inf])
def test_a_horizon_that_is_no_positive_time_is_refused(t_end):
    with pytest.raises(
        ValueError, match=r"t_end \(None runs to the limit\) to be a finite number > 0"
    ):
        gradient_flow(Problem.canonical((2,)), gauss((1, 1, 1), 0.5), t_end=t_end)


@pytest.mark.parametrize(
    "options",
    [
        {"rtol": 0.0},
        {"rtol": 1.0},
        {"rtol": np.nan},
        {"n_frames": 1},
        {"max_steps": 0},
        {"max_seconds": 0.0},
        {"max_seconds": np.nan},
    ],
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match="expected"):
        gradient_flow(Problem.canonical((2,)), gauss((1, 1, 1), 0.5), **options)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(value):
    with pytest.raises(ValueError, match="W_2"):
        gradient_flow(Problem.canonical((2,)), (np.ones((1, 1)), np.full((1, 1), value)))


def test_weights_that_do_not_fit_the_problem_are_refused():
    with pytest.raises(ValueError, match="expected widths from d_0 = 2"):
        gradient_flow(Problem.canonical((2, 1)), gauss((3, 3, 2), 0.5))


@pytest.mark.parametrize("scale", [pytest.param(1e5, marks=pytest.mark.long), 1e80, 1e200])
def test_a_start_too_large_for_double_precision_says_what_to_do(scale):
    with pytest.raises(FlowError, match="start from smaller weights"):
        gradient_flow(Problem.canonical((2, 1)), gauss((2, 3, 3, 3, 2), scale))


def test_a_large_start_that_double_precision_allows_is_followed():
    trajectory = gradient_flow(Problem.canonical((2, 1), d_x=3), gauss((3, 3, 2), 30.0))
    assert trajectory.status == "converged"
    assert largest_drift(trajectory) < 1e-7
    assert np.abs(product(trajectory.limit) - [[2, 0, 0], [0, 1, 0]]).max() < 1e-8


def test_unpacked_limits_have_the_layers_shapes():
    W = gauss((4, 5, 3, 2), 0.5)
    trajectory = gradient_flow(Problem.canonical((2, 1), d_x=4), W)
    assert widths(trajectory.limit) == (4, 5, 3, 2)
    assert [Wj.shape for Wj in unpack(pack(W), (4, 5, 3, 2))] == [
        Wj.shape for Wj in trajectory.limit
    ]
    assert Field(trajectory.problem, trajectory.dims).n == 41


@pytest.mark.parametrize("s", [1e-8, 1e-30])
def test_a_small_target_is_met_as_exactly_as_a_large_one(s):
    problem, W = Problem.canonical((s,)), (np.zeros((1, 1)),)
    trajectory = gradient_flow(problem, W, t_end=5.0)
    expected = s * -np.expm1(-trajectory.t)
    np.testing.assert_allclose(trajectory.W[0][:, 0, 0], expected, rtol=1e-7, atol=1e-10 * s)
