r"""The weights of a deep linear network: product, loss, gradient.

``W = (W_1, ..., W_N)``, N = H + 1, is a tuple of arrays, ``W[j-1]`` of shape (d_j, d_{j-1}), input
layer first. For each layer :math:`P = B_j W_j A_j` with

.. math:: A_j = W_{j-1} \cdots W_1, \qquad B_j = W_N \cdots W_{j+1}.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linviz.core.model import checks
from linviz.core.model.problem import Matrix, Problem, check_ends
from linviz.core.model.tolerances import BALANCED

Weights = tuple[Matrix, ...]

MOST_DIGITS = 300  # before the point, of what a double can hold, with room for sums


def product(W: Iterable[Matrix], i: int = 1, j: int | None = None) -> Matrix:
    r"""Partial product :math:`(\Pi W)_i^j = W_j \cdots W_i`, 1-based and inclusive.

    Parameters
    ----------
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    i, j : int
        First and last layer, 1 <= i <= N + 1 and i - 1 <= j <= N; j = N where it is not given.
        The empty product j = i - 1 is the identity of size d_j.

    Raises
    ------
    ValueError
        If the widths do not chain, i, j are out of range or the weights overflow.

    Examples
    --------
    >>> W = (np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    >>> product(W)
    array([[3., 6.],
           [4., 8.]])
    >>> product(W, 2, 1)
    array([[1.]])
    """
    W = checks.layers(W)
    N = len(W)
    i, j = checks.whole(i, "i", -N), N if j is None else checks.whole(j, "j", -N)
    if not (1 <= i <= N + 1 and i - 1 <= j <= N):
        raise ValueError(
            f"expected 1 <= i <= {N + 1} and i - 1 <= j <= {N}, found i = {i}, j = {j}"
        )
    P = np.eye(widths(W)[i - 1])
    with np.errstate(over="ignore", invalid="ignore"):
        for Wk in W[i - 1 : j]:
            P = Wk @ P
    return finite((P,), W)[0]


def loss(problem: Problem, W: Sequence[Matrix]) -> float:
    r"""Loss :math:`L = \tfrac12 \|Y - W_N \cdots W_1 X\|_F^2`.

    It is computed as ``problem.residual_loss + excess_loss(problem, W)``.

    Examples
    --------
    >>> loss(Problem.canonical((2, 1)), (np.eye(2), np.eye(2)))
    0.5
    """
    excess = excess_loss(problem, W)
    return problem.residual_loss + excess


def losses(problem: Problem, W: Sequence[Matrix]) -> Matrix:
    r"""The loss of each of many weights, W[j-1] of shape (..., d_j, d_{j-1}).

    Examples
    --------
    >>> losses(Problem.canonical((2, 1)), (np.zeros((3, 2, 2)), np.zeros((3, 2, 2))))
    array([2.5, 2.5, 2.5])
    """
    W = check_weights(problem, W, frames=True)
    gap = prefixes(W)[-1] - problem.least_squares
    gap = gap if problem.is_white else gap @ problem.input_root
    return np.asarray(problem.residual_loss + 0.5 * (gap**2).sum(axis=(-2, -1)))


def excess_loss(problem: Problem, W: Sequence[Matrix]) -> float:
    r"""Loss above the best linear map, :math:`\tfrac12 \|(P - W_{LR}) G^{1/2}\|_F^2`.

    Examples
    --------
    >>> excess_loss(Problem.canonical((2, 1)), (np.eye(2), np.eye(2)))
    0.5
    """
    W = check_weights(problem, W)
    gap = prefixes(W)[-1] - problem.least_squares
    return 0.5 * float(np.sum((gap if problem.is_white else gap @ problem.input_root) ** 2))


def gradient(problem: Problem, W: Sequence[Matrix]) -> Weights:
    r"""Gradient :math:`\partial L/\partial W_j = -B_j^\top (Y - PX) X^\top A_j^\top`.

    Parameters
    ----------
    problem : Problem
    W : tuple of N arrays, W[j-1] of shape (..., d_j, d_{j-1})
        Weights, or those of a whole trajectory.

    Returns
    -------
    tuple of N arrays, the j-th of the shape of W_j

    References
    ----------
    arXiv:1811.03568, (GDD), with the transposes that the talk omits.

    Examples
    --------
    >>> gradient(Problem.canonical((2,)), (np.array([[1.0]]), np.array([[3.0]])))
    (array([[3.]]), array([[1.]]))
    """
    W = check_weights(problem, W, frames=True)
    A, B = prefixes(W), suffixes(W)
    E = pull(problem, A[-1])
    pairs = zip(A[:-1], B, strict=True)
    return tuple(-transposed(Bj) @ E @ transposed(Aj) for Aj, Bj in pairs)


def pull(problem: Problem, P: Matrix) -> Matrix:
    r"""Negative gradient with respect to the product, :math:`(Y - PX)X^\top`, (..., d_y, d_x)."""
    return problem.cross - (P if problem.is_white else P @ problem.gram)


def prefixes(W: Sequence[Matrix]) -> list[Matrix]:
    """Products A_1 = I, ..., A_N and, last, A_{N+1} = P, each (..., d_{j-1}, d_0)."""
    A = [np.eye(W[0].shape[-1])]
    for Wj in W:
        A.append(Wj.dot(A[-1]) if Wj.ndim == 2 else Wj @ A[-1])  # a third of the time if small
    return A


def suffixes(W: Sequence[Matrix]) -> list[Matrix]:
    """Products B_1, ..., B_N = I, each (..., d_N, d_j)."""
    B = [np.eye(W[-1].shape[-2])]
    for Wj in reversed(W[1:]):
        B.append(B[-1].dot(Wj) if Wj.ndim == 2 else B[-1] @ Wj)
    return B[::-1]


def invariants(W: Iterable[Matrix]) -> tuple[Matrix, ...]:
    r"""Conserved matrices of the gradient flow.

    .. math:: C_j = W_{j+1}^\top W_{j+1} - W_j W_j^\top, \qquad 1 \le j \le H

    Parameters
    ----------
    W : tuple of H + 1 arrays, W[j-1] of shape (..., d_j, d_{j-1})
        Weights, input layer first; those of a whole trajectory have a leading axis of frames,
        which the result then has too.

    Returns
    -------
    tuple of H arrays, the j-th (from 1) of shape (..., d_j, d_j)
        Symmetric; constant in t along an exact trajectory.

    Raises
    ------
    ValueError
        If the widths do not chain or the weights overflow.

    References
    ----------
    Chitour, Liao, Couillet, arXiv:1811.03568, "Invariants"; Liao's talk, Proposition (Invariants).

    Examples
    --------
    >>> invariants((np.eye(2), np.array([[2.0, 0.0]])))[0]
    array([[ 3.,  0.],
           [ 0., -1.]])
    """
    W = checks.layers(W)
    with np.errstate(over="ignore", invalid="ignore"):
        pairs = itertools.pairwise(W)
        C = tuple(transposed(Wk) @ Wk - Wj @ transposed(Wj) for Wj, Wk in pairs)
    return finite(C, W)


def imbalance(W: Sequence[Matrix]) -> Matrix:
    r"""How far weights are from balance, :math:`\max_j\|C_j\|_F / \max_j\|W_j\|_F^2`, (...).

    On any leading axes, as `invariants`; 0 where all weights are.

    Examples
    --------
    >>> float(imbalance((np.eye(2), np.array([[2.0, 0.0]]))).round(3))
    0.791
    """
    size = np.asarray(np.max([np.sum(Wj**2, axis=(-2, -1)) for Wj in W], axis=0))
    C = [np.linalg.norm(Cj, axis=(-2, -1)) for Cj in invariants(W)]
    off = np.max(C, axis=0) if C else np.zeros_like(size)
    relative: Matrix = np.divide(off, size, out=np.zeros_like(off), where=size > 0)
    return relative


def is_balanced(W: Sequence[Matrix]) -> NDArray[np.bool_]:
    """Whether every C_j is zero to roundoff, (...): on any leading axes, as `invariants`.

    Examples
    --------
    >>> is_balanced((np.eye(2), np.eye(2))), is_balanced((np.eye(2), 2 * np.eye(2)))
    (array(True), array(False))
    """
    return np.asarray(imbalance(W) <= BALANCED)


def transposed(A: Matrix) -> Matrix:
    """Every matrix of a stack (..., m, n) transposed, a view."""
    return A.swapaxes(-1, -2)


def widths(W: Sequence[Matrix]) -> tuple[int, ...]:
    """Widths (d_0, ..., d_N) of layers (..., d_j, d_{j-1}) that chain."""
    return (W[0].shape[-1], *(Wj.shape[-2] for Wj in W))


def check_weights(
    problem: Problem, W: Iterable[ArrayLike], *, frames: bool = False, any_size: bool = False
) -> Weights:
    """Return the weights as float arrays that chain and fit the problem, or say what is wrong.

    With `frames` each may have the same leading axes; those of `any_size` may overflow.
    """
    checked = checks.layers(W)
    if checked[0].ndim != 2 and not frames:
        raise ValueError(
            f"expected W_1 to be a matrix (2-D, not empty), found shape {checked[0].shape}"
        )
    check_ends(problem, widths(checked))
    if not any_size:
        check_size(checked, max(np.abs(problem.gram).max(), np.abs(problem.cross).max()))
    return checked


def check_size(W: Sequence[Matrix], data: float) -> None:
    """Say that the squares of products of these weights, times such data, are no numbers."""
    sizes = [float(np.abs(Wj).max()) * math.sqrt(Wj.shape[-1] * Wj.shape[-2]) for Wj in W]
    # a layer of small weights makes up for none of large ones: some products leave it out
    digits = sum(2 * math.log10(size) for size in sizes if size > 1) + math.log10(max(data, 1.0))
    if digits > MOST_DIGITS:
        raise _overflow(W)


def finite(results: tuple[Matrix, ...], W: Sequence[Matrix]) -> tuple[Matrix, ...]:
    """What was made of the weights, or in words that they are too large for it."""
    if all(np.isfinite(result).all() for result in results):
        return results
    raise _overflow(W)


def _overflow(W: Sequence[Matrix]) -> ValueError:
    return ValueError(
        "expected weights whose products can be squared, found weights up to "
        f"{max(float(np.abs(Wj).max()) for Wj in W):.3g} in {len(W)} layers: scale them to order 1"
    )


def n_parameters(dims: Sequence[int]) -> int:
    r"""Number of weights, :math:`\sum_j d_j d_{j-1}`."""
    return sum(a * b for a, b in itertools.pairwise(dims))


def pack(W: Sequence[Matrix]) -> Matrix:
    """All weights in one vector: layer by layer, input first, each column by column.

    Arrays (..., d_j, d_{j-1}) become one of shape (..., n).
    """
    return np.concatenate(
        [transposed(Wj).reshape(*Wj.shape[:-2], Wj.shape[-2] * Wj.shape[-1]) for Wj in W], axis=-1
    )


def unpack(w: Matrix, dims: Sequence[int]) -> Weights:
    """Inverse of `pack`: views (..., d_j, d_{j-1}) into the packed weights (..., n)."""
    return tuple(transposed(v) for v in Layout(tuple(dims)).views(w))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each layer stands in packed weights of these widths.

    Attributes
    ----------
    n : int
        Number of weights.
    parts : tuple of (start, end, (d_{j-1}, d_j))
        For each layer: its stretch of the packed vector, and the shape of W_jᵀ that lies there.

    Examples
    --------
    >>> Layout((2, 3, 1)).parts
    ((0, 6, (2, 3)), (6, 9, (3, 1)))
    """

    dims: tuple[int, ...]
    n: int = field(init=False)
    parts: tuple[tuple[int, int, tuple[int, int]], ...] = field(init=False)

    def __post_init__(self) -> None:
        ends = list(itertools.accumulate(a * b for a, b in itertools.pairwise(self.dims)))
        parts = zip([0, *ends], ends, itertools.pairwise(self.dims), strict=False)
        object.__setattr__(self, "n", ends[-1])
        object.__setattr__(self, "parts", tuple(parts))

    def views(self, w: Matrix) -> list[Matrix]:
        """Views W_jᵀ (..., d_{j-1}, d_j) into the packed weights (..., n)."""
        if w.ndim == 1:
            return [w[start:end].reshape(shape) for start, end, shape in self.parts]
        return [w[..., i:j].reshape(w.shape[:-1] + shape) for i, j, shape in self.parts]

    def weights(self, w: Matrix) -> Weights:
        """The layers (..., d_j, d_{j-1}) of packed weights (..., n), arrays of their own."""
        return tuple(np.array(transposed(v), order="C") for v in self.views(w))
