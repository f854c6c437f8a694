"""Critical points: thousands built by hand, classified without a mismatch with the Hessian."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.landscape.critical_points import classify, critical_point
from linviz.core.landscape.hessian import hessian, spectrum
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.model.conserved import Conserved
from linviz.core.model.critical_values import critical_values
from linviz.core.model.initialization import gaussian, zeros
from linviz.core.model.layers import gradient, invariants, n_parameters, pack, product
from linviz.core.model.problem import Problem

many = settings(max_examples=100, deadline=None)


def structured_point(rng, problem, dims, learned):
    """Random critical point of a canonical problem that learns the given modes, or None.

    W_j = T_j (diag(a) + Z_j) T_{j-1}^{-1}: the first block learns, the second is a chain of random
    coordinate projections; a draw is kept if no layer's gradient sees what is missed.
    """
    N, r, s = len(dims) - 1, len(learned), problem.singular_values
    order = [learned + [k for k in range(d) if k not in learned] for d in (dims[0], dims[-1])]
    T = [np.eye(d) if rng.random() < 0.3 else invertible(rng, d) for d in dims]
    T[0], T[-1] = np.eye(dims[0])[:, order[0]], np.eye(dims[-1])[:, order[1]]
    closed = rng.random(N) < rng.random()
    W = []
    for j, (a, b) in enumerate(itertools.pairwise(dims)):
        block = np.zeros((b, a))
        block[:r, :r] = np.diag(s[learned] ** (1.0 / N))
        for k in range(r, min(a, b)):
            block[k, k] = 0.0 if closed[j] or rng.random() < 0.3 else rng.uniform(0.5, 1.5)
        if j == 0 and not closed[j]:  # inputs that the target does not use
            block[r:, dims[-1] :] = rng.standard_normal((b - r, a - dims[-1]))
        W.append(T[j + 1] @ block @ np.linalg.inv(T[j]))
    return tuple(W) if max(np.abs(g).max() for g in gradient(problem, W)) < 1e-12 else None


def invertible(rng, d):
    Q, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return Q * rng.uniform(0.7, 1.4, size=d)


def random_points(seed, n, H_max=4):
    """n structured points with their problems, widths and missed modes."""
    rng, found = np.random.default_rng(seed), 0
    while found < n:
        d_y = int(rng.integers(1, 4))
        d_x = d_y + int(rng.integers(0, 2))
        hidden = rng.integers(1, 5, size=int(rng.integers(1, H_max + 1)))
        dims = (d_x, *(int(d) for d in hidden), d_y)
        problem = Problem.canonical(np.arange(d_y, 0, -1.0), d_x)
        r = int(rng.integers(0, min(dims) + 1))
        learned = list(range(r))
        if rng.random() < 0.4:
            learned = sorted(int(k) for k in rng.choice(d_y, r, replace=False))
        W = structured_point(rng, problem, dims, learned)
        if W is not None:
            found += 1
            yield problem, dims, W, tuple(k for k in range(d_y) if k not in learned)


def to_raw(rng, problem, W):
    """The same point in data that are neither white nor rotated into the target's modes."""
    d_x, d_y = problem.d_x, problem.d_y
    X = np.linalg.qr(rng.standard_normal((d_x, d_x)))[0] * rng.uniform(0.5, 2, size=d_x)
    X = np.hstack([X @ np.linalg.qr(rng.standard_normal((d_x, d_x)))[0], np.zeros((d_x, 2))])
    U = np.linalg.qr(rng.standard_normal((d_y, d_y)))[0]
    values, vectors = np.linalg.eigh(X @ X.T)
    inverse_root = (vectors / np.sqrt(values)) @ vectors.T
    Y = U @ problem.Y @ inverse_root @ X
    Y[:, -2:] = rng.standard_normal((d_y, 2))  # samples with x = 0: loss that no map can beat
    return Problem(X, Y), (W[0] @ inverse_root, *W[1:-1], U @ W[-1])


