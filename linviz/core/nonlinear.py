r"""The gradient flow of a network with an activation, on the raw data, piece by smooth piece.

A kink makes the velocity jump where a pre-activation changes sign. With the sides of all kinks
held fixed the field is smooth: it is integrated so, a change of sign is located on the
interpolant, and the integration starts afresh on the other side. Where both sides push back onto
the kink the flow slides along it, with the slope :math:`\theta` between those of the two sides that
keeps z = 0 (Filippov): the gradient flow of a nonsmooth loss.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DOP853
from scipy.optimize import brentq, lsq_linear

from linviz.core.activation import Activation, named, nonlinear_loss
from linviz.core.frames import Frames
from linviz.core.integrator import FlowError, quietly
from linviz.core.problem import Matrix, Problem
from linviz.core.trajectory import Status, Trajectory
from linviz.core.weights import Weights, check_weights, n_parameters, pack, unpack, widths

Interrupt = Callable[[float, float], bool]
Sides = NDArray[np.int8]

INNER = np.array([0.25, 0.5, 0.75, 1.0])  # of a step: where signs are looked at, frames are taken
EDGE = 1e-3  # of rtol: a sign counts as changed so far beyond 0, in the largest pre-activation


@dataclass(frozen=True, slots=True, eq=False)
class NonlinearTrajectory(Trajectory):
    """The record of a nonlinear flow: `loss` and `at` are the network's with its activation.

    Attributes
    ----------
    activation : Activation
    """

    activation: Activation

    def at(self, t: float) -> Weights:
        """Weights at time t, integrated from the nearest earlier moment kept.

        Examples
        --------
        >>> problem, W = Problem(X=[[1.0]], Y=[[1.0]]), (np.array([[0.0]]),)
        >>> run = nonlinear_flow(problem, W, "tanh", t_end=2.0)
        >>> run.at(np.log(2)[()])[0].round(7)
        array([[0.5]])
        """
        if not 0 <= t <= self.t[-1]:
            raise ValueError(f"expected a time 0 <= t <= {self.t[-1]:.6g}, found {t}")
        k = int(np.searchsorted(self.t, t, side="right")) - 1
        w = pack([Wj[k] for Wj in self.W])
        if self.t[k] < t:
            network = Network(self.problem, self.dims, self.activation)
            flow = Pieces(network, w, float(self.t[k]), t, rtol=self.rtol, atol=self.atol)
            with quietly():
                while flow.t < t:
                    flow.advance()
            w = flow.w
        return unpack(w, self.dims)


def nonlinear_flow(
    problem: Problem,
    W: Sequence[Matrix],
    activation: Activation | str,
    *,
    t_end: float,
    rtol: float = 1e-8,
    n_frames: int = 400,
    max_steps: int = 100_000,
    interrupt: Interrupt | None = None,
) -> NonlinearTrajectory:
    r"""Integrate :math:`\dot W_j = -\partial L/\partial W_j` of a nonlinear network to `t_end`.

    Parameters
    ----------
    problem : Problem
        Its X and Y: here the samples count, not only their second moments.
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    activation : Activation or str
        A name of `ACTIVATIONS`. The last layer is linear.
    t_end : float
        Horizon.
    rtol : float
        Relative tolerance of the integrator (DOP853), element by element.
    n_frames : int
        The most moments that are kept, at least 2.
    max_steps : int
        Steps and kinks together; then the trajectory so far comes back with status "budget".
    interrupt : callable (t, loss) -> bool, optional
        Asked after every step; True ends the run with status "budget".

    Returns
    -------
    NonlinearTrajectory
        A Trajectory with the network's own loss. Status "converged" only where the start's
        gradient is exactly zero, else "horizon" or "budget".

    Raises
    ------
    ValueError
        If W does not fit the problem, an option is out of range or no activation has this name.
    FlowError
        If no step is short enough: the weights are too large.

    Notes
    -----
    At a kink that both sides push onto the flow slides (see the module); at one that both sides
    push away from it is not unique, and it goes on in the direction it came.

    Source
    ------
    Filippov 1988, "Differential equations with discontinuous righthand sides"; the flow follows
    the Clarke subdifferential, Davis, Drusvyatskiy, Kakade, Lee 2020.

    Examples
    --------
    >>> problem = Problem(X=[[1.0, -1.0]], Y=[[2.0, 0.0]])
    >>> run = nonlinear_flow(problem, (np.array([[1.0]]), np.array([[1.0]])), "relu", t_end=10)
    >>> run.limit[0].round(6), run.status
    (array([[1.414214]]), 'horizon')
    """
    W, activation = check_weights(problem, W), named(activation)
    _check_options(t_end, rtol, n_frames, max_steps)
    network, w = Network(problem, widths(W), activation), pack(W)
    sizes = [float(np.sqrt(np.mean(Wj**2))) for Wj in W]
    atol = 1e-2 * rtol * min([size for size in sizes if size > 0] + [1.0])
    frames = Frames(n_frames, network.n)
    frames.add(np.zeros(1), w[None], network.curves(w[None]))
    with quietly():
        flow = Pieces(network, w, 0.0, t_end, rtol=rtol, atol=atol)
        status, reason = _run(flow, frames, max_steps, interrupt)
        t, kept, curves = frames.chosen()
    return NonlinearTrajectory(
        problem=problem,
        t=t,
        W=network.unpack_frames(kept),
        loss=curves[:, 0],
        status=status,
        reason=reason,
        limit=tuple(np.ascontiguousarray(Wj) for Wj in unpack(flow.w.copy(), network.dims)),
        rtol=rtol,
        atol=atol,
        method="DOP853, piece by piece" if activation.kinks else "DOP853",
        n_steps=flow.n_steps,
        activation=activation,
    )


class Network:
    """A nonlinear network on packed weights, samples as rows; sides of kinks may be held fixed.

    All pre-activations, layer by layer, form one vector of m Σ d_j entries. `gains` holds a
    coefficient c for each, σ(z) = c z^k, where the activation has a kink.
    """

    def __init__(self, problem: Problem, dims: tuple[int, ...], activation: Activation) -> None:
        self.problem, self.dims, self.activation = problem, dims, activation
        self.n, self.X, self.Y = n_parameters(dims), problem.X.T.copy(), problem.Y.T.copy()
        ends = list(itertools.accumulate(a * b for a, b in itertools.pairwise(dims)))
        self.layout = list(zip([0, *ends], ends, itertools.pairwise(dims), strict=False))
        m, hidden = len(self.X), dims[1:-1]
        cuts = [0, *itertools.accumulate(m * d for d in hidden)]
        self.cuts = list(zip(cuts, cuts[1:], hidden, strict=False))
        self.n_kinks = cuts[-1] if activation.kinks else 0
        one = np.ones(1)
        k = activation.degree or 1
        # σ(z) = c z^k on either side of 0
        self.low = float(activation.value(-one)[0]) * (-1.0) ** k
        self.high = float(activation.value(one)[0])

    def layers(self, w: Matrix) -> list[Matrix]:
        """Views W_jᵀ, of shape (d_{j-1}, d_j), into the packed weights."""
        return [w[start:end].reshape(shape) for start, end, shape in self.layout]

    def unpack_frames(self, w: Matrix) -> Weights:
        """Packed weights (n, n_params) as one array (n, d_j, d_{j-1}) per layer."""
        return tuple(
            np.ascontiguousarray(w[:, start:end].reshape(len(w), *shape).transpose(0, 2, 1))
            for start, end, shape in self.layout
        )

    def forward(
        self, V: list[Matrix], gains: Matrix | None
    ) -> tuple[list[Matrix], list[Matrix], list[Matrix]]:
        """Activities a_0, ..., a_H, pre-activations z_1, ..., z_H and slopes σ'(z_j), (m, d_j)."""
        a, z, slopes = [self.X], [], []
        k = self.activation.degree or 1
        for v, (start, end, d) in zip(V[:-1], self.cuts, strict=True):
            zj = a[-1] @ v
            if gains is None:
                aj, slope = self.activation.value(zj), self.activation.slope(zj)
            else:
                c = gains[start:end].reshape(-1, d)
                power = zj ** (k - 1) if k > 1 else 1.0
                slope = k * c * power
                aj = c * zj * power
            z.append(zj)
            a.append(aj)
            slopes.append(slope)
        return a, z, slopes

    def velocity(
        self, w: Matrix, gains: Matrix | None, tangent: bool = False
    ) -> tuple[Matrix, Matrix]:
        """Minus the gradient, packed; with `tangent` also the speed of all pre-activations."""
        V = self.layers(w)
        a, z, slopes = self.forward(V, gains)
        out = np.empty(self.n)
        U = self.layers(out)
        error = self.Y - a[-1] @ V[-1]
        for j in range(len(V) - 1, -1, -1):
            np.dot(a[j].T, error, out=U[j])
            if j > 0:
                error = (error @ V[j].T) * slopes[j - 1]
        speeds = []
        if tangent:
            moved = np.zeros_like(self.X)
            for j, slope in enumerate(slopes):
                speed = a[j] @ U[j] + moved @ V[j]
                speeds.append(speed.ravel())
                moved = slope * speed
        return out, np.concatenate(speeds) if speeds else np.empty(0)

    def pre_activations(self, w: Matrix, gains: Matrix | None) -> Matrix:
        """All pre-activations in one vector."""
        z = self.forward(self.layers(w), gains)[1]
        return np.concatenate([zj.ravel() for zj in z])

    def curves(self, w: Matrix) -> Matrix:
        """What frames are chosen by: the loss and each output's likeness to its target."""
        rows = []
        scale = np.maximum(np.sum(self.Y**2, axis=0), np.finfo(float).tiny)
        for wk in w:
            V = self.layers(wk)
            out = self.forward(V, None)[0][-1] @ V[-1]
            likeness = np.sum(self.Y * out, axis=0) / scale
            rows.append([0.5 * float(np.sum((self.Y - out) ** 2)), *likeness])
        return np.array(rows)


