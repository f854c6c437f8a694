"""A frozen run A below the run B shown: exact data, one style, sensible axes, honest words."""

import itertools
import re
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import known
from wellformed import assert_well_formed

import linviz as lv
from linviz.core.experiment.run import Run, run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.words import plural, written
from linviz.core.theory.invariants import invariant_spectra, relative_drift
from linviz.figures import drift, hessian, invariants, loss, modes, overlay, theme
from linviz.figures.compare import compare_words
from linviz.figures.matrices import matrices_words
from linviz.figures.network import network_words
from linviz.figures.picture import Picture, axis, curve, pane
from linviz.figures.verdict import budget_words

OTHERS = {
    "default": Scenario(),
    "no hidden layer": Scenario(dims=(3, 2), singular_values=(2, 1)),
    "one weight": Scenario(dims=(1, 1), singular_values=(2,)),
    "zero": Scenario(rule="zeros"),
    "horizon": Scenario(t_end=3),
    "short": Scenario(t_end=0.01),
    "wide": Scenario(dims=(64, 10, 10), data="digits", t_end=20),
    "deep": Scenario(dims=(2,) * 12, singular_values=(2, 1), rule="orthogonal", t_end=5),
    "huge": Scenario(scale=2.0),
    "tiny": Scenario(scale=1e-8, dims=(3, 3, 3)),
    "balanced": Scenario(rule="balanced", scale=0.5),
    "nothing to learn": Scenario(dims=(3, 3, 2), singular_values=(0, 0), scale=0.5),
    "diverged beside": Scenario(beside="descent", step=10, t_end=20),
    "tanh beside": Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="tanh"),
}
SCENARIOS = {**lv.presets, **OTHERS}
PANELS: dict[str, Callable[..., Picture]] = {
    "loss": lambda b, a, log: loss.loss_picture(b, log_loss=log, log_time=log, compare=a),
    "modes": lambda b, a, log: modes.modes_picture(b, log_time=log, compare=a),
    "invariants": lambda b, a, log: invariants.invariants_picture(b, log_time=log, compare=a),
    "hessian": lambda b, a, log: hessian.hessian_picture(b, compare=a),
}
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@cache
def study(name: str) -> Run:
    return known(SCENARIOS[name])


def split(picture: Picture) -> tuple[list[Any], list[Any]]:
    """All that has a name and is A's, and all that is B's."""
    parts = [
        *(*picture["levels"], *picture["curves"]),
        *(*picture["marks"], *picture["texts"]),
    ]
    frozen = [part for part in parts if part["name"].startswith("A")]
    return frozen, [part for part in parts if not part["name"].startswith("A")]


def named(picture: Picture) -> dict[str, Any]:
    return {part["name"]: part for part in (*picture["curves"], *picture["marks"])}


def told(picture: Picture) -> list[str]:
    return [text["words"] for text in picture["texts"]]


def limits(picture: Picture, axis: Literal["x", "y"]) -> tuple[float, float]:
    return picture["panes"][0][axis]["range"]


def same(x: Any, y: Any) -> bool:
    if isinstance(x, dict):
        return x.keys() == y.keys() and all(same(x[key], y[key]) for key in x)
    if isinstance(x, list):
        return len(x) == len(y) and all(map(same, x, y))
    return bool(np.array_equal(x, y))


# ---------------------------------------------------------------- pictures


@given(
    st.sampled_from(sorted(SCENARIOS)), st.sampled_from(sorted(SCENARIOS)), st.sampled_from((0, 1))
)
@settings(max_examples=40)
def test_any_two_runs_share_a_picture(name_a: str, name_b: str, log: int) -> None:
    a, b = study(name_a), study(name_b)
    for panel, build in PANELS.items():
        picture = build(b, a, bool(log))
        assert same(picture, build(b, a, bool(log))), panel
        assert_well_formed(picture)
        # B is drawn as it is without A; a wider axis may show more critical values
        own, alone = split(picture)[1], split(build(b, None, bool(log)))[1]
        assert same(
            *(
                [t for t in ts if not re.search("critical value|beyond", t["name"])]
                for ts in (own, alone)
            )
        )
        assert len(own) >= len(alone)


@pytest.mark.parametrize("panel", PANELS)
def test_a_is_told_from_b_by_more_than_color(panel: str) -> None:
    picture = PANELS[panel](study("horizon"), study("default"), False)
    drawn = [part for parts in split(picture) for part in parts if "words" not in part]
    frozen = {style(part) for part in drawn if part["name"].startswith("A")}
    shown = {style(part) for part in drawn if not part["name"].startswith("A")}
    assert len(frozen) == 1
    assert not frozen & shown
    assert any(words.startswith("A") for words in told(picture))


