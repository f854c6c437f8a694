"""Many starts of a scenario, computed a block at a time: what is there stays as more come."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock

import numpy as np

from linviz.core.experiment.limits import MAX_STARTS
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.destination import CRITICAL
from linviz.core.model.checks import MAX_SEED
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import EQUAL
from linviz.core.starts.basin import counted
from linviz.core.starts.measurement import watched
from linviz.core.starts.record import StartStudy
from linviz.core.starts.runs import at_once
from linviz.core.starts.share import RANDOM_RULES, Share, Study, run_share

MOST_LINES = 2000
N_TIMES = 161  # of a line
TRIED, FIRST_BLOCK, MOST_OF_BLOCK = (
    30,
    100,
    2000,
)  # starts that find the horizon, and those of a block
WEIGHTS_AT_FIRST = 20_000  # of all starts of the first block together
BLOCK_SECONDS = 0.6
SHORTEST_TRIAL, LONGEST_TRIAL, LONGER = 15.0, 1e6, 4.0  # time units; by how much the next is longer
SHOWN, RUN = 2.5, 8.0  # of the median time of arrival: how far lines are drawn, and starts are run
USUAL_SCALE = 0.1

Stops = Callable[[], bool]


def drawn_from(scenario: Scenario) -> Scenario:
    """The scenario whose seed is drawn again and again; a rule without a draw becomes Gaussian.

    Examples
    --------
    >>> drawn_from(Scenario(rule="zeros", scale=0)).rule, drawn_from(Scenario(seed=7)).seed
    ('gaussian', 7)
    """
    random = scenario.rule in RANDOM_RULES
    return Scenario(
        dims=scenario.dims,
        singular_values=scenario.singular_values,
        data=scenario.data,
        whitened=scenario.whitened,
        rule=scenario.rule if random else Scenario().rule,
        scale=scenario.scale if scenario.scale > 0 else USUAL_SCALE,
        seed=min(scenario.seed, MAX_SEED + 1 - MAX_STARTS),
        t_end=scenario.t_end,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some of the starts, in their order.

    Attributes
    ----------
    first : int
        The number of the first of them, from 0.
    share : Share
    seconds : float
        What they took.
    """

    first: int
    share: Share
    seconds: float

    @property
    def n(self) -> int:
        """How many."""
        return len(self.share.outcome)


@dataclass(slots=True, eq=False)
class Many:
    """A study as it grows.

    Attributes
    ----------
    scenario : Scenario
        Start k is the one of seed `scenario.seed` + k.
    problem : Problem
    t_end, t_shown : float
        How far starts are run, and how far lines are drawn; 0 until the first block is there.
    blocks : list of Block
    """

    scenario: Scenario
    problem: Problem
    t_end: float = 0.0
    t_shown: float = 0.0
    blocks: list[Block] = field(default_factory=list)
    alone: Lock = field(default_factory=Lock)  # two pages of one kernel may ask for it

    @property
    def n(self) -> int:
        """Starts that are there."""
        return sum(block.n for block in self.blocks)

    @property
    def times(self) -> Matrix:
        """Of the lines."""
        return np.linspace(0.0, self.t_shown, N_TIMES)

    @property
    def spec(self) -> Study:
        """What is asked of every start."""
        s = self.scenario
        saddles = watched(self.problem, s.dims)
        return Study(self.problem, s.dims, s.rule, s.scale, self.t_end, saddles)

    def upto(self, block: Block) -> Many:
        """What was there when this block had come."""
        blocks = [each for each in self.blocks if each.first <= block.first]
        return replace(self, blocks=blocks)

    @property
    def study(self) -> StartStudy:
        """All that is there, as the library has it."""
        shares = [replace(block.share, height=block.share.height[:, :0]) for block in self.blocks]
        spec, share = self.spec, Share.joined(shares)
        basin = counted(spec, self.scenario.seed, share)
        return StartStudy(basin, spec.watched, share.entered, share.left, share.near)

    @property
    def arrived(self) -> Matrix:
        """Per start, when it was within 1 % of the minimum; inf where it never was."""
        return np.concatenate([block.share.t_within for block in self.blocks])

    def block_from(self, first: int, upto: int, stops: Stops) -> Block:
        """The block that begins with this start; it is computed where it is not there."""
        with self.alone:
            return self._block_from(first, upto, stops)

    def _block_from(self, first: int, upto: int, stops: Stops) -> Block:
        while True:
            known = next((block for block in self.blocks if block.first == first), None)
            if known is not None:
                return known
            self._grow(upto if self.n >= first else first, stops)

    def _grow(self, upto: int, stops: Stops) -> None:
        if not self.blocks:
            self._find_horizon(stops)
        first = self.n
        n = min(self._size(), max(1, upto - first))
        began = time.monotonic()
        lines = min(n, max(0, MOST_LINES - first))
        times = tuple(self.times.tolist()) if lines else ()
        seeds = range(self.scenario.seed + first, self.scenario.seed + first + n)
        share = run_share(replace(self.spec, times=times), seeds, interrupt=stops)
        share = replace(share, height=share.height[:lines])
        self.blocks.append(Block(first, share, time.monotonic() - began))

    def _size(self) -> int:
        """Starts of the next block: as many as a visitor waits for."""
        if not self.blocks:
            return int(np.clip(WEIGHTS_AT_FIRST // self.scenario.n_parameters, 10, FIRST_BLOCK))
        last = self.blocks[-1]
        wanted = last.n * BLOCK_SECONDS / max(last.seconds, 1e-3)
        # fewer than advance together would take as long
        return int(np.clip(round(wanted, -1), at_once(self.scenario.n_parameters), MOST_OF_BLOCK))

    def _find_horizon(self, stops: Stops) -> None:
        """Try the first starts for longer and longer, until half of them arrive or none moves."""
        s, n = self.scenario, min(TRIED, self._size())
        t, before = s.t_end or SHORTEST_TRIAL, 0
        while True:
            self.t_end = t
            share = run_share(self.spec, range(s.seed, s.seed + n), interrupt=stops)
            there = share.t_within[np.isfinite(share.t_within)]
            rests = sum(name == CRITICAL for name in share.outcome) + there.size
            settled = rests == n and rests == before
            if s.t_end or there.size > n / 2 or settled or t >= LONGEST_TRIAL:
                break
            t, before = t * LONGER, rests
        median = float(np.median(there)) if there.size else t
        if not s.t_end:
            self.t_end = rounded_up(RUN * median)
        self.t_shown = min(self.t_end, rounded_up(SHOWN * median))


def rounded_up(t: float) -> float:
    """The next time with one digit, or 1.2, 1.5 or 2.5, times a power of ten.

    Examples
    --------
    >>> [rounded_up(t) for t in (13.2, 0.071, 850.0)]
    [15.0, 0.08, 1000.0]
    """
    power = 10.0 ** math.floor(math.log10(t))
    steps = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
    return float(f"{next(step for step in steps if step * power >= t * (1 - EQUAL)) * power:.6g}")


@lru_cache(maxsize=4)
def begun(scenario: Scenario) -> list[Many]:
    """Where the study of this scenario is kept: one place for each, empty at first."""
    return []


def many(scenario: Scenario, problem: Problem) -> Many:
    """The study of this scenario, with all that was computed of it already.

    The same scenario gives the same starts, so whoever asks again goes on from what is there.
    """
    place = begun(scenario)
    if not place:
        place.append(Many(scenario, problem))
    return place[0]
