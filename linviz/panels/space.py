"""What the room Space asks the kernel for: planes through the network that is shown, a map of
starts, and how much the way depends on the start.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.flow.integrator import FlowError
from linviz.core.flow.trajectory import Interrupt
from linviz.core.geometry import (
    Cut,
    eigenvector_cut,
    escape,
    invariant_plane,
    neighbors,
    plane_of_run,
)
from linviz.core.model import checks
from linviz.core.model.layers import pack
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import LEAST_RADIUS
from linviz.figures.sensitivity import escape_picture, neighbors_picture
from linviz.panels import atlas
from linviz.panels.message import Message, with_buffers
from linviz.panels.shown import Shown

MOST_WEIGHTS = 300  # of a network that is cut open
PLANE_POINTS = 81  # points of the loss along a side of a plane
ROOM_AROUND = 1.25  # of a plane beyond what is shown in it
WALK_FROM = 0.05  # of a learned strength: a walk through the invariant plane begins there

Answer = dict[str, Any]


def asked(shown: Shown, said: dict[str, Any]) -> Callable[[Interrupt], Answer]:
    """The computation of one picture.

    Raises
    ------
    ValueError
        If there is no such picture.
    """
    what = said.get("what")
    if not isinstance(what, str) or what not in _PICTURES:
        known = ", ".join(_PICTURES)
        raise ValueError(f"expected a picture among {known}; found {checks.brief(what)}")
    return partial(_made, what, shown.run, said)


def _made(what: str, run: Run, said: dict[str, Any], interrupt: Interrupt) -> Answer:
    """The picture, or in its place the reason why there is none."""
    try:
        if run.scenario.n_parameters > MOST_WEIGHTS:
            raise ValueError(
                f"expected a network of at most {MOST_WEIGHTS} weights to cut open, found "
                f"{run.scenario.n_parameters}: make a layer narrower"
            )
        return _PICTURES[what](run, said, interrupt)
    except (ValueError, FlowError) as error:
        if what not in _PLACES:
            raise
        return {"what": what, "reason": str(error)}


def told(answer: Answer, run_id: int) -> Message:
    """The picture as one message; of an array its place among the buffers."""
    buffers: list[bytes] = []

    def placed(value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("data"), bytes):
            buffers.append(value["data"])
            return {"dtype": value["dtype"], "shape": value["shape"], "at": len(buffers) - 1}
        if isinstance(value, dict):
            return {name: placed(item) for name, item in value.items()}
        return [placed(item) for item in value] if isinstance(value, list) else value

    content = placed(with_buffers(answer, single=True))
    return Message({"type": "space", "run": run_id} | content, tuple(buffers))


def _run_plane(run: Run, said: dict[str, Any], interrupt: Interrupt) -> Answer:
    """The plane that shows the run, through a saddle, the next one and the limit."""
    found = plane_of_run(run.trajectory, run.stays)
    points = [{"t": p.t, "learned": p.learned, "place": p.place} for p in found.points]
    return {
        "what": "run",
        **_ground(found.cut, found.path),
        "distance": found.distance,
        "share": found.share,
        "refused": found.refused,
        "points": points,
    }


def _curvature(run: Run, said: dict[str, Any], interrupt: Interrupt) -> Answer:
    """The plane of the lowest and the highest eigenvalue of the Hessian at a moment."""
    t = min(checks.real(said.get("t"), "t", 0.0), float(run.trajectory.t[-1]))
    plane = eigenvector_cut(run.trajectory.problem, run.trajectory.at(t))
    curvature = plane.hessian()
    size = 0.5 * float(np.abs(pack(run.trajectory.limit)).max() + 1.0)
    return {
        "what": "curvature",
        **_ground(plane, plane.place(run.trajectory.W), least=size, most=2 * size),
        "t": t,
        "curvature": [float(curvature[0, 0]), float(curvature[1, 1])],
        "distance": plane.distance(run.trajectory.W),
    }


def _invariant(run: Run, said: dict[str, Any], interrupt: Interrupt) -> Answer:
    """The invariant plane of the two strongest modes, and its critical points."""
    first, second = [*checks.items(said.get("modes", (0, 1)), "two modes"), None, None][:2]
    plane = invariant_plane(run.trajectory.problem, run.scenario.dims, (first, second))
    ends = plane.ends.tolist()
    points = [
        {"place": list(p.strengths), "within": p.within, "kind": p.kind} for p in plane.points
    ]
    side = np.linspace(-ROOM_AROUND, ROOM_AROUND, PLANE_POINTS) * max(ends)
    a = np.stack(np.meshgrid(side, side), axis=-1)
    return {
        "what": "invariant",
        "reach": [float(side[0]), float(side[-1])] * 2,
        "loss": plane.loss(a),
        "points": points,
        "ends": ends,
        "modes": list(plane.modes),
        "small": min(_strength(run) or np.inf, WALK_FROM * min(ends)),
        "depth": plane.depth,
        "strengths": run.trajectory.problem.singular_values[list(plane.modes)].tolist(),
    }


def _strength(run: Run) -> float:
    """Strength of aligned weights as large as the run's own start."""
    size = float(np.linalg.norm(pack(run.trajectory.start)))
    return float(size / np.sqrt(len(run.trajectory.start) * min(run.scenario.dims)))


def _neighbors(run: Run, said: dict[str, Any], interrupt: Interrupt) -> Answer:
    """How far starts come apart that lie around the run's own."""
    size = float(np.linalg.norm(pack(run.trajectory.start)))
    part = checks.real(
        said.get("radius"), "the radius as a part of the start's size", LEAST_RADIUS, 1.0
    )
    found = neighbors(run.trajectory, part * (size or 1.0), interrupt=interrupt)
    return {
        "what": "neighbors",
        "picture": neighbors_picture(found),
        "radius": found.radius,
        "growth": found.growth,
        "ends": len(set(found.component.tolist()) - {-1}),
    }


def _escape(run: Run, said: dict[str, Any], interrupt: Interrupt) -> Answer:
    """How long runs stay beside a saddle, and what theory says."""
    missed = checks.items(said.get("missed"), "the modes that the saddle misses")
    found = escape(run.trajectory.problem, run.scenario.dims, missed, interrupt=interrupt)
    return {
        "what": "escape",
        "picture": escape_picture(found),
        "order": found.order,
        "measured": found.measured,
        "predicted": found.predicted,
    }


def _ground(plane: Cut, path: Matrix, least: float = 0.0, most: float = np.inf) -> Answer:
    """The loss in the square that holds the path, and the path."""
    low, high = path.min(axis=0), path.max(axis=0)
    middle = (low + high) / 2 if most == np.inf else np.zeros(2)
    half = float(np.clip(ROOM_AROUND * max((high - low).max() / 2, least), least, most)) or 1.0
    x, y = (np.linspace(c - half, c + half, PLANE_POINTS) for c in middle)
    return {
        "reach": [float(x[0]), float(x[-1]), float(y[0]), float(y[-1])],
        "loss": plane.loss(x[None, :], y[:, None]),
        "path": path,
        "through": plane.through,
    }


_PICTURES: dict[str, Callable[[Run, dict[str, Any], Interrupt], Answer]] = {
    "run": _run_plane,
    "curvature": _curvature,
    "invariant": _invariant,
    "map": atlas.part,
    "start": atlas.start,
    "neighbors": _neighbors,
    "escape": _escape,
}
_PLACES = _PICTURES.keys() - {"start"}  # where a reason can be read; the rest is told in a note
