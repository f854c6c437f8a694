"""What records say of themselves: one line, and a table for notebooks."""

from html.parser import HTMLParser

import numpy as np
import pytest

import linviz as lv


@pytest.fixture(scope="module")
def records():
    study = lv.run(lv.Scenario(dims=(3, 4, 2), singular_values=(2, 1), beside="descent"))
    problem = study.trajectory.problem
    starts = lv.basin_study(problem, (3, 4, 2), n=4)
    return {
        "Run": study,
        "Trajectory": study.trajectory,
        "Problem": problem,
        "Spectrum": study.spectrum,
        "BasinStudy": starts,
    }


class Checker(HTMLParser):
    """Every tag is closed, none is a script, none has a color of its own."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        assert tag in ("table", "caption", "tbody", "tr", "th", "td", "b")
        style = dict(attrs).get("style", "")
        assert "#" not in style
        assert "rgb" not in style
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


NAMES = ("Run", "Trajectory", "Problem", "Spectrum", "BasinStudy")


@pytest.mark.parametrize("name", NAMES)
def test_a_record_says_in_one_short_line_what_it_is(records, name):
    line = repr(records[name])
    assert line.startswith(f"{name}(")
    assert "\n" not in line
    assert "array" not in line
    assert len(line) <= 250


@pytest.mark.parametrize("name", NAMES)
def test_a_record_has_a_table_for_notebooks(records, name):
    checker = Checker()
    checker.feed(records[name]._repr_html_())
    assert checker.open == []
    assert checker.text[0] == name
    for fact in checker.text[2::2]:
        assert fact in repr(records[name])


def test_the_line_has_size_and_status(records):
    assert repr(records["Trajectory"]).startswith("Trajectory(law=flow, widths=3-4-2, moments=")
    assert "status=converged" in repr(records["Trajectory"])
    assert "end=global minimum, loss" in repr(records["Run"])
    assert repr(records["Problem"]) == (
        "Problem(X=3 × 3, Y=2 × 3, data=white, modes=2, 1, residual loss=0)"
    )
    assert "global minimum=4" in repr(records["BasinStudy"])
    assert repr(records["Spectrum"]).startswith("Spectrum(eigenvalues=20 from ")


def test_what_came_from_a_file_is_escaped():
    problem = lv.Problem(np.eye(2), np.eye(2))
    W = (np.eye(2), np.eye(2))
    hostile = "<script>alert(1)</script>"
    run = lv.gradient_flow(problem, W)
    object.__setattr__(run, "status", hostile)
    assert hostile not in run._repr_html_()
    assert "&lt;script&gt;" in run._repr_html_()
