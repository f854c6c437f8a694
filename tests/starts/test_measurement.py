"""Waits at saddles: what the talk's conjecture says of them, and what may not be told."""

import numpy as np
import pytest
from scipy.integrate import quad

import linviz as lv
from linviz.core.starts.tail import estimates_of

PROBLEM = lv.Problem.canonical((2.0, 1.0))


@pytest.mark.parametrize("d_1", [2, 3, 4])
def test_the_tail_of_the_waits_has_the_codimension_of_the_basin(d_1: int) -> None:
    study = lv.starts.study(PROBLEM, (2, d_1, 2), n=5000, scale=0.02)
    tail = study.tail()
    assert tail.law == "exponential"
    assert tail.theory == pytest.approx(d_1 - 1)
    found = tail if tail.value is not None else study.tail(share=0.1)
    assert found.value is not None
    assert found.error is not None
    assert found.codimension is not None
    assert abs(found.codimension - (d_1 - 1)) <= 3 * found.error
    print(f"c = {d_1 - 1}: {found.codimension:.3f} ± {found.error:.3f}, "
          f"bias {found.codimension / (d_1 - 1) - 1:+.1%}")  # fmt: skip


def test_the_slope_at_a_saddle_of_unequal_rates_is_their_sum() -> None:
    problem = lv.Problem.canonical((3.0, 1.0, 0.6))
    study = lv.starts.study(problem, (3, 2, 3), n=8000, scale=0.02, t_end=200)
    tail = study.tail((1, 2))
    assert tail.theory == pytest.approx(1.6)
    assert tail.codimension is None  # no one rate to divide by
    assert tail.value is not None
    assert tail.error is not None
    assert abs(tail.value - 1.6) <= 3 * tail.error
    assert tail.value - 1.0 > 3 * tail.error  # one direction alone would not do
    print(f"slope {tail.value:.3f} ± {tail.error:.3f}, bias {tail.value / 1.6 - 1:+.1%}")


@pytest.mark.parametrize(
    ("problem", "dims", "why"),
    [
        (lv.Problem.canonical((1.0,), d_x=2), (2, 1, 1), "more inputs than outputs"),
        (lv.Problem([[1.0, 1.0], [0.0, 2.0]], [[1.0, 3.0], [0.5, 0.1]]), (2, 2, 2), "not white"),
        (lv.Problem.canonical((3.0, 2.0, 1.0)), (3, 3, 3, 3), "more than one hidden layer"),
        (lv.Problem.canonical((3.0, 2.0, 0.0)), (3, 3, 3), "modes of strength 0"),
    ],
)
def test_no_exponent_is_told_where_rates_vary_along_the_saddles(
    problem: lv.Problem, dims: tuple[int, ...], why: str
) -> None:
    study = lv.starts.study(problem, dims, n=300, scale=0.1, t_end=200)
    for missed in study.saddles:
        if not study.near[:, study.saddles.index(missed)].any():
            continue
        tail = study.tail(missed)
        if tail.law == "none":
            assert why in tail.reason
            assert tail.value is None
            assert tail.theory is None
        else:  # the origin of a deep network is flat
            assert tail.law == "power"
            assert len(dims) > 3


def test_of_balanced_square_starts_half_are_trapped_and_the_tail_shows_slope_0() -> None:
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=2000, rule="balanced", scale=0.02)
    low, high = study.basin.interval("near a critical value")
    assert low < 0.5 < high
    tail = study.tail((1,))
    assert tail.value == 0
    survival = study.survival((1,))
    assert survival.n_censored > 900
    assert survival.share[-1] > 0.5
    assert study.censored.sum() == survival.n_censored
    assert set(study.ends) == {"global minimum", "near {1} | {2}"}


def test_waits_are_exact_to_the_tolerance() -> None:
    """Three scalars: the time between two losses is an integral over the smallest of them."""
    study = lv.starts.study(
        lv.Problem.canonical((1.0,)), (1, 1, 1, 1), n=60, rule="sphere", scale=1.0, t_end=500
    )
    compared = 0
    for k in range(60):
        w = np.array([Wj[0, 0] for Wj in lv.sphere((1, 1, 1, 1), 1.0, seed=k)])
        if np.prod(w) > 0 or not np.isfinite(study.left[k, 0]) or study.entered[k, 0] == 0:
            continue
        least = np.sort(np.abs(w))[0]
        above = np.sort(w**2)[1:] - least**2

        def others(x: float, above: np.ndarray = above) -> float:
            return float(np.sqrt((x * x + above).prod()))

        def edge(loss: float, above: np.ndarray = above) -> float:
            """x = smallest scalar, signed so that it rises, at this loss."""
            p = 1 - np.sqrt(2 * loss)
            low, high = -2.0, 2.0
            for _ in range(200):
                x = (low + high) / 2
                low, high = (
                    (x, high) if x * float(np.sqrt((x * x + above).prod())) < p else (low, x)
                )
            return x

        begin, end = edge(0.55), edge(0.45)
        wait = quad(lambda x: 1 / ((1 - x * others(x)) * others(x)), begin, end, limit=200)[0]
        assert study.left[k, 0] - study.entered[k, 0] == pytest.approx(wait, rel=1e-3)
        compared += 1
    assert compared >= 5


