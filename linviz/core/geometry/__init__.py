"""The space in which the flow moves."""

from linviz.core.geometry.tree import CriticalTree, CriticalValue, critical_tree

__all__ = ["CriticalTree", "CriticalValue", "critical_tree"]
