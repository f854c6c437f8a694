"""What to try next in the room of many starts: cards, each with the edits that it makes."""

from __future__ import annotations

from typing import Any

from linviz.core.experiment.scenario import Scenario
from linviz.core.model.initialization import balanced, gaussian, sphere

MOST_LAYERS_TRIED = 3  # hidden layers that a card leads to


def tries(scenario: Scenario) -> list[dict[str, Any]]:
    """Title, what is to be seen, and the edits of each card.

    Examples
    --------
    >>> [card["title"] for card in tries(Scenario(rule="balanced"))]
    ['One layer more', 'Three scalars on a sphere']
    """
    cards = []
    if scenario.rule != balanced.__name__ and scenario.H > 0:
        edits = _balanced(scenario)
        cards.append(_card("Balanced starts", "a null set: half of them get stuck", edits))
    if scenario.H < MOST_LAYERS_TRIED:
        deeper = [*_drawn(gaussian.__name__, 0.1), _edit("H", scenario.H + 1)]
        cards.append(_card("One layer more", "theory: not known", deeper))
    if scenario.rule != sphere.__name__:
        cards.append(
            _card("Three scalars on a sphere", "a flat saddle: a power law", _scalars(scenario))
        )
    return cards


def _balanced(scenario: Scenario) -> list[dict[str, Any]]:
    """Square layers: balanced ones keep the sign of det P."""
    least = min(scenario.dims[0], scenario.dims[-1])
    square = [_edit("width", least, j) for j in range(len(scenario.dims))]
    return [*square, *_drawn(balanced.__name__, 0.5)]


def _scalars(scenario: Scenario) -> list[dict[str, Any]]:
    """Widths 1 throughout, the output's first: the input may not be narrower."""
    return [
        _edit("width", 1, len(scenario.dims) - 1),
        _edit("H", 2),
        *(_edit("width", 1, j) for j in range(3)),
        _edit("singular_value", 1.0, 0),
        *_drawn(sphere.__name__, 1.0),
    ]


def _drawn(rule: str, scale: float) -> list[dict[str, Any]]:
    return [_edit("rule", rule), _edit("scale", scale)]


def _edit(field: str, value: Any, *index: int) -> dict[str, Any]:
    return {"field": field, "value": value, "index": list(index)}


def _card(title: str, seen: str, edits: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "seen": seen, "edits": edits}
