"""Files in a session: what is asked, what is split anew, and links that wait for the right one."""

from typing import Any

import pytest

import linviz as lv
from linviz.panels.link import Link, LinkedFile, read_link, write_link
from linviz.panels.message import Message
from linviz.panels.session import Session
from linviz.panels.view import View
from linviz.panels.work import Finished, Work

LABELED = "\n".join(
    ["a,b,kind", *(f"{k}.5,{(7 * k) % 11},{['red', 'green', 'blue'][k % 3]}" for k in range(12))]
).encode()
ONE_HOT = "\n".join(
    f"{k}.5,{(7 * k) % 11},{int(k % 3 == 0)},{int(k % 3 == 1)},{int(k % 3 == 2)}" for k in range(12)
).encode()


@pytest.fixture
def session() -> Session:
    return Session(Link(lv.Scenario(dims=(2, 2), singular_values=(2, 1), t_end=0.4), View()))


def told(session: Session, kind: str, file: bytes | None = None, **content: Any) -> dict[str, Any]:
    """The last message of each type that comes of one of the page's."""
    found: dict[str, Any] = {}
    event = {"type": kind, "request": 1, **content}
    answer = session.receive(event, () if file is None else (file,))
    for item in answer:
        if isinstance(item, Work):
            answer = [*answer, *session.receive(Finished(item, item.compute(lambda *_: False)))]
    for item in answer:
        if isinstance(item, Message):
            found[item.content["type"]] = item.content
    return found


def upload(session: Session, file: bytes, name: str = "a.csv", **content: Any) -> dict[str, Any]:
    return told(session, "upload", file, name=name, **content)


def test_labels_are_asked_about_and_read_as_the_answer_says(session: Session) -> None:
    found = upload(session, LABELED, targets=1)
    assert found["status"]["state"] == "error"
    assert "row 2, column 3 holds 'red'" in found["status"]["words"]
    asked = found["question"]
    assert asked["preview"][0] == ["a", "b", "kind"]
    assert asked["digest"] == ""
    ((answer,),) = [one["answers"] for one in asked["questions"]]
    assert (answer["words"], answer["chosen"]) == ("classes, a target for each: 3 targets", False)
    found = upload(session, LABELED, targets=1, reading=answer["reading"])
    assert session.shown.run.scenario.dims == (2, 3)
    assert found["question"]["questions"][0]["answers"][0]["chosen"]
    assert found["run"]["run"]["form"]["file"]["targets"] == 1
    assert "a target for each class" in found["run"]["run"]["form"]["words"]["data"]
    split = told(session, "split", targets=2)
    assert "the 3 targets of its classes" in split["status"]["words"]


def test_a_clear_file_is_asked_nothing_and_is_split_anew(session: Session) -> None:
    found = upload(session, ONE_HOT, targets=1)
    assert found["question"]["questions"] == []
    assert session.shown.run.scenario.dims == (4, 1)
    found = told(session, "split", targets=3)
    assert session.shown.run.scenario.dims == (2, 3)
    assert found["run"]["run"]["form"]["file"] == {
        "digest": lv.read_data("a.csv", ONE_HOT, targets=3).digest, "name": "a.csv", "targets": 3,
    }  # fmt: skip
    for wrong in (5, 0, "x", None):
        assert "targets" in told(session, "split", targets=wrong)["status"]["words"]
    assert session.shown.run.scenario.dims == (2, 3)


def test_a_split_of_nothing_and_a_reading_that_is_none_are_refused(session: Session) -> None:
    assert "choose it again" in told(session, "split", targets=2)["status"]["words"]
    found = upload(session, ONE_HOT, targets=1, reading="comma,cheese")
    assert "found 'cheese'" in found["status"]["words"]


@pytest.mark.parametrize("as_kept", [False, True])
def test_a_link_says_how_its_file_was_read_and_waits_for_it(
    session: Session, as_kept: bool
) -> None:
    reading = lv.Reading(classes=True)
    data = lv.read_data("kinds.csv", LABELED, reading=reading)
    own = lv.Scenario(dims=(2, 3), data=data.digest, t_end=0.4)
    files = {data.digest: LinkedFile.of(data)}
    other = lv.Scenario(dims=(2, 2), singular_values=(2, 1), t_end=0.3)
    first, kept = (other, own) if as_kept else (own, None)
    search = write_link(first, View(), kept, files=files)
    link = read_link(search)
    assert (link.scenario, link.kept, link.note) == (first, kept, "")
    assert link.files == files
    waits = told(session, "open", search=search)["status"]
    assert "kinds.csv with 12 samples" in waits["words"]
    # another file is shown, and what differs is named
    note = upload(session, ONE_HOT, targets=1)["status"]["note"]
    assert "cannot be read" in note or "5 inputs here" in note or "targets here" in note
    assert "still waits" in note
    shorter = b"\n".join(LABELED.split(b"\n")[:-1])
    assert "11 samples here, 12 there" in upload(session, shorter)["status"]["words"]
    upload(session, LABELED, targets=1)  # whatever the page's field says
    assert session.shown.run.scenario == first
    assert session.shown.kept_scenario == kept


def test_a_link_of_before_opens_with_as_many_targets_as_outputs(session: Session) -> None:
    data = lv.read_data("a.csv", ONE_HOT, targets=3)
    search = write_link(lv.Scenario(dims=(2, 3), data=data.digest, t_end=0.4), View())
    assert "file=" not in search
    assert (
        "the data file that it was made with: choose"
        in (told(session, "open", search=search)["status"]["words"])
    )
    upload(session, ONE_HOT, targets=1)
    assert session.shown.run.scenario.dims == (2, 3)


def test_a_page_says_what_its_link_is_to_say(session: Session) -> None:
    found = upload(session, ONE_HOT, name="one hot.csv", targets=3)
    own, kept = found["run"]["run"]["files"]
    assert (own, kept) == (
        "file=one+hot.csv&samples=12&read=comma,point,no-header,no-index,targets-3", "",
    )  # fmt: skip
    link = read_link(f"{found['run']['run']['query']}&{own}")
    assert link.files[link.scenario.data].name == "one hot.csv"


@pytest.mark.parametrize("text", ["read=cheese", "samples=-1", "samples=x"])
def test_a_link_that_says_nonsense_of_its_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_link(f"?seed=3&{text}")
