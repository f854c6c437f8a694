"""Many draws, in one process or shared out among those of an executor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, wait

from linviz.core.flow.integrator import FlowError
from linviz.core.starts.share import Draws, Share, run_share

SHARE = 2000  # draws that an executor gets at a time; the last runs of each share are slow ones
LISTENING = 0.05  # seconds between two calls of `interrupt` while an executor works


def run_draws(
    spec: Draws,
    numbers: range,
    executor: Executor | None = None,
    progress: Callable[[int, int], object] | None = None,
    interrupt: Callable[[], bool] | None = None,
) -> Share:
    """Results of all draws, in their order; `progress` hears how many are done, and of how many."""
    n = len(numbers)
    report = progress if progress is not None else _silent
    if executor is None:
        return run_share(spec, numbers, lambda done: report(done, n), interrupt)
    return _shared_out(executor, spec, numbers, report, interrupt)


def _shared_out(
    executor: Executor,
    spec: Draws,
    numbers: range,
    report: Callable[[int, int], object],
    interrupt: Callable[[], bool] | None,
) -> Share:
    """Results of an executor, in the order of the numbers."""
    pieces = [numbers[i : i + SHARE] for i in range(0, len(numbers), SHARE)]
    futures = [executor.submit(run_share, spec, piece) for piece in pieces]
    sizes = dict(zip(futures, map(len, pieces), strict=True))
    waiting, done = set(futures), 0
    try:
        while waiting:
            ended, waiting = wait(waiting, LISTENING, return_when=FIRST_COMPLETED)
            for future in ended:
                future.result()
                done += sizes[future]
                report(done, len(numbers))
            if waiting and interrupt is not None and interrupt():
                raise FlowError(f"the study was stopped after {done} of {len(numbers)} runs")
    finally:
        for future in waiting:
            future.cancel()
    return Share.joined([future.result() for future in futures])


def _silent(done: int, n: int) -> None:
    """No one asked for progress."""
