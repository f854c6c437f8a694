"""Time in the browser: playing, steps, speed, milestones and keys; pictures that follow it.

Nothing here asks the kernel: what is shown at a moment is compared with the trajectory itself.
"""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import ALL, PANELS, after, canvas_of, moment, opened, played_out, shown, time_menu
from playwright.sync_api import Locator, Page, expect
from serving import voila_on

import linviz as lv

pytestmark = pytest.mark.browser

SIGNS = ("negative", "zero", "positive")

# Moment and frame's time of each step of a play, until a share of the axis is reached.
PLAYED = """async ([button, until]) => {
  const { clock } = document.querySelector('.linviz').linviz;
  const seen = [];
  const done = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`played to ${clock.position} only`)), 20000);
    clock.listen(() => {
      seen.push([clock.position, document.timeline.currentTime]);
      if (clock.position >= until) resolve();
    });
  });
  document.querySelector(button).click();
  await done;
  return seen;
}"""


def position(page: Page) -> float:
    """Share of the time axis that is shown."""
    return page.evaluate("() => document.querySelector('.linviz').linviz.clock.position")


def frames(page: Page) -> list[float]:
    return shown(page, "t")


def at(page: Page, t: float) -> None:
    page.evaluate("t => document.querySelector('.linviz').linviz.clock.set(t)", t)


def table(page: Page, name: str) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of the table behind a picture, by the panel's menu."""
    page.locator(f".panel-{name} .more").click()
    page.locator(f".panel-{name} .menu button").first.click()
    dialog = page.locator("dialog.data-table")
    expect(dialog).to_be_visible()
    found = dialog.locator("table").first.evaluate(
        """table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))"""
    )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    return found[0], found[1:]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


# ---------------------------------------------------------------- playing


def test_play_moves_evenly_with_the_frames_and_ends(board: Page) -> None:
    at(board, 0)
    seen = np.array(board.evaluate(PLAYED, [".play", 0.05]))
    shares, times = seen.T
    assert len(seen) >= 5
    assert np.all(np.diff(shares) >= 0)
    # eight seconds the whole axis, at any rate of frames
    np.testing.assert_allclose(np.diff(shares)[1:], np.diff(times)[1:] / 8000, atol=1e-9)
    play = board.locator(".play")
    expect(play).to_have_attribute("aria-label", "Pause")
    play.click()
    expect(play).to_have_attribute("aria-label", "Play")
    stopped = position(board)
    board.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert position(board) == stopped
    at(board, 0.97 * frames(board)[-1])
    play.click()
    expect(play).to_have_attribute("aria-label", "Play")
    assert moment(board) == frames(board)[-1]
    play.click()  # from the end it begins anew
    board.wait_for_function("() => Number(document.querySelector('.linviz').dataset.time) < 5")
    play.click()


@pytest.mark.parametrize("speed", ["0.25", "4"])
def test_the_speed_is_that_of_the_play(board: Page, speed: str) -> None:
    time_menu(board)
    board.locator(".speed").select_option(speed)
    at(board, 0)
    shares, times = np.array(board.evaluate(PLAYED, [".play", 0.03])).T
    expected = float(speed) * np.diff(times)[1:] / 8000
    np.testing.assert_allclose(np.diff(shares)[1:], expected, atol=1e-9)
    board.locator(".play").click()


