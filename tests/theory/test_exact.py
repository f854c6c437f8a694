"""Exact solutions against the integrated flow, and against each other."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

import linviz as lv
from linviz.core.model.layers import excess_loss
from linviz.core.theory.end_to_end import end_to_end_products, fraction_products
from linviz.core.theory.exact import (
    exact_excess,
    exact_loss,
    exact_method,
    exact_modes,
    exact_product,
)
from linviz.core.theory.scalar_modes import (
    balanced_mode,
    balanced_pair,
    half_time,
    plateau_length,
    unbalanced_pair,
)


def rotated(problem: lv.Problem, seed: int = 0) -> lv.Problem:
    """The same target in other orthonormal coordinates of inputs and outputs."""
    U = lv.orthogonal((problem.d_y, problem.d_y), seed=seed)[0]
    V = lv.orthogonal((problem.d_x, problem.d_x), seed=seed + 1)[0]
    return lv.Problem(X=V, Y=U @ problem.Y)


def assert_matches_flow(problem, W, t_end, *, name, tolerance=1e-8):
    """Product, loss and modes at the moments of a tightly integrated run."""
    assert exact_method(problem, W)[0] == name
    trajectory = lv.gradient_flow(problem, W, t_end=t_end, rtol=1e-12, n_frames=60)
    P = trajectory.W[0]
    for Wj in trajectory.W[1:]:
        P = Wj @ P
    exact = exact_product(problem, W, trajectory.t)
    scale = max(1.0, float(np.abs(P).max()))
    assert np.abs(exact - P).max() <= tolerance * scale
    assert np.abs(exact_loss(problem, W, trajectory.t) - trajectory.loss).max() <= (
        tolerance * max(1.0, trajectory.loss[0])
    )
    V = problem.input_modes[:, : problem.d_y]
    expected = np.einsum("ik,nij,jk->nk", problem.output_modes, P @ problem.input_root, V)
    assert np.abs(exact_modes(problem, W, trajectory.t) - expected).max() <= tolerance * scale * (
        max(1.0, float(np.abs(problem.input_root).max()) ** 2)
    )


# --- one mode ---------------------------------------------------------------------------------


@pytest.mark.parametrize("N", [1, 2, 3, 4, 5, 8])
@pytest.mark.parametrize(
    ("s", "u0"),
    [(2, 0.01), (2, 1.99), (2, 2), (2, 30), (2, -0.5), (2, -6), (0, 0.7), (0, -0.7), (0.3, 1e-4)],
)
def test_balanced_modes_solve_their_equation(N, s, u0):
    t = np.array([0.0, 0.1, 0.5, 1.0, 3.0, 6.0])

    def velocity(_, u):
        return N * np.abs(u) ** (2 - 2 / N) * (s - u)

    u = solve_ivp(velocity, (0, 6), [u0], "LSODA", t_eval=t, rtol=1e-13, atol=1e-15).y[0]
    exact, gap = balanced_pair(float(s), float(u0), t, N)
    assert np.abs(exact - u).max() <= 1e-9 * max(1, abs(u0))
    assert np.abs(s - exact - gap).max() <= 1e-12 * max(1, abs(u0))


@pytest.mark.parametrize("N", [2, 3, 4, 5, 20])
def test_time_is_the_quadrature_of_the_inverse_velocity(N):
    """Independent of any series: from the plateau to 1e-9 before the end."""
    s, u0 = 1.7, 1e-3
    for end in (0.01, 0.8, 1.6, s - 1e-4, s - 1e-9):
        # u = s / (1 + e^-y) spreads both ends
        def speed(y, N=N):
            u = s / (1 + np.exp(-y))
            return (u * (s - u) / s) / (N * u ** (2 - 2 / N) * (s - u))

        limits = [np.log(u) - np.log(s - u) for u in (u0, end)]
        t = quad(speed, *limits, epsabs=0, epsrel=1e-13, limit=400)[0]
        u, gap = balanced_pair(s, u0, np.array([t]), N)
        assert u[0] == pytest.approx(end, rel=1e-11)
        assert gap[0] == pytest.approx(s - end, rel=1e-6)


def test_the_end_of_a_deep_mode_keeps_its_digits():
    """The gap decays exactly like exp(-N s^(2 - 2/N) t), down to 1e-60."""
    s, N = 2.0, 5
    t = np.array([3.0, 4.0, 8.0])
    gap = balanced_pair(s, 0.5, t, N)[1]
    slopes = -np.diff(np.log(gap)) / np.diff(t)
    assert gap[-1] < 1e-50
    assert slopes == pytest.approx(N * s ** (2 - 2 / N), rel=1e-9)


@given(
    N=st.integers(2, 7),
    s=st.floats(0, 5),
    u0=st.floats(-5, 5),
    first=st.floats(0, 10),
    second=st.floats(0, 10),
)
def test_balanced_modes_compose(N, s, u0, first, second):
    """Going on from u(t_1) for a time t_2 comes to u(t_1 + t_2)."""
    s, u0 = round(s, 3), round(u0, 3)
    middle = float(balanced_mode(s, u0, first, N))
    end = float(balanced_mode(s, u0, first + second, N))
    assert float(balanced_mode(s, middle, second, N)) == pytest.approx(end, rel=1e-7, abs=1e-11)


@pytest.mark.parametrize(
    ("s", "u0", "lam"),
    [
        (2, 0.1, 1),
        (2, -0.1, 0.3),
        (2, 5, 1),
        (0, 0.5, 0.2),
        (2, -7, 1e-3),
        (1, 1e-6, 1e-9),
        (2, 0, 4),
    ],
)
def test_unbalanced_modes_solve_their_equation(s, u0, lam):
    t = np.array([0.0, 0.1, 0.5, 1.0, 3.0, 6.0])

    def velocity(_, u):
        return np.sqrt(4 * u * u + lam**2) * (s - u)

    u = solve_ivp(velocity, (0, 6), [u0], "LSODA", t_eval=t, rtol=1e-13, atol=1e-16).y[0]
    exact, gap = unbalanced_pair(float(s), float(u0), float(lam), t)
    assert np.abs(exact - u).max() <= 1e-9
    assert np.abs(s - exact - gap).max() <= 1e-13 * max(1, abs(u0))


def test_imbalance_zero_is_the_limit_of_small_imbalance():
    t = np.linspace(0, 3, 7)
    for u0 in (0.3, -0.3, 4.0):
        small = unbalanced_pair(2.0, u0, 1e-9, t)[0]
        assert small == pytest.approx(unbalanced_pair(2.0, u0, 0.0, t)[0], rel=1e-7)


def test_half_times_of_the_staircase():
    assert [half_time(s, 1e-3, 2) for s in (4, 2, 1)] == pytest.approx(
        [1.900, 3.627, 6.908], abs=5e-4
    )


@pytest.mark.parametrize(
    ("N", "expected"),
    [
        (2, (0.76, 1.0, 1.45)),
        (3, (1.32, 1.94, 3.75)),
        (4, (2.67, 4.07, 8.56)),
        (5, (6.15, 9.44, 20.3)),
    ],
)
def test_half_times_of_deep_networks(N, expected):
    measured = [half_time(s, 0.3, N) for s in (2, 1.3, 0.6)]
    assert measured == pytest.approx(expected, abs=0.05 if N == 5 else 0.006)
    # the flow of W_j = 0.3 I has reached s/2 at these times
    problem = lv.Problem.canonical((2, 1.3, 0.6))
    trajectory = lv.gradient_flow(problem, (0.3 * np.eye(3),) * N, t_end=25.0, rtol=1e-11)
    for k, (s, t) in enumerate(zip((2, 1.3, 0.6), measured, strict=True)):
        assert lv.product(trajectory.at(t))[k, k] == pytest.approx(s / 2, rel=1e-7)


@pytest.mark.parametrize("N", [1, 2, 3, 6])
def test_half_time_is_when_half_is_learned(N):
    t = half_time(1.3, 0.2, N)
    assert float(balanced_mode(1.3, 0.2**N, t, N)) == pytest.approx(0.65, rel=1e-10)


@pytest.mark.parametrize("N", [2, 3, 5])
def test_plateau_length_is_the_leading_order(N):
    # corrections: a0^2 for N = 2, a0 for N = 3 (times ln a0), a0^(N - 2) beyond
    errors = [abs(half_time(1.5, a, N) / plateau_length(1.5, a, N) - 1) for a in (1e-2, 1e-3)]
    assert errors[1] < 1e-2
    assert errors[1] < 0.3 * errors[0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: half_time(1.0, 1.5, 2), r"0 < a0\*\*N <= s/2 = 0.5, found 2.25"),
        (lambda: plateau_length(1.0, 0.1, 1), "expected N >= 2"),
        (
            lambda: balanced_mode(-1.0, 0.1, 1.0, 2),
            "target s to be a finite number >= 0",
        ),
        (lambda: balanced_mode(1.0, 0.1, -1.0, 2), "expected finite times t >= 0"),
        (
            lambda: balanced_mode(1.0, 0.1, 1.0, 0),
            "N of layers to be a whole number >= 1",
        ),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --- networks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dims", [(3, 3), (4, 3, 3), (4, 3, 5, 3), (3, 3, 3, 3, 3), (4, 5, 4, 3, 6, 3)]
)
@pytest.mark.parametrize("turned", [False, True])
def test_saxe(dims, turned):
    problem = lv.Problem.canonical((3, 2, 1), d_x=dims[0])
    if turned:
        problem = rotated(problem)
    odd = (len(dims) - 1) % 2
    W = lv.aligned(problem, dims, (0.7, -0.6 if odd else 0.6, 0.0 if not turned else 0.5))
    name = "linear regression" if len(dims) == 2 else "Saxe"
    assert_matches_flow(problem, W, 6.0, name=name)


def test_saxe_with_hidden_rotations_and_signs():
    """Alignment is a property of the chain, not of the axes of the hidden layers."""
    problem = rotated(lv.Problem.canonical((3, 2, 1)), seed=3)
    W = lv.aligned(problem, (3, 4, 3, 3), (0.9, 0.7, 0.5))
    Q, R = lv.orthogonal((4, 4), seed=8)[0], lv.orthogonal((3, 3), seed=9)[0]
    W = (Q @ W[0], R @ W[1] @ Q.T, W[2] @ R.T)
    assert_matches_flow(problem, W, 5.0, name="Saxe")
    # a reflected mode of an even number of layers starts on the wrong side
    problem = lv.Problem.canonical((2, 1))
    flipped = (np.diag([0.8, 0.9]), np.diag([0.8, -0.9]))
    assert_matches_flow(problem, flipped, 5.0, name="Saxe")
    assert exact_modes(problem, flipped, 100.0) == pytest.approx([2, 0], abs=1e-12)


def test_saxe_keeps_modes_that_are_zero():
    problem = lv.Problem.canonical((4, 2, 1), d_x=4)
    W = lv.aligned(problem, (4, 4, 3), (1e-3, 0.0, 1e-3))
    modes = exact_modes(problem, W, [0.0, 1e3])
    assert (modes[:, 1] == 0).all()
    assert exact_loss(problem, W, 1e3) == pytest.approx(2.0, rel=1e-14)


def test_scenario_staircase():
    """d = (4,4,3), s = (4,2,1), a0 = 1e-3: half of each mode at 1.900, 3.627, 6.908."""
    problem = lv.Problem.canonical((4, 2, 1), d_x=4)
    W = lv.aligned(problem, (4, 4, 3), (1e-3,) * 3)
    halves = exact_modes(problem, W, [1.900, 3.627, 6.908])
    assert np.diagonal(halves) == pytest.approx([2, 1, 0.5], rel=5e-3)
    assert_matches_flow(problem, W, 12.0, name="Saxe")


def test_long_plateaus_cost_nothing():
    """Five layers from 1e-3: the first mode rises after about 1e8 units of time."""
    problem = lv.Problem.canonical((3, 2))
    W = lv.aligned(problem, (2,) * 6, (1e-3, 1e-3))
    t = half_time(3.0, 1e-3, 5)
    assert t > 1e8
    assert exact_modes(problem, W, t)[0] == pytest.approx(1.5, rel=1e-5)
    assert exact_loss(problem, W, 0.999 * t) == pytest.approx(6.5, rel=1e-6)


@pytest.mark.parametrize("hidden", [1, 3])
@pytest.mark.parametrize("s", [2.0, 0.0])
def test_scalar_networks_without_balance(hidden, s):
    problem = lv.Problem.canonical((s,))
    rng = np.random.default_rng(hidden)
    for scale in (1.0, 0.1):
        W = (scale * rng.standard_normal((hidden, 1)), rng.standard_normal((1, hidden)))
        assert_matches_flow(problem, W, 5.0, name="unbalanced modes")


def test_the_scalar_catapult_start():
    problem = lv.Problem.canonical((1.0,))
    W = (np.array([[0.3]]), np.array([[2.6]]))
    assert_matches_flow(problem, W, 3.0, name="unbalanced modes")


def test_unbalanced_modes_in_a_rotated_problem():
    problem = rotated(lv.Problem.canonical((3, 2), d_x=3))
    Q = lv.orthogonal((4, 4), seed=5)[0]
    first = Q @ np.array([[0.3, 0, 0], [0, 1.2, 0], [0.1, 0, 0], [0, 0, 0]])
    last = np.array([[1.0, 0, -0.4, 0], [0, 0.2, 0, 0.5]]) @ Q.T
    W = (first @ problem.input_modes.T, problem.output_modes @ last)
    assert_matches_flow(problem, W, 5.0, name="unbalanced modes")


def test_data_whose_modes_decouple():
    """X X^T diagonal in the target's modes: each mode has its own clock and target."""
    X = np.diag([2.0, 0.5, 1.5])
    problem = lv.Problem(X=X, Y=np.array([[1.0, 0, 0], [0, 0.7, 0]]))
    W = lv.aligned(problem, (3, 3, 2), (0.3, 0.4))
    assert_matches_flow(problem, W, 8.0, name="Saxe")
    W = lv.aligned(problem, (3, 3, 3, 2), (0.6, 0.7))
    assert_matches_flow(problem, W, 8.0, name="Saxe")
    without = lv.Problem(X=np.diag([2.0, 0.0]), Y=np.diag([1.0, 3.0]))
    W = lv.aligned(without, (2, 2, 2), (0.3, 0.4))
    assert_matches_flow(without, W, 3.0, name="Saxe")