def style(part: Any) -> str:
    return part["symbol"] if "symbol" in part else part["line"]["dash"]


def test_loss_and_modes_of_a_are_its_own_numbers() -> None:
    a, b = study("default"), study("horizon")
    until = int(np.searchsorted(a.trajectory.t, 3.0, side="right")) + 1  # one past the axis
    assert a.trajectory.t[until - 2] <= 3 < a.trajectory.t[until - 1]
    curve = named(loss.loss_picture(b, compare=a))["A: loss L"]
    np.testing.assert_array_equal(curve["x"], a.trajectory.t[:until])
    np.testing.assert_array_equal(curve["y"], a.trajectory.loss[:until])
    curves = named(modes.modes_picture(b, compare=a))
    for k in range(3):
        np.testing.assert_array_equal(curves[f"A: mode {k + 1}"]["y"], a.strengths[:until, k])
        color = curves[f"mode {k + 1}"]["line"]["color"]
        assert curves[f"A: mode {k + 1}"]["line"]["color"] == color


@pytest.mark.parametrize("name", ["default", "deep", "wide", "no hidden layer"])
def test_invariants_of_a_are_its_own_at_any_depth_and_width(name: str) -> None:
    a, b = study(name), study("bottleneck")
    curves = invariants.invariants_picture(b, compare=a)["curves"]
    frozen = [curve for curve in curves if curve["name"].startswith("A")]
    spectra, drifts = invariant_spectra(a.trajectory.W), relative_drift(a.trajectory)
    for drawn in frozen:
        kept = np.searchsorted(a.trajectory.t, drawn["x"])
        np.testing.assert_array_equal(a.trajectory.t[kept], drawn["x"])
        j = int(re.findall("[₀-₉]+", drawn["name"])[0].translate(SUBSCRIPTS)) - 1
        k = int(drawn["name"].split("λ")[1]) - 1
        np.testing.assert_allclose(drawn["y"], spectra[j][kept, k], rtol=0, atol=1e-14)
        assert drawn["marker"] is None
    assert len(frozen) == sum(a.scenario.dims[1:-1])
    for drawn in drift.drift_picture(b, compare=a)["curves"]:
        if drawn["name"].startswith("A"):
            kept = np.searchsorted(a.trajectory.t, drawn["x"])
            j = int(re.findall("[₀-₉]+", drawn["name"])[0].translate(SUBSCRIPTS)) - 1
            np.testing.assert_array_equal(drawn["y"], np.maximum(drifts[kept, j], 1e-17))


@pytest.mark.parametrize(("name_a", "name_b"), [("default", "bottleneck"), ("edge", "default")])
def test_both_spectra_fit_on_the_axis(name_a: str, name_b: str) -> None:
    a, b = study(name_a), study(name_b)
    picture = hessian.hessian_picture(b, compare=a)
    marks = named(picture)["A: eigenvalue"]
    np.testing.assert_array_equal(marks["y"], a.spectrum.eigenvalues)
    assert marks["symbol"] == "diamond-open"
    most = max(a.scenario.n_parameters, b.scenario.n_parameters)
    assert limits(picture, "x")[0] < 1 <= most < limits(picture, "x")[1]


@pytest.mark.parametrize("panel", PANELS)
def test_a_far_larger_run_a_does_not_squash_b(panel: str) -> None:
    a, b = study("huge"), study("default")
    own, both = PANELS[panel](b, None, False), PANELS[panel](b, a, False)
    widths = [np.ptp(limits(picture, "y")) for picture in (own, both)]
    assert widths[0] < widths[1] <= 3.2 * widths[0]
    largest = {
        "loss": a.trajectory.loss.max(),
        "modes": a.strengths.max(),
        "invariants": max(values.max() for values in invariant_spectra(a.trajectory.W)),
        "hessian": a.spectrum.eigenvalues[-1],
    }[panel]
    assert f"A: ↑ up to {written(largest)}" in told(both)


@pytest.mark.parametrize("panel", PANELS)
def test_a_smaller_run_a_leaves_the_axes_alone(panel: str) -> None:
    a, b = study("tiny"), study("huge")
    own, both = PANELS[panel](b, None, False), PANELS[panel](b, a, False)
    assert limits(own, "y") == limits(both, "y")
    assert not any(words.startswith("A: ↑") for words in told(both))


