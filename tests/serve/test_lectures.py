"""The lectures as pages: all of each notebook, its own screen beside it, lines that can be read."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linviz.core.experiment.scenario import Scenario
from linviz.panels.link import read_link
from linviz.serve.lectures import INDEX, lecture, names

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MOST_CHARACTERS = 75
LECTURES = names()[1:]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unescape(re.sub(r"</?[a-z][^>]*>|\]\([^)]+\)", " ", text)))


def test_there_is_a_page_for_each_lecture_and_the_list() -> None:
    assert names() == (INDEX, *sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb")))
    assert len(LECTURES) == 10


@pytest.mark.parametrize("name", names())
def test_a_page_has_all_words_of_its_notebook(name: str) -> None:
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    page = lecture(name)
    asked = words(re.sub(r"^\d+\. |^## Panel$", "", text, flags=re.MULTILINE))
    assert words(page.before + page.after) == asked
    assert page.after.count("<details>") == text.count("<details>")
    html = page.html.decode()
    assert ".ipynb" not in re.sub(r"<code>.*?</code>", "", html)
    for target in re.findall(r'href="([\w-]+)\.html"', html):
        assert target in names()


@pytest.mark.parametrize("name", LECTURES)
def test_the_screen_beside_a_lecture_is_that_of_its_notebook(name: str) -> None:
    page = lecture(name)
    assert page.link is not None
    assert page.link.scenario != Scenario()
    again = read_link(page.query)
    assert not again.note
    assert again.scenario == page.link.scenario
    assert again.view == page.link.view


def test_a_lecture_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"expected a lecture among index, 01.*; found '\.\./x'"):
        lecture("../x")


LONGEST_LINE = """() => {
  let most = 0;
  for (const block of document.querySelectorAll("p, li")) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const lines = new Map();
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (let k = 0; k < node.length; k++) {
        const range = document.createRange();
        range.setStart(node, k);
        range.setEnd(node, k + 1);
        const box = range.getBoundingClientRect();
        if (box.width === 0) continue;
        const line = Math.round(box.bottom / 12);
        lines.set(line, (lines.get(line) ?? 0) + 1);
      }
    most = Math.max(most, ...lines.values());
  }
  return most;
}"""


@pytest.mark.browser
def test_a_lecture_is_read_and_tried(page: Page, voila_server: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(voila_server)
    page.locator(".linviz .rooms a").click()
    page.get_by_role("link", name="One hidden layer: the conjecture is true").click()
    panel = page.frame_locator("iframe")
    panel.locator('.linviz[data-ready="true"]').wait_for(timeout=60_000)
    assert 40 < page.evaluate(LONGEST_LINE) <= MOST_CHARACTERS
    page.get_by_text("Solution").nth(1).click()
    expect(page.get_by_text("At t = 14.8, then at t = 10.2")).to_be_visible()
    beside, head = (page.locator(name).bounding_box() for name in ("aside", "header"))
    assert beside is not None
    assert head is not None
    assert abs(beside["y"] - head["height"]) < 1  # the picture has stayed beside the tasks
    assert abs(beside["y"] + beside["height"] - 800) < 1  # whole, with its time bar
    panel.locator('[data-control="scale"] input').first.focus()
    panel.locator('[data-control="scale"] input').first.press("ArrowRight")
    panel.locator('.linviz:not([data-run="0"])').wait_for()
    panel.locator('.rooms [data-to="space"]').click()  # with the starts of the lecture
    panel.locator(".space:not(.network) .base").press("PageDown")
    panel.locator(".space:not(.network) .base").press("PageDown")
    expect(panel.locator(".space:not(.network) .headline")).to_contain_text("b = −0.74")
    panel.locator('.rooms [data-to="run"]').click()
    expect(panel.locator(".panel-loss")).to_be_visible()
    for size in ((1920, 1080), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate(LONGEST_LINE) <= MOST_CHARACTERS
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("link", name="All lectures").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lectures on the gradient flow")
    found = page.request.get(f"{voila_server}lectures/11-none.html")
    assert found.status == 404
    assert "All lectures" in found.text()
