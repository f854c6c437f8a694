"""The dashboard and its state."""

from linviz.panels.dashboard import dashboard
from linviz.panels.state import State

__all__ = ["State", "dashboard"]
