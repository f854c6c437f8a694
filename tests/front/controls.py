"""What controls make of random starts, as the core has it: JSON for the browser's own tests."""

import json
import sys
from typing import Any

import numpy as np

from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.panels import preview
from linviz.panels.bends import flat
from linviz.panels.edits import edited


def scenarios(rng: np.random.Generator, count: int) -> list[tuple[Scenario, list[tuple]]]:
    """Starts, each with moves: field, index and value."""
    found = []
    for k in range(count):
        side = int(rng.choice([-1, 1]))
        dims = [(4, 3, 3, 3), (4, 2, 3, 4) if side > 0 else (5, 4, 4, 3)][k % 2]
        s = tuple(float(x) for x in sorted(rng.uniform(0.5, 3, size=dims[-1]), reverse=True))
        common = {"dims": dims, "singular_values": s, "seed": k, "t_end": 2.0}
        scale, lam = rng.uniform(0.05, 0.5), side * rng.uniform(0, 2)
        ends = [0.0, side * 0.3, side * 2.5]
        rules = {
            "lambda_balanced": [("lam", (), x) for x in ends] + [("scale", (), 0.7)],
            "certified": [("alpha", (), x) for x in (0.05, 3.0)],
            "near_saddle": [("singular_value", (i,), x) for i in range(3) for x in (0.4, 2.0)],
            "sphere": [("scale", (), 1.5)],
        }
        for rule, moves in rules.items():
            own = {"rule": rule, "scale": scale, "alpha": 0.5, "missed": (1,)}
            if rule == "lambda_balanced":
                own |= {"lam": lam}
            else:
                own |= {"dims": (4, 4, 3, 3), "singular_values": s[:3]}
            found.append((Scenario(**(common | own)), moves))
    return found


def numbers(chosen: Scenario, moves: list[tuple]) -> dict[str, Any]:
    """What the browser is told, and the start and the last loss of each move."""
    told = preview.content(run(chosen))
    after = []
    for field, index, value in moves:
        moved = edited(chosen, field, value, index)
        problem = problem_of(moved)
        W = weights_of(moved, problem)
        flow = gradient_flow(problem, W, t_end=2.0, rtol=1e-11, n_frames=4)
        after.append(
            {
                "field": field,
                "index": index,
                "value": value,
                "start": flat(W),
                "loss": flow.loss[-1],
            }
        )
    return {"dims": chosen.dims, "rule": chosen.rule, "known": told, "moves": after}


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    found = [numbers(*each) for each in scenarios(rng, int(sys.argv[1]))]
    json.dump(found, sys.stdout, default=lambda array: {"array": array.ravel().tolist()})
