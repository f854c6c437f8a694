"""The flow by other means: scipy, diffrax and torchdiffeq, each as its user would write it well.

A peer prepares a case once (diffrax compiles then) and returns a function of the tolerances that
gives the weights at the horizon.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp

from linviz.core.landscape.hessian import hessian
from linviz.core.model.layers import Weights, product, unpack, widths
from linviz.core.model.problem import Matrix, Problem

Run = Callable[[float, float], Weights]
Peer = Callable[[Problem, Weights, float, float], Run]


class OutOfTimeError(Exception):
    """The time limit of one run is over, or its step limit."""


def _deadline(seconds: float) -> Callable[[], None]:
    end = time.perf_counter() + seconds

    def check() -> None:
        if time.perf_counter() > end:
            raise OutOfTimeError

    return check


def as_written(problem: Problem, W: Weights, T: float, seconds: float) -> Run:
    """solve_ivp's default method and lists of matrices, each product from scratch."""
    N, shapes = len(W), [Wj.shape for Wj in W]
    ends = np.cumsum([a * b for a, b in shapes])[:-1]

    def apart(w: Matrix) -> list[Matrix]:
        return [v.reshape(shape) for v, shape in zip(np.split(w, ends), shapes, strict=True)]

    def run(rtol: float, atol: float) -> Weights:
        check = _deadline(seconds)

        def speed(t: float, w: Matrix) -> Matrix:
            check()
            V = apart(w)
            E = (problem.Y - product(V) @ problem.X) @ problem.X.T
            slopes = [product(V, j + 1, N).T @ E @ product(V, 1, j - 1).T for j in range(1, N + 1)]
            return np.concatenate([slope.ravel() for slope in slopes])

        start = np.concatenate([Wj.ravel() for Wj in W])
        return tuple(apart(solve_ivp(speed, (0, T), start, rtol=rtol, atol=atol).y[:, -1]))

    return run


def scipys(method: str, jacobian: bool = False, largest: int = 10**9) -> Peer:
    """A method of solve_ivp with products shared between layers, with linviz's Hessian or not."""

    def prepare(problem: Problem, W: Weights, T: float, seconds: float) -> Run:
        dims = widths(W)
        start = np.concatenate([Wj.ravel(order="F") for Wj in W])
        cross, gram = problem.cross, problem.gram
        if start.size > largest:
            raise OutOfTimeError

        def run(rtol: float, atol: float) -> Weights:
            check = _deadline(seconds)

            def speed(t: float, w: Matrix) -> Matrix:
                check()
                V, A = unpack(w, dims), [np.eye(dims[0])]
                for v in V:
                    A.append(v @ A[-1])
                D, slopes = cross - A[-1] @ gram, []
                for v, a in zip(reversed(V), reversed(A[:-1]), strict=True):
                    slopes.append((D @ a.T).ravel(order="F"))
                    D = v.T @ D
                return np.concatenate(slopes[::-1])

            def slope(t: float, w: Matrix) -> Matrix:
                return -hessian(problem, unpack(w, dims))

            options = {"jac": slope} if jacobian else {}
            solution = solve_ivp(speed, (0, T), start, method, rtol=rtol, atol=atol, **options)
            if not solution.success:
                raise OutOfTimeError
            return unpack(solution.y[:, -1], dims)

        return run

    return prepare


def diffraxs(solver: str, largest: int = 10**9) -> Peer:
    """A solver of diffrax in double precision, compiled beforehand."""

    def prepare(problem: Problem, W: Weights, T: float, seconds: float) -> Run:
        if sum(Wj.size for Wj in W) > largest:
            raise OutOfTimeError
        import diffrax
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        X, Y = jnp.asarray(problem.X), jnp.asarray(problem.Y)
        start = tuple(map(jnp.asarray, W))

        def value(V: Weights) -> object:
            P = X
            for v in V:
                P = v @ P
            return 0.5 * jnp.sum((Y - P) ** 2)

        slope = jax.jit(jax.grad(value))
        term = diffrax.ODETerm(lambda t, V, _: jax.tree.map(jnp.negative, slope(V)))
        jax.block_until_ready(slope(start))
        begun = time.perf_counter()
        jax.block_until_ready(slope(start))
        steps = int(min(200_000, seconds / (time.perf_counter() - begun)))  # it cannot be stopped

        @jax.jit
        def solve(rtol: float, atol: float) -> object:
            solution = diffrax.diffeqsolve(
                term, getattr(diffrax, solver)(), 0.0, T, None, start, max_steps=steps, throw=False,
                stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol),
            )  # fmt: skip
            return solution.ys, solution.result == diffrax.RESULTS.successful

        def run(rtol: float, atol: float) -> Weights:
            ys, done = solve(rtol, atol)
            if not bool(done):
                raise OutOfTimeError
            return tuple(np.asarray(v[-1]) for v in ys)

        return run

    return prepare


def torchdiffeqs(problem: Problem, W: Weights, T: float, seconds: float) -> Run:
    """dopri5 of torchdiffeq in double precision."""
    import torch
    import torchdiffeq

    torch.set_num_threads(1)
    X, Y = torch.tensor(problem.X), torch.tensor(problem.Y)

    def run(rtol: float, atol: float) -> Weights:
        check = _deadline(seconds)

        def downhill(t: object, V: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
            check()
            with torch.enable_grad():
                V = tuple(v.detach().requires_grad_() for v in V)
                P = X
                for v in V:
                    P = v @ P
                slopes = torch.autograd.grad(0.5 * ((Y - P) ** 2).sum(), V)
            return tuple(-slope for slope in slopes)

        times = torch.tensor([0.0, T], dtype=torch.float64)
        start = tuple(torch.tensor(Wj) for Wj in W)
        ends = torchdiffeq.odeint(downhill, start, times, method="dopri5", rtol=rtol, atol=atol)
        return tuple(v[-1].numpy() for v in ends)

    return run


def peers() -> dict[str, Peer]:
    """The peers that are installed."""
    found: dict[str, Peer] = {
        "RK45 as written": as_written,
        "DOP853": scipys("DOP853"),
        "LSODA": scipys("LSODA", largest=2000),
        "LSODA + Hessian": scipys("LSODA", jacobian=True, largest=2000),
        "Radau + Hessian": scipys("Radau", jacobian=True, largest=400),
    }
    if importlib.util.find_spec("diffrax"):
        found["diffrax Tsit5"] = diffraxs("Tsit5")
        found["diffrax Kvaerno5"] = diffraxs("Kvaerno5", largest=400)
    if importlib.util.find_spec("torchdiffeq"):
        found["torchdiffeq dopri5"] = torchdiffeqs
    return found
