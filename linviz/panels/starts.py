"""The room of many starts: what its pictures are made of, block by block as starts are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.limits import MAX_STARTS
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model import checks
from linviz.core.model.critical_values import loss_missing, minimum_loss, positive_modes
from linviz.core.model.problem import IndexSet, Matrix
from linviz.core.starts.intervals import exact_intervals
from linviz.core.starts.law import OPEN, LawOfWaits
from linviz.core.starts.record import NULL_FAMILY, StartStudy
from linviz.core.starts.share import NULL_RULES
from linviz.core.starts.tail import Survival
from linviz.figures.theme import mode_color
from linviz.panels.many import Block, Many, drawn_from, many
from linviz.panels.message import Message
from linviz.panels.shown import Shown
from linviz.panels.tries import tries
from linviz.panels.work import error_words

MOST_OF_CURVE = 400  # points of a survival curve
TAIL = 0.1  # of the waits, the longest: what the slope is told of
FEWEST_OF_CURVE = 20  # starts that passed near a saddle, for a curve


def asked(shown: Shown, content: dict[str, Any]) -> Callable[[Interrupt], dict[str, Any]]:
    """What computes the block that begins with a start, of so many as are wanted in all.

    Raises
    ------
    ValueError
        If the numbers are none.
    """
    n = checks.whole(content.get("n"), "the number of starts", 1, MAX_STARTS)
    first = checks.whole(content.get("first"), "the first start", 0, n - 1)
    number = checks.whole(content.get("request"), "the number of the request")
    scenario = shown.run.scenario
    whole = many(drawn_from(scenario), shown.run.trajectory.problem)

    def compute(interrupt: Interrupt) -> dict[str, Any]:
        if content.get("theory") is True:  # alone: it stands there before any start has run
            return {"request": number, **_about(whole, scenario)}
        return {"request": number} | computed(whole, scenario, first, n, interrupt)

    return compute


def packed(found: dict[str, Any], run_id: int) -> Message:
    """What was computed, as one message: arrays as ``{dtype, shape, at}``, a buffer's number."""
    buffers: list[bytes] = []

    def numbered(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: numbered(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [numbered(item) for item in value]
        if not isinstance(value, np.ndarray):
            return value
        buffers.append(np.ascontiguousarray(value).tobytes())
        return {"dtype": str(value.dtype), "shape": list(value.shape), "at": len(buffers) - 1}

    content = numbered(found)
    return Message({"type": "starts", "run": run_id} | content, tuple(buffers))


def computed(
    whole: Many, of: Scenario, first: int, upto: int, interrupt: Interrupt
) -> dict[str, Any]:
    """A block of starts, and what all up to it say together.

    Where it was stopped, or cannot be computed, the block is missing, and `failed` says why.
    """
    stopped = False

    def stops() -> bool:
        nonlocal stopped
        stopped = stopped or interrupt(0.0, 0.0)
        return stopped

    try:
        block = whole.block_from(first, upto, stops)
    except Exception as error:  # those who wait for it are told, and what is there stays
        return _about(whole, of) | {"failed": "" if stopped else error_words(error)}
    there = whole.upto(block)
    study = there.study
    return {
        **_about(whole, of),
        "first": first,
        "n": there.n,
        "seconds": block.seconds,
        "lines": block.share.height + np.float32(minimum_loss(whole.problem, whole.scenario.dims)),
        "starts": _starts(block, study.saddles),
        "shares": _shares(study, there.arrived, whole.times),
        "ends": _ends(study),
        "waits": [_waits(study, missed) for missed in study.saddles],
    }


def _about(whole: Many, of: Scenario) -> dict[str, Any]:
    """Of what scenario it is, and its levels from high to low."""
    s, problem = whole.scenario, whole.problem
    n = positive_modes(problem)
    spec = whole.spec
    return {
        "scenario": {
            "dims": list(s.dims),
            "rule": s.rule,
            "words": s.entries["rule"].words,
            "scale": s.scale,
            "seed": s.seed,
            "replaced": s.rule != of.rule or s.scale != of.scale,
        },
        "tries": tries(of),
        "most": MAX_STARTS,
        "t_end": whole.t_end,
        "times": whole.times,
        "floor": minimum_loss(problem, s.dims),
        "modes": n,
        "colors": [mode_color(k, n) for k in range(n)],
        "caution": NULL_FAMILY if s.rule in NULL_RULES else "",
        "levels": [
            {
                "loss": loss_missing(problem, missed),
                "learned": [k + 1 for k in range(n) if k not in missed],
                "law": _law(LawOfWaits.of_starts(problem, s.dims, missed, s.rule, s.scale)),
            }
            for missed in spec.watched
        ],
    }


def _law(law: LawOfWaits) -> dict[str, Any]:
    told = {"law": law.law, "total": law.total, "rate": law.rate, "reason": law.reason}
    return told | {"open": OPEN in law.reason}


def _starts(block: Block, saddles: Sequence[IndexSet]) -> dict[str, Any]:
    """Per start of a block: its passages, when it arrived, and where it ended.

    `end` is the number of a level, as many as there are for the minimum, -1 where undecided.
    """
    share = block.share
    number = {missed: k for k, missed in enumerate(saddles)}
    ends = {"global minimum": len(saddles), "undecided at t_end": -1}
    pairs = zip(share.outcome, share.missed, strict=True)
    end = [ends.get(name, number.get(missed or (), -1)) for name, missed in pairs]
    return {
        "end": np.array(end, np.int32),
        "arrived": _single(share.t_within),
        "entered": _single(share.entered),
        "left": _single(share.left),
        "near": share.near.astype(np.int32),
    }


NEVER = np.float32(-1)  # a time that did not come


def _single(times: Matrix) -> NDArray[np.float32]:
    return np.where(np.isfinite(times), times, NEVER).astype(np.float32)


def _shares(study: StartStudy, arrived: Matrix, times: Matrix) -> dict[str, Any]:
    """How many rest near each level at each time, last those at the minimum, with intervals."""
    n, rows = study.basin.n, []
    for k in range(len(study.saddles)):
        near = study.near[:, k]
        came, went = (np.sort(each[near, k]) for each in (study.entered, study.left))
        came, went = (np.searchsorted(each, times, side="right") for each in (came, went))
        rows.append(came - went)
    rows.append(np.searchsorted(np.sort(arrived), times, side="right"))
    count = np.array(rows)
    low, high = exact_intervals(count, n)
    return {
        "count": count.astype(np.int32),
        "low": low.astype(np.float32),
        "high": high.astype(np.float32),
    }


def _ends(study: StartStudy) -> list[dict[str, Any]]:
    """How many have each of the ends, with intervals, and what that does not say."""
    kinds = {"global minimum": "minimum", "undecided": "undecided"}
    return [
        {"name": name, "kind": kinds.get(name, "near"), **asdict(found)}
        for name, found in study.shares.items()
    ]


def _waits(study: StartStudy, missed: IndexSet) -> dict[str, Any]:
    """How long starts wait at a saddle: their survival and what its tail says."""
    passed = int(study.near[:, study.saddles.index(missed)].sum())
    told: dict[str, Any] = {"name": study.name(missed), "passed": passed}
    if passed < FEWEST_OF_CURVE:
        return told | {"curve": None, "tail": None}
    tail = study.tail(missed, share=TAIL)
    found = asdict(tail)
    k = study.saddles.index(missed)
    left = np.minimum(study.left[study.near[:, k], k], study.basin.t_end)
    until = float((left - study.entered[study.near[:, k], k]).max())
    curve = _thinned(study.survival(missed)) | {"until": until}
    return told | {"curve": curve, "tail": found}


def _thinned(curve: Survival) -> dict[str, Any]:
    """Its points, of many the last ones all: the tail is what is looked at."""
    m = len(curve.t)
    kept = np.arange(m)
    if m > MOST_OF_CURVE:
        kept = m - np.unique(np.geomspace(1, m, MOST_OF_CURVE).round().astype(int))[::-1]
    parts = {"t": curve.t, "share": curve.share, "low": curve.low, "high": curve.high}
    single = {name: values[kept].astype(np.float32) for name, values in parts.items()}
    return {**single, "n": curve.n, "censored": curve.n_censored}
