"""The velocity and the Jacobian as they were when `gradient_flow` took every step in Python.

Frozen, so that what is measured beside them does not move with what is measured: the copies and
the block by block assembly are kept as they stood in version 0.1 (commit 2aacf19).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from linviz.core.model.problem import Matrix, Problem


class FrozenField:
    """Minus the gradient of the loss as a function of the packed weights.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)
    """

    def __init__(self, problem: Problem, dims: Sequence[int]) -> None:
        ends = list(itertools.accumulate(a * b for a, b in itertools.pairwise(dims)))
        self.problem, self.dims, self.n = problem, dims, ends[-1]
        self.layout = tuple(zip([0, *ends], ends, itertools.pairwise(dims), strict=False))
        self.cross = np.ascontiguousarray(problem.cross.T)
        self.w, self.out = np.empty(self.n), np.empty(self.n)
        self.V, self.out_layers = self.layers(self.w), self.layers(self.out)
        self.VT = [v.T for v in self.V]
        self.A = [self.V[0], *(np.empty((dims[0], d)) for d in dims[2:])]
        self.AT = [a.T for a in self.A]
        self.D = [self.out_layers[0], *(np.empty((dims[0], d)) for d in dims[2:])]

    def layers(self, w: Matrix) -> list[Matrix]:
        return [w[start:end].reshape(shape) for start, end, shape in self.layout]

    def pull(self, P: Matrix) -> Matrix:
        return self.cross - (P if self.problem.is_white else self.problem.gram @ P)

    def velocity(self, t: float, w: Matrix) -> Matrix:
        """dw/dt, (n,)."""
        dot, V, A = np.dot, self.V, self.A
        np.copyto(self.w, w)
        for j in range(1, len(V)):
            dot(A[j - 1], V[j], out=A[j])
        D = self.D[-1]
        if self.problem.is_white:
            np.subtract(self.cross, A[-1], out=D)
        else:
            np.subtract(self.cross, dot(self.problem.gram, A[-1]), out=D)
        for j in range(len(V) - 1, 0, -1):
            dot(self.AT[j - 1], D, out=self.out_layers[j])
            D = dot(D, self.VT[j], out=self.D[j - 1])
        return self.out.copy()

    def jacobian(self, t: float, w: Matrix) -> Matrix:
        """Derivative of the velocity, (n, n), block by block."""
        V = self.layers(w)
        N = len(V)
        A, B = [np.eye(self.dims[0])], [np.eye(self.dims[-1])]
        for v in V[:-1]:
            A.append(A[-1] @ v)
        for v in V[:0:-1]:
            B.append(v @ B[-1])
        U, S = np.hstack(A), np.vstack(B[::-1])
        AA = U.T @ (U if self.problem.is_white else self.problem.gram @ U)
        BB, AEB = S @ S.T, U.T @ self.pull(A[-1] @ V[-1]) @ S.T
        a = [0, *itertools.accumulate(self.dims[:-1])]
        b = [0, *itertools.accumulate(self.dims[1:])]
        out = np.empty((self.n, self.n))
        for j in range(N):
            C = np.eye(self.dims[j + 1])
            for i in range(j, N):
                (rows, rows_end, _), (cols, cols_end, _) = self.layout[i], self.layout[j]
                AAij = AA[a[i] : a[i + 1], a[j] : a[j + 1]]
                BBij = BB[b[i] : b[i + 1], b[j] : b[j + 1]]
                block = AAij[:, None, :, None] * -BBij[None, :, None, :]
                if i > j:
                    AEBji = AEB[a[j] : a[j + 1], b[i] : b[i + 1]]
                    block += C.T[:, None, None, :] * AEBji.T[None, :, :, None]
                    C = C @ V[i]
                block = block.reshape(rows_end - rows, cols_end - cols)
                out[rows:rows_end, cols:cols_end] = block
                if i > j:
                    out[cols:cols_end, rows:rows_end] = block.T
        return out
