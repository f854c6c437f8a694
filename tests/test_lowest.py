"""The lowest versions that pyproject.toml declares: the core passes its tests with them too."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# the core's tests, in two halves that take about the same time side by side
HALVES = (
    ("tests/flow", "tests/theory", "tests/starts", "linviz/core"),
    ("tests/model", "tests/landscape", "tests/geometry", "tests/experiment", "tests/statements"),
)


def lowest() -> dict[str, str]:
    """Each package that linviz needs, with the lowest version that it says will do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [re.match(r"([\w-]+)>=([\d.]+)", need) for need in project["dependencies"]]
    assert all(found), "every dependency names a lowest version"
    return {match[1]: match[2] for match in found if match}


def half(python: str, folders: tuple[str, ...]) -> subprocess.Popen[str]:
    options = ("-p", "no:cacheprovider", "-m", "not browser and not long")
    return subprocess.Popen(
        [python, "-m", "pytest", *options, *folders],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.long
def test_the_core_passes_its_tests_with_the_lowest_versions(tmp_path: Path) -> None:
    versions = lowest()
    assert {"numpy", "scipy", "plotly", "anywidget", "ipywidgets", "voila"} <= versions.keys()
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    tools = ("pytest", "hypothesis", "psutil")
    pinned = [f"{name}=={version}" for name, version in versions.items()]
    install = [python, "-m", "pip", "install", "--quiet", "--only-binary=numpy,scipy"]
    had = subprocess.run([*install, *pinned, *tools], capture_output=True, text=True)
    if "No matching distribution found for" in had.stderr:
        pytest.skip(f"not to be had for Python {sys.version.split()[0]}: {had.stderr.strip()}")
    assert had.returncode == 0, had.stderr
    told = subprocess.run(
        [python, "-c", "import numpy, scipy; print(numpy.__version__, scipy.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name, version in zip(("numpy", "scipy"), told, strict=True):
        assert version.startswith(versions[name]), f"{name} {version} is not the lowest"
    children = [half(python, folders) for folders in HALVES]
    for process in children:
        text, _ = process.communicate(timeout=900)
        assert process.returncode == 0, text[-5000:]
