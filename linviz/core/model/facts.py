"""What a record says of itself: one line, and a small table where a notebook shows HTML.

A record gives its facts, a few words for each: what it is, its size, its state; never arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

MOST_WIDTHS = 8

# the notebook's own colors, whichever its theme: nothing here is white, black or gray
_TABLE = "border-collapse:collapse;background:transparent;color:inherit;margin:0.5em 0"
_CELL = "text-align:left;vertical-align:top;padding:0.1em 0.8em 0.1em 0"


def one_line(name: str, facts: Mapping[str, str]) -> str:
    """The facts in one line, as a record's `repr`.

    Examples
    --------
    >>> one_line("Trajectory", {"widths": "3-4-2", "status": "converged"})
    'Trajectory(widths=3-4-2, status=converged)'
    """
    return f"{name}({', '.join(f'{key}={value}' for key, value in facts.items())})"


def html_table(name: str, facts: Mapping[str, str]) -> str:
    """The facts as an HTML table, escaped, in the colors of the page that it stands in.

    Examples
    --------
    >>> html_table("Spectrum", {"zero": "|λ| < 1"}).count("&lt;")
    1
    """
    rows = "".join(
        f'<tr><th scope="row" style="{_CELL};font-weight:normal;opacity:0.75">{escape(key)}</th>'
        f'<td style="{_CELL}">{escape(value)}</td></tr>'
        for key, value in facts.items()
    )
    caption = f'<caption style="text-align:left;color:inherit"><b>{escape(name)}</b></caption>'
    return f'<table style="{_TABLE}">{caption}<tbody>{rows}</tbody></table>'


def chain(dims: Sequence[int], joint: str = "-") -> str:
    """Widths in order, input first; of many layers both ends.

    Examples
    --------
    >>> chain((5, 5, 3)), chain(range(1, 13))
    ('5-5-3', '1-2-3-4-…-11-12')
    """
    if len(dims) <= MOST_WIDTHS:
        return joint.join(map(str, dims))
    return joint.join(map(str, (*dims[:4], "…", *dims[-2:])))
