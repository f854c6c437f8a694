r"""The Hessian of the loss over all weights, its spectrum, and the neural tangent kernel.

The Hessian itself is put together in `linviz.core.model.curvature`, of two kinds of terms.
The first terms are :math:`J^\top J` of the end-to-end map, whose nonzero spectrum is that of the
neural tangent kernel :math:`J J^\top`; the trace of the rest is zero everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linviz.core.landscape.blocks import two_layer_eigenvalues
from linviz.core.landscape.canonical import has_one_scale, roundoff_on_data, whitened
from linviz.core.model import checks
from linviz.core.model.curvature import kronecker_sum, second_derivative
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.layers import (
    Layout,
    Weights,
    check_weights,
    gradient,
    n_parameters,
    pack,
    prefixes,
    product,
    pull,
    suffixes,
    widths,
)
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.spectra import eigenvalues, signs
from linviz.core.model.tolerances import AT_MINIMUM, EPS, RELATIVE_TOLERANCE, ROUNDOFF
from linviz.core.model.words import written

NEAR_CRITICAL = 1e-4
SMALLEST_FOR_KERNEL = 64


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    r"""Eigenvalues of the Hessian and their signs.

    Attributes
    ----------
    eigenvalues : array (n_params,)
        Ascending.
    n_negative, n_zero, n_positive : int
        How many are below zero, zero and above; of raw data counted in whitened coordinates.
    tolerance : float
        Eigenvalues of at most this size, in the coordinates of the count, are zero; see `spectrum`.
    method : str
        "dense", "kernel" (the nonzero ones from the NTK, the others zero by theory), or "blocks"
        (a critical point of one hidden layer, see `two_layer_eigenvalues`).
    """

    eigenvalues: Matrix
    n_negative: int
    n_zero: int
    n_positive: int
    tolerance: float
    method: str

    def _facts(self) -> dict[str, str]:
        low, high = self.eigenvalues[0], self.eigenvalues[-1]
        return {
            "eigenvalues": f"{self.eigenvalues.size} from {written(low)} to {written(high)}",
            "negative": str(self.n_negative),
            "zero": f"{self.n_zero} within {written(self.tolerance, 2)}",
            "positive": str(self.n_positive),
            "method": self.method,
        }

    def __repr__(self) -> str:
        return one_line("Spectrum", self._facts())

    def _repr_html_(self) -> str:
        return html_table("Spectrum", self._facts())


def hessian_vector_product(problem: Problem, W: Sequence[Matrix], V: Sequence[Matrix]) -> Weights:
    r"""Hessian applied to a direction V, at the cost of about three gradients.

    .. math:: (\nabla^2 L[V])_j = B_j^\top\, \delta P\, G A_j^\top
              - \delta B_j^\top E A_j^\top - B_j^\top E\, \delta A_j^\top,
              \qquad \delta P = \sum_j B_j V_j A_j

    Parameters
    ----------
    W, V : tuples of N arrays of shapes (d_j, d_{j-1})

    Raises
    ------
    ValueError
        If the weights do not fit the problem or V does not have the shapes of W.

    Examples
    --------
    >>> problem = Problem.canonical((3,))
    >>> W = (np.array([[1.0]]), np.array([[1.0]]))
    >>> hessian_vector_product(problem, W, (np.array([[1.0]]), np.array([[0.0]])))
    (array([[1.]]), array([[-1.]]))
    """
    W, V = check_weights(problem, W), check_weights(problem, V)
    if widths(V) != widths(W):
        raise ValueError(f"expected V of widths {widths(W)} like W, found widths {widths(V)}")
    A, B = prefixes(W), suffixes(W)
    dA, dB = [np.zeros_like(A[0])], [np.zeros_like(B[-1])]
    for j, (Wj, Vj) in enumerate(zip(W, V, strict=True)):
        dA.append(Vj @ A[j] + Wj @ dA[-1])
    for j in range(len(W) - 1, 0, -1):
        dB.append(dB[-1] @ W[j] + B[j] @ V[j])
    dB.reverse()
    E, dP = pull(problem, A[-1]), dA[-1]
    dE = dP if problem.is_white else dP @ problem.gram
    return tuple(
        Bj.T @ (dE @ Aj.T - E @ dAj.T) - dBj.T @ E @ Aj.T
        for Aj, dAj, Bj, dBj in zip(A[:-1], dA[:-1], B, dB, strict=True)
    )


def hessian(problem: Problem, W: Sequence[Matrix]) -> Matrix:
    r"""Full Hessian, (n_params, n_params), in the order of `pack`.

    Raises
    ------
    ValueError
        If the weights do not fit the problem.

    Notes
    -----
    The Kronecker blocks are formed by broadcasting, faster at every size than the Hessian applied
    to unit vectors.

    Examples
    --------
    >>> hessian(Problem.canonical((3,)), (np.array([[1.0]]), np.array([[1.0]])))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    return assemble(problem, check_weights(problem, W))


