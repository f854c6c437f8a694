"""The real dashboard in headless Chromium under a live Voila, driven by keyboard."""

from pathlib import Path

import numpy as np
import pytest
from browsing import (
    PANELS,
    after,
    canvas_of,
    colors,
    number_of,
    often,
    opened,
    run_id,
    shown,
    slider_of,
    sticking_out,
    time_menu,
    typed,
)
from playwright.sync_api import Page, expect
from serving import wait_until

import linviz as lv

pytestmark = pytest.mark.browser

PLOTTED = ("loss", "modes", "invariants", "hessian")
SIZES = ((1920, 1080), (1280, 800), (390, 844))

# ---------------------------------------------------------------- the picture


@pytest.mark.parametrize(("width", "height"), often((1280, 800), SIZES))
def test_the_panels_are_drawn_at_this_size(page, voila_server, width, height) -> None:
    opened(page, voila_server, width, height)
    for name in PANELS:
        if width < 1000:  # one picture at a time
            page.locator(f'.tabs [data-tab="{name}"]').click()
        box = page.locator(f".panel-{name} .picture").bounding_box()
        assert box is not None
        assert box["width"] > 150
        assert box["height"] > 80
        # a picture is drawn once it has its box
        wait_until(lambda name=name: colors(page, canvas_of(name)) > 10, f"{name} is not drawn")
        expect(page.locator(f".panel-{name} .words")).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert sticking_out(page) == []


@pytest.mark.parametrize(("width", "height"), often((1280, 800), SIZES[:2]))
def test_all_panels_and_the_time_bar_fit_one_screen(page, voila_server, width, height) -> None:
    opened(page, voila_server, width, height)
    for selector in [f".panel-{name} .picture" for name in PANELS] + [".timebar", ".controls"]:
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width + 0.5
        assert box["y"] + box["height"] <= height + 0.5
    assert page.evaluate("document.scrollingElement.scrollHeight") <= height


def test_the_pictures_data_are_the_flows(board: Page) -> None:
    trajectory = lv.simulate(lv.Scenario())
    np.testing.assert_allclose(shown(board, "loss"), trajectory.loss, rtol=1e-6, atol=1e-12)
    eigenvalues = np.concatenate([m["y"] for m in shown(board, "pictures.hessian.marks")])
    spectrum = lv.run(lv.Scenario()).spectrum
    np.testing.assert_allclose(np.sort(eigenvalues), spectrum.eigenvalues, atol=1e-6)


@pytest.mark.parametrize("name", PLOTTED)
def test_a_picture_fills_its_box_with_the_numbers_sent(board: Page, name: str) -> None:
    plot = board.locator(f".panel-{name} .plot")
    gaps = plot.evaluate(
        """plot => [...plot.querySelectorAll('canvas')].flatMap(canvas => {
          const [inner, outer] = [canvas, plot].map(e => e.getBoundingClientRect());
          return [inner.width - outer.width, inner.height - outer.height];
        })"""
    )
    assert gaps == [0, 0, 0, 0]
    assert colors(board, canvas_of(name)) > 10
    drawn = board.evaluate(
        """name => {
          const panels = document.querySelector('.linviz').linviz.panels;
          const { curves, marks, bar } = panels.find(p => p.name === name).picture.drawn;
          return { y: [...curves, ...marks].map(part => [...part.y]), bar: bar ?? false };
        }""",
        name,
    )
    sent = [*shown(board, f"pictures.{name}.curves"), *shown(board, f"pictures.{name}.marks")]
    values = [part["y"] for part in sent]
    if name == "hessian":
        flat = [value for part in sent if part["name"] == "zero" for value in part["y"]]
        assert len(flat) == lv.run(lv.Scenario()).spectrum.n_zero
        assert drawn["bar"]  # of so many that cannot be told from 0
        values = [part["y"] for part in sent if part["name"] != "zero" and part["y"]]
    assert drawn["y"] == values
    assert len(values) > 0


def test_what_is_drawn_at_first_stays(board: Page) -> None:
    """No second picture takes the place of the first: nothing flickers when a page opens."""
    pictures = [
        board.locator(canvas_of(name)).evaluate("canvas => canvas.toDataURL()") for name in PLOTTED
    ]
    board.wait_for_timeout(1200)
    for name, before in zip(PLOTTED, pictures, strict=True):
        assert board.locator(canvas_of(name)).evaluate("canvas => canvas.toDataURL()") == before
    assert board.evaluate("typeof window.Plotly") == "undefined"


