"""The page as one file: it works from a disk, in any browser, without a server or a network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import Any

import linviz
from linviz.core.experiment.json import scenario_json
from linviz.core.experiment.run import run
from linviz.core.flow.trajectory import Interrupt
from linviz.core.model.samples import DataSet
from linviz.panels import bundle
from linviz.panels.document import document
from linviz.panels.link import Link
from linviz.panels.message import message, pictures, with_buffers
from linviz.panels.shown import Shown
from linviz.panels.spectra import packed as packed_spectra
from linviz.panels.spectra import spectra
from linviz.panels.study import packed, study
from linviz.panels.view import changed


def page(shown: Shown, datasets: Mapping[str, DataSet], interrupt: Interrupt) -> bytes:
    """HTML file of the run shown: time, axes, tables, pictures and theory work in it."""
    code = escape(shown.run.scenario.code)
    return document(
        "linviz-file",
        _POLICY,
        title="linviz",
        data=stored(shown, datasets, interrupt),
        script=bundle.standalone_script(),
        noscript=f" The code that computes this page:<pre>{code}</pre>",
    )


def stored(shown: Shown, datasets: Mapping[str, DataSet], interrupt: Interrupt) -> bytes:
    """What a page shows of a run where no Python answers: JSON and bytes."""
    later = [packed(study(shown.run, interrupt), shown.run_id)]
    later.append(packed_spectra(spectra(shown.run, interrupt, shown.kept), shown.run_id))
    shown_content = message(shown, datasets)
    data = {
        "run": shown_content,
        "pictures": _pictures(shown),
        "later": [{"message": each.content, "buffers": list(each.buffers)} for each in later],
        "json": scenario_json(shown.run).encode(),
        "note": f"Saved with linviz {linviz.__version__}: time, axes, tables and pictures work, "
        + ("some controls too" if shown_content["preview"] else "the scenario is fixed")
        + ". Share shows the code that runs it anew.",
    }
    return _packed(data)


def stored_screen(screen: Link) -> bytes:
    """The same of the screen that a link leads to."""
    kept = None if screen.kept is None else run(screen.kept)
    shown = Shown(run(screen.scenario), kept, screen.preset, screen.view)
    return stored(shown, {}, lambda *_: False)


def _pictures(shown: Shown) -> dict[str, Any]:
    """The pictures on every pair of axes, by "loss time" in zeros and ones."""
    return {
        f"{log_loss}{log_time}": with_buffers(
            pictures(
                replace(
                    shown,
                    view=changed(shown.view, log_loss=bool(log_loss), log_time=bool(log_time)),
                )
            ),
            once=True,
        )
        for log_loss in (0, 1)
        for log_time in (0, 1)
    }


def _packed(data: dict[str, Any]) -> bytes:
    """A line of JSON, {"sizes": […], "data": …}, and after it all bytes of the data.

    Each stands there once: all curves of a picture have the same moments, and on a log axis of
    time they are those of the linear one without the first. Of numbers of 8 bytes the first bytes
    come first, then all second ones: so they are a fifth smaller when they are compressed.
    """
    kept: list[bytes] = []
    places: dict[bytes, dict[str, int]] = {}
    for item in sorted(set(_bytes(data)), key=lambda item: (-len(item), item)):
        k = next((k for k, other in enumerate(kept) if other.endswith(item)), len(kept))
        if k == len(kept):
            kept.append(item)
        places[item] = {"bytes": k, "from": len(kept[k]) - len(item)}
    told = {"sizes": [len(item) for item in kept], "data": data}
    head = json.dumps(told, default=places.__getitem__, ensure_ascii=False).encode()
    return b"\n".join([head, b"".join(item[k::8] for item in kept for k in range(8))])


def _bytes(value: Any) -> Iterator[bytes]:
    """All bytes within a nested value."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _bytes(item)


_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'"
)
