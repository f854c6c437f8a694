"""Weights as somebody set them, or as another run left them."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import ORIGIN, SINCE, WEIGHTS
from linviz.core.model.layers import Weights, widths
from linviz.core.model.letters import weights_in
from linviz.core.model.problem import Problem


def _make(
    problem: Problem,
    dims: tuple[int, ...],
    *,
    weights: str,
    origin: str,
    since: float,
    left: Weights | None = None,
) -> Weights:
    """Those written in `weights`; else `left`, which the run `origin` has at the time `since`."""
    if weights:
        return weights_in(weights, dims)
    if left is None:
        raise ValueError(
            "expected the weights set by hand, or a run to go on from, found neither: give "
            "weights=, or origin= and since=, or choose another rule"
        )
    if widths(left) != dims:
        raise ValueError(
            f"expected the widths {widths(left)} of the run to go on from, found {dims}: choose "
            "another rule for the start"
        )
    return left


ENTRY = Entry(
    name="set_by_hand",
    title="As set by hand",
    words="as set by hand",
    make=_make,
    fields=(WEIGHTS, ORIGIN, SINCE),
)
