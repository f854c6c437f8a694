"""Compare the gradient flow with what one would otherwise write, on runs of every kind.

    python benchmarks/flow.py [--seconds 8] [case ...]

Each peer integrates the same run to the same horizon and only that. linviz also watches for the
limit point, polishes it and chooses the frames. Every method has a time limit; "-" means that it
did not arrive. Errors are those of the final product, relative to the target; drift is that of the
C_j, relative to max ‖W_j‖². Peers run at rtol 1e-8, atol 1e-10.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import time
from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp

from linviz.core.field import Field
from linviz.core.flow import gradient_flow
from linviz.core.problem import Matrix, Problem
from linviz.core.weights import Weights, n_parameters, pack, product, unpack

Case = tuple[Problem, Weights, float]
TOLERANCES = {"rtol": 1e-8, "atol": 1e-10}


class OutOfTimeError(Exception):
    """The time limit of one method is over."""


def gaussian(dims: tuple[int, ...], scale: float, seed: int = 0) -> Weights:
    return unpack(scale * np.random.default_rng(seed).standard_normal(n_parameters(dims)), dims)


def canonical(s: tuple[float, ...], dims: tuple[int, ...], scale: float, horizon: float) -> Case:
    return Problem.canonical(s, d_x=dims[0]), gaussian(dims, scale), horizon


def raw_data() -> Case:
    rng = np.random.default_rng(0)
    X = np.linalg.qr(rng.standard_normal((64, 64)))[0] * np.logspace(0.5, -2, 64)
    Y = rng.standard_normal((10, 64)) @ X + 0.3 * rng.standard_normal((10, 64))
    return Problem(X=X, Y=Y), gaussian((64, 10, 10), 0.1), 100.0


def cases() -> dict[str, Callable[[], Case]]:
    five = (5.0, 4.0, 3.0, 2.0, 1.0)
    wide = tuple(np.linspace(3.0, 0.5, 16))
    return {
        "dashboard default": lambda: canonical((2, 1), (4, 5, 3, 2), 0.5, 20),
        "H=3, widths 5": lambda: canonical(five, (5,) * 5, 0.2, 150),
        "the same, larger start": lambda: canonical(five, (5,) * 5, 0.5, 40),
        "saddle to saddle, H=1": lambda: canonical((4, 3, 2, 1), (5, 6, 4), 1e-4, 25),
        "plateau, H=2, 1e-3": lambda: canonical(five, (5,) * 4, 1e-3, 3000),
        "saddle to saddle, H=3": lambda: canonical(five, (5,) * 5, 1e-2, 1e4),
        "s ratio 100": lambda: canonical((100, 30, 10, 3, 1), (5,) * 5, 0.5, 1e2),
        "s ratio 1e4, H=3": lambda: canonical((1, 0.1, 1e-2, 1e-3, 1e-4), (5,) * 5, 0.5, 1e4),
        "deep, H=10": lambda: canonical(five, (5,) * 12, 0.45, 2000),
        "raw data, condition 1e5": raw_data,
        "medium, H=5, widths 16": lambda: canonical(wide, (16,) * 7, 0.25, 40),
    }


def as_written(problem: Problem, W: Weights, T: float, check: Callable[[], None]) -> Weights:
    """solve_ivp's default method and lists of matrices, each product from scratch."""
    shapes = [Wj.shape for Wj in W]
    ends = np.cumsum([a * b for a, b in shapes])[:-1]

    def speed(t: float, w: Matrix) -> Matrix:
        check()
        V = [v.reshape(shape) for v, shape in zip(np.split(w, ends), shapes, strict=True)]
        M = problem.Y - product(V) @ problem.X
        N = len(V)
        return np.concatenate(
            [
                (product(V, j + 1, N).T @ M @ problem.X.T @ product(V, 1, j - 1).T).ravel()
                for j in range(1, N + 1)
            ]
        )

    start = np.concatenate([Wj.ravel() for Wj in W])
    end = solve_ivp(speed, (0, T), start, **TOLERANCES).y[:, -1]
    return tuple(v.reshape(shape) for v, shape in zip(np.split(end, ends), shapes, strict=True))


def scipys(method: str) -> Callable[[Problem, Weights, float, Callable[[], None]], Weights]:
    """A method of solve_ivp with linviz's own fast right-hand side, without a Jacobian."""

    def run(problem: Problem, W: Weights, T: float, check: Callable[[], None]) -> Weights:
        dims = (W[0].shape[1], *(Wj.shape[0] for Wj in W))
        field = Field(problem, dims)

        def speed(t: float, w: Matrix) -> Matrix:
            check()
            return field.velocity(t, w)

        solution = solve_ivp(speed, (0, T), pack(W), method=method, **TOLERANCES)
        return unpack(solution.y[:, -1], dims)

    return run


