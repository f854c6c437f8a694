"""What was computed is kept, whoever stops; memory is bounded; the same bits on any workers."""

import errno
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.starts import kept, share

PROBLEM = lv.Problem.canonical((2.0, 1.0))


def same(a: lv.starts.StartStudy, b: lv.starts.StartStudy) -> None:
    for name in ("entered", "left", "near", "waiting", "censored"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert a.ends == b.ends
    np.testing.assert_array_equal(a.basin.loss, b.basin.loss)


class Mortal(Executor):
    """It works, piece by piece, and dies."""

    def __init__(self, life: int, error: Exception | None = None) -> None:
        self.life, self.error = life, error or BrokenProcessPool("a process was killed")

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.life -= 1
        if self.life >= 0:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(self.error)
        return future


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SHARE", 16)


@pytest.mark.usefixtures("small")
def test_of_an_executor_that_dies_nothing_is_lost_and_nothing_counted_twice() -> None:
    options = {"n": 90, "scale": 0.1, "t_end": 30.0}
    whole = lv.starts.study(PROBLEM, (2, 3, 2), **options)
    with pytest.raises(lv.starts.StudyStoppedError, match=r"has ended .*after 48 of 90") as e:
        lv.starts.study(PROBLEM, (2, 3, 2), **options, executor=Mortal(3))
    told: list[int] = []
    again = lv.starts.study(
        PROBLEM, (2, 3, 2), **options, kept=e.value.kept, progress=lambda k, _: told.append(k)
    )
    same(whole, again)
    assert told[0] > 48  # nothing was computed anew
    with pytest.raises(ValueError, match="that of another one"):
        lv.starts.study(PROBLEM, (2, 3, 2), n=90, scale=0.2, t_end=30.0, kept=e.value.kept)
    with pytest.raises(ValueError, match="that of another one"):
        lv.starts.study(PROBLEM, (2, 3, 2), n=90, kept="nothing")


def test_an_executor_that_was_shut_down_gets_its_words() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(lv.starts.StudyStoppedError, match=r"has ended .*after 0 of 5 runs"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=5, executor=pool)


@pytest.mark.usefixtures("small")
def test_a_study_that_is_stopped_goes_on_where_it_was() -> None:
    whole, told = lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1), []
    with pytest.raises(lv.starts.StudyStoppedError, match=r"32 of them are kept") as e:
        lv.starts.study(
            *(PROBLEM, (2, 2, 2)),
            n=60,
            scale=0.1,
            progress=lambda k, _: told.append(k),
            interrupt=lambda: bool(told and told[-1] >= 32),
        )
    same(whole, lv.starts.study(PROBLEM, (2, 2, 2), n=60, scale=0.1, kept=e.value.kept))


@pytest.mark.usefixtures("small")
def test_a_sweep_and_a_count_of_ends_go_on_where_they_were() -> None:
    scales = (0.3, 0.1)
    whole = lv.starts.sweep(PROBLEM, (2, 2, 2), n=40, scales=scales, t_end=20.0)
    told: list[int] = []
    with pytest.raises(lv.starts.StudyStoppedError, match=r"^study 2 of 2: .*16 of them") as e:
        lv.starts.sweep(PROBLEM, (2, 2, 2), n=40, scales=scales, t_end=20.0, executor=Mortal(4))
    again = lv.starts.sweep(
        *(PROBLEM, (2, 2, 2)),
        n=40,
        scales=scales,
        t_end=20.0,
        kept=e.value.kept,
        progress=lambda k, _: told.append(k),
    )
    assert told[0] > 56
    assert again.csv() == whole.csv()
    with pytest.raises(ValueError, match="that of another one"):
        lv.starts.sweep(PROBLEM, (2, 2, 2), n=40, scales=(0.3, 0.2), kept=e.value.kept)
    with pytest.raises(lv.starts.StudyStoppedError, match=r"32 of them are kept") as e:
        lv.basin_study(PROBLEM, (2, 2, 2), n=40, executor=Mortal(2, OSError("scheduler is gone")))
    ends = lv.basin_study(PROBLEM, (2, 2, 2), n=40, kept=e.value.kept)
    np.testing.assert_array_equal(ends.loss, lv.basin_study(PROBLEM, (2, 2, 2), n=40).loss)


def test_what_cannot_be_had_is_said_before_anything_is_computed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_executor: Any = 3
    for run in (lv.starts.study, lv.basin_study, lv.starts.sweep):
        with pytest.raises(ValueError, match="expected an executor as of concurrent"):
            run(PROBLEM, (2, 2, 2), n=5, executor=no_executor)
        with pytest.raises(
            ValueError, match="expected interrupt to be a function or None, found 3"
        ):
            run(PROBLEM, (2, 2, 2), n=5, interrupt=no_executor)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="expected a folder for the checkpoint at"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=5, checkpoint=tmp_path / "file")
    ends: Any = lv.basin_study(PROBLEM, (2, 2, 2), n=5)
    with pytest.raises(ValueError, match=r"expected a study of linviz\.starts\.study"):
        lv.starts.save(ends, tmp_path / "ends.npz")

    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept, "IN_MEMORY", 1000)
    monkeypatch.setattr(kept.os, "posix_fallocate", full, raising=False)
    with pytest.raises(OSError, match=r"expected room for .* MB of results in .*TMPDIR"):
        lv.starts.study(PROBLEM, (2, 2, 2), n=200)


@pytest.mark.parametrize(("dims", "n"), [((2, 2, 2), 4100), ((2, 6, 2), 2100)])
def test_the_same_bits_on_any_number_of_workers(
    dims: tuple[int, ...], n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = lv.starts.study(PROBLEM, dims, n=n, scale=0.3, t_end=4.0)
    with ProcessPoolExecutor(2) as pool:
        same(alone, lv.starts.study(PROBLEM, dims, n=n, scale=0.3, t_end=4.0, executor=pool))
    monkeypatch.setattr(kept, "IN_MEMORY", 1000)
    few = lv.starts.study(PROBLEM, dims, n=200, scale=0.3, t_end=4.0)
    assert isinstance(few.entered, np.memmap)
    monkeypatch.undo()
    same(few, lv.starts.study(PROBLEM, dims, n=200, scale=0.3, t_end=4.0))


def test_starts_of_rules_without_volume_come_with_a_caution() -> None:
    for rule in share.RANDOM_RULES:
        found = lv.starts.study(PROBLEM, (2, 2, 2), n=40, rule=rule, scale=0.3).shares
        assert sum(each.count for each in found.values()) == 40
        for end, each in found.items():
            assert each.low <= each.share <= each.high
            null = rule in ("orthogonal", "balanced")
            assert ("measure zero" in each.caution) == null
            assert null or bool(each.caution) == end.startswith("near")
