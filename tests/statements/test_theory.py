"""The talk's statements, one by one, in numpy.

The numbers are those of the list of claims: what a slide says, what is correct, how it is tested.
Gradients, kernels and integrators are written anew here. Thousands of critical points against the
sign of their Hessian are in test_landscape, the dashboard's table is in test_statements.
"""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import linviz as lv
from linviz.core.flow.backpropagation import nonlinear_gradient
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.starts.basin import basin_study
from linviz.core.theory.certificates import proposition_rate
from linviz.core.theory.discretization import one_step_drift
from linviz.core.theory.exact import exact_product
from linviz.core.theory.neurons import imbalance_leak
from linviz.core.theory.sharpness import sharpness_floor

DIMS = [(3, 2), (4, 5, 3), (3, 2, 2), (4, 3, 4, 2), (3, 2, 4, 3, 2)]


def chain(*matrices):
    """Product of matrices, the last one first applied."""
    P = matrices[0]
    for A in matrices[1:]:
        P = P @ A
    return P


def data(dims, seed, m=9):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((dims[0], m)), rng.standard_normal((dims[-1], m))


def half_loss(X, Y, W):
    return 0.5 * np.sum((Y - chain(*W[::-1], X)) ** 2)


def speeds(X, Y, W):
    """Right-hand side of the flow, written from the definition of a derivative of a product."""
    E = Y - chain(*W[::-1], X)
    out = []
    for j in range(len(W)):
        B = chain(*W[:j:-1]) if j + 1 < len(W) else np.eye(Y.shape[0])
        A = chain(*W[j - 1 :: -1], X) if j > 0 else X
        out.append(B.T @ E @ A.T)
    return tuple(out)


def jacobian(W):
    """Derivative of vec P by every weight, (d_y d_x, n_params)."""
    columns = []
    for j, Wj in enumerate(W):
        for k in range(Wj.size):
            V = np.zeros(Wj.size)
            V[k] = 1.0
            changed = list(W)
            changed[j] = V.reshape(Wj.shape)
            columns.append(chain(*changed[::-1]).ravel(order="F"))
    return np.array(columns).T


def flat(W):
    return np.concatenate([Wj.ravel() for Wj in W])


def shaped(w, dims):
    sizes = np.cumsum([a * b for a, b in itertools.pairwise(dims)])[:-1]
    parts = np.split(w, sizes)
    shapes = [(b, a) for a, b in itertools.pairwise(dims)]
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def imbalances(W):
    return [Wk.T @ Wk - Wj @ Wj.T for Wj, Wk in itertools.pairwise(W)]


def signs(problem, W):
    """Numbers of negative, zero, positive eigenvalues of the Hessian by central differences."""
    dims, h = (problem.d_x, *(Wj.shape[0] for Wj in W)), 1e-5
    w = flat(W)
    rows = []
    for k in range(w.size):
        step = np.zeros(w.size)
        step[k] = h
        there, back = (
            flat(speeds(problem.X, problem.Y, shaped(w + d, dims))) for d in (step, -step)
        )
        rows.append((back - there) / (2 * h))
    values = np.linalg.eigvalsh((np.array(rows) + np.array(rows).T) / 2)
    tolerance = 1e-7 * np.abs(values).max()
    n_negative, n_positive = np.sum(values < -tolerance), np.sum(values > tolerance)
    return int(n_negative), int(values.size - n_negative - n_positive), int(n_positive)


@pytest.mark.parametrize("dims", DIMS)
def test_01_the_network_is_the_product_of_all_layers(dims):
    W, (X, _) = lv.gaussian(dims, seed=1), data(dims, 2)
    signal = X
    for Wj in W:
        signal = Wj @ signal
    np.testing.assert_allclose(lv.product(W) @ X, signal, rtol=1e-12, atol=1e-13)
    if len(W) == 4:  # the slide's W_{H+1} W_H W_1, without the dots
        with pytest.raises(ValueError, match="matmul"):
            W[3] @ W[2] @ W[0]


