"""How the page follows a hand: pictures a second while it drags, the exact picture after it.

Run it with ``python benchmarks/hand.py``; it needs Chromium and Playwright, starts the `linviz`
command itself and prints one table with the load of the computer. With ``--before CHECKOUT`` it
compares the processor time of the kernel's answer to a move, in kernel and page, with that of
another checkout: both answer in turn, so a load is that of both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from page import ANSWER, FLAGS, S1, opened, report, server
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

SIZE = '[type="range"][data-field="scale"]'
CONTROLS = {  # with the pixels that a handle goes in one move; a slider goes by its steps
    "s₁": (S1, 0),
    "size": (SIZE, 0),
    "level line": (".panel-modes .grip", 2),
    "weight": (".panel-network .weight-grip", 2),
}
MOVES = 30
ROUNDS = 3
REST = 4000  # ms until the next kernel is preheated

# Forty steps there and back again, one at the beginning of each frame, when a browser tells of a
# pointer; each is another value. Pictures are counted that are drawn and are not the last one.
FOLLOW = """async ([selector, pixels, seconds]) => {
  const root = document.querySelector('.linviz'), { page } = root.linviz;
  const hand = root.querySelector(selector), box = hand.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  hand.home ??= Number(hand.value);
  const press = (type, dy) => hand.dispatchEvent(new PointerEvent(type, {
    bubbles: true, button: 0, buttons: 1, pointerId: 1, pointerType: 'mouse',
    clientX: x, clientY: y - dy,
  }));
  const way = hand.home + 40 * hand.step <= hand.max ? 1 : -1;
  const to = (steps) => {
    if (pixels) return press('pointermove', pixels * steps);
    hand.value = hand.home + way * steps * hand.step;
    hand.dispatchEvent(new Event('input', { bubbles: true }));
  };
  hand.setPointerCapture = () => {}; // no pointer of the browser's own is pressed
  const foresee = page.foresee;
  let [events, pictures, last] = [0, 0, ''];
  page.foresee = (run) => {
    foresee(run);
    pictures += String(run.loss) !== last;
    last = String(run.loss);
  };
  press('pointerdown', 0);
  const start = performance.now();
  const passed = await new Promise((resolve) => {
    const frame = (now) => {
      if (now - start >= 1000 * seconds) return resolve((now - start) / 1000);
      requestAnimationFrame(frame); // before the page asks for the same frame
      events += 1;
      to(events % 80 < 40 ? events % 80 : 80 - (events % 80));
    };
    requestAnimationFrame(frame);
  });
  hand.turns = (hand.turns ?? 0) + 1;
  to(10 + ((7 * hand.turns) % 20)); // where it was not before
  page.foresee = foresee;
  const letGo = performance.now();
  const drawn = new Promise((resolve) => new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - letGo)));
  }).observe(root, { attributeFilter: ['data-run'] }));
  if (pixels) press('pointerup', 0);
  else hand.dispatchEvent(new Event('change', { bubbles: true }));
  return [events / passed, pictures / passed, await drawn];
}"""
STILL = "document.querySelector('.linviz').linviz.page.still.state === 'resting'"
AT_REST = """() => {
  const { clock } = document.querySelector('.linviz').linviz;
  if (document.querySelector('.play').getAttribute('aria-label') === 'Pause')
    document.querySelector('.play').click();
  clock.set(clock.last);
}"""

# a slider is taken in hand, and the kernel alone answers
HELD = """selector => {
  const root = document.querySelector('.linviz');
  if (root.linviz.page?.preview) root.linviz.page.preview.can = () => false;
  root.querySelector(selector).dispatchEvent(
    new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
}"""


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def measure(browser: Browser) -> None:
    """The hand on four controls."""
    with server() as url:
        for name, (selector, pixels) in CONTROLS.items():
            page, *_ = opened(browser, url, 1280, 800)
            page.evaluate(AT_REST)
            page.wait_for_timeout(REST)
            page.evaluate(FOLLOW, [selector, pixels, 1])
            page.wait_for_function(STILL)
            events, pictures, _ = page.evaluate(FOLLOW, [selector, pixels, 3])
            report(f"{name} under the hand: moves a second", f"{events:.0f}", load())
            report(f"{name} under the hand: new pictures a second", f"{pictures:.0f}", ">= 50")
            times = []
            for k in range(MOVES):
                page.wait_for_function(STILL)
                way = 1 if k % 2 else -1
                times.append(page.evaluate(FOLLOW, [selector, way * pixels, 0.1])[2])
            median, most = statistics.median(times), statistics.quantiles(times, n=10)[-1]
            words = f"{median:.0f} ms (90 %: {most:.0f})"
            report(f"{name} let go: the exact picture, {MOVES} moves", words, "<= 150 ms")
            page.context.close()


def kernel_time(checkout: Path) -> float:
    """Milliseconds of the kernel's processor for an answer."""
    script = Path(__file__).with_name("answers.py")
    path = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, script], cwd=checkout, env=path, check=True, capture_output=True, text=True
    )
    times = json.loads(told.stdout)
    return float(times["run"] + times["message"] + times["packing"])


def page_time(page: Page, devtools: CDPSession, selector: str, values: list[str]) -> float:
    """Milliseconds of the page's processor for an answer; not those in which it waits."""

    def busy() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    page.evaluate(HELD, selector)
    # the first move takes more; it is to another value than is there, also the second time
    page.evaluate(ANSWER, [selector, values[1]])
    before = busy()
    for value in values:
        page.evaluate(ANSWER, [selector, value])
    used = (busy() - before) / len(values)
    page.evaluate("window.dispatchEvent(new PointerEvent('pointerup'))")
    page.wait_for_timeout(800)
    return used


def compare(browser: Browser, before: Path) -> None:
    """The processor time of an answer here, as a part of that in another checkout."""
    sides = (before, Path(__file__).parents[1])
    kernel = [[kernel_time(side) for side in sides] for _ in range(ROUNDS)]
    tell("kernel", kernel)
    with ExitStack() as stack:
        pages = []
        for side in sides:
            page, *_ = opened(browser, stack.enter_context(server(cwd=side)))
            page.evaluate(AT_REST)
            page.wait_for_timeout(1500)
            devtools = page.context.new_cdp_session(page)
            devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
            pages.append((page, devtools))
        for name, selector, values in (
            ("s₁", S1, [f"{3 + 0.05 * (k % 20):.2f}" for k in range(1, MOVES + 1)]),
            ("size", SIZE, [f"{-1.2 + 0.05 * (k % 12):.2f}" for k in range(1, MOVES + 1)]),
        ):
            used = [[page_time(*each, selector, values) for each in pages] for _ in range(ROUNDS)]
            tell(f"page, {name}", used)


def tell(what: str, times: list[list[float]]) -> None:
    """The median ratio of the rounds, and the least time of each side."""
    before, here = (min(side) for side in zip(*times, strict=True))
    ratio = statistics.median(b / a for a, b in times)
    words = f"{ratio:.2f} of before ({here:.1f} / {before:.1f} ms)"
    report(what, words, f"<= 0.5, {load()}")


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS.split()
        )
        if "--before" in sys.argv:
            compare(browser, Path(sys.argv[sys.argv.index("--before") + 1]).resolve())
        else:
            measure(browser)
        browser.close()


if __name__ == "__main__":
    main()
