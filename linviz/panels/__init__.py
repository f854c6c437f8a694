"""The dashboard and its state; the widget is loaded when it is asked for."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linviz.panels.dashboard import dashboard
    from linviz.panels.state import State

__all__ = ["State", "dashboard"]


def __getattr__(name: str) -> Any:
    """Load what is asked for: a page without Jupyter has neither anywidget nor traitlets."""
    if name == "dashboard":
        from linviz.panels.dashboard import dashboard

        # the module of this name would stand in its place from now on
        globals()[name] = dashboard
        return dashboard
    if name == "State":
        from linviz.panels.state import State

        return State
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
