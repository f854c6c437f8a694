r"""Values at which something happens in the user's own problem, for a control to jump to.

Each comes from a formula: the critical step :math:`\eta_c`, the weight decay :math:`\lambda_c`
that loses a mode, the saddles at :math:`\tfrac12\sum_{i\in I}s_i^2`, the balanced minimum
:math:`a_k = s_k^{1/N}`, the narrowest width without loss; and from the run, the moments at which
a mode is half learned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linviz.core import bounds
from linviz.core.descent import DescentTrajectory
from linviz.core.discretization import critical_weight_decay
from linviz.core.levels import rests
from linviz.core.problem import IndexSet, Matrix, Problem, positive_modes
from linviz.core.run import Run
from linviz.core.scenario import Scenario
from linviz.core.simulation import weights_of
from linviz.core.targeted import decouples

MOST = 18
MOST_SADDLES, MOST_RESTS, MOST_MOMENTS = 3, 3, 8
LEARNED = 0.99
SCALES = (0.05, 1.0)  # of a start on a stable manifold that comes to its saddle before long
DEEP = 4  # hidden layers from which no other scale than the target's does
PATIENT = 1e4  # condition of X Xᵀ up to which a limit is waited for


@dataclass(frozen=True, slots=True)
class Milestone:
    """A meaningful value, or moment, of one run.

    Attributes
    ----------
    control : str
        The control that it belongs to; "time" for a moment.
    label : str
        At most 24 characters, different for each milestone of a run.
    words : str
        A sentence with the formula and the number.
    scenario : Scenario or None
        What the controls would be.
    t : float or None
        The moment of this very run, where it is one.
    """

    control: str
    label: str
    words: str
    scenario: Scenario | None = None
    t: float | None = None


def milestones(run: Run) -> tuple[Milestone, ...]:
    """Milestones of a run, at most 18: those that apply, and where the controls are not yet.

    Examples
    --------
    >>> from linviz.core.run import run
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="descent")
    >>> [m.label for m in milestones(run(scenario)) if m.control == "step"]
    ['critical step η_c', 'edge of this minimum']
    """
    found: dict[str, Milestone] = {}
    for milestone in _candidates(run):
        if milestone.scenario != run.scenario and len(found) < MOST:
            found.setdefault(milestone.label, milestone)
    return tuple(found.values())


def _candidates(run: Run) -> Iterator[Milestone]:
    """All that apply, those that matter most first."""
    yield from _moments(run)
    yield from _steps(run)
    yield from _weight_decays(run)
    if positive_modes(run.trajectory.problem) > 0:
        yield from _balanced_minimum(run)
        yield from _saddles(run)
        yield from _RULES.get(run.scenario.rule, _nothing)(run)
        yield from _widths(run)
    yield from _horizons(run)


def _moments(run: Run) -> list[Milestone]:
    """The rests at saddles and when modes are half learned, the strongest, in order of time."""
    problem, found = run.trajectory.problem, []
    resting = list(rests(run.trajectory, run.strengths).items())[:MOST_RESTS]
    for missed, (value, t) in resting:
        words = (
            f"At t = {t:.4g} the loss rests near the critical value {_formula(problem, missed)} = "
            f"{value:.4g}."
        )
        found.append(Milestone("time", f"resting at {value:.4g}", words, t=t))
    for k, s in enumerate(problem.singular_values[: positive_modes(problem)].tolist()):
        rise = _last_rise(run.trajectory.t, run.strengths[:, k], 0.5 * s)
        if rise is not None and len(found) < MOST_MOMENTS:
            words = (
                f"At t = {rise:.4g} mode {k + 1} has half of its strength, ½ s{_index(k)} = "
                f"{s / 2:.4g}."
            )
            found.append(Milestone("time", f"mode {k + 1} half learned", words, t=rise))
    return sorted(found, key=lambda milestone: milestone.t or 0.0)


def _last_rise(t: Matrix, values: Matrix, level: float) -> float | None:
    """When a curve, straight between moments, rises through a level for good; None if never."""
    below = np.flatnonzero(values < level)
    if below.size == 0 or below[-1] == len(t) - 1:
        return None
    i = int(below[-1])
    share = (level - values[i]) / (values[i + 1] - values[i])
    return float(t[i] + share * (t[i + 1] - t[i]))


def _steps(run: Run) -> Iterator[Milestone]:
    """The critical step, and the largest at which descent can rest at this very limit."""
    scenario, descent = run.scenario, run.beside
    if not isinstance(descent, DescentTrajectory) or scenario.weight_decay > 0:
        return
    problem, gain = run.trajectory.problem, 1 + scenario.momentum
    if not problem.singular_values.any():
        return
    unit = descent.rule.step / scenario.step
    inertia = "(1 + μ) " if scenario.momentum > 0 else ""
    narrow = min(scenario.dims) < positive_modes(problem)
    words = (
        f"The step {inertia}η_c = {gain * unit:.4g}: with a larger one no global minimum is stable"
        f"{' (not proved for bottlenecks)' if narrow else ''}."
    )
    yield Milestone("step", "critical step η_c", words, replace(scenario, step=_digits(gain)))
    largest = float(run.spectrum.eigenvalues[-1])
    own = 2 * gain / (largest * unit) if largest > 0 else 0.0
    if run.point.kind == "global minimum" and 1e-3 <= own < (1 - 1e-6) * gain:
        words = (
            f"The step {inertia}2/λ_max = {own * unit:.4g}: with a larger one descent cannot rest "
            f"at this limit, where λ_max = {largest:.4g}."
        )
        yield Milestone("step", "edge of this minimum", words, replace(scenario, step=_digits(own)))


def _weight_decays(run: Run) -> Iterator[Milestone]:
    """No decay, and the decays that lose the weakest and the strongest mode."""
    scenario, problem = run.scenario, run.trajectory.problem
    if not isinstance(run.beside, DescentTrajectory):
        return
    if scenario.weight_decay > 0:
        words = "λ = 0: gradient descent on the loss itself."
        yield Milestone("weight_decay", "no decay", words, replace(scenario, weight_decay=0.0))
    n_modes = min(*scenario.dims, positive_modes(problem))
    if not problem.is_white or scenario.H == 0 or n_modes == 0:
        return
    critical = critical_weight_decay(problem, scenario.H + 1)
    for k in dict.fromkeys((n_modes - 1, 0)):
        decay = _digits(float(critical[k]))
        formula = f"s{_index(k)}" if scenario.H == 1 else "Ns/(2N−2) · ((N−2)s/(2N−2))^(1−2/N)"
        words = f"λ_c = {formula} = {decay:.4g}: with more decay, mode {k + 1} is lost wherever"
        changed = _possible(problem, scenario, weight_decay=decay)
        if changed is not None:
            yield Milestone("weight_decay", f"mode {k + 1} is lost", f"{words} it starts.", changed)


def _balanced_minimum(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    n_modes, N = min(*scenario.dims, positive_modes(problem)), scenario.H + 1
    a = problem.singular_values[:n_modes] ** (1 / N)
    if not problem.is_white:
        return
    strengths = (*a.tolist(), *(0.0,) * (min(scenario.dims) - n_modes))
    changed = _possible(problem, scenario, rule="aligned", strengths=strengths)
    if changed is not None:
        words = (
            f"Every layer has the strengths a_k = s_k^(1/{N}), a₁ = {a[0]:.4g}: the balanced "
            "global minimum, where the gradient and every C are zero."
        )
        control = "strengths" if scenario.rule == "aligned" else "rule"
        yield Milestone(control, "balanced minimum", words, changed)


def _saddles(run: Run) -> Iterator[Milestone]:
    """Starts on the stable manifolds of the lowest saddles, and of the one that misses mode 1."""
    scenario, problem = run.scenario, run.trajectory.problem
    n_modes = positive_modes(problem)
    rank = min(*scenario.dims, n_modes)
    if scenario.H == 0 or (not problem.is_white and problem.condition > PATIENT):
        return
    tails = [tuple(range(k, n_modes)) for k in range(rank - 1, -1, -1)]
    first: list[IndexSet] = [(0,)] if rank >= n_modes - 1 else []
    chosen = [missed for missed in dict.fromkeys([*first, *tails]) if _stays(problem, missed)]
    natural = _target_scale(problem, scenario.dims)
    usual = scenario.H < DEEP and SCALES[0] <= scenario.scale <= SCALES[1]
    options = {"rule": "on_stable_manifold", "scale": scenario.scale if usual else natural}
    here = scenario.rule == "on_stable_manifold"
    for missed in chosen[:MOST_SADDLES]:
        changed = _possible(problem, scenario, missed=missed, t_end=None, **options)
        if changed is None or (here and scenario.missed == missed):
            continue
        value = problem.residual_loss + 0.5 * float(np.sum(problem.singular_values[[*missed]] ** 2))
        words = (
            f"{_dead(problem, missed)}: the run ends in the saddle at {_formula(problem, missed)} "
            f"= {value:.4g}."
        )
        yield Milestone("missed" if here else "rule", f"saddle at {value:.4g}", words, changed)


def _stays(problem: Problem, missed: IndexSet) -> bool:
    """Whether zeros are exact, in modes that are coordinates or in dead neurons."""
    if not decouples(problem, missed):
        n_modes = positive_modes(problem)
        return missed == tuple(range(n_modes - len(missed), n_modes))
    U, V = problem.output_modes, problem.input_modes
    return np.array_equal(U, np.eye(len(U))) and np.array_equal(V, np.eye(len(V)))


def _dead(problem: Problem, missed: IndexSet) -> str:
    """What is zero, in words."""
    if not decouples(problem, missed):
        alive = positive_modes(problem) - len(missed)
        number = ("No neuron", "One neuron")[alive] if alive < 2 else f"{alive} neurons"
        return f"{number} of the narrowest layer start{'s' * (alive < 2)} alive"
    modes = ", ".join(str(k + 1) for k in missed[:4]) + (", …" if len(missed) > 4 else "")
    return f"Mode{'s' * (len(missed) > 1)} {modes} start{'s' * (len(missed) == 1)} at exactly zero"


def _gaussian_scale(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    scale = _target_scale(problem, scenario.dims)
    if 0 < scale <= bounds.MAX_SCALE:
        words = (
            f"scale = (Σs² / (tr XXᵀ · d₁⋯d_N))^(1/{2 * len(scenario.dims) - 2}) = {scale:.4g}: on "
            "average the product starts as large as the target, in the mean square."
        )
        changed = replace(scenario, scale=scale)
        yield Milestone("scale", "as large as the target", words, changed)


def _layer_scale(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    N = scenario.H + 1
    scale = _digits(float(problem.singular_values[0]) ** (1 / N))
    if problem.is_white and 0 < scale <= bounds.MAX_SCALE:
        words = (
            f"scale = s₁^(1/{N}) = {scale:.4g}: the layers start as strong as those of mode 1 are "
            "at the balanced minimum."
        )
        yield Milestone("scale", "as strong as mode 1", words, replace(scenario, scale=scale))


def _imbalance(run: Run) -> Iterator[Milestone]:
    """Balanced, and the imbalance that makes the minimum sharper by √2."""
    scenario, problem = run.scenario, run.trajectory.problem
    words = "λ = 0: every C is zero, the start is balanced."
    changed = _possible(problem, scenario, lam=0.0)
    if changed is not None:
        yield Milestone("lam", "balanced, λ = 0", words, changed)
    if scenario.H != 1 or not problem.is_white or min(scenario.dims) < problem.d_y:
        return
    strongest = _digits(2 * float(problem.singular_values[0]))
    for lam, name in ((strongest, "2s₁"), (-strongest, "−2s₁")):
        changed = _possible(problem, scenario, lam=lam)
        if changed is not None:
            words = (
                f"λ = {name} = {lam:.4g}: at the minimum λ_max = √(λ² + 4s₁²) = "
                f"{math.sqrt(2) * strongest:.4g}, √2 times that of the balanced one."
            )
            yield Milestone("lam", f"λ = {name}", words, changed)
            return


def _certified_alpha(run: Run) -> Iterator[Milestone]:
    scenario, problem = run.scenario, run.trajectory.problem
    N, weakest = scenario.H + 1, float(problem.singular_values[-1])
    factor = N if problem.d_x == problem.d_y else 1
    alpha = _digits(factor * weakest ** (2 - 2 / N))
    if problem.is_white and positive_modes(problem) == problem.d_y and 1e-6 <= alpha <= 100:
        n = _index(problem.d_y - 1)
        words = (
            f"α = {f'{N} ' * (factor > 1)}s{n}^(2−2/{N}) = {alpha:.4g}: the rate at which the "
            "balanced minimum attracts."
        )
        yield Milestone("alpha", "balanced minimum's rate", words, replace(scenario, alpha=alpha))


def _nothing(run: Run) -> Iterator[Milestone]:
    yield from ()


_RULES: dict[str, Callable[[Run], Iterator[Milestone]]] = {
    "gaussian": _gaussian_scale,
    "balanced": _layer_scale,
    "orthogonal": _layer_scale,
    "lambda_balanced": _imbalance,
    "certified": _certified_alpha,
}


def _widths(run: Run) -> Iterator[Milestone]:
    """Hidden layers as narrow as the modes allow, and one neuron narrower."""
    scenario, problem = run.scenario, run.trajectory.problem
    n, dims = positive_modes(problem), scenario.dims
    hidden = dims[1:-1]
    if not hidden:
        return
    changed = _possible(problem, scenario, dims=(dims[0], *(n,) * len(hidden), dims[-1]))
    if changed is not None:
        words = f"Hidden widths of {n}, one neuron for each mode: the narrowest that lose none."
        yield Milestone("widths", "narrowest without loss", words, changed)
    if n < 2 or min(hidden) < n:
        return
    j = int(np.argmin(hidden)) + 1
    changed = _possible(problem, scenario, dims=(*dims[:j], n - 1, *dims[j + 1 :]))
    if changed is not None:
        least = problem.residual_loss + 0.5 * float(problem.singular_values[n - 1]) ** 2
        words = (
            f"Hidden layer {j} of width {n - 1} lets one mode less through: the loss cannot fall "
            f"below {_formula(problem, (n - 1,))} = {least:.4g}."
        )
        yield Milestone("widths", "one neuron too few", words, changed)


def _horizons(run: Run) -> Iterator[Milestone]:
    """When all modes that are learned are, and the limit itself."""
    scenario, trajectory = run.scenario, run.trajectory
    s = trajectory.problem.singular_values[: positive_modes(trajectory.problem)]
    curves = run.strengths[:, : len(s)]
    learned = np.flatnonzero(curves[-1] >= LEARNED * s)
    rises = [_last_rise(trajectory.t, curves[:, k], LEARNED * float(s[k])) for k in learned]
    latest = max((rise for rise in rises if rise is not None), default=0.0)
    if 0 < latest < trajectory.t[-1]:
        t_end = min(_digits(latest, 3, up=True), float(trajectory.t[-1]))
        words = (
            f"By t = {t_end:.4g} every mode that is learned here, {len(learned)} of {len(s)}, has "
            "99 % of its strength."
        )
        yield Milestone("horizon", "until modes are learned", words, replace(scenario, t_end=t_end))
    if scenario.t_end is not None and trajectory.problem.condition <= PATIENT:
        words = "No horizon: the run goes on to its limit point."
        yield Milestone("horizon", "to the limit point", words, replace(scenario, t_end=None))


def _possible(problem: Problem, scenario: Scenario, **changes: Any) -> Scenario | None:
    """The scenario with changes, if it has a start."""
    try:
        changed = replace(scenario, **changes)
        weights_of(changed, problem)
    except ValueError:
        return None
    return changed


def _target_scale(problem: Problem, dims: Sequence[int]) -> float:
    r"""Scale at which Gaussian layers have :math:`E\|PG^{1/2}\|_F^2 = \sum_k s_k^2`."""
    s, top = problem.singular_values, float(problem.singular_values[0])
    log = 2 * math.log(top) + math.log(np.sum((s / top) ** 2))  # where squares would underflow
    log -= math.log(np.trace(problem.gram)) + sum(map(math.log, dims[1:]))
    return _digits(math.exp(log / (2 * (len(dims) - 1))))


def _digits(value: float, n: int = 6, *, up: bool = False) -> float:
    """The value with n digits, as a control can show it; with `up`, not below it."""
    rounded = float(f"{value:.{n}g}")
    if up and rounded < value:
        rounded = float(f"{value * (1 + 10.0 ** (1 - n)):.{n}g}")
    return rounded


def _formula(problem: Problem, missed: IndexSet) -> str:
    """The loss at a saddle as a sum over the missed modes."""
    squares = " + ".join(f"s{_index(k)}²" for k in missed[:4]) + (" + …" if len(missed) > 4 else "")
    half = f"½({squares})" if len(missed) > 1 else f"½ {squares}"
    return half if problem.residual_loss == 0 else f"L_res + {half}"


def _index(k: int) -> str:
    """Mode k as a subscript, counted from 1."""
    return str(k + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
