"""A start set by hand: no bit is lost on any way, and what is none is refused in words."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conforming import FILES, UPLOADED_FILE, assert_round_trips
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import linviz as lv
from linviz.core.experiment import limits, simulation
from linviz.core.experiment.by_hand import with_weight
from linviz.core.experiment.export import run_arrays
from linviz.core.experiment.json import scenario_from_json
from linviz.core.experiment.link import MAX_LENGTH, from_query, to_query
from linviz.core.experiment.scenario import Scenario, with_depth, with_dims, with_width
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.model.layers import Weights
from linviz.core.model.letters import LARGEST_WEIGHT, text_of, weights_in

RULE = "set_by_hand"
START = Scenario((2, 3, 2), (2, 1), scale=0.3, t_end=2.0)
LARGE = Scenario((20, 20, 10), tuple(range(10, 0, -1)), scale=0.1)


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Weights of a few layers: with signs of zero, and the smallest and largest numbers."""
    dims = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    entries = st.floats(-LARGEST_WEIGHT, LARGEST_WEIGHT)
    shapes = zip(dims[1:], dims[:-1], strict=True)
    return tuple(draw(arrays(np.float64, shape, elements=entries)) for shape in shapes)


def widths(W: Weights) -> tuple[int, ...]:
    return (W[0].shape[1], *(len(Wj) for Wj in W))


def same_bits(A: Weights, B: Weights) -> bool:
    return all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in zip(A, B, strict=True))


@given(weights())
def test_weights_come_back_to_the_last_bit(W: Weights) -> None:
    assert same_bits(weights_in(text_of(W), widths(W)), W)
    d_y = len(W[-1])
    dims = (max(W[0].shape[1], d_y), *widths(W)[1:])
    W = (np.resize(W[0], (len(W[0]), dims[0])), *W[1:])
    scenario = Scenario(dims, (1.0,) * d_y, rule=RULE, weights=W)  # as matrices, kept as text
    assert_round_trips(scenario)
    assert same_bits(weights_of(scenario, problem_of(scenario)), W)
    assert hash(scenario) == hash(replace(scenario, weights=text_of(W)))


