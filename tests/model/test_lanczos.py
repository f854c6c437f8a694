"""Ritz pairs of operators whose spectrum is known: what they bound, and how far they get."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.model.lanczos import krylov, ritz_ends

EPS = np.finfo(float).eps
VALUES = st.one_of(
    *(st.sampled_from([0.0, 1.0, -1.0, 1e-9, -1e-9, 1e-5, -1e-5, 1e3]), st.floats(-9, 9))
)


@given(
    values=st.lists(VALUES, min_size=1, max_size=8),
    copies=st.integers(1, 12),
    exponent=st.integers(-250, 200),
    most=st.integers(1, 60),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_what_is_certified_is_so(values, copies, exponent, most, seed):
    """Clusters, zeros and tiny eigenvalues of any scale, however early it is stopped."""
    rng = np.random.default_rng(seed)
    known = np.repeat(values, copies)
    Q = np.linalg.qr(rng.standard_normal((known.size, known.size)))[0]
    unit, size = 10.0**exponent, np.abs(known).max()
    pairs = ritz_ends(
        lambda x: unit * (Q @ (known * (Q.T @ x))), rng.standard_normal(known.size), most
    )
    slack = 200 * EPS * size
    for pair in pairs:
        assert np.linalg.norm(pair.vector) == pytest.approx(1)
        value, residual = pair.value / unit, pair.residual / unit
        assert known.min() - slack <= value <= known.max() + slack
        assert np.abs(known - value).min() <= residual + slack
    if most >= np.unique(known).size:
        assert pairs[0].value / unit == pytest.approx(known.min(), abs=1e-9 * size)
        assert pairs[1].value / unit == pytest.approx(known.max(), abs=1e-9 * size)


def test_the_basis_stays_orthonormal_past_convergence():
    """Without reorthogonalization the largest eigenvalue comes several times."""
    known = np.concatenate([np.geomspace(1e-8, 1.0, 199), [1e3]])
    basis, values, vectors = krylov(lambda x: known * x, np.ones(200), 150)
    np.testing.assert_allclose(basis @ basis.T, np.eye(150), atol=1e-14)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(150), atol=1e-13)
    assert np.count_nonzero(values > 2) == 1
