"""Critical points built by hand, in plain coordinates first and then as hard as they get.

Each is made at unit scale in canonical coordinates, where its Hessian is assembled here from the
definition of the loss, in the fixed basis of single weights, and its signs are read off with a
clear gap. Then it is carried to other data and sizes by changes of coordinates, which keep the
signs (Sylvester); what linviz says of it there is compared with what was counted before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linviz.core.model.problem import Problem

GAP = (1e-11, 1e-5)  # of the largest eigenvalue: nothing may lie between zero and what is not
CRITICAL = 1e-13  # the most that the gradient may be, at unit scale
SCALES = (1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e3)  # of the target
GAUGES = (1.0, 10.0, 100.0, 1e4)  # of the layers against each other


@dataclass(frozen=True, eq=False)
class Point:
    """A critical point as linviz is given it, and what was counted of it beforehand."""

    name: str
    problem: Problem
    W: tuple[np.ndarray, ...]
    missed: tuple[int, ...]
    signs: tuple[int, int, int]
    kind: str
    balanced: bool


def points(seed: int, n: int) -> Iterator[Point]:
    """So many points, each with a seed of its own in its name."""
    k = found = 0
    while found < n:
        point = drawn(seed, k)
        k += 1
        if point is not None:
            found += 1
            yield point


def drawn(seed: int, k: int) -> Point | None:
    """The k-th draw; None where it is no critical point, or its signs have no clear gap."""
    rng = np.random.default_rng((seed, k))
    dims, s, rank = _shape(rng)
    learned = _learned(rng, s, dims, rank)
    balanced = bool(rng.random() < 0.25)
    layers = _layers(rng, dims, s, learned, rank, balanced)
    target, inputs = np.zeros((dims[-1], dims[0])), np.zeros(dims[0])
    np.fill_diagonal(target, s)
    inputs[:rank] = 1.0
    if np.abs(_gradient(target, inputs, layers)).max() > CRITICAL:
        return None
    signs = counted(target, inputs, layers)
    if signs is None:
        return None
    missed = tuple(int(i) for i in np.flatnonzero(s > 0) if i not in learned)
    least = sum(np.sort(s)[::-1][min(dims) :] ** 2)
    loss = sum(s[list(missed)] ** 2)
    kind = "strict saddle" if signs[0] else "non-strict saddle"
    if loss <= least + 1e-9:
        kind = "global minimum"
    scale, raw = float(rng.choice(SCALES)), bool(rng.random() < 0.5 or rank < dims[0])
    problem, W = _carried(rng, target * scale, _scaled(rng, layers, scale), raw, rank)
    words = f"{dims}, s = {scale:g} * {s.tolist()}, rank X = {rank}, learned {learned}"
    name = f"draw ({seed}, {k}): {'raw' if raw else 'canonical'}, {words}"
    return Point(name, problem, W, missed, signs, kind, balanced)


def _shape(rng: np.random.Generator) -> tuple[tuple[int, ...], np.ndarray, int]:
    """Widths, strengths (some equal, some zero) and the rank of X."""
    H, d_y = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    d_x = d_y + int(rng.integers(0, 3))
    dims = (d_x, *(int(d) for d in rng.integers(1, 5 if H < 4 else 4, size=H)), d_y)
    s = np.sort(rng.uniform(0.3, 1.0) + np.cumsum(rng.uniform(0.3, 1.0, size=d_y)))[::-1].copy()
    if d_y > 1 and rng.random() < 0.15:  # a tie
        k = int(rng.integers(1, d_y))
        s[k] = s[k - 1]
    if rng.random() < 0.15:  # Y of lower rank
        s[d_y - int(rng.integers(1, d_y + 1)) :] = 0.0
    rank = d_x
    if rng.random() < 0.2:
        rank = int(rng.integers(max(1, np.count_nonzero(s)), d_x + 1))
    return dims, s, rank


def _learned(
    rng: np.random.Generator, s: np.ndarray, dims: tuple[int, ...], rank: int
) -> list[int]:
    """Which modes are learned: the strongest ones, or any; of equal ones the first."""
    n_modes = int(np.count_nonzero(s))
    r = int(rng.integers(0, min(n_modes, *dims) + 1))
    if rng.random() < 0.6:
        return list(range(r))
    learned = sorted(int(k) for k in rng.choice(n_modes, r, replace=False)) if n_modes else []
    for k in range(1, n_modes):
        if s[k] == s[k - 1] and k in learned and k - 1 not in learned:
            learned[learned.index(k)] = k - 1
    return sorted(learned)


def _layers(
    rng: np.random.Generator,
    dims: tuple[int, ...],
    s: np.ndarray,
    learned: list[int],
    rank: int,
    balanced: bool,
) -> tuple[np.ndarray, ...]:
    r"""W_j = T_j (diag(a) + Z_j) T_{j-1}^{-1}: the first block learns, Z is a chain of its own.

    The Z_j are zero, of any rank, or projections on coordinates; balanced points have none.
    """
    N, r = len(dims) - 1, len(learned)
    T = [_frame(rng, d, balanced) for d in dims]
    for end in (0, -1):
        rest = [k for k in range(dims[end]) if k not in learned]
        T[end] = np.eye(dims[end])[:, learned + rest]
    closed = rng.random(N) < rng.random()
    layers = []
    for j, (a, b) in enumerate(itertools.pairwise(dims)):
        block = np.zeros((b, a))
        block[:r, :r] = np.diag(s[learned] ** (1.0 / N))
        if not balanced and not closed[j]:
            block[r:, r:] = _chain_link(rng, b - r, a - r)
        if j == 0 and not closed[j] and not balanced:  # inputs that the target does not use
            block[r:, dims[-1] :] = rng.standard_normal((b - r, a - dims[-1]))
        if j == 0:  # inputs without data are free
            free = [
                k
                for k, i in enumerate(learned + [k for k in range(a) if k not in learned])
                if i >= rank
            ]
            block[:, free] = rng.standard_normal((b, len(free)))
        layers.append(T[j + 1] @ block @ np.linalg.inv(T[j]))
    return tuple(layers)


def _chain_link(rng: np.random.Generator, b: int, a: int) -> np.ndarray:
    """A block outside of what is learned: of any rank, or a projection on some coordinates."""
    if rng.random() < 0.5:
        k = int(rng.integers(0, min(a, b) + 1))
        return rng.standard_normal((b, k)) @ rng.standard_normal((k, a)) / max(k, 1)
    return np.eye(b, a) * np.where(rng.random(a) < 0.4, 0.0, rng.uniform(0.5, 1.5, size=a))


def _frame(rng: np.random.Generator, d: int, balanced: bool) -> np.ndarray:
    if rng.random() < 0.3:
        return np.eye(d)
    Q = np.linalg.qr(rng.standard_normal((d, d)))[0]
    return Q if balanced else Q * rng.uniform(0.7, 1.4, size=d)


def _chained(layers: tuple[np.ndarray, ...], start: np.ndarray) -> np.ndarray:
    for Wj in layers:
        start = Wj @ start
    return start


def _gradient(target: np.ndarray, inputs: np.ndarray, W: tuple[np.ndarray, ...]) -> np.ndarray:
    """Every entry of the gradient, from its definition."""
    M = (target - _chained(W, np.eye(len(inputs)))) * inputs
    parts = []
    for j, Wj in enumerate(W):
        A = _chained(W[:j], np.eye(len(inputs)))
        B = _chained(W[j + 1 :], np.eye(Wj.shape[0]))
        parts.append((B.T @ M @ A.T).ravel())
    return np.concatenate(parts)


def hessian(target: np.ndarray, inputs: np.ndarray, W: tuple[np.ndarray, ...]) -> np.ndarray:
    """<dP, dP> - <M, d²P> by single weights, for X = diag(inputs), ones and zeros."""
    M = (target - _chained(W, np.eye(len(inputs)))) * inputs
    d_x, d_y = target.shape[1], target.shape[0]
    A = [_chained(W[:j], np.eye(d_x)) * inputs for j in range(len(W))]
    B = [_chained(W[j + 1 :], np.eye(Wj.shape[0])) for j, Wj in enumerate(W)]
    # column (p, q) of the Jacobian's part j is B_j[:, p] A_j[q, :]
    J = np.concatenate(
        [
            np.einsum("yp,qx->pqyx", Bj, Aj).reshape(-1, d_y * d_x)
            for Aj, Bj in zip(A, B, strict=True)
        ]
    )
    S = J @ J.T
    starts = np.cumsum([0, *(Wj.size for Wj in W)])
    for j, i in itertools.combinations(range(len(W)), 2):
        between = _chained(W[j + 1 : i], np.eye(W[j].shape[0]))
        outer = A[j] @ M.T @ B[i]  # (d_{j-1}, d_i)
        part = np.einsum("qp,rs->sqpr", between, outer)  # entries (s, q) of W_i, (p, r) of W_j
        part = part.reshape(W[i].size, W[j].size)
        S[starts[i] : starts[i + 1], starts[j] : starts[j + 1]] -= part
        S[starts[j] : starts[j + 1], starts[i] : starts[i + 1]] -= part.T
    return S


def counted(
    target: np.ndarray,
    inputs: np.ndarray,
    W: tuple[np.ndarray, ...],
    gap: tuple[float, float] = GAP,
) -> tuple[int, int, int] | None:
    """Numbers of negative, zero and positive eigenvalues; None without a clear gap."""
    values = np.linalg.eigvalsh(hessian(target, inputs, W))
    top = max(float(np.abs(values).max()), 1.0)  # all is of size one: far below is roundoff
    sizes = np.abs(values) / top
    if ((sizes > gap[0]) & (sizes < gap[1])).any():
        return None
    n_negative = int(np.count_nonzero(values < -gap[1] * top))
    n_positive = int(np.count_nonzero(values > gap[1] * top))
    return n_negative, values.size - n_negative - n_positive, n_positive


def _scaled(
    rng: np.random.Generator, layers: tuple[np.ndarray, ...], scale: float
) -> tuple[np.ndarray, ...]:
    """Layers of a target so many times larger, and of sizes of their own."""
    N, gauge = len(layers), float(rng.choice(GAUGES))
    factors = np.exp(rng.uniform(-1, 1, size=N) * np.log(gauge))
    factors *= (scale / np.prod(factors)) ** (1.0 / N)
    return tuple(f * Wj for f, Wj in zip(factors, layers, strict=True))


def _carried(
    rng: np.random.Generator,
    target: np.ndarray,
    W: tuple[np.ndarray, ...],
    raw: bool,
    rank: int,
) -> tuple[Problem, tuple[np.ndarray, ...]]:
    """The same point for data of a condition of up to 1e10, with more samples than inputs."""
    d_y, d_x = target.shape
    if not raw:
        return Problem(np.eye(d_x), target), W
    Q, U = (np.linalg.qr(rng.standard_normal((d, d)))[0] for d in (d_x, d_y))
    m = d_x + int(rng.integers(0, 4))
    R = np.linalg.qr(rng.standard_normal((m, m)))[0][:d_x]
    sigma = np.exp(rng.uniform(-1, 1, size=d_x) * np.log(10.0 ** rng.choice([0.3, 1.0, 1.5, 2.5])))
    sigma *= float(rng.choice([1e-2, 1.0, 30.0]))
    # W_1' = W_1 G^(1/2) V: X = Q diag(sigma) R', W_1 = W_1' diag(1/sigma) Q'
    X = (Q[:, :rank] * sigma[:rank]) @ R[:rank]
    Y = U @ target[:, :rank] @ R[:rank]
    if m > rank:
        size = float(rng.choice([0.0, 1.0, 100.0])) * float(np.linalg.norm(target))
        Y = Y + size * _beyond(rng, R, rank, d_y)
    inverse = np.where(np.arange(d_x) < rank, 1.0 / sigma, 1.0)
    layers = list(W)
    layers[0] = layers[0] * inverse @ Q.T
    layers[-1] = U @ layers[-1]
    return Problem(X, Y), tuple(layers)


def _beyond(rng: np.random.Generator, R: np.ndarray, rank: int, d_y: int) -> np.ndarray:
    """Targets that no linear map can fit: orthogonal to the rows of X."""
    Y = rng.standard_normal((d_y, R.shape[1]))
    return Y - Y @ R[:rank].T @ R[:rank]
