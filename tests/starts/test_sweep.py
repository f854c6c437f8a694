"""Studies over scale, width and depth: what theory says of them, and the table."""

import csv
import io
import math
import re
import sys
from typing import Any

import numpy as np
import pytest

import linviz as lv

PROBLEM = lv.Problem.canonical((2.0, 1.0))


def test_with_one_hidden_layer_a_mode_takes_ln_of_the_scale_over_its_strength() -> None:
    scales = (1e-3, 1e-4, 1e-5)
    found = lv.starts.sweep(PROBLEM, (2, 3, 2), n=150, scales=scales, seed=3)
    for saddle, s in (("∅ | {1,2}", 2.0), ("{1} | {2}", 1.0)):
        left = [row.left_50 for row in found.rows if row.saddle == saddle]
        slope = np.polyfit(-np.log(scales), left, 1)[0]
        print(f"{saddle}: {slope:.4f}, theory {1 / s:.4f}, bias {slope * s - 1:+.2%}")
        assert slope == pytest.approx(1 / s, rel=0.02)


def test_one_row_for_each_saddle_of_each_setting() -> None:
    found = lv.starts.sweep(PROBLEM, (2, 2, 2), n=300, widths=(2, 3), depths=(1, 2), t_end=30)
    table = found.table
    assert {len(column) for column in table.values()} == {12}
    assert table["widths"].tolist()[::3] == ["2-2-2", "2-3-2", "2-2-2-2", "2-3-3-2"]
    assert set(table["n"]) == {300}
    last = [row for row in found.rows if row.saddle == "{1} | {2}"]
    assert [row.theory for row in last[:2]] == [pytest.approx(1), pytest.approx(2)]
    assert all(math.isnan(row.theory) for row in last[2:])  # deep: no number
    for row in found.rows:
        assert row.low <= row.n_minimum / row.n <= row.high
        assert row.passed >= row.waiting
        if row.passed:
            assert not row.wait_50 > row.wait_90
    read = list(csv.DictReader(io.StringIO(found.csv())))
    assert [row["saddle"] for row in read] == table["saddle"].tolist()
    assert [float(row["low"]) for row in read] == table["low"].tolist()


def test_what_a_sweep_is_asked_for_is_checked() -> None:
    with pytest.raises(ValueError, match="hidden layers, whose width"):
        lv.starts.sweep(PROBLEM, (2, 2), widths=(3,))
    with pytest.raises(ValueError, match="at most 1000 settings"):
        lv.starts.sweep(PROBLEM, (2, 2, 2), scales=(0.1,) * 1001)
    with pytest.raises(ValueError, match="expected a scale to be a finite number > 0, found nan"):
        lv.starts.sweep(PROBLEM, (2, 2, 2), scales=(0.1, float("nan")))
    number: Any = 3
    with pytest.raises(ValueError, match=r"expected widths, as \(2, 3\), found 3"):
        lv.starts.sweep(PROBLEM, (2, 2, 2), widths=number)
    with pytest.raises(ValueError, match="expected a Problem"):
        lv.starts.sweep(number, (2, 2, 2))
    with pytest.raises(ValueError, match="expected progress to be a function, True or None"):
        lv.starts.sweep(PROBLEM, (2, 2, 2), n=5, progress=number)


@pytest.mark.parametrize("tqdm", [True, False])
def test_a_bar_is_shown_after_the_cost_was_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tqdm: bool
) -> None:
    if not tqdm:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    lv.starts.sweep(PROBLEM, (2, 2, 2), n=20, scales=(0.3, 0.2), progress=True)
    told = capsys.readouterr().err
    assert told.startswith("linviz: about 1 s on one processor, 0.1 MB of results\n")
    assert "40/40" in told or "linviz: 40 of 40 starts" in told
    lv.starts.study(PROBLEM, (2, 2, 2), n=20, progress=True)
    assert re.search("20/20|20 of 20", capsys.readouterr().err)


def test_progress_counts_the_starts_of_all_settings() -> None:
    told: list[tuple[int, int]] = []
    lv.starts.sweep(
        PROBLEM, (2, 2, 2), n=20, scales=(0.3, 0.2), progress=lambda *at: told.append(at)
    )
    assert told[-1] == (40, 40)
    assert told == sorted(told)
