r"""The regression problem that the network is trained on, and its canonical form.

A problem is a pair of data matrices :math:`X \in R^{d_x \times m}`, :math:`Y \in R^{d_y \times m}`
and the loss :math:`L(P) = \tfrac12 \|Y - PX\|_F^2` of an end-to-end map :math:`P`. Only
:math:`G = XX^\top` and :math:`YX^\top` enter the flow, so its cost does not depend on m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linviz.core.model import checks
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.tolerances import EPS, TINY
from linviz.core.model.words import written

Matrix = NDArray[np.float64]
IndexSet = tuple[int, ...]

LARGEST_SQUARED = 1e140  # of the data: their squares are to be numbers


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    r"""Data X, Y and everything about them that the flow and the landscape need.

    .. math:: L(P) = \tfrac12\|Y - PX\|_F^2
              = L_{res} + \tfrac12\|(P - W_{LR})\,G^{1/2}\|_F^2, \qquad G = XX^\top

    Parameters
    ----------
    X : array (d_x, m)
        Inputs, one column per sample; any rank, any m >= 1.
    Y : array (d_y, m)
        Targets; there may be more of them than inputs.

    Attributes
    ----------
    gram, cross : arrays (d_x, d_x) and (d_y, d_x)
        :math:`G = XX^\top` and :math:`YX^\top`.
    least_squares : array (d_y, d_x)
        :math:`W_{LR} = YX^+`, which is :math:`YX^\top(XX^\top)^{-1}` where the inverse exists.
    residual_loss : float
        :math:`\tfrac12\|Y - W_{LR}X\|_F^2`, the loss that no linear map can beat.
    rank : int
        The rank of X.
    singular_values : array (min(d_x, d_y),)
        Of :math:`\tilde Y = YX^\top(XX^\top)^{-1/2}`, descending: the strengths of the modes.
    output_modes, input_modes : arrays (d_y, d_y) and (d_x, d_x)
        U and V of :math:`\tilde Y = U (D_Y\ 0) V^\top`.
    input_root : array (d_x, d_x)
        :math:`G^{1/2}`, symmetric.
    is_white : bool
        Whether G is the identity, exactly.

    Raises
    ------
    ValueError
        If X or Y is no finite matrix, or their samples differ in number.

    References
    ----------
    Chitour, Liao, Couillet, arXiv:1811.03568, "First reductions"; Baldi and Hornik 1989.

    Examples
    --------
    >>> problem = Problem(X=[[1.0, 1.0], [0.0, 2.0]], Y=[[1.0, 3.0]])
    >>> problem.least_squares.round(12)
    array([[1., 1.]])
    >>> problem.singular_values.round(6)
    array([3.162278])
    """

    X: Matrix
    Y: Matrix
    gram: Matrix = field(init=False)
    cross: Matrix = field(init=False)
    least_squares: Matrix = field(init=False)
    residual_loss: float = field(init=False)
    rank: int = field(init=False)
    singular_values: Matrix = field(init=False)
    output_modes: Matrix = field(init=False)
    input_modes: Matrix = field(init=False)
    input_root: Matrix = field(init=False)
    is_white: bool = field(init=False)

    def __init__(self, X: ArrayLike, Y: ArrayLike) -> None:
        X, Y = checks.matrix(X, "X"), checks.matrix(Y, "Y")
        check_pair(X, Y)
        _check_sizes(X, Y)
        object.__setattr__(self, "X", _frozen(X))
        object.__setattr__(self, "Y", _frozen(Y))
        with np.errstate(over="ignore", invalid="ignore"):
            found = _reduction(X, Y)
        if not np.isfinite(found["least_squares"]).all():
            raise ValueError(
                f"expected data with a linear map from X to Y, found entries of X of at most "
                f"{np.abs(X).max():g} and of Y of {np.abs(Y).max():g}, so that the map overflows: "
                "scale the data to order 1"
            )
        for name, value in found.items():
            object.__setattr__(
                self, name, _frozen(value) if isinstance(value, np.ndarray) else value
            )

    def _facts(self) -> dict[str, str]:
        strongest = ", ".join(written(s) for s in self.singular_values[:4])
        more = ", …" if self.n_modes > 4 else ""
        return {
            "X": f"{self.d_x} × {self.X.shape[1]}",
            "Y": f"{self.d_y} × {self.Y.shape[1]}",
            "data": "white" if self.is_white else f"rank {self.rank}",
            "modes": strongest + more,
            "residual loss": written(self.residual_loss),
        }

    def __repr__(self) -> str:
        return one_line("Problem", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Problem", self._facts())

    @classmethod
    def canonical(
        cls, singular_values: Sequence[float] | Matrix, d_x: int | None = None
    ) -> Problem:
        r"""Canonical problem X = I, Y = (D_Y 0) with the given singular values.

        Parameters
        ----------
        singular_values : d_y numbers >= 0
            The diagonal of D_Y, in descending order (they are sorted if they are not).
        d_x : int, optional
            The number of inputs, at least d_y; d_y where it is not given.

        Raises
        ------
        ValueError
            If a singular value is negative or not finite, none is given, or d_x < d_y.

        Examples
        --------
        >>> Problem.canonical((2, 1), d_x=3).Y
        array([[2., 0., 0.],
               [0., 1., 0.]])
        """
        s = np.sort(checked_singular_values(singular_values))[::-1]
        d_x = s.size if d_x is None else checks.whole(d_x, "d_x", 1, checks.MAX_WEIGHTS)
        if d_x < s.size:
            raise ValueError(
                f"expected d_x >= d_y, found d_x = {d_x} and d_y = {s.size} singular values: "
                "widen the input or remove singular values"
            )
        return cls(X=np.eye(d_x), Y=diagonal_matrix(s, s.size, d_x))

    @property
    def d_x(self) -> int:
        """Number of inputs."""
        return int(self.X.shape[0])

    @property
    def d_y(self) -> int:
        """Number of outputs."""
        return int(self.Y.shape[0])

    @property
    def n_modes(self) -> int:
        """Number of modes, min(d_x, d_y): those of strength zero count."""
        return min(self.d_x, self.d_y)

    @property
    def condition(self) -> float:
        """Ratio of the largest to the smallest nonzero eigenvalue of X Xᵀ (1 where X = 0)."""
        roots = np.linalg.eigvalsh(self.input_root)[::-1][: max(self.rank, 1)]
        return float((roots[0] / roots[-1]) ** 2) if roots[-1] > 0 else 1.0

    def whitened(self) -> Problem:
        r"""Canonical problem with the same singular values: same landscape, another flow.

        Critical values (less ``residual_loss``), saddle types and Hessian inertia carry over; where
        X has rank r < d_x the zeros of the raw Hessian are d_1 (d_x - max(r, d_y)) more.
        Trajectories, rates and invariants do not, unless :math:`XX^\top` is a multiple of I.
        Directions in which X has no data are dropped, so ``d_x`` becomes the rank of X (at least
        the number of modes).

        Examples
        --------
        >>> Problem(X=[[2.0, 0.0], [0.0, 5.0]], Y=[[0.0, 3.0]]).whitened().Y
        array([[3., 0.]])
        """
        return self.canonical_with(max(self.rank, self.n_modes))

    def canonical_with(self, d_x: int) -> Problem:
        """Canonical problem with the same singular values and outputs, and so many inputs.

        Examples
        --------
        >>> Problem(X=[[1.0]], Y=[[3.0], [4.0]]).canonical_with(1).Y
        array([[5.],
               [0.]])
        """
        return Problem(np.eye(d_x), diagonal_matrix(self.singular_values, self.d_y, d_x))


def diagonal_matrix(values: Matrix, rows: int, columns: int) -> Matrix:
    """Matrix with these values on its diagonal, and zeros elsewhere.

    Examples
    --------
    >>> diagonal_matrix(np.array([2.0]), 2, 1)
    array([[2.],
           [0.]])
    """
    D = np.zeros((rows, columns))
    D[range(values.size), range(values.size)] = values
    return D


def check_dims(problem: Problem, dims: Sequence[int]) -> tuple[int, ...]:
    """Return the widths as a tuple of integers, or say why they do not fit the problem."""
    widths = checks.layer_widths(dims)
    check_ends(problem, widths)
    return widths


def check_ends(problem: Problem, widths: tuple[int, ...]) -> None:
    """Say what does not lead from the problem's inputs to its outputs, or is no problem."""
    if not isinstance(problem, Problem):
        raise ValueError(
            f"expected a Problem, Problem(X, Y) or Problem.canonical(singular_values), found "
            f"{checks.brief(problem)}"
        )
    if (widths[0], widths[-1]) != (problem.d_x, problem.d_y):
        raise ValueError(
            f"expected widths from d_0 = {problem.d_x} inputs to d_H+1 = {problem.d_y} outputs, "
            f"found {widths}"
        )


