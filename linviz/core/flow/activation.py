r"""Networks with an activation, and what is left of the invariants.

.. math:: a_0 = X, \qquad z_j = W_j a_{j-1}, \qquad a_j = \sigma(z_j), \qquad
          L = \tfrac12 \|Y - W_N a_{N-1}\|_F^2

with a linear last layer. Of the conserved matrices only the diagonals can survive:

.. math:: \frac{d}{dt} (C_j)_{ii} = -2 \sum_n \frac{\partial L}{\partial a_{j,i}^{(n)}}
          \big(\sigma(z) - z \sigma'(z)\big)\Big|_{z = z_{j,i}^{(n)}}

which vanishes for all data only where :math:`\sigma = z\sigma'`: linear, ReLU, leaky ReLU. The
flow is in `linviz.core.flow.nonlinear`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from linviz.core.model import checks
from linviz.core.model.layers import Weights, check_weights
from linviz.core.model.problem import Matrix, Problem

Function = Callable[[Matrix], Matrix]

LEAK = 0.1  # slope of the leaky ReLU for z < 0


@dataclass(frozen=True, slots=True)
class Activation:
    r"""An activation function, applied to each entry.

    Attributes
    ----------
    name : str
    value, slope : callables, array -> array of the same shape
        σ and σ'; at a kink the slope is the one from the left.
    potential : callable, array -> array
        :math:`\int_0^z \sigma/\sigma'`, by which one sample's invariant is built; 0 where σ' is.
    degree : int or None
        k where :math:`\sigma(cz) = c^k \sigma(z)` for all c > 0.
    kinks : tuple of float
        Where σ has fewer than all derivatives; only homogeneous ones may have one, at 0.

    Raises
    ------
    ValueError
        If there is a kink elsewhere or σ is not homogeneous there.

    Examples
    --------
    >>> relu = ACTIVATIONS["relu"]
    >>> relu.value(np.array([-1.0, 2.0])), relu.degree, relu.kinks
    (array([0., 2.]), 1, (0.0,))
    """

    name: str
    value: Function
    slope: Function
    potential: Function
    degree: int | None = None
    kinks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kinks and (self.kinks != (0.0,) or self.degree is None):
            raise ValueError(
                "expected a smooth activation or a homogeneous one with its only kink at 0, found "
                f"degree = {self.degree} and kinks = {self.kinks}"
            )


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


def named(activation: Activation | str) -> Activation:
    """The activation of this name, or what names there are."""
    if isinstance(activation, Activation):
        return activation
    return ACTIVATIONS[checks.one_of(activation, "an activation", ACTIVATIONS)]


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


def _identity(z: Matrix) -> Matrix:
    return z


def _relu(z: Matrix) -> Matrix:
    return np.where(z > 0, z, 0.0)


def _step(z: Matrix) -> Matrix:
    return np.where(z > 0, 1.0, 0.0)


def _leaky(z: Matrix) -> Matrix:
    return np.where(z > 0, z, LEAK * z)


def _leaky_step(z: Matrix) -> Matrix:
    return np.where(z > 0, 1.0, LEAK)


def _relu_squared(z: Matrix) -> Matrix:
    return _relu(z) ** 2


def _twice_relu(z: Matrix) -> Matrix:
    return 2 * _relu(z)


def _quarter_square(z: Matrix) -> Matrix:
    return _relu(z) ** 2 / 4


def _half_square(z: Matrix) -> Matrix:
    return z**2 / 2


def _half_relu_squared(z: Matrix) -> Matrix:
    return _relu(z) ** 2 / 2


def _tanh_slope(z: Matrix) -> Matrix:
    tanh: Matrix = np.tanh(z)
    return 1 - tanh**2


def _half_sinh_squared(z: Matrix) -> Matrix:
    sinh: Matrix = np.sinh(z)
    return sinh**2 / 2


def _sigmoid(z: Matrix) -> Matrix:
    # by tanh: exp overflows
    sigmoid: Matrix = 0.5 * (1 + np.tanh(z / 2))
    return sigmoid


def _sigmoid_slope(z: Matrix) -> Matrix:
    sigmoid = _sigmoid(z)
    return sigmoid * (1 - sigmoid)


def _sigmoid_potential(z: Matrix) -> Matrix:
    potential: Matrix = z + np.expm1(z)
    return potential


def _arctan(z: Matrix) -> Matrix:
    arctan: Matrix = np.arctan(z)
    return arctan


def _arctan_slope(z: Matrix) -> Matrix:
    return 1 / (1 + z**2)


def _arctan_potential(z: Matrix) -> Matrix:
    potential: Matrix = np.arctan(z) * (z + z**3 / 3) - z**2 / 6 - np.log1p(z**2) / 3
    return potential


def _tanh(z: Matrix) -> Matrix:
    tanh: Matrix = np.tanh(z)
    return tanh


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        activation.name: activation
        for activation in (
            Activation("relu", _relu, _step, _half_relu_squared, 1, (0.0,)),
            Activation("leaky_relu", _leaky, _leaky_step, _half_square, 1, (0.0,)),
            Activation("tanh", _tanh, _tanh_slope, _half_sinh_squared),
            Activation("sigmoid", _sigmoid, _sigmoid_slope, _sigmoid_potential),
            Activation("arctan", _arctan, _arctan_slope, _arctan_potential),
            Activation("relu_squared", _relu_squared, _twice_relu, _quarter_square, 2, (0.0,)),
            Activation("linear", _identity, np.ones_like, _half_square, 1),
        )
    }
)
