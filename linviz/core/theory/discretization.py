r"""What is exact for gradient descent: drift of the invariants, edge of stability, weight decay.

With :math:`G_j = \partial L/\partial W_j`, both :math:`W_{j+1}^\top G_{j+1}` and
:math:`G_j W_j^\top` are :math:`-B_j^\top E A_{j+1}^\top`: to first order in the step nothing of
C_j changes but by weight decay, and what is left is known exactly.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import quietly
from linviz.core.flow.steps import Descent, iterates
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model import checks
from linviz.core.model.layers import check_weights, gradient, invariants, pack, prefixes, suffixes
from linviz.core.model.problem import Matrix, Problem


def one_step_drift(
    problem: Problem,
    W: Sequence[Matrix],
    step: float,
    *,
    weight_decay: float = 0.0,
    label_noise: float = 0.0,
) -> tuple[Matrix, ...]:
    r"""Change of each C_j in one step of gradient descent: exact, no O(...).

    .. math:: C_j^+ - C_j = ((1 - \eta\lambda)^2 - 1)\, C_j
              + \eta^2 (G_{j+1}^\top G_{j+1} - G_j G_j^\top)

    With label noise of standard deviation σ it is the expectation over the noise, which adds

    .. math:: \eta^2 \sigma^2 \big( \|B_{j+1}\|_F^2\, A_{j+1} G A_{j+1}^\top
              - \mathrm{tr}(A_j G A_j^\top)\, B_j^\top B_j \big), \qquad G = XX^\top

    Returns
    -------
    tuple of H arrays, the j-th (from 1) of shape (d_j, d_j)

    Raises
    ------
    ValueError
        If W does not fit the problem, a number is out of range, or the change overflows.

    Notes
    -----
    For H = 1 and white data the noise adds :math:`\eta^2\sigma^2(d_y W_1W_1^\top - d_x W_2^\top
    W_2)`, which is a decay :math:`-\eta^2\sigma^2 d\, C` only where d_x = d_y = d: otherwise noise
    drives the layers to :math:`d_x W_2^\top W_2 = d_y W_1 W_1^\top`, not to C = 0.

    References
    ----------
    Follows from arXiv:1811.03568, "Invariants"; Ziyin et al., "law of balance", for label noise.

    Examples
    --------
    >>> problem = Problem.canonical((1,))
    >>> W = (np.array([[1.0]]), np.array([[3.0]]))  # residual -2: C * (1 - (step * 2)**2)
    >>> one_step_drift(problem, W, 0.1)[0].round(12)
    array([[-0.32]])
    """
    rule = Descent(step, weight_decay, 0.0, label_noise)
    step, weight_decay, label_noise = rule.step, rule.weight_decay, rule.label_noise
    W = check_weights(problem, W)
    decay, noise = step * weight_decay, step * label_noise
    with quietly():
        moves = [step * Gj for Gj in gradient(problem, W)]  # step**2 alone may overflow
        changes = [Dk.T @ Dk - Dj @ Dj.T for Dj, Dk in itertools.pairwise(moves)]
        for change, Cj in zip(changes, invariants(W) if decay > 0 else (), strict=False):
            change += decay * (decay - 2) * Cj
        A, B = [noise * (Aj @ problem.input_root) for Aj in prefixes(W)], suffixes(W)
        for j, change in enumerate(changes if label_noise > 0 else []):
            change += np.sum(B[j + 1] ** 2) * (A[j + 1] @ A[j + 1].T)
            change -= np.sum(A[j] ** 2) * (B[j].T @ B[j])
    if not all(np.isfinite(change).all() for change in changes):
        raise ValueError(
            f"expected a step that moves no weight too far to square, found step = {step:g}: "
            "take a smaller one"
        )
    return tuple(changes)


def drift_bound(trajectory: Trajectory, *, sharpness: float | None = None) -> Matrix:
    r"""Bound on the drift of each C_j along gradient descent, (n, H).

    .. math:: \|C_j(k) - C_j(0)\|_F \le
              \eta^2 \sum_{i<k} \sqrt{\|G_j\|_F^4 + \|G_{j+1}\|_F^4}
              \le \eta^2 \sum_{i<k} \|\nabla L\|^2
              \le \frac{\eta\,(L(0) - L(k))}{1 - \eta\Lambda/2}

    Parameters
    ----------
    trajectory : Trajectory
        Of gradient descent.
    sharpness : float, optional
        Where it is given, the last of the three bounds for this Λ, an upper bound on the Hessian's
        largest eigenvalue along the steps, with ηΛ < 2; else the first, by taking the steps again.

    Raises
    ------
    ValueError
        If the run is no descent, or had weight decay or momentum, for which this is no theorem;
        or, with `sharpness`, had label noise, or steps of 2/sharpness or more.

    Notes
    -----
    First: the difference of positive semidefinite matrices S, T has
    :math:`\|S - T\|_F^2 \le \|S\|_F^2 + \|T\|_F^2`. Last: the descent lemma. Without its
    denominator it is no bound: it is what the others tend to as η → 0.

    References
    ----------
    `one_step_drift`, summed.

    Examples
    --------
    >>> from linviz.core.flow.descent import gradient_descent
    >>> from linviz.core.theory.invariants import drift
    >>> run = gradient_descent(
    ...     Problem.canonical((2,)), (np.array([[1.0]]), np.array([[0.5]])), step=0.1
    ... )
    >>> bool((drift(run) <= drift_bound(run)).all())
    True
    """
    rule = trajectory.law
    if rule.kind != "descent":
        raise ValueError(
            f"expected a run of gradient descent, found a {rule.kind}: see lv.gradient_descent"
        )
    if rule.weight_decay > 0 or rule.momentum > 0:
        raise ValueError(
            "expected plain gradient descent, found weight_decay = "
            f"{rule.weight_decay:g} and momentum = {rule.momentum:g}: run it without them"
        )
    H = len(trajectory.W) - 1
    if sharpness is not None:
        if rule.label_noise > 0 or not 0 < rule.step * sharpness < 2:
            raise ValueError(
                "expected no label noise and 0 < step * sharpness < 2, found label_noise = "
                f"{rule.label_noise:g} and step * sharpness = {rule.step * sharpness:g}: omit "
                "`sharpness` to sum over the steps"
            )
        fall = np.maximum(trajectory.loss[0] - trajectory.loss, 0.0)
        lemma: Matrix = rule.step * fall / (1 - rule.step * sharpness / 2)
        return np.repeat(lemma[:, None], H, axis=1)
    squares = _squared_moves(trajectory, rule)
    moved = np.cumsum(np.hypot(squares[:, :-1], squares[:, 1:]), axis=0)
    frames = np.rint(trajectory.t / rule.step).astype(int)
    bound: Matrix = np.vstack([np.zeros((1, H)), moved])[frames]
    return bound


def angular_momenta(W: Sequence[Matrix], velocity: Sequence[Matrix]) -> tuple[Matrix, ...]:
    r"""Angular momentum of each hidden layer under its rotations, (d_j, d_j), antisymmetric.

    .. math:: Q_j = W_{j+1}^\top V_{j+1} - V_{j+1}^\top W_{j+1} + W_j V_j^\top - V_j W_j^\top

    The heavy ball :math:`\ddot W + \gamma \dot W = -\nabla L` has
    :math:`Q_j(t) = e^{-\gamma t} Q_j(0)`, and its steps have :math:`Q_j^+ = \mu Q_j` exactly, with
    V the last step. From rest it is zero for ever, while C_j moves.

    Raises
    ------
    ValueError
        If the shapes of W and `velocity` differ.

    References
    ----------
    Noether's theorem for W_j -> Q W_j, W_{j+1} -> W_{j+1} Q^T; see Marcotte, Gribonval, Peyré 2024.

    Examples
    --------
    >>> W, V = (np.eye(2), np.eye(2)), (np.array([[0.0, 1.0], [0.0, 0.0]]), np.zeros((2, 2)))
    >>> angular_momenta(W, V)[0]
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    W, velocity = checks.layers(W), checks.layers(velocity)
    shapes, found = [Wj.shape for Wj in W], [Vj.shape for Vj in velocity]
    if shapes != found:
        raise ValueError(f"expected velocities of shapes {shapes}, found {found}")
    pairs = itertools.pairwise(zip(W, velocity, strict=True))
    halves = [Wk.T @ Vk + Wj @ Vj.T for (Wj, Vj), (Wk, Vk) in pairs]
    return tuple(half - half.T for half in halves)


