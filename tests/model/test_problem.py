"""Problems: the reduction to canonical form, critical values, and a refusal in words."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.model.critical_values import critical_values, minimum_loss
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import excess_loss, gradient, loss, product
from linviz.core.model.problem import Problem

many = settings(max_examples=100, deadline=None)


@st.composite
def raw_problems(draw):
    """Data of any rank, with fewer or more samples than inputs."""
    d_y, extra, m = draw(st.integers(1, 4)), draw(st.integers(0, 3)), draw(st.integers(1, 9))
    rank, seed = draw(st.integers(1, 7)), draw(st.integers(0, 9999))
    rng, d_x = np.random.default_rng(seed), d_y + extra
    X = rng.standard_normal((d_x, rank)) @ rng.standard_normal((rank, m))
    return Problem(X, rng.standard_normal((d_y, m)))


@given(raw_problems(), st.integers(0, 9999), st.lists(st.integers(1, 4), max_size=3))
@many
def test_loss_is_that_of_the_data(problem, seed, hidden):
    r"""L = 1/2 |Y - PX|^2 = L_res + 1/2 |Y~ - P G^(1/2)|^2."""
    W = gaussian((problem.d_x, *hidden, problem.d_y), 0.8, seed=seed)
    direct = 0.5 * np.sum((problem.Y - product(W) @ problem.X) ** 2)
    assert loss(problem, W) == pytest.approx(direct, rel=1e-12, abs=1e-14)
    U, V = problem.output_modes, problem.input_modes
    target = np.zeros((problem.d_y, problem.d_x))
    np.fill_diagonal(target, problem.singular_values)
    reduced = U.T @ product(W) @ problem.input_root @ V
    assert excess_loss(problem, W) == pytest.approx(
        0.5 * np.sum((target - reduced) ** 2), rel=1e-11, abs=1e-13
    )


@given(raw_problems())
@many
def test_reduction_identities(problem):
    X, Y, root = problem.X, problem.Y, problem.input_root
    scale = np.abs(X).max() ** 2 * X.shape[1] * X.shape[0]
    np.testing.assert_allclose(root @ root, problem.gram, atol=1e-13 * scale)
    np.testing.assert_allclose(root, root.T, atol=1e-13 * scale)
    assert problem.rank == np.linalg.matrix_rank(X)
    best = Y - problem.least_squares @ X  # the residual of a least squares fit is orthogonal to X
    assert np.abs(best @ X.T).max() < 1e-9 * max(1.0, np.abs(problem.cross).max())
    assert problem.residual_loss == pytest.approx(0.5 * np.sum(best**2), rel=1e-9, abs=1e-12)
    whitened_target = problem.least_squares @ root
    for orthogonal in (problem.output_modes, problem.input_modes):
        np.testing.assert_allclose(orthogonal.T @ orthogonal, np.eye(len(orthogonal)), atol=1e-13)
    D = problem.output_modes.T @ whitened_target @ problem.input_modes
    expected = np.zeros_like(D)
    np.fill_diagonal(expected, problem.singular_values)
    np.testing.assert_allclose(D, expected, atol=1e-10 * max(1.0, problem.singular_values[0]))
    lost = 0.5 * (np.sum(Y**2) - np.sum(problem.singular_values**2))
    assert problem.residual_loss == pytest.approx(lost, rel=1e-9, abs=1e-10)


def test_singular_values_against_the_textbook_formula():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((4, 20)), rng.standard_normal((3, 20))
    problem = Problem(X, Y)
    values, vectors = np.linalg.eigh(X @ X.T)
    target = Y @ X.T @ (vectors / np.sqrt(values)) @ vectors.T
    expected = np.linalg.svd(target, compute_uv=False)
    np.testing.assert_allclose(problem.singular_values, expected, rtol=1e-12)
    np.testing.assert_allclose(problem.least_squares, np.linalg.lstsq(X.T, Y.T)[0].T, atol=1e-12)
    assert problem.condition == pytest.approx(values[-1] / values[0])


def test_full_rank_data_may_have_nothing_to_learn():
    """X and Y of full rank do not give D_Y > 0: here Y is orthogonal to the row space of X."""
    Q = np.linalg.qr(np.random.default_rng(1).standard_normal((6, 6)))[0]
    problem = Problem(Q[:3], Q[3:5])
    assert np.linalg.matrix_rank(problem.X) == 3
    assert np.linalg.matrix_rank(problem.Y) == 2
    np.testing.assert_allclose(problem.singular_values, 0.0, atol=1e-15)
    assert problem.residual_loss == pytest.approx(0.5 * np.sum(problem.Y**2))


def test_whitened_keeps_the_landscape():
    rng = np.random.default_rng(2)
    problem = Problem(rng.standard_normal((4, 9)), rng.standard_normal((2, 9)))
    white = problem.whitened()
    W = gaussian((4, 3, 2), 0.7)
    W_white = (W[0] @ problem.input_root @ problem.input_modes, problem.output_modes.T @ W[1])
    assert excess_loss(problem, W) == pytest.approx(loss(white, W_white), rel=1e-12)
    assert white.is_white
    assert white.residual_loss == 0.0
    dims = (4, 2, 2)
    for missed, value in critical_values(problem, dims).items():
        assert value - problem.residual_loss == pytest.approx(critical_values(white, dims)[missed])


def test_raw_gradient_is_a_preconditioned_canonical_one():
    r"""dW_1'/dt = B_1^T M' G and dW_j/dt = B_j^T M' A_j'^T: whitening changes the flow."""
    rng = np.random.default_rng(3)
    problem = Problem(rng.standard_normal((3, 8)), rng.standard_normal((2, 8)))
    W = gaussian((3, 4, 2), 0.7)
    g, root = gradient(problem, W), problem.input_root
    M = problem.least_squares @ root - product(W) @ root
    np.testing.assert_allclose(g[0] @ root, -W[1].T @ M @ problem.gram, atol=1e-9)
    np.testing.assert_allclose(g[1], -M @ (W[0] @ root).T, atol=1e-9)


def test_white_up_to_a_factor_is_a_rescaling_of_all_layers():
    """G = cI: with W' = c^(1/2N) W and t' = c^(1/N) t the flow is the canonical one."""
    c, N = 3.0, 3
    rng = np.random.default_rng(4)
    Y = rng.standard_normal((2, 3))
    problem, white = Problem(np.sqrt(c) * np.eye(3), Y), Problem(np.eye(3), Y)
    W = gaussian((3, 4, 3, 2), 0.7)
    W_white = tuple(c ** (1 / (2 * N)) * Wj for Wj in W)
    for g, g_white in zip(gradient(problem, W), gradient(white, W_white), strict=True):
        np.testing.assert_allclose(c ** (1 / (2 * N)) * g, c ** (1 / N) * g_white, atol=1e-10)


@pytest.mark.parametrize("dims", [(4, 3, 3), (4, 2, 3), (4, 5, 1, 3), (4, 3, 4, 3)])
def test_critical_values_of_a_bottleneck(dims):
    s = np.array([3.0, 2.0, 1.0])
    values = critical_values(Problem.canonical(s, d_x=4), dims)
    sets = [I for n in range(4) for I in itertools.combinations(range(3), n) if n >= 3 - min(dims)]
    assert set(values) == set(sets)
    for missed in sets:
        assert values[missed] == pytest.approx(0.5 * np.sum(s[list(missed)] ** 2), rel=1e-15)
    least = min(values.values())
    assert minimum_loss(Problem.canonical(s, d_x=4), dims) == least


def test_critical_values_leave_out_modes_of_strength_zero():
    problem = Problem.canonical((2, 0))
    assert critical_values(problem, (2, 2, 2)) == {(0,): 2.0, (): 0.0}


def test_rank_deficient_inputs():
    problem = Problem([[1.0, 2.0], [0.0, 0.0]], [[3.0, 1.0]])
    assert problem.rank == 1
    np.testing.assert_allclose(problem.least_squares, [[1.0, 0.0]])
    assert problem.residual_loss == pytest.approx(2.5)
    assert problem.condition == pytest.approx(1.0)
    zero = Problem(np.zeros((2, 3)), np.ones((1, 3)))
    assert (zero.rank, zero.condition, zero.residual_loss) == (0, 1.0, 1.5)


def test_canonical_problems_keep_exact_axes():
    problem = Problem.canonical((1, 3, 2), d_x=5)
    np.testing.assert_array_equal(problem.singular_values, [3.0, 2.0, 1.0])
    np.testing.assert_array_equal(problem.output_modes, np.eye(3))
    np.testing.assert_array_equal(problem.input_modes, np.eye(5))
    np.testing.assert_array_equal(problem.gram, np.eye(5))
    assert problem.is_white
    assert (problem.d_x, problem.d_y, problem.residual_loss) == (5, 3, 0.0)


def test_arrays_are_copies_that_cannot_be_written():
    X = np.eye(2)
    problem = Problem(X, X)
    X[0, 0] = 7.0
    assert problem.X[0, 0] == 1.0
    for name in ("X", "Y", "gram", "cross", "least_squares", "singular_values", "input_root"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(problem, name)[0] = 0.0


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        ([1.0, 2.0], [[1.0, 2.0]], "expected X to be a matrix"),
        (np.zeros((2, 0)), np.zeros((1, 0)), "not empty"),
        ([[1.0, np.nan]], [[1.0, 2.0]], "expected finite numbers in X, found nan at row 1, col"),
        ([[1.0, 2.0]], [[1.0], [np.inf]], "expected finite numbers in Y, found inf at row 2, col"),
        ([["a", "b"]], [[1.0, 2.0]], "expected X to hold real numbers, found texts"),
        ([[1.0, 2.0]], [[1.0, 2.0, 3.0]], "same number m of samples"),
    ],
)
def test_bad_data(X, Y, message):
    with pytest.raises(ValueError, match=message):
        Problem(X, Y)


@pytest.mark.parametrize(
    ("s", "d_x", "message"),
    [
        ((), None, "expected a list of singular values"),
        (((1, 2), (3, 4)), None, "expected singular values to be a list of numbers"),
        ((1, -1), None, "found -1 at place 2"),
        ((np.inf,), None, "found inf at place 1"),
        ((3, 2), 1, "expected d_x >= d_y"),
    ],
)
def test_bad_singular_values(s, d_x, message):
    with pytest.raises(ValueError, match=message):
        Problem.canonical(s, d_x)


@pytest.mark.parametrize(
    ("dims", "message"),
    [
        ((3,), "two or more integers"),
        ((3, 0, 2), "two or more integers"),
        ((3, 2.5, 2), "two or more integers"),
        ((4, 2, 2), "expected widths from d_0 = 3 inputs"),
        ((3, 2, 3), "expected widths from d_0 = 3 inputs"),
    ],
)
def test_bad_widths(dims, message):
    problem = Problem.canonical((2, 1), d_x=3)
    for ask in (critical_values, minimum_loss):
        with pytest.raises(ValueError, match=message):
            ask(problem, dims)


def test_too_many_index_sets():
    problem = Problem.canonical(np.arange(1, 18))
    with pytest.raises(ValueError, match="at most 16 modes"):
        critical_values(problem, (17, 17, 17))
