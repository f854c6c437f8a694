r"""Planes through the space of weights, and how much of a run moves in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from linviz.core.flow.trajectory import Trajectory
from linviz.core.landscape.hessian import hessian, hessian_vector_product
from linviz.core.model import checks
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.layers import (
    Weights,
    check_weights,
    losses,
    pack,
    unpack,
    widths,
)
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import RANK_GAP

ENOUGH = 0.8  # share of the motion below which a plane does not show the run


@dataclass(frozen=True, eq=False)
class Cut:
    r"""A plane :math:`w = w_0 + x e_1 + y e_2` through the space of weights.

    Attributes
    ----------
    problem : Problem
    dims : tuple of int
    origin : array (n,)
        :math:`w_0`, packed.
    axes : array (2, n)
        :math:`e_1, e_2`, orthonormal.
    through : str
        What it was laid through, in words.
    """

    problem: Problem
    dims: tuple[int, ...]
    origin: Matrix
    axes: Matrix
    through: str

    def __post_init__(self) -> None:
        for array in (self.origin, self.axes):
            array.flags.writeable = False

    def _facts(self) -> dict[str, str]:
        return {"widths": chain(self.dims), "through": self.through}

    def __repr__(self) -> str:
        return one_line("Cut", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Cut", self._facts())

    def weights(self, x: ArrayLike, y: ArrayLike) -> Weights:
        """Weights at points of the plane, arrays x.shape + (d_j, d_{j-1})."""
        x, y = np.broadcast_arrays(checks.array(x, "x"), checks.array(y, "y"))
        w = self.origin + x[..., None] * self.axes[0] + y[..., None] * self.axes[1]
        return unpack(w, self.dims)

    def loss(self, x: ArrayLike, y: ArrayLike) -> Matrix:
        """Loss at points of the plane, of the shape of x and y."""
        return losses(self.problem, self.weights(x, y))

    def place(self, W: Sequence[Matrix]) -> Matrix:
        """Coordinates (..., 2) of the nearest points of the plane to these weights."""
        return np.asarray(self._away(W) @ self.axes.T)

    def distance(self, W: Sequence[Matrix]) -> Matrix:
        """Distances of these weights from the plane."""
        away = self._away(W)
        return np.asarray(np.linalg.norm(away - (away @ self.axes.T) @ self.axes, axis=-1))

    def hessian(self, x: float = 0.0, y: float = 0.0) -> Matrix:
        r"""Second derivatives of the loss in the plane, :math:`e_i^\top \nabla^2 L\, e_j`."""
        W = self.weights(checks.real(x, "x"), checks.real(y, "y"))
        moved = [
            pack(hessian_vector_product(self.problem, W, unpack(e, self.dims))) for e in self.axes
        ]
        return np.asarray(self.axes @ np.stack(moved, axis=1))

    def share(self, trajectory: Trajectory) -> float:
        r"""Share of a run's motion that lies in the plane.

        .. math:: 1 - \frac{\int \mathrm{dist}(w)^2\, ds}{\int \|w - w_\infty\|^2\, ds}

        over the arc length s; 1 for a run that does not move. It is negative where the plane is
        farther away than the run's own end.
        """
        w, end, length = _path(trajectory)
        if pack(trajectory.limit).size != self.origin.size or trajectory.dims != self.dims:
            raise ValueError(f"expected a run of widths {self.dims}, found {trajectory.dims}")
        moved = float(length @ ((w - end) ** 2).sum(axis=1))
        away = w - self.origin
        away = away - (away @ self.axes.T) @ self.axes
        return 1.0 - float(length @ (away**2).sum(axis=1)) / moved if moved > 0 else 1.0

    def _away(self, W: Sequence[Matrix]) -> Matrix:
        W = check_weights(self.problem, W, frames=True)
        if widths(W) != self.dims:
            raise ValueError(f"expected weights of widths {self.dims}, found {widths(W)}")
        return pack(W) - self.origin


def cut(problem: Problem, points: Sequence[Sequence[Matrix]]) -> Cut:
    r"""Plane through three points of the space of weights.

    The first is its origin, the first axis leads to the second.

    Parameters
    ----------
    problem : Problem
    points : three tuples of weights of the same widths
        For example a saddle that a run passed, the next one, and its limit.

    Raises
    ------
    ValueError
        If there are not three, they differ in widths, or lie on one line.

    Examples
    --------
    >>> problem = Problem.canonical((1,))
    >>> points = [(np.array([[a]]), np.array([[b]])) for a, b in ((0, 0), (1, 1), (1, -1))]
    >>> plane = cut(problem, points)
    >>> plane.loss([0.0, 2**0.5], 0.0).round(12)
    array([0.5, 0. ])
    """
    three = [check_weights(problem, W) for W in checks.items(points, "three points of weights")]
    if len(three) != 3 or len({widths(W) for W in three}) != 1:
        found = ", ".join(str(widths(W)) for W in three)
        raise ValueError(f"expected three points of the same widths, found widths {found}")
    origin, *others = (pack(W) for W in three)
    return _spanned(problem, widths(three[0]), origin, np.stack(others) - origin, "three points")


def motion_cut(
    problem: Problem, trajectory: Trajectory, points: Sequence[Sequence[Matrix]]
) -> tuple[Cut, float]:
    r"""Plane that shows a run: through three points, or along the run's principal directions.

    Parameters
    ----------
    points : three tuples of weights

    Returns
    -------
    Cut
        Through the points where at least 80 % of the motion lies in that plane; else through the
        limit, along the two principal directions of :math:`w - w_\infty` over the arc length.
    float
        Its share of the motion, see `Cut.share`.

    Raises
    ------
    ValueError
        As `cut`; where the run does not move in two directions.

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> problem = Problem.canonical((2,))
    >>> W = (np.array([[0.5]]), np.array([[0.1]]))
    >>> run = gradient_flow(problem, W)
    >>> zero = (np.zeros((1, 1)), np.zeros((1, 1)))
    >>> round(motion_cut(problem, run, [zero, run.limit, run.start])[1], 6)
    1.0
    """
    plane, share, _ = cut_or_refused(problem, trajectory, points)
    return plane, share


def cut_or_refused(
    problem: Problem, trajectory: Trajectory, points: Sequence[Sequence[Matrix]]
) -> tuple[Cut, float, float | None]:
    """As `motion_cut`, and the share of the plane through the points where it was refused."""
    through = cut(problem, points)
    share = through.share(trajectory)
    if share >= ENOUGH:
        return through, share, None
    own = principal_cut(problem, trajectory)
    return own, own.share(trajectory), share


def principal_cut(problem: Problem, trajectory: Trajectory) -> Cut:
    r"""Plane through the limit of a run, along its two principal directions.

    Those of :math:`w - w_\infty`, weighted by the arc length.

    Raises
    ------
    ValueError
        If the run does not move in two directions.

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> problem = Problem.canonical((2,))
    >>> run = gradient_flow(problem, (np.array([[0.5]]), np.array([[0.1]])))
    >>> round(principal_cut(problem, run).share(run), 6)
    1.0
    """
    w, end, length = _path(trajectory)
    scaled = np.sqrt(length)[:, None] * (w - end)
    _, sizes, moved = np.linalg.svd(scaled, full_matrices=False)
    if len(sizes) < 2 or not sizes[1] > RANK_GAP * sizes[0]:
        raise ValueError(
            "expected a run that moves in two directions or more, found one that moves along a "
            "line, of which no plane shows more than the curve of the loss does"
        )
    words = "the limit, along the run's principal directions"
    return _spanned(problem, trajectory.dims, end, moved[:2], words)


def eigenvector_cut(problem: Problem, W: Sequence[Matrix], which: tuple[int, int] = (0, -1)) -> Cut:
    r"""Plane through weights along two eigenvectors of the Hessian there.

    The loss along either has the eigenvalue as its curvature.

    Parameters
    ----------
    which : pair of int
        Numbers of the eigenvectors, eigenvalues ascending.

    Raises
    ------
    ValueError
        If the numbers are equal or beyond the number of weights.

    Examples
    --------
    >>> plane = eigenvector_cut(Problem.canonical((3,)), (np.zeros((1, 1)), np.zeros((1, 1))))
    >>> plane.hessian().round(12) + 0.0
    array([[-3.,  0.],
           [ 0.,  3.]])
    """
    W = check_weights(problem, W)
    vectors = np.linalg.eigh(hessian(problem, W))[1].T
    n = len(vectors)
    i, j = (checks.whole(k, "the number of an eigenvector", -n, n - 1) for k in which)
    if i % n == j % n:
        raise ValueError(f"expected two different eigenvectors of {n}, found {i} and {j}")
    words = f"eigenvectors {i} and {j} of the Hessian"
    return Cut(problem, widths(W), pack(W), vectors[[i, j]], words)


def _spanned(
    problem: Problem, dims: tuple[int, ...], origin: Matrix, directions: Matrix, through: str
) -> Cut:
    """The plane along two directions, made orthonormal in their order."""
    Q, R = np.linalg.qr(directions.T)
    size = float(np.abs(R).max(initial=0.0))
    if len(directions) < 2 or not np.abs(np.diag(R)).min() > RANK_GAP * size:
        raise ValueError(f"expected {through} that span a plane, found points on one line")
    return Cut(problem, dims, origin.copy(), Q.T * np.sign(np.diag(R))[:, None], through)


def _path(trajectory: Trajectory) -> tuple[Matrix, Matrix, Matrix]:
    """Packed weights along a run, its end, and the stretch of arc that each moment stands for."""
    w = pack(trajectory.W)
    steps = np.linalg.norm(np.diff(w, axis=0), axis=1)
    length = np.zeros(len(w))
    length[:-1] += steps / 2
    length[1:] += steps / 2
    return w, pack(trajectory.limit), length
