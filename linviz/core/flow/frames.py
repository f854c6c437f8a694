"""A run's candidates for frames, held in arrays and thinned as they come."""

from __future__ import annotations

import numpy as np

from linviz.core.flow.recorder import chosen
from linviz.core.model.problem import Matrix


class Frames:
    """Collects moments, with the curves by which the best of them are chosen.

    Parameters
    ----------
    n_frames : int
        How many moments `chosen` may return.
    n_weights : int
        Size of one moment: it bounds how many candidates are kept on the way.
    """

    def __init__(self, n_frames: int, n_weights: int) -> None:
        self.n_frames = n_frames
        self._most = max(3 * n_frames, min(12 * n_frames, int(8e6 / n_weights)))
        self._parts: list[tuple[Matrix, Matrix, Matrix]] = []
        self._count = 0

    def add(self, t: Matrix, w: Matrix, curves: Matrix) -> None:
        """Take moments t (k,), packed weights (k, n) and curves (k, c), column 0 the loss."""
        self._parts.append((t, w, curves))
        self._count += len(t)
        if self._count > self._most:
            self._thin(self._most // 2)

    def chosen(self) -> tuple[Matrix, Matrix, Matrix]:
        """Times, packed weights and curves of the moments kept, first and last too."""
        self._thin(self.n_frames)
        return self._parts[0]

    def _thin(self, n: int) -> None:
        t, w, curves = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        keep = chosen(t, curves, n)
        self._parts, self._count = [(t[keep], w[keep], curves[keep])], len(keep)
