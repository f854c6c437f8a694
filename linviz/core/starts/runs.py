"""Runs on their way, each in the ensemble whose methods suit it, and which of them step next."""

from __future__ import annotations

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import RTOL_MANY
from linviz.core.starts.ensemble import BETWEEN_LOOKS, Bools, Columns, Ensemble, Move
from linviz.core.starts.stiff import UNBOUNDED, StiffEnsemble

ENTRIES = 40_000  # weights that advance together: what fits the cache
FEWEST, MOST_AT_ONCE = 32, 1024  # runs that advance together
THINNED = 0.75  # an ensemble is made smaller when fewer of its runs are still wanted
STIFF_ROOMS = 8  # times as many stiff runs may wait for others of their kind
# looks one after the other that find stability to bound a run's steps before it changes over: on
# its last way into the minimum it is soon done
LOOKS_OF_STIFF, LOOKS_AT_LAST = 2, 8


def at_once(n_parameters: int) -> int:
    """Runs of networks with so many weights that advance together."""
    return int(np.clip(ENTRIES // n_parameters, FEWEST, MOST_AT_ONCE))


class Runs:
    """Many runs: most in an ensemble, those whose steps stability bounds in another.

    What becomes of a run depends on no other: that the fastest groups go first decides only when.

    Attributes
    ----------
    plain, stiff : the ensembles
    """

    def __init__(self, field: Field, t_end: float) -> None:
        self.room = at_once(field.n)
        self.plain = Ensemble(field, t_end, RTOL_MANY, self.room)
        self.stiff = StiffEnsemble(field, t_end, RTOL_MANY, self.room)

    @property
    def wanted(self) -> int:
        """How many runs may begin, if that is worth copying."""
        if len(self.stiff) and self.stiff.live.size >= STIFF_ROOMS * self.room:
            return 0
        n_live = self.plain.live.size
        return 0 if n_live > THINNED * self.room else self.room - n_live

    def begin(self, w: Matrix, draws: Columns, signs: Matrix) -> Matrix:
        """Let runs begin, at w (n_params, new), known by their draws; their excess losses."""
        self.plain.keep(self.plain.draw >= 0)
        self.plain.add(w, draws, signs)
        return self.plain.excess[-w.shape[1] :]

    def step(self) -> tuple[Ensemble, Move]:
        """Try a step of those that step best together, in the ensemble that it returns."""
        plain, stiff = self.plain.gathered(), self.stiff.gathered()
        if stiff.gain > plain.gain:
            return self.stiff, self.stiff.step(stiff.columns)
        if plain.columns.size <= THINNED * len(self.plain):
            self.plain.keep(self.plain.draw >= 0)
        return self.plain, self.plain.step()

    def change_over(self, ensemble: Ensemble, columns: Columns, last: Bools) -> None:
        """Let those of these columns change over that another method suits; `last`: nearly done."""
        if ensemble is self.stiff:
            leaving = columns[self.stiff.bounded[columns] == 0]
            other: Ensemble = self.plain
        else:
            looks = np.where(last, LOOKS_AT_LAST, LOOKS_OF_STIFF)
            leaving = columns[self.plain.bounded[columns] >= looks]
            other = self.stiff
        if not leaving.size:
            return
        if other.live.size <= THINNED * len(other):
            other.keep(other.draw >= 0)
        part = ensemble.taken(leaving)
        ensemble.draw[leaving] = -1
        if ensemble is self.stiff:
            longest = UNBOUNDED / np.maximum(part["radius"], UNBOUNDED / self.stiff.t_end)
            part["h"] = np.minimum(part["h"], longest)
            part["work"] = -(-part["work"] // BETWEEN_LOOKS) * BETWEEN_LOOKS
        other.join(part)
