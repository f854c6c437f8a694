"""How far each conserved matrix has drifted: roundoff and the integrator's error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import FLOOR_OF_DRIFT, LEAST_DRIFT
from linviz.core.model.words import subscript, written
from linviz.figures import overlay, theme
from linviz.figures.axes import time_axis, visible, within
from linviz.figures.conversion import to_plotly
from linviz.figures.invariants import DASHES, MOST_NAMES
from linviz.figures.picture import Curve, Line, Picture, axis, curve, pane

if TYPE_CHECKING:
    import plotly.graph_objects as go


def drift_figure(run: Run, *, log_time: bool = False, compare: Run | None = None) -> go.Figure:
    r"""The drift :math:`\|C_j(t) - C_j(0)\|_F / \max_j\|W_j\|_F^2`, on a log axis.

    It is roundoff and the integrator's error, for the exact flow has none; a descent beside the
    flow does drift. That of another run to `compare` with is long-dashed.
    """
    return to_plotly(drift_picture(run, log_time=log_time, compare=compare))


def drift_picture(run: Run, *, log_time: bool = False, compare: Run | None = None) -> Picture:
    """Picture of `drift_figure`."""
    times, last = time_axis(run.trajectory.t, log_time), float(run.trajectory.t[-1])
    own = _curves(run.trajectory.t, run.trajectory.relative_drift, log_time, "", 2.0)
    frozen = [] if compare is None else _frozen(compare, last, log_time)
    drawn = [*frozen, *_named(own), *_beside(run, last, log_time)]
    most = max((float(each["y"].max()) for each in drawn), default=LEAST_DRIFT)
    top = max(10.0 ** (np.log10(max(most, LEAST_DRIFT)) + 0.7), LEAST_DRIFT)
    only = pane(times, axis("drift", "drift", "log", (FLOOR_OF_DRIFT, top)))
    texts = []
    if frozen:
        largest = max(frozen, key=lambda each: float(each["y"].max()))
        texts = overlay.letter(largest, own[0] if own else None, only)
    return {
        "panes": [only],
        "levels": [],
        "curves": drawn,
        "marks": [],
        "texts": texts,
        "heats": [],
        "network": None,
        "table": {"rows": "moments", "kind": "curve"},
    }


def drift_words(run: Run) -> str:
    """The largest drift of the flow, and of the run beside it.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> drift_words(run(Scenario(dims=(2, 2), singular_values=(2, 1))))
    'H = 0: no hidden layer, so there is nothing that could drift.'
    """
    if run.scenario.H == 0:
        return "H = 0: no hidden layer, so there is nothing that could drift."
    text = f"C drifts by at most {written(run.trajectory.relative_drift.max(), 1)} of ‖W‖²."
    if run.beside is None:
        return text
    return f"{text} {BESIDE[run.scenario.beside].short}: {written(_of_beside(run).max(), 2)}."


def _curves(t: Matrix, drift: Matrix, log_time: bool, after: str, width: float) -> list[Curve]:
    shown = visible(t, log_time)
    values = np.maximum(drift[shown], FLOOR_OF_DRIFT)
    curves = []
    for j, each in enumerate(values.T):
        line: Line = {"color": theme.INK, "dash": DASHES[j % len(DASHES)], "width": width}
        curves.append(curve(t[shown], each, line, f"drift of C{subscript(j + 1)}{after}"))
    return curves


def _named(curves: list[Curve]) -> list[Curve]:
    step = -(-len(curves) // MOST_NAMES) or 1
    return [
        each
        | {
            "label": theme.label(each["name"].removeprefix("drift of "), each["line"], "beside")
            if k % step == 0
            else None
        }
        for k, each in enumerate(curves)
    ]


def _of_beside(run: Run) -> Matrix:
    other = run.beside
    assert other is not None
    return other.relative_drift if other.law.is_linear else other.diagonal_drift


def _beside(run: Run, last: float, log_time: bool) -> list[Curve]:
    """Drift of the run beside the flow; of a nonlinear network the diagonals'."""
    if run.beside is None:
        return []
    after = f", {BESIDE[run.scenario.beside].words}"
    curves = _curves(run.beside.t, _of_beside(run), log_time, after, 4.0)
    hollow = [each | {"hollow": True, "marker": "circle-open"} for each in curves]
    return [within(each, last) for each in hollow]


def _frozen(a: Run, last: float, log_time: bool) -> list[Curve]:
    """The same of the run A."""
    curves = _curves(a.trajectory.t, a.trajectory.relative_drift, log_time, "", 2.0)
    drawn = (overlay.curve(c["x"], c["y"], c["name"], last) for c in curves)
    return [overlay.still(each) for each in drawn]
