"""Estimators of survival and of tails, on waits whose law is known."""

import re

import numpy as np
import pytest
from scipy.special import ellipkm1

from linviz.core.starts.tail import Survival, estimates_of, stable_range, untold

NONE = np.zeros(1, dtype=bool)


def test_the_survival_curve_covers_the_law_that_waits_have() -> None:
    rng = np.random.default_rng(0)
    covered, total = 0, 0
    for _ in range(200):
        waits, horizon = rng.exponential(1.0, 100), rng.exponential(2.0, 100)
        found = Survival.of(np.minimum(waits, horizon), waits > horizon)
        k = int(np.searchsorted(found.t, 0.7)) - 1  # P(wait > 0.7) by the curve
        covered += bool(found.low[k] <= np.exp(-0.7) <= found.high[k])
        total += 1
    assert 0.91 <= covered / total <= 0.99


def test_starts_that_still_wait_are_not_dropped() -> None:
    waits = np.array([1.0, 2.0, 5.0, 5.0])
    found = Survival.of(waits, waits == 5.0)
    np.testing.assert_array_equal(found.share, [0.75, 0.5])
    assert found.n_censored == 2
    assert (found.low <= found.share).all()
    assert (found.share <= found.high).all()


@pytest.mark.parametrize("rate", [0.3, 2.0])
def test_an_exponential_tail_has_its_rate_also_where_waits_are_cut_off(rate: float) -> None:
    waits = np.random.default_rng(1).exponential(1 / rate, 40_000)
    end = 4 / rate  # e^-4 still wait
    for found in estimates_of(np.minimum(waits, end), waits > end, "exponential", 0.05):
        assert abs(found.value - rate) <= 4 * found.error
        assert found.error == pytest.approx(found.value / found.n**0.5)


def test_waits_that_never_end_show_slope_0() -> None:
    rng = np.random.default_rng(2)
    waits = np.concatenate([rng.exponential(1.0, 500), rng.uniform(55, 60, 500)])
    for found in estimates_of(waits, waits > 50, "exponential", 0.3)[1:]:
        assert found.value == 0
        assert found.error > 0


def test_three_scalars_on_the_unit_sphere_wait_with_exponent_4_gaussian_ones_with_3() -> None:
    rng = np.random.default_rng(0)
    for sphere, exponent in ((True, 4), (False, 3)):
        w = rng.normal(size=(1_500_000, 3))  # sizes only: of starts with a negative product
        if sphere:
            w /= np.linalg.norm(w, axis=1)[:, None]
        squares = np.sort(w * w, axis=1)
        d, c = (squares[:, k] - squares[:, 0] for k in (1, 2))
        waits = 2 / np.sqrt(c) * ellipkm1(d / c)  # from there to there past 0, s - p taken as 1
        none = np.zeros(len(waits), dtype=bool)
        for share in (2e-4, 0.01):
            found = estimates_of(waits, none, "power", share)
            own = next(e for e in found if e.share == share)
            assert abs(own.value - exponent) <= 3 * own.error
            hill = own.hill or 0.0
            assert (abs(hill - exponent) <= 3 * hill / own.n**0.5) == (share == 2e-4)  # it is slow
            bias = f"bias {own.value / exponent - 1:+.1%}, Hill's {hill / exponent - 1:+.1%}"
            print(f"{exponent}: {own.value:.3f} ± {own.error:.3f} of {share:g}, {bias}")
        assert own.error < 0.05 * exponent
        assert untold(found, 0.01, 2.0) == ""
        for first in range(0, 3500, 700):
            few = estimates_of(waits[first : first + 700], none[:700], "power", 0.1)
            why = untold(few, 0.1, 2.0)
            assert why.startswith("no exponent is told: the tail is not reached")
            needed = re.findall(r"about ([\d,]+) starts would do", why)
            assert needed or "ask for ten times as many" in why
            assert all(5_000 <= int(n.replace(",", "")) <= 500_000 for n in needed)


def test_an_exponent_that_hangs_on_the_threshold_is_not_told() -> None:
    """Two power laws: each is seen well, and neither holds over shares of 1 to 4."""
    rng = np.random.default_rng(5)
    y = rng.pareto(1.5, 200_000) + 1
    waits = np.where(y > 10, 10 * (y / 10) ** 0.5, y)  # the exponent is 3 from 3 % on
    found = estimates_of(waits, np.zeros(len(waits), dtype=bool), "power", 0.02)
    own = next(e for e in found if e.share == 0.02)
    assert own.error < 0.1 * own.value
    assert "other thresholds have other exponents" in untold(found, 0.02, 1.0)


def test_estimates_are_stable_as_far_as_they_agree() -> None:
    waits = np.random.default_rng(3).exponential(1.0, 5000)
    found = estimates_of(waits, np.zeros(5000, dtype=bool), "exponential", 0.05)
    assert stable_range(found, 0.05) == (0.01, 0.2)
    bent = np.concatenate([waits, 5 + np.random.default_rng(4).exponential(9.0, 400)])
    found = estimates_of(bent, np.zeros(5400, dtype=bool), "exponential", 0.05)
    low, high = stable_range(found, 0.05) or (0, 0)
    assert high < 0.2
    assert low == 0.01
    assert estimates_of(waits[:10], np.zeros(10, dtype=bool), "exponential", 0.05) == ()
    assert stable_range((), 0.05) is None
