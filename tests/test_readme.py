"""The README: one screen, two commands, a picture that is there, lines that run."""

import doctest
import re
from pathlib import Path

import pytest

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
