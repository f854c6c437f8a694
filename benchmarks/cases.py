"""Runs of every kind, for the benchmarks: a problem, a start and a horizon each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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
        "large, H=2, widths 128": lambda: canonical(wide(128), (128,) * 4, 0.08, 60),
    }
