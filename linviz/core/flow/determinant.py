r"""The sign of det P, which balanced flows keep where d_x = d_y is the smallest width.

P then never comes to a map of the other sign: it ends in a saddle.
"""

from __future__ import annotations

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.layers import is_balanced, pack
from linviz.core.model.problem import Matrix
from linviz.core.model.sizes import squares
from linviz.core.model.tolerances import BALANCED


def kept_signs(field: Field, w: Matrix) -> Matrix:
    """Sign of det P times the target's where the flow keeps it, 0 elsewhere; w is (n_params, B).

    It is kept from balanced starts with d_x = d_y = min(dims). Those with -1 never come to the
    target.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> field = Field(Problem.canonical((1,)), (1, 1, 1))
    >>> kept_signs(field, np.array([[0.5, 0.5, 0.5], [0.5, -0.5, 2.0]]))
    array([ 1., -1.,  0.])
    """
    d, B = field.dims[0], w.shape[1]
    square = field.dims[-1] == d == min(field.dims) and field.problem.rank == d
    if not square or len(field.dims) < 3 or positive_modes(field.problem) < d:
        return np.zeros(B)
    sizes = np.array([squares(v) for v in field.layers(w.T)])
    largest = sizes.max(axis=0)
    most = len(sizes) * max(field.dims) * BALANCED  # which traces of C_j that are 0 add up to
    if (largest - sizes.min(axis=0) > most * largest).all():
        return np.zeros(B)
    kept = is_balanced(field.layout.weights(w.T))
    return np.where(kept, signs(field, np.moveaxis(field.product(w.T), 0, 2)), 0.0)


def kept_sign(field: Field, w: Matrix) -> float:
    """The same of one start, (n_params,)."""
    sizes = [squares(v) for v in field.layers(w)]
    largest = max(sizes)
    if largest - min(sizes) > len(sizes) * max(field.dims) * BALANCED * largest:
        return 0.0
    return float(kept_signs(field, w[:, None])[0])


def signs(field: Field, P: Matrix) -> Matrix:
    """Sign of det P times the target's, for square transposed maps P (d, d, B)."""
    found = np.linalg.slogdet(np.moveaxis(P, 2, 0)).sign
    return np.asarray(found * np.linalg.slogdet(field.cross).sign)


def of_lower_rank(field: Field, w: Matrix) -> Matrix:
    """Weights (n_params, B) with the d-th singular value of every layer zero, d = d_x.

    Examples
    --------
    >>> from linviz.core.model.problem import Problem
    >>> field = Field(Problem.canonical((2, 1)), (2, 2))
    >>> of_lower_rank(field, np.array([[3.0], [0.0], [0.0], [1.0]])).T
    array([[3., 0., 0., 0.]])
    """
    layers = []
    for Wj in field.layout.weights(w.T):
        left, values, right = np.linalg.svd(Wj, full_matrices=False)
        values[:, field.dims[0] - 1 :] = 0.0
        layers.append((left * values[:, None]) @ right)
    return np.ascontiguousarray(pack(layers).T)
