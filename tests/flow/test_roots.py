"""Roots against closed forms, from brackets of every kind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linviz.core.flow.roots import find_root


@given(
    goals=st.lists(st.floats(1e-8, 1e8), min_size=1, max_size=20),
    below=st.floats(1e-3, 100.0),
    above=st.floats(1e-3, 100.0),
)
def test_logarithms_to_a_few_ulps(goals: list[float], below: float, above: float) -> None:
    goal = np.array(goals)
    exact = np.log1p(goal)
    found = find_root(lambda x: np.expm1(x) - goal, exact - below, exact + above)
    np.testing.assert_allclose(found, exact, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize(
    ("function", "low", "high", "root"),
    [
        (lambda x: x**9, -1.0, 4.0, 0.0),
        (lambda x: (x - 1) ** 3, 0.0, 3.7, 1.0),
        (lambda x: np.sign(x - 0.3), 0.0, 1.0, 0.3),
        (lambda x: np.arctan(x - 1e5), -1e9, 1e9, 1e5),
        (lambda x: 1 - x, 0.0, 1.0, 1.0),
        (lambda x: x - 2, 2.0, 5.0, 2.0),
    ],
)
def test_flat_steep_and_discontinuous_functions(function, low, high, root) -> None:
    calls = 0

    def counted(x: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        return function(x)

    found = find_root(counted, np.array([low]), np.array([high]))
    assert found[0] == pytest.approx(root, rel=1e-14, abs=1e-30)
    assert calls < 150


def test_smooth_functions_take_few_evaluations() -> None:
    calls = 0

    def counted(x: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        return np.exp(x) - 2

    find_root(counted, np.array([0.0]), np.array([20.0]))
    assert calls < 20


def test_without_a_change_of_sign_the_nearer_end_is_returned() -> None:
    assert find_root(lambda x: x, np.array([1.0]), np.array([2.0]))[0] == 1.0
