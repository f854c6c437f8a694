"""Initializations: each rule has the property it is named after, for any widths."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.landscape.critical_points import classify
from linviz.core.model import aligned
from linviz.core.model import initialization as init
from linviz.core.model.layers import gradient, invariants, product
from linviz.core.model.problem import Problem

SEEDS = st.integers(0, 10_000)
DIMS = st.lists(st.integers(1, 6), min_size=2, max_size=6).map(tuple)
RULES = (init.gaussian, init.xavier, init.orthogonal, init.balanced)
many = settings(max_examples=150, deadline=None)


def raw_problem(seed, d_x, d_y, m=12):
    rng = np.random.default_rng(seed)
    return Problem(rng.standard_normal((d_x, m)), rng.standard_normal((d_y, m)))


@given(DIMS, SEEDS, st.sampled_from(RULES))
@many
def test_same_seed_same_weights_of_the_right_shapes(dims, seed, rule):
    W, again = rule(dims, 0.7, seed=seed), rule(dims, 0.7, seed=seed)
    assert [Wj.shape for Wj in W] == [(b, a) for a, b in itertools.pairwise(dims)]
    assert all(np.array_equal(Wj, Wk) for Wj, Wk in zip(W, again, strict=True))
    other = rule(dims, 0.7, seed=seed + 1)
    if rule is not init.orthogonal or max(dims) > 1:
        assert not all(np.array_equal(Wj, Wk) for Wj, Wk in zip(W, other, strict=True))


def test_gaussian_is_numpys_stream():
    """The weights of a seed are pinned: links made today show the same run tomorrow."""
    rng = np.random.default_rng(7)
    first = 0.5 * rng.standard_normal((3, 2))
    W = init.gaussian((2, 3, 1), 0.5, seed=7)
    np.testing.assert_array_equal(W[0], first)
    np.testing.assert_array_equal(W[1], 0.5 * rng.standard_normal((1, 3)))
    np.testing.assert_allclose(W[0][0], [0.000615, 0.149373], atol=1e-6)


def test_variances_of_the_random_rules():
    (W,) = init.gaussian((200, 300), 0.3)
    assert W.std() == pytest.approx(0.3, rel=0.01)
    assert W.mean() == pytest.approx(0.0, abs=0.005)
    (W,) = init.xavier((200, 300))
    assert W.var() == pytest.approx(2 / 500, rel=0.02)


@given(DIMS, SEEDS, st.floats(0.01, 10.0))
@many
def test_orthogonal_layers_are_semi_orthogonal(dims, seed, scale):
    for Wj in init.orthogonal(dims, scale, seed=seed):
        s = np.linalg.svd(Wj, compute_uv=False)
        np.testing.assert_allclose(s, scale, rtol=1e-13)


@given(DIMS, SEEDS, st.data())
@many
def test_prescribed_singular_values(dims, seed, data):
    values = [
        data.draw(st.lists(st.floats(0, 5), min_size=min(p), max_size=min(p)))
        for p in itertools.pairwise(dims)
    ]
    for Wj, s in zip(init.with_singular_values(dims, values, seed=seed), values, strict=True):
        found = np.linalg.svd(Wj, compute_uv=False)
        np.testing.assert_allclose(found, sorted(s, reverse=True), atol=1e-13)


@given(DIMS, SEEDS)
@many
def test_balanced_at_any_widths_and_full_rank(dims, seed):
    W = init.balanced(dims, 0.8, seed=seed)
    for Cj in invariants(W):
        assert np.abs(Cj).max() < 1e-14
    r = min(dims)
    s = np.linalg.svd(product(W), compute_uv=False)
    assert s[r - 1] >= 0.4 ** (len(dims) - 1) * (1 - 1e-10)
    assert (s[r:] < 1e-13).all()


@given(DIMS, SEEDS, st.floats(0.1, 5.0), st.booleans())
@many
def test_lambda_balanced_where_the_widths_allow_it(dims, seed, lam, negative):
    lam, inner = (-lam, dims[:-1]) if negative else (lam, dims[1:])
    allowed = list(inner) == sorted(inner, reverse=negative)
    if not allowed:
        with pytest.raises(ValueError, match=r"expected d_\d <= d_\d for C_\d = lam I"):
            init.lambda_balanced(dims, lam, seed=seed)
        return
    for Cj in invariants(init.lambda_balanced(dims, lam, seed=seed)):
        np.testing.assert_allclose(Cj, lam * np.eye(len(Cj)), atol=1e-13)


@given(DIMS, SEEDS, st.floats(0.01, 50.0))
@many
def test_certified_widths_and_rate(dims, seed, alpha):
    H = len(dims) - 2
    if H == 0 or any(a < b for a, b in itertools.pairwise(dims[1:])):
        with pytest.raises(ValueError, match="expected"):
            init.certified(dims, alpha, seed=seed)
        return
    C = invariants(init.certified(dims, alpha, seed=seed))
    rate = np.prod([np.linalg.eigvalsh(C[j])[::-1][dims[j + 2] - 1] for j in range(H)])
    assert rate >= alpha


@pytest.mark.parametrize("dims", [(4, 3), (4, 5, 3), (4, 2, 3), (4, 3, 3, 5, 3)])
@pytest.mark.parametrize("raw", [False, True])
def test_aligned_modes_start_where_asked(dims, raw):
    problem = Problem.canonical((3, 2, 1), d_x=4)
    if raw:  # white up to a factor, rotated: still decouples
        rng = np.random.default_rng(1)
        X = 1.7 * np.linalg.qr(rng.standard_normal((9, 4)))[0].T
        problem = Problem(X, rng.standard_normal((3, 9)))
    a, N = np.array([0.9, -0.4]), len(dims) - 1
    W = aligned.aligned(problem, dims, a)
    for Cj in invariants(W):
        assert np.abs(Cj).max() < 1e-15
    modes = problem.output_modes.T @ product(W) @ problem.input_modes
    expected = np.zeros_like(modes)
    expected[[0, 1], [0, 1]] = a**N
    np.testing.assert_allclose(modes, expected, atol=1e-14)
    slope = problem.output_modes.T @ gradient(problem, W)[-1]
    if len(dims) > 2:  # a decoupled flow: the gradient has no entries off the diagonal
        np.testing.assert_allclose(slope, _diag(slope), atol=1e-14)


def _diag(A):
    D = np.zeros_like(A)
    np.fill_diagonal(D, np.diagonal(A))
    return D


def test_aligned_refuses_what_does_not_decouple():
    with pytest.raises(ValueError, match="whitened"):
        aligned.aligned(raw_problem(0, 3, 2), (3, 2, 2), (0.1, 0.1))
    with pytest.raises(ValueError, match="at most 1 finite strengths"):
        aligned.aligned(Problem.canonical((2, 1)), (2, 1, 2), (0.1, 0.1))
    with pytest.raises(ValueError, match="finite numbers in strengths"):
        aligned.aligned(Problem.canonical((2, 1)), (2, 2, 2), (np.nan,))


MISSED = [(0,), (1,), (2,), (0, 2), (1, 2), (0, 1, 2)]


@pytest.mark.parametrize("missed", MISSED)
@pytest.mark.parametrize("dims", [(4, 3, 3), (4, 5, 4, 3)])
def test_mode_killing_is_bit_exact_under_the_flow(dims, missed):
    problem = Problem.canonical((3, 2, 1), d_x=4)
    W = list(aligned.on_stable_manifold(problem, dims, missed, seed=3))
    rows = list(missed)
    for _ in range(50):
        W = [Wj - 0.01 * g for Wj, g in zip(W, gradient(problem, W), strict=True)]
        assert not W[-1][rows].any()
        assert not W[0][:, rows].any()
    assert np.abs(product(W)).max() > 0 or len(missed) == 3


@pytest.mark.parametrize("missed", MISSED)
def test_mode_killing_in_rotated_white_data(missed):
    rng = np.random.default_rng(2)
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    problem = Problem(Q, rng.standard_normal((3, 4)))
    W = aligned.on_stable_manifold(problem, (4, 3, 3), missed)
    slopes = gradient(problem, W)
    rows = list(missed)
    for first, last in ((W[0], W[-1]), (slopes[0], slopes[-1])):
        assert np.abs((first @ problem.input_modes)[:, rows]).max() < 1e-14
        assert np.abs((problem.output_modes.T @ last)[rows]).max() < 1e-14


def test_dead_neurons_in_raw_data():
    problem = raw_problem(4, 4, 3)
    W = aligned.on_stable_manifold(problem, (4, 5, 4, 3), missed=(1, 2))
    slopes = gradient(problem, W)
    for layers in (W, slopes):  # one neuron of the second hidden layer is alive, and stays alone
        assert not layers[1][1:].any()
        assert not layers[2][:, 1:].any()
    assert np.linalg.matrix_rank(product(W)) == 1
    with pytest.raises(
        ValueError, match=r"whiten the data \(problem.whitened\(\)\) or miss \(2,\)"
    ):
        aligned.on_stable_manifold(problem, (4, 5, 3), missed=(0,))


def test_stable_manifold_flow_ends_in_the_saddle_it_names():
    problem = Problem.canonical((3, 2, 1))
    W = aligned.on_stable_manifold(problem, (3, 3, 3), missed=(1,), scale=0.8, seed=1)
    for _ in range(3000):
        W = tuple(Wj - 0.05 * g for Wj, g in zip(W, gradient(problem, W), strict=True))
    point = classify(problem, W)
    assert (point.kind, point.missed) == ("strict saddle", (1,))
    assert point.loss == pytest.approx(2.0, abs=1e-12)


@pytest.mark.parametrize(
    ("dims", "missed"),
    [
        ((3, 1, 3), (0,)),  # two modes must be missed
        ((3, 3, 3), (3,)),
        ((3, 3, 3), (0, 0)),
        ((3, 3, 3), (-1,)),
        ((3, 3, 3), (0.5,)),
        ((3, 3), (0,)),  # convex
    ],
)
def test_missed_modes_that_no_saddle_misses(dims, missed):
    with pytest.raises(ValueError, match="distinct missed modes"):
        aligned.on_stable_manifold(Problem.canonical((3, 2, 1)), dims, missed)


@pytest.mark.parametrize("dims", [(), (3,), (3, 0), (3, -1, 2), (3, 2.5), ("3", 2), 3, None])
@pytest.mark.parametrize("rule", [*RULES, init.zeros])
def test_bad_widths(dims, rule):
    with pytest.raises(ValueError, match="expected widths"):
        rule(dims)


@pytest.mark.parametrize("scale", [0, -1.0, np.nan, np.inf, "1", None])
@pytest.mark.parametrize("rule", RULES)
def test_bad_scales(scale, rule):
    with pytest.raises(ValueError, match="expected scale"):
        rule((2, 2), scale)


@pytest.mark.parametrize("seed", [-1, 0.5, None, "0"])
def test_bad_seeds(seed):
    with pytest.raises(ValueError, match="expected seed to be a whole number >= 0"):
        init.gaussian((2, 2), seed=seed)


@pytest.mark.parametrize("values", [[(1,)], [(1, 1), (1, -1)], [(1, 1), (1, np.inf)], [(1, 1), 1]])
def test_bad_singular_values(values):
    with pytest.raises(ValueError, match="expected"):
        init.with_singular_values((2, 2, 2), values)


@pytest.mark.parametrize("lam", [np.nan, np.inf, "2"])
def test_bad_lambda(lam):
    with pytest.raises(ValueError, match="expected lam to be a finite number"):
        init.lambda_balanced((2, 2, 2), lam)


def test_bad_alpha():
    with pytest.raises(ValueError, match="expected alpha to be a finite number > 0"):
        init.certified((2, 2, 2), 0.0)
