"""Makes the README's picture: the dashboard on its default scenario, in the middle of the run.

Run it with ``python benchmarks/picture.py``; it needs Chromium and Playwright.
"""

from __future__ import annotations

from pathlib import Path

from page import FLAGS, opened, server
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[1] / "notebooks" / "dashboard.png"


def main() -> None:
    with server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS.split()
        )
        page, *_ = opened(browser, url)
        page.set_viewport_size({"width": 1600, "height": 900})
        page.locator(".scrubber").focus()
        page.keyboard.press("Home")
        for _ in range(4):
            page.keyboard.press("PageUp")
        page.wait_for_selector('.panel-hessian[data-spectra="moving"]')
        page.locator(".scrubber").blur()
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