@pytest.mark.parametrize("dims", DIMS)
def test_02_the_gradient_is_that_of_half_the_square(dims):
    X, Y = data(dims, 3)
    problem, W, h = lv.Problem(X, Y), lv.gaussian(dims, seed=4), 1e-6
    found, w = flat(lv.gradient(problem, W)), flat(W)
    steps = h * np.eye(w.size)
    expected = np.array(
        [
            (half_loss(X, Y, shaped(w + d, dims)) - half_loss(X, Y, shaped(w - d, dims))) / (2 * h)
            for d in steps
        ]
    )
    assert np.linalg.norm(found - expected) <= 1e-7 * np.linalg.norm(expected)
    assert lv.loss(problem, W) == pytest.approx(half_loss(X, Y, W), rel=1e-12)
    # the slide's loss without the half has twice this gradient: every time would be halved
    assert np.linalg.norm(found - 2 * expected) > 0.1 * np.linalg.norm(expected)


def test_03_the_flow_needs_its_transposes():
    dims = (5, 4, 3, 2)
    X, Y = data(dims, 5)
    W = lv.gaussian(dims, seed=6)
    velocity = speeds(X, Y, W)
    for Vj, Gj, Wj in zip(velocity, lv.gradient(lv.Problem(X, Y), W), W, strict=True):
        assert Vj.shape == Wj.shape
        np.testing.assert_allclose(Vj, -Gj, rtol=1e-11, atol=1e-12)
    M = Y @ X.T - chain(*W[::-1]) @ X @ X.T
    with pytest.raises(ValueError, match="matmul"):  # as printed, for j = 2
        W[2] @ M @ W[0]


@pytest.mark.parametrize("dims", [(3, 4, 2), (4, 3, 3, 2)])
def test_04_white_data_have_the_same_landscape_but_another_flow(dims):
    X, Y = data(dims, 7)
    W, N = lv.gaussian(dims, seed=8), len(dims) - 1
    values, V = np.linalg.eigh(X @ X.T)
    root = (V * np.sqrt(values)) @ V.T
    target = Y @ X.T @ np.linalg.inv(root)
    residual = 0.5 * (np.sum(Y**2) - np.sum(target**2))
    white = (W[0] @ root, *W[1:])
    eye = np.eye(dims[0])
    assert half_loss(eye, target, white) + residual == pytest.approx(half_loss(X, Y, W), rel=1e-12)
    assert lv.Problem(X, Y).residual_loss == pytest.approx(residual, rel=1e-10)
    raw = speeds(X, Y, W)
    moved = (raw[0] @ root, *raw[1:])
    canonical = speeds(eye, target, white)
    preconditioned = (canonical[0] @ X @ X.T, *canonical[1:])
    np.testing.assert_allclose(flat(moved), flat(preconditioned), rtol=0, atol=1e-9)
    assert np.abs(moved[0] - canonical[0]).max() > 0.1
    # G = cI: the same flow after rescaling all layers and the time
    c = 2.7
    X = np.sqrt(c) * np.linalg.qr(X.T)[0].T
    target = Y @ X.T / np.sqrt(c)
    scaled = tuple(c ** (1 / (2 * N)) * Wj for Wj in W)
    there = speeds(eye, target, scaled)
    here = c ** (1 / (2 * N) - 1 / N) * flat(speeds(X, Y, W))
    np.testing.assert_allclose(flat(there), here, rtol=0, atol=1e-10)