def assemble(problem: Problem, W: Sequence[Matrix]) -> Matrix:
    """`hessian` without the checks, for arrays (..., d_j, d_{j-1}) with leading axes (frames)."""
    return second_derivative(problem, W, Layout((W[0].shape[-1], *(Wj.shape[-2] for Wj in W))))


def ntk(problem: Problem, W: Sequence[Matrix]) -> Matrix:
    r"""Neural tangent kernel of the end-to-end map on the data, (d_x d_y, d_x d_y).

    .. math:: K = \sum_j (G^{1/2} A_j^\top A_j G^{1/2}) \otimes (B_j B_j^\top), \qquad
              \dot L = -\,vec(M)^\top K\,vec(M), \quad M = (W_{LR} - P)\,G^{1/2}

    References
    ----------
    Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; in coordinates of the row space of X.

    Examples
    --------
    >>> ntk(Problem.canonical((2,)), (np.array([[1.0]]), np.array([[3.0]])))
    array([[10.]])
    """
    W = check_weights(problem, W)
    AR = [Aj @ problem.input_root for Aj in prefixes(W)[:-1]]
    return kronecker_sum([a.T @ a for a in AR], [Bj @ Bj.T for Bj in suffixes(W)])


def spectrum(problem: Problem, W: Sequence[Matrix]) -> Spectrum:
    r"""Eigenvalues of the Hessian with their signs.

    Notes
    -----
    An eigenvalue is zero if it is at most

    .. math:: \max(10^{-10} \lambda_{max},\ 4 n_{params} \epsilon \lambda_{max},\
              10^{-13} \rho,\ 10 N g), \qquad g = \|\nabla L\| / \max_j \|W_j\|.

    Here rho bounds the products that the Hessian is summed from, which may cancel. The last term
    counts only where g <= 1e-4 lambda_max: near a critical point the signs are to be those of the
    critical point, and being off by a residual M shifts eigenvalues by about g. Farther away the
    signs are those of the Hessian where it stands.

    For raw data, and for layers of sizes that differ by more than a factor of 100, the signs are
    counted in whitened coordinates, :math:`W_1' = W_1 G^{1/2}` with
    layers of one size. That is a congruence, which keeps the signs (Sylvester), and there roundoff
    has one scale: an eigenvalue of an ill-conditioned problem may be right and far below the
    roundoff of the largest. The eigenvalues are those of the data's own coordinates.

    At a global minimum of zero excess loss the Hessian is :math:`J^\top J`. If that is cheaper, its
    nonzero eigenvalues are taken from the NTK and the other n_params - d_x d_y are exact zeros.

    Examples
    --------
    >>> s = spectrum(Problem.canonical((3, 2)), (np.zeros((2, 2)), np.zeros((2, 2))))
    >>> s.n_negative, s.n_zero, s.n_positive
    (4, 0, 4)
    """
    W = check_weights(problem, W)
    if has_one_scale(problem, W):
        return _signed(problem, W)
    values, method = _decomposed(problem, W)
    found = whitened_spectrum(problem, W)
    counts = found.n_negative, found.n_zero, found.n_positive
    values.flags.writeable = False
    return Spectrum(values, *counts, found.tolerance, method)


def whitened_spectrum(problem: Problem, W: Sequence[Matrix]) -> Spectrum:
    """Spectrum in the coordinates of `whitened`, with the same signs and one scale of roundoff."""
    W = check_weights(problem, W)
    return _signed(*whitened(problem, W), roundoff_on_data(problem, W[0]))


def _signed(problem: Problem, W: Weights, noise: float = ROUNDOFF) -> Spectrum:
    """Eigenvalues, and their signs beyond the tolerance, in the coordinates given."""
    values, method = _decomposed(problem, W)
    tolerance = zero_tolerance(problem, W, float(np.abs(values).max()), noise)
    values.flags.writeable = False
    return Spectrum(values, *signs(values, tolerance), tolerance, method)


