"""The page as a folder of files: what stands in it, and that Python is the pinned one."""

import hashlib
import json
import socket
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

import linviz as lv
from linviz.serve.command import run as command
from linviz.serve.site import bytecode, pyodide, slim

(SCIPY,) = (p.file_name for p in pyodide.CARRIED if p.name == "scipy")


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small Pyodide in a folder, and the digests that belong to it."""
    wheel, standard = BytesIO(), BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(
            "scipy/optimize/__init__.py",
            "from ._a import *\nfrom ._b import g\nfrom ._fast import *\nfrom ._slow import *\n",
        )
        archive.writestr("scipy/optimize/_a.py", "__all__ = ['f']\ndef f(): return 1\n")
        archive.writestr("scipy/optimize/_b.py", "def g(): return 2\n")
        archive.writestr("scipy/optimize/_slow.so", "")
        archive.writestr("scipy/stats/__init__.py", "")
        archive.writestr("scipy/optimize/tests/test_f.py", "")
    with zipfile.ZipFile(standard, "w") as archive:
        archive.writestr("abc.py", "x = 1\n")
        archive.writestr("pdb.py", "x = 1\n")
    contents = {package.file_name: wheel.getvalue() for package in pyodide.CARRIED}
    contents |= {name: name.encode() for name in pyodide.RUNTIME}
    contents["python_stdlib.zip"] = standard.getvalue()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    pinned = {name: digest(contents[name]) for name in pyodide.RUNTIME}
    monkeypatch.setattr(pyodide, "RUNTIME", pinned)
    wheels = [replace(p, sha256=digest(contents[p.file_name])) for p in pyodide.CARRIED]
    monkeypatch.setattr(pyodide, "CARRIED", tuple(wheels))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_every_file_of_pyodide_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch)
    files = pyodide.pinned(tmp_path)
    assert len(files) == len(pyodide.RUNTIME) + len(pyodide.CARRIED)
    (tmp_path / SCIPY).write_bytes(b"changed")
    with pytest.raises(ValueError, match=r"scipy.*\.whl .* it is another version, or was changed"):
        pyodide.pinned(tmp_path)
    (tmp_path / "pyodide.js").unlink()
    with pytest.raises(ValueError, match=r"--pyodide FOLDER"):
        pyodide.pinned(tmp_path)


def test_an_address_that_does_not_answer_is_told() -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        place = f"http://127.0.0.1:{taken.getsockname()[1]}/full"
        told = rf"expected pyodide\.js of Pyodide .* in {place}, found .*--pyodide FOLDER"
        with pytest.raises(ValueError, match=told):
            pyodide.pinned(place)


def test_a_smaller_scipy_has_the_same_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch)
    monkeypatch.setattr(bytecode, "compiler", lambda: None)
    monkeypatch.setattr(slim, "DROPPED", {"scipy/optimize/_b.py": ("gone",)})
    with pytest.raises(ValueError, match="expected imports of gone, found none"):
        slim.slim(pyodide.pinned(tmp_path))
    monkeypatch.setattr(slim, "DROPPED", {})
    files = slim.slim(pyodide.pinned(tmp_path))
    lock = json.loads(files["pyodide-lock.json"])
    assert lock["packages"]["scipy"]["sha256"] == digest(files[SCIPY])
    assert set(lock["packages"]) == {"numpy", "openblas", "scipy"}
    assert list(bytecode.unpacked(files["python_stdlib.zip"])) == ["abc.py"]
    with zipfile.ZipFile(BytesIO(files[SCIPY])) as archive:
        archive.extractall(tmp_path / "out")
    assert not (tmp_path / "out/scipy/stats").exists()
    assert not (tmp_path / "out/scipy/optimize/tests").exists()
    assert not (tmp_path / "out/scipy/optimize/_slow.so").exists()
    (tmp_path / "out/scipy/__init__.py").touch()
    asked = (
        "from scipy import optimize; import sys; print('scipy.optimize._a' in sys.modules, "
        "optimize.f(), optimize.g(), hasattr(optimize, 'h'))"
    )
    python = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {asked}"]
    told = subprocess.run(python, cwd=tmp_path / "out", capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "1", "2", "False"]


def test_the_same_files_are_the_same_bytes() -> None:
    sources = [("b.py", b"x = 1\n"), ("a.txt", b"a")]
    assert bytecode.packed(sources) == bytecode.packed(reversed(sources))


def test_the_command_says_what_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["site", str(tmp_path / "out"), "--pyodide", str(tmp_path)]) == 2
    assert "expected pyodide.js of Pyodide" in capsys.readouterr().err
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ValueError, match="expected a folder for the site"):
        lv.site(file)
    with pytest.raises(ValueError, match="expected"):
        lv.site(tmp_path / "out", link="dims=nonsense")
    assert not (tmp_path / "out").exists()
