"""Rules for the weights at time zero, in the order of the menu."""

from __future__ import annotations

from linviz.core.experiment.catalogue.entry import Entry, by_name
from linviz.core.experiment.catalogue.rules import (
    aligned,
    balanced,
    certified,
    gaussian,
    lambda_balanced,
    near_saddle,
    on_stable_manifold,
    orthogonal,
    set_by_hand,
    sphere,
    with_singular_values,
    xavier,
    zeros,
)

RULES: dict[str, Entry] = by_name(
    gaussian.ENTRY,
    xavier.ENTRY,
    sphere.ENTRY,
    orthogonal.ENTRY,
    balanced.ENTRY,
    lambda_balanced.ENTRY,
    aligned.ENTRY,
    with_singular_values.ENTRY,
    on_stable_manifold.ENTRY,
    near_saddle.ENTRY,
    certified.ENTRY,
    zeros.ENTRY,
    set_by_hand.ENTRY,
)
