r"""An integration of the flow that shares nothing with linviz: Gragg, Bulirsch and Stoer, batched.

Many networks of the same widths move at once, each with a step of its own. The modified midpoint
rule with 2, 4, ..., 14 substeps, extrapolated in the square of the step, is of order 14; the
tolerance is 1e-12 of the largest weight.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

Array = np.ndarray
Shaped = Callable[[Array], list[Array]]

SUBSTEPS = tuple(range(2, 16, 2))
RTOL = 1e-12
MOST_STEPS = 20_000


def velocity(G: Array, S: Array, W: Sequence[Array]) -> list[Array]:
    """dW_j/dt = B_jᵀ (Y Xᵀ - P X Xᵀ) A_jᵀ for arrays (n, d_j, d_{j-1})."""
    A: list[Array] = [np.eye(G.shape[-1])]
    for Wj in W:
        A.append(Wj @ A[-1])
    pulled = S - A[-1] @ G
    out = []
    for j in range(len(W) - 1, -1, -1):
        out.append(pulled @ np.swapaxes(A[j], -1, -2))
        pulled = np.swapaxes(W[j], -1, -2) @ pulled
    return out[::-1]


def states(G: Array, S: Array, W: Sequence[Array], times: Array) -> list[list[Array]]:
    """Weights of every run at its own ascending times (n, k): a list of k states."""
    shapes = [Wj.shape[1:] for Wj in W]
    cuts = np.cumsum([a * b for a, b in shapes])[:-1]

    def shaped(w: Array) -> list[Array]:
        parts = np.split(w, cuts, axis=1)
        return [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]

    w, t = np.concatenate([Wj.reshape(len(Wj), -1) for Wj in W], axis=1), np.zeros(len(G))
    found: list[list[Array]] = []
    step = None
    for goal in times.T:
        w, step = _integrated(G, S, shaped, w, t, goal, step)
        t = goal
        found.append(shaped(w))
    return found


def _integrated(
    G: Array, S: Array, shaped: Shaped, w: Array, t: Array, goal: Array, step: Array | None
) -> tuple[Array, Array]:
    """The states at `goal`, and the steps to go on with."""
    w, t = w.copy(), t.copy()
    if step is None:
        step = 0.1 / (1.0 + np.abs(_speed(G, S, shaped, w)).max(axis=1))
    for _ in range(MOST_STEPS):
        going = np.flatnonzero(t < goal)
        if going.size == 0:
            return w, step
        h = np.minimum(step[going], goal[going] - t[going])
        new, error = _extrapolated(G[going], S[going], shaped, w[going], h)
        error /= RTOL * np.abs(w[going]).max(axis=1) + 1e-300
        kept = error <= 1
        some = going[kept]
        w[some] = new[kept]
        last = h[kept] == goal[some] - t[some]
        t[some] = np.where(last, goal[some], t[some] + h[kept])
        factor = np.clip(0.8 * np.maximum(error, 1e-10) ** (-1 / (2 * len(SUBSTEPS) - 1)), 0.2, 3)
        grown = h * factor
        step[going] = np.where(kept, np.maximum(grown, step[going] * (h < step[going])), grown)
    raise RuntimeError(f"expected to arrive within {MOST_STEPS} steps, found t = {t} of {goal}")


def _speed(G: Array, S: Array, shaped: Shaped, w: Array) -> Array:
    return np.concatenate([V.reshape(len(V), -1) for V in velocity(G, S, shaped(w))], axis=1)


def _extrapolated(G: Array, S: Array, shaped: Shaped, w: Array, h: Array) -> tuple[Array, Array]:
    """One large step, and the difference of its last two columns."""
    first = _speed(G, S, shaped, w)
    table: list[Array] = []
    for k, n in enumerate(SUBSTEPS):
        small = (h / n)[:, None]
        before, now = w, w + small * first
        for _ in range(n - 1):
            before, now = now, before + 2 * small * _speed(G, S, shaped, now)
        row = [0.5 * (now + before + small * _speed(G, S, shaped, now))]
        for j in range(k):
            ratio = (n / SUBSTEPS[k - 1 - j]) ** 2
            row.append(row[-1] + (row[-1] - table[j]) / (ratio - 1))
        table = row
    return table[-1], np.abs(table[-1] - table[-2]).max(axis=1)


def imbalances(W: Sequence[Array]) -> list[Array]:
    """C_j = W_{j+1}ᵀ W_{j+1} - W_j W_jᵀ."""
    return [
        np.swapaxes(Wk, -1, -2) @ Wk - Wj @ np.swapaxes(Wj, -1, -2)
        for Wj, Wk in itertools.pairwise(W)
    ]
