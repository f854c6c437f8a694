r"""A network with an activation as a law: its velocity on packed weights, its kinks softened.

A kink makes the velocity jump where a pre-activation z changes sign, and where both sides push onto
the kink the flow slides along it, with a slope between those of the two sides (Filippov). Both are
met by a slope that turns from one side's to the other's within a narrow layer,

.. math:: \theta(z) = c_- + (c_+ - c_-)\,\frac{1 + \tanh(z/\varepsilon)}{2}, \qquad
          \sigma(z) \to z\,\theta(z), \quad \sigma'(z) \to \theta(z)

and an implicit method. Taking :math:`z\theta` for the value keeps :math:`\sigma = z\sigma'`, and
with it the diagonals of C_j, exactly; the trajectory is that of the limit to O(ε).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from linviz.core.flow.activation import Activation
from linviz.core.flow.backpropagation import nonlinear_gradient
from linviz.core.flow.implicit import Implicit, implicit_run
from linviz.core.flow.integrator import FlowError, quietly
from linviz.core.model.layers import Layout, Weights, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import KINK_LAYER


@dataclass(frozen=True, slots=True)
class NonlinearFlow:
    """The gradient flow of a network with an activation.

    Attributes
    ----------
    activation : Activation
    rtol, atol : float
        Tolerances of the integrator, element by element.
    """

    activation: Activation
    rtol: float
    atol: float

    kind: ClassVar[Literal["network"]] = "network"
    is_linear: ClassVar[bool] = False
    may_rise: ClassVar[bool] = False

    def gradient(self, problem: Problem, W: Weights) -> Weights:
        """Gradient of the network's loss."""
        return nonlinear_gradient(problem, W, self.activation)

    def continued(
        self, problem: Problem, start: Weights, W: Weights, t: float, until: float
    ) -> Weights:
        """Weights at `until` of the flow that starts at `start` and has W at time t."""
        network = Network(problem, start, self.activation)
        with implicit_run(), quietly():
            solver = solver_of(network, pack(W), t, until, self.rtol, self.atol)
            while solver.status == "running":
                advance(solver)
        return unpack(solver.y, network.dims)


class Network:
    """A nonlinear network on packed weights, samples as rows, its kinks softened for these W."""

    def __init__(self, problem: Problem, W: Sequence[Matrix], activation: Activation) -> None:
        self.dims, self.activation = widths(W), activation
        self.layout = Layout(self.dims)
        self.n, self.X, self.Y = self.layout.n, problem.X.T.copy(), problem.Y.T.copy()
        one = np.ones(1)
        self.low, self.high = float(-activation.value(-one)[0]), float(activation.value(one)[0])
        self.epsilon = 0.0
        if activation.kinks and activation.degree == 1:  # steeper ones have no jump in the slope
            a, largest = self.X, 0.0
            for Wj in W[:-1]:
                z = a @ Wj.T
                a, largest = activation.value(z), max(largest, float(np.abs(z).max()))
            self.epsilon = KINK_LAYER * (largest or 1.0)

    def velocity(self, t: float, w: Matrix) -> Matrix:
        """Minus the gradient, packed."""
        V = self.layout.views(w)
        a, slopes = [self.X], []
        for v in V[:-1]:
            z = a[-1] @ v
            if self.epsilon > 0:
                soft = 0.5 * (1 + np.tanh(z / self.epsilon))
                slope = self.low + (self.high - self.low) * soft
                value = z * slope
            else:
                slope, value = self.activation.slope(z), self.activation.value(z)
            a.append(value)
            slopes.append(slope)
        out = np.empty(self.n)
        U = self.layout.views(out)
        error = self.Y - a[-1] @ V[-1]
        for j in range(len(V) - 1, -1, -1):
            np.dot(a[j].T, error, out=U[j])
            if j > 0:
                error = (error @ V[j].T) * slopes[j - 1]
        return out

    def curves(self, w: Matrix) -> Matrix:
        """What frames are chosen by: the loss and each output's likeness to its target."""
        rows = []
        scale = np.maximum(np.sum(self.Y**2, axis=0), np.finfo(float).tiny)
        for wk in w:
            V = self.layout.views(wk)
            a = self.X
            for v in V[:-1]:
                a = self.activation.value(a @ v)
            out = a @ V[-1]
            likeness = np.sum(self.Y * out, axis=0) / scale
            rows.append([0.5 * float(np.sum((self.Y - out) ** 2)), *likeness])
        return np.array(rows)


def solver_of(
    network: Network, w: Matrix, t: float, t_end: float, rtol: float, atol: float
) -> Implicit:
    velocity: Any = network.velocity  # scipy's stubs want fields that take complex numbers too
    return Implicit(velocity, t, w, t_end, rtol=rtol, atol=atol)


def advance(solver: Implicit) -> None:
    """One step, or why there is none."""
    solver.step()
    if solver.status == "failed" or not np.isfinite(solver.y).all():
        raise FlowError(
            f"the integration cannot go on after t = {solver.t:.3g}: no step is short enough; "
            "start from smaller weights, scale the data to order 1, or loosen rtol"
        )
