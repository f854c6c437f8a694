"""How fast the page is: its first picture, its kernel, a control's answer, the time cursor.

Run it with ``python benchmarks/page.py``; it needs Chromium and Playwright, starts the
`linviz` command itself and prints one table. Times depend on the computer; the targets
stand beside them.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
READY = '.linviz[data-ready="true"]'
LIVE = "#rendered_cells:is([hidden], :has(.linviz))"  # its kernel is there

# from the beginning of the page until the first picture is on the screen
FIRST = f"""new MutationObserver(() => {{
  if (window.linvizDrawn || !document.querySelector('{READY}')) return;
  requestAnimationFrame(() => setTimeout(() => (window.linvizDrawn ??= performance.now())));
}}).observe(document, {{ subtree: true, childList: true, attributes: true }})"""

# from the event of a control until the new picture is on the screen
ANSWER = """async ([selector, value]) => {
  const root = document.querySelector('.linviz'), input = root.querySelector(selector);
  const start = performance.now();
  const drawn = new Promise((resolve) => new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  }).observe(root, { attributeFilter: ['data-run'] }));
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  return drawn;
}"""

# moves the scrubber once a frame, and counts
FRAMES = """async () => {
  const scrubber = document.querySelector('.scrubber');
  const start = performance.now();
  for (let k = 0; k < 120; k++) {
    await new Promise(requestAnimationFrame);
    scrubber.value = (k * 37) % 1000;
    scrubber.dispatchEvent(new Event('input', { bubbles: true }));
  }
  return 120000 / (performance.now() - start);
}"""

S1 = '[type="range"][data-field="singular_value"][data-index="0"]'


@contextmanager
def server(*options: str, cwd: Path | None = None) -> Iterator[str]:
    command = [sys.executable, "-m", "linviz", "--no-browser", *options]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.search(r"http://\S+", process.stdout.readline())
        assert match is not None, "the linviz command printed no address"
        try:
            yield match.group()
        finally:
            process.terminate()


def opened(
    browser: Browser, url: str, width: int = 1920, height: int = 1080
) -> tuple[Page, float, float]:
    """The page, and the seconds until its first picture and until it is live."""
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.add_init_script(FIRST)
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(LIVE, state="attached")
    live = time.perf_counter() - start
    page.wait_for_function("window.linvizDrawn")
    return page, page.evaluate("window.linvizDrawn") / 1000, live


def report(what: str, measured: str, target: str) -> None:
    print(f"{what:<58}{measured:>22}   {target}")


def opening(browser: Browser, what: str, target: str, rest: float, *options: str) -> None:
    with server(*options) as url:
        firsts, times = [], []
        for _ in range(4):
            time.sleep(rest)
            page, first, live = opened(browser, url)
            firsts.append(first)
            times.append(live)
            page.context.close()
    report(f"first picture, {what}", f"{statistics.median(firsts):.2f} s", "<= 0.7 s")
    report(f"live, {what}", f"{statistics.median(times):.2f} s", target)


def answers(page: Page, what: str, selector: str, values: list[str], target: str) -> None:
    times = [page.evaluate(ANSWER, [selector, value]) for value in values]
    slowest = max(times)
    report(what, f"{statistics.median(times):.0f} ms (max {slowest:.0f})", target)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS.split()
        )
        opening(browser, "cold kernel", "<= 4 s", 1, "--preheat", "0")
        opening(browser, "preheated kernel", "<= 2 s", 4, "--preheat", "1")
        with server() as url:
            page, *_ = opened(browser, url)
            values = [f"{3 + 0.05 * (k % 20):.2f}" for k in range(1, 31)]
            answers(page, "singular value moved, default scenario", S1, values, "<= 150 ms")
            scale = '[type="range"][data-field="scale"]'
            values = [f"{-1.2 + 0.05 * (k % 12):.2f}" for k in range(1, 31)]
            answers(page, "initial scale moved, default scenario", scale, values, "<= 150 ms")
            report("time cursor", f"{page.evaluate(FRAMES):.0f} frames/s", ">= 30")
        browser.close()


if __name__ == "__main__":
    main()
