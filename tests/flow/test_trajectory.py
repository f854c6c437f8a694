"""A trajectory owns what follows from its weights; its law is a value."""

import re
from pathlib import Path

import numpy as np
import pytest

import linviz as lv
from linviz.core.model.layers import pack


def test_a_trajectory_owns_what_follows_from_its_weights():
    problem, W = lv.Problem.canonical((2, 1)), lv.gaussian((2, 3, 2), 0.5, seed=1)
    for run in (
        lv.gradient_flow(problem, W),
        lv.gradient_descent(problem, W, step=0.1, n_steps=50),
        lv.nonlinear_flow(problem, W, "tanh", t_end=2.0),
    ):
        for k in (0, len(run.t) // 2, len(run.t) - 1):
            frame = run.frame(k)
            np.testing.assert_allclose(run.product[k], lv.product(frame), atol=1e-14)
            slope = np.linalg.norm(pack(run.law.gradient(problem, frame)))
            assert run.gradient_norm[k] == pytest.approx(slope, rel=1e-10, abs=1e-15)
            for C, found in zip(lv.invariants(frame), run.invariants, strict=True):
                np.testing.assert_allclose(found[k], C, atol=1e-13)
        np.testing.assert_allclose(run.excess, run.loss - problem.residual_loss, atol=1e-12)
        assert run.start[0] is not run.W[0]
        np.testing.assert_array_equal(run.start[0], W[0])
        assert run.drift is run.drift  # computed once
        with pytest.raises(ValueError, match="read-only"):
            run.drift[0] = 1.0
        assert run.law.may_rise or (np.diff(run.loss) <= 1e-12).all()


def test_the_laws_of_a_trajectory_are_values():
    problem, W = lv.Problem.canonical((2, 1)), lv.gaussian((2, 3, 2), 0.5, seed=1)
    twice = [lv.gradient_flow(problem, W, t_end=1.0).law for _ in range(2)]
    assert twice[0] == twice[1]
    assert hash(twice[0]) == hash(twice[1])
    kinds = [
        lv.gradient_flow(problem, W, t_end=1.0).law.kind,
        lv.gradient_descent(problem, W, step=0.1, n_steps=3).law.kind,
        lv.nonlinear_flow(problem, W, "relu", t_end=1.0).law.kind,
    ]
    assert kinds == ["flow", "descent", "network"]


SOURCES = sorted(Path(lv.__file__).parent.rglob("*.py"))
ASKED_BY_TYPE = re.compile(r"isinstance\([^)]*\b(Trajectory|GradientFlow|Descent|NonlinearFlow)\b")
DERIVED_AGAIN = re.compile(
    r"\b(invariants|invariant_spectra|product)\([\w.]*\.W\)|\w+\[[0k]\] for \w+ in [\w.]+\.W\b"
)


def test_nobody_asks_a_trajectory_or_a_law_for_its_type():
    assert lv.Trajectory.__subclasses__() == []
    assert not [path for path in SOURCES if ASKED_BY_TYPE.search(path.read_text(encoding="utf-8"))]


def test_nobody_else_derives_what_a_trajectory_owns():
    found = [path for path in SOURCES if DERIVED_AGAIN.search(path.read_text(encoding="utf-8"))]
    assert {path.name for path in found} == {"conserved.py", "trajectory.py"}
