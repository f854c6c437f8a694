r"""What of a study is there already: its starts in pieces, in columns that are filled one by one.

Pieces always have the same size and hold the same starts, whoever computes them. So a study is the
same, bit for bit, on any number of workers, and goes on where it stopped.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.integrator import FlowError
from linviz.core.model.problem import IndexSet
from linviz.core.starts.share import Draws, Share, Study

SHARE = 2000  # draws of a piece; the last runs of each are slow ones
IN_MEMORY = 256 * 2**20  # bytes of columns that are held there; beyond, they are mapped to a file

OF_ANOTHER = (
    "expected `kept` of an error of this study, found that of another one: ask for the same "
    "problem, dims, n, rule, scale, seed and t_end"
)

Place = tuple[str, IndexSet | None]


class Kept:
    """Results of some draws, as far as they are known: `n_done` of ``len(numbers)``."""

    def __init__(self, spec: Draws, numbers: range) -> None:
        self.spec, self.numbers = spec, numbers
        self.pieces = [numbers[i : i + SHARE] for i in range(0, len(numbers), SHARE)]
        self.done = np.zeros(len(self.pieces), dtype=bool)
        n, m = len(numbers), len(spec.watched)
        square = sum(a == b for a, b in zip(spec.dims, spec.dims[1:], strict=False))
        on_disk = n * (8 + 8 + 4 + square + 17 * m) > IN_MEMORY
        self.excess = _room((n,), float, on_disk)
        self.t_within = _room((n,), float, on_disk)
        self.place = _room((n,), np.int32, on_disk)
        self.orientation = _room((n, square), np.int8, on_disk)
        self.entered, self.left = (_room((n, m), float, on_disk) for _ in range(2))
        self.near = _room((n, m), bool, on_disk)
        self.places: list[Place] = []
        self.also: Callable[[int, range, Share], object] | None = None  # hears of what comes

    @classmethod
    def of(cls, spec: Study, numbers: range, kept: object) -> Kept:
        """What an error kept of just these draws, or the room for all of them."""
        if kept is None:
            return cls(spec, numbers)
        theirs = kept.spec if isinstance(kept, cls) else None
        if not (isinstance(kept, cls) and isinstance(theirs, Study)):
            raise ValueError(OF_ANOTHER)
        if kept.numbers != numbers or theirs.asked != spec.asked:
            raise ValueError(OF_ANOTHER)
        return kept

    @property
    def n_done(self) -> int:
        """Starts whose results are there."""
        return sum(len(self.pieces[k]) for k in np.flatnonzero(self.done))

    @property
    def missing(self) -> list[int]:
        """Pieces that are not there yet."""
        found: list[int] = np.flatnonzero(~self.done).tolist()
        return found

    def put(self, k: int, share: Share) -> None:
        """Take the results of a piece."""
        rows = slice(k * SHARE, k * SHARE + len(self.pieces[k]))
        names = {place: i for i, place in enumerate(self.places)}
        pairs = zip(share.outcome, share.missed, strict=True)
        self.place[rows] = [names.setdefault(pair, len(names)) for pair in pairs]
        self.places = list(names)
        self.excess[rows], self.t_within[rows] = share.excess, share.t_within
        self.entered[rows], self.left[rows] = share.entered, share.left
        self.near[rows], self.orientation[rows] = share.near, share.orientation
        self.done[k] = True
        if self.also is not None:
            self.also(k, self.pieces[k], share)

    def share(self) -> Share:
        """The results of all draws."""
        places = [self.places[i] for i in self.place.tolist()]
        outcome, missed = zip(*places, strict=True)
        ends = (self.excess, self.t_within, outcome, missed, self.orientation)
        return Share(*ends, self.entered, self.left, self.near)


class StudyStoppedError(FlowError):
    """A study that did not come to its end; `kept` is what was computed, to go on from.

    Examples
    --------
    >>> issubclass(StudyStoppedError, FlowError)
    True
    """

    def __init__(self, words: str, kept: object) -> None:
        super().__init__(words)
        self.kept = kept


def _room(shape: Sequence[int], kind: Any, on_disk: bool) -> NDArray[Any]:
    """An array to be filled; large ones in a file without a name, which goes when it is let go."""
    if not on_disk or prod(shape) == 0:
        return np.empty(shape, kind)
    with tempfile.TemporaryFile() as file:
        if hasattr(os, "posix_fallocate"):  # without the room, writing there would end Python
            size = prod(shape) * np.dtype(kind).itemsize
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                raise OSError(
                    error.errno,
                    f"expected room for {size / 2**20:.0f} MB of results in {tempfile.gettempdir()}"
                    f", found: {error.strerror}. Make room, name another folder in TMPDIR, or ask "
                    "for fewer starts",
                ) from error
        return np.memmap(file, kind, "w+", shape=tuple(shape))
