"""The files that the page offers: the run's numbers, its scenario, figures, and the page itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linviz.core.experiment import export
from linviz.core.experiment.json import scenario_json
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model.checks import one_of
from linviz.core.model.samples import DataSet
from linviz.figures.conversion import to_html, to_json
from linviz.figures.picture import Picture
from linviz.panels import standalone
from linviz.panels.message import Message, pictures
from linviz.panels.shown import Shown

MOST_DOWNLOADED = 40_000_000


def download(
    what: str,
    shown: Shown,
    datasets: Mapping[str, DataSet],
    interrupt: Interrupt = lambda *_: False,
) -> Message:
    """A file for the browser to save.

    Parameters
    ----------
    what : str
        The run as "npz", "csv" (zip) or "json", the page as "html", or one of its pictures for
        plotly, such as "figure:loss".

    Raises
    ------
    ValueError
        If there is no such file, or it is larger than a page can be sent.
    """
    kind, _, panel = what.partition(":")
    if kind == "figure" and panel in (drawn := pictures(shown)):
        return _figure(shown.stem, panel, drawn[panel])
    ending, mime, content = _FILES[one_of(what, "a file", _FILES)]
    name = f"{shown.stem}{ending}"
    filled = content(shown, datasets, interrupt)
    if len(filled) > MOST_DOWNLOADED:
        raise ValueError(
            f"{name} would have {len(filled) / 1e6:.0f} MB, more than a page can be sent "
            f"({MOST_DOWNLOADED / 1e6:.0f} MB): take it in Python, with the code under Share and "
            "lv.run_arrays(run)"
        )
    told = {"type": "download", "what": what, "name": name, "mime": mime}
    return Message(told, (filled,))


def _figure(stem: str, panel: str, picture: Picture) -> Message:
    """One picture as plotly's page; where plotly is not installed, as JSON that it reads."""
    told = {"type": "download", "what": f"figure:{panel}"}
    try:
        page = to_html(picture).encode()
    except ImportError:
        file = {"name": f"{stem}-{panel}.json", "mime": "application/json"}
        return Message(told | file | {"note": _WITHOUT_PLOTLY}, (to_json(picture).encode(),))
    return Message(told | {"name": f"{stem}-{panel}.html", "mime": "text/html"}, (page,))


_WITHOUT_PLOTLY = (
    "plotly is not installed where linviz runs: the figure was saved as JSON. In Python, with "
    "plotly, plotly.io.read_json opens it."
)
_Content = Callable[[Shown, Mapping[str, DataSet], Interrupt], bytes]
_FILES: dict[str, tuple[str, str, _Content]] = {
    "npz": (".npz", "application/octet-stream", lambda shown, *_: export.npz(shown.run)),
    "csv": ("-csv.zip", "application/zip", lambda shown, *_: export.csv(shown.run)),
    "json": (
        ".json",
        "application/json",
        lambda shown, *_: scenario_json(shown.run).encode(),
    ),
    "html": (".html", "text/html", standalone.page),
}
