r"""Gradient descent: the flow in steps, with weight decay, momentum and label noise.

.. math:: v \leftarrow \mu v - \eta (\nabla L + \lambda W), \qquad W \leftarrow W + v

From v = 0. Time is :math:`t = \eta k` after k steps, which is the flow's time where
:math:`\mu = 0`. What is exact for the steps is in `linviz.core.theory.discretization`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import quietly
from linviz.core.flow.limit import total_loss
from linviz.core.flow.recorder import Recorder, loss_and_modes
from linviz.core.flow.scales import sizes_of_products
from linviz.core.flow.steps import Descent, iterates
from linviz.core.flow.trajectory import Interrupt, Status, Trajectory
from linviz.core.model import checks
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.layers import check_weights, pack, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import CLOSE, EPS, RESTING_GROWTH

BLOW_UP = 1e8  # loss, relative to the larger of the start's and that of P = 0: no way back
LARGEST_SPECTRUM = 400  # weights up to which the Hessian at the end is decomposed


def gradient_descent(
    problem: Problem,
    W: Sequence[Matrix],
    *,
    step: float,
    n_steps: int = 2000,
    weight_decay: float = 0.0,
    momentum: float = 0.0,
    label_noise: float = 0.0,
    seed: int = 0,
    n_frames: int = 400,
    interrupt: Interrupt | None = None,
) -> Trajectory:
    r"""Gradient descent (heavy ball) on :math:`L + \tfrac{\lambda}{2}\sum_j \|W_j\|_F^2`.

    .. math:: v \leftarrow \mu v - \eta (\nabla L + \lambda W), \qquad W \leftarrow W + v

    Parameters
    ----------
    problem : Problem
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    step : float
        The step size η > 0.
    n_steps : int
        At most so many steps.
    weight_decay, momentum : float
        λ >= 0 and 0 <= μ < 1.
    label_noise : float
        Standard deviation of fresh Gaussian noise, independent for every label and step.
    seed : int
        Of that noise.
    n_frames : int
        The most moments that are kept, at least 2.
    interrupt : callable (t, loss) -> bool, optional
        Asked every few milliseconds; True ends the run with status "budget".

    Returns
    -------
    Trajectory
        Its times are step * k, its `law` is the `Descent`. `loss` is L, without weight decay and
        noise. Status "diverged": the loss blew up, the record ends there. "converged": the gradient
        is zero to roundoff and no direction leads away. "horizon": the steps are done.

    Raises
    ------
    ValueError
        If W does not fit the problem or an option is out of range.

    Notes
    -----
    The label noise of all samples reaches the gradient as one matrix of covariance :math:`XX^\top`
    per output, which is what is drawn: the cost does not depend on the number of samples.

    References
    ----------
    arXiv:1811.03568 for the flow; Polyak 1964 (heavy ball).

    Examples
    --------
    >>> run = gradient_descent(Problem.canonical((2, 1)), (np.eye(2), np.eye(2)), step=0.1)
    >>> run.status, (run.limit[1] @ run.limit[0]).round(9).tolist()
    ('converged', [[2.0, 0.0], [0.0, 1.0]])
    """
    W = check_weights(problem, W)
    rule = Descent(step, weight_decay, momentum, label_noise, seed)
    n_steps, n_frames = checks.whole(n_steps, "n_steps", 1), checks.whole(n_frames, "n_frames", 2)
    field = Field(problem, widths(W))
    with quietly():
        recorder, w, k, status, reason = _run(field, pack(W), rule, n_steps, n_frames, interrupt)
        t, kept, curves = recorder.chosen(field.layout)
    return Trajectory(
        problem=problem,
        t=t,
        W=kept,
        loss=minimum_loss(problem, field.dims) + curves[:, 0],
        status=status,
        reason=reason,
        limit=field.layout.weights(w),
        law=rule,
        method=rule.method,
        n_steps=k,
    )


def _run(
    field: Field,
    w: Matrix,
    rule: Descent,
    n_steps: int,
    n_frames: int,
    interrupt: Interrupt | None,
) -> tuple[Recorder, Matrix, int, Status, str]:
    """Take the steps; the record, last weights, their number, how it ended and why."""
    recorder = Recorder(loss_and_modes(field), w, n_frames)
    least = minimum_loss(field.problem, field.dims)
    half = 0.5 * float(np.sum(field.problem.singular_values**2))
    ceiling = BLOW_UP * (max(float(recorder.curves(w[None])[0, 0]), half) or 1.0)
    k = 0
    for block in iterates(field, w, rule, n_steps):
        curves = recorder.curves(block[1:])
        blown = np.flatnonzero(~(curves[:, 0] <= ceiling))
        n = int(blown[0]) if blown.size else len(curves)
        # the first loss beyond is still shown, if it is a number
        n += bool(blown.size and np.isfinite(curves[n]).all())
        if n:
            t: Matrix = rule.step * np.arange(k + 1.0, k + n + 1)
            recorder.add(t, block[1 : n + 1], curves[:n])
        w, k = block[n], k + n
        if blown.size:
            return recorder, w, k, "diverged", _blown(field, block[0], rule, k)
        if _has_converged(field, w, w - block[-2], rule):
            return recorder, w, k, "converged", _at_rest(field, w, rule, k)
        if interrupt is not None and interrupt(rule.step * k, least + float(curves[-1, 0])):
            return recorder, w, k, "budget", "it was stopped; " + _present(field, w, rule, k)
    return recorder, w, k, "horizon", "the steps are done; " + _present(field, w, rule, k)


def _has_converged(field: Field, w: Matrix, last: Matrix, rule: Descent) -> bool:
    """Whether gradient and last step are zero to roundoff and no free direction is unstable."""
    if rule.label_noise > 0:
        return False
    total, size = _slope(field, w, rule), float(np.linalg.norm(w))
    # what a few ulps in each product and in each weight make of a gradient
    terms = float(np.linalg.norm(field.cross)) * float(sizes_of_products(field, w).max())
    blur = 16 * EPS * (terms + rule.weight_decay * size)
    if float(np.linalg.norm(total)) > blur or float(np.linalg.norm(last)) > 64 * EPS * size:
        return False
    if not total.any():
        return True
    free = (w != 0) | (total != 0)
    if np.count_nonzero(free) > 1000:  # the minimum's loss decides where the Hessian is too large
        close = CLOSE * float(np.sum(field.problem.singular_values**2))
        return rule.weight_decay == 0 and float(loss_and_modes(field)(w[None])[0, 0]) <= close
    growth = np.linalg.eigvalsh(field.jacobian(0.0, w)[np.ix_(free, free)]) - rule.weight_decay
    return bool(growth[-1] <= RESTING_GROWTH * np.abs(growth).max())


def _slope(field: Field, w: Matrix, rule: Descent) -> Matrix:
    """Minus the gradient, weight decay included."""
    return field.velocity(0.0, w) - rule.weight_decay * w


def _at_rest(field: Field, w: Matrix, rule: Descent, k: int) -> str:
    """Where the iterates rest, in words."""
    size = float(np.linalg.norm(_slope(field, w, rule)))
    return (
        f"at rest after {k} steps: loss {total_loss(field, w):.6g}, gradient {size:.1e} is roundoff"
    )


def _blown(field: Field, w: Matrix, rule: Descent, k: int) -> str:
    """How the iterates blew up, in words."""
    words = f"the loss blew up after {k} steps of size {rule.step:g}"
    return f"{words}{_sharpness(field, w, rule)}: take smaller steps or start from smaller weights"


def _present(field: Field, w: Matrix, rule: Descent, k: int) -> str:
    """Where the iterates are, in words."""
    size = float(np.linalg.norm(_slope(field, w, rule)))
    words = f"after {k} steps of size {rule.step:g}: loss {total_loss(field, w):.6g}"
    return f"{words}, gradient {size:.1e}{_sharpness(field, w, rule)}"


def _sharpness(field: Field, w: Matrix, rule: Descent) -> str:
    """The largest curvature beside the one that the steps tolerate, in words."""
    if field.n > LARGEST_SPECTRUM:
        return ""
    largest = -float(np.linalg.eigvalsh(field.jacobian(0.0, w))[0])
    return f", sharpness {largest:.4g} where {rule.edge:.4g} is the edge of stability"