@pytest.mark.parametrize("dims", [(3, 3, 3), (5, 4, 3), (4, 2, 3), (3, 6, 2)])
def test_fukumizu(dims):
    s = np.arange(dims[-1], 0, -1.0)
    problem = rotated(lv.Problem.canonical(s, d_x=dims[0]))
    assert_matches_flow(problem, lv.balanced(dims, 0.4, seed=2), 8.0, name="Fukumizu")


@pytest.mark.parametrize("lam", [0.5, -0.5, 4.0, -4.0])
def test_lambda_balanced(lam):
    problem = lv.Problem.canonical((2, 1.2, 0.7), d_x=5)
    W = lv.lambda_balanced((5, 3, 3), lam, 0.3, seed=1)
    assert_matches_flow(problem, W, 6.0, name="lambda-balanced", tolerance=8e-9)


def test_scenario_lazy_to_rich():
    """Time to 1 % of the loss: .52 for λ = 4, with little change of the kernel."""
    problem = lv.Problem.canonical((2, 1.2, 0.7), d_x=5)
    W = lv.lambda_balanced((5, 3, 3), 4.0, 0.05, seed=1)
    t = np.linspace(0, 2, 401)
    losses = exact_loss(problem, W, t)
    assert t[np.argmax(losses <= 0.01 * losses[0])] == pytest.approx(0.52, abs=0.03)
    start = lv.ntk(problem, W)
    end = lv.ntk(problem, lv.gradient_flow(problem, W).limit)
    assert np.linalg.norm(end - start) / np.linalg.norm(start) == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("c", [0.3, 4.0])