def test_where_modes_change_places_the_rates_vary_along_the_saddles() -> None:
    """Minus the smallest eigenvalue at saddles that learned mode 2 only, unevenly in the layers."""
    rates = []
    for a in (1.0, 2.0, 4.0):
        W = (np.array([[0.0, a], [0.0, 0.0]]), np.array([[0.0, 0.0], [1 / a, 0.0]]))
        rates.append(-lv.spectrum(PROBLEM, W).eigenvalues[:2].sum())
    assert np.ptp(rates) > 0.1
    law = lv.starts.study(PROBLEM, (2, 2, 2), n=2).law((0,))
    assert law.law == "none"
    assert "change places" in law.reason
    assert lv.starts.study(PROBLEM, (2, 2, 2), n=2).law((1,)).total == pytest.approx(1)


def test_large_starts_come_to_unbalanced_saddles_with_smaller_rates_and_no_exponent() -> None:
    for angle in (0.02, 0.05, 0.1):  # between the weights that learn mode 1, from the middle
        a = np.sqrt(2 / np.cos(2 * angle)) * np.array([np.cos(angle), np.sin(angle)])
        b = a * [1, -1]
        W = (np.column_stack([a, 0 * a]), np.vstack([b, 0 * b]))
        assert np.abs(lv.gradient(PROBLEM, W)[0]).max() < 1e-12  # a saddle, with C_1 = bb' - aa'
        c = (np.outer(b, b) - np.outer(a, a))[0, 1]
        rate = -lv.spectrum(PROBLEM, W).eigenvalues.min()
        assert rate == pytest.approx(1 - c**2 / 2 / (2 * (2 + 2)), abs=c**4)
        assert 1 - rate > 0.4 * c**2 / 8
    laws = [
        lv.starts.LawOfWaits.of_starts(PROBLEM, (2, 2, 2), (1,), "gaussian", scale)
        for scale in (0.02, 0.7, 1.5)
    ]
    assert [law.law for law in laws] == ["exponential", "exponential", "none"]
    assert "about 6 % smaller" in laws[1].reason  # c has the variance (2 + 2) scale^4
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=2000, scale=1.5, t_end=40)
    tail = study.tail(share=0.6)
    assert tail.codimension is tail.value is tail.theory is None
    assert "whose layers are not balanced" in tail.reason
    passed = study.near[:, -1]
    slope = estimates_of(study.waiting[passed], study.censored[passed], "exponential", 0.6)[0]
    assert slope.value + 3 * slope.error < 1  # as for a basin of codimension 1 it is not


def test_wide_layers_bring_each_rate_more_often() -> None:
    law = lv.starts.LawOfWaits.at(PROBLEM, (2, 5, 2), (1,))
    W = lv.critical_point(PROBLEM, (2, 5, 2), (1,))
    whole = lv.spectrum(PROBLEM, W).eigenvalues
    np.testing.assert_allclose(law.rates, -whole[whole < -1e-9], rtol=1e-9)
    assert lv.starts.LawOfWaits.at(PROBLEM, (2, 10**5, 2), (1,)).total == pytest.approx(10**5 - 1)


def test_quantiles_of_the_waits_count_who_still_waits() -> None:
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=400, rule="balanced", scale=0.02)
    found, survival = study.quantiles((1,)), study.survival((1,))
    assert found[90] is None  # half of them never leave
    free = lv.starts.study(PROBLEM, (2, 2, 2), n=400, scale=0.02)
    survival = free.survival()
    for q, t in free.quantiles().items():
        assert t is not None
        k = int(np.searchsorted(survival.t, t))
        assert survival.share[k] <= 1 - q / 100 + 1e-9
        assert survival.share[k - 1] > 1 - q / 100 - 1e-9


def test_gaussian_starts_at_a_flat_origin_are_told_to_measure_it() -> None:
    problem = lv.Problem.canonical((1.0,))
    for rule, told in (("gaussian", True), ("sphere", False)):
        tail = lv.starts.study(problem, (1, 1, 1, 1), n=60, rule=rule, scale=0.5).tail()
        assert tail.law == "power"
        assert ("measures the origin" in tail.reason) == told
    deep = lv.starts.study(PROBLEM, (2, 2, 2, 2), n=60, scale=0.5)
    assert "measures the origin" not in deep.tail().reason  # it is that of another saddle


def test_an_exponent_is_not_told_before_its_tail_is_reached() -> None:
    problem = lv.Problem.canonical((1.0,))
    study = lv.starts.study(problem, (1, 1, 1, 1), n=1000, rule="sphere", scale=1.0, t_end=500)
    tail = study.tail(share=0.1)
    assert tail.value is None
    assert tail.reason.startswith("no exponent is told: the tail is not reached")
    assert "starts would do" in tail.reason
    assert all(2.5 < e.value < 20 for e in tail.estimates)


def test_a_study_counts_like_a_basin_study() -> None:
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=100, scale=0.3)
    basin = lv.basin_study(PROBLEM, (2, 2, 2), n=100, scale=0.3)
    assert study.basin.outcome == basin.outcome
    np.testing.assert_array_equal(study.basin.t_within_1_percent, basin.t_within_1_percent)
    assert (study.entered <= study.left).all()
    assert (study.waiting >= 0).all()


def test_what_a_study_is_asked_for_is_checked() -> None:
    with pytest.raises(ValueError, match="expected n"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=0)
    with pytest.raises(ValueError, match="expected n"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=10**12)
    with pytest.raises(ValueError, match="expected scale"):
        lv.starts.study(PROBLEM, (2, 2, 2), scale=float("nan"))
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=5)
    with pytest.raises(ValueError, match="saddles that miss"):
        study.survival((3,))
    with pytest.raises(ValueError, match="share of the waits"):
        study.tail(share=1.5)
    with pytest.raises(ValueError, match="network with saddles"):
        lv.starts.study(PROBLEM, (2, 2), n=5).survival()
