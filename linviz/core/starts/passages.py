r"""When many runs come to saddles, and when they leave: bands of the loss around critical values.

The loss falls, so a run is in the band around a critical value for one stretch of time. It has
passed near the saddle where its map was that of the saddle meanwhile, mode by mode.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import nearest_critical
from linviz.core.flow.field import Field
from linviz.core.landscape.stays import MAP_OF_SADDLE
from linviz.core.model.critical_values import loss_missing, positive_modes
from linviz.core.model.problem import IndexSet, Matrix
from linviz.core.starts.crossing import crossing

EDGE_OF_BAND = 0.1  # of the step to the next critical value: where a band begins and ends

Pair = tuple[Matrix, Matrix]


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Entry and exit times of n runs, for each of m saddles, from high to low.

    Attributes
    ----------
    field : Field
    floor : float
        Excess loss of the minimum; heights are above it.
    saddles : tuple of m index sets
        The modes that each misses.
    entered, left : arrays (n, m)
        Times at the edges of the band; inf where it was not come to.
    near : array (n, m) of bool
        Whether the map was that of the saddle, mode by mode, at a step within the band.
    """

    field: Field
    floor: float
    saddles: tuple[IndexSet, ...]
    entered: Matrix
    left: Matrix
    near: NDArray[np.bool_]
    upper: Matrix = dataclasses.field(init=False)
    lower: Matrix = dataclasses.field(init=False)
    learned: NDArray[np.bool_] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        problem = self.field.problem
        values = np.array([loss_missing(problem, missed) for missed in self.saddles])
        heights = values - problem.residual_loss - self.floor
        # the first saddle's band has the width above that it has below
        steps = -np.diff(np.concatenate([heights, [0.0]]))
        object.__setattr__(
            self, "upper", heights + EDGE_OF_BAND * np.concatenate([steps[:1], steps[:-1]])
        )
        object.__setattr__(self, "lower", heights - EDGE_OF_BAND * steps)
        modes = np.arange(positive_modes(problem))
        learned = [~np.isin(modes, missed) for missed in self.saddles]
        object.__setattr__(self, "learned", np.array(learned).reshape(len(values), len(modes)))

    @classmethod
    def of(cls, field: Field, floor: float, saddles: Sequence[IndexSet], n: int) -> Passages:
        """Those of n runs that have not begun."""
        shape = (n, len(saddles))
        times = np.full(shape, np.inf), np.full(shape, np.inf)
        return cls(field, floor, tuple(saddles), *times, np.zeros(shape, dtype=bool))

    def begin(self, draws: NDArray[np.int_], height: Matrix) -> None:
        """Runs that start within a band, or below it, came there at 0."""
        for times, edge in ((self.entered, self.upper), (self.left, self.lower)):
            times[draws] = np.where(height[:, None] <= edge, 0.0, times[draws])

    def note(self, draws: NDArray[np.int_], t: Pair, height: Pair, slope: Pair, P: Matrix) -> None:
        """Note what a step did to these runs: times, heights and slopes before and after it."""
        if not self.saddles:
            return
        for times, edge in ((self.entered, self.upper), (self.left, self.lower)):
            row, which = np.nonzero((height[1][:, None] <= edge) & np.isinf(times[draws]))
            if row.size:
                ends = [(a[row], b[row]) for a, b in (t, height, slope)]
                times[draws[row], which] = crossing(edge[which], *ends)
        inside = np.isfinite(self.entered[draws]) & np.isinf(self.left[draws])
        asked = np.flatnonzero((inside & ~self.near[draws]).any(axis=1))
        if asked.size:
            learned, close = nearest_critical(self.field, P[..., asked], MAP_OF_SADDLE)
            same = (learned[:, None, :] == self.learned).all(axis=2) & close[:, None]
            self.near[draws[asked]] |= same & inside[asked]
