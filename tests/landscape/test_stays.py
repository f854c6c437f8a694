"""Where a run is: the rule of the stays, against definitions written out anew and random runs.

Killed by: the map measured by its diagonal alone; the pull without one of its factors; a stay that
is kept while J changes; the level without the residual loss; a formula's counts at a point of
another set; modes that fade told as being learned.
"""

from itertools import pairwise

import numpy as np
import pytest
from runs import known
from staying import canonical, check

import linviz as lv
from linviz.core.experiment.run import Run
from linviz.core.landscape.nearness import nearness


def of(name: str) -> Run:
    return known(lv.presets[name])


def test_a_run_from_saddle_to_saddle_stays_at_each() -> None:
    found = of("saddle-to-saddle").stays
    assert [stay.learned for stay in found] == [tuple(range(k)) for k in range(5)]
    assert [stay.level for stay in found] == [15, 7, 2.5, 0.5, 0]
    assert [stay.kind for stay in found] == ["saddle"] * 4 + ["minimum"]
    # (d_y - r)(d_1 - r) ways down, since no stronger mode is missed
    assert [stay.inertia[0] for stay in found if stay.inertia] == [24, 15, 8, 3, 0]
    # the fastest way down is that of the strongest missed mode, where the run is calmest
    rates = [-stay.fastest for stay in found if stay.fastest]
    np.testing.assert_allclose(rates, [4, 3, 2, 1], rtol=0.02)
    assert found[-1].is_limit
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_what_is_near_is_what_the_definitions_say() -> None:
    for name in ("saddle-to-saddle-deep", "raw-data"):
        run = of(name)
        problem, N = run.trajectory.problem, len(run.trajectory.W)
        s, found = problem.singular_values, nearness(problem, run.trajectory.W)
        for k in range(0, len(run.trajectory.t), 37):
            W = canonical(run, run.trajectory.frame(k))
            P = lv.product(W)
            target = np.eye(*P.shape) * s[:, None]
            learned = np.diag(P) > s / 2
            off = np.linalg.norm(P - learned[:, None] * target, axis=1) / s
            forces = np.zeros(len(s))
            for j in range(N):
                A = lv.product(W[:j]) if j else np.eye(P.shape[1])
                B = lv.product(W[j + 1 :]) if j + 1 < N else np.eye(P.shape[0])
                forces += np.sum(B**2, axis=1) * np.sum(((target - P) @ A.T) ** 2, axis=1)
            np.testing.assert_array_equal(found.learned[k], learned)
            np.testing.assert_allclose(found.map[k], off.max(), rtol=1e-10)
            pull = np.sqrt(forces) / s ** (2 - 1 / N)
            np.testing.assert_allclose(found.pull[k], pull.max(), rtol=1e-9, atol=1e-13)
        # the shares are those of -dL/dt
        rate = run.trajectory.gradient_norm**2
        np.testing.assert_allclose(found.share.sum(axis=1), rate, rtol=1e-6, atol=1e-9 * rate[0])


def test_without_a_hidden_layer_there_is_no_saddle_to_stay_at() -> None:
    run = lv.run(lv.Scenario(dims=(3, 3), singular_values=(3, 2, 1)))
    (stay,) = run.stays
    assert (stay.kind, stay.learned) == ("minimum", (0, 1, 2))
    assert run.now(0.0).stay is None


def test_of_equal_strengths_only_the_number_is_known() -> None:
    scenario = lv.Scenario(dims=(4, 4, 3), singular_values=(3, 1, 1), scale=1e-6)
    run = lv.run(scenario)
    learned = [stay.learned for stay in run.stays]
    assert (0,) in learned
    assert not {(0, 2), (2,)} & set(learned)
    assert run.now(run.stays[1].start).modes == (1,)  # whichever of the two it is
    for stay in run.stays:
        assert stay.inertia is not None


def test_near_the_origin_of_a_deep_network_nothing_leads_down_steeply() -> None:
    run = of("saddle-to-saddle-deep")
    first = run.stays[0]
    assert (first.kind, first.learned) == ("origin", ())
    assert first.inertia == (0, run.scenario.n_parameters, 0)
    assert [stay.kind for stay in run.stays[1:-1]] == ["flat saddle"] * 2


def test_where_nothing_decides_no_count_is_told() -> None:
    kinds = [(stay.kind, stay.inertia) for stay in lv.run(lv.Scenario()).stays]
    assert [kind for kind, _ in kinds] == ["origin", "unclear", "unclear", "minimum"]
    assert kinds[1][1] is None


def test_a_run_that_is_stopped_is_at_no_minimum() -> None:
    run = lv.run(lv.Scenario(t_end=15))
    assert run.trajectory.status == "horizon"
    assert run.stays[-1].kind == "minimum"
    assert not run.stays[-1].is_limit
    with pytest.raises(ValueError, match="expected a time"):
        run.now(run.trajectory.t[-1] + 1)


@pytest.mark.parametrize("name", ["staircase", "saddle-to-saddle-deep", "stable-manifold"])
def test_every_stay_keeps_its_bounds_and_its_counts(name: str) -> None:
    check(of(name))


def random_scenario(seed: int) -> lv.Scenario:
    rng = np.random.default_rng(seed)
    H = int(rng.choice([0, 1, 1, 2, 2, 3]))
    outputs = int(rng.integers(1, 5))
    hidden = tuple(int(d) for d in rng.integers(1, 7, H))
    s = np.sort(rng.uniform(0.3, 4, outputs))[::-1].round(2)
    if outputs > 1 and rng.random() < 0.15:
        s[1] = s[0]
    return lv.Scenario(
        dims=(outputs + int(rng.integers(0, 3)), *hidden, outputs),
        singular_values=tuple(s.tolist()),
        rule=str(rng.choice(["gaussian", "gaussian", "balanced", "orthogonal", "xavier"])),
        scale=float(np.exp(rng.uniform(np.log(1e-2), np.log(1.0)))),
        seed=int(rng.integers(0, 1000)),
        t_end=None if rng.random() < 0.7 else float(rng.uniform(0.5, 30)),
    )


@pytest.mark.parametrize("seed", [3, 11, 30])
def test_what_holds_of_every_run_holds_of_a_few(seed: int) -> None:
    check(lv.run(random_scenario(seed)))


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_what_holds_of_every_run_holds_of_many(block: int) -> None:
    for seed in range(30 * block, 30 * block + 30):
        check(lv.run(random_scenario(seed)))


@pytest.mark.long
@pytest.mark.parametrize("name", lv.presets)
def test_what_holds_of_every_run_holds_of_the_lectures(name: str) -> None:
    check(of(name))
