"""A scenario opens at its start and plays once to its end, unless a link says a moment.

Killed by: opening at the end; playing for who prefers less motion; a control that moves the time; a
bar whose stretches are not the run's; scenarios that walk without the hall.
"""

import re
from collections.abc import Callable

import numpy as np
import pytest
from browsing import after, moment, opened, played_out, shown, slider_of
from playwright.sync_api import Page, expect

import linviz as lv
from linviz.core.experiment.presets import LECTURE
from linviz.core.statements.now import telling

# the digits are too large for a spectrum at every moment
OTHERS = [name for name in LECTURE if name not in ("saddle-to-saddle", "digits")]


def press(page: Page, key: str) -> None:
    page.locator("body").press(key)


FIRST_MOMENT = """new MutationObserver((_, observer) => {
  const { time } = document.querySelector('.linviz')?.dataset ?? {};
  if (time === undefined) return;
  window.first = time;
  observer.disconnect();
}).observe(document, { subtree: true, attributeFilter: ['data-time'] })"""


def test_a_scenario_opens_at_its_start_and_plays_once(
    new_page: Callable[..., Page], voila_server: str
) -> None:
    page = new_page()
    page.add_init_script(FIRST_MOMENT)
    opened(page, f"{voila_server}?preset=staircase", plays=True)
    expect(page.locator(".play")).to_have_attribute("aria-label", "Pause")
    assert page.evaluate("first") == "0"
    search = page.evaluate("location.search")
    page.wait_for_function("() => Number(document.querySelector('.linviz').dataset.time) > 0.5")
    assert page.evaluate("location.search") == search  # what plays by itself is no new address
    page.evaluate("document.querySelector('.linviz').linviz.clock.setPosition(0.97)")
    expect(page.locator(".play")).to_have_attribute("aria-label", "Play")
    assert moment(page) == LECTURE["staircase"].scenario.t_end
    # a link with a time opens there, and rests
    page = opened(new_page(), f"{voila_server}?preset=staircase&t=2.5", plays=True)
    expect(page.locator(".play")).to_have_attribute("aria-label", "Play")
    assert moment(page) == 2.5
    # in the hall the scenarios follow each other; elsewhere the keys are the browser's
    names = list(LECTURE)
    press(page, "PageDown")
    assert shown(page, "form.preset") == "staircase"
    page.evaluate("document.querySelector('.linviz').linviz.view.set({ lecture: true })")
    after(page, lambda: press(page, "PageDown"))
    assert shown(page, "form.preset") == names[names.index("staircase") + 1]
    expect(page.locator(".play")).to_have_attribute("aria-label", "Pause")
    after(page, lambda: press(page, "PageUp"))
    assert shown(page, "form.preset") == "staircase"


def test_who_prefers_less_motion_opens_at_the_moment_of_the_title(
    new_page: Callable[..., Page], voila_server: str
) -> None:
    page = opened(new_page(reduced_motion="reduce"), f"{voila_server}?preset=staircase", plays=True)
    expect(page.locator(".play")).to_have_attribute("aria-label", "Play")
    assert moment(page) == LECTURE["staircase"].moment


def test_a_control_keeps_the_time(board: Page) -> None:
    played_out(board)
    board.evaluate("document.querySelector('.linviz').linviz.clock.set(4)")
    after(board, lambda: board.locator(slider_of("scale")).press("ArrowRight"))
    assert moment(board) == 4


