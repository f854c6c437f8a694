"""Runs whose whole way, or whose end, is known in closed form."""

from __future__ import annotations

import itertools

import numpy as np

import linviz as lv
from tests.validation.agreement import Agreement
from tests.validation.runs import Start

AT = 1e-7  # of the map, with its error of the time: one layer is a linear equation
CONDITIONS = (1.0, 1e2, 1e4, 1e6)  # of X Xᵀ


def one_layer(seed: int, n: int, agreement: Agreement) -> None:
    r"""P(t) = W_LR + (P(0) - W_LR) exp(-X Xᵀ t), for data of any condition."""
    for k in range(n):
        rng = np.random.default_rng((seed, 1, k))
        d_x = int(rng.integers(1, 4))
        d_y = int(rng.integers(1, d_x + 1))
        condition = float(rng.choice(CONDITIONS))
        Q, R = (np.linalg.qr(rng.standard_normal((d, d)))[0] for d in (d_x, d_x + 2))
        sigma = np.geomspace(1.0, condition**-0.5, d_x) if d_x > 1 else np.ones(1)
        best, W = rng.standard_normal((2, d_y, d_x))
        X = (Q * sigma) @ R[:d_x]
        problem = lv.Problem(X, best @ X + rng.standard_normal((d_y, 2)) @ R[d_x:])
        start = Start(f"one layer ({seed}, {k}): condition {condition:g}", problem, (W,), ())
        flow = lv.gradient_flow(problem, (W,))
        agreement.statuses[flow.status] += 1
        agreement.kinds[lv.classify(problem, flow.limit).kind] += 1
        agreement.compare(start, "status", flow.status, "converged")
        off = np.abs(flow.limit[0] - best).max() / np.abs(best).max()
        agreement.measure(start, "off at the limit", float(off), AT * condition**0.5)
        for t in (*rng.choice(flow.t, 3), float(rng.random() ** 4 * flow.t[-1])):
            gap = (W - best) @ Q
            exact = best + gap * np.exp(-(sigma**2) * t) @ Q.T
            late = float(t * np.abs(gap * sigma**2 * np.exp(-(sigma**2) * t)).max())
            off = np.abs(flow.at(float(t))[0] - exact).max() / (np.abs(W).max() + late)
            agreement.measure(start, "off at a time", float(off), AT)


def scalar_chains(seed: int, n: int, agreement: Agreement) -> None:
    """Widths 1, ..., 1: the limit lies in the orthant of the nearest signs with product 1.

    All squares grow by the same amount, so the limit itself is one root of one polynomial.
    """
    for k in range(n):
        rng = np.random.default_rng((seed, 2, k))
        N, s = int(rng.integers(2, 6)), float(rng.uniform(0.3, 2))
        w = rng.uniform(0.3, 1.2, size=N) * rng.choice([-1.0, 1.0], size=N)
        signs = max(
            (np.array(x) for x in itertools.product((-1.0, 1.0), repeat=N) if np.prod(x) > 0),
            key=lambda x: float(x @ w),
        )
        low, high = -float(np.min(w**2)), s ** (2 / N)
        for _ in range(200):  # of v: the product of all (v + w_i²) is s²
            v = 0.5 * (low + high)
            low, high = (v, high) if np.prod(v + w**2) < s**2 else (low, v)
        end = signs * np.sqrt(0.5 * (low + high) + w**2)
        problem, W = lv.Problem.canonical((s,)), tuple(np.full((1, 1), x) for x in w)
        start = Start(f"chain ({seed}, {k}): {w.round(3).tolist()}, s = {s:.3g}", problem, W, ())
        flow = lv.gradient_flow(problem, W)
        agreement.statuses[flow.status] += 1
        agreement.kinds[lv.classify(problem, flow.limit).kind] += 1
        agreement.compare(start, "status", flow.status, "converged")
        off = np.abs(np.concatenate(flow.limit).ravel() - end).max() / np.abs(end).max()
        agreement.measure(start, "off at the limit", float(off), 1e-6)
