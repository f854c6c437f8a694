"""A study on a local cluster of Dask, one of whose workers is killed in the middle."""

import os
import signal
from pathlib import Path

import numpy as np

import linviz as lv

PROBLEM = lv.Problem.canonical((2.0, 1.0))
ASKED = (PROBLEM, (2, 3, 2), 24_000)


def main() -> None:
    from dask.distributed import Client, LocalCluster  # here: pytest looks into this file too

    done: list[int] = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        pids = client.run(os.getpid)
        victim = sorted(pids.values())[0]

        def told(k: int, _: int) -> None:
            if not done:
                os.kill(victim, signal.SIGKILL)
            done.append(k)

        shared = lv.starts.study(
            *ASKED,
            scale=0.1,
            t_end=20.0,
            executor=client.get_executor(),
            progress=told,
            checkpoint=Path("pieces"),
        )
        assert victim not in client.run(os.getpid).values()
    alone = lv.starts.study(*ASKED, scale=0.1, t_end=20.0)
    for name in ("entered", "left", "near", "waiting"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(shared, name))
    assert alone.ends == shared.ends
    assert done == sorted(set(done))
    assert done[-1] == 24_000
    assert len(list(Path("pieces").glob("part-*.npz"))) == 12
    print("a worker was killed after", done[0], "starts; the study is the same")


if __name__ == "__main__":
    main()
