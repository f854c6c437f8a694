"""Pictures: all are well formed, and their data are the run's numbers."""

import itertools
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from runs import known
from wellformed import assert_well_formed, span

import linviz as lv
from linviz.core.experiment.run import Run, run
from linviz.core.model.critical_values import critical_levels
from linviz.core.model.words import subscript, written
from linviz.figures import drift, hessian, invariants, loss, modes, network, theme
from linviz.figures.picture import Axis, Curve, Picture
from linviz.figures.verdict import verdict

SCENARIOS = {
    "default": lv.Scenario(),
    "no hidden layer": lv.Scenario(dims=(3, 2), singular_values=(2, 1)),
    "one weight": lv.Scenario(dims=(1, 1), singular_values=(2,)),
    "bottleneck": lv.Scenario(dims=(4, 2, 3), singular_values=(3, 2, 1)),
    "saddle": lv.Scenario(rule="on_stable_manifold", missed=(0, 2)),
    "zero": lv.Scenario(rule="zeros"),
    "horizon": lv.Scenario(t_end=3.0),
    "nothing to learn": lv.Scenario(dims=(3, 3, 2), singular_values=(0, 0), scale=0.5),
    "many modes": lv.Scenario(
        dims=(9, 9, 9), singular_values=tuple(range(9, 0, -1)), rule="orthogonal", scale=0.5
    ),
    "digits": lv.Scenario(dims=(64, 10, 10), data="digits", t_end=20.0),
}


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda name: name.replace(" ", "-"))
def study(request: pytest.FixtureRequest) -> Run:
    return known(SCENARIOS[request.param])


@pytest.fixture(scope="module")
def default() -> Run:
    return known(lv.Scenario())


def pictures(study: Run, log: bool) -> list[Picture]:
    return [
        loss.loss_picture(study, log_loss=log, log_time=log),
        modes.modes_picture(study, log_time=log),
        invariants.invariants_picture(study, log_time=log),
        hessian.hessian_picture(study),
    ]


def without_its_run(axis: Axis) -> dict[str, Any]:
    """What of an axis is the same for every run: not its range, nor the critical values on it."""
    kept = {name: value for name, value in axis.items() if name not in ("range", "ticks", "foot")}
    if axis["scale"] == "root":
        assert axis["title"] == "loss L (height: square root)"
        kept |= {"scale": "linear", "title": "loss L"}
    return kept


def in_pane(pane: int, curves: list[Curve]) -> list[Curve]:
    return [curve for curve in curves if curve["pane"] == pane]


@pytest.mark.parametrize("log", [False, True])
def test_every_picture_is_well_formed_and_has_the_axes_of_every_other_run(
    study: Run, default: Run, log: bool
) -> None:
    for picture, usual in zip(pictures(study, log), pictures(default, log), strict=True):
        assert_well_formed(picture)
        if len(picture["panes"]) != len(usual["panes"]):
            continue  # what is conserved has a lens where it is small
        fixed = [
            [
                without_its_run(axis) | {"height": pane["height"]}
                for pane in each["panes"]
                for axis in (pane["x"], pane["y"])
            ]
            for each in (picture, usual)
        ]
        assert fixed[0] == fixed[1]


def test_every_sentence_is_finite_and_ends(study: Run) -> None:
    for words in (
        loss.loss_words(study),
        modes.modes_words(study),
        invariants.invariants_words(study),
        hessian.hessian_words(study),
    ):
        assert words.endswith((".", ")"))
        assert "nan" not in words
        assert "inf" not in words
        assert not re.search("-[0-9]", words)  # the minus sign of type
        assert len(words) <= 210


def test_the_loss_figure_shows_the_loss_and_the_critical_values(default: Run) -> None:
    picture = loss.loss_picture(default)
    levels = [level["value"] for level in picture["levels"]]
    expected = sorted({0.0, 0.5, 2.0, 2.5, 4.5, 5.0, 6.5, 7.0})
    np.testing.assert_allclose(sorted(levels), expected, rtol=1e-14)
    (curve,) = picture["curves"]
    np.testing.assert_array_equal(curve["y"], default.trajectory.loss)


