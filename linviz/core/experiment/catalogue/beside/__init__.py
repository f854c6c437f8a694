"""What runs beside the flow from the same weights, in the order of the menu.

The makers import what integrates when they are asked to: a scenario, which needs the names and the
fields only, loads none of it.
"""

from __future__ import annotations

from linviz.core.experiment.catalogue.beside import descent, networks, nothing
from linviz.core.experiment.catalogue.entry import Entry, by_name

BESIDE: dict[str, Entry] = by_name(nothing.ENTRY, descent.ENTRY, *networks.NETWORKS)
