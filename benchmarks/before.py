"""`gradient_flow` of another checkout, in a process of its own: what a change has cost or spared.

The process uses the public names of that checkout only, so that any version will do.

    with before.process("/where/it/is") as past:
        seconds = past(X, Y, W, t_end)
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Seconds = Callable[[Matrix, Matrix, Sequence[Matrix], float | None], float]


@contextmanager
def process(checkout: str) -> Iterator[Seconds]:
    """A function of data, start and horizon that tells the time of one run there."""
    child = subprocess.Popen(
        [sys.executable, __file__, checkout], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    into, out = child.stdin, child.stdout
    assert into is not None
    assert out is not None

    def seconds(X: Matrix, Y: Matrix, W: Sequence[Matrix], t_end: float | None) -> float:
        pickle.dump((X, Y, tuple(W), t_end), into)
        into.flush()
        return float(pickle.load(out))

    try:
        yield seconds
    finally:
        child.kill()


def main() -> None:
    sys.path.insert(0, str(Path(sys.argv[1]).resolve()))
    import linviz as lv  # the other checkout's

    warnings.simplefilter("ignore")
    while True:
        X, Y, W, t_end = pickle.load(sys.stdin.buffer)
        problem = lv.Problem(X=X, Y=Y)
        start = time.process_time()
        lv.gradient_flow(problem, W, t_end=t_end)
        pickle.dump(time.process_time() - start, sys.stdout.buffer)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
