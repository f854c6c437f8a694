r"""The course of a run: at every moment where it is, and which modes are in play.

Near a critical point the mode in play is the missed one that is first learned for good from then
on. While the loss falls they are the modes that the next stay knows, not yet within 1 %, that
carry the fall: at least 0.3 of the largest share :math:`M_{k\cdot} \cdot \dot P_{k\cdot}` of
:math:`-dL/dt`. A missed mode that fades is never one of them. One that is stronger than its goal
comes down to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.trajectory import Trajectory
from linviz.core.landscape.critical_points import CriticalPoint
from linviz.core.landscape.nearness import Flags, Nearness, nearness
from linviz.core.landscape.stays import MAP_OF_MINIMUM, Stay, stays
from linviz.core.model import checks
from linviz.core.model.problem import IndexSet
from linviz.core.model.spectra import Inertia

LEAST_SHARE = 0.3  # of the largest share of -dL/dt


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a run is at a moment.

    Attributes
    ----------
    t, loss : float
    stay : Stay or None
        The critical point that is near; None while the loss falls.
    modes : tuple of int
        Those being learned, or the next to be learned; 0-based.
    above : tuple of int
        Those of them that are stronger than their goal: they come down.
    next : Stay or None
        Where it stays next.
    is_moving : bool
        Whether the loss falls at all.
    """

    t: float
    loss: float
    stay: Stay | None
    modes: IndexSet
    above: IndexSet
    next: Stay | None
    is_moving: bool


@dataclass(frozen=True, eq=False)
class Course:
    """Where a linear network is at every frame of its trajectory.

    Parameters
    ----------
    trajectory : Trajectory
    point, predicted : CriticalPoint and counts, optional
        The verdict on its limit, and what theory says there.

    Examples
    --------
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.core.experiment.simulation import simulate
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", scale=1e-3)
    >>> course = Course(simulate(scenario))
    >>> course.at(5.0).stay.learned, course.at(5.0).modes
    ((0,), (1,))
    """

    trajectory: Trajectory
    point: CriticalPoint | None = None
    predicted: Inertia | None = None

    @cached_property
    def _near(self) -> Nearness:
        """How far every frame is from a critical point."""
        with np.errstate(all="ignore"):  # of a descent that diverges
            return nearness(self.trajectory.problem, self.trajectory.W)

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """The stays near critical points, in order of time."""
        with np.errstate(all="ignore"):
            return stays(self.trajectory, self._near, self.point, self.predicted)

    @cached_property
    def stay(self) -> NDArray[np.int32]:
        """Index of the stay of each frame, -1 while the loss falls, (n,)."""
        found = np.full(len(self.trajectory.t), -1, dtype=np.int32)
        for k, stay in enumerate(self.stays):
            found[stay.first : stay.last + 1] = k
        return found

    @cached_property
    def next(self) -> NDArray[np.int32]:
        """Index of the next stay after each frame, -1 where none comes, (n,)."""
        firsts = [stay.first for stay in self.stays]
        found = np.searchsorted(firsts, np.arange(len(self.trajectory.t)), side="right")
        return np.where(found < len(firsts), found, -1).astype(np.int32)

    @cached_property
    def modes(self) -> Flags:
        """Which modes are in play at each frame, (n, m)."""
        near, last = self._near, len(self.trajectory.t) - 1
        goal = np.array([*(stay.first for stay in self.stays), last])[self.next]
        error = np.abs(near.strength - 1)
        knows = near.learned[goal]
        stops = self.next < 0  # the run stops on its way: what came nearer until then
        knows = knows | (stops[:, None] & (error[last] <= error))
        ahead = knows & (error > MAP_OF_MINIMUM)
        largest = np.where(ahead, near.share, 0.0).max(axis=1, initial=0.0)
        found = ahead & (near.share >= LEAST_SHARE * largest[:, None]) & (largest[:, None] > 0)
        for k, stay in enumerate(self.stays):
            found[self.stay == k] = self._first_learned_after(stay)
        return np.asarray(found)

    @cached_property
    def above(self) -> Flags:
        """Which modes in play are stronger than their goal at each frame, (n, m)."""
        modes = self.modes
        if not modes.any():
            return modes
        s = self.trajectory.problem.singular_values[: modes.shape[1]]
        return np.asarray(modes & (self.trajectory.strengths[:, : s.size] > s))

    @cached_property
    def is_moving(self) -> Flags:
        """Whether the loss falls at each frame, (n,)."""
        return np.asarray(self._near.fall > 0)

    def at(self, t: float) -> Moment:
        """Where it is at a time: as at the last frame up to it.

        Raises
        ------
        ValueError
            For a time outside the run.
        """
        times = self.trajectory.t
        if not 0 <= (now := checks.as_float(t)) <= times[-1]:
            raise ValueError(f"expected a time 0 <= t <= {times[-1]:.6g}, found {checks.brief(t)}")
        k = int(np.searchsorted(times, now, side="right")) - 1
        return replace(
            self.frame(k), t=now, loss=float(np.interp(now, times, self.trajectory.loss))
        )

    def frame(self, k: int) -> Moment:
        """Where it is at the k-th frame."""
        stay, after = (None if i < 0 else self.stays[i] for i in (self.stay[k], self.next[k]))
        return Moment(
            t=float(self.trajectory.t[k]),
            loss=float(self.trajectory.loss[k]),
            stay=stay,
            modes=tuple(np.flatnonzero(self.modes[k]).tolist()),
            above=tuple(np.flatnonzero(self.above[k]).tolist()),
            next=after,
            is_moving=bool(self.is_moving[k]),
        )

    def _first_learned_after(self, stay: Stay) -> Flags:
        """The missed modes that are first learned for good from now on."""
        learned = self._near.learned
        # the frame after the last one at which a mode is not learned
        since = len(learned) - np.argmax(~learned[::-1], axis=0)
        since = np.where(np.isin(np.arange(learned.shape[1]), stay.missed), since, len(learned))
        first = since.min(initial=len(learned))
        return np.asarray((since == first) & (first < len(learned)))
