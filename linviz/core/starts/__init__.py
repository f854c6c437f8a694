"""Many starts at once: ensembles, how they end, and how long they wait."""

from linviz.core.starts.basin import BasinStudy, basin_study
from linviz.core.starts.checkpoint import load, save
from linviz.core.starts.depth import DeepTail, deep_tail
from linviz.core.starts.forecast import Cost, cost
from linviz.core.starts.kept import StudyStoppedError
from linviz.core.starts.law import LawOfWaits
from linviz.core.starts.measurement import study
from linviz.core.starts.record import Proportion, StartStudy
from linviz.core.starts.sweep import Row, Sweep, sweep
from linviz.core.starts.tail import Estimate, Survival, Tail

__all__ = [
    "BasinStudy",
    "Cost",
    "DeepTail",
    "Estimate",
    "LawOfWaits",
    "Proportion",
    "Row",
    "StartStudy",
    "StudyStoppedError",
    "Survival",
    "Sweep",
    "Tail",
    "basin_study",
    "cost",
    "deep_tail",
    "load",
    "save",
    "study",
    "sweep",
]
