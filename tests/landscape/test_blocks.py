"""The Hessian's spectrum at critical points of one hidden layer, against the dense Hessian."""

import numpy as np
import pytest

from linviz.core.landscape.blocks import two_layer_eigenvalues
from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import hessian, spectrum
from linviz.core.model.layers import gradient
from linviz.core.model.problem import Problem


def rotation(d: int, seed: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]


@pytest.mark.parametrize("missed", [(), (0,), (2,), (0, 1), (0, 1, 2)])
@pytest.mark.parametrize("dims", [(5, 8, 3), (4, 3, 3), (3, 20, 3)])
@pytest.mark.parametrize("rotated", [False, True])
def test_blocks_give_the_spectrum_of_the_dense_hessian(dims, missed, rotated):
    problem = Problem.canonical((3, 2, 1), d_x=dims[0])
    W = critical_point(problem, dims, missed=missed, seed=1)
    if rotated:
        Q, R, S = rotation(3, 1), rotation(dims[0], 2), rotation(dims[1], 3)
        problem = Problem(X=np.eye(dims[0]), Y=Q @ problem.Y @ R.T)
        W = (S @ W[0] @ R.T, Q @ W[1] @ S.T)
    found = two_layer_eigenvalues(problem, W)
    exact = np.linalg.eigvalsh(hessian(problem, W))
    assert found is not None
    np.testing.assert_allclose(found, exact, atol=1e-12 * exact[-1])


def test_equal_singular_values_are_no_obstacle():
    problem = Problem.canonical((2, 2, 1), d_x=4)
    W = (np.zeros((6, 4)), np.zeros((3, 6)))
    found = two_layer_eigenvalues(problem, W)
    exact = np.linalg.eigvalsh(hessian(problem, W))
    np.testing.assert_allclose(found, exact, atol=1e-13)


def test_other_points_are_refused():
    problem = Problem.canonical((3, 2, 1), d_x=4)
    W = critical_point(problem, (4, 7, 3), missed=(1,), seed=0)
    moved = (W[0] + 1e-6, W[1])
    assert np.abs(gradient(problem, moved)[0]).max() > 0
    assert two_layer_eigenvalues(problem, moved) is None
    deep = critical_point(problem, (4, 5, 5, 3), missed=(1,), seed=0)
    assert two_layer_eigenvalues(problem, deep) is None
    raw = Problem(X=np.diag([1.0, 2.0]), Y=np.eye(2))
    assert two_layer_eigenvalues(raw, (np.zeros((2, 2)), np.zeros((2, 2)))) is None


def test_a_saddle_of_many_weights_has_the_index_of_the_formula():
    problem = Problem.canonical((4, 3, 2, 1), d_x=40)
    W = critical_point(problem, (40, 100, 4), missed=(0, 2), seed=0)
    s = spectrum(problem, W)
    # (d_y - r)(d_1 - r) + #{i missed, j learned: s_i > s_j}
    assert s.method == "blocks"
    assert s.n_negative == 2 * 98 + 3
    assert s.n_zero == 100 * (4 + 36) - 2 * (2 + 36)