def test_the_default_run_rests_at_its_plateaus() -> None:
    study = run(lv.Scenario(scale=0.05))
    levels = {missed: value for missed, (value, _) in study.rests.items()}
    assert levels == {
        (0, 1, 2): 7.0,
        (1, 2): 2.5,
        (2,): 0.5,
    }
    assert "resting near 7, 2.5 and 0.5" in loss.loss_words(study)


def test_too_many_critical_values_leave_the_nested_ones() -> None:
    study = known(SCENARIOS["many modes"])
    levels = critical_levels(study.trajectory.problem, study.scenario.dims)
    assert len(levels) == 10
    assert levels[(8,)] == 0.5


def test_modes_end_at_the_targets_singular_values(default: Run) -> None:
    picture = modes.modes_picture(default)
    curves = picture["curves"]
    assert [curve["name"] for curve in curves] == ["mode 1", "mode 2", "mode 3"]
    assert [level["value"] for level in picture["levels"]] == [3, 2, 1]
    np.testing.assert_allclose([c["y"][-1] for c in curves], (3, 2, 1), atol=1e-4)


def test_a_missed_mode_keeps_its_own_color() -> None:
    study = known(SCENARIOS["saddle"])
    ends = [curve["y"][-1] for curve in modes.modes_picture(study)["curves"]]
    np.testing.assert_allclose(ends, (0, 2, 0), atol=1e-6)
    assert "1 of 3 modes learned; modes {1, 3} are missed" in modes.modes_words(study)
    assert "½(s₁² + s₃²) = 5" in modes.modes_words(study)


def test_modes_that_cross_keep_their_names() -> None:
    scenario = lv.Scenario(
        dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", strengths=(0.01, 0.5)
    )
    values = lv.mode_strengths(lv.simulate(scenario))
    np.testing.assert_allclose(values[0], (0.0001, 0.25), rtol=1e-9)  # a_k^N
    np.testing.assert_allclose(values[-1], (2, 1), atol=1e-3)
    assert np.all(np.diff(values, axis=0) > -1e-6)  # both only grow, so no names were swapped


def test_norms_keep_their_distances_and_eigenvalues_stay(default: Run) -> None:
    picture = invariants.invariants_picture(default)
    norms, values = in_pane(0, picture["curves"]), in_pane(1, picture["curves"])
    assert (len(norms), len(values)) == (3, 9)
    for curve in values:
        assert np.ptp(curve["y"]) < 1e-6
        assert not curve["grows"]
    for j, (one, other) in enumerate(itertools.pairwise(norms)):
        trace = sum(c["y"][0] for c in values if c["name"].startswith(f"C{subscript(j + 1)},"))
        np.testing.assert_allclose(other["y"] - one["y"], trace, atol=1e-6)
    drifts = drift.drift_picture(default)["curves"]
    assert len(drifts) == 2
    assert max(curve["y"].max() for curve in drifts) <= 1e-7


@pytest.mark.parametrize(
    ("scenario", "lens"),
    [
        (lv.Scenario(), True),
        (lv.Scenario(rule="balanced"), False),  # nothing to enlarge
        (lv.Scenario(rule="certified", alpha=1.0), False),  # as large as the norms
        (lv.Scenario(rule="zeros"), False),
    ],
)
def test_a_lens_shows_what_is_small_beside_the_norms(scenario: lv.Scenario, lens: bool) -> None:
    panes = invariants.invariants_picture(known(scenario))["panes"]
    assert [pane["lens"] for pane in panes] == ([None, 0] if lens else [None])
    low, high = panes[-1]["y"]["range"]
    top = panes[0]["y"]["range"][1]
    assert (max(-low, high) <= 0.2 * top) == lens


