"""What is done in a page that Chromium shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError

PANELS = ("loss", "tree", "modes", "invariants", "hessian", "matrices")  # of the first screen
ALL = ("loss", "tree", "modes", "network", "invariants", "hessian", "matrices", "drift")


def often(kept: Any, cases: Sequence[Any]) -> list[Any]:
    """These cases of a test that opens a page for each: all but one are for the long lane."""
    assert cases.count(kept) == 1
    return [
        case
        if case == kept
        else pytest.param(*(case if isinstance(case, tuple) else [case]), marks=pytest.mark.long)
        for case in cases
    ]


# what keeps Chromium from calling home, and what a container asks of it
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # every other host is unknown. Stopping requests in Playwright instead would hold back the
    # last one of a page that is being left, which ends its kernel.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass
class Heard:
    """What a page complained of, and whom else it asked.

    Asserted empty at the end of every test; a test that provokes an error clears it.
    """

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


# Where a run that plays by itself would be in eight seconds: at its end.
PLAYED_OUT = """() => document.querySelectorAll('.linviz').forEach((root) => {
  const play = root.querySelector('.play:not(.place *)');  // rooms have their own
  if (play.getAttribute('aria-label') === 'Play') return;
  play.click();
  root.linviz.clock.set(root.linviz.clock.last);
})"""


# What is stored of a first screen is ready before its kernel is.
LIVE = """() => {
  const cells = document.getElementById('rendered_cells');
  return !cells || cells.hidden || cells.querySelector('.linviz') !== null;
}"""


def opened(
    page: Page, url: str, width: int = 1280, height: int = 800, *, plays: bool = False
) -> Page:
    """The page at this address, once it is ready and unfolded; a run that plays by itself
    is at its end."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url, wait_until="commit")
    page.wait_for_selector('.linviz[data-ready="true"]')
    page.wait_for_function(LIVE)
    page.evaluate("document.querySelector('.linviz .rest').open = true")
    if not plays:
        played_out(page)
    return page


def played_out(page: Page) -> None:
    """Go to the end of a run that plays by itself."""
    page.evaluate(PLAYED_OUT)


# What a page is put back by, as a visitor would do it; false while something is under way.
BACK = """wanted => {
  const root = document.querySelector('.linviz');
  const { run, clock, view } = root.linviz;
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
  root.querySelectorAll(':popover-open').forEach((menu) => menu.hidePopover());
  if (root.dataset.full) root.querySelector(`.panel-${root.dataset.full} .leave`).click();
  if (root.dataset.state === 'running') root.querySelector('.stop').click();
  root.querySelector('.rest').open = true;
  if (run.kept) root.querySelector('.freeze').click();
  const top = document.body;  // where the Tab key goes on from
  top.tabIndex = -1;
  top.focus();
  top.blur();
  top.removeAttribute('tabindex');
  getSelection().removeAllRanges();
  root.querySelectorAll('.unzoom:not([hidden])').forEach((button) => button.click());
  const play = root.querySelector('.play:not(.place *)');  // rooms have their own
  if (play.getAttribute('aria-label') === 'Pause') play.click();
  root.querySelector('.speed').value = String(wanted.view.speed);
  root.querySelector('.speed').dispatchEvent(new Event('change', { bubbles: true }));
  view.set(wanted.view);
  root.querySelector('.reset').click();
  root.querySelector('.notice button').click();
  clock.set(clock.last);
  scrollTo(0, 0);
}"""

# Whether the page shows what it opened with.
IS_BACK = """wanted => {
  const root = document.querySelector('.linviz');
  const { run, clock, view } = root.linviz;
  if (root.dataset.state !== 'ready' || run.kept || clock.t < clock.last) return false;
  const { edits, still } = root.linviz.page;
  if (edits.pending || still.state !== 'resting') return false;  // asked for, or axes glide
  const { id, t, ...look } = view.now;
  return run.query === wanted.query && run.form.preset === wanted.preset
    && JSON.stringify(look) === JSON.stringify(wanted.view);
}"""


class Board:
    """One page for many tests, put back to its first screen before each of them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        opened(page, url)
        self.wanted = page.evaluate(
            """() => {
              const { run, view } = document.querySelector('.linviz').linviz;
              const { id, t, ...look } = view.now;
              return { query: run.query, preset: run.form.preset, view: look };
            }"""
        )

    def anew(self) -> Page:
        """The page as it was when it was opened."""
        page = self.page
        page.mouse.move(0, 0)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate(BACK, self.wanted)
        try:
            page.wait_for_function(IS_BACK, arg=self.wanted, timeout=10_000)
        except TimeoutError:  # a test that failed leaves it in any state
            opened(page, self.url)
        page.evaluate("history.replaceState(history.state, '', location.pathname)")
        return page


def time_menu(page: Page) -> None:
    """Open what the time bar has besides: milestones, speed, the log axis."""
    if page.locator(".time-menu").is_hidden():
        page.locator(".time-more").click()


def run_id(page: Page) -> int:
    return int(page.locator(".linviz").get_attribute("data-run") or 0)


def moment(page: Page) -> float:
    """The time that the page shows."""
    return float(page.locator(".linviz").get_attribute("data-time") or "nan")


def shown(page: Page, path: str) -> Any:
    """A value of the run that the page holds."""
    return page.evaluate(
        f"""() => JSON.parse(JSON.stringify(document.querySelector('.linviz').linviz.run.{path},
        (key, value) => ArrayBuffer.isView(value) ? [...value] : value))"""
    )


def after(page: Page, action: Callable[[], object]) -> None:
    """Do something and wait for the run that follows."""
    before = run_id(page)
    action()
    page.wait_for_function(
        "n => Number(document.querySelector('.linviz').dataset.run) > n", arg=before
    )


def typed(page: Page, selector: str, text: str) -> None:
    page.locator(selector).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def number_of(field: str, index: str = "") -> str:
    position = f'[data-index="{index}"]' if index else ""
    return f'input[type="number"][data-field="{field}"]{position}'


def slider_of(field: str, index: str = "") -> str:
    return number_of(field, index).replace("number", "range")


def canvas_of(name: str) -> str:
    """Where the picture of a panel is."""
    layer = "canvas" if name in ("network", "matrices", "tree") else ".base"
    return f".panel-{name} .picture {layer}"


def colors(page: Page, selector: str) -> int:
    """How many different colors a canvas shows: a blank one shows one."""
    return page.evaluate(
        """selector => {
          const canvas = document.querySelector(selector);
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        selector,
    )


def sticking_out(page: Page) -> list[str]:
    """What is wider than the window: the page's frames, and what is cut off in them."""
    return page.evaluate(
        """() => {
          const root = document.querySelector('.linviz'), wide = [];
          for (let e = root; e; e = e.parentElement) {
            if (e.scrollWidth > innerWidth) wide.push(e.tagName + '.' + e.className);
          }
          const inside = [...root.querySelectorAll('button, input, select, p, h2, .picture')];
          const out = inside.filter(e => e.checkVisibility() && !e.closest('.tabs')  // they scroll
            && e.getBoundingClientRect().right > innerWidth + 0.5);
          return [...wide, ...out.map(e => e.outerHTML.slice(0, 100))];
        }"""
    )
