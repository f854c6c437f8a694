"""Weights ε beside a saddle: the critical point that misses chosen modes, and a little noise."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import MISSED, SCALE, SEED, SINGULAR_VALUES
from linviz.core.model import initialization
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Problem


def _make(
    problem: Problem, dims: tuple[int, ...], *, scale: float, missed: tuple[int, ...], seed: int
) -> Weights:
    r""":math:`W_j + \varepsilon\,\Xi_j` with W critical and balanced, Gaussian entries in Ξ_j."""
    from linviz.core.landscape.critical_points import critical_point  # brings scipy with it

    saddle = critical_point(problem, dims, missed)
    noise = initialization.gaussian(dims, scale, seed=seed)
    return tuple(Wj + Xj for Wj, Xj in zip(saddle, noise, strict=True))


ENTRY = Entry(
    name="near_saddle",
    title="Beside a saddle, ε away",
    words="beside a saddle",
    make=_make,
    fields=(SCALE, MISSED, SEED),
    lines=(SCALE,),
    roots=(SINGULAR_VALUES,),
    sees_target=True,
)
