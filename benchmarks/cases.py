"""Runs of every kind, for the benchmarks: a problem, a start and a horizon each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linviz.core.model.initialization import gaussian as library_gaussian
from linviz.core.model.layers import Weights, n_parameters, unpack
from linviz.core.model.problem import Problem

Case = tuple[Problem, Weights, float]


def gaussian(dims: tuple[int, ...], scale: float, seed: int = 0) -> Weights:
    return unpack(scale * np.random.default_rng(seed).standard_normal(n_parameters(dims)), dims)


def canonical(s: tuple[float, ...], dims: tuple[int, ...], scale: float, horizon: float) -> Case:
    return Problem.canonical(s, d_x=dims[0]), gaussian(dims, scale), horizon


def raw_data() -> Case:
    rng = np.random.default_rng(0)
    X = np.linalg.qr(rng.standard_normal((64, 64)))[0] * np.logspace(0.5, -2, 64)
    Y = rng.standard_normal((10, 64)) @ X + 0.3 * rng.standard_normal((10, 64))
    return Problem(X=X, Y=Y), gaussian((64, 10, 10), 0.1), 100.0


def deep_plateau() -> Case:
    dims = (3,) * 5
    return Problem.canonical((3, 2, 1)), library_gaussian(dims, 1e-4, seed=0), 6e8


def flows() -> dict[str, Callable[[], Case]]:
    five = (5.0, 4.0, 3.0, 2.0, 1.0)

    def wide(d: int) -> tuple[float, ...]:
        return tuple(np.linspace(3.0, 0.5, d))

    return {
        "dashboard default": lambda: canonical((2, 1), (4, 5, 3, 2), 0.5, 20),
        "H=3, widths 5": lambda: canonical(five, (5,) * 5, 0.2, 150),
        "the same, larger start": lambda: canonical(five, (5,) * 5, 0.5, 40),
        "saddle to saddle, H=1": lambda: canonical((4, 3, 2, 1), (5, 6, 4), 1e-4, 25),
        "plateau, H=2, start 1e-3": lambda: canonical(five, (5,) * 4, 1e-3, 12000),
        "saddle to saddle, H=3": lambda: canonical(five, (5,) * 5, 1e-2, 6e5),
        "s ratio 100, H=3": lambda: canonical((100, 30, 10, 3, 1), (5,) * 5, 0.5, 1e2),
        "s ratio 1e4, H=3": lambda: canonical((1, 0.1, 1e-2, 1e-3, 1e-4), (5,) * 5, 0.5, 1e4),
        "deep, H=10": lambda: canonical(five, (5,) * 12, 0.45, 2000),
        "raw data, condition 1e5": raw_data,
        "medium, H=5, widths 16": lambda: canonical(wide(16), (16,) * 7, 0.25, 40),
        "large, H=3, widths 64": lambda: canonical(wide(64), (64,) * 5, 0.12, 250),
        "a plateau of 5e8 time units": deep_plateau,
        "large, H=2, widths 128": lambda: canonical(wide(128), (128,) * 4, 0.08, 60),
    }


def unseen() -> dict[str, Callable[[], Case]]:
    """Runs that no choice in the integrator was made by."""

    def slow_data() -> Case:
        rng = np.random.default_rng(11)
        X = np.linalg.qr(rng.standard_normal((7, 7)))[0] * np.logspace(0, -1, 7)
        return Problem(X=X, Y=rng.standard_normal((3, 7)) @ X), gaussian((7, 5, 3), 0.4, 5), 300.0

    return {
        "unseen: H=3, widths 4, start .3": lambda: canonical((3, 2.2, 1.4, 0.6), (4,) * 5, 0.3, 60),
        "unseen: H=1, widths 8, start 1e-2": lambda: canonical((6, 5, 3, 2), (8, 7, 4), 1e-2, 20),
        "unseen: H=2, start 1e-2": lambda: canonical((4, 2.5, 1), (6, 4, 5, 3), 1e-2, 800),
        "unseen: raw data, H=1": slow_data,
        "unseen: uneven widths, H=5": lambda: canonical(
            (2, 1.5, 1, 0.5), (6, 9, 4, 7, 5, 4), 0.4, 100
        ),
    }


def short() -> dict[str, Callable[[], Case]]:
    """Runs of some hundred steps."""

    def raw(d_x: int, d_y: int) -> Case:
        rng = np.random.default_rng(d_x)
        X, Y = rng.standard_normal((d_x, 20)), rng.standard_normal((d_y, 20))
        return Problem(X=X, Y=Y), gaussian((d_x, d_x, d_y), 0.3, d_x), 1.0

    return {
        "short: H=1, widths 2": lambda: canonical((2, 1), (2, 2, 2), 0.5, 20),
        "short: H=1, widths 2, start 1e-2": lambda: canonical((2, 1), (2, 2, 2), 1e-2, 20),
        "short: H=1, widths 5": lambda: canonical((5, 4, 3, 2, 1), (5, 5, 5), 0.5, 20),
        "short: H=1, widths 10": lambda: canonical((6, 5, 3, 2), (10, 10, 4), 0.1, 20),
        "short: H=2, widths 2": lambda: canonical((2, 1), (2, 2, 2, 2), 0.5, 20),
        "short: raw data, H=1, widths 3": lambda: raw(3, 2),
    }


def large() -> dict[str, Callable[[], Case]]:
    """Networks from 400 weights up, to their limits."""

    def square(d: int, H: int, scale: float) -> Case:
        return canonical(tuple(np.linspace(3.0, 0.5, d)), (d,) * (H + 2), scale, np.inf)

    sizes = {
        1: ((15, 0.1), (20, 0.1), (27, 0.1), (39, 0.1)),
        2: ((12, 0.2), (16, 0.02), (22, 0.15), (32, 0.1)),
        3: ((10, 0.3), (14, 0.25), (19, 0.2), (27, 0.18)),
        4: ((9, 0.35), (13, 0.3), (17, 0.25), (20, 0.22)),
    }
    return {
        f"from 400: H={H}, widths {d}": lambda d=d, H=H, scale=scale: square(d, H, scale)
        for H, pairs in sizes.items()
        for d, scale in pairs
    }
