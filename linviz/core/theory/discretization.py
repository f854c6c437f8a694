r"""What the steps of gradient descent do to the invariants, exactly.

With :math:`G_j = \partial L/\partial W_j`, both :math:`W_{j+1}^\top G_{j+1}` and
:math:`G_j W_j^\top` are :math:`-B_j^\top E A_{j+1}^\top`: to first order in the step nothing of
C_j changes but by weight decay, and what is left is known exactly.
See `linviz.core.theory.sharpness` for the edge of stability, `linviz.core.theory.weight_decay` for
where the modes end.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

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


def _squared_moves(trajectory: Trajectory, rule: Descent) -> Matrix:
    """Squared norms of the steps of each layer, (n_steps, N), by taking the steps again."""
    field = Field(trajectory.problem, trajectory.dims)
    moves = []
    with quietly():
        for block in iterates(field, pack(trajectory.start), rule, trajectory.n_steps):
            squares = np.square(np.diff(block, axis=0))
            moves.append(np.add.reduceat(squares, [i for i, _, _ in field.layout.parts], axis=1))
    return np.concatenate(moves)
