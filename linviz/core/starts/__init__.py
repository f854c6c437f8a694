"""Many starts at once: ensembles, how they end, and how long they wait."""

from linviz.core.starts.basin import BasinStudy, basin_study
from linviz.core.starts.measurement import StartStudy, study
from linviz.core.starts.tail import Estimate, Survival, Tail

__all__ = ["BasinStudy", "Estimate", "StartStudy", "Survival", "Tail", "basin_study", "study"]
