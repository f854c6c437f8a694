r"""The velocity of many runs at once, on arrays with the runs along the last axis.

One numpy call serves them all. Widths above `NARROW_WIDTH` multiply faster as stacked matrices.
"""

from __future__ import annotations

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.model.problem import Matrix

NARROW_WIDTH = 5  # largest width up to which einsum along the runs beats stacked products


class Abreast:
    """A field for packed weights (n_params, B), one column a run.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> field = Abreast(Field(Problem.canonical((2,)), (1, 1, 1)))
    >>> k, P = field.velocity(np.array([[1.0, 2.0], [3.0, 1.0]]))
    >>> k.tolist(), P.tolist()
    ([[-3.0, 0.0], [-1.0, 0.0]], [[[3.0, 2.0]]])
    """

    def __init__(self, field: Field) -> None:
        self.field = field
        equal = len(set(field.dims)) == 1 and len(field.dims) > 3
        narrow = self._equal if equal else self._narrow
        self._velocity = self._stacked if max(field.dims) > NARROW_WIDTH else narrow

    def velocity(
        self, w: Matrix, factor: Matrix | None = None, out: Matrix | None = None
    ) -> tuple[Matrix, Matrix]:
        """Velocities, times a factor (B,) where there is one, and the maps Pᵀ (d_x, d_y, B).

        `out` may be where the velocities are to be, contiguous.
        """
        out = np.empty(w.shape) if out is None else out
        return out, self._velocity(w, factor, out)

    def losses(self, k: Matrix, P: Matrix) -> tuple[Matrix, Matrix]:
        """Losses above the best linear map, and dL/dt = -‖dw/dt‖²."""
        problem = self.field.problem
        gap = P - problem.least_squares.T[..., None]
        if not problem.is_white:
            gap = np.tensordot(problem.input_root, gap, 1)
        return 0.5 * np.einsum("ijb,ijb->b", gap, gap), -np.einsum("ib,ib->b", k, k)

    def smallest_scale(self, w: Matrix) -> Matrix:
        """Root mean square of the smallest layer that is not zero, at most 1, of each run."""
        smallest = np.ones(w.shape[1])
        for start, end, _ in self.field.layout.parts:
            size = np.sqrt(np.mean(w[start:end] ** 2, axis=0))
            smallest = np.where(size > 0, np.minimum(smallest, size), smallest)
        return smallest

    def _narrow(self, w: Matrix, factor: Matrix | None, out: Matrix) -> Matrix:
        """By einsum along the runs."""
        parts, B = self.field.layout.parts, w.shape[1]
        V = [w[start:end].reshape(*shape, B) for start, end, shape in parts]
        A = [V[0]]
        for v in V[1:]:
            A.append(np.einsum("ikb,kjb->ijb", A[-1], v))
        D = self._pulled(A[-1], factor)
        for j in range(len(V) - 1, 0, -1):
            start, end, shape = parts[j]
            np.einsum("kib,kjb->ijb", A[j - 1], D, out=out[start:end].reshape(*shape, B))
            D = np.einsum("ikb,jkb->ijb", D, V[j])
        out[: parts[0][1]] = D.reshape(-1, B)
        return A[-1]

    def _equal(self, w: Matrix, factor: Matrix | None, out: Matrix) -> Matrix:
        """The same for layers of one shape, whose gradients one call makes."""
        d, N, B = self.field.dims[0], len(self.field.dims) - 1, w.shape[1]
        V = [w[start:end].reshape(d, d, B) for start, end, _ in self.field.layout.parts]
        A, D = np.empty((N - 1, d, d, B)), np.empty((N, d, d, B))
        A[0] = V[0]
        for j in range(1, N - 1):
            np.einsum("ikb,kjb->ijb", A[j - 1], V[j], out=A[j])
        P: Matrix = np.einsum("ikb,kjb->ijb", A[-1], V[-1])
        D[-1] = self._pulled(P, factor)
        for j in range(N - 1, 0, -1):
            np.einsum("ikb,jkb->ijb", D[j], V[j], out=D[j - 1])
        gradients = out.reshape(N, d, d, B)
        gradients[0] = D[0]
        np.einsum("lkib,lkjb->lijb", A, D[1:], out=gradients[1:])
        return P

    def _pulled(self, P: Matrix, factor: Matrix | None) -> Matrix:
        """Minus the derivative of the loss by the map, times a factor."""
        field = self.field
        seen = P if field.problem.is_white else np.tensordot(field.problem.gram, P, 1)
        D: Matrix = field.cross[..., None] - seen
        if factor is not None:
            D *= factor
        return D

    def _stacked(self, w: Matrix, factor: Matrix | None, out: Matrix) -> Matrix:
        """The same with the runs first, by products of stacked matrices."""
        field, rows = self.field, np.ascontiguousarray(w.T)
        V = field.layers(rows)
        A = [V[0]]
        for v in V[1:]:
            A.append(A[-1] @ v)
        D, slopes = field.pull(A[-1]), []
        if factor is not None:
            D = D * factor[:, None, None]
        for j in range(len(V) - 1, 0, -1):
            slopes.append(A[j - 1].swapaxes(1, 2) @ D)
            D = D @ V[j].swapaxes(1, 2)
        slopes.append(D)
        out[...] = np.concatenate([g.reshape(len(rows), -1) for g in reversed(slopes)], axis=1).T
        return np.moveaxis(A[-1], 0, -1)
