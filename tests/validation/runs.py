"""Random networks whose limits are known beforehand, by kind of problem and of start."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linviz.core.model.problem import Problem

WIDTHS = (  # of one batch each: its runs are integrated together
    (2, 2),
    (3, 2),
    (2, 2, 2),
    (3, 2, 3),
    (4, 3, 2),
    (2, 1, 1),
    (3, 4, 2),
    (2, 5, 2),
    (4, 2, 3),
    (3, 3, 3),
    (2, 2, 2, 2),
    (3, 2, 3, 2),
    (3, 3, 3, 3),
    (4, 1, 3, 2),
    (1, 1, 1, 1),
    (2, 3, 2, 3, 2),
    (1, 1, 1, 1, 1),
    (3, 2, 2, 2, 2),
    (2, 2, 2, 2, 2),
    (2, 2, 2, 2, 2, 2),
)
STARTS = ("gaussian", "gaussian", "gaussian", "saddle", "small")


@dataclass(frozen=True, eq=False)
class Start:
    """One network before it moves."""

    name: str
    problem: Problem
    W: tuple[np.ndarray, ...]
    killed: tuple[int, ...]  # modes that vanish by symmetry: the run cannot learn them


def batch(seed: int, widths: tuple[int, ...], n: int) -> Iterator[Start]:
    """So many starts of these widths."""
    for k in range(n):
        yield _drawn(seed, widths, k)


def _drawn(seed: int, widths: tuple[int, ...], k: int) -> Start:
    rng = np.random.default_rng((seed, *widths, k))
    d_x, d_y, N = widths[0], widths[-1], len(widths) - 1
    s = np.sort(rng.uniform(0.4, 1.0) + np.cumsum(rng.uniform(0.3, 1.0, size=d_y)))[::-1].copy()
    if d_y > 1 and rng.random() < 0.1:
        s[1] = s[0]
    rule = STARTS[k % len(STARTS)] if N > 1 else "gaussian"
    scale = rng.uniform(0.3, 0.9) * (1.0 if rule != "small" else 0.1 if N == 2 else 0.4)
    W = [scale * rng.standard_normal((b, a)) for a, b in itertools.pairwise(widths)]
    killed: tuple[int, ...] = ()
    target = np.zeros((d_y, d_x))
    np.fill_diagonal(target, s)
    if rule == "saddle":
        n_killed = int(rng.integers(1, d_y + 1))
        killed = tuple(sorted(int(i) for i in rng.choice(d_y, n_killed, replace=False)))
        W[-1][list(killed), :] = 0.0
        W[0][:, list(killed)] = 0.0
        problem = Problem(np.eye(d_x), target)
    elif rng.random() < 0.5:
        problem = Problem(np.eye(d_x), target)
    else:
        problem = _raw(rng, target)
    words = f"{rule} {scale:.3g}, s = {s.round(3).tolist()}, killed {killed}"
    data = "white" if problem.is_white else "raw"
    return Start(f"run ({seed}, {widths}, {k}): {data}, {words}", problem, tuple(W), killed)


def _raw(rng: np.random.Generator, target: np.ndarray) -> Problem:
    """Data with these strengths, and some that no map can fit."""
    d_y, d_x = target.shape
    m = d_x + int(rng.integers(0, 4))
    Q, U = (np.linalg.qr(rng.standard_normal((d, d)))[0] for d in (d_x, d_y))
    R = np.linalg.qr(rng.standard_normal((m, m)))[0][:d_x]
    sigma = rng.uniform(0.5, 1.5, size=d_x)
    noise = rng.standard_normal((d_y, m))
    return Problem((Q * sigma) @ R, U @ target @ R + noise - noise @ R.T @ R)
