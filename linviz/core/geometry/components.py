r"""Which component of the minima weights are heading for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linviz.core.flow.destination import Destination
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.problem import Matrix, Problem
from linviz.core.starts.share import WITHIN

PAST_SADDLES = 0.25  # of the step to the next critical value: so low, a run goes to no saddle


def settled(goal: Destination) -> float:
    """Height above the minimum at which a start's minimum and its time to 1 % are known."""
    return min(WITHIN * goal.strength, PAST_SADDLES * goal.gap)


def components(goal: Destination, negative: NDArray[np.bool_], height: Matrix) -> NDArray[np.int_]:
    """Numbers of the components, -1 for what is too high above the minimum to tell.

    Parameters
    ----------
    goal : Destination
    negative : array (m, number of square layers) of bool
        Which of them have a negative determinant.
    height : array (m,)
        Of the loss above the minimum's.
    """
    bits = negative @ minima_bits(goal.field.problem, goal.field.dims)
    return np.where(height <= settled(goal), bits, -1)


def minima_bits(problem: Problem, dims: Sequence[int]) -> NDArray[np.int_]:
    """What each square layer with a negative determinant adds to the number of a component.

    A square layer as wide as the narrowest one is invertible at every minimum, if the target has
    so many modes: its sign tells components of the minima apart. A wider one tells nothing, for a
    minimum may pass where it is singular.

    Examples
    --------
    >>> minima_bits(Problem.canonical((2, 1)), (2, 2, 3, 3, 2))
    array([1, 0])
    """
    square = [a for a, b in pairwise(dims) if a == b]
    deciding = [a == min(dims) <= positive_modes(problem) for a in square]
    return np.where(deciding, 1 << np.arange(len(square)), 0)