def test_scaled_white_data(c):
    """X X^T = c I: white data after W_j -> c^(1/2N) W_j and t -> c^(1/N) t."""
    X = np.sqrt(c) * lv.orthogonal((3, 3), seed=2)[0]
    problem = lv.Problem(X=X, Y=np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 1.0]]))
    for lam in (0.0, -1.0):
        W = lv.lambda_balanced((3, 3, 2) if lam <= 0 else (3, 2, 2), lam, 0.5, seed=3)
        name = "Fukumizu" if lam == 0 else "lambda-balanced"
        assert_matches_flow(problem, W, 5.0, name=name)
        white = lv.Problem(X=X / np.sqrt(c), Y=problem.Y)
        t = np.array([0.0, 0.3, 2.0])
        other = exact_product(white, [c**0.25 * Wj for Wj in W], c**0.5 * t)
        assert exact_product(problem, W, t) * c**0.5 == pytest.approx(other, abs=1e-10)


def test_fractions_at_long_times():
    """A step of 64/‖F‖ is as good as many small ones, and nothing overflows."""
    Y = np.diag([3.0, 2.0, 0.01])
    W = lv.balanced((3, 3, 3), 1e-6, seed=4)
    t = np.array([1.0, 30.0, 2e4])
    small = fraction_products(Y, W, 0.0, np.unique(np.append(np.linspace(0, 30, 400), t)))
    long = fraction_products(Y, W, 0.0, t)
    assert np.abs(long[1] - small[-2]).max() < 1e-12
    one = lv.Problem(X=np.eye(3), Y=Y)
    assert excess_loss(one, (long[2],)) < 1e-20
    with pytest.raises(ValueError, match=r"expected a time of at most 3\.333e\+05"):
        fraction_products(Y, W, 0.0, np.array([1e7]))


