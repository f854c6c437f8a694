"""The dashboard without a browser: edits, messages, errors, stopping."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.run import run
from linviz.figures.verdict import verdict
from linviz.panels import dashboard
from linviz.panels import spectra as spectra_module
from linviz.panels.edits import EDITABLE, edited, layers_of, strengths_of
from linviz.panels.message import message
from linviz.panels.page import Dashboard
from linviz.panels.panel import PANELS
from linviz.panels.patterns import PATTERNS, pattern_of
from linviz.panels.runner import Runner
from linviz.panels.shown import Shown
from linviz.panels.spectra import moment, packed_moment, spectra
from linviz.panels.work import Failed, Report, Stop, StoppedError, Work

SLOW = lv.Scenario(dims=(64, 10, 10), data="digits")  # t > 1e6, seconds of work


@pytest.fixture
def page() -> Dashboard:
    return dashboard()


def send(page: Dashboard, kind: str, buffers: tuple[bytes, ...] = (), **content: Any) -> None:
    page._receive(page, {"type": kind, **content}, list(buffers))


def edit(page: Dashboard, field: str, value: Any, index: tuple[int, ...] = (), n: int = 1) -> None:
    send(page, "edit", request=n, edits=[{"field": field, "value": value, "index": list(index)}])


# ---------------------------------------------------------------- edits


@pytest.mark.parametrize(
    ("field", "value", "index", "expected"),
    [
        ("H", 1, (), {"dims": (5, 5, 3)}),
        ("width", 7, (1,), {"dims": (5, 7, 4, 3)}),
        ("width", 2, (3,), {"dims": (5, 5, 4, 2), "singular_values": (3, 2)}),
        ("singular_value", 2.5, (1,), {"singular_values": (3, 2.5, 1)}),
        ("pattern", "equal", (), {"singular_values": (1, 1, 1)}),
        ("rule", "balanced", (), {"rule": "balanced"}),
        ("scale", 0.5, (), {"scale": 0.5}),
        ("seed", 9, (), {"seed": 9}),
        ("draw", None, (), {"seed": 4}),
        ("lam", 2, (), {"lam": 2}),
        ("alpha", 2, (), {"alpha": 2}),
        ("missed", True, (2,), {"missed": (0, 2)}),
        ("missed", False, (0,), {"missed": ()}),
        ("strength", 0.7, (1,), {"strengths": (0.1, 0.7, 0.1)}),
        ("t_end", 12.5, (), {"t_end": 12.5}),
        ("t_end", None, (), {"t_end": None}),
        ("reset", None, (), {}),
    ],
)
def test_a_control_changes_its_field_and_no_other(field, value, index, expected) -> None:
    after = edited(lv.Scenario(), field, value, index)
    assert after == replace(lv.Scenario(), **expected)


def test_a_singular_value_of_a_layer_fills_the_others() -> None:
    after = edited(lv.Scenario(), "layer_singular_value", 2.0, (1, 0))
    assert layers_of(after) == ((0.1,) * 5, (2.0, 0.1, 0.1, 0.1), (0.1,) * 3)


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_patterns_descend_and_are_recognized(name: str, n: int) -> None:
    scenario = lv.Scenario(dims=(n, n), singular_values=(7.0,) * n)
    after = edited(scenario, "pattern", name)
    assert all(
        a >= b > 0
        for a, b in zip(after.singular_values, after.singular_values[1:] or (0.01,), strict=False)
    )
    assert pattern_of(edited(after, "pattern", pattern_of(after))) == pattern_of(after) != ""


def test_data_sets_come_and_go_with_their_widths() -> None:
    digits = edited(lv.Scenario(), "data", "digits")
    assert digits.dims == (64, 10, 10, 10)
    white = edited(digits, "whitened", True)
    assert white.dims == (61, 10, 10, 10)
    assert edited(white, "data", "canonical").dims == lv.Scenario().dims


@given(
    st.sampled_from(EDITABLE) | st.text(max_size=5),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
    st.lists(st.integers(-2, 200) | st.text(max_size=2), max_size=3),
)
def test_whatever_a_visitor_sends_is_a_scenario_or_a_value_error(field, value, index) -> None:
    after = None
    with contextlib.suppress(ValueError):
        after = edited(lv.Scenario(), field, value, tuple(index))
    assert after is None or (strengths_of(after) and hash(after) is not None)


# ---------------------------------------------------------------- messages


def test_a_message_holds_all_that_the_page_draws() -> None:
    study = run(lv.Scenario())
    content = message(Shown(study, run_id=3), {})
    assert [*content["pictures"]] == [name for name in PANELS if name not in ("errors", "images")]
    assert content["t"]["dtype"] == "float64"
    loss = np.frombuffer(content["loss"]["data"])
    np.testing.assert_array_equal(loss, study.trajectory.loss)
    start = lv.simulate(lv.Scenario()).at(0)
    expected = [*start, lv.invariants(start)[0], lv.invariants(start)[1]]
    sent = {heat["name"]: decoded(heat["values"]) for heat in heats(content)}
    assert list(sent) == ["W₁", "W₂", "W₃", "P", "W_LR (target)", "C₁", "C₂"]
    for name, matrix in zip(["W₁", "W₂", "W₃", "C₁", "C₂"], expected, strict=True):
        np.testing.assert_allclose(sent[name][0], matrix, atol=1e-7)
    np.testing.assert_allclose(sent["P"][-1], np.eye(3, 5) * [[3], [2], [1]], atol=1e-4)


def test_a_message_has_no_array_twice() -> None:
    content = message(Shown(run(lv.Scenario())), {})
    found = list(arrays(content["pictures"]))
    assert len(set(found)) == len(found) > 10
    edges = content["pictures"]["network"]["network"]["edges"]
    layers = [heat["values"] for heat in content["pictures"]["matrices"]["heats"]][: len(edges)]
    for j, (edge, layer) in enumerate(zip(edges, layers, strict=True)):
        assert decoded(edge["values"]).shape[1:] == DEFAULT_SHAPES[j]
        assert layer == {"same": ["network", "network", "edges", j, "values"]}


DEFAULT_SHAPES = ((5, 5), (4, 5), (3, 4))


def heats(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The heat maps of a message, each with its own array."""
    pictures = content["pictures"]

    def whole(values: Any) -> Any:
        found = pictures
        for key in values.get("same", []):
            found = found[key]
        return found if "same" in values else values

    return [heat | {"values": whole(heat["values"])} for heat in pictures["matrices"]["heats"]]


