r"""Values at which something happens in the user's own problem, for a control to jump to.

Each comes from a formula: the critical step :math:`\eta_c`, the weight decay :math:`\lambda_c`
that loses a mode, the saddles at :math:`\tfrac12\sum_{i\in I}s_i^2`, the balanced minimum
:math:`a_k = s_k^{1/N}`, the narrowest width without loss; and from the run, the moments at which
a mode is half learned.
"""

from __future__ import annotations

from collections.abc import Iterator

from linviz.core.experiment.milestones.course import horizons, moments
from linviz.core.experiment.milestones.descent import steps, weight_decays
from linviz.core.experiment.milestones.milestone import Milestone
from linviz.core.experiment.milestones.start import balanced_minimum, hidden_widths, saddles, sizes
from linviz.core.experiment.milestones.suggestions import (
    beside_saddles,
    certifiable,
    depths,
    tenfold,
)
from linviz.core.experiment.run import Run
from linviz.core.model.critical_values import positive_modes

__all__ = ["Milestone", "milestones"]

MOST_LISTED_MILESTONES = 24


def milestones(run: Run) -> tuple[Milestone, ...]:
    """Milestones of a run, at most 24: those that apply, and where the controls are not yet.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> scenario = Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="descent")
    >>> [m.label for m in milestones(run(scenario)) if m.control == "step"]
    ['critical step η_c', 'edge of this minimum']
    """
    found: dict[str, Milestone] = {}
    for milestone in _candidates(run):
        if milestone.scenario != run.scenario and len(found) < MOST_LISTED_MILESTONES:
            found.setdefault(milestone.label, milestone)
    return tuple(found.values())


def _candidates(run: Run) -> Iterator[Milestone]:
    """All that apply, those that matter most first."""
    yield from moments(run)
    yield from steps(run)
    yield from weight_decays(run)
    if positive_modes(run.trajectory.problem) > 0:
        yield from beside_saddles(run)
        yield from certifiable(run)
        yield from tenfold(run)
        yield from depths(run)
        yield from balanced_minimum(run)
        yield from saddles(run)
        yield from sizes(run)
        yield from hidden_widths(run)
    yield from horizons(run)