@pytest.mark.parametrize("dims", [(3, 3, 3, 3), (4, 3, 3, 3, 2), (4, 2, 3, 3)])
def test_end_to_end_equation(dims):
    s = (2, 1.5, 1)[: dims[-1]]
    problem = lv.Problem.canonical(s, d_x=dims[0])
    W = lv.balanced(dims, 0.7, seed=0)
    name = "end-to-end equation (numerical)"
    assert_matches_flow(problem, W, 5.0, name=name, tolerance=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_the_end_to_end_equation_keeps_the_rank(seed):
    """Powers of singular values that are roundoff must not feed them: 1e-17 to the 1/2 is 3e-9."""
    problem = lv.Problem.canonical((3, 2, 1))
    W = lv.balanced((3, 3, 2, 3, 3), 0.9, seed=seed)
    sigma = np.linalg.svd(exact_product(problem, W, 15.0), compute_uv=False)
    assert sigma == pytest.approx([3, 2, 0], abs=1e-10)


def test_end_to_end_equation_of_raw_data():
    rng = np.random.default_rng(4)
    problem = lv.Problem(X=rng.standard_normal((3, 7)), Y=rng.standard_normal((2, 7)))
    name = "end-to-end equation (numerical)"
    for dims in ((3, 3, 2), (3, 2, 3, 2)):
        assert_matches_flow(problem, lv.balanced(dims, 0.6, seed=1), 1.0, name=name)


def test_end_to_end_agrees_with_the_closed_forms():
    problem = rotated(lv.Problem.canonical((3, 2, 1)))
    t = np.array([0.0, 0.5, 3.0])
    for W in (lv.balanced((3, 3, 3), 0.8, seed=2), lv.aligned(problem, (3,) * 5, (1.1, 0.9, 0.8))):
        P = end_to_end_products(problem, lv.product(W), len(W), t)
        assert exact_product(problem, W, t) == pytest.approx(P, abs=1e-9)


def test_the_determinant_trap():
    """Balanced with the wrong sign of det P: the exact solutions stay on the plateau."""
    problem = lv.Problem.canonical((2, 1))
    Q = lv.orthogonal((2, 2), seed=3)[0]
    for N in (2, 3):
        W = [np.diag([0.9, 0.6]) ** (1 / N) for _ in range(N)]
        W[0], W[-1] = W[0] @ Q, np.diag([1.0, -np.linalg.det(Q)]) @ W[-1]
        assert np.linalg.det(lv.product(W)) < 0
        for t in (5.0, 15.0):
            P = exact_product(problem, W, t)
            assert np.linalg.det(P) < 0
            assert exact_loss(problem, W, t) >= 0.5 - 1e-12


def test_linear_regression_on_raw_data():
    rng = np.random.default_rng(5)
    X = rng.standard_normal((4, 6))
    X[3] = X[0] - X[1]  # rank 3: the rest of P stays
    problem = lv.Problem(X=X, Y=rng.standard_normal((2, 6)))
    W = lv.gaussian((4, 2), 1.0)
    assert_matches_flow(problem, W, 3.0, name="linear regression")


@hypothesis_settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    N=st.integers(2, 4),
    turned=st.booleans(),
)
def test_exact_solutions_obey_the_flow(seed, N, turned):
    """Random aligned and balanced starts, against the flow."""
    rng = np.random.default_rng(seed)
    d_y = int(rng.integers(1, 4))
    d_x = d_y + int(rng.integers(0, 2))
    dims = (d_x, *(int(d) for d in rng.integers(d_y, d_y + 3, size=N - 1)), d_y)
    s = np.sort(rng.uniform(0.5, 2, d_y))[::-1]
    problem = lv.Problem.canonical(s, d_x=d_x)
    problem = rotated(problem, seed) if turned else problem
    W = lv.aligned(problem, dims, rng.uniform(0.4, 1.0, d_y))
    assert_matches_flow(problem, W, 3.0, name="Saxe")
    if N == 2:
        W = lv.balanced(dims, 0.7, seed=seed)
        trajectory = lv.gradient_flow(problem, W, t_end=3.0, rtol=1e-12, n_frames=20)
        assert np.abs(exact_loss(problem, W, trajectory.t) - trajectory.loss).max() < 1e-8


