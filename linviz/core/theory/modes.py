"""Strengths of the modes that a run has learned."""

from __future__ import annotations

from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.problem import Matrix


def mode_strengths(trajectory: Trajectory) -> Matrix:
    r"""Singular values of :math:`P G^{1/2}` over time, one column for each mode of the target.

    Returns
    -------
    array (n, d_y)
        ``[:, k]`` is the singular value whose vectors end nearest to :math:`u_k, v_k` of the target
        :math:`\tilde Y = U (D_Y\ 0) V^\top`; at the limit it is s_k where mode k was learned.

    Examples
    --------
    >>> import numpy as np
    >>> from linviz.core.flow.gradient_flow import gradient_flow
    >>> from linviz.core.model.problem import Problem
    >>> problem = Problem.canonical((2, 1))
    >>> trajectory = gradient_flow(problem, (np.eye(2) * [[0], [0.1]], np.eye(2)))
    >>> mode_strengths(trajectory)[-1].round(3)
    array([2., 1.])
    """
    return trajectory.strengths