def test_05_the_minimum_is_above_zero_for_many_samples_and_for_a_bottleneck():
    X, Y = data((4, 5, 3), 9)
    least = 0.5 * np.linalg.lstsq(X.T, Y.T)[1].sum()
    problem = lv.Problem(X, Y)
    end = lv.gradient_flow(problem, lv.gaussian((4, 5, 3), seed=1))
    assert least > 0.1
    assert lv.loss(problem, end.limit) == pytest.approx(least, rel=1e-10)
    Q = np.linalg.qr(X.T)[0]  # of the best maps of rank 2 (Eckart and Young)
    s = np.linalg.svd(Y @ Q, compute_uv=False)
    narrow = lv.gradient_flow(problem, lv.gaussian((4, 2, 3), seed=1))
    assert lv.loss(problem, narrow.limit) == pytest.approx(least + 0.5 * s[2] ** 2, rel=1e-10)
    assert lv.classify(problem, narrow.limit).kind == "global minimum"


def test_06_full_rank_of_the_data_is_not_enough():
    X = np.eye(2, 4)
    Y = np.eye(4)[2:]  # of full rank, but orthogonal to the rows of X
    assert np.linalg.matrix_rank(X) == np.linalg.matrix_rank(Y) == 2
    np.testing.assert_allclose(lv.Problem(X, Y).singular_values, 0, atol=1e-15)
    # the strengths are those of Y Xᵀ(X Xᵀ)^(-1/2), not of Y
    X, Y = data((3, 2), 10)
    s = np.linalg.svd(Y @ np.linalg.qr(X.T)[0], compute_uv=False)
    np.testing.assert_allclose(lv.Problem(X, Y).singular_values, s, rtol=1e-12)
    assert np.abs(np.linalg.svd(Y, compute_uv=False) - s).min() > 0.1


@pytest.mark.parametrize("dims", [(4, 5, 2), (3, 2, 4, 3)])
def test_07_the_invariants_are_conserved(dims):
    X, Y = data(dims, 11, m=dims[0])
    start = lv.gaussian(dims, seed=12)
    C = imbalances(start)

    def right(_, w):
        return flat(speeds(X, Y, shaped(w, dims)))

    end = solve_ivp(right, (0, 4), flat(start), method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]
    assert (
        max(np.abs(a - b).max() for a, b in zip(imbalances(shaped(end, dims)), C, strict=True))
        <= 1e-9
    )
    w, h = flat(start), 0.01  # implicit midpoint keeps them to roundoff at any step
    for _ in range(50):
        middle = w
        for _ in range(60):
            middle = w + h / 2 * right(0, middle)
        w = 2 * middle - w
    assert np.abs(w - flat(start)).max() > 0.1
    assert (
        max(np.abs(a - b).max() for a, b in zip(imbalances(shaped(w, dims)), C, strict=True))
        <= 1e-13
    )
    eta, G = 0.05, [-V for V in speeds(X, Y, start)]
    after = imbalances([Wj - eta * Gj for Wj, Gj in zip(start, G, strict=True)])
    exact = one_step_drift(lv.Problem(X, Y), start, eta)
    for new, old, Gj, Gk, change in zip(after, C, G, G[1:], exact, strict=False):
        size = 1 + np.abs(new).max()
        assert np.abs(new - old - eta**2 * (Gk.T @ Gk - Gj @ Gj.T)).max() <= 1e-13 * size
        assert np.abs(new - old - change).max() <= 1e-13 * size


@pytest.mark.parametrize("dims", [(3, 4, 2), (2, 3, 4, 2)])
def test_08_norms_differ_by_minus_the_sum_of_traces(dims):
    W = lv.gaussian(dims, seed=13)
    last, traces = np.sum(W[-1] ** 2), [np.trace(C) for C in imbalances(W)]
    for j in range(len(W) - 1):
        gap = np.sum(W[j] ** 2) - last
        assert gap == pytest.approx(-sum(traces[j:]), abs=1e-12)
        assert lv.norm_gaps(W)[j] == pytest.approx(gap, abs=1e-12)
        assert abs(gap - sum(traces[j:])) > 0.1  # the other sign


