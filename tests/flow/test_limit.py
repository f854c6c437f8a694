"""What counts as a limit point: minima, confined saddles, and plateaus that are neither."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.flow.gradient_flow import Trajectory, gradient_flow
from linviz.core.landscape.hessian import hessian
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.initialization import gaussian, orthogonal
from linviz.core.model.layers import Weights, gradient, loss, pack, product
from linviz.core.model.problem import Matrix, Problem


def gauss(dims: tuple[int, ...], scale: float, seed: int = 0) -> list[Matrix]:
    rng = np.random.default_rng(seed)
    return [scale * rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims)]


def killed(dims: tuple[int, ...], missed: list[int], scale: float, seed: int = 0) -> list[Matrix]:
    """Rows of W_N and columns of W_1 set to zero: a start on the stable manifold of a saddle."""
    W = gauss(dims, scale, seed)
    W[-1][missed], W[0][:, missed] = 0.0, 0.0
    return W


def balanced(N: int, sign: int) -> Weights:
    """Balanced 2 x 2 layers whose product has singular values .9, .6 and the sign asked for."""
    rng = np.random.default_rng(3)
    O = [np.linalg.qr(rng.standard_normal((2, 2)))[0] for _ in range(N + 1)]
    if np.linalg.det(O[-1]) * np.linalg.det(O[0]) * sign < 0:
        O[0] = O[0] @ np.diag([1.0, -1.0])
    S = np.diag(np.array([0.9, 0.6]) ** (1 / N))
    return tuple(O[j + 1] @ S @ O[j].T for j in range(N))


def gradient_norm(trajectory: Trajectory) -> float:
    return float(np.linalg.norm(pack(gradient(trajectory.problem, trajectory.limit))))


def index(trajectory: Trajectory) -> int:
    eigenvalues = np.linalg.eigvalsh(hessian(trajectory.problem, trajectory.limit))
    return int(np.count_nonzero(eigenvalues < -1e-9 * eigenvalues[-1]))


# global minima


@settings(max_examples=30, deadline=None)
@given(
    dims=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    seed=st.integers(0, 10**6),
    raw=st.booleans(),
)
def test_a_converged_run_ends_in_a_critical_point_with_a_hessian_to_match(dims, seed, raw):
    dims = (max(dims[0], dims[-1]), *dims[1:])
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((dims[0], dims[0] + 2)) if raw else np.eye(dims[0])
    problem = Problem(X=X, Y=rng.standard_normal((dims[-1], X.shape[1])))
    trajectory = gradient_flow(problem, gauss(dims, 0.7, seed), max_seconds=5)
    if trajectory.status != "converged":
        assert trajectory.status == "budget"
        return
    scale = np.linalg.norm(problem.cross) * max(np.linalg.norm(Wj) for Wj in trajectory.limit) ** (
        len(dims) - 2
    )
    assert gradient_norm(trajectory) <= 1e-12 * max(scale, 1.0)
    assert loss(problem, trajectory.limit) == pytest.approx(minimum_loss(problem, dims), abs=1e-10)
    assert index(trajectory) == 0
    last = tuple(Wj[-1] for Wj in trajectory.W)
    assert np.linalg.norm(pack(last) - pack(trajectory.limit)) <= 1e-3 * np.linalg.norm(pack(last))


def test_a_bottleneck_ends_at_the_best_map_of_its_rank():
    problem = Problem.canonical((3, 2, 1), d_x=4)
    trajectory = gradient_flow(problem, gauss((4, 2, 3), 0.5))
    assert trajectory.status == "converged"
    assert "global minimum" in trajectory.reason
    assert loss(problem, trajectory.limit) == pytest.approx(0.5, abs=1e-13)
    assert gradient_norm(trajectory) < 1e-13
    assert np.abs(product(trajectory.limit) - np.diag([3, 2, 0]) @ np.eye(3, 4)).max() < 1e-12


def test_a_bottleneck_between_equal_singular_values_also_converges():
    problem = Problem.canonical((2, 1, 1), d_x=3)
    trajectory = gradient_flow(problem, gauss((3, 2, 3), 0.5))
    assert trajectory.status == "converged"
    assert loss(problem, trajectory.limit) == pytest.approx(0.5, abs=1e-12)
    assert gradient_norm(trajectory) < 1e-12


def test_a_small_singular_value_is_learned_before_the_run_stops():
    s = (1.0, 0.1, 1e-2, 1e-3, 1e-4)
    trajectory = gradient_flow(Problem.canonical(s), gauss((5, 5, 5), 0.5))
    assert trajectory.status == "converged"
    assert np.abs(product(trajectory.limit) - np.diag(s)).max() < 1e-13


@pytest.mark.parametrize(
    ("s", "dims"), [((0, 0), (3, 3, 2)), ((2, 0), (3, 3, 3, 2)), ((0,), (1, 1))]
)
def test_singular_values_of_zero_are_no_obstacle(s, dims):
    trajectory = gradient_flow(Problem.canonical(s, d_x=dims[0]), gauss(dims, 0.4))
    assert trajectory.status == "converged"
    assert gradient_norm(trajectory) < 1e-12


def test_a_deep_narrow_network_comes_through_its_plateaus():
    trajectory = gradient_flow(Problem.canonical((2, 1)), gauss((2,) * 6, 0.3, seed=2), t_end=None)
    assert trajectory.status == "converged"
    assert gradient_norm(trajectory) < 1e-11


# plateaus are not limits


@pytest.mark.parametrize(("dims", "scale"), [((3, 4, 4, 3), 0.01), ((3, 3, 3, 3, 3), 0.05)])
def test_a_plateau_after_a_small_start_is_not_taken_for_the_limit(dims, scale):
    problem = Problem.canonical((3, 2, 1))
    trajectory = gradient_flow(problem, gauss(dims, scale, seed=1))
    assert trajectory.status == "converged"
    assert loss(problem, trajectory.limit) < 1e-20
    for plateau in (7.0, 2.5, 0.5):
        near = np.abs(trajectory.loss - plateau) < 0.02
        assert np.count_nonzero(near) >= 3


def test_a_tiny_start_of_a_deep_network_is_not_a_critical_point():
    W = gauss((2,) * 6, 1e-3)
    assert np.linalg.norm(pack(gradient(Problem.canonical((2, 1)), W))) < 1e-10
    trajectory = gradient_flow(Problem.canonical((2, 1)), W, t_end=10.0)
    assert trajectory.status == "horizon"
    assert trajectory.n_steps > 0


def test_a_run_cut_short_on_a_plateau_says_so():
    problem = Problem.canonical((3, 2, 1))
    trajectory = gradient_flow(problem, gauss((3, 4, 4, 3), 1e-4), t_end=100.0)
    assert trajectory.status == "horizon"
    assert "plateau" in trajectory.reason


# exactly critical starts


@pytest.mark.parametrize("dims", [(4, 3, 3), (4, 3, 2, 3), (3, 3)])
def test_a_critical_start_is_its_own_limit(dims):
    problem = Problem.canonical((3, 2, 1), d_x=dims[0])
    W = [0 * Wj for Wj in gauss(dims, 1.0)] if len(dims) > 2 else [problem.least_squares.copy()]
    trajectory = gradient_flow(problem, W)
    assert trajectory.status == "converged"
    assert list(trajectory.t) == [0.0, 1.0]
    assert all(np.array_equal(a, b) for a, b in zip(trajectory.limit, W, strict=True))
    assert trajectory.n_steps == 0
    assert all(np.array_equal(a, b) for a, b in zip(trajectory.at(0.5), W, strict=True))
    assert gradient_flow(problem, W, t_end=3.0).t[-1] == 3.0


def test_a_critical_start_in_rotated_coordinates_is_recognized_to_roundoff():
    rng = np.random.default_rng(2)
    U, V = (np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(2))
    problem = Problem(X=np.eye(3), Y=U @ np.diag([3.0, 2.0, 1.0]) @ V.T)
    root = np.diag(np.sqrt([3.0, 2.0, 0.0]))
    trajectory = gradient_flow(problem, (root @ V.T, U @ root))
    assert trajectory.status == "converged"
    assert trajectory.n_steps == 0
    assert "critical point" in trajectory.reason


def test_a_saddle_perturbed_by_1e_12_is_not_critical_and_is_left_on_time():
    problem = Problem.canonical((3, 2, 1))
    times = []
    for size in (1e-4, 1e-8, 1e-12):
        root = np.diag(np.sqrt([3.0, 2.0, 0.0]))
        W = (root + size * np.diag([0, 0, 1.0]), root + size * np.diag([0, 0, 1.0]))
        trajectory = gradient_flow(problem, W)
        assert loss(problem, trajectory.limit) < 1e-20
        times.append(trajectory.t[trajectory.loss > 0.25][-1])
    # each factor 1e-4 costs ln(1e4) / s_3
    assert np.diff(times) == pytest.approx(np.log(1e4), abs=0.1)


# starts on the stable manifold of a saddle


@pytest.mark.parametrize("dims", [(4, 3, 3), (4, 5, 4, 3), (4, 4, 5, 4, 3)])
@pytest.mark.parametrize("missed", [[0], [1], [2], [0, 2]])
def test_killed_modes_stay_exactly_zero_and_the_saddle_is_the_limit(dims, missed):
    s = np.array([3.0, 2.0, 1.0])
    problem = Problem.canonical(s, d_x=4)
    trajectory = gradient_flow(problem, killed(dims, missed, 0.6, seed=1))
    assert trajectory.status == "converged"
    assert "stable manifold" in trajectory.reason
    assert not trajectory.W[-1][:, missed].any()
    assert not trajectory.W[0][:, :, missed].any()
    assert not trajectory.limit[-1][missed].any()
    assert not trajectory.limit[0][:, missed].any()
    assert loss(problem, trajectory.limit) == pytest.approx(0.5 * np.sum(s[missed] ** 2), abs=1e-12)
    assert gradient_norm(trajectory) < 1e-12
    assert index(trajectory) > 0


def test_dead_neurons_stay_dead_and_their_saddle_is_the_limit():
    W = gauss((4, 4, 3), 0.5)
    W[0][2:], W[1][:, 2:] = 0.0, 0.0
    problem = Problem.canonical((3, 2, 1), d_x=4)
    trajectory = gradient_flow(problem, W)
    assert trajectory.status == "converged"
    assert not trajectory.W[0][:, 2:].any()
    assert loss(problem, trajectory.limit) == pytest.approx(0.5, abs=1e-12)
    assert index(trajectory) == 2


def test_implicit_steps_keep_exact_zeros():
    # a long horizon drives LSODA into its implicit method: Newton's systems must not mix zeros
    problem = Problem.canonical((3, 2, 1), d_x=4)
    trajectory = gradient_flow(problem, killed((4, 3, 3), [0, 1], 0.4), t_end=500.0)
    assert trajectory.t[-1] == 500.0
    assert trajectory.status == "converged"
    assert not trajectory.W[1][:, :2].any()
    assert not trajectory.W[0][:, :, :2].any()


def test_in_rotated_coordinates_roundoff_ends_the_stay_after_its_logarithm():
    rng = np.random.default_rng(5)
    U, V = (
        np.linalg.qr(rng.standard_normal((3, 3)))[0],
        np.linalg.qr(rng.standard_normal((4, 4)))[0],
    )
    W = killed((4, 3, 3), [2], 0.4)
    problem = Problem(X=np.eye(4), Y=U @ np.diag([3.0, 2.0, 1.0]) @ np.eye(3, 4) @ V.T)
    trajectory = gradient_flow(problem, (W[0] @ V.T, U @ W[1]))
    left = trajectory.t[trajectory.loss > 0.25][-1]
    # about ln(1/eps) / |lambda_min| = 36: an implicit method that damps growth would stay for ever
    assert 30 < left < 45
    assert loss(problem, trajectory.limit) < 1e-20
    assert "roundoff may have decided" in trajectory.reason


# traps


def test_balanced_starts_of_the_right_sign_are_learned():
    for N in (2, 3, 4):
        trajectory = gradient_flow(Problem.canonical((2, 1)), balanced(N, +1))
        assert trajectory.status == "converged"
        assert "global minimum" in trajectory.reason


@pytest.mark.parametrize("N", [2, 3, 4])
def test_the_determinant_trap_is_never_called_a_limit(N):
    trajectory = gradient_flow(Problem.canonical((2, 1)), balanced(N, -1))
    assert trajectory.status == "budget"
    assert "plateau" in trajectory.reason
    assert "wrong sign" in trajectory.reason
    assert trajectory.loss[-1] == pytest.approx(0.5, abs=1e-6)
    assert (np.linalg.det(trajectory.W[0]) * np.linalg.det(trajectory.W[1]) != 0).all()


def test_the_determinant_trap_of_depth_two_is_left_to_roundoff_only():
    # L(400) = 0.5 + O(1e-8) and det P < 0 still
    trajectory = gradient_flow(Problem.canonical((2, 1)), balanced(3, -1), t_end=400.0)
    assert trajectory.status == "horizon"
    assert 0 < trajectory.loss[-1] - 0.5 < 1e-6
    last = [Wj[-1] for Wj in trajectory.W]
    assert np.linalg.det(last[2] @ last[1] @ last[0]) < 0


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_weights_that_decay_to_zero_on_a_long_way_make_no_saddle_of_the_minimum(
    scale: float,
) -> None:
    """Modes that differ by 1e-9 take 1e10 time units; what is of no use is exactly 0 by then,
    or, with other kernels of OpenBLAS, roundoff."""
    problem = Problem.canonical((1 + 1e-9, 1, 0.5))
    run = gradient_flow(problem, gaussian((3, 1, 3), scale, seed=1))
    assert run.status == "converged"
    assert run.reason.startswith("global minimum")
    assert product(run.limit)[0, 1] == pytest.approx(0, abs=1e-12)


def test_a_plateau_where_roundoff_lets_no_step_be_long_is_given_up_soon() -> None:
    """Looked at once before the gradient is roundoff, it is not seen to come: no bound does."""
    problem = Problem.canonical((1.8, 1.8))
    W = orthogonal((2, 5, 2, 5, 7, 2), 1e-5, seed=3)
    run = gradient_flow(problem, W, max_steps=5000)
    assert run.status == "budget"
    assert "roundoff in every slow direction" in run.reason
    assert run.loss[-1] == pytest.approx(1.62)