def decoded(sent: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(sent["data"], dtype=sent["dtype"]).reshape(sent["shape"])


def arrays(value: Any) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
    """All arrays within a message."""
    if isinstance(value, dict) and "data" in value and "shape" in value:
        yield value["dtype"], tuple(value["shape"]), value["data"]
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays(item)


def test_a_message_stays_small() -> None:
    study = run(lv.Scenario(dims=(30, 30, 25), singular_values=(1.0,) * 25, scale=0.3, t_end=5))
    sent = heats(message(Shown(study), {}))
    moments = len(decoded(sent[0]["values"]))
    assert 2 < moments < study.trajectory.t.size  # fewer than there are
    assert sum(len(heat["values"]["data"]) for heat in sent) <= 1_010_000


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (lv.Scenario(), "The run ends at the minimum, L = 0."),
        (lv.Scenario(rule="on_stable_manifold"), "The run ends at a strict saddle, L = 4.5."),
        (lv.Scenario(t_end=2), "The run stops at t = 2, L = 2.713, before its limit."),
    ],
)
def test_the_verdict_claims_no_more_than_was_computed(scenario: lv.Scenario, words: str) -> None:
    assert verdict(run(scenario)).startswith(words)


# ---------------------------------------------------------------- the page's answers


def test_an_edit_becomes_one_run_and_one_event(page: Dashboard) -> None:
    events: list[Any] = []
    page.state.observe(events.append, "scenario")
    edit(page, "singular_value", 2.5, (1,))
    assert page.run["id"] == 2
    assert page.status["state"] == "ready"
    assert page.status["request"] == 1
    assert page.state.scenario.singular_values == (3, 2.5, 1)
    assert len(events) == 1


