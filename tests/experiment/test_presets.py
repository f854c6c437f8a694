"""What each lecture scenario's text promises, measured."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from runs import known

import linviz as lv
from linviz.core.experiment.presets import LECTURE, presets
from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import with_depth
from linviz.core.starts.basin import basin_study
from linviz.core.theory.certificates import proposition_rate
from linviz.core.theory.exact import exact_method
from linviz.core.theory.invariants import (
    diagonal_drift,
    invariant_inertia,
    invariant_spectra,
    relative_drift,
)
from linviz.core.theory.rates import observed_rate
from linviz.core.theory.sharpness import critical_step
from linviz.core.theory.weight_decay import decayed_strengths

ORDER = [
    "invariants",
    "certified-rate",
    "margin",
    "staircase",
    "depth",
    "saddle-to-saddle",
    "saddle-to-saddle-deep",
    "stable-manifold",
    "non-strict",
    "determinant",
    "bottleneck",
    "lazy-rich",
    "edge",
    "weight-decay",
    "raw-data",
    "digits",
    "relu",
    "relu-fold",
    "relu-stuck",
    "basins",
]


def study(name, **fields):
    return known(replace(presets[name], **fields))


def flow(name, **fields):
    return lv.simulate(replace(presets[name], **fields))


def start(trajectory):
    return tuple(Wj[0] for Wj in trajectory.W)


def time_of(trajectory, level):
    """When the loss comes down to a level."""
    k = int(np.argmax(trajectory.loss <= level))
    assert k > 0
    return float(np.interp(-level, -trajectory.loss[k - 1 : k + 1], trajectory.t[k - 1 : k + 1]))


def half_times(trajectory):
    """When each diagonal entry of the product is half of its singular value."""
    P = trajectory.W[0]
    for Wj in trajectory.W[1:]:
        P = Wj @ P
    s = trajectory.problem.singular_values
    return [float(np.interp(s[k] / 2, P[:, k, k], trajectory.t)) for k in range(s.size)]


def signs(spectrum):
    return spectrum.n_negative, spectrum.n_zero, spectrum.n_positive


def test_lecture_order_titles_and_length():
    assert list(LECTURE) == list(presets) == ORDER
    assert len({preset.title for preset in LECTURE.values()}) == len(ORDER)
    for preset in LECTURE.values():
        assert len(preset.look_for) <= 300, preset.title
        sentences = re.findall(r"[.!?](?:\s|$)", preset.look_for)
        assert len(sentences) == 2, preset.title
        assert preset.look_for.endswith(".")
        assert not preset.title.endswith(".")


@pytest.mark.parametrize("name", ORDER)
def test_every_preset_ends_as_it_should(name):
    trajectory = flow(name)
    assert trajectory.status == (
        "horizon" if name in ("determinant", "digits", "relu") else "converged"
    )


def test_invariants():
    result = study("invariants")
    trajectory, descent = result.trajectory, result.beside
    assert trajectory.loss[-1] < 1e-10 * trajectory.loss[0]
    for values in invariant_spectra(trajectory.W):
        assert np.abs(values - values[0]).max() < 1e-8
    assert min(np.abs(Wj[-1] - Wj[0]).max() for Wj in trajectory.W) > 0.1
    # descent lets them drift, in proportion to its step: 0.02, then half of it
    assert descent.law.step == pytest.approx(0.02, abs=1e-4)
    whole = relative_drift(descent).max()
    half = relative_drift(study("invariants", step=presets["invariants"].step / 2).beside).max()
    assert whole > 1e-3
    assert half / whole == pytest.approx(0.5, abs=0.02)


def test_certified_rate():
    result = study("certified-rate")
    trajectory, rate = result.trajectory, result.rate
    first, second = invariant_inertia(start(trajectory))
    assert (first[2], second[2]) == (3, 2)
    assert proposition_rate(trajectory.problem, start(trajectory)).alpha > 0
    bound = trajectory.loss[0] * np.exp(-2 * rate.alpha * trajectory.t)
    known = trajectory.loss > 1e-13 * trajectory.loss[0]
    assert (trajectory.loss <= bound * (1 + 1e-6))[known].all()
    assert observed_rate(trajectory).alpha / rate.alpha == pytest.approx(4 / 3, abs=0.1)


def test_margin():
    result = study("margin")
    assert max(np.abs(C).max() for C in lv.invariants(start(result.trajectory))) < 1e-15
    assert proposition_rate(result.trajectory.problem, start(result.trajectory)).alpha == 0
    # c = s_3 - 0.2 |s| and the rate 3 c^(4/3)
    c = 1 - 0.2 * math.sqrt(2**2 + 1.5**2 + 1)
    assert result.rate.method == "deficiency margin"
    assert result.rate.alpha == pytest.approx(3 * c ** (4 / 3), rel=1e-9)
    trajectory = result.trajectory
    bound = trajectory.loss[0] * np.exp(-2 * result.rate.alpha * trajectory.t)
    assert (trajectory.loss <= bound * (1 + 1e-6)).all()


def test_staircase():
    result = study("staircase")
    trajectory = result.trajectory
    # exact half-times of the sigmoids, strongest mode first: 1.900, 3.627, 6.908
    s, u0 = np.array([4, 2, 1]), 1e-6
    exact = np.log((s - u0) / u0) / (2 * s)
    np.testing.assert_allclose(exact, [1.900, 3.627, 6.908], atol=1e-3)
    np.testing.assert_allclose(half_times(trajectory), exact, rtol=1e-3)
    assert exact_method(trajectory.problem, start(trajectory))[0] == "Saxe"
    t, loss = result.exact
    u = s * u0 / (u0 + (s - u0) * np.exp(-2 * s * t[:, None]))
    np.testing.assert_allclose(loss, 0.5 * np.sum((s - u) ** 2, axis=1), atol=1e-10)


def test_depth():
    expected = [
        (0.76, 1.0, 1.45, 4.0),
        (1.32, 1.94, 3.75, 7.56),
        (2.67, 4.07, 8.56, 11.3),
        (6.15, 9.44, 20.3, 15.2),
    ]
    for H, numbers in enumerate(expected, start=1):
        result = run(with_depth(presets["depth"], H))
        found = [*half_times(result.trajectory), result.spectrum.eigenvalues[-1]]
        np.testing.assert_allclose(found, numbers, rtol=0.01)
        assert found[-1] == pytest.approx((H + 1) * 2 ** (2 - 2 / (H + 1)), rel=1e-9)


def test_saddle_to_saddle():
    s, between = np.array([4.0, 3.0, 2.0, 1.0]), (11.0, 4.75, 1.5, 0.25)
    leaves = {}
    for scale in (1e-6, 1e-7):
        trajectory = flow("saddle-to-saddle", scale=scale)
        leaves[scale] = np.array([time_of(trajectory, level) for level in between])
    np.testing.assert_allclose(leaves[1e-6] * s, math.log(1e6), rtol=0.06)
    waits = leaves[1e-7] - leaves[1e-6]
    np.testing.assert_allclose(waits, math.log(10) / s, rtol=0.02)
    # it rests at each level
    trajectory = flow("saddle-to-saddle")
    assert trajectory.loss[0] == pytest.approx(15)
    for level, part in ((15, 0.1), (7, 0.015), (2.5, 0.04), (0.5, 0.2)):
        last = time_of(trajectory, 0.95 * level)
        first = time_of(trajectory, 1.05 * level) if level < 15 else 0.0
        assert last - first > part * trajectory.t[-1], level
    assert trajectory.loss[-1] < 1e-8


def test_saddle_to_saddle_deep():
    for seed in (1, 2):
        scaled = []
        for scale in (0.05, 0.025):
            trajectory = flow("saddle-to-saddle-deep", scale=scale, seed=seed)
            assert trajectory.loss[0] == pytest.approx(7, rel=0.01)
            scaled.append([scale * time_of(trajectory, level) for level in (4.75, 1.5, 0.25)])
        np.testing.assert_allclose(scaled[0], scaled[1], rtol=0.1)
    other = flow("saddle-to-saddle-deep", seed=2)
    ratio = time_of(other, 0.25) / time_of(flow("saddle-to-saddle-deep"), 0.25)
    assert abs(math.log(ratio)) > 0.1  # they depend on the draw


@pytest.mark.parametrize(
    ("missed", "level", "index"),
    [((0,), 4.5, 3), ((1,), 2.0, 2), ((0, 2), 5.0, 5), ((0, 1, 2), 7.0, 9)],
)
def test_stable_manifold(missed, level, index):
    result = study("stable-manifold", missed=missed)
    assert result.point.kind == "strict saddle"
    assert result.trajectory.loss[-1] == pytest.approx(level, rel=1e-9)
    assert signs(result.spectrum)[0] == result.point.index == index
    assert (result.trajectory.W[0][:, :, list(missed)] == 0).all()
    assert (result.trajectory.W[1][:, list(missed)] == 0).all()
    if missed == (0,):  # -s_1 up to the weights that are left
        assert presets["stable-manifold"].missed == missed
        assert result.spectrum.eigenvalues[0] == pytest.approx(-3, abs=0.1)
        for seed in range(5):  # almost every other start
            other = study("stable-manifold", rule="gaussian", seed=seed)
            assert other.point.kind == "global minimum"


def test_non_strict():
    scenario = presets["non-strict"]
    problem = lv.Problem.canonical(scenario.singular_values)
    saddle = lv.critical_point(problem, scenario.dims, missed=(2,))
    assert lv.classify(problem, saddle).kind == "non-strict saddle"
    spectrum = lv.spectrum(problem, saddle)
    assert signs(spectrum) == (0, 19, 8)
    assert spectrum.eigenvalues[-1] == pytest.approx(12.98, abs=0.01)
    assert lv.loss(problem, saddle) == pytest.approx(0.5)
    waits = {}
    for strength in (0.03, 0.015):
        trajectory = flow("non-strict", strengths=(*scenario.strengths[:2], strength))
        assert trajectory.loss[0] == pytest.approx(0.5, rel=1e-3)
        waits[strength] = time_of(trajectory, 0.25)
    assert waits[0.015] / waits[0.03] == pytest.approx(2, rel=0.03)
    assert waits[0.03] == pytest.approx(1 / 0.03, rel=0.05)


def test_determinant():
    trajectory = flow("determinant")
    P = lv.product(trajectory.limit)
    assert np.linalg.det(lv.product(start(trajectory))) == pytest.approx(-0.54)
    assert -1e-6 < np.linalg.det(P) < 0
    excess = trajectory.loss[-1] - 0.5
    assert 0 < excess < 1e-7
    # ever more slowly: t^-3, one eighth for each doubling
    earlier = lv.loss(trajectory.problem, trajectory.at(200.0)) - 0.5
    assert earlier / excess == pytest.approx(8, rel=0.05)
    right = flow("determinant", strengths=(0.9 ** (1 / 3), 0.6 ** (1 / 3)), t_end=20)
    assert right.loss[-1] < 1e-10  # with the other sign it is soon done


def test_bottleneck():
    result = study("bottleneck")
    assert result.trajectory.loss[-1] == pytest.approx(0.5)
    assert (result.point.kind, result.point.missed) == ("global minimum", (2,))
    assert signs(result.spectrum) == (0, 4, 10)
    assert np.linalg.matrix_rank(lv.product(result.trajectory.limit), tol=1e-8) == 2


def test_lazy_rich():
    times, changes = {}, {}
    for lam in (4.0, 0.5, -4.0):
        trajectory = flow("lazy-rich", lam=lam)
        times[lam] = time_of(trajectory, 0.01 * trajectory.loss[0])
        before, after = (
            lv.ntk(trajectory.problem, W) for W in (start(trajectory), trajectory.limit)
        )
        changes[lam] = np.linalg.norm(after - before) / np.linalg.norm(before)
    assert presets["lazy-rich"].lam == 4
    assert changes[4.0] == pytest.approx(0.2, abs=0.02)
    assert changes[0.5] > 3
    assert times[4.0] == pytest.approx(0.52, abs=0.03)
    assert times[0.5] == pytest.approx(1.73, abs=0.1)
    assert times[-4.0] > 10 * times[4.0]
    # almost an exponential: the slope of ln L stays within a quarter
    trajectory = flow("lazy-rich")
    t = np.linspace(0, 2, 21)
    logs = np.log([lv.loss(trajectory.problem, trajectory.at(time)) for time in t])
    slopes = -np.diff(logs) / np.diff(t)
    assert slopes.max() / slopes.min() < 1.3
    assert study("lazy-rich").rate.alpha == pytest.approx(4)


def test_edge():
    above = study("edge").beside
    critical = critical_step(above.problem, 2)
    assert critical == pytest.approx(2 / (2 * 2))
    assert above.law.step == pytest.approx(1.05 * critical)
    late = above.loss[above.t > above.t[-1] / 2]
    assert above.status == "horizon"
    assert (late.min() > 0.07, late.max() < 0.117) == (True, True)
    below = study("edge", step=0.95, t_end=600.0)
    assert below.beside.status == "converged"
    assert below.beside.loss[-1] < 1e-20
    largest = lv.spectrum(below.beside.problem, below.beside.limit).eigenvalues[-1]
    assert largest <= 2 / below.beside.law.step
    assert below.spectrum.eigenvalues[-1] > largest  # the flow's own minimum is steeper


def test_weight_decay():
    result = study("weight-decay")
    descent, rate = result.beside, presets["weight-decay"].weight_decay
    ends = decayed_strengths(descent.problem, 2, rate)
    np.testing.assert_allclose(ends, [1.7, 0.7, 0.0], atol=1e-12)
    found = np.linalg.svd(lv.product(descent.limit), compute_uv=False)
    np.testing.assert_allclose(found, ends, atol=1e-6)
    C = np.linalg.norm(lv.invariants(descent.W)[0], axis=(1, 2))
    early = (descent.t > 0) & (descent.t < 20)
    rates = -np.log(C[early] / C[0]) / descent.t[early]
    assert np.abs(rates[descent.t[early] > 2] - 2 * rate).max() < 0.05
    assert relative_drift(result.trajectory).max() < 1e-7  # the flow itself keeps it


def test_raw_data():
    raw, white = flow("raw-data"), flow("raw-data", whitened=True)
    problem = raw.problem
    np.testing.assert_allclose(np.linalg.svd(problem.X, compute_uv=False), [10, 1, 0.3])
    assert problem.residual_loss > 1
    for missed, value in lv.critical_values(problem, raw.dims).items():
        other = lv.critical_values(white.problem, white.dims)[missed]
        assert value - problem.residual_loss == pytest.approx(other, rel=1e-10)

    def times(trajectory):
        excess = trajectory.loss - trajectory.problem.residual_loss
        parts = [0.5, 0.01, 1e-6]
        return [trajectory.t[np.argmax(excess <= part * excess[0])] for part in parts]

    fast, slow = times(white), times(raw)
    assert slow[0] < fast[0] / 3  # the strong direction first
    assert slow[2] > 5 * fast[2]  # the weak ones late
    assert slow[1] / slow[0] > 10 * (fast[1] / fast[0])  # in stages


def test_relu():
    result = study("relu")
    assert result.beside.loss[-1] < 0.5 * result.beside.loss[0]
    assert diagonal_drift(result.beside).max() < 1e-7
    assert relative_drift(result.beside).max() > 0.05
    tanh = study("relu", beside="tanh").beside
    assert diagonal_drift(tanh).min(axis=1)[-1] > 0.01


def test_digits():
    result = study("digits")
    decisions, t = result.decisions, result.trajectory.t
    k = int(decisions.tested.argmin())
    assert t[k] == pytest.approx(60, rel=0.2)
    assert decisions.tested[k] < decisions.best_tested - 0.02
    # it ends at the errors of W_LR; so does any other depth
    longer = study("digits", dims=(64, 10), t_end=1e6).decisions
    assert abs(longer.tested[-1] - longer.best_tested) < 0.003
    assert longer.learned[-1] == longer.best_learned
    assert longer.tested.min() < longer.best_tested - 0.02
    assert result.data.X.shape[1] == 300
    assert result.data.test.X.shape[1] == 1497
    # the same shares, counted one sample after the other
    P, test = result.trajectory.product[k], result.data.test
    wrong = [np.argmax(P @ x) != np.argmax(y) for x, y in zip(test.X.T, test.Y.T, strict=True)]
    assert decisions.tested[k] == np.mean(wrong)


def test_relu_fold():
    result = study("relu-fold")
    residual = result.trajectory.problem.residual_loss
    assert residual == pytest.approx(0.771, abs=1e-3)
    assert result.trajectory.loss[-1] == pytest.approx(residual, rel=1e-8)
    assert result.beside.loss[-1] < 1e-3 * residual
    other = study("relu-fold", dims=(2, 4, 1)).beside
    assert other.loss[-1] == pytest.approx(residual, rel=1e-3)


def test_relu_stuck():
    result = study("relu-stuck")
    assert result.trajectory.loss[-1] < 1e-10
    assert np.array_equal(result.beside.loss[[0, -1]], [2.0, 2.0])
    # 5/8 of all directions of two weights, in the middles of 16 parts of the circle
    problem, stuck = lv.Problem.canonical((2,)), []
    for angle in (np.arange(16) + 0.5) * np.pi / 8:
        W = (np.array([[np.cos(angle)]]), np.array([[np.sin(angle)]]))
        flow = lv.nonlinear_flow(problem, W, "relu", t_end=30.0)
        linear = lv.gradient_flow(problem, W)
        assert linear.loss[-1] < 1e-8  # none of them lies on the line
        stuck.append(flow.loss[-1] > 1.9)
        assert stuck[-1] or flow.loss[-1] < 1e-6
    assert np.mean(stuck) == 5 / 8


def test_basins():
    scenario = presets["basins"]
    assert (scenario.rule, scenario.scale, scenario.t_end) == ("gaussian", 0.5, 15)
    problem = lv.simulate(scenario).problem
    gaussian, balanced = (
        basin_study(problem, scenario.dims, n=200, rule=rule, scale=0.5, seed=0, t_end=15).outcome
        for rule in ("gaussian", "balanced")
    )
    assert set(gaussian) == {"global minimum"}
    assert balanced.count("global minimum") == pytest.approx(100, abs=25)
    assert study("basins").point.kind == "global minimum"
