"""What Binder's build makes, served as Binder serves it: by Voila within a Jupyter server.

Killed by: a first screen that is not stored by the build, or not found by the page; one that takes
the place of another notebook, or of the words around it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from browsing import Heard, after, number_of, typed
from playwright.sync_api import Page, Route, expect
from serving import ROOT, SECONDS, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.long]

# the Python of the tests, which says that it lives elsewhere: nothing is to be written to its home
PYTHON = """#!/bin/sh
case "$*" in *sys.prefix*) echo {prefix};; *) exec {python} "$@";; esac
"""


@pytest.fixture(scope="module")
def binder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Jupyter server with what `postBuild` has made."""
    tmp_path = tmp_path_factory.mktemp("binder")
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    python.write_text(PYTHON.format(prefix=tmp_path, python=sys.executable))
    python.chmod(0o755)
    own = {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PATH": str(tmp_path / "share/jupyter"),
        "JUPYTER_CONFIG_PATH": str(tmp_path / "etc/jupyter"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "etc/jupyter"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    env = os.environ | own
    subprocess.run(["bash", ROOT / "binder/postBuild"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--port=0"]
    command += ["--ServerApp.token=", "--ServerApp.password=", "--ServerApp.base_url=/user/me/"]
    command += ["--ServerApp.disable_check_xsrf=True"]  # a page that is left says so
    command += ["--ServerApp.jpserver_extensions={'voila.server_extension': True}"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        address = r"http://(?:localhost|127\.0\.0\.1):\d+"
        wait_until(lambda: bool(re.search(address, log.read_text())), "the server has no address")
        found = re.search(address, log.read_text())
        assert found
        yield f"{found[0].replace('localhost', '127.0.0.1')}/user/me/voila/render/notebooks"
    finally:
        process.terminate()
        process.wait(SECONDS)


def is_live(page: Page, heard: Heard) -> None:
    """The kernel's page stands where the notebook has it, and there is none besides."""
    expect(page.locator("#rendered_cells .linviz")).to_be_visible()
    assert page.locator(".linviz").count() == 1
    heard.errors[:] = [said for said in heard.errors if "404" not in said]
    page.close()


def held_back(page: Page, binder: str, seed: str) -> Route:
    """The script of Voila, which the stored screen does not wait for, with a seed asked of it."""
    held: list[Route] = []
    page.route("**/voila.js", lambda route: held.append(route), times=1)
    page.goto(f"{binder}/dashboard.ipynb", wait_until="commit")
    page.wait_for_selector('.linviz[data-ready="true"]')
    expect(page.locator("#rendered_cells .linviz")).to_have_count(0)  # it is the stored one
    typed(page, number_of("seed"), seed)
    while not held:
        page.wait_for_timeout(50)
    return held[0]


def test_binder_shows_the_first_screen_at_once_and_the_notebook_around_it_later(
    page: Page, binder: str, heard: Heard
) -> None:
    held_back(page, binder, "9").continue_()
    page.wait_for_function("document.querySelector('.linviz').linviz.run.form.seed === 9")
    expect(page.locator("#rendered_cells .linviz")).to_be_visible()
    expect(page.get_by_role("heading", name="How to read it")).to_be_visible()
    after(page, lambda: typed(page, number_of("seed"), "10"))
    page.goto(f"{binder}/02-non-convexity.ipynb", wait_until="commit")
    expect(page.locator("#rendered_cells .linviz").first).to_be_visible()
    assert page.evaluate("document.querySelector('#linviz-page .linviz')") is None
    heard.errors[:] = [said for said in heard.errors if "404" not in said]
    page.close()


def test_what_is_asked_for_outlives_a_page_that_is_asked_for_anew(
    page: Page, binder: str, heard: Heard
) -> None:
    held = held_back(page, binder, "11")
    # as Voila's manager says it, where many open the page at once
    held.fulfill(body="document.querySelector('#rendered_cells').append('Error displaying widget')")
    page.wait_for_function("document.querySelector('.linviz')?.linviz?.run.form.seed === 11")
    is_live(page, heard)


# what a second is on a computer that has far too much to do
SLOW = """(() => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(ms / 2000);
})()"""


def test_a_page_whose_script_is_slow_to_load_is_answered(
    page: Page, binder: str, heard: Heard
) -> None:
    page.add_init_script(SLOW)
    page.goto(f"{binder}/dashboard.ipynb", wait_until="commit")
    page.wait_for_selector('.linviz[data-ready="true"]')
    typed(page, number_of("seed"), "12")
    page.wait_for_function("document.querySelector('.linviz').linviz.run.form.seed === 12")
    is_live(page, heard)


def test_a_page_that_waits_for_ever_beside_a_kernel_at_rest_is_asked_for_anew(
    page: Page, binder: str, heard: Heard
) -> None:
    begins = "_loadFromKernel(){"  # what Voila's manager asks of the kernel
    once = f"{begins}if(!sessionStorage.once)return sessionStorage.once=1,new Promise(()=>{{}});"

    def hang(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(begins, once))

    page.route("**/labextensions/**/*.js*", hang)
    page.goto(f"{binder}/dashboard.ipynb", wait_until="commit")
    page.wait_for_selector('.linviz[data-ready="true"]')
    typed(page, number_of("seed"), "13")
    page.wait_for_function("document.querySelector('.linviz')?.linviz?.run.form.seed === 13")
    assert page.evaluate("sessionStorage.once") == "1"
    is_live(page, heard)


def test_a_killed_kernel_is_told_by_the_page_which_starts_again(
    page: Page, binder: str, heard: Heard
) -> None:
    page.goto(f"{binder}/dashboard.ipynb", wait_until="commit")
    expect(page.locator("#rendered_cells .linviz")).to_be_visible()
    after(page, lambda: typed(page, number_of("seed"), "14"))
    page.wait_for_function("location.search.includes('seed=14')")
    kernel = page.evaluate(
        "JSON.parse(document.querySelector('#jupyter-config-data').text).kernelId"
    )
    ended = [each for each in psutil.process_iter() if is_kernel(each, kernel)]
    assert len(ended) == 1
    ended[0].kill()  # the Jupyter server starts another in its place, which knows no page
    typed(page, number_of("seed"), "15")
    expect(page.locator(".lost")).to_contain_text("starts again with the same scenario")
    page.wait_for_function("document.querySelector('.linviz')?.linviz?.run.form.seed === 15")
    is_live(page, heard)
    heard.errors.clear()


def is_kernel(process: psutil.Process, kernel: str) -> bool:
    try:
        return f"kernel-{kernel}.json" in " ".join(process.cmdline())
    except psutil.Error:
        return False
