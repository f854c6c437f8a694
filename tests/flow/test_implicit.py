"""Implicit runs beside and inside each other; before scipy 1.17 all LSODA runs share a state."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from linviz.core.flow import implicit
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import Trajectory, gradient_flow
from linviz.core.flow.nonlinear import nonlinear_flow
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import pack
from linviz.core.model.problem import Problem

PROBLEM = Problem.canonical((3, 2, 1))


def flow(seed: int) -> Trajectory:
    return gradient_flow(PROBLEM, gaussian((3, 4, 4, 3), 0.3, seed=seed))


def same(a: Trajectory, b: Trajectory) -> None:
    assert a.status == b.status
    assert np.array_equal(a.t, b.t)
    assert all(np.array_equal(x, y) for x, y in zip(a.W, b.W, strict=True))


def test_runs_in_several_threads_are_those_of_one() -> None:
    alone = [flow(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(flow, range(4)))
    for a, b in zip(alone, together, strict=True):
        same(a, b)


def test_a_run_and_at_inside_a_run_of_the_same_thread() -> None:
    inner, alone = flow(1), flow(0)
    within: list[Trajectory] = []

    def ask(t: float, loss: float) -> bool:
        if len(within) < 3:
            inner.at(float(inner.t[-1]) / 3)
            within.append(nonlinear_flow(PROBLEM, gaussian((3, 3, 3), 0.5), "tanh", t_end=1.0))
        return False

    outer = gradient_flow(PROBLEM, gaussian((3, 4, 4, 3), 0.3), interrupt=ask)
    assert len(within) == 3
    assert outer.status == "converged"
    # a run that was taken up anew is as accurate, but not the same to the last bit
    assert outer.t[-1] == pytest.approx(alone.t[-1], rel=1e-5)
    for a, b in zip(outer.limit, alone.limit, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_the_polynomial_over_a_step_is_scipys_and_outlives_the_step() -> None:
    field = Field(PROBLEM, (3, 4, 4, 3))
    w = pack(gaussian(field.dims, 0.3, seed=3))
    solver = implicit.Implicit(
        field.velocity, 0.0, w, 60.0, rtol=2e-9, atol=2e-11, jac=field.jacobian
    )
    pairs = []
    while solver.status == "running":
        solver.step()
        times = np.linspace(solver.t_old, solver.t, 5)
        pairs.append((solver.interpolant(), times, solver.dense_output()(times), w, solver.y))
        w = solver.y
    falls = [curve._last != 1.0 for curve, *_ in pairs]
    assert any(falls)
    assert not all(falls)
    for curve, times, expected, w_old, w_new in pairs:
        np.testing.assert_allclose(curve(times), expected, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(expected[:, [0, -1]].T, [w_old, w_new], rtol=1e-6, atol=1e-8)


def test_where_the_state_is_shared_another_thread_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implicit, "SHARED", True)
    order: list[str] = []

    def other() -> None:
        with implicit.implicit_run():
            order.append("other")

    with ThreadPoolExecutor(1) as pool:
        with implicit.implicit_run(), implicit.implicit_run():
            waiting = pool.submit(other)
            assert not waiting.done()
            order.append("first")
        waiting.result(timeout=10)
    assert order == ["first", "other"]
