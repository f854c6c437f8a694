"""Both ends of large spectra by Lanczos: against the dense spectrum, and only what is certified."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.landscape.canonical import from_whitened, whitened
from linviz.core.landscape.critical_points import critical_point
from linviz.core.landscape.ends import extreme_eigenvalues, spectrum_ends
from linviz.core.landscape.hessian import hessian, hessian_vector_product, spectrum
from linviz.core.model.layers import gradient, pack, product, unpack, widths
from linviz.core.model.problem import Problem

LINEAR, WIDE = np.linspace(3, 1, 10), np.geomspace(3, 1e-2, 10)
TINY = np.geomspace(3, 1e-5, 10)
# widths, singular values, missed modes: eigsh(which="SA") failed on the first six, the first of
# them without a word (2.0 instead of 0); the last two need all steps
KINDS = {
    "minimum, one hidden layer": ((12, 30, 12), np.linspace(3, 1, 12), ()),
    "wide minimum": ((10, 30, 30, 10), WIDE, ()),
    "flat saddle": ((10, 14, 13, 10), LINEAR, (9,)),
    "tiny strict saddle": ((10, 30, 10), TINY, (9,)),
    "deep saddle of rank 5": ((6,) * 9, np.linspace(3, 0.5, 6), (5,)),
    "deep minimum": ((6,) * 9, np.linspace(3, 0.5, 6), ()),
    "strict saddle": ((10, 14, 13, 10), LINEAR, (0,)),
    "almost equal modes": ((8, 12, 12, 12, 8), np.r_[np.linspace(3, 2, 7), 2 - 1e-6], (6,)),
    "saddle at the origin": ((12, 20, 11), np.linspace(3, 1, 11), tuple(range(11))),
    "steep bottom": ((8, 12, 12, 12, 8), np.geomspace(3, 1e-3, 8), (0, 7)),
    "flat origin": ((3, 4, 4, 3), (3, 2, 1), (0, 1, 2)),
}


def moved(W, seed):
    """The same map by layers in other bases: no closed form, no two eigenvalues alike."""
    rng = np.random.default_rng(seed)
    T = [np.eye(d) + 0.5 * rng.standard_normal((d, d)) / np.sqrt(d) for d in widths(W)]
    T[0], T[-1] = np.eye(len(T[0])), np.eye(len(T[-1]))
    return tuple(T[j + 1] @ Wj @ np.linalg.inv(T[j]) for j, Wj in enumerate(W))


def only_what_is_so(problem, W, seed=0):
    """Every claim of the ends against the dense spectrum; returns both."""
    ends, dense = spectrum_ends(problem, W, seed=seed), spectrum(problem, W)
    values = np.linalg.eigvalsh(hessian(problem, W))
    noise = 1e-13 * np.abs(values).max() + ends.tolerance / 100  # of the dense eigenvalues
    for value, error in ((ends.lowest, ends.lowest_error), (ends.highest, ends.highest_error)):
        assert values[0] - noise <= value <= values[-1] + noise
        assert np.abs(values - value).min() <= error + noise
    if ends.negative is not None:
        assert dense.n_negative > 0
        assert values[0] - noise <= ends.negative < 0
    return ends, dense, values


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bases", [None, 1])
def test_ends_of_dense_spectra(kind, bases):
    dims, s, missed = KINDS[kind]
    problem = Problem.canonical(s, dims[0])
    W = critical_point(problem, dims, missed=missed, seed=2)
    W = W if bases is None else moved(W, bases)
    ends, dense, values = only_what_is_so(problem, W)
    assert (ends.negative is not None) == (dense.n_negative > 0)
    assert ends.highest == pytest.approx(values[-1], rel=1e-9, abs=1e-300)
    # a negative eigenvalue of 1e-6 of the largest, or a zero to the size that counts as none
    assert ends.lowest == pytest.approx(values[0], rel=1e-3, abs=10 * ends.tolerance)


@given(
    dims=st.lists(st.integers(1, 5), min_size=2, max_size=6).map(
        lambda d: tuple(d) if d[0] >= d[-1] else tuple(d[::-1])
    ),
    seed=st.integers(0, 9999),
    exponent=st.floats(-3, 1),
    raw=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_of_any_network_only_what_is_so(dims, seed, exponent, raw):
    rng = np.random.default_rng(seed)
    W = lv.gaussian(dims, 10**exponent, seed=seed)
    problem = Problem.canonical(rng.uniform(0.5, 3, size=dims[-1]), dims[0])
    if raw:  # 3 samples: often rank deficient
        problem = Problem(rng.standard_normal((dims[0], 3)), rng.standard_normal((dims[-1], 3)))
    ends, dense, values = only_what_is_so(problem, W, seed)
    assert ends.highest == pytest.approx(values[-1], rel=1e-9, abs=1e-12 * dense.tolerance)
    assert np.isfinite([ends.lowest_error, ends.highest_error, ends.tolerance]).all()


def test_signs_of_ill_conditioned_data_are_looked_for_in_whitened_coordinates():
    """A direction of the data of 1e-9 gives negative eigenvalues under the largest's roundoff."""
    problem = Problem(np.diag([1.0, 1.0, 1e-9, 1e-9]), np.diag([3.0, 2.0, 0.2, 0.1]))
    W = critical_point(problem.whitened(), (4, 5, 4), missed=(2, 3), seed=1)
    V = problem.input_modes  # the whitened problem's inputs are the modes'
    U = problem.output_modes
    W = (W[0] @ V.T @ np.linalg.inv(problem.input_root), U @ W[1])
    ends, dense, values = only_what_is_so(problem, W)
    assert ends.lowest > -ends.tolerance
    assert dense.n_negative > 0
    assert ends.negative is not None
    assert -1e-10 * values[-1] < ends.negative < 0


