"""Planes through the space of weights: curvature, share of the motion, the invariant plane."""

import numpy as np
import pytest

import linviz as lv
from tests.runs import known

PROBLEM = lv.Problem.canonical((2.0, 1.0))


@pytest.mark.parametrize("which", [(0, 1), (0, -1), (3, 5)])
def test_a_cut_s_curvature_is_the_eigenvalue(which: tuple[int, int]) -> None:
    W = lv.gaussian((2, 3, 2), 0.8, seed=4)
    plane = lv.geometry.eigenvector_cut(PROBLEM, W, which)
    values = np.linalg.eigvalsh(lv.hessian(PROBLEM, W))[list(which)]
    np.testing.assert_allclose(plane.hessian(), np.diag(values), atol=1e-10)
    h = 1e-3
    for axis, value in zip(((h, 0), (0, h)), values, strict=True):
        x, y = axis
        left, middle, right = (float(plane.loss(k * x, k * y)) for k in (-1, 0, 1))
        assert abs((left - 2 * middle + right) / h**2 - value) < 1e-4


def test_a_plane_through_three_points_holds_them() -> None:
    points = [lv.gaussian((2, 3, 2), 1.0, seed=k) for k in range(3)]
    plane = lv.geometry.cut(PROBLEM, points)
    for W in points:
        assert plane.distance(W) < 1e-14
        x, y = plane.place(W)
        for mine, given in zip(plane.weights(x, y), W, strict=True):
            np.testing.assert_allclose(mine, given, atol=1e-14)
        assert plane.loss(x, y) == pytest.approx(lv.loss(PROBLEM, W))
    assert plane.place(points[1])[1] == pytest.approx(0, abs=1e-14)


def test_a_plane_that_misses_the_motion_is_refused_for_the_principal_one() -> None:
    run = known(lv.Scenario()).trajectory
    problem = run.problem
    halfway = run.frame(len(run.t) // 2)
    plane, share = lv.geometry.motion_cut(problem, run, [run.limit, halfway, run.start])
    assert plane.through == "three points"
    assert share >= 0.8
    away = [lv.gaussian(run.dims, 1.0, seed=k) for k in range(2)]
    other, held = lv.geometry.motion_cut(problem, run, [run.limit, *away])
    assert lv.geometry.cut(problem, [run.limit, *away]).share(run) < 0.8
    assert "principal" in other.through
    # no plane through the limit holds more
    assert held >= share - 1e-9
    assert 0.8 < held <= 1


@pytest.mark.parametrize("dims", [(2, 2, 2), (3, 4, 3), (3, 3, 3, 3)])
def test_the_invariant_plane_is_never_left(dims: tuple[int, ...]) -> None:
    problem = lv.Problem.canonical((3, 2, 1)[: dims[-1]])
    plane = lv.geometry.invariant_plane(problem, dims)
    N = len(dims) - 1
    for a in ((0.3, -0.5), (0.2, 0.9)):
        run = lv.gradient_flow(problem, plane.weights(a), t_end=3.0)
        assert plane.cut.distance(run.W).max() <= 1e-12
        assert plane.cut.share(run) == pytest.approx(1)
        expected = 0.5 * sum((s - x**N) ** 2 for s, x in zip((3, 2), a, strict=True))
        assert plane.loss(a) == pytest.approx(expected, rel=1e-12)


def test_a_maximum_of_the_cut_is_a_saddle_of_the_network() -> None:
    plane = lv.geometry.invariant_plane(PROBLEM, (2, 2, 2))
    found = [point.within for point in plane.points]
    assert [found.count(name) for name in ("minimum", "saddle", "maximum")] == [4, 4, 1]
    assert plane.points[-1].kind == "strict saddle"
    for point in plane.points:
        W = plane.weights(point.strengths)
        assert max(float(np.abs(g).max()) for g in lv.gradient(PROBLEM, W)) < 1e-14
    deep = lv.geometry.invariant_plane(PROBLEM, (2, 2, 2, 2))
    assert [point.within for point in deep.points] == ["minimum", "flat", "flat", "flat"]
    assert deep.points[-1].kind == "non-strict saddle"


def test_planes_are_asked_for_in_words() -> None:
    W = lv.gaussian((2, 2, 2), 1.0)
    with pytest.raises(ValueError, match="three points"):
        lv.geometry.cut(PROBLEM, [W, W])
    with pytest.raises(ValueError, match="on one line"):
        lv.geometry.cut(PROBLEM, [W, W, W])
    with pytest.raises(ValueError, match="two different eigenvectors"):
        lv.geometry.eigenvector_cut(PROBLEM, W, (0, 0))
    with pytest.raises(ValueError, match="two different modes"):
        lv.geometry.invariant_plane(PROBLEM, (2, 1, 2))
    raw = lv.Problem([[1.0, 1.0], [0.0, 2.0]], [[1.0, 3.0], [0.5, 0.1]])
    with pytest.raises(ValueError, match="whitened"):
        lv.geometry.invariant_plane(raw, (2, 2, 2))
