"""What holds of where any run stays: its bounds, its counts, and no way there and back."""

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.run import Run
from linviz.core.landscape.nearness import nearness
from linviz.core.landscape.stays import (
    LEAVING,
    MAP_OF_SADDLE,
    MOST_PULL,
    NEAR_LEVEL,
    named_counts,
)


def canonical(run: Run, W: lv.Trajectory) -> list[np.ndarray]:
    problem = run.trajectory.problem
    layers = [np.array(Wj) for Wj in W]
    layers[0] = layers[0] @ problem.input_root @ problem.input_modes
    layers[-1] = problem.output_modes.T @ layers[-1]
    return layers


def whitened_eigenvalues(run: Run, W: lv.Trajectory) -> np.ndarray:
    problem = run.trajectory.problem
    reduced = lv.Problem.canonical(problem.singular_values, problem.d_x)
    return np.linalg.eigvalsh(lv.hessian(reduced, canonical(run, W)))


def check(run: Run) -> None:
    trajectory, stays = run.trajectory, run.stays
    problem, s = trajectory.problem, trajectory.problem.singular_values
    near, size = nearness(problem, trajectory.W), run.scenario.n_parameters
    sets = [stay.missed for stay in stays]
    assert not any(a == c != b for a, b, c in zip(sets, sets[1:], sets[2:], strict=False)), sets
    for stay in stays:
        assert stay.first < stay.last or stay.last == len(trajectory.t) - 1
        some = np.unique(np.linspace(stay.first, stay.last, 6).astype(int))
        height = 0.5 * sum(s[i] ** 2 for i in stay.missed)
        assert stay.level == pytest.approx(problem.residual_loss + height)
        if stay.kind != "minimum":
            off = np.abs(trajectory.excess[stay.first : stay.last + 1] - height)
            assert off.max() <= LEAVING * NEAR_LEVEL * height
            assert near.map[stay.first : stay.last + 1].max() <= LEAVING * MAP_OF_SADDLE
            assert near.pull[stay.first : stay.last + 1].max() <= LEAVING * MOST_PULL
        if stay.inertia is None:
            assert stay.kind in ("unclear", "minimum")
            continue
        assert sum(stay.inertia) == size
        assert (stay.inertia[0] > 0) == (stay.kind == "saddle")
        if stay.kind != "origin" and size <= 120 and problem.rank == problem.d_x:
            for k in some:
                values = whitened_eigenvalues(run, trajectory.frame(int(k)))
                assert named_counts(values, stay.inertia)[0] == stay.inertia, (k, stay)
    modes = run.course.modes
    for k in np.flatnonzero(run.course.stay < 0)[::7]:
        # what is being learned comes nearer to its goal, and takes a part of the fall
        for mode in np.flatnonzero(modes[k]):
            assert near.share[k, mode] > 0
            assert abs(near.strength[k, mode] - 1) > 0.01
