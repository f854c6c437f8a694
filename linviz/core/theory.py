"""Every statement of the theory beside what a run measured: one row each, in the talk's order.

A row holds, does not hold, or does not apply (None); it never claims more than was computed. The
rows are made in `theory_flow`, `theory_invariants`, `theory_limit` and `theory_beside`.
"""

from __future__ import annotations

from collections.abc import Callable

from linviz.core import theory_beside, theory_flow, theory_invariants, theory_limit
from linviz.core.run import Run
from linviz.core.statement import Statement

__all__ = ["Statement", "statements"]

STATEMENTS: tuple[Callable[[Run], Statement | None], ...] = (
    theory_flow.symmetry,
    theory_flow.whitened,
    theory_flow.convergence,
    theory_flow.monotone,
    theory_invariants.conserved,
    theory_invariants.independent,
    theory_invariants.norms,
    theory_invariants.determinant,
    theory_flow.master_inequality,
    theory_flow.certified,
    theory_flow.asymptotic,
    theory_flow.exact,
    theory_limit.critical_value,
    theory_limit.ranks,
    theory_limit.second_order,
    theory_limit.counts,
    theory_limit.sufficient,
    theory_limit.trace,
    theory_limit.sharpness,
    theory_invariants.stable_manifold,
    theory_invariants.no_nonstrict_saddle,
    theory_limit.conjecture,
    theory_beside.one_step,
    theory_beside.drift_of_descent,
    theory_beside.angular_momentum,
    theory_beside.edge_of_stability,
    theory_beside.decayed_modes,
    theory_beside.neurons,
    theory_beside.leak,
)


def statements(run: Run) -> tuple[Statement, ...]:
    """All statements that concern a run, each with its measurement.

    Rows on what only some scenarios have (a run beside the flow, a start on a stable manifold, a
    balanced square start, two hidden layers) are left out for the others.

    Examples
    --------
    >>> from linviz.core.run import run
    >>> from linviz.core.scenario import Scenario
    >>> rows = statements(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    >>> [row.name for row in rows if row.holds is False]
    []
    """
    rows = (state(run) for state in STATEMENTS)
    return tuple(row for row in rows if row is not None)