class Pieces:
    """Integrates the flow step by step; a step ends at the first change of the smooth piece.

    Attributes
    ----------
    t, w : the present time and packed weights
    n_steps, n_events : steps and changes of piece so far
    sides : 1 or -1 for each pre-activation, 0 where the flow slides along its kink
    """

    def __init__(
        self, network: Network, w: Matrix, t: float, t_end: float, *, rtol: float, atol: float
    ) -> None:
        self.network, self.t, self.w, self.t_end = network, t, w, t_end
        self.rtol, self.atol = rtol, atol
        self.n_steps = self.n_events = 0
        self.sides: Sides = np.empty(0, dtype=np.int8)
        if network.n_kinks:
            z = network.pre_activations(w, None)
            self.sides = np.where(z > 0, 1, -1).astype(np.int8)
        self._theta = np.empty(0)
        self._start(None)

    def advance(self) -> tuple[Matrix, Matrix]:
        """Take one step; times and weights of points on it, the end last."""
        t_old = self.t
        self._solver.step()
        self.n_steps += 1
        if self._solver.status == "failed" or not np.isfinite(self._solver.y).all():
            raise FlowError(
                f"the integration cannot go on after t = {t_old:.3g}: no step is short enough; "
                "start from smaller weights, scale the data to order 1, or loosen rtol"
            )
        h = float(self._solver.t) - t_old
        dense = self._solver.dense_output()
        end = float(self._solver.t)
        changed: list[int] = []
        if self.network.n_kinks:
            end, changed = self._first_change(dense, t_old, end)
        t = t_old + (end - t_old) * INNER
        t[-1] = end
        w = dense(t).T.copy()
        if not changed:
            w[-1] = self._solver.y
        self.t, self.w = end, w[-1]
        if changed:
            self.n_events += 1
            self._settle(changed)
            self._start(h)
        return t, w

    def _start(self, h: float | None) -> None:
        """A new solver from the present point, whose first step is at most h."""
        gap = self.t_end - self.t
        if gap <= 0:
            return
        self._theta = np.empty(0)
        gains = self._gains(self.w)
        if gains is not None:
            self._theta = gains[self.sides == 0]
        fun: Any = self._velocity
        first = None if h is None else min(h, gap)
        self._solver = DOP853(
            fun, self.t, self.w, self.t_end, rtol=self.rtol, atol=self.atol, first_step=first
        )

    def _velocity(self, t: float, w: Matrix) -> Matrix:
        return self.network.velocity(w, self._gains(w))[0]

    def _gains(self, w: Matrix) -> Matrix | None:
        """The coefficient of each kink: one of its two sides' or, sliding, what keeps z = 0."""
        if not self.network.n_kinks:
            return None
        gains = np.where(self.sides > 0, self.network.high, self.network.low)
        sliding = np.flatnonzero(self.sides == 0)
        if sliding.size:
            self._balance(w, gains, sliding)
        return gains

    def _balance(self, w: Matrix, gains: Matrix, sliding: NDArray[np.intp]) -> None:
        """Set the gains of the sliding kinks so that their pre-activations stand still."""
        low, high = self.network.low, self.network.high
        theta = np.full(sliding.size, 0.5 * (low + high))
        if self._theta.shape == theta.shape:
            theta = self._theta
        for _ in range(8):  # affine within a layer: exact after one
            gains[sliding] = theta
            speed = self.network.velocity(w, gains, tangent=True)[1][sliding]
            slopes = np.empty((sliding.size, sliding.size))
            for k, entry in enumerate(sliding):
                gains[entry] = theta[k] + 1.0
                moved = self.network.velocity(w, gains, tangent=True)[1][sliding]
                slopes[:, k] = moved - speed
                gains[entry] = theta[k]
            if not (np.isfinite(slopes).all() and np.isfinite(speed).all()):
                break  # a trial step too long, which the integrator will reject
            change = -np.linalg.lstsq(slopes, speed, rcond=1e-12)[0]
            # far outside it decides nothing any more, and products of such gains run away
            theta = np.clip(theta + change, low - 1e3, high + 1e3)
            if np.abs(change).max() <= 1e-13 * (1 + np.abs(theta).max()):
                break
        gains[sliding] = theta

    def _first_change(
        self, dense: Callable[[Any], Matrix], start: float, end: float
    ) -> tuple[float, list[int]]:
        """Time and entries of the first sign that changes or slide that ends; else the end."""
        z = self._margins(dense(start))
        edge = max(EDGE * self.rtol, 1e-13)
        floor = np.minimum(z, 0.0) - edge * max(float(np.abs(z).max(initial=0.0)), 1e-300)
        for t in start + (end - start) * INNER:
            margins = self._margins(dense(t))
            below = np.flatnonzero(margins < floor)
            if below.size == 0:
                continue
            roots = [
                brentq(lambda s, e=entry: self._margins(dense(s))[e] - floor[e], start, t)
                for entry in below
            ]
            first = min(roots)
            near = first + 1e-12 * (end - start)
            return first, [int(e) for e, r in zip(below, roots, strict=True) if r <= near]
        return end, []

    def _margins(self, w: Matrix) -> Matrix:
        """How far each pre-activation is on its side, or theta within its interval: >= 0."""
        gains = self._gains(w)
        z = self.network.pre_activations(w, gains)
        margins: Matrix = self.sides * z
        sliding = self.sides == 0
        if gains is not None and sliding.any():
            c = gains[sliding]
            margins[sliding] = np.minimum(c - self.network.low, self.network.high - c)
        return margins

    def _settle(self, changed: list[int]) -> None:
        """New sides for all that are on their kink now.

        A kink that the loss has as a ridge is crossed. Those that it has as a valley are settled
        together: of all velocities with gains between those of the two sides the flow takes the
        shortest, and a gain strictly in between slides.
        """
        low, high = self.network.low, self.network.high
        gains = self._gains(self.w)
        for entry in changed:
            self.sides[entry] *= -1  # a slide that ends stays at 0 here
        active = np.union1d(np.flatnonzero(self.sides == 0), changed).astype(int)
        if gains is None:
            return
        crossed = active[self.sides[active] != 0]
        gains[crossed] = np.where(self.sides[crossed] > 0, high, low)
        for _ in range(8):  # affine within a layer: the second finds the first confirmed
            old = gains[active]
            base, _ = self.network.velocity(self.w, gains)
            columns, valley = self._responses(gains, active)
            if not valley.any():
                return
            B = columns[:, valley]
            best = lsq_linear(B, B @ old[valley] - base, (low, high), method="bvls")
            gains[active[valley]] = best.x
            if np.abs(best.x - old[valley]).max() <= 1e-12 * (high - low):
                break
        inner = 1e-9 * (high - low)
        for entry in active[valley]:
            c = gains[entry]
            self.sides[entry] = 1 if c >= high - inner else -1 if c <= low + inner else 0

    def _responses(self, gains: Matrix, active: NDArray[np.intp]) -> tuple[Matrix, NDArray[Any]]:
        """Change of the velocity, (n, k), by a unit of each active gain, and which are valleys."""
        base, speed = self.network.velocity(self.w, gains, tangent=True)
        columns, valley = np.empty((self.network.n, active.size)), np.zeros(active.size, dtype=bool)
        for k, entry in enumerate(active):
            before, gains[entry] = gains[entry], gains[entry] + 1.0
            moved, faster = self.network.velocity(self.w, gains, tangent=True)
            gains[entry] = before
            columns[:, k] = moved - base
            # a larger gain slows it down: both sides push onto the kink, if they do not agree
            felt = float(np.linalg.norm(columns[:, k])) > 1e-9 * float(np.linalg.norm(base))
            valley[k] = felt and faster[entry] < speed[entry]
        return columns, valley


