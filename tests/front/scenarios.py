"""Random scenarios as the core computes them, as JSON for the tests of the browser's own flow."""

import json
import sys
from typing import Any

import numpy as np

from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.landscape.course import Course
from linviz.core.landscape.hessian import frame_spectra
from linviz.core.model.problem import Problem

RULES = ("gaussian", "orthogonal", "balanced", "xavier", "near_saddle", "on_stable_manifold")
FINEST = 1e-12  # relative tolerance of the core: its own error has no part in what is compared
MOST_OF_HESSIAN = 60  # weights


def scenario(rng: np.random.Generator) -> Scenario:
    """A small network; every fifth on raw data."""
    dy = int(rng.integers(1, 5))
    hidden = [int(d) for d in rng.integers(dy, 7, size=rng.integers(0, 4))]
    if rng.random() < 0.2:
        return Scenario(
            dims=(3, *[max(d, 2) for d in hidden][:2], 2),
            singular_values=(2, 1),
            data="stretched",
            scale=float(rng.uniform(0.1, 0.5)),
            seed=int(rng.integers(1000)),
            t_end=float(rng.uniform(0.5, 2)),
        )
    s = np.sort(rng.uniform(0.5, 3, size=dy))[::-1]
    return Scenario(
        dims=(int(rng.integers(dy, 7)), *hidden, dy),
        singular_values=tuple(s.tolist()),
        rule=str(rng.choice(RULES)) if hidden else "gaussian",
        scale=float(10 ** rng.uniform(-2, -0.3)),
        seed=int(rng.integers(1000)),
        t_end=float(rng.uniform(1, 12)),
    )


def numbers(chosen: Scenario) -> dict[str, Any]:
    """The start, the problem, and what the core makes of them at some moments."""
    problem: Problem = problem_of(chosen)
    W = weights_of(chosen, problem)
    flow = gradient_flow(problem, W, t_end=chosen.t_end, rtol=FINEST, n_frames=40)
    last = len(flow.t) - 1
    rests = [([k + 1 for k in stay.learned], stay.first, stay.last) for stay in Course(flow).stays]
    small = chosen.n_parameters <= MOST_OF_HESSIAN
    return {
        "dims": chosen.dims,
        "cross": problem.cross.ravel(),
        "gram": None if problem.is_white else problem.gram.ravel(),
        "root": None if problem.is_white else problem.input_root.ravel(),
        "best": problem.least_squares.ravel(),
        "modes": None
        if problem.is_white
        else [problem.output_modes.T, problem.input_modes[:, : problem.d_y].T],
        "strengths": problem.singular_values,
        "residual": problem.residual_loss,
        "start": np.concatenate([Wj.ravel() for Wj in W]),
        "end": flow.t[-1],
        "found": {
            "t": flow.t,
            "loss": flow.loss,
            "strengths": flow.strengths.T,
            "norms": flow.squared_norms.T,
            "last": [Wj[last].ravel() for Wj in flow.W],
            "stays": rests if problem.is_white else None,
            "spectra": [values[0] for values in flow.spectra],
            "hessian": frame_spectra(problem, flow.W, [last])[0] if small else None,
        },
    }


if __name__ == "__main__":
    count, seed = (int(text) for text in sys.argv[1:3])
    rng = np.random.default_rng(seed)
    found = [numbers(scenario(rng)) for _ in range(count)]
    json.dump(found, sys.stdout, default=lambda array: array.tolist())
