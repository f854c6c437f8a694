"""The dashboard and its state."""

from linviz.panels.page import dashboard

__all__ = ["dashboard"]
