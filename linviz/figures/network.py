"""The network: columns of neurons, with each weight as an edge from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.model.facts import chain
from linviz.core.model.tolerances import SHOWN_AS_ZERO
from linviz.core.model.words import plural, subscript, written
from linviz.figures.conversion import to_plotly
from linviz.figures.matrices import layers
from linviz.figures.picture import Neurons, Picture, matrices

if TYPE_CHECKING:
    import plotly.graph_objects as go

ENDS = 12  # so many nodes are drawn at either end of a wider layer
WEAKEST = 0.02  # of the largest weight of the run: those below are not drawn


def network_figure(run: Run, t: float | None = None) -> go.Figure:
    r"""Each entry of each :math:`W_j` as an edge whose width is its size, at time t.

    At the last moment by default. The widths have one scale for the whole run; positive weights
    are navy and solid, negative ones brown and dashed.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> figure = network_figure(run(Scenario(dims=(3, 2, 1), singular_values=(2,))))
    >>> [len(trace.x) for trace in figure.data if trace.mode == "markers"]
    [3, 2, 1]
    """
    return to_plotly(network_picture(run), t)


def network_picture(run: Run) -> Picture:
    """Picture of `network_figure`, at all moments; of large networks at fewer of them.

    Where a network with an activation runs beside, σ stands at the hidden layers.
    """
    dims = run.scenario.dims
    activation = "σ" if run.beside is not None and run.beside.law.kind == "network" else ""
    beside = ["x", *[activation] * (len(dims) - 2), "f(x)"]
    neurons: list[Neurons] = [
        {"name": f"d{subscript(j)}", "count": d, "ends": ENDS, "words": words}
        for j, (d, words) in enumerate(zip(dims, beside, strict=True))
    ]
    edges = [each | {"floor": WEAKEST * each["limit"]} for each in layers(run)]
    return matrices([], {"neurons": neurons, "edges": edges})


def network_words(run: Run) -> str:
    r"""Widths, what a line means, and the squared norms of two layers, whose difference stays.

    .. math:: \|W_{j+1}\|_F^2 - \|W_j\|_F^2 = \mathrm{tr}\, C_j

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> study = run(Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="balanced", seed=1))
    >>> network_words(study)[-60:]
    'All layers keep the same norm, ‖W₁‖² = ‖W₂‖² = 3 at the end.'
    """
    dims = run.scenario.dims
    text = f"{chain(dims, ' → ')}: {plural(run.scenario.n_parameters, 'weight')}"
    largest = max(float(np.abs(Wj).max()) for Wj in run.trajectory.limit)
    text += f", |w| ≤ {written(largest)} at the end (line width); solid +, dashed −."
    if max(dims) > 2 * ENDS:
        text += f" Beyond {2 * ENDS} nodes: the first and last {ENDS}."
    return f"{text} {_norms(run)}".rstrip()


def _norms(run: Run) -> str:
    """The largest difference of the squared norms of neighbors, or that there is none."""
    squares = run.trajectory.squared_norms[0]
    if run.scenario.H == 0:
        return ""
    gaps = np.diff(squares)
    last = f"‖W{subscript(len(squares))}‖²"
    if np.abs(gaps).max() <= SHOWN_AS_ZERO * squares.max():
        end = float(np.sum(run.trajectory.limit[-1] ** 2))
        same = f"‖W₁‖² = {last}" if len(squares) == 2 else f"‖W₁‖² = … = {last}"
        return f"All layers keep the same norm, {same} = {written(end)} at the end."
    j = int(np.abs(gaps).argmax())
    names = [f"‖W{subscript(i)}‖²" for i in (j + 2, j + 1)]
    trace = f"tr C{subscript(j + 1)}"
    return f"{names[0]} − {names[1]} = {trace} = {written(gaps[j])} at all times."
