"""The Hessian's eigenvalues along a run, which the page asks for once it shows one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import Indices, evenly
from linviz.core.flow.trajectory import Interrupt, Trajectory
from linviz.core.landscape.hessian import frame_spectra, whitened_spectrum
from linviz.core.model.checks import real
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import Inertia, signs
from linviz.panels.message import Message
from linviz.panels.now import UNKNOWN

MOST_WEIGHTS = 300
MOST_FRAMES = 80
NO_FRAMES: Indices = np.zeros(0, dtype=np.intp)
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
    other_t : array (m',)
        Moments of the run that is compared: the descent beside the flow, or A; none where there is
        no other.
    other : array (m', n')
        Its eigenvalues.
    """

    t: Matrix
    eigenvalues: Matrix
    counts: NDArray[np.int32]
    other_t: Matrix
    other: Matrix


def spectra(run: Run, interrupt: Interrupt, kept: Run | None = None) -> Spectra:
    """Eigenvalues along a run and along the one that is compared, A where one is kept.

    What is interrupted ends early, with what there is.
    """
    frames = _moments(run) if run.scenario.n_parameters <= MOST_WEIGHTS else NO_FRAMES
    own, other = _along(run.trajectory, frames, interrupt), _compared(run, kept)
    if other is None or len(own) == 0:
        return _told(run, frames, own)
    return _told(run, frames, own, other, _along(other, _followed(other), interrupt))


def moment(run: Run, t: object, interrupt: Interrupt) -> Spectra:
    """Eigenvalues at the frame that is shown at time t, of a network of any size.

    Raises
    ------
    ValueError
        If t is no time.
    """
    t = real(t, "t", 0.0)
    last = len(run.trajectory.t) - 1
    frame = int(np.searchsorted(run.trajectory.t, t, side="right")) - 1
    frames = np.array([min(max(frame, 0), last)], dtype=np.intp)
    return _told(run, frames, _along(run.trajectory, frames, interrupt))


def packed(found: Spectra, run_id: int) -> Message:
    """One message: its content, and moments, eigenvalues and counts as buffers."""
    n, m = found.eigenvalues.shape[1], found.other.shape[1]
    content = {"type": "spectra", "id": run_id, "n": n, "other": m}
    arrays = (found.t, found.eigenvalues, found.counts, found.other_t, found.other)
    return Message(content, tuple(np.ascontiguousarray(a).tobytes() for a in arrays))


def packed_moment(found: Spectra, run_id: int) -> Message:
    """The same of one moment that was asked for."""
    whole = packed(found, run_id)
    return Message({**whole.content, "type": "moment"}, whole.buffers)


def _compared(run: Run, kept: Run | None) -> Trajectory | None:
    """The run A, or the descent beside the flow; of a nonlinear network it is another Hessian."""
    if kept is not None:
        return kept.trajectory
    return run.beside if run.beside is not None and run.beside.law.is_linear else None


def _followed(other: Trajectory) -> Indices:
    """Frames of the run that is compared: few, and one that diverges as long as it is finite."""
    if _weights(other) > MOST_WEIGHTS:
        return NO_FRAMES
    frames = evenly(len(other.t), MOST_FRAMES)
    finite = [all(np.isfinite(Wj[k]).all() for Wj in other.W) for k in frames]
    kept: Indices = frames[np.array(finite, dtype=bool)]
    return kept


def _along(trajectory: Trajectory, frames: Indices, interrupt: Interrupt) -> Matrix:
    """Eigenvalues at these frames, as far as it comes."""
    values = [np.zeros((0, _weights(trajectory)))]
    for a, b in pairwise([*range(0, len(frames), AT_A_TIME), len(frames)]):
        if interrupt(0.0, 0.0):
            break
        values.append(frame_spectra(trajectory.problem, trajectory.W, frames[a:b].tolist()))
    return np.concatenate(values)


def _told(
    run: Run,
    frames: Indices,
    found: Matrix,
    other: Trajectory | None = None,
    beside: Matrix | None = None,
) -> Spectra:
    """The eigenvalues with their moments, and the counts of the run's own."""
    reached = frames[: len(found)]
    counts = [_counts(run, int(k), row) for k, row in zip(reached, found, strict=True)]
    told = np.array(counts, dtype=np.int32).reshape(-1, 3)
    t = run.trajectory.t[reached]
    if other is None or beside is None:
        return Spectra(t, found, told, np.zeros(0), np.zeros((0, 0)))
    return Spectra(t, found, told, other.t[_followed(other)[: len(beside)]], beside)


def _weights(trajectory: Trajectory) -> int:
    return sum(Wj[0].size for Wj in trajectory.W)


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
