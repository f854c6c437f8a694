"""A rule that was added as one entry has its place in the browser's form."""

from pathlib import Path

import pytest
from conforming import NEW_NETWORK, NEW_RULE
from playwright.sync_api import Page, expect

import linviz as lv
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.rules import RULES
from linviz.panels import standalone
from linviz.panels.shown import Shown

pytestmark = pytest.mark.browser


def test_a_new_rule_and_a_new_activation_are_in_the_form(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser's code is that of every other page: it knows them from the catalogue alone."""
    monkeypatch.setitem(RULES, NEW_RULE.name, NEW_RULE)
    monkeypatch.setitem(BESIDE, NEW_NETWORK.name, NEW_NETWORK)
    run = lv.run(lv.Scenario(rule=NEW_RULE.name, beside=NEW_NETWORK.name, t_end=1.0))
    path = tmp_path / "linviz.html"
    path.write_bytes(standalone.page(Shown(run), {}, lambda *_: False))
    page.goto(path.as_uri())
    page.wait_for_selector('.linviz[data-ready="true"]')
    for field, entry in (("rule", NEW_RULE), ("beside", NEW_NETWORK)):
        menu = page.locator(f'select[data-field="{field}"]')
        expect(menu).to_have_value(entry.name)
        assert menu.locator("option:checked").text_content() == entry.title
    used = page.locator(".controls [data-uses]:not([hidden])").evaluate_all(
        "all => all.map((e) => e.dataset.uses)"
    )
    assert used == [field.name for field in NEW_RULE.fields]
    expect(page.locator(".panel-loss .words")).to_contain_text("cubic network")