@pytest.mark.parametrize(
    ("dims", "rule", "words"),
    [
        ((3, 3, 2), "gaussian", "C_1 is no multiple of the identity"),
        ((3, 3, 3, 2), "gaussian", "the weights are not balanced"),
        ((3, 3, 2), "raw", "is not 0 and X Xᵀ is no multiple of the identity"),
    ],
)
def test_where_there_is_no_closed_form_the_reason_is_told(dims, rule, words):
    problem = lv.Problem.canonical((2, 1), d_x=3)
    W = lv.gaussian(dims, 0.5)
    if rule == "raw":
        rng = np.random.default_rng(0)
        problem = lv.Problem(X=rng.standard_normal((3, 5)), Y=rng.standard_normal((2, 5)))
        W = lv.lambda_balanced(dims, -1.0)
    name, reason = exact_method(problem, W)
    assert name is None
    assert words in reason
    for function in (exact_loss, exact_product, exact_modes, exact_excess):
        with pytest.raises(ValueError, match=r"use gradient_flow\(problem, W\)"):
            function(problem, W, 1.0)


def test_balance_is_told_from_almost_balance():
    problem = lv.Problem.canonical((2, 1))
    W = lv.aligned(problem, (2, 2, 2, 2), (0.5, 0.3))
    nearly = (W[0] * (1 + 1e-9), *W[1:])
    assert exact_method(problem, W)[0] == "Saxe"
    assert exact_method(problem, nearly)[0] is None
    # a weak mode out of balance beside a strong one: C is 1e-14 of ‖W‖², and yet it decides
    weak = (np.diag([1.0, 1e-9]), np.diag([1.0, 1e-7]))
    assert exact_method(problem, weak)[0] == "unbalanced modes"
    assert_matches_flow(problem, weak, 20.0, name="unbalanced modes")


