"""Nodes of a tree of critical values as rows of pips: in plotly's terms, and in SVG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linviz.figures import theme
from linviz.figures.elements import circle, stroke, words
from linviz.figures.landscape import Node, Tree

Spec = dict[str, Any]
Place = Callable[[float], float]

ON_WAY, OFF_WAY = 0.74, 0.5  # of the type: a pip on the way of the run and off it
PITCH = 1.25  # from pip to pip, of their size
MOST_PIPS = 8  # of more modes the learned ones are written


def notes(tree: Tree) -> list[Spec]:
    """Annotations of plotly, one for each row of pips, framed, with the ways down beside it."""
    found = []
    for node in _rows(tree):
        pips = "".join(
            f'<span style="color:{color}">●</span>' if known else "○"
            for known, color in _pips(node, tree)
        )
        text = brief(node["learned"], tree["modes"]) if tree["modes"] > MOST_PIPS else pips
        told = down(node)
        found.append(
            {
                "text": f"{text} {told}" if told else text,
                "x": float(len(node["learned"])),
                "y": node["level"],
                "showarrow": False,
                "bgcolor": theme.PAPER,
                "bordercolor": theme.INK if node["turn"] >= 0 else theme.GRID,
                "borderpad": 2,
                "hovertext": node["name"],
            }
        )
    return found


def drawn(tree: Tree, x: Place, y: Place, size: float) -> list[str]:
    """SVG of every node, given pixels of a number of modes and of a loss."""
    rows = _rows(tree)
    others = [node for node in tree["nodes"] if node not in rows]
    parts = [
        _dot(x(len(node["learned"])), y(node["level"]), 0.12 * size, theme.FAINT) for node in others
    ]
    for node in sorted(rows, key=lambda node: node["turn"] >= 0):
        parts += _row(node, tree, (x(len(node["learned"])), y(node["level"])), size)
    return parts


def down(node: Node) -> str:
    """What is said beside a node: its ways down, or that it is flat, or the minimum."""
    if node["kind"] == "minimum":
        return "minimum"
    if node["kind"] == "flat saddle":
        return "flat"
    return "" if node["down"] is None else f"▼ {node['down']}"


def brief(learned: list[int], modes: int) -> str:
    """The learned modes, neighbors together.

    Examples
    --------
    >>> brief([1, 2, 3, 5], 9), brief([], 9), brief([1, 2], 2)
    ('1–3, 5', 'none', 'all 2')
    """
    if not learned or len(learned) == modes:
        return f"all {modes}" if learned else "none"
    ends: list[list[int]] = []
    for k in learned:
        if ends and ends[-1][1] == k - 1:
            ends[-1][1] = k
        else:
            ends.append([k, k])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in ends)


def _rows(tree: Tree) -> list[Node]:
    """Nodes that are drawn as rows: all of a small tree, else those on the way of the run."""
    whole = tree["modes"] <= tree["pills"]
    return [node for node in tree["nodes"] if whole or node["turn"] >= 0]


def _pips(node: Node, tree: Tree) -> list[tuple[bool, str]]:
    """Whether each mode is learned, and its color."""
    return [(k + 1 in node["learned"], color) for k, color in enumerate(tree["colors"])]


def _row(node: Node, tree: Tree, at: tuple[float, float], size: float) -> list[str]:
    (x, y), on_way, modes = at, node["turn"] >= 0, tree["modes"]
    across = (ON_WAY if on_way else OFF_WAY) * size
    tall, many = 0.95 * across, modes > MOST_PIPS
    text = brief(node["learned"], modes)
    half = (0.34 * len(text) + 0.6) * 1.5 * across
    if not many:
        half = PITCH * modes * across / 2 + 0.45 * across
    d = f"M{x - half + tall:.2f} {y - tall:.2f}H{x + half - tall:.2f}"
    d += f"A{tall:.2f} {tall:.2f} 0 0 1 {x + half - tall:.2f} {y + tall:.2f}"
    d += f"H{x - half + tall:.2f}A{tall:.2f} {tall:.2f} 0 0 1 {x - half + tall:.2f} {y - tall:.2f}Z"
    border = theme.INK if on_way else theme.GRID
    frame = stroke(border, 1.8 if on_way else 1.0).removeprefix('fill="none" ')
    parts = [f'<path d="{d}" fill="{theme.PAPER}" {frame}/>']
    if many:
        parts.append(words(text, x, y, 1.5 * across, baseline="middle"))
    for k, (known, color) in enumerate([] if many else _pips(node, tree)):
        place = x + (k - (modes - 1) / 2) * PITCH * across
        parts.append(_dot(place, y, 0.46 * across, color if known else "", theme.BORDER))
    if told := down(node):
        beside = x + half + 0.45 * size
        parts.append(words(told, beside, y, 0.92 * size, align="left", baseline="middle"))
    return parts


def _dot(x: float, y: float, r: float, color: str, border: str = "") -> str:
    """A filled circle, or an empty one with a border."""
    look = f'fill="{color.lower()}"' if color else stroke(border, 1.0)
    return f'<path d="{circle(x, y, r)}" {look}/>'