@pytest.mark.parametrize(
    ("seed", "n"),
    [(0, 800), *(pytest.param(k, 1500, marks=pytest.mark.long) for k in range(3))],
)
def test_classification_agrees_with_the_sign_of_the_hessian(seed, n):
    kinds = Counter()
    for problem, dims, W, missed in random_points(seed, n):
        point = classify(problem, W)
        lowest = np.linalg.eigvalsh(hessian(problem, W))[0]
        assert point.missed == missed, dims
        assert (point.kind == "strict saddle") == (lowest < -1e-6), (dims, point, lowest)
        # by structure alone: where the Hessian overrules it, the reason says so
        assert "ambiguous" not in point.reason, (dims, point, lowest)
        assert (point.kind == "global minimum") == (
            not missed or missed == tuple(range(min(dims), problem.d_y))
        )
        kinds[point.kind] += 1
    assert set(kinds) == {"global minimum", "strict saddle", "non-strict saddle"}
    assert min(kinds.values()) > 0.13 * n


def test_at_a_non_strict_saddle_of_three_layers_the_ranks_are_those_of_the_product():
    """What the statement `no_nonstrict_saddle` proves, and the inertia that follows."""
    seen, (rng, points) = 0, (np.random.default_rng(3), random_points(11, 1500, H_max=2))
    for problem, dims, W, missed in points:
        if len(W) != 3 or classify(problem, W).kind != "non-strict saddle":
            continue
        seen += 1
        problem, W = to_raw(rng, problem, W) if seen % 2 else (problem, W)
        r = problem.d_y - len(missed)
        square = dims[0] == dims[-1]
        for Wj in W if square else W[1:]:
            assert np.linalg.matrix_rank(Wj, tol=1e-9) == r, dims
        for n_negative, _, n_positive in Conserved(W).inertias[0 if square else 1 :]:
            assert max(n_negative, n_positive) <= r
    assert seen > 100


def test_classification_carries_over_to_raw_data():
    rng = np.random.default_rng(8)
    for problem, dims, W, _ in random_points(7, 300):
        raw, W_raw = to_raw(rng, problem, W)
        there, here = classify(raw, W_raw), classify(problem, W)
        assert (there.kind, there.missed) == (here.kind, here.missed), (dims, there, here)
        assert (there.index, there.nullity) == (here.index, here.nullity)
        lowest = np.linalg.eigvalsh(hessian(raw, W_raw))[0]
        assert (there.kind == "strict saddle") == (lowest < -1e-6)
        assert there.loss == pytest.approx(here.loss + raw.residual_loss, rel=1e-10)


@pytest.mark.parametrize("dims", [(2, 1, 2), (2, 3, 2), (3, 3, 3), (4, 5, 3), (5, 2, 3), (4, 3, 1)])
def test_one_hidden_layer_formulas_at_every_rank_and_index_set(dims):
    d_x, d_1, d_y = dims
    problem = Problem.canonical(np.arange(d_y, 0, -1.0), d_x)
    n = d_x - d_y
    for missed in critical_values(problem, dims):
        learned = [k for k in range(d_y) if k not in missed]
        r, inv = len(learned), sum(i < k for i in missed for k in learned)
        index = (d_y - r) * (d_1 - r) + inv
        nullity = d_1 * (2 * r + n) - r * (r + n)
        n_positive = r * (r + n) + (d_y - r) * (d_1 + r) - inv
        point = classify(problem, critical_point(problem, dims, missed, seed=1))
        assert predicted_inertia(problem, dims, missed) == (index, nullity, n_positive)
        assert (point.index, point.nullity) == (index, nullity)
        assert point.kind != "non-strict saddle"
        assert point.rank_Z == d_1
        assert point.loss == pytest.approx(critical_values(problem, dims)[missed], abs=1e-10)


