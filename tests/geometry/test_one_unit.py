"""One hidden unit: the exact flow of the weights, and the surface that is the saddles' basin."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import linviz as lv


def integrated(problem: lv.Problem, W: tuple[np.ndarray, ...], t: np.ndarray) -> np.ndarray:
    d_x = W[0].shape[1]

    def velocity(_: float, z: np.ndarray) -> np.ndarray:
        gradient = lv.gradient(problem, (z[None, :d_x], z[d_x:, None]))
        return -np.concatenate([g.ravel() for g in gradient])

    start = np.concatenate([Wj.ravel() for Wj in W])
    return solve_ivp(velocity, (0, t[-1]), start, "DOP853", t, rtol=3e-14, atol=1e-14).y.T


@pytest.mark.parametrize("d_x", [1, 2, 3, 4])
def test_the_exact_solution_of_one_hidden_unit_holds_from_every_start(d_x: int) -> None:
    rng = np.random.default_rng(d_x)
    t = np.linspace(0, 4, 9)
    for d_y in range(1, d_x + 1):
        X = 1.3 * np.linalg.qr(rng.normal(size=(d_x, d_x)))[0]
        problem = lv.Problem(X, rng.normal(size=(d_y, d_x)))
        W = (rng.normal(size=(1, d_x)), rng.normal(size=(d_y, 1)))
        W1, W2 = lv.geometry.exact_one_unit(problem, W, t)
        found = np.concatenate([W1[:, 0], W2[:, :, 0]], axis=1)
        np.testing.assert_allclose(found, integrated(problem, W, t), atol=1e-10)
        np.testing.assert_allclose(W2 @ W1, lv.exact_product(problem, W, t), atol=1e-10)


def test_the_exact_solution_goes_on_for_ever_and_takes_times_of_any_shape() -> None:
    problem = lv.Problem.canonical((2.0,), d_x=2)
    W = (np.array([[0.1, 0.2]]), np.array([[0.3]]))
    W1, W2 = lv.geometry.exact_one_unit(problem, W, [[0.0, 1.0], [1e3, 1e300]])
    assert W1.shape == (2, 2, 1, 2)
    assert W2.shape == (2, 2, 1, 1)
    np.testing.assert_allclose((W2 @ W1)[1], np.tile([[2.0, 0.0]], (2, 1, 1)), atol=1e-12)
    zero = (np.zeros((1, 2)), np.zeros((1, 1)))
    assert not any(Wj.any() for Wj in lv.geometry.exact_one_unit(problem, zero, [0.0, 9.0]))


def surface(rng: np.random.Generator, n: int, s: float) -> tuple[np.ndarray, ...]:
    """Points of the basin, by its other equation (w² - a²)(s - aw) + ab²w = 0 with aw < 0."""
    a = -np.exp(rng.uniform(-2, 1, n))
    w = np.exp(rng.uniform(-2, 1, n))
    b2 = (w**2 - a**2) * (s - a * w) / (-a * w)
    kept = b2 >= 0
    return a[kept], np.sqrt(b2[kept]), w[kept]


def test_the_saddles_whole_basin_is_a_surface() -> None:
    a, b, w = surface(np.random.default_rng(0), 1000, 1.5)
    assert len(a) > 300
    size = 1.5 * np.abs(a) + w * (w**2 + a**2 + b**2 + 1.5)
    assert (np.abs(lv.geometry.saddle_basin(a, b, w, 1.5)) <= 1e-12 * size).all()
    problem = lv.Problem.canonical((1.5,), d_x=2)
    for k in range(5):  # it ends at (0, b, 0) with b² = -C, until roundoff leaves
        W = (np.array([[a[k], b[k]]]), np.array([[w[k]]]))
        C = w[k] ** 2 - a[k] ** 2 - b[k] ** 2
        W1, _ = lv.geometry.exact_one_unit(problem, W, 12.0)
        if abs(C) > 1:  # the stable rate is slow where b is small
            np.testing.assert_allclose(W1[0, 1] ** 2, -C, rtol=1e-3)


def test_both_sides_of_the_surface_end_on_the_named_branch() -> None:
    rng = np.random.default_rng(1)
    a, b, w = rng.normal(size=(3, 10_000))
    side = lv.geometry.saddle_basin(a, b, w, 1.0)
    problem = lv.Problem.canonical((1.0,), d_x=2)
    for k in range(0, 10_000, 500):
        W = (np.array([[a[k], b[k]]]), np.array([[w[k]]]))
        _, W2 = lv.geometry.exact_one_unit(problem, W, 1e4)
        assert np.sign(W2[0, 0]) == np.sign(side[k])
    # all of them, by the sign that the growing eigenvector gives to w
    half = (w**2 - a**2 - b**2) / 2
    A = np.zeros((len(a), 3, 3))
    A[:, 0, 0] = A[:, 1, 1] = -half
    A[:, 2, 2], A[:, 0, 2], A[:, 2, 0] = half, 1.0, 1.0
    top = np.linalg.eigh(A)[1][:, :, -1]
    branch = np.sign(np.sum(top * np.stack([a, b, w], axis=1), axis=1) * top[:, 2])
    assert (branch == np.sign(side)).all()


def test_a_leaf_with_C_above_0_meets_no_saddle() -> None:
    b = np.linspace(-3, 3, 61)
    assert (-(b**2) <= 0).all()  # C at the saddles (0, b, 0)
    for C in (0.1, 1.0):
        problem = lv.Problem.canonical((1.0,), d_x=2)
        W = (np.array([[-0.3, 0.2]]), np.array([[np.sqrt(0.13 + C)]]))
        t = np.linspace(0, 3, 31)
        loss = lv.gradient_flow(problem, W, t_end=3.0)
        bound = loss.loss[0] * np.exp(-2 * C * loss.t)
        assert (loss.loss <= bound * (1 + 1e-6)).all(), t


def test_one_hidden_unit_is_asked_for_in_words() -> None:
    problem = lv.Problem.canonical((2, 1))
    with pytest.raises(ValueError, match="one hidden unit"):
        lv.geometry.exact_one_unit(problem, (np.eye(2), np.eye(2)), 1.0)
    raw = lv.Problem([[1.0, 0.0], [0.0, 2.0]], [[1.0, 1.0]])
    with pytest.raises(ValueError, match="multiple of the identity"):
        lv.geometry.exact_one_unit(raw, (np.ones((1, 2)), np.ones((1, 1))), 1.0)
    with pytest.raises(ValueError, match="shapes that agree"):
        lv.geometry.saddle_basin([1.0, 2.0], [1.0, 2.0, 3.0], 1.0, 1.0)
