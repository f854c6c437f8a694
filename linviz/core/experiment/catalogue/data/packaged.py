"""The data sets that come with linviz."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import WHITENED
from linviz.core.model.datasets import cloud, digits, few_digits, fold, stretched
from linviz.core.model.problem import Problem
from linviz.core.model.samples import DataSet

# the raw pixels are so ill-conditioned that the limit lies beyond t = 1e6
DIGITS_HORIZON = 300.0


def problem_on(data: DataSet, whitened: bool) -> Problem:
    """The problem that a data set poses, or its whitened form."""
    problem = Problem(X=data.X, Y=data.Y)
    return problem.whitened() if whitened else problem


def packaged(
    name: str, title: str, read: Callable[[], DataSet], horizon: float | None = None
) -> Entry:
    """Entry of a data set that a function returns, the same one at every call."""

    @lru_cache(maxsize=2)
    def made(whitened: bool) -> Problem:
        return problem_on(read(), whitened)

    def make(dims: tuple[int, ...], *, whitened: bool) -> Problem:
        return made(whitened)

    return Entry(name, title, name, make, (WHITENED,), horizon=horizon, read=lru_cache(read))


DIGITS = packaged("digits", "handwritten digits, 8×8 pixels", digits, DIGITS_HORIZON)
STRETCHED = packaged("stretched", "12 samples, stretched inputs", stretched)
FEW_DIGITS = packaged("few_digits", "300 digits, and 1497 to test", few_digits, DIGITS_HORIZON)
CLOUD = packaged("cloud", "12 samples, a Gaussian cloud", cloud)
FOLD = packaged("fold", "12 samples of y = |x|", fold)
