r"""The gradient flow :math:`\dot W_j = B_j^\top (Y - PX) X^\top A_j^\top`, to its limit."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.flow.growth import fastest_growth
from linviz.core.flow.implicit import implicit_run
from linviz.core.flow.integrator import STEPS_AT_ONCE, FlowError, Stepper, quietly
from linviz.core.flow.jumps import remark_on_jumps
from linviz.core.flow.law import GradientFlow
from linviz.core.flow.limit import Limit, at_minimum, resting_point, total_loss
from linviz.core.flow.polish import ROUNDOFF_RATIO, drift
from linviz.core.flow.recorder import Recorder, loss_and_modes
from linviz.core.flow.scales import gradient_scale, relative_gradient, roundoff_ratio
from linviz.core.flow.trajectory import Interrupt, Status, Trajectory
from linviz.core.flow.watch import PATIENCE, Watch
from linviz.core.model import checks
from linviz.core.model.layers import Weights, check_weights, pack, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.sizes import frobenius, squares
from linviz.core.model.tolerances import (
    CALM,
    GROWTH_TO_COME,
    KEPT_BY_FLOW,
    LEAST_RTOL,
    NO_HEADWAY,
    RTOL_FLOW,
)

__all__ = ["FlowError", "Trajectory", "gradient_flow"]


LATEST_END = 1e16  # time, in units of the slowest natural one, that no run is followed beyond
FROM_SIZE, FROM_ZERO = 1e-2, 1e-3  # of a layer's size, times rtol: the absolute tolerance
ENOUGH_STEPS = 10_000  # after which a run should have come somewhere
SILENCE = 0.005  # seconds of work between two calls of `interrupt`


def gradient_flow(
    problem: Problem,
    W: Sequence[Matrix],
    *,
    t_end: float | None = None,
    rtol: float = RTOL_FLOW,
    n_frames: int = 400,
    max_steps: int = 200_000,
    max_seconds: float = 60.0,
    interrupt: Interrupt | None = None,
) -> Trajectory:
    r"""Integrate the gradient flow from W, to its limit point unless a horizon is given.

    .. math:: \dot W_j = -\partial L / \partial W_j
              = B_j^\top (Y - PX) X^\top A_j^\top

    Parameters
    ----------
    problem : Problem
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    t_end : float, optional
        Horizon; None runs to the limit point.
    rtol : float
        Relative tolerance of the integrator, element by element. The default keeps every C_j to
        1e-7 of max ‖W_j‖² up to the limit, looser ones to 50 rtol: a run that drifts further is
        done once more with a tenth of the tolerance, and says so in its `rtol`. Without a hidden
        layer the flow of up to 400 weights has a closed form, which takes its place.
    n_frames : int
        The most moments that are kept, at least 2.
    max_steps, max_seconds : int, float
        Budget. When it runs out the trajectory so far comes back with status "budget".
    interrupt : callable (t, loss) -> bool, optional
        Asked every few milliseconds; True ends the run with status "budget".

    Returns
    -------
    Trajectory

    Raises
    ------
    ValueError
        If W does not fit the problem or an option is out of range.
    FlowError
        If the integration cannot go on: the start is so large that the flow overflows.

    Notes
    -----
    The loss decreases along the flow and the weights stay bounded, so a gradient flow never has
    status "diverged". With `t_end`, the status is "converged" where the limit point was reached
    by then, and "horizon" otherwise; without, it is never "horizon".

    A converged run ends at the first time at which the loss is within 1e-10 of its minimum,
    relative to what there is to learn (to ½‖W_LR‖² where that is less, down to a hundredth), and
    the map P is within 1e-5 of its size of its limit along every eigenvector of :math:`XX^\top`; at
    a saddle, at which the gradient falls below 1e-8 of its scale. That time is found by the
    method's own interpolant. A direction that the data reach too weakly to be learned by 1e16
    natural times is named in `reason`, with the time that it needs; the status is "budget". A
    plateau is given up only where the gradient is roundoff in every direction that grows or hardly
    decays, each judged by its own. Where m layers share a
    mode of strength 0 equally, the approach is algebraic, :math:`L - L_{min} \sim t^{-m/(m-1)}`;
    `reason` says so, and `limit` is the limit itself, not the last weights. A fall of the loss that
    is shorter than 100 ulps of t is told there as a jump.

    References
    ----------
    arXiv:1811.03568, (GDD), with the transposes that the talk omits.

    Examples
    --------
    >>> problem = Problem.canonical((2, 1))
    >>> trajectory = gradient_flow(problem, (np.eye(2), np.eye(2)))
    >>> trajectory.status
    'converged'
    >>> (trajectory.limit[1] @ trajectory.limit[0]).round(12)
    array([[2., 0.],
           [0., 1.]])
    """
    W = check_weights(problem, W, any_size=True)
    t_end = None if t_end is None else checks.positive(t_end, "t_end (None runs to the limit)")
    rtol = checks.real(rtol, "rtol", LEAST_RTOL, 1e-2)
    n_frames = checks.whole(n_frames, "n_frames", 2)
    max_steps = checks.whole(max_steps, "max_steps", 1)
    max_seconds = checks.budget(max_seconds, "max_seconds")
    field, w, velocity = _started(problem, W)
    goal = Destination.of(field, w)
    atol = rtol * _smallest_scale(goal, w)
    if roundoff_ratio(field, w, velocity) < ROUNDOFF_RATIO:
        return _standing_still(goal, w, t_end, rtol, atol)
    best: Trajectory | None = None
    for finer in (1.0, 0.1, 0.01):
        began, law = time.perf_counter(), GradientFlow(finer * rtol, finer * atol)
        budget = _Budget(max_steps, max_seconds, interrupt)
        trajectory = _followed(goal, w, law, n_frames, budget, t_end)
        if trajectory.status == "budget":
            return best or trajectory  # a coarser run that came to its end says more
        best, took = trajectory, time.perf_counter() - began
        max_seconds -= took
        kept = _last_drift(field, w, trajectory) <= max(KEPT_BY_FLOW, 50 * rtol)
        if kept or 3 * took > max_seconds or law.rtol < 10 * LEAST_RTOL:
            break
    return trajectory


def _followed(
    goal: Destination,
    w: Matrix,
    law: GradientFlow,
    n_frames: int,
    budget: _Budget,
    t_end: float | None,
) -> Trajectory:
    """The run at one tolerance."""
    field = goal.field
    latest = LATEST_END / goal.rate if t_end is None else t_end
    recorder = Recorder(loss_and_modes(field, goal.floor), w, n_frames)
    with implicit_run(), quietly():
        stepper = Stepper(field, w, latest, rtol=law.rtol, atol=law.atol, pulse=budget.pulse)
        status, limit, n_steps = _run(goal, stepper, recorder, budget, t_end)
    t, frames, curves = recorder.chosen(field.layout)
    return Trajectory(
        problem=field.problem,
        t=t,
        W=frames,
        loss=field.problem.residual_loss + goal.floor + curves[:, 0],
        status=status,
        reason=limit.reason + remark_on_jumps(t, curves[:, 0]),
        limit=field.layout.weights(limit.w),
        law=law,
        method=" and ".join(stepper.methods),
        n_steps=n_steps,
    )


def _last_drift(field: Field, w: Matrix, trajectory: Trajectory) -> float:
    """How far the invariants moved from w up to the end, relative to the largest layer then."""
    last = pack(trajectory.frame(-1))
    size = max(map(squares, field.layers(last)))
    return drift(field, w, last) / (size or 1.0)


class _Exhausted(Exception):  # noqa: N818  # no error: it ends a run from within a long step
    """The budget ran out; the message says which."""


class _Budget:
    """What may still be spent, and whom to ask."""

    def __init__(self, max_steps: int, max_seconds: float, interrupt: Interrupt | None) -> None:
        self.max_steps, self.max_seconds, self.interrupt = max_steps, max_seconds, interrupt
        self.deadline = time.perf_counter() + max_seconds
        self.asked = -math.inf
        self.where: Callable[[], tuple[float, float]] = lambda: (0.0, math.nan)

    def check(self, n_steps: int) -> None:
        """End the run when nothing is left."""
        if n_steps >= self.max_steps:
            raise _Exhausted(f"{self.max_steps} steps were taken")
        self.pulse()

    def pulse(self) -> None:
        """End the run when its time is over or it is not wanted any more."""
        now = time.perf_counter()
        if now >= self.deadline:
            raise _Exhausted(f"{self.max_seconds:g} seconds have passed")
        if self.interrupt is not None and now - self.asked > SILENCE:
            self.asked = now
            if self.interrupt(*self.where()):
                raise _Exhausted("it was stopped")


def _run(
    goal: Destination, stepper: Stepper, recorder: Recorder, budget: _Budget, t_end: float | None
) -> tuple[Status, Limit, int]:
    """Step until the limit, the horizon or the end of the budget; and how many steps it took."""
    watch = Watch(goal, stepper.w, stepper.rtol)
    budget.where = lambda: (stepper.t, total_loss(goal.field, stepper.w))
    try:
        while True:
            most = min(STEPS_AT_ONCE, budget.max_steps - stepper.n_steps)
            if t_end is None:
                stretch = stepper.advance(most, watch.until, watch.expected)
            else:
                stretch = stepper.advance(most)
            curves = recorder.curves(stretch.w[1:])
            end = watch.look(stretch, curves[:, 0], seeks=t_end is None)
            if end is not None:
                k, stretch, limit = end
                curves[k] = recorder.curves(stretch.last[None])[0]
                recorder.take(stretch, curves[: k + 1])
                status: Status = "converged" if limit.converged else "budget"
                return status, limit, stepper.n_steps - (len(curves) - k - 1)
            recorder.take(stretch, curves)
            if t_end is None and watch.waited > PATIENCE:
                raise _Exhausted(f"{PATIENCE} steps were taken for one direction")
            if stepper.done:
                return *_at_horizon(goal, stepper, watch, t_end), stepper.n_steps
            budget.check(stepper.n_steps)
    except _Exhausted as why:
        if (
            stepper.n_steps >= budget.max_steps >= ENOUGH_STEPS
            and stepper.t * goal.rate < NO_HEADWAY
        ):
            raise FlowError(
                f"{stepper.n_steps} steps came to t = {stepper.t:.3g} only: the flow is too fast "
                "to be followed; start from smaller weights or scale the data to order 1"
            ) from None
        words = _unfinished(goal, stepper.w, stepper.t, str(why), watch)
        return "budget", Limit(stepper.w, False, words), stepper.n_steps


def _at_horizon(
    goal: Destination, stepper: Stepper, watch: Watch, t_end: float | None
) -> tuple[Status, Limit]:
    """The horizon came, or the latest time: was the end reached before?"""
    t, w, limit = stepper.t, stepper.w, None
    if watch.unsettled(w) <= 0:
        limit = at_minimum(goal, w, t, watch.remark)
    if limit is None and relative_gradient(goal, w) <= math.log(CALM):
        limit = resting_point(goal, w, goal.field.velocity(t, w))
    if limit is not None and limit.converged:
        return "converged", limit
    if t_end is None:
        why = "no run is followed longer, in units of its own time"
        return "budget", Limit(w, False, _unfinished(goal, w, t, why, watch))
    return "horizon", Limit(w, False, _unfinished(goal, w, t, "the horizon", watch))


def _unfinished(goal: Destination, w: Matrix, t: float, why: str, watch: Watch) -> str:
    """What the flow is doing where it was stopped, in words."""
    loss = total_loss(goal.field, w)
    size = goal.field.speed(w)
    words = f"stopped at t = {t:.6g}, loss {loss:.6g}, gradient {size:.1e}: {why}"
    slow = watch.unsettled.unlearned(w, t)
    if slow:
        return f"{words}; {slow}"
    if size > 1e-4 * gradient_scale(goal, w):
        last = watch.unsettled.last(w, t)
        return f"{words}; {last}" if last else words
    growth = fastest_growth(goal.field, w)
    if growth * t < GROWTH_TO_COME:
        return words
    return f"{words}; on a plateau, whose fastest mode grows like exp({growth:.3g} t)"


def _standing_still(
    goal: Destination, w: Matrix, t_end: float | None, rtol: float, atol: float
) -> Trajectory:
    """The run from an exactly critical point."""
    field = goal.field
    loss = total_loss(field, w)
    return Trajectory(
        problem=field.problem,
        t=np.array([0.0, 1.0 if t_end is None else t_end]),
        W=field.layout.weights(np.array([w, w])),
        loss=np.array([loss, loss]),
        status="converged",
        reason=f"the start is a critical point, loss {loss:.6g}: its gradient is zero to roundoff",
        limit=field.layout.weights(w),
        law=GradientFlow(rtol, atol),
        method="none",
        n_steps=0,
    )


def _smallest_scale(goal: Destination, w: Matrix) -> float:
    """A part of the root mean square of the smallest layer that is not zero, or of the end's.

    A layer of zeros is followed from its first step on, whose error is half of its relative length.
    """
    layers = [v.ravel() for v in goal.field.layers(w)]
    sizes = [math.sqrt(float(v.dot(v)) / v.size) for v in layers]
    part = FROM_SIZE if all(sizes) else FROM_ZERO
    return part * min([size for size in (*sizes, goal.weight) if size > 0], default=1.0)


def _started(problem: Problem, W: Weights) -> tuple[Field, Matrix, Matrix]:
    """The field, the packed start, its velocity, if that and what LSODA makes of it are numbers."""
    field, w = Field(problem, widths(W)), pack(W)
    with np.errstate(all="ignore"):
        velocity = field.velocity(0.0, w)
        size = frobenius(velocity)
        finite = math.isfinite(size) and math.isfinite(size * size)
    if not finite:
        raise FlowError(
            f"the flow overflows at the start, where the largest weight is {np.abs(w).max():.3g}: "
            "start from smaller weights or scale the data to order 1"
        )
    return field, w, velocity
