"""The stabilized explicit methods: conditions of order, stability, and runs against scipy's."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from benchmarks.coefficients import DAMPED, entry, least_maximum
from linviz.core.flow.chebyshev import (
    MOST_STAGES,
    TABLE,
    coefficients,
    degree_for,
    elementary_weights,
)
from linviz.core.flow.explicit import Explicit
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.stabilized import SpectralRadius, Stabilized
from linviz.core.model.layers import Weights, n_parameters, unpack
from linviz.core.model.problem import Matrix, Problem

DENSITIES = np.array([1, 2, 3, 6, 4, 8, 12, 24])  # of the eight trees of order 4 at most


def stability_polynomial(degree: int, z: Matrix) -> Matrix:
    """One step of length 1 for dw/dt = z w from w = 1."""
    method = coefficients(degree)
    before, g = np.ones_like(z), np.ones_like(z)
    for mu, nu in zip(method.mu, method.nu, strict=True):
        before, g = g, mu * z * g + nu * g + (1 - nu) * before
    k = [z * g]
    for row in method.a:
        k.append(z * (g + sum(x * ki for x, ki in zip(row, k, strict=True))))
    return g + sum(x * ki for x, ki in zip(method.b, k, strict=True))


@pytest.mark.parametrize("degree", TABLE)
def test_every_method_meets_the_eight_conditions_of_order_four(degree):
    method = coefficients(degree)
    end, rates = elementary_weights(method.mu, method.nu, method.a, method.b)
    assert np.abs(end * DENSITIES - 1).max() < 1e-11
    embedded = sum(x * k for x, k in zip(method.error, rates, strict=True))
    assert np.abs(embedded[:4]).max() < 1e-13
    assert np.abs(embedded[4:]).min() > 1e-6


@pytest.mark.parametrize("degree", [5, 8, 12])
def test_the_program_finds_the_tables_numbers(degree):
    length, right = TABLE[degree][:2]
    np.testing.assert_allclose(entry(degree, length, right), TABLE[degree], atol=2e-7)


@pytest.mark.parametrize("degree", [5, 8, 14])
def test_the_intervals_are_the_longest_to_a_thousandth(degree):
    length, right = TABLE[degree][:2]
    assert least_maximum(degree, 0.998 * length, right)[0] < DAMPED
    assert least_maximum(degree, 1.002 * length, right)[0] > DAMPED


@pytest.mark.parametrize("degree", TABLE)
def test_every_method_is_stable_and_damps_over_its_whole_interval(degree):
    length = coefficients(degree).length
    assert length > 0.23 * degree**2
    z = -length * (1 - np.cos(np.linspace(0, np.pi, 60 * degree))) / 2
    R = stability_polynomial(degree, z)
    assert np.abs(R).max() <= 1 + 1e-12
    assert np.abs(R[z < -1.0]).max() < 0.98


def test_the_least_sufficient_degree_is_taken():
    lengths = [TABLE[s][0] for s in sorted(TABLE)]
    assert lengths == sorted(lengths)
    assert degree_for(0.0) == min(TABLE)
    assert degree_for(lengths[3] * 1.0001) == sorted(TABLE)[4]
    assert degree_for(1e9) == MOST_STAGES


def start(dims: tuple[int, ...], scale: float, seed: int = 0) -> Matrix:
    return scale * np.random.default_rng(seed).standard_normal(n_parameters(dims))


def run(field: Field, w: Matrix, T: float, rtol: float) -> Stabilized:
    solver = Stabilized(field, 0.0, w, T, rtol=rtol, atol=1e-2 * rtol)
    while solver.t < T:
        solver.step()
    return solver


def test_errors_fall_with_the_tolerance_and_end_at_the_horizon():
    field = Field(Problem.canonical((3, 2, 1)), (3, 6, 6, 3))
    w = start((3, 6, 6, 3), 0.3)
    exact = solve_ivp(field.velocity, (0, 5), w, "DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    errors = [np.abs(run(field, w, 5.0, rtol).y - exact).max() for rtol in (1e-5, 1e-7, 1e-9)]
    assert errors[0] < 1e-3
    assert errors[1] < 0.1 * errors[0]
    assert errors[2] < 0.1 * errors[1]
    assert run(field, w, 5.0, 1e-5).t == 5.0


def test_a_stiff_run_takes_few_evaluations():
    # rates from 1e4 to 1: DOP853 needs T * 1e4 / 6 steps of 12 evaluations
    X = np.diag(np.logspace(2, 0, 6))
    field = Field(Problem(X=X, Y=np.ones((2, 6)) @ X), (6, 2))
    solver = run(field, start((6, 2), 1.0), 20.0, 1e-6)
    assert solver.nfev < 20 * 1e4 / 6 * 12 / 20
    best = field.problem.least_squares
    assert np.abs(unpack(solver.y, (6, 2))[0] - best).max() < 1e-4


@pytest.mark.parametrize("raw", [False, True])
def test_the_spectral_radius_and_the_derivative_are_those_of_the_jacobian(raw):
    rng = np.random.default_rng(2)
    problem = Problem.canonical((3, 1), d_x=4)
    if raw:
        problem = Problem(X=rng.standard_normal((4, 9)), Y=rng.standard_normal((2, 9)))
    field, w = Field(problem, (4, 5, 3, 2)), start((4, 5, 3, 2), 0.6)
    J, x = field.jacobian(0.0, w), rng.standard_normal(field.n)
    np.testing.assert_allclose(field.derivative(w)(x), J @ x, rtol=1e-11, atol=1e-11)
    radius, estimate = np.abs(np.linalg.eigvalsh(J)).max(), SpectralRadius(field)
    found = max(estimate.at(w) for _ in range(5))
    assert 0.9 * radius < found <= radius * (1 + 1e-12)


def test_exact_zeros_stay():
    dims = (3, 4, 4, 3)
    W = [Wj.copy() for Wj in unpack(start(dims, 0.4), dims)]
    W[-1][0], W[0][:, 0] = 0.0, 0.0
    field = Field(Problem.canonical((3, 2, 1)), dims)
    w = np.concatenate([Wj.ravel(order="F") for Wj in W])
    end = unpack(run(field, w, 4.0, 1e-5).y, dims)
    assert not end[-1][0].any()
    assert not end[0][:, 0].any()


def drift(W: Weights, V: Weights) -> float:
    size = max(np.linalg.norm(v) for v in (*W, *V)) ** 2
    before = [b.T @ b - a @ a.T for a, b in itertools.pairwise(W)]
    after = [b.T @ b - a @ a.T for a, b in itertools.pairwise(V)]
    return max(np.linalg.norm(c - d) for c, d in zip(before, after, strict=True)) / size


@pytest.mark.parametrize("rtol", [2e-9, 1e-6, 1e-4])
def test_a_large_stiff_run_is_stabilized_and_keeps_its_promise(rtol):
    dims = (16,) * 7
    problem, W = Problem.canonical(np.linspace(3, 0.5, 16)), unpack(start(dims, 0.25), dims)
    trajectory = gradient_flow(problem, W, t_end=12.0, rtol=rtol)
    assert "Stabilized" in trajectory.method
    assert drift(W, tuple(Wj[-1] for Wj in trajectory.W)) < 50 * rtol


def test_the_work_ahead_is_told_by_the_pace_and_ends_at_the_horizon() -> None:
    field = Field(Problem.canonical((30.0, 1.0)), (2, 6, 6, 2))
    w = 0.5 * np.random.default_rng(0).standard_normal(field.n)
    explicit = Explicit(field, w, 200.0, rtol=1e-9, atol=1e-12)
    assert explicit.work_ahead == np.inf
    while explicit.t < 100.0:
        explicit.stretch(24, 100.0)
    done, ahead = explicit.work, explicit.work_ahead
    while explicit.t < 200.0:
        explicit.stretch(24, 200.0)
    assert explicit.work_ahead == 0.0
    assert 0.5 < ahead / (explicit.work - done) < 2.0
