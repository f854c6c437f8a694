r"""Activation functions, with all that the theory of a network with one needs of them.

The loss of such a network is in `linviz.core.flow.backpropagation`, its flow in
`linviz.core.flow.nonlinear`, what is left of the invariants in `linviz.core.theory.neurons`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from linviz.core.model import checks
from linviz.core.model.problem import Matrix

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


def named(activation: Activation | str) -> Activation:
    """The activation of this name, or what names there are."""
    if isinstance(activation, Activation):
        return activation
    return ACTIVATIONS[checks.one_of(activation, "an activation", ACTIVATIONS)]


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