@pytest.mark.parametrize("dims", [(3, 4, 2), (3, 2, 4, 2), (3, 1, 2)])
def test_09_every_trajectory_converges_to_a_critical_point(dims):
    problem = lv.Problem(*data(dims, 14))
    trajectory = lv.gradient_flow(problem, lv.gaussian(dims, seed=15))
    assert trajectory.status == "converged"
    assert np.linalg.norm(flat(speeds(problem.X, problem.Y, trajectory.limit))) < 1e-8
    assert (np.diff(trajectory.loss) <= 1e-12).all()


def test_10_the_rate_is_a_product_of_the_right_eigenvalues():
    problem, W = lv.Problem.canonical((2, 1), d_x=4), lv.certified((4, 4, 3, 2), 0.8, seed=2)
    order = [np.sort(np.linalg.eigvalsh(C))[::-1] for C in imbalances(W)]
    alpha = order[0][2] * order[1][1]  # λ_{d_2}(C_1) λ_{d_3}(C_2), the d-th largest
    assert alpha >= 0.8
    assert proposition_rate(problem, W).alpha == pytest.approx(alpha, rel=1e-12)
    run_ = lv.gradient_flow(problem, W, rtol=1e-12)
    early = run_.loss > 1e-13 * run_.loss[0]
    bound = run_.loss[0] * np.exp(-2 * alpha * run_.t)
    assert (run_.loss <= bound * (1 + 1e-6))[early].all()
    narrow = imbalances(lv.certified((4, 4, 2), 0.8, seed=2))[0]
    assert np.sort(np.linalg.eigvalsh(narrow))[2 - 1] < 0  # "the d_{j+1}-smallest": no rate at all
    # one eigenvalue instead of the product
    problem = lv.Problem.canonical((0.01,))
    W = tuple(np.array([[w]]) for w in (0.0, 0.1**0.5, 0.2**0.5))
    ratio = lv.gradient_flow(problem, W, t_end=30.0, rtol=1e-12).loss[-1] / (0.5 * 0.01**2)
    assert np.exp(-2 * 0.1 * 30) < 0.01 < ratio  # 0.0025 is what the slide promises
    assert ratio == pytest.approx(0.297, abs=1e-3)
    assert ratio <= np.exp(-2 * 0.1 * 0.1 * 30)
    assert lv.certified_rate(problem, W).alpha == pytest.approx(0.02)


def test_11_the_differential_inequality():
    rng = np.random.default_rng(16)
    for _ in range(1000):
        dims = tuple(int(d) for d in rng.integers(1, 4, size=int(rng.integers(2, 5))))
        W = [rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims)]
        J = jacobian(W)
        least = np.linalg.eigvalsh(J @ J.T)[0]
        before = [np.linalg.eigvalsh(Wk.T @ Wk)[0] for Wk in W]
        after = [np.linalg.eigvalsh(Wk @ Wk.T)[0] for Wk in W]
        terms = [np.prod(before[:j]) * np.prod(after[j + 1 :]) for j in range(len(W))]
        assert least >= sum(terms) - 1e-9
    # dL/dt = -M'KM; the inequality is as true of the whole square as of half of it
    Y = rng.standard_normal((dims[-1], dims[0]))
    M = (Y - chain(*W[::-1])).ravel(order="F")
    slope = sum(np.sum(V**2) for V in speeds(np.eye(dims[0]), Y, W))
    assert slope == pytest.approx(M @ J @ J.T @ M, rel=1e-10)


def test_12_the_rank_of_Z_is_at_least_that_of_R():
    rng = np.random.default_rng(17)
    problem, strict = lv.Problem.canonical((3, 2, 1)), 0
    for missed in lv.critical_values(problem, (3, 4, 4, 3)):
        W = list(lv.critical_point(problem, (3, 4, 4, 3), missed, seed=3))
        if rng.random() < 0.5:  # still critical: Z gains a direction that nothing enters or leaves
            left, right = (np.linalg.svd(A)[k] for A, k in ((W[2], 2), (W[0].T, 2)))
            W[1] = W[1] + np.outer(left[-1], right[-1])
        assert np.abs(flat(speeds(problem.X, problem.Y, W))).max() < 1e-10
        rank_R, rank_Z = (np.linalg.matrix_rank(A, tol=1e-8) for A in (W[2] @ W[1], W[1]))
        point = lv.classify(problem, W)
        assert rank_R == np.linalg.matrix_rank(chain(*W[::-1]), tol=1e-8) == point.rank
        assert rank_Z == point.rank_Z >= rank_R
        strict += rank_Z > rank_R
    assert strict > 1


