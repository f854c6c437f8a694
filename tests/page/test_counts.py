"""A screen holds at most 160 words and 90 numbers, and says nothing twice.

What is drawn counts, ticks and names of classes too; closed menus and the rooms' names do not.
"""

import re
from itertools import pairwise

import pytest
from browsing import often, opened
from playwright.sync_api import Page

from linviz.core.experiment.presets import LECTURE

pytestmark = pytest.mark.browser

MOST_WORDS, MOST_NUMBERS = 160, 90

# Texts on each canvas since it was last cleared, kept beside it.
RECORD = """() => {
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    (this.canvas.written ??= []).push(String(text));
    return fillText.call(this, text, ...place);
  };
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    this.canvas.written = [];
    return clearRect.call(this, ...box);
  };
}"""

# All that is written on the screen: in visible elements, in fields and menus, on canvases. What
# belongs together is one text.
WRITTEN = """() => {
  const root = document.querySelector('.linviz'), found = [];
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (box.width < 2 || box.height < 2) return false;
    for (let at = element; at && at !== root; at = at.parentElement) {
      const outer = at.getBoundingClientRect();
      const cut = getComputedStyle(at).overflow !== 'visible';
      if (cut && (box.top >= outer.bottom - 1 || box.bottom <= outer.top + 1)) return false;
    }
    return box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0;
  };
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), texts = new Map();
  while (walk.nextNode()) {
    const { parentElement: element, data } = walk.currentNode;
    if (element.closest('option, select, script, style, math, .rooms')) continue;
    if (!data.trim() || !seen(element)) continue;
    const block = '.headline, .facts, p, button, .what, .changes, .seen';
    const whole = element.closest(block) ?? element;
    texts.set(whole, (texts.get(whole) ?? '') + data);
  }
  found.push(...texts.values());
  for (const field of root.querySelectorAll('input, select, canvas, math')) {
    if (!seen(field)) continue;
    // a formula's letters are one word to a reader
    if (field.matches('math')) found.push(field.textContent.replace(/\\s/g, ''));
    if (field.matches('canvas')) found.push(...(field.written ?? []));
    else if (field.closest('.pick')) continue; // unseen: what is chosen is written over it
    else if (field.matches('select')) found.push(field.selectedOptions[0]?.text ?? '');
    else if (field.matches('[type=number], [type=text]')) found.push(field.value);
  }
  return found;
}"""


def counts(texts: list[str]) -> tuple[int, int]:
    """How many words and how many numbers stand on the screen."""
    tokens = " ".join(texts).split()
    numbers = [n for token in tokens for n in re.findall(r"\d+(?:\.\d+)?(?:e[−+-]?\d+)?", token)]
    words = [t for t in tokens if re.search(r"[^\W\d_]", t) and not re.search(r"\d", t)]
    return len(words), len(numbers)


# What joins words says nothing; "ways down" are counted in words beside the Hessian's marks, and
# each card says what it sets.
JOINS = re.compile(
    r"\b(?:an?|and|are|as|at|be|by|for|from|in|is|it|its|of|on|or|that|the|to|with)\b"
    r"|ways down|sets the rule to"
)


def repeats(texts: list[str]) -> set[str]:
    """Two telling words after each other, or more, that stand in two texts."""
    found: dict[str, int] = {}
    repeated = set()
    for k, text in enumerate(texts):
        for phrase in re.split(r"[^\w\s'-]+", JOINS.sub(" ", text.lower())):
            words = phrase.split()
            for pair in map(" ".join, pairwise(words)):
                if (
                    re.fullmatch(r"[a-z'-]{3,} [a-z'-]{3,}", pair)
                    and found.setdefault(pair, k) != k
                ):
                    repeated.add(pair)
    return repeated


def check(page: Page, url: str) -> None:
    page.add_init_script(f"({RECORD})()")
    opened(page, url, 1920, 1080)
    page.evaluate("document.querySelector('.linviz .rest').open = false")  # as a page opens
    page.wait_for_timeout(500)
    texts = page.evaluate(WRITTEN)
    words, numbers = counts(texts)
    assert words > 10  # else nothing was read
    assert numbers > 5
    assert words <= MOST_WORDS, texts
    assert numbers <= MOST_NUMBERS, texts
    assert not repeats(texts)


@pytest.mark.parametrize(
    "query",
    often(
        "?t=4.85",
        [
            *("?t=4.85", "?preset=saddle-to-saddle&t=6", "?preset=saddle-to-saddle&t=19"),
            *("?preset=digits&t=60", "?A=preset%3Dbottleneck&t=3", "?lecture=1"),
        ],
    ),
)
def test_the_first_screen_holds_few_words_and_numbers(
    page: Page, voila_server: str, query: str
) -> None:
    check(page, f"{voila_server}{query}")


@pytest.mark.long
@pytest.mark.parametrize("name", LECTURE)
def test_so_does_that_of_every_lecture_at_its_moment(
    page: Page, voila_server: str, name: str
) -> None:
    check(page, f"{voila_server}?preset={name}&t={LECTURE[name].moment}")
