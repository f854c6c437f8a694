"""Links, views, the kept run and downloads, without a browser."""

import base64
import gzip
import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment import link
from linviz.panels import State, bundle, dashboard
from linviz.panels.control import CONTROLS
from linviz.panels.download import download
from linviz.panels.link import KEPT, LINKED_FILE, TRACKING, Link, read_link, write_link
from linviz.panels.message import message
from linviz.panels.page import Dashboard
from linviz.panels.panel import PANELS
from linviz.panels.session import Session
from linviz.panels.shown import Shown
from linviz.panels.view import COLORS, MATRICES, SPEEDS, VIEWED, View, changed
from linviz.panels.work import Finished, Work


@pytest.fixture
def page() -> Dashboard:
    return dashboard()


@pytest.fixture
def sent(page: Dashboard, monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], Any]]:
    """What the page's widget sends to the browser."""
    messages: list[tuple[dict[str, Any], Any]] = []
    monkeypatch.setattr(
        page, "send", lambda content, buffers=None: messages.append((content, buffers))
    )
    return messages


def send(page: Dashboard, kind: str, **content: Any) -> None:
    page._receive(page, {"type": kind, **content}, [])


views = st.builds(
    View,
    log_loss=st.booleans(),
    log_time=st.booleans(),
    panels=st.lists(st.sampled_from(tuple(PANELS)), min_size=1).map(tuple),
    hidden=st.lists(st.sampled_from(list(CONTROLS))).map(tuple),
    lecture=st.booleans(),
    embed=st.booleans(),
    colors=st.sampled_from(COLORS),
    matrices=st.sampled_from(MATRICES),
    t=st.none() | st.floats(0, 1e9),
    speed=st.sampled_from(SPEEDS),
)


# ---------------------------------------------------------------- links


@given(
    views,
    st.sampled_from(list(lv.presets)),
    st.none() | st.sampled_from(list(lv.presets)),
    st.sampled_from(["", *lv.presets]),
)
@settings(max_examples=150)
def test_a_link_opens_the_very_screen(
    view: View, name: str, kept: str | None, based_on: str
) -> None:
    """Also where the scenario was changed from a lecture's, field by field, to another."""
    scenario, beside = lv.presets[name], lv.presets.get(kept or "")
    link = read_link("?" + write_link(scenario, view, beside, based_on))
    assert link == Link(scenario, view, beside, based_on)


def test_a_preset_by_name_comes_with_its_axes() -> None:
    assert read_link("preset=invariants").view.log_loss
    assert not read_link("preset=invariants&log_loss=0").view.log_loss


def test_a_name_that_linviz_does_not_know_is_told_not_refused() -> None:
    link = read_link("scale=0.2&sede=8&utm_source=x")
    assert link.scenario.scale == 0.2
    assert link.note == "The link also says 'sede', which linviz does not know."


FOLLOWING = (
    *("utm_source", "utm_campaign", "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid"),
    *("_hsenc", "_hsmi", "igshid", "ref", "source", "module_item_id"),
)


@given(
    views,
    st.sampled_from(list(lv.presets)),
    st.lists(st.tuples(st.sampled_from(FOLLOWING), st.text("aZ09-_.~%", max_size=20))),
    st.randoms(use_true_random=False),
)
@settings(max_examples=50)
def test_what_mail_and_course_pages_add_to_a_link_says_nothing(
    view: View, name: str, added: list[tuple[str, str]], order: Any
) -> None:
    """Also twice, also between the others, and as often as it likes."""
    parts = write_link(lv.presets[name], view, lv.presets[name]).split("&")
    asked = read_link("&".join(parts))
    for pair in added:
        parts.insert(order.randint(0, len(parts)), "=".join(pair))
    assert read_link("?" + "&".join(parts)) == asked
    assert asked.note == ""


def test_no_name_of_a_link_is_taken_for_a_follower_s() -> None:
    names = (*link.LINKED, *VIEWED, *LINKED_FILE, KEPT, "preset", "H", "v")
    assert [name for name in names if re.fullmatch(TRACKING, name)] == []
    browser = (bundle.FRONT / "page" / "tracking.js").read_text(encoding="utf-8")
    assert f"/^({TRACKING})$/" in browser


