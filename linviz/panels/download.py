"""The files that the page offers: the run's numbers, its scenario, and the page itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linviz.core.experiment import export
from linviz.core.experiment.json import scenario_json
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model.checks import brief
from linviz.core.model.data import DataSet
from linviz.panels import standalone
from linviz.panels.message import Message
from linviz.panels.shown import Shown

MOST_BYTES = 40_000_000


def download(
    what: str,
    shown: Shown,
    datasets: Mapping[str, DataSet],
    interrupt: Interrupt = lambda *_: False,
) -> Message:
    """A file for the browser to save: the run as "npz", "csv" (zip), "json", or the page as "html".

    Raises
    ------
    ValueError
        If there is no such file, or it is larger than a page can be sent.
    """
    if what not in _FILES:
        raise ValueError(f"expected a file among {', '.join(_FILES)}; found {brief(what)}")
    name, mime, content = _FILES[what]
    filled = content(shown, datasets, interrupt)
    if len(filled) > MOST_BYTES:
        raise ValueError(
            f"{name} would have {len(filled) / 1e6:.0f} MB, more than a page can be sent "
            f"({MOST_BYTES / 1e6:.0f} MB): take it in Python, with the code under Share and "
            "lv.run_arrays(run)"
        )
    told = {"type": "download", "what": what, "name": name, "mime": mime}
    return Message(told, (filled,))


_Content = Callable[[Shown, Mapping[str, DataSet], Interrupt], bytes]
_FILES: dict[str, tuple[str, str, _Content]] = {
    "npz": ("linviz.npz", "application/octet-stream", lambda shown, *_: export.npz(shown.run)),
    "csv": ("linviz-csv.zip", "application/zip", lambda shown, *_: export.csv(shown.run)),
    "json": (
        "linviz.json",
        "application/json",
        lambda shown, *_: scenario_json(shown.run).encode(),
    ),
    "html": ("linviz.html", "text/html", standalone.page),
}
