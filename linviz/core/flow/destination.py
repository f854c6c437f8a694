r"""What a run is heading for: the losses and scales by which its end is judged.

At a critical point :math:`U^\top P G^{1/2} V = \Pi_J (D_Y\ 0)`: each mode is learned or missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.determinant import kept_sign
from linviz.core.flow.field import Field
from linviz.core.model.critical_values import equal_strength, minimum_loss, positive_modes
from linviz.core.model.layers import transposed
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.sizes import frobenius
from linviz.core.model.tolerances import CLOSE, CLOSE_TO_GAP, EQUAL, LEAST_CLOSE, SET_ASIDE

MINIMUM, CRITICAL, UNDECIDED = "global minimum", "near a critical value", "undecided at t_end"
LEARNED_TO_GAP = 1e-3  # the same, relative to the next critical value above the minimum
STRENGTH_PART = 0.01  # of the strength, that the data's own scale may make the measure of the end
NEAR = 0.01  # a row of the map, relative to its mode's strength, that counts as at the saddle's


@dataclass(frozen=True, slots=True, eq=False)
class Destination:
    """What runs of this network converge to; losses are those above the best linear map.

    Attributes
    ----------
    field : Field
    floor : that of the global minimum
    gap : height of the next critical value above the floor, inf if there is none
    strength : height of the zero map above the floor; the start's where that is 0
    close : height above the floor at which to polish
    learned : height above the floor at which one of many runs is as good as at the minimum
    trapped : whether the start is balanced, with det P of the wrong sign
    slope : natural size of YXᵀ, for the scale of gradients
    weight : size of a layer at the minimum, ‖W_LR‖^(1/N)
    rate : natural rate of the flow, the inverse of a time
    directions : the eigenvectors of XXᵀ along which there are data, as columns
    size : of the map, by which its distance along a direction is judged
    tied : the modes of one strength among which the smallest width leaves a choice, (k, k) if none
    """

    field: Field
    floor: float
    gap: float
    strength: float
    close: float
    learned: float
    trapped: bool
    slope: float
    weight: float
    rate: float
    directions: Matrix
    size: float
    tied: tuple[int, int]

    @classmethod
    def of(cls, field: Field, start: Matrix | None = None) -> Destination:
        """That of a network for a problem, and of its packed start where there is only one.

        Examples
        --------
        >>> from linviz.core.model.problem import Problem
        >>> goal = Destination.of(Field(Problem.canonical((3, 2, 1)), (3, 2, 3)))
        >>> goal.floor, goal.gap, goal.strength
        (0.5, 1.5, 6.5)
        """
        problem, r_max, N = field.problem, min(field.dims), len(field.dims) - 1
        s = problem.singular_values
        n_positive = positive_modes(problem)
        values = s[:n_positive].tolist() + [0.0] * (s.size - n_positive)
        learned, rest = values[:r_max], (*values[r_max:], 0.0)
        equal = EQUAL * values[0]  # modes of one strength are no step apart
        steps = [0.5 * (a**2 - b**2) for a in learned for b in rest if a - b > (equal if b else 0)]
        step = min(steps, default=math.inf)
        P = np.zeros(problem.cross.T.shape) if start is None else field.product(start)
        strength = 0.5 * sum(a * a for a in learned)
        if start is not None:
            strength = strength or float(field.excess(P)) or 1.0
        slope = frobenius(problem.cross) or frobenius(problem.gram @ P) or 1.0
        # of white data the map's singular values are the target's
        best = problem.least_squares
        largest = s[0] if problem.is_white else np.linalg.svd(best, compute_uv=False)[0]
        weight = float(largest) ** (1 / N)
        rate = slope * weight ** (N - 2) if N > 1 and weight > 0 else frobenius(problem.gram)
        return cls(
            field=field,
            floor=minimum_loss(problem, field.dims) - problem.residual_loss,
            gap=step if N > 1 else math.inf,  # without a hidden layer there is no saddle
            strength=strength,
            close=_close(problem, strength, step),
            learned=min(SET_ASIDE * strength, LEARNED_TO_GAP * step),
            trapped=start is not None and kept_sign(field, start) < 0,
            slope=slope,
            weight=weight,
            rate=rate or 1.0,
            directions=_directions(problem),
            size=frobenius(best) or frobenius(P) or 1.0,
            tied=_tied(problem, r_max),
        )

    @property
    def natural(self) -> float:
        """Size of the products around a layer at the minimum."""
        return float(self.weight ** (len(self.field.dims) - 2))

    def reached(self, w: Matrix) -> Matrix:
        """Weights (..., n) without the part of W_1 that no data reach: it has no part in scales."""
        if self.directions.shape[1] == self.directions.shape[0]:
            return w
        w = w.copy()
        first = self.field.layers(w)[0]
        first[...] = self.directions @ (self.directions.T @ first)
        return w

    def nearest_minimum(self, P: Matrix) -> Matrix:
        r"""Transposes of the maps of least loss next to P, both (..., d_x, d_y).

        .. math:: P_* = \Pi W_{LR}

        with the projector on the outputs of the modes that the smallest width lets through
        (Eckart-Young); among modes of one strength those that P has.
        """
        problem, r = self.field.problem, min(self.field.dims)
        best = problem.least_squares.T
        if r >= problem.n_modes:
            return best
        first, last = self.tied
        U, V = problem.output_modes, problem.input_modes
        kept = U[:, :first]
        nearest: Matrix = (best @ kept) @ kept.T
        if first < last:
            block = V[:, first:last].T @ problem.input_root @ P @ U[:, first:last]
            Q = np.linalg.eigh(block + transposed(block))[1][..., last - r - (last - first) :]
            kept = U[:, first:last] @ Q
            nearest = nearest + (best @ kept) @ transposed(kept)
        return nearest

    def judge(self, P: Matrix, excess: Matrix) -> list[tuple[str, IndexSet | None]]:
        """Outcome and missed modes of each of B transposed maps P (d_x, d_y, B)."""
        n_modes = positive_modes(self.field.problem)
        best = tuple(range(min(*self.field.dims, n_modes), n_modes))
        learned, near = nearest_critical(self.field, P)
        s = self.field.problem.singular_values[:n_modes]
        values = 0.5 * np.sum(np.where(learned, 0.0, s**2), axis=1)
        # the value of a tie with the minimum is the minimum's; half of the gap tells them apart
        saddle = near & (values - self.floor > 0.5 * self.gap)
        below = excess - self.floor < self.gap
        places: list[tuple[str, IndexSet | None]] = []
        for b in range(excess.size):
            if saddle[b]:
                places.append((CRITICAL, tuple(np.flatnonzero(~learned[b]).tolist())))
            else:
                places.append((MINIMUM, best) if below[b] else (UNDECIDED, None))
        return places


def _close(problem: Problem, strength: float, step: float) -> float:
    """The height above the floor at which to polish: of the strength that XXᵀ = 1 would leave.

    By that the map is as near along directions of much data as along others.
    """
    square = 0.5 * float(np.sum(problem.least_squares**2))
    measure = min(strength, max(square, STRENGTH_PART * strength))
    return max(min(CLOSE * measure, CLOSE_TO_GAP * step), LEAST_CLOSE * strength)


def _directions(problem: Problem) -> Matrix:
    """Eigenvectors of XXᵀ, along which there are data, the most of them first, as columns."""
    if problem.is_white:
        return np.eye(problem.d_x)
    return np.linalg.eigh(problem.input_root)[1][:, ::-1][:, : problem.rank]


def _tied(problem: Problem, r: int) -> tuple[int, int]:
    """The first mode as strong as the r-th, and the one after the last, or (r, r)."""
    s = problem.singular_values
    if r >= s.size or not equal_strength(s, r - 1, r):
        return r, r
    alike = [k for k in range(s.size) if equal_strength(s, r - 1, k)]
    return alike[0], alike[-1] + 1


def nearest_critical(
    field: Field, P: Matrix, within: float = NEAR
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which modes are learned, (B, n_modes), and whether the map is that of a critical point, (B,).

    It is where every row is, `within` this part of its mode's strength.

    Of modes of equal strength only the number that is learned is known: the last count as missed.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> P = np.array([[2.0, 0.0], [0.0, 0.001]])[..., None]
    >>> nearest_critical(Field(Problem.canonical((2, 1)), (2, 2, 2)), P)
    (array([[ True, False]]), array([ True]))
    """
    problem, n_modes = field.problem, positive_modes(field.problem)
    s = problem.singular_values
    root = problem.input_root @ problem.input_modes
    M = np.moveaxis(np.tensordot(root.T, P, 1), 2, 0).swapaxes(1, 2)  # (B, d_y, d_x)
    gap = problem.output_modes.T @ M
    learned = np.zeros((len(gap), n_modes), dtype=bool)
    k = 0
    while k < n_modes:
        end = k + 1
        while end < n_modes and equal_strength(s, k, end):
            end += 1
        block = gap[:, k:end, k:end]
        parts, Q = np.linalg.eigh((block + block.swapaxes(1, 2)) / (2.0 * s[k]))
        kept = parts > 0.5
        learned[:, k:end] = kept[:, ::-1]
        gap[:, k:end, k:end] = block - s[k] * (Q * kept[:, None]) @ Q.swapaxes(1, 2)
        k = end
    scale = np.full(problem.d_y, s[n_modes - 1] if n_modes else 1.0)  # by outputs
    scale[:n_modes] = s[:n_modes]
    near = (np.linalg.norm(gap, axis=2) <= within * scale).all(axis=1)
    return learned, near