def test_13_critical_values_miss_at_least_what_does_not_fit():
    s = (3.0, 2.0, 1.0)
    problem = lv.Problem.canonical(s, d_x=4)
    for dims in [(4, 3, 3), (4, 2, 3), (4, 1, 2, 3)]:
        found = lv.critical_values(problem, dims)
        for size in range(4):
            for missed in itertools.combinations(range(3), size):
                if size < 3 - min(dims):  # the slide allows every subset
                    assert missed not in found
                    with pytest.raises(ValueError, match="missed modes"):
                        lv.critical_point(problem, dims, missed)
                    continue
                W = lv.critical_point(problem, dims, missed, seed=1)
                value = 0.5 * sum(s[i] ** 2 for i in missed)
                assert found[missed] == pytest.approx(value, abs=1e-10)
                assert half_loss(problem.X, problem.Y, W) == pytest.approx(value, abs=1e-10)
                assert np.abs(flat(speeds(problem.X, problem.Y, W))).max() <= 1e-10


@pytest.mark.parametrize("dims", [(3, 3, 2), (3, 2, 3, 2), (2, 3, 3, 2)])
def test_14_points_of_full_rank_are_global_minima(dims):
    problem = lv.Problem.canonical((2, 1), d_x=dims[0])
    W = lv.gradient_flow(problem, lv.gaussian(dims, seed=18)).limit
    n = flat(W).size
    assert half_loss(problem.X, problem.Y, W) < 1e-20
    values = np.linalg.eigvalsh(lv.hessian(problem, W))
    zero = np.abs(values) <= 1e-8 * values[-1]
    assert zero.sum() == n - dims[0] * dims[-1]
    assert (values[~zero] > 0).all()
    J = jacobian(W)
    np.testing.assert_allclose(values[~zero], np.linalg.eigvalsh(J @ J.T), rtol=1e-8)


@pytest.mark.parametrize(("d", "d_1"), [(1, 1), (2, 3), (3, 2)])
def test_15_the_origin_may_be_an_isolated_critical_point(d, d_1):
    problem = lv.Problem.canonical(np.arange(d, 0, -1.0))
    W = (np.zeros((d_1, d)), np.zeros((d, d_1)))
    assert signs(problem, W) == (d * d_1, 0, d * d_1)  # no flat direction: dimension 0
    assert lv.spectrum(problem, W).n_zero == 0


def test_16_a_larger_rank_of_Z_is_sufficient_but_not_necessary():
    problem = lv.Problem.canonical((3, 2, 1))
    # mode 1 missed, modes 2 and 3 learned: rank Z = r, and yet a negative eigenvalue
    W = lv.critical_point(problem, (3, 3, 3, 3), missed=(0,))
    point = lv.classify(problem, W)
    assert (point.rank, point.rank_Z, point.kind) == (2, 2, "strict saddle")
    assert signs(problem, W)[0] == 2
    # the same rank with the weakest mode missed: no negative eigenvalue
    W = lv.critical_point(problem, (3, 3, 3, 3), missed=(2,))
    assert (lv.classify(problem, W).rank_Z, signs(problem, W)[0]) == (2, 0)
    # a larger rank of Z, however small what it adds, is enough
    for size in (1.0, 1e-2):
        V = (W[0], W[1] + size * np.diag([0.0, 0.0, 1.0]), W[2])
        point = lv.classify(problem, V)
        assert (point.rank_Z, point.kind) == (3, "strict saddle")
        assert signs(problem, V)[0] > 0


