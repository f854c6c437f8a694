"""The pictures under each other: one axis of time, curves up to now, matrices that light up."""

import pytest
from browsing import canvas_of
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PANEL = "const panel = name => document.querySelector('.linviz').linviz.panels"
PANEL += ".find(each => each.name === name);"

# Where on the screen the axis of time of a picture begins and ends.
AXIS = f"""name => {{ {PANEL}
  const {{ element, frame }} = panel(name).picture;
  const left = element.getBoundingClientRect().left;
  return frame.panes.map(({{ x }}) => [left + x.start, left + x.end]);
}}"""

# What is drawn on a curve at a time: on the canvas below, and on the one of the moment shown.
DRAWN = f"""([name, k, t]) => {{ {PANEL}
  const {{ element, frame }} = panel(name).picture;
  const curve = frame.picture.curves[k];
  const pane = frame.panes[curve.pane];
  let i = 0;
  while (curve.x[i + 1] <= t) i++;
  const share = (t - curve.x[i]) / (curve.x[i + 1] - curve.x[i]);
  const value = curve.y[i] + share * (curve.y[i + 1] - curve.y[i]);
  return ['.base', '.cursor'].map(layer => {{
    const canvas = element.querySelector(layer);
    const ratio = canvas.width / frame.width;
    const at = [pane.x.at(t) * ratio, pane.y.at(value) * ratio].map(Math.round);
    return [...canvas.getContext('2d').getImageData(...at, 1, 1).data];
  }});
}}"""

# Whether each of the words on a canvas was last written faintly.
WATCH = """selector => {
  const context = document.querySelector(selector).getContext('2d');
  const { fillText } = context;
  context.faint = {};
  context.fillText = (...at) => {
    context.faint[at[0]] = context.globalAlpha < 1;
    fillText.apply(context, at);
  };
}"""


def at(page: Page, share: float) -> float:
    """Show a moment, as a share of the run."""
    found = "const { clock } = document.querySelector('.linviz').linviz"
    show = "clock.set(share * clock.last); return clock.t;"
    return float(page.evaluate(f"share => {{ {found}; {show} }}", share))


def test_one_line_of_now_goes_through_all_pictures_over_time(board: Page) -> None:
    axes = [axis for name in ("loss", "modes", "invariants") for axis in board.evaluate(AXIS, name)]
    assert len(axes) == 4  # what is conserved has a lens
    for axis in axes:
        assert axis == pytest.approx(axes[0], abs=0.01)


@pytest.mark.parametrize("name", ["loss", "modes"])
def test_a_curve_is_pale_from_the_start_and_bold_up_to_now(board: Page, name: str) -> None:
    t = at(board, 0.6)
    (before, bold), (after, nothing) = (
        board.evaluate(DRAWN, [name, 0, share * t / 0.6]) for share in (0.45, 0.8)
    )
    assert before == after  # below, the whole curve is one color
    assert nothing[3] == 0
    assert bold[3] == 255
    light = [sum(color[:3]) for color in (before, bold)]
    assert light[0] > light[1] + 90, (before, bold)


def test_a_matrix_that_is_pointed_at_is_lit_everywhere(board: Page) -> None:
    canvas = canvas_of("matrices")
    board.evaluate(WATCH, canvas)
    board.evaluate(
        "() => document.querySelector('.linviz').addEventListener('linviz-light',"
        " event => { window.lit = event.detail; })"
    )
    faint = f"() => document.querySelector('{canvas}').getContext('2d').faint"
    board.evaluate(
        "() => document.querySelector('.linviz').dispatchEvent("
        "new CustomEvent('linviz-light', { detail: 'C1' }))"
    )
    drawn = board.evaluate(faint)
    assert drawn["W₃"]
    assert drawn["C₂"]
    assert not drawn["C₁"]
    place = board.evaluate(
        f"""() => {{ {PANEL}
          const box = panel('matrices').picture.element.getBoundingClientRect();
          const {{ x, y }} = panel('matrices').picture.places().find(each => each.key === 'W2');
          return [box.left + x + 3, box.top + y + 3]; }}"""
    )
    board.mouse.move(*place)
    board.wait_for_function("() => window.lit === 'W2'")
    drawn = board.evaluate(faint)
    assert not drawn["W₂"]
    assert drawn["C₁"]
    assert [words for words in drawn if words.startswith("W₂, row 1, column 1: ")]
    board.mouse.move(5, 5)
    board.wait_for_function("() => window.lit === ''")
