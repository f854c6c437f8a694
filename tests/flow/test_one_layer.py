"""Without a hidden layer the flow has a closed form: its moments, its end, its words."""

import numpy as np
import pytest
from scipy.linalg import expm

import linviz as lv
from linviz.core.flow.field import Field
from linviz.core.flow.one_layer import OneLayer
from linviz.core.model.layers import pack
from linviz.figures.verdict import budget_words


@pytest.mark.parametrize("rank", [1, 3, 5])
def test_it_is_the_matrix_exponential(rank: int) -> None:
    rng = np.random.default_rng(rank)
    X = rng.standard_normal((4, min(rank, 4))) @ rng.standard_normal((min(rank, 4), 7))
    problem = lv.Problem(X=X, Y=rng.standard_normal((3, 7)))
    W = (rng.standard_normal((3, 4)),)
    run = lv.gradient_flow(problem, W)
    assert (run.status, run.method) == ("converged", "closed form")
    for t in (0.0, 1e-3, 0.1, 0.7 * run.t[-1], run.t[-1]):
        decay = expm(-problem.gram * t)
        exact = W[0] @ decay + problem.least_squares @ (np.eye(4) - decay)
        np.testing.assert_allclose(run.at(t)[0], exact, rtol=0, atol=1e-11)


@pytest.mark.parametrize("e", [1e-3, 1e-5, 1e-7])
def test_directions_of_all_rates_are_learned_each_in_its_time(e: float) -> None:
    run = lv.gradient_flow(lv.Problem(X=np.diag([1, e]), Y=[[1, e]]), (np.zeros((1, 2)),))
    assert run.status == "converged"
    expected = -np.expm1(-np.multiply.outer(run.t, [1.0, e * e]))
    np.testing.assert_allclose(run.W[0][:, 0], expected, rtol=1e-9, atol=0)
    np.testing.assert_allclose(run.limit[0], [[1, 1]], rtol=1e-9)
    # lines through the moments miss nothing that a picture could show
    for path in run.W[0][:, 0].T:
        assert np.abs(np.diff(path)).max() < 0.1


@pytest.mark.parametrize("strength", [1e-15, 1.0, 1e7])
def test_early_and_small_strengths_have_all_their_digits(strength: float) -> None:
    run = lv.gradient_flow(lv.Problem.canonical((strength,)), (np.zeros((1, 1)),))
    expected = -strength * np.expm1(-run.t)
    np.testing.assert_allclose(run.W[0][:, 0, 0], expected, rtol=1e-13, atol=0)


def test_where_nothing_is_learned_nothing_moves() -> None:
    problem = lv.Problem(X=np.zeros((2, 3)), Y=np.ones((1, 3)))
    flow = OneLayer(Field(problem, (2, 1)), pack((np.ones((1, 2)),)), 5.0)
    stretch = flow.stretch(600, np.inf)
    assert stretch.t.tolist() == [0, 5]
    assert (stretch.w == 1).all()


def test_the_words_name_no_integrator() -> None:
    scenario = lv.Scenario((3, 2), singular_values=(2, 1), t_end=3)
    assert budget_words(lv.run(scenario)).startswith("In closed form. At the")
