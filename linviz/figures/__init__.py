"""Pictures: pure functions from a `Run` to a plotly figure, and one sentence on each."""

from linviz.figures.hessian import hessian_figure
from linviz.figures.invariants import invariants_figure
from linviz.figures.loss import loss_figure
from linviz.figures.modes import modes_figure

__all__ = ["hessian_figure", "invariants_figure", "loss_figure", "modes_figure"]
