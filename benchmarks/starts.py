"""Many starts: studies of this checkout, or beside those of another one, in one run.

    python benchmarks/starts.py [--before CHECKOUT] [--turns 3]

Processor time, one thread, each checkout in a process of its own that has run a few starts before,
turn by turn; the least of the turns counts. Ratios say how many times faster this checkout is. An
older one that has no `linviz.starts.study` is asked for `basin_study` alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = str(Path(__file__).parents[1])
FOUR, TWO = (4.0, 3.0, 2.0, 1.0), (2.0, 1.0)
CASES = {
    "basin_study, 1000 of H = 2, widths 4": ("basin_study", FOUR, (4,) * 4, 1000, 0.5),
    "basin_study, 1000 of H = 6, widths 4": ("basin_study", FOUR, (4,) * 8, 1000, 0.5),
    "study, 5000 of (2,2,2)": ("study", TWO, (2, 2, 2), 5000, 0.02),
    "study, 1000 of H = 2, widths 4": ("study", FOUR, (4,) * 4, 1000, 0.5),
    "study, 1000 of H = 6, widths 4": ("study", FOUR, (4,) * 8, 1000, 0.5),
}
MANY = 40_000  # starts of (2,2,2) whose cost is told beforehand
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}


def answering(checkout: str) -> None:
    """Run the cases that are asked for, by name, and print how long each took."""
    sys.path.insert(0, checkout)
    import linviz as lv

    for line in sys.stdin:
        what, s, dims, n, scale = CASES[line.strip()]
        known = lv if what == "basin_study" else getattr(lv, "starts", None)
        if known is None:
            print("nan", flush=True)
            continue
        study, problem = getattr(known, what), lv.Problem.canonical(s)
        study(problem, dims, n=8, scale=scale)
        began = time.process_time()
        study(problem, dims, n=n, scale=scale)
        print(time.process_time() - began, flush=True)


def told() -> None:
    """Print what many starts were said to cost, and what they did."""
    os.environ.update(ONE_THREAD)
    sys.path.insert(0, HERE)
    import linviz as lv

    problem = lv.Problem.canonical(TWO)
    cost = lv.starts.cost(problem, (2, 2, 2), n=MANY)
    began = time.process_time()
    lv.starts.study(problem, (2, 2, 2), n=MANY)
    took = time.process_time() - began
    print(f"{MANY} of (2,2,2): told {cost.seconds:.1f} s, took {took:.1f} s")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", help="another checkout")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--answer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answering(options.answer)
        return
    checkouts = [HERE, *([options.before] if options.before else [])]
    asked = [
        subprocess.Popen(
            [sys.executable, __file__, "--answer", checkout],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ONE_THREAD,
        )
        for checkout in checkouts
    ]
    for case in (name for name in CASES if options.only in name):
        took: list[list[float]] = [[] for _ in asked]
        for _ in range(options.turns):
            for process, times in zip(asked, took, strict=True):
                assert process.stdin
                assert process.stdout
                process.stdin.write(case + "\n")
                process.stdin.flush()
                times.append(float(process.stdout.readline()))
        best = [min(times) for times in took]
        words = f"{case:40}{best[0]:8.2f} s"
        print(words + (f"{best[1]:8.2f} s  {best[1] / best[0]:.2f} times" if best[1:] else ""))
    for process in asked:
        process.communicate()
    told()


if __name__ == "__main__":
    main()