def test_on_a_log_axis_the_play_is_even_in_log_time(board: Page) -> None:
    after_axes = "() => document.querySelector('.linviz').linviz.run.view.log_time === true"
    time_menu(board)
    board.locator('.timebar [data-view="log_time"]').check()
    board.wait_for_function(after_axes)
    board.locator(".scrubber").focus()
    board.keyboard.press("Home")
    times = frames(board)
    assert moment(board) == times[0]  # zero has a place there
    shares, _ = np.array(board.evaluate(PLAYED, [".play", 0.05])).T
    board.locator(".play").click()
    assert np.all(np.diff(shares) >= 0)
    board.locator(".scrubber").evaluate(
        "s => { s.value = 500; s.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    inner = board.evaluate("document.querySelector('.linviz').linviz.clock.inner")
    half = inner * np.exp(0.5 * (1 + np.log(times[-1] / inner)) - 1)  # even up to there
    assert 0 < inner < half
    assert moment(board) == pytest.approx(half, rel=1e-9)
    time_menu(board)
    board.locator('.timebar [data-view="log_time"]').uncheck()
    board.wait_for_function(after_axes.replace("true", "false"))
    # another axis keeps the moment, and the scrubber goes where it is
    assert moment(board) == pytest.approx(half, rel=1e-9)
    share = moment(board) / times[-1]
    assert int(board.locator(".scrubber").input_value()) == round(1000 * share)


def test_who_prefers_less_motion_sees_jumps(new_page: Callable[..., Page], voila_server) -> None:
    page = opened(new_page(reduced_motion="reduce"), voila_server)
    time_menu(page)
    page.locator(".speed").select_option("4")
    at(page, 0)
    seen = np.array(page.evaluate(PLAYED, [".play", 0.2]))[:, 0]
    page.locator(".play").click()
    told = [m["t"] / frames(page)[-1] for m in shown(page, "milestones") if m["t"] is not None]
    stops = np.array([*told, *(np.arange(1, 21) / 20)])
    assert len(seen) <= 6
    for share in seen:
        assert np.min(np.abs(stops - share)) < 1e-9
    assert page.locator(".spinner").evaluate("e => getComputedStyle(e).animationName") == "none"


# ---------------------------------------------------------------- steps, milestones and keys


def test_steps_go_from_stored_frame_to_stored_frame(board: Page) -> None:
    times = frames(board)
    at(board, 0)
    forward, back = board.locator(".forward"), board.locator(".back")
    for k in (1, 2, 3):
        forward.click()
        assert moment(board) == times[k]
    at(board, (times[3] + times[4]) / 2)
    back.click()
    assert moment(board) == times[3]
    back.click()
    assert moment(board) == times[2]
    at(board, times[-1])
    forward.click()
    assert moment(board) == times[-1]
    at(board, 0)
    back.click()
    assert moment(board) == 0


def test_milestones_jump_to_their_moments(board: Page) -> None:
    presets = board.locator('[data-field="preset"]')
    after(board, lambda: presets.select_option("staircase"))
    told = [m for m in shown(board, "milestones") if m["t"] is not None]
    assert len(told) >= 2
    played_out(board)
    time_menu(board)
    jump = board.locator(".jump")
    assert jump.locator("option").all_inner_texts()[1:] == [m["label"] for m in told]
    for milestone in told:
        jump.select_option(label=milestone["label"])
        assert moment(board) == pytest.approx(milestone["t"], rel=1e-12)
        assert board.locator(".jump").get_attribute("title") == milestone["words"]
    board.locator(".scrubber").focus()
    board.keyboard.press("Home")
    assert jump.input_value() == "0"  # no milestone is named where none is


def test_keys_act_where_no_control_has_the_focus(board: Page) -> None:
    times, body = frames(board), board.locator("body")
    body.press("Home")
    assert moment(board) == 0
    body.press("ArrowRight")
    assert position(board) == pytest.approx(1 / 200, abs=1e-9)
    body.press("ArrowLeft")
    assert moment(board) == 0
    body.press("Shift+ArrowRight")
    assert moment(board) == times[1]
    body.press("Shift+ArrowRight")
    body.press("Shift+ArrowLeft")
    assert moment(board) == times[1]
    speed = board.locator(".speed")
    body.press("+")
    assert speed.input_value() == "2"
    body.press("-")
    body.press("-")
    assert speed.input_value() == "0.5"
    body.press("Space")
    expect(board.locator(".play")).to_have_attribute("aria-label", "Pause")
    body.press("Space")
    expect(board.locator(".play")).to_have_attribute("aria-label", "Play")
    body.press("End")
    assert moment(board) == times[-1]
    body.press("Control+Home")  # with another key it is somebody else's
    assert moment(board) == times[-1]


def test_keys_are_left_to_the_control_that_has_the_focus(board: Page) -> None:
    last = moment(board)
    for selector, key in (
        ('input[type="number"][data-field="scale"]', "Home"),
        ('[data-field="rule"]', "Home"),
        (".panel-loss .more", "Space"),
        (".open-share", "Home"),
    ):
        control = board.locator(selector).first
        control.focus()
        control.press(key)
        assert moment(board) == last, selector
        expect(board.locator(".play")).to_have_attribute("aria-label", "Play")


def test_keys_rest_while_a_dialog_is_open(board: Page) -> None:
    last = moment(board)
    board.locator(".open-view").click()
    for key in ("Home", "ArrowLeft", "Space"):
        board.locator("dialog.look").press(key)
    assert moment(board) == last
    expect(board.locator(".play")).to_have_attribute("aria-label", "Play")


# ---------------------------------------------------------------- all pictures follow


def test_all_six_pictures_are_others_at_another_moment(board: Page) -> None:
    board.locator(".panel-hessian").evaluate("p => p.dataset.spectra")
    board.wait_for_selector(".panel-hessian[data-spectra]")  # the eigenvalues have come
    moving = {name: canvas_of(name).replace(".base", ".cursor") for name in PANELS}

    def pictures() -> dict[str, str]:
        return {n: board.locator(s).evaluate("c => c.toDataURL()") for n, s in moving.items()}

    seen = []
    for t in (0.0, 3.0, 6.0, frames(board)[-1]):
        at(board, t)
        seen.append(pictures())
    for before, now in pairwise(seen):
        assert [name for name in PANELS if before[name] == now[name]] == []


def test_the_tables_are_the_trajectory_at_the_moment_shown(board: Page) -> None:
    board.evaluate("all => document.querySelector('.linviz').linviz.view.set({ panels: all })", ALL)
    run = lv.run(lv.Scenario())
    trajectory = run.trajectory
    frame = len(trajectory.t) // 3
    at(board, float(trajectory.t[frame]))
    columns, rows = table(board, "loss")
    (row,) = [r for r in rows if number(r[0]) == pytest.approx(trajectory.t[frame], rel=1e-6)]
    assert number(row[columns.index("loss L")]) == pytest.approx(trajectory.loss[frame], rel=1e-5)

    board.evaluate(
        "panels => document.querySelector('.linviz').linviz.view.set({ panels })", list(ALL)
    )
    _, rows = table(board, "network")
    W = [Wj[frame] for Wj in trajectory.W]
    assert len(rows) == sum(Wj.size for Wj in W)
    for name, source, target, value in rows:
        j = "₁₂₃".index(name[1])
        expected = W[j][int(target) - 1, int(source) - 1]
        assert number(value) == pytest.approx(expected, rel=5e-6, abs=1e-9)

    _, rows = table(board, "matrices")
    P = W[2] @ W[1] @ W[0]
    shown_P = [[number(cell) for cell in row[2:] if cell] for row in rows if row[0] == "P"]
    np.testing.assert_allclose(shown_P, P, rtol=5e-6, atol=1e-8)
    target = [[number(c) for c in row[2:] if c] for row in rows if row[0].startswith("W_LR")]
    np.testing.assert_allclose(target, trajectory.problem.least_squares, atol=1e-6)

    board.locator(".panel-matrices .more").press("Enter")
    board.locator(".panel-matrices select").select_option("invariants")
    board.keyboard.press("Escape")
    _, rows = table(board, "matrices")
    C1 = [[number(cell) for cell in row[2:] if cell] for row in rows if row[0] == "C₁"]
    np.testing.assert_allclose(C1, lv.invariants(W)[0], rtol=5e-6, atol=1e-7)

    for name in ("modes", "invariants"):
        columns, rows = table(board, name)
        assert len(columns) >= 4
        assert [number(r[0]) for r in rows if abs(number(r[0]) - trajectory.t[frame]) < 1e-4]
    _, rows = table(board, "hessian")
    eigenvalues = sorted(
        number(row[1]) for row in rows if row[2] in ("negative", "zero", "positive")
    )
    np.testing.assert_allclose(eigenvalues, run.spectrum.eigenvalues, rtol=1e-5, atol=1e-5)


# ---------------------------------------------------------------- several in one notebook


CELLS = (
    "from linviz import Scenario\nfrom linviz.panels import State, dashboard\ndashboard()",
    "dashboard(Scenario(seed=9))",
    'shared = State()\ndashboard(shared, panels=("loss",), controls=("scale",))',
    'dashboard(shared, panels=("modes", "network"), controls=("scale", "seed"))',
)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a notebook with four dashboards, the last two of one state: by Voila."""
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": s}
        | {"id": f"cell-{k}"}
        for k, s in enumerate(CELLS)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content: dict[str, Any] = {"cells": cells, "metadata": {"kernelspec": kernel}}
    path: Path = tmp_path_factory.mktemp("notebook") / "four.ipynb"
    path.write_text(json.dumps(content | {"nbformat": 4, "nbformat_minor": 5}))
    with voila_on(path, path.with_name("log"), "--template=linviz") as url:
        yield url


@pytest.fixture
def four(page: Page, notebook: str) -> list[Locator]:
    page.goto(notebook)
    expect(page.locator('.linviz[data-ready="true"]')).to_have_count(4)
    for root in page.locator(".linviz").all():  # each plays once it is seen
        root.scroll_into_view_if_needed()
        expect(root.locator(".play")).to_have_attribute("aria-label", "Pause")
    played_out(page)
    return page.locator(".linviz").all()


def value(root: Locator, path: str) -> Any:
    return root.evaluate(f"root => root.linviz.{path}")


@pytest.mark.long
def test_dashboards_in_one_notebook_do_not_disturb_each_other(page: Page, four) -> None:
    first, second, *_ = four
    doubled = page.evaluate(
        """() => { const ids = [...document.querySelectorAll('.linviz [id]')].map(e => e.id);
          return ids.filter((id, k) => ids.indexOf(id) !== k); }"""
    )
    assert doubled == []
    groups = page.locator('.linviz [type="radio"]').evaluate_all(
        "radios => radios.filter(r => r.checked).length"
    )
    assert groups == 8  # two choices in each, none unmade by another's of the same name

    last = value(second, "clock.last")
    page.keyboard.press("Home")  # no dashboard was touched: nobody's
    assert value(first, "clock.t") == value(first, "clock.last")
    first.locator(".headline").click()
    page.keyboard.press("Home")
    assert value(first, "clock.t") == 0
    assert value(second, "clock.t") == last
    second.locator(".headline").click()
    page.keyboard.press("Space")
    expect(second.locator(".play")).to_have_attribute("aria-label", "Pause")
    expect(first.locator(".play")).to_have_attribute("aria-label", "Play")
    page.keyboard.press("Space")
    assert value(first, "clock.t") == 0

    second.locator(".open-view").click()
    second.locator("dialog.look .theme").select_option("dark")
    second.locator("dialog.look .lecture").check()
    page.keyboard.press("Escape")
    expect(second).to_have_attribute("data-theme", "dark")
    expect(first).to_have_attribute("data-theme", "light")
    expect(first).to_have_attribute("data-lecture", "false")
    after_run = second.get_attribute("data-run")
    second.locator(".draw").click()
    expect(second).not_to_have_attribute("data-run", after_run or "")
    assert value(second, "run.form.seed") == 10
    assert value(first, "run.form.seed") == 3
    links = []
    for root in (first, second):
        root.locator(".open-share").click()
        links.append(root.locator(".share .link").input_value())
        page.keyboard.press("Escape")
    assert "seed=3" in links[0]
    assert "seed=10" in links[1]


@pytest.mark.long
def test_no_dashboard_of_a_notebook_lies_upon_another(four) -> None:
    boxes = [root.bounding_box() for root in four]
    for above, below in pairwise(boxes):
        assert above is not None
        assert below is not None
        assert above["y"] + above["height"] <= below["y"] + 0.5
        assert above["height"] > 300


@pytest.mark.long
def test_dashboards_of_one_state_follow_each_other(page: Page, four) -> None:
    first, _, one, two = four
    assert one.locator(".panel:visible").count() == 1
    assert two.locator(".panel:visible").count() == 2
    visible = one.locator(".controls [data-field]:visible")
    assert set(visible.evaluate_all("e => e.map(x => x.dataset.field)")) == {"scale"}
    # a milestone goes with the control that it moves
    offered = one.locator(".milestone:visible").evaluate_all("m => m.map(x => x.dataset.control)")
    assert set(offered) == {"scale"}
    box = one.locator('input[type="number"][data-field="scale"]')
    box.fill("0.4")
    box.press("Enter")
    page.wait_for_function(
        """() => [...document.querySelectorAll('.linviz')].slice(2)
          .every(root => root.linviz.run.form.scale === 0.4)"""
    )
    assert value(one, "run.loss[0]") == value(two, "run.loss[0]")
    assert value(first, "run.form.scale") == 0.1
    two.locator(".scrubber").focus()
    page.keyboard.press("Home")
    assert value(two, "clock.t") == 0
    assert value(one, "clock.t") == value(one, "clock.last")  # each has a moment of its own
