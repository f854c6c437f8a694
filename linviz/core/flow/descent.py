r"""Gradient descent: the flow in steps, with weight decay, momentum and label noise.

.. math:: v \leftarrow \mu v - \eta (\nabla L + \lambda W), \qquad W \leftarrow W + v

From v = 0. Time is :math:`t = \eta k` after k steps, which is the flow's time where
:math:`\mu = 0`. What is exact for the steps is in `linviz.core.theory.discretization`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import quietly
from linviz.core.flow.recorder import Recorder, loss_and_modes
from linviz.core.flow.scales import sizes_of_products
from linviz.core.flow.trajectory import Interrupt, Status, Trajectory
from linviz.core.model.critical_values import minimum_loss
from linviz.core.model.layers import Weights, check_weights, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem

BLOW_UP = 1e8  # loss, relative to the larger of the start's and that of P = 0: no way back
LARGEST_SPECTRUM = 400  # weights up to which the Hessian at the end is decomposed
EPS = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True)
class Descent:
    """One rule of descent, numbers only: with the start it fixes every iterate.

    Attributes
    ----------
    step : float
        The step size, > 0.
    weight_decay, label_noise : float
        At least 0.
    momentum : float
        0 <= momentum < 1.
    seed : int
        Of the label noise.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> Descent(step=0.1).momentum
    0.0
    """

    step: float
    weight_decay: float = 0.0
    momentum: float = 0.0
    label_noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (_is_real(self.step) and self.step > 0):
            raise ValueError(f"expected a finite step > 0, found {self.step}")
        for name in ("weight_decay", "label_noise"):
            value = getattr(self, name)
            if not (_is_real(value) and value >= 0):
                raise ValueError(f"expected a finite {name} >= 0, found {value}")
        if not (_is_real(self.momentum) and 0 <= self.momentum < 1):
            raise ValueError(f"expected 0 <= momentum < 1, found {self.momentum}")
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise ValueError(f"expected a seed that is an integer >= 0, found {self.seed}")

    @property
    def edge(self) -> float:
        """Sharpness above which a minimum repels the iterates, 2(1 + momentum)/step, less decay."""
        return 2 * (1 + self.momentum) / self.step - self.weight_decay

    @property
    def remembers(self) -> bool:
        """Whether the next iterate depends on more than the present one."""
        return self.momentum > 0 or self.label_noise > 0

    @property
    def method(self) -> str:
        """The name of the method."""
        name = "heavy ball" if self.momentum > 0 else "gradient descent"
        return f"label-noise {name}" if self.label_noise > 0 else name


@dataclass(frozen=True, slots=True, eq=False)
class DescentTrajectory(Trajectory):
    """The record of a descent, with its rule: `at` takes the steps again.

    Attributes
    ----------
    rule : Descent
    """

    rule: Descent

    def at(self, t: float) -> Weights:
        """Weights at time t: the iterate after t/step steps, on a straight line in between.

        Examples
        --------
        >>> problem = Problem.canonical((2,))
        >>> run = gradient_descent(problem, (np.array([[0.0]]),), step=0.5, n_steps=3)
        >>> [float(run.at(t)[0][0, 0]) for t in (0.0, 0.25, 0.5, 1.0)]
        [0.0, 0.5, 1.0, 1.5]
        """
        if not 0 <= t <= self.t[-1]:
            raise ValueError(f"expected a time 0 <= t <= {self.t[-1]:.6g}, found {t}")
        k = int(np.searchsorted(self.t, t, side="right")) - 1
        if self.t[k] == t:
            return tuple(Wj[k].copy() for Wj in self.W)
        k = 0 if self.rule.remembers else k
        w = pack([Wj[k] for Wj in self.W])
        ahead = t / self.rule.step - round(float(self.t[k]) / self.rule.step)
        last = int(ahead)
        with quietly():
            *_, block = iterates(Field(self.problem, self.dims), w, self.rule, last + 1)
        before, after = block[-2], block[-1]
        return unpack(before + (ahead - last) * (after - before), self.dims)


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
) -> DescentTrajectory:
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
    DescentTrajectory
        A Trajectory whose times are step * k. `loss` is L, without weight decay and noise. Status
        "diverged": the loss blew up, the record ends there. "converged": the gradient is zero to
        roundoff and no direction leads away. "horizon": the steps are done.

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
    _check_counts(n_steps, n_frames)
    field = Field(problem, widths(W))
    with quietly():
        recorder, w, k, status, reason = _run(field, pack(W), rule, n_steps, n_frames, interrupt)
        t, kept, curves = recorder.chosen()
    return DescentTrajectory(
        problem=problem,
        t=t,
        W=field.layout.weights(kept),
        loss=minimum_loss(problem, field.dims) + curves[:, 0],
        status=status,
        reason=reason,
        limit=field.layout.weights(w),
        rtol=0.0,
        atol=0.0,
        method=rule.method,
        n_steps=k,
        rule=rule,
    )


def iterates(field: Field, w: Matrix, rule: Descent, n_steps: int) -> Iterator[Matrix]:
    """Blocks (k + 1, n) of successive iterates; each begins with the last one of the block before.

    The same start and rule give the same numbers to the last bit, however they are cut.
    """
    rng = np.random.default_rng(rule.seed)
    spread = rule.label_noise * field.problem.input_root
    ends = (field.dims[0], field.dims[-1])
    gram = None if field.problem.is_white else field.problem.gram
    keep, v = 1.0 - rule.step * rule.weight_decay, np.zeros_like(w)
    most = max(8, min(256, 100_000 // field.n))
    for done in range(0, n_steps, most):
        size = min(most, n_steps - done)
        block = np.empty((size + 1, field.n))
        block[0] = w
        layers = field.layers(block)
        noise = spread @ rng.standard_normal((size, *ends)) if rule.label_noise > 0 else None
        for k in range(size):
            cross = field.cross if noise is None else field.cross + noise[k]
            push([V[k] for V in layers], cross, gram, [V[k + 1] for V in layers])
            now, after = block[k], block[k + 1]
            after *= rule.step
            if rule.momentum > 0:
                after += rule.momentum * v - (rule.step * rule.weight_decay) * now
                v = after.copy()
                after += now
            else:
                after += now if keep == 1.0 else keep * now
        w = block[-1]
        yield block


def push(V: list[Matrix], cross: Matrix, gram: Matrix | None, out: list[Matrix]) -> None:
    """Minus the gradient, into `out`, for labels with this XYᵀ: backpropagation, see `Field`."""
    A = [V[0]]
    for v in V[1:]:
        A.append(np.dot(A[-1], v))
    D = cross - (A[-1] if gram is None else np.dot(gram, A[-1]))
    for j in range(len(V) - 1, 0, -1):
        np.dot(A[j - 1].T, D, out=out[j])
        D = np.dot(D, V[j].T)
    out[0][...] = D


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
    terms = float(np.linalg.norm(field.cross)) * max(sizes_of_products(field, w))
    blur = 16 * EPS * (terms + rule.weight_decay * size)
    if float(np.linalg.norm(total)) > blur or float(np.linalg.norm(last)) > 64 * EPS * size:
        return False
    if not total.any():
        return True
    free = (w != 0) | (total != 0)
    if np.count_nonzero(free) > 1000:  # the minimum's loss decides where the Hessian is too large
        close = 1e-10 * float(np.sum(field.problem.singular_values**2))
        return rule.weight_decay == 0 and float(loss_and_modes(field)(w[None])[0, 0]) <= close
    growth = np.linalg.eigvalsh(field.jacobian(0.0, w)[np.ix_(free, free)]) - rule.weight_decay
    return bool(growth[-1] <= 1e-8 * np.abs(growth).max())


def _slope(field: Field, w: Matrix, rule: Descent) -> Matrix:
    """Minus the gradient, weight decay included."""
    return field.velocity(0.0, w) - rule.weight_decay * w


def _at_rest(field: Field, w: Matrix, rule: Descent, k: int) -> str:
    """Where the iterates rest, in words."""
    size = float(np.linalg.norm(_slope(field, w, rule)))
    return f"at rest after {k} steps: loss {_loss(field, w):.6g}, gradient {size:.1e} is roundoff"


def _blown(field: Field, w: Matrix, rule: Descent, k: int) -> str:
    """How the iterates blew up, in words."""
    words = f"the loss blew up after {k} steps of size {rule.step:g}"
    return f"{words}{_sharpness(field, w, rule)}: take smaller steps or start from smaller weights"


def _present(field: Field, w: Matrix, rule: Descent, k: int) -> str:
    """Where the iterates are, in words."""
    size = float(np.linalg.norm(_slope(field, w, rule)))
    words = f"after {k} steps of size {rule.step:g}: loss {_loss(field, w):.6g}"
    return f"{words}, gradient {size:.1e}{_sharpness(field, w, rule)}"


def _sharpness(field: Field, w: Matrix, rule: Descent) -> str:
    """The largest curvature beside the one that the steps tolerate, in words."""
    if field.n > LARGEST_SPECTRUM:
        return ""
    largest = -float(np.linalg.eigvalsh(field.jacobian(0.0, w))[0])
    return f", sharpness {largest:.4g} where {rule.edge:.4g} is the edge of stability"


def _loss(field: Field, w: Matrix) -> float:
    return field.problem.residual_loss + float(field.excess(field.product(w)))


def _is_real(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value)


def _check_counts(n_steps: int, n_frames: int) -> None:
    if not isinstance(n_steps, Integral) or n_steps < 1:
        raise ValueError(f"expected n_steps to be an integer >= 1, found {n_steps}")
    if not isinstance(n_frames, Integral) or n_frames < 2:
        raise ValueError(f"expected n_frames to be an integer >= 2, found {n_frames}")