def test_beside_a_balanced_run_the_conserved_matrices_of_a_choose_the_axis() -> None:
    a, b = study("default"), study("balanced")
    picture = invariants.invariants_picture(b, compare=a)
    values = np.concatenate([v.ravel() for v in invariant_spectra(a.trajectory.W)])
    low, high = limits(picture, "y")
    assert low < values.min() < values.max() < high


def test_a_log_axis_holds_both_losses() -> None:
    a, b = study("default"), study("stable-manifold")
    low, high = limits(loss.loss_picture(b, log_loss=True, compare=a), "y")
    assert low < a.trajectory.loss.min() < b.trajectory.loss.max() < high
    low, high = limits(loss.loss_picture(a, log_loss=True, compare=study("huge")), "y")
    assert high > study("huge").trajectory.loss[0]


def test_a_marker_follows_a_only_where_a_is_known() -> None:
    def moves(a: str, b: str, log: bool = False) -> bool:
        curve = named(loss.loss_picture(study(b), log_loss=log, compare=study(a)))["A: loss L"]
        return curve["marker"] is not None

    assert moves("default", "horizon")  # longer than B
    assert moves("bottleneck", "default")  # shorter, but at its limit
    assert not moves("bottleneck", "default", log=True)  # where its loss falls on, unseen
    assert not moves("horizon", "default")  # shorter, and nobody knows what comes


def test_a_letter_stands_where_the_runs_differ_most() -> None:
    square = pane(axis("", "", "linear", (0, 1)), axis("", "", "linear", (0, 1)))
    t = np.linspace(0, 1, 101)
    bump = overlay.curve(t, 0.3 + 0.4 * np.exp(-(((t - 0.6) / 0.1) ** 2)), "x", 1.0)
    flat = curve(t, np.full(101, 0.3), {"color": theme.INK, "dash": "solid", "width": 2.0}, "x")
    (letter,) = overlay.letter(bump, flat, square)
    assert letter["x"] == pytest.approx(0.6)
    assert 0.7 < letter["y"] < 0.75
    assert (letter["side"], letter["align"]) == ("above", "center")
    assert overlay.letter(bump | {"y": bump["y"] + 5}, flat, square) == []


# ---------------------------------------------------------------- words


@given(st.sampled_from(sorted(SCENARIOS)), st.sampled_from(sorted(SCENARIOS)))
@settings(max_examples=80)
def test_every_comparison_is_a_few_finite_sentences(name_a: str, name_b: str) -> None:
    words = compare_words(study(name_a), study(name_b))
    assert words.endswith(".")
    assert len(re.findall(r"\.(?:\s|$)", words)) <= 3
    assert len(words) < 420
    assert "-" not in re.sub("non-strict", "", words)
    for bad in ("nan", "inf", "None", "array", "_balanced", "Scenario"):
        assert bad not in words
    if name_a == name_b:
        assert words.endswith("Their settings are the same.")


def test_ends_and_settings_are_told_with_their_values() -> None:
    a, b = run(Scenario(rule="on_stable_manifold", missed=(0,))), run(Scenario(scale=0.5, seed=4))
    words = compare_words(a, b)
    assert words.startswith("A ends at a strict saddle, L = 4.5; B ends at the minimum, L = 0.")
    assert f"ways down {a.spectrum.n_negative} → 0" in words
    assert words.endswith("Changed: rule stable manifold → Gaussian, scale 0.1 → 0.5, seed 3 → 4.")


def test_of_a_run_that_was_stopped_no_limit_is_claimed() -> None:
    a, b = study("horizon"), study("default")
    words = compare_words(a, b)
    at_end = written(a.trajectory.loss[-1])
    assert words.startswith(f"A stops at t = 3, L = {at_end}; B ends at the minimum, L = 0.")
    assert "From A to B" not in words
    assert words.endswith("Changed: run until 3 → the limit.")


