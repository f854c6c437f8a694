"""Studies in files: whole, verified, and going on after whatever ended them."""

import errno
import importlib.util
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import linviz as lv
from linviz.core.starts import kept, sheet

PROBLEM = lv.Problem.canonical((2.0, 1.0))
KINDS = [
    "npz",
    *(["parquet"] if importlib.util.find_spec("pyarrow") else []),  # an extra
]


def same(a: lv.starts.StartStudy, b: lv.starts.StartStudy) -> None:
    for name in ("entered", "left", "near", "waiting"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    np.testing.assert_array_equal(a.basin.loss, b.basin.loss)
    np.testing.assert_array_equal(a.basin.t_within_1_percent, b.basin.t_within_1_percent)
    assert (a.ends, a.saddles, a.basin.missed) == (b.ends, b.saddles, b.basin.missed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dims", [(2, 3, 2), (2, 2)])
def test_a_study_comes_back_as_it_was_saved(
    kind: str, dims: tuple[int, ...], tmp_path: Path
) -> None:
    path = tmp_path / f"study.{kind}"
    study = lv.starts.study(PROBLEM, dims, n=60, scale=0.1, seed=4, t_end=9.0)
    lv.starts.save(study, path)
    found = lv.starts.load(path)
    same(study, found)
    for name in ("dims", "rule", "scale", "seed", "t_end"):
        assert getattr(found.basin, name) == getattr(study.basin, name)
    np.testing.assert_array_equal(found.basin.problem.Y, PROBLEM.Y)
    if found.saddles:
        assert found.tail(share=0.5).law == "exponential"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_broken_changed_or_of_another_version_gets_words(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"study.{kind}"
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=9, scale=0.1)
    lv.starts.save(study, path)
    whole = path.read_bytes()
    for broken in (b"", b"nothing", whole[: len(whole) // 2], whole[:-3]):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="is none or is broken"):
            lv.starts.load(path)
    path.write_bytes(whole)
    columns, about = sheet.read_sheet(path)
    with monkeypatch.context() as patch:
        patch.setattr(sheet, "_hash", lambda *_: "0")
        sheet.write_sheet(path, columns, about)
    with pytest.raises(ValueError, match="its hash does not fit"):
        lv.starts.load(path)
    with monkeypatch.context() as patch:
        patch.setattr(sheet, "FORMAT_OF_STUDY", "linviz study 9")
        lv.starts.save(study, path)
    with pytest.raises(
        ValueError, match=r"found 'linviz study 9'.*the version of linviz that wrote"
    ):
        lv.starts.load(path)
    with pytest.raises(ValueError, match=r"ends in .npz or .parquet"):
        lv.starts.save(study, tmp_path / "study.txt")
    for no_place in (3, None, ""):
        with pytest.raises(ValueError, match=r"expected a place, as text or a pathlib.Path"):
            lv.starts.load(no_place)


def test_where_pyarrow_is_not_there_words_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=2)
    with pytest.raises(ValueError, match=r"pip install 'linviz\[parquet\]'"):
        lv.starts.save(study, tmp_path / "study.parquet")


def test_a_full_disk_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "study.npz"
    study = lv.starts.study(PROBLEM, (2, 2, 2), n=9, scale=0.1)
    lv.starts.save(study, path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device.*are unharmed: make room"):
        lv.starts.save(study, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_really_full_device_gets_the_same_words(tmp_path: Path) -> None:
    path = Path("/dev/full")

    def write(file: object) -> None:
        with path.open("wb", buffering=0) as device:
            device.write(b"x" * 10_000)

    with pytest.raises(OSError, match="No space left on device"):
        sheet.beside(tmp_path / "a.npz", write)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_on_a_full_disk_lets_the_study_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SHARE", 16)
    whole, calls = lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1), []

    def full(file: int) -> None:
        calls.append(file)
        if len(calls) in (2, 3):  # after study.json: the first piece, and again; then there is room
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.warns(RuntimeWarning, match="goes on in memory, but its checkpoint does not grow"):
        found = lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1, checkpoint=tmp_path)
    same(whole, found)
    assert len(list(tmp_path.glob("part-*.npz"))) == 4


def test_a_study_goes_on_from_its_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SHARE", 16)
    told: list[int] = []
    with pytest.raises(lv.FlowError, match="32 of them are kept"):
        lv.starts.study(
            *(PROBLEM, (2, 2, 2)),
            n=40,
            scale=0.1,
            checkpoint=tmp_path,
            progress=lambda k, _: told.append(k),
            interrupt=lambda: bool(told and told[-1] >= 32),
        )
    again: list[int] = []
    more = lv.starts.study(
        *(PROBLEM, (2, 2, 2)),
        n=60,
        scale=0.1,
        checkpoint=tmp_path,
        progress=lambda k, _: again.append(k),
    )
    assert again[0] > 32
    same(more, lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1))
    with pytest.raises(ValueError, match="expected a whole study, found a piece of one in"):
        lv.starts.load(tmp_path / "part-000000.npz")
    with pytest.raises(ValueError, match="found that of another one"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.2, checkpoint=tmp_path)
    (tmp_path / "part-000001.npz").write_bytes(b"")
    with pytest.raises(ValueError, match=r"part-000001.npz is none or is broken"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1, checkpoint=tmp_path)
    manifest = tmp_path / "study.json"
    text = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(text | {"versions": {"linviz": "0.0.1"}}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"found one of 0.0.1"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1, checkpoint=tmp_path)
    manifest.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="found a broken file"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1, checkpoint=tmp_path)


def _sweep(folder: Path) -> lv.starts.Sweep:
    kept.SHARE = 100  # pieces small enough to be killed between two
    scales = (0.3, 0.1, 0.05)
    return lv.starts.sweep(PROBLEM, (2, 2, 2), n=1500, scales=scales, t_end=20.0, checkpoint=folder)


@pytest.mark.long
def test_a_sweep_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SHARE", 100)
    process = multiprocessing.get_context("spawn").Process(target=_sweep, args=(tmp_path,))
    process.start()
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("study-001/part-*.npz")) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    there = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/part-*.npz")}
    assert 16 <= len(there) < 45
    found = _sweep(tmp_path)
    assert len(list(tmp_path.glob("*/part-*.npz"))) == 45
    assert all(path.stat().st_mtime_ns == time for path, time in there.items())
    same(found.studies[1], lv.starts.study(PROBLEM, (2, 2, 2), n=1500, scale=0.1, t_end=20.0))


@pytest.mark.long
def test_dask_loses_nothing_when_a_worker_is_killed(tmp_path: Path) -> None:
    if not importlib.util.find_spec("distributed") and "CI" not in os.environ:
        pytest.skip("dask is not installed: pip install 'linviz[dask]'")
    script = Path(__file__).with_name("on_dask.py")
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(lv.__file__).parents[1])},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    print(done.stdout)