@pytest.mark.parametrize("rank", [2, 3, 5])
def test_directions_come_back_from_whitened_coordinates(rank):
    """The second derivative along a direction is one number in both."""
    rng = np.random.default_rng(rank)
    X = rng.standard_normal((5, rank)) @ rng.standard_normal((rank, 7))
    problem = Problem(X, rng.standard_normal((3, 7)))
    W = tuple(
        size * Wj for size, Wj in zip((8.0, 0.3), lv.gaussian((5, 4, 3), seed=1), strict=True)
    )
    white, there = whitened(problem, W)
    V = lv.gaussian((5, 4, 3), seed=2)
    back = from_whitened(problem, W, V)
    bends = [
        pack(v) @ pack(hessian_vector_product(*point, v))
        for point, v in (((white, there), V), ((problem, W), back))
    ]
    assert bends[0] == pytest.approx(bends[1], rel=1e-10)
    assert np.linalg.norm(product(W) @ problem.input_root) == pytest.approx(
        np.linalg.norm(product(there) @ white.input_root)
    )


@pytest.mark.parametrize("seed", range(3))
def test_near_a_minimum_no_negative_eigenvalue_is_made_of_the_residual(seed):
    problem = Problem.canonical(LINEAR)
    W = moved(critical_point(problem, (10, 14, 13, 10), missed=(), seed=seed), seed)
    rng = np.random.default_rng(seed)
    away = tuple(Wj + 1e-7 * rng.standard_normal(Wj.shape) for Wj in W)
    assert np.linalg.norm(pack(gradient(problem, away))) > 1e-7
    assert spectrum_ends(problem, away).negative is None


def test_the_seed_decides_everything():
    problem = Problem.canonical(WIDE)
    W = moved(critical_point(problem, (10, 30, 30, 10), missed=(3,)), 0)
    first, again, other = (spectrum_ends(problem, W, seed=k) for k in (0, 0, 5))
    assert repr(first) == repr(again)
    assert (first.lowest, first.negative, first.highest) == (
        again.lowest,
        again.negative,
        again.highest,
    )
    assert first.lowest != other.lowest
    assert first.lowest == pytest.approx(other.lowest, rel=1e-6)
    assert first.highest == pytest.approx(other.highest, rel=1e-9)
    assert extreme_eigenvalues(problem, W, seed=5) == (other.negative, other.highest)
    with pytest.raises(ValueError, match="seed to be a whole number"):
        spectrum_ends(problem, W, seed=-1)


@pytest.mark.parametrize("scale", [1e-200, 1e-60, 1e40])
def test_any_scale(scale):
    problem = Problem.canonical((3, 2, 1))
    W = tuple(scale * Wj for Wj in lv.gaussian((3, 4, 4, 3), 1.0))
    ends, values = spectrum_ends(problem, W), spectrum(problem, W).eigenvalues
    assert ends.highest == pytest.approx(values[-1], rel=1e-9)
    assert ends.lowest == pytest.approx(values[0], rel=1e-9)
    assert ends.negative == ends.lowest


@pytest.mark.parametrize(("missed", "lowest"), [((), 0.0), ((0,), -2.0), ((0, 1), -2.0)])
def test_fifty_thousand_weights_in_closed_form(missed, lowest):
    """Dense, this Hessian has 25 GB."""
    s = np.r_[3.0, 2.0, 1.0, np.zeros(47)]
    problem = Problem.canonical(s)
    W = critical_point(problem, (50, 320, 110, 50), missed=missed, seed=1)
    ends = spectrum_ends(problem, W)
    first = {(): 3.0, (0,): 2.0}.get(missed)
    # a balanced saddle: a^(N-2) (s_k ± s_i) with a = s_k^(1/N), and N s_k^(2-2/N)
    largest = 3 * first ** (4 / 3) if first else 4.0
    assert ends.highest == pytest.approx(largest, rel=1e-9)
    assert ends.lowest == pytest.approx(lowest, abs=1e-8)
    assert (ends.negative is not None) == (lowest < 0)


def test_words():
    problem = Problem.canonical((3, 2, 1))
    strict = spectrum_ends(problem, critical_point(problem, (3, 4, 3), missed=(0,)))
    lowest = spectrum_ends(problem, critical_point(problem, (3, 4, 3), missed=()))
    assert "a negative one is certified, at most −3" in repr(strict)
    assert "no negative one was found, which does not exclude one" in repr(lowest)
    for ends in (strict, lowest):
        assert "not known=how many are negative, zero or positive" in repr(ends)
        assert "<table" in ends._repr_html_()
    flat = spectrum_ends(problem, tuple(map(np.zeros_like, unpack(np.ones(33), (3, 3, 4, 3)))))
    assert (flat.lowest, flat.highest, flat.negative) == (0.0, 0.0, None)
    assert flat.lowest_error == 0.0
