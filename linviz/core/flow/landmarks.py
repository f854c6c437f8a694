r"""Is an end-to-end map bound for the global minimum, near a saddle's, or neither?

At a critical point :math:`U^\top P G^{1/2} V = \Pi_J (D_Y\ 0)`: each mode is learned or missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.field import Field
from linviz.core.model.critical_values import equal_strength, minimum_loss, positive_modes
from linviz.core.model.layers import invariants, pack
from linviz.core.model.problem import IndexSet, Matrix

MINIMUM, CRITICAL, UNDECIDED = "global minimum", "near a critical value", "undecided at t_end"
NEAR = 0.01  # a row of the map, relative to its mode's strength, that counts as at the saddle's
WITHIN = 0.01  # of the strength: the time at which a run comes so close is reported
CLOSE = 1e-8  # of the strength: from here a run can be set aside
BALANCED = 1e-13  # C_j of a balanced start, relative to the largest ‖W_j‖²


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """The losses by which the place of a run is judged; all of them above the best linear map.

    Attributes
    ----------
    floor : that of the global minimum
    gap : height of the next critical value above the floor, inf if there is none
    strength : height of the zero map above the floor
    close : height at which a run is as good as at the minimum
    """

    field: Field
    floor: float
    gap: float
    strength: float
    close: float

    @classmethod
    def of(cls, field: Field) -> Landmarks:
        """Those of a network for a problem.

        Examples
        --------
        >>> from linviz.core.model.problem import Problem
        >>> marks = Landmarks.of(Field(Problem.canonical((3, 2, 1)), (3, 2, 3)))
        >>> marks.floor, marks.gap, marks.strength
        (0.5, 1.5, 6.5)
        """
        s, r_max = field.problem.singular_values, min(field.dims)
        s = np.where(np.arange(s.size) < positive_modes(field.problem), s, 0.0)
        learned, rest = s[:r_max], (*s[r_max:], 0.0)
        steps = [0.5 * (a**2 - b**2) for a in learned for b in rest if a > b]
        gap = float(min(steps)) if steps and len(field.dims) > 2 else math.inf
        strength = 0.5 * float(np.sum(learned**2))
        floor = minimum_loss(field.problem, field.dims) - field.problem.residual_loss
        return cls(field, floor, gap, strength, min(CLOSE * strength, 1e-3 * gap))

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


def nearest_critical(field: Field, P: Matrix) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which modes are learned, (B, n_modes), and whether the map is that of a critical point, (B,).

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
    scale = np.where(np.arange(s.size) < n_modes, s, s[n_modes - 1] if n_modes else 1.0)
    near = (np.linalg.norm(gap, axis=2) <= NEAR * scale).all(axis=1)
    return learned, near


def kept_signs(field: Field, w: Matrix) -> Matrix:
    """Sign of det P times the target's where the flow keeps it, 0 elsewhere; w is (n_params, B).

    It is kept from balanced starts with d_x = d_y = min(dims). Those with -1 never come to the
    target.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> field = Field(Problem.canonical((1,)), (1, 1, 1))
    >>> kept_signs(field, np.array([[0.5, 0.5, 0.5], [0.5, -0.5, 2.0]]))
    array([ 1., -1.,  0.])
    """
    d, B = field.dims[0], w.shape[1]
    square = field.dims[-1] == d == min(field.dims) and field.problem.rank == d
    if not square or len(field.dims) < 3 or positive_modes(field.problem) < d:
        return np.zeros(B)
    W = field.layout.weights(w.T)
    size = np.max([np.linalg.norm(Wj, axis=(1, 2)) for Wj in W], axis=0) ** 2
    balanced = np.ones(B, dtype=bool)
    for C in invariants(W):
        balanced &= np.linalg.norm(C, axis=(1, 2)) <= BALANCED * size
    return np.where(balanced, signs(field, np.moveaxis(field.product(w.T), 0, 2)), 0.0)


def signs(field: Field, P: Matrix) -> Matrix:
    """Sign of det P times the target's, for square transposed maps P (d, d, B)."""
    found = np.linalg.slogdet(np.moveaxis(P, 2, 0)).sign
    return np.asarray(found * np.linalg.slogdet(field.cross).sign)


def of_lower_rank(field: Field, w: Matrix) -> Matrix:
    """Weights (n_params, B) with the d-th singular value of every layer zero, d = d_x.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> field = Field(Problem.canonical((2, 1)), (2, 2))
    >>> of_lower_rank(field, np.array([[3.0], [0.0], [0.0], [1.0]])).T
    array([[3., 0., 0., 0.]])
    """
    layers = []
    for Wj in field.layout.weights(w.T):
        left, values, right = np.linalg.svd(Wj, full_matrices=False)
        values[:, field.dims[0] - 1 :] = 0.0
        layers.append((left * values[:, None]) @ right)
    return np.ascontiguousarray(pack(layers).T)