def diffraxs(problem: Problem, W: Weights, T: float, check: Callable[[], None]) -> Weights:
    """Tsit5 of diffrax in double precision; its compilation counts, as it does at a slider."""
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, Y = jnp.asarray(problem.X), jnp.asarray(problem.Y)

    def value(V: Weights) -> object:
        P = X
        for v in V:
            P = v @ P
        return 0.5 * jnp.sum((Y - P) ** 2)

    downhill = diffrax.ODETerm(lambda t, V, _: jax.tree.map(jnp.negative, jax.grad(value)(V)))
    solution = diffrax.diffeqsolve(
        downhill, diffrax.Tsit5(), 0.0, T, None, tuple(map(jnp.asarray, W)),
        stepsize_controller=diffrax.PIDController(**TOLERANCES), max_steps=200_000,
    )  # fmt: skip
    return tuple(np.asarray(v[0]) for v in solution.ys)


def torchdiffeqs(problem: Problem, W: Weights, T: float, check: Callable[[], None]) -> Weights:
    """dopri5 of torchdiffeq in double precision."""
    import torch
    import torchdiffeq

    X, Y = torch.tensor(problem.X), torch.tensor(problem.Y)

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
    solution = torchdiffeq.odeint(downhill, start, times, method="dopri5", **TOLERANCES)
    return tuple(v[-1].numpy() for v in solution)


def peers() -> dict[str, Callable[[Problem, Weights, float, Callable[[], None]], Weights]]:
    found = {
        "RK45 as written": as_written,
        "DOP853": scipys("DOP853"),
        "LSODA, no Jacobian": scipys("LSODA"),
    }
    optional = {"diffrax": diffraxs, "torchdiffeq": torchdiffeqs}
    return found | {k: run for k, run in optional.items() if importlib.util.find_spec(k)}


def linvizs(problem: Problem, W: Weights, T: float, check: Callable[[], None]) -> Weights:
    trajectory = gradient_flow(problem, W, t_end=T)
    return tuple(Wj[-1] for Wj in trajectory.W)


def reference(problem: Problem, W: Weights, T: float) -> Matrix:
    """Final product by LSODA with the analytic Jacobian at the tightest tolerance."""
    dims = (W[0].shape[1], *(Wj.shape[0] for Wj in W))
    field = Field(problem, dims)
    solution = solve_ivp(
        field.velocity, (0, T), pack(W), "LSODA", jac=field.jacobian, rtol=1e-12, atol=1e-18
    )
    return product(unpack(solution.y[:, -1], dims))


def drift(W: Weights, V: Weights) -> float:
    """Of the invariants from W to V."""
    largest = max(float(np.linalg.norm(v)) for v in (*W, *V)) ** 2
    pairs = zip(itertools.pairwise(W), itertools.pairwise(V), strict=True)
    changes = [b.T @ b - a @ a.T - d.T @ d + c @ c.T for (a, b), (c, d) in pairs]
    return max((float(np.linalg.norm(change)) for change in changes), default=0.0) / largest


def timed(run, problem: Problem, W: Weights, T: float, seconds: float) -> tuple[float, Weights]:
    """Best of up to three runs within the time limit."""
    best, start, end = np.inf, time.perf_counter(), W

    def check() -> None:
        if time.perf_counter() - start > seconds:
            raise OutOfTimeError

    for _ in range(3):
        begin = time.perf_counter()
        end = run(problem, W, T, check)
        best = min(best, time.perf_counter() - begin)
        if time.perf_counter() - start > seconds / 3:
            break
    return best, end


def report(name: str, case: Case, seconds: float) -> list[str]:
    """Print one case and return where linviz loses."""
    problem, W, T = case
    exact = reference(problem, W, T)
    size = float(np.linalg.norm(problem.least_squares))
    print(f"\n{name} ({sum(Wj.size for Wj in W)} weights, t = {T:g})")
    ours, losses = np.inf, []
    for label, run in {"linviz": linvizs, **peers()}.items():
        try:
            best, end = timed(run, problem, W, T, seconds)
        except OutOfTimeError:
            print(f"  {label:20s} {'-':>9}   > {seconds / ours:.0f}")
            continue
        ours = best if label == "linviz" else ours
        error = float(np.linalg.norm(product(end) - exact)) / size
        print(
            f"  {label:20s} {1e3 * best:9.1f} ms {best / ours:8.2f}   error {error:.0e}   "
            f"drift {drift(W, end):.0e}"
        )
        if best < ours:
            losses.append(f"{name}: {label} takes {best / ours:.2f} of the time, error {error:.0e}")
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help="names of cases, or parts of them; all by default")
    parser.add_argument("--seconds", type=float, default=8.0, help="time limit of each method")
    options = parser.parse_args()
    losses = []
    print("method, best time, ratio to linviz, error of the final product, drift of C_j")
    for name, case in cases().items():
        if not options.cases or any(part in name for part in options.cases):
            losses += report(name, case(), options.seconds)
    print("\nWhere linviz loses:", *(losses or ["nowhere in these cases"]), sep="\n  ")


if __name__ == "__main__":
    main()
