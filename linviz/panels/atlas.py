"""The map of starts as the page asks for it: a coarse one first, then finer, tile by tile.

Every cell of a map is three by three of the next finer one, and its start is that of the cell in
their middle: none is computed twice.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.by_hand import going_on
from linviz.core.experiment.link import to_query
from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Interrupt
from linviz.core.geometry import Cut, cut
from linviz.core.geometry.maps import StartsInPlane
from linviz.core.model import checks
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import Weights, pack
from linviz.core.model.letters import LARGEST_WEIGHT

TIMES_FINER = 3
TILES = 4  # along a side
COARSEST = (8, 28)  # starts along a side of the first map, which comes whole
MOST_IN_A_MAP = 1_000_000  # starts times weights
FIRST_WITHIN = 0.3  # seconds: then it is shown with what is there
MAP_ENDS = 60.0
REACH = 1.5  # a map reaches so many times as far as the balanced minima
PAST_OWN = 1.25  # the own start, where that is farther away
NOT_YET, NO_TIME = -2, -1  # cells that were not computed; times beyond the end


def levels(n_parameters: int) -> tuple[int, ...]:
    """Starts along a side of the maps of a network with so many weights, from coarse to fine.

    Examples
    --------
    >>> levels(8), levels(32), levels(300)
    ((28, 84, 252), (16, 48, 144), (8, 24))
    """
    room = (MOST_IN_A_MAP / n_parameters) ** 0.5
    first = int(np.clip(room / TIMES_FINER**2 // TILES * TILES, *COARSEST))
    return (first, *(n for n in (TIMES_FINER * first, TIMES_FINER**2 * first) if n <= room))


def part(run: Run, said: dict[str, Any], interrupt: Interrupt) -> dict[str, Any]:
    """The coarse map, or one tile of a finer one: what of it is not there yet."""
    across = levels(run.scenario.n_parameters)
    level = checks.whole(said.get("level"), "the level of a map", 0, len(across) - 1)
    n = across[level]
    (row, column), wanted = _tile(n, said) if level else ((0, 0), np.ones((n, n), dtype=bool))
    plane, extent, here = _plane(run)
    grid = StartsInPlane(plane, extent * np.arange(1 - n, n, 2) / n, MAP_ENDS)
    i, j = np.nonzero(wanted)
    patience = np.inf if level else time.monotonic() + FIRST_WITHIN

    def stops() -> bool:
        return interrupt(0.0, 0.0) or time.monotonic() > patience

    component, when = grid.ends(((row + i) * n + column + j).tolist(), interrupt=stops, partly=True)
    known = np.full(wanted.shape, NOT_YET, dtype=np.int32)
    known[wanted] = np.where(np.isnan(when), NOT_YET, component)
    times = np.full(wanted.shape, NO_TIME, dtype=np.float32)
    times[wanted] = np.where(np.isfinite(when), when, NO_TIME)
    return {
        "what": "map",
        "level": level,
        "at": [row, column],
        "levels": list(across),
        "component": known,
        "time": times,
        "t_end": MAP_ENDS,
        "extent": extent,
        "here": here,
    }


def _tile(n: int, said: dict[str, Any]) -> tuple[tuple[int, int], NDArray[np.bool_]]:
    """Where a tile begins, and which of its cells are wanted: those said, else the new ones."""
    place = checks.items(said.get("tile"), "the row and the column of a tile")
    if len(place) != 2:
        raise ValueError(f"expected the row and the column of a tile, found {checks.brief(place)}")
    row, column = (checks.whole(k, "a place of a tile", 0, TILES - 1) for k in place)
    size = n // TILES
    cells = said.get("cells")
    wanted = np.full((size, size), cells is None)
    if cells is None:
        wanted[TIMES_FINER // 2 :: TIMES_FINER, TIMES_FINER // 2 :: TIMES_FINER] = False
    else:
        said_cells = checks.items(cells, "the cells of a tile")
        wanted.flat[[checks.whole(k, "a cell", 0, wanted.size - 1) for k in said_cells]] = True
    if not wanted.any():
        raise ValueError("expected a cell of a tile or more, found none")
    return (row * size, column * size), wanted


def start(run: Run, said: dict[str, Any], interrupt: Interrupt) -> dict[str, Any]:
    """The link to the run from a point of the map."""
    plane, _, _ = _plane(run)
    x, y = (checks.real(said.get(name), name, -LARGEST_WEIGHT, LARGEST_WEIGHT) for name in "xy")
    return {"what": "start", "query": to_query(going_on(run.scenario, plane.weights(x, y), 0.0))}


def _plane(run: Run) -> tuple[Cut, float, tuple[float, float]]:
    """Of the map: its plane, how far it goes, and where the run's own start is in it."""
    first, dims = run.trajectory.start, run.scenario.dims
    size = float(np.linalg.norm(pack(first)))
    own = first if size > 0 else gaussian(dims, 1.0, seed=run.scenario.seed)
    depth = len(dims) - 1
    strengths = run.trajectory.problem.singular_values[: min(dims)]
    reach = float((depth * (strengths ** (2 / depth)).sum()) ** 0.5)
    other = gaussian(dims, 1.0, seed=run.scenario.seed + 1)
    origin: Weights = tuple(np.zeros_like(Wj) for Wj in first)
    plane = cut(run.trajectory.problem, [origin, own, other])
    return plane, max(REACH * reach, PAST_OWN * size), (size, 0.0)
