"""Invariants: conserved to first order by construction, counted by the rank of their Jacobian."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.flow.law import GradientFlow
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.initialization import balanced, gaussian
from linviz.core.model.layers import gradient, invariants, n_parameters, pack, unpack
from linviz.core.model.problem import Problem
from linviz.core.model.spectra import inertia
from linviz.core.theory.invariants import (
    drift,
    invariant_inertia,
    invariant_spectra,
    n_independent,
    norm_gaps,
    relative_drift,
)

DIMS = st.lists(st.integers(1, 5), min_size=2, max_size=6).map(tuple)
many = settings(max_examples=100, deadline=None)


def problem_for(dims, seed):
    rng = np.random.default_rng(seed)
    d_x, d_y = max(dims[0], dims[-1]), min(dims[0], dims[-1])
    return Problem(rng.standard_normal((d_x, 6)), rng.standard_normal((d_y, 6)))


@given(DIMS, st.integers(0, 999))
@many
def test_one_gradient_step_moves_them_at_second_order_only(dims, seed):
    r"""C_j(W - h g) - C_j(W) = h^2 (g_{j+1}^T g_{j+1} - g_j g_j^T), exactly."""
    if dims[0] < dims[-1]:
        dims = dims[::-1]
    problem, W, h = problem_for(dims, seed), gaussian(dims, 0.7, seed=seed), 0.05
    g = gradient(problem, W)
    after = invariants(tuple(Wj - h * gj for Wj, gj in zip(W, g, strict=True)))
    size = max(1.0, *(np.abs(Wj).max() ** 2 for Wj in W), *(np.abs(gj).max() ** 2 for gj in g))
    for j, (C, C_after) in enumerate(zip(invariants(W), after, strict=True)):
        second = h**2 * (g[j + 1].T @ g[j + 1] - g[j] @ g[j].T)
        np.testing.assert_allclose(C_after - C, second, atol=1e-13 * size)
        np.testing.assert_array_equal(C, C.T)


@pytest.mark.parametrize(
    "dims",
    [
        (2, 2, 2),
        (2, 3, 2),
        (1, 3, 1),
        (2, 5, 2),
        (3, 2, 2),
        (2, 2, 2, 1),
        (2, 6, 3, 1),
        (1, 4, 1, 1),
    ],
)
def test_how_many_are_independent(dims):
    """The count is the rank of the Jacobian of all entries at a random point."""
    W = gaussian(dims, 1.0, seed=3)
    w = pack(W)

    def entries(vector):
        return np.concatenate(
            [C[np.triu_indices(len(C))] for C in invariants(unpack(vector, dims))]
        )

    steps = np.eye(n_parameters(dims))  # C is quadratic: central differences are exact
    jacobian = np.stack([(entries(w + e) - entries(w - e)) / 2 for e in steps], axis=1)
    assert np.linalg.matrix_rank(jacobian, tol=1e-9) == n_independent(dims)


def recorded(W):
    """These weights as the record of a run."""
    n, d_y, d_x = len(W[0]), W[-1].shape[1], W[0].shape[2]
    problem = Problem(X=np.eye(d_x), Y=np.eye(d_y, d_x))
    law, last = GradientFlow(1e-9, 1e-9), tuple(Wj[-1].copy() for Wj in W)
    loss = np.zeros(n)
    return Trajectory(
        problem, np.arange(float(n)), W, loss, "horizon", "", last, law, "none", n_steps=n
    )


@given(DIMS, st.integers(0, 999))
@many
def test_norm_gaps_are_sums_of_traces(dims, seed):
    W = gaussian(dims, 1.0, seed=seed)
    traces = [np.trace(C) for C in invariants(W)]
    expected = [-sum(traces[j:]) for j in range(len(traces))]
    np.testing.assert_allclose(norm_gaps(W), expected, atol=1e-12)
    for j, gap in enumerate(norm_gaps(W)):
        assert np.sum(W[j] ** 2) == pytest.approx(np.sum(W[-1] ** 2) + gap)


def test_frames_agree_with_single_weights():
    draws = [gaussian((3, 4, 2, 2), 1.0, seed=k) for k in range(5)]
    W = tuple(np.stack(layers) for layers in zip(*draws, strict=True))
    trajectory = recorded(W)
    for n, single in enumerate(draws):
        for C, C_single in zip(invariants(W), invariants(single), strict=True):
            np.testing.assert_allclose(C[n], C_single, atol=1e-14)
        for s, s_single in zip(invariant_spectra(W), invariant_spectra(single), strict=True):
            np.testing.assert_allclose(s[n], s_single, atol=1e-13)
        np.testing.assert_allclose(norm_gaps(W)[n], norm_gaps(single), atol=1e-13)
        moved = [
            np.linalg.norm(a - b)
            for a, b in zip(invariants(single), invariants(draws[0]), strict=True)
        ]
        np.testing.assert_allclose(drift(trajectory)[n], moved, atol=1e-13)
    largest = max(np.linalg.norm(Wj) ** 2 for single in draws for Wj in single)
    np.testing.assert_allclose(relative_drift(trajectory), drift(trajectory) / largest)


def test_drift_without_hidden_layers_and_of_zero_weights():
    assert drift(recorded((np.ones((4, 2, 3)),))).shape == (4, 0)
    still = recorded((np.zeros((4, 2, 3)), np.zeros((4, 1, 2))))
    np.testing.assert_array_equal(relative_drift(still), np.zeros((4, 1)))


def test_spectra_descend_and_do_not_see_hidden_rotations():
    W = gaussian((3, 4, 2), 1.0)
    Q = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
    (before,), (after,) = invariant_spectra(W), invariant_spectra((Q @ W[0], W[1] @ Q.T))
    np.testing.assert_allclose(after, before, atol=1e-13)
    assert (np.diff(before) <= 0).all()


def test_inertia_counts_and_its_tolerance():
    rng = np.random.default_rng(0)
    F = rng.standard_normal((6, 6))  # congruence keeps the inertia
    S = F @ np.diag([1, 1, 1, 0, -1, -1]) @ F.T
    assert inertia((S + S.T) / 2) == (2, 1, 3)
    assert inertia(np.zeros((3, 3))) == (0, 3, 0)
    assert inertia(np.diag([1.0, -1e-3]), tolerance=1e-2) == (0, 1, 1)
    W = balanced((3, 4, 2), 0.5, seed=1)
    assert invariant_inertia(W) == ((0, 4, 0),)


@given(DIMS, st.integers(0, 999))
@many
def test_rank_bounds_the_signs(dims, seed):
    """C_j has at most d_{j+1} positive and at most d_{j-1} negative eigenvalues."""
    signs = invariant_inertia(gaussian(dims, 1.0, seed=seed))
    for j, (n_negative, _, n_positive) in enumerate(signs, start=1):
        assert n_positive <= dims[j + 1]
        assert n_negative <= dims[j - 1]


def test_widths_that_do_not_chain():
    with pytest.raises(ValueError, match=r"columns \(the rows of W_1\)"):
        invariants((np.ones((2, 3)), np.ones((2, 3))))
    with pytest.raises(ValueError, match="expected W_2 to be a matrix"):
        norm_gaps((np.ones((2, 3)), np.ones(2)))