def _decomposed(problem: Problem, W: Weights) -> tuple[Matrix, str]:
    """Eigenvalues, ascending, and the method that is cheapest."""
    n, d = n_parameters(widths(W)), problem.d_x * problem.d_y
    if n > max(d, SMALLEST_FOR_KERNEL) and _is_interpolating(problem, W):
        values = eigenvalues(ntk(problem, W))
        return np.sort(np.concatenate([np.zeros(n - d), values])), "kernel"
    if n > SMALLEST_FOR_KERNEL and (blocks := two_layer_eigenvalues(problem, W)) is not None:
        return blocks, "blocks"
    return eigenvalues(assemble(problem, W)), "dense"


def zero_tolerance(problem: Problem, W: Weights, largest: float, noise: float = ROUNDOFF) -> float:
    """Size up to which an eigenvalue of the Hessian counts as zero (see `spectrum`)."""
    slopes = pack(gradient(problem, W))
    peak = float(np.abs(slopes).max()) or 1.0  # its square need not be a number
    slope = peak * float(np.linalg.norm(slopes / peak))
    norms = [float(np.linalg.norm(Wj)) for Wj in W]
    data = float(np.linalg.norm(problem.gram)), float(np.linalg.norm(problem.cross))
    size, n = max(norms), n_parameters(widths(W))
    near = size > 0 and slope <= NEAR_CRITICAL * largest * size
    return max(
        max(RELATIVE_TOLERANCE, 4 * n * EPS) * largest,
        noise * largest_term(norms, *data),
        10 * len(W) * slope / size if near else 0.0,
    )


def largest_term(sizes: Sequence[float], gram: float, cross: float) -> float:
    """Bound on the products that the Hessian is summed from, by the norms of layers and data."""
    ranked = sorted(sizes)
    return max(math.prod(ranked[1:]) ** 2 * gram, math.prod(ranked[2:]) * cross)


def frame_spectra(
    problem: Problem, W: Sequence[Matrix], indices: Sequence[int] | None = None
) -> Matrix:
    r"""Hessian spectra at some frames of a trajectory of a small network, (k, n_params).

    Parameters
    ----------
    W : tuple of N arrays (n, d_j, d_{j-1})
        The weights at n times, as in ``trajectory.W``.
    indices : k integers, optional
        Which frames; all where it is not given.

    Returns
    -------
    array (k, n_params)
        Ascending eigenvalues, one row a frame.

    Raises
    ------
    ValueError
        If the arrays have no leading axis of frames or do not fit the problem.

    Examples
    --------
    >>> frames = (np.array([[[0.0]], [[1.0]]]), np.array([[[0.0]], [[1.0]]]))
    >>> frame_spectra(Problem.canonical((1,)), frames)
    array([[-1.,  1.],
           [ 0.,  2.]])
    """
    W = check_weights(problem, W, frames=True)
    if W[0].ndim != 3:
        raise ValueError(
            "expected frames, arrays of shape (n, d_j, d_j-1), found shapes "
            f"{[Wj.shape for Wj in W]}"
        )
    asked = range(len(W[0])) if indices is None else checks.items(indices, "indices of frames")
    last = len(W[0]) - 1
    frames = np.array([checks.whole(k, "an index", -last - 1, last) for k in asked], dtype=int)
    if len(W) == 1:  # a convex problem: one Hessian for all
        one = eigenvalues(assemble(problem, [W[0][0]]))
        return np.tile(one, (len(frames), 1))
    n = sum(Wj[0].size for Wj in W)
    spectra = np.empty((len(frames), n))
    batch = max(1, 4_000_000 // n**2)  # about 32 MB of Hessians at a time
    for start in range(0, len(frames), batch):
        some = frames[start : start + batch]
        spectra[start : start + batch] = eigenvalues(assemble(problem, [Wj[some] for Wj in W]))
    return spectra


def _is_interpolating(problem: Problem, W: Weights) -> bool:
    """Whether the residual is zero to roundoff, so that the Hessian is exactly Gauss-Newton."""
    E = pull(problem, product(W))
    return bool(np.linalg.norm(E) <= AT_MINIMUM * np.linalg.norm(problem.cross))
