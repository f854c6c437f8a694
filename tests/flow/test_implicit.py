"""Implicit runs beside and inside each other; before scipy 1.17 all LSODA runs share a state."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.integrate import LSODA

from linviz.core.flow import implicit
from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import Trajectory, gradient_flow
from linviz.core.flow.growth import Restraint
from linviz.core.flow.lsoda import Lsoda, Nordsieck
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
    start = gaussian((3, 4, 4, 3), 1e-3)
    inner, alone = flow(1), gradient_flow(PROBLEM, start)
    within: list[Trajectory] = []

    def ask(t: float, loss: float) -> bool:
        if len(within) < 3:
            inner.at(float(inner.t[-1]) / 3)
            within.append(nonlinear_flow(PROBLEM, gaussian((3, 3, 3), 0.5), "tanh", t_end=1.0))
        return False

    outer = gradient_flow(PROBLEM, start, interrupt=ask)
    assert len(within) == 3
    assert outer.status == "converged"
    # a run that was taken up anew is as accurate, but not the same to the last bit
    assert outer.t[-1] == pytest.approx(alone.t[-1], rel=1e-5)
    for a, b in zip(outer.limit, alone.limit, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("rtol", [2e-9, 1e-4])
def test_steps_are_scipys_own_and_curves_as_good(rtol: float) -> None:
    field = Field(PROBLEM, (3, 4, 4, 3))
    w, atol = pack(gaussian(field.dims, 0.3, seed=3)), rtol / 100
    ours = Lsoda(field.callbacks(), 0.0, w, 60.0, rtol=rtol, atol=atol)
    found = []  # first the whole of one: before scipy 1.17 there is one state for all
    while ours.t < 60.0:
        stretch = ours.stretch(50, np.inf)
        for i in range(len(stretch)):
            curve, times = stretch.curve(i), np.linspace(stretch.t[i], stretch.t[i + 1], 5)
            kept = isinstance(curve, Nordsieck) and i != len(stretch) - 2
            fell = isinstance(curve, Nordsieck) and curve._last != 1.0
            found.append((stretch.t[i + 1], stretch.w[i + 1], times, curve(times), kept, fell))
    scipys = LSODA(field.velocity, 0.0, w, 60.0, jac=field.jacobian, rtol=rtol, atol=atol)
    worst = 0.0
    for t, y, times, values, kept, _ in found:
        scipys.step()
        assert scipys.t == t
        assert np.array_equal(scipys.y, y)
        own = scipys.dense_output()(times).T
        if kept:
            np.testing.assert_allclose(values, own, rtol=1e-12, atol=1e-15)
        worst = max(worst, float((np.abs(values - own) / (atol + rtol * np.abs(own))).max()))
    assert scipys.status == "finished"
    assert {kept for *_, kept, _ in found} == {fell for *_, fell in found} == {True, False}
    assert 0 < worst < 2.5  # errors that the method may make in a step


def test_a_cap_bounds_every_step_without_a_new_beginning() -> None:
    field = Field(PROBLEM, (3, 4, 4, 3))
    w = pack(gaussian(field.dims, 0.3, seed=3))
    solver = Lsoda(field.callbacks(), 0.0, w, 6.0, rtol=2e-9, atol=2e-11)
    free = solver.stretch(100, np.inf)
    restraint = Restraint(field, 2e-9, 2e-11)
    restraint.cap = cap = 0.5 * float(np.diff(free.t)[-1])
    restraint.safe, restraint.wait = np.inf, 1000
    capped = solver.stretch(100, np.inf, restraint)
    steps = np.diff(capped.t)
    assert steps.max() <= cap * (1 + 1e-12)
    assert steps.min() > 0.2 * cap  # it does not begin at order 1 and a tiny step
    exact = Lsoda(field.callbacks(), 0.0, w, float(capped.t[-1]), rtol=1e-12, atol=1e-14)
    while exact.t < exact.t_end:
        exact.stretch(200, np.inf)
    np.testing.assert_allclose(capped.w[-1], exact.w, rtol=1e-6, atol=1e-7)


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
