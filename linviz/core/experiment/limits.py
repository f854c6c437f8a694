"""What a scenario may ask for: the sizes that it is held to."""

from __future__ import annotations

from collections.abc import Sequence

from linviz.core.model.checks import as_float, brief, real, whole
from linviz.core.model.layers import n_parameters
from linviz.core.model.tolerances import LEAST_HORIZON

MAX_HIDDEN_LAYERS = 16
MAX_WIDTH = 128
MAX_PARAMETERS = 3000
MAX_BY_HAND = 300  # weights: as many as a link has room for
MAX_LETTERS = MAX_BY_HAND * 11  # of their text
MAX_ORIGIN = 4000  # letters of the link of a run that another goes on from
MAX_ORIGINS = 4  # runs, one going on from the other: each is made again
MAX_SINGULAR_VALUE = 1000.0
MAX_SCALE = 10.0
MAX_STARTS = 100_000  # of a study on the page
MIN_TIME, MAX_TIME = LEAST_HORIZON, 1e9


def reals(values: object, name: str, low: float, high: float) -> tuple[float, ...]:
    """The values, at most `MAX_WIDTH` of them, as finite numbers from low to high."""
    return tuple(real(v, f"{name} {k + 1}", low, high) for k, v in enumerate(listed(values, name)))


def listed(values: object, name: str) -> Sequence[object]:
    """The values if they are a list of at most `MAX_WIDTH` items."""
    if not isinstance(values, tuple | list) or len(values) > MAX_WIDTH:
        raise ValueError(
            f"expected a list with at most {MAX_WIDTH} items ({name}), found {brief(values)}"
        )
    return values


def layer_widths(dims: object) -> tuple[int, ...]:
    """The widths (d_0, ..., d_{H+1}) of a network that is not too large."""
    values = listed(dims, "widths")
    if not 2 <= len(values) <= MAX_HIDDEN_LAYERS + 2:
        raise ValueError(
            f"expected 0 to {MAX_HIDDEN_LAYERS} hidden layers, that is 2 to "
            f"{MAX_HIDDEN_LAYERS + 2} widths, found {len(values)} widths"
        )
    widths = tuple(whole(d, f"width d_{i}", 1, MAX_WIDTH) for i, d in enumerate(values))
    if n_parameters(widths) > MAX_PARAMETERS:
        raise ValueError(
            f"expected at most {MAX_PARAMETERS} weights in all, found {n_parameters(widths)} for "
            f"the widths {widths}: make a layer narrower (the library itself takes any size)"
        )
    return widths


def horizon(t_end: object) -> float | None:
    """The time at which a run ends, or None for the limit point."""
    if t_end is None:
        return None
    number = as_float(t_end)
    if not 0 < number <= MAX_TIME:
        raise ValueError(
            f"expected a horizon in (0, {MAX_TIME:g}], or None to run to the limit, "
            f"found {brief(t_end)}"
        )
    if number < MIN_TIME:  # steps below the resolution of the integrator's clock
        raise ValueError(f"expected a horizon of at least {MIN_TIME:g}, found {brief(t_end)}")
    return number