def test_the_eigenvalue_that_the_rate_theorem_takes_is_marked() -> None:
    for alpha in (None, 1.0):
        scenario = lv.Scenario() if alpha is None else lv.Scenario(rule="certified", alpha=alpha)
        study = known(scenario)
        found = [m for m in invariants.invariants_picture(study)["marks"] if "open" in m["symbol"]]
        assert [m["name"] for m in found] == ["◇ λ₄(C₁)", "◇ λ₃(C₂)"]
        taken = [float(m["y"][0]) for m in found]
        expected = [study.trajectory.spectra[j][0, k - 1] for j, k in enumerate((4, 3))]
        np.testing.assert_array_equal(taken, expected)
        assert (min(taken) > 0) == (alpha is not None)
        promised = {None: "◇ below 0: no rate promised", 1.0: "◇ above 0: a rate is promised"}
        assert invariants.invariants_phrase(study).endswith(promised[alpha])


def test_the_hessian_figure_colors_by_sign() -> None:
    study = known(SCENARIOS["saddle"])
    negative, zero, positive = hessian.hessian_picture(study)["marks"]
    assert len(negative["y"]) == study.spectrum.n_negative > 0
    assert len(zero["y"]) == study.spectrum.n_zero
    assert negative["y"].max() < 0 < positive["y"].min()
    assert len({t["color"] for t in (negative, zero, positive)}) == 3
    assert len({t["symbol"] for t in (negative, zero, positive)}) == 3


def test_the_sentence_on_the_hessian_compares_with_theory(default: Run) -> None:
    assert "as theory predicts" in hessian.hessian_words(default)
    assert "no verdict" in hessian.hessian_words(known(SCENARIOS["horizon"]))


def test_a_bottleneck_is_told_as_a_minimum_that_misses_modes() -> None:
    words = modes.modes_words(known(SCENARIOS["bottleneck"]))
    assert "2 of 3 modes learned; mode 3 is missed" in words
    assert "allows no more" in words


@pytest.mark.parametrize("step", [0.5, 1.05, 10.0])
def test_a_descent_beside_the_flow_is_drawn_whatever_its_step(step: float) -> None:
    study = run(lv.Scenario(beside="descent", step=step, t_end=20))
    assert study.beside is not None
    assert (study.beside.status == "diverged") == (step == 10)
    for log in (False, True):
        for picture in pictures(study, log):
            assert_well_formed(picture)
            for pane in picture["panes"]:
                assert max(span(pane["x"]), span(pane["y"])) < 1e3


def test_the_edge_of_stability_is_two_over_the_step() -> None:
    study = run(lv.Scenario(beside="descent", step=1.2, t_end=20))
    (edge,) = hessian.hessian_picture(study)["levels"]
    assert edge["name"].startswith("edge of stability")
    # the critical step is 2 / (N s₁^(2 - 2/N)) with N = 3, s₁ = 3
    assert edge["value"] == pytest.approx(3 * 3 ** (4 / 3) / 1.2, rel=1e-12)


def test_the_certified_bound_lies_above_the_loss() -> None:
    study = known(lv.Scenario(rule="certified", alpha=1.0))
    data = {curve["name"]: curve for curve in loss.loss_picture(study)["curves"]}
    np.testing.assert_array_less(data["loss L"]["y"][1:], data["certified bound"]["y"][1:] + 1e-9)
    assert "certified rate α" in loss.loss_words(study)


def test_nonlinear_networks_show_their_diagonals() -> None:
    kept = run(lv.Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="relu"))
    lost = run(lv.Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="tanh"))
    drifts = [lv.diagonal_drift(study.beside).max() for study in (kept, lost)]
    assert drifts[0] < 1e-5 < 1e-3 < drifts[1]
    assert "diagonals of a ReLU network" in invariants.invariants_words(kept)


# ---------------------------------------------------------------- names, marks, colors


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_every_color_of_text_is_read_on_white(study: Run) -> None:
    colors = {*theme.TEXTS, theme.INK, theme.FAINT_TEXT}
    for color in colors:
        assert 1.05 / (luminance(color) + 0.05) >= 4.5, color
    for picture in pictures(study, False):
        labels = [level["label"] for level in picture["levels"]]
        used = {label["color"] for label in labels if label is not None}
        used |= {text["color"] for text in picture["texts"]}
        assert used <= colors


