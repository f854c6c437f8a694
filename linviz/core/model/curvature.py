r"""The second derivative of the loss over all packed weights, in Kronecker blocks.

With :math:`A_j, B_j` as in `layers`, :math:`E = (Y - PX)X^\top`,
:math:`C_{ij} = W_{i-1} \cdots W_{j+1}` and K the permutation with :math:`K\,vec(V) = vec(V^\top)`,
the blocks in column-major order are

.. math:: \nabla^2_{jj} L = A_j G A_j^\top \otimes B_j^\top B_j, \qquad
          \nabla^2_{ij} L = A_i G A_j^\top \otimes B_i^\top B_j
                            - (C_{ij} \otimes B_i^\top E A_j^\top) K \quad (i > j).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from linviz.core.model.layers import Layout, prefixes, pull, suffixes, transposed
from linviz.core.model.problem import Matrix, Problem


def second_derivative(
    problem: Problem, W: Sequence[Matrix], layout: Layout, out: Matrix | None = None
) -> Matrix:
    """The Hessian (..., n, n) at weights (..., d_j, d_{j-1}) with any leading axes, unchecked.

    All blocks' factors come from three products of the stacked A_j and B_j. It is put in `out`
    where that is given.
    """
    dims, frames = layout.dims, W[0].shape[:-2]
    A, B = prefixes(W), suffixes(W)
    if frames:
        A[0], B[-1] = (np.broadcast_to(one, (*frames, *one.shape)) for one in (A[0], B[-1]))
    U, S = np.concatenate(A[:-1], axis=-2), np.concatenate(B, axis=-1)
    R = U if problem.is_white else U @ problem.input_root  # A G^(1/2): exactly symmetric products
    AGA, BB = R @ transposed(R), transposed(S) @ S
    BEA = transposed(S) @ pull(problem, A[-1]) @ transposed(U)
    rows, columns = _stretches(dims[1:]), _stretches(dims[:-1])
    hess = np.empty((*frames, layout.n, layout.n)) if out is None else out
    for j in range(len(W)):
        first, C = slice(*layout.parts[j][:2]), np.eye(dims[j + 1])
        for i in range(j, len(W)):
            # entries (b, a, b', a') of the derivative of dL/dW_i[a, b] by W_j[a', b']
            left, right = AGA[..., columns[i], columns[j]], BB[..., rows[i], rows[j]]
            block = left[..., :, None, :, None] * right[..., None, :, None, :]
            if i > j:
                C = C if i == j + 1 else W[i - 1] @ C
                residual = BEA[..., rows[i], columns[j]]
                block -= C[..., :, None, None, :] * residual[..., None, :, :, None]
            last = slice(*layout.parts[i][:2])
            square = block.reshape(*frames, last.stop - last.start, first.stop - first.start)
            hess[..., last, first] = square
            if i > j:
                hess[..., first, last] = transposed(square)
    return hess


def _stretches(sizes: Sequence[int]) -> list[slice]:
    """Where pieces of these sizes stand one behind the other."""
    ends = itertools.accumulate(sizes, initial=0)
    return list(itertools.starmap(slice, itertools.pairwise(ends)))


def kronecker_sum(inputs: Sequence[Matrix], outputs: Sequence[Matrix]) -> Matrix:
    r"""The kernel :math:`\sum_j P_j \otimes Q_j` of matrices (p, p) and (q, q), (p q, p q).

    With :math:`P_j = G^{1/2} A_j^\top A_j G^{1/2}` and :math:`Q_j = B_j B_j^\top` it is the neural
    tangent kernel of the end-to-end map on the data, column by column.
    """
    N, p, q = len(inputs), len(inputs[0]), len(outputs[0])
    # one product of matrices: the entries of all P beside those of all Q
    K: Matrix = np.array(inputs).reshape(N, p * p).T.dot(np.array(outputs).reshape(N, q * q))
    return K.reshape(p, p, q, q).swapaxes(1, 2).reshape(p * q, p * q)