def test_a_scenario_assigned_in_python_runs(page: Dashboard) -> None:
    page.state.scenario = lv.Scenario(dims=(2, 2), singular_values=(2, 1))
    assert page.result.scenario.dims == (2, 2)
    assert page.run["form"]["dims"] == [2, 2]


@pytest.mark.parametrize(
    ("field", "value", "index", "words"),
    [
        ("H", 10**6, (), "found 1000000"),
        ("width", -3, (1,), "found -3"),
        ("width", float("nan"), (1,), "width d_1"),
        ("width", 5, (99,), "from 0 to 3"),
        ("singular_value", -1, (0,), "found -1"),
        ("t_end", -1, (), "horizon"),
        ("scale", "big", (), "scale"),
        ("rule", "magic", (), "rule"),
        ("data", "../../etc/passwd", (), "load the file again"),
        ("nonsense", 1, (), "expected a control"),
        ("lam", 3, (), "0"),
    ],
)
def test_bad_input_is_refused_in_words_and_the_last_picture_stays(
    page: Dashboard, field: str, value: Any, index: tuple[int, ...], words: str
) -> None:
    if field == "lam":  # widths that do not allow it
        edit(page, "rule", "lambda_balanced", n=1)
        words = "lam = 3"
    before = page.run
    edit(page, field, value, index, n=2)
    assert page.status["state"] == "error"
    assert page.status["request"] == 2
    assert words in page.status["words"]
    assert page.run is before
    edit(page, "seed", 5, n=3)
    assert page.status["state"] == "ready"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": 7},
        {"type": "edit"},
        {"type": "edit", "edits": 3},
        {"type": "edit", "edits": [4]},
        {"type": "edit", "request": "x"},
        {"type": "upload", "name": None},
        {"type": "view", "t": []},
    ],
)
def test_hostile_messages_never_raise_and_never_lose_the_picture(page: Dashboard, content) -> None:
    before = page.result
    page._receive(page, content, [])
    assert page.result is before


def test_a_bug_in_a_callback_is_shown_in_the_page(page: Dashboard, monkeypatch) -> None:
    monkeypatch.setattr("linviz.panels.wanted.run", lambda *a, **k: 1 / 0)
    edit(page, "seed", 1)
    assert "ZeroDivisionError" in page.status["words"]


def test_an_uploaded_file_runs_and_a_bad_one_is_refused(page: Dashboard) -> None:
    rows = "a,b,y\n" + "\n".join(f"{k % 5},{k % 3},{k % 7}" for k in range(20))
    send(page, "upload", (rows.encode(),), request=1, name="mine.csv", targets=1)
    assert page.status["state"] == "ready"
    assert page.run["form"]["file"]["name"] == "mine.csv"
    assert page.state.scenario.dims == (2, 5, 4, 1)
    before = page.run
    send(page, "upload", (rows.replace("4,1,4", "4,1").encode(),), request=2, name="mine.csv")
    assert "row" in page.status["words"]
    assert page.run is before


def test_the_view_changes_axes_and_no_number(page: Dashboard) -> None:
    before = page.result
    send(page, "view", log_loss=True, log_time=True)
    assert page.run["pictures"]["loss"]["panes"][0]["y"]["scale"] == "log"
    assert page.run["pictures"]["modes"]["panes"][0]["x"]["scale"] == "log"
    assert page.result is before
    assert page.run["id"] == 1