def sharpness_floor(problem: Problem, n_layers: int) -> float:
    r"""Largest Hessian eigenvalue that every global minimum has at least.

    .. math:: \lambda_{max} \ge N \max_{\|v\| = 1} (v^\top G v)^{1/N}\,
              \|\tilde Y v\|^{2 - 2/N}, \qquad \tilde Y = W_{LR}\, G^{1/2}, \quad G = XX^\top

    which is :math:`N s_1^{2-2/N}` for white data, attained at balanced minima, and
    :math:`\lambda_1(G)` for one layer.

    Raises
    ------
    ValueError
        If `n_layers` is no integer >= 1.

    Notes
    -----
    Proof for widths of at least the rank of the target, where the Hessian at a minimum is
    :math:`J^\top J`: its quadratic form for :math:`V_j \propto B_j^\top u\,(A_j G^{1/2} v)^\top` is
    :math:`\sum_j \|B_j^\top u\|^2 \|A_j G^{1/2} v\|^2`, and
    :math:`\|B_j^\top u\| \|A_{j+1} G^{1/2} v\| \ge u^\top \tilde Y v`; take
    :math:`u \propto \tilde Y v` and the inequality of the means. For narrower networks no
    counterexample was found, but it is not proved. For data that are not white it is not known
    to be attained, except for N = 1, and for N = 2 with one output. The maximum over v is taken
    in its dual form, which is convex: the smallest over c > 0 of the largest eigenvalue of
    :math:`c^{N-1} G/N + (1 - 1/N)\, \tilde Y^\top \tilde Y/c`.

    References
    ----------
    Mulayoff and Michaeli 2020 for white data.

    Examples
    --------
    >>> sharpness_floor(Problem.canonical((4, 1)), 2)
    8.0
    """
    N, s = _layers(n_layers), float(problem.singular_values[0])
    if problem.is_white:
        return float(N * s ** (2 - 2 / N))
    if N == 1:
        return float(np.linalg.eigvalsh(problem.gram)[-1])
    target = problem.least_squares @ problem.input_root
    if not target.any():
        return 0.0
    square = target.T @ target
    # in these units both parts have norm 1, and so the best c is of order 1
    size_G, size_T = (float(np.linalg.norm(A, 2)) for A in (problem.gram, square))
    G, T = problem.gram / (N * size_G), square * ((N - 1) / (N * size_T))

    def top(log_c: float) -> float:
        c = math.exp(log_c)
        return float(np.linalg.eigvalsh(c ** (N - 1) * G + T / c)[-1])

    least = minimize_scalar(top, bracket=(-1.0, 0.0), tol=1e-12)
    return float(N * size_G ** (1 / N) * size_T ** (1 - 1 / N) * least.fun)