@pytest.mark.parametrize(
    "dims", [(3, 3, 3, 3), (4, 3, 4, 3), (5, 2, 3, 3), (3, 4, 1, 3, 2), (4, 3, 2, 3, 3), (4, 3)]
)
@pytest.mark.parametrize("raw", [False, True])
def test_deep_formulas_at_balanced_points(dims, raw):
    d_y = dims[-1]
    problem = Problem.canonical(np.arange(d_y, 0, -1.0), dims[0])
    if raw:
        rng = np.random.default_rng(2)
        problem = Problem(rng.standard_normal((dims[0], 9)), rng.standard_normal((d_y, 9)))
    achievable = critical_values(problem, dims) if len(dims) > 2 else {(): problem.residual_loss}
    for missed, value in achievable.items():
        W = critical_point(problem, dims, missed, seed=4)
        point, found = classify(problem, W), spectrum(problem, W)
        expected = predicted_inertia(problem, dims, missed, balanced=True)
        assert (found.n_negative, found.n_zero, found.n_positive) == expected
        assert (point.missed, point.index, point.nullity) == (missed, *expected[:2])
        assert point.loss == pytest.approx(value, rel=1e-10)
        assert point.gradient_norm < 1e-10
        r = d_y - len(missed)
        if r == min(dims):  # then any depth, balanced or not
            assert predicted_inertia(problem, dims, missed) == expected
        elif len(dims) > 3:
            assert predicted_inertia(problem, dims, missed) is None
            top = missed == tuple(range(r, d_y))
            assert point.kind == ("non-strict saddle" if top else "strict saddle")


def test_full_rank_formula_away_from_balance():
    """Minima and bottleneck saddles have the same signs at unbalanced points."""
    seen = 0
    for problem, dims, W, missed in random_points(11, 600):
        expected = predicted_inertia(problem, dims, missed)
        if expected is not None:
            point = classify(problem, W)
            assert (point.index, point.nullity) == expected[:2], dims
            seen += 1
    assert seen > 300


@pytest.mark.parametrize("dims", [(3, 4, 3), (4, 3, 3), (3, 4, 3, 3)])
def test_equal_strengths_are_flat_pairs(dims):
    problem = Problem.canonical((2, 2, 1), dims[0])
    for missed in [(0,), (1,), (2,), (0, 2), (1, 2)]:
        W = critical_point(problem, dims, missed, seed=1)
        found = spectrum(problem, W)
        expected = predicted_inertia(problem, dims, missed, balanced=True)
        assert (found.n_negative, found.n_zero, found.n_positive) == expected
        point = classify(problem, W)
        assert "equal strength" in point.reason
        assert (point.kind == "strict saddle") == (found.n_negative > 0)
        named = {(0,): (1,), (0, 2): (1, 2)}.get(missed, missed)
        assert point.missed == named  # which of the two is a matter of basis


def test_data_that_are_stretched_along_the_axes():
    """Y X^T equals the canonical target here, but the data are not white."""
    problem = Problem([[1.0, 0.0], [0.0, 2.0]], [[3.0, 0.0]])
    W = critical_point(problem, (2, 2, 1), missed=(), seed=0)
    point = classify(problem, W)
    found = np.linalg.eigvalsh(hessian(problem, W))
    assert (point.kind, point.index) == ("global minimum", 0)
    assert point.nullity == np.count_nonzero(np.abs(found) < 1e-9) == 4
    shifted = (W[0] + np.array([[0.0, 1e-3], [0.0, 0.0]]), W[1])
    U, V, root = problem.output_modes, problem.input_modes, problem.input_root
    white = (shifted[0] @ root @ V, U.T @ shifted[1])
    there, here = classify(problem, shifted), classify(problem.whitened(), white)
    assert (there.scale, there.missed) == (pytest.approx(here.scale), here.missed)


def test_a_mode_of_the_wrong_sign_is_missed():
    point = classify(Problem.canonical((2, 1)), (np.eye(2), np.diag([2.0, -1.0])))
    assert (point.kind, point.missed) == ("not critical", (1,))


def test_zero_weights():
    problem = Problem.canonical((3, 2, 1))
    point = classify(problem, zeros((3, 3, 3)))
    assert (point.kind, point.index, point.nullity) == ("strict saddle", 9, 0)
    point = classify(problem, zeros((3, 3, 3, 3)))
    assert (point.kind, point.index, point.nullity) == ("non-strict saddle", 0, 27)
    assert (point.rank, point.rank_Z, point.missed) == (0, 0, (0, 1, 2))


