"""The Hessian's spectrum at balanced critical points, in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linviz.core.model.aligned import checked_missed
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.layers import n_parameters
from linviz.core.model.problem import Matrix, Problem, check_dims


def balanced_eigenvalues(problem: Problem, dims: Sequence[int], missed: Sequence[int]) -> Matrix:
    r"""All eigenvalues, ascending, where exactly these modes are missed and every C_j is 0.

    With N layers, :math:`\sigma_k = s_k^{1/N}` and r learned modes k, each missed mode i has with
    each of them the pair :math:`\sigma_k^{N-2}(s_k \pm s_i)`, and for N = 2 the pair
    :math:`\pm s_i` with each of the d_1 - r free neurons. Learned modes k, l have
    :math:`\sum_j \sigma_k^{2(N-j)}\sigma_l^{2(j-1)}`; inputs and outputs without a mode have
    :math:`\sigma_k^{2(N-1)}` with each k. All others are 0.

    In canonical coordinates; for white data they are those of the data too.

    Raises
    ------
    ValueError
        If no critical point misses exactly these modes.

    Examples
    --------
    >>> balanced_eigenvalues(Problem.canonical((2, 1)), (2, 2, 2), (1,)).round(12).tolist()
    [-1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 3.0, 4.0]
    """
    dims = check_dims(problem, dims)
    missed = checked_missed(problem, dims, missed)
    s, N, modes = problem.singular_values, len(dims) - 1, positive_modes(problem)
    if N == 1:  # the loss is quadratic
        return np.repeat([0.0, 1.0], [(dims[0] - problem.rank) * dims[1], problem.rank * dims[1]])
    learned = s[[k for k in range(modes) if k not in missed]]
    left, sigma = s[list(missed)], learned ** (1.0 / N)
    powers = [sigma ** (2 * j) for j in range(N)]
    products = [np.outer(a, b) for a, b in zip(powers, powers[::-1], strict=True)]
    both = np.sum(products, axis=0)
    n_single = problem.rank + problem.d_y - 2 * modes
    parts = [both.ravel(), np.repeat(powers[-1], n_single)]
    for sign in (-1.0, 1.0):
        parts.append((np.add.outer(learned, sign * left) * (sigma ** (N - 2))[:, None]).ravel())
        if N == 2:
            parts.append(np.repeat(sign * left, dims[1] - len(learned)))
    named = np.concatenate(parts)
    return np.sort(np.concatenate([named, np.zeros(n_parameters(dims) - len(named))]))