def test_the_bar_shows_the_stays(board: Page) -> None:
    stays, last = shown(board, "now.stays"), shown(board, "t")[-1]
    drawn = board.locator(".lane:not(.second) .stay").evaluate_all(
        """spans => spans.map(span => {
          const lane = span.parentElement.getBoundingClientRect();
          const { left, right } = span.getBoundingClientRect();
          const share = (x) => (x - lane.left) / lane.width;
          return [span.dataset.kind, share(left), share(right)];
        })"""
    )
    assert [kind for kind, _, _ in drawn] == [stay["kind"] for stay in stays]
    for (_, start, end), stay in zip(drawn, stays, strict=True):
        assert start == pytest.approx(stay["from"] / last, abs=0.01)
        assert end == pytest.approx(stay["to"] / last, abs=0.02)
    pips = board.locator(".timebar .known").evaluate_all(
        "rows => rows.map(row => [...row.children].map(pip => pip.dataset.mode ?? ''))"
    )
    known = [["1" if k in stay["learned"] else "" for k in (1, 2, 3)] for stay in stays]
    assert [[pip and "1" for pip in row] for row in pips] == known
    # the bar stands under the axis of the loss
    ends = board.evaluate(
        """() => { const root = document.querySelector('.linviz');
          const { x } = root.linviz.panels.find(p => p.name === 'loss').picture.frame.panes[0];
          const { left } = root.querySelector('.panel-loss .plot').getBoundingClientRect();
          const lane = root.querySelector('.lane').getBoundingClientRect();
          return [left + x.start, lane.left, left + x.end, lane.right]; }"""
    )
    assert ends[0] == pytest.approx(ends[1], abs=1)
    assert ends[2] == pytest.approx(ends[3], abs=1)


AT = """async times => { const root = document.querySelector('.linviz');
  const { clock, panels } = root.linviz;
  const picture = name => panels.find(panel => panel.name === name).picture;
  const context = root.querySelector('.panel-hessian .cursor').getContext('2d');
  const { clearRect, fillText } = context;
  let told = [];
  context.clearRect = (...box) => { told = []; clearRect.apply(context, box); };
  context.fillText = (...at) => { told.push(at[0]); fillText.apply(context, at); };
  const found = [];
  for (const t of times) {
    clock.set(t);
    await new Promise(requestAnimationFrame);
    const here = clock.position;
    const part = (span, name) => Number(span.style.getPropertyValue(name));
    const stretch = [...root.querySelectorAll('.lane:not(.second) .stay')].find(span =>
      part(span, '--from') <= here && here < part(span, '--to'));
    const { laid, drawn } = picture('tree');
    const node = drawn.tree.nodes[laid.at.here];
    // a large number is drawn after its word; in a narrow picture they are one sentence
    const words = told.join(' ');
    const counts = (words.match(/([0-9]+) up, ([0-9]+) flat, ([0-9]+) ways? down/)
      ?? words.match(/up ([0-9]+) flat ([0-9]+) ways? down ([0-9]+)/) ?? []).slice(1);
    found.push([root.querySelector('.headline').textContent, stretch?.dataset.kind ?? '',
      node?.learned ?? null, counts]);
  }
  return found; }"""


@pytest.mark.parametrize(
    "name",
    ["saddle-to-saddle", *(pytest.param(n, marks=pytest.mark.long) for n in OTHERS)],
)
def test_headline_tree_counts_and_bar_are_where_the_core_says(board: Page, name: str) -> None:
    after(board, lambda: board.locator('[data-field="preset"]').select_option(name))
    board.evaluate("document.querySelector('.linviz').linviz.view.set({ room: 'run' })")
    played_out(board)
    board.wait_for_function("document.querySelector('.linviz').linviz.run.spectra")
    run = lv.run(lv.presets[name])
    said, times = telling(run), run.trajectory.t
    frames = np.unique(np.linspace(0, len(times) - 2, 50).astype(int))
    moments = (0.5 * (times[frames] + times[frames + 1])).tolist()  # between two frames
    found = board.evaluate(AT, moments)
    for k, t, (headline, kind, learned, counts) in zip(frames, moments, found, strict=True):
        stay = run.now(t).stay
        assert kind == ("" if stay is None else stay.kind)
        told = "".join(text for text, _ in said.at(int(k)).headline)
        assert plain(headline) == plain(told)
        assert learned == (None if stay is None else [mode + 1 for mode in stay.learned])
        if stay is not None and stay.inertia is not None:
            assert counts == [str(n) for n in reversed(stay.inertia)]


def plain(sentence: str) -> str:
    """Without the numbers that move: they are of the frame in one, of the moment in the other."""
    return re.sub(r"(learned,|network: L =|Descent: L =) \S+", r"\1 …", sentence)