def checked_singular_values(values: Sequence[float] | Matrix) -> Matrix:
    """Return singular values as an array, or say which one is not a finite number >= 0."""
    s = checks.vector(values, "singular values", 0)
    if s.size == 0:
        raise ValueError("expected a list of singular values, found an empty one")
    return s


def check_pair(X: Matrix, Y: Matrix) -> None:
    """Say what keeps X and Y from being inputs and targets of the same samples."""
    if X.shape[1] != Y.shape[1]:
        raise ValueError(
            "expected X (d_x, m) and Y (d_y, m) with the same number m of samples (columns), "
            f"found shapes {X.shape} and {Y.shape}"
        )


def _check_sizes(X: Matrix, Y: Matrix) -> None:
    """Squares must not overflow, and X must have all its digits.

    Small data are right as far as they go: the singular value decomposition of X squares nothing.
    """
    for name, A in (("X", X), ("Y", Y)):
        if (size := float(np.abs(A).max())) > LARGEST_SQUARED:
            raise ValueError(
                f"expected entries of {name} of at most {LARGEST_SQUARED:g} in size, found "
                f"{size:g}, whose square is no number: scale the data to order 1"
            )
    if 0 < (size := float(np.abs(X).max())) < TINY:
        raise ValueError(
            f"expected entries of X of at least {TINY:.3g}, found {size:g}, "
            "which has lost digits: scale the data to order 1"
        )