def test_16_a_tiny_Z_at_an_exact_saddle_is_seen():
    W = tuple(np.zeros((2, 2)) if j in (0, 3) else 1e-3 * np.eye(2) for j in range(4))
    point = lv.classify(lv.Problem.canonical((2, 1)), W)
    assert (point.kind, point.index) == ("strict saddle", 4)  # eigenvalues ±s_k 1e-6


@pytest.mark.parametrize("dims", [(2, 3, 2), (4, 3, 3), (5, 4, 2)])
def test_17_one_hidden_layer_has_strict_saddles_only(dims):
    d_x, d_1, d_y = dims
    s = np.arange(d_y, 0, -1.0)
    problem = lv.Problem.canonical(s, d_x)
    for missed in lv.critical_values(problem, dims):
        W = lv.critical_point(problem, dims, missed, seed=2)
        values = np.linalg.eigvalsh(lv.hessian(problem, W))
        for i in missed:  # a block of its own for each missed mode
            corner = -s[i] * np.eye(d_1)
            block = np.block([[W[0] @ W[0].T, corner], [corner, W[1].T @ W[1]]])
            part = np.linalg.eigvalsh(block)
            assert np.abs(part[:, None] - values).min(axis=1).max() < 1e-10
            assert part[0] < -0.1
        learned = [k for k in range(d_y) if k not in missed]
        pairs = sum(s[i] > s[k] for i in missed for k in learned)
        index = len(missed) * (d_1 - len(learned)) + pairs
        assert signs(problem, W)[0] == index == lv.classify(problem, W).index


def test_18_random_starts_illustrate_the_conjecture_and_prove_nothing():
    problem = lv.Problem.canonical((2, 1.5, 1))
    study = basin_study(problem, (3, 3, 3, 3, 3), n=40, rule="gaussian", scale=0.5, t_end=8.0)
    assert set(study.outcome) >= {"global minimum", "undecided at t_end"}


def test_19_normal_hyperbolicity_is_for_one_hidden_layer():
    """The critical set's dimension, by walking on it, against the nullity."""
    rng = np.random.default_rng(19)
    for s, dims, missed in [
        ((2, 1), (3, 3, 2), (0,)),
        ((2, 2), (3, 3, 2), (1,)),
        ((2, 1), (2, 2, 2), (1,)),
    ]:
        problem = lv.Problem.canonical(s, dims[0])
        W = lv.critical_point(problem, dims, missed, seed=4)
        hess = lv.hessian(problem, W)
        inverse = np.linalg.pinv(hess, rcond=1e-8)
        w = np.concatenate([Wj.ravel(order="F") for Wj in W])

        def at(v, dims=dims):
            sizes = dims[0] * dims[1]
            return (
                v[:sizes].reshape(dims[1], -1, order="F"),
                v[sizes:].reshape(dims[2], -1, order="F"),
            )

        walked = []
        for _ in range(3 * w.size):
            v = w + 1e-4 * rng.standard_normal(w.size)
            for _ in range(6):
                G = lv.gradient(problem, at(v))
                v = v - inverse @ np.concatenate([Gj.ravel(order="F") for Gj in G])
            assert (
                np.abs(np.concatenate([g.ravel() for g in lv.gradient(problem, at(v))])).max()
                < 1e-12
            )
            walked.append((v - w) / 1e-4)
        dimension = int(np.sum(np.linalg.svd(np.array(walked), compute_uv=False) > 0.05))
        assert dimension == lv.spectrum(problem, W).n_zero
        assert dimension == predicted_inertia(problem, dims, missed)[1]
    # two hidden layers: at 0 every direction is flat, but not every direction is critical
    problem = lv.Problem.canonical((2, 1))
    assert np.abs(lv.hessian(problem, lv.zeros((2, 2, 2, 2)))).max() == 0
    assert lv.classify(problem, (1e-3 * np.eye(2),) * 3).kind == "not critical"


