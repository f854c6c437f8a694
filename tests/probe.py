"""What is measured of a lecture scenario: here, and by the Python in a browser."""

import importlib
import inspect
import pkgutil
import time
from typing import Any

import numpy as np

from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.layers import loss

AGREES = 1e-6  # of the loss at the start


def measured(scenario: Scenario, times: list[float] | None = None) -> dict[str, Any]:
    """Verdict, counts, losses at 20 times, and the shortest of four runs in seconds."""
    taken = []
    for _ in range(4):
        began = time.perf_counter()
        found = run(scenario)
        taken.append(time.perf_counter() - began)
    trajectory = found.trajectory
    times = times or np.linspace(0, 0.9 * trajectory.t[-1], 20).tolist()
    problem = trajectory.problem
    spectrum = found.spectrum
    return {
        "status": trajectory.status,
        "kind": found.point.kind,
        "learned": [found.point.rank, *found.point.missed],
        "counts": [spectrum.n_negative, spectrum.n_zero, spectrum.n_positive],
        "t": [float(t) for t in times],
        "losses": [float(loss(problem, trajectory.at(t))) for t in times],
        "seconds": min(taken),
    }


def compared(here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """In what the two differ, in words."""
    facts = ("status", "kind", "learned", "counts")
    told = [f"{name}: {here[name]}, {there[name]}" for name in facts if here[name] != there[name]]
    most = AGREES * here["losses"][0]
    for t, one, other in zip(here["t"], here["losses"], there["losses"], strict=True):
        if not abs(one - other) <= most:
            told.append(f"t = {t:g}: {one}, {other}")
    return told


def missing(package: str) -> list[str]:
    """Modules of a package that cannot be imported, with the reason."""
    found = []
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            found.append(f"{module.name}: {error}")
    return found


# In place of what the worker runs. A message is the name of a package, whose modules are imported,
# or of a lecture scenario, with times.
PROBE = f"""
import importlib
import json
import pkgutil
import time
from typing import Any
import numpy as np
from pyodide.ffi import to_js
from linviz.core.experiment.run import run
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.layers import loss
from linviz.panels.link import read_link

{inspect.getsource(measured)}
{inspect.getsource(missing)}

def start(post, state, buffers):
    def hear(text, buffers):
        name, times = json.loads(text)
        if name.startswith("linviz."):
            found = missing(name)
        else:
            found = measured(read_link("preset=" + name).scenario, times)
        post(json.dumps(found), to_js([]))
    return hear

start
"""