def test_the_time_is_that_of_the_fall_and_not_of_the_horizon() -> None:
    a, b = run(Scenario(t_end=200)), run(Scenario(scale=0.05))
    found = re.search(r"99 % of the fall by t = ([\d.]+) → ([\d.]+\d)", compare_words(a, b))
    assert found is not None
    for one, text in zip((a, b), found.groups(), strict=True):
        t = float(text)
        level = lv.loss(one.trajectory.problem, one.trajectory.at(t))
        assert level == pytest.approx(0.01 * one.trajectory.loss[0], rel=0.05)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"dims": (5, 6, 4, 3)}, "widths (5, 5, 4, 3) → (5, 6, 4, 3)"),
        ({"dims": (5, 5, 3)}, "H 2 → 1, widths (5, 5, 4, 3) → (5, 5, 3)"),
        ({"singular_values": (3, 2, 0.5)}, "singular values (3, 2, 1) → (3, 2, 0.5)"),
        ({"beside": "relu"}, "beside it nothing → ReLU network"),
        ({"beside": "descent", "step": 1.5}, "beside it nothing → gradient descent"),
        ({"scale": 1e-4, "t_end": 2}, "scale 0.1 → 1e−4, run until the limit → 2"),
        ({"step": 0.7, "lam": 3.0, "alpha": 2.0}, None),  # not in use
    ],
)
def test_settings_are_named_as_people_name_them(changes: dict[str, Any], told: str | None) -> None:
    words = compare_words(study("default"), run(Scenario(**changes)))
    expected = "Their settings are the same." if told is None else f"Changed: {told}."
    assert words.endswith(expected)


def test_settings_in_use_by_both_are_told() -> None:
    for rule, fields, told in (
        ("lambda_balanced", ({"lam": -1.0}, {"lam": -2.0}), "imbalance λ −1 → −2"),
        ("on_stable_manifold", ({"missed": (0,)}, {"missed": (0, 2)}), "{1} → {1, 3}"),
        ("aligned", ({"strengths": (0.5, 0.4, 0.3)}, {}), "(0.5, 0.4, 0.3) → as the scale"),
    ):
        a, b = (run(Scenario(dims=(3, 3, 3), rule=rule, t_end=1, **more)) for more in fields)
        assert told in compare_words(a, b)
    descents = [run(Scenario(beside="descent", step=step, t_end=5)) for step in (0.2, 0.4)]
    assert "step (in critical steps) 0.2 → 0.4" in compare_words(*descents)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_error_budget_is_one_line_of_the_runs_numbers(name: str) -> None:
    of, words = study(name), budget_words(study(name))
    assert len(words) <= 130
    assert words.count("\n") == 0
    assert f"‖∇L‖ = {two_digits(of.point.gradient_norm)}" in words
    assert f"|λ| ≤ {two_digits(of.spectrum.tolerance)} counts as 0" in words
    if of.scenario.H > 0:
        drift = two_digits(relative_drift(of.trajectory).max())
        assert f"C drifted by {drift}" in words
    assert ("drift" in words) == (of.scenario.H > 0)
    has_steps = of.trajectory.n_steps > 0 and of.scenario.H > 0  # no layers: a closed form
    assert (f"tolerance {two_digits(of.trajectory.rtol)}" in words) == has_steps


def two_digits(value: float) -> str:
    return written(float(f"{value:.1e}"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_network_is_told_in_numbers(name: str) -> None:
    of, words = study(name), network_words(study(name))
    assert len(words) <= 200
    assert plural(of.scenario.n_parameters, "weight") in words
    largest = max(float(np.abs(Wj).max()) for Wj in of.trajectory.limit)
    assert f"|w| ≤ {written(largest)} at the end" in words
    assert ("the first and last 12" in words) == (max(of.scenario.dims) > 24)
    squares = [np.sum(Wj**2, axis=(1, 2)) for Wj in of.trajectory.W]
    gaps = [y - x for x, y in itertools.pairwise(squares)]
    if "tr C" in words:
        told = max(gaps, key=lambda gap: abs(gap[0]))
        assert f" = {written(told[0])} at all times" in words
        assert np.ptp(told) <= 1e-7 * max(map(np.max, squares))
    elif of.scenario.H > 0:
        assert "All layers keep the same norm" in words
        assert max(np.abs(gap).max() for gap in gaps) <= 1e-7 * max(1, *map(np.max, squares))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_matrices_are_told_by_their_distance_and_rank(name: str) -> None:
    of, words = study(name), matrices_words(study(name))
    assert len(words) <= 150
    W, problem = of.trajectory.limit, of.trajectory.problem
    excess = lv.loss(problem, W) - problem.residual_loss
    if excess > 1e-6:
        told = float(words.split("² = ")[1].split(",")[0].split(":")[0].replace("−", "-"))
        assert told == pytest.approx(excess, rel=1e-3)
    assert ("has not come to rest" in words) == (not of.at_limit)
    if of.at_limit:
        rank = np.linalg.matrix_rank(lv.product(W), tol=1e-5)
        assert f"rank P = {rank} (at most {min(of.scenario.dims)})" in words
