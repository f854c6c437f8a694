r"""The conserved matrices of the gradient flow and how well a trajectory keeps them.

.. math:: C_j = W_{j+1}^\top W_{j+1} - W_j W_j^\top, \qquad \dot C_j = 0, \qquad 1 \le j \le H,

for any data and any loss of the product. Functions of ``W`` also take whole trajectories of
weights: arrays with leading axes (frames), which their results then carry too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.model import checks
from linviz.core.model.conserved import Conserved
from linviz.core.model.layers import finite, invariants
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import Inertia, eigenvalues

if TYPE_CHECKING:
    from linviz.core.flow.trajectory import Trajectory


def drift(trajectory: Trajectory) -> Matrix:
    r"""How far each conserved matrix has moved, :math:`\|C_j(t) - C_j(0)\|_F`, (n, H).

    Zero for the exact flow; gradient descent moves it by O(step).

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> from linviz.core.model.problem import Problem
    >>> problem = Problem.canonical((2, 1))
    >>> trajectory = gradient_flow(problem, (np.eye(2), np.eye(2)), t_end=1.0)
    >>> bool(drift(trajectory).max() < 1e-4)
    True
    """
    return trajectory.drift


def relative_drift(trajectory: Trajectory) -> Matrix:
    r"""`drift` divided by the largest :math:`\|W_j(t)\|_F^2` of the trajectory, (n, H).

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> from linviz.core.model.problem import Problem
    >>> trajectory = gradient_flow(Problem.canonical((2,)), (np.eye(1), 2 * np.eye(1)))
    >>> bool(relative_drift(trajectory).max() < 1e-7)
    True
    """
    return trajectory.relative_drift


def diagonal_drift(trajectory: Trajectory) -> Matrix:
    r"""Change of the diagonal of each C_j, relative as `relative_drift`, (n, H).

    It is what networks with a positively homogeneous activation conserve.

    Examples
    --------
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> from linviz.core.model.problem import Problem
    >>> trajectory = gradient_flow(Problem.canonical((2,)), (np.eye(1), 2 * np.eye(1)))
    >>> diagonal_drift(trajectory).shape == (trajectory.t.size, 1)
    True
    """
    return trajectory.diagonal_drift


def invariant_spectra(W: Sequence[Matrix]) -> tuple[Matrix, ...]:
    r"""Eigenvalues of each :math:`C_j`, descending: what no rotation of hidden neurons changes.

    Returns
    -------
    tuple of H arrays, the j-th (from 1) of shape (..., d_j)

    Examples
    --------
    >>> invariant_spectra((np.eye(2), np.array([[2.0, 0.0]])))
    (array([ 3., -1.]),)
    """
    return tuple(eigenvalues(Cj)[..., ::-1] for Cj in invariants(W))


def invariant_inertia(W: Sequence[Matrix]) -> tuple[Inertia, ...]:
    r"""Inertia of each :math:`C_j`, zero meaning at most 1e-10 of :math:`\max_j \|W_j\|_F^2`.

    Examples
    --------
    >>> invariant_inertia((np.eye(2), np.array([[2.0, 0.0]])))
    ((1, 0, 1),)
    """
    return Conserved(tuple(W)).inertias


def norm_gaps(W: Sequence[Matrix]) -> Matrix:
    r"""Conserved differences of squared norms, (..., H).

    .. math:: c_j = \|W_j\|_F^2 - \|W_{H+1}\|_F^2 = -\sum_{k \ge j} \mathrm{tr}\, C_k

    The talk writes C_j for these scalars too.

    Examples
    --------
    >>> norm_gaps((np.eye(2), np.array([[2.0, 0.0]])))
    array([-2.])
    """
    W = checks.layers(W)
    with np.errstate(over="ignore", invalid="ignore"):
        squares: Matrix = np.stack([np.sum(np.square(Wj), axis=(-2, -1)) for Wj in W], axis=-1)
        gaps = squares[..., :-1] - squares[..., -1:]
    return finite((gaps,), W)[0]


def n_independent(dims: Sequence[int]) -> int:
    r"""Number of functionally independent entries of :math:`C_1, \dots, C_H`, at generic W.

    .. math:: \sum_{j=1}^H \frac{d_j(d_j+1)}{2} - \frac{k_j(k_j+1)}{2}, \qquad
              k_j = \max(0,\ d_j - d_{j-1} - d_{j+1})

    The entries of C_j depend on each other where a layer is wider than its two neighbors together.

    References
    ----------
    Marcotte, Gribonval, Peyré 2023, arXiv:2307.00144 for H = 1; the general count is checked
    numerically by the rank of the Jacobian.

    Examples
    --------
    >>> n_independent((2, 3, 2)), n_independent((1, 3, 1))
    (6, 5)
    """
    dims = checks.layer_widths(dims)
    total = 0
    for before, d, after in zip(dims, dims[1:], dims[2:], strict=False):
        k = max(0, d - before - after)
        total += d * (d + 1) // 2 - k * (k + 1) // 2
    return total