@pytest.mark.parametrize("dims", [(5, 5, 4, 3), (3,) * 7, (2,) * 14])
def test_every_conserved_matrix_has_its_name_and_dash(dims: tuple[int, ...]) -> None:
    study = known(lv.Scenario(dims=dims, singular_values=(2, 1.0, 0.5)[: dims[-1]], t_end=1))
    picture = invariants.invariants_picture(study)
    curves = [curve for curve in picture["curves"] if curve["name"].startswith("C")]
    labels = [curve["label"]["words"] for curve in picture["curves"] if curve["label"]]
    H = len(dims) - 2
    if H <= invariants.MOST_NAMES:
        told = [f"λ(C{subscript(j)}) {invariants.SAMPLES[j - 1]}" for j in range(1, H + 1)]
    else:
        told = [f"λ(C₁) … λ(C{subscript(H)})"]
    assert [words for words in labels if words[0] == "λ"] == told
    assert 1 <= len(labels) - len(told) <= invariants.MOST_NAMES
    dashes = {curve["name"].split(",")[0]: curve["line"]["dash"] for curve in curves}
    assert len(dashes) == H
    assert len({dashes[f"C{subscript(j)}"] for j in range(1, min(4, H) + 1)}) == min(4, H)


def test_modes_have_names_beside_their_levels(default: Run) -> None:
    picture = modes.modes_picture(default)
    labels = [level["label"] for level in picture["levels"]]
    assert [label["words"] for label in labels] == ["s₁ = 3", "s₂ = 2", "s₃ = 1"]
    assert {label["place"] for label in labels} == {"beside"}
    for label, drawn in zip(labels, picture["curves"], strict=True):
        assert label["color"] == theme.text_color(drawn["line"]["color"])
    tied = modes.modes_picture(known(lv.Scenario(singular_values=(2, 2, 1), t_end=1)))
    words = [level["label"] and level["label"]["words"] for level in tied["levels"]]
    assert words == ["s₁ = s₂ = 2", None, "s₃ = 1"]


def test_above_six_modes_only_the_one_in_play_has_a_color() -> None:
    study = known(SCENARIOS["many modes"])
    picture = modes.modes_picture(study)
    assert {drawn["line"]["color"] for drawn in picture["curves"]} == {theme.PALETTE[-1]}
    assert [level["label"] is not None for level in picture["levels"]] == [True, *[False] * 7, True]
    for k, drawn in enumerate(picture["curves"]):
        accent, goal = drawn["accent"], 9.0 - k
        strength = np.interp([accent["start"], accent["end"]], drawn["x"], drawn["y"])
        assert 0.08 * goal < strength[0] < 0.92 * goal
        learned = drawn["y"][-1] > 0.92 * goal
        assert (strength[1] >= 0.92 * goal) == learned


# ---------------------------------------------------------------- a run beside the flow


def descent(step: float, t_end: float, **fields: float) -> Run:
    dims, s = (3, 3, 2), (2.0, 1.0)
    base = lv.Scenario(dims=dims, singular_values=s, scale=0.5, seed=0, t_end=t_end)
    return run(replace(base, beside="descent", step=step, **fields))


def test_the_verdict_tells_of_the_run_beside_the_flow() -> None:
    bounded = descent(1.05, 15)
    late = bounded.beside.loss[bounded.beside.t > 7.5]
    assert verdict(bounded) == (
        "Flow: ends at the minimum, L = 0. Descent: not at rest, L from "
        f"{written(late.min(), 2)} to {written(late.max(), 2)}."
    )
    assert verdict(descent(0.3, 200)).endswith(". Descent: at rest, L = 0.")
    assert verdict(descent(10, 40)).endswith(". Descent: diverged.")
    short = descent(0.1, 1)
    told = f"not at rest, L = {written(short.beside.loss[-1])} at t = "
    assert told in verdict(short)
    assert f"gradient descent, {told}" in loss.loss_words(short)
    relu = run(replace(lv.presets["relu"], t_end=2))
    told = f"ReLU network: L = {written(relu.beside.loss[-1])} at t = 2, not at a limit."
    assert verdict(relu).endswith(told)
    assert all(len(verdict(r)) <= 110 for r in (bounded, short, relu))


