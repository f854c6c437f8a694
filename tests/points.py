"""Critical points built by hand, independently of the library: blocks that couple to nothing."""

from __future__ import annotations

import itertools

import numpy as np

from linviz.core.problem import Problem
from linviz.core.weights import Weights, gradient


def structured_point(
    rng: np.random.Generator, problem: Problem, dims: tuple[int, ...], learned: list[int]
) -> Weights | None:
    """Random critical point of a canonical problem with the given learned modes, or None.

    W_j = T_j (diag(a) + Z_j) T_{j-1}^{-1}: the first block learns, the second one is a chain of
    random coordinate projections; the draw is kept if no layer's gradient sees what is missed.
    """
    N, r, s = len(dims) - 1, len(learned), problem.singular_values
    order_in = learned + [k for k in range(dims[0]) if k not in learned]
    order_out = learned + [k for k in range(dims[-1]) if k not in learned]
    T = [np.eye(d) if rng.random() < 0.3 else _invertible(rng, d) for d in dims]
    T[0], T[-1] = np.eye(dims[0])[:, order_in], np.eye(dims[-1])[:, order_out]
    closed = rng.random(N) < rng.random()
    W = []
    for j, (a, b) in enumerate(itertools.pairwise(dims)):
        block = np.zeros((b, a))
        block[:r, :r] = np.diag(s[learned] ** (1.0 / N))
        for k in range(r, min(a, b)):
            block[k, k] = 0.0 if closed[j] or rng.random() < 0.3 else rng.uniform(0.5, 1.5)
        if j == 0 and a > dims[-1] and not closed[j]:  # inputs that the target does not use
            block[r:, dims[-1] :] = rng.standard_normal((b - r, a - dims[-1]))
        W.append(T[j + 1] @ block @ np.linalg.inv(T[j]))
    slope = max(np.abs(g).max() for g in gradient(problem, W))
    return tuple(W) if slope < 1e-12 else None


def _invertible(rng: np.random.Generator, d: int) -> np.ndarray:
    Q, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return Q * rng.uniform(0.7, 1.4, size=d)
