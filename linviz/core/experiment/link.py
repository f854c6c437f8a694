"""A scenario as the query of a link: ``v=1&dims=5,5,4,3&singular_values=3,2,1&rule=gaussian&...``.

A link is read by eye, written by hand and sent by strangers: its text holds nothing but numbers and
names, and what it asks for goes through the checks of `Scenario` like anything else. Its first word
is the version of this language; a link without one is of the time before there was such a word, and
means the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.fields import FIELDS, SINGULAR_VALUES, Field
from linviz.core.experiment.presets import preset_named, presets
from linviz.core.experiment.scenario import Scenario, with_depth
from linviz.core.model import checks

VERSION = "1"
MAX_LENGTH = 8000
LINKED = tuple(field.name for field in fields(Scenario))
_IN_EVERY_LINK = ("dims", "singular_values", "rule", "scale", "seed")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def to_query(scenario: Scenario, preset: str = "") -> str:
    """Query of the link that opens a scenario; `from_query` reads it back exactly.

    Where a preset is named, the link names it too, and what was changed since.

    Examples
    --------
    >>> to_query(Scenario(dims=(2, 3, 2), singular_values=(2, 0.5)))
    'v=1&dims=2,3,2&singular_values=2,0.5&rule=gaussian&scale=0.1&seed=3'
    """
    usual = [Scenario(), *([presets[preset]] if preset else [])]
    pairs = {"v": VERSION} | ({"preset": preset} if preset else {})
    pairs |= {
        name: _written(getattr(scenario, name))
        for name in LINKED
        if name in _IN_EVERY_LINK or any(getattr(scenario, name) != getattr(c, name) for c in usual)
    }
    unused = SINGULAR_VALUES.name not in scenario.in_use
    if unused and all(scenario.singular_values == c.singular_values for c in usual):
        del pairs["singular_values"]
    return urlencode(pairs, safe=",;")


def from_query(query: str) -> Scenario:
    """Scenario that a link asks for; what it leaves out is as in ``Scenario()``.

    ``preset=NAME`` starts from one of `presets` and ``H=2`` from another depth.

    Raises
    ------
    ValueError
        If a name is unknown or a value is not what its field takes.

    Examples
    --------
    >>> from_query("dims=2,3,2&singular_values=2,0.5&scale=1e-3").scale
    0.001
    >>> from_query("preset=staircase&seed=7").seed
    7
    >>> from_query("scale=big")
    Traceback (most recent call last):
        ...
    ValueError: expected a number for scale, found 'big'
    """
    return from_pairs(pairs_of(query))


def pairs_of(query: str) -> dict[str, str]:
    """Names and values of a query, without its version.

    Raises
    ------
    ValueError
        If it is too long, has too many parts, says something twice or is of another version.

    Examples
    --------
    >>> pairs_of("v=1&seed=7")
    {'seed': '7'}
    """
    if not isinstance(query, str):
        raise ValueError(f"expected a link as text, found {checks.brief(query)}")
    query = query.removeprefix("?")
    if len(query) > MAX_LENGTH:
        raise ValueError(f"expected a link of at most {MAX_LENGTH} characters, found a longer one")
    parts = query.split("&")
    if len(parts) > 60:
        raise ValueError(f"expected a link of at most 60 parts, found {len(parts)}")
    listed = parse_qsl(query, keep_blank_values=True)
    pairs = dict(listed)
    if len(pairs) < len(listed):
        raise ValueError("expected every name in the link once, found one twice")
    version = pairs.pop("v", VERSION)
    if version != VERSION:
        raise ValueError(
            f"expected a link of version {VERSION}, found v={checks.brief(version)}: open it with "
            "the version of linviz that made it, or a newer one"
        )
    return pairs


def from_pairs(pairs: Mapping[str, str]) -> Scenario:
    """Scenario of a link's names and values, see `from_query`."""
    scenario = Scenario()
    for name in pairs:
        if name not in (*LINKED, "preset", "H"):
            raise ValueError(
                f"expected names among preset, H, {', '.join(LINKED)}; found {checks.brief(name)}"
            )
    if "preset" in pairs:
        scenario = preset_named(pairs["preset"])
    if "H" in pairs and "dims" not in pairs:
        scenario = with_depth(scenario, _whole(pairs["H"], "H"))
    given: dict[str, Any] = {
        name: _read(FIELDS[name], pairs[name]) for name in LINKED if name in pairs
    }
    dims = given.get("dims")
    if isinstance(dims, tuple) and dims and not given.keys() & {"singular_values", "data"}:
        s = scenario.singular_values  # as many as outputs, the last one repeated
        n = min(dims[-1], limits.MAX_WIDTH)
        given["singular_values"] = (s + s[-1:] * n)[:n]
    return replace(scenario, **given)


def _written(value: object) -> str:
    """A field as text, with no digit lost and none too many."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, tuple):
        nested = any(isinstance(item, tuple) for item in value)
        if nested:
            return ";".join(_written(layer) or "-" for layer in value)
        return ",".join(_written(item) for item in value)
    return "limit" if value is None else str(value)


def _read(field: Field, text: str) -> object:
    """What a field's text stands for, by its kind; its range is for `Scenario` to judge."""
    name = field.name
    match field.kind:
        case "choice" | "data" | "weights" | "origin":
            return text
        case "flag":
            if text not in ("0", "1"):
                raise ValueError(f"expected 0 or 1 for {name}, found {checks.brief(text)}")
            return text == "1"
        case "widths" | "wholes":
            return tuple(_whole(part, name) for part in text.split(",") if text)
        case "reals":
            return _numbers(text, name)
        case "layers":
            layers = text.split(";") if text else []
            return tuple(_numbers("" if layer == "-" else layer, name) for layer in layers)
        case "whole":
            return _whole(text, name)
        case "horizon" if text == "limit":
            return None
        case "real" | "horizon":
            return _number(text, name)


def _numbers(text: str, name: str) -> tuple[float, ...]:
    return tuple(_number(part, name) for part in text.split(",")) if text else ()


def _number(text: str, name: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"expected a number for {name}, found {checks.brief(text)}")
    return float(text)


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise ValueError(
            f"expected whole numbers for {name}, 0 or larger; found {checks.brief(text)}"
        )
    return int(text)