def test_dead_neurons_are_a_saddle_and_a_bottleneck_is_a_minimum():
    """The talk's pair: the same loss, once the least possible, once not."""
    problem = Problem.canonical((3, 2, 1), d_x=4)
    narrow = classify(problem, critical_point(problem, (4, 2, 3), (2,)))
    wide = classify(problem, critical_point(problem, (4, 4, 3), (2,)))
    assert narrow.loss == pytest.approx(wide.loss)
    assert (narrow.kind, narrow.index, narrow.nullity) == ("global minimum", 0, 4)
    assert (wide.kind, wide.index, wide.nullity) == ("strict saddle", 2, 14)
    assert "fill the smallest width" in narrow.reason


def test_no_hidden_layer():
    rng = np.random.default_rng(0)
    problem = Problem(rng.standard_normal((3, 8)), rng.standard_normal((2, 8)))
    point = classify(problem, (problem.least_squares,))
    assert (point.kind, point.index, point.nullity, point.rank_Z) == ("global minimum", 0, 0, None)
    with pytest.raises(ValueError, match="exactly 0 distinct missed modes"):
        critical_point(problem, (3, 2), missed=(0,))


def test_zero_target():
    problem = Problem(np.eye(3), np.zeros((2, 3)))
    W = (np.zeros((2, 3)), np.array([[1.0, 2.0], [0.0, 1.0]]))
    point = classify(problem, W)
    assert (point.kind, point.index, point.missed) == ("global minimum", 0, ())
    assert "the target is zero" in point.reason
    assert classify(problem, gaussian((3, 2, 2))).kind == "not critical"


def test_zero_strength_and_rank_deficient_data():
    rng = np.random.default_rng(5)
    X = np.vstack([rng.standard_normal((2, 7)), np.zeros((1, 7))])
    problem = Problem(X, rng.standard_normal((3, 2)) @ X[:2])
    W = critical_point(problem, (3, 3, 3, 3), missed=())
    point = classify(problem, W)
    found = np.linalg.eigvalsh(hessian(problem, W))
    assert (point.kind, point.index) == ("global minimum", 0)
    assert "strength zero" in point.reason
    assert "rank 2 of 3" in point.reason
    assert point.nullity == np.count_nonzero(np.abs(found) < 1e-9)
    assert predicted_inertia(problem, (3, 3, 3, 3), ()) is None
    saddle = classify(problem, critical_point(problem, (3, 3, 3, 3), missed=(0,)))
    assert (saddle.kind, saddle.missed, saddle.rank) == ("strict saddle", (0,), 1)


def test_rank_deficient_inputs_add_flat_directions_to_the_formulas():
    rng = np.random.default_rng(6)
    X = rng.standard_normal((4, 3)) @ rng.standard_normal((3, 9))
    problem = Problem(X, rng.standard_normal((2, 9)))
    for dims in [(4, 3, 2), (4, 3, 3, 2)]:
        for missed in critical_values(problem, dims):
            W = critical_point(problem, dims, missed, seed=0)
            point = classify(problem, W)
            expected = predicted_inertia(problem, dims, missed, balanced=True)
            assert (point.missed, point.index, point.nullity) == (missed, *expected[:2])


@given(st.integers(0, 9999), st.lists(st.integers(1, 4), min_size=1, max_size=4))
@many
def test_random_weights_are_not_critical(seed, hidden):
    problem, W = Problem.canonical((3, 2, 1)), gaussian((3, *hidden, 3), 0.7, seed=seed)
    point = classify(problem, W)
    assert (point.kind, point.index, point.nullity) == ("not critical", None, None)
    assert point.gradient_norm == pytest.approx(np.linalg.norm(pack(gradient(problem, W))))
    assert "the gradient is" in point.reason


def test_a_slow_passage_is_no_limit():
    """A mode on its way up in a huge target has a small gradient, but is neither in nor out."""
    problem = Problem.canonical((1e6, 1e-4))
    W = critical_point(problem, (2, 2, 2), missed=(1,))
    W = (W[0] + np.diag([0.0, 6e-3]), W[1] + np.diag([0.0, 6e-3]))
    point = classify(problem, W)
    assert point.kind == "not critical"
    assert "slow passage" in point.reason


