"""A second run beside the flow at its moments: descent, a network with an activation, or the run A.

Its sign is ○, the flow's ●. Of a network with an activation there is no theory of critical points:
its loss is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Trajectory
from linviz.core.landscape.course import Course
from linviz.core.landscape.nearness import Flags
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.problem import Matrix
from linviz.core.statements import phrases
from linviz.core.statements.pieces import Fact, Piece

TELLING_RISE = 0.01  # of the loss before: a rise that is no rounding
STRIDE = 3  # frames without a rise that still belong to the jumps around them


@dataclass(frozen=True, eq=False)
class Second:
    """The second run.

    Attributes
    ----------
    first, name : str
        How the sentences of both runs begin.
    run : Run
        The first.
    trajectory : Trajectory
    course : Course or None
        Where it is; None of a network with an activation.
    """

    first: str
    name: str
    run: Run
    trajectory: Trajectory
    course: Course | None

    @cached_property
    def frames(self) -> NDArray[np.intp]:
        """For each frame of the first run the last one of this up to it, (n,)."""
        places = np.searchsorted(self.trajectory.t, self.run.trajectory.t, side="right") - 1
        return np.maximum(places, 0)

    @cached_property
    def jumps(self) -> Flags:
        """Where the loss goes up and down, near no critical point, (n,)."""
        loss = self.trajectory.loss
        if self.course is None or not self.trajectory.law.may_rise or len(loss) < 3:
            return np.zeros(len(loss), dtype=bool)
        with np.errstate(all="ignore"):
            rises = np.diff(loss) > TELLING_RISE * loss[:-1]
        window = np.ones(2 * STRIDE + 1)
        near = np.convolve(np.append(rises, False), window)[STRIDE : STRIDE + len(loss)] >= 2
        return np.asarray(near & (self.course.stay < 0))

    def key(self, k: int) -> tuple[int, ...]:
        """Equal where the same is said, at the first run's k-th frame."""
        j = int(self.frames[k])
        ended = self._ended(k)
        if self.course is None:
            return (ended,)
        sides = self.course.modes[j] + 1 * self.course.above[j]
        return ended, int(self.course.stay[j]), int(self._stretch[j]), *sides.tolist()

    def clause(self, k: int, *, short: bool = False) -> list[Piece]:
        """Where it is, as the end of a sentence."""
        problem, j = self.trajectory.problem, int(self.frames[k])
        if self._ended(k):
            return phrases.diverged(float(self.trajectory.t[-1]))
        if self.course is None or self._tells_loss(k):
            return [("L = «B»", 0)]
        if self.jumps[j]:
            return self._jumping(j, short=short)
        moment = self.course.frame(j)
        return (phrases.short_clause if short else phrases.clause)(moment, problem)

    def facts(self, k: int) -> list[Fact]:
        """Its loss, and where it could rest at all."""
        if self._ended(k):
            return []
        is_told = self._tells_loss(k)
        out: list[Fact] = [] if is_told else [(" · ", 0, 0), ("○ L = «B»", 0, 1)]
        edge, dims = self.run.edge, self.trajectory.dims
        problem, other = self.trajectory.problem, self.run.beside
        full = problem.is_white and min(dims) >= positive_modes(problem)
        plain = self.trajectory.law.kind == "descent" and self.trajectory.law.weight_decay == 0
        if edge is not None and other is self.trajectory and full and plain:
            floor = self.run.sharpness_floor
            if edge < floor:
                out.append(phrases.no_rest(edge, floor))
        return out

    def _tells_loss(self, k: int) -> bool:
        """Whether its loss is all that is said of where it is."""
        j, law = int(self.frames[k]), self.trajectory.law
        if self.course is None:
            return True
        decays = law.kind == "descent" and law.weight_decay > 0  # the loss is not what it lowers
        return decays and self.course.stay[j] < 0 and not self.jumps[j]

    @property
    def values(self) -> Matrix:
        """Its loss at the first run's moments, (n,)."""
        return np.interp(self.run.trajectory.t, self.trajectory.t, self.trajectory.loss)

    @cached_property
    def _stretch(self) -> NDArray[np.intp]:
        """Number of the stretch of jumps that a frame belongs to, 0 outside, (n,)."""
        begins = np.diff(self.jumps.astype(int), prepend=0) == 1
        return np.cumsum(begins) * self.jumps

    def _jumping(self, j: int, *, short: bool) -> list[Piece]:
        """Which mode goes up and down, and between which strengths."""
        problem = self.trajectory.problem
        n_modes = positive_modes(problem)
        here = self._stretch == self._stretch[j]
        some = self.trajectory.strengths[here][:, :n_modes]
        low, high = some.min(axis=0), some.max(axis=0)
        if n_modes == 0:
            return phrases.jumping(None, 0.0, 0.0, short=short)
        k = int(np.argmax((high - low) / problem.singular_values[:n_modes]))
        return phrases.jumping(k, float(low[k]), float(high[k]), short=short)

    def _ended(self, k: int) -> bool:
        """Whether it has diverged by the first run's k-th frame."""
        diverged = self.trajectory.status == "diverged"
        return bool(diverged and self.run.trajectory.t[k] >= self.trajectory.t[-1])


def second(run: Run, kept: Run | None = None) -> Second | None:
    """The run A that is kept, else what runs beside the flow, if anything does."""
    if kept is not None:
        return Second("● B", "○ A", run, kept.trajectory, kept.course)
    other = run.beside
    if other is None:
        return None
    course = Course(other) if other.law.is_linear else None
    return Second("● Flow", f"○ {BESIDE[run.scenario.beside].short}", run, other, course)
