"""The pilot of a deep tail: levels and sizes of the moves, from draws of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.core.starts.splitting import (
    ACCEPTED,
    HORIZON_PART,
    KEPT_PART,
    MOST_SPLITS,
    PILOT,
    Splitting,
    moved,
)

TRIALS = 12  # of the size of a level's moves
WAITS_TOLD = 120  # waits at which the tail is told


def planned(
    plan: Splitting, lowest: float, interrupt: Callable[[], bool] | None
) -> tuple[Splitting, int]:
    """The plan with levels and moves, from a pilot of its own draws; and how many runs it took."""
    z, rng = plan.drawn(0, PILOT)
    waits, flows, size, probability = plan.waits(z, interrupt), PILOT, 1.0, 1.0
    levels: list[tuple[float, float, float]] = []
    while probability > lowest and len(levels) < MOST_SPLITS:
        level = float(np.quantile(waits, 1 - KEPT_PART))
        above = waits > level
        if not 0 < level < HORIZON_PART * plan.t_end or not above.any():
            break
        passed = float(above.mean())
        chain_of = (z[:, above], waits[above])
        z, waits, size, tried = _tuned(plan, chain_of, (level, size), rng, interrupt)
        made = [(z, waits)]
        for _ in range(round(1 / passed) - 1):
            z, waits, _ = moved(plan, z, waits, (level, size), rng, interrupt)
            made.append((z, waits))
        flows += len(made) * len(waits) + tried
        z, waits = np.concatenate([m[0] for m in made], 1), np.concatenate([m[1] for m in made])
        levels.append((level, 1 / passed, size))
        probability *= passed
    if not levels:
        raise ValueError(
            f"expected starts that wait at that saddle, found too few among {PILOT}: ask for "
            "another saddle, scale or horizon"
        )
    grid = tuple(np.linspace(0.0, float(np.quantile(waits, 0.9)), WAITS_TOLD).tolist())
    waits_at, factors, moves = zip(*levels, strict=True)
    return replace(plan, levels=waits_at, factors=factors, moves=moves, grid=grid), flows


def _tuned(
    plan: Splitting,
    starts: tuple[Matrix, Matrix],
    at: tuple[float, float],
    rng: np.random.Generator,
    interrupt: Callable[[], bool] | None,
) -> tuple[Matrix, Matrix, float, int]:
    """Starts above a level, moved until the size of the moves is a good one; runs that it took."""
    (z, waits), (level, size), flows = starts, at, 0
    for _ in range(TRIALS):
        z, waits, part = moved(plan, z, waits, (level, size), rng, interrupt)
        flows += len(waits)
        if part < ACCEPTED[0]:
            size *= 0.6
        elif part > ACCEPTED[1] and size < 1.0:
            size = min(1.0, size * 1.5)
        else:
            break
    return z, waits, size, flows
