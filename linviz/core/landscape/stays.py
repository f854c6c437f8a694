r"""Where a run stays near a critical point, and which way leads down from there.

A stay near {J} | {I} begins where the map is within 8 % of the saddle's for every mode (1 % of a
minimum's), the force on every mode is small in the mode's own unit, and the loss is within 5 % of
the level and within a quarter of the next step down. It ends beyond 1.5 times any of these bounds,
or where J changes. All else is falling. The ways down belong to the stay, not to a moment: near a
saddle the Hessian of a moment has small negative eigenvalues that lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from linviz.core.flow.trajectory import Trajectory
from linviz.core.landscape.canonical import NEAR_ORIGIN
from linviz.core.landscape.critical_points import CriticalPoint
from linviz.core.landscape.hessian import assemble
from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.landscape.nearness import Flags, Nearness
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.layers import Weights, invariants, n_parameters
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.spectra import Inertia, eigenvalues
from linviz.core.model.tolerances import NOT_ZERO

Kind = Literal["saddle", "flat saddle", "origin", "minimum", "unclear"]

MAP_OF_SADDLE, MAP_OF_MINIMUM = 0.08, 0.01  # of s_k: row k of the map
MOST_PULL = 0.2  # of s_k^(2 - 1/N)
NEAR_LEVEL, PART_OF_STEP = 0.05, 0.25  # of level - L_res; of the least step down the tree
LEAVING = 1.5  # a stay ends beyond so many times its bounds
# C_j over s_i^(2/N), i the first missed mode, up to the one: gap in the spectrum at least the other
BALANCED_ENOUGH = ((0.05, 1.0), (0.5, 5.0))
MOST_TO_DECOMPOSE = 300  # weights


@dataclass(frozen=True, slots=True)
class Stay:
    r"""A run near one critical point.

    Attributes
    ----------
    first, last : int
        Frames of the trajectory.
    start, end : float
        Times; it ends with the first frame after it, or with the run.
    learned, missed : tuples of int
        J and I, 0-based, of the modes with a positive strength.
    level : float
        The critical value.
    kind : "saddle" | "flat saddle" | "origin" | "minimum" | "unclear"
        "saddle": a strict one. "unclear": nothing decides how many ways lead down.
    inertia : (down, flat, up) or None
        The Hessian's counts that belong to the critical point, where they are known.
    is_limit : bool
        Whether a converged run ends in it.
    fastest : float or None
        The lowest eigenvalue where it is calmest, in the data's own coordinates: the rate of the
        fastest way down. None where it has not been computed.
    """

    first: int
    last: int
    start: float
    end: float
    learned: IndexSet
    missed: IndexSet
    level: float
    kind: Kind
    inertia: Inertia | None
    is_limit: bool
    fastest: float | None


def stays(
    trajectory: Trajectory,
    near: Nearness,
    point: CriticalPoint | None = None,
    predicted: Inertia | None = None,
) -> tuple[Stay, ...]:
    """The stays of a trajectory, in order of time.

    Parameters
    ----------
    trajectory : Trajectory
        Of a linear network.
    near : Nearness
        Of all its frames.
    point, predicted : CriticalPoint and counts, optional
        The verdict on its limit, and what theory says there.

    Examples
    --------
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.core.experiment.simulation import simulate
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", scale=1e-3)
    >>> from linviz.core.landscape.nearness import nearness
    >>> flow = simulate(scenario)
    >>> found = stays(flow, nearness(flow.problem, flow.W))
    >>> [(stay.missed, stay.kind, stay.inertia) for stay in found]
    [((0, 1), 'saddle', (4, 0, 4)), ((1,), 'saddle', (1, 3, 4)), ((), 'minimum', (0, 4, 4))]
    """
    far, n, found, k = _distance(trajectory, near), len(trajectory.t), [], 0
    is_known = point is not None and trajectory.status == "converged" and point.index is not None
    known = {point.missed: predicted} if point is not None and is_known else {}
    cut = _Cut(trajectory, near, point, known)
    while k < n:
        a = last = k
        while far[a] <= 1 and last + 1 < n and far[last + 1] <= LEAVING:
            if (near.learned[last + 1] != near.learned[a]).any():
                break
            last += 1
        if far[a] <= 1 and (last > a or last == n - 1):
            found.append(cut.stay(a, last, a + int(far[a : last + 1].argmin())))
        k = last + 1
    return tuple(found)


def _distance(trajectory: Trajectory, near: Nearness) -> Matrix:
    """How far each frame is from a critical point: at most 1 inside the bounds."""
    problem, learned = trajectory.problem, near.learned
    half = 0.5 * problem.singular_values[: learned.shape[1]] ** 2
    height = np.sum(~learned * half, axis=1)
    step = np.where(learned, np.inf, half).min(axis=1, initial=np.inf)
    step = np.where(np.isinf(step), half.min(initial=np.inf), step)
    relative = np.where(height > 0, NEAR_LEVEL * height, np.inf)
    bound = np.maximum(np.minimum(relative, PART_OF_STEP * step), NOT_ZERO)
    is_best = (learned == _learned_at_best(trajectory)).all(axis=1)
    parts = [
        near.map / np.where(is_best, MAP_OF_MINIMUM, MAP_OF_SADDLE),
        near.pull / MOST_PULL,
        np.abs(trajectory.excess - height) / bound,
    ]
    far: Matrix = np.max(parts, axis=0)
    if not problem.is_white and trajectory.status == "converged":
        end = trajectory.limit_product  # P itself has to settle, not only P G^(1/2)
        size = MAP_OF_MINIMUM * np.linalg.norm(end, 2) or 1.0
        settled = np.linalg.norm(trajectory.product - end, 2, axis=(1, 2)) / size
        far = np.where((learned == learned[-1]).all(axis=1), np.maximum(far, settled), far)
    if len(trajectory.dims) == 2:  # a convex problem without saddles
        far = np.where(is_best, far, np.inf)
    return np.nan_to_num(far, nan=np.inf)


def _learned_at_best(trajectory: Trajectory) -> Flags:
    """Which modes a global minimum learns: the strongest that fit."""
    n_modes = positive_modes(trajectory.problem)
    return np.asarray(np.arange(n_modes) < min(n_modes, *trajectory.dims))


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """What tells kind and counts of the stays of one trajectory."""

    trajectory: Trajectory
    near: Nearness
    point: CriticalPoint | None
    known: dict[IndexSet, Inertia | None]

    def stay(self, first: int, last: int, calmest: int) -> Stay:
        t, learned = self.trajectory.t, self.near.learned[first]
        J, missed = (tuple(np.flatnonzero(learned == has).tolist()) for has in (True, False))
        excess = 0.5 * float(sum(self.trajectory.problem.singular_values[i] ** 2 for i in missed))
        is_limit = (
            last == len(t) - 1
            and self.trajectory.status == "converged"
            and self.point is not None
            and self.point.missed == missed
            and self.point.kind != "not critical"
        )
        W = self.trajectory.frame(calmest)
        kind, inertia = self._kind(first, last, calmest, J, missed, is_limit)
        return Stay(
            first=first,
            last=last,
            start=float(t[first]),
            end=float(t[min(last + 1, len(t) - 1)]),
            learned=J,
            missed=missed,
            level=self.trajectory.problem.residual_loss + excess,
            kind=kind,
            inertia=inertia,
            is_limit=is_limit,
            fastest=_fastest(self.trajectory.problem, W) if kind == "saddle" else None,
        )

    def _kind(
        self, first: int, last: int, calmest: int, J: IndexSet, missed: IndexSet, is_limit: bool
    ) -> tuple[Kind, Inertia | None]:
        """By a formula, by the limit's own verdict, or by the balanced formula if it shows."""
        trajectory, point = self.trajectory, self.point
        N, n = len(trajectory.W), n_parameters(trajectory.dims)
        theory = self._theory(missed)
        if tuple(np.flatnonzero(_learned_at_best(trajectory)).tolist()) == J:
            return "minimum", theory
        if theory is not None:
            return ("saddle" if theory[0] else "flat saddle"), theory
        if is_limit and point is not None and point.index is not None:
            flat = point.nullity
            counts = None if flat is None else (point.index, flat, n - flat - point.index)
            return ("saddle" if point.kind == "strict saddle" else "flat saddle"), counts
        if N > 2 and not J and self._is_small(slice(first, last + 1)):
            return "origin", (0, n, 0)
        counts = self._balanced(calmest, missed) if J and n <= MOST_TO_DECOMPOSE else None
        if counts is None:
            return "unclear", None
        return ("saddle" if counts[0] else "flat saddle"), counts

    def _theory(self, missed: IndexSet) -> Inertia | None:
        """What theory says of every critical point that misses these modes."""
        if missed not in self.known:
            problem, dims = self.trajectory.problem, self.trajectory.dims
            self.known[missed] = predicted_inertia(problem, dims, missed)
        return self.known[missed]

    def _is_small(self, frames: slice) -> bool:
        """Whether every layer is near zero."""
        s, layers = self.trajectory.problem.singular_values, self.near.layers
        sizes = [float(np.linalg.norm(Wj[frames], 2, axis=(1, 2)).max()) for Wj in layers]
        return bool(max(sizes) <= NEAR_ORIGIN * float(s[0]) ** (1 / len(layers)))

    def _balanced(self, calmest: int, missed: IndexSet) -> Inertia | None:
        """The counts of balanced critical points, if the spectrum shows them."""
        problem, layers = self.trajectory.problem, tuple(Wj[calmest] for Wj in self.near.layers)
        told = predicted_inertia(problem, self.trajectory.dims, missed, balanced=True)
        if told is None:
            return None
        reduced = problem.canonical_with(problem.d_x)
        counts, gap = named_counts(eigenvalues(assemble(reduced, layers)), told)
        unit = float(problem.singular_values[missed[0]]) ** (2 / len(layers))
        C = max(float(np.linalg.norm(Cj)) for Cj in invariants(layers)) / unit
        shows = counts == told and any(most >= C and gap >= g for most, g in BALANCED_ENOUGH)
        return told if shows else None


def named_counts(values: Matrix, told: Inertia) -> tuple[Inertia, float]:
    """Counts if all but the lowest and the highest eigenvalues are flat, and the gap between them.

    Theory says how many are the lowest and how many the highest; no threshold is needed.

    Examples
    --------
    >>> named_counts(np.array([-2.0, -0.1, 0.1, 3.0]), (1, 2, 1))
    ((1, 2, 1), 20.0)
    """
    down, _, up = told
    low, flat, high = np.split(np.sort(values), [down, len(values) - up])
    n_down, n_up = int(np.sum(low < 0)), int(np.sum(high > 0))
    named = np.abs(np.concatenate([low, high])).min(initial=np.inf)
    gap = float(named / max(float(np.abs(flat).max(initial=0.0)), NOT_ZERO))
    return (n_down, len(values) - n_down - n_up, n_up), gap


def _fastest(problem: Problem, W: Weights) -> float | None:
    """The lowest eigenvalue of the Hessian."""
    if sum(Wj.size for Wj in W) > MOST_TO_DECOMPOSE:
        return None
    return float(eigenvalues(assemble(problem, W))[0])
