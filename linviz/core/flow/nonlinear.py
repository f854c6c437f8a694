r"""The gradient flow of a network with an activation, on the raw data.

A kink makes the velocity jump where a pre-activation z changes sign, and where both sides push onto
the kink the flow slides along it, with a slope between those of the two sides (Filippov). Both are
met by a slope that turns from one side's to the other's within a narrow layer,

.. math:: \theta(z) = c_- + (c_+ - c_-)\,\frac{1 + \tanh(z/\varepsilon)}{2}, \qquad
          \sigma(z) \to z\,\theta(z), \quad \sigma'(z) \to \theta(z)

and an implicit method. Taking :math:`z\theta` for the value keeps :math:`\sigma = z\sigma'`, and
with it the diagonals of C_j, exactly; the trajectory is that of the limit to O(ε).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import LSODA

from linviz.core.flow.activation import Activation, named
from linviz.core.flow.integrator import FlowError, quietly
from linviz.core.flow.recorder import Recorder
from linviz.core.flow.trajectory import Interrupt, Status, Trajectory
from linviz.core.model.layers import Layout, Weights, check_weights, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem

INNER = np.array([0.25, 0.5, 0.75, 1.0])  # of a step: where frames are taken
LAYER = 1e-6  # width of a kink's layer, relative to the start's largest pre-activation


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
        >>> run.at(np.log(2)[()])[0].round(6)
        array([[0.5]])
        """
        if not 0 <= t <= self.t[-1]:
            raise ValueError(f"expected a time 0 <= t <= {self.t[-1]:.6g}, found {t}")
        k = int(np.searchsorted(self.t, t, side="right")) - 1
        w = pack([Wj[k] for Wj in self.W])
        if self.t[k] < t:
            network = Network(self.problem, [Wj[0] for Wj in self.W], self.activation)
            with quietly():
                solver = _solver(network, w, float(self.t[k]), t, self.rtol, self.atol)
                while solver.status == "running":
                    _step(solver)
            w = solver.y
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
        Relative tolerance of the integrator (LSODA), element by element.
    n_frames : int
        The most moments that are kept, at least 2.
    max_steps : int
        Then the trajectory so far comes back with status "budget".
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
    ε is 1e-6 of the largest pre-activation at the start: the trajectory errs by as much, whatever
    the tolerance; the diagonals of C_j do not.

    References
    ----------
    Filippov 1988, "Differential equations with discontinuous righthand sides"; the limit follows
    the Clarke subdifferential, Davis, Drusvyatskiy, Kakade, Lee 2020.

    Examples
    --------
    >>> problem = Problem(X=[[1.0, -1.0]], Y=[[2.0, 0.0]])
    >>> run = nonlinear_flow(problem, (np.array([[1.0]]), np.array([[1.0]])), "relu", t_end=10)
    >>> run.limit[0].round(5), run.status
    (array([[1.41421]]), 'horizon')
    """
    W, activation = check_weights(problem, W), named(activation)
    _check_options(t_end, rtol, n_frames, max_steps)
    network, w = Network(problem, W, activation), pack(W)
    sizes = [float(np.sqrt(np.mean(Wj**2))) for Wj in W]
    atol = 1e-2 * rtol * min([size for size in sizes if size > 0] + [1.0])
    recorder = Recorder(network.curves, w, n_frames)
    with quietly():
        w, n_steps, status, reason = _run(
            network, w, recorder, t_end, rtol, atol, max_steps, interrupt
        )
        t, kept, curves = recorder.chosen()
    return NonlinearTrajectory(
        problem=problem,
        t=t,
        W=network.layout.weights(kept),
        loss=curves[:, 0],
        status=status,
        reason=reason,
        limit=network.layout.weights(w),
        rtol=rtol,
        atol=atol,
        method="LSODA",
        n_steps=n_steps,
        activation=activation,
    )


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
            self.epsilon = LAYER * (largest or 1.0)

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


def _solver(network: Network, w: Matrix, t: float, t_end: float, rtol: float, atol: float) -> LSODA:
    velocity: Any = network.velocity  # scipy's stubs want fields that take complex numbers too
    return LSODA(velocity, t, w, t_end, rtol=rtol, atol=atol)


def _step(solver: LSODA) -> None:
    """One step, or why there is none."""
    solver.step()
    if solver.status == "failed" or not np.isfinite(solver.y).all():
        raise FlowError(
            f"the integration cannot go on after t = {solver.t:.3g}: no step is short enough; "
            "start from smaller weights, scale the data to order 1, or loosen rtol"
        )


def _run(
    network: Network,
    w: Matrix,
    recorder: Recorder,
    t_end: float,
    rtol: float,
    atol: float,
    max_steps: int,
    interrupt: Interrupt | None,
) -> tuple[Matrix, int, Status, str]:
    """Step to the horizon or the end of the budget; last weights, steps, how it ended and why."""
    if not network.velocity(0.0, w).any():
        recorder.add(np.array([t_end]), w[None], network.curves(w[None]))
        return w, 0, "converged", "the start is a critical point: its gradient is exactly zero"
    solver = _solver(network, w, 0.0, t_end, rtol, atol)
    n_steps, why, status = 0, "the horizon came", "horizon"
    while solver.status == "running":
        t_old = float(solver.t)
        _step(solver)
        n_steps += 1
        t: Matrix = t_old + (float(solver.t) - t_old) * INNER
        points = solver.dense_output()(t).T.copy()
        t[-1], points[-1] = solver.t, solver.y
        curves = network.curves(points)
        recorder.add(t, points, curves)
        if n_steps >= max_steps and solver.status == "running":
            why, status = f"{max_steps} steps were taken", "budget"
            break
        if interrupt is not None and interrupt(float(solver.t), float(curves[-1, 0])):
            why, status = "it was stopped", "budget"
            break
    size = float(np.linalg.norm(network.velocity(0.0, solver.y)))
    words = f"t = {solver.t:.6g}, loss {network.curves(solver.y[None])[0, 0]:.6g}"
    ended: Status = "budget" if status == "budget" else "horizon"
    return solver.y, n_steps, ended, f"{why}; {words}, gradient {size:.1e}"


def _check_options(t_end: float, rtol: float, n_frames: int, max_steps: int) -> None:
    if not 0 < t_end < math.inf:
        raise ValueError(f"expected a time t_end > 0, found {t_end}")
    if not 1e-12 <= rtol <= 1e-2:
        raise ValueError(f"expected a tolerance 1e-12 <= rtol <= 1e-2, found {rtol}")
    if n_frames < 2 or max_steps < 1:
        raise ValueError(
            f"expected n_frames >= 2 and max_steps >= 1, found {n_frames} and {max_steps}"
        )
