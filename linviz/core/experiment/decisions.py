"""How often the class that a network decides for is wrong, along a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.problem import Matrix
from linviz.core.model.samples import DataSet


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    r"""Shares of samples whose class is decided wrongly, at the moments of a run.

    .. math:: \frac1m \#\{i : \arg\max_k (P x_i)_k \ne c_i\}

    Attributes
    ----------
    learned : array (n,)
        On the samples that the network learns from.
    tested : array (n,) or None
        On those kept for a test, where there are such.
    best_learned, best_tested : float, float or None
        The same of the best linear map W_LR, at which every linear network ends that learns all.
    """

    learned: Matrix
    tested: Matrix | None
    best_learned: float
    best_tested: float | None

    @classmethod
    def of(cls, trajectory: Trajectory, data: DataSet) -> Decisions | None:
        """Those of a linear network on data whose targets are classes; None elsewhere.

        Examples
        --------
        >>> from linviz.core.flow.gradient_flow import gradient_flow
        >>> from linviz.core.model.problem import Problem
        >>> data = DataSet("two", X=np.eye(2), Y=[[0.0, 1.0], [1.0, 0.0]], description="")
        >>> W = (np.array([[0.2, 0.1], [0.1, 0.2]]),)
        >>> trajectory = gradient_flow(Problem(X=data.X, Y=data.Y), W)
        >>> Decisions.of(trajectory, data).learned[[0, -1]]
        array([1., 0.])
        """
        if data.classes is None or not trajectory.law.is_linear:
            return None
        best = trajectory.problem.least_squares
        test = data.test
        return cls(
            learned=_wrong(data, trajectory.product),
            tested=None if test is None else _wrong(test, trajectory.product),
            best_learned=float(_wrong(data, best[None])[0]),
            best_tested=None if test is None else float(_wrong(test, best[None])[0]),
        )


def _wrong(data: DataSet, maps: Matrix) -> Matrix:
    """The shares of each of the maps (n, d_y, d_x); one after the other, to spare memory."""
    return np.array([np.mean(data.decisions(P) != data.classes) for P in maps])
