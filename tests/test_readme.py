"""The README: one screen, two commands, a picture that is there, lines that run."""

import doctest
import re
from pathlib import Path

import pytest
import release
import yaml

import linviz

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text(encoding="utf-8")


def test_its_lines_of_python_give_the_results_shown(text: str) -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    runner = doctest.DocTestRunner()
    runner.run(doctest.DocTestParser().get_doctest(lines, {}, "README", str(README), 0))
    assert runner.tries >= 7
    assert runner.failures == 0


def test_it_fits_one_screen(text: str) -> None:
    assert len(text.splitlines()) <= 50


def test_it_has_two_commands(text: str) -> None:
    commands = re.findall(r"^```\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    assert len(commands) == 2
    assert [c.split("&&")[-1].strip() for c in commands] == [".venv/bin/linviz", ".venv/bin/pytest"]


def test_its_picture_is_there(text: str) -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(((?!http)[^)]+)\)", text)
    assert (README.parent / picture).read_bytes()[:4] == b"\x89PNG"


def test_version_tag_and_address_are_those_of_the_checkout() -> None:
    assert release.stale() == {}, "run python docs/release.py"
    assert release.version() == linviz.__version__


def test_a_badge_stands_there_once_there_is_a_target_and_not_before(text: str) -> None:
    plain = release.readme(text, "1.2", "")
    assert "mybinder" not in plain
    assert "](notebooks/dashboard.png)" in plain
    aimed = release.readme(plain, "1.2", "me/mine")
    assert aimed.index("/gh/me/mine/v1.2?urlpath") < aimed.index("Take hold")
    assert "/me/mine/v1.2/notebooks/dashboard.png)" in aimed
    assert release.readme(aimed, "1.3", "me/mine") == aimed.replace("v1.2", "v1.3")
    assert release.readme(aimed, "1.2", "") == plain


def test_the_site_is_the_first_way_to_try_it_once_there_is_one(text: str) -> None:
    plain = release.readme(text, "1.2", "")
    assert "**Try it**" not in plain
    named = release.readme(plain, "1.2", "", "https://me.example/linviz/")
    assert named.index("<https://me.example/linviz/>") < named.index("**Open it**")
    assert release.readme(named, "1.2", "", "https://me.example/linviz/") == named
    assert release.readme(named, "1.2", "") == plain


def test_the_citation_names_the_paper_and_the_program() -> None:
    text = (README.parent / "CITATION.cff").read_text(encoding="utf-8")
    for repository in ("", "me/mine"):
        told = yaml.safe_load(release.citation(text, linviz.__version__, repository))
        assert told["version"] == linviz.__version__
        assert told.get("repository-code", "").endswith(repository)
        assert told["preferred-citation"]["url"].endswith("1811.03568")
        names = [author["family-names"] for author in told["preferred-citation"]["authors"]]
        assert names == ["Chitour", "Liao", "Couillet"]


def test_a_release_keeps_its_promises_in_writing() -> None:
    changes = (README.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "A link once given out opens for ever" in changes
    assert (README.parent / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert (README.parent / "linviz" / "py.typed").exists()
