"""What the room Space is told of the network that is shown."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.link import from_query
from linviz.panels import atlas, space
from linviz.panels.beside import ASKED
from linviz.panels.shown import Shown
from linviz.panels.view import View

SMALL = lv.Scenario(dims=(2, 2, 2), singular_values=(2.0, 1.0), scale=1e-2)


def shown(scenario: lv.Scenario = SMALL) -> Shown:
    return Shown(lv.run(scenario), None, "", View())


def answer(what: str, scenario: lv.Scenario = SMALL, **said: Any) -> dict[str, Any]:
    compute = ASKED["space"].compute(shown(scenario), {"type": "space", "what": what, **said})
    found: dict[str, Any] = compute(lambda t, loss: False)
    message = ASKED["space"].told(found, 3)
    assert message.content["run"] == 3
    assert message.content["what"] == what
    json.dumps(message.content)  # all bytes stand in the buffers
    assert all(isinstance(each, bytes) for each in message.buffers)
    return found


def test_the_plane_of_the_run_holds_it_and_its_loss() -> None:
    found = answer("run")
    run = lv.run(SMALL)
    (x, X, y, Y), path = found["reach"], found["path"]
    assert ((path >= (x, y)) & (path <= (X, Y))).all()
    assert [point["learned"] for point in found["points"]] == [(), (0,), (0, 1)]
    assert found["loss"].min() < 0.05
    ends = found["loss"][[0, -1]][:, [0, -1]]
    plane = lv.geometry.plane_of_run(run.trajectory, run.stays).cut
    assert ends == pytest.approx(plane.loss(np.array([x, X]), np.array([[y], [Y]])))


def test_the_plane_of_curvature_has_the_lowest_and_the_highest_eigenvalue() -> None:
    found = answer("curvature", t=2.0)
    run = lv.run(SMALL)
    values = lv.spectrum(run.trajectory.problem, run.trajectory.at(2.0)).eigenvalues
    assert found["curvature"] == pytest.approx([values[0], values[-1]], rel=1e-8)


def test_the_invariant_plane_names_its_maximum_a_saddle_of_the_network() -> None:
    points = answer("invariant")["points"]
    assert [(p["within"], p["kind"]) for p in points[-1:]] == [("maximum", "strict saddle")]
    assert len(points) == 9


def test_a_map_is_coarse_then_tiles_of_new_cells_and_a_start_of_it_is_a_scenario() -> None:
    coarse = answer("map", level=0)
    assert coarse["levels"] == [28, 84, 252]
    assert coarse["component"].shape == (28, 28)
    tile = answer("map", level=1, tile=[2, 1])
    assert tile["at"] == [42, 21]
    known = np.zeros((21, 21), dtype=bool)
    known[1::3, 1::3] = True  # the starts of the coarse map
    assert ((tile["component"] == atlas.NOT_YET) == known).all()
    again = answer("map", level=1, tile=[2, 1], cells=np.flatnonzero(known).tolist())
    assert (again["component"][known] == coarse["component"][14:21, 7:14].ravel()).all()
    assert (again["component"][~known] == atlas.NOT_YET).all()
    x, y = (coarse["extent"] * (2 * k + 1 - 28) / 28 for k in (3, 12))
    query = answer("start", x=x, y=y)["query"]
    run = lv.run(from_query(query))
    assert run.trajectory.status == "converged"
    bits = sum(2**k for k, Wj in enumerate(run.trajectory.limit) if np.linalg.det(Wj) < 0)
    assert coarse["component"][12, 3] == bits


def test_a_map_that_is_stopped_has_what_was_there() -> None:
    said = {"type": "space", "what": "map", "level": 1, "tile": [0, 0]}
    asked: list[bool] = []

    def stops(t: float, loss: float) -> bool:
        asked.append(True)
        return len(asked) > 30

    part = space.asked(shown(), said)(stops)
    whole = answer("map", level=1, tile=[0, 0])
    there = part["component"] != atlas.NOT_YET
    assert 0 < there.sum() < (whole["component"] != atlas.NOT_YET).sum()
    assert (part["component"][there] == whole["component"][there]).all()
    assert (part["time"][there] == whole["time"][there]).all()


def test_sensitivity_is_told_beside_theory() -> None:
    assert answer("neighbors", radius=0.01)["growth"] > 10
    found = answer("escape", missed=[1])
    assert found["measured"] == pytest.approx(found["predicted"], rel=0.05)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"what": "map", "level": 7}, "expected the level of a map"),
        ({"what": "map", "level": 1, "tile": [0, 4]}, "expected a place of a tile"),
        ({"what": "map", "level": 1, "tile": [0]}, "expected the row and the column of a tile"),
        ({"what": "map", "level": 1, "tile": [0, 0], "cells": [441]}, "expected a cell"),
        ({"what": "map", "level": 1, "tile": [0, 0], "cells": []}, "found none"),
        ({"what": "curvature", "t": "now"}, "expected t"),
        ({"what": "neighbors", "radius": -1}, "expected the radius"),
        ({"what": "escape", "missed": "all"}, "missed|modes"),
        ({"what": "escape", "missed": []}, "misses a mode"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_words_in_its_place(
    said: dict[str, Any], words: str
) -> None:
    found = space.asked(shown(), said)(lambda t, loss: False)
    assert found["what"] == said["what"]
    assert re.search(words, found["reason"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"what": "basement"}, "expected a picture among run, curvature"),
        ({"what": ["run"]}, "expected a picture among"),
        ({"what": "start", "x": float("nan"), "y": 0}, "expected x"),
    ],
)
def test_nonsense_is_refused_in_words(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        space.asked(shown(), said)(lambda t, loss: False)


def test_of_a_network_that_is_too_large_and_of_a_run_on_a_line_the_reason_is_told() -> None:
    large = lv.Scenario(dims=(20, 20, 1), singular_values=(1.0,), t_end=0.01)
    assert "expected a network of at most 300 weights" in answer("run", large)["reason"]
    line = lv.Scenario(dims=(1, 1, 1), singular_values=(1.0,), rule="balanced", scale=0.1)
    assert "found one that moves along a line" in answer("run", line)["reason"]
