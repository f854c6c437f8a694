"""What there is of a deep tail: its levels, and the groups of starts that were followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from linviz.core.starts.folder import Folder
from linviz.core.starts.kept import OF_ANOTHER
from linviz.core.starts.pilot import planned
from linviz.core.starts.share import Study
from linviz.core.starts.splitting import GROUP, Descendants, Splitting

PLAN, PLANNED = "plan", ("levels", "factors", "moves", "grid")  # a piece, and its columns


class Descent:
    """The plan and the groups that are known, in memory and, where it is asked for, in a folder.

    Attributes
    ----------
    plan : Splitting
        Without levels until the pilot has run.
    sizes : list of int
        First starts of each group.
    flows : int
        Runs that the pilot took.
    found : dict
        The groups by number.
    """

    def __init__(self, plan: Splitting, sizes: list[int], lowest: float) -> None:
        self.plan, self.sizes, self.lowest = plan, sizes, lowest
        self.flows, self.found = 0, dict[int, Descendants]()
        self.folder: Folder | None = None

    @property
    def question(self) -> dict[str, Any]:
        """What was asked, but for the number of starts."""
        p = self.plan
        asked = Study(p.problem, p.dims, p.rule, p.scale, p.t_end, p.watched).asked
        return asked | {"seed": p.seed, "saddle": p.saddle, "down_to": self.lowest}

    def begin(
        self,
        kept: object,
        checkpoint: str | PathLike[str] | None,
        interrupt: Callable[[], bool] | None,
    ) -> None:
        """Go on from what an error kept, or a folder; the pilot runs unless it has."""
        if kept is not None:
            same = isinstance(kept, type(self)) and kept.sizes == self.sizes
            if not (isinstance(kept, type(self)) and same and kept.question == self.question):
                raise ValueError(OF_ANOTHER)
            self.plan, self.flows, self.found = kept.plan, kept.flows, dict(kept.found)
        if checkpoint is not None:
            self._keep_in(Folder(checkpoint, {"piece": GROUP, "asked": self.question}))
        if not self.plan.levels:
            self.plan, self.flows = planned(self.plan, self.lowest, interrupt)
            self._store_plan()

    def _keep_in(self, folder: Folder) -> None:
        """Take what lies in a folder, and put there what is known and what comes."""
        self.folder, there = folder, folder.piece(PLAN)
        if there is None and self.plan.levels:
            self._store_plan()
        elif there is not None and not self.plan.levels:
            levels, factors, moves, grid = (tuple(there[0][name].tolist()) for name in PLANNED)
            self.plan = replace(self.plan, levels=levels, factors=factors, moves=moves, grid=grid)
            self.flows = there[1]["flows"]
        for g, size in enumerate(self.sizes):
            piece = folder.piece(_named(g))
            if piece is not None and piece[1]["n"] == size:
                self.found[g] = Descendants(n=size, **piece[0], flows=piece[1]["flows"])
            elif g in self.found:
                self.store(g, self.found[g])

    def store(self, g: int, group: Descendants) -> None:
        """Put a group into the folder."""
        if self.folder is not None:
            columns = {"total": group.total, "square": group.square}
            self.folder.keep(_named(g), columns, {"n": group.n, "flows": group.flows})

    def _store_plan(self) -> None:
        if self.folder is not None:
            columns = {name: np.array(getattr(self.plan, name)) for name in PLANNED}
            self.folder.keep(PLAN, columns, {"flows": self.flows})


def _named(g: int) -> str:
    return f"group-{g:06d}"
