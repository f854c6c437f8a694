"""Straight lines through the frames show the dense run to a pixel, on every axis."""

import itertools

import numpy as np
import pytest

from linviz.core.flow.field import Field
from linviz.core.flow.gradient_flow import Trajectory, gradient_flow
from linviz.core.flow.integrator import Stepper
from linviz.core.flow.recorder import Recorder, chosen
from linviz.core.model.layers import Layout, Weights, pack
from linviz.core.model.problem import Matrix, Problem

WIDTH, HEIGHT = 600.0, 300.0


def gauss(dims: tuple[int, ...], scale: float, seed: int = 0) -> Weights:
    rng = np.random.default_rng(seed)
    return tuple(scale * rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims))


def curves(problem: Problem, t: Matrix, W: Weights) -> Matrix:
    """Loss, log loss and modes in pixels of pictures scaled to the run, (k, n)."""
    P = W[0]
    for Wj in W[1:]:
        P = Wj @ P
    gap = (P - problem.least_squares) @ problem.input_root
    loss = 0.5 * np.sum(gap**2, axis=(1, 2))
    modes = np.einsum(
        "ik,tij,jk->tk", problem.output_modes, P, problem.input_modes[:, : problem.d_y]
    )
    log = np.log10(np.maximum(loss, 1e-16 * loss[0]))
    span = np.ptp(modes) or 1.0
    return HEIGHT * np.vstack([loss / loss.max(), log / np.ptp(log), modes.T / span])


def dense_run(trajectory: Trajectory, n: int) -> tuple[Matrix, Weights]:
    """A tight integration, sampled on all its steps and evenly within them."""
    field = Field(trajectory.problem, trajectory.dims)
    start = pack([Wj[0] for Wj in trajectory.W])
    stepper = Stepper(field, start, float(trajectory.t[-1]), rtol=1e-11, atol=1e-16)
    times, weights = [], []
    while not stepper.done:
        stretch = stepper.advance()
        for i in range(len(stretch)):
            inner = stretch.t[i] + (stretch.t[i + 1] - stretch.t[i]) * np.arange(1, n + 1) / n
            times.append(inner)
            weights.append(stretch.curve(i)(inner))
    return np.concatenate(times), field.layout.weights(np.concatenate(weights))


def worst_miss(x: Matrix, y: Matrix, knots: Matrix, heights: Matrix) -> float:
    """Largest distance of a point (x, y) from the polyline through (knots, heights)."""
    k = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
    best = np.full(len(x), np.inf)
    for shift in range(-3, 4):  # a steep line may be nearest to a neighbouring segment
        i = np.clip(k + shift, 0, len(knots) - 2)
        dx, dy = knots[i + 1] - knots[i], heights[i + 1] - heights[i]
        px, py = x - knots[i], y - heights[i]
        along = np.clip((px * dx + py * dy) / np.maximum(dx**2 + dy**2, 1e-30), 0, 1)
        best = np.minimum(best, np.hypot(px - along * dx, py - along * dy))
    return float(best.max())


CASES = {
    "default": (Problem.canonical((2, 1), d_x=4), gauss((4, 5, 3, 2), 0.5), {}),
    "saddle to saddle": (Problem.canonical((4, 3, 2, 1), d_x=5), gauss((5, 6, 4), 1e-4), {}),
    "plateaus, H = 2": (Problem.canonical((3, 2, 1)), gauss((3, 4, 4, 3), 0.02, seed=1), {}),
    "plateaus, H = 3": (Problem.canonical((2, 1)), gauss((2, 3, 3, 2, 2), 0.05, seed=4), {}),
    "long after": (Problem.canonical((2, 1), d_x=4), gauss((4, 5, 3, 2), 0.5), {"t_end": 200.0}),
    "raw data": (
        Problem(X=np.diag([5.0, 1.0, 0.2]), Y=np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 1.0]])),
        gauss((3, 4, 2), 0.5),
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_straight_lines_through_the_frames_miss_the_run_by_less_than_a_pixel(name):
    problem, W, options = CASES[name]
    trajectory = gradient_flow(problem, W, **options)
    assert 2 <= len(trajectory.t) <= 400
    t, dense = dense_run(trajectory, 6)
    # both in the same picture: the dense run sets its scale
    both = tuple(np.concatenate([a, b]) for a, b in zip(dense, trajectory.W, strict=True))
    y = curves(problem, np.concatenate([t, trajectory.t]), both)
    fine, kept = y[:, : len(t)], y[:, len(t) :]
    end, first = trajectory.t[-1], trajectory.t[1]
    late = t >= first
    decades = np.log10(end / first)
    for row, knots in zip(fine, kept, strict=True):
        linear = worst_miss(t * WIDTH / end, row, trajectory.t * WIDTH / end, knots)
        x, at = np.log10(t[late] / first), np.log10(trajectory.t[1:] / first)
        log = worst_miss(x * WIDTH / decades, row[late], at * WIDTH / decades, knots[1:])
        assert linear < 1.0
        assert log < 1.0


@pytest.mark.parametrize("name", CASES)
def test_the_log_axis_begins_where_something_happens_or_early(name):
    problem, W, options = CASES[name]
    trajectory = gradient_flow(problem, W, **options)
    y = curves(problem, trajectory.t, trajectory.W)
    assert trajectory.t[0] == 0.0
    assert np.abs(y[:, 1] - y[:, 0]).max() < 2.0
    assert 1e-12 < trajectory.t[1] / trajectory.t[-1] <= 2e-3


def test_a_long_run_holds_few_of_its_steps_and_still_shows_them():
    problem, W = Problem.canonical((3, 2, 1)), gauss((3, 4, 4, 3), 0.02, seed=1)
    few, many = gradient_flow(problem, W, n_frames=60), gradient_flow(problem, W, n_frames=400)
    assert len(few.t) == 60
    for curve in (few.loss, many.loss):
        assert curve[0] == pytest.approx(7.0, abs=0.01)
    at = np.interp(few.t, many.t, many.loss)
    assert np.abs(few.loss - at).max() < 0.05


def test_a_curve_with_one_kink_needs_three_points():
    t = np.linspace(0, 10, 501)
    y = np.minimum(t, 3.0)
    keep = chosen(t, np.column_stack([10 - y, y]), 50)
    assert len(keep) == 50
    assert np.abs(np.interp(t, t[keep], y[keep]) - y).max() < 0.02


def test_a_few_candidates_are_all_kept():
    t = np.array([0.0, 1.0, 2.0])
    assert list(chosen(t, np.ones((3, 2)), 5)) == [0, 1, 2]


def test_a_recorder_keeps_the_weights_and_curves_of_the_moments_it_keeps() -> None:
    rng = np.random.default_rng(2)
    recorder = Recorder(lambda w: w**2, np.array([0.0, 9.0]), 20)
    recorder._most = 50
    for k in range(1, 150, 3):
        t = np.arange(k, k + 3, dtype=float)
        w = np.column_stack([t, rng.standard_normal(3)])
        recorder.add(t, w, w**2)
    t, W, drawn = recorder.chosen(Layout((1, 1, 1)))
    assert len(t) == 20
    assert t[-1] == 150
    assert np.array_equal(W[0].ravel(), t)
    assert np.array_equal(drawn, pack(W) ** 2)