# ---------------------------------------------------------------- the controls


@pytest.mark.parametrize(
    ("selector", "text", "path", "expected"),
    [
        (number_of("H"), "1", "form.dims", [5, 5, 3]),
        (number_of("width", "0"), "6", "form.dims", [6, 5, 4, 3]),
        (number_of("width", "1"), "3", "form.dims", [5, 3, 4, 3]),
        (number_of("width", "3"), "2", "form.singular_values", [3, 2]),
        (number_of("singular_value", "1"), "2.5", "form.singular_values", [3, 2.5, 1]),
        (number_of("scale"), "0.5", "form.scale", 0.5),
        (number_of("seed"), "11", "form.seed", 11),
        (".horizon", "7.5", "form.t_end", 7.5),
    ],
)
def test_a_number_typed_runs(board: Page, selector, text, path, expected) -> None:
    after(board, lambda: typed(board, selector, text))
    assert shown(board, path) == expected
    assert board.locator(selector).input_value() == text


@pytest.mark.parametrize(
    ("selector", "key", "path"),
    [
        (slider_of("singular_value", "0"), "ArrowRight", "form.singular_values[0]"),
        (slider_of("scale"), "ArrowRight", "form.scale"),
    ],
)
def test_a_slider_moved_by_an_arrow_runs(board: Page, selector, key, path) -> None:
    before = shown(board, path)
    board.locator(selector).focus()
    after(board, lambda: board.keyboard.press(key))
    assert shown(board, path) > before


def test_a_held_arrow_ends_on_the_last_value(board: Page) -> None:
    board.locator(slider_of("singular_value", "0")).focus()
    for _ in range(30):
        board.keyboard.press("ArrowRight")
    board.wait_for_function(
        "() => document.querySelector('.linviz').linviz.run.form.singular_values[0] === 4.5"
    )


@pytest.mark.parametrize("rule", ["balanced", "orthogonal", "zeros", "certified", "xavier"])
def test_a_rule_chosen_runs(board: Page, rule: str) -> None:
    after(board, lambda: board.locator('[data-field="rule"]').select_option(rule))
    assert shown(board, "form.rule") == rule


def test_the_stable_manifold_shows_its_modes_and_ends_in_the_saddle(board: Page) -> None:
    rule = board.locator('[data-field="rule"]')
    after(board, lambda: rule.select_option("on_stable_manifold"))
    second = board.locator('[data-field="missed"][data-index="1"]')
    second.focus()
    after(board, lambda: board.keyboard.press("Space"))
    expect(board.locator(".verdict")).to_contain_text("strict saddle")
    assert shown(board, "loss")[-1] == pytest.approx(6.5, abs=1e-6)


def test_chosen_singular_values_and_strengths_run(board: Page) -> None:
    rule = board.locator('[data-field="rule"]')
    after(board, lambda: rule.select_option("with_singular_values"))
    after(board, lambda: typed(board, number_of("layer_singular_value", "0,1"), "0.7"))
    assert shown(board, "form.layer_singular_values")[0] == [0.1, 0.7, 0.1, 0.1, 0.1]
    after(board, lambda: rule.select_option("aligned"))
    after(board, lambda: typed(board, number_of("strength", "2"), "0.4"))
    assert shown(board, "form.strengths") == [0.1, 0.1, 0.4]


def test_new_draw_start_over_and_pattern(board: Page) -> None:
    board.locator(".draw").focus()
    after(board, lambda: board.keyboard.press("Enter"))
    assert shown(board, "form.seed") == 4
    after(board, lambda: board.locator('[data-field="pattern"]').select_option("equal"))
    assert shown(board, "form.singular_values") == [1, 1, 1]
    board.locator(".reset").focus()
    after(board, lambda: board.keyboard.press("Enter"))
    assert shown(board, "form.seed") == 3


def test_digits_raw_and_whitened(board: Page) -> None:
    after(board, lambda: board.locator('[data-field="data"]').select_option("digits"))
    assert shown(board, "form.dims") == [64, 10, 10, 10]
    expect(board.locator(".data-words")).to_contain_text("1797 samples")
    after(board, lambda: board.locator('[name="white"][value="true"]').check())
    assert shown(board, "form.dims") == [61, 10, 10, 10]


