r"""The Jacobian of a small network's flow: all blocks at once, as products of gathered entries.

With the blocks of `second_derivative`, whose rows (a, b) and columns (a', b') are weights of the
layers i > j, stacked over all layers,

.. math:: \partial_{(a', b')} \dot W_{(a, b)}
          = C_{b' a} (B^\top E A^\top)_{b a'} - (A G A^\top)_{a a'} (B^\top B)_{b b'}

so that each entry is a sum of two products of entries of four small matrices. Where those stand
depends on the widths only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linviz.core.model.layers import Layout
from linviz.core.model.problem import Matrix, Problem

Places = NDArray[np.intp]


class _Plan(NamedTuple):
    """Where the pieces of the stacked matrices begin, and where each entry's four factors are."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    AGA: Places
    BB: Places
    C: Places
    BEA: Places


@lru_cache(maxsize=4)
def _plan(dims: tuple[int, ...]) -> _Plan:
    a, b = ((0, *np.cumsum(widths).tolist()) for widths in (dims[:-1], dims[1:]))
    layers = list(zip(a, b, dims[:-1], dims[1:], strict=False))
    p = np.concatenate([x + np.repeat(np.arange(d), e) for x, _, d, e in layers])
    q = np.concatenate([y + np.tile(np.arange(e), d) for _, y, d, e in layers])
    layer = np.repeat(np.arange(len(layers)), [d * e for *_, d, e in layers])
    below, alike = layer[:, None] > layer, layer[:, None] == layer
    C, BEA = q * a[-1] + p[:, None], p * b[-1] + q[:, None]
    C, BEA = np.where(below, C, C.T), np.where(below, BEA, BEA.T)
    C[alike] = 0  # the first entry of the stacked C is 0: no residual part within a layer
    AGA, BB = p[:, None] * a[-1] + p, q[:, None] * b[-1] + q
    return _Plan(a, b, AGA.ravel(), BB.ravel(), C.ravel(), BEA.ravel())


class Jacobian:
    """The derivative of `Field.velocity` at packed weights, (n, n).

    The next call overwrites what a call returns.

    Examples
    --------
    >>> jacobian = Jacobian(Problem.canonical((2,)), Layout((1, 1, 1)))
    >>> jacobian(0.0, np.array([1.0, 3.0]))
    array([[-9., -4.],
           [-4., -1.]])
    """

    def __init__(self, problem: Problem, layout: Layout) -> None:
        self.problem, self.layout, self.plan = problem, layout, _plan(layout.dims)
        dims, (a, b) = layout.dims, self.plan[:2]
        self.cross = np.ascontiguousarray(problem.cross.T)
        self.A, self.B = np.zeros((dims[0], a[-1])), np.zeros((b[-1], dims[-1]))
        self.A[:, : a[1]], self.B[b[-2] :] = np.eye(dims[0]), np.eye(dims[-1])
        self.C = np.zeros((b[-1], a[-1]))  # its blocks are products of the layers between two
        for j in range(len(dims) - 2):
            self.C[b[j] : b[j + 1], a[j + 1] : a[j + 2]] = np.eye(dims[j + 1])
        size = layout.n**2
        self.first, self.second = np.empty(size), np.empty(size)
        self.out = np.empty((layout.n, layout.n))

    def __call__(self, t: float, w: Matrix) -> Matrix:
        A, B, first, second, out = self.A, self.B, self.first, self.second, self.out.ravel()
        P = self._products(self.layout.views(w))
        if self.problem.is_white:
            R, E = A, self.cross - P
        else:  # A G^(1/2): exactly symmetric products
            R, E = self.problem.input_root @ A, self.cross - self.problem.gram @ P
        plan = self.plan
        _gather(R.T @ R, plan.AGA, first)
        _gather(B @ B.T, plan.BB, second)
        np.multiply(first, second, out=first)
        _gather(self.C, plan.C, out)
        _gather(A.T @ E @ B.T, plan.BEA, second)
        np.multiply(out, second, out=out)
        np.subtract(out, first, out=out)
        return self.out

    def _products(self, V: list[Matrix]) -> Matrix:
        """Fill the stacked products of layers; the transpose of the map."""
        A, B, C, (a, b) = self.A, self.B, self.C, self.plan[:2]
        N = len(V)
        for j in range(N - 1):
            np.matmul(A[:, a[j] : a[j + 1]], V[j], out=A[:, a[j + 1] : a[j + 2]])
            i = N - 1 - j
            np.matmul(V[i], B[b[i] : b[i + 1]], out=B[b[i - 1] : b[i]])
            rows = C[b[j] : b[j + 1]]
            for i in range(j + 2, N):
                np.matmul(rows[:, a[i - 1] : a[i]], V[i - 1], out=rows[:, a[i] : a[i + 1]])
        P: Matrix = A[:, a[N - 1] :] @ V[N - 1]
        return P


def _gather(matrix: Matrix, places: Places, out: Matrix) -> None:
    np.take(matrix.ravel(), places, out=out, mode="clip")  # "clip" spares a buffer
