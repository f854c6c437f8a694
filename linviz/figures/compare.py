"""Two runs side by side in words: how each ended, what tells them apart, and what was changed."""

from __future__ import annotations

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import DATA, Scenario
from linviz.core.model.words import mode_numbers, written
from linviz.core.theory.invariants import relative_drift
from linviz.figures import theme

NEAR_END = 0.01  # of the way from the first loss to the last
TELLING = 1.02  # ratio from which two numbers are told apart
MOST_LISTED = 6


def compare_words(a: Run, b: Run) -> str:
    """How A and B ended, the numbers that tell them apart, and the settings that differ.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> A = run(Scenario(dims=(2, 2), singular_values=(2, 1)))
    >>> B = run(Scenario(dims=(2, 2), singular_values=(2, 1), t_end=1))
    >>> print(*compare_words(A, B).split("; "), sep=chr(10))
    A: global minimum, loss 0
    B: stopped at t = 1, loss 0.2984. They differ in: run until the limit → 1.
    """
    ends = ended(a), ended(b)
    text = f"Both: {ends[0]}." if ends[0] == ends[1] else f"A: {ends[0]}; B: {ends[1]}."
    told = _measured(a, b)
    if told:
        text += f" From A to B: {', '.join(told)}."
    settings = _settings(a.scenario, b.scenario)
    if not settings:
        return f"{text} Their settings are the same."
    return f"{text} They differ in: {', '.join(settings)}."


def ended(run: Run) -> str:
    """The limit and its loss; of a run that was stopped, when, and the loss by then.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> ended(run(Scenario(dims=(2, 2), singular_values=(2, 1))))
    'global minimum, loss 0'
    """
    trajectory, point = run.trajectory, run.point
    if trajectory.status == "converged" and point.kind != "not critical":
        loss = 0.0 if point.loss <= 1e-12 * trajectory.loss[0] else point.loss
        return f"{point.kind}, loss {written(loss)}"
    word = "diverged by" if trajectory.status == "diverged" else "stopped at"
    t, loss = trajectory.t[-1], trajectory.loss[-1]
    return f"{word} t = {written(t)}, loss {written(loss)}"


def _measured(a: Run, b: Run) -> list[str]:
    """Numbers, A's and B's, where they differ in a telling way; limits only of runs that have."""
    pairs: list[tuple[str, float, float]] = []
    if _at_limit(a) and _at_limit(b):
        times = _time_down(a), _time_down(b)
        if times[0] is not None and times[1] is not None:
            pairs.append(("99 % of the fall by t =", times[0], times[1]))
        pairs.append(("negative eigenvalues", a.spectrum.n_negative, b.spectrum.n_negative))
        pairs.append(("λ_max", float(a.spectrum.eigenvalues[-1]), b.spectrum.eigenvalues[-1]))
    told = [f"{name} {_change(x, y)}" for name, x, y in pairs if _apart(x, y, TELLING)]
    x, y = (float(relative_drift(run.trajectory).max(initial=0.0)) for run in (a, b))
    if max(x, y) > 1e-8 and _apart(x, y, 100):  # below is the integrator's own error
        told.append(f"drift of C {_change(x, y)}")
    return told


def _at_limit(run: Run) -> bool:
    return run.trajectory.status == "converged" and run.point.kind != "not critical"


def _time_down(run: Run) -> float | None:
    """When the loss has come down all but a hundredth of its way; None where it has no way."""
    t, above = run.trajectory.t, run.trajectory.loss - run.trajectory.loss[-1]
    goal = NEAR_END * above[0]
    if above[0] <= 1e-9 * run.trajectory.loss[0]:
        return None
    k = int(np.argmax(above <= goal))
    share = (above[k - 1] - goal) / (above[k - 1] - above[k])
    return float(t[k - 1] + share * (t[k] - t[k - 1]))


def _apart(x: float, y: float, ratio: float) -> bool:
    low, high = sorted((abs(x), abs(y)))
    return bool(high > ratio * low)


def _change(x: float, y: float) -> str:
    return f"{written(x)} → {written(y)}"


def _settings(a: Scenario, b: Scenario) -> list[str]:
    """The settings in use that differ, as people call them, with A's value and B's."""
    told = [f"H {a.H} → {b.H}"] if a.H != b.H else []
    used = _in_use(a) & _in_use(b)  # what one of them has alone, its rule or data imply
    for field, name in _NAMES.items():
        x, y = getattr(a, field), getattr(b, field)
        if field not in used or x == y:
            continue
        values = _value(field, x), _value(field, y)
        told.append(f"{name} {values[0]} → {values[1]}" if values[0] != values[1] else name)
    return told


def _in_use(c: Scenario) -> set[str]:
    """Fields that the run depends on: a rule, data and a comparison use some of them only."""
    fields = {"dims", "data", "rule", "t_end", "beside", *_OF_RULE[c.rule]}
    fields.add("singular_values" if c.data == "canonical" else "whitened")
    if c.beside == "descent":
        fields |= {"step", "momentum", "weight_decay", "label_noise"}
        fields |= {"seed"} if c.label_noise > 0 else set()
    return fields


def _value(field: str, value: object) -> str:
    """A setting's value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field == "rule":
        return _RULES[str(value)]
    if field == "data":
        return str(value) if value in DATA else "a file"
    if field == "beside":
        return theme.BESIDE_NAMES.get(str(value), str(value))
    if field == "t_end":
        return "the limit" if value is None else written(float(str(value)))
    if isinstance(value, tuple):
        return _tuple(field, value)
    return f"{value}" if isinstance(value, int) else written(float(str(value)))


def _tuple(field: str, values: tuple[float, ...]) -> str:
    """The first of a list of numbers; of a list of lists only that it was set."""
    if field == "layer_singular_values":
        return "as chosen"
    if field == "missed":
        return mode_numbers(tuple(int(k) for k in values))
    if not values:
        return "as the scale"
    text = ", ".join(written(value) for value in values[:MOST_LISTED])
    return f"({text}, …)" if len(values) > MOST_LISTED else f"({text})"


_NAMES = {
    "dims": "widths",
    "data": "data",
    "whitened": "whitened",
    "singular_values": "singular values",
    "rule": "rule",
    "scale": "scale",
    "lam": "imbalance λ",
    "alpha": "rate α to certify",
    "missed": "modes that the saddle misses",
    "strengths": "strengths",
    "layer_singular_values": "singular values of the layers",
    "seed": "seed",
    "t_end": "run until",
    "beside": "beside it",
    "step": "step (in critical steps)",
    "momentum": "momentum",
    "weight_decay": "weight decay",
    "label_noise": "label noise",
}

_RULES = {
    "gaussian": "Gaussian",
    "xavier": "Xavier",
    "orthogonal": "orthogonal",
    "balanced": "balanced",
    "lambda_balanced": "imbalanced by λ",
    "aligned": "aligned",
    "with_singular_values": "chosen singular values",
    "on_stable_manifold": "stable manifold",
    "certified": "certified rate",
    "zeros": "zero",
}

_OF_RULE = {
    "gaussian": ("scale", "seed"),
    "xavier": ("seed",),
    "orthogonal": ("scale", "seed"),
    "balanced": ("scale", "seed"),
    "lambda_balanced": ("scale", "seed", "lam"),
    "aligned": ("scale", "strengths"),
    "with_singular_values": ("scale", "seed", "layer_singular_values"),
    "on_stable_manifold": ("scale", "seed", "missed"),
    "certified": ("seed", "alpha"),
    "zeros": (),
}
