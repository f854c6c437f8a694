"""The API reference: it is built without a warning, and every public name is in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import linviz

ROOT = Path(__file__).parent.parent


@pytest.mark.long
def test_the_reference_is_built_without_a_warning_and_has_every_public_name(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("generated"))
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "docs", "html"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (tmp_path / "html/generated").glob("*.html")
    )
    names = [f"linviz.{name}" for name in linviz.__all__]
    names += [f"linviz.figures.{name}" for name in linviz.figures.__all__]
    for package in ("geometry", "starts"):
        own = set(getattr(linviz, package).__all__) - set(linviz.__all__)
        names += [f"linviz.{package}.{name}" for name in own]
    assert [name for name in names if f'id="{name}"' not in pages] == []
    assert '<p class="rubric">Source</p>' not in pages
