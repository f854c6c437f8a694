"""``linviz study``: what it tells, what it writes, and that it goes on where it stopped."""

import csv
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.starts import folder, sheet
from linviz.serve import main

SCENARIO = {"dims": [2, 3, 2], "singular_values": [2, 1], "scale": 0.1, "seed": 5}


def asked(folder: Path, scenario: dict[str, Any] = SCENARIO, **study: Any) -> str:
    path = folder / "asked.json"
    path.write_text(json.dumps({"scenario": scenario, "study": study}), encoding="utf-8")
    return str(path)


def test_a_study_is_told_its_cost_and_written(tmp_path: Path, capsys: Any) -> None:
    assert main(["study", asked(tmp_path, n=150, t_end=20)]) == 0
    told = capsys.readouterr()
    assert "linviz: about 1 s on one processor, 0.1 MB of results" in told.err
    assert "150 of 150" in told.err or "150/150" in told.err
    assert "global minimum: 150 of 150 (97.57% to 100.00%)" in told.out
    found = lv.starts.load(tmp_path / "asked.npz")
    alone = lv.starts.study(
        lv.Problem.canonical((2, 1)), (2, 3, 2), 150, scale=0.1, seed=5, t_end=20
    )
    np.testing.assert_array_equal(found.left, alone.left)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asked.json", "asked.npz"]


def test_a_sweep_is_written_as_a_table(tmp_path: Path, capsys: Any) -> None:
    file, out = asked(tmp_path, n=40, t_end=20, widths=[2, 3]), tmp_path / "found.csv"
    assert main(["study", file, "--out", str(out)]) == 0
    with out.open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert [row["widths"] for row in rows] == ["2-2-2"] * 3 + ["2-3-2"] * 3
    assert lv.starts.load(tmp_path / "found-001.npz").basin.dims == (2, 3, 2)
    assert "6 rows of 2 studies" in capsys.readouterr().out


@pytest.mark.parametrize("axes", [{}, {"widths": [2, 3]}])
def test_on_a_full_disk_what_was_computed_is_put_elsewhere(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, axes: dict[str, Any]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    own = sheet.beside

    def full(path: Path, write: Any) -> None:
        if elsewhere not in path.parents and path.suffix == ".npz":
            raise OSError(errno.ENOSPC, f"no room for {path}")
        own(path, write)

    for module in (sheet, folder):
        monkeypatch.setattr(module, "beside", full)
    assert main(["study", asked(tmp_path, n=30, t_end=20, **axes)]) == 1
    told = capsys.readouterr().err
    assert "linviz: the study goes on in memory, but its checkpoint does not grow" in told
    (place,) = elsewhere.iterdir()
    assert f"what was computed is in {place}" in told
    for k, path in enumerate(sorted(place.iterdir())):
        assert lv.starts.load(path).basin.dims == (2, (2 + k) if axes else 3, 2)


@pytest.mark.long
def test_ctrl_c_leaves_what_was_computed_and_the_same_command_goes_on(tmp_path: Path) -> None:
    file = asked(tmp_path, n=30_000, t_end=20)
    command = [sys.executable, "-m", "linviz", "study", file, "--workers", "2"]
    root = str(Path(lv.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    listening = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(  # where this runs in the background the signal may be ignored
        command, stderr=subprocess.PIPE, text=True, env=environment, preexec_fn=listening
    )
    parts, deadline = tmp_path / "asked.npz.parts", time.monotonic() + 60
    while not list(parts.glob("part-*.npz")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert f"the same command goes on from there: linviz study {file}" in told
    there = {path: path.stat().st_mtime_ns for path in parts.glob("part-*.npz")}
    assert 0 < len(there) < 15
    (parts / "part-000014.npz").unlink(missing_ok=True)
    assert main(["study", asked(tmp_path, n=2000 * len(there), t_end=20)]) == 0  # no more than that
    found = lv.starts.load(tmp_path / "asked.npz")
    assert found.basin.n == 2000 * len(there)


@pytest.mark.parametrize(
    ("scenario", "study", "words"),
    [
        (SCENARIO, {"n": 0}, "expected n to be a whole number from 1"),
        (SCENARIO, {"n": 10**12}, "found 1000000000000"),
        (SCENARIO, {"size": 3}, "expected n, t_end, scales, widths, depths"),
        (SCENARIO | {"scale": float("nan")}, {}, "NaN is no number"),
        (SCENARIO | {"rule": "zeros"}, {}, "expected a rule among gaussian"),
        (SCENARIO, {"scales": [0.1, -1]}, "expected a scale to be a finite number > 0"),
    ],
)
def test_what_cannot_be_studied_gets_words(
    scenario: dict[str, Any], study: dict[str, Any], words: str, tmp_path: Path, capsys: Any
) -> None:
    assert main(["study", asked(tmp_path, scenario, **study)]) == 2
    assert words in capsys.readouterr().err


def test_files_that_are_none_get_words(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["study", str(tmp_path / "none.json")]) == 2
    assert "found none named" in capsys.readouterr().err
    (tmp_path / "a.json").write_text("[", encoding="utf-8")
    assert main(["study", str(tmp_path / "a.json")]) == 2
    assert "to be JSON" in capsys.readouterr().err
    assert main(["study", asked(tmp_path, n=5), "--out", "a.txt"]) == 2
    assert "end in .npz or .parquet" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["study", asked(tmp_path, n=5), "--out", "a.parquet"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("linviz: expected pyarrow")  # before anything is computed
    with pytest.raises(SystemExit):
        main(["study", asked(tmp_path, n=5), "--workers", "0"])
    assert "expected 1 to 256 processes, found '0'" in capsys.readouterr().err
    (tmp_path / "asked.npz.parts").write_text("in the way", encoding="utf-8")
    assert main(["study", asked(tmp_path, n=5)]) == 2
    assert "File exists" in capsys.readouterr().err
