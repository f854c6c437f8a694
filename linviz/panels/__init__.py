"""The dashboard and its state."""

from linviz.panels.dashboard import dashboard

__all__ = ["dashboard"]
