"""Planes that show a run, and how much of it they hold."""

from __future__ import annotations

import numpy as np
import pytest

import linviz as lv
from linviz.core.geometry.cut import ENOUGH
from linviz.core.model.layers import pack


def share_by_hand(plane: lv.geometry.PlaneOfRun, run: lv.Run) -> float:
    """1 - ∫ dist² ds / ∫ ‖w - w_∞‖² ds by the trapezoidal rule over the arc length."""
    w = pack(run.trajectory.W)
    s = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(w, axis=0), axis=1))])
    away = ((w - pack(run.trajectory.limit)) ** 2).sum(axis=1)
    return float(1 - np.trapezoid(plane.distance**2, s) / np.trapezoid(away, s))


@pytest.mark.parametrize(
    "name", ["saddle-to-saddle-deep", "staircase", "invariants", "determinant"]
)
def test_the_share_of_the_motion_is_the_integral_over_the_arc(name: str) -> None:
    run = lv.run(lv.presets[name])
    plane = lv.geometry.plane_of_run(run.trajectory, run.stays)
    assert plane.share == pytest.approx(share_by_hand(plane, run), abs=1e-9)
    assert plane.share >= ENOUGH


def test_a_plane_with_less_than_80_percent_is_refused_and_says_what_it_had() -> None:
    run = lv.run(lv.presets["staircase"])
    plane = lv.geometry.plane_of_run(run.trajectory, run.stays)
    assert plane.refused is not None
    assert plane.refused < ENOUGH <= plane.share
    assert "principal" in plane.cut.through
    best = lv.geometry.principal_cut(run.trajectory.problem, run.trajectory)
    assert plane.share == best.share(run.trajectory)


def test_the_plane_of_a_small_start_goes_through_the_saddles_that_it_passed() -> None:
    run = lv.run(lv.Scenario(dims=(2, 2, 2), singular_values=(2.0, 1.0), scale=1e-3))
    plane = lv.geometry.plane_of_run(run.trajectory, run.stays)
    assert [point.learned for point in plane.points] == [(), (0,), (0, 1)]
    assert plane.refused is None
    here = np.array([point.place for point in plane.points])
    level = plane.cut.loss(here[:, 0], here[:, 1])  # the points lie in it
    assert level == pytest.approx([2.5, 0.5, 0.0], abs=0.05)
    assert plane.path[-1] == pytest.approx(plane.cut.place(run.trajectory.frame(-1)))
    assert plane.distance.max() < 0.2 * np.abs(plane.path).max()


def test_a_run_along_a_line_has_no_plane() -> None:
    small = lv.Scenario(dims=(1, 1, 1), singular_values=(1.0,), rule="balanced", scale=0.1)
    run = lv.run(small)
    with pytest.raises(ValueError, match="found one that moves along a line"):
        lv.geometry.plane_of_run(run.trajectory, run.stays)