@pytest.mark.parametrize(
    "query",
    [
        "t=nan",
        "t=soon",
        "speed=100",
        "colors=pink",
        "panels=",
        "panels=loss,nothing",
        "hidden=everything",
        "lecture=yes",
        "matrices=all",
        "log_loss=2",
        "panels=" + "loss," * 200,
    ],
)
def test_a_view_that_is_none_is_told_and_the_rest_is_opened(query: str) -> None:
    name = query.partition("=")[0]
    found = read_link(f"{query}&seed=77&matrices=invariants" if name != "matrices" else query)
    assert found.note.startswith(f"Of the link {name}= was left out: expected ")
    assert getattr(found.view, name) == getattr(View(), name)
    assert name == "matrices" or (found.scenario.seed, found.view.matrices) == (77, "invariants")


@pytest.mark.parametrize("query", ["A=scale%3Dnan", "A=A%3D1", "A=preset%3Dx", "seed=x"])
def test_a_scenario_that_is_none_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_link(query)


@given(
    st.dictionaries(
        st.sampled_from([*PANELS, "t", "colors", "hidden", "panels"]), st.text(max_size=40)
    )
)
def test_any_view_from_the_browser_is_one_or_refused(given_: dict[str, Any]) -> None:
    try:
        view = changed(View(), **given_)
    except ValueError as error:
        assert "expected" in str(error)  # noqa: PT017
    else:
        assert isinstance(view, View)


def test_opening_a_link_runs_it_and_says_so(page: Dashboard) -> None:
    assert not page.status["opened"]
    send(page, "open", search="?dims=3,3,2&singular_values=2,1&seed=8&colors=dark&t=0.5&A=H%3D1")
    assert page.status["opened"]
    assert page.result.scenario == lv.Scenario(dims=(3, 3, 2), singular_values=(2, 1), seed=8)
    assert page.kept is not None
    assert page.kept.scenario.H == 1
    assert page.run["view"]["colors"] == "dark"
    assert page.run["view"]["t"] == 0.5
    assert page.run["words"]["compare"].startswith("Both end at the minimum")


def test_after_a_link_is_open_the_view_is_the_visitor_s(page: Dashboard) -> None:
    send(page, "open", search="?seed=8&t=0.5&log_loss=1")
    opened = page.run["view"]["id"]
    send(page, "view", log_loss=False, t=None)
    send(page, "edit", request=1, edits=[{"field": "seed", "value": 9, "index": []}])
    view = page.run["view"]
    assert (view["log_loss"], view["t"], view["id"]) == (False, None, opened)


def test_a_link_that_is_refused_leaves_the_page_as_it_was(page: Dashboard) -> None:
    before = page.result
    send(page, "open", search="?scale=nan&colors=dark")
    assert page.result is before
    assert page.status["state"] == "error"
    assert page.status["opened"]
    assert "a number for scale" in page.status["words"]
    assert page.run["view"]["colors"] == "auto"


def test_a_link_to_a_file_waits_for_the_file(page: Dashboard) -> None:
    csv = b"a,b\n" + b"\n".join(f"{k},{k * k % 7}".encode() for k in range(12))
    data = lv.read_data("numbers.csv", csv, targets=1)
    scenario = lv.Scenario(dims=(data.X.shape[0], 3, data.Y.shape[0]), data=data.digest, seed=5)
    send(page, "open", search="?" + write_link(scenario, View()))
    assert "choose that file" in page.status["words"]
    page._receive(
        page, {"type": "upload", "request": 1, "name": "numbers.csv", "targets": 1}, [csv]
    )
    assert page.result.scenario == scenario


def csv(k: int) -> bytes:
    """A file of four columns, whose numbers depend on k."""
    rows = np.random.default_rng(k).integers(0, 9, (12, 4)).tolist()
    return "\n".join(["a,b,c,d", *(",".join(map(str, row)) for row in rows)]).encode()


def on_file(k: int, targets: int) -> lv.Scenario:
    data = lv.read_data("numbers.csv", csv(k), targets=targets)
    return lv.Scenario(dims=(len(data.X), len(data.Y)), data=data.digest, t_end=1, seed=5)


def upload(page: Dashboard, k: int, targets: int) -> None:
    told = {"type": "upload", "request": 1, "name": "numbers.csv", "targets": targets}
    page._receive(page, told, [csv(k)])


def test_a_link_reads_its_file_as_it_was_read_for_it(page: Dashboard) -> None:
    """Whatever number of targets the page's field says at the moment."""
    scenario = on_file(1, targets=2)
    send(page, "open", search="?" + write_link(scenario, View()))
    upload(page, 1, targets=1)
    assert page.result.scenario == scenario
    assert page.status["note"] == ""


def test_a_link_waits_while_another_file_is_opened(page: Dashboard) -> None:
    scenario = on_file(1, targets=2)
    send(page, "open", search="?" + write_link(scenario, View(colors="dark")))
    upload(page, 2, targets=1)
    assert page.result.scenario.data == on_file(2, targets=1).data
    assert "link still waits" in page.status["note"]
    assert page.run["view"]["colors"] == "auto"
    upload(page, 1, targets=1)
    assert page.result.scenario == scenario
    assert page.run["view"]["colors"] == "dark"


