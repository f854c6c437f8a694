r"""Loss and gradient of a network with an activation, by backpropagation.

.. math:: a_0 = X, \qquad z_j = W_j a_{j-1}, \qquad a_j = \sigma(z_j), \qquad
          L = \tfrac12 \|Y - W_N a_{N-1}\|_F^2

with a linear last layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linviz.core.flow.activation import Activation, named
from linviz.core.model.layers import Weights, check_weights
from linviz.core.model.problem import Matrix, Problem


def nonlinear_loss(problem: Problem, W: Sequence[Matrix], activation: Activation | str) -> float:
    r"""Loss :math:`\tfrac12 \|Y - W_N \sigma(W_{N-1} \cdots \sigma(W_1 X))\|_F^2`.

    Raises
    ------
    ValueError
        If W does not fit the problem or no activation has this name.

    Examples
    --------
    >>> problem = Problem(X=[[1.0, -1.0]], Y=[[2.0, 0.0]])
    >>> nonlinear_loss(problem, (np.array([[1.0]]), np.array([[1.0]])), "relu")
    0.5
    """
    W = check_weights(problem, W)
    a, _ = forward(problem, W, named(activation))
    return 0.5 * float(np.sum((problem.Y - W[-1] @ a[-1]) ** 2))


def nonlinear_gradient(
    problem: Problem, W: Sequence[Matrix], activation: Activation | str
) -> Weights:
    r"""Gradient :math:`\partial L/\partial W_j` of `nonlinear_loss`, by backpropagation.

    At a kink the slope from the left is taken.

    Returns
    -------
    tuple of N arrays, the j-th of the shape of W_j

    Raises
    ------
    ValueError
        If W does not fit the problem or no activation has this name.

    Examples
    --------
    >>> problem = Problem(X=[[1.0, -1.0]], Y=[[2.0, 0.0]])
    >>> nonlinear_gradient(problem, (np.array([[1.0]]), np.array([[3.0]])), "relu")
    (array([[3.]]), array([[1.]]))
    """
    W, activation = check_weights(problem, W), named(activation)
    a, z = forward(problem, W, activation)
    errors = backward(problem, W, activation, a, z)
    slopes = [errors_j * activation.slope(zj) for errors_j, zj in zip(errors, z, strict=True)]
    last = W[-1] @ a[-1] - problem.Y
    return tuple(d @ aj.T for d, aj in zip([*slopes, last], a, strict=True))


def forward(
    problem: Problem, W: Sequence[Matrix], activation: Activation
) -> tuple[list[Matrix], list[Matrix]]:
    """Activities a_0 = X, ..., a_H and pre-activations z_1, ..., z_H, each (d_j, m)."""
    a, z = [problem.X], []
    for Wj in W[:-1]:
        z.append(Wj @ a[-1])
        a.append(activation.value(z[-1]))
    return a, z


def backward(
    problem: Problem,
    W: Sequence[Matrix],
    activation: Activation,
    a: list[Matrix],
    z: list[Matrix],
) -> list[Matrix]:
    """Derivatives of the loss with respect to a_1, ..., a_H, each (d_j, m)."""
    errors: list[Matrix] = []
    error = W[-1] @ a[-1] - problem.Y
    for j in range(len(z) - 1, -1, -1):
        error = W[j + 1].T @ error
        errors.append(error)
        error = error * activation.slope(z[j])
    return errors[::-1]
