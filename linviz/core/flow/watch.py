"""Looks at a run as it goes: for its end, and for saddles passed too closely."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.growth import fastest_growth
from linviz.core.flow.limit import Limit, at_minimum, resting_point, total_loss
from linviz.core.flow.scales import largest_product, relative_gradient
from linviz.core.flow.settling import FINER, Unsettled, lowered
from linviz.core.flow.stretch import Stretch
from linviz.core.model.problem import Matrix
from linviz.core.model.sizes import frobenius
from linviz.core.model.tolerances import CALM, NEAR_SADDLE, TRAPPED_CALM

PATIENCE = 20_000  # steps that may be taken for a direction that the data hardly reach
ABOUT = 10.0  # times the gradient's bound: from there on it is looked at where each step ends
LONG, HEADWAY = 300, 0.1  # steps that lead hardly further: less than this part of t
ONE_BY_ONE = 4  # weights that are judged sooner one by one than all at once
EARLY = 0.9  # of the way to the end that is expected: there it is expected anew


class Watch:
    """Looks at the stretches of one run, one after the other.

    Parameters
    ----------
    goal : Destination
    w : array (n,)
        The start. A bound that it keeps already says nothing and is lowered.
    rtol : float
        Of the integrator.

    Attributes
    ----------
    until : a time shortly before the end that is expected
    waited : steps at whose ends the loss had settled and the map had not
    """

    def __init__(self, goal: Destination, w: Matrix, rtol: float) -> None:
        self.goal, self.unsettled = goal, Unsettled(goal, rtol)
        noise = self._noise_at(w)[0]
        value = self.unsettled.beside(noise, w)
        self._settled = lowered(0.0, value)
        calm = math.log(TRAPPED_CALM if goal.trapped else CALM)
        self._calm = lowered(calm, self._motion(w))
        self.until, self.waited = math.inf, 0
        self._noise, self._last = noise, (0.0, value)
        self._least = math.inf
        self._closest: Matrix | None = None

    def look(
        self, stretch: Stretch, excess: Matrix, seeks: bool = True
    ) -> tuple[int, Stretch, Limit] | None:
        """The end, if it lies in this stretch: in which step, the way to it, and the limit.

        It is where the map has settled or, at a saddle, where the gradient falls below a bound, and
        from where the limit can be told; if it cannot, at the next bound, a hundredth of this one.
        The excess (k,) is that over the global minimum. A run to a horizon does not seek its end.
        """
        speed = stretch.speed
        self._note_passage(stretch, speed, excess)
        if not seeks:
            return None
        noise, size = self._noise_at(stretch.w[-1])
        end = self._settles(stretch, excess, noise)
        # a long stretch may come to a saddle, and roundoff to the minimum after it
        return self._calms(stretch, speed[: None if end is None else end[0]], size) or end

    def expected(self, t: float, w: Matrix) -> float:
        """When the bound is reached if it goes on as since the last question or look, or sooner."""
        last, self._last = self._last, (t, self.unsettled.beside(self._noise, w))
        return self._arrival(last, self._last)

    def _settles(
        self, stretch: Stretch, excess: Matrix, noise: float
    ) -> tuple[int, Stretch, Limit] | None:
        """The end at a minimum; and when it is expected."""
        unsettled, goal = self.unsettled, self.goal
        self._noise, close = noise, float(unsettled.close(noise))
        near = np.flatnonzero(excess <= close * math.exp(max(0.0, self._settled)))
        values = self._values(stretch.w[near + 1])
        while (below := np.flatnonzero(values <= self._settled)).size:
            i = int(near[below[0]])
            value = partial(unsettled.beside, noise)
            t, w = stretch.first_below(i, value, self._settled)
            limit = at_minimum(goal, w, t, self.remark)
            if limit is not None:
                return i, stretch.until(i, t, w), limit
            self._settled -= FINER
        self.waited += int(np.count_nonzero(values > 0))
        before, self._last = (
            (float(t), unsettled.beside(noise, w))
            for t, w in zip(stretch.t[-2:], stretch.w[-2:], strict=True)
        )
        self.until = self._arrival(before, self._last)
        return None

    def _arrival(self, last: tuple[float, float], now: tuple[float, float]) -> float:
        """Most of the way to the bound along the line through two points, inf if it leads away."""
        (before, past), (t, value) = last, now
        if not (value < past and t > before):
            return math.inf
        return t + EARLY * max(value - self._settled, 0.0) * (t - before) / (past - value)

    def _calms(
        self, stretch: Stretch, speed: Matrix, size: float
    ) -> tuple[int, Stretch, Limit] | None:
        """The end at a saddle in the steps of these speeds, if products around layers have a size.

        Where a step ends, the speed lies about between its mean and the next one's.
        """
        goal, field = self.goal, self.goal.field
        bound = ABOUT * math.exp(self._calm) * goal.slope * max(goal.natural, size)
        calm = speed <= bound
        calm[:-1] |= calm[1:]
        if len(speed) == len(stretch) and not calm[-1]:
            calm[-1] = field.speed(stretch.w[-1]) <= bound
        for i in np.flatnonzero(calm).tolist():
            while self._motion(stretch.w[i + 1]) <= self._calm:
                end = self._at_rest(stretch, i, *stretch.first_below(i, self._motion, self._calm))
                if end is not None:
                    return end
                self._calm -= FINER
        return self._stuck(stretch)

    def _at_rest(
        self, stretch: Stretch, i: int, t: float, w: Matrix
    ) -> tuple[int, Stretch, Limit] | None:
        """The end at (t, w) in the i-th step, if the flow cannot, or will not soon, leave it."""
        limit = resting_point(self.goal, w, self.goal.field.velocity(0.0, w))
        if limit is None:
            return None
        slow = "" if limit.converged else self.unsettled.unlearned(w, t)
        return i, stretch.until(i, t, w), Limit(limit.w, False, slow) if slow else limit

    def _stuck(self, stretch: Stretch) -> tuple[int, Stretch, Limit] | None:
        """The end on a plateau where roundoff of the gradient lets no step be long.

        After it was looked at once it is not seen to come: a gradient of roundoff falls no further.
        """
        k, t, w = len(stretch), stretch.t, stretch.w[-1]
        if k < LONG or t[-1] - t[0] > HEADWAY * t[-1] or self._motion(w) > math.log(CALM):
            return None
        if fastest_growth(self.goal.field, w) * (t[-1] - t[0]) * PATIENCE > k:
            return None
        return self._at_rest(stretch, k - 1, float(t[-1]), w)

    def _note_passage(self, stretch: Stretch, speed: Matrix, excess: Matrix) -> None:
        """Remember the closest passage of a saddle."""
        w = stretch.w[1:]
        pace = speed / np.sqrt(np.einsum("ij,ij->i", w, w))
        pace[excess <= self.goal.close] = math.inf
        k = int(pace.argmin())
        if pace[k] < self._least:
            self._least, self._closest = float(pace[k]), w[k]

    def _values(self, w: Matrix) -> Matrix:
        """How far weights (k, n), whose loss is near its bound, are from settled, (k,)."""
        if len(w) > ONE_BY_ONE:
            return self.unsettled(w)
        return np.array([self.unsettled.beside(self._noise_at(v)[0], v) for v in w])

    def _noise_at(self, w: Matrix) -> tuple[float, float]:
        """The noise of one vector of weights (n,), and its largest product."""
        w = self.goal.reached(w)
        size = largest_product(self.goal.field, w)
        return self.unsettled.rtol * size * frobenius(w), size

    def _motion(self, w: Matrix) -> float:
        return relative_gradient(self.goal, w)

    def remark(self) -> str:
        """What is to be said of the closest passage of a saddle, if anything."""
        if self._closest is None:
            return ""
        w, field = self._closest, self.goal.field
        speed, slow = field.speed(w), NEAR_SADDLE * frobenius(w)
        if speed > slow * field.growth_bound(w):  # which costs less than the growth itself
            return ""
        growth = fastest_growth(field, w)
        if speed > slow * growth:
            return ""
        return (
            f"; on the way it passed a saddle at loss {total_loss(field, w):.6g} so closely "
            f"(gradient {speed:.0e}, growth rate {growth:.3g}) that roundoff may have decided when "
            "it left"
        )
