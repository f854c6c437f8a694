"""The critical values of the loss as a tree: what is learned at each, and the way of the run."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.geometry import CriticalTree
from linviz.core.model.words import plural, written
from linviz.figures import theme
from linviz.figures.conversion import to_plotly
from linviz.figures.height import ladder, tree_axis
from linviz.figures.landscape import Node, Tree
from linviz.figures.picture import Curve, Line, Picture, axis, curve, level, pane

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_PILLS = 4  # modes: of more, only the way of the run and what is beside it are rows of pips
AROUND = 0.6  # beside the first and the last column, in columns


def tree_figure(run: Run, *, compare: Run | None = None) -> go.Figure:
    r"""Critical values :math:`L_{res} + \tfrac12\sum_{i\notin J}s_i^2` as a tree of learned modes.

    Each row of pips is a set J of learned modes, at its loss; a line learns one mode more. The way
    of the run is black; ▼ counts the ways down at each. The axis is that of `loss_figure`.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> figure = tree_figure(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    >>> len(figure.layout.annotations)
    4
    """
    return to_plotly(tree_picture(run, compare=compare))


def tree_picture(run: Run, *, compare: Run | None = None) -> Picture:
    """Picture of `tree_figure`."""
    tree = run.tree
    most = len(tree.nodes[-1].learned)
    columns = axis("modes learned", "modes", "linear", (-AROUND, max(1, most) + AROUND))
    heights = tree_axis(run, compare=compare)
    levels = [level(value, _LEVEL, f"critical value {written(value)}") for value in ladder(run)]
    way = [tree.find(stay.learned) for stay in run.stays]
    return {
        "panes": [pane(columns | {"whole": True}, heights)],
        "levels": levels,
        "curves": _edges(tree, way),
        "marks": [],
        "texts": [],
        "heats": [],
        "network": None,
        "tree": _tree(run, tree, way),
        "table": {"rows": "points", "kind": "critical point"},
    }


def _tree(run: Run, tree: CriticalTree, way: list[int]) -> Tree:
    """The nodes and the edges, with modes counted from 1."""
    spent, length = [0.0 for _ in tree.nodes], float(np.ptp(run.trajectory.t)) or 1.0
    for stay, k in zip(run.stays, way, strict=True):
        spent[k] += (stay.end - stay.start) / length
    turns = {k: turn for turn, k in enumerate(way)}
    nodes: list[Node] = [
        {
            "learned": [k + 1 for k in node.learned],
            "level": node.level,
            "down": None if node.inertia is None else node.inertia[0],
            "kind": node.kind,
            "name": node.name,
            "spent": spent[k],
            "turn": turns.get(k, -1),
        }
        for k, node in enumerate(tree.nodes)
    ]
    modes = sum(map(len, tree.groups))
    return {
        "nodes": nodes,
        "edges": list(tree.edges),
        "modes": modes,
        "count": tree.count,
        "pills": MOST_PILLS,
        "ties": [[k + 1 for k in group] for group in tree.groups if len(group) > 1],
        "colors": [theme.mode_color(k, modes) for k in range(modes)],
    }


def _edges(tree: CriticalTree, way: list[int]) -> list[Curve]:
    """One line for each edge of a tree that is whole and small, and the way of the run."""
    small = tree.whole and sum(map(len, tree.groups)) <= MOST_PILLS
    pairs = [(pair, _EDGE, "one mode more") for pair in (tree.edges if small else ())]
    pairs += [(pair, _WAY, "way of the run") for pair in pairwise(way)]
    lines = []
    for pair, line, name in pairs:
        ends = sorted((len(tree.nodes[k].learned), tree.nodes[k].level) for k in pair)
        x, y = np.array(ends).T
        lines.append(curve(x, y, line, name, marker=None))
    return lines


def tree_words(run: Run) -> str:
    """How many kinds of rest there are, and what is drawn of them.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> tree_words(run(Scenario(dims=(2, 2, 2), singular_values=(2, 1))))
    '4 kinds of rest; filled = learned.'
    """
    tree = run.tree
    if run.scenario.H == 0:
        return "No hidden layer: one minimum."
    if sum(map(len, tree.groups)) <= MOST_PILLS:
        return f"{plural(tree.count, 'kind')} of rest; filled = learned."
    return f"{plural(tree.count, 'kind')} of rest; the route and its neighbors."


_LEVEL: Line = {"color": theme.FAINT, "dash": "dot", "width": 1.5}
_EDGE: Line = {"color": theme.GRID, "dash": "solid", "width": 1}
_WAY: Line = {"color": theme.INK, "dash": "solid", "width": 3}
