"""The record of one run, and all that follows from its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from linviz.core.flow.law import Law
from linviz.core.model import checks
from linviz.core.model.conserved import Conserved
from linviz.core.model.critical_values import critical_levels
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.layers import Weights, invariants, product, widths
from linviz.core.model.modes import followed
from linviz.core.model.problem import IndexSet, Matrix, Problem
from linviz.core.model.spectra import eigenvalues
from linviz.core.model.words import written

# called with t and the loss every few milliseconds; True ends the run
Interrupt = Callable[[float, float], bool]

Status = Literal["converged", "horizon", "budget", "diverged"]


@dataclass(frozen=True, eq=False)
class Trajectory:
    r"""Weights along a law, at moments chosen so that straight lines between them show it all.

    Attributes
    ----------
    problem : Problem
    t : array (n,)
        Times, from 0; strictly ascending.
    W : tuple of N arrays (n, d_j, d_{j-1})
        ``W[j-1][k]`` is W_j at time ``t[k]``.
    loss : array (n,)
    status : "converged" | "horizon" | "budget" | "diverged"
        "converged": `limit` is a critical point that the flow cannot leave. "horizon": t_end came
        first. "budget": steps, seconds or patience with a plateau ran out, or it was stopped.
    reason : str
        The status in words, with numbers.
    limit : tuple of N arrays
        The limit point, polished to roundoff, where the run converged; the last weights otherwise.
    law : GradientFlow | Descent | NonlinearFlow
        What moved the weights, with its numbers; `at` uses it again.
    method : str
        The integrators used.
    n_steps : int

    Raises
    ------
    ValueError
        By `at`, for a time outside [0, t[-1]].

    Notes
    -----
    What follows from the weights is computed when it is first asked for, once, and is read-only:
    `start`, `product`, `excess`, `gradient_norm`, `strengths`, `levels`, `squared_norms`,
    `conserved`, `invariants`, `spectra`, `drift`, `relative_drift`, `diagonal_drift`. Two threads
    that ask at the same moment may both compute it, and find the same.
    """

    problem: Problem
    t: Matrix
    W: Weights
    loss: Matrix
    status: Status
    reason: str
    limit: Weights
    law: Law
    method: str
    n_steps: int

    def __post_init__(self) -> None:
        _read_only(self.t, self.loss, *self.W, *self.limit)

    @property
    def rtol(self) -> float:
        """Relative tolerance of the integrator; 0 for steps, which are exact."""
        return self.law.rtol

    @property
    def atol(self) -> float:
        """Absolute tolerance of the integrator, element by element."""
        return self.law.atol

    @cached_property
    def dims(self) -> tuple[int, ...]:
        """Widths (d_0, ..., d_N)."""
        return widths(self.limit)

    @property
    def start(self) -> Weights:
        """Weights at t = 0."""
        return self.frame(0)

    def frame(self, k: int) -> Weights:
        """Weights at the k-th moment kept."""
        return tuple(Wj[k] for Wj in self.W)

    def at(self, t: float) -> Weights:
        """Weights at time t, by the law from the nearest earlier moment kept.

        Examples
        --------
        >>> from linviz.core.flow.gradient_flow import gradient_flow
        >>> trajectory = gradient_flow(Problem.canonical((1,)), (np.array([[0.0]]),), t_end=2)
        >>> trajectory.at(np.log(2)[()])[0].round(7)
        array([[0.5]])
        """
        if not 0 <= (now := checks.as_float(t)) <= self.t[-1]:
            raise ValueError(f"expected a time 0 <= t <= {self.t[-1]:.6g}, found {checks.brief(t)}")
        t = now
        k = int(np.searchsorted(self.t, t, side="right")) - 1
        if self.t[k] == t:
            return tuple(Wj.copy() for Wj in self.frame(k))
        return self.law.continued(self.problem, self.start, self.frame(k), float(self.t[k]), t)

    @cached_property
    def product(self) -> Matrix:
        """End-to-end maps P = W_N ... W_1, (n, d_y, d_x)."""
        P = self.W[0]
        for Wj in self.W[1:]:
            P = Wj @ P
        return _read_only(P)[0]

    @cached_property
    def excess(self) -> Matrix:
        r"""Loss above that of the best linear map, (n,).

        .. math:: L - L_{res} = \tfrac12 \|(P - W_{LR}) G^{1/2}\|_F^2

        by which it is computed, without cancellation; of a network with an activation it is the
        difference, and may be negative.
        """
        problem = self.problem
        if not self.law.is_linear:
            return _read_only(self.loss - problem.residual_loss)[0]
        gap = (self.product - problem.least_squares) @ problem.input_root
        return _read_only(0.5 * np.sum(gap**2, axis=(1, 2)))[0]

    @cached_property
    def limit_product(self) -> Matrix:
        """The end-to-end map at the limit, (d_y, d_x)."""
        return _read_only(product(self.limit))[0]

    @cached_property
    def limit_excess(self) -> float:
        """Loss above that of the best linear map at the limit; see `excess`."""
        if not self.law.is_linear:
            return float(self.excess[-1])
        gap = (self.limit_product - self.problem.least_squares) @ self.problem.input_root
        return 0.5 * float(np.sum(gap**2))

    @cached_property
    def gradient_norm(self) -> Matrix:
        """Norm of the gradient of the loss, (n,)."""
        if self.law.is_linear:
            parts = self.law.gradient(self.problem, self.W)
        else:  # a whole trajectory's activities would fill the memory
            frames = (self.law.gradient(self.problem, W) for W in zip(*self.W, strict=True))
            parts = tuple(np.stack(layers) for layers in zip(*frames, strict=True))
        norms = [np.linalg.norm(Gj, axis=(1, 2)) for Gj in parts]
        return _read_only(np.linalg.norm(norms, axis=0))[0]

    @cached_property
    def strengths(self) -> Matrix:
        """Singular values of P G^(1/2), one column for each mode of the target, (n, d_y)."""
        P = self.product
        scaled = P if self.problem.is_white else P @ self.problem.input_root
        return _read_only(followed(self.problem, scaled))[0]

    @cached_property
    def levels(self) -> dict[IndexSet, float]:
        """Critical values by missed modes; of the nested sets only where all are too many."""
        return critical_levels(self.problem, self.dims)

    @cached_property
    def squared_norms(self) -> Matrix:
        r"""Squared norms :math:`\|W_j(t)\|_F^2`, (n, N)."""
        squares = [np.sum(Wj**2, axis=(1, 2)) for Wj in self.W]
        return _read_only(np.stack(squares, axis=1))[0]

    @property
    def size(self) -> float:
        """The largest squared norm of a layer at any moment: the scale of the drift."""
        return float(self.squared_norms.max())

    @cached_property
    def conserved(self) -> Conserved:
        """What the start conserves: its C_j, their eigenvalues and inertias."""
        return Conserved(self.start)

    @cached_property
    def invariants(self) -> tuple[Matrix, ...]:
        """The conserved matrices C_1, ..., C_H over time, each (n, d_j, d_j)."""
        return _read_only(*invariants(self.W))

    @cached_property
    def spectra(self) -> tuple[Matrix, ...]:
        """Eigenvalues of each C_j over time, descending, (n, d_j)."""
        return _read_only(*(eigenvalues(Cj)[..., ::-1] for Cj in self.invariants))

    @cached_property
    def drift(self) -> Matrix:
        r"""How far each C_j has moved, :math:`\|C_j(t) - C_j(0)\|_F`, (n, H)."""
        moved = [np.linalg.norm(Cj - Cj[0], axis=(1, 2)) for Cj in self.invariants]
        return _read_only(_columns(moved, self.t.size))[0]

    @cached_property
    def relative_drift(self) -> Matrix:
        r"""`drift` divided by the largest :math:`\|W_j(t)\|_F^2`, (n, H)."""
        return _read_only(self.drift / (self.size or 1.0))[0]

    @cached_property
    def diagonal_drift(self) -> Matrix:
        """Change of the diagonal of each C_j, relative as `relative_drift`, (n, H)."""
        diagonals = [np.diagonal(Cj, axis1=1, axis2=2) for Cj in self.invariants]
        moved = [np.linalg.norm(d - d[0], axis=1) for d in diagonals]
        return _read_only(_columns(moved, self.t.size) / (self.size or 1.0))[0]

    def _facts(self) -> dict[str, str]:
        return {
            "law": self.law.kind,
            "widths": chain(self.dims),
            "moments": f"{self.t.size} to t = {written(self.t[-1])}",
            "loss": f"{written(self.loss[0])} → {written(self.loss[-1])}",
            "status": self.status,
        }

    def __repr__(self) -> str:
        return one_line("Trajectory", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Trajectory", self._facts())


def _columns(parts: list[Matrix], n: int) -> Matrix:
    """The parts (n,) as columns, (n, 0) where there is none."""
    return np.stack(parts, axis=1) if parts else np.zeros((n, 0))


def _read_only(*arrays: Matrix) -> tuple[Matrix, ...]:
    for array in arrays:
        array.flags.writeable = False
    return arrays
