"""What runs beside the flow from the same weights, in the order of the menu."""

from __future__ import annotations

from linviz.core.experiment.catalogue.beside import descent, networks, nothing
from linviz.core.experiment.catalogue.entry import Entry, listed

BESIDE: dict[str, Entry] = listed(nothing.ENTRY, descent.ENTRY, *networks.NETWORKS)
