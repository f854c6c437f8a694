"""Weights: products, the gradient against finite differences, packing."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.model.curvature import second_derivative
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import (
    Layout,
    check_weights,
    excess_loss,
    gradient,
    invariants,
    loss,
    n_parameters,
    pack,
    prefixes,
    product,
    suffixes,
    unpack,
)
from linviz.core.model.problem import Problem

DIMS = st.lists(st.integers(1, 5), min_size=2, max_size=6).map(
    lambda d: tuple(d) if d[0] >= d[-1] else tuple(d[::-1])
)
SEEDS = st.integers(0, 9999)
many = settings(max_examples=100, deadline=None)


def draw(dims, seed, m=4):
    rng = np.random.default_rng(seed)
    problem = Problem(rng.standard_normal((dims[0], m)), rng.standard_normal((dims[-1], m)))
    return problem, gaussian(dims, 0.8, seed=seed)


@given(DIMS, SEEDS)
@many
def test_central_differences_of_the_loss(dims, seed):
    problem, W = draw(dims, seed)
    w, h, g = pack(W), 1e-5, pack(gradient(problem, W))
    numeric = [
        (loss(problem, unpack(w + e, dims)) - loss(problem, unpack(w - e, dims))) / (2 * h)
        for e in h * np.eye(w.size)
    ]
    np.testing.assert_allclose(numeric, g, atol=1e-7 * max(1.0, np.abs(g).max()))


@given(DIMS, SEEDS)
@many
def test_norms_of_all_layers_grow_alike(dims, seed):
    """d/dt |W_j|^2 = 2 tr((Y - PX) X^T P^T), the same for every j."""
    problem, W = draw(dims, seed)
    P = product(W)
    growth = 2 * np.trace((problem.Y - P @ problem.X) @ problem.X.T @ P.T)
    for Wj, g in zip(W, gradient(problem, W), strict=True):
        assert -2 * np.sum(Wj * g) == pytest.approx(growth, rel=1e-9, abs=1e-10)


@given(DIMS, SEEDS)
@many
def test_products_split_at_every_layer(dims, seed):
    _, W = draw(dims, seed)
    A, B, N = prefixes(W), suffixes(W), len(W)
    assert len(A) == N + 1
    assert len(B) == N
    for j in range(1, N + 1):
        np.testing.assert_allclose(B[j - 1] @ W[j - 1] @ A[j - 1], A[-1], atol=1e-12)
        np.testing.assert_allclose(A[j - 1], product(W, 1, j - 1), atol=1e-12)
        np.testing.assert_allclose(B[j - 1], product(W, j + 1), atol=1e-12)
    np.testing.assert_allclose(product(W), A[-1])


def test_partial_products_in_figures():
    W = (np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[5.0, 6.0]]))
    np.testing.assert_array_equal(product(W), [[39.0, 78.0]])
    np.testing.assert_array_equal(product(W, 2, 3), [[39.0]])
    np.testing.assert_array_equal(product(W, 2, 2), W[1])
    np.testing.assert_array_equal(product(W, 3, 2), np.eye(2))
    np.testing.assert_array_equal(product(W, 4, 3), np.eye(1))


@given(DIMS, SEEDS)
@many
def test_pack_is_column_major_and_invertible(dims, seed):
    _, W = draw(dims, seed)
    w = pack(W)
    assert w.shape == (n_parameters(dims),)
    assert all(np.array_equal(a, b) for a, b in zip(unpack(w, dims), W, strict=True))
    np.testing.assert_array_equal(w[: dims[1]], W[0][:, 0])


@given(DIMS, SEEDS)
@many
def test_change_of_hidden_basis(dims, seed):
    """W_j -> T W_j, W_{j+1} -> W_{j+1} T^{-1} keeps the loss; a rotation rotates the gradient."""
    if len(dims) == 2:
        return
    problem, W = draw(dims, seed)
    rng, d = np.random.default_rng(seed), dims[1]
    Q = np.linalg.qr(rng.standard_normal((d, d)))[0]
    T = Q * rng.uniform(0.5, 2.0, size=d)
    stretched = (T @ W[0], W[1] @ np.linalg.inv(T), *W[2:])
    assert loss(problem, stretched) == pytest.approx(loss(problem, W), rel=1e-12)
    g, g_rotated = gradient(problem, W), gradient(problem, (Q @ W[0], W[1] @ Q.T, *W[2:]))
    np.testing.assert_allclose(g_rotated[0], Q @ g[0], atol=1e-10 * (1 + np.abs(g[0]).max()))
    np.testing.assert_allclose(g_rotated[1], g[1] @ Q.T, atol=1e-10 * (1 + np.abs(g[1]).max()))


def test_excess_loss_keeps_its_digits_next_to_a_large_residual():
    X = np.hstack([np.eye(2), np.zeros((2, 1))])
    problem = Problem(X, np.array([[2.0, 0.0, 1e8], [0.0, 1.0, 1e8]]))
    W = (np.diag([2.0, 1.0 + 1e-6]),)
    assert excess_loss(problem, W) == pytest.approx(0.5e-12, rel=1e-9)


@pytest.mark.parametrize(
    ("W", "message"),
    [
        ((), "one weight matrix or more"),
        ((np.ones((2, 3)), np.ones((2, 3))), "expected W_2 with 2 columns"),
        ((np.ones((2, 2)),), "expected widths from d_0 = 3"),
        ((np.ones(3), np.ones((2, 3))), "expected W_1 to be a matrix"),
        ((np.ones((2, 3)), np.full((2, 2), np.nan)), "expected finite numbers in W_2"),
        ((np.array([["x"] * 3] * 2),), "expected W_1 to hold real numbers, found texts"),
    ],
)
def test_bad_weights(W, message):
    problem = Problem.canonical((2, 1), d_x=3)
    for ask in (loss, gradient, excess_loss, check_weights):
        with pytest.raises(ValueError, match=message):
            ask(problem, W)


@pytest.mark.parametrize(("i", "j"), [(0, 1), (1, 3), (3, 1), (4, 3), (-1, None)])
def test_bad_product_ranges(i, j):
    with pytest.raises(ValueError, match="expected 1 <= i"):
        product((np.eye(2), np.eye(2)), i, j)


@pytest.mark.parametrize("white", [True, False])
@pytest.mark.parametrize("dims", [(3, 2), (3, 4, 2), (4, 3, 5, 2)])
@pytest.mark.parametrize("axes", [(3,), (2, 3), (1,)])
def test_any_leading_axes_are_worked_through_one_by_one(dims, axes, white):
    rng = np.random.default_rng(0)
    X = np.eye(dims[0]) if white else rng.normal(size=(dims[0], 7))
    problem = Problem(X, rng.normal(size=(dims[-1], X.shape[1])))
    stack = tuple(rng.normal(size=(*axes, b, a)) for a, b in itertools.pairwise(dims))
    layout = Layout(dims)
    packed, P, G, C = pack(stack), product(stack), gradient(problem, stack), invariants(stack)
    hessians = second_derivative(problem, stack, layout)
    assert packed.shape == (*axes, layout.n)
    assert all(np.array_equal(a, b) for a, b in zip(layout.weights(packed), stack, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(unpack(packed, dims), stack, strict=True))
    for k in np.ndindex(*axes):
        W = tuple(Wj[k] for Wj in stack)
        np.testing.assert_array_equal(packed[k], pack(W))
        np.testing.assert_allclose(P[k], product(W), rtol=1e-13)
        np.testing.assert_allclose(hessians[k], second_derivative(problem, W, layout), atol=1e-11)
        for found, expected in ((G, gradient(problem, W)), (C, invariants(W))):
            for stacked, one in zip(found, expected, strict=True):
                np.testing.assert_allclose(stacked[k], one, atol=1e-12)
        h, e = 1e-5, np.eye(layout.n)
        slopes = [
            pack(gradient(problem, unpack(pack(W) + h * v, dims)))
            - pack(gradient(problem, unpack(pack(W) - h * v, dims)))
            for v in e
        ]
        np.testing.assert_allclose(hessians[k], np.array(slopes) / (2 * h), atol=1e-6)


HUGE = tuple(1e200 * Wj for Wj in lv.gaussian((2, 2, 2), scale=1, seed=0))
OF_HUGE_WEIGHTS = {
    "product": lambda problem, W: lv.product(W),
    "invariants": lambda problem, W: lv.invariants(W),
    "norm_gaps": lambda problem, W: lv.norm_gaps(W),
    "loss": lv.loss,
    "gradient": lv.gradient,
    "hessian": lv.hessian,
    "spectrum": lv.spectrum,
    "ntk": lv.ntk,
    "hessian_vector_product": lambda problem, W: lv.hessian_vector_product(problem, W, W),
    "classify": lv.classify,
    "certified_rate": lv.certified_rate,
    "rate_bounds": lv.rate_bounds,
    "asymptotic_rate": lv.asymptotic_rate,
    "one_step_drift": lambda problem, W: lv.one_step_drift(problem, W, step=0.1),
    "exact_loss": lambda problem, W: lv.exact_loss(problem, W, [0.0, 1.0]),
    "nonlinear_loss": lambda problem, W: lv.nonlinear_loss(problem, W, "relu"),
    "nonlinear_gradient": lambda problem, W: lv.nonlinear_gradient(problem, W, "relu"),
    "imbalance_leak": lambda problem, W: lv.imbalance_leak(problem, W, "relu"),
    "gradient_descent": lambda problem, W: lv.gradient_descent(problem, W, step=0.1),
}


@pytest.mark.parametrize("name", OF_HUGE_WEIGHTS)
def test_weights_whose_products_overflow_are_refused_in_words(name: str) -> None:
    with pytest.raises(ValueError, match=r"expected weights whose products .* scale them to order"):
        OF_HUGE_WEIGHTS[name](lv.Problem.canonical((2, 1)), HUGE)


def test_a_flow_from_weights_that_overflow_is_refused_in_words() -> None:
    with pytest.raises(lv.FlowError, match="the flow overflows at the start"):
        lv.gradient_flow(lv.Problem.canonical((2, 1)), HUGE)