@pytest.mark.parametrize("distance", [1e-12, 1e-9, 1e-6])
@pytest.mark.parametrize("missed", [(2,), (1, 2), (0, 1, 2)])
def test_close_to_a_nonstrict_saddle_is_not_strict(distance, missed):
    """Its Hessian has small negative eigenvalues of size O(distance)."""
    rng = np.random.default_rng(1)
    problem, dims = Problem.canonical((3, 2, 1)), (3, 3, 3, 3)
    W = critical_point(problem, dims, missed, seed=2)
    W = tuple(Wj + distance * rng.standard_normal(Wj.shape) for Wj in W)
    point = classify(problem, W)
    assert point.missed == missed
    if point.gradient_norm > 1e-8 * point.scale:
        assert point.kind == "not critical"
    else:
        r = 3 - len(missed)
        assert (point.kind, point.index) == ("non-strict saddle", 0)
        assert point.nullity == 27 - r * (6 - r)


@pytest.mark.parametrize("distance", [1e-12, 1e-9])
@pytest.mark.parametrize("missed", [(0,), (1,), (0, 1)])
def test_close_to_a_strict_saddle_is_strict(distance, missed):
    rng = np.random.default_rng(1)
    problem, dims = Problem.canonical((3, 2, 1)), (3, 4, 3, 3)
    W = critical_point(problem, dims, missed, seed=2)
    point = classify(problem, tuple(Wj + distance * rng.standard_normal(Wj.shape) for Wj in W))
    assert (point.kind, point.missed) == ("strict saddle", missed)
    assert "ambiguous" not in point.reason


def test_larger_networks_use_the_formulas():
    problem = Problem.canonical((3, 2, 1), d_x=20)
    point = classify(problem, critical_point(problem, (20, 80, 3), (0,), seed=0))
    assert n_parameters((20, 80, 3)) > 1500
    assert (point.kind, (point.index, point.nullity)) == (
        "strict saddle",
        predicted_inertia(problem, (20, 80, 3), (0,))[:2],
    )
    point = classify(problem, critical_point(problem, (20, 40, 40, 3), (2,), seed=0))
    assert (point.kind, point.index, point.nullity) == ("non-strict saddle", None, None)
    assert "no formula applies" in point.reason


@pytest.mark.parametrize("seed", [None, 3])
def test_critical_point_learns_in_raw_data_what_it_should(seed):
    rng = np.random.default_rng(9)
    problem = Problem(rng.standard_normal((4, 11)), rng.standard_normal((3, 11)))
    U = problem.output_modes[:, [0, 2]]
    P = product(critical_point(problem, (4, 3, 5, 3), missed=(1,), seed=seed))
    np.testing.assert_allclose(P, U @ U.T @ problem.least_squares, atol=1e-12)


@pytest.mark.parametrize(
    ("dims", "missed", "message"),
    [
        ((3, 3, 3), (3,), r"0 to 3 distinct missed modes out of \(0, 1, 2\)"),
        ((3, 1, 3), (0,), r"2 to 3 distinct"),
        ((4, 3, 3), (0,), "expected widths from d_0 = 3"),
    ],
)
def test_impossible_requests(dims, missed, message):
    problem = Problem.canonical((3, 2, 1))
    for ask in (critical_point, predicted_inertia):
        with pytest.raises(ValueError, match=message):
            ask(problem, dims, missed)