def test_a_link_waits_for_the_file_of_its_run_a_too(page: Dashboard) -> None:
    scenario, kept = on_file(1, targets=1), on_file(2, targets=2)
    send(page, "open", search="?" + write_link(scenario, View(), kept))
    upload(page, 1, targets=1)
    assert page.status["state"] == "error"
    assert "The run A of this link" in page.status["words"]
    upload(page, 2, targets=1)
    assert page.result.scenario == scenario
    assert page.kept is not None
    assert page.kept.scenario == kept


# ---------------------------------------------------------------- the kept run


def test_the_run_shown_is_kept_as_a_and_compared(page: Dashboard) -> None:
    first = page.result
    send(page, "freeze")
    assert page.kept is first
    send(page, "edit", request=1, edits=[{"field": "scale", "value": 0.01, "index": []}])
    assert page.kept is first
    assert "0.1 → 0.01" in page.run["words"]["compare"]
    overlaid = len(page.run["pictures"]["loss"]["curves"])
    send(page, "unfreeze")
    assert page.kept is None
    assert page.run["kept"] is None
    assert page.run["words"]["compare"] == ""
    assert len(page.run["pictures"]["loss"]["curves"]) < overlaid


def test_what_is_kept_during_a_run_stays_kept() -> None:
    session = Session(Link(lv.Scenario(), View()))
    before = session.shown.run

    def begun(seed: int) -> Work:
        edits = [{"field": "seed", "value": seed}]
        return session.receive({"type": "edit", "request": seed, "edits": edits})[-1]

    work = begun(8)
    session.receive({"type": "freeze"})
    session.receive(Finished(work, work.compute(lambda *_: False)))  # it was asked for before
    assert session.shown.run.scenario.seed == 8
    assert session.shown.kept is before
    work = begun(9)
    session.receive({"type": "unfreeze"})
    session.receive(Finished(work, work.compute(lambda *_: False)))
    assert session.shown.run.scenario.seed == 9
    assert session.shown.kept is None


def test_a_run_that_cannot_be_drawn_leaves_the_last_picture(
    page: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, shown = page.result, page.run
    with monkeypatch.context() as patch:
        patch.setattr("linviz.panels.session.message", lambda *_: 1 / 0)
        send(page, "edit", request=1, edits=[{"field": "seed", "value": 9, "index": []}])
        assert "ZeroDivisionError" in page.status["words"]
        send(page, "freeze")
    assert page.result is before
    assert page.run is shown
    assert page.kept is None
    send(page, "edit", request=2, edits=[{"field": "seed", "value": 10, "index": []}])
    assert page.result.scenario.seed == 10
    assert page.status["state"] == "ready"


@pytest.mark.parametrize(
    "content",
    [
        {"edits": None},
        {"edits": [1]},
        {"edits": [{}]},
        {"edits": [], "request": "x"},
        {"edits": [{"field": "preset", "value": []}]},
        {"edits": [{"field": "pattern", "value": {}}]},
        {"edits": [{"field": "milestone", "value": {}}]},
        {"edits": [{"field": "seed", "value": 1, "index": "x" * 10**6}]},
    ],
)
def test_malformed_edits_are_refused_in_a_few_words(page: Dashboard, content: Any) -> None:
    send(page, "edit", **content)
    assert page.status["state"] == "error"
    assert "expected" in page.status["words"]
    assert len(page.status["words"]) < 600
    assert page.result.scenario == lv.Scenario()


def test_the_commentary_stays_while_its_scenario_is_changed(page: Dashboard) -> None:
    send(page, "edit", request=1, edits=[{"field": "preset", "value": "depth", "index": []}])
    look_for = page.run["form"]["words"]["preset"]
    assert look_for
    send(page, "edit", request=2, edits=[{"field": "H", "value": 4, "index": []}])
    form = page.run["form"]
    assert (form["preset"], form["based_on"]) == ("", "depth")
    assert form["words"]["preset"] == look_for
    again = dashboard(link=page.run["query"])
    assert again.result.scenario == page.result.scenario
    assert again.run["form"]["based_on"] == "depth"
    send(page, "edit", request=3, edits=[{"field": "reset", "value": None, "index": []}])
    assert page.run["form"]["words"]["preset"] == ""


# ---------------------------------------------------------------- pages in parts


def test_a_page_can_be_one_panel_with_one_control() -> None:
    part = dashboard(lv.presets["staircase"], panels=["loss"], controls=["scale"])
    view = part.run["view"]
    assert view["panels"] == ["loss"]
    assert set(CONTROLS) - set(view["hidden"]) == {"scale", "time"}


def test_pages_with_one_state_follow_each_other() -> None:
    state = State()
    one, other = dashboard(state), dashboard(state, panels=["modes"])
    send(one, "edit", request=1, edits=[{"field": "seed", "value": 9, "index": []}])
    assert other.result.scenario.seed == 9
    assert other.result is one.result  # computed once
    assert (other.run["id"], other.status["state"]) == (2, "ready")
    other.state.scenario = lv.presets["staircase"]
    assert one.result.scenario == lv.presets["staircase"]
    assert other.result is one.result


def test_pages_with_one_state_share_their_files() -> None:
    state = State()
    one, other = dashboard(state), dashboard(state, panels=["modes"])
    upload(one, 1, targets=1)
    scenario = one.result.scenario
    assert scenario.data == on_file(1, targets=1).data
    assert other.result.scenario == state.scenario == scenario
    assert other.run["form"]["file"]["name"] == "numbers.csv"
    late = dashboard(state)
    assert late.result.scenario == scenario


def test_pages_of_their_own_do_not() -> None:
    one, other = dashboard(), dashboard()
    send(one, "edit", request=1, edits=[{"field": "seed", "value": 9, "index": []}])
    assert other.result.scenario.seed == 3


def test_wrong_parts_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="expected panels among loss"):
        dashboard(panels=["losses"])
    with pytest.raises(ValueError, match="expected controls among preset"):
        dashboard(controls=["sede"])
    with pytest.raises(ValueError, match="a number for scale"):
        dashboard(link="scale=x")


