r"""The conjecture as a measurement: how long random starts wait at saddles.

Counting ends cannot speak of measure zero. The tail of the waiting times can: a basin of positive
volume would show starts that never leave, a basin of codimension c shows a tail that falls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from os import PathLike

from linviz.core.model import checks
from linviz.core.model.critical_values import critical_levels, minimum_loss
from linviz.core.model.problem import IndexSet, Problem
from linviz.core.model.tolerances import EQUAL
from linviz.core.starts.bar import Progress
from linviz.core.starts.basin import asked, counted
from linviz.core.starts.checkpoint import begun
from linviz.core.starts.kept import Kept
from linviz.core.starts.pool import run_draws
from linviz.core.starts.record import StartStudy

MOST_STARTS = 10_000_000
MOST_WATCHED = 16


def study(
    problem: Problem,
    dims: Sequence[int],
    n: int = 1000,
    rule: str = "gaussian",
    scale: float = 0.02,
    seed: int = 0,
    *,
    t_end: float = 60.0,
    executor: Executor | None = None,
    progress: Progress | bool | None = None,
    interrupt: Callable[[], bool] | None = None,
    kept: object = None,
    checkpoint: str | PathLike[str] | None = None,
) -> StartStudy:
    r"""Run n random starts, and note how long each waits at every saddle on its way.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)
    n : int
        Number of starts, 1 to 10,000,000. Start k is the rule's with seed ``seed + k``.
    rule : str
        "gaussian", "xavier", "orthogonal" or "balanced"; "sphere": uniform on a sphere.
    scale : float
        Of the rule; the radius of the sphere.
    seed, t_end, progress, interrupt
        As in `linviz.basin_study`.
    executor : concurrent.futures.Executor, optional
        Shares the starts out among its workers, 2000 at a time: processes of this computer, or a
        cluster (Dask's ``client.get_executor()``). The same seed gives the same study, bit for bit,
        on any number of them.
    kept : optional
        What a study that was stopped had computed, ``error.kept``: go on from there.
    checkpoint : folder, optional
        Where every 2000 starts are kept as they come. A study that is killed goes on from there
        when it is asked for again, also with a larger n.

    Returns
    -------
    StartStudy

    Raises
    ------
    ValueError
        If an argument is out of range.
    StudyStoppedError
        If it was stopped, or its executor has ended; what was computed is kept with it.
    FlowError
        If an integration cannot go on.

    Notes
    -----
    Watched are the saddles of all critical values, or with more than 16 of them those that miss
    the weakest modes, whose values a small start passes.

    A start takes about 30 bytes and 17 for each saddle. Beyond 256 MB these columns lie in a file
    without a name in the folder for temporary files, not in memory.

    References
    ----------
    arXiv:1811.03568, "overfitting conjecture"; the measurement is an own remark.

    Examples
    --------
    >>> found = study(Problem.canonical((2, 1)), (2, 2, 2), n=500)
    >>> found.saddles
    ((0, 1), (0,), (1,))
    >>> float(found.survival().share[-1]), round(found.tail(share=0.2).theory, 9)
    (0.0, 1.0)
    """
    spec = asked(problem, dims, rule, scale, t_end)
    n, seed = checks.whole(n, "n", 1, MOST_STARTS), checks.whole(seed, "seed", 0, checks.MAX_SEED)
    spec = replace(spec, watched=watched(problem, spec.dims))
    numbers = range(seed, seed + n)
    there = Kept.of(spec, numbers, kept)
    if checkpoint is not None:
        begun(checkpoint, spec, there)
    share = run_draws(spec, numbers, executor, progress, interrupt, kept=there)
    basin = counted(spec, seed, share)
    return StartStudy(basin, spec.watched, share.entered, share.left, share.near)


def watched(problem: Problem, dims: tuple[int, ...]) -> tuple[IndexSet, ...]:
    """The saddles above the minimum, from high to low; of equal critical values the first."""
    floor = minimum_loss(problem, dims)
    levels = critical_levels(problem, dims, most=MOST_WATCHED)
    ordered = sorted(levels.items(), key=lambda item: -item[1])
    apart = EQUAL * (ordered[0][1] - floor)
    found: list[tuple[IndexSet, float]] = []
    for missed, level in ordered:
        if level - floor > apart and (not found or found[-1][1] - level > apart):
            found.append((missed, level))
    return tuple(missed for missed, _ in found)
