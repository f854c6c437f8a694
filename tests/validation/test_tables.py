"""The tables of the documentation are those of these tests."""

import csv
from pathlib import Path

from tests.validation.runs import WIDTHS
from tests.validation.test_points import MANY as MANY_POINTS
from tests.validation.test_runs import CLOSED, MANY
from tests.validation.test_scenarios import MANY as MANY_SCENARIOS

DOCS = Path(__file__).parents[2] / "docs"


def table(name: str) -> list[dict[str, str]]:
    with (DOCS / f"validation_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_tables_tell_as_many_points_runs_and_scenarios_as_are_compared() -> None:
    *depths, total = table("points")
    assert int(total["points"]) == sum(int(row["points"]) for row in depths) == MANY_POINTS
    assert [int(row["hidden layers"]) for row in depths] == [1, 2, 3, 4, 5]
    runs = table("runs")
    assert [int(row["runs"]) for row in runs] == [MANY] * len(WIDTHS) + [CLOSED] * 2
    (rows,) = table("rows")
    assert int(rows["scenarios"]) == MANY_SCENARIOS
    assert {row["wrong"] for row in (total, *depths, *runs)} | {rows["refuted"]} == {"0"}


def test_the_page_shows_every_table_and_the_command() -> None:
    page = (DOCS / "validation.rst").read_text(encoding="utf-8")
    assert all(f":file: {path.name}" in page for path in DOCS.glob("validation_*.csv"))
    assert "python -m tests.validation" in page
    assert "validation\n" in (DOCS / "index.rst").read_text(encoding="utf-8")
