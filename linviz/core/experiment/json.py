"""A scenario as JSON, with what came of its run and the versions that computed it."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import asdict
from typing import Any

import numpy as np
import scipy

from linviz.core.experiment.catalogue.fields import FIELDS
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model import checks

MAX_TEXT = 1_000_000
MAX_BRACKETS = 200
FORMAT = "linviz run 1"
KEYS = ("format", "scenario", "code", "result", "versions")


def scenario_json(run: Run | Scenario) -> str:
    """Scenario with every field, the code that runs it, and what came of it, as JSON.

    The summary of a `Run` holds the status, the verdict on the limit, the signs of the Hessian,
    the certified rate, drift and tolerances. Modes are numbered from 0, as in `Scenario`.

    Examples
    --------
    >>> text = scenario_json(Scenario(dims=(2, 2), singular_values=(2, 1)))
    >>> json.loads(text)["scenario"]["dims"]
    [2, 2]
    """
    import linviz  # here, since the package imports this module

    scenario = run.scenario if isinstance(run, Run) else run
    document: dict[str, Any] = {
        "format": FORMAT,
        "scenario": asdict(scenario),
        "code": scenario.code.splitlines(),
    }
    if isinstance(run, Run):
        document["result"] = _summary(run)
    document["versions"] = {
        "linviz": linviz.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
    }
    return json.dumps(_finite(document), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def scenario_from_json(text: str) -> Scenario:
    """Scenario of a text that `scenario_json` wrote; nothing else of it is looked at.

    Raises
    ------
    ValueError
        If the text is no such JSON, has a field that is not known, or one that is out of range.

    Examples
    --------
    >>> scenario_from_json('{"scenario": {"dims": [2, 2], "singular_values": [2, 1]}}').H
    0
    >>> scenario_from_json('{"scenario": {"widths": [2, 2]}}')
    Traceback (most recent call last):
        ...
    ValueError: expected fields of a scenario, found 'widths': remove it
    """
    document = _read(text)
    for key in document:
        if key not in KEYS:
            raise ValueError(
                f"expected {', '.join(KEYS)} in the file, found {checks.brief(key)}: remove it, "
                "or use the version of linviz that wrote the file"
            )
    if document.get("format", FORMAT) != FORMAT:
        raise ValueError(
            f"expected the format {FORMAT!r}, found {checks.brief(document['format'])}: use the "
            "version of linviz that wrote the file"
        )
    given = document.get("scenario")
    if not isinstance(given, dict):
        raise ValueError(
            f"expected an object under 'scenario', found {checks.brief(given)}: give it the fields "
            "of a Scenario"
        )
    _check_fields(given)
    return Scenario(**given)


def _check_fields(given: dict[str, Any]) -> None:
    """Refuse names that no field has, and what `Scenario` would take too kindly."""
    for name in given:
        if name not in FIELDS:
            raise ValueError(
                f"expected fields of a scenario, found {checks.brief(name)}: remove it"
            )
        if FIELDS[name].kind == "flag" and not isinstance(given[name], bool):
            raise ValueError(
                f"expected true or false for {name}, found {checks.brief(given[name])}"
            )
    data = given.get("data", "")
    if isinstance(data, str) and not data.isprintable():  # half a character could not be written
        raise ValueError(f"expected data as printable text, found {checks.brief(data)}")


def _read(text: str) -> dict[str, Any]:
    """The JSON object of a text, or why there is none."""
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise ValueError(f"expected a text of at most {MAX_TEXT} characters, found another")
    if text.count("[") + text.count("{") > MAX_BRACKETS:  # nested, they would overflow the stack
        raise ValueError(f"expected at most {MAX_BRACKETS} brackets in the file, found more")
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except ValueError as error:
        raise ValueError(
            f"expected a scenario as JSON, as linviz writes it: {checks.brief(str(error))}"
        ) from None
    if not isinstance(document, dict):
        raise ValueError(f"expected a JSON object, found {checks.brief(document)}")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names differ."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _summary(run: Run) -> dict[str, Any]:
    """What came of a run, in numbers and words."""
    trajectory, point, spectrum = run.trajectory, run.point, run.spectrum
    beside = run.beside
    return {
        "status": trajectory.status,
        "reason": trajectory.reason,
        "t": float(trajectory.t[-1]),
        "loss": {
            "start": float(trajectory.loss[0]),
            "end": float(trajectory.loss[-1]),
            "limit": point.loss,
            "residual": trajectory.problem.residual_loss,
        },
        "limit": {name: getattr(point, name) for name in _OF_THE_POINT},
        "singular_values": trajectory.problem.singular_values.tolist(),
        "hessian": {
            "n_negative": spectrum.n_negative,
            "n_zero": spectrum.n_zero,
            "n_positive": spectrum.n_positive,
            "predicted": run.predicted,
            "smallest": float(spectrum.eigenvalues[0]),
            "largest": float(spectrum.eigenvalues[-1]),
            "tolerance": spectrum.tolerance,
            "method": spectrum.method,
        },
        "certified_rate": asdict(run.rate),
        "exact": run.exact_method,
        "drift": {
            "absolute": float(trajectory.drift.max(initial=0.0)),
            "relative": float(trajectory.relative_drift.max(initial=0.0)),
        },
        "integrator": {name: getattr(trajectory, name) for name in _OF_THE_INTEGRATOR},
        "beside": None if beside is None else _beside_summary(beside),
    }


_OF_THE_POINT = ("kind", "missed", "rank", "rank_Z", "index", "nullity", "gradient_norm", "reason")
_OF_THE_INTEGRATOR = ("method", "rtol", "atol", "n_steps")


def _beside_summary(other: Trajectory) -> dict[str, Any]:
    return {
        "method": other.method,
        "status": other.status,
        "reason": other.reason,
        "t": float(other.t[-1]),
        "loss": float(other.loss[-1]),
    }


def _finite(value: Any) -> Any:
    """The same nested value with None for what JSON has no number for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_finite(item) for item in value]
    return value