# ---------------------------------------------------------------- code and files


@pytest.mark.parametrize("name", lv.presets)
def test_the_code_reproduces_the_run_to_the_last_bit(name: str) -> None:
    scenario = lv.presets[name]
    space: dict[str, Any] = {}
    exec(scenario.code, space)
    np.testing.assert_array_equal(space["trajectory"].loss, lv.simulate(scenario).loss)


def test_a_milestone_moves_the_controls(page: Dashboard) -> None:
    milestone = next(m for m in page.run["milestones"] if m["label"].startswith("saddle at"))
    send(page, "edit", request=1, edits=[{"field": "milestone", "value": milestone["label"]}])
    assert page.result.scenario.rule == "on_stable_manifold"
    assert f"{page.result.point.loss:.4g}" in milestone["label"]
    send(page, "edit", request=2, edits=[{"field": "milestone", "value": "nowhere"}])
    assert "expected a milestone" in page.status["words"]


def test_the_files_hold_the_run(page: Dashboard, sent: list[tuple[dict[str, Any], Any]]) -> None:
    for what in ("npz", "csv", "json", "html"):
        send(page, "download", what=what)
    names = {told["name"] for told, _ in sent}
    stem = page._session.shown.stem
    assert names == {f"{stem}{ending}" for ending in (".npz", "-csv.zip", ".json", ".html")}
    files = {told["what"]: buffers[0] for told, buffers in sent}
    arrays = np.load(io.BytesIO(files["npz"]))
    np.testing.assert_array_equal(arrays["loss"], page.result.trajectory.loss)
    assert "loss.csv" in zipfile.ZipFile(io.BytesIO(files["csv"])).namelist()
    assert json.loads(files["json"])["scenario"]["seed"] == 3
    assert files["html"].startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("scenario", "preset", "stem"),
    [
        (lv.Scenario(dims=(3, 2), singular_values=(2, 1), seed=7), "", "3-2-gaussian-seed7"),
        (lv.Scenario(dims=(2, 2), singular_values=(2, 1), rule="zeros"), "", "2-2-zeros"),
        (lv.presets["edge"], "", "edge"),
        (lv.presets["edge"], "margin", "edge"),
        (replace(lv.presets["edge"], seed=5), "edge", "3-3-2-gaussian-seed5"),
        (replace(lv.presets["edge"], rule="near_saddle"), "", "3-3-2-near-saddle-seed0"),
    ],
)
def test_files_are_named_after_the_scenario(scenario: lv.Scenario, preset: str, stem: str) -> None:
    assert Shown(lv.run(scenario), preset=preset).stem == f"linviz-{stem}"


