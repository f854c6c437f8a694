"""The fast vector field is minus the gradient, and its Jacobian minus the Hessian."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.flow.field import Field
from linviz.core.flow.jacobian import Jacobian
from linviz.core.landscape.hessian import hessian
from linviz.core.model.curvature import second_derivative
from linviz.core.model.layers import Weights, excess_loss, gradient, pack, product, unpack
from linviz.core.model.problem import Problem

SHAPES = st.sampled_from(
    [(3, 2), (4, 5, 3, 2), (1, 1, 1), (3, 3, 3, 3, 3), (4, 1, 2), (2, 6, 2), (5, 4, 3, 2, 3, 2)]
)


def case(dims: tuple[int, ...], seed: int, raw: bool) -> tuple[Problem, Weights]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((dims[0], dims[0] + 3)) if raw else np.eye(dims[0])
    problem = Problem(X=X, Y=rng.standard_normal((dims[-1], X.shape[1])))
    shapes = zip(dims[1:], dims[:-1], strict=True)
    return problem, tuple(rng.standard_normal(shape) for shape in shapes)


@settings(max_examples=40)
@given(dims=SHAPES, seed=st.integers(0, 10**6), raw=st.booleans())
def test_velocity_is_minus_the_gradient_and_jacobian_minus_the_hessian(dims, seed, raw):
    problem, W = case(dims, seed, raw)
    field, w = Field(problem, dims), pack(W)
    expected = -pack(gradient(problem, W))
    assert np.abs(field.velocity(0.0, w) - expected).max() <= 1e-12 * np.abs(expected).max()
    hess = hessian(problem, W)
    assert np.abs(field.jacobian(0.0, w) + hess).max() <= 1e-12 * np.abs(hess).max()


@settings(max_examples=25)
@given(dims=SHAPES, seed=st.integers(0, 10**6), raw=st.booleans())
def test_jacobian_is_the_derivative_of_the_velocity(dims, seed, raw):
    problem, W = case(dims, seed, raw)
    field, w, h = Field(problem, dims), pack(W), 1e-6
    J = field.jacobian(0.0, w)
    columns = [field.velocity(0, w + h * e) - field.velocity(0, w - h * e) for e in np.eye(field.n)]
    assert np.abs(J - np.array(columns).T / (2 * h)).max() <= 1e-7 * max(1, np.abs(J).max())


@settings(max_examples=25)
@given(dims=SHAPES, seed=st.integers(0, 10**6), raw=st.booleans())
def test_product_excess_and_modes_agree_with_their_definitions(dims, seed, raw):
    problem, W = case(dims, seed, raw)
    field, w = Field(problem, dims), pack(W)
    P = product(W)
    many = np.array([w, 2 * w])
    assert np.allclose(field.product(w), P.T, rtol=1e-12, atol=1e-12)
    assert np.allclose(field.product(many)[0], P.T, rtol=1e-12, atol=1e-12)
    assert np.isclose(field.excess(field.product(w)), excess_loss(problem, W), rtol=1e-10)
    modes = np.diag(problem.output_modes.T @ P @ problem.input_modes)
    for copies in (1, 20):  # few maps and many are worked at in different ways
        found = field.modes(field.product(np.tile(many, (copies, 1))))
        assert np.allclose(found[::2], modes, rtol=1e-11, atol=1e-11)
    for frames, Wj in zip(field.layout.weights(many), unpack(2 * w, dims), strict=True):
        assert np.array_equal(frames[1], Wj)


@settings(max_examples=25)
@given(dims=SHAPES, seed=st.integers(0, 10**6), raw=st.booleans())
def test_growth_bound_is_no_less_than_the_largest_eigenvalue(dims, seed, raw):
    problem, W = case(dims, seed, raw)
    field, w = Field(problem, dims), pack(W)
    largest = np.linalg.eigvalsh(field.jacobian(0.0, w))[-1]
    assert field.growth_bound(w) >= largest - 1e-9 * abs(largest)


def test_exact_zeros_of_a_killed_mode_have_exactly_zero_velocity():
    problem = Problem.canonical((3, 2, 1), d_x=4)
    rng = np.random.default_rng(0)
    W = [rng.standard_normal((5, 4)), rng.standard_normal((4, 5)), rng.standard_normal((3, 4))]
    W[0][:, 1], W[2][1] = 0.0, 0.0
    V = unpack(Field(problem, (4, 5, 4, 3)).velocity(0.0, pack(W)), (4, 5, 4, 3))
    assert not V[0][:, 1].any()
    assert not V[2][1].any()


def test_a_field_refuses_widths_that_do_not_fit_the_problem():
    with pytest.raises(ValueError, match="from d_0 = 3"):
        Field(Problem.canonical((2, 1), d_x=3), (4, 2))


@settings(max_examples=40)
@given(dims=SHAPES, seed=st.integers(0, 10**6), raw=st.booleans())
def test_what_an_integrator_calls_is_the_velocity_and_the_jacobian(dims, seed, raw):
    problem, W = case(dims, seed, raw)
    field, w = Field(problem, dims), pack(W)
    velocity, jacobian = field.callbacks()
    for factor in (1.0, 0.5):
        assert np.array_equal(velocity(0.0, factor * w), field.velocity(0.0, factor * w))
        blocks = -second_derivative(problem, [factor * Wj for Wj in W], field.layout)
        J = jacobian(0.0, factor * w)
        assert np.abs(J - blocks).max() <= 1e-13 * np.abs(blocks).max()
        assert np.array_equal(J, J.T)


@pytest.mark.parametrize("dims", [(3, 4, 2), (8, 12, 12, 4), (2,) * 9])
def test_gathered_entries_and_blocks_give_the_same_jacobian(dims):
    problem, W = case(dims, 3, raw=True)
    field, w = Field(problem, dims), pack(W)
    blocks = -second_derivative(problem, W, field.layout)
    gathered = Jacobian(problem, field.layout)(0.0, w)
    called = field.callbacks()[1]
    called(0.0, 2 * w)  # in memory that is used again
    assert np.abs(called(0.0, w) - blocks).max() <= 1e-13 * np.abs(blocks).max()
    assert np.abs(gathered - blocks).max() <= 1e-13 * np.abs(blocks).max()
    assert np.abs(field.jacobian(0.0, w) - blocks).max() <= 1e-13 * np.abs(blocks).max()
    assert field.jacobian(0.0, w) is not field.jacobian(0.0, w)
