"""How a run is shown: axes, panels, controls, size and theme; it changes no number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from linviz.core.model.checks import brief
from linviz.panels.control import CONTROLS
from linviz.panels.panel import PANELS, USUAL

COLORS = ("auto", "light", "dark")
MATRICES = ("weights", "invariants")
HESSIANS = ("now", "limit")
LATEST_SHOWN = 1e300  # a moment beyond it is none
ROOMS = ("run", "space", "starts")
ROOM_TEXT = re.compile(r"[A-Za-z0-9_.,:;~!*()-]{0,600}")
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class View:
    """What of a run is on the screen.

    Attributes
    ----------
    log_loss, log_time : bool
    panels : names among `PANELS`
        Those shown, in the page's own order.
    hidden : names among `CONTROLS`
        Controls that are not shown.
    lecture : bool
        Large type and lines, for the last row.
    embed : bool
        Within another page: no header, no controls, only the panels and the time bar.
    colors : "auto", "light" or "dark"
        "auto" is what the computer prefers.
    matrices : "weights" or "invariants"
        What the heat maps show.
    hessian : "now" or "limit"
        Whose eigenvalues are shown: at the moment shown, or at the limit.
    t : float or None
        The moment at which it opens; None: at the start, and it plays once to its end.
    speed : one of `SPEEDS`
        How fast a run is played.
    room : one of `ROOMS`
        What the page shows: one run, the space in which it moves, or many starts.
    space, starts : str
        What is open in those rooms, as they write it: at most 600 letters, digits and marks.

    Raises
    ------
    ValueError
        If a field is not what it may be.

    Examples
    --------
    >>> View(panels=("modes", "loss")).panels
    ('loss', 'modes')
    """

    log_loss: bool = False
    log_time: bool = False
    panels: tuple[str, ...] = USUAL
    hidden: tuple[str, ...] = ()
    lecture: bool = False
    embed: bool = False
    colors: str = "auto"
    matrices: str = "weights"
    hessian: str = "now"
    t: float | None = None
    speed: float = 1.0
    room: str = "run"
    space: str = ""
    starts: str = ""

    def __post_init__(self) -> None:
        checked: dict[str, Any] = {
            "log_loss": bool(self.log_loss),
            "log_time": bool(self.log_time),
            "lecture": bool(self.lecture),
            "embed": bool(self.embed),
            "panels": _chosen(self.panels, tuple(PANELS), "panels"),
            "hidden": _chosen(self.hidden, tuple(CONTROLS), "controls"),
            "colors": _one(self.colors, COLORS, "colors"),
            "matrices": _one(self.matrices, MATRICES, "matrices"),
            "hessian": _one(self.hessian, HESSIANS, "the moment of the Hessian"),
            "speed": float(_one(self.speed, SPEEDS, "a speed")),
            "room": _one(self.room, ROOMS, "a room"),
            "space": _room_text(self.space, "space"),
            "starts": _room_text(self.starts, "starts"),
        }
        if not checked["panels"]:
            raise ValueError(f"expected at least one panel among {', '.join(PANELS)}; found none")
        t = self.t
        if t is not None:
            if isinstance(t, bool) or not isinstance(t, int | float) or not abs(t) <= LATEST_SHOWN:
                raise ValueError(f"expected the moment shown as a number, found {brief(t)}")
            checked["t"] = float(t)
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def content(self) -> dict[str, Any]:
        """The fields as plain values, for a message."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"panels": list(self.panels), "hidden": list(self.hidden)}


def changed(view: View, **given: Any) -> View:
    """View with some fields replaced by what came from outside; other names are refused.

    Raises
    ------
    ValueError
        If a name or a value is none that a view takes.
    """
    for name in given:
        _one(name, VIEWED, "a part of the view")
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return replace(view, **given | lists)


def to_pairs(view: View) -> dict[str, str]:
    """What a link says of a view: the fields that differ from the default.

    Examples
    --------
    >>> to_pairs(View(log_loss=True, hidden=("seed", "scale")))
    {'log_loss': '1', 'hidden': 'scale,seed'}
    """
    default = View()
    changed = {
        field.name: getattr(view, field.name)
        for field in fields(View)
        if getattr(view, field.name) != getattr(default, field.name)
    }
    return {name: _text(value) for name, value in changed.items()}


def from_pairs(pairs: Mapping[str, str], start: View | None = None) -> View:
    """View that a link's names and values ask for; what it leaves out is as in `start`.

    Raises
    ------
    ValueError
        If a value is not what its name takes.
    """
    given: dict[str, Any] = (start or View()).content()
    for name in given.keys() & pairs.keys():
        text = pairs[name]
        if name in ("log_loss", "log_time", "lecture", "embed"):
            given[name] = _one(text, ("0", "1"), name) == "1"
        elif name in ("panels", "hidden"):
            given[name] = tuple(filter(None, text.split(",")))
        elif name in ("t", "speed"):
            given[name] = _number(text, name)
        else:
            given[name] = text
    return View(**given)


VIEWED = tuple(field.name for field in fields(View))


def _chosen(items: Any, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The known names among those chosen, in their own order."""
    if not isinstance(items, tuple | list) or len(items) > 100:
        raise ValueError(f"expected a list of {what}, found {brief(items)}")
    for item in items:
        _one(item, known, what)
    return tuple(name for name in known if name in items)


def _one(value: Any, known: tuple[Any, ...], what: str) -> Any:
    if isinstance(value, bool) or value not in known:
        listed = ", ".join(str(item) for item in known)
        raise ValueError(f"expected {what} among {listed}; found {brief(value)}")
    return value


def _room_text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not ROOM_TEXT.fullmatch(value):
        raise ValueError(
            f"expected what is open in the room {name} as at most 600 of A-Z, a-z, 0-9 and "
            f"_.,:;~!*()-, found {brief(value)}; leave {name}= out to open it afresh"
        )
    return value


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"expected a number for {name}, found {brief(text)}") from None


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return str(int(value)) if isinstance(value, bool) else str(value)