@pytest.mark.parametrize("name", [name for name in PANELS if name not in ("errors", "images")])
def test_a_picture_is_a_page_of_plotly_that_asks_nobody(page: Dashboard, name: str) -> None:
    told, (content,) = figure(page, name)
    assert (told["name"], told["mime"]) == (f"{page._session.shown.stem}-{name}.html", "text/html")
    assert "note" not in told
    text = content.decode()
    config = json.loads(re.findall(r"({[^{}]*showSendToCloud[^{}]*})\s*\)", text)[-1])
    assert config["showSendToCloud"] is False
    assert config["displaylogo"] is False
    assert not config.get("plotlyServerURL")
    assert not re.search(r"""<(script|link)[^>]*(src|href)=["']?https?:""", text)
    assert "PLOTLYENV" in text  # plotly.js is in it
    assert len(content) > 3e6


@pytest.mark.parametrize("name", ["loss", "matrices", "network"])
def test_without_plotly_a_picture_is_saved_as_json_and_told(
    page: Dashboard, monkeypatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, "plotly", None)
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    told, (content,) = figure(page, name)
    assert (told["name"], told["mime"]) == (
        f"{page._session.shown.stem}-{name}.json",
        "application/json",
    )
    assert "plotly is not installed" in told["note"]
    monkeypatch.undo()
    figures = [go.Figure(json.loads(content)), getattr(lv.figures, f"{name}_figure")(page.result)]
    assert len(figures[0].data) == len(figures[1].data) > 1
    for one, other in zip(*(figure.data for figure in figures), strict=True):
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.y, other.y)
    assert figures[0].layout == figures[1].layout


def figure(page: Dashboard, name: str) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    answer = download(f"figure:{name}", page._session.shown, {})
    return answer.content, answer.buffers


@pytest.mark.parametrize("what", ["figure:", "figure:weights", "figure:loss:x", "figure"])
def test_there_is_no_figure_of_another_name(page: Dashboard, what: str) -> None:
    with pytest.raises(ValueError, match="expected a file among npz"):
        download(what, page._session.shown, {})


def test_an_unknown_file_is_refused(page: Dashboard) -> None:
    with pytest.raises(ValueError, match="expected a file among npz, csv, json, html"):
        download("exe", page._session.shown, {})


def test_the_page_as_a_file_asks_nobody_for_anything(page: Dashboard) -> None:
    text = download("html", page._session.shown, {}).buffers[0].decode()
    assert not re.search(r"""(src|href)=["']?https?:""", text)
    assert "default-src 'none'" in text


def test_a_saved_page_is_small_and_keeps_every_number(page: Dashboard) -> None:
    content = download("html", page._session.shown, {}).buffers[0]
    assert len(content) < 700_000
    stored, buffers = data_in(content.decode())
    assert len(set(buffers)) == len(buffers)

    def restored(value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"bytes", "from"}:
                return buffers[value["bytes"]][value["from"] :]
            return {key: restored(item) for key, item in value.items()}
        return [restored(item) for item in value] if isinstance(value, list) else value

    shown = page._session.shown
    assert restored(stored["data"]["run"]) == plain(message(shown, {}))
    log = replace(shown, view=changed(shown.view, log_loss=True, log_time=True))
    assert restored(stored["data"]["pictures"]["11"]) == plain(message(log, {})["pictures"])


def data_in(text: str) -> tuple[Any, list[bytes]]:
    """What a saved page holds, unpacked: JSON, and the bytes that it names."""
    (packed,) = re.findall(r'id="linviz-data">(.*?)</script>', text, re.DOTALL)
    head, rest = gzip.decompress(base64.b64decode(packed)).split(b"\n", 1)
    stored = json.loads(head)
    buffers = []
    for size in stored["sizes"]:
        buffer, own = bytearray(size), rest[:size]
        for k in range(8):
            count = len(buffer[k::8])
            buffer[k::8], own = own[:count], own[count:]
        buffers.append(bytes(buffer))
        rest = rest[size:]
    assert rest == b""
    return stored, buffers


def plain(value: Any) -> Any:
    """As JSON has it: lists for tuples."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def test_hostile_names_cannot_leave_the_data_of_a_saved_page() -> None:
    name = "</script><script>alert(1)</script>$style.csv"
    csv = b"a,b\n" + b"\n".join(f"{k},{k * k % 7}".encode() for k in range(12))
    page = dashboard()
    page._receive(page, {"type": "upload", "request": 1, "name": name, "targets": 1}, [csv])
    assert page.result.scenario.data != "canonical"
    text = download("html", page._session.shown, page.datasets).buffers[0].decode()
    assert "<script>alert(1)" not in text
    assert text.count("</script>") == 3
    data = data_in(text)[0]["data"]
    assert (
        data["run"]["form"]["file"]["name"]
        == message(page._session.shown, page.datasets)["form"]["file"]["name"]
    )
