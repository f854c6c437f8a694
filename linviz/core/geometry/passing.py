r"""The plane that shows a run: through a saddle that it passed, the next one, and its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linviz.core.flow.trajectory import Trajectory
from linviz.core.geometry.cut import Cut, cut_or_refused, principal_cut
from linviz.core.landscape.stays import Stay
from linviz.core.model.facts import html_table, one_line
from linviz.core.model.layers import Weights, pack
from linviz.core.model.problem import IndexSet, Matrix


@dataclass(frozen=True, slots=True)
class Passed:
    """A point of the run that a plane is laid through.

    Attributes
    ----------
    t : float
    learned : tuple of int or None
        The modes that the critical point near it knows; None for a start, which is near none.
    place : (x, y)
        Coordinates of its nearest point in the plane.
    """

    t: float
    learned: IndexSet | None
    place: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class PlaneOfRun:
    r"""A plane in which a run is seen, with how much of it.

    Attributes
    ----------
    cut : Cut
    share : float
        Of the run's motion, see `Cut.share`.
    refused : float or None
        The share of the plane through the three points, where it is below 80 % and the plane of
        the run's two principal directions took its place.
    points : tuple of Passed
        The three points.
    path : array (n, 2)
        Where the run is in the plane, at its own moments.
    distance : array (n,)
        From the plane.
    """

    cut: Cut
    share: float
    refused: float | None
    points: tuple[Passed, ...]
    path: Matrix
    distance: Matrix

    def __post_init__(self) -> None:
        for array in (self.path, self.distance):
            array.flags.writeable = False

    def _facts(self) -> dict[str, str]:
        return {
            "through": self.cut.through,
            "share of the motion": f"{100 * self.share:.1f} %",
            "refused": "nothing" if self.refused is None else f"{100 * self.refused:.1f} %",
        }

    def __repr__(self) -> str:
        return one_line("PlaneOfRun", self._facts())

    def _repr_html_(self) -> str:
        return html_table("PlaneOfRun", self._facts())


def plane_of_run(trajectory: Trajectory, stays: Sequence[Stay]) -> PlaneOfRun:
    r"""Plane through the saddle that a run passed last but one, the last one, and its limit.

    Of a run that passed one saddle the start takes the place of the other; of a run that passed
    none, the middle of its way. Where that plane holds less than 80 % of the motion,

    .. math:: 1 - \frac{\int \mathrm{dist}(w)^2\, ds}{\int \|w - w_\infty\|^2\, ds}
              \quad\text{over the arc length } s,

    it is refused for the plane of the run's two principal directions.

    Parameters
    ----------
    trajectory : Trajectory
    stays : sequence of Stay
        Those of the run, ``run.stays``.

    Returns
    -------
    PlaneOfRun

    Raises
    ------
    ValueError
        If the run moves along a line only, or not at all.

    Notes
    -----
    An own remark.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> small = Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="gaussian", scale=1e-3)
    >>> found = run(small)
    >>> plane = plane_of_run(found.trajectory, found.stays)
    >>> [point.learned for point in plane.points], plane.share > 0.8
    ([(), (0,), (0, 1)], True)
    """
    passed = [stay for stay in stays if stay.kind != "minimum" and not stay.is_limit][-2:]
    moments: list[tuple[int, IndexSet | None]] = [
        (_calmest(trajectory, stay), stay.learned) for stay in passed
    ]
    if len(passed) < 2:
        moments = [(0, None), *moments]
    if len(passed) < 1:
        moments.append((_halfway(trajectory), None))
    at_end = stays[-1].learned if stays and stays[-1].last == len(trajectory.t) - 1 else None
    points = [trajectory.frame(k) for k, _ in moments] + [trajectory.limit]
    plane, share, refused = _plane(trajectory, points)
    told: list[tuple[float, IndexSet | None]] = [
        (float(trajectory.t[k]), learned) for k, learned in moments
    ]
    told.append((float(trajectory.t[-1]), at_end))
    places = [plane.place(W) for W in points]
    return PlaneOfRun(
        plane,
        share,
        refused,
        tuple(
            Passed(t, learned, (float(x), float(y)))
            for (t, learned), (x, y) in zip(told, places, strict=True)
        ),
        plane.place(trajectory.W),
        plane.distance(trajectory.W),
    )


def _plane(trajectory: Trajectory, points: Sequence[Weights]) -> tuple[Cut, float, float | None]:
    """As `motion_cut`; where the points lie on one line nothing is refused."""
    try:
        return cut_or_refused(trajectory.problem, trajectory, points)
    except ValueError:
        own = principal_cut(trajectory.problem, trajectory)
        return own, own.share(trajectory), None


def _calmest(trajectory: Trajectory, stay: Stay) -> int:
    """The frame of a stay where the run is slowest."""
    if stay.last == stay.first:
        return stay.first
    w = pack([Wj[stay.first : stay.last + 1] for Wj in trajectory.W])
    steps = np.linalg.norm(np.diff(w, axis=0), axis=1)
    return stay.first + int((steps / np.diff(trajectory.t[stay.first : stay.last + 1])).argmin())


def _halfway(trajectory: Trajectory) -> int:
    """The frame in the middle of the way, by arc length."""
    steps = np.linalg.norm(np.diff(pack(trajectory.W), axis=0), axis=1)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    return int(np.searchsorted(way, way[-1] / 2))
