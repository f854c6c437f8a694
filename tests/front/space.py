"""Small networks as the core computes them, as JSON for the tests of the room Space."""

import json

import numpy as np

import linviz as lv

rng = np.random.default_rng(3)
TIMES = np.array([0.0, 0.2, 1.0, 3.0, 8.0])

units = []
for s in (0.5, 1.0, 2.0):
    problem = lv.Problem.canonical((s,), d_x=2)
    for z in rng.normal(size=(30, 3)):
        W1, W2 = lv.geometry.exact_one_unit(problem, (z[None, :2], z[2:, None]), TIMES)
        found = np.concatenate([W1[:, 0], W2[:, 0]], axis=1)
        side = lv.geometry.saddle_basin(*z, s)
        units.append({"start": z.tolist(), "s": s, "at": found.tolist(), "side": float(side)})

chains = []
starts = [*rng.normal(size=(30, 3)), *np.round(rng.normal(size=(10, 3)), 1)]
starts += [np.array([0.5, -0.5, 0.5]), np.array([1.0, 2.0, -1.0]), np.array([0.0, 0.7, 0.0])]
for w in starts:
    problem = lv.Problem.canonical((1.0,))
    run = lv.gradient_flow(problem, tuple(w[:, None, None]), t_end=8.0, rtol=1e-11)
    some = np.linspace(0, len(run.t) - 1, 6).astype(int)
    chains.append(
        {
            "start": w.tolist(),
            "end": lv.geometry.chain_end(w, 1.0).tolist(),
            "t": run.t[some].tolist(),
            "at": np.stack([Wj[some, 0, 0] for Wj in run.W], axis=1).tolist(),
        }
    )

pairs = []
for w in rng.normal(size=(200, 2)):
    s = float(rng.uniform(0.5, 2))
    pairs.append(
        {
            "start": w.tolist(),
            "s": s,
            "relu": lv.geometry.relu_end(w, s).tolist(),
            "sharpness": float(lv.geometry.minimum_sharpness(w[1] ** 2 - w[0] ** 2, s)),
        }
    )

print(json.dumps({"times": TIMES.tolist(), "units": units, "chains": chains, "pairs": pairs}))
