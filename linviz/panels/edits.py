"""What a control does: one field of a scenario replaced, and what depends on it kept whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from linviz.core.experiment import limits
from linviz.core.experiment.by_hand import going_on
from linviz.core.experiment.catalogue import completed
from linviz.core.experiment.catalogue.data import data_entry
from linviz.core.experiment.catalogue.fields import (
    FIELDS,
    RULE,
    SINCE,
    SINGULAR_VALUES,
    WEIGHTS,
    WHITENED,
)
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.milestones.suggestions import beside_saddle
from linviz.core.experiment.presets import preset_named
from linviz.core.experiment.scenario import (
    Scenario,
    with_depth,
    with_dims,
    with_problem,
    with_width,
)
from linviz.core.experiment.simulation import problem_of, weights_of
from linviz.core.model import checks
from linviz.core.model.checks import MAX_SEED, brief
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.samples import DataSet
from linviz.panels.patterns import PATTERNS, patterned


def edited(
    scenario: Scenario,
    field: str,
    value: Any,
    index: Sequence[int] = (),
    datasets: Mapping[str, DataSet] | None = None,
) -> Scenario:
    """Scenario after one control was moved.

    Parameters
    ----------
    field : str
        What is edited: a field of `Scenario`, or "H", "width", "singular_value", "pattern",
        "strength", "layer_singular_value", "layer", "saddle", "draw", "reset".
    value : number, text or bool
    index : whole numbers
        Which item, for the controls that stand in a list.

    Raises
    ------
    ValueError
        If there is nothing of that name to edit, or the scenario would be out of its limits.

    Examples
    --------
    >>> edited(Scenario(), "H", 1).dims
    (5, 5, 3)
    """
    if not isinstance(field, str):
        raise ValueError(f"expected the name of a control, found {brief(field)}")
    if not isinstance(index, list | tuple) or len(index) > 2:
        raise ValueError(f"expected an index of at most two numbers, found {brief(index)}")
    if field in _PLAIN:
        return replace(scenario, **{field: value})
    checks.one_of(field, "a control", sorted(EDITABLE))
    return _EDITS[field](scenario, value, tuple(index), datasets or {})


def strengths_of(scenario: Scenario) -> tuple[float, ...]:
    """Strengths that a rule with such a field uses: those chosen, else the scale."""
    return completed.strengths(scenario.dims, scenario.strengths, scenario.scale)


def layers_of(scenario: Scenario) -> tuple[tuple[float, ...], ...]:
    """Singular values of the layers that a rule with such a field uses: chosen, else the scale."""
    return completed.layers(scenario.dims, scenario.layer_singular_values, scenario.scale)


Edit = Callable[[Scenario, Any, tuple[int, ...], Mapping[str, DataSet]], Scenario]


def _width(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    (layer,) = _checked(index, len(scenario.dims))
    return with_width(scenario, layer, value)


def _singular_value(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    (k,) = _checked(index, len(scenario.singular_values))
    value = checks.real(value, f"singular value {k + 1}", 0, limits.MAX_SINGULAR_VALUE)
    s = scenario.singular_values
    # they stay in order: those that would be passed move along
    before, after = (max(v, value) for v in s[:k]), (min(v, value) for v in s[k + 1 :])
    return replace(scenario, singular_values=(*before, value, *after))


def _use_pattern(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    if value == "":
        return scenario
    pattern = checks.one_of(value, "a pattern", PATTERNS)
    return replace(scenario, singular_values=patterned(pattern, len(scenario.singular_values)))


def _strength(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    strengths = strengths_of(scenario)
    (k,) = _checked(index, len(strengths))
    return replace(scenario, strengths=(*strengths[:k], value, *strengths[k + 1 :]))


def _layer_value(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    layers = layers_of(scenario)
    if len(index) != 2:
        raise ValueError(
            f"expected the numbers of a layer and of a singular value, found {brief(index)}"
        )
    (j,) = _checked(index[:1], len(layers))
    (k,) = _checked(index[1:], len(layers[j]))
    changed = (*layers[j][:k], value, *layers[j][k + 1 :])
    return replace(scenario, layer_singular_values=(*layers[:j], changed, *layers[j + 1 :]))


def _missed(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    (k,) = _checked(index, min(scenario.dims[0], scenario.dims[-1]))
    others = tuple(i for i in scenario.missed if i != k)
    return replace(scenario, missed=(*others, k) if value else others)


def _layer(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    """A hidden layer more behind d_j, as wide as that (or taken away, d_j itself)."""
    dims = scenario.dims
    (j,) = _checked(index, len(dims) - 1)
    if checks.boolean(value, "whether there is to be one more layer"):
        width = dims[j] if j > 0 else max(dims[1], dims[-1])
        return with_dims(scenario, (*dims[: j + 1], width, *dims[j + 1 :]))
    checks.whole(j, "the number of a hidden layer", 1, len(dims) - 2)
    return with_dims(scenario, (*dims[:j], *dims[j + 1 :]))


def _saddle(
    scenario: Scenario, value: Any, index: tuple[int, ...], datasets: Mapping[str, DataSet]
) -> Scenario:
    """A start ε beside the saddle that knows these modes, counted from 1."""
    problem = problem_of(scenario, datasets)
    n_modes = positive_modes(problem)
    learned = {
        checks.whole(k, "the number of a mode", 1, n_modes)
        for k in checks.items(value, "the modes that a saddle knows, a list of numbers")
    }
    missed = tuple(k for k in range(n_modes) if k + 1 not in learned)
    return beside_saddle(scenario, problem, missed)


def _rule(
    scenario: Scenario, value: Any, index: tuple[int, ...], datasets: Mapping[str, DataSet]
) -> Scenario:
    """Another rule; one that takes weights set by hand begins with those of the start."""
    rule = checks.one_of(value, "a rule", RULES)
    if WEIGHTS not in RULES[rule].fields or rule == scenario.rule:
        return replace(scenario, rule=rule)
    W = weights_of(scenario, problem_of(scenario, datasets), datasets=datasets)
    return going_on(scenario, W, 0.0)


def _draw(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    return replace(scenario, seed=(scenario.seed + 1) % MAX_SEED)


def _data(
    scenario: Scenario, value: Any, index: tuple[int, ...], datasets: Mapping[str, DataSet]
) -> Scenario:
    """Other data: the widths at both ends follow, hidden layers become no bottleneck."""
    if value == scenario.data:
        return scenario
    if WEIGHTS.name in scenario.in_use:  # they were set for another target
        scenario = replace(scenario, rule=Scenario().rule)
    before, after = data_entry(scenario.data), data_entry(str(value))
    default = replace(Scenario(), data=value)
    if SINGULAR_VALUES in after.fields:
        kept = replace(default, rule=scenario.rule, scale=scenario.scale, seed=scenario.seed)
        return with_depth(kept, scenario.H)
    problem = problem_of(default, datasets)
    hidden = tuple(max(d, problem.n_modes) for d in scenario.dims[1:-1])
    # a horizon that the data before asked for goes with them
    t_end = after.horizon or (None if before.horizon else scenario.t_end)
    elsewhere = replace(scenario, data=value, dims=(problem.d_x, *hidden, problem.d_y), t_end=t_end)
    return with_problem(elsewhere, value, False, problem)


def _preset(scenario: Scenario, value: Any, index: tuple[int, ...], _: Any) -> Scenario:
    if value == "":
        return scenario
    return preset_named(value)


def _whitened(
    scenario: Scenario, value: Any, index: tuple[int, ...], datasets: Mapping[str, DataSet]
) -> Scenario:
    if WHITENED.name not in scenario.in_use:
        return scenario
    problem = problem_of(replace(scenario, whitened=bool(value)), datasets)
    return with_problem(scenario, scenario.data, bool(value), problem)


_PLAIN = tuple(
    field.name
    for field in FIELDS.values()
    if field.kind in ("real", "whole", "choice", "horizon") and field not in (RULE, SINCE)
)
_EDITS: dict[str, Edit] = {
    "H": lambda scenario, value, index, datasets: with_depth(scenario, value),
    "width": _width,
    "singular_value": _singular_value,
    "pattern": _use_pattern,
    "strength": _strength,
    "layer_singular_value": _layer_value,
    "missed": _missed,
    "layer": _layer,
    "rule": _rule,
    "saddle": _saddle,
    "draw": _draw,
    "reset": lambda scenario, value, index, datasets: Scenario(),
    "preset": _preset,
    "data": _data,
    "whitened": _whitened,
}
EDITABLE = (*_PLAIN, *_EDITS)  # what a message of the page may name


def _checked(index: tuple[int, ...], n: int) -> tuple[int, ...]:
    if len(index) != 1 or type(index[0]) is not int or not 0 <= index[0] < n:
        raise ValueError(f"expected the number of an item from 0 to {n - 1}, found {brief(index)}")
    return index
