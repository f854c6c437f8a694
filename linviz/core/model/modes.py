r"""Strengths of the product's modes, each followed through time under the name of a target mode.

The singular values of :math:`\tilde P = P G^{1/2}` are continuous, but sorted by size they change
places where two of them cross. Here each keeps its singular vectors: from frame to frame backward
in time, and at the end it is named after the target's mode with which its vectors agree.
"""

from __future__ import annotations

import numpy as np

from linviz.core.model.layers import transposed
from linviz.core.model.problem import Matrix, Problem


def followed(problem: Problem, P: Matrix) -> Matrix:
    r"""Singular values of maps :math:`P G^{1/2}` (n, d_y, d_x) over time, by mode of the target.

    Returns
    -------
    array (n, min(d_x, d_y))
        ``[:, k]`` is the singular value whose vectors end nearest to :math:`u_k, v_k` of the target
        :math:`\tilde Y = U (D_Y\ 0) V^\top`.

    Examples
    --------
    >>> followed(Problem.canonical((2, 1)), np.array([np.diag([0.5, 0.8]), np.diag([2.0, 0.9])]))
    array([[0.5, 0.8],
           [2. , 0.9]])
    """
    left, values, right = np.linalg.svd(P, full_matrices=False)
    order = _named(problem, left[-1], values[-1], right[-1])
    # how far the i-th vectors of a frame agree with the j-th of the next one
    agreement = np.abs(transposed(left[:-1]) @ left[1:] * (right[:-1] @ transposed(right[1:])))
    successor = agreement.argmax(axis=1)  # by j: the i that it was in the frame before
    strengths = np.empty_like(values)
    strengths[-1] = values[-1, order]
    for frame in range(len(values) - 2, -1, -1):
        before = successor[frame][order]
        order = before if len(set(before.tolist())) == len(before) else order
        strengths[frame] = values[frame, order]
    return strengths


def _named(problem: Problem, left: Matrix, values: Matrix, right: Matrix) -> list[int]:
    """For each target mode k the singular triple that carries it best, strongest match first."""
    n = problem.n_modes
    U, V = problem.output_modes[:, :n], problem.input_modes[:, :n]
    match = np.abs((U.T @ left) * (right @ V).T) * values  # (k, i)
    order = [-1] * n
    for _ in order:
        k, i = np.unravel_index(int(match.argmax()), match.shape)
        order[int(k)] = int(i)
        match[k, :], match[:, i] = -1.0, -1.0
    return order
