"""Verdicts that roundoff must not decide: ill-conditioned data, small weights, near ties."""

import numpy as np
import pytest

from linviz.core.landscape.canonical import whitened
from linviz.core.landscape.critical_points import classify, critical_point, predicted_inertia
from linviz.core.landscape.hessian import hessian, spectrum
from linviz.core.model.initialization import gaussian, zeros
from linviz.core.model.layers import excess_loss, n_parameters
from linviz.core.model.problem import Problem


def polynomial(x, powers, y):
    """Least squares of y by powers of x, as it is written without scaling."""
    return Problem(np.array([x**k for k in powers], dtype=float), np.atleast_2d(y))


YEARS = np.arange(1959.0, 2024.0)
SINCE = YEARS - YEARS[0]
CARBON = polynomial(YEARS, (0, 1), 315 + 0.8 * SINCE + 0.0125 * SINCE**2)
HUNDRED = np.arange(1.0, 101.0)
TWENTY = np.arange(21.0)
NIST = polynomial(TWENTY, range(6), sum(TWENTY**k for k in range(6)))  # Wampler1
CASES = [
    (CARBON, (2, 3, 1)),
    (CARBON, (2, 2, 2, 1)),
    (NIST, (6, 4, 6, 1)),
    (NIST, (6, 5, 4, 1)),
    (polynomial(HUNDRED, (0, 1, 2, 3), np.stack([np.sqrt(HUNDRED), np.log(HUNDRED)])), (4, 3, 2)),
    (Problem(np.diag([1.0, 1e-7]), [[1.0, 1e-7]]), (2, 3, 1)),
    (Problem(1e-6 * np.diag([1.0, 1e-5]), [[1.0, 1e-7]]), (2, 3, 2, 1)),
]


@pytest.mark.parametrize("case", range(len(CASES)))
@pytest.mark.parametrize("balanced", [True, False])
def test_a_minimum_of_ill_conditioned_data_has_as_many_positive_signs_as_the_map_has_entries(
    case, balanced
):
    problem, dims = CASES[case]
    W = critical_point(problem, dims, (), balanced=balanced, seed=case)
    n, d = n_parameters(dims), problem.d_x * problem.d_y
    found, point = spectrum(problem, W), classify(problem, W)
    assert (found.n_negative, found.n_zero, found.n_positive) == (0, n - d, d)
    assert (point.kind, point.index, point.nullity) == ("global minimum", 0, n - d)
    # the eigenvalues are those of the data's own coordinates
    assert np.allclose(found.eigenvalues[-1], np.linalg.eigvalsh(hessian(problem, W))[-1])


@pytest.mark.parametrize("condition", [1e2, 1e5, 1e7])
@pytest.mark.parametrize("dims", [(4, 3, 3), (4, 3, 5, 3)])
@pytest.mark.parametrize("missed", [(2,), (0,), (0, 2)])
def test_signs_at_saddles_are_those_of_the_formula_whatever_the_condition(condition, dims, missed):
    rng = np.random.default_rng(len(dims))
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    X = (Q * np.geomspace(1, 1 / condition, 4)) @ np.linalg.qr(rng.standard_normal((4, 4)))[0]
    Y = rng.standard_normal((3, 4))
    problem, W = Problem(X, Y), critical_point(Problem(X, Y), dims, missed)
    found = spectrum(problem, W)
    expected = predicted_inertia(problem, dims, missed, balanced=True)
    assert (found.n_negative, found.n_zero, found.n_positive) == expected


@pytest.mark.parametrize("factor", [1e-8, 1.0, 1e8])
def test_whitening_keeps_the_loss_and_makes_layers_of_one_size(factor):
    problem = Problem([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]], [[1.0, 2.0, 3.0]])
    W = gaussian((2, 3, 3, 1), seed=1)
    W = (factor * W[0], W[1], W[2] / factor)
    white, V = whitened(problem, W)
    assert white.is_white
    assert excess_loss(white, V) == pytest.approx(excess_loss(problem, W), rel=1e-12)
    norms = [np.linalg.norm(Vj, 2) for Vj in V]
    assert max(norms) <= 4 * min(norms)


