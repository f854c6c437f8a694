"""A picture and the figure that plotly makes of it have the same numbers, words and looks."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from runs import known

import linviz as lv
from linviz.core.experiment.run import Run, run
from linviz.core.model.words import subscript
from linviz.figures import (
    conversion,
    diagrams,
    hessian,
    invariants,
    loss,
    matrices,
    modes,
    network,
    theme,
)
from linviz.figures.diagrams import moment
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
    return known(KEPT)


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda name: name.replace(" ", "-"))
def study(request: pytest.FixtureRequest) -> Run:
    return known(SCENARIOS[request.param])


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
    named = [(level["label"], level["value"], level["pane"]) for level in picture["levels"]]
    named += [(c["label"], c["y"][-1], c["pane"]) for c in picture["curves"] if len(c["y"])]
    labeled = [each for each in named if each[0] is not None]
    for (label, value, pane), note in zip(labeled, figure.layout.annotations, strict=True):
        assert (note.text, note.font.color) == (label["words"], label["color"])
        assert note.xanchor == ("left" if label["place"] == "beside" else "right")
        log = picture["panes"][pane]["y"]["scale"] == "log"
        height = 10**note.y if log else note.y
        assert height == pytest.approx(value, rel=1e-12)


def assert_same_axis(axis: Axis, found: go.layout.XAxis) -> None:
    kind = "log" if axis["scale"] == "log" else "linear"  # plotly knows no roots
    assert (found.type, found.title.text) == (kind, axis["title"])
    written = [text for _, text in axis.get("ticks", [])]
    assert set(found.ticktext or ()) <= set(written)
    ends = np.array(found.range, dtype=float)
    np.testing.assert_allclose(10**ends if found.type == "log" else ends, axis["range"], rtol=1e-12)
    assert found.zeroline == axis["zero"]
    assert found.showticklabels == axis["labeled"]


def test_the_public_figures_are_those_of_the_pictures() -> None:
    study = known(lv.Scenario())
    for name in ("loss", "modes", "invariants", "hessian", "matrices", "network"):
        figure = getattr(lv.figures, f"{name}_figure")(study)
        assert isinstance(figure, go.Figure)
        assert figure == lv.figures.to_plotly(getattr(lv.figures, f"{name}_picture")(study))


@pytest.mark.parametrize("share", [0.0, 0.37, None])
def test_heat_maps_are_the_matrices_at_their_moment(study: Run, share: float | None) -> None:
    picture, last = matrices.matrices_picture(study), float(study.trajectory.t[-1])
    t = None if share is None else share * last
    given = conversion.specification(picture, t)
    figure = go.Figure(**given, skip_invalid=False)
    assert figure == conversion.to_plotly(picture, t)
    k = len(study.scenario.dims) - 1
    W = study.trajectory.at(last if t is None else t)
    at = 0 if share == 0 else -1
    expected = dict(zip([f"W{subscript(j + 1)}" for j in range(k)], W, strict=True))
    if share != 0.37:  # between two moments only the weights themselves are interpolated
        expected |= {f"C{subscript(j + 1)}": C for j, C in enumerate(lv.invariants(W))}
        expected["P"] = study.trajectory.product[at]
    assert {*expected} <= {trace.name for trace in figure.data}
    assert len(figure.data) == k + 2 + (k - 1) * (1 if study.beside is None else 2)
    keys = [heat["key"] for heat in picture["heats"]]
    assert keys[: k + 2] == [*(f"W{j + 1}" for j in range(k)), "P", "Y"]
    assert {*keys[k + 2 :]} == {
        f"{c}{j + 1}" for j in range(k - 1) for c in "CD"[: 1 + (study.beside is not None)]
    }
    if study.beside is not None and share in (0.0, None):
        C = lv.invariants(study.beside.at(0.0 if share == 0 else last))
        for j, heat in enumerate(heat for heat in picture["heats"] if heat["key"][0] == "D"):
            np.testing.assert_allclose(moment(heat, t), C[j], atol=1e-6 * (1 + np.abs(C[j]).max()))
    for heat, trace in zip(picture["heats"], figure.data, strict=True):
        colors = figure.layout[trace.coloraxis]
        assert (colors.cmin, colors.cmax) == (-(heat["limit"] or 1), heat["limit"] or 1)
        assert colors.colorscale[1] == (0.5, theme.PAPER)  # zero is in the middle
        shown = np.array(trace.z)
        assert np.abs(shown).max() <= colors.cmax
        np.testing.assert_allclose(shown, moment(heat, t), atol=heat["floor"])
        if trace.name in expected:
            size = 1 + float(np.abs(expected[trace.name]).max())
            between = 2e-2 * size if share == 0.37 else 1e-6 * size
            np.testing.assert_allclose(shown, expected[trace.name], atol=heat["floor"] + between)


@pytest.mark.parametrize("t", [0.0, None])
def test_every_weight_that_is_drawn_is_an_edge_of_its_width_and_sign(
    study: Run, t: float | None
) -> None:
    picture = network.network_picture(study)
    figure = go.Figure(**conversion.specification(picture, t), skip_invalid=False)
    assert figure == conversion.to_plotly(picture, t)
    dims = study.scenario.dims
    nodes = [trace for trace in figure.data if trace.mode == "markers"]
    assert [len(trace.x) for trace in nodes] == list(dims)
    drawn = picture["network"]
    assert drawn is not None
    found = [np.zeros(edges["values"].shape[1:]) for edges in drawn["edges"]]
    for trace in figure.data[: -len(dims)]:
        sign = 1 if trace.line.dash == "solid" else -1
        assert trace.line.color == (theme.POSITIVE if sign > 0 else theme.NEGATIVE)
        for k in range(0, len(trace.x), 3):
            j, (low, high) = int(trace.x[k]), trace.y[k : k + 2]
            column = list(nodes[j].y).index(low)
            row = list(nodes[j + 1].y).index(high)
            found[j][row, column] = sign * trace.line.width
    for edges, widths in zip(drawn["edges"], found, strict=True):
        W, limit = moment(edges, t), edges["limit"]
        np.testing.assert_array_equal(widths != 0, (np.abs(W) >= edges["floor"]) & (W != 0))
        assert limit >= np.abs(W).max()
        exact = diagrams.THICKEST * W / (limit or 1)
        step = diagrams.THICKEST / diagrams.EDGE_WIDTHS
        np.testing.assert_array_less(np.abs(widths - np.where(widths == 0, 0, exact)), 1.01 * step)


def test_of_a_wide_layer_both_ends_are_drawn() -> None:
    study = run(lv.Scenario(dims=(30, 3), singular_values=(2, 1, 1), t_end=1))
    nodes = [trace for trace in network.network_figure(study).data if trace.mode == "markers"]
    assert [len(trace.x) for trace in nodes] == [24, 3]
    assert nodes[0].y[0] == -nodes[0].y[-1] > 0  # the first is on top
    steps = -np.diff(nodes[0].y)
    np.testing.assert_allclose(steps, [*[steps[0]] * 11, 2 * steps[0], *[steps[0]] * 11])


def test_a_target_far_above_the_product_has_colors_of_its_own() -> None:
    scales = {
        rule: {h["scale"] for h in matrices.matrices_picture(run(scenario))["heats"]}
        for rule, scenario in SCENARIOS.items()
        if rule in ("default", "zero", "no hidden layer")
    }
    assert scales["zero"] == {"W", "P", "target", "C"}
    assert scales["default"] == {"W", "P, target", "C"}
    assert scales["no hidden layer"] == {"W", "P, target"}


def test_what_is_conserved_and_zero_is_drawn_as_zero() -> None:
    balanced = run(lv.Scenario(rule="balanced", dims=(3, 3, 3), singular_values=(2, 1, 1)))
    (C,) = [h for h in matrices.matrices_picture(balanced)["heats"] if h["kind"] == "invariants"]
    assert C["limit"] == 0 < float(np.abs(C["values"]).max()) <= C["floor"]
    trace = matrices.matrices_figure(balanced).data[-1]
    np.testing.assert_array_equal(trace.z, np.zeros((3, 3)))


def test_a_picture_of_matrices_is_no_picture_with_axes() -> None:
    with pytest.raises(ValueError, match="expected a picture with axes, found one of matrices"):
        lv.figures.to_svg(network.network_picture(run(lv.Scenario(rule="zeros"))))


def test_what_is_under_the_pointer_is_told_in_the_axes_letters() -> None:
    study = known(lv.presets["weight-decay"])
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
