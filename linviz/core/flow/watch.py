"""Looks at a run as it goes: for its end, and for saddles passed too closely."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.growth import fastest_growth
from linviz.core.flow.integrator import Step, Stepper
from linviz.core.flow.limit import Limit, at_minimum, resting_point, total_loss
from linviz.core.flow.scales import log_ratio, relative_gradient, sizes_of_products
from linviz.core.flow.settling import FINER, Unsettled, first_below, lowered
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import CALM, NEAR_SADDLE, TRAPPED_CALM

PATIENCE = 20_000  # steps that may be taken for a direction that the data hardly reach


class Watch:
    """Looks at the steps of one run, always those since the last look.

    Parameters
    ----------
    goal : Destination
    w : array (n,)
        The start. A bound that it keeps already says nothing and is lowered.
    rtol : float
        Of the integrator.
    """

    def __init__(self, goal: Destination, w: Matrix, rtol: float) -> None:
        self.goal, self.unsettled = goal, Unsettled(goal, rtol)
        self._settled = lowered(0.0, self.unsettled(w))
        calm = math.log(TRAPPED_CALM if goal.trapped else CALM)
        self._calm = lowered(calm, self._motion(w))
        self.waited = 0  # looks at which the loss had settled and the map had not
        self._least = math.inf
        self._closest: Matrix | None = None

    def look(self, w: Matrix) -> bool:
        """Remember the closest passage of a saddle; whether the end may have been passed."""
        goal, field = self.goal, self.goal.field
        sizes = max(sizes_of_products(field, goal.reached(w)))
        speed = float(np.linalg.norm(field.velocity(0.0, w)))
        value = self.unsettled.of_loss(w, sizes)
        if value <= 0:
            value = max(value, self.unsettled.of_map(w, sizes))
            self.waited += value > 0
        elif sizes > 0 and speed < self._least * sizes:
            self._least, self._closest = speed / sizes, w
        motion = log_ratio(speed, goal.slope * max(goal.natural, sizes))
        return value <= self._settled or motion <= self._calm

    def end(self, steps: Sequence[Step], stepper: Stepper) -> tuple[int, Step, Limit] | None:
        """The end, if it lies in these steps: in which, the part of it before the end, the limit.

        It is where the map has settled or, at a saddle, where the gradient falls below a bound, and
        from where the limit can be told; if it cannot, at the next bound, a hundredth of this one.
        """
        goal, w = self.goal, steps[-1].w
        while self.unsettled(w) <= self._settled:
            k, step = first_below(steps, self.unsettled, self._settled, stepper)
            limit = at_minimum(goal, step.w, step.t, self.remark)
            if limit is not None:
                return k, step, limit
            self._settled -= FINER
        while self._motion(w) <= self._calm:
            k, step = first_below(steps, self._motion, self._calm, stepper)
            limit = resting_point(goal, step.w, goal.field.velocity(0.0, step.w))
            if limit is not None:
                slow = "" if limit.converged else self.unsettled.unlearned(step.w, step.t)
                return k, step, Limit(limit.w, False, slow) if slow else limit
            self._calm -= FINER
        return None

    def _motion(self, w: Matrix) -> float:
        return relative_gradient(self.goal, w)

    def remark(self) -> str:
        """What is to be said of the closest passage of a saddle, if anything."""
        if self._closest is None:
            return ""
        w, field = self._closest, self.goal.field
        speed, growth = np.linalg.norm(field.velocity(0.0, w)), fastest_growth(field, w)
        if speed > NEAR_SADDLE * growth * np.linalg.norm(w):
            return ""
        return (
            f"; on the way it passed a saddle at loss {total_loss(field, w):.6g} so closely "
            f"(gradient {speed:.0e}, growth rate {growth:.3g}) that roundoff may have decided when "
            "it left"
        )
