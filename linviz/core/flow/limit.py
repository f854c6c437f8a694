r"""Where a run ends: has it arrived, and at what?

Neither a small gradient (2e-12 on a plateau that escapes) nor the Hessian (non-strict saddles)
tells a limit point. The global minimum is told by its known loss; another critical point is a
limit only if exact zeros confine the flow to coordinates in which it is the minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linviz.core.flow.destination import Destination
from linviz.core.flow.field import Field
from linviz.core.flow.polish import (
    LARGEST_DENSE,
    ROUNDOFF_RATIO,
    emptied_minimum,
    newton,
    polished_minimum,
)
from linviz.core.flow.scales import changes_by_roundoff, roundoff_ratio
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import AS_PREDICTED, RESTING_GROWTH

STEEPEST_POWER = 3.0  # of the approach to a minimum by a power of t: two layers have 2


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """Polished weights, packed, whether the flow cannot leave them, and why, in words."""

    w: Matrix
    converged: bool
    reason: str


def at_minimum(goal: Destination, w: Matrix, t: float, remark: Callable[[], str]) -> Limit | None:
    """The global minimum that the flow approaches at (t, w), polished, or None if not at hand."""
    limit, layers = None, 0
    if _falls_like_a_power(goal, w, t):
        limit, layers = emptied_minimum(goal, w)
    if limit is None:
        limit = polished_minimum(goal, w)
    if limit is None:
        return None
    field = goal.field
    size, loss = field.speed(limit), total_loss(field, limit)
    words = f"global minimum: loss {loss:.6g}, gradient {size:.1e} after polishing"
    if layers:
        power = "2" if layers == 2 else f"{layers}/{layers - 1}"
        words += (
            f"; the approach is algebraic, L - L_min ~ t^(-{power}), because {layers} layers share "
            "a mode of strength 0 equally; at the end of the run L is still "
            f"{float(field.excess(field.product(w))) - goal.floor:.1e} above it"
        )
    return Limit(limit, True, words + remark())


def _falls_like_a_power(goal: Destination, w: Matrix, t: float) -> bool:
    r"""Whether :math:`-d\log(L - L_{min})/d\log t` is that of a power, m/(m - 1) of m layers.

    An exponential that has come down to its bound has at least the logarithm of what it fell.
    """
    field = goal.field
    velocity = field.velocity(0.0, w)
    excess = float(field.excess(field.product(w))) - goal.floor
    return len(field.dims) > 2 and t * float(velocity @ velocity) <= STEEPEST_POWER * excess


def resting_point(goal: Destination, w: Matrix, velocity: Matrix) -> Limit | None:
    """A critical point above the minimum that the flow cannot, or will not soon, leave.

    None means: integrate on, the unstable modes will take over.
    """
    field = goal.field
    if not velocity.any():
        return Limit(w, True, f"the gradient is exactly zero at loss {total_loss(field, w):.6g}")
    if goal.trapped:
        reason = (
            f"plateau at loss {total_loss(field, w):.6g}: the start is balanced (every C_j = 0) "
            "and det P has the wrong sign, which the exact flow keeps: it ends in this saddle "
            f"(gradient {float(np.linalg.norm(velocity)):.1e}); only roundoff would carry it away"
        )
        return Limit(w, False, reason)
    free = (w != 0) | (velocity != 0)
    if np.count_nonzero(free) > LARGEST_DENSE:
        return None
    limit = newton(goal, w, free)
    at = w if limit is None else limit
    growth = np.linalg.eigvalsh(field.jacobian(0.0, at)[np.ix_(free, free)])
    if growth[-1] > RESTING_GROWTH * np.abs(growth).max():
        return None
    size = field.speed(at)
    n_zero = int(np.count_nonzero(~free))
    if limit is not None and n_zero and _is_confined_minimum(goal, limit, free):
        reason = (
            f"saddle of the whole network at loss {total_loss(field, limit):.6g}, reached because "
            f"{n_zero} of {field.n} weights are exactly 0 and stay so: the start lies on its "
            f"stable manifold (gradient {size:.1e} after polishing)"
        )
        return Limit(limit, True, reason)
    if _still_moves(field, w, velocity, free):
        return None
    reason = (
        f"plateau at loss {total_loss(field, w):.6g}, above the minimum: gradient "
        f"{float(np.linalg.norm(velocity)):.1e} is roundoff in every slow direction; "
        "whether the exact flow leaves it cannot be told in double precision"
    )
    return Limit(w, False, reason)


def _still_moves(field: Field, w: Matrix, velocity: Matrix, free: Matrix) -> bool:
    """Whether the velocity is more than roundoff, all of it or in a direction that hardly decays.

    Each direction is judged by what errors of a few ulps in the weights do in it alone: a slow
    mode of the gradient may be far below the roundoff of a fast one, and decides all the same.
    """
    if roundoff_ratio(field, w, velocity) >= ROUNDOFF_RATIO:
        return True
    growth, Q = np.linalg.eigh(field.jacobian(0.0, w)[np.ix_(free, free)])
    slow = Q[:, growth > -RESTING_GROWTH * np.abs(growth).max()]
    noise = changes_by_roundoff(field, w, velocity)[:, free] @ slow
    part = np.abs(velocity[free] @ slow)
    return bool((part > ROUNDOFF_RATIO * np.linalg.norm(noise, axis=0)).any())


def _is_confined_minimum(goal: Destination, w: Matrix, free: Matrix) -> bool:
    """Whether w has the least loss that a network with these exact zeros can have, a saddle's.

    Zeros that weights of no use have decayed to leave the global minimum within reach.
    """
    field, problem = goal.field, goal.field.problem
    alive = [f.astype(float) for f in field.layers(free)]
    forward, backward = [np.ones(field.dims[0])], [np.ones(field.dims[-1])]
    for a in alive:
        forward.append((forward[-1] @ a > 0).astype(float))
    for a in reversed(alive):
        backward.append((a @ backward[-1] > 0).astype(float))
    used = [(f * b) > 0 for f, b in zip(forward, reversed(backward), strict=True)]
    rows, columns = used[-1], used[0]
    rank = min(int(np.count_nonzero(u)) for u in used)
    least = 0.5 * float(np.sum(problem.singular_values**2))
    if rank:
        cross = problem.cross[np.ix_(rows, columns)]
        gram = problem.gram[np.ix_(columns, columns)]
        strengths = np.linalg.eigvalsh(cross @ np.linalg.pinv(gram, hermitian=True) @ cross.T)
        least -= 0.5 * float(np.sum(np.sort(strengths)[::-1][:rank]))
    alike = AS_PREDICTED * goal.strength
    if least - goal.floor <= min(0.5 * goal.gap, alike):
        return False
    return float(field.excess(field.product(w))) - least <= alike


def total_loss(field: Field, w: Matrix) -> float:
    """Loss at packed weights."""
    return field.problem.residual_loss + float(field.excess(field.product(w)))
