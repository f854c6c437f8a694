"""The conserved matrices C_j: their eigenvalues stay, and the drift says how exactly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from linviz.core.invariants import diagonal_drift, inertia, invariants, relative_drift
from linviz.core.problem import Matrix
from linviz.core.run import Run
from linviz.figures import theme

MOST_CURVES = 60
FLOOR = 1e-17
SMALLEST = 1e-10  # relative to the weights: what is below is zero


def invariants_figure(run: Run, *, log_time: bool = False) -> go.Figure:
    r"""Eigenvalues of :math:`C_j = W_{j+1}^\top W_{j+1} - W_jW_j^\top` over time, and the drift.

    The drift is :math:`\|C_j(t) - C_j(0)\|_F / \max_j\|W_j\|_F^2`: roundoff and the integrator's
    error, for the exact flow has none. Of wide layers only the largest and the smallest
    eigenvalues are drawn, 60 in all.
    """
    return go.Figure(invariants_spec(run, log_time=log_time))


def invariants_spec(run: Run, *, log_time: bool = False) -> theme.Spec:
    """Spec of `invariants_figure`."""
    trajectory = run.trajectory
    t = trajectory.t
    shown = theme.visible(t, log_time)
    spectra = [
        np.asarray(np.linalg.eigvalsh(C)[:, ::-1], dtype=float) for C in invariants(trajectory.W)
    ]
    drift = np.maximum(relative_drift(trajectory)[shown], FLOOR)
    data = []
    for j, values in enumerate(spectra):
        name = f"C{theme.subscript(j + 1)}"
        for k in _drawn(values.shape[1], len(spectra)):
            line = theme.series(j) | {"width": 1.75}
            data.append(theme.curve(t[shown], values[shown, k], line, f"{name}, λ{k + 1}"))
        data.append(theme.curve(t[shown], drift[:, j], theme.series(j), f"drift of {name}", "2"))
    data += _beside(run, log_time)
    upper_values = [t["y"] for t in data if t["yaxis"] == "y"]
    drifts = [t["y"].max(initial=1e-15) for t in data if t["yaxis"] == "y2"]
    top = float(np.log10(max(drifts, default=1e-15)))
    largest = max(_size(run), *(float(np.sum(Wj**2)) for Wj in trajectory.limit))
    limits = _range(spectra, upper_values, 1e-6 * largest)
    upper = theme.axis("eigenvalues of C", "linear", limits)
    lower = theme.axis("drift", "log", [-17.0, max(top + 0.7, -13.0)])
    times = theme.time_axis(t, log_time)
    return {
        "data": data,
        "layout": theme.layout(
            xaxis=times | {"domain": [0, 1], "anchor": "y", "title": {"text": ""}},
            yaxis=upper | {"domain": [0.47, 1], "zeroline": True, "zerolinecolor": theme.FAINT},
            xaxis2=times | {"domain": [0, 1], "anchor": "y2"},
            yaxis2=lower | {"domain": [0, 0.36], "anchor": "x2"},
            meta={"time": ["x", "x2"]},
        ),
    }


def _size(run: Run) -> float:
    """Largest squared norm of a layer at the start."""
    return max(float(np.sum(Wj[0] ** 2)) for Wj in run.trajectory.W)


def _range(spectra: Sequence[Matrix], drawn: list[Matrix], least: float) -> list[float]:
    """Range of all that is drawn: not narrower than roundoff, nor following a blow-up."""
    own = np.concatenate([np.zeros(1), *(values.ravel() for values in spectra)])
    span = max(float(np.ptp(own)), least)
    room = (float(own.min()) - span, float(own.max()) + span)
    values = np.clip(np.concatenate([own, *drawn]), *room)
    spare = max(least - float(np.ptp(values)), 0.0) / 2
    return theme.padded(float(values.min()) - spare, float(values.max()) + spare)


def _beside(run: Run, log_time: bool) -> list[theme.Spec]:
    """Eigenvalues and drift of the run beside the flow; of a nonlinear network the diagonal's."""
    other, last = run.beside, float(run.trajectory.t[-1])
    if other is None:
        return []
    shown, name = theme.visible(other.t, log_time), theme.BESIDE_NAMES[run.scenario.beside]
    t, data = other.t[shown], []
    for j, C in enumerate(invariants(other.W)):
        line = theme.series(j) | {"dash": "dash", "width": 1.5}
        values, drift = np.linalg.eigvalsh(C)[:, ::-1], relative_drift(other)[:, j]
        if run.scenario.beside != "descent":
            values, drift = np.diagonal(C, axis1=1, axis2=2), diagonal_drift(other)[:, j]
        label, drawn = f"C{theme.subscript(j + 1)}, {name}", _drawn(values.shape[1], run.scenario.H)
        data += [theme.curve(t, values[shown, k], line, label) for k in drawn]
        data.append(theme.curve(t, np.maximum(drift[shown], FLOOR), line, f"drift, {name}", "2"))
    return [theme.within(curve, last) for curve in data]


