"""Where the run is at each moment, as the page reads it: stays, sentences, counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.landscape.stays import Stay
from linviz.core.statements.now import telling
from linviz.core.statements.phrases import stay_name

UNKNOWN = -1


def content(run: Run) -> dict[str, Any]:
    """For each frame the stay, the sentence and the Hessian's counts; modes counted from 1.

    Counts are those of the stay's critical point; -1 where they are not known, or while the loss
    falls, until the eigenvalues are there.
    """
    course, said = run.course, telling(run)
    unknown = (UNKNOWN,) * 3
    counts = np.array([*(stay.inertia or unknown for stay in course.stays), unknown], np.int32)
    return {
        "stays": [_stay(stay) for stay in course.stays],
        "stay": course.stay,
        "sentences": said.sentences,
        "texts": [
            {"headline": told.headline, "facts": told.facts, "short": told.short}
            for told in said.texts
        ],
        "values": {name: np.float32(values) for name, values in said.values.items()},
        "counts": counts[course.stay],
    }


def _stay(stay: Stay) -> dict[str, Any]:
    down, flat, up = stay.inertia or (None, None, None)
    return {
        "from": stay.start,
        "to": stay.end,
        "learned": [k + 1 for k in stay.learned],
        "missed": [k + 1 for k in stay.missed],
        "kind": stay.kind,
        "level": stay.level,
        "down": down,
        "flat": flat,
        "up": up,
        "name": stay_name(stay),
    }
