r"""The invariant plane: two modes of aligned weights move, and nothing else ever does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from linviz.core.geometry.cut import Cut
from linviz.core.landscape.critical_points import classify
from linviz.core.model import checks
from linviz.core.model.aligned import aligned, decouples
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.layers import Weights, pack
from linviz.core.model.problem import IndexSet, Matrix, Problem, check_dims
from linviz.core.theory.conditions import mode_grams


@dataclass(frozen=True, slots=True)
class PlanePoint:
    """A critical point in the plane.

    Attributes
    ----------
    strengths : (a_1, a_2)
    within : "minimum" | "saddle" | "maximum" | "flat"
        Of the loss within the plane.
    kind : str
        Of the network: a maximum within the plane is a saddle there, for a linear network has no
        local maximum.
    """

    strengths: tuple[float, float]
    within: str
    kind: str


@dataclass(frozen=True, eq=False)
class InvariantPlane:
    r"""Aligned weights with strengths (a_1, a_2) of two modes, which the flow never leaves.

    .. math:: L = L_0 + \tfrac12 \sum_{k=1,2} (s_k - \sqrt{g_k}\, a_k^N)^2

    Attributes
    ----------
    problem : Problem
    dims : tuple of int
    modes : pair of int
    strengths : array (min(dims),)
        Of all modes, with those two at 0.
    ends : array (2,)
        The strengths at which the two modes are learned, :math:`(s_k / \sqrt{g_k})^{1/N}`.
    """

    problem: Problem
    dims: tuple[int, ...]
    modes: tuple[int, int]
    strengths: Matrix
    ends: Matrix

    def _facts(self) -> dict[str, str]:
        a, b = (k + 1 for k in self.modes)
        return {"widths": chain(self.dims), "modes": f"{a} and {b}"}

    def __repr__(self) -> str:
        return one_line("InvariantPlane", self._facts())

    def _repr_html_(self) -> str:
        return html_table("InvariantPlane", self._facts())

    @property
    def depth(self) -> int:
        """Number N of layers."""
        return len(self.dims) - 1

    @cached_property
    def cut(self) -> Cut:
        """The plane in the space of weights; its coordinates are the strengths times √N."""
        origin = pack(self._at(0.0, 0.0))
        axes = np.stack([pack(self._at(*unit)) - origin for unit in ((1.0, 0.0), (0.0, 1.0))])
        axes /= np.sqrt(self.depth)
        return Cut(self.problem, self.dims, origin, axes, "the weights of two aligned modes")

    def weights(self, a: ArrayLike) -> Weights:
        """Weights with strengths a (..., 2), arrays (..., d_j, d_{j-1})."""
        x, y = self._coordinates(a)
        return self.cut.weights(x, y)

    def loss(self, a: ArrayLike) -> Matrix:
        """Loss at strengths a (..., 2)."""
        x, y = self._coordinates(a)
        return self.cut.loss(x, y)

    @cached_property
    def points(self) -> tuple[PlanePoint, ...]:
        """The critical points in the plane, lowest loss first."""
        ends = [(0.0, a, -a) if self.depth % 2 == 0 else (0.0, a) for a in self.ends.tolist()]
        found = [self._point(a, b) for a, b in product(*ends)]
        return tuple(sorted(found, key=lambda point: float(self.loss(point.strengths))))

    def _point(self, a: float, b: float) -> PlanePoint:
        missing = (a == 0) + (b == 0)
        if self.depth % 2 == 0:
            within = ("minimum", "saddle", "maximum")[missing]
        else:  # the loss goes on falling through a = 0
            within = "flat" if missing else "minimum"
        return PlanePoint((a, b), within, classify(self.problem, self._at(a, b)).kind)

    def _coordinates(self, a: ArrayLike) -> tuple[Matrix, Matrix]:
        found = checks.array(a, "strengths")
        if found.ndim == 0 or found.shape[-1] != 2:
            raise ValueError(f"expected strengths (..., 2), found shape {found.shape}")
        scaled = found * np.sqrt(self.depth)
        return scaled[..., 0], scaled[..., 1]

    def _at(self, a: float, b: float) -> Weights:
        strengths = self.strengths.copy()
        strengths[list(self.modes)] = a, b
        return aligned(self.problem, self.dims, strengths.tolist())


def invariant_plane(
    problem: Problem,
    dims: Sequence[int],
    modes: tuple[int, int] = (0, 1),
    *,
    missed: Iterable[int] = (),
) -> InvariantPlane:
    r"""The plane of two aligned modes, the others at their ends.

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N), N >= 2
    modes : pair of int
        Of the target, 0-based.
    missed : modes that stay at 0
        The others stay learned, as many as the network has room for.

    Raises
    ------
    ValueError
        If the modes are not two different ones with s > 0 that the network has room for, or do not
        decouple (they are to be eigenvectors of X X^T).

    References
    ----------
    Saxe, McClelland, Ganguli 2014, arXiv:1312.6120 (decoupled modes); the plane is an own remark.

    Examples
    --------
    >>> plane = invariant_plane(Problem.canonical((2, 1)), (2, 2, 2))
    >>> [(point.within, point.kind) for point in plane.points[-1:]]
    [('maximum', 'strict saddle')]
    >>> plane.loss([0.0, 0.0])
    array(2.5)
    """
    dims = check_dims(problem, dims)
    room = min(min(dims), positive_modes(problem))
    pair = tuple(checks.whole(k, "a mode", 0, room - 1) for k in modes) if room > 1 else ()
    if len(pair) != 2 or pair[0] == pair[1] or len(dims) < 3:
        raise ValueError(
            f"expected two different modes of the {room} that widths {dims} have room for, and a "
            f"hidden layer, found {modes}"
        )
    if not decouples(problem, range(room)):
        raise ValueError(
            "expected data whose target modes are eigenvectors of X X^T, found data in which they "
            "are not, so no plane is invariant: use problem.whitened()"
        )
    roots = np.sqrt(mode_grams(problem)[:room])
    ends = (problem.singular_values[:room] / roots) ** (1 / (len(dims) - 1))
    out: IndexSet = tuple(checks.whole(k, "a missed mode", 0, room - 1) for k in missed)
    strengths = np.where(np.isin(np.arange(room), [*pair, *out]), 0.0, ends)
    return InvariantPlane(problem, dims, (pair[0], pair[1]), strengths, ends[list(pair)])