def test_descent_that_learns_other_modes_is_told() -> None:
    assert "Descent" not in modes.modes_words(descent(0.1, 60))
    decayed = modes.modes_words(known(lv.presets["weight-decay"]))
    assert "3 of 3 modes learned" in decayed
    assert "Descent (thin) learns 2 of 3: 1.7, 0.7, 0." in decayed


@pytest.mark.parametrize(("step", "t_end"), [(0.3, 200), (1.05, 15), (10, 40), (2.2, 40)])
def test_descent_leaves_the_spectrum_of_the_flow_readable(step: float, t_end: float) -> None:
    study = descent(step, t_end)
    picture = hessian.hessian_picture(study)
    alone = hessian.hessian_picture(replace(study, beside=None))
    widths = [span(each["panes"][0]["y"]) for each in (alone, picture)]
    assert widths[0] <= widths[1] <= 2.05 * widths[0]
    drawn = [group for group in picture["marks"] if group["name"] == "gradient descent"]
    words = hessian.hessian_words(study)
    told = {"converged": "□: end of descent; stable", "diverged": "Descent diverged: no □"}
    assert told.get(study.beside.status, "□: last step of descent, not at rest") in words
    assert len(drawn) == (study.beside.status != "diverged")


def test_descent_far_above_the_axis_is_told_in_numbers() -> None:
    study = descent(0.3, 200)
    limit = study.beside.limit
    steep = (10 * limit[0], limit[1] / 10)  # another minimum, a hundred times as sharp
    values = lv.spectrum(study.beside.problem, steep)
    far = replace(study, beside=replace(study.beside, limit=steep), beside_spectrum=values)
    texts = [text["words"] for text in hessian.hessian_picture(far)["texts"]]
    assert texts == [f"descent: ↑ up to {written(values.eigenvalues[-1])}"]


def test_a_loss_that_is_all_roundoff_is_not_quoted() -> None:
    study = run(replace(lv.presets["edge"], t_end=60, beside="nothing"))
    assert 0 < study.trajectory.loss[-1] < 1e-28 * study.trajectory.loss[0]
    assert "to 0 to roundoff at t = 60" in loss.loss_words(study)


def test_a_rest_is_slow_against_the_fall_after_it() -> None:
    study = known(lv.presets["saddle-to-saddle"])
    stays = study.rests
    assert [value for value, _ in stays.values()] == [15, 7, 2.5, 0.5]
    # from a large start the loss falls past every level at its full speed
    for name in ("bottleneck", "basins", "raw-data", "lazy-rich"):
        study = known(lv.presets[name])
        assert study.rests == {}, name


def test_sigma_stands_at_the_hidden_layers_where_a_network_with_an_activation_runs_beside() -> None:
    for name, sigma in (("relu-stuck", "σ"), ("margin", "")):
        drawn = network.network_picture(known(lv.presets[name]))["network"]
        assert drawn is not None
        assert {each["words"] for each in drawn["neurons"][1:-1]} == {sigma}
    figure = network.network_figure(known(lv.presets["relu-stuck"]))
    assert "d₁ = 1, σ" in [note.text for note in figure.layout.annotations]


def test_what_leaves_an_axis_is_told_in_numbers() -> None:
    large = lv.run(lv.Scenario(scale=2.0, t_end=3))
    losses, strengths = loss.loss_picture(large), modes.modes_picture(large)
    for picture, own in ((losses, losses["curves"][-1]), (strengths, strengths["curves"][0])):
        assert own["y"].max() > picture["panes"][0]["y"]["range"][1], "a large start goes beyond"
        assert told(picture) == [f"↑ {written(own['y'].max(), 3)}"]
    levels = [level["value"] for level in losses["levels"]]
    assert max(levels) == max(large.levels.values()), "all critical values are on the axis"
    deep = loss.loss_picture(known(lv.Scenario()), log_loss=True)
    least = float(deep["curves"][-1]["y"].min())
    below = least < deep["panes"][0]["y"]["range"][0]
    assert told(deep) == [f"↓ {written(least, 3)}"] * below


def told(picture: Picture) -> list[str]:
    return [text["words"] for text in picture["texts"]]
