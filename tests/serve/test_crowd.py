"""A lecture hall that opens the page at once: all get it, and each has a run of their own."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from browsing import Heard, after, number_of, shown, typed
from playwright.sync_api import Page
from serving import SECONDS, Server

pytestmark = [pytest.mark.browser, pytest.mark.long]

VISITORS = 20


def test_twenty_visitors_at_once_get_a_page_and_a_run_of_their_own(
    new_page: Callable[..., Page],
    start_server: Callable[..., AbstractContextManager[Server]],
    heard: Heard,
) -> None:
    with start_server("--max-pages", str(2 * VISITORS)) as server:
        pages = [new_page(viewport={"width": 800, "height": 600}) for _ in range(VISITORS)]
        for page in pages:
            page.set_default_timeout(3000 * SECONDS)
            page.goto(server.url, wait_until="commit")
        for page in pages:
            page.wait_for_selector('.linviz[data-ready="true"]')
        assert len(server.kernels()) >= VISITORS
        for seed, page in enumerate(pages, 100):
            after(page, lambda page=page, seed=seed: typed(page, number_of("seed"), str(seed)))
        assert [shown(page, "form.seed") for page in pages] == [*range(100, 100 + VISITORS)]
        # what Voila's manager says of a page that it gave up, and that was asked for anew
        heard.errors[:] = [said for said in heard.errors if "widget model not found" not in said]
        for page in pages:
            page.context.close()  # before the server ends, or they miss it
