"""More outputs than inputs: on white data the network read backward is one with more inputs."""

from itertools import combinations

import numpy as np
import pytest

import linviz as lv
from linviz.core.landscape.canonical import whitened
from linviz.core.model.critical_values import positive_modes
from linviz.core.model.modes import followed

DIMS = [(3, 4, 5), (2, 3, 4, 4), (3, 2, 5), (2, 4), (1, 2, 3)]


def both_ways(dims, seed=0, zero=0):
    """A problem with X = I, weights for it, and the same seen from the other end."""
    rng = np.random.default_rng(seed)
    Y = rng.standard_normal((dims[-1], dims[0]))
    if zero:
        Y[:, -zero:] = 0.0
    W = lv.gaussian(dims, 0.3, seed=seed)
    wide, tall = lv.Problem(np.eye(dims[0]), Y), lv.Problem(np.eye(dims[-1]), Y.T)
    return (wide, W), (tall, tuple(Wj.T for Wj in W[::-1]))


@pytest.mark.parametrize("dims", DIMS)
def test_flow_end_and_spectrum_are_those_of_the_network_read_backward(dims):
    (wide, W), (tall, V) = both_ways(dims)
    assert np.allclose(wide.singular_values, tall.singular_values, rtol=1e-13)
    assert positive_modes(wide) == positive_modes(tall) == dims[0]
    one, other = lv.gradient_flow(wide, W), lv.gradient_flow(tall, V)
    assert one.status == other.status == "converged"
    assert one.loss[-1] == pytest.approx(other.loss[-1], abs=1e-9)
    t = np.linspace(0, min(one.t[-1], other.t[-1]), 7)
    assert np.allclose(np.interp(t, one.t, one.loss), np.interp(t, other.t, other.loss), atol=5e-3)
    points = [lv.classify(p, run.limit) for p, run in ((wide, one), (tall, other))]
    assert points[0].kind == points[1].kind == "global minimum"
    assert np.allclose(
        lv.spectrum(wide, W).eigenvalues, lv.spectrum(tall, V).eigenvalues, atol=1e-12
    )


@pytest.mark.parametrize("dims", [(3, 4, 5), (2, 3, 4, 4), (3, 3, 5), (2, 5)])
def test_the_signs_of_the_hessian_are_the_predicted_ones(dims):
    (wide, _), _ = both_ways(dims, seed=1)
    sets = [m for k in range(dims[0] + 1) for m in combinations(range(dims[0]), k)]
    for missed in sets if len(dims) > 2 else [()]:
        W = lv.critical_point(wide, dims, missed)
        spectrum = lv.spectrum(wide, W)
        found = (spectrum.n_negative, spectrum.n_zero, spectrum.n_positive)
        told = lv.predicted_inertia(wide, dims, missed, balanced=True)
        assert found == told if told else len(dims) == 2
        assert lv.classify(wide, W).missed == missed
        assert lv.loss(wide, W) == pytest.approx(lv.critical_values(wide, dims)[missed])


def test_raw_and_whitened_data_have_the_same_signs():
    rng = np.random.default_rng(4)
    raw = lv.Problem(rng.standard_normal((2, 9)), rng.standard_normal((4, 9)))
    W = lv.gaussian((2, 3, 4), 0.4, seed=1)
    white, V = whitened(raw, W)
    signs = [np.sign(np.round(lv.spectrum(p, w).eigenvalues, 9)) for p, w in ((raw, W), (white, V))]
    assert np.array_equal(*signs)
    assert np.allclose(raw.whitened().singular_values, raw.singular_values)
    assert raw.whitened().Y.shape == (4, 2)


def test_closed_forms_hold():
    for dims in [(2, 3, 4), (2, 2, 3, 4)]:
        (wide, _), _ = both_ways(dims, seed=2)
        W = lv.aligned(wide, dims, (0.2, 0.1))
        run = lv.gradient_flow(wide, W)
        assert np.allclose(lv.exact_loss(wide, W, run.t), run.loss, atol=1e-6)
        P = np.array([lv.product([Wj[k] for Wj in run.W]) for k in range(len(run.t))])
        assert np.allclose(lv.exact_product(wide, W, run.t), P, atol=1e-4)
        assert followed(wide, P).shape == (len(run.t), 2)
        assert lv.exact_modes(wide, W, run.t).shape == (len(run.t), 2)


def test_no_rate_is_certified_by_theorems_for_more_inputs_than_outputs():
    (wide, W), _ = both_ways((2, 4, 4))
    rate = lv.certified_rate(wide, W)
    assert rate.alpha == 0 or rate.alpha <= lv.certified_rate(*both_ways((2, 4, 4))[1]).alpha * 1.01


def test_a_run_with_a_mode_of_strength_zero_has_all_its_words():
    data = lv.DataSet("tall", np.eye(3), both_ways((3, 3, 5), zero=1)[0][0].Y, "")
    scenario = lv.Scenario(dims=(3, 3, 5), data=data.digest)
    run = lv.run(scenario, datasets={data.digest: data})
    assert positive_modes(run.trajectory.problem) == 2
    assert run.point.kind == "global minimum"
