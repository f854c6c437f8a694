"""A run as one message to the browser: pictures, matrices, sentences, and what controls show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from linviz.core.experiment.link import to_query
from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.model.data import DataSet
from linviz.core.model.problem import Matrix
from linviz.figures.compare import compare_words
from linviz.figures.invariants import matrix_floor
from linviz.figures.picture import Picture
from linviz.figures.verdict import budget_words, verdict
from linviz.panels import catalogue
from linviz.panels.form import form
from linviz.panels.panel import PANELS
from linviz.panels.shown import Shown

MOST_MATRIX_NUMBERS = 250_000


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What goes to the page.

    Attributes
    ----------
    content : dict
        Plain values; its "type" says what it is. Arrays go as ``{dtype, shape, data}``.
    buffers : tuple of bytes
    """

    content: dict[str, Any]
    buffers: tuple[bytes, ...] = ()


def message(shown: Shown, datasets: Mapping[str, DataSet]) -> dict[str, Any]:
    """Everything the page needs of a run; arrays go as ``{dtype, shape, data}``."""
    run = shown.run
    content = {
        "id": shown.run_id,
        "t": run.trajectory.t,
        "loss": run.trajectory.loss,
        "dims": list(run.scenario.dims),
        "view": shown.view.content() | {"id": shown.view_id},
        "pictures": pictures(shown),
        "matrices": matrices(run),
        "target": {
            "data": _small(run.trajectory.problem.least_squares),
            "d_y": run.scenario.dims[-1],
            "d_x": run.scenario.dims[0],
        },
        "words": _words(shown),
        "milestones": [
            {"control": m.control, "label": m.label, "words": m.words, "t": m.t}
            for m in run.milestones
        ],
        "form": form(run, datasets, shown.preset),
        "query": to_query(run.scenario, shown.preset),
        "code": run.scenario.code,
        "catalogue": catalogue.content(),
        "kept": None if shown.kept is None else to_query(shown.kept.scenario),
    }
    packed: dict[str, Any] = with_buffers(content)
    return packed


def pictures(shown: Shown) -> dict[str, Picture]:
    """The pictures with axes, by the names of their panels."""
    return {panel.name: panel.draw(shown) for panel in PANELS.values() if panel.draw}


def matrices(run: Run) -> dict[str, Any]:
    """C_j, W_j and their product in float32; of large networks at fewer moments."""
    trajectory, dims = run.trajectory, run.scenario.dims
    size = sum(d * d for d in dims[1:-1]) + run.scenario.n_parameters + dims[0] * dims[-1]
    n = len(trajectory.t)
    count = n if size * n <= MOST_MATRIX_NUMBERS else max(2, MOST_MATRIX_NUMBERS // size)
    kept = evenly(n, count)
    W = tuple(Wj[kept] for Wj in trajectory.W)
    conserved_matrices = [Cj[kept] for Cj in trajectory.invariants]
    # what the integrator's error can make of a zero is drawn as zero
    error = max((float(np.abs(C - C[0]).max()) for C in conserved_matrices), default=0.0)
    return {
        "t": trajectory.t[kept],
        "floor": max(matrix_floor(run), error),
        "C": [_small(C) for C in conserved_matrices],
        "W": [_small(Wj) for Wj in W],
        "P": _small(trajectory.product[kept]),
    }


def _small(values: Matrix) -> Matrix:
    return values.astype(np.float32)


def _words(shown: Shown) -> dict[str, str]:
    run = shown.run
    return {
        **{panel.name: panel.words(shown) for panel in PANELS.values()},
        "verdict": verdict(run),
        "budget": budget_words(run),
        "compare": "" if shown.kept is None else compare_words(shown.kept, run),
    }


def with_buffers(value: Any) -> Any:
    """The same nested value, arrays as ``{dtype, shape, data}`` with bytes, tuples as lists."""
    if isinstance(value, np.ndarray):
        flat = np.ascontiguousarray(value)
        return {
            "dtype": str(flat.dtype),
            "shape": list(flat.shape),
            "data": flat.tobytes(),
        }
    if isinstance(value, dict):
        return {key: with_buffers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_buffers(item) for item in value]
    return value