def _reduction(X: Matrix, Y: Matrix) -> dict[str, Matrix | float | bool | int]:
    """Everything that follows from X and Y, by the singular value decomposition of X."""
    left, sigma, right = np.linalg.svd(X, full_matrices=False)
    rank = int(np.count_nonzero(sigma > max(X.shape) * EPS * sigma[0]))
    left, sigma, right = left[:, :rank], sigma[:rank], right[:rank]
    coordinates = Y @ right.T  # (d_y, rank): Y in the row space of X
    is_white = bool(np.array_equal(X @ X.T, np.eye(len(X))))
    target = Y @ X.T if is_white else coordinates @ left.T
    U, s, Vt = _target_modes(target)
    residual = Y - coordinates @ right
    if not is_white and sigma.size:
        # what no map can fit leaks into the coordinates as the row space is known: to eps cond X
        leak = float(np.linalg.norm(residual)) * float(sigma[0] / sigma[-1])
        s = np.where(s > 4 * max(X.shape) * EPS * (s[0] + leak), s, 0.0)
    return {
        "gram": X @ X.T,
        "cross": Y @ X.T,
        "least_squares": target if is_white else (coordinates / sigma) @ left.T,
        "residual_loss": _half_square(residual) if rank < X.shape[1] else 0.0,
        "rank": rank,
        "singular_values": s,
        "output_modes": U,
        "input_modes": Vt.T,
        "input_root": np.eye(len(X)) if is_white else (left * sigma) @ left.T,
        "is_white": is_white,
    }


def _target_modes(target: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Singular value decomposition that keeps the axes where the target is (D 0), descending."""
    d_y, d_x = target.shape
    diagonal = np.diagonal(target).copy()
    descending = bool(np.all(diagonal >= 0) and np.all(np.diff(diagonal) <= 0))
    if descending and np.array_equal(target, diagonal_matrix(diagonal, d_y, d_x)):
        return np.eye(d_y), diagonal, np.eye(d_x)
    U, s, Vt = np.linalg.svd(target)
    return U, s, Vt


def _half_square(A: Matrix) -> float:
    return 0.5 * float(np.sum(A**2))


def _frozen(A: Matrix) -> Matrix:
    A = np.array(A, dtype=float, order="C")
    A.flags.writeable = False
    return A