def invariants_words(run: Run) -> str:
    """Inertia of each C_j beside what the rate theorem asks, and the drift."""
    trajectory, dims = run.trajectory, run.scenario.dims
    if run.scenario.H == 0:
        return "H = 0: no hidden layer, so there is nothing to conserve (linear regression)."
    drift = float(relative_drift(trajectory).max())
    counts = []
    zero = SMALLEST * _size(run)
    for j, C in enumerate(invariants(trajectory.W), start=1):
        n_positive = inertia(C[0], tolerance=zero)[2]
        name, asked = f"C{theme.subscript(j)}", dims[j + 1]
        counts.append((n_positive >= asked, f"{name} has {n_positive} of {asked}"))
    text = (
        f"Conserved: largest relative drift {theme.number(drift)}. The rate theorem asks of each "
        "Cⱼ dⱼ₊₁ positive eigenvalues: "
    )
    applies = _rate_theorem(run, all(enough for enough, _ in counts))
    held = "it applies" if applies else "it is silent"
    return text + ", ".join(part for _, part in counts[:4]) + f"; {held}." + _beside_words(run)


def _beside_words(run: Run) -> str:
    if run.beside is None:
        return ""
    name = theme.BESIDE_NAMES[run.scenario.beside]
    if run.scenario.beside == "descent":
        return f" Dashed: {name}, drift {theme.number(relative_drift(run.beside).max())}."
    diagonal = theme.number(diagonal_drift(run.beside).max())
    return f" Dashed: diagonals of a {name}, drift {diagonal}."


def _rate_theorem(run: Run, enough_positive: bool) -> bool:
    """Hypotheses of the rate theorem: enough positive eigenvalues and d_1 >= ... >= d_{H+1}."""
    dims = run.scenario.dims
    return enough_positive and all(a >= b for a, b in itertools.pairwise(dims[1:]))


def _drawn(n: int, H: int) -> list[int]:
    """Which of n eigenvalues of a layer are drawn: all, or as many from both ends."""
    most = max(2, MOST_CURVES // H)
    return list(range(n)) if n <= most else [*range(most // 2), *range(n - most // 2, n)]


def matrix_floor(run: Run) -> float:
    """Entries of C at or below this are zero to roundoff."""
    return max(SMALLEST * _size(run), 1e-300)


def matrices(run: Run, most_numbers: int) -> tuple[Matrix, list[Matrix]]:
    """Moments and, for each j, C_j at them in float32; of large matrices fewer moments."""
    n = len(run.trajectory.t)
    size = sum(d * d for d in run.scenario.dims[1:-1])
    kept = np.arange(n) if size * n <= most_numbers else _spread(n, max(2, most_numbers // size))
    return run.trajectory.t[kept], [
        C[kept].astype(np.float32) for C in invariants(run.trajectory.W)
    ]


def _spread(n: int, count: int) -> Matrix:
    return np.unique(np.linspace(0, n - 1, count).round().astype(int))