def test_alignment_is_more_than_equal_stretches():
    """P diagonal and every layer stretching each mode by the same factor: still not balanced."""
    problem = lv.Problem.canonical((2, 1))
    first = 0.7 * np.array([[1.0, np.cos(1.2)], [0.0, np.sin(1.2)]])
    W = (first, 0.49 * np.linalg.inv(first))
    assert lv.product(W) == pytest.approx(0.49 * np.eye(2))
    assert exact_method(problem, W)[0] is None


def test_times_keep_their_shape_and_order():
    problem = lv.Problem.canonical((2, 1), d_x=3)
    for W in (lv.aligned(problem, (3, 2, 2), (0.5, 0.5)), lv.balanced((3, 2, 2), 0.5)):
        t = np.array([[3.0, 0.0], [1.0, 1.0]])
        assert exact_loss(problem, W, t).shape == (2, 2)
        assert exact_product(problem, W, t).shape == (2, 2, 2, 3)
        assert exact_modes(problem, W, t).shape == (2, 2, 2)
        assert np.shape(exact_loss(problem, W, 1.0)) == ()
        for index in itertools.product(range(2), range(2)):
            one = exact_product(problem, W, float(t[index]))
            assert exact_product(problem, W, t)[index] == pytest.approx(one, abs=1e-13)
        assert exact_product(problem, W, 0.0) == pytest.approx(lv.product(W), abs=1e-14)
    with pytest.raises(ValueError, match="expected finite times"):
        exact_loss(problem, W, [0.0, -1.0])


