"""Make the tables of the documentation's page on validation.

    python -m tests.validation [docs]

It runs what the long tests of this folder run, with the same seeds, and writes three tables: points
that were built by hand, runs to their limits, rows of the theory. It takes some minutes.
"""

import csv
import sys
from pathlib import Path

from tests.validation.agreement import Agreement, compared
from tests.validation.closed import one_layer, scalar_chains
from tests.validation.points import points
from tests.validation.runs import WIDTHS
from tests.validation.scenarios import told
from tests.validation.test_points import MANY as MANY_POINTS
from tests.validation.test_points import SEEDS
from tests.validation.test_runs import CLOSED, MANY
from tests.validation.test_scenarios import MANY as MANY_SCENARIOS
from tests.validation.verdicts import Verdicts, judged

KINDS = ("global minimum", "strict saddle", "non-strict saddle")
Table = list[list[str]]


def point_table() -> Table:
    """One row for each number of hidden layers."""
    found = [point for seed in SEEDS for point in points(seed, MANY_POINTS // len(SEEDS))]
    rows = [["hidden layers", "points", *KINDS, "with a formula", "hedged", "wrong"]]
    total = Verdicts()
    for H in sorted({len(point.W) - 1 for point in found}):
        verdicts = judged(point for point in found if len(point.W) == H + 1)
        rows.append([str(H), *_counts(verdicts)])
        total.kinds += verdicts.kinds
        total.formulas += verdicts.formulas
        total.hedged += verdicts.hedged
        total.mismatches += verdicts.mismatches
    return [*rows, ["all", *_counts(total)]]


def _counts(verdicts: Verdicts) -> list[str]:
    kinds = [verdicts.kinds[kind] for kind in KINDS]
    others = verdicts.formulas, len(verdicts.hedged), len(verdicts.mismatches)
    return [str(n) for n in (verdicts.total, *kinds, *others)]


def run_table() -> Table:
    """One row for the runs of the same widths, and one for each closed form."""
    rows = [["runs of", "runs", "minima", "saddles", "P(t)", "limit", "C_j", "wrong"]]
    agreements = []
    for widths in WIDTHS:
        agreements.append((" × ".join(map(str, widths)), Agreement()))
        compared(1, widths, MANY, agreements[-1][1])
    for name, compare in (("one layer, closed form", one_layer), ("scalars", scalar_chains)):
        agreements.append((name, Agreement()))
        compare(1, CLOSED, agreements[-1][1])
    for name, agreement in agreements:
        worst = [
            f"{agreement.worst[what]:.0e}" if what in agreement.worst else "–"
            for what in ("off at a time", "off at the limit", "drift of a C_j")
        ]
        minima = agreement.kinds["global minimum"]
        saddles = agreement.kinds["strict saddle"] + agreement.kinds["non-strict saddle"]
        counts = [str(n) for n in (agreement.total, minima, saddles)]
        rows.append([name, *counts, *worst, str(len(agreement.mismatches))])
    return rows


def row_table() -> Table:
    """What the rows of the theory say of random scenarios."""
    rows = told(1, MANY_SCENARIOS)
    counts = [rows.scenarios, *(rows.verdicts[verdict] for verdict in (True, None, False))]
    names = ["scenarios", "rows that hold", "not decided or not concerned", "refuted"]
    return [names, [str(n) for n in counts]]


def main(folder: str = "docs") -> None:
    tables = {"points": point_table, "runs": run_table, "rows": row_table}
    for name, make in tables.items():
        path, rows = Path(folder) / f"validation_{name}.csv", make()
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        print(path, *(" | ".join(row) for row in rows), sep="\n  ")


if __name__ == "__main__":
    main(*sys.argv[1:])
