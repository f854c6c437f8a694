r"""The vector field of the gradient flow on packed weights, and its Jacobian: the hot path.

With V_j = W_jᵀ (a row-major view into the packed vector, see `pack`) and
:math:`E^\top = XY^\top - XX^\top P^\top`, :math:`P^\top = V_1 \cdots V_N`, the flow reads

.. math:: \dot V_j = (V_1 \cdots V_{j-1})^\top E^\top (V_{j+1} \cdots V_N)^\top

which is backpropagation: 3H multiplications. Products with an exact 0 stay exactly 0, so that
starts on a coordinate subspace that the flow keeps never leave it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from linviz.core.flow.jacobian import Jacobian
from linviz.core.model.curvature import second_derivative
from linviz.core.model.layers import Layout
from linviz.core.model.problem import Matrix, Problem, check_dims
from linviz.core.model.sizes import frobenius, squares
from linviz.core.model.tolerances import LEAST_POWER

Callback = Callable[[float, Matrix], Matrix]

GATHERED = 3000  # n², for each layer squared, up to which gathering beats blocks one by one


class _Work:
    """Arrays that one call of `velocity` after another fills, and the products that fill them."""

    def __init__(self, layout: Layout) -> None:
        dims = layout.dims
        self.w, self.out = np.empty(layout.n), np.empty(layout.n)
        V, out = layout.views(self.w), layout.views(self.out)
        A = [V[0], *(np.empty((dims[0], d)) for d in dims[2:])]
        # the last of the backward products is the first layer's velocity
        D = [out[0], *(np.empty((dims[0], d)) for d in dims[2:])]
        self.P, self.D = A[-1], D[-1]
        self.jacobian: Jacobian | None = None
        # bound methods: they cost half of what `np.dot` does on small matrices
        self.forward = [(a.dot, v, b) for a, v, b in zip(A, V[1:], A[1:], strict=False)]
        self.backward = [
            product
            for j in reversed(range(1, len(V)))
            for product in ((A[j - 1].T.dot, D[j], out[j]), (D[j].dot, V[j].T, D[j - 1]))
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    r"""Minus the gradient of the loss as a function of the packed weights.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)

    Notes
    -----
    It agrees with `gradient` and `hessian`; it exists because an integrator calls it thousands of
    times, and a call must cost microseconds. `velocity` works in arrays of its own, so that two
    threads need two fields.

    Examples
    --------
    >>> field = Field(Problem.canonical((2,)), (1, 1, 1))
    >>> field.velocity(0.0, np.array([1.0, 3.0]))
    array([-3., -1.])
    >>> field.jacobian(0.0, np.array([1.0, 3.0]))
    array([[-9., -4.],
           [-4., -1.]])
    """

    problem: Problem
    dims: tuple[int, ...]
    n: int = field(init=False)
    layout: Layout = field(init=False)
    cross: Matrix = field(init=False)
    best: Matrix = field(init=False)
    work: _Work = field(init=False, repr=False)

    def __init__(self, problem: Problem, dims: Sequence[int]) -> None:
        dims = check_dims(problem, dims)
        layout = Layout(dims)
        object.__setattr__(self, "problem", problem)
        object.__setattr__(self, "dims", dims)
        object.__setattr__(self, "n", layout.n)
        object.__setattr__(self, "layout", layout)
        object.__setattr__(self, "cross", np.ascontiguousarray(problem.cross.T))
        object.__setattr__(self, "best", np.ascontiguousarray(problem.least_squares.T))
        object.__setattr__(self, "work", _Work(layout))

    def layers(self, w: Matrix) -> list[Matrix]:
        """Views W_jᵀ (..., d_{j-1}, d_j) into the packed weights (..., n)."""
        return self.layout.views(w)

    def pull(self, P: Matrix) -> Matrix:
        """Transpose of (Y - PX) Xᵀ, from the transpose of P."""
        return self.cross - (P if self.problem.is_white else self.problem.gram @ P)

    def speed(self, w: Matrix) -> float:
        """The size of the velocity, which is that of the gradient."""
        return frobenius(self.pushed(w, self.cross))

    def velocity(self, t: float, w: Matrix) -> Matrix:
        """dw/dt = -gradient, (n,)."""
        return self.pushed(w, self.cross).copy()

    def pushed(self, w: Matrix, cross: Matrix) -> Matrix:
        """The velocity for labels with this XYᵀ, in an array that the next call overwrites."""
        work = self.work
        np.copyto(work.w, w)
        for times, factor, product in work.forward:
            times(factor, product)
        P = work.P if self.problem.is_white else self.problem.gram.dot(work.P)
        np.subtract(cross, P, work.D)
        for times, factor, product in work.backward:
            times(factor, product)
        return work.out

    def jacobian(self, t: float, w: Matrix) -> Matrix:
        """Derivative of the velocity, minus the Hessian of the loss, (n, n)."""
        if self.n**2 <= GATHERED * (len(self.dims) - 1) ** 2:
            return self._gathered(t, w).copy()
        return self._by_blocks(w, np.empty((self.n, self.n)))

    def _by_blocks(self, w: Matrix, out: Matrix) -> Matrix:
        """The Jacobian, in an array that is given: a new one costs as much as filling it."""
        W = [v.T for v in self.layout.views(w)]
        return np.negative(second_derivative(self.problem, W, self.layout, out), out=out)

    def callbacks(self) -> tuple[Callback, Callback]:
        """Velocity and Jacobian as an integrator calls them: a call may overwrite the last one's.

        Examples
        --------
        >>> velocity, jacobian = Field(Problem.canonical((2,)), (1, 1, 1)).callbacks()
        >>> velocity(0.0, np.array([1.0, 3.0]))
        array([-3., -1.])
        """
        work, gram = self.work, None if self.problem.is_white else self.problem.gram.dot
        products = [*work.forward, *work.backward]
        velocity = _unrolled(len(work.forward), len(products), gram is None)(
            work.w, work.out, self.cross, work.P, work.D, np.subtract, gram, *sum(products, ())
        )
        if self.n**2 <= GATHERED * (len(self.dims) - 1) ** 2:
            return velocity, lambda t, y: self._gathered(t, y)
        blocks = np.empty((self.n, self.n))  # no memory until it is filled
        return velocity, lambda t, y: self._by_blocks(y, blocks)

    @property
    def _gathered(self) -> Jacobian:
        if self.work.jacobian is None:
            self.work.jacobian = Jacobian(self.problem, self.layout)
        return self.work.jacobian

    def derivative(self, w: Matrix) -> Callable[[Matrix], Matrix]:
        """The Jacobian at w as a function on vectors, for the cost of two velocities a call."""
        V = self.layers(w)
        A = [V[0]]
        for v in V[1:]:
            A.append(np.dot(A[-1], v))
        D = [self.pull(A[-1])]
        for v in V[:0:-1]:
            D.append(np.dot(D[-1], v.T))
        D.reverse()

        def apply(x: Matrix) -> Matrix:
            X = self.layers(x)
            dA = [X[0]]
            for j in range(1, len(V)):
                dA.append(np.dot(dA[-1], V[j]) + np.dot(A[j - 1], X[j]))
            dD = -dA[-1] if self.problem.is_white else -np.dot(self.problem.gram, dA[-1])
            out = np.empty(self.n)
            for j in range(len(V) - 1, 0, -1):
                start, end, _ = self.layout.parts[j]
                out[start:end] = (np.dot(dA[j - 1].T, D[j]) + np.dot(A[j - 1].T, dD)).ravel()
                dD = np.dot(dD, V[j].T) + np.dot(D[j], X[j].T)
            out[: dD.size] = dD.ravel()
            return out

        return apply

    def product(self, w: Matrix) -> Matrix:
        """End-to-end maps Pᵀ (..., d_x, d_y) of packed weights (..., n)."""
        P, *rest = self.layout.views(w)
        if w.ndim == 1:  # a third of the time for small matrices
            for v in rest:
                P = P.dot(v)
            return P
        for v in rest:
            P = P @ v
        return P

    def excess(self, P: Matrix) -> Matrix:
        """Loss above the best linear map, (...), of end-to-end maps Pᵀ (..., d_x, d_y)."""
        gap = P - self.best
        if not self.problem.is_white:
            gap = self.problem.input_root @ gap
        excess: Matrix = 0.5 * squares(gap)
        return excess

    def modes(self, P: Matrix) -> Matrix:
        """Strengths diag(Uᵀ P V), (..., n), of the n modes of maps Pᵀ (..., d_x, d_y)."""
        n = self.problem.n_modes
        U, V = self.problem.output_modes[:, :n], self.problem.input_modes[:, :n]
        if P.size < n * self.cross.size:
            strengths: Matrix = np.einsum("ik,...ik->...k", V, P @ U)
        else:  # many small maps at once: one product of matrices
            parts = (V[:, None] * U).reshape(-1, n)
            strengths = P.reshape(*P.shape[:-2], -1) @ parts
        return strengths

    def growth_bound(self, w: Matrix) -> float:
        r"""Bound on the largest eigenvalue of the Jacobian, by the residual's part of it.

        .. math:: \lambda_{max} \le \|(e_{ij})\|_2, \qquad
                  e_{ij} = \|W_{i-1} \cdots W_{j+1}\|_2 \|B_i^\top E A_j^\top\|_2 \quad (i > j)
        """
        V = self.layers(w)
        D = [self.pull(self.product(w))]  # E^T B_i, the last layer's first
        for v in V[:0:-1]:
            D.append(D[-1].dot(v.T))
        if len(V) == 2:
            return _norm_bound(D[0])
        e, A = np.zeros((len(V), len(V))), None
        for j, v in enumerate(V):
            C = None
            for i in range(j + 1, len(V)):
                residual = D[len(V) - 1 - i]
                bound = _norm_bound(residual if A is None else A.T.dot(residual))
                if C is not None:
                    bound *= _norm_bound(C)
                e[i, j] = e[j, i] = bound
                C = V[i] if C is None else C.dot(V[i])
            A = v if A is None else A.dot(v)
        return _norm_bound(e)


@lru_cache(maxsize=16)
def _unrolled(turn: int, n: int, is_white: bool) -> Callable[..., Callback]:
    """Makes `velocity` of so many products, written out: a loop over them costs a tenth of it."""
    names = [(f"times{k}", f"factor{k}", f"product{k}") for k in range(n)]
    steps = [f"        {times}({factor}, {product})" for times, factor, product in names]
    gap = f"        subtract(cross, {'P' if is_white else 'gram(P)'}, D)"
    given = ", ".join(["w", "out", "cross", "P", "D", "subtract", "gram", *sum(names, ())])
    lines = [
        f"def made({given}):",
        "    def velocity(t, y):",
        "        w[...] = y",
        *steps[:turn],
        gap,
        *steps[turn:],
        "        return out",
        "    return velocity",
    ]
    scope: dict[str, Callable[..., Callback]] = {}
    exec("\n".join(lines), scope)
    return scope["made"]


def _norm_bound(A: Matrix) -> float:
    r"""Bound on the spectral norm, :math:`(\sum \sigma_i^8)^{1/8}`: a few products, and close."""
    square = A.T.dot(A) if len(A) > A.shape[1] else A.dot(A.T)
    square = square.dot(square)
    power = float(np.vdot(square, square))
    if LEAST_POWER < power < math.inf:
        return math.pow(power, 1 / 8)
    return float(np.linalg.norm(A))