def test_a_file_is_read_and_a_ragged_one_is_refused(board: Page) -> None:
    lines = [f"{k % 5},{(k * k) % 7},{k % 3}" for k in range(30)]
    board.locator('[data-field="data"]').select_option("file")
    chooser = board.locator('input[type="file"]')

    def choose(text: str) -> None:
        chooser.set_input_files(
            {"name": "mine.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )

    after(board, lambda: choose("\n".join(lines)))
    assert shown(board, "form.file.name") == "mine.csv"
    assert shown(board, "form.dims") == [2, 5, 4, 1]
    choose("\n".join([*lines[:4], "1,2", *lines[4:]]))
    expect(board.locator(".notice")).to_contain_text("row 5")
    assert shown(board, "form.file.name") == "mine.csv"


def test_a_file_that_was_corrected_is_read_when_it_is_chosen_again(
    board: Page, tmp_path: Path
) -> None:
    """As a hand does it: the browser itself says nothing where the path is the one it has."""
    board.locator('[data-field="data"]').select_option("file")
    devtools = board.context.new_cdp_session(board)
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    chooser = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "input[type=file]"})
    file = tmp_path / "edit_me.csv"

    def choose(text: str) -> None:
        file.write_text(text)
        devtools.send("DOM.setFileInputFiles", {"files": [str(file)], **chooser})

    choose("a,b,y\n1,2,3\n2,x,1\n0,1,1\n")
    expect(board.locator(".notice")).to_contain_text("holds 'x'")
    after(board, lambda: choose("a,b,y\n1,2,3\n2,4,1\n0,1,1\n"))
    assert shown(board, "form.file.name") == "edit_me.csv"
    assert shown(board, "form.dims") == [2, 5, 4, 1]
    expect(board.locator(".notice")).to_be_hidden()


@pytest.mark.parametrize(
    ("selector", "text", "words"),
    [
        (number_of("H"), "1000000", "found 1000000"),
        (number_of("width", "1"), "0", "found 0"),
        (number_of("width", "0"), "2", "d_x >= d_y"),
        (number_of("singular_value", "0"), "-1", "found -1"),
        (".horizon", "-1", "found -1"),
    ],
)
def test_bad_input_is_told_and_the_last_good_picture_stays(board, selector, text, words) -> None:
    before, picture = run_id(board), shown(board, "loss")
    typed(board, selector, text)
    expect(board.locator(".notice")).to_contain_text(words)
    assert run_id(board) == before
    assert shown(board, "loss") == picture
    assert colors(board, ".panel-loss .cursor") > 1
    after(board, lambda: typed(board, number_of("seed"), "21"))
    expect(board.locator(".notice")).to_be_hidden()


def test_a_long_run_shows_that_it_runs_and_stops(board: Page) -> None:
    after(board, lambda: board.locator('[data-field="data"]').select_option("digits"))
    board.locator('[name="until"][value="limit"]').check()
    expect(board.locator(".progress")).to_be_visible()
    expect(board.locator(".progress-words")).to_contain_text("loss")
    board.locator(".progress .stop").click()
    expect(board.locator(".progress")).to_be_hidden()
    expect(board.locator(".notice")).to_contain_text("topped")


# ---------------------------------------------------------------- time


def test_the_cursor_moves_all_panels_without_the_kernel(board: Page) -> None:
    sent: list[str] = []
    board.on("websocket", lambda socket: socket.on("framesent", sent.append))
    pictures = {}
    for name in ("loss", "modes", "invariants"):
        pictures[name] = board.locator(f".panel-{name} .cursor").evaluate("c => c.toDataURL()")
    board.locator(".scrubber").focus()
    board.keyboard.press("Home")
    expect(board.locator(".moment")).to_contain_text("t = 0")
    for name, before in pictures.items():
        now = board.locator(f".panel-{name} .cursor").evaluate("c => c.toDataURL()")
        assert now != before
    assert board.locator(".linviz").get_attribute("data-time") == "0"
    assert sent == []


def test_the_scrubber_reads_the_loss_at_the_moment(board: Page) -> None:
    board.locator(".scrubber").focus()
    board.keyboard.press("PageDown")
    t = float(board.locator(".linviz").get_attribute("data-time") or 0)
    expected = np.interp(t, shown(board, "t"), shown(board, "loss"))
    words = board.locator(".scrubber").get_attribute("aria-valuetext") or ""
    told = words.split("L = ")[1].split(". ")[0]
    assert float(told.replace("−", "-")) == pytest.approx(expected, rel=5e-3)