def test_inputs_without_data_stay_flat_directions():
    X = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 1.0]])
    problem, dims = Problem(X, [[1.0, 0.0, 2.0]]), (3, 4, 1)
    W = critical_point(problem, dims, ())
    found = spectrum(problem, W)
    assert (found.n_negative, found.n_zero, found.n_positive) == (0, 14, 2)


@pytest.mark.parametrize("size", [1e-12, 1e-7, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("units", [1e-4, 1.0, 1e6])
@pytest.mark.parametrize("dims", [(3, 3, 3, 3), (4, 2, 3, 2), (3, 2, 3, 2, 2)])
def test_a_small_layer_between_zero_layers_is_a_strict_saddle(size, units, dims):
    rng = np.random.default_rng(7)
    X, Y = rng.standard_normal((dims[0], 6)), units * rng.standard_normal((dims[-1], 6))
    W = list(zeros(dims))
    for j in range(1, len(dims) - 2):
        W[j] = size * rng.standard_normal(W[j].shape)
    point = classify(Problem(X, Y), tuple(W))
    assert point.kind == "strict saddle", point.reason
    assert not point.reason.startswith("ambiguous")
    inner = min(dims[1:-1])
    assert point.index == inner * dims[-1]  # each pair of signs: a mode and a rank of Z


@pytest.mark.parametrize("size", [1e-9, 1e-3, 1.0])
def test_a_single_small_layer_next_to_two_zero_ones_is_flat(size):
    problem = Problem.canonical((3, 2, 1))
    W = (size * np.eye(3), np.zeros((3, 3)), np.zeros((3, 3)))
    point = classify(problem, W)
    assert point.kind == "strict saddle"  # layers 3 and 2: C = I, and A_2 (Y - P)^T B_3 = W_1 Y^T
    assert spectrum(problem, W).n_negative == point.index == 9
    W = (size * np.eye(3), *(np.zeros((3, 3)) for _ in range(3)))
    assert classify(problem, W).kind == "non-strict saddle"


@pytest.mark.parametrize("s", [(1e8, 2.0, 1.0), (1e9, 3.0, 2.0, 1.0), (1.0, 1e-9, 5e-10)])
@pytest.mark.parametrize("H", [2, 4])
def test_a_stronger_mode_missed_than_learned_is_strict_by_theorem(s, H):
    problem, n = Problem.canonical(s), len(s)
    dims = (n,) * (H + 2)
    missed = (n - 2,)
    W = critical_point(problem, dims, missed)
    point = classify(problem, W)
    assert point.kind == "strict saddle"
    assert "is missed while a weaker one" in point.reason
    assert point.index in (1, None)
    assert not point.reason.startswith("ambiguous")


@pytest.mark.parametrize("H", [2, 3, 4, 6])
@pytest.mark.parametrize("scale", [1e-2, 1e-3, 1e-6, 1e-30])
def test_near_the_origin_a_small_gradient_proves_nothing(H, scale):
    problem = Problem.canonical((3, 2, 1))
    point = classify(problem, gaussian((3,) * (H + 2), scale))
    assert point.kind == "not critical"
    assert (point.index, point.nullity) == (None, None)
    raw = Problem(np.random.default_rng(H).standard_normal((3, 9)), np.ones((1, 9)))
    assert classify(raw, gaussian((3,) * (H + 1) + (1,), scale)).kind == "not critical"


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-8, 1e-9, 3e-10, 9e-11, 3e-11, 1e-12, 1e-15, 0.0])
@pytest.mark.parametrize("dims", [(3, 1, 2), (2, 1, 2), (3, 2, 1, 2), (2, 2, 1, 2, 2)])
def test_strengths_are_equal_to_the_formula_where_they_are_to_the_hessian(gap, dims):
    problem = Problem.canonical((1 + gap, 1), d_x=dims[0])
    W = critical_point(problem, dims, (1,))
    point, found = classify(problem, W), spectrum(problem, W)
    told = predicted_inertia(problem, dims, point.missed)
    counted = found.n_negative, found.n_zero, found.n_positive
    assert point.kind == "global minimum"
    if gap < 1e-10 or gap > 1e-9:
        assert counted == told
    tie = int(gap <= 1e-10)
    assert told == (0, n_parameters(dims) - (dims[0] + 1) + tie, dims[0] + 1 - tie)
