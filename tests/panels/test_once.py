"""A message and its study compute each quantity that follows from a run once."""

import hashlib
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment import milestones
from linviz.core.landscape import critical_points, hessian, nearness, stays
from linviz.core.model import critical_values, layers, modes, spectra
from linviz.core.statements import rows
from linviz.core.theory import certificates, exact, margins, rates
from linviz.panels.message import message
from linviz.panels.shown import Shown
from linviz.panels.study import study

# not `predicted_inertia`: whole numbers by a formula, which the tree has for each of its nodes
DERIVED = (
    critical_values.critical_levels,
    critical_values.critical_values,
    nearness.nearness,
    stays.stays,
    modes.followed,
    layers.invariants,
    spectra.eigenvalues,
    hessian.spectrum,
    hessian.frame_spectra,
    critical_points.classify,
    rates.rate_bounds,
    rates.certified_rate,
    rates.observed_rate,
    rates.asymptotic_rate,
    certificates.proposition_rate,
    certificates.cumulative_rate,
    certificates.two_sided_rate,
    margins.imbalance_margin_rate,
    margins.deficiency_rate,
    margins.lazy_rate,
    exact.exact_method,
    exact.exact_loss,
    milestones.milestones,
    rows.statements,
)


def fingerprint(value: Any) -> Any:
    """Equal for equal arguments: arrays by their numbers, records by their identity."""
    if isinstance(value, np.ndarray):
        return hashlib.sha1(np.ascontiguousarray(value).tobytes()).hexdigest(), value.shape
    if isinstance(value, list | tuple):
        return tuple(fingerprint(item) for item in value)
    if isinstance(value, dict):
        return tuple((key, fingerprint(item)) for key, item in value.items())
    return value if isinstance(value, str | int | float | None) else id(value)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, Any]]:
    """How often each function of `DERIVED` was called with each of its arguments."""
    counted: Counter[tuple[str, Any]] = Counter()

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            counted[function.__name__, fingerprint((args, options))] += 1
            return function(*args, **options)

        return call

    home = [module for name, module in sys.modules.items() if name.startswith("linviz")]
    for function in DERIVED:
        counting_one = counting(function)
        for module in home:
            for name, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, name, counting_one)
    return counted


@pytest.mark.parametrize("beside", ["nothing", "descent", "relu"])
def test_each_quantity_is_computed_once(beside: str, calls: Counter[tuple[str, Any]]) -> None:
    run = lv.run(lv.Scenario(beside=beside))
    message(Shown(run), {})
    study(run, lambda *_: False)
    often = {name for (name, _), times in calls.items() if times > 1}
    # a descent is a record of its own, with the same start
    assert often == ({"invariants"} if beside == "descent" else set())
    asked = {name for name, _ in calls}
    assert {"critical_levels", "stays", "followed", "invariants", "eigenvalues"} <= asked
    assert {"spectrum", "classify", "certified_rate", "observed_rate", "milestones"} <= asked
