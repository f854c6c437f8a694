"""Gradient descent, from the same weights, as long as the flow lasts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import (
    LABEL_NOISE,
    MOMENTUM,
    SEED,
    STEP,
    WEIGHT_DECAY,
)

if TYPE_CHECKING:
    from linviz.core.flow.trajectory import Interrupt, Trajectory

MAX_STEPS = 20_000


def step_size(flow: Trajectory, step: float) -> float:
    """The given multiple of the critical step of the flow's network."""
    from linviz.core.theory.sharpness import critical_step

    critical = critical_step(flow.problem, len(flow.W))
    return step * (critical if math.isfinite(critical) else 1.0)


def _make(
    flow: Trajectory,
    *,
    step: float,
    momentum: float,
    weight_decay: float,
    label_noise: float,
    seed: int,
    interrupt: Interrupt | None = None,
) -> Trajectory:
    from linviz.core.flow.descent import gradient_descent

    size = step_size(flow, step)
    return gradient_descent(
        flow.problem,
        flow.start,
        step=size,
        n_steps=max(1, min(MAX_STEPS, math.ceil(float(flow.t[-1]) / size))),
        weight_decay=weight_decay,
        momentum=momentum,
        label_noise=label_noise,
        seed=seed,
        interrupt=interrupt,
    )


ENTRY = Entry(
    name="descent",
    title="gradient descent",
    words="gradient descent",
    short="Descent",
    make=_make,
    fields=(STEP, MOMENTUM, WEIGHT_DECAY, LABEL_NOISE, SEED),
    idle=((SEED, LABEL_NOISE),),
)
