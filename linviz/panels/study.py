"""What takes longer than a picture may: the theory's statements beside a run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Interrupt
from linviz.core.statements.formulas import formula_of
from linviz.core.statements.rows import statements
from linviz.panels.message import Message


def packed(theory: list[dict[str, Any]], run_id: int) -> Message:
    """The statements as one message."""
    return Message({"type": "later", "run": run_id, "theory": theory})


def study(run: Run, interrupt: Interrupt) -> list[dict[str, Any]]:
    """`Statement` by `Statement`, each with its `Formula`, as plain values."""
    return [
        {**asdict(statement), **asdict(formula_of(statement.name))}
        for statement in statements(run, interrupt=interrupt)
    ]