def test_20_of_the_invariants_nonlinear_networks_keep_the_diagonal_at_most():
    dims = (3, 5, 4, 2)
    X, Y = data(dims, 20, m=12)
    problem, W = lv.Problem(X, Y), lv.gaussian(dims, 0.5, seed=21)

    def relu_speeds(W):
        a = [X]
        for Wj in W[:-1]:
            a.append(np.maximum(Wj @ a[-1], 0))
        error, out = Y - W[-1] @ a[-1], []
        for j in (2, 1, 0):
            out.append(error @ a[j].T)
            error = (W[j].T @ error) * (a[j] > 0)
        return out[::-1]

    def diagonals(W):
        return np.concatenate([np.diag(C) for C in imbalances(W)])

    V, h = list(W), 1e-3
    for _ in range(1000):
        k1 = relu_speeds(V)
        k2 = relu_speeds([v + h / 2 * k for v, k in zip(V, k1, strict=True)])
        k3 = relu_speeds([v + h / 2 * k for v, k in zip(V, k2, strict=True)])
        k4 = relu_speeds([v + h * k for v, k in zip(V, k3, strict=True)])
        V = [
            v + h / 6 * (a + 2 * b + 2 * c + d)
            for v, a, b, c, d in zip(V, k1, k2, k3, k4, strict=True)
        ]
    assert np.abs(diagonals(V) - diagonals(W)).max() < 1e-3
    assert (
        max(np.abs(a - b).max() for a, b in zip(imbalances(V), imbalances(W), strict=True)) > 0.05
    )
    for name in ("relu", "tanh", "sigmoid", "arctan"):
        G = nonlinear_gradient(problem, W, name)
        speed = [
            2 * np.sum(Wj * Gj, axis=1) - 2 * np.sum(Wk * Gk, axis=0)
            for (Wj, Gj), (Wk, Gk) in itertools.pairwise(zip(W, G, strict=True))
        ]
        leaked = np.concatenate(imbalance_leak(problem, W, name))
        np.testing.assert_allclose(leaked, np.concatenate(speed), rtol=0, atol=1e-8)
        assert (np.abs(leaked).max() > 0.1) == (name != "relu")


def test_21_closed_forms():
    # Saxe, one hidden layer: u = s u0 / (u0 + (s - u0) exp(-2 s t))
    s, t = np.array([4.0, 2.0, 1.0]), np.linspace(0, 6, 20)
    problem = lv.Problem.canonical(s)
    W = lv.aligned(problem, (3, 3, 3), (0.1, 0.2, 0.3))
    u0 = np.array([0.01, 0.04, 0.09])
    u = s * u0 / (u0 + (s - u0) * np.exp(-2 * s * t[:, None]))
    run_ = lv.gradient_flow(problem, W, t_end=6.0, rtol=1e-12)
    found = np.array([np.diag(lv.product(run_.at(time))) for time in t])
    np.testing.assert_allclose(found, u, rtol=0, atol=1e-8)
    np.testing.assert_allclose(exact_product(problem, W, t), [np.diag(v) for v in u], atol=1e-12)
    # Riccati (Fukumizu; Dominé et al.) against the flow, C = λI
    for W in (lv.balanced((4, 2, 3), seed=1), lv.lambda_balanced((4, 2, 3), 1.5, seed=1)):
        problem = lv.Problem.canonical((3, 2, 1), d_x=4)
        run_ = lv.gradient_flow(problem, W, t_end=3.0, rtol=1e-12)
        P = exact_product(problem, W, 3.0)
        np.testing.assert_allclose(P, lv.product(run_.limit), rtol=0, atol=1e-8)
    # Arora, Cohen, Hazan: the end-to-end equation of balanced weights
    W, N = lv.balanced((3, 4, 4, 2), seed=2), 3
    problem = lv.Problem.canonical((2, 1), d_x=3)
    P, V = chain(*W[::-1]), speeds(problem.X, problem.Y, W)
    slope = W[2] @ W[1] @ V[0] + W[2] @ V[1] @ W[0] + V[2] @ W[1] @ W[0]

    def power(S, q):
        values, Q = np.linalg.eigh(S)
        kept = values > 1e-12
        return np.eye(len(S)) if q == 0 else (Q[:, kept] * values[kept] ** q) @ Q[:, kept].T

    M = problem.Y - P
    equation = sum(power(P @ P.T, (N - j) / N) @ M @ power(P.T @ P, (j - 1) / N) for j in (1, 2, 3))
    np.testing.assert_allclose(slope, equation, rtol=0, atol=1e-8)


