"""Deep tails: unbiased, deep where counting sees nothing, with the codimension that theory says."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import linviz as lv
from linviz.core.starts import depth, pilot

PROBLEM = lv.Problem.canonical((2.0, 1.0))


@pytest.mark.parametrize(
    ("rule", "scale", "n"),
    [
        ("gaussian", 0.02, 300),
        pytest.param("gaussian", 0.02, 1200, marks=pytest.mark.long),
        pytest.param("sphere", 0.05, 1200, marks=pytest.mark.long),
    ],
)
def test_splitting_and_counting_agree_where_both_resolve(rule: str, scale: float, n: int) -> None:
    deep = lv.starts.deep_tail(
        PROBLEM, (2, 2, 2), n=n, rule=rule, scale=scale, seed=4, down_to=1.2 / n
    )
    plain = lv.starts.study(PROBLEM, (2, 2, 2), n=4000, rule=rule, scale=scale, seed=9)
    compared = 0
    for t, P, error in zip(deep.t, deep.probability, deep.error, strict=True):
        share = float(((plain.waiting > t) & plain.near[:, -1]).mean())
        if 0.01 < share < 0.9:
            assert abs(P - share) <= 3.5 * np.hypot(error, np.sqrt(share / 4000))
            compared += 1
    assert compared > 20


@pytest.mark.long
def test_at_one_in_a_million_it_knows_what_counting_does_not() -> None:
    deep = lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=2500, seed=1)
    k = int(np.argmin(np.abs(np.log(np.maximum(deep.probability, 1e-99) / 1e-6))))
    counted = np.sqrt(deep.probability[k] / deep.n_flows)
    print(f"P = {deep.probability[k]:.2g} ± {deep.error[k]:.1g}; counting ± {counted:.1g}")
    assert deep.probability[k] == pytest.approx(1e-6, rel=0.5)
    assert counted > 10 * deep.error[k]
    assert deep.codimension is not None
    value, error = deep.codimension
    assert abs(value - 1) <= 3 * error
    assert error < 0.05


@pytest.mark.long
@pytest.mark.parametrize("d_1", [2, 3])
def test_the_codimension_within_2_percent(d_1: int) -> None:
    deep = lv.starts.deep_tail(PROBLEM, (2, d_1, 2), n=8000, seed=1, down_to=1e-9)
    assert deep.codimension is not None
    value, error = (x / (d_1 - 1) for x in deep.codimension)
    print(f"c = {d_1 - 1}: bias {value - 1:+.2%} ± {error:.2%}")
    assert error < 0.01
    assert abs(value - 1) <= 0.02


def test_workers_change_nothing_and_who_is_killed_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(depth, "GROUP", 100)
    monkeypatch.setattr(pilot, "PILOT", 200)
    told: list[tuple[int, int]] = []
    alone = lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=150, down_to=0.1)
    with ThreadPoolExecutor(2) as pool:
        shared = lv.starts.deep_tail(
            *(PROBLEM, (2, 2, 2)),
            n=150,
            down_to=0.1,
            executor=pool,
            progress=lambda *at: told.append(at),
        )
    np.testing.assert_array_equal(alone.probability, shared.probability)
    assert told[-1] == (150, 150)
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(lv.starts.StudyStoppedError, match=r"has ended .*after 0 of 150") as dead:
        lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=150, down_to=0.1, executor=pool)
    half: list[int] = []
    with pytest.raises(lv.starts.StudyStoppedError, match=r"stopped after 100 of 150") as e:
        lv.starts.deep_tail(
            *(PROBLEM, (2, 2, 2)),
            n=150,
            down_to=0.1,
            progress=lambda done, _: half.append(done),
            interrupt=lambda: bool(half),
            kept=dead.value.kept,
            checkpoint=tmp_path,
        )
    rest = lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=150, down_to=0.1, kept=e.value.kept)
    np.testing.assert_array_equal(alone.probability, rest.probability)
    assert rest.n_flows == alone.n_flows
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("group-000000.npz", "plan.npz", "study.json")
    ]
    going: list[int] = []
    disk = lv.starts.deep_tail(
        *(PROBLEM, (2, 2, 2)),
        n=150,
        down_to=0.1,
        progress=lambda done, _: going.append(done),
        checkpoint=tmp_path,
    )
    assert going == [150]  # neither the pilot nor the first group ran again
    np.testing.assert_array_equal(alone.covariance, disk.covariance)
    assert disk.n_flows == alone.n_flows
    with pytest.raises(ValueError, match="found that of another one in"):
        lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=150, down_to=0.05, checkpoint=tmp_path)
    (tmp_path / "plan.npz").write_bytes(b"")
    with pytest.raises(ValueError, match=r"plan.npz is none or is broken"):
        lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=150, down_to=0.1, checkpoint=tmp_path)
    with pytest.raises(ValueError, match="that of another one"):
        lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=151, down_to=0.1, kept=e.value.kept)
    with pytest.raises(lv.FlowError, match="stopped"):
        lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=150, interrupt=lambda: True)


def test_where_no_exponent_may_be_told_none_is() -> None:
    problem = lv.Problem.canonical((1.0,), d_x=2)
    deep = lv.starts.deep_tail(problem, (2, 1, 1), n=300, scale=0.1, down_to=0.02, t_end=200)
    assert deep.codimension is None
    with pytest.raises(ValueError, match="one law: no exponent is told"):
        deep.slope()
    assert (np.diff(deep.probability) <= 1e-12).mean() > 0.7  # it falls, up to its error


@pytest.mark.parametrize("dims", [(2, 2, 2, 2), (2, 2, 2, 2, 2)])
def test_of_an_open_measurement_the_law_is_told_to_be_open(dims: tuple[int, ...]) -> None:
    law = lv.starts.LawOfWaits.at(PROBLEM, dims, (1,))
    assert law.law == "power"
    assert "by which law starts leave them is open" in law.reason
    assert law.total is None
    assert law.rate is None


def test_what_a_deep_tail_is_asked_for_is_checked() -> None:
    for options, words in (
        ({"n": 0}, "expected n to be a whole number"),
        ({"rule": "balanced"}, "normal numbers make among gaussian, xavier, sphere"),
        ({"down_to": 1e-13}, "expected the probability down_to"),
        ({"scale": float("nan")}, "expected scale"),
        ({"missed": (5,)}, "saddles that miss"),
        ({"missed": (0,), "n": 50}, "found too few among"),
        ({"missed": 1}, r"expected the missed modes, as \(1,\), found 1"),
        ({"checkpoint": 3}, "expected a place, as text or a pathlib.Path, found 3"),
        ({"progress": 3}, "expected progress to be a function, True or None, found 3"),
    ):
        with pytest.raises(ValueError, match=words):
            lv.starts.deep_tail(PROBLEM, (2, 2, 2), **options)
    with pytest.raises(
        ValueError, match="expected a network of at most 20000 weights, found 40000"
    ):
        lv.starts.deep_tail(PROBLEM, (2, 10_000, 2))
    deep = lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=100, down_to=0.1)
    with pytest.raises(ValueError, match="which was reached"):
        deep.at(50.0)
    with pytest.raises(ValueError, match="known at two waits"):
        deep.slope()
    with pytest.raises(ValueError, match="expected first to be a finite number >= 0, found 'x'"):
        deep.slope("x")
    assert "down to=1" in repr(lv.starts.deep_tail(PROBLEM, (2, 2, 2), n=2, down_to=0.1))
