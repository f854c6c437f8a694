r"""What the neurons of a network with an activation conserve: of the C_j, the diagonals at most.

.. math:: \frac{d}{dt} (C_j)_{ii} = -2 \sum_n \frac{\partial L}{\partial a_{j,i}^{(n)}}
          \big(\sigma(z) - z \sigma'(z)\big)\Big|_{z = z_{j,i}^{(n)}}

which vanishes for all data only where :math:`\sigma = z\sigma'`: linear, ReLU, leaky ReLU.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from linviz.core.flow.activation import Activation, named
from linviz.core.flow.backpropagation import backward, forward
from linviz.core.model import checks
from linviz.core.model.layers import check_weights
from linviz.core.model.problem import Matrix, Problem


def imbalance_leak(
    problem: Problem, W: Sequence[Matrix], activation: Activation | str
) -> tuple[Matrix, ...]:
    r"""Speed of the diagonal of each C_j along the nonlinear flow.

    .. math:: \frac{d}{dt} (C_j)_{ii} = -2 \sum_n \frac{\partial L}{\partial a_{j,i}^{(n)}}
              \big(\sigma(z) - z \sigma'(z)\big)\Big|_{z = z_{j,i}^{(n)}}

    Returns
    -------
    tuple of H arrays, the j-th (from 1) of shape (d_j,)
        Exactly zero for linear, ReLU and leaky ReLU.

    Raises
    ------
    ValueError
        If W does not fit the problem or no activation has this name.

    References
    ----------
    Follows from the flow for any differentiable σ and any loss; Du, Hu, Lee 2018 for σ = zσ'.

    Examples
    --------
    >>> W = (np.array([[1.0]]), np.array([[1.0]]))
    >>> imbalance_leak(Problem(X=[[1.0]], Y=[[2.0]]), W, "tanh")[0].round(6)
    array([0.846128])
    """
    W, activation = check_weights(problem, W), named(activation)
    if activation.degree == 1:  # exactly, not to roundoff
        return tuple(np.zeros(len(Wj)) for Wj in W[:-1])
    a, z = forward(problem, W, activation)
    errors = backward(problem, W, activation, a, z)
    return tuple(
        -2 * np.sum(error * (aj - zj * activation.slope(zj)), axis=1)
        for error, aj, zj in zip(errors, a[1:], z, strict=True)
    )


def neuron_invariants(W: Sequence[Matrix], activation: Activation | str) -> tuple[Matrix, ...]:
    r"""What each hidden neuron conserves under an activation that is homogeneous of degree k.

    .. math:: \|W_{j+1}[:, i]\|^2 - \tfrac1k \|W_j[i, :]\|^2

    The diagonal of C_j for k = 1. Of C_j off the diagonal nothing is conserved.

    Parameters
    ----------
    W : tuple of N arrays (..., d_j, d_{j-1})
        Weights, or those of a whole trajectory.

    Returns
    -------
    tuple of H arrays, the j-th (from 1) of shape (..., d_j)

    Raises
    ------
    ValueError
        If the activation is not homogeneous: then nothing is conserved for all data.

    References
    ----------
    Du, Hu, Lee 2018, arXiv:1806.00900 (k = 1).

    Examples
    --------
    >>> neuron_invariants((np.eye(2), np.array([[2.0, 0.0]])), "relu")
    (array([ 3., -1.]),)
    """
    W, activation = checks.layers(W), named(activation)
    k = activation.degree
    if k is None:
        raise ValueError(
            f"expected a homogeneous activation, found {activation.name}, under which no neuron "
            "conserves anything: see imbalance_leak"
        )
    return tuple(
        np.sum(np.square(Wk), axis=-2) - np.sum(np.square(Wj), axis=-1) / k
        for Wj, Wk in itertools.pairwise(W)
    )


def single_sample_invariants(
    problem: Problem, W: Sequence[Matrix], activation: Activation | str
) -> Matrix:
    r"""What each neuron of the first hidden layer conserves where there is one sample only.

    .. math:: \tfrac12 \|W_2[:, i]\|^2 - \frac{1}{\|x\|^2} \int_0^{z_i} \frac{\sigma}{\sigma'},
              \qquad z = W_1 x

    For tanh the integral is :math:`\tfrac12\sinh^2 z`. Any activation, any depth.

    Parameters
    ----------
    W : tuple of N >= 2 arrays (..., d_j, d_{j-1})

    Returns
    -------
    array (..., d_1)

    Raises
    ------
    ValueError
        If there is more than one sample, x = 0 or no hidden layer.

    Examples
    --------
    >>> W = (np.array([[0.0]]), np.array([[2.0]]))
    >>> single_sample_invariants(Problem(X=[[1.0]], Y=[[2.0]]), W, "tanh")
    array([2.])
    """
    W = check_weights(problem, W, frames=True)
    if problem.X.shape[1] != 1 or not problem.X.any() or len(W) < 2:
        raise ValueError(
            "expected one sample x that is not zero and a hidden layer, found "
            f"{problem.X.shape[1]} samples of norm {np.linalg.norm(problem.X):g} and {len(W)} "
            "layers: with more samples nothing is conserved unless σ is homogeneous"
        )
    x = problem.X[:, 0]
    potential = named(activation).potential(W[0] @ x)
    invariant: Matrix = 0.5 * np.sum(np.square(W[1]), axis=-2) - potential / (x @ x)
    return invariant
