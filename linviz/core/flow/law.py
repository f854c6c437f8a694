"""What moves the weights along a trajectory, as a value: one small record for each law.

A law has a `kind` ("flow", "descent" or "network"), tells whether the network `is_linear` and
whether the loss `may_rise` along it, has the integrator's tolerances (0 for steps, which are
exact), the `gradient` of its loss, and `continued`: the weights a while later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from linviz.core.flow.field import Field
from linviz.core.flow.implicit import implicit_run
from linviz.core.flow.integrator import Stepper, quietly
from linviz.core.flow.network import NonlinearFlow
from linviz.core.flow.steps import Descent
from linviz.core.model.layers import Weights, gradient, pack, unpack, widths
from linviz.core.model.problem import Problem

__all__ = ["Descent", "GradientFlow", "Law", "NonlinearFlow"]


@dataclass(frozen=True, slots=True)
class GradientFlow:
    """The gradient flow of the deep linear network.

    Attributes
    ----------
    rtol, atol : float
        Tolerances of the integrator, element by element.
    """

    rtol: float
    atol: float

    kind: ClassVar[Literal["flow"]] = "flow"
    is_linear: ClassVar[bool] = True
    may_rise: ClassVar[bool] = False

    def gradient(self, problem: Problem, W: Weights) -> Weights:
        """Gradient of the loss."""
        return gradient(problem, W)

    def continued(
        self, problem: Problem, start: Weights, W: Weights, t: float, until: float
    ) -> Weights:
        """Weights at `until` of the flow that starts at `start` and has W at time t."""
        field = Field(problem, widths(W))
        stepper = Stepper(field, pack(W), until - t, rtol=self.rtol, atol=self.atol)
        with implicit_run(), quietly():
            while not stepper.done:
                stepper.advance()
        return unpack(stepper.w, field.dims)


Law: TypeAlias = GradientFlow | Descent | NonlinearFlow
