"""What the room Space is told of the network that is shown."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.link import from_query
from linviz.panels import space
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


def test_a_map_is_refined_and_a_start_of_it_is_a_scenario() -> None:
    coarse = answer("map", across=16)
    assert coarse["component"].shape == (16, 16)
    assert coarse["finer"] == 32
    query = answer("start", x=float(coarse["side"][3]), y=float(coarse["side"][12]))["query"]
    run = lv.run(from_query(query))
    assert run.trajectory.status == "converged"
    bits = sum(2**k for k, Wj in enumerate(run.trajectory.limit) if np.linalg.det(Wj) < 0)
    assert coarse["component"][12, 3] == bits


def test_sensitivity_is_told_beside_theory() -> None:
    assert answer("neighbors", radius=0.01)["growth"] > 10
    found = answer("escape", missed=[1])
    assert found["measured"] == pytest.approx(found["predicted"], rel=0.05)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"what": "basement"}, "expected a picture among run, curvature"),
        ({"what": ["run"]}, "expected a picture among"),
        ({"what": "map", "across": 10**6}, "expected starts along a side"),
        ({"what": "map", "across": None}, "expected starts along a side"),
        ({"what": "start", "x": float("nan"), "y": 0}, "expected x"),
        ({"what": "curvature", "t": "now"}, "expected t"),
        ({"what": "neighbors", "radius": -1}, "expected the radius"),
        ({"what": "escape", "missed": "all"}, "missed|modes"),
        ({"what": "escape", "missed": []}, "misses a mode"),
    ],
)
def test_nonsense_is_refused_in_words(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        space.asked(shown(), said)(lambda t, loss: False)


def test_a_network_that_is_too_large_to_cut_open_is_refused_in_words() -> None:
    large = lv.Scenario(dims=(20, 20, 1), singular_values=(1.0,), t_end=0.01)
    with pytest.raises(ValueError, match="expected a network of at most 300 weights"):
        space.asked(shown(large), {"what": "run"})(lambda t, loss: False)
