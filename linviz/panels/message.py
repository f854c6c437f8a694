"""A run as one message to the browser: pictures, sentences, and what controls show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from linviz.core.experiment.link import to_query
from linviz.core.experiment.milestones import milestones
from linviz.core.experiment.presets import preset_of
from linviz.core.model.samples import DataSet
from linviz.figures.compare import changes, compare_words
from linviz.figures.picture import Picture
from linviz.figures.verdict import budget_words, verdict
from linviz.panels import catalogue, now, preview
from linviz.panels.equations import equations
from linviz.panels.form import form
from linviz.panels.link import LinkedFile, file_query
from linviz.panels.panel import drawn
from linviz.panels.shown import Shown

_Path = tuple[str | int, ...]  # of keys and indices
_Places = dict[tuple[np.dtype[Any], tuple[int, ...], bytes], _Path]  # of arrays


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What goes to the page.

    Attributes
    ----------
    content : dict
        Plain values; its "type" says what it is. Arrays go as ``{dtype, shape, data}``.
    buffers : tuple of bytes
    """

    content: dict[str, Any]
    buffers: tuple[bytes, ...] = ()


def message(shown: Shown, datasets: Mapping[str, DataSet]) -> dict[str, Any]:
    """Everything the page needs of a run; arrays go as ``{dtype, shape, data}``."""
    run = shown.run
    files = {digest: LinkedFile.of(data) for digest, data in datasets.items()}
    content = {
        "id": shown.run_id,
        "t": run.trajectory.t,
        "loss": run.trajectory.loss,
        "dims": list(run.scenario.dims),
        "view": shown.view.content() | {"id": shown.view_id},
        "pictures": with_buffers(pictures(shown), once=True),
        "now": now.content(run, preset_of(run.scenario, shown.preset), shown.kept),
        "words": _words(shown),
        "phrases": {name: panel.phrase(shown) for name, panel in drawn(shown).items()},
        "milestones": [
            {
                "control": m.control,
                "label": m.label,
                "words": m.words,
                "t": m.t,
                "changes": [] if m.scenario is None else changes(run.scenario, m.scenario),
                "seen": m.seen,
            }
            for m in milestones(run)
        ],
        "equations": equations(run),
        "preview": preview.content(run),
        "form": form(run, datasets, shown.preset),
        "query": to_query(run.scenario, shown.preset),
        "code": run.scenario.code,
        "catalogue": catalogue.content(),
        "stem": shown.stem,
        "files": [file_query(scenario, files) for scenario in (run.scenario, shown.kept_scenario)],
        "kept": None if shown.kept is None else to_query(shown.kept.scenario),
    }
    packed: dict[str, Any] = with_buffers(content)
    return packed


def moved(shown: Shown, datasets: Mapping[str, DataSet]) -> dict[str, Any]:
    """What moves while a control is dragged, in half the bytes; the page keeps the rest.

    Nothing is said in words: they would be of a run that is gone before they are read.
    """
    run = shown.run
    wanted = {*shown.view.panels, "network"}  # the last is drawn over its widths too
    drawings = {
        name: _without_lines(panel.draw(shown))
        for name, panel in drawn(shown).items()
        if name in wanted
    }
    numbers: dict[str, Any] = with_buffers(
        {
            "t": run.trajectory.t,
            "loss": run.trajectory.loss,
            "now": now.unsaid(run, shown.kept),
        },
        single=True,
    )
    return numbers | {
        "id": shown.run_id,
        "pictures": with_buffers(drawings, single=True, once=True),
        "dims": list(run.scenario.dims),
        "view": shown.view.content() | {"id": shown.view_id},
        "form": form(run, datasets, shown.preset),
    }


def _without_lines(picture: Picture) -> Picture:
    """A tree has its edges; the lines of them are for those who draw no tree."""
    return picture | {"curves": []} if picture.get("tree") else picture


def pictures(shown: Shown) -> dict[str, Picture]:
    """The pictures by the names of their panels."""
    return {name: panel.draw(shown) for name, panel in drawn(shown).items()}


def _words(shown: Shown) -> dict[str, str]:
    run = shown.run
    return {
        **{name: panel.words(shown) for name, panel in drawn(shown).items()},
        "verdict": verdict(run),
        "budget": budget_words(run),
        "compare": "" if shown.kept is None else compare_words(shown.kept, run),
    }


_name = cache(str)  # of a type of numbers: numpy makes it anew each time


def with_buffers(value: Any, *, single: bool = False, once: bool = False) -> Any:
    """The same nested value, arrays as ``{dtype, shape, data}`` with bytes, tuples as lists.

    `single` numbers have half the bytes, where they have room for it. With `once` each array stands
    once; where it comes again there is its first place, {"same": [key, index, …]}.

    Examples
    --------
    >>> t = np.zeros(1)
    >>> with_buffers({"x": (t,), "y": t}, once=True)["y"]
    {'same': ['x', 0]}
    """
    first: _Places = {}

    def walk(value: Any, path: _Path) -> Any:
        if isinstance(value, np.ndarray):
            flat = np.ascontiguousarray(now.in_single(value) if single else value)
            data = flat.tobytes()
            known = first.setdefault((flat.dtype, flat.shape, data), path) if once else path
            if known is not path:
                return {"same": list(known)}
            return {"dtype": _name(flat.dtype), "shape": list(flat.shape), "data": data}
        if isinstance(value, dict):
            return {key: walk(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [walk(item, (*path, k)) for k, item in enumerate(value)]
        return value

    return walk(value, ())
