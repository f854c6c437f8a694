"""A share of a basin study: some of its draws, run together, each set aside when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import UNDECIDED, Destination
from linviz.core.flow.determinant import kept_signs, of_lower_rank, signs
from linviz.core.flow.field import Field
from linviz.core.flow.implicit import implicit_run
from linviz.core.flow.integrator import FlowError, Stepper, quietly
from linviz.core.model.initialization import balanced, gaussian, orthogonal, sphere, xavier
from linviz.core.model.layers import pack
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.tolerances import RTOL_IMPLICIT
from linviz.core.starts.courses import Courses
from linviz.core.starts.crossing import crossing
from linviz.core.starts.ensemble import Ensemble, Move
from linviz.core.starts.passages import Passages
from linviz.core.starts.runs import Runs

RANDOM_RULES = {rule.__name__: rule for rule in (gaussian, xavier, orthogonal, balanced, sphere)}
NULL_RULES = {rule.__name__ for rule in (orthogonal, balanced)}  # whose draws fill no volume
SIZED_RULES = {sphere.__name__}  # whose draws are all of one size

MOST_WORK = 12_000  # evaluations after which the rest of a run is left to an implicit method
State = tuple[float, float, float]  # time, height above the minimum, and its slope

WITHIN = 0.01  # of the strength: the time at which a run comes so close is reported


class Draws(Protocol):
    """Starts by number, what they are to learn, and for how long they run."""

    @property
    def problem(self) -> Problem: ...
    @property
    def dims(self) -> tuple[int, ...]: ...
    @property
    def t_end(self) -> float: ...
    @property
    def watched(self) -> tuple[IndexSet, ...]:
        """Saddles whose passages are noted, by the modes that they miss, from high to low."""

    @property
    def until_left(self) -> bool:
        """Whether a run is done when it has left the last of them."""

    @property
    def enough(self) -> float:
        """Height above the minimum at which a run is done, where that comes before its end."""

    @property
    def times(self) -> tuple[float, ...]:
        """When heights are noted, ascending."""

    def starts(self, numbers: Sequence[int]) -> Matrix:
        """Packed weights, one column a start."""


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What is asked of every draw."""

    problem: Problem
    dims: tuple[int, ...]
    rule: str
    scale: float
    t_end: float
    watched: tuple[IndexSet, ...] = ()
    until_left: ClassVar[bool] = False
    enough: ClassVar[float] = 0.0
    times: tuple[float, ...] = ()

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, in numbers and words that JSON knows; equal where the draws are."""
        return {
            "X": self.problem.X.tolist(),
            "Y": self.problem.Y.tolist(),
            "dims": list(self.dims),
            "rule": self.rule,
            "scale": self.scale,
            "t_end": self.t_end,
            "watched": [list(missed) for missed in self.watched],
        }

    def starts(self, seeds: Sequence[int]) -> Matrix:
        """The packed weights that each seed draws, as columns."""
        rule = RANDOM_RULES[self.rule]
        draws = [rule(self.dims, self.scale, seed=seed) for seed in seeds]
        return np.ascontiguousarray(pack([np.stack(Wj) for Wj in zip(*draws, strict=True)]).T)


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """Results of some draws: excess losses, times to 1 %, outcomes, missed modes, passages.

    `orientation` has the signs of the determinants of the square layers at the end, a row a draw:
    which component of the minima a run is heading for; `height` the losses above the minimum at
    the times that were asked for.
    """

    excess: Matrix
    t_within: Matrix
    outcome: tuple[str, ...]
    missed: tuple[IndexSet | None, ...]
    orientation: NDArray[np.int8]
    entered: Matrix
    left: Matrix
    near: NDArray[np.bool_]
    height: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))

    @classmethod
    def joined(cls, shares: Sequence[Share]) -> Share:
        """One share of several, in their order."""
        return cls(
            np.concatenate([share.excess for share in shares]),
            np.concatenate([share.t_within for share in shares]),
            tuple(name for share in shares for name in share.outcome),
            tuple(missed for share in shares for missed in share.missed),
            np.concatenate([share.orientation for share in shares]),
            np.concatenate([share.entered for share in shares]),
            np.concatenate([share.left for share in shares]),
            np.concatenate([share.near for share in shares]),
            np.concatenate([share.height for share in shares]),
        )


def run_share(
    study: Draws,
    seeds: Sequence[int],
    report: Callable[[int], object] | None = None,
    interrupt: Callable[[], bool] | None = None,
    *,
    partly: bool = False,
) -> Share:
    """Run the draws of these seeds to the horizon; `report` hears how many are done.

    One that is stopped is an error, or with `partly` a share in which those that were still under
    way are undecided, of an excess that is nan.

    Examples
    --------
    >>> study = Study(Problem.canonical((2,)), (1, 1, 1), "gaussian", 0.5, 60.0)
    >>> run_share(study, range(3)).outcome
    ('global minimum', 'global minimum', 'global minimum')
    """
    runner = _Runner(study, seeds)
    reported = 0
    with quietly():
        while runner.n_done < len(seeds):
            if interrupt is not None and interrupt():
                if partly:
                    break
                raise FlowError(f"the study was stopped after {runner.n_done} of {len(seeds)} runs")
            runner.advance()
            if report is not None and runner.n_done > reported:
                reported = runner.n_done
                report(reported)
    places = [(UNDECIDED, None) if place is None else place for place in runner.places]
    outcome, missed = zip(*places, strict=True)
    found = runner.passages
    ends = (runner.excess, runner.t_within, outcome, missed, runner.orientation)
    return Share(*ends, found.entered, found.left, found.near, runner.courses.height)


class _Runner:
    """Draws on their way, and what is found of them."""

    def __init__(self, study: Draws, seeds: Sequence[int]) -> None:
        self.study, self.seeds = study, seeds
        self.field = Field(study.problem, study.dims)
        self.goal = Destination.of(self.field)
        self.runs = Runs(self.field, study.t_end)
        self.level = np.empty(len(seeds))  # excess loss that counts as within 1 %
        self.t_within = np.full(len(seeds), np.inf)
        self.excess = np.full(len(seeds), np.nan)
        self.square = [j for j, (_, _, (a, b)) in enumerate(self.field.layout.parts) if a == b]
        self.orientation = np.zeros((len(seeds), len(self.square)), dtype=np.int8)
        self.passages = Passages.of(self.field, self.goal.floor, study.watched, len(seeds))
        self.courses = Courses.of(study.times, len(seeds))
        self.places: list[tuple[str, IndexSet | None] | None] = [None] * len(seeds)
        self.n_begun = self.n_done = 0

    def advance(self) -> None:
        """Fill up, step, and set aside what is done."""
        self._fill()
        ensemble, move = self.runs.step()
        self._keep_signs(ensemble, move.columns)
        self._note_times(ensemble, move)
        columns = move.columns[ensemble.draw[move.columns] >= 0]
        height = ensemble.excess[columns] - self.goal.floor
        done = height <= max(self.goal.learned, self.study.enough)
        if self.study.until_left:
            done |= np.isfinite(self.passages.left[ensemble.draw[columns], -1])
        done |= ensemble.t[columns] >= self.study.t_end
        self._record(ensemble, columns[done])
        on, last = columns[~done], height[~done] <= WITHIN * self.goal.strength
        self.runs.change_over(ensemble, on, last)
        for column in on[ensemble.work[on] >= MOST_WORK]:
            if ensemble.draw[column] >= 0:
                with implicit_run():
                    self._finish_alone(ensemble, int(column))

    def _keep_signs(self, ensemble: Ensemble, columns: NDArray[np.int_]) -> None:
        """Undo changes of a sign of det P that the exact flow keeps.

        A singular value below the tolerance has taken the other sign. Zero is where the exact
        flow is up to the tolerance, and a rank that it keeps as well.
        """
        held = columns[(ensemble.draw[columns] >= 0) & (ensemble.sign[columns] != 0)]
        if held.size:
            changed = held[signs(self.field, ensemble.P[..., held]) == -ensemble.sign[held]]
            if changed.size:
                ensemble.replace(changed, of_lower_rank(self.field, ensemble.w[:, changed]))

    def _fill(self) -> None:
        """Let new draws begin, where there is room for them."""
        begin, end = self.n_begun, min(self.n_begun + self.runs.wanted, len(self.seeds))
        if begin == end:
            return
        w = self.study.starts(self.seeds[begin:end])
        excess = self.runs.begin(w, np.arange(begin, end), kept_signs(self.field, w))
        self.n_begun = end
        height = excess - self.goal.floor
        level = WITHIN * self.goal.strength
        self.level[begin:end] = level if level > 0 else WITHIN * height
        self.t_within[begin:end][height <= self.level[begin:end]] = 0.0
        self.passages.begin(np.arange(begin, end), height)

    def _note_times(self, ensemble: Ensemble, move: Move) -> None:
        """First times within 1 % of the minimum, passages of saddles, and heights."""
        row = np.flatnonzero(ensemble.draw[move.columns] >= 0)
        draws, floor = ensemble.draw[move.columns[row]], self.goal.floor
        t, excess, slope = ((old[row], now[row]) for old, now in (move.t, move.excess, move.slope))
        height = excess[0] - floor, excess[1] - floor
        P = move.P if row.size == move.columns.size else move.P.take(row, axis=-1)
        self.passages.note(draws, t, height, slope, P)
        self.courses.note(draws, t, height, slope)
        new = np.flatnonzero((height[1] <= self.level[draws]) & np.isinf(self.t_within[draws]))
        if new.size:
            ends = [(old[new], now[new]) for old, now in (t, height, slope)]
            self.t_within[draws[new]] = crossing(self.level[draws[new]], *ends)

    def _record(self, ensemble: Ensemble, columns: NDArray[np.int_]) -> None:
        """Judge these columns and forget them."""
        if columns.size == 0:
            return
        draws, excess = ensemble.draw[columns], ensemble.excess[columns]
        self.excess[draws] = excess
        self.courses.end(draws, excess - self.goal.floor)
        layers = self.field.layout.views(ensemble.w[:, columns].T)
        for k, j in enumerate(self.square):
            self.orientation[draws, k] = np.linalg.slogdet(layers[j]).sign
        places = self.goal.judge(ensemble.P[..., columns], excess)
        for draw, place in zip(draws, places, strict=True):
            self.places[draw] = place
        ensemble.draw[columns] = -1
        self.n_done += columns.size

    def _finish_alone(self, e: Ensemble, column: int) -> None:
        """Carry one slow run to the horizon with the integrator of `gradient_flow`."""
        draw = int(e.draw[column])
        t, w, height = float(e.t[column]), e.w[:, column].copy(), np.inf
        state = (t, float(e.excess[column]) - self.goal.floor, float(e.slope[column]))
        while t < self.study.t_end and height > self.goal.learned:
            stepper = self._stepper(w, t)
            start, changed = t, False
            while not (stepper.done or changed or height <= self.goal.learned):
                w = stepper.advance(1).w[-1]
                P = self.field.product(w)
                height = float(self.field.excess(P)) - self.goal.floor
                t = self.study.t_end if stepper.done else start + stepper.t
                state = self._note_alone(draw, state, (t, height), w, P)
                if height <= self.level[draw]:
                    self.t_within[draw] = min(t, self.t_within[draw])
                sign = e.sign[column]
                changed = bool(sign and signs(self.field, P[..., None])[0] == -sign)
            if changed:
                w = of_lower_rank(self.field, w[:, None])[:, 0]
        e.replace(np.array([column]), w[:, None])
        self._record(e, np.array([column]))

    def _note_alone(
        self, draw: int, old: State, now: tuple[float, float], w: Matrix, P: Matrix
    ) -> State:
        """Note the passages and heights of one run in one step; where it is then."""
        if not (self.passages.saddles or self.study.times):
            return old
        velocity = self.field.velocity(now[0], w)
        new = (*now, -float(velocity @ velocity))
        t, height, slope = ((np.array([a]), np.array([b])) for a, b in zip(old, new, strict=True))
        self.passages.note(np.array([draw]), t, height, slope, P[..., None])
        self.courses.note(np.array([draw]), t, height, slope)
        return new

    def _stepper(self, w: Matrix, t: float) -> Stepper:
        atol = 1e-2 * RTOL_IMPLICIT * float(np.sqrt(np.mean(w**2)))
        return Stepper(self.field, w, self.study.t_end - t, rtol=RTOL_IMPLICIT, atol=atol)
