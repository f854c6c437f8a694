"""The settings of a sweep: what is asked in each, over scales, widths and depths."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from linviz.core.model import checks
from linviz.core.starts.measurement import watched
from linviz.core.starts.share import Study

MOST_SETTINGS = 1000


def settings_of(
    base: Study, scales: Sequence[float], widths: Sequence[int], depths: Sequence[int]
) -> list[Study]:
    """What is asked in each setting, of which `base` has what does not change."""
    dims, hidden = base.dims, base.dims[1:-1]
    listed = [
        checks.items(each, f"{name}, as {example}")
        for each, name, example in (
            (scales, "scales", "(0.1, 0.01)"),
            (widths, "widths", "(2, 3)"),
            (depths, "depths", "(1, 2)"),
        )
    ]
    sizes = [checks.positive(each, "a scale") for each in listed[0]] or [base.scale]
    wide = [checks.whole(each, "a width", 1) for each in listed[1]] or [0]
    deep = [checks.whole(each, "a depth", 0, 1000) for each in listed[2]] or [-1]
    if not hidden and (max(wide) > 0 or max(deep) > 0):
        raise ValueError(
            f"expected hidden layers, whose width or number is to change, found widths {dims}"
        )
    if len(sizes) * len(wide) * len(deep) > MOST_SETTINGS:
        raise ValueError(
            f"expected at most {MOST_SETTINGS} settings, found {len(sizes) * len(wide) * len(deep)}"
        )
    found = []
    for H, width, size in itertools.product(deep, wide, sizes):
        layers = hidden if H < 0 else (max(hidden, default=1),) * H
        layers = (width,) * len(layers) if width else layers
        each = replace(base, dims=(dims[0], *layers, dims[-1]), scale=size)
        found.append(replace(each, watched=watched(base.problem, each.dims)))
    return found