def test_play_runs_to_the_end_and_pauses(board: Page) -> None:
    play = board.locator(".play")
    play.focus()
    board.keyboard.press("Enter")
    expect(play).to_have_attribute("aria-label", "Pause")
    board.wait_for_function("() => Number(document.querySelector('.linviz').dataset.time) > 1")
    board.keyboard.press("Enter")
    expect(play).to_have_attribute("aria-label", "Play")
    assert float(board.locator(".linviz").get_attribute("data-time") or 0) < shown(board, "t")[-1]


def test_log_axes_keep_the_run(board: Page) -> None:
    before = run_id(board)
    for view in ("log_time", "log_loss"):
        if view == "log_loss":  # it stands in the picture's menu
            board.locator(".panel-loss .more").press("Enter")
        else:
            time_menu(board)
        board.locator(f'[data-view="{view}"]').focus()
        board.keyboard.press("Space")
        board.wait_for_function(
            f"() => document.querySelector('.linviz').linviz.run.view.{view} === true"
        )
    assert shown(board, "pictures.loss.panes[0].x.scale") == "bent"
    assert shown(board, "pictures.loss.panes[0].x.range[0]") == 0
    assert run_id(board) == before


def test_the_eigenvalues_move_with_time(board: Page) -> None:
    board.locator(".scrubber").focus()
    board.keyboard.press("Home")
    expect(board.locator(".panel-hessian")).to_have_attribute("data-spectra", "moving")
    expect(board.locator('[data-hessian="now"]')).to_have_attribute("aria-pressed", "true")


# ---------------------------------------------------------------- access


def test_every_control_has_a_name(board: Page) -> None:
    after(board, lambda: board.locator('[data-field="rule"]').select_option("aligned"))
    nameless = board.evaluate(
        """() => [...document.querySelectorAll('.linviz :is(input, select, button)')].filter(e =>
          !(e.ariaLabel || e.labels?.length || e.textContent.trim())).map(e => e.outerHTML)"""
    )
    assert nameless == []


def test_what_the_run_claims_at_its_end_stands_behind_the_theory(board: Page) -> None:
    for name, words in (("verdict", "The run ends at the minimum"), ("budget", "LSODA")):
        expect(board.locator(f".{name}")).to_be_hidden()
        expect(board.locator(f".theory .{name}")).to_contain_text(words)
    expect(board.locator(".open-theory")).to_be_enabled()
    board.locator(".open-theory").click()
    expect(board.locator(".verdict")).to_be_visible()


def test_two_tabs_do_not_disturb_each_other(board: Page, voila_server: str) -> None:
    other = opened(board.context.new_page(), voila_server)
    after(other, lambda: typed(other, number_of("H"), "0"))
    assert shown(other, "form.dims") == [5, 3]
    assert shown(board, "form.dims") == [5, 5, 4, 3]
    expect(other.locator(".panel-invariants .words")).to_contain_text("no hidden layer")
    expect(other.locator(".panel-invariants .phrase")).to_contain_text("nothing to conserve")
    curves = shown(other, "pictures.invariants.curves")
    assert [curve["name"] for curve in curves] == ["‖W₁‖²"]  # no eigenvalue of a C
    other.close()


# ---------------------------------------------------------------- theory beside measurement