def test_a_numerical_solution_says_when_it_gives_up():
    problem = lv.Problem.canonical((2, 1.5, 1), d_x=4)
    W = lv.balanced((4, 3, 3, 3), 0.1, seed=1)
    with pytest.raises(ValueError, match=r"40000 evaluations can follow to t = 128, found t = "):
        exact_loss(problem, W, 128.0)


@pytest.mark.parametrize("N", range(1, 8))
def test_modes_of_any_size_at_any_time_are_numbers_without_a_warning(N):
    """Or the times are refused: nothing divides by zero on the way."""
    sizes = (0, 1e-320, 1e-300, 1e-100, 1e-12, 0.3, 1, 1e6)
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        for s, u, sign, t in itertools.product(sizes, sizes, (1, -1), (1.0, 1e9, 1e30)):
            try:
                found = balanced_mode(s, sign * u, [0.0, t], N)
            except ValueError as error:
                assert "expected earlier times" in str(error)  # noqa: PT017
            else:
                assert np.isfinite(found).all()


@pytest.mark.parametrize("size", [1e-60, 1e-30, 1e-6])
def test_the_equation_of_tiny_products_is_followed_or_refused_in_words(size):
    """A product near the smallest numbers left the integrator without a tolerance."""
    Q, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))
    problem = lv.Problem.canonical((240.0, 1.0, 0.0))
    W = (*(size * np.diag([1.0, 0, 0]) for _ in range(4)), size * Q)
    try:
        found = end_to_end_products(problem, lv.product(W), 5, np.array([0.0, 1.0, 1e3]))
    except ValueError as error:
        assert "expected an end-to-end equation" in str(error)  # noqa: PT017
    else:
        assert np.isfinite(found).all()
