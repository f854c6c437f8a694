"""Pictures of matrices as SVG: heat maps of one moment, and the network with its weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from linviz.figures import theme
from linviz.figures.diagrams import EDGE_WIDTHS, THICKEST, column, moment, places
from linviz.figures.elements import box, circle, path, stroke, words
from linviz.figures.picture import Heat, Network, Picture

MOST_CELLS = 1200  # in a picture: more would be too fine, and too long a text
SHADES = 20  # on each side of zero


def drawable(picture: Picture) -> bool:
    """Whether its matrices are so small that each entry can be seen."""
    network = picture["network"]
    parts = [*picture["heats"], *(network["edges"] if network else [])]
    return 0 < sum(int(part["values"][0].size) for part in parts) <= MOST_CELLS


def cells(picture: Picture, width: float, height: float, size: float) -> list[str]:
    """The matrices, or the network, at the last moment, in a frame of that size.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> from linviz.figures.matrices import matrices_picture
    >>> picture = matrices_picture(run(Scenario(dims=(1, 1), singular_values=(2,))))
    >>> drawable(picture), any(">W₁<" in part for part in cells(picture, 300, 200, 12))
    (True, True)
    """
    network = picture["network"]
    if network is not None:
        return _network(network, width, height, size)
    parts = []
    for heat, (left, right), (low, high) in places(picture["heats"]):
        room = left * width, (1 - high) * height, right * width, (1 - low) * height
        parts += _heat(heat, room, size)
    return parts


def _heat(heat: Heat, room: tuple[float, float, float, float], size: float) -> list[str]:
    """Each entry a square; one that counts as zero is paper."""
    matrix = moment(heat)
    rows, columns = matrix.shape
    left, top, right, bottom = room
    side = min((right - left) / columns, (bottom - top) / rows)
    x, y = (left + right - side * columns) / 2, (top + bottom - side * rows) / 2
    share = np.clip(matrix / (heat["limit"] or 1.0), -1, 1)
    share[np.abs(matrix) <= heat["floor"]] = 0
    parts = [
        words(_title(heat["title"]), (left + right) / 2, y - 0.2 * size, size, baseline="bottom")
    ]
    for (i, j), value in np.ndenumerate(share):
        shade = round(SHADES * float(value))
        if shade:
            d = box(x + j * side, y + i * side, x + (j + 1) * side, y + (i + 1) * side)
            color = theme.POSITIVE if shade > 0 else theme.NEGATIVE
            parts.append(f'<path d="{d}" fill="{color}" fill-opacity="{abs(shade) / SHADES}"/>')
    edge = box(x, y, x + side * columns, y + side * rows)
    return [*parts, f'<path d="{edge}" {stroke(theme.BORDER, 1.0)}/>']


def _title(title: str) -> str:
    name, _, index = title.partition("_")
    return name + index.translate(_LOWERED)


def _network(network: Network, width: float, height: float, size: float) -> list[str]:
    """Columns of neurons, edges below them: as wide as their weights are large."""
    neurons, edges = network["neurons"], network["edges"]
    columns = [column(each) for each in neurons]
    across = [(0.08 + 0.84 * j / len(edges)) * width for j in range(len(neurons))]
    down = [[(0.5 - 0.85 * h) * height for h in heights] for _, heights in columns]
    parts = []
    for j, (layer, (before, after)) in enumerate(zip(edges, pairwise(columns), strict=True)):
        W = moment(layer)[np.ix_(after[0], before[0])]
        for (i, k), weight in np.ndenumerate(W):
            wide = round(EDGE_WIDTHS * abs(float(weight)) / (layer["limit"] or 1.0))
            if abs(weight) < layer["floor"] or weight == 0:
                continue
            color = theme.POSITIVE if weight > 0 else theme.NEGATIVE
            line = path([(across[j], down[j][k]), (across[j + 1], down[j + 1][i])])
            look = stroke(color, THICKEST * max(1, wide) / EDGE_WIDTHS)
            parts.append(f'<path d="{line}" {look}{"" if weight > 0 else DASHED}/>')
    for j, each in enumerate(neurons):
        look = f'fill="{theme.PAPER}" stroke="{theme.INK}"'
        parts += [f'<path d="{circle(across[j], y, 0.4 * size)}" {look}/>' for y in down[j]]
        parts.append(words(f"{each['name']} = {each['count']}", across[j], height - size, size))
    return parts


DASHED = ' stroke-dasharray="4 3"'
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
