"""What every entry of the catalogue must do, and entries that tests add to see them do it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.beside.networks import network
from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.catalogue.data.packaged import packaged
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import SCALE, SEED, WEIGHTS, Field
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.link import from_query, to_query
from linviz.core.flow.activation import Activation
from linviz.core.model.letters import text_of

UPLOADED_FILE = lv.DataSet("mine", [[1.0, 0.2, -1.0], [0.0, 1.0, 2.0]], [[1.0, 2.0, 0.5]], "Mine.")
FILES = {UPLOADED_FILE.digest: UPLOADED_FILE}


def _signs(problem: lv.Problem, dims: tuple[int, ...], *, scale: float, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    pairs = zip(dims[1:], dims[:-1], strict=True)
    return tuple(scale * rng.choice([-1.0, 1.0], size=shape) for shape in pairs)


def _line() -> lv.DataSet:
    return lv.DataSet("line", [[1.0, 2.0, 3.0], [1.0, -1.0, 0.5]], [[2.0, 1.0, 1.0]], "A line.")


NEW_RULE = Entry(
    name="signs",
    title="Random signs",
    words="random signs",
    make=_signs,
    fields=(SCALE, SEED),
    scale_of="entries",
)
NEW_DATA = packaged("line", "three samples on a line", _line)
NEW_NETWORK = network(
    Activation(
        "cubic",
        lambda z: z + z**3,
        lambda z: 1 + 3 * z**2,
        lambda z: z**2 / 6 + np.log1p(3 * z**2) / 9,
    ),
    "cubic network",
)


@contextmanager
def added_entries() -> Iterator[None]:
    """In the catalogue for a while: a rule, a data set and an activation more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RULES, NEW_RULE.name, NEW_RULE)
        patch.setitem(DATA, NEW_DATA.name, NEW_DATA)
        patch.setitem(BESIDE, NEW_NETWORK.name, NEW_NETWORK)
        yield


@st.composite
def scenarios(draw: st.DrawFn, **given: Any) -> lv.Scenario:
    """Small scenarios of random sizes, with what is given."""
    n = draw(st.integers(1, 3))
    hidden = draw(st.lists(st.integers(1, 4), max_size=3))
    s = draw(st.lists(st.floats(0.1, 3), min_size=n, max_size=n))
    values = st.lists(st.floats(0, 2), max_size=3).map(tuple)
    fields: dict[str, Any] = {
        "dims": (draw(st.integers(n, 4)), *hidden, n),
        "singular_values": tuple(sorted(s, reverse=True)),
        "scale": draw(st.floats(0.01, 1)),
        "seed": draw(st.integers(0, 2**32 - 1)),
        "layer_singular_values": tuple(draw(st.lists(values, max_size=3))),
        "strengths": draw(values),
        "missed": tuple(draw(st.sets(st.integers(0, n - 1)))),
        "lam": draw(st.floats(-1, 1)),
        "alpha": draw(st.floats(0.1, 1)),
        "t_end": draw(st.floats(0.1, 2)),
        "step": draw(st.floats(0.1, 0.9)),
        "momentum": draw(st.floats(0, 0.9)),
        "weight_decay": draw(st.sampled_from((0.0, 0.1))),
        "label_noise": draw(st.sampled_from((0.0, 0.1))),
    }
    if WEIGHTS in RULES[str(given.get("rule", "zeros"))].fields:
        drawn = lv.gaussian(fields["dims"], seed=draw(st.integers(0, 99)))
        fields["weights"] = draw(st.sampled_from(["", text_of(drawn)]))
    return lv.Scenario(**fields | given)


def usual(rule: str, **given: Any) -> lv.Scenario:
    """A scenario of this rule that has a start."""
    scenario = lv.Scenario(rule=rule, **given)
    if WEIGHTS in RULES[rule].fields:
        return replace(scenario, weights=text_of(lv.gaussian(scenario.dims, 0.3)))
    return scenario


def assert_round_trips(scenario: lv.Scenario) -> None:
    """Link, JSON, repr and printed code give the very scenario back."""
    assert from_query(to_query(scenario)) == scenario
    assert lv.scenario_from_json(lv.scenario_json(scenario)) == scenario
    assert eval(repr(scenario), {"Scenario": lv.Scenario}) == scenario
    names: dict[str, Any] = {}
    exec(scenario.code.rpartition("\n")[0], names)  # all but the line that runs it
    assert names["scenario"] == scenario


def assert_is_made(entry: Entry, problem: lv.Problem, scenario: lv.Scenario) -> None:
    """A rule makes weights of the right shapes, or says in words what it cannot do."""
    refused = ""
    try:
        W = entry.make(problem, scenario.dims, **entry.values(scenario))
    except ValueError as error:
        refused = str(error)
    if refused:
        assert refused.startswith("expected ")
        return
    shapes = list(zip(scenario.dims[1:], scenario.dims[:-1], strict=True))
    assert [Wj.shape for Wj in W] == shapes
    assert all(np.isfinite(Wj).all() for Wj in W)


def another(field: Field, value: Any) -> Any:
    """Another value of a field, in its range."""
    match field.kind:
        case "real":
            return value / 2 if value > 0 else (field.low + field.high) / 3 + value / 2
        case "whole":
            return value + 1
        case "flag":
            return not value
        case "wholes":
            return (1,)
        case "layers":
            return ((0.7,),)
        case "reals":
            return tuple(0.7 * v for v in value) or (0.7,)
    raise AssertionError(f"{field.name} of kind {field.kind} is not an entry's own")