@pytest.mark.parametrize("seed", [None, 0, 1])
@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("missed", [(2,), (1, 2), (0,), (0, 1, 2), ()])
def test_critical_points_are_built_balanced_or_not(missed, balanced, seed) -> None:
    problem, dims = Problem.canonical((3, 2, 1), d_x=4), (4, 4, 5, 3)
    W = critical_point(problem, dims, missed, balanced=balanced, seed=seed)
    assert max(np.abs(g).max() for g in gradient(problem, W)) < 1e-13
    point = classify(problem, W)
    top = missed == tuple(range(3 - len(missed), 3))
    kind = "global minimum" if not missed else "non-strict saddle" if top else "strict saddle"
    assert (point.kind, point.missed) == (kind, missed)
    imbalance = max(np.abs(C).max() for C in invariants(W))
    learns = len(missed) < 3
    assert imbalance < 1e-13 if balanced or not learns else imbalance > 1e-2


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("missed", [(2,), (1, 2), (0, 1, 2)])
def test_a_point_that_is_not_tightened_is_strict(missed, balanced) -> None:
    problem, dims = Problem.canonical((3, 2, 1), d_x=4), (4, 4, 5, 3)
    W = critical_point(problem, dims, missed, balanced=balanced, tightened=False, seed=3)
    point = classify(problem, W)
    assert max(np.abs(g).max() for g in gradient(problem, W)) < 1e-13
    assert point.rank_Z == point.rank + 1
    assert point.kind == "strict saddle"
    assert np.linalg.eigvalsh(hessian(problem, W))[0] < -1e-3


def test_a_point_that_cannot_be_left_open_is_refused() -> None:
    problem = Problem.canonical((3, 2, 1))
    for dims in ((3, 4, 3), (3, 2, 2, 3)):
        with pytest.raises(ValueError, match="all wider than the 2 learned modes"):
            critical_point(problem, dims, (2,), tightened=False)


@pytest.mark.parametrize("dims", [(3, 2, 1), (5, 5, 2, 1), (4, 2, 4), (3, 3, 2, 2, 1, 2)])
@pytest.mark.parametrize("is_white", [True, False])
def test_for_a_zero_target_a_layer_of_roundoff_makes_no_saddle(dims, is_white):
    """It stands for a zero: the Hessian next to it has negative eigenvalues of its own size."""
    rng = np.random.default_rng(3)
    X = np.eye(dims[0]) if is_white else rng.standard_normal((dims[0], 9))
    problem = Problem(X=X, Y=np.zeros((dims[-1], X.shape[1])))
    for size in (0.0, 1e-25, 1e-18):
        W = list(gaussian(dims, 1.0, seed=4))
        W[1] = W[1] * size
        point = classify(problem, W)
        assert (point.kind, point.index) == ("global minimum", 0)
        assert not point.reason.startswith("ambiguous")
        assert spectrum(problem, W).n_negative == 0


@pytest.mark.parametrize("unit", [1e-7, 1e3, 1e7])
def test_the_unit_of_the_data_makes_no_layer_small(unit):
    """A pair of layers is tightened or not, in whatever unit the inputs are given."""
    rng = np.random.default_rng(6)
    problem = Problem(X=unit * rng.standard_normal((4, 9)), Y=rng.standard_normal((1, 9)))
    W = list(gaussian((4, 6, 3, 6, 7, 1), 0.5, seed=1))
    W[1], W[2] = np.zeros_like(W[1]), np.zeros_like(W[2])
    point = classify(problem, W)
    assert (point.kind, point.index) == ("strict saddle", spectrum(problem, W).n_negative)
    assert "layers 3 and 2 are not tightened" in point.reason
    assert not point.reason.startswith("ambiguous")


@pytest.mark.parametrize("dims", [(3, 2, 2), (3, 6, 4), (5, 4, 3, 2)])
def test_the_least_loss_is_told_where_roundoff_of_large_layers_makes_the_gradient(dims):
    rng = np.random.default_rng(2)
    x, y = 2e3 * rng.standard_normal((dims[0], 1)), 1e-6 * rng.standard_normal((dims[-1], 1))
    *W, last = gaussian(dims, 1.0, seed=1)
    seen = product((*W, np.eye(dims[-2]))) @ x
    toward = seen.T / np.sum(seen**2)
    for _ in range(3):  # what cancels in it leaves 1e-7 of y
        last = last + (y - last @ seen) @ toward
    problem = Problem(X=x, Y=y)
    point = classify(problem, (*W, last))
    assert (point.kind, point.index) == ("global minimum", 0)
    assert "roundoff of layers so large" in point.reason
    assert not point.reason.startswith("ambiguous")
    assert classify(problem, (*W, last + 5e-4 * y @ toward)).kind == "not critical"
