"""Nothing runs beside the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linviz.core.experiment.catalogue.entry import Entry

if TYPE_CHECKING:
    from linviz.core.flow.trajectory import Interrupt, Trajectory


def _make(flow: Trajectory, *, interrupt: Interrupt | None = None) -> None:
    return None


ENTRY = Entry(name="nothing", title="nothing", words="nothing", make=_make)
