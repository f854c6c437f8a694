r"""Rules for the weights at time zero.

``dims = (d_0, ..., d_N)``, N = H + 1, input first; each rule returns ``W``, ``W[j-1]`` of shape
(d_j, d_{j-1}). Most rules prescribe the singular values of the layers and how they fit together,

.. math:: W_j = Q_j \Sigma_j Q_{j-1}^\top, \qquad
          C_j = W_{j+1}^\top W_{j+1} - W_j W_j^\top
              = Q_j (\Sigma_{j+1}^\top \Sigma_{j+1} - \Sigma_j \Sigma_j^\top) Q_j^\top,

with orthogonal :math:`Q_j`. The same seed gives the same weights on every machine, up to the last
bits of LAPACK's QR decomposition where orthogonal factors are drawn.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from linviz.core.model import checks
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Matrix, diagonal_matrix
from linviz.core.model.tolerances import CERTIFIED_MARGIN


def gaussian(dims: Sequence[int], scale: float = 0.5, *, seed: int = 0) -> Weights:
    r"""Independent entries, :math:`(W_j)_{ab} \sim N(0, \text{scale}^2)`.

    Raises
    ------
    ValueError
        If `dims` are no widths, `scale` is not positive and finite, or `seed` no integer >= 0.

    Examples
    --------
    >>> [Wj.shape for Wj in gaussian((4, 5, 3), scale=0.1)]
    [(5, 4), (3, 5)]
    """
    dims, rng = checks.layer_widths(dims), _generator(seed)
    scale = checks.positive(scale, "scale")
    return tuple(scale * rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims))


def xavier(dims: Sequence[int], scale: float = 1.0, *, seed: int = 0) -> Weights:
    r"""Independent entries of variance :math:`2\,\text{scale}^2/(d_j + d_{j-1})`.

    References
    ----------
    Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward networks".

    Examples
    --------
    >>> bool(xavier((100, 100))[0].std() < 0.11)
    True
    """
    W, scale = gaussian(dims, 1.0, seed=seed), checks.positive(scale, "scale")
    return tuple(scale * math.sqrt(2.0 / sum(Wj.shape)) * Wj for Wj in W)


def sphere(dims: Sequence[int], radius: float = 1.0, *, seed: int = 0) -> Weights:
    r"""All weights together uniform on a sphere, :math:`\sum_j \|W_j\|_F^2 = \text{radius}^2`.

    No start is small: how long they wait at saddles measures the basins, and not the origin, near
    which Gaussian starts lie from time to time.

    Examples
    --------
    >>> round(sum(float((Wj**2).sum()) for Wj in sphere((4, 5, 3), 2.0)), 12)
    4.0
    """
    W, radius = gaussian(dims, 1.0, seed=seed), checks.positive(radius, "radius")
    size = math.sqrt(sum(float((Wj**2).sum()) for Wj in W))
    return tuple(radius / size * Wj for Wj in W)


def zeros(dims: Sequence[int]) -> Weights:
    """All weights zero: a critical point whenever there is a hidden layer.

    Examples
    --------
    >>> zeros((2, 1, 1))
    (array([[0., 0.]]), array([[0.]]))
    """
    return tuple(np.zeros((b, a)) for a, b in itertools.pairwise(checks.layer_widths(dims)))


def orthogonal(dims: Sequence[int], scale: float = 1.0, *, seed: int = 0) -> Weights:
    r"""Random semi-orthogonal layers: every singular value of every layer is `scale`.

    References
    ----------
    Saxe, McClelland, Ganguli 2014, arXiv:1312.6120.

    Examples
    --------
    >>> W = orthogonal((4, 3, 2), scale=2.0)
    >>> (W[0] @ W[0].T).round(12) + 0.0
    array([[4., 0., 0.],
           [0., 4., 0.],
           [0., 0., 4.]])
    """
    dims, scale = checks.layer_widths(dims), checks.positive(scale, "scale")
    equal = [(scale,) * min(pair) for pair in itertools.pairwise(dims)]
    return with_singular_values(dims, equal, seed=seed)


def with_singular_values(
    dims: Sequence[int], singular_values: Sequence[Sequence[float]], *, seed: int = 0
) -> Weights:
    r"""Prescribed singular values in each layer, with its own random orthogonal factors.

    Parameters
    ----------
    dims : widths (d_0, ..., d_N)
    singular_values : N sequences
        The j-th holds the min(d_j, d_{j-1}) singular values of W_j, each finite and >= 0.

    Raises
    ------
    ValueError
        If their number does not fit the widths or one of them is negative or not finite.

    Examples
    --------
    >>> W = with_singular_values((3, 2, 2), [(2, 1), (5, 0)], seed=3)
    >>> np.linalg.svd(W[0], compute_uv=False).round(12)
    array([2., 1.])
    """
    dims, rng = checks.layer_widths(dims), _generator(seed)
    given = checks.items(singular_values, "singular values, one sequence a layer")
    if len(given) != len(dims) - 1:
        raise ValueError(
            f"expected singular values for {len(dims) - 1} layers (one sequence a layer), "
            f"found {len(given)}"
        )
    W = []
    for j, (a, b) in enumerate(itertools.pairwise(dims), start=1):
        s = checks.vector(given[j - 1], f"singular values of W_{j}", 0)
        if s.size != min(a, b):
            raise ValueError(
                f"expected {min(a, b)} finite singular values >= 0 for W_{j} of shape {(b, a)}, "
                f"found {s.size}"
            )
        W.append(_rotation(rng, b) @ diagonal_matrix(s, b, a) @ _rotation(rng, a).T)
    return tuple(W)


def balanced(dims: Sequence[int], scale: float = 0.5, *, seed: int = 0) -> Weights:
    r"""Balanced weights, :math:`C_j = 0` for every j, in random directions.

    The layers share their min(dims) nonzero singular values, drawn uniformly from
    [scale/2, 3 scale/2]. Where H >= 1, d_x = d_y = min(dims) and the target has full rank, half of
    all draws have the wrong sign of det P(0) and never reach the global minimum.

    References
    ----------
    Arora, Cohen, Hazan 2018, arXiv:1802.06509 ("balancedness").

    Examples
    --------
    >>> W = balanced((4, 2, 3), 0.5)
    >>> bool(abs(W[1].T @ W[1] - W[0] @ W[0].T).max() < 1e-15)
    True
    """
    return lambda_balanced(dims, 0.0, scale, seed=seed)


def lambda_balanced(
    dims: Sequence[int], lam: float, scale: float = 0.5, *, seed: int = 0
) -> Weights:
    r"""Weights with :math:`C_j = \lambda I` for every hidden layer j, in random directions.

    The smaller end (W_1 for lam > 0, W_N for lam < 0) has singular values drawn uniformly from
    [scale/2, 3 scale/2]; each further layer adds \|lam\| to their squares.

    Raises
    ------
    ValueError
        If the widths forbid it: lam > 0 needs d_1 <= ... <= d_N (W_{j+1} of rank d_j) and lam < 0
        needs d_0 >= ... >= d_H (W_j of rank d_j).

    References
    ----------
    Dominé et al. 2024, arXiv:2409.14623 (one hidden layer).

    Examples
    --------
    >>> W = lambda_balanced((5, 2, 3), 4.0)
    >>> (W[1].T @ W[1] - W[0] @ W[0].T).round(12) + 0.0
    array([[4., 0.],
           [0., 4.]])
    """
    dims, rng = checks.layer_widths(dims), _generator(seed)
    scale, lam = checks.positive(scale, "scale"), checks.real(lam, "lam")
    _check_lambda_widths(dims, lam)
    inner = dims[:2] if lam > 0 else dims[-2:] if lam < 0 else dims
    first = np.sort(scale * rng.uniform(0.5, 1.5, size=min(inner)))[::-1]
    rotations = [_rotation(rng, d) for d in dims]
    squares = _lambda_squares(dims, lam, first)
    return tuple(
        rotations[j + 1] @ diagonal_matrix(np.sqrt(sq), b, a) @ rotations[j].T
        for j, (sq, (a, b)) in enumerate(zip(squares, itertools.pairwise(dims), strict=True))
    )


def certified(dims: Sequence[int], alpha: float, *, scale: float = 0.1, seed: int = 0) -> Weights:
    r"""Imbalance that certifies the exponential rate alpha.

    .. math:: \prod_{j=1}^H \lambda_{d_{j+1}}(C_j) \ge \alpha
              \quad\Rightarrow\quad L(t) \le L(0) e^{-2\alpha t} \text{ (whitened data)}

    W_1 is Gaussian; :math:`W_{j+1}` is semi-orthogonal with
    :math:`\sigma_{j+1}^2 = \|W_j\|_2^2 + \alpha^{1/H}`.

    Raises
    ------
    ValueError
        If there is no hidden layer or d_1 >= ... >= d_H >= d_y does not hold.

    References
    ----------
    arXiv:1811.03568, the proposition on exponential convergence, read with the d_{j+1}-th
    largest eigenvalue of each C_j and their product.

    Examples
    --------
    >>> W = certified((4, 3, 2), 2.0)
    >>> bool(np.linalg.eigvalsh(W[1].T @ W[1] - W[0] @ W[0].T)[-2] >= 2.0)
    True
    """
    dims, alpha = checks.layer_widths(dims), checks.positive(alpha, "alpha")
    H = len(dims) - 2
    if H == 0:
        raise ValueError("expected a hidden layer, found none: with H = 0 the rate is always 1")
    for j in range(1, H + 1):
        if dims[j] < dims[j + 1]:
            raise ValueError(
                f"expected d_1 >= ... >= d_H >= d_y, found d_{j} = {dims[j]} < d_{j + 1} = "
                f"{dims[j + 1]} in {dims}: widen hidden layer {j}"
            )
    W = [gaussian(dims[:2], scale, seed=seed)[0]]
    gap = alpha ** (1.0 / H) * (1.0 + CERTIFIED_MARGIN)  # a margin for roundoff
    square = float(np.linalg.norm(W[0], 2)) ** 2
    directions = orthogonal(dims[1:], seed=seed)
    for Wj in directions:
        square += gap
        W.append(math.sqrt(square) * Wj)
    return tuple(W)


def _check_lambda_widths(dims: tuple[int, ...], lam: float) -> None:
    for j in range(1, len(dims) - 1):
        neighbor = j + 1 if lam > 0 else j - 1
        if lam != 0 and dims[j] > dims[neighbor]:
            raise ValueError(
                f"expected d_{j} <= d_{neighbor} for C_{j} = lam I with lam = {lam:g}, found "
                f"d_{j} = {dims[j]} > d_{neighbor} = {dims[neighbor]}: narrow hidden layer {j} or "
                "change the sign of lam"
            )


def _lambda_squares(dims: tuple[int, ...], lam: float, first: Matrix) -> list[Matrix]:
    """Squared singular values of each layer, growing by abs(lam) away from the smaller end."""
    if lam < 0:
        return _lambda_squares(dims[::-1], -lam, first)[::-1]
    squares, current = [], first**2  # the eigenvalues of W_j W_j^T, d_j of them with the zeros
    for a, b in itertools.pairwise(dims):
        current = np.concatenate([current, np.zeros(max(a, b) - current.size)])
        squares.append(current[: min(a, b)])
        current = current[:b] + lam
    return squares


def _rotation(rng: np.random.Generator, d: int) -> Matrix:
    """Uniform (Haar) orthogonal matrix: QR with the signs that make R's diagonal positive."""
    Q, R = np.linalg.qr(rng.standard_normal((d, d)))
    return Q * np.where(np.diagonal(R) < 0, -1.0, 1.0)


def random_rotations(seed: int, sizes: Iterable[int]) -> list[Matrix]:
    """Random orthogonal matrices of the given sizes."""
    rng = _generator(seed)
    return [_rotation(rng, d) for d in sizes]


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(checks.whole(seed, "seed"))
