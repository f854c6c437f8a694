"""Access: axe-core's rules on every state of the page, and all of it worked by the keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PANELS, after, canvas_of, colors, moment, often, opened, shown, sticking_out
from playwright.sync_api import Page, expect

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.rules import RULES
from linviz.panels.panel import PANELS as EVERY

pytestmark = pytest.mark.browser

SIZES = ((1920, 1080), (1280, 800), (390, 844))


NAMING = ["cat.forms", "cat.name-role-value", "cat.aria", "cat.parsing"]


def faults(
    page: Page, context: str | None = ".linviz", rules: list[str] | None = None
) -> list[tuple[str, list[str]]]:
    """What axe finds serious or critical: rule and elements."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = Axe().run(page, context=context, options=options)
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"][:5]])
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def set_view(page: Page, **given: Any) -> None:
    page.evaluate("given => document.querySelector('.linviz').linviz.view.set(given)", given)


# ---------------------------------------------------------------- axe


@pytest.mark.parametrize(("width", "height"), often((1280, 800), SIZES))
def test_axe_finds_no_fault_at_this_size(page, voila_server, width, height) -> None:
    opened(page, voila_server, width, height)
    for theme in ("light", "dark"):
        set_view(page, colors=theme)
        expect(page.locator(".linviz")).to_have_attribute("data-theme", theme)
        assert faults(page) == []
    set_view(page, lecture=True)
    assert faults(page) == []


def test_axe_finds_no_fault_in_the_document(board: Page) -> None:
    """Voila's wrapper too, without an exception."""
    assert faults(board, None) == []


def test_axe_finds_no_fault_in_menus_and_dialogs(board: Page) -> None:
    board.locator(".panel-loss .more").click()
    for theme in ("light", "dark"):
        set_view(board, colors=theme)
        assert faults(board, ".panel-loss") == []
    board.locator(".panel-loss .menu button").first.click()
    assert faults(board, "dialog.data-table") == []
    board.keyboard.press("Escape")
    for name, dialog in (("share", "share"), ("view", "look"), ("theory", "theory")):
        expect(board.locator(f".open-{name}")).to_be_enabled()
        board.locator(f".open-{name}").click()
        for theme in ("light", "dark"):
            set_view(board, colors=theme)
            assert faults(board, f".linviz .{dialog}") == [], (name, theme)
        board.keyboard.press("Escape")


def fields_shown(page: Page) -> set[str]:
    """The fields of a rule and of what runs beside that have a control in sight."""
    return set(
        page.locator(".controls [data-control][data-uses]").evaluate_all(
            """all => all.filter((e) => e.checkVisibility())
            .flatMap((e) => e.dataset.uses.split(' '))"""
        )
    )


@pytest.mark.long
def test_axe_finds_no_fault_in_the_form_of_any_entry(board: Page) -> None:
    """Every rule, data set and comparison, with the controls that it uses and no others."""
    data = board.locator('[data-field="data"]')
    for field, entries in (("rule", RULES), ("beside", BESIDE)):
        menu = board.locator(f'[data-field="{field}"]')
        for name in (*list(entries)[1:], next(iter(entries))):  # the first is in force
            after(board, lambda menu=menu, name=name: menu.select_option(name))
            assert faults(board, ".linviz .controls", NAMING) == []
            own = RULES[shown(board, "form.rule")], BESIDE[shown(board, "form.beside")]
            used = {each.name for entry in own for each in entry.fields}
            assert fields_shown(board) == used
    after(board, lambda: board.locator('[data-field="beside"]').select_option("descent"))
    for name in ("stretched", "cloud", "canonical"):
        after(board, lambda name=name: data.select_option(name))
        assert faults(board, ".linviz .controls", NAMING) == []
    data.select_option("file")
    board.locator(".notice").evaluate(
        "n => { n.hidden = false; n.querySelector('p').textContent = 'Words'; }"
    )
    assert faults(board) == []


# ---------------------------------------------------------------- colors