def test_as_many_weights_as_can_be_set_by_hand_have_room_in_a_link_twice() -> None:
    n = limits.MAX_BY_HAND // 2
    dims = (n // 10, 10, n // 10)
    full = Scenario(dims, (1.0,) * dims[-1], rule=RULE, weights=lv.gaussian(dims))
    assert full.n_parameters == limits.MAX_BY_HAND
    assert len(full.weights) <= limits.MAX_LETTERS
    assert len(to_query(full)) < MAX_LENGTH / 2
    with pytest.raises(ValueError, match="something is missing"):
        weights_in(packed(1, 2)[:-1] + "B", (2, 1))  # bits that no number has
    with pytest.raises(ValueError, match="at most 300 weights to be set by hand, found 800"):
        replace(LARGE, dims=(20, 20, 20), singular_values=(1,) * 20, rule=RULE, weights="A" * 9)


def packed(*numbers: float) -> str:
    return base64.urlsafe_b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (packed(1, 2), "expected 3 weights for the widths .2, 1, 1., found 2"),
        (packed(1, 2, 3, 4), "expected 3 weights .* found 4"),
        (packed(1, 2, float("nan")), "at most 1e.06, found nan as number 3"),
        (packed(1, float("inf"), 2), "at most 1e.06, found inf as number 2"),
        (packed(-1e7, 1, 2), "at most 1e.06, found -1e.07 as number 1"),
        (packed(1, 2, 3)[:-1], "something is missing|found a text of"),
        (packed(1, 2, 3) + "=", "base64url"),
        (packed(1, 2, 3)[:-1] + "!", "base64url"),
        (packed(1, 2, 3).replace("A", "ä", 1), "base64url"),
        ("A" * 100_000, "at most 3300 characters"),
    ],
)
def test_what_are_no_weights_is_refused_in_words_everywhere(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Scenario((2, 1, 1), (1,), rule=RULE, weights=text)
    with pytest.raises(ValueError, match=rf"({words})|link of at most"):
        from_query(f"dims=2,1,1&singular_values=1&rule={RULE}&weights={text}")
    document = {"scenario": {"dims": [2, 1, 1], "singular_values": [1], "rule": RULE}}
    document["scenario"]["weights"] = text
    with pytest.raises(ValueError, match=words):
        scenario_from_json(json.dumps(document))


@pytest.mark.parametrize("given_", [3, None, [[1, 2]], b"AA", {"W": 1}, [[[1, "x"]]]])
def test_weights_that_are_neither_text_nor_matrices_are_refused(given_: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        Scenario((2, 1), (1,), rule=RULE, weights=given_)


def test_a_rule_that_needs_none_carries_none() -> None:
    by_hand = lv.run(START).scenario_at(1.0)
    assert by_hand.weights
    other = replace(by_hand, rule="zeros")
    assert (other.weights, other.origin, other.since) == ("", "", 0)
    with pytest.raises(ValueError, match="found neither: give weights="):
        lv.run(replace(START, rule=RULE))


# ---------------------------------------------------------------- going on


def test_a_run_goes_on_from_a_moment_of_another() -> None:
    first = lv.run(START)
    for t in (0.0, 0.6180339887, float(first.trajectory.t[-1])):
        scenario = first.scenario_at(t)
        assert_round_trips(scenario)
        then = lv.run(scenario)
        assert same_bits(then.trajectory.start, first.trajectory.at(t))
        assert scenario.since == t
    # the flow is that of the first run, later
    later = lv.run(first.scenario_at(0.5)).trajectory
    assert later.at(1.0)[0] == pytest.approx(first.trajectory.at(1.5)[0], rel=1e-6)
    wrong: list[Any] = [-0.1, 2.1, float("nan"), None, "x"]
    for moment in wrong:
        with pytest.raises(ValueError, match="expected a time 0 <= t <= 2"):
            first.scenario_at(moment)
    noisy = replace(first.scenario_at(1.5), beside="descent", step=0.9, weight_decay=0.1)
    beside = lv.run(noisy).beside
    assert beside is not None
    assert same_bits(beside.start, first.trajectory.at(1.5))
    assert "W1" in run_arrays(lv.run(noisy))


def test_many_weights_are_made_again_from_the_run_that_they_come_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = lv.run(LARGE)
    scenario = first.scenario_at(0.25)
    assert (scenario.weights, scenario.origin) == ("", to_query(LARGE))
    assert_round_trips(scenario)
    assert len(to_query(scenario)) < 400
    monkeypatch.setattr(simulation, "_LEFT", {})
    calls: list[Scenario] = []
    simulated = lv.simulate
    monkeypatch.setattr(simulation, "simulate", lambda c, **_: calls.append(c) or simulated(c))
    for _ in range(2):
        W = weights_of(scenario, problem_of(scenario))
        assert same_bits(W, first.trajectory.at(0.25))
    assert calls == [LARGE]  # once
    assert lv.run(scenario).scenario_at(0) == scenario
    again = lv.run(scenario).scenario_at(0.125)
    assert_round_trips(again)
    assert from_query(again.origin) == scenario


def test_a_chain_of_runs_and_a_run_that_is_none_are_refused_in_words() -> None:
    scenario = replace(LARGE, rule=RULE, origin=to_query(LARGE), since=0.1)
    for _ in range(limits.MAX_ORIGINS - 1):
        scenario = replace(scenario, origin=to_query(scenario))
    with pytest.raises(ValueError, match="at most 4 runs, each going on from the one before"):
        replace(scenario, origin=to_query(scenario))
    for origin, words in {
        "seed=x": "expected whole numbers for seed",
        "nothing": "expected",
        to_query(START): "expected the widths .2, 3, 2. of the run to go on from",
        f"dims=20,20,10&data={UPLOADED_FILE.digest}": "load the file again",
    }.items():
        with pytest.raises(ValueError, match=words):
            lv.run(replace(scenario, origin=origin))
    with pytest.raises(ValueError, match="expected a time 0 <= t <="):
        lv.run(replace(LARGE, rule=RULE, origin=to_query(LARGE), since=1e8))
    with pytest.raises(ValueError, match="at most 4000 characters"):
        replace(scenario, origin="x" * 4001)


def test_a_run_on_a_file_goes_on_where_the_file_is_known() -> None:
    first = Scenario((2, 128, 1), data=UPLOADED_FILE.digest, scale=0.1, t_end=0.1)
    run = lv.run(first, datasets=FILES)
    scenario = run.scenario_at(0.05)
    assert scenario.origin
    then = lv.run(scenario, datasets=FILES)
    assert same_bits(then.trajectory.start, run.trajectory.at(0.05))


# ---------------------------------------------------------------- other widths, other weights


def test_of_weights_set_by_hand_stays_what_still_fits() -> None:
    scenario = lv.run(START).scenario_at(1.0)
    W = weights_in(scenario.weights, scenario.dims)
    drawn = lv.gaussian((2, 4, 2), START.scale, seed=START.seed)
    wider = with_width(scenario, 1, 4)
    V = weights_in(wider.weights, wider.dims)
    assert same_bits((V[0][:3], V[1][:, :3]), W)
    assert same_bits((V[0][3:], V[1][:, 3:]), (drawn[0][3:], drawn[1][:, 3:]))
    deeper = with_depth(scenario, 2)
    V = weights_in(deeper.weights, deeper.dims)
    assert same_bits((V[0], V[2]), W)
    none = with_depth(scenario, 0)
    assert same_bits(weights_in(none.weights, (2, 2)), (W[1][:, :2],))
    assert with_dims(scenario, scenario.dims) == scenario
    assert with_width(scenario, 1, 100).rule == "gaussian"  # more than can be set by hand
    assert with_width(replace(LARGE, rule=RULE, origin="seed=1"), 1, 21).rule == "gaussian"
    assert weights_in(with_width(replace(scenario, scale=0), 1, 4).weights, (2, 4, 2))[0][3, 0] == 0


def test_one_weight_is_set_by_hand() -> None:
    W = lv.gaussian(START.dims)
    scenario = with_weight(START, W, (2, 1, 3), -0.42)
    V = weights_of(scenario, problem_of(scenario))
    assert V[1][0, 2] == -0.42
    changed = [int((a != b).sum()) for a, b in zip(V, W, strict=True)]
    assert changed == [0, 1]
    for place, value, words in [
        ((3, 1, 1), 0, "the number of a layer"),
        ((1, 4, 1), 0, "a row of W_1"),
        ((1, 1, 0), 0, "a column of W_1"),
        ((1, 1, 1), 2e6, "W_1.1,1."),
        ((1, 1, 1), float("nan"), "W_1.1,1."),
    ]:
        with pytest.raises(ValueError, match=words):
            with_weight(START, W, place, value)
