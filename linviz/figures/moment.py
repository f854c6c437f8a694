"""A matrix of a picture at one moment of the run."""

from __future__ import annotations

import numpy as np

from linviz.core.model.problem import Matrix
from linviz.figures.picture import Edges, Heat


def moment(part: Heat | Edges, t: float | None = None) -> Matrix:
    """The matrix at time t, on the line between its two moments; at the last one by default.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.network import network_picture
    >>> study = run(Scenario(dims=(1, 1), singular_values=(2,), rule="zeros"))
    >>> edges = network_picture(study)["network"]["edges"][0]
    >>> moment(edges, 0.0).tolist(), round(float(moment(edges)[0, 0]), 3)
    ([[0.0]], 2.0)
    """
    times, values = part["t"], part["values"]
    if t is None or t >= times[-1]:
        last: Matrix = values[-1]
        return last
    k = max(0, int(np.searchsorted(times, t, side="right")) - 1)
    share = max(0.0, (t - times[k]) / (times[k + 1] - times[k]))
    between: Matrix = values[k] + share * (values[k + 1] - values[k])
    return between
