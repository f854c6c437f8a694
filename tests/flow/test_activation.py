"""Nonlinear networks: gradient, what is conserved and what leaks, and a flow through kinks."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

import linviz as lv
from linviz.core.flow import network
from linviz.core.flow.activation import ACTIVATIONS, Activation
from linviz.core.flow.backpropagation import nonlinear_gradient, nonlinear_loss
from linviz.core.flow.nonlinear import Network, nonlinear_flow
from linviz.core.model.layers import Weights, gradient, loss, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem
from linviz.core.theory.neurons import imbalance_leak, neuron_invariants, single_sample_invariants

NAMES = st.sampled_from(list(ACTIVATIONS))
SEEDS = st.integers(0, 10**6)
KINKED = [name for name in ACTIVATIONS if ACTIVATIONS[name].kinks]
SMOOTH = ["tanh", "sigmoid", "arctan"]


def lecture(seed: int = 0, m: int = 12) -> tuple[Problem, Weights]:
    rng = np.random.default_rng(seed)
    problem = Problem(X=rng.standard_normal((3, m)), Y=rng.standard_normal((2, m)))
    return problem, lv.gaussian((3, 5, 4, 2), 0.7, seed=seed)


def rk4(problem: Problem, W: Weights, name: str, h: float, n: int) -> Weights:
    def f(w: Matrix) -> Matrix:
        return -pack(nonlinear_gradient(problem, unpack(w, dims), name))

    dims, w = widths(W), pack(W)
    for _ in range(n):
        a = f(w)
        b = f(w + h / 2 * a)
        c = f(w + h / 2 * b)
        w = w + h / 6 * (a + 2 * b + 2 * c + f(w + h * c))
    return unpack(w, dims)


def drifts(start: Weights, end: Weights) -> tuple[float, float]:
    """Largest change of the diagonals of C_j, and off them."""
    moved = [D - C for C, D in zip(lv.invariants(start), lv.invariants(end), strict=True)]
    diagonal = max(np.abs(np.diag(D)).max() for D in moved)
    return diagonal, max(np.abs(D - np.diag(np.diag(D))).max() for D in moved)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_degrees_and_potentials(name):
    activation = ACTIVATIONS[name]
    z = np.array([-2.0, -0.7, 0.3, 1.9])
    h = 1e-6
    slope = (activation.value(z + h) - activation.value(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.slope(z), slope, rtol=0, atol=1e-9)
    if activation.degree is None:
        assert np.abs(activation.value(2 * z) / activation.value(z) - 2).max() > 0.1
    else:
        scaled = 3.0**activation.degree * activation.value(z)
        np.testing.assert_allclose(activation.value(3 * z), scaled, rtol=1e-14)
    change = (activation.potential(z + h) - activation.potential(z - h)) / (2 * h)
    np.testing.assert_allclose(
        change * activation.slope(z), activation.value(z), rtol=1e-8, atol=1e-8
    )
    assert activation.potential(np.zeros(1))[0] == 0


@settings(max_examples=30)
@given(NAMES, SEEDS)
def test_gradient_against_finite_differences(name, seed):
    problem, W = lecture(seed)
    dims = widths(W)
    direction = np.random.default_rng(seed).standard_normal(len(pack(W)))
    direction /= np.linalg.norm(direction)
    h = 1e-6
    if min(_distance_to_kink(problem, W, direction, s) for s in (-h, 0.0, h)) < 1e-4:
        return  # a difference across a kink is no derivative
    values = [nonlinear_loss(problem, unpack(pack(W) + s * direction, dims), name) for s in (h, -h)]
    G = pack(nonlinear_gradient(problem, W, name))
    scale = max(np.linalg.norm(G), 1.0)
    assert abs((values[0] - values[1]) / (2 * h) - G @ direction) <= 1e-7 * scale


def _distance_to_kink(problem: Problem, W: Weights, direction: Matrix, s: float) -> float:
    W = unpack(pack(W) + s * direction, widths(W))
    a, least = problem.X, np.inf
    for Wj in W[:-1]:
        z = Wj @ a
        least, a = min(least, np.abs(z).min()), np.maximum(z, 0)
    return float(least)


def test_gradient_entry_by_entry():
    problem, W = lecture(1)
    for name in ("tanh", "relu_squared"):
        G = approx_fprime(
            pack(W), lambda w, n=name: nonlinear_loss(problem, unpack(w, widths(W)), n), 1e-7
        )
        np.testing.assert_allclose(
            pack(nonlinear_gradient(problem, W, name)), G, rtol=1e-4, atol=1e-4
        )


@settings(max_examples=20)
@given(SEEDS)
def test_linear_activation_is_the_linear_network(seed):
    problem, W = lecture(seed)
    assert nonlinear_loss(problem, W, "linear") == pytest.approx(loss(problem, W), rel=1e-12)
    for a, b in zip(nonlinear_gradient(problem, W, "linear"), gradient(problem, W), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-11)


# the leak


@settings(max_examples=40)
@given(NAMES, SEEDS)
def test_imbalance_leak_against_finite_differences(name, seed):
    problem, W = lecture(seed)
    V = tuple(-G for G in nonlinear_gradient(problem, W, name))
    h = 1e-4  # C is quadratic: a central difference has no error but roundoff
    ahead, back = (
        lv.invariants([Wj + s * Vj for Wj, Vj in zip(W, V, strict=True)]) for s in (h, -h)
    )
    scale = max(1.0, *(float(np.sum(Wj**2) + np.sum(Vj**2)) for Wj, Vj in zip(W, V, strict=True)))
    for leak, A, B in zip(imbalance_leak(problem, W, name), ahead, back, strict=True):
        difference = np.diag(A - B) / (2 * h)
        assert np.abs(leak - difference).max() <= 1e-8 * max(1.0, 1e-3 * scale)
        if ACTIVATIONS[name].degree == 1:
            assert not leak.any()


def test_the_leak_vanishes_only_for_degree_one():
    problem, W = lecture(2)
    for name, activation in ACTIVATIONS.items():
        leak = max(np.abs(a).max() for a in imbalance_leak(problem, W, name))
        assert (leak > 0.1) == (activation.degree != 1), name


# what the flow conserves


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("relu", 0),
        ("leaky_relu", 1),
        pytest.param("relu", 1, marks=pytest.mark.long),
        pytest.param("leaky_relu", 0, marks=pytest.mark.long),
    ],
)
def test_diagonals_stay_and_the_rest_moves(name, seed):
    problem, W = lecture(seed)
    run = nonlinear_flow(problem, W, name, t_end=1.0)
    assert run.status == "horizon"
    diagonal, rest = drifts(W, run.limit)
    assert diagonal < 1e-7
    assert rest > 0.1
    reference = rk4(problem, W, name, 1e-3, 1000)
    assert 100 * diagonal < drifts(W, reference)[0] < 1e-3  # which meets kinks blindly
    assert np.diff(run.loss).max() <= 1e-9
    end = nonlinear_loss(problem, run.limit, name)
    assert end == pytest.approx(nonlinear_loss(problem, reference, name), rel=1e-2)
    assert run.loss[-1] == pytest.approx(end, rel=1e-14)


@pytest.mark.parametrize("name", SMOOTH)
def test_nothing_is_conserved_by_smooth_saturating_activations(name):
    problem, W = lecture(0)
    run = nonlinear_flow(problem, W, name, t_end=1.0)
    assert drifts(W, run.limit)[0] > 0.3
    reference = rk4(problem, W, name, 2e-3, 500)
    np.testing.assert_allclose(pack(run.limit), pack(reference), rtol=0, atol=1e-6)
    with pytest.raises(ValueError, match="homogeneous"):
        neuron_invariants(W, name)


@pytest.mark.parametrize("name", ["linear", *KINKED])
def test_each_neuron_s_invariant_under_a_homogeneous_activation(name):
    problem, W = lecture(3)
    run = nonlinear_flow(problem, W, name, t_end=0.5, rtol=1e-10)
    size = max(float(np.sum(Wj**2, axis=(1, 2)).max()) for Wj in run.W)
    for kept in neuron_invariants(run.W, name):
        assert np.abs(kept - kept[0]).max() <= 1e-7 * size
    if ACTIVATIONS[name].degree == 2:  # and C's own diagonal is not conserved
        assert drifts(W, run.limit)[0] > 0.1


def test_degree_two_to_high_accuracy():
    # away from kinks the velocity of relu_squared is smooth: a positive network stays positive
    problem = Problem(X=[[1.0, 2.0], [0.5, 0.1]], Y=[[3.0, 4.0]])
    W = (np.array([[0.6, 0.4], [0.3, 0.8]]), np.array([[0.5, 0.9]]))
    end = rk4(problem, W, "relu_squared", 1e-4, 3000)
    for a, b in zip(
        neuron_invariants(W, "relu_squared"), neuron_invariants(end, "relu_squared"), strict=True
    ):
        np.testing.assert_allclose(b, a, rtol=0, atol=3e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dims", [(2, 3, 1), (2, 3, 4, 1)])
def test_one_sample_leaves_one_invariant_a_neuron(name, dims):
    problem, W = Problem(X=[[0.8], [-0.5]], Y=[[1.5]]), lv.gaussian(dims, 0.8, seed=1)
    run = nonlinear_flow(problem, W, name, t_end=1.0, rtol=1e-11)
    kept = single_sample_invariants(problem, run.W, name)
    assert kept.shape == (len(run.t), 3)
    assert np.abs(kept - kept[0]).max() < 1e-8
    two = Problem(X=[[0.8, 1.0], [-0.5, 0.2]], Y=[[1.5, 0.3]])
    with pytest.raises(ValueError, match="one sample"):
        single_sample_invariants(two, W, name)


# the integrator


def test_the_linear_activation_gives_the_linear_flow():
    problem, W = lecture(0)
    run = nonlinear_flow(problem, W, "linear", t_end=0.7, rtol=1e-10)
    flow = lv.gradient_flow(problem, W, t_end=0.7, rtol=1e-11)
    np.testing.assert_allclose(pack(run.limit), pack(flow.at(0.7)), rtol=0, atol=1e-7)
    assert run.loss[0] == pytest.approx(flow.loss[0], rel=1e-12)


def test_a_neuron_that_slides_along_a_kink():
    # one neuron; the second sample pushes its z = w_1 + w_2 down, the first pushes it up again
    problem = Problem(X=[[1.0, 1.0], [0.0, 1.0]], Y=[[2.0, -3.0]])
    W = (np.array([[1.0, 0.2]]), np.array([[1.0]]))
    run = nonlinear_flow(problem, W, "relu", t_end=6.0)
    z = np.einsum("kij,jn->kin", run.W[0], problem.X)[:, 0]
    held = np.abs(z[:, 1]) < 1e-4
    assert held.sum() > 10
    # on the kink w = (u, -u): u' = v(2 - uv)/2, v' = u(2 - uv), which keep u**2 - v**2/2
    k = np.flatnonzero(held)
    assert (np.diff(k) == 1).all()
    u, v = run.W[0][k, 0, 0], run.W[1][k, 0, 0]
    np.testing.assert_allclose(u**2 - v**2 / 2, u[0] ** 2 - v[0] ** 2 / 2, rtol=0, atol=1e-4)
    kept = neuron_invariants(run.W, "relu")[0]
    assert np.abs(kept - kept[0]).max() < 1e-6
    np.testing.assert_allclose(u[-1] * v[-1], 2.0, atol=1e-4)


def test_at_integrates_the_nonlinear_flow():
    problem, W = lecture(1)
    for name in ("tanh", "relu"):
        run = nonlinear_flow(problem, W, name, t_end=0.4, n_frames=8)
        assert len(run.t) <= 8
        direct = nonlinear_flow(problem, W, name, t_end=0.123)
        np.testing.assert_allclose(pack(run.at(0.123)), pack(direct.limit), rtol=0, atol=1e-5)
        for k in (0, 3, 7):
            kept = pack([Wj[k] for Wj in run.W])
            assert np.array_equal(pack(run.at(float(run.t[k]))), kept)
        for k in (0, 3, 7):
            frame = [Wj[k] for Wj in run.W]
            assert run.loss[k] == pytest.approx(nonlinear_loss(problem, frame, name), rel=1e-12)
        with pytest.raises(ValueError, match="expected a time"):
            run.at(0.5)


def test_softened_kinks_keep_the_diagonals_exactly():
    problem, W = lecture(2)
    for name in ("relu", "leaky_relu"):
        network = Network(problem, W, ACTIVATIONS[name])
        network.epsilon = 0.3  # so wide that every pre-activation is within
        V = unpack(network.velocity(0.0, pack(W)), widths(W))
        for (Wj, Vj), (Wk, Vk) in itertools.pairwise(zip(W, V, strict=True)):
            speed = np.sum(Wk * Vk, axis=0) - np.sum(Wj * Vj, axis=1)
            assert np.abs(speed).max() < 1e-13 * np.linalg.norm(pack(V))


def test_the_width_of_a_kink_s_layer_costs_accuracy_in_proportion(monkeypatch):
    problem, W = lecture(0)
    ends = []
    for width in (1e-4, 1e-5, 1e-6):
        monkeypatch.setattr(network, "KINK_LAYER", width)
        ends.append(pack(nonlinear_flow(problem, W, "relu", t_end=1.0, rtol=1e-9).limit))
    coarse, fine = (np.abs(b - a).max() for a, b in itertools.pairwise(ends))
    assert coarse / fine == pytest.approx(10, rel=0.1)
    assert fine < 2e-4


def test_budgets_and_stillness():
    problem, W = lecture(0)
    run = nonlinear_flow(problem, W, "relu", t_end=5.0, max_steps=20)
    assert (run.status, run.n_steps) == ("budget", 20)
    assert run.t[-1] < 5.0
    stopped = nonlinear_flow(problem, W, "tanh", t_end=5.0, interrupt=lambda t, value: t > 0.01)
    assert stopped.status == "budget"
    assert stopped.t[-1] < 5.0
    still = nonlinear_flow(problem, lv.zeros((3, 5, 4, 2)), "relu", t_end=5.0)
    assert still.status == "converged"
    assert still.t.tolist() == [0.0, 5.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"t_end": 0.0}, "t_end"),
        ({"t_end": np.inf}, "t_end"),
        ({"rtol": 1.0}, "rtol"),
        ({"n_frames": 1}, "n_frames"),
        ({"max_steps": 0}, "max_steps"),
    ],
)
def test_options_out_of_range(options, message):
    problem, W = lecture(0)
    with pytest.raises(ValueError, match=message):
        nonlinear_flow(problem, W, "relu", **{"t_end": 1.0, **options})


def test_unknown_activations():
    problem, W = lecture(0)
    with pytest.raises(ValueError, match="an activation among relu"):
        nonlinear_loss(problem, W, "gelu")
    relu = ACTIVATIONS["relu"]
    with pytest.raises(ValueError, match="only kink at 0"):
        Activation("bent", relu.value, relu.slope, relu.potential, 1, (1.0,))
