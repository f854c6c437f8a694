"""What takes longer than a picture may: the theory's statements and the moving eigenvalues."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.flow.trajectory import Interrupt
from linviz.core.landscape.hessian import frame_spectra
from linviz.core.model.problem import Matrix
from linviz.core.statements.formulas import formula_of
from linviz.core.statements.rows import statements
from linviz.panels.message import Message

MOST_WEIGHTS = 300
MOST_FRAMES = 80


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Computed of a run once the controls rest.

    Attributes
    ----------
    theory : list of dict
        `Statement` by `Statement`, each with its `Formula`, as plain values.
    t : array (n,)
        Moments, fewer than the trajectory's; none for large networks.
    eigenvalues : array (n, n_parameters)
        The Hessian's, ascending, at these moments.
    """

    theory: list[dict[str, Any]]
    t: Matrix
    eigenvalues: Matrix


def packed(found: Study, run_id: int) -> Message:
    """A study as one message: its content and its buffers, the moments and the eigenvalues."""
    n = found.eigenvalues.shape[1]
    content = {"type": "later", "run": run_id, "n": n, "theory": found.theory}
    buffers = (found.t, found.eigenvalues)
    return Message(content, tuple(np.ascontiguousarray(a).tobytes() for a in buffers))


def study(run: Run, interrupt: Interrupt) -> Study:
    """Statements and eigenvalues; what is interrupted ends early, with what there is."""
    theory = [
        {**asdict(statement), **asdict(formula_of(statement.name))}
        for statement in statements(run, interrupt=interrupt)
    ]
    if run.scenario.n_parameters > MOST_WEIGHTS:
        return Study(theory, np.zeros(0), np.zeros((0, 0)))
    trajectory = run.trajectory
    frames = evenly(len(trajectory.t), MOST_FRAMES)
    chunks = [np.zeros((0, run.scenario.n_parameters))]
    for some in np.array_split(frames, max(1, len(frames) // 8)):
        if interrupt(0.0, 0.0):
            break
        chunks.append(frame_spectra(trajectory.problem, trajectory.W, some.tolist()))
    values = np.concatenate(chunks)
    return Study(theory, trajectory.t[frames[: len(values)]], values)
