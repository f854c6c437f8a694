"""The gradient flow of a network with an activation, on the raw data, to a horizon."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linviz.core.flow.activation import Activation, named
from linviz.core.flow.implicit import implicit_run
from linviz.core.flow.integrator import quietly
from linviz.core.flow.network import Network, NonlinearFlow, advance, solver_of
from linviz.core.flow.recorder import Recorder
from linviz.core.flow.trajectory import Interrupt, Status, Trajectory
from linviz.core.model import checks
from linviz.core.model.layers import check_weights, pack
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import LEAST_RTOL_LSODA, RTOL_NETWORK

INNER = np.array([0.25, 0.5, 0.75, 1.0])  # of a step: where frames are taken


def nonlinear_flow(
    problem: Problem,
    W: Sequence[Matrix],
    activation: Activation | str,
    *,
    t_end: float,
    rtol: float = RTOL_NETWORK,
    n_frames: int = 400,
    max_steps: int = 100_000,
    interrupt: Interrupt | None = None,
) -> Trajectory:
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
    Trajectory
        With the network's own loss; its `law` is a `NonlinearFlow`. Status "converged" only where
        the start's gradient is exactly zero, else "horizon" or "budget".

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
    W, activation = check_weights(problem, W, any_size=True), named(activation)
    t_end, rtol = checks.positive(t_end, "t_end"), checks.real(rtol, "rtol", LEAST_RTOL_LSODA, 1e-2)
    n_frames, max_steps = (
        checks.whole(n_frames, "n_frames", 2),
        checks.whole(max_steps, "max_steps", 1),
    )
    network, w = Network(problem, W, activation), pack(W)
    sizes = [float(np.sqrt(np.mean(Wj**2))) for Wj in W]
    atol = 1e-2 * rtol * min([size for size in sizes if size > 0] + [1.0])
    recorder = Recorder(network.curves, w, n_frames)
    with implicit_run(), quietly():
        w, n_steps, status, reason = _run(
            network, w, recorder, t_end, rtol, atol, max_steps, interrupt
        )
        t, kept, curves = recorder.chosen(network.layout)
    return Trajectory(
        problem=problem,
        t=t,
        W=kept,
        loss=curves[:, 0],
        status=status,
        reason=reason,
        limit=network.layout.weights(w),
        law=NonlinearFlow(activation, rtol, atol),
        method="LSODA",
        n_steps=n_steps,
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
    solver = solver_of(network, w, 0.0, t_end, rtol, atol)
    n_steps, why, status = 0, "the end of its time", "horizon"
    while solver.status == "running":
        t_old = float(solver.t)
        advance(solver)
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
