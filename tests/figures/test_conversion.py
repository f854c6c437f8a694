"""A picture and the figure that plotly makes of it have the same numbers, words and looks."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

import linviz as lv
from linviz.core.experiment.run import Run, run
from linviz.figures import conversion, hessian, invariants, loss, modes
from linviz.figures.picture import Axis, Picture

SCENARIOS = {
    "default": lv.Scenario(),
    "no hidden layer": lv.Scenario(dims=(3, 2), singular_values=(2, 1)),
    "zero": lv.Scenario(rule="zeros"),
    "many": lv.Scenario(dims=(3,) * 11, singular_values=(2, 1, 0.5), rule="orthogonal", t_end=2),
    "certified": lv.Scenario(rule="certified", alpha=1.0),
    "exact": lv.presets["staircase"],
    "descent": lv.Scenario(beside="descent", step=1.2, t_end=20),
    "tanh": lv.Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="tanh"),
}
KEPT = replace(lv.Scenario(), scale=2.0, t_end=3)


@pytest.fixture(scope="module")
def kept() -> Run:
    return run(KEPT)


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda name: name.replace(" ", "-"))
def study(request: pytest.FixtureRequest) -> Run:
    return run(SCENARIOS[request.param])


def pictures(study: Run, log: bool, compare: Run | None) -> list[Picture]:
    return [
        loss.loss_picture(study, log_loss=log, log_time=log, compare=compare),
        modes.modes_picture(study, log_time=log, compare=compare),
        invariants.invariants_picture(study, log_time=log, compare=compare),
        hessian.hessian_picture(study, compare=compare),
    ]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("beside", [False, True])
def test_plotly_accepts_every_picture_with_the_same_numbers(
    study: Run, kept: Run, log: bool, beside: bool
) -> None:
    for picture in pictures(study, log, kept if beside else None):
        # validate=True raises for a property that plotly does not know
        given = conversion.specification(picture)
        figure = go.Figure(**given, skip_invalid=False)
        assert figure == conversion.to_plotly(picture)
        assert_same(picture, figure)


def assert_same(picture: Picture, figure: go.Figure) -> None:
    """The figure's traces, axes and annotations are the picture's parts, one by one."""
    levels, curves = picture["levels"], picture["curves"]
    marks, texts = picture["marks"], picture["texts"]
    parts = [*levels, *curves, *marks, *texts]
    assert [trace.name for trace in figure.data] == [part["name"] for part in parts]
    for part, trace in zip(parts, figure.data, strict=True):
        key = str(part["pane"] + 1) if part["pane"] else ""
        assert (trace.xaxis, trace.yaxis) == (f"x{key}", f"y{key}")
    traces = iter(figure.data)
    for level, trace in zip(levels, traces, strict=False):
        ends = picture["panes"][level["pane"]]["x"]["range"]
        assert (*trace.x, *trace.y) == (*ends, level["value"], level["value"])
        assert trace.line.to_plotly_json() == level["line"]
    for curve, trace in zip(curves, list(figure.data)[len(levels) :], strict=False):
        np.testing.assert_array_equal(trace.x, curve["x"])
        np.testing.assert_array_equal(trace.y, curve["y"])
        assert trace.mode == "lines"
        assert trace.line.to_plotly_json() == curve["line"]
    for group, trace in zip(marks, list(figure.data)[len(levels) + len(curves) :], strict=False):
        np.testing.assert_array_equal(trace.x, group["x"])
        np.testing.assert_array_equal(trace.y, group["y"])
        look = (trace.mode, trace.marker.symbol, trace.marker.color, trace.marker.size)
        assert look == ("markers", group["symbol"], group["color"], group["size"])
    for text, trace in zip(texts, list(figure.data)[len(parts) - len(texts) :], strict=True):
        assert (*trace.x, *trace.y, *trace.text) == (text["x"], text["y"], text["words"])
        assert trace.textfont.color == text["color"]
        upper = trace.textposition.startswith("top")
        assert upper == (text["side"] == "above")
    assert_same_axes(picture, figure)


def assert_same_axes(picture: Picture, figure: go.Figure) -> None:
    for k, pane in enumerate(picture["panes"], start=1):
        key = str(k) if k > 1 else ""
        assert_same_axis(pane["x"], figure.layout[f"xaxis{key}"])
        assert_same_axis(pane["y"], figure.layout[f"yaxis{key}"])
        assert figure.layout[f"yaxis{key}"].domain == pane["height"]
    labeled = [level for level in picture["levels"] if level["label"] is not None]
    for level, note in zip(labeled, figure.layout.annotations, strict=True):
        assert level["label"] is not None
        assert note.text == level["label"]["words"]
        assert note.font.color == level["label"]["color"]
        log = picture["panes"][level["pane"]]["y"]["scale"] == "log"
        height = 10**note.y if log else note.y
        assert height == pytest.approx(level["value"], rel=1e-12)


def assert_same_axis(axis: Axis, found: go.layout.XAxis) -> None:
    assert (found.type, found.title.text) == (axis["scale"], axis["title"])
    ends = np.array(found.range, dtype=float)
    np.testing.assert_allclose(10**ends if found.type == "log" else ends, axis["range"], rtol=1e-12)
    assert found.zeroline == axis["zero"]
    assert found.showticklabels == axis["labeled"]


def test_the_public_figures_are_those_of_the_pictures() -> None:
    study = run(lv.Scenario())
    for name in ("loss", "modes", "invariants", "hessian"):
        figure = getattr(lv.figures, f"{name}_figure")(study)
        assert isinstance(figure, go.Figure)
        assert figure == lv.figures.to_plotly(getattr(lv.figures, f"{name}_picture")(study))


def test_what_is_under_the_pointer_is_told_in_the_axes_letters() -> None:
    study = run(lv.presets["weight-decay"])
    hovers = [t.hovertemplate for t in hessian.hessian_figure(study).data]
    assert hovers[0] == "number %{x:d}<br>λ = %{y:.4g}<extra>negative</extra>"
    assert "t = %{x:.4g}<br>L = %{y:.4g}<extra>loss L</extra>" in [
        t.hovertemplate for t in loss.loss_figure(study).data
    ]


WITHOUT = """
import sys
sys.modules["plotly"] = None  # as if it were not installed
import linviz as lv
study = lv.run(lv.Scenario(dims=(2, 2), singular_values=(2, 1)))
print(len(lv.figures.loss_picture(study)["curves"]))
try:
    lv.figures.loss_figure(study)
except ImportError as error:
    print(error)
"""


def test_without_plotly_the_pictures_are_there_and_the_figures_say_what_to_do() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count, words = done.stdout.splitlines()
    assert int(count) >= 1
    assert words.endswith("not installed here: pip install plotly")
