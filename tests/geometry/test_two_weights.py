"""Two weights: sharpness along the hyperbola of minima, and the starts that a ReLU loses."""

import numpy as np
import pytest

import linviz as lv


def test_the_sharpness_along_the_hyperbola_is_the_root_of_C_squared_and_4_s_squared() -> None:
    problem = lv.Problem.canonical((1.5,))
    for w1 in (-3.0, -0.4, 0.2, 1.0, 2.0):
        w2 = 1.5 / w1
        found = np.linalg.eigvalsh(lv.hessian(problem, (np.array([[w1]]), np.array([[w2]]))))
        sharp = lv.geometry.minimum_sharpness(w2**2 - w1**2, 1.5)
        np.testing.assert_allclose(found, [0, sharp], atol=1e-12 * sharp)
    assert lv.geometry.minimum_sharpness(0.0, 1.5) == 3.0  # no minimum is gentler


def test_descent_rests_only_where_the_sharpness_is_below_2_over_its_step() -> None:
    problem, step = lv.Problem.canonical((1.0,)), 0.5
    rng = np.random.default_rng(2)
    rested = 0
    for w in rng.normal(size=(40, 2)) * 1.5:
        run = lv.gradient_descent(problem, tuple(w[:, None, None]), step=step, n_steps=2000)
        if not run.loss[-1] <= 1e-20:
            continue
        w1, w2 = (float(Wj[-1, 0, 0]) for Wj in run.W)
        rested += 1
        assert lv.geometry.minimum_sharpness(w2**2 - w1**2, 1.0) <= 2 / step + 1e-6
    assert rested > 20


def integrated(w: np.ndarray, s: float) -> np.ndarray:
    """By the classical Runge-Kutta method, all starts at once."""

    def velocity(w: np.ndarray) -> np.ndarray:
        M = s - w[1] * np.maximum(w[0], 0)
        return np.array([M * w[1] * (w[0] > 0), M * np.maximum(w[0], 0)])

    w, h = w.T.copy(), 0.01
    for _ in range(3000):
        a = velocity(w)
        b = velocity(w + h / 2 * a)
        c = velocity(w + h / 2 * b)
        w += h / 6 * (a + 2 * b + 2 * c + velocity(w + h * c))
    return w.T


def test_with_a_relu_5_of_8_directions_end_at_a_bad_local_minimum() -> None:
    angle = (np.arange(4000) + 0.5) / 4000 * 2 * np.pi
    w = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    end = lv.geometry.relu_end(w, 1.3)
    bad = np.maximum(end[:, 0], 0) * end[:, 1] < 0.5
    assert bad.mean() == 5 / 8
    np.testing.assert_allclose((end[:, 0] * end[:, 1])[~bad], 1.3, rtol=1e-12)
    found = integrated(w, 1.3)
    clear = np.abs(w[:, 0] + w[:, 1]) > 0.01  # the border waits for ever
    np.testing.assert_allclose(found[clear], end[clear], atol=0.02)
    # linear: a line of them, none of these
    assert (lv.geometry.chain_end(w, 1.3).prod(axis=1) > 1).all()


def test_two_weights_are_asked_for_in_words() -> None:
    with pytest.raises(ValueError, match="two weights"):
        lv.geometry.relu_end([1.0, 2.0, 3.0], 1.0)
    with pytest.raises(ValueError, match="the target s"):
        lv.geometry.minimum_sharpness(1.0, -1.0)
