"""What weights conserve along the gradient flow, as one record: C_j with all that is read off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linviz.core.model.layers import Weights, invariants
from linviz.core.model.problem import Matrix
from linviz.core.model.spectra import Inertia, eigenvalues, signs
from linviz.core.model.tolerances import BALANCED, RELATIVE_TOLERANCE


@dataclass(frozen=True, eq=False)
class Conserved:
    """The conserved matrices of weights, each property computed when it is first asked for.

    Attributes
    ----------
    W : tuple of H + 1 arrays, W[j-1] of shape (d_j, d_{j-1})

    Examples
    --------
    >>> conserved = Conserved((np.eye(2), np.array([[2.0, 0.0]])))
    >>> conserved.spectra, conserved.inertias, conserved.is_balanced
    ((array([ 3., -1.]),), ((1, 0, 1),), False)
    """

    W: Weights

    @cached_property
    def invariants(self) -> tuple[Matrix, ...]:
        """The matrices C_1, ..., C_H, each (d_j, d_j)."""
        return invariants(self.W)

    @cached_property
    def spectra(self) -> tuple[Matrix, ...]:
        """Eigenvalues of each C_j, descending, (d_j,)."""
        return tuple(eigenvalues(Cj)[::-1] for Cj in self.invariants)

    @cached_property
    def size(self) -> float:
        r"""The largest squared norm of a layer, :math:`\max_j \|W_j\|_F^2`."""
        return max(float(np.sum(Wj**2)) for Wj in self.W)

    @cached_property
    def largest(self) -> float:
        r"""The largest of the C_j, :math:`\max_j \|C_j\|_F`; 0 without hidden layers."""
        return max((float(np.linalg.norm(Cj)) for Cj in self.invariants), default=0.0)

    @property
    def is_balanced(self) -> bool:
        """Whether every C_j is zero to roundoff."""
        return self.largest <= BALANCED * self.size

    @cached_property
    def inertias(self) -> tuple[Inertia, ...]:
        """Numbers of negative, zero and positive eigenvalues of each C_j, by the size."""
        return tuple(signs(values, RELATIVE_TOLERANCE * self.size) for values in self.spectra)
