"""Results do not depend on which of OpenBLAS's kernels this processor would choose."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNELS = ("Haswell", "Sandybridge", "")  # "": the processor's own

pytestmark = pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="the kernels are those of x86"
)

ENDS = """
import json
from linviz.core.experiment.presets import presets
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import simulate

names = ("raw-data", "stable-manifold", "saddle-to-saddle", "bottleneck", "non-strict")
runs = [simulate(presets[name]) for name in names] + [simulate(Scenario())]
print(json.dumps([[run.status, float(run.t[-1]), float(run.loss[-1])] for run in runs]))
"""

# what is told to the visitor, and the tests of the flow and of its limits
LONG = (
    ("tests/flow/test_limit.py", "tests/flow/test_end.py", "tests/flow/test_gradient_flow.py"),
    ("tests/experiment/test_presets.py",),
    ("tests/test_notebooks.py", "-k", "solutions_numbers"),
)


def environment(kernel: str) -> dict[str, str]:
    chosen = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}
    env = {name: value for name, value in os.environ.items() if name not in chosen}
    env |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return env | ({"OPENBLAS_CORETYPE": kernel} if kernel else {})


def child(kernel: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(kernel),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_runs_end_at_the_same_time_with_the_same_loss() -> None:
    children = [child(kernel, "-c", ENDS) for kernel in KERNELS]
    told = [process.communicate(timeout=120)[0] for process in children]
    assert [process.returncode for process in children] == [0, 0, 0], told
    first, *others = [json.loads(text) for text in told]
    assert [status for status, _, _ in first] == ["converged"] * 6
    for ends in others:
        for (status, t, loss), (its_status, its_t, its_loss) in zip(first, ends, strict=True):
            assert its_status == status
            assert its_t == pytest.approx(t, rel=1e-5)
            assert its_loss == pytest.approx(loss, rel=1e-7)


@pytest.mark.long
@pytest.mark.parametrize("tests", LONG, ids=["flow", "presets", "notebooks"])
def test_the_tests_hold_with_every_kernel(tests: tuple[str, ...]) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-m", "not browser and not long")
    children = [child(kernel, "-m", "pytest", *options, *tests) for kernel in KERNELS]
    for kernel, process in zip(KERNELS, children, strict=True):
        text, _ = process.communicate(timeout=900)
        assert process.returncode == 0, f"{kernel or 'its own'}: {text[-4000:]}"
