"""Runs of linviz beside the reference: times, limits, kinds, counts, what is conserved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

import linviz as lv
from tests.validation.points import counted
from tests.validation.reference import imbalances, states, velocity
from tests.validation.runs import Start, batch

AT = 1e-6  # of the largest weight, at a time that is right to as much: `at`
AT_LIMIT = 1e-6  # the same at the limit
DRIFT = 1e-7  # of the largest squared norm of a layer: what the flow promises
GAP = 1e-8, 1e-5  # of the Hessian's largest eigenvalue: it is counted near the limit, not at it
FARTHER = 3.0  # times the end of a run: how far the reference goes


@dataclass
class Agreement:
    """How many runs were compared, how they ended, what was not so, and the worst of each."""

    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    worst: dict[str, float] = field(default_factory=dict)
    mismatches: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.statuses.values())

    def measure(self, start: Start, what: str, found: float, most: float) -> None:
        self.worst[what] = max(self.worst.get(what, 0.0), found)
        if not found <= most:
            self.mismatches.append(f"{start.name}: {what} {found:.3g}, expected {most:g} at most")

    def compare(self, start: Start, what: str, found: object, expected: object) -> None:
        if found != expected:
            self.mismatches.append(f"{start.name}: {what} {found}, expected {expected}")


def compared(seed: int, widths: tuple[int, ...], n: int, agreement: Agreement) -> None:
    """A batch of runs to their limits, each beside the reference at four times."""
    starts = list(batch(seed, widths, n))
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        flows = [lv.gradient_flow(start.problem, start.W) for start in starts]
    rng = np.random.default_rng((seed, *widths))
    parts = np.sort(rng.random((n, 2)) ** 2, axis=1)
    ends = np.array([flow.t[-1] for flow in flows])
    times = np.column_stack([parts * ends[:, None], ends, FARTHER * ends])
    G = np.array([start.problem.X @ start.problem.X.T for start in starts])
    S = np.array([start.problem.Y @ start.problem.X.T for start in starts])
    layers = [np.array(Wj) for Wj in zip(*(start.W for start in starts), strict=True)]
    found = states(G, S, layers, times)
    speeds = [velocity(G, S, state) for state in found]
    for k, (start, flow) in enumerate(zip(starts, flows, strict=True)):
        _times(agreement, start, flow, k, times[k], found, speeds)
        _limit(agreement, start, flow, [Wj[k] for Wj in found[-1]])
        _kept(agreement, start, flow)


def _times(agreement, start, flow, k, times, found, speeds) -> None:
    for t, state, speed in zip(times[:3], found, speeds, strict=False):
        here = flow.at(float(t))
        size = max(np.abs(Wj[k]).max() for Wj in state) or 1.0
        off = max(np.abs(a - b[k]).max() for a, b in zip(here, state, strict=True))
        late = float(t) * max(np.abs(Vj[k]).max() for Vj in speed)
        agreement.measure(start, "off at a time", float(off / (size + late)), AT)


def _limit(agreement, start, flow, end) -> None:
    problem = start.problem
    agreement.statuses[flow.status] += 1
    agreement.compare(start, "status", flow.status, "converged")
    size = max(np.abs(Wj).max() for Wj in end) or 1.0
    off = max(np.abs(a - b).max() for a, b in zip(flow.limit, end, strict=True))
    agreement.measure(start, "off at the limit", float(off / size), AT_LIMIT)
    said = lv.classify(problem, flow.limit)
    spectrum = lv.spectrum(problem, flow.limit)
    values, vectors = np.linalg.eigh(problem.X @ problem.X.T)
    root = (vectors * np.sqrt(values)) @ vectors.T
    target = problem.Y @ problem.X.T @ np.linalg.inv(root)
    s = np.linalg.svd(target, compute_uv=False)
    expected = counted(target, np.ones(len(root)), (end[0] @ root, *end[1:]), GAP)
    if expected is None:
        agreement.kinds["not counted"] += 1
        return
    P = end[0] @ root
    for Wj in end[1:]:
        P = Wj @ P
    missing = float(np.sum((target - P) ** 2))
    least = float(np.sum(s[min(len(Wj) for Wj in (*end, end[0].T)) :] ** 2))
    kind = "strict saddle" if expected[0] else "non-strict saddle"
    kind = "global minimum" if missing <= least + 1e-6 * s[-1] ** 2 else kind
    agreement.kinds[kind] += 1
    agreement.compare(start, "kind", said.kind, kind)
    agreement.compare(start, "index, nullity", (said.index, said.nullity), expected[:2])
    found = (spectrum.n_negative, spectrum.n_zero, spectrum.n_positive)
    agreement.compare(start, "signs", found, expected)
    losses = 0.5 * missing, float(said.loss - problem.residual_loss)
    agreement.measure(start, "loss at the limit off", abs(losses[0] - losses[1]) / s[0] ** 2, 1e-10)


def _kept(agreement, start, flow) -> None:
    size = max(float(np.sum(Wj**2, axis=(1, 2)).max()) for Wj in flow.W) or 1.0
    drift = max(
        (float(np.linalg.norm(C - C[0], axis=(1, 2)).max()) for C in imbalances(flow.W)),
        default=0.0,
    )
    agreement.measure(start, "drift of a C_j", drift / size, DRIFT)
    if flow.drift.size:
        agreement.measure(start, "error of its meter", abs(flow.drift.max() - drift) / size, 1e-12)
