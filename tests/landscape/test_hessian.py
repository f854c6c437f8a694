"""Hessian and NTK: finite differences, independent Kronecker products, closed-form spectra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import (
    frame_spectra,
    hessian,
    hessian_vector_product,
    ntk,
    spectrum,
)
from linviz.core.model.initialization import gaussian, zeros
from linviz.core.model.layers import (
    gradient,
    n_parameters,
    pack,
    prefixes,
    product,
    suffixes,
    unpack,
    widths,
)
from linviz.core.model.problem import Problem

DIMS = st.lists(st.integers(1, 5), min_size=2, max_size=6).map(
    lambda d: tuple(d) if d[0] >= d[-1] else tuple(d[::-1])
)
CASES = {"dims": DIMS, "seed": st.integers(0, 9999), "raw": st.booleans()}
many = settings(max_examples=80, deadline=None)


def draw(dims, seed, raw):
    rng = np.random.default_rng(seed)
    W = gaussian(dims, 0.8, seed=seed)
    if raw:  # 3 samples: often rank deficient
        return Problem(rng.standard_normal((dims[0], 3)), rng.standard_normal((dims[-1], 3))), W
    return Problem.canonical(rng.uniform(0.5, 3, size=dims[-1]), dims[0]), W


def random_minimum(dims, seed):
    """A global minimum away from balance: invertible changes of basis between the layers."""
    rng = np.random.default_rng(seed)
    problem = Problem.canonical(rng.uniform(0.5, 3, size=dims[-1]), dims[0])
    T = [np.eye(d) + 0.3 * rng.standard_normal((d, d)) for d in dims]
    T[0], T[-1] = np.eye(dims[0]), np.eye(dims[-1])
    W = critical_point(problem, dims, missed=())
    moved = [T[j + 1] @ Wj @ np.linalg.inv(T[j]) for j, Wj in enumerate(W)]
    return problem, tuple(moved)


@given(**CASES)
@many
def test_central_differences_of_the_gradient(dims, seed, raw):
    problem, W = draw(dims, seed, raw)
    w, h = pack(W), 1e-5
    steps = h * np.eye(w.size)
    numeric = np.stack(
        [
            pack(gradient(problem, unpack(w + e, dims)))
            - pack(gradient(problem, unpack(w - e, dims)))
            for e in steps
        ],
        axis=1,
    ) / (2 * h)
    hess = hessian(problem, W)
    np.testing.assert_allclose(numeric, hess, atol=1e-7 * max(1.0, np.abs(hess).max()))


@given(**CASES)
@many
def test_products_with_unit_vectors_are_its_columns(dims, seed, raw):
    problem, W = draw(dims, seed, raw)
    hess = hessian(problem, W)
    columns = [
        pack(hessian_vector_product(problem, W, unpack(e, dims)))
        for e in np.eye(n_parameters(dims))
    ]
    scale = np.abs(hess).max()
    np.testing.assert_allclose(np.stack(columns, axis=1), hess, atol=1e-13 * scale)
    np.testing.assert_allclose(hess, hess.T, atol=1e-14 * scale)


@given(**CASES)
@many
def test_trace_is_that_of_the_ntk_everywhere(dims, seed, raw):
    problem, W = draw(dims, seed, raw)
    assert np.trace(hessian(problem, W)) == pytest.approx(np.trace(ntk(problem, W)), rel=1e-10)


@given(**CASES)
@many
def test_ntk_has_the_nonzero_spectrum_of_the_jacobian_on_the_samples(dims, seed, raw):
    problem, W = draw(dims, seed, raw)
    J = np.hstack(
        [
            np.kron((Aj @ problem.X).T, Bj)
            for Aj, Bj in zip(prefixes(W)[:-1], suffixes(W), strict=True)
        ]
    )
    K = ntk(problem, W)
    size = max(*J.shape, len(K))
    found, expected = (np.zeros(size) for _ in range(2))
    found[: len(K)] = np.linalg.eigvalsh(K)
    expected[: J.shape[1]] = np.linalg.eigvalsh(J.T @ J)
    np.testing.assert_allclose(np.sort(found), np.sort(expected), atol=1e-10 * expected.max())


@given(**CASES)
@many
def test_ntk_drives_the_loss(dims, seed, raw):
    r"""The squared gradient is vec(M)^T K vec(M)."""
    problem, W = draw(dims, seed, raw)
    M = (problem.least_squares - product(W)) @ problem.input_root
    m = M.ravel(order="F")
    speed = float(np.sum(pack(gradient(problem, W)) ** 2))
    assert m @ ntk(problem, W) @ m == pytest.approx(speed, rel=1e-10, abs=1e-18)


@pytest.mark.parametrize("dims", [(3, 3, 3), (5, 4, 3), (4, 3, 5, 3), (3, 3, 3, 3, 3)])
@pytest.mark.parametrize("seed", [None, 5])
def test_closed_form_at_a_balanced_minimum(dims, seed):
    s, N, d_x = np.array([3.0, 2.0, 0.7]), len(dims) - 1, dims[0]
    problem = Problem.canonical(s, d_x)
    found = spectrum(problem, critical_point(problem, dims, missed=(), seed=seed))
    expected = []
    for k in range(3):
        for l in range(3):
            if k == l:
                expected.append(N * s[k] ** (2 - 2 / N))
            else:
                expected.append((s[k] ** 2 - s[l] ** 2) / (s[k] ** (2 / N) - s[l] ** (2 / N)))
        expected += [s[k] ** (2 - 2 / N)] * (d_x - 3)
    expected += [0.0] * (n_parameters(dims) - 3 * d_x)
    np.testing.assert_allclose(found.eigenvalues, np.sort(expected), atol=1e-10 * max(expected))
    assert found.n_negative == 0
    assert found.n_zero == n_parameters(dims) - 3 * d_x


@pytest.mark.parametrize("missed", [(0,), (2,), (0, 1), (1, 2), (0, 1, 2)])
@pytest.mark.parametrize("dims", [(4, 4, 3, 3), (3, 3, 3, 4, 3)])
def test_closed_form_at_a_balanced_saddle(dims, missed):
    s, N, d_x = np.array([3.0, 2.0, 0.7]), len(dims) - 1, dims[0]
    problem = Problem.canonical(s, d_x)
    learned = [k for k in range(3) if k not in missed]
    a = s ** (1 / N)
    expected = []
    for k in learned:
        for l in learned:
            q = np.arange(1, N + 1)
            expected.append(np.sum(a[k] ** (2.0 * (N - q)) * a[l] ** (2.0 * (q - 1))))
        expected += [a[k] ** (2 * (N - 1))] * (d_x - 3)
        for i in missed:
            expected += [a[k] ** (N - 2) * (s[k] + s[i]), a[k] ** (N - 2) * (s[k] - s[i])]
    expected += [0.0] * (n_parameters(dims) - len(expected))
    found = spectrum(problem, critical_point(problem, dims, missed=missed, seed=1)).eigenvalues
    np.testing.assert_allclose(found, np.sort(expected), atol=1e-10 * max(1.0, *expected))


@given(st.integers(0, 9999), st.sampled_from([(3, 3, 2), (4, 3, 4, 3), (2, 3, 4, 2, 2), (4, 3)]))
@many
def test_no_minimum_is_flatter_than_the_sharpness_floor(seed, dims):
    problem, W = random_minimum(dims, seed)
    N = len(dims) - 1
    floor = N * problem.singular_values[0] ** (2 - 2 / N)
    assert spectrum(problem, W).eigenvalues[-1] >= floor - 1e-9


@pytest.mark.parametrize("d_x", [3, 5])
def test_zero_weights_with_one_hidden_layer(d_x):
    s, d_1 = (3.0, 2.0, 1.0), 4
    problem = Problem.canonical(s, d_x)
    found = spectrum(problem, zeros((d_x, d_1, 3)))
    expected = np.sort([0.0] * (d_1 * (d_x - 3)) + [x for v in s for x in (v, -v)] * d_1)
    np.testing.assert_allclose(found.eigenvalues, expected, atol=1e-14)
    assert (found.n_negative, found.n_zero, found.n_positive) == (12, d_1 * (d_x - 3), 12)


def test_zero_weights_with_two_hidden_layers_are_flat():
    found = spectrum(Problem.canonical((3, 2, 1)), zeros((3, 3, 3, 3)))
    assert not found.eigenvalues.any()
    assert (found.n_negative, found.n_zero, found.n_positive) == (0, 27, 0)


@pytest.mark.parametrize("dims", [(4, 12, 3), (3, 6, 6, 3), (3, 5, 5, 5, 2)])
def test_kernel_shortcut_agrees_with_the_dense_spectrum(dims):
    problem, W = random_minimum(dims, 3)
    short = spectrum(problem, W)
    dense = np.linalg.eigvalsh(hessian(problem, W))
    assert short.method == "kernel"
    np.testing.assert_allclose(short.eigenvalues, dense, atol=1e-10 * dense[-1])
    assert (short.n_negative, short.n_zero) == (0, dense.size - dims[0] * dims[-1])
    assert not short.eigenvalues.flags.writeable


@given(st.integers(0, 9999), st.sampled_from([(3, 3, 2), (4, 3, 4, 3), (2, 3, 4, 2, 2)]))
@many
def test_signs_near_a_minimum_are_those_of_the_minimum(seed, dims):
    """The false negatives of an unpolished limit are of the size of the residual, and hidden."""
    problem, W = random_minimum(dims, seed)
    rng = np.random.default_rng(seed)
    away = tuple(Wj + 1e-7 * rng.standard_normal(Wj.shape) for Wj in W)
    found = spectrum(problem, away)
    assert found.method == "dense"
    assert (found.n_negative, found.n_positive) == (0, dims[0] * dims[-1])


@given(**CASES)
@many
def test_tolerance_hides_nothing_away_from_critical_points(dims, seed, raw):
    problem, W = draw(dims, seed, raw)
    found = spectrum(problem, W)
    largest = np.abs(found.eigenvalues).max()
    slope = np.linalg.norm(pack(gradient(problem, W)))
    if slope > 1e-2 * largest:
        assert found.tolerance <= 1e-9 * max(largest, np.linalg.norm(pack(W)) ** (2 * len(W)))
    assert found.n_negative + found.n_zero + found.n_positive == found.eigenvalues.size
    assert (np.diff(found.eigenvalues) >= 0).all()


@pytest.mark.parametrize("raw", [False, True])
def test_frames(raw):
    dims = (4, 3, 5, 2)
    problem, _ = draw(dims, 0, raw)
    draws = [gaussian(dims, 0.8, seed=k) for k in range(6)]
    W = tuple(np.stack(layers) for layers in zip(*draws, strict=True))
    some = frame_spectra(problem, W, [5, 0])
    assert frame_spectra(problem, W).shape == (6, n_parameters(dims))
    for row, k in zip(some, (5, 0), strict=True):
        np.testing.assert_allclose(row, np.linalg.eigvalsh(hessian(problem, draws[k])), atol=1e-12)
    with pytest.raises(ValueError, match="expected frames"):
        frame_spectra(problem, draws[0])


def test_direction_of_other_widths():
    problem, W = draw((3, 2, 2), 0, False)
    with pytest.raises(ValueError, match=r"expected V of widths \(3, 2, 2\)"):
        hessian_vector_product(problem, W, gaussian((3, 4, 2)))
    assert widths(hessian_vector_product(problem, W, W)) == (3, 2, 2)


def test_a_hessian_of_roundoff_only_is_zero():
    """Products that cancel leave 1e-17 in every entry: no eigenvalue of that counts."""
    problem, hits = Problem.canonical((2, 1)), 0
    for seed in range(20):
        Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((4, 4)))[0]
        W = (np.zeros((3, 2)), Q[:, :3], Q[:, 3:].T, np.zeros((2, 1)))  # W_3 W_2 = 0
        found = spectrum(problem, W)
        hits += bool(found.eigenvalues.any())
        assert (found.n_negative, found.n_positive) == (0, 0)
    assert hits > 0


@pytest.mark.parametrize("ratio", [1e-8, 1e-3, 1.0, 1e5])
def test_the_signs_do_not_depend_on_the_sizes_of_layers_against_each_other(ratio):
    """Powers of the layers that multiply to one are a change of coordinates."""
    problem, dims = Problem.canonical((2.0, 1.0), d_x=3), (3, 3, 2, 2)
    for missed in [(), (1,), (0,), (0, 1)]:
        W = critical_point(problem, dims, missed, seed=2)
        even = spectrum(problem, W)
        there = spectrum(problem, (ratio * W[0], W[1] / ratio, W[2]))
        assert (there.n_negative, there.n_zero, there.n_positive) == (
            even.n_negative,
            even.n_zero,
            even.n_positive,
        )