def critical_step(problem: Problem, n_layers: int) -> float:
    r"""Step above which gradient descent can rest at no global minimum, 2/`sharpness_floor`.

    .. math:: \eta_c = \frac{2}{N s_1^{2-2/N}} \quad\text{for white data}

    Infinite where the floor is zero: a target of zero.

    Raises
    ------
    ValueError
        If `n_layers` is no integer >= 1.

    References
    ----------
    Crăciun and Ghoshdastidar 2024 ("impossibility of convergence above a critical step").

    Examples
    --------
    >>> critical_step(Problem.canonical((4, 1)), 2)
    0.25
    """
    floor = sharpness_floor(problem, n_layers)
    return 2 / floor if floor > 0 else math.inf


def decayed_strengths(problem: Problem, n_layers: int, weight_decay: float) -> Matrix:
    r"""Strengths of the product's modes at the minimum that weight decay leaves, (d_y,).

    .. math:: u = a^N, \qquad a^{N-2}(s - a^N) = \lambda \quad\text{or}\quad a = 0

    The largest root a, for each mode s; 0 where there is none. N = 1: s/(1 + λ); N = 2: the soft
    threshold max(s - λ, 0).

    Raises
    ------
    ValueError
        If the data are not white (then the modes do not decouple), or a number is out of range.

    Notes
    -----
    Minima are balanced. For N >= 3 the origin is a local minimum for every λ > 0, so that a small
    start ends there, and a root that exists need not be the better of the two.

    Examples
    --------
    >>> decayed_strengths(Problem.canonical((2, 1, 0.2)), 2, 0.3).round(12)
    array([1.7, 0.7, 0. ])
    """
    N = _layers(n_layers)
    _check_white(problem)
    weight_decay = checks.real(weight_decay, "weight_decay", 0)
    return np.array([_strength(float(s), N, weight_decay) for s in problem.singular_values])


