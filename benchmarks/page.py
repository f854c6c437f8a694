"""How fast the page is: its first picture, its kernel, a control's answer, the time cursor.

Run it with ``python benchmarks/page.py``; it needs Chromium and Playwright, starts the
`linviz` command itself and prints one table. Times depend on the computer; the targets
stand beside them. With ``--before CHECKOUT`` it compares the processor time of an answer to
a slider that is dragged, in kernel and page, with that of another checkout in the same run.
"""

from __future__ import annotations

import json
import os
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


# a slider is taken in hand, and the kernel alone answers
HELD = """selector => {
  const root = document.querySelector('.linviz');
  if (root.linviz.page?.preview) root.linviz.page.preview.can = () => false;
  root.querySelector(selector).dispatchEvent(
    new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
}"""
S1 = '[type="range"][data-field="singular_value"][data-index="0"]'


def kernel_time(checkout: Path) -> float:
    """Milliseconds of the kernel's processor for an answer."""
    script = Path(__file__).with_name("answers.py")
    path = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, script], cwd=checkout, env=path, check=True, capture_output=True, text=True
    )
    times = json.loads(told.stdout)
    return float(times["run"] + times["message"] + times["packing"])


def page_time(browser: Browser, checkout: Path) -> tuple[float, list[float]]:
    """Milliseconds of the page's processor for an answer, and how long each of 30 took."""
    with server(cwd=checkout) as url:
        page, *_ = opened(browser, url)
        page.evaluate("document.querySelector('.play').click()")
        page.wait_for_timeout(2000)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})  # not while it waits

        def busy() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")

        page.evaluate(HELD, S1)
        before = busy()
        times = [page.evaluate(ANSWER, [S1, f"{3 + 0.05 * (k % 20):.2f}"]) for k in range(1, 31)]
        used = (busy() - before) / len(times)
        page.context.close()
    return used, times


def compare(browser: Browser, before: Path) -> None:
    """The processor time of an answer here, as a part of that in another checkout."""
    here = Path(__file__).parents[1]
    kernel = {side: min(kernel_time(side) for _ in range(2)) for side in (before, here)}
    report("kernel", f"{kernel[here] / kernel[before]:.2f} of before", "<= 0.5")
    used, times = zip(*(page_time(browser, side) for side in (before, here)), strict=True)
    report("page", f"{used[1] / used[0]:.2f} of before", "<= 0.5")
    for side, each in zip(("before", "here"), times, strict=True):
        median, most = statistics.median(each), statistics.quantiles(each, n=10)[-1]
        report(f"30 moves, {side}", f"{median:.0f} ms (90 %: {most:.0f})", "")


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


def opened(browser: Browser, url: str) -> tuple[Page, float, float]:
    """The page, and the seconds until its first picture and until it is live."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
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
        if "--before" in sys.argv:
            compare(browser, Path(sys.argv[sys.argv.index("--before") + 1]).resolve())
            browser.close()
            return
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
