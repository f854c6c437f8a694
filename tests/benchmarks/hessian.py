"""Time the Hessian: how it is assembled, and how its spectrum is had at a global minimum.

    PYTHONPATH=. python benchmarks/hessian.py [--large]

Every row is measured in one run, methods interleaved, and gives medians in milliseconds. BLAS is
held to one thread. ``--large`` adds 10,000 parameters (about 2.5 GB and several minutes).
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import importlib.util
import itertools
import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np

from linviz.core.hessian import extreme_eigenvalues, hessian, hessian_vector_product, ntk
from linviz.core.initialization import gaussian
from linviz.core.landscape import critical_point
from linviz.core.problem import Matrix, Problem
from linviz.core.weights import Weights, n_parameters, pack, prefixes, pull, suffixes, unpack

SIZES = {50: (5, 5, 5), 500: (10, 14, 13, 10), 2000: (20, 29, 29, 20), 10_000: (50, 50, 50, 50, 50)}
DENSE_LIMIT = 2500


def by_products(problem: Problem, W: Weights, dims: tuple[int, ...]) -> Matrix:
    """One Hessian-vector product for each unit vector."""
    columns = (
        hessian_vector_product(problem, W, unpack(e, dims)) for e in np.eye(n_parameters(dims))
    )
    return np.stack([pack(V) for V in columns], axis=1)


def by_kron(problem: Problem, W: Weights, dims: tuple[int, ...]) -> Matrix:
    """The blocks as they are written on paper, with np.kron and a permutation."""
    A, B, N = prefixes(W), suffixes(W), len(W)
    E = pull(problem, A[-1])
    blocks = [[np.zeros((0, 0))] * N for _ in range(N)]
    for j in range(N):
        C = np.eye(dims[j + 1])
        swap = np.arange(dims[j] * dims[j + 1]).reshape(dims[j + 1], dims[j]).T.ravel()
        for i in range(j, N):
            block = np.kron(A[i] @ problem.gram @ A[j].T, B[i].T @ B[j])
            if i > j:
                block -= np.kron(C, B[i].T @ E @ A[j].T)[:, swap]
                C = W[i] @ C
            blocks[i][j], blocks[j][i] = block, block.T
    return np.block(blocks)


def by_jax(problem: Problem, W: Weights, dims: tuple[int, ...]) -> Callable[[], Matrix]:
    """jax.hessian of the packed loss, compiled before it is timed."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def packed_loss(w):  # type: ignore[no-untyped-def]
        P, start = jnp.eye(dims[0]), 0
        for a, b in itertools.pairwise(dims):
            P = w[start : start + a * b].reshape(a, b).T @ P
            start += a * b
        return 0.5 * jnp.sum((problem.Y - P @ problem.X) ** 2)

    compiled = jax.jit(jax.hessian(packed_loss))
    w = pack(W)
    compiled(w).block_until_ready()
    return lambda: np.asarray(compiled(w).block_until_ready())


def assemblies(
    problem: Problem, W: Weights, dims: tuple[int, ...]
) -> dict[str, Callable[[], Matrix]]:
    """The ways to the full matrix."""
    ways: dict[str, Callable[[], Matrix]] = {
        "linviz.hessian": lambda: hessian(problem, W),
        "np.kron blocks": lambda: by_kron(problem, W, dims),
        "products with unit vectors": lambda: by_products(problem, W, dims),
    }
    if importlib.util.find_spec("jax") and n_parameters(dims) <= DENSE_LIMIT:
        ways["jax.hessian (compiled)"] = by_jax(problem, W, dims)
    return ways


def measure(ways: Mapping[str, Callable[[], object]], budget: float = 2.0) -> dict[str, float]:
    """Median seconds of each way, in turns, for about `budget` seconds a way."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():  # once unmeasured: memory is handed out, code is compiled
        way()
    started = time.perf_counter()
    while not times[next(iter(ways))] or (
        time.perf_counter() - started < budget and len(times[next(iter(ways))]) < 50
    ):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(found) for name, found in times.items()}


def report(title: str, times: Mapping[str, float]) -> None:
    """Print one block of the table, with ratios to its first row."""
    first = next(iter(times.values()))
    print(f"\n{title}")
    for name, seconds in times.items():
        print(f"  {name:<32}{1e3 * seconds:>12.3f} ms{seconds / first:>10.1f} x")


def main() -> None:
    """Measure each size and check that the methods agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 10,000 parameters")
    sizes = [n for n in SIZES if n <= 2000 or parser.parse_args().large]
    for size in sizes:
        dims = SIZES[size]
        n = n_parameters(dims)
        problem = Problem.canonical(np.linspace(3, 1, dims[-1]), dims[0])
        W = gaussian(dims, 0.3)
        ways = assemblies(problem, W, dims)
        report(f"{n} parameters, widths {dims}: full Hessian", measure(ways))
        if n <= DENSE_LIMIT:
            matrices = [way() for way in ways.values()]
            gap = max(np.abs(matrices[0] - other).max() for other in matrices[1:])
            print(f"  largest difference between them {gap / np.abs(matrices[0]).max():.1e}")
        report(f"{n} parameters: spectrum at a global minimum", spectra(problem, dims))


def spectra(problem: Problem, dims: tuple[int, ...]) -> dict[str, float]:
    """NTK, Lanczos and dense spectrum at a global minimum, and how well they agree."""
    W = critical_point(problem, dims, missed=(), seed=0)
    n, d = n_parameters(dims), problem.d_x * problem.d_y
    ways: dict[str, Callable[[], object]] = {
        "NTK (all nonzero eigenvalues)": lambda: np.linalg.eigvalsh(ntk(problem, W)),
        "Lanczos (both ends)": lambda: extreme_eigenvalues(problem, W),
    }
    if n <= DENSE_LIMIT:
        ways["dense eigvalsh"] = lambda: np.linalg.eigvalsh(hessian(problem, W))
        dense = np.linalg.eigvalsh(hessian(problem, W))
        kernel = np.sort(np.concatenate([np.zeros(n - d), np.linalg.eigvalsh(ntk(problem, W))]))
        print(
            f"\n  NTK against dense: {np.abs(dense - kernel).max() / dense[-1]:.1e} of the largest"
        )
    return measure(ways)


if __name__ == "__main__":
    main()
