"""All eigenvalues of the Hessian at the end of the run, colored by sign."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.experiment.simulation import step_size
from linviz.core.model.problem import Matrix
from linviz.core.model.words import written
from linviz.figures import overlay, theme


def hessian_figure(run: Run, *, compare: Run | None = None) -> go.Figure:
    r"""Eigenvalues of :math:`\nabla^2 L` at the limit point, ascending; the zeros by tolerance.

    Those of another run to `compare` with are diamonds.
    """
    return go.Figure(hessian_spec(run, compare=compare))


def hessian_spec(run: Run, *, compare: Run | None = None) -> theme.Spec:
    """Spec of `hessian_figure`."""
    data, beside = _own(run), _descent(run)
    drawn = np.concatenate([[0.0], *(trace["y"] for trace in data)])
    low, high, most = float(drawn.min()), float(drawn.max()), run.scenario.n_parameters
    ends = np.concatenate([np.zeros(0), *(trace["y"] for trace in beside)])
    low, high = overlay.held(low, high, ends, 0.5 * (high - low))
    if compare is not None:
        frozen = compare.spectrum.eigenvalues
        low, high = overlay.held(low, high, frozen)
        most = max(most, len(frozen))
    xaxis = theme.axis("number", "linear", [0, most + 1.0])
    yaxis = theme.axis("eigenvalue λ", "linear", theme.padded(low, high, 0.08))
    data += beside
    if marks := [trace["y"] for trace in beside if trace["mode"] == "markers"]:
        reach = float(marks[0].min()), float(marks[0].max())
        data += overlay.beyond(*reach, xaxis, yaxis, who=BESIDE[run.scenario.beside].short.lower())
    if compare is not None:
        data = _frozen(compare, xaxis, yaxis) + data
    return {
        "data": data,
        "layout": theme.layout(
            xaxis=xaxis,
            yaxis=yaxis | {"zeroline": True, "zerolinecolor": theme.FAINT},
            meta={"time": []},
        ),
    }


def _own(run: Run) -> list[theme.Spec]:
    """Negative, zero and positive eigenvalues."""
    values = run.spectrum.eigenvalues
    index, size = np.arange(1, len(values) + 1, dtype=float), _size(values, 9)
    first = run.spectrum.n_negative
    last = first + run.spectrum.n_zero
    return [
        _signed(index[:first], values[:first], "negative", theme.NEGATIVE, "triangle-down", size),
        _signed(index[first:last], values[first:last], "zero", theme.ZERO, "circle-open", size),
        _signed(index[last:], values[last:], "positive", theme.POSITIVE, "triangle-up", size),
    ]


def _frozen(a: Run, xaxis: theme.Spec, yaxis: theme.Spec) -> list[theme.Spec]:
    """Eigenvalues where the run A ended, as diamonds that are seen around B's marks."""
    values = a.spectrum.eigenvalues
    index = np.arange(1, len(values) + 1, dtype=float)
    name, size = "A: eigenvalue", _size(values, 13)
    marks = _signed(index, values, name, overlay.COLOR, "diamond-open", size)
    low, high = float(values[0]), float(values[-1])
    texts = overlay.beyond(low, high, xaxis, yaxis, at_start=False)
    if high <= yaxis["range"][1]:
        texts.append(overlay.text("A", len(values) - 0.012 * xaxis["range"][1], high, "top left"))
    return [marks, *texts]


def _size(values: Matrix, size: int) -> int:
    """Size of a mark: less where there are many."""
    return size if len(values) <= 150 else size - 3


def hessian_words(run: Run) -> str:
    """The verdict and the counts, what theory predicts of such a point, and the run beside it."""
    text = _own_words(run)
    if run.beside is None or not run.beside.law.is_linear:
        return text
    if run.beside.status == "diverged":
        return f"{text} Descent diverged: no □."
    edge = f"λ = {written(stability_edge(run))}" + (" (dashed)" if _edge_is_near(run) else "")
    stable = f"stable are minima with all λ below {edge.removeprefix('λ = ')}."
    if run.beside.status == "converged":
        return f"{text} □: end of descent; {stable}"
    if run.beside_spectrum is not None:
        return f"{text} □: last step of descent, not at rest; {stable}"
    return f"{text} Descent is not at rest; {stable}"


def _own_words(run: Run) -> str:
    """Verdict and counts of the flow."""
    found, point, predicted = run.spectrum, run.point, run.predicted
    counts = (found.n_negative, found.n_zero, found.n_positive)
    told = f"▼ {counts[0]} negative, ○ {counts[1]} zero, ▲ {counts[2]} positive"
    zero = f"(zero: |λ| ≤ {written(found.tolerance, 2)})"
    if point.kind == "not critical":
        t, slope = written(run.trajectory.t[-1]), written(point.gradient_norm, 2)
        return f"At t = {t}, not at a limit (‖∇L‖ = {slope}), so no verdict: {told} {zero}."
    text = f"{'An' if point.kind[0] == 'u' else 'A'} {point.kind}: {told}"
    if predicted is None:
        return f"{text} {zero}; {_SIGNS_ALONE[point.kind]}."
    if predicted == counts:
        return f"{text}, as theory predicts {zero}."
    return text + " {}; theory predicts {}, {} and {}.".format(zero, *predicted)


def stability_edge(run: Run) -> float:
    r"""Hessian eigenvalue above which a minimum repels the descent beside the flow.

    .. math:: \lambda_{edge} = \frac{2 (1 + \mu)}{\eta} - \lambda_{decay}
    """
    c = run.scenario
    return 2 * (1 + c.momentum) / step_size(c, run.trajectory) - c.weight_decay


def _edge_is_near(run: Run) -> bool:
    """Whether the edge can be drawn without squashing the flow's eigenvalues."""
    return stability_edge(run) <= 1.5 * float(run.spectrum.eigenvalues[-1])


def _descent(run: Run) -> list[theme.Spec]:
    """Eigenvalues where gradient descent ended, and the edge: no stable minimum lies above it."""
    if run.beside is None or not run.beside.law.is_linear:
        return []
    drawn = []
    if run.beside_spectrum is not None:
        values = run.beside_spectrum.eigenvalues
        index = np.arange(1, len(values) + 1, dtype=float)
        drawn = [_signed(index, values, "gradient descent", theme.INK, "square-open", 8)]
    if not _edge_is_near(run):
        return drawn
    edge = stability_edge(run)
    line = {"color": theme.NEGATIVE, "dash": "dash", "width": 2}
    name = f"edge of stability {written(edge)}"
    return [*drawn, theme.level((0, run.scenario.n_parameters + 1.0), edge, line, name)]


_SIGNS_ALONE = {
    "global minimum": "theory predicts none negative",
    "strict saddle": "theory predicts at least one negative",
    "non-strict saddle": "theory predicts none negative, though it is no minimum",
}


def _signed(
    x: np.ndarray, y: np.ndarray, name: str, color: str, symbol: str, size: int
) -> theme.Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": np.ascontiguousarray(y),
        "name": name,
        "xaxis": "x",
        "yaxis": "y",
        "marker": {
            "color": color,
            "symbol": symbol,
            "size": size,
            "line": {"width": 1.5, "color": color},
        },
        "hovertemplate": "number %{x:d}<br>λ = %{y:.6g}<extra>" + name + "</extra>",
    }
