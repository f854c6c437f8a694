"""The record of one run of the gradient flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import Stepper, quietly
from linviz.core.model.layers import Weights, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem

# called with t and the loss every few milliseconds; True ends the run
Interrupt = Callable[[float, float], bool]

Status = Literal["converged", "horizon", "budget", "diverged"]


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """Weights along the flow, at moments chosen so that straight lines between them show it all.

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
    rtol, atol : float
        Tolerances of the integrator, element by element; `at` uses them again.
    method : str
        The integrators used.
    n_steps : int

    Raises
    ------
    ValueError
        By `at`, for a time outside [0, t[-1]].
    """

    problem: Problem
    t: Matrix
    W: Weights
    loss: Matrix
    status: Status
    reason: str
    limit: Weights
    rtol: float
    atol: float
    method: str
    n_steps: int

    def __post_init__(self) -> None:
        for array in (self.t, self.loss, *self.W, *self.limit):
            array.flags.writeable = False

    @property
    def dims(self) -> tuple[int, ...]:
        """Widths (d_0, ..., d_N)."""
        return widths(self.limit)

    def at(self, t: float) -> Weights:
        """Weights at time t, integrated from the nearest earlier moment kept.

        Examples
        --------
        >>> from linviz.core.flow.gradient_flow import gradient_flow
        >>> trajectory = gradient_flow(Problem.canonical((1,)), (np.array([[0.0]]),), t_end=2)
        >>> trajectory.at(np.log(2)[()])[0].round(7)
        array([[0.5]])
        """
        if not 0 <= t <= self.t[-1]:
            raise ValueError(f"expected a time 0 <= t <= {self.t[-1]:.6g}, found {t}")
        k = int(np.searchsorted(self.t, t, side="right")) - 1
        w = pack([Wj[k] for Wj in self.W])
        if self.t[k] < t and self.status != "diverged":
            field = Field(self.problem, self.dims)
            stepper = Stepper(field, w, t - self.t[k], rtol=self.rtol, atol=self.atol)
            with quietly():
                while not stepper.done:
                    stepper.advance()
            w = stepper.w
        return unpack(w, self.dims)
