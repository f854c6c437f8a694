"""The gradient flow of a network with an activation, from the same weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linviz.core.experiment.catalogue.entry import Entry

if TYPE_CHECKING:
    from linviz.core.flow.activation import Activation
    from linviz.core.flow.trajectory import Interrupt, Trajectory

SHORTEST = 1.0  # a nonlinear network is run at least this long


def network(activation: Activation | str, words: str, article: str = "a") -> Entry:
    """Entry of the network with an activation, or with the one of that name."""
    name = activation if isinstance(activation, str) else activation.name

    def make(flow: Trajectory, *, interrupt: Interrupt | None = None) -> Trajectory:
        from linviz.core.flow.nonlinear import nonlinear_flow

        W, t_end = flow.start, max(float(flow.t[-1]), SHORTEST)
        return nonlinear_flow(flow.problem, W, activation, t_end=t_end, interrupt=interrupt)

    return Entry(name, f"{article} {words}", words, make)


NETWORKS = (
    network("relu", "ReLU network"),
    network("leaky_relu", "leaky ReLU network"),
    network("tanh", "tanh network"),
    network("sigmoid", "sigmoid network"),
    network("arctan", "arctan network", "an"),
)
