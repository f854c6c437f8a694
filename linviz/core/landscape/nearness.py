r"""How far every moment of a run is from a critical point, in all the ways that count.

In canonical coordinates, :math:`W_1' = W_1 G^{1/2} V`, :math:`W_N' = U^\top W_N`, target
:math:`(D_Y\ 0)`. A map alone does not tell: a start with H = 0 may lie near a saddle's map and
moves at full speed, and near the origin of a deep network every gradient is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.critical_values import equal_strength, positive_modes
from linviz.core.model.layers import Weights, prefixes, suffixes, transposed
from linviz.core.model.problem import Matrix, Problem

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    r"""What is read off n moments; m modes have a positive strength.

    Attributes
    ----------
    layers : tuple of N arrays (n, d_j, d_{j-1})
        In canonical coordinates.
    learned : array (n, m) of bool
        Which modes are learned: J. Of equal strengths only their number is known: the first ones.
    map : array (n,)
        :math:`\max_k \|(P - \Pi_J Y)_{k\cdot}\| / s_k`.
    pull : array (n,)
        The force on a mode, in its own unit: :math:`\max_k` of
        :math:`(\sum_j \|(B_j)_{k\cdot}\|^2 \|M_{k\cdot} A_j^\top\|^2)^{1/2} / s_k^{2 - 1/N}`.
    strength : array (n, m)
        :math:`P_{kk} / s_k`.
    share : array (n, m)
        :math:`M_{k\cdot} \cdot \dot P_{k\cdot}`, the modes' shares of :math:`-dL/dt`.
    fall : array (n,)
        :math:`-dL/dt` itself, with the outputs that have no mode.
    """

    layers: Weights
    learned: Flags
    map: Matrix
    pull: Matrix
    strength: Matrix
    share: Matrix
    fall: Matrix


def nearness(problem: Problem, W: Sequence[Matrix]) -> Nearness:
    """Read it off the weights of n moments, arrays (n, d_j, d_{j-1}).

    Examples
    --------
    >>> problem = Problem.canonical((2, 1))
    >>> found = nearness(problem, (np.diag([2.0, 0.1])[None], np.eye(2)[None]))
    >>> found.learned, found.map
    (array([[ True, False]]), array([0.1]))
    """
    s, N, m = problem.singular_values, len(W), positive_modes(problem)
    V, diagonal = problem.input_root @ problem.input_modes, np.arange(s.size)
    layers = list(W)
    layers[0] = layers[0] @ V
    layers[-1] = problem.output_modes.T @ layers[-1]
    A, B = prefixes(layers), suffixes(layers)
    P, M = A[-1], -A[-1]
    M[:, diagonal, diagonal] += s
    learned, gap = _learned(s[:m], P)
    unit = np.full(problem.d_y, s[m - 1] if m else 1.0)  # by outputs
    unit[:m] = s[:m]
    Q = [M @ transposed(a) for a in A[:-1]]
    forces = sum(np.sum(b**2, axis=-1) * np.sum(q**2, axis=-1) for b, q in zip(B, Q, strict=True))
    Q[0] = M if problem.is_white else M @ V.T  # the flow is that of the data as they are
    moved = (q * (b @ (transposed(b) @ q)) for b, q in zip(B, Q, strict=True))
    shares = np.asarray(sum(part.sum(axis=-1) for part in moved))
    return Nearness(
        layers=tuple(layers),
        learned=learned,
        map=(np.linalg.norm(gap, axis=2) / unit).max(axis=1),
        pull=(np.sqrt(forces) / unit ** (2 - 1 / N)).max(axis=1),
        strength=P[:, diagonal, diagonal][:, :m] / s[:m],
        share=shares[:, :m],
        fall=shares.sum(axis=1),
    )


def _learned(s: Matrix, P: Matrix) -> tuple[Flags, Matrix]:
    """Which modes are learned, and what is left of the map without them."""
    gap, learned, k = P.copy(), np.zeros((len(P), s.size), dtype=bool), 0
    while k < s.size:
        end = k + 1  # modes k..end-1 have the same strength: only a projector within them is known
        while end < s.size and equal_strength(s, k, end):
            end += 1
        block = gap[:, k:end, k:end]
        if end == k + 1:
            learned[:, k] = block[:, 0, 0] > 0.5 * s[k]
            gap[learned[:, k], k, k] -= s[k]
        else:
            part, Q = np.linalg.eigh(0.5 * (block + transposed(block)))
            held = part > 0.5 * s[k]
            learned[:, k:end] = held[:, ::-1]
            gap[:, k:end, k:end] -= s[k] * (Q * held[:, None]) @ transposed(Q)
        k = end
    return learned, gap
