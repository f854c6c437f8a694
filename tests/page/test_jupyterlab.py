"""The dashboard as a guest of JupyterLab: in boxes, with the notebook's keys, and saved."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import nbformat
import pytest
from browsing import number_of
from playwright.sync_api import Locator, Page, expect
from serving import ROOT, SECONDS, wait_until

CODE = """import ipywidgets
import linviz as lv
page = lv.dashboard(lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
ipywidgets.HBox([page, lv.dashboard(page.state, panels=["loss"], controls=["seed"])])"""
SETTINGS = {
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook of two cells, in a folder of its own."""
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell(code) for code in (CODE, "page")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, folder / "guest.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that shows the folder, with settings and a home of its own."""
    home = tmp_path_factory.mktemp("home")
    for name, settings in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    own = {"HOME": home, "JUPYTERLAB_SETTINGS_DIR": home / "settings"}
    own |= {f"JUPYTER_{part}_DIR": home / part for part in ("CONFIG", "RUNTIME", "DATA")}
    env = os.environ | {name: str(path) for name, path in own.items()}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = (
        *("--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}"),
        *(
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={folder}",
        ),
        "--ServerApp.disable_check_xsrf=True",
    )
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=env | {"PYTHONPATH": str(ROOT)},  # the checkout is shown, whatever is installed
            stdout=output,
            stderr=output,
        )

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        return False

    try:
        wait_until(answers, "JupyterLab does not answer")
        yield f"http://127.0.0.1:{port}"
    finally:
        for session in sessions(f"http://127.0.0.1:{port}"):
            asked(f"http://127.0.0.1:{port}/api/sessions/{session['id']}", "DELETE")
        process.terminate()
        process.wait(SECONDS)


def asked(url: str, method: str = "GET") -> bytes:
    with urlopen(Request(url, method=method), timeout=SECONDS) as answer:
        content: bytes = answer.read()
    return content


def sessions(lab: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(asked(f"{lab}/api/sessions"))
    return found


def saved(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / "guest.ipynb").read_text("utf-8"))
    except ValueError:  # it is being written
        return {"metadata": {}}
    return content


def states(folder: Path) -> list[dict[str, Any]]:
    """What is saved of the dashboards."""
    widgets = saved(folder)["metadata"].get("widgets", {}).values()
    return [
        model["state"]
        for each in widgets
        for model in each["state"].values()
        if model["model_name"] == "AnyModel"
    ]


def opened(page: Page, lab: str) -> Page:
    page.set_viewport_size({"width": 1500, "height": 950})
    page.goto(f"{lab}/lab/tree/guest.ipynb?reset")
    page.wait_for_function(IDLE)
    return page


def run_all(page: Page) -> None:
    page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")


def boards(page: Page) -> list[Locator]:
    """The dashboards of both cells, in their order, once they are there."""
    found = page.locator('.jp-Cell .linviz[data-ready="true"]')
    expect(found).to_have_count(3)
    return found.all()


def width(board: Locator) -> float:
    box = board.bounding_box()
    assert box is not None
    return box["width"]


@pytest.mark.browser
@pytest.mark.long
def test_a_dashboard_is_a_good_guest(new_page: Callable[..., Page], lab: str, folder: Path) -> None:
    page = opened(new_page(), lab)
    run_all(page)
    whole, part, alone = boards(page)

    # in a box as wide as there is room for, one beside the other
    assert width(whole) > 600
    assert width(part) >= 320
    assert width(alone) > width(whole)
    row = page.locator(".widget-hbox").bounding_box()
    assert row is not None
    assert width(whole) + width(part) == pytest.approx(row["width"], abs=2)

    # Shift + Enter is the notebook's
    prompts = page.locator(".jp-InputArea-prompt")
    expect(prompts).to_have_text(["[1]:", "[2]:"])
    whole.locator(number_of("seed")).focus()
    page.keyboard.press("Shift+Enter")
    expect(prompts).to_have_text(["[3]:", "[2]:"])
    run_all(page)
    expect(prompts).to_have_text(["[4]:", "[5]:"])

    # other keys are no commands of it, but for those with Ctrl; to undo is the page's
    whole, part, alone = boards(page)
    seed = part.locator(number_of("seed"))
    seed.fill("5")
    seed.press("Enter")
    for board in (whole, part, alone):
        expect(board).to_have_attribute("data-run", "2")
    part.locator(".panel-loss .picture").click()
    page.keyboard.press("b")
    for key, value in (("Control+z", "3"), ("Control+Shift+z", "5")):
        page.keyboard.press(key)
        expect(seed).to_have_value(value)
    for board in (whole, part, alone):
        expect(board).to_have_attribute("data-state", "ready")
        page.wait_for_function("root => root.linviz.run.spectra", arg=board.element_handle())
    seed.press("Control+s")
    wait_until(
        lambda: sum(state["run"]["form"]["seed"] == 5 for state in states(folder)) == 2, "not saved"
    )
    expect(page.locator(".jp-Cell")).to_have_count(2)
    assert saved(folder)["cells"][1]["outputs"][0]["data"].keys() >= {"image/svg+xml"}
    page.close()

    # without its kernel it is a snapshot; time moves on
    for session in sessions(lab):
        asked(f"{lab}/api/sessions/{session['id']}", "DELETE")
    page = opened(new_page(), lab)
    whole, part, alone = boards(page)
    for board in (whole, part, alone):
        expect(board).to_have_attribute("data-kernel", "none")
        expect(board.locator(".tagline")).to_contain_text("A snapshot")
        expect(board.locator(".lost")).to_have_count(0)
        expect(board.locator(":is(.grip, .go-on):visible")).to_have_count(0)
    expect(part.locator(number_of("seed"))).to_have_value("5")
    assert part.locator(".controls").evaluate("form => form.inert")
    assert whole.evaluate("root => root.linviz.run.spectra.t.length") > 10
    alone.scroll_into_view_if_needed()  # it plays once it is seen
    page.wait_for_function("board => board.dataset.time > 0", arg=alone.element_handle())
    for key, t in (("Home", 0.0), ("End", float(alone.evaluate("b => b.linviz.clock.last")))):
        alone.locator(".scrubber").press(key)
        assert float(alone.get_attribute("data-time") or "nan") == t

    run_all(page)
    for board in boards(page):
        expect(board).not_to_have_attribute("data-kernel", "none")
