"""What a study costs, told beforehand."""

import time
import tracemalloc

import pytest

import linviz as lv

PROBLEM = lv.Problem.canonical((2.0, 1.0))


def test_a_forecast_runs_few_starts_and_counts_all_settings() -> None:
    one = lv.starts.cost(PROBLEM, (2, 2, 2), n=3000, t_end=20)
    assert one.tried == 160
    assert one.bytes == 3000 * (20 + 17 * 3)
    assert one.seconds > 0
    three = lv.starts.cost(PROBLEM, (2, 2, 2), n=3000, scales=(0.3, 0.1, 0.05), t_end=20)
    assert three.tried == 480
    assert three.bytes == 3 * one.bytes
    assert "on 4 workers" in lv.starts.cost(PROBLEM, (2, 2, 2), n=5, workers=4).words
    with pytest.raises(ValueError, match="expected n to be a whole number from 1"):
        lv.starts.cost(PROBLEM, (2, 2, 2), n=10**12)


@pytest.mark.long
def test_a_million_starts_cost_what_was_told_and_little_memory() -> None:
    told = lv.starts.cost(PROBLEM, (2, 2, 2), 10**6)
    tracemalloc.start()
    lv.starts.study(PROBLEM, (2, 2, 2), 2000)
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    began = time.process_time()
    found = lv.starts.study(PROBLEM, (2, 2, 2), 10**6)
    spent = time.process_time() - began
    print(f"told {told.seconds:.0f} s, spent {spent:.0f} s; {few / 2**20:.0f} MB for 2000 starts")
    assert abs(spent / told.seconds - 1) <= 0.3
    assert found.counts["global minimum"] + found.counts.get("undecided", 0) > 999_000
    assert few < 50 * 2**20
    held = found.entered.nbytes + found.left.nbytes + found.near.nbytes
    assert held < 100 * 10**6