def test_the_theory_stands_line_by_line_beside_the_run(board: Page) -> None:
    button = board.locator(".open-theory")
    expect(button).to_be_enabled()
    button.focus()
    board.keyboard.press("Enter")
    rows = board.locator(".theory article")
    assert rows.count() >= 15
    assert board.locator('.theory [data-holds="false"]').count() == 0
    assert board.locator('.theory [data-holds="true"]').count() >= 8
    assert board.locator(".theory math").count() == rows.count()
    expect(board.locator(".panel-loss")).to_be_visible()  # it stands beside what it speaks of
    edge = board.locator(".theory").bounding_box()
    pictures = board.locator(".panels").bounding_box()
    assert edge is not None
    assert pictures is not None
    assert pictures["x"] + pictures["width"] <= edge["x"] + 1
    board.locator(".theory .way", has_text="→ Loss").first.click()
    expect(board.locator(".panel-loss")).to_have_attribute("data-pointed", "true")
    board.locator(".theory .close").focus()
    board.keyboard.press("Escape")
    expect(board.locator(".theory")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_factor_and_its_matrix_light_each_other(board: Page) -> None:
    factor = board.locator('.equations [data-light="W2"]').first
    factor.focus()
    assert factor.get_attribute("data-lit") == ""
    board.locator(".linviz").evaluate(
        "root => root.dispatchEvent(new CustomEvent('linviz-light', { detail: 'W1' }))"
    )
    assert factor.get_attribute("data-lit") is None
    assert board.locator('.equations [data-light="W1"]').first.get_attribute("data-lit") == ""
    factor.blur()
    expect(board.locator(".equations [data-lit]")).to_have_count(0)


def test_layers_come_and_go_by_buttons_on_the_drawing(board: Page) -> None:
    after(board, lambda: board.get_by_label("Add a layer between d₁ and d₂").press("Enter"))
    assert shown(board, "form.dims") == [5, 5, 5, 4, 3]
    after(board, lambda: board.get_by_label("Remove hidden layer 1").click())
    assert shown(board, "form.dims") == [5, 5, 4, 3]
    after(board, lambda: board.get_by_label("Width d₂: one less").click())
    assert shown(board, "form.dims") == [5, 5, 3, 3]
    lines = board.locator(".wires line").count()
    assert 20 < lines <= 25 + 15 + 9


def test_a_card_says_what_it_changes_and_changes_it(board: Page) -> None:
    card = board.locator(".try .milestone").first
    expect(card.locator(".changes")).to_have_text(
        "sets the rule to “beside a saddle”, scale 0.1 → 0.05"
    )
    after(board, card.click)
    assert (shown(board, "form.rule"), shown(board, "form.scale")) == ("near_saddle", 0.05)
    assert shown(board, "form.missed") == [2]


def test_a_preset_brings_its_scenario_its_words_and_its_axes(board: Page) -> None:
    presets = board.locator('[data-field="preset"]')
    after(board, lambda: presets.select_option("certified-rate"))
    expect(board.locator(".look-words")).to_contain_text("positive eigenvalues")
    expect(board.locator(".preset-words")).to_contain_text("below its bound")
    expect(board.locator(".panel-loss .words")).to_contain_text("certified rate α")
    assert board.locator('[data-view="log_loss"]').is_checked()
    names = [curve["name"] for curve in shown(board, "pictures.loss.curves")]
    assert "certified bound" in names
    after(board, lambda: typed(board, number_of("seed"), "5"))
    assert presets.input_value() == ""


def test_the_exact_solution_lies_on_the_curve(board: Page) -> None:
    presets = board.locator('[data-field="preset"]')
    after(board, lambda: presets.select_option("staircase"))
    (exact,) = shown(board, "pictures.loss.marks")
    assert exact["name"] == "exact solution"
    loss = np.interp(exact["x"], shown(board, "t"), shown(board, "loss"))
    np.testing.assert_allclose(exact["y"], loss, atol=1e-6)


@pytest.mark.parametrize("name", ["descent", "relu", "tanh"])
def test_a_second_run_is_overlaid(board: Page, name: str) -> None:
    after(board, lambda: board.locator('[data-field="beside"]').select_option(name))
    drawn = [len(shown(board, f"pictures.{panel}.curves")) for panel in ("loss", "invariants")]
    assert drawn[0] > 1
    assert drawn[1] > 11
    expect(board.locator(".beside-words")).not_to_be_empty()


def test_the_descents_step_is_a_control(board: Page) -> None:
    after(board, lambda: board.locator('[data-field="beside"]').select_option("descent"))
    after(board, lambda: typed(board, number_of("step"), "1.2"))
    (edge,) = shown(board, "pictures.hessian.levels")
    assert edge["name"].startswith("edge")
    assert edge["value"] == pytest.approx(3 * 3 ** (4 / 3) / 1.2, rel=1e-12)
    after(board, lambda: typed(board, number_of("weight_decay"), "0.1"))
    assert shown(board, "form.weight_decay") == 0.1


def test_keys_move_time_where_no_control_has_the_focus(board: Page) -> None:
    board.locator("body").press("Home")
    assert board.locator(".linviz").get_attribute("data-time") == "0"
    board.keyboard.press("ArrowRight")
    assert float(board.locator(".linviz").get_attribute("data-time") or 0) > 0
    board.keyboard.press("Space")
    expect(board.locator(".play")).to_have_attribute("aria-label", "Pause")
    board.keyboard.press("End")
    expect(board.locator(".play")).to_have_attribute("aria-label", "Play")


def test_a_decimal_comma_is_a_point_and_no_number_is_told(board: Page) -> None:
    after(board, lambda: typed(board, number_of("scale"), "0,5"))
    assert shown(board, "form.scale") == 0.5
    typed(board, number_of("scale"), "e")
    expect(board.locator(".notice")).to_contain_text("expected a number")
