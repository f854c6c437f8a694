"""The Hessian's spectrum at critical points of networks with one hidden layer, in small blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import NO_RESIDUAL, ROUNDOFF_GRADIENT


def two_layer_eigenvalues(problem: Problem, W: Sequence[Matrix]) -> Matrix | None:
    r"""All eigenvalues, ascending; None if W is no critical point of two layers on white data.

    Each singular triple (s, u, v) of the residual M = Y - P has a block of its own,

    .. math:: \begin{pmatrix} W_1 W_1^\top & -s I \\ -s I & W_2^\top W_2 \end{pmatrix}

    because W_2ᵀ u = 0 and W_1 v = 0 there. On the rest M vanishes and the nonzero eigenvalues are
    all sums of one of W_2 W_2ᵀ and one of W_1ᵀ W_1.
    """
    if len(W) != 2 or not problem.is_white:
        return None
    W1, W2 = W
    U, s, Vt = np.linalg.svd(problem.cross - W2 @ W1)
    size = max(float(np.linalg.norm(W1)), float(np.linalg.norm(W2)))
    k = int(np.count_nonzero(s > NO_RESIDUAL * float(np.linalg.norm(problem.cross))))
    M = (U[:, :k] * s[:k]) @ Vt[:k]
    slope = max(float(np.linalg.norm(W2.T @ M)), float(np.linalg.norm(M @ W1.T)))
    if slope > ROUNDOFF_GRADIENT * size * float(np.linalg.norm(problem.cross)):
        return None
    d, same = len(W1), np.eye(len(W1))
    blocks = np.zeros((k, 2 * d, 2 * d))
    blocks[:, :d, :d], blocks[:, d:, d:] = W1 @ W1.T, W2.T @ W2
    blocks[:, :d, d:] = blocks[:, d:, :d] = -s[:k, None, None] * same
    left, right = U[:, k:].T @ W2, W1 @ Vt[k:].T
    sums = np.add.outer(np.linalg.eigvalsh(left @ left.T), np.linalg.eigvalsh(right.T @ right))
    n_rest = d * (len(left) + right.shape[1])
    rest = np.sort(sums.ravel())[::-1][:n_rest]
    rest = np.concatenate([rest, np.zeros(n_rest - len(rest))])
    return np.sort(np.concatenate([np.linalg.eigvalsh(blocks).ravel(), rest]))
