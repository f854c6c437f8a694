"""linviz against its peers, in one table: the flow at matched accuracy, and spectra of Hessians.

    python benchmarks/suite.py [--seconds 8] [--large] [case ...]

Everything runs on one thread. For the flow each method takes the coarsest tolerance 1e-3, 1e-4, ...
at which its weights at the horizon are right to 1e-5, relative, and so is the time at which it
leaves the last plateau: the product at the end would say little, for all methods reach the same.
Then the methods take turns and the medians are compared, as a ratio. A peer only integrates to the
horizon; linviz also looks for the limit, polishes it and chooses frames. What a peer does not do
within the time limit counts as lost by it. diffrax and jax are compiled beforehand. The peers
diffrax, jax, torch and torchdiffeq are optional.

"drift" is that of the C_j over the run at this tolerance, relative to max ‖W_j‖²; the last two
columns are time and drift at linviz's default tolerance. ``--large`` adds 10,000 parameters to the
Hessians, which takes the peer minutes and 2 GB.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is imported

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import argparse
import importlib.util
import itertools
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy.integrate import DOP853, LSODA

sys.path[:0] = [str(Path(__file__).parents[1])]

from cases import Case, flows
from peers import OutOfTimeError, Run, peers

from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.hessian import spectrum
from linviz.core.model.layers import Weights, pack, widths
from linviz.core.model.problem import Matrix, Problem

MATCHED = 1e-5
TOLERANCES = [10.0**-k for k in range(3, 11)]
SIZES = {50: (5, 5, 5), 500: (10, 14, 13, 10), 2000: (20, 29, 29, 20), 10_000: (50, 50, 50, 50, 50)}


@dataclass(frozen=True)
class Reference:
    """What is right: the weights at the horizon and in the last fall, and the velocity there."""

    end: Matrix
    t_fall: float
    fall: Matrix
    velocity: Matrix

    def error(self, w: Matrix) -> float:
        """Relative, of the weights at the horizon."""
        return float(np.linalg.norm(w - self.end) / np.linalg.norm(self.end))

    def delay(self, w: Matrix) -> float:
        """Relative, of the time of the last fall, from the weights at that time."""
        v = self.velocity
        return abs(float((w - self.fall) @ v / (v @ v))) / self.t_fall


def reference(problem: Problem, W: Weights, T: float) -> Reference:
    """At a tolerance far beyond every method's."""
    field = Field(problem, widths(W))
    options = {"rtol": 1e-11, "atol": 1e-14 * scale(W)}
    if field.n <= 400:
        solver = LSODA(field.velocity, 0.0, pack(W), T, jac=field.jacobian, **options)
    else:
        solver = DOP853(field.velocity, 0.0, pack(W), T, **options)
    passed = []  # time, weights, and how fast the loss falls in log time
    while solver.status == "running":
        solver.step()
        v = field.velocity(solver.t, solver.y)
        passed.append((solver.t, solver.y.copy(), solver.t * float(v @ v)))
    falls = np.array([fall for *_, fall in passed])
    peaks = np.flatnonzero((falls[1:-1] > falls[:-2]) & (falls[1:-1] >= falls[2:])) + 1
    last = max((k for k in peaks if falls[k] > 1e-3 * falls.max()), default=int(falls.argmax()))
    t, w, _ = passed[last]
    return Reference(solver.y, t, w, field.velocity(t, w))


def scale(W: Weights) -> float:
    """Root mean square of the smallest layer, at most 1: linviz scales its tolerances by it too."""
    return min(1.0, *(float(np.sqrt(np.mean(Wj**2))) for Wj in W))


def linvizs(problem: Problem, W: Weights, T: float, seconds: float) -> Run:
    def run(rtol: float, atol: float) -> Weights:
        trajectory = gradient_flow(problem, W, t_end=T, rtol=rtol, max_seconds=seconds)
        if trajectory.status == "budget":
            raise OutOfTimeError
        return tuple(Wj[-1] for Wj in trajectory.W)

    return run


def drift(W: Weights, V: Weights) -> float:
    """Of the invariants from W to V."""
    largest = max(float(np.linalg.norm(v)) for v in (*W, *V)) ** 2
    pairs = zip(itertools.pairwise(W), itertools.pairwise(V), strict=True)
    changes = [b.T @ b - a @ a.T - d.T @ d + c @ c.T for (a, b), (c, d) in pairs]
    return max((float(np.linalg.norm(change)) for change in changes), default=0.0) / largest


def matched(
    peer: Callable[..., Run], case: Case, exact: Reference, seconds: float
) -> tuple[Callable[[], Weights], float, Weights]:
    """The run at the coarsest tolerance that is accurate enough, its error and its end."""
    problem, W, T = case
    run, to_fall = peer(problem, W, T, seconds), peer(problem, W, exact.t_fall, seconds)
    for rtol in TOLERANCES:
        atol = 1e-2 * scale(W) * rtol
        end = run(rtol, atol)
        error = max(exact.error(pack(end)), exact.delay(pack(to_fall(rtol, atol))))
        if error <= MATCHED:
            return partial(run, rtol, atol), error, end
    raise OutOfTimeError