def test_the_heartbeat_and_the_rest_are_answered(page: Dashboard, monkeypatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(page, "send", lambda content, buffers=None: sent.append((content, buffers)))
    send(page, "ping")
    send(page, "rest")
    assert [content["type"] for content, _ in sent] == ["pong"]
    assert len(page.theory["message"]["theory"]) > 10


def test_eigenvalues_come_along_the_run_and_are_kept(page: Dashboard) -> None:
    send(page, "spectra")
    t, values, counts, *other = page.get_state()["spectra"]["buffers"]
    run, n = page.result, lv.Scenario().n_parameters
    assert page.spectra["message"] == {"type": "spectra", "id": 1, "n": n, "other": 0}
    assert other == [b"", b""]
    moments, found = np.frombuffer(t), np.frombuffer(values).reshape(-1, n)
    frames = np.searchsorted(run.trajectory.t, moments)
    assert {stay.first for stay in run.stays} | {0, len(run.trajectory.t) - 1} <= {*frames.tolist()}
    np.testing.assert_allclose(found[-1], run.spectrum.eigenvalues, atol=1e-3)
    told = np.frombuffer(counts, np.int32).reshape(-1, 3)
    for k, row, values_now in zip(frames, told.tolist(), found, strict=True):
        stay = run.course.frame(int(k)).stay
        signs = [int((values_now < 0).sum()), int((values_now > 0).sum())]
        if stay is None:  # all but zeros to roundoff are counted
            assert sum(row) == n
            assert row[0] <= signs[0]
            assert row[2] <= signs[1]
        else:
            assert row == list(stay.inertia or (-1, -1, -1))


def test_eigenvalues_come_of_the_run_that_is_compared() -> None:
    descent = lv.run(lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="descent"))
    assert descent.beside is not None
    found = spectra(descent, lambda t, loss: False)
    k = int(np.searchsorted(descent.beside.t, found.other_t[-1]))
    own = lv.hessian(descent.beside.problem, tuple(Wj[k] for Wj in descent.beside.W))
    np.testing.assert_allclose(found.other[-1], np.linalg.eigvalsh(own), atol=1e-12)
    kept = lv.run(lv.Scenario(dims=(2, 3, 2), singular_values=(2, 1)))
    assert spectra(descent, lambda t, loss: False, kept).other.shape[1] == 12


def test_eigenvalues_of_a_moment_of_a_large_network_come_when_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(spectra_module, "MOST_WEIGHTS", 7)
    run = lv.run(lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    assert spectra(run, lambda t, loss: False).t.size == 0
    t = run.trajectory.t
    found = moment(run, float(0.5 * (t[5] + t[6])), lambda t, loss: False)
    assert found.t.tolist() == [t[5]]
    own = lv.hessian(run.trajectory.problem, tuple(Wj[5] for Wj in run.trajectory.W))
    np.testing.assert_allclose(found.eigenvalues[0], np.linalg.eigvalsh(own), atol=1e-12)
    content = packed_moment(found, 3).content
    assert (content["type"], content["id"]) == ("moment", 3)


# ---------------------------------------------------------------- running and stopping


def in_a_loop(page: Dashboard, steps: Any) -> None:
    async def body() -> None:
        await steps()
        deadline = time.monotonic() + 30
        while page._runner.busy and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    asyncio.run(body())


def test_a_long_run_says_that_it_runs_and_can_be_stopped(page: Dashboard) -> None:
    states: list[str] = []
    page.observe(lambda change: states.append(change["new"]["state"]), "status")

    async def steps() -> None:
        page.state.scenario = SLOW
        await asyncio.sleep(0.5)
        send(page, "stop")
        await asyncio.sleep(0.35)
        assert not page._runner.busy

    in_a_loop(page, steps)
    assert states[0] == "running"
    assert states[-1] in ("ready", "error")
    assert "stopped" in (page.status["note"] + page.status["words"]).lower()


def test_the_newest_request_wins(page: Dashboard) -> None:
    async def steps() -> None:
        page.state.scenario = SLOW
        await asyncio.sleep(0.05)
        edit(page, "data", "canonical", n=2)
        edit(page, "scale", 0.3, n=3)

    in_a_loop(page, steps)
    assert page.result.scenario.data == "canonical"
    assert page.result.scenario.scale == 0.3
    assert page.run["id"] == 2


def test_a_runner_drops_what_does_not_stop() -> None:
    reports: list[Report] = []

    async def body() -> None:
        runner = Runner(reports.append)
        runner.take(Work("run", lambda interrupt: time.sleep(0.6)))
        await asyncio.sleep(0.02)
        runner.take(Stop("run"))
        await asyncio.sleep(0.3)
        assert not runner.busy
        await asyncio.sleep(0.5)

    asyncio.run(body())
    (told,) = reports
    assert isinstance(told, Failed)
    assert isinstance(told.error, StoppedError)