def critical_weight_decay(problem: Problem, n_layers: int) -> Matrix:
    r"""Weight decay beyond which each mode is lost wherever it starts, (d_y,).

    .. math:: \lambda_c = \frac{N s}{2N - 2} \Big(\frac{(N-2)\,s}{2N-2}\Big)^{1 - 2/N}

    N = 2: s itself. N = 3: :math:`\tfrac34 s\,(s/4)^{1/3}`. Infinite for one layer.

    Raises
    ------
    ValueError
        If the data are not white, or `n_layers` is no integer >= 1.

    Examples
    --------
    >>> critical_weight_decay(Problem.canonical((1,)), 3).round(4)
    array([0.4725])
    """
    N, s = _layers(n_layers), problem.singular_values
    _check_white(problem)
    if N == 1:
        return np.full(len(s), math.inf)
    critical: Matrix = N * s / (2 * N - 2) * ((N - 2) * s / (2 * N - 2)) ** (1 - 2 / N)
    return critical


def _strength(s: float, N: int, weight_decay: float) -> float:
    """Largest root u = a^N of one mode, or 0."""
    if N <= 2:
        return s / (1 + weight_decay) if N == 1 else max(s - weight_decay, 0.0)

    def excess(a: float) -> float:
        return float(a ** (N - 2) * (s - a**N) - weight_decay)

    peak = ((N - 2) * s / (2 * N - 2)) ** (1 / N)
    if s == 0 or excess(peak) < 0:
        return 0.0
    top = s ** (1 / N) * (1 + 1e-12)  # beyond the root of weight_decay = 0, whatever the roundoff
    a = float(brentq(excess, peak, top, xtol=1e-15, rtol=1e-14))
    return float(a**N)


def _squared_moves(trajectory: Trajectory, rule: Descent) -> Matrix:
    """Squared norms of the steps of each layer, (n_steps, N), by taking the steps again."""
    field = Field(trajectory.problem, trajectory.dims)
    moves = []
    with quietly():
        for block in iterates(field, pack(trajectory.start), rule, trajectory.n_steps):
            squares = np.square(np.diff(block, axis=0))
            moves.append(np.add.reduceat(squares, [i for i, _, _ in field.layout.parts], axis=1))
    return np.concatenate(moves)


def _layers(n_layers: int) -> int:
    return checks.whole(n_layers, "n_layers", 1, checks.MAX_WEIGHTS)


def _check_white(problem: Problem) -> None:
    if not problem.is_white:
        raise ValueError(
            "expected white data (X X^T = I), found data whose modes weight decay does not treat "
            "alike: use problem.whitened()"
        )
