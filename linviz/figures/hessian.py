"""All eigenvalues of the Hessian at the limit, colored by sign."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from linviz.core.comparison import step_size
from linviz.core.hessian import spectrum
from linviz.core.problem import Matrix
from linviz.core.run import Run
from linviz.figures import overlay, theme


def hessian_figure(run: Run, *, compare: Run | None = None) -> go.Figure:
    r"""Eigenvalues of :math:`\nabla^2 L` at the limit point, ascending; the zeros by tolerance.

    Those of another run to `compare` with are diamonds.
    """
    return go.Figure(hessian_spec(run, compare=compare))


def hessian_spec(run: Run, *, compare: Run | None = None) -> theme.Spec:
    """Spec of `hessian_figure`."""
    data = _own(run)
    if run.beside is not None and run.scenario.beside == "descent":
        data += _descent(run)
    drawn = np.concatenate([[0.0], *(trace["y"] for trace in data)])
    low, high, most = float(drawn.min()), float(drawn.max()), run.scenario.n_parameters
    if compare is not None:
        frozen = compare.spectrum.eigenvalues
        low, high = overlay.held(low, high, frozen)
        most = max(most, len(frozen))
    xaxis = theme.axis("eigenvalue number, ascending", "linear", [0, most + 1.0])
    yaxis = theme.axis("eigenvalue λ", "linear", theme.padded(low, high, 0.08))
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
    """The counts, the verdict, what theory predicts of such a point, and the run beside it."""
    text = _own_words(run)
    if run.scenario.beside == "descent":
        edge = theme.number(stability_edge(run))
        text += f" □: end of descent, stable below λ = {edge} (dashed)."
    return text


def _own_words(run: Run) -> str:
    found, point, predicted = run.spectrum, run.point, run.predicted
    counts = (found.n_negative, found.n_zero, found.n_positive)
    text = (
        f"▼ {counts[0]} negative, ○ {counts[1]} zero, ▲ {counts[2]} positive "
        f"(zero: |λ| ≤ {theme.number(found.tolerance)}). "
    )
    if point.kind == "not critical":
        return text + (
            f"Not yet at a limit (‖∇L‖ = {theme.number(point.gradient_norm)}): no verdict."
        )
    article = "A" if point.kind[0] != "u" else "An"
    text += f"{article} {point.kind}"
    if predicted is None:
        return text + _SIGNS_ALONE[point.kind]
    if predicted == counts:
        return text + "; the counts are what theory predicts."
    return text + "; theory predicts {} negative, {} zero, {} positive.".format(*predicted)


def stability_edge(run: Run) -> float:
    r"""Hessian eigenvalue above which a minimum repels the descent beside the flow.

    .. math:: \lambda_{edge} = \frac{2 (1 + \mu)}{\eta} - \lambda_{decay}
    """
    c = run.scenario
    return 2 * (1 + c.momentum) / step_size(c, run.trajectory) - c.weight_decay


def _descent(run: Run) -> list[theme.Spec]:
    """Eigenvalues where gradient descent ended, and the edge: no stable minimum lies above it."""
    other = run.beside
    assert other is not None
    diverged = other.status == "diverged"
    values = np.zeros(0) if diverged else spectrum(other.problem, other.limit).eigenvalues
    index = np.arange(1, len(values) + 1, dtype=float)
    end = _signed(index, values, "gradient descent", theme.INK, "square-open", 8)
    edge = stability_edge(run)
    line = {"color": theme.NEGATIVE, "dash": "dash", "width": 2}
    if edge > 1.5 * max(float(run.spectrum.eigenvalues[-1]), float(values.max(initial=0.0))):
        return [end]
    n = run.scenario.n_parameters
    return [end, theme.level((0, n + 1.0), edge, line, f"edge of stability {edge:.4g}")]


_SIGNS_ALONE = {
    "global minimum": "; theory predicts none negative.",
    "strict saddle": "; theory predicts at least one negative (no formula for the count here).",
    "non-strict saddle": "; theory predicts none negative, though it is no minimum.",
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
