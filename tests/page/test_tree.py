"""The tree of critical values and the Hessian of a moment: one place, one count, one height."""

from typing import Any

import numpy as np
import pytest
from browsing import after, opened, shown
from playwright.sync_api import Browser, Page, expect

import linviz as lv

pytestmark = pytest.mark.browser

PICTURE = "document.querySelector('.linviz').linviz.panels.find(p => p.name === '{}').picture"


def at(page: Page, t: float) -> None:
    page.evaluate("t => document.querySelector('.linviz').linviz.clock.set(t)", t)


def picture(page: Page, name: str, part: str) -> Any:
    return page.evaluate(f"() => {PICTURE.format(name)}.{part}")


def marks(page: Page) -> dict[str, list[float]]:
    """Heights of the Hessian's marks by their names."""
    return {group["name"]: list(group["y"]) for group in picture(page, "hessian", "drawn.marks")}


def spectra(page: Page) -> None:
    """Wait until the eigenvalues along the run are there."""
    page.wait_for_function("() => document.querySelector('.linviz').linviz.run.spectra?.n > 0")


def test_tree_hessian_and_headline_say_the_same_of_every_rest(board: Page) -> None:
    spectra(board)
    run = lv.run(lv.Scenario())
    for stay in run.stays:
        at(board, 0.5 * (stay.start + stay.end))
        here = picture(board, "tree", "laid.at.here")
        node = shown(board, "pictures.tree.tree.nodes")[here]
        assert node["learned"] == [k + 1 for k in stay.learned]
        if stay.inertia is not None and stay is not run.stays[-1]:
            down, _, up = (len(marks(board).get(side, [])) for side in ("down", "flat", "up"))
            assert (down, up) == (stay.inertia[0], stay.inertia[2])  # the flat ones are a bar
    told = board.locator(".panel-tree button[aria-label]").evaluate_all(
        "buttons => buttons.map(b => b.getAttribute('aria-label'))"
    )
    assert any("flat saddle {1} | {2,3}, loss 2.5" in name for name in told)


def test_now_stands_at_one_height_on_the_loss_and_on_the_tree(board: Page) -> None:
    for t in (1.8, 4.85, 11.0):
        at(board, t)
        value = np.interp(t, shown(board, "t"), shown(board, "loss"))
        height = board.evaluate(f"v => {PICTURE.format('loss')}.frame.panes[0].y.at(v)", value)
        assert picture(board, "tree", "laid.now.y") == pytest.approx(height, abs=0.5)
    expect(board.locator(".bridge")).to_be_visible()
    board.locator(".panel-loss .more").press("Enter")
    board.locator('[data-view="log_loss"]').check()
    expect(board.locator(".bridge")).to_be_hidden()  # no tree has a place for 0 on a log axis


def test_all_eigenvalues_of_a_moment_are_inside_the_axis_which_stands_still(board: Page) -> None:
    spectra(board)
    run = lv.run(lv.Scenario())
    ranges = set()
    for k in (0, len(run.trajectory.t) // 3, len(run.trajectory.t) // 2):
        at(board, float(run.trajectory.t[k]))
        low, high = picture(board, "hessian", "drawn.panes[0].y.range")
        ranges.add((low, high))
        drawn = np.sort(np.concatenate([*marks(board).values()]))
        W = run.trajectory.frame(k)
        exact = np.linalg.eigvalsh(lv.hessian(run.trajectory.problem, W))
        if len(drawn) == len(exact):  # rings and bars aside
            np.testing.assert_allclose(drawn, exact, atol=0.05 * exact[-1])
        assert low < exact[0]
        assert exact[-1] < high
    assert len(ranges) == 1


def test_the_limit_is_one_click_away_and_what_the_end_shows(board: Page) -> None:
    spectra(board)
    signs = lv.run(lv.Scenario()).spectrum
    expected = {"up": signs.n_positive, "down": signs.n_negative}
    toggle = board.locator(".panel-hessian .toggle")
    now, limit = (toggle.get_by_role("button", name=name) for name in ("now", "limit"))
    for act in (lambda: at(board, 1e9), lambda: (at(board, 4.0), limit.click())):
        act()
        expect(limit).to_have_attribute("aria-pressed", "true")
        found = marks(board)
        assert {side: len(found.get(side, [])) for side in expected} == expected
        assert picture(board, "hessian", "told") == "minimum, as theory predicts"
    now.click()
    expect(now).to_have_attribute("aria-pressed", "true")
    assert len(marks(board)["down"]) > 0


def test_a_link_opens_the_limit_at_its_moment(chromium: Browser, voila_server: str) -> None:
    page = opened(chromium.new_page(), f"{voila_server}?t=4&hessian=limit")
    expect(page.locator('[data-hessian="limit"]')).to_have_attribute("aria-pressed", "true")
    page.context.close()


def test_the_keyboard_reaches_every_node_and_starts_beside_it(board: Page) -> None:
    first = board.locator('.doors-of-tree button[tabindex="0"]')
    expect(first).to_have_count(1)
    first.focus()
    names = set()
    for _ in range(8):
        names.add(board.evaluate("() => document.activeElement.title"))
        board.keyboard.press("ArrowDown")
    assert len(names) == board.locator(".doors-of-tree button").count() == 8
    while "{1} | {2,3}" not in board.evaluate("() => document.activeElement.title"):
        board.keyboard.press("ArrowDown")
    after(board, lambda: board.keyboard.press("Enter"))
    assert shown(board, "now.stays[0].learned") == [1]
