"""Makes the README's picture: the dashboard on its default scenario, in the middle of the run.

Run it with ``python benchmarks/picture.py``; it needs Chromium and Playwright.
"""

from __future__ import annotations

from pathlib import Path

from page import FLAGS, READY, server
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[1] / "notebooks" / "dashboard.png"
MOMENT = 4.85  # mode 2 is being learned


def main() -> None:
    with server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS.split()
        )
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.goto(f"{url}?t={MOMENT}")
        page.wait_for_selector(READY)
        # the Hessian's eigenvalues along the run come a moment later
        page.wait_for_function("document.querySelector('.linviz').linviz.run.spectra")
        page.evaluate("() => new Promise((done) => setTimeout(done, 500))")
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
