"""Critical points that were built by hand: kinds, learned modes, signs of the Hessian, formulas."""

import itertools

import numpy as np
import pytest

import linviz as lv
from linviz.core.landscape.critical_points import classify
from linviz.core.model.layers import product
from linviz.core.model.problem import Problem
from tests.validation.points import GAP, drawn, hessian, points
from tests.validation.verdicts import Verdicts, judged

MANY, SEEDS = 6000, (1, 2, 3)
KINDS = {"global minimum", "strict saddle", "non-strict saddle"}


def agree(verdicts: Verdicts, n: int) -> None:
    assert verdicts.total == n
    assert verdicts.mismatches == []
    assert len(verdicts.hedged) <= n // 1000, verdicts.hedged
    assert verdicts.formulas > n // 3
    assert set(verdicts.kinds) == KINDS
    assert min(verdicts.kinds.values()) > n // 10


def test_some_hundred_points_are_judged_as_they_were_counted() -> None:
    agree(judged(points(seed=0, n=200)), 200)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_thousands_of_points_are_judged_as_they_were_counted(seed: int) -> None:
    n = MANY // len(SEEDS)
    agree(judged(points(seed, n)), n)


def test_the_hessian_that_is_counted_is_that_of_the_loss() -> None:
    """The reference itself, by differences of its loss in twice the digits."""
    rng = np.random.default_rng(4)
    dims, inputs = (4, 3, 2, 3), np.array([1.0, 1, 1, 0])
    W = [rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims)]
    target, w = rng.standard_normal((3, 4)), np.concatenate([Wj.ravel() for Wj in W])

    def loss(v: np.ndarray) -> np.longdouble:
        P, start = np.eye(4, dtype=np.longdouble), 0
        for Wj in W:
            P = v[start : start + Wj.size].reshape(Wj.shape) @ P
            start += Wj.size
        return 0.5 * np.sum(((target - P) * inputs) ** 2)

    h, steps = np.longdouble(1e-4), np.eye(w.size, dtype=np.longdouble)
    v = w.astype(np.longdouble)
    found = hessian(target, inputs, tuple(W))
    for i, j in [(0, 0), (0, 5), (2, 14), (7, 20), (13, 13), (12, 23), (3, 22)]:
        a, b = h * steps[i], h * steps[j]
        slope = loss(v + a + b) - loss(v + a - b) - loss(v - a + b) + loss(v - a - b)
        assert float(slope / (4 * h * h)) == pytest.approx(found[i, j], abs=1e-6)


def test_a_draw_is_the_same_again_and_tells_what_it_is() -> None:
    first, again = drawn(0, 3), drawn(0, 3)
    assert first is not None
    assert again is not None
    assert first.name == again.name
    assert first.name.startswith("draw (0, 3): ")
    assert all((a == b).all() for a, b in zip(first.W, again.W, strict=True))
    assert GAP[0] < GAP[1]


@pytest.mark.parametrize("n", [12, pytest.param(300, marks=pytest.mark.long)])
@pytest.mark.parametrize("size", [1e-60, 1e-6, 1.0, 1e3, 1e60])
def test_nothing_divides_by_zero_or_overflows_at_points_of_any_size(size: float, n: int) -> None:
    """What is asked of weights alone; what cannot be told of them is refused in words."""
    asked = (
        lv.rate_bounds,
        lv.certified_rate,
        lv.asymptotic_rate,
        lv.ntk,
        lv.extreme_eigenvalues,
        lambda problem, W: lv.exact_loss(problem, W, np.array([0.0, 1e-3, 1.0, 1e3])),
        lambda problem, W: lv.hessian_vector_product(problem, W, W),
        lambda problem, W: lv.sharpness_floor(problem, len(W)),
    )
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        for point, ask in itertools.product(points(11, n), asked):
            try:
                ask(point.problem, tuple(size * Wj for Wj in point.W))
            except ValueError as error:
                assert "expected" in str(error)  # noqa: PT017


# members that were found wrong once, each of its own kind


def test_targets_that_no_map_can_fit_are_modes_of_strength_zero() -> None:
    """Their roundoff in the row space of X made modes, and minima became saddles."""
    rng = np.random.default_rng(0)
    X = np.diag([1.0, 0.1, 1e-3]) @ np.linalg.qr(rng.standard_normal((6, 6)))[0][:3]
    Y = rng.standard_normal((2, 6))
    Y -= Y @ np.linalg.pinv(X) @ X
    problem = Problem(X, Y)
    assert (problem.singular_values == 0).all()
    W = (np.zeros((2, 3)), rng.standard_normal((2, 2)))
    assert classify(problem, W).kind == "global minimum"


@pytest.mark.parametrize("e", [1e-9, 1e-12])
def test_weak_modes_of_ill_conditioned_data_are_modes(e: float) -> None:
    problem = Problem(np.diag([1.0, e]), np.diag([1.0, e]))
    assert problem.singular_values == pytest.approx([1.0, e], rel=1e-12)


def test_inputs_without_data_do_not_couple_by_roundoff() -> None:
    rng = np.random.default_rng(1)
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    problem = Problem(Q[:, :3] @ np.diag([2.0, 1, 0.5]), rng.standard_normal((2, 3)))
    W = (1e3 * Q[:, 3:].T, np.zeros((3, 1)), np.zeros((2, 3)))
    point = classify(problem, W)
    assert (point.kind, point.index) == ("non-strict saddle", 0)
    assert "ambiguous" not in point.reason


@pytest.mark.parametrize("k", [446, 643, 91, 141, 258])  # canonical and raw
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e3])
def test_no_negative_eigenvalue_that_roundoff_hides_overrules_the_theorem(k, size) -> None:
    """Nothing learned, so that layers may have any size; large ones hide what is negative."""
    drawing = drawn(7, k)
    assert drawing is not None
    assert (drawing.kind, product(drawing.W).any()) == ("strict saddle", False)
    point = classify(drawing.problem, tuple(size * Wj for Wj in drawing.W))
    assert point.kind == "strict saddle"
    assert "ambiguous" not in point.reason


def test_layers_so_large_that_nothing_can_be_told_are_said_to_be_so() -> None:
    drawing = drawn(7, 1104)
    assert drawing is not None
    point = classify(drawing.problem, tuple(1e3 * Wj for Wj in drawing.W))
    assert point.kind == "not critical"
    assert point.reason.endswith("layers so large make as much of roundoff: nothing can be told")
