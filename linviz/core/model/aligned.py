"""Initial weights that know the target: aligned with its modes, on a saddle's stable manifold."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from linviz.core.model import checks
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.initialization import gaussian
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem, check_dims, diagonal_matrix
from linviz.core.model.tolerances import DECOUPLED


def aligned(problem: Problem, dims: Sequence[int], strengths: Sequence[float]) -> Weights:
    r"""Balanced weights in the target's own modes, in which the flow decouples.

    .. math:: W_N = U\,\mathrm{diag}(a), \quad W_j = \mathrm{diag}(a), \quad
              W_1 = \mathrm{diag}(a)\,V^\top, \qquad u_k(0) = a_k^{N}

    Parameters
    ----------
    strengths : at most min(dims) finite numbers a_k
        One for each mode, strongest first, the same in every layer; missing ones are zero. With
        an odd number N of layers a negative one starts on the wrong side of zero.

    Raises
    ------
    ValueError
        If there are too many strengths, or the data are not white and a mode asked for is no
        eigenvector of X X^T: then the modes do not decouple.

    References
    ----------
    Saxe, McClelland, Ganguli 2014, arXiv:1312.6120.

    Examples
    --------
    >>> aligned(Problem.canonical((2, 1)), (2, 3, 2), (0.1,))[1]
    array([[0.1, 0. , 0. ],
           [0. , 0. , 0. ]])
    """
    dims = check_dims(problem, dims)
    a = checks.vector(strengths, "strengths")
    if a.size > min(dims):
        raise ValueError(
            f"expected at most {min(dims)} finite strengths (the smallest width of {dims}), "
            f"found {a.size}"
        )
    if not decouples(problem, range(a.size)):
        raise ValueError(
            "expected data whose target modes are eigenvectors of X X^T, found data in which they "
            "are not, so the modes do not decouple: use problem.whitened()"
        )
    W = [diagonal_matrix(a, d, c) for c, d in itertools.pairwise(dims)]
    W[-1] = problem.output_modes @ W[-1]
    W[0] = W[0] @ problem.input_modes.T
    return tuple(W)


def on_stable_manifold(
    problem: Problem,
    dims: Sequence[int],
    missed: Sequence[int] = (0,),
    scale: float = 0.5,
    *,
    seed: int = 0,
) -> Weights:
    r"""Random weights from which the flow never learns the given modes.

    It ends in a saddle, and for almost every such start in the one that misses just these modes if
    almost every start of the network that is left reaches its global minimum (proved for H = 1).
    Behind a bottleneck that has no room for the missed modes anyway it ends in a minimum.

    Rows `missed` of :math:`U^\top W_N` and columns `missed` of :math:`W_1 V` are zero, the other
    entries Gaussian. This is the fixed set of a reflection that the flow respects; the zeros are
    exact, and stay so in floating point, where U = V = I (a canonical problem). Elsewhere roundoff
    leaves the saddle after a time of about ln(1e16) / \|lambda_min\|.

    For raw data (a missed mode is no eigenvector of X X^T) there is no such reflection. If the
    missed modes are the last ones, neurons are made dead instead: zero row of W_j and zero column
    of W_{j+1}, until the width is the number of modes to learn.

    Raises
    ------
    ValueError
        If no critical point misses exactly these modes, or raw data allow no such start.

    Examples
    --------
    >>> W = on_stable_manifold(Problem.canonical((3, 2, 1)), (3, 3, 3), missed=(1,))
    >>> W[1][1], W[0][:, 1]
    (array([0., 0., 0.]), array([0., 0., 0.]))
    """
    dims = check_dims(problem, dims)
    missed = checked_missed(problem, dims, missed)
    W = gaussian(dims, scale, seed=seed)
    if not missed:
        return W
    if decouples(problem, missed):
        return _mode_killed(problem, W, missed)
    n_modes = positive_modes(problem)
    if missed != tuple(range(n_modes - len(missed), n_modes)):
        raise ValueError(
            f"expected, for data that are not white, missed modes that are the last ones of "
            f"0..{n_modes - 1}, found {missed}: whiten the data (problem.whitened()) or miss "
            f"{tuple(range(n_modes - len(missed), n_modes))}"
        )
    return _with_dead_neurons(W, n_modes - len(missed))


def checked_missed(problem: Problem, dims: Sequence[int], missed: Iterable[int]) -> tuple[int, ...]:
    """Return the missed modes ascending, or say which sets of modes a saddle can miss."""
    asked = tuple(checks.items(missed, "missed modes, a list of mode numbers"))
    n_modes = positive_modes(problem)
    most = n_modes if len(dims) > 2 else 0  # without a hidden layer the problem is convex
    fewest = min(most, max(0, n_modes - min(dims)))
    found = {checks.as_whole(m) for m in asked}
    indices = {m for m in found if m is not None and 0 <= m < n_modes}
    if len(indices) != len(asked) or not fewest <= len(asked) <= most:
        sizes = f"exactly {most}" if fewest == most else f"{fewest} to {most}"
        raise ValueError(
            f"expected {sizes} distinct missed modes out of {tuple(range(n_modes))} "
            f"(widths {tuple(dims)}, modes with s > 0, 0-based), found {asked}"
        )
    return tuple(sorted(indices))


def decouples(problem: Problem, modes: Iterable[int]) -> bool:
    r"""Whether these input modes are eigenvectors of :math:`XX^\top` to roundoff."""
    V = problem.input_modes[:, list(modes)]
    GV = problem.gram @ V
    gap = GV - V * np.sum(V * GV, axis=0)
    return bool(np.abs(gap).max(initial=0.0) <= DECOUPLED * np.abs(problem.gram).max())


def _mode_killed(problem: Problem, W: Weights, missed: tuple[int, ...]) -> Weights:
    """The reflection's fixed set: no missed mode enters or leaves the network."""
    first, last, rows = W[0].copy(), W[-1].copy(), list(missed)
    first[:, rows] = 0.0
    last[rows] = 0.0
    return (first @ problem.input_modes.T, *W[1:-1], problem.output_modes @ last)


def _with_dead_neurons(W: Weights, width: int) -> Weights:
    """Weights in which the narrowest hidden layer keeps `width` live neurons."""
    hidden = [Wj.shape[0] for Wj in W[:-1]]
    j = int(np.argmin(hidden))
    layers = [Wj.copy() for Wj in W]
    layers[j][width:] = 0.0
    layers[j + 1][:, width:] = 0.0
    return tuple(layers)
