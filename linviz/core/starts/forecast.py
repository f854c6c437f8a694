"""What a study or a sweep will cost, told before it begins."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from linviz.core.model import checks
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.problem import Problem
from linviz.core.starts.bar import spoken
from linviz.core.starts.basin import asked
from linviz.core.starts.kept import SHARE
from linviz.core.starts.measurement import MOST_STARTS
from linviz.core.starts.settings import settings_of
from linviz.core.starts.share import Study, run_share

WHOLE_PIECE = 20  # pieces from which on a whole one is tried: it costs a tenth at most
STARTS_TRIED = (32, 128)  # starts that are tried of fewer pieces
TRIED_TWICE = 0.5  # seconds: what takes less


@dataclass(frozen=True, slots=True)
class Cost:
    """What a study takes.

    Attributes
    ----------
    seconds : float
        On one processor like this one.
    bytes : int
        Of its results, in memory and in a file.
    tried : int
        Starts that were run to know.
    workers : int
    """

    seconds: float
    bytes: int
    tried: int
    workers: int = 1

    @property
    def words(self) -> str:
        """In words."""
        alone = spoken(self.seconds / self.workers)
        on = "one processor" if self.workers == 1 else f"{self.workers} workers"
        return f"about {alone} on {on}, {max(self.bytes / 2**20, 0.1):.1f} MB of results"

    def __repr__(self) -> str:
        return one_line("Cost", {"told": self.words, "tried": f"{self.tried} starts"})

    def _repr_html_(self) -> str:
        return html_table("Cost", {"told": self.words, "tried": f"{self.tried} starts"})


def cost(
    problem: Problem,
    dims: Sequence[int],
    n: int = 1000,
    rule: str = "gaussian",
    scale: float = 0.02,
    seed: int = 0,
    *,
    scales: Sequence[float] = (),
    widths: Sequence[int] = (),
    depths: Sequence[int] = (),
    t_end: float = 60.0,
    workers: int = 1,
) -> Cost:
    """Processor time of a study or a sweep, from some of its starts, which are run.

    Parameters
    ----------
    problem, dims, n, rule, scale, seed, scales, widths, depths, t_end
        As in `linviz.starts.sweep`.
    workers : int
        Among how many it will be shared out.

    Returns
    -------
    Cost

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Of studies of 40000 starts or more one whole piece of 2000 is run, of smaller ones 32 and 128
    starts of each setting, whose times are continued as a straight line.

    Examples
    --------
    >>> cost(Problem.canonical((2, 1)), (2, 2, 2), n=10).tried
    10
    """
    n = checks.whole(n, "n", 1, MOST_STARTS)
    seed = checks.whole(seed, "seed", 0, checks.MAX_SEED)
    workers = checks.whole(workers, "workers", 1, 10_000)
    settings = settings_of(asked(problem, dims, rule, scale, t_end), scales, widths, depths)
    return cost_of(settings, n, seed, workers)


def cost_of(settings: Sequence[Study], n: int, seed: int, workers: int = 1) -> Cost:
    """That of n starts in each setting."""
    seconds, size, tried = 0.0, 0, 0
    for spec in settings:
        size += n * (20 + 17 * len(spec.watched))
        more, ran = _seconds(spec, n, seed)
        seconds, tried = seconds + more, tried + ran
    return Cost(seconds, size, tried, workers)


def _seconds(spec: Study, n: int, seed: int) -> tuple[float, int]:
    """Processor time of n starts, and how many were run for it."""
    run_share(spec, range(seed, seed + 1))  # what is loaded and built once
    if n >= WHOLE_PIECE * SHARE:
        return _timed(spec, seed, SHARE) * n / SHARE, SHARE
    if n <= STARTS_TRIED[1]:
        return _timed(spec, seed, n), n
    few, many = (_timed(spec, seed, size) for size in STARTS_TRIED)
    each = max(many - few, 0.0) / (STARTS_TRIED[1] - STARTS_TRIED[0])
    pieces = -(-n // SHARE)
    return pieces * max(few - STARTS_TRIED[0] * each, 0.0) + n * each, sum(STARTS_TRIED)


def _timed(spec: Study, seed: int, n: int) -> float:
    """The lesser of two times, where they are short: what else a process did is not theirs."""
    least = math.inf
    for _ in range(2):
        began = time.process_time()
        run_share(spec, range(seed, seed + n))
        took = time.process_time() - began
        least = min(least, took)
        if took > TRIED_TWICE:
            break
    return least
