"""Gradient descent against its exact identities, the flow, and what theory says of its limits."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import linviz as lv
from linviz.core.flow.descent import gradient_descent
from linviz.core.model.layers import Weights, gradient, loss, pack, product, unpack, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.theory.discretization import angular_momenta, drift_bound, one_step_drift
from linviz.core.theory.sharpness import critical_step, sharpness_floor
from linviz.core.theory.weight_decay import critical_weight_decay, decayed_strengths

DIMS = st.sampled_from([(2, 1), (3, 4, 2), (3, 2, 4, 2), (2, 3, 2, 3, 1)])
SEEDS = st.integers(0, 10**6)


def data(dims: tuple[int, ...], seed: int, m: int = 7) -> Problem:
    rng = np.random.default_rng(seed)
    return Problem(X=rng.standard_normal((dims[0], m)), Y=rng.standard_normal((dims[-1], m)))


def step_by_hand(problem: Problem, W: Weights, step: float, decay: float = 0.0) -> Weights:
    G = gradient(problem, W)
    return tuple(Wj - step * (Gj + decay * Wj) for Wj, Gj in zip(W, G, strict=True))


def sharpness(problem: Problem, W: Weights) -> float:
    return float(np.linalg.eigvalsh(lv.hessian(problem, W))[-1])


def scalar(w1: float, w2: float) -> Weights:
    return np.array([[w1]]), np.array([[w2]])


# the steps


@settings(max_examples=25)
@given(DIMS, SEEDS, st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 0.8]))
def test_the_iterates_are_those_of_the_definition(dims, seed, decay, momentum):
    problem, W = data(dims, seed), lv.gaussian(dims, 0.4, seed=seed)
    run = gradient_descent(problem, W, step=0.01, n_steps=12, weight_decay=decay, momentum=momentum)
    V = tuple(np.zeros_like(Wj) for Wj in W)
    for k in range(13):
        for Wj, kept in zip(W, run.frame(k), strict=True):
            np.testing.assert_allclose(kept, Wj, rtol=1e-11, atol=1e-13)
        assert run.loss[k] == pytest.approx(loss(problem, W), rel=1e-11)
        G = gradient(problem, W)
        V = tuple(momentum * v - 0.01 * (g + decay * w) for v, g, w in zip(V, G, W, strict=True))
        W = tuple(w + v for w, v in zip(W, V, strict=True))
    np.testing.assert_allclose(run.t, 0.01 * np.arange(13))


@pytest.mark.parametrize("options", [{}, {"momentum": 0.7}, {"label_noise": 0.2, "seed": 3}])
def test_at_takes_the_same_steps_again(options):
    dims = (3, 4, 2)
    problem, W = data(dims, 1), lv.gaussian(dims, 0.4, seed=2)
    every = gradient_descent(problem, W, step=0.002, n_steps=300, n_frames=301, **options)
    few = gradient_descent(problem, W, step=0.002, n_steps=300, n_frames=9, **options)
    assert len(few.t) <= 9
    for k in (0, 17, 143, 299, 300):
        for a, b in zip(few.at(every.t[k]), every.frame(k), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
    halfway = [(a + b) / 2 for a, b in zip(every.frame(17), every.frame(18), strict=True)]
    for a, b in zip(few.at(0.035), halfway, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="expected a time"):
        few.at(0.7)


def test_small_steps_follow_the_flow_to_first_order():
    problem = Problem.canonical((2, 1), d_x=3)
    W = lv.gaussian((3, 3, 2), 0.5, seed=4)
    end = lv.gradient_flow(problem, W, t_end=1.0, rtol=1e-11).limit
    errors = []
    for n in (200, 400, 800):
        run = gradient_descent(problem, W, step=1 / n, n_steps=n)
        errors.append(np.linalg.norm(pack(run.limit) - pack(end)))
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.05)
    assert errors[1] / errors[2] == pytest.approx(2, abs=0.05)


# drift of the invariants


@settings(max_examples=40)
@given(DIMS, SEEDS, st.floats(1e-3, 0.3), st.sampled_from([0.0, 0.4]))
def test_one_step_drift_is_exact(dims, seed, step, decay):
    problem, W = data(dims, seed), lv.gaussian(dims, 0.7, seed=seed)
    after = step_by_hand(problem, W, step, decay)
    claimed = one_step_drift(problem, W, step, weight_decay=decay)
    size = max(np.sum(Wj**2) for Wj in (*W, *after))
    for C, D, change in zip(lv.invariants(W), lv.invariants(after), claimed, strict=True):
        assert np.abs(D - C - change).max() <= 1e-13 * size


@pytest.mark.parametrize("dims", [(2, 3, 2), (3, 2, 4, 1)])
def test_expected_drift_under_label_noise(dims):
    # the change is quadratic in the labels, so a sum over +-1 noise in each label is its mean
    problem, W, step, sigma = data(dims, 5, m=4), lv.gaussian(dims, 0.7, seed=6), 0.1, 0.8
    quiet = one_step_drift(problem, W, step)
    mean = [change.copy() for change in quiet]
    for k, n in itertools.product(*map(range, problem.Y.shape)):
        for sign in (1, -1):
            Y = problem.Y.copy()
            Y[k, n] += sign * sigma
            noisy = one_step_drift(Problem(X=problem.X, Y=Y), W, step)
            for total, a, b in zip(mean, noisy, quiet, strict=True):
                total += (a - b) / 2
    for total, claim in zip(mean, one_step_drift(problem, W, step, label_noise=sigma), strict=True):
        np.testing.assert_allclose(claim, total, rtol=1e-11, atol=1e-13)


def test_label_noise_does_not_balance_layers_of_unequal_ends():
    # C decays under noise for d_x = d_y; else d_x W_2'W_2 = d_y W_1W_1' is what noise keeps
    W1 = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    square = Problem.canonical((2, 1)), (np.eye(2), np.diag([2.0, 0.5]))
    C, moved = lv.invariants(square[1])[0], one_step_drift(*square, 0.1, label_noise=1.0)[0]
    still = one_step_drift(*square, 0.1)[0]
    np.testing.assert_allclose(moved - still, -0.01 * 2 * C, atol=1e-15)
    wide = Problem.canonical((2, 1), d_x=3)
    for W2, rests in ((np.eye(2), False), (np.sqrt(2 / 3) * np.eye(2), True)):
        noise = (
            one_step_drift(wide, (W1, W2), 0.1, label_noise=1.0)[0]
            - one_step_drift(wide, (W1, W2), 0.1)[0]
        )
        assert (np.abs(noise).max() < 1e-16) == rests


@settings(max_examples=20)
@given(DIMS, SEEDS, st.floats(1e-3, 0.05), st.sampled_from([0.0, 0.3]))
def test_the_drift_stays_below_its_bound(dims, seed, step, noise):
    problem, W = data(dims, seed), lv.gaussian(dims, 0.5, seed=seed)
    run = gradient_descent(problem, W, step=step, n_steps=200, label_noise=noise, seed=seed)
    bound = drift_bound(run)
    assert bound.shape == lv.drift(run).shape
    size = max(float(np.sum(Wj**2, axis=(1, 2)).max()) for Wj in run.W)
    assert (lv.drift(run) <= bound + 1e-13 * size).all()


def test_drift_is_proportional_to_the_step():
    problem, W = Problem.canonical((2, 1), d_x=4), lv.gaussian((4, 5, 3, 2), 0.5, seed=0)
    steps = (0.02, 0.01, 0.005)
    drifts = [
        lv.drift(gradient_descent(problem, W, step=step, n_steps=round(30 / step)))[-1].max()
        for step in steps
    ]
    assert drifts[0] / drifts[1] == pytest.approx(2, abs=0.15)
    assert drifts[1] / drifts[2] == pytest.approx(2, abs=0.08)


def test_the_fall_of_the_loss_bounds_the_drift_only_with_the_descent_lemma_s_constant():
    problem, W = Problem.canonical((2, 1), d_x=4), lv.gaussian((4, 5, 3, 2), 0.5, seed=0)
    step = 0.05
    run = gradient_descent(problem, W, step=step, n_steps=400, n_frames=401)
    Lambda = max(
        sharpness(problem, tuple((1 - s) * a + s * b for a, b in zip(U, V, strict=True)))
        for U, V in itertools.pairwise(run.frame(k) for k in range(120))
        for s in (0.0, 0.5)
    )
    assert step * Lambda < 1
    squares = [np.sum(pack(gradient(problem, run.frame(k))) ** 2) for k in range(len(run.t) - 1)]
    total = step**2 * np.cumsum(squares)
    fall = step * (run.loss[0] - run.loss[1:])
    assert (total >= fall).all()  # eta (L(0) - L) alone is no bound on the sum: it is below it
    lemma = drift_bound(run, sharpness=Lambda)
    assert (total <= lemma[1:, 0] * (1 + 1e-12)).all()
    assert (drift_bound(run) <= total[-1]).all()
    assert (lv.drift(run) <= lemma + 1e-13).all()


def test_drift_bound_says_what_it_is_no_theorem_for():
    problem, W = Problem.canonical((1,)), scalar(1.0, 0.5)
    for options in ({"weight_decay": 0.1}, {"momentum": 0.5}):
        with pytest.raises(ValueError, match="plain gradient descent"):
            drift_bound(gradient_descent(problem, W, step=0.1, **options))
    with pytest.raises(ValueError, match="step \\* sharpness"):
        drift_bound(gradient_descent(problem, W, step=0.1), sharpness=20.0)


def test_scalar_descent_always_shrinks_the_imbalance():
    problem, W = Problem.canonical((1,)), scalar(0.3, 2.6)
    after = step_by_hand(problem, W, 0.4)
    r = 1 - 0.3 * 2.6
    C, D = lv.invariants(W)[0], lv.invariants(after)[0]
    np.testing.assert_allclose(D, C * (1 - (0.4 * r) ** 2), rtol=1e-14)


# the edge of stability


@pytest.mark.parametrize("dims", [(3, 3, 2), (3, 3, 3, 2)])
def test_no_minimum_holds_above_the_critical_step(dims):
    problem, W = Problem.canonical((2, 1), d_x=3), lv.gaussian(dims, 0.5, seed=1)
    critical = critical_step(problem, len(dims) - 1)
    for factor in (0.5, 0.9, 0.99):
        step = factor * critical
        run = gradient_descent(problem, W, step=step, n_steps=4000)
        assert run.status == "converged" or factor == 0.99  # which is too slow for roundoff
        assert run.loss[-1] < 1e-16
        assert sharpness(problem, run.limit) <= 2 / step * (1 + 1e-9)
    for factor in (1.05, 1.2):
        run = gradient_descent(problem, W, step=factor * critical, n_steps=4000)
        assert run.status == "horizon"
        late = run.loss[len(run.loss) // 2 :]
        assert 1e-3 < late.min() <= late.max() < 1  # a bounded oscillation
        assert "edge of stability" in run.reason


def test_the_catapult():
    problem, W = Problem.canonical((1,)), scalar(0.3, 2.6)
    C = lv.invariants(W)[0][0, 0]
    assert np.sqrt(C**2 + 4) == pytest.approx(6.96, abs=0.005)  # where the flow would end
    for step, imbalance, final in ((0.4, 1.50, 2.50), (0.5, -0.63, 2.10)):
        run = gradient_descent(problem, W, step=step)
        assert run.status == "converged"
        assert lv.invariants(run.limit)[0][0, 0] == pytest.approx(imbalance, abs=0.005)
        assert sharpness(problem, run.limit) == pytest.approx(final, abs=0.006)
        assert final <= 2 / step
    for step in (0.7, 0.9, 3.0, 1e3, 1e200):
        run = gradient_descent(problem, W, step=step)
        assert run.status == "diverged"
        assert "blew up" in run.reason
        assert np.isfinite(run.loss).all()
        assert all(np.isfinite(Wj).all() for Wj in (*run.W, *run.limit))


@settings(max_examples=15)
@given(st.sampled_from([(3, 3, 2), (2, 4, 3, 2), (4, 3, 1)]), SEEDS)
def test_every_minimum_is_at_least_as_sharp_as_the_floor(dims, seed):
    # a minimum at will: random later layers, and the first one solves for the product
    rng = np.random.default_rng(seed)
    scales = rng.uniform(0.2, 3, size=dims[0])
    m = dims[0] + 3
    raw = Problem(
        X=scales[:, None] * rng.standard_normal((dims[0], m)), Y=rng.standard_normal((dims[-1], m))
    )
    for problem in (raw, raw.whitened()):
        later = lv.gaussian(dims, 1.0, seed=seed)[1:]
        W = (np.linalg.pinv(product(later)) @ problem.least_squares, *later)
        assert np.linalg.norm(pack(gradient(problem, W))) < 1e-8
        assert sharpness(problem, W) >= sharpness_floor(problem, len(W)) - 1e-9


def test_the_floor_is_attained_at_balanced_minima_of_white_data():
    problem = Problem.canonical((2, 1.3, 0.6))
    for N in (1, 2, 3, 4):
        W = tuple(np.diag(problem.singular_values ** (1 / N)) for _ in range(N))
        assert sharpness(problem, W) == pytest.approx(N * 2 ** (2 - 2 / N), rel=1e-12)
        assert sharpness_floor(problem, N) == pytest.approx(N * 2 ** (2 - 2 / N), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_floor_of_raw_data_is_attained_by_one_output_and_two_layers(seed):
    problem = data((3, 1), seed)
    p = problem.least_squares
    log_b = np.linspace(-8, 8, 40001)
    R = problem.input_root
    # all minima have lambda_max >= that of W_2 = sqrt(b), W_1 = p/sqrt(b), for their b = |W_2|^2
    hess = np.exp(log_b)[:, None, None] * problem.gram + np.exp(-log_b)[:, None, None] * (
        R @ p.T @ p @ R
    )
    least = np.linalg.eigvalsh(hess)[:, -1].min()
    floor = sharpness_floor(problem, 2)
    assert floor <= least + 1e-9
    assert floor == pytest.approx(least, rel=1e-4)  # the grid's own error
    v = np.random.default_rng(seed).standard_normal((3, 2000))
    v /= np.linalg.norm(v, axis=0)
    trial = 2 * np.sqrt(np.sum(v * (problem.gram @ v), axis=0)) * np.abs(p @ R @ v)[0]
    assert trial.max() <= floor * (1 + 1e-9)


def test_critical_step_of_degenerate_problems():
    assert critical_step(Problem(X=np.eye(2), Y=np.zeros((1, 2))), 2) == np.inf
    assert critical_step(Problem(X=[[2.0]], Y=[[0.0]]), 2) == np.inf
    assert critical_step(Problem(X=[[2.0]], Y=[[1.0]]), 1) == 0.5
    # one number: W = c I scaled data, lambda_max = 2 |w1 w2| x^2 at the balanced minimum
    assert sharpness_floor(Problem(X=[[3.0]], Y=[[6.0]]), 2) == pytest.approx(2 * 2 * 9)
    with pytest.raises(ValueError, match="n_layers"):
        critical_step(Problem.canonical((1,)), 0)


# weight decay


def decayed_flow(problem: Problem, W: Weights, decay: float, t_end: float) -> Weights:
    dims = widths(W)

    def velocity(t: float, w: Matrix) -> Matrix:
        return -pack(gradient(problem, unpack(w, dims))) - decay * w

    run = solve_ivp(velocity, (0, t_end), pack(W), method="DOP853", rtol=1e-12, atol=1e-14)
    return unpack(run.y[:, -1], dims)


@pytest.mark.parametrize("dims", [(3, 4, 2), (3, 3, 4, 2)])
def test_weight_decay_makes_the_imbalance_decay(dims):
    problem, W, decay, t = data(dims, 8), lv.gaussian(dims, 0.6, seed=9), 0.3, 1.5
    end = decayed_flow(problem, W, decay, t)
    for C, D in zip(lv.invariants(W), lv.invariants(end), strict=True):
        np.testing.assert_allclose(D, np.exp(-2 * decay * t) * C, rtol=0, atol=1e-9)
    errors = []
    for n in (750, 1500):
        run = gradient_descent(problem, W, step=t / n, n_steps=n, weight_decay=decay)
        errors.append(np.linalg.norm(pack(run.limit) - pack(end)))
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.1)


def test_decay_of_the_imbalance_in_steps():
    # (1 - step * decay)^2 a step, up to the exact O(step^2) term, summed
    problem, W, step, decay = data((3, 4, 2), 8), lv.gaussian((3, 4, 2), 0.6, seed=9), 0.01, 0.3
    run = gradient_descent(problem, W, step=step, n_steps=200, n_frames=201, weight_decay=decay)
    C = lv.invariants(run.W)[0]
    rest = np.zeros_like(C[0])
    for k in range(200):
        np.testing.assert_allclose(
            C[k], (1 - step * decay) ** (2 * k) * C[0] + rest, rtol=0, atol=1e-13
        )
        G1, G2 = gradient(problem, run.frame(k))
        rest = (1 - step * decay) ** 2 * rest + step**2 * (G2.T @ G2 - G1 @ G1.T)


@pytest.mark.parametrize(
    ("dims", "scale", "seed", "decay", "strengths"),
    [
        ((3, 3, 3), 0.05, 0, 0.05, (1.95, 0.95, 0.15)),
        ((3, 3, 3), 0.8, 0, 0.3, (1.7, 0.7, 0.0)),
        # with two hidden layers the draw decides which modes survive, not the scale alone
        ((3, 3, 3, 3), 0.05, 1, 0.05, (1.96, 0.0, 0.0)),
        ((3, 3, 3, 3), 0.05, 0, 0.05, (1.96, 0.949, 0.0)),
        ((3, 3, 3, 3), 0.05, 0, 0.3, (0.0, 0.0, 0.0)),
        ((3, 3, 3, 3), 0.8, 1, 0.05, (1.96, 0.949, 0.087)),
        ((3, 3, 3, 3), 0.8, 0, 0.05, (1.96, 0.949, 0.0)),
        ((3, 3, 3, 3), 0.8, 0, 0.3, (1.75, 0.654, 0.0)),
    ],
)
def test_what_weight_decay_leaves(dims, scale, seed, decay, strengths):
    problem, W = Problem.canonical((2, 1, 0.2)), lv.gaussian(dims, scale, seed=seed)
    run = gradient_descent(problem, W, step=0.05, n_steps=40_000, weight_decay=decay)
    s = np.linalg.svd(product(run.limit), compute_uv=False)
    np.testing.assert_allclose(s, strengths, rtol=0, atol=6e-3)
    expected = decayed_strengths(problem, len(dims) - 1, decay)
    kept = s > 1e-3
    np.testing.assert_allclose(s[kept], expected[kept], rtol=0, atol=1e-9)


def test_critical_weight_decay_of_two_hidden_layers():
    problem = Problem.canonical((1,))
    assert critical_weight_decay(problem, 3)[0] == pytest.approx(0.75 * 0.25 ** (1 / 3))
    W = tuple(np.ones((1, 1)) for _ in range(3))
    for decay, product_left in ((0.46, 0.34), (0.49, 0.0)):
        run = gradient_descent(problem, W, step=0.05, n_steps=8000, weight_decay=decay)
        assert product(run.limit)[0, 0] == pytest.approx(product_left, abs=5e-3)
        assert decayed_strengths(problem, 3, decay)[0] == pytest.approx(
            product(run.limit)[0, 0], abs=1e-6
        )


@given(st.floats(0.05, 5), st.integers(1, 6), st.floats(0.0, 3))
@settings(max_examples=50)
def test_decayed_strengths_solve_their_equation(s, N, decay):
    problem = Problem.canonical((s,))
    u = decayed_strengths(problem, N, decay)[0]
    if u == 0:
        assert decay >= critical_weight_decay(problem, N)[0] * (1 - 1e-12)
    else:
        a = u ** (1 / N)
        assert a ** (N - 2) * (s - u) == pytest.approx(decay, rel=1e-9, abs=1e-9)
        assert decay <= critical_weight_decay(problem, N)[0] * (1 + 1e-12)


def test_weight_decay_theory_is_for_white_data():
    for question in (lambda p: decayed_strengths(p, 2, 0.1), lambda p: critical_weight_decay(p, 2)):
        with pytest.raises(ValueError, match="white data"):
            question(data((2, 1), 0))
    with pytest.raises(ValueError, match="weight_decay"):
        decayed_strengths(Problem.canonical((1,)), 2, -0.1)


# noise and momentum


def test_label_noise_makes_the_scalar_imbalance_decay():
    problem, W = Problem.canonical((1,)), scalar(0.5, 2.0)
    ends = [
        lv.invariants(
            gradient_descent(
                problem, W, step=0.05, n_steps=400, label_noise=1.0, seed=seed, n_frames=2
            ).limit
        )[0][0, 0]
        for seed in range(200)
    ]
    expected = 3.75 * (1 - 0.05**2) ** 400  # less what the transient residual takes
    error = np.std(ends) / np.sqrt(len(ends))
    assert 0.9 * expected - 4 * error < np.mean(ends) < expected + 4 * error
    assert error < 0.02 * expected


def test_label_noise_is_reproducible_and_ends_at_no_point():
    problem, W = data((3, 2), 0), lv.gaussian((3, 3, 2), 0.5, seed=0)
    runs = [
        gradient_descent(problem, W, step=0.01, n_steps=500, label_noise=0.5, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(runs[0].loss, runs[1].loss)
    assert not np.array_equal(runs[0].loss, runs[2].loss)
    assert runs[0].status == "horizon"


def test_angular_momentum_of_the_heavy_ball():
    dims = (3, 4, 3, 2)
    problem, W, V = data(dims, 3), lv.gaussian(dims, 0.5, seed=4), lv.gaussian(dims, 0.3, seed=5)
    n, gamma = len(pack(W)), 0.4

    def motion(t: float, y: Matrix) -> Matrix:
        force = -pack(gradient(problem, unpack(y[:n], dims)))
        return np.concatenate([y[n:], force - gamma * y[n:]])

    start = np.concatenate([pack(W), pack(V)])
    y = solve_ivp(motion, (0, 2), start, method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    U, velocity = unpack(y[:n], dims), unpack(y[n:], dims)
    before, after = angular_momenta(W, V), angular_momenta(U, velocity)
    for Q, R in zip(before, after, strict=True):
        np.testing.assert_allclose(R, np.exp(-2 * gamma) * Q, rtol=0, atol=1e-9)
        assert np.abs(Q).max() > 0.1
    moved = [np.abs(D - C).max() for C, D in zip(lv.invariants(W), lv.invariants(U), strict=True)]
    assert max(moved) > 0.5  # C_j is not conserved


def test_angular_momentum_of_the_steps():
    # exactly mu a step; and from rest it stays zero while C moves
    dims = (3, 4, 2)
    problem, mu, step = data(dims, 3), 0.9, 0.01
    W, V = lv.gaussian(dims, 0.5, seed=4), lv.gaussian(dims, 0.1, seed=5)
    for _ in range(5):
        before = angular_momenta(W, V)[0]
        G = gradient(problem, W)
        V = tuple(mu * v - step * g for v, g in zip(V, G, strict=True))
        W = tuple(w + v for w, v in zip(W, V, strict=True))
        np.testing.assert_allclose(angular_momenta(W, V)[0], mu * before, rtol=0, atol=1e-14)
    run = gradient_descent(problem, W, step=step, momentum=mu, n_steps=60, n_frames=61)
    for U, V in itertools.pairwise(run.frame(k) for k in range(61)):
        last = tuple(b - a for a, b in zip(U, V, strict=True))
        assert np.abs(angular_momenta(V, last)[0]).max() < 1e-13
    assert lv.drift(run).max() > 0.1
    with pytest.raises(ValueError, match="shapes"):
        angular_momenta(W, W[:1])


# how a run ends


def test_a_saddle_kept_by_exact_zeros_is_reached():
    problem = Problem.canonical((3, 2, 1))
    W = lv.on_stable_manifold(problem, (3, 3, 3), missed=(0,), scale=0.4, seed=0)
    run = gradient_descent(problem, W, step=0.05, n_steps=20_000)
    assert run.status == "converged"
    assert run.loss[-1] == pytest.approx(4.5, abs=1e-12)


def test_a_plateau_is_no_limit():
    problem = Problem.canonical((1,))
    run = gradient_descent(problem, (np.full((1, 1), 1e-6),) * 3, step=0.1, n_steps=1000)
    assert run.status == "horizon"
    still = gradient_descent(problem, scalar(0.0, 0.0), step=0.1)
    assert still.status == "converged"
    assert still.loss[-1] == 0.5


def test_an_interrupted_run_is_kept():
    problem, W = data((3, 3, 2), 0), lv.gaussian((3, 3, 2), 0.1, seed=0)
    asked = []
    run = gradient_descent(
        problem, W, step=1e-4, interrupt=lambda t, value: asked.append((t, value)) or True
    )
    assert run.status == "budget"
    assert len(asked) == 1
    assert run.t[-1] == pytest.approx(asked[0][0])
    assert run.loss[-1] == pytest.approx(asked[0][1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step": 0.0}, "step to be a finite number > 0"),
        ({"step": np.nan}, "step to be a finite number > 0"),
        ({"weight_decay": -1.0}, "weight_decay"),
        ({"momentum": 1.0}, "momentum"),
        ({"label_noise": np.inf}, "label_noise"),
        ({"seed": -1}, "seed"),
        ({"n_steps": 0}, "n_steps"),
        ({"n_frames": 1}, "n_frames"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        gradient_descent(Problem.canonical((1,)), scalar(1.0, 1.0), **{"step": 0.1, **options})
