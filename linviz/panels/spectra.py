"""The Hessian's eigenvalues along a run, which the page asks for once it shows one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import Indices, evenly
from linviz.core.flow.trajectory import Interrupt
from linviz.core.landscape.hessian import frame_spectra, whitened_spectrum
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import Inertia, signs
from linviz.panels.message import Message
from linviz.panels.now import UNKNOWN

MOST_WEIGHTS = 300
MOST_FRAMES = 80
AT_A_TIME = 8  # frames between two looks at whether a newer run is wanted


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Eigenvalues at some moments of a run.

    Attributes
    ----------
    t : array (m,)
        Moments, fewer than the trajectory's, where a stay begins or ends among them; none for
        large networks.
    eigenvalues : array (m, n_parameters)
        Of the Hessian in the data's own coordinates, ascending.
    counts : array (m, 3)
        Down, flat, up: those of the stay's critical point, the plain signs while the loss falls,
        -1 where a stay has no clear count.
    """

    t: Matrix
    eigenvalues: Matrix
    counts: NDArray[np.int32]


def spectra(run: Run, interrupt: Interrupt) -> Spectra:
    """Eigenvalues along a run; what is interrupted ends early, with what there is."""
    trajectory, n = run.trajectory, run.scenario.n_parameters
    frames = _moments(run) if n <= MOST_WEIGHTS else np.zeros(0, dtype=np.intp)
    values, counts = [np.zeros((0, n))], []
    starts = [*range(0, len(frames), AT_A_TIME), len(frames)]
    for a, b in pairwise(starts):
        if interrupt(0.0, 0.0):
            break
        some = frame_spectra(trajectory.problem, trajectory.W, frames[a:b].tolist())
        counts += [_counts(run, int(k), row) for k, row in zip(frames[a:b], some, strict=True)]
        values.append(some)
    found = np.concatenate(values)
    told = np.array(counts, dtype=np.int32).reshape(-1, 3)
    return Spectra(trajectory.t[frames[: len(found)]], found, told)


def packed(found: Spectra, run_id: int) -> Message:
    """One message: its content, and moments, eigenvalues and counts as buffers."""
    content = {"type": "spectra", "id": run_id, "n": found.eigenvalues.shape[1]}
    arrays = (found.t, found.eigenvalues, found.counts)
    return Message(content, tuple(np.ascontiguousarray(a).tobytes() for a in arrays))


def _moments(run: Run) -> Indices:
    """Frames spread as the trajectory's are, dense where it moves, and where stays begin or end."""
    n = len(run.trajectory.t)
    ends = [k for stay in run.stays for k in (stay.first, stay.last, stay.last + 1) if k < n]
    return np.union1d(evenly(n, MOST_FRAMES), np.array(ends, dtype=np.intp))


def _counts(run: Run, k: int, values: Matrix) -> Inertia:
    """Down, flat and up at a frame."""
    trajectory, stay = run.trajectory, run.course.frame(k).stay
    if stay is not None:
        return stay.inertia or (UNKNOWN,) * 3
    if trajectory.problem.is_white:
        return signs(values)
    found = whitened_spectrum(trajectory.problem, trajectory.frame(k))  # there roundoff is one
    return found.n_negative, found.n_zero, found.n_positive
