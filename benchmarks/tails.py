"""Deep tails of the waits: importance splitting beside plain counting, at equal cost.

    python benchmarks/tails.py [--starts 4000] [--seed 1]

Both measure P(wait > t) at the last saddle of (2,2,2), s = (2,1), Gaussian starts of scale 0.02,
where P = 1e-6 and the codimension of the basin is 1. The cost is processor time of this machine,
one thread, in one run; plain counting at equal cost has the error sqrt(P / n) of the starts that it
could run in that time, which at P = 1e-6 none of its starts may reach.
"""

# ruff: noqa: E402  # the number of threads must be set before numpy is imported

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1])]

import linviz as lv

PROBABILITY = 1e-6
AT_ONCE = 20_000  # starts that plain counting is timed by


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--starts", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    problem = lv.Problem.canonical((2.0, 1.0))
    for dims in ((2, 2, 2), (2, 3, 2)):
        began = time.process_time()
        plain = lv.starts.study(problem, dims, AT_ONCE, scale=0.02, seed=options.seed)
        each = (time.process_time() - began) / AT_ONCE
        began = time.process_time()
        deep = lv.starts.deep_tail(problem, dims, options.starts, seed=options.seed)
        cost = time.process_time() - began
        k = int(np.argmin(np.abs(np.log(np.maximum(deep.probability, 1e-300) / PROBABILITY))))
        P, error = float(deep.probability[k]), float(deep.error[k])
        counted = np.sqrt(P / (cost / each))
        print(f"dims {dims}: {cost:.1f} s, {deep.n_flows} runs; as many s of counting: "
              f"{cost / each:.0f} starts")  # fmt: skip
        print(f"  P(wait > {deep.t[k]:.2f}) = {P:.3g}: splitting ± {error / P:.0%}, counting "
              f"± {counted / P:.0%}, {counted / error:.0f} times larger")  # fmt: skip
        value, spread = deep.codimension or (np.nan, np.nan)
        print(f"  codimension {value:.3f} ± {spread:.3f}, theory {dims[1] - 1}, "
              f"bias {value / (dims[1] - 1) - 1:+.1%}")  # fmt: skip
        for t in (1.5, 3.0):
            p, e = deep.at(t)
            at = deep.t[np.searchsorted(deep.t, t)]
            share = float(((plain.waiting > at) & plain.near[:, -1]).mean())
            sigma = float(np.hypot(e, np.sqrt(share / AT_ONCE)))
            print(f"  P(wait > {at:.2f}): splitting {p:.4f}, counting {share:.4f}, "
                  f"apart by {abs(p - share) / sigma:.1f} errors")  # fmt: skip


if __name__ == "__main__":
    main()
