"""Every statement of the theory beside what a run measured: one row each, in the talk's order.

A row holds, does not hold, or does not apply (None); it never claims more than was computed. The
rows are made in `flow`, `invariants`, `limit` and `beside`.
"""

from __future__ import annotations

from collections.abc import Callable

from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Interrupt
from linviz.core.statements.beside import (
    angular_momentum,
    decayed_modes,
    drift_of_descent,
    edge_of_stability,
    leak,
    neurons,
    one_step,
)
from linviz.core.statements.flow import (
    asymptotic,
    certified,
    convergence,
    exact,
    master_inequality,
    monotone,
    symmetry,
    whitened,
)
from linviz.core.statements.invariants import (
    conserved,
    determinant,
    independent,
    no_nonstrict_saddle,
    norms,
    stable_manifold,
)
from linviz.core.statements.limit import (
    conjecture,
    counts,
    critical_value,
    ranks,
    second_order,
    sharpness,
    sufficient,
    trace,
)
from linviz.core.statements.statement import Statement

__all__ = ["Statement", "statements"]

STATEMENTS: tuple[Callable[[Run], Statement | None], ...] = (
    symmetry,
    whitened,
    convergence,
    monotone,
    conserved,
    independent,
    norms,
    determinant,
    master_inequality,
    certified,
    asymptotic,
    exact,
    critical_value,
    ranks,
    second_order,
    counts,
    sufficient,
    trace,
    sharpness,
    stable_manifold,
    no_nonstrict_saddle,
    conjecture,
    one_step,
    drift_of_descent,
    angular_momentum,
    edge_of_stability,
    decayed_modes,
    neurons,
    leak,
)


def statements(run: Run, *, interrupt: Interrupt | None = None) -> tuple[Statement, ...]:
    """All statements that concern a run, each with its measurement.

    Rows on what only some scenarios have (a run beside the flow, a start on a stable manifold, a
    balanced square start, two hidden layers) are left out for the others. `interrupt` is asked
    between two of them; True leaves out the rest.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> rows = statements(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    >>> [row.name for row in rows if row.holds is False]
    []
    """
    rows = []
    for state in STATEMENTS:
        if interrupt is not None and interrupt(0.0, 0.0):
            break
        rows.append(state(run))
    return tuple(row for row in rows if row is not None)
