"""The whole of `gradient_flow` beside scipy's own loops over the same time, as ratios in one run.

    python benchmarks/stepping.py [--seconds 4] [--before CHECKOUT] [case ...]

Up to 400 weights the peer is ``solve_ivp(method="LSODA", jac=J)`` over the same time with the rtol
and atol of the run: it only integrates, while `gradient_flow` looks for saddles and the limit,
polishes it and chooses frames. The velocity and the Jacobian of the peer are those of version 0.1
(`frozen`), so that it stays where it is; in the column "own" they are the present ones. On the
dashboard's default scenario there is also ``solve_ivp`` with RK45 at rtol 1e-8 on lists of
matrices, as one writes it. Cases marked "unseen" were not used while the method was made; those
marked "short" are over after some hundred steps, so that what is done beside the steps counts.

Times are the processor's. The ways take turns: "warm" is the median of the ratios of neighbors,
"cold" the same where other numerical work empties the caches before each call. ``--before`` times
`gradient_flow` of another checkout in a process of its own, in turns too, be it of version 0.1;
it is all that is compared above 400 weights.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is imported

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from before import Seconds, process
from cases import Case, flows, large, short, unseen
from frozen import FrozenField
from peers import as_written

from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import Trajectory, gradient_flow
from linviz.core.model.layers import Weights, pack, widths
from linviz.core.model.problem import Problem

SMALL = 400  # weights up to which the method is LSODA
DEFAULT = "dashboard default"


def alone(field: Field | FrozenField, W: Weights, run: Trajectory) -> Callable[[], object]:
    """scipy's loop over the time of this run, and nothing else."""
    span, options = (0.0, float(run.t[-1])), {"rtol": run.rtol, "atol": run.atol}
    velocity, J, w = field.velocity, field.jacobian, pack(W)
    return lambda: solve_ivp(velocity, span, w, method="LSODA", jac=J, **options)


def emptied() -> None:
    """Other numerical work, which leaves nothing of ours in the caches."""
    A = np.random.default_rng(0).standard_normal((600, 600))
    np.linalg.solve(A, A)


def flow(problem: Problem, W: Weights, t_end: float | None) -> Callable[[], Trajectory]:
    return lambda: gradient_flow(problem, W, t_end=t_end)


def seconds_of(way: Callable[[], object]) -> float:
    start = time.process_time()
    way()
    return time.process_time() - start


def ratios(
    ours: Callable[[], object], theirs: Callable[[], float], seconds: float, cold: bool = False
) -> tuple[float, float]:
    """Median of the ratios of neighbors; milliseconds of ours."""
    found: list[float] = []
    times: list[float] = []
    begun = time.perf_counter()
    while len(found) < 3 or time.perf_counter() - begun < seconds:
        if cold:
            emptied()
        times.append(1e3 * seconds_of(ours))
        if cold:
            emptied()
        found.append(1e-3 * times[-1] / theirs())
    return statistics.median(found), statistics.median(times)


def row(name: str, case: Case, seconds: float, before: Seconds | None) -> list[str]:
    """One line of the table: to the limit, of large networks to the horizon of the case."""
    problem, W, horizon = case
    n = sum(Wj.size for Wj in W)
    t_end = horizon if n > SMALL and horizon < np.inf else None
    ours = flow(problem, W, t_end)
    run = ours()
    words = [f"{name} ({n})", run.status, f"{run.t[-1]:.6g}", str(run.n_steps)]
    if n <= SMALL:
        frozen = alone(FrozenField(problem, widths(W)), W, run)
        own = alone(Field(problem, widths(W)), W, run)
        warm, took = ratios(ours, lambda: seconds_of(frozen), seconds)
        cold, _ = ratios(ours, lambda: seconds_of(frozen), seconds, cold=True)
        beside_own, _ = ratios(ours, lambda: seconds_of(own), seconds)
        words += [f"{took:.1f}", f"{warm:.2f}", f"{cold:.2f}", f"{beside_own:.2f}"]
    else:
        words += ["-"] * 4
    if before is not None:
        before(problem.X, problem.Y, W, t_end)
        past, took = ratios(ours, lambda: before(problem.X, problem.Y, W, t_end), seconds)
        words[4] = f"{took:.1f}"
        words.append(f"{past:.2f}")
    if name == DEFAULT:
        naive = partial(as_written(problem, W, float(run.t[-1]), 60.0), 1e-8, 1e-10)
        times, _ = ratios(ours, lambda: seconds_of(naive), seconds)
        words.append(f"RK45 as written takes {1 / times:.1f} times as long")
    return words


HEAD = ["case (weights)", "status", "t", "steps", "ms", "warm", "cold", "own", "ours / before"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help="parts of names of cases; all by default")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each comparison, about")
    parser.add_argument("--before", help="another checkout of linviz")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    form = "{:44s} {:10s} {:>12s} {:>6s} {:>8s} {:>6s} {:>6s} {:>6s} {:>14s}"
    print(form.format(*HEAD))
    with process(options.before) if options.before else nullcontext() as before:
        for name, case in {**flows(), **unseen(), **short(), **large()}.items():
            if not options.cases or any(part in name for part in options.cases):
                words = row(name, case(), options.seconds, before)
                words += [""] * (len(HEAD) - len(words))
                print(form.format(*words), *words[len(HEAD) :], flush=True)


if __name__ == "__main__":
    main()
