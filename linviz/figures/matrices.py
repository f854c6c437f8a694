"""The weights with their product and its target, and the conserved C_j, as heat maps."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import Indices, evenly
from linviz.core.model.problem import Matrix
from linviz.core.model.words import subscript
from linviz.figures.compare import last_loss
from linviz.figures.conversion import to_plotly
from linviz.figures.invariants import matrix_floor
from linviz.figures.picture import Edges, Heat, Picture, matrices

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_NUMBERS = 250_000  # in a picture: of large networks fewer moments are in it
MOST_FACTORS = 5  # of a product that is written in full
TARGET_APART = 4  # how many times larger a target has colors of its own


def matrices_figure(run: Run, t: float | None = None) -> go.Figure:
    r"""Heat maps of :math:`W_j`, of :math:`P = W_{H+1} \cdots W_1` beside its target, and of
    :math:`C_j = W_{j+1}^\top W_{j+1} - W_j W_j^\top`, at time t; at the last moment by default.

    Colors have zero in their middle, and one scale for the whole run.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> figure = matrices_figure(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    >>> [trace.name for trace in figure.data]
    ['W₁', 'W₂', 'P', 'W_LR (target)', 'C₁']
    """
    return to_plotly(matrices_picture(run), t)


def matrices_picture(run: Run) -> Picture:
    """Picture of `matrices_figure`, at all moments; of large networks at fewer of them."""
    return matrices([*_weights(run), *_invariants(run)])


def layers(run: Run) -> list[Edges]:
    """The weights at the moments of a picture, on one scale for the whole run."""
    kept = _moments(run)
    W = [_small(Wj[kept]) for Wj in run.trajectory.W]
    limit, t = max(map(_largest, W)), run.trajectory.t[kept]
    return [
        {"name": f"W{subscript(j)}", "t": t, "values": Wj, "limit": limit, "floor": 0.0}
        for j, Wj in enumerate(W, start=1)
    ]


def _weights(run: Run) -> list[Heat]:
    """The layers, their product, and its target; with a scale of its own where it is far larger."""
    kept, target = _moments(run), _small(run.trajectory.problem.least_squares)[None]
    t, P = run.trajectory.t[kept], _small(run.trajectory.product[kept])
    own, goal = _largest(P), _largest(target)
    # ill-conditioned data: on the target's scale P would be blank
    apart = goal > TARGET_APART * own
    if not apart:
        own = goal = max(own, goal)
    scales = ("P", "target") if apart else ("P, target", "P, target")
    stays = _heat("W_LR (target)", t[:1], target, goal, scales[1])
    X = run.trajectory.problem.X
    plain = X.shape[0] == X.shape[1] and np.array_equal(X, np.eye(len(X)))  # then W_LR is Y
    return [
        *(_heat(W["name"], W["t"], W["values"], W["limit"], "W") for W in layers(run)),
        _heat("P", t, P, own, scales[0]),
        stays | {"title": "Y" if plain else "W_LR", "key": "Y"},
    ]


def _invariants(run: Run) -> list[Heat]:
    """The conserved matrices, each in a square of the same size, and those of the run beside."""
    kept = _moments(run)
    C = [Cj[kept] for Cj in run.trajectory.invariants]
    # what roundoff and the integrator's error can make of a zero is drawn as zero
    error = max((float(np.abs(Cj - Cj[0]).max()) for Cj in C), default=0.0)
    floor = matrix_floor(run) + error
    own, other = [_small(Cj) for Cj in C], _beside(run)
    most = max(map(_largest, own + [Cj for _, Cj in other]), default=0.0)
    limit = 0.0 if most <= floor else most
    heats = [
        _heat(f"C{subscript(j)}", run.trajectory.t[kept], Cj, limit, "C")
        for j, Cj in enumerate(own, start=1)
    ]
    for j, (t, Cj) in enumerate(other, start=1):
        title, name = f"C{subscript(j)}", f"C{subscript(j)}, {BESIDE[run.scenario.beside].words}"
        heats.append(_heat(name, t, Cj, limit, "C") | {"title": title, "key": f"D{j}"})
    return [
        heat | {"kind": "invariants", "floor": floor, "cell": 1 / heat["values"].shape[1]}
        for heat in heats
    ]


def _beside(run: Run) -> list[tuple[Matrix, Matrix]]:
    """Moments and C_j of the run beside the flow, which does not conserve all of them."""
    other, last = run.beside, float(run.trajectory.t[-1])
    if other is None:
        return []
    n = max(1, int(np.searchsorted(other.t, last, side="right")))
    size = sum(d * d for d in run.scenario.dims[1:-1])
    kept = evenly(n, n if size * n <= MOST_NUMBERS else max(2, MOST_NUMBERS // size))
    return [(other.t[kept], _small(Cj[kept])) for Cj in other.invariants]


def _heat(name: str, t: Matrix, values: Matrix, limit: float, scale: str) -> Heat:
    return {
        "name": name,
        "title": name,
        "t": t,
        "values": values,
        "limit": limit,
        "floor": 0.0,
        "scale": scale,
        "kind": "weights",
        "key": normalize("NFKC", name),
        "cell": 1.0,
    }


def _moments(run: Run) -> Indices:
    """Which moments of the run are in a picture."""
    dims, n = run.scenario.dims, len(run.trajectory.t)
    size = sum(d * d for d in dims[1:-1]) + run.scenario.n_parameters + dims[0] * dims[-1]
    return evenly(n, n if size * n <= MOST_NUMBERS else max(2, MOST_NUMBERS // size))


def _small(values: Matrix) -> Matrix:
    return values.astype(np.float32)


def _largest(values: Matrix) -> float:
    return float(np.abs(values).max())


def factors(n: int) -> str:
    """The product of so many layers, the last first.

    Examples
    --------
    >>> factors(2), factors(9)
    ('W₂W₁', 'W₉⋯W₁')
    """
    if n > MOST_FACTORS:
        return f"W{subscript(n)}⋯W₁"
    return "".join(f"W{subscript(j)}" for j in range(n, 0, -1))


def matrices_words(run: Run) -> str:
    r"""How far the product is from its target, which is the loss, and its rank at the limit.

    .. math:: L - L_{res} = \tfrac12 \|(P - W_{LR}) X\|_F^2

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> matrices_words(run(Scenario(dims=(2, 1, 2), singular_values=(2, 1), seed=1)))[-54:]
    'At the end ½‖P − W_LR‖² = 0.5, rank P = 1 (at most 1).'
    """
    problem, W = run.trajectory.problem, run.trajectory.limit
    excess = last_loss(run.trajectory.limit_excess, run.trajectory)
    norm = "½‖P − W_LR‖²" if problem.is_white else "½‖(P − W_LR)X‖²"
    text = f"P = {factors(len(W))} and its target W_LR, the best linear map."
    text += f" At the end {norm} = {excess}"
    if not run.at_limit:
        return f"{text}: the run has not come to rest."
    return f"{text}, rank P = {run.point.rank} (at most {min(run.scenario.dims)})."
