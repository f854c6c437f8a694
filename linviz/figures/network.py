"""What the network diagram and the heat maps of its matrices show, in numbers."""

from __future__ import annotations

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.model.facts import chain
from linviz.core.model.tolerances import SHOWN_AS_ZERO
from linviz.core.model.words import plural, subscript, written
from linviz.figures.compare import last_loss

ENDS = 12  # the diagram draws so many nodes at either end of a wider layer


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
    text += f", |w| ≤ {written(largest)} at the end (line width); blue +, orange dashed −."
    if max(dims) > 2 * ENDS:
        text += f" Beyond {2 * ENDS} nodes: the first and last {ENDS}."
    return f"{text} {_norms(run)}".rstrip()


def matrices_words(run: Run) -> str:
    r"""How far the product is from its target, which is the loss, and its rank at the limit.

    .. math:: L - L_{res} = \tfrac12 \|(P - W_{LR}) X\|_F^2

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> matrices_words(run(Scenario(dims=(2, 1, 2), singular_values=(2, 1), seed=1)))
    'P = W₂W₁ and its target W_LR. At the end ½‖P − W_LR‖² = 0.5, rank P = 1 (at most 1).'
    """
    problem, W = run.trajectory.problem, run.trajectory.limit
    excess = last_loss(run.trajectory.limit_excess, run.trajectory)
    factors = "".join(f"W{subscript(j)}" for j in range(len(W), 0, -1))
    factors = factors if len(W) <= 5 else f"W{subscript(len(W))}⋯W₁"
    norm = "½‖P − W_LR‖²" if problem.is_white else "½‖(P − W_LR)X‖²"
    text = f"P = {factors} and its target W_LR. At the end {norm} = {excess}"
    if not run.at_limit:
        return f"{text}: the run has not come to rest."
    return f"{text}, rank P = {run.point.rank} (at most {min(run.scenario.dims)})."


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