def test_22_weight_decay_makes_the_invariants_decay():
    dims, rate = (3, 4, 3, 2), 0.3
    X, Y = data(dims, 22)
    W = lv.gaussian(dims, seed=23)

    def right(_, w):
        return flat(speeds(X, Y, shaped(w, dims))) - rate * w

    end = solve_ivp(right, (0, 2), flat(W), method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
    for new, old in zip(imbalances(shaped(end, dims)), imbalances(W), strict=True):
        np.testing.assert_allclose(new, np.exp(-2 * rate * 2) * old, rtol=0, atol=1e-9)


@pytest.mark.parametrize("dims", [(3, 3, 2), (3, 4, 3, 2), (2, 2, 2, 2, 2)])
def test_23_no_minimum_is_flatter_than_the_floor(dims):
    problem, N = lv.Problem.canonical((2, 1), d_x=dims[0]), len(dims) - 1
    floor = N * 2 ** (2 - 2 / N)
    assert sharpness_floor(problem, N) == pytest.approx(floor, rel=1e-14)
    for seed in range(20):
        W = lv.gradient_flow(problem, lv.gaussian(dims, 0.8, seed=seed)).limit
        assert half_loss(problem.X, problem.Y, W) < 1e-20
        assert np.linalg.eigvalsh(lv.hessian(problem, W))[-1] >= floor - 1e-9
    W = lv.critical_point(problem, dims, (), seed=1)
    assert np.linalg.eigvalsh(lv.hessian(problem, W))[-1] == pytest.approx(floor, rel=1e-12)


@pytest.mark.parametrize("dims", DIMS)
def test_24_the_trace_of_the_hessian_is_that_of_the_kernel(dims):
    rng = np.random.default_rng(24)
    problem = lv.Problem(np.eye(dims[0]), rng.standard_normal((dims[-1], dims[0])))
    W = lv.gaussian(dims, seed=25)
    assert np.trace(lv.hessian(problem, W)) == pytest.approx(np.sum(jacobian(W) ** 2), rel=1e-10)


def test_25_rescaled_weights_are_as_good_but_flow_elsewhere():
    dims = (3, 4, 2)
    X, Y = data(dims, 26)
    W, rng = lv.gaussian(dims, seed=27), np.random.default_rng(28)
    before = half_loss(X, Y, W)
    Q, general = np.linalg.qr(rng.standard_normal((4, 4)))[0], rng.standard_normal((4, 4))
    for S, keeps in [(2 * np.eye(4), False), (general, False), (Q, True)]:
        V = (S @ W[0], W[1] @ np.linalg.inv(S))
        assert half_loss(X, Y, V) == pytest.approx(before, rel=1e-12)
        here, there = speeds(X, Y, W), speeds(X, Y, V)
        off = np.abs(there[0] - S @ here[0]).max()
        assert (off < 1e-11) == keeps  # only rotations take trajectories to trajectories
        spectra = [np.linalg.eigvalsh(imbalances(U)[0]) for U in (W, V)]
        assert (np.abs(spectra[0] - spectra[1]).max() < 1e-11) == keeps
