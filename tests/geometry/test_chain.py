"""Chains of scalars: the rule of the nearest sign vector, against integration."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import linviz as lv

scalars = st.lists(st.floats(-3, 3, allow_subnormal=False), min_size=1, max_size=6)


def nearest_corner(w: np.ndarray) -> np.ndarray:
    """The sign vector with product +1 that has the largest scalar product with w."""
    corners = np.array([c for c in product((-1.0, 1.0), repeat=w.shape[-1]) if np.prod(c) > 0])
    return corners[(w @ corners.T).argmax(axis=-1)]


@pytest.mark.parametrize("N", [2, 3, 4, 5])
def test_a_chain_ends_in_the_orthant_of_the_nearest_sign_vector_with_product_1(N: int) -> None:
    rng = np.random.default_rng(N)
    w = rng.normal(size=(10_000, N))
    s = 1.7
    end = lv.geometry.chain_end(w, s)
    assert (np.sign(end) == nearest_corner(w)).all()
    np.testing.assert_allclose(end.prod(axis=1), s, rtol=1e-12)
    squares = end**2 - w**2  # one number for all scalars of a start
    np.testing.assert_allclose(squares, squares[:, :1] + 0 * squares, atol=1e-11)


@pytest.mark.parametrize("N", [1, 2, 3, 4, 5])
def test_the_flow_ends_where_the_closed_form_says(N: int) -> None:
    problem = lv.Problem.canonical((1.3,))
    rng = np.random.default_rng(10 + N)
    for w in rng.normal(size=(6, N)):
        run = lv.gradient_flow(problem, tuple(w[:, None, None]))
        assert run.status == "converged"
        end = np.array([Wj[0, 0] for Wj in run.limit])
        np.testing.assert_allclose(lv.geometry.chain_end(w, 1.3), end, atol=1e-6)


@given(scalars, st.floats(0.01, 10))
def test_an_end_is_a_critical_point_on_the_same_invariants(w: list[float], s: float) -> None:
    end = lv.geometry.chain_end(w, s)
    p = np.prod(end)
    others = np.array([np.prod(np.delete(end, i)) for i in range(len(w))])
    assert np.abs((s - p) * others).max() <= 1e-9 * max(1.0, float(np.abs(end).max()) ** 6)
    squares = end**2 - np.square(w)
    assert np.ptp(squares) <= 1e-12 * max(1.0, float(np.square(end).max()))


@pytest.mark.parametrize(
    ("w", "end"),
    [
        ((0.5, 0.5, -0.5), (0, 0, 0)),  # all equal: the flat saddle
        ((1, 2, -1), (0, np.sqrt(3), 0)),
        ((0, 2, 0), (0, 2, 0)),  # rests
        ((1, -1), (0, 0)),
        ((1, 1, 1, -2), (0, 0, 0, -np.sqrt(3))),
    ],
)
def test_a_start_flows_to_a_saddle_where_the_two_smallest_are_equal(
    w: tuple[float, ...], end: tuple[float, ...]
) -> None:
    np.testing.assert_allclose(lv.geometry.chain_end(w, 1.0), end, atol=1e-12)


def test_saddles_basins_are_the_cone_over_the_edges_of_the_tetrahedron() -> None:
    vertices = np.array([c for c in product((-1.0, 1.0), repeat=3) if np.prod(c) < 0])
    for a, b in ((0, 1), (0, 2), (2, 3)):
        for x in (0.25, 0.5, 0.75):  # exact in floating point
            start = x * vertices[a] + (1 - x) * vertices[b]
            assert np.prod(lv.geometry.chain_end(start, 1.0)) == 0
            assert np.prod(lv.geometry.chain_end(start + np.array([0.01, 0.02, 0.04]), 1.0)) > 0.99


def test_a_chain_wants_a_positive_target_and_scalars() -> None:
    with pytest.raises(ValueError, match="expected the target s to be a finite number > 0"):
        lv.geometry.chain_end([1.0, 2.0], 0.0)
    with pytest.raises(ValueError, match="expected starts"):
        lv.geometry.chain_end(1.0, 1.0)
    with pytest.raises(ValueError, match="finite"):
        lv.geometry.chain_end([np.nan, 1.0], 1.0)
