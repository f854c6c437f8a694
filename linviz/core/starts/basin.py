r"""Many random initializations: where does the flow bring them by a given time?

Whether almost every start of a deep linear network ends at a global minimum is proved for one
hidden layer and open for more ("overfitting conjecture" of arXiv:1811.03568). A study of random
starts can illustrate it, not decide it: a run of finite length cannot tell a plateau from a limit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from linviz.core.flow.destination import CRITICAL, MINIMUM, UNDECIDED
from linviz.core.model import checks
from linviz.core.model.checks import MAX_SEED, whole
from linviz.core.model.facts import chain, html_table, one_line
from linviz.core.model.problem import IndexSet, Matrix, Problem, check_dims
from linviz.core.model.words import written
from linviz.core.starts.bar import Progress
from linviz.core.starts.intervals import exact_intervals
from linviz.core.starts.kept import Kept
from linviz.core.starts.pool import run_draws
from linviz.core.starts.share import RANDOM_RULES, Share, Study

MAX_DRAWS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class BasinStudy:
    r"""Where n random starts are at `t_end`.

    Attributes
    ----------
    problem, dims, rule, scale, seed, t_end
        What was asked for. Draw k is the rule's with seed ``seed + k``: for the rule "gaussian"
        ``linviz.gaussian(dims, scale, seed=seed + k)``.
    loss : array (n,)
        At `t_end`; of a run that was set aside earlier (see `basin_study`), when it was.
    outcome : tuple of n str
        * "global minimum": the loss is below that of every saddle. It cannot rise, so the flow
          can end nowhere else, though it may still be on its way.
        * "near a critical value": the end-to-end map is within 1 % of that of a saddle, mode by
          mode. Such a run may leave later; it is never said to have converged.
        * "undecided at t_end": neither.
    missed : tuple of n index sets or None
        The modes missed at the minimum or at that saddle; None where undecided.
    t_within_1_percent : array (n,)
        First time at which the loss is above its minimum by at most 1 % of
        :math:`\tfrac12\sum_{k \le r_{max}} s_k^2`, which is what the zero map has; inf where that
        does not happen by `t_end`. Where every s is 0: 1 % of the run's own start.
    """

    problem: Problem
    dims: tuple[int, ...]
    rule: str
    scale: float
    seed: int
    t_end: float
    loss: Matrix
    outcome: tuple[str, ...]
    missed: tuple[IndexSet | None, ...]
    t_within_1_percent: Matrix

    def __post_init__(self) -> None:
        for array in (self.loss, self.t_within_1_percent):
            array.flags.writeable = False

    def _facts(self) -> dict[str, str]:
        return {
            "widths": chain(self.dims),
            "starts": f"{self.n} {self.rule} of scale {written(self.scale)}, seed {self.seed}",
            "until": f"t = {written(self.t_end)}",
            **{outcome: str(count) for outcome, count in self.counts.items()},
        }

    def __repr__(self) -> str:
        return one_line("BasinStudy", self._facts())

    def _repr_html_(self) -> str:
        return html_table("BasinStudy", self._facts())

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(self.outcome)

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of draws of each of the three outcomes."""
        found = Counter(self.outcome)
        return MappingProxyType({name: found[name] for name in (MINIMUM, CRITICAL, UNDECIDED)})

    @property
    def n_undecided(self) -> int:
        """Draws that are at `t_end` neither bound for the minimum nor near a saddle."""
        return self.counts[UNDECIDED]

    @property
    def saddles(self) -> Mapping[IndexSet, int]:
        """Number of draws near a saddle, by the modes that it misses, most frequent first.

        Every critical point above the minimum is a saddle: there are no other local minima.
        """
        pairs = zip(self.outcome, self.missed, strict=True)
        found = Counter(I for name, I in pairs if name == CRITICAL and I is not None)
        return MappingProxyType(dict(found.most_common()))

    @property
    def quantiles(self) -> Mapping[int, float | None]:
        """Times by which 50, 90 and 99 % of all draws are within 1 %; None where they are not."""
        t = np.sort(self.t_within_1_percent)
        times = {q: float(t[-(-q * self.n // 100) - 1]) for q in (50, 90, 99)}
        return MappingProxyType({q: x if math.isfinite(x) else None for q, x in times.items()})

    def interval(self, outcome: str, confidence: float = 0.95) -> tuple[float, float]:
        r"""Exact binomial (Clopper-Pearson) interval for the probability of an outcome.

        .. math:: P(\mathrm{Bin}(n, p_{low}) \ge k) = P(\mathrm{Bin}(n, p_{high}) \le k)
                  = (1 - confidence)/2

        Raises
        ------
        ValueError
            For an outcome that is none of the three, or a confidence outside (0, 1).

        References
        ----------
        Clopper and Pearson 1934, Biometrika 26:404.

        Examples
        --------
        >>> study = basin_study(Problem.canonical((2, 1)), (2, 2, 2), n=20)
        >>> [round(p, 3) for p in study.interval("global minimum")]
        [0.832, 1.0]
        """
        outcome = checks.one_of(outcome, "an outcome", self.counts)
        if not 0 < (level := checks.as_float(confidence)) < 1:
            raise ValueError(f"expected 0 < confidence < 1, found {checks.brief(confidence)}")
        return clopper_pearson(self.counts[outcome], self.n, level)


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval for a probability of which k of n draws had luck.

    Examples
    --------
    >>> [round(p, 9) for p in clopper_pearson(0, 10**6)]
    [0.0, 3.689e-06]
    """
    low, high = exact_intervals(k, n, level)
    return float(low), float(high)


def basin_study(
    problem: Problem,
    dims: Sequence[int],
    n: int = 1000,
    rule: str = "gaussian",
    scale: float = 0.5,
    seed: int = 0,
    *,
    t_end: float = 60.0,
    executor: Executor | None = None,
    progress: Progress | bool | None = None,
    interrupt: Callable[[], bool] | None = None,
    kept: object = None,
) -> BasinStudy:
    r"""Run the gradient flow from n random starts and say where they are at `t_end`.

    .. math:: \dot W_j = B_j^\top (Y - PX) X^\top A_j^\top, \qquad
              W(0) = \mathrm{rule}(dims, scale, \mathrm{seed} + k), \quad k = 0, \ldots, n - 1

    Parameters
    ----------
    problem : Problem
    dims : widths (d_0, ..., d_N)
    n : int
        Number of draws, 1 to 100000.
    rule : "gaussian" | "xavier" | "orthogonal" | "balanced" | "sphere"
    scale, seed
        Of the rule. Draw k does not depend on n and can be made alone, for example
        ``linviz.balanced(dims, scale, seed=seed + k)``; the seed passes through numpy's
        SeedSequence, which makes neighboring seeds independent.
    t_end : float
        Horizon, positive.
    executor : concurrent.futures.Executor, optional
        Shares the draws out, 2000 at a time, among its processes: worth it for many draws only.
    progress : callable (done, n), or True, optional
        True shows a bar with the time left, tqdm's where it is.
    interrupt : callable () -> bool, optional
        True stops the study with a FlowError: the runs done by then would be the fast ones, and
        their shares of the outcomes biased.
    kept : optional
        What a study that was stopped had computed, ``error.kept``: go on from there.

    Returns
    -------
    BasinStudy

    Raises
    ------
    ValueError
        If an argument is out of range.
    FlowError
        If the study is interrupted or an integration cannot go on.

    Notes
    -----
    All runs advance together (see `linviz.core.starts.ensemble`) with a relative tolerance of 1e-6,
    element by element; 2e-5 by the stabilized methods that take over where a run waits on a plateau
    for so long that stability alone would bound its steps. A run is set aside before `t_end` when
    its loss is within 1e-8 of the minimum (relative to :math:`\tfrac12\sum_{k \le r_{max}} s_k^2`),
    where it stays. Losses agree with those of `gradient_flow` to 1e-5 of that sum and times to
    1e-3; times to a few percent for weights of size 10, whose flow is stiff.

    Balanced starts (also "orthogonal" ones in equal widths) with d_x = d_y = min(dims) keep the
    sign of det P. Half of them have the wrong one and cannot reach the minimum, but roundoff would
    carry a computed run across det P = 0. Where it does, the d-th singular value of every layer is
    put to zero, which it is up to the tolerance. Such starts are a null set: they say nothing about
    the conjecture.

    References
    ----------
    arXiv:1811.03568, "overfitting conjecture".

    Examples
    --------
    >>> study = basin_study(Problem.canonical((2, 1)), (2, 2, 2), n=20)
    >>> dict(study.counts)
    {'global minimum': 20, 'near a critical value': 0, 'undecided at t_end': 0}
    >>> study = basin_study(Problem.canonical((2, 1)), (2, 2, 2), n=20, rule="balanced")
    >>> dict(study.saddles)
    {(1,): 8}
    """
    spec = asked(problem, dims, rule, scale, t_end)
    n, seed = whole(n, "n", 1, MAX_DRAWS), whole(seed, "seed", 0, MAX_SEED)
    numbers = range(seed, seed + n)
    share = run_draws(
        spec, numbers, executor, progress, interrupt, kept=Kept.of(spec, numbers, kept)
    )
    return counted(spec, seed, share)


def counted(spec: Study, seed: int, share: Share) -> BasinStudy:
    """The study of the draws that began at this seed, from their results."""
    return BasinStudy(
        problem=spec.problem,
        dims=spec.dims,
        rule=spec.rule,
        scale=spec.scale,
        seed=seed,
        t_end=spec.t_end,
        loss=spec.problem.residual_loss + share.excess,
        outcome=share.outcome,
        missed=share.missed,
        t_within_1_percent=share.t_within,
    )


def asked(problem: Problem, dims: Sequence[int], rule: str, scale: float, t_end: float) -> Study:
    """What is asked of every draw, checked."""
    rule = checks.one_of(rule, "a rule", RANDOM_RULES)
    scale, t_end = checks.positive(scale, "scale"), checks.positive(t_end, "t_end")
    return Study(problem, check_dims(problem, dims), rule, scale, t_end)
