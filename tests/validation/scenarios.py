"""Random scenarios of every rule, from tiny to large, and the rows of the theory beside each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

import linviz as lv

RULES = (
    "gaussian",
    "gaussian",
    "xavier",
    "orthogonal",
    "balanced",
    "aligned",
    "on_stable_manifold",
    "near_saddle",
    "lambda_balanced",
    "with_singular_values",
    "zeros",
)
UNITS = (1e-3, 1.0, 1.0, 1.0, 30.0, 300.0)  # of the strengths
STRENGTHS = (3.0, 2.0, 1.0, 0.5, 1 + 1e-9, 1 + 1e-11, 0.0, 1e-3)


@dataclass
class Rows:
    """How many rows hold, are not decided, are refuted; and which scenarios cannot be made."""

    scenarios: int = 0
    refused: int = 0
    verdicts: Counter[bool | None] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)


def told(seed: int, n: int) -> Rows:
    """The rows of so many scenarios, with every division by zero an error."""
    rows, k = Rows(), 0
    with np.errstate(divide="raise", invalid="raise"):
        while rows.scenarios < n:
            _tell(rows, seed, k)
            k += 1
    return rows


def _tell(rows: Rows, seed: int, k: int) -> None:
    try:
        study = lv.run(drawn(seed, k))
    except (ValueError, lv.FlowError):  # a rule that these widths or data do not allow
        rows.refused += 1
        return
    rows.scenarios += 1
    for row in lv.statements(study):
        rows.verdicts[row.holds] += 1
        if row.holds is False:
            words = f"{row.name}: {row.theory}: {row.measured}"
            rows.mismatches.append(f"scenario ({seed}, {k}): {study.scenario}: {words}")


def drawn(seed: int, k: int) -> lv.Scenario:
    """The k-th random scenario of a seed."""
    rng = np.random.default_rng((seed, k))
    d_y, H = int(rng.integers(1, 4)), int(rng.integers(0, 6))
    d_x, hidden = d_y + int(rng.integers(0, 3)), [int(d) for d in rng.integers(1, 5, size=H)]
    strengths = rng.choice(STRENGTHS, size=d_y) * rng.choice(UNITS)
    fields = {"singular_values": tuple(sorted(strengths.tolist(), reverse=True))}
    data = str(rng.choice(["canonical", "canonical", "canonical", "stretched", "cloud"]))
    if data != "canonical":
        d_x, d_y, fields = 3, 2, {"data": data, "whitened": bool(rng.random() < 0.5)}
    missed = rng.choice(d_y, int(rng.integers(1, d_y + 1)), replace=False)
    return lv.Scenario(
        dims=(d_x, *hidden, d_y),
        rule=str(rng.choice(RULES)),
        scale=float(rng.choice([1e-3, 0.03, 0.1, 0.3, 0.8, 2.0, 5.0])),
        seed=int(rng.integers(0, 99)),
        missed=tuple(sorted(missed.tolist())),
        lam=float(rng.choice([-1.0, 1.0, -0.01, 5.0])),
        t_end=(None, None, None, 5.0, 40.0)[int(rng.integers(0, 5))],
        beside=str(rng.choice(["nothing", "nothing", "descent", "descent", "tanh", "relu"])),
        step=float(rng.choice([0.1, 0.5, 0.9, 0.99, 1.01, 1.1])),
        momentum=float(rng.choice([0.0, 0.0, 0.9])),
        weight_decay=float(rng.choice([0.0, 0.0, 0.3])),
        label_noise=float(rng.choice([0.0, 0.0, 0.0, 0.1])),
        **fields,
    )