def medians(ways: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Milliseconds of each way, in turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    begun = time.perf_counter()
    for turn in range(15):
        for name, way in ways.items():
            start = time.perf_counter()
            with suppress(OutOfTimeError):
                way()
            times[name].append(1e3 * (time.perf_counter() - start))
        if time.perf_counter() - begun > (seconds if turn >= 2 else 10 * seconds):
            break
    return {name: statistics.median(found) for name, found in times.items()}


def flow_row(name: str, case: Case, seconds: float) -> list[str]:
    """One line of the table."""
    problem, W, T = case
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        exact, ways, ends = reference(problem, W, T), {}, {}
        for label, peer in {"linviz": linvizs, **peers()}.items():
            try:
                ways[label], *ends[label] = matched(peer, case, exact, seconds)
            except OutOfTimeError:
                continue
        by_default: list[Weights] = []
        ways["default"] = lambda: by_default.append(linvizs(problem, W, T, 60.0)(2e-9, 0.0))
        times = medians(ways, seconds)
    default = [f"{times.pop('default'):.1f}", f"{drift(W, by_default[-1]):.0e}"]
    return row(f"{name} ({sum(Wj.size for Wj in W)})", times, ends.get("linviz"), W) + default


def row(name: str, times: dict[str, float], end: list | None, W: Weights | None) -> list[str]:
    ours = times.pop("linviz", np.inf)
    ranked = sorted(times, key=times.__getitem__)
    best = times[ranked[0]] if ranked else np.inf
    words = [name, f"{ours:.1f}", f"{best:.1f}", ranked[0] if ranked else "none arrives"]
    words += [f"{best / ours:.2f}" + (" LOST" if best < ours else "") if ranked else "-"]
    second = f"{ranked[1]} {times[ranked[1]]:.1f}" if len(ranked) > 1 else "-"
    accuracy = [f"{end[0]:.0e}", f"{drift(W, end[1]):.0e}"] if end and W else ["-", "-"]
    return [*words, second, *accuracy]


def by_jax(problem: Problem, W: Weights) -> Callable[[], Matrix]:
    """jax.hessian of the packed loss, compiled beforehand, and numpy's eigenvalues."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    dims = widths(W)

    def packed_loss(w):  # type: ignore[no-untyped-def]
        P, start = jnp.eye(dims[0]), 0
        for a, b in itertools.pairwise(dims):
            P = w[start : start + a * b].reshape(a, b).T @ P
            start += a * b
        return 0.5 * jnp.sum((problem.Y - P @ problem.X) ** 2)

    compiled = jax.jit(jax.hessian(packed_loss))
    w = pack(W)
    compiled(w).block_until_ready()
    return lambda: np.linalg.eigvalsh(np.asarray(compiled(w)))


def hessian_row(size: int, seconds: float) -> list[str]:
    """The full spectrum at a global minimum, linviz and jax."""
    dims = SIZES[size]
    problem = Problem.canonical(np.linspace(3, 1, dims[-1]), dims[0])
    W = critical_point(problem, dims, missed=(), seed=0)
    ways: dict[str, Callable[[], object]] = {"linviz": lambda: spectrum(problem, W)}
    gap = "-"
    if importlib.util.find_spec("jax"):
        ways["jax.hessian + eigvalsh"] = by_jax(problem, W)
        if size <= 2000:
            values = spectrum(problem, W).eigenvalues
            gap = f"{np.abs(values - ways['jax.hessian + eigvalsh']()).max() / values[-1]:.0e}"
    times = medians(ways, seconds)
    words = row(f"spectrum at a minimum ({pack(W).size})", times, None, None)
    return [*words[:6], gap, "-", "-", "-"]


HEAD = ["case (weights)", "linviz ms", "best peer ms", "which", "peer / linviz", "next peer"]
HEAD += ["error", "drift", "default ms", "drift"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help="parts of names of cases; all by default")
    parser.add_argument("--seconds", type=float, default=8.0, help="time limit of one run")
    parser.add_argument("--large", action="store_true", help="also the Hessian of 10,000")
    options = parser.parse_args()

    def wanted(name: str) -> bool:
        return not options.cases or any(part in name for part in options.cases)

    form = "{:42s} {:>9s} {:>12s} {:22s} {:>13s} {:28s} {:>6s} {:>6s} {:>10s} {:>6s}"
    print(form.format(*HEAD))
    for name, case in flows().items():
        if wanted(name):
            print(form.format(*flow_row(name, case(), options.seconds)), flush=True)
    for size in SIZES:
        if wanted(f"spectrum {size}") and (size <= 2000 or options.large):
            print(form.format(*hessian_row(size, options.seconds)), flush=True)


if __name__ == "__main__":
    main()