def _run(
    flow: Pieces, frames: Frames, max_steps: int, interrupt: Interrupt | None
) -> tuple[Status, str]:
    """Step to the horizon or the end of the budget."""
    if not flow._velocity(0.0, flow.w).any():
        frames.add(np.array([flow.t_end]), flow.w[None], flow.network.curves(flow.w[None]))
        return "converged", "the start is a critical point: its gradient is exactly zero"
    while flow.t < flow.t_end:
        t, w = flow.advance()
        curves = flow.network.curves(w)
        frames.add(t, w, curves)
        if flow.n_steps >= max_steps and flow.t < flow.t_end:
            return "budget", f"{max_steps} steps were taken; {_present(flow)}"
        if interrupt is not None and interrupt(flow.t, float(curves[-1, 0])):
            return "budget", f"it was stopped; {_present(flow)}"
    return "horizon", f"the horizon came; {_present(flow)}"


def _present(flow: Pieces) -> str:
    """Where the flow is, in words."""
    network, w = flow.network, flow.w
    size = float(np.linalg.norm(flow._velocity(flow.t, w)))
    loss = nonlinear_loss(network.problem, unpack(w, network.dims), network.activation)
    words = f"t = {flow.t:.6g}, loss {loss:.6g}, gradient {size:.1e}"
    if not network.n_kinks:
        return words
    n_sliding = int(np.count_nonzero(flow.sides == 0))
    return f"{words}, {flow.n_events} kinks met, {n_sliding} samples held on one now"


def _check_options(t_end: float, rtol: float, n_frames: int, max_steps: int) -> None:
    if not 0 < t_end < math.inf:
        raise ValueError(f"expected a time t_end > 0, found {t_end}")
    if not 1e-12 <= rtol <= 1e-2:
        raise ValueError(f"expected a tolerance 1e-12 <= rtol <= 1e-2, found {rtol}")
    if n_frames < 2 or max_steps < 1:
        raise ValueError(
            f"expected n_frames >= 2 and max_steps >= 1, found {n_frames} and {max_steps}"
        )
