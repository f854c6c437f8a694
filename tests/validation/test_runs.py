"""Runs to their limits beside an independent integration: times, limits, kinds, what is kept."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from tests.validation.agreement import Agreement, compared
from tests.validation.closed import one_layer, scalar_chains
from tests.validation.reference import imbalances, states, velocity
from tests.validation.runs import WIDTHS

MANY = 50  # runs of each widths: 1000 together
CLOSED = 100  # runs of each closed form


def agree(agreement: Agreement, n: int) -> None:
    assert agreement.total == n
    assert agreement.mismatches == []
    assert agreement.kinds["not counted"] <= n // 25


@pytest.mark.parametrize("widths", [(3, 2), (2, 2, 2), (3, 4, 2), (2, 2, 2, 2)])
def test_some_runs_of_all_kinds_end_where_the_reference_does(widths: tuple[int, ...]) -> None:
    agreement = Agreement()
    compared(1000, widths, 6, agreement)
    agree(agreement, 6)


@pytest.mark.long
def test_a_thousand_runs_end_where_the_reference_does() -> None:
    agreement = Agreement()
    for widths in WIDTHS:
        compared(1, widths, MANY, agreement)
    agree(agreement, 1000)


def test_the_reference_is_right_by_a_closed_form_and_keeps_what_is_conserved() -> None:
    """One layer is linear; one mode of two balanced layers is logistic."""
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((3, 5)), rng.standard_normal((2, 5))
    G, S, W = (X @ X.T)[None], (Y @ X.T)[None], rng.standard_normal((1, 2, 3))
    times = np.array([[0.1, 1.0, 7.0]])
    values, vectors = np.linalg.eigh(G[0])
    best = S[0] @ np.linalg.inv(G[0])
    for t, (found,) in zip(times[0], states(G, S, [W], times), strict=True):
        exact = best + (W[0] - best) @ (vectors * np.exp(-values * t)) @ vectors.T
        np.testing.assert_allclose(found[0], exact, atol=1e-12)
    a = np.full((1, 1, 1), 1e-3)
    (state,) = states(np.ones((1, 1, 1)), np.full((1, 1, 1), 2.0), [a, a], np.array([[4.0]]))
    exact = 2e-6 / (2 * np.exp(-16) + 1e-6 * -np.expm1(-16))
    assert float(state[0][0, 0, 0]) ** 2 == pytest.approx(exact, rel=1e-11)
    W3 = [rng.standard_normal((1, b, a)) for a, b in [(3, 2), (2, 4), (4, 2)]]
    (state,) = states(G, S, W3, np.array([[2.0]]))
    for before, after in zip(imbalances(W3), imbalances(state), strict=True):
        np.testing.assert_allclose(after, before, atol=1e-11)


def test_the_reference_agrees_with_a_method_of_scipy() -> None:
    rng = np.random.default_rng(2)
    W = [0.5 * rng.standard_normal((1, b, a)) for a, b in [(3, 3), (3, 2), (2, 2)]]
    G, S = np.eye(3)[None], np.array([[[2.0, 0, 0], [0, 1, 0]]])

    def speed(_: float, w: np.ndarray) -> np.ndarray:
        layers = [w[:9].reshape(1, 3, 3), w[9:15].reshape(1, 2, 3), w[15:].reshape(1, 2, 2)]
        return np.concatenate([Vj.ravel() for Vj in velocity(G, S, layers)])

    w = np.concatenate([Wj.ravel() for Wj in W])
    alone = solve_ivp(speed, (0, 5), w, method="DOP853", rtol=1e-12, atol=1e-14)
    (state,) = states(G, S, W, np.array([[5.0]]))
    found = np.concatenate([Wj.ravel() for Wj in state])
    np.testing.assert_allclose(found, alone.y[:, -1], atol=1e-10)


@pytest.mark.parametrize("n", [4, pytest.param(CLOSED, marks=pytest.mark.long)])
def test_runs_of_one_layer_and_chains_of_scalars_are_those_of_their_closed_forms(n: int) -> None:
    agreement = Agreement()
    one_layer(1, n, agreement)
    scalar_chains(1, n, agreement)
    assert agreement.total == 2 * n
    assert agreement.mismatches == []
    assert agreement.kinds == {"global minimum": 2 * n}
