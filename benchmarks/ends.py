"""Both ends of a Hessian's spectrum: linviz's Lanczos, scipy's eigsh and the dense spectrum.

    python benchmarks/ends.py

One thread, one run, medians of turns; ratios say how many times slower the other is. "wrong" is an
eigenvalue that eigsh returned without a word though it is not the smallest or largest to 1e-6 of
the largest; where nothing is assembled, a Ritz value of linviz beyond it is the proof.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is imported

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

sys.path[:0] = [str(Path(__file__).parents[1])]

from linviz.core.flow.field import Field
from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.ends import spectrum_ends
from linviz.core.landscape.hessian import hessian
from linviz.core.model.initialization import xavier
from linviz.core.model.layers import Weights, pack, widths
from linviz.core.model.problem import Matrix, Problem

DENSE = 2000  # weights up to which the spectrum is assembled
RESTARTS = 100  # of eigsh, whose default is ten times the number of weights
WIDTHS = {
    "one hidden layer": ((20, 40, 20), (158, 158, 158)),
    "two hidden layers": ((10, 30, 30, 10), (50, 320, 110, 50)),
    "four hidden layers": ((14,) * 6, (100,) * 6),
}


def moved(W: Weights) -> Weights:
    """The same map by layers in other bases, so that the spectrum has no structure."""
    rng = np.random.default_rng(1)
    T = [np.eye(d) + 0.5 * rng.standard_normal((d, d)) / np.sqrt(d) for d in widths(W)]
    T[0], T[-1] = np.eye(len(T[0])), np.eye(len(T[-1]))
    return tuple(T[j + 1] @ Wj @ np.linalg.inv(T[j]) for j, Wj in enumerate(W))


def points() -> Iterator[tuple[str, Problem, Weights]]:
    for name, sizes in WIDTHS.items():
        for dims in sizes:
            problem = Problem.canonical(np.linspace(3, 1, dims[-1]), dims[0])
            last = dims[-1] - 1
            for kind, missed in {"minimum": (), "saddle 1": (0,), "last saddle": (last,)}.items():
                W = critical_point(problem, dims, missed=missed, seed=0)
                yield f"{kind}, {name}", problem, moved(W)
            yield f"xavier, {name}", problem, xavier(dims, seed=1)


def timed(way: Callable[[], object], turns: int = 3) -> tuple[float, object]:
    """Median milliseconds, and what came out."""
    times, found = [], None
    for _ in range(turns):
        start = time.perf_counter()
        found = way()
        times.append(1e3 * (time.perf_counter() - start))
        if times[-1] > 2000:
            break
    return statistics.median(times), found


def by_eigsh(problem: Problem, W: Weights) -> list[float | None]:
    """The smallest and the largest eigenvalue as eigsh returns them; None: not converged."""
    field = Field(problem, widths(W))
    derivative = field.derivative(pack(W))
    size = (field.n, field.n)
    operator = LinearOperator(size, matvec=lambda x: -derivative(x.ravel()), dtype=np.dtype(float))
    start, found = np.random.default_rng(0).standard_normal(field.n), []
    for which in ("SA", "LA"):
        try:
            options = {"v0": start, "maxiter": RESTARTS, "return_eigenvectors": False}
            found.append(float(eigsh(operator, k=1, which=which, **options)[0]))
        except ArpackNoConvergence:
            found.append(None)
    return found


def dense(problem: Problem, W: Weights) -> Matrix:
    return np.linalg.eigvalsh(hessian(problem, W))


def verdict(found: list[float | None], right: tuple[float, float]) -> str:
    names, slack = ("smallest", "largest"), 1e-6 * max(map(abs, right))
    lost = [name for name, value in zip(names, found, strict=True) if value is None]
    false = [
        f"{name} {value:.3g} for {true:.3g}"
        for name, value, true in zip(names, found, right, strict=True)
        if value is not None and abs(value - true) > slack
    ]
    words = [f"no {name}" for name in lost] + [f"wrong: {words}" for words in false]
    return "; ".join(words) or "right"


def main() -> None:
    form = "{:32s} {:>7s} {:>9s} {:>10s} {:>7s} {:>10s} {:>8s}  {}"
    head = ["point", "weights", "linviz ms", "eigsh ms", "ratio", "dense ms", "ratio"]
    print(form.format(*head, "what eigsh says; lowest of linviz"))
    for name, problem, W in points():
        n = pack(W).size
        ours, ends = timed(lambda problem=problem, W=W: spectrum_ends(problem, W))
        theirs, found = timed(lambda problem=problem, W=W: by_eigsh(problem, W))
        words, right = ["-", "-"], (ends.lowest, ends.highest)
        if n <= DENSE:
            whole, values = timed(lambda problem=problem, W=W: dense(problem, W), 1)
            words, right = [f"{whole:.0f}", f"{whole / ours:.0f}"], (values[0], values[-1])
            assert abs(ends.highest - right[1]) <= 1e-9 * right[1]
            assert (ends.negative is not None) == (right[0] < -ends.tolerance)
        row = [name, f"{n}", f"{ours:.1f}", f"{theirs:.1f}", f"{theirs / ours:.1f}", *words]
        told = f"{verdict(found, right)}; {ends.lowest:.3g} ± {ends.lowest_error:.0e}"
        print(form.format(*row, told), flush=True)


if __name__ == "__main__":
    main()
