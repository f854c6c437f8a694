"""What the controls show of a run: values, and words beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from linviz.core.experiment.catalogue.fields import FIELDS, SINGULAR_VALUES, WEIGHTS, WHITENED
from linviz.core.experiment.presets import LECTURE, preset_of
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.samples import DataSet
from linviz.core.model.tolerances import SHARP
from linviz.core.model.words import plural, written
from linviz.panels import edits
from linviz.panels.patterns import pattern_of


def form(run: Run, datasets: Mapping[str, DataSet], based_on: str = "") -> dict[str, Any]:
    """Values and words of the controls; `catalogue.content` says which there are."""
    scenario, problem = run.scenario, run.trajectory.problem
    file, used = datasets.get(scenario.data), scenario.in_use
    preset = preset_of(scenario, based_on)
    commentary = LECTURE.get(preset or based_on)
    lists = {
        "singular_values": [float(s) for s in problem.singular_values],
        "strengths": list(edits.strengths_of(scenario)),
        "layer_singular_values": [list(layer) for layer in edits.layers_of(scenario)],
    }
    return {
        **{name: getattr(scenario, name) for name in FIELDS},
        **lists,
        "H": scenario.H,
        "n_modes": problem.n_modes,
        "pattern": pattern_of(scenario) if SINGULAR_VALUES.name in used else "",
        "file": _file(file),
        "used": sorted(used),
        "preset": preset,
        "based_on": "" if preset else based_on,
        "suggested_t_end": _rounded_up(float(run.trajectory.t[-1])),
        "words": {
            "data": _data_words(run, file),
            "size": _size_words(run),
            "preset": f"See: {commentary.seen}." if commentary and commentary.seen else "",
            "look": commentary.look_for if commentary else "",
            "beside": run.beside.reason if run.beside is not None else "",
            "by_hand": _start_words(scenario, commentary.title if commentary else ""),
        },
    }


def _file(file: DataSet | None) -> dict[str, Any] | None:
    """What the form shows of a file: with classes one column says all targets."""
    if file is None:
        return None
    classes = file.reading is not None and file.reading.classes
    return {
        "digest": file.digest,
        "name": file.name,
        "targets": 1 if classes else len(file.Y),
    }


def _rounded_up(t: float) -> str:
    """A time of two or three digits that is not before t."""
    if t <= 0:
        return "1"
    unit = 10.0 ** (math.floor(math.log10(t)) - 1)
    return f"{math.ceil(t / unit - SHARP) * unit:.6g}"


def _data_words(run: Run, file: DataSet | None) -> str:
    problem, scenario = run.trajectory.problem, run.scenario
    if WHITENED.name not in scenario.in_use:
        return ""
    source = f"{file.name}: " if file else ""
    if file and file.reading:
        source = f"{file.name} ({file.reading.words}): "
    if scenario.whitened:
        return (
            f"{source}whitened. Rests and kinds of saddles are those of the raw data; times, "
            "rates and C are not."
        )
    return (
        f"{source}{plural(problem.d_x, 'input')}, {plural(problem.d_y, 'output')}, "
        f"{plural(problem.X.shape[1], 'sample')}; "
        f"cond(XXᵀ) = {written(problem.condition)}, rank {problem.rank}."
    )


def _start_words(scenario: Scenario, title: str) -> str:
    """Of a start that was set by hand, where it was taken from."""
    if WEIGHTS.name not in scenario.in_use:
        return ""
    if scenario.since == 0:
        return "The weights at t = 0 were set by hand."
    run = f"“{title}”" if title else "the run before"
    return f"Goes on from {run} at t = {written(scenario.since)}."


def _size_words(run: Run) -> str:
    dims = run.scenario.dims
    if min(dims) < min(dims[0], dims[-1]):
        return f"P has rank {min(dims)} at most."
    return ""
