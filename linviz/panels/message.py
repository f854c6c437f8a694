"""A run as one message to the browser: figures, matrices, sentences, and what the controls show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from linviz.core.bounds import MAX_HIDDEN_LAYERS, MAX_SEED, MAX_WIDTH
from linviz.core.data import DataSet
from linviz.core.presets import LECTURE, presets
from linviz.core.run import Run
from linviz.core.scenario import Scenario
from linviz.figures import hessian, invariants, loss, modes
from linviz.figures.theme import number, plural
from linviz.panels import edits

MOST_MATRIX_NUMBERS = 250_000
MAX_UPLOAD = 10_000_000  # bytes: what one message over the websocket may hold


@dataclass(frozen=True, slots=True)
class View:
    """How the axes are drawn; it changes no number."""

    log_loss: bool = False
    log_time: bool = False


def message(run: Run, view: View, run_id: int, datasets: Mapping[str, DataSet]) -> dict[str, Any]:
    """Everything the page needs of a run; arrays go as ``{dtype, shape, data}``."""
    trajectory = run.trajectory
    moments, values = invariants.matrices(run, MOST_MATRIX_NUMBERS)
    content = {
        "id": run_id,
        "t": trajectory.t,
        "loss": trajectory.loss,
        "view": {"log_loss": view.log_loss, "log_time": view.log_time},
        "figures": {
            "loss": loss.loss_spec(run, log_loss=view.log_loss, log_time=view.log_time),
            "modes": modes.modes_spec(run, log_time=view.log_time),
            "invariants": invariants.invariants_spec(run, log_time=view.log_time),
            "hessian": hessian.hessian_spec(run),
        },
        "matrices": {
            "t": moments,
            "sizes": list(run.scenario.dims[1:-1]),
            "values": values,
            "floor": invariants.matrix_floor(run),
        },
        "words": {
            "loss": loss.loss_words(run, log_time=view.log_time),
            "modes": modes.modes_words(run),
            "invariants": invariants.invariants_words(run),
            "hessian": hessian.hessian_words(run),
            "verdict": verdict(run),
        },
        "form": form(run, datasets),
    }
    packed: dict[str, Any] = with_buffers(content)
    return packed


def with_buffers(value: Any) -> Any:
    """The same nested value with every array as ``{dtype, shape, data}``, data a memoryview."""
    if isinstance(value, np.ndarray):
        flat = np.ascontiguousarray(value)
        return {
            "dtype": str(flat.dtype),
            "shape": list(flat.shape),
            "data": flat.tobytes(),
        }
    if isinstance(value, dict):
        return {key: with_buffers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_buffers(item) for item in value]
    return value


def verdict(run: Run) -> str:
    """How the run ended, in a few words that claim no more than was computed."""
    trajectory = run.trajectory
    t = number(trajectory.t[-1])
    if trajectory.status == "converged":
        loss = 0.0 if run.point.loss <= 1e-12 * trajectory.loss[0] else run.point.loss
        return f"Limit reached: {run.point.kind}, loss {number(loss)}"
    last = number(trajectory.loss[-1])
    ended = {
        "horizon": f"Stopped at the horizon t = {t}, not at a limit: loss {last}",
        "diverged": f"Diverged by t = {t}: loss {last}",
    }
    return ended.get(trajectory.status, f"Ended before the limit, at t = {t}: loss {last}")


def form(run: Run, datasets: Mapping[str, DataSet]) -> dict[str, Any]:
    """Values, bounds and words of the controls."""
    scenario, problem = run.scenario, run.trajectory.problem
    file = datasets.get(scenario.data)
    return {
        "H": scenario.H,
        "dims": list(scenario.dims),
        "data": scenario.data,
        "file": {"digest": file.digest, "name": file.name} if file else None,
        "whitened": scenario.whitened,
        "singular_values": [float(s) for s in problem.singular_values],
        "pattern": edits.pattern_of(scenario) if scenario.data == "canonical" else "",
        "rule": scenario.rule,
        "scale": scenario.scale,
        "seed": scenario.seed,
        "lam": scenario.lam,
        "alpha": scenario.alpha,
        "missed": list(scenario.missed),
        "n_modes": problem.d_y,
        "strengths": list(edits.strengths_of(scenario)),
        "layer_singular_values": [list(layer) for layer in edits.layers_of(scenario)],
        "t_end": scenario.t_end,
        "beside": scenario.beside,
        "step": scenario.step,
        "momentum": scenario.momentum,
        "weight_decay": scenario.weight_decay,
        "label_noise": scenario.label_noise,
        "preset": _preset_of(scenario),
        "presets": [[name, preset.title] for name, preset in LECTURE.items()],
        "suggested_t_end": _rounded_up(float(run.trajectory.t[-1])),
        "limits": {
            "H": MAX_HIDDEN_LAYERS,
            "width": MAX_WIDTH,
            "seed": MAX_SEED,
            "file": MAX_UPLOAD,
        },
        "words": {
            "data": _data_words(run, file),
            "size": _size_words(run),
            "preset": LECTURE[name].look_for if (name := _preset_of(scenario)) else "",
            "beside": run.beside.reason if run.beside is not None else "",
        },
    }


def _rounded_up(t: float) -> str:
    """A time of two or three digits that is not before t."""
    unit = 10.0 ** (math.floor(math.log10(t)) - 1)
    return f"{math.ceil(t / unit - 1e-9) * unit:.6g}"


def _preset_of(scenario: Scenario) -> str:
    """Name of the preset that the scenario is, or ""."""
    return next((name for name, known in presets.items() if known == scenario), "")


def _data_words(run: Run, file: DataSet | None) -> str:
    problem, scenario = run.trajectory.problem, run.scenario
    if scenario.data == "canonical":
        return "X = I is white: raw and whitened data are the same."
    source = f"{file.name}: " if file else ""
    if scenario.whitened:
        return (
            f"{source}canonical form of the data. Critical values (less the residual) and saddle "
            "types are those of the raw data; times, rates and C are not."
        )
    return (
        f"{source}{problem.d_x} inputs, {problem.d_y} outputs, {problem.X.shape[1]} samples; "
        f"cond(XXᵀ) = {number(problem.condition)} on its rank {problem.rank}. Times, rates and C "
        "are those of these very data."
    )


def _size_words(run: Run) -> str:
    dims = run.scenario.dims
    text = f"{plural(run.scenario.n_parameters, 'weight')} in {plural(len(dims) - 1, 'layer')}"
    if min(dims) < dims[-1]:
        return f"{text}; a bottleneck: the product has rank {min(dims)} at most."
    return f"{text}; no bottleneck."