def luminance(color: str) -> float:
    if color.startswith("#"):
        channels = [int(color[k : k + 2], 16) for k in (1, 3, 5)]
    else:
        channels = [int(float(c)) for c in re.findall(r"[\d.]+", color)[:3]]
    r, g, b = (c / 3294 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


# names and colors of all that stands in pictures with axes
DRAWN = """() => document.querySelector('.linviz').linviz.panels.flatMap(panel => {
  const drawn = panel.picture.drawn;
  if (!drawn) return [];
  const lines = [...drawn.levels, ...drawn.curves].map(l => [l.name, l.line.color]);
  const labels = drawn.levels.filter(l => l.label).map(l => [l.label.words, l.label.color]);
  return [...lines, ...labels, ...[...drawn.marks, ...drawn.texts].map(m => [m.name, m.color])];
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_have_contrast_in_both_themes(board: Page, theme: str) -> None:
    set_view(board, colors=theme)
    style = board.locator(".linviz").evaluate(
        """root => Object.fromEntries(['text', 'soft', 'axis', 'cursor', 'paper', 'back'].map(
          name => [name, getComputedStyle(root).getPropertyValue('--' + name).trim()]))"""
    )
    for ground in ("paper", "back"):
        assert contrast(style["text"], style[ground]) >= 7
        assert contrast(style["soft"], style[ground]) >= 4.5
        assert contrast(style["axis"], style[ground]) >= 3
    assert contrast(style["cursor"], style["paper"]) >= 7
    lines = board.evaluate(DRAWN)
    assert len(lines) > 20
    guides = {"#e8ebee", "#29313a"}  # the grid's: what the tree has beside it stands out there
    grounds = [line for line in lines if line[0].endswith(", ground")]  # of paper, under a mark
    assert {color for _, color in grounds} == {style["paper"]}
    told = [line for line in lines if line[1] not in guides and line not in grounds]
    weak = [line for line in told if contrast(line[1], style["paper"]) < 3]
    assert weak == []


def test_forced_colors_leave_the_controls_to_be_seen(new_page, voila_server) -> None:
    page = opened(new_page(forced_colors="active"), voila_server)
    for selector in (".play", ".scrubber", ".open-share", ".panel-loss .more", ".draw"):
        expect(page.locator(selector).first).to_be_visible()
    unseen = page.locator(".linviz :is(button, input, select):visible").evaluate_all(
        """controls => controls.filter(control => {
          const style = getComputedStyle(control);
          return style.color === style.backgroundColor || style.opacity === '0';
        }).map(control => control.outerHTML)"""
    )
    assert unseen == []
    for name in PANELS:
        assert colors(page, canvas_of(name)) > 5


# ---------------------------------------------------------------- names


def test_every_control_has_a_name_of_its_own(board: Page) -> None:
    """As a screen reader would say it; hidden ones too, for they come and go."""
    names = board.locator(".linviz").evaluate(
        """root => [...root.querySelectorAll('input, select, button, textarea, [tabindex="0"]')]
          .filter(e => !e.closest('dialog'))
          .map(e => [e.outerHTML.slice(0, 120), e.type, e.getAttribute('aria-label')
            || [...(e.labels ?? [])].map(l => l.textContent.trim()).join(' ')
            || e.textContent.trim()])"""
    )
    assert [html for html, _, name in names if not name] == []
    visible = board.locator(".linviz").aria_snapshot()
    for unnamed in ("- button\n", "- textbox\n", "- slider\n", "- combobox\n", "- spinbutton\n"):
        assert unnamed not in visible
    menus = board.locator(".panel .more").evaluate_all("m => m.map(x => x.ariaLabel)")
    assert len(set(menus)) == len(menus) == len(EVERY)


def test_pictures_are_described_in_words(board: Page) -> None:
    for name in PANELS:
        picture = board.locator(canvas_of(name))
        expect(picture).to_have_attribute("role", "img")
        assert len(picture.get_attribute("aria-label") or "") > 40


def test_the_headline_is_live_where_time_stands_still_and_the_clock_is_not(board: Page) -> None:
    headline = board.locator('.headline[role="status"]')
    expect(headline).to_contain_text("global minimum")
    expect(headline).to_have_attribute("aria-live", "polite")
    board.locator(".play").click()  # a live region that speaks sixty times a second is noise
    expect(headline).to_have_attribute("aria-live", "off")
    board.wait_for_timeout(1000)
    expect(headline).to_have_attribute("aria-live", "off")
    board.locator(".play").click()
    expect(headline).to_have_attribute("aria-live", "polite")
    board.keyboard.press("End")
    rule = board.locator('[data-field="rule"]')
    after(board, lambda: rule.select_option("zeros"))
    expect(headline).not_to_contain_text("global minimum")
    expect(board.locator(".moment")).to_have_attribute("aria-live", "off")
    scrubber = board.locator(".scrubber")
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile("^t = .*L = "))


# ---------------------------------------------------------------- keyboard


def name_of_focus(page: Page) -> str:
    return page.evaluate(
        """() => { const e = document.activeElement;
          if (!e.closest('.linviz')) return '';
          return [e.closest('.panel')?.className, e.className, e.tagName, e.type,
            e.getAttribute('data-field'), e.getAttribute('data-index'), e.name, e.value,
            e.getAttribute('aria-label'), e.textContent.slice(0, 20)].join('|'); }"""
    )


def walked(page: Page, key: str = "Tab") -> list[str]:
    """What has the focus, one after the other, until it leaves the dashboard."""
    page.evaluate("() => document.activeElement.blur()")
    found: list[str] = []
    for _ in range(200):
        page.keyboard.press(key)
        name = name_of_focus(page)
        if found and (name == "" or name == found[0]):
            return found
        if name:
            found.append(name)
    raise AssertionError(f"the focus goes round and round: {found[-5:]}")


def test_tab_reaches_every_control_and_is_caught_nowhere(board: Page) -> None:
    expect(board.locator(".open-theory")).to_be_enabled()
    found = walked(board)
    for part in (
        "open-theory|", "open-share|", "open-view|", "|scale|", "|seed|", "|rule|", "|preset|",
        "|singular_value|", "|width|", "|H|", "|beside|", "horizon", "draw|", "freeze|",
        "reset|", "milestone|", "back|", "play|", "forward|", "scrubber|", "time-more|",
        *(f"panel panel-{name}|more" for name in PANELS),
    ):  # fmt: skip
        assert any(part in name for name in found), part
    # of a tree's nodes one is reached with Tab, the others from it with the arrows
    own = ".linviz :is(button, select, input):not([tabindex='-1']):visible:enabled"
    reachable = board.locator(own).evaluate_all(
        """controls => new Set(controls.map(c =>
          c.type === 'radio' ? c.name : c)).size"""
    )
    assert len(found) >= reachable
    assert len(walked(board, "Shift+Tab")) == len(found)


def test_a_panels_menu_by_the_keyboard(board: Page) -> None:
    more, menu = board.locator(".panel-modes .more"), board.locator(".panel-modes .menu")
    more.focus()
    board.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(menu.locator("button").first).to_be_focused()
    board.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more).to_have_attribute("aria-expanded", "false")
    expect(more).to_be_focused()


def test_a_table_stands_behind_every_picture(board: Page) -> None:
    dialog = board.locator("dialog.data-table")
    for name in PANELS:
        more = board.locator(f".panel-{name} .more")
        more.focus()
        board.keyboard.press("Enter")
        board.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        assert dialog.locator("tbody tr").count() >= 3
        assert len(dialog.locator("caption").first.inner_text()) > 20
        expect(dialog.locator("thead th").first).to_have_attribute("scope", "col")
        board.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(more).to_be_focused()


def test_dialogs_keep_the_focus_and_give_it_back(board: Page) -> None:
    for opener, name in (("share", "share"), ("view", "look")):
        button, dialog = board.locator(f".open-{opener}"), board.locator(f"dialog.{name}")
        expect(button).to_be_enabled()
        button.focus()
        board.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        for _ in range(45):  # more than any of them has
            board.keyboard.press("Tab")
            outside = board.evaluate(
                """() => { const e = document.activeElement;
                  return e !== document.body && !e.closest('dialog'); }"""
            )
            assert not outside
        board.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(button).to_be_focused()


def test_the_whole_page_by_the_keyboard(board: Page) -> None:
    """View and full screen, a milestone, the freezing of A: what has no other way."""
    board.locator(".open-view").press("Enter")
    board.locator("dialog.look .lecture").press("Space")
    expect(board.locator(".linviz")).to_have_attribute("data-lecture", "true")
    theme = board.locator("dialog.look .theme")
    theme.focus()
    theme.press("End")
    expect(board.locator(".linviz")).to_have_attribute("data-theme", "dark")
    board.keyboard.press("Escape")
    expect(board.locator(".panel:visible")).to_have_count(2)  # a hall has room for two
    expect(board.locator(".controls")).to_be_hidden()
    board.locator(".open-back").press("Enter")
    expect(board.locator(".linviz")).to_have_attribute("data-lecture", "false")
    board.locator(".panel-loss .more").press("Enter")
    entries = board.locator(".panel-loss .menu button")
    for _ in range(entries.count() - 1):  # to the last, "Full screen"
        board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    expect(board.locator(".linviz")).to_have_attribute("data-full", "loss")
    expect(board.locator(".panel:visible")).to_have_count(1)
    expect(board.locator(".timebar")).to_be_visible()
    expect(board.locator(".panel-modes")).to_be_hidden()
    board.wait_for_function(  # in the type of a full screen
        """() => document.querySelector('.linviz').linviz.panels.find(p => p.name === 'loss')
          .picture.frame.fontSize === 24"""
    )
    board.keyboard.press("Home")  # the keys act at once, as the lecturer expects
    assert moment(board) == 0
    board.locator(".panel-loss .leave").press("Enter")
    expect(board.locator(".panel-modes")).to_be_visible()
    board.locator(".freeze").press("Enter")
    expect(board.locator(".compare")).to_contain_text("Both end at the minimum")


# ---------------------------------------------------------------- zoom


def test_at_two_hundred_percent_everything_can_be_reached(page: Page, voila_server: str) -> None:
    """1280 by 800 pixels at 200 % are 640 by 400."""
    opened(page, voila_server, 640, 400)
    assert sticking_out(page) == []
    page.locator('.tabs [data-tab="matrices"]').click()
    for selector in (".panel-matrices .picture", ".freeze", ".open-share", ".draw"):
        page.locator(selector).scroll_into_view_if_needed()
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 640
    bar = page.locator(".timebar").bounding_box()
    assert bar is not None
    assert bar["height"] <= 160  # it stays below the picture, not upon all of it
    page.locator(".draw").click()
    page.wait_for_function("() => document.querySelector('.linviz').linviz.run.form.seed === 4")
    page.locator(".open-share").click()
    close = page.locator("dialog.share form button")
    close.click()
    expect(page.locator("dialog.share")).to_be_hidden()


def test_on_a_phone_targets_are_large_enough_for_a_finger(
    new_page: Callable[..., Page], voila_server: str
) -> None:
    page = opened(new_page(has_touch=True), voila_server, 390, 844)
    small = page.locator(".linviz :is(button, select):visible").evaluate_all(
        """controls => controls.map(c => [c.outerHTML.slice(0, 80), c.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44).map(([html]) => html)"""
    )
    assert small == []
    page.locator(".play").tap()
    expect(page.locator(".play")).to_have_attribute("aria-label", "Pause")
    page.locator(".play").tap()
    expect(page.locator(".play")).to_have_attribute("aria-label", "Play")
    assert shown(page, "form.seed") == 3
