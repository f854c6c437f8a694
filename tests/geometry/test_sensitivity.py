"""How the way depends on the start."""

from __future__ import annotations

import numpy as np
import pytest

import linviz as lv
from linviz.core.flow.integrator import FlowError
from linviz.core.model.layers import pack, unpack

TWO = lv.Problem.canonical((2, 1))


def run_of(scale: float, seed: int = 1) -> lv.Trajectory:
    return lv.gradient_flow(TWO, lv.gaussian((2, 2, 2), scale, seed=seed))


def test_neighbors_follow_the_flow() -> None:
    middle = run_of(0.1)
    found = lv.geometry.neighbors(middle, 0.05, 3, moments=12)
    for start, away, loss in zip(found.starts, found.distance, found.loss, strict=True):
        run = lv.gradient_flow(TWO, unpack(start, (2, 2, 2)), t_end=float(found.t[-1]))
        for k in range(0, 12, 3):
            t = min(float(found.t[k]), float(run.t[-1]))
            gap = np.linalg.norm(pack(run.at(t)) - pack(middle.at(float(found.t[k]))))
            assert away[k] == pytest.approx(gap, abs=1e-5)
            assert loss[k] == pytest.approx(lv.loss(TWO, run.at(t)), abs=1e-5)
    assert found.distance[:, 0] == pytest.approx(0.05)


def test_a_small_start_lets_distances_grow_like_1_over_its_size() -> None:
    """Beside the origin a mode grows from σ to √s, and what is beside it by the same factor."""
    growth = [lv.geometry.neighbors(run_of(s), 1e-3 * s, 3).growth for s in (1e-2, 1e-4)]
    assert growth[1] / growth[0] == pytest.approx(100, rel=0.5)


def test_from_one_leaf_a_lazy_start_keeps_its_neighbors() -> None:
    assert lv.geometry.neighbors(run_of(3.0), 1e-3, 3).growth < 3


@pytest.mark.parametrize(("missed", "lowest"), [((1,), 1.0), ((0, 1), 2.0)])
def test_beside_a_strict_saddle_the_time_is_ln_1_over_epsilon_over_the_fastest_rate(
    missed: tuple[int, ...], lowest: float
) -> None:
    found = lv.geometry.escape(TWO, (2, 2, 2), missed, (1e-3, 1e-4, 1e-5, 1e-6))
    assert found.order == 0
    assert found.predicted == pytest.approx(1 / lowest, rel=1e-9)
    assert found.measured == pytest.approx(found.predicted, rel=1e-2)


@pytest.mark.parametrize("N", [3, 4])
def test_beside_the_flat_saddle_the_time_is_a_power_of_1_over_epsilon(N: int) -> None:
    """The origin of a chain: dw/dt = s w^(N-1), so t ~ ε^-(N-2)."""
    found = lv.geometry.escape(
        lv.Problem.canonical((1,)), (1,) * (N + 1), (0,), (4e-3, 2e-3, 1e-3), seed=3
    )
    assert found.order == N - 2 == found.predicted
    assert found.measured == pytest.approx(N - 2, rel=0.05)


def test_sensitivity_is_asked_for_in_words() -> None:
    with pytest.raises(ValueError, match="expected a saddle that misses a mode"):
        lv.geometry.escape(TWO, (2, 2, 2), ())
    with pytest.raises(ValueError, match="found it to miss"):
        lv.geometry.escape(TWO, (2, 2, 2), (1,), (0.1, 0.1))
    with pytest.raises(ValueError, match="expected the radius"):
        lv.geometry.neighbors(run_of(0.1), float("nan"))
    with pytest.raises(FlowError, match="stopped"):
        lv.geometry.neighbors(run_of(0.1), 1e-3, interrupt=lambda t, loss: True)
