"""The gate: every kind of thing, given to every public function, is taken exactly or refused."""

import datetime
import math
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import linviz as lv
from linviz.core.flow.descent import gradient_descent
from linviz.core.landscape.ends import extreme_eigenvalues
from linviz.core.landscape.hessian import frame_spectra
from linviz.core.model import checks

PROBLEM = lv.Problem(X=[[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]], Y=[[4.0, 2.0, 6.0]])
WHITE = lv.Problem.canonical((2, 1))
W = (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[2.0, 1.0]]))
DIRECTION = (np.array([[0.0, 1.0], [1.0, 3.0]]), np.array([[1.0, 0.0]]))
SQUARE = (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 0.0], [0.0, 1.0]]))


class Frame:
    """As pandas, polars and xarray have it: known by `to_numpy` alone."""

    def __init__(self, A):
        self.A = A

    def to_numpy(self):
        return self.A


class Tensor:
    """As torch and jax have it: known by `__array__` alone."""

    def __init__(self, A):
        self.A = A

    def __array__(self, dtype=None, copy=None):
        return self.A if dtype is None else self.A.astype(dtype)


class Stubborn:
    """As a tensor on another device has it."""

    def __array__(self, dtype=None, copy=None):
        raise TypeError("copy me to the host first")


def read_only(A):
    A = A.copy()
    A.flags.writeable = False
    return A


# what holds the numbers of A exactly
EXACT = {
    "list": lambda A: A.tolist(),
    "tuple of arrays": tuple,
    "generator of rows": lambda A: (row for row in A.tolist()),
    "int8": lambda A: A.astype(np.int8),
    "uint8": lambda A: A.astype(np.uint8),
    "int64": lambda A: A.astype(np.int64),
    "float16": lambda A: A.astype(np.float16),
    "float32": lambda A: A.astype(np.float32),
    "float128": lambda A: A.astype(np.longdouble),
    "big-endian": lambda A: A.astype(">f8"),
    "read-only": read_only,
    "by columns": np.asfortranarray,
    "every second": lambda A: np.repeat(np.repeat(A, 2, 0), 2, 1)[::2, ::2],
    "objects": lambda A: A.astype(object),
    "fractions": lambda A: [[Fraction(x) for x in row] for row in A],
    "decimals": lambda A: [[Decimal(x) for x in row] for row in A.tolist()],
    "np.matrix": lambda A: A.view(np.matrix),
    "masked nowhere": lambda A: np.ma.masked_array(A, mask=np.zeros(A.shape, bool)),
    "sparse": scipy.sparse.csr_array,
    "sparse matrix": scipy.sparse.coo_matrix,
    "frame": Frame,
    "frame of objects": lambda A: Frame(A.astype(object)),
    "tensor": Tensor,
    "list of 0-d arrays": lambda A: [[np.array(x) for x in row] for row in A],
    "list of frames": lambda A: [Frame(row) for row in A],
}

# what is no matrix of numbers
NONE_OF_IT = {
    "complex": lambda A: A * (1 + 1j),
    "complex without imaginary part": lambda A: A + 0j,
    "masked": lambda A: np.ma.masked_array(A, mask=A.flat[0] == A),
    "rows of which one is masked": lambda A: [np.ma.masked_array(r, mask=r == r[0]) for r in A],
    "dates": lambda A: A.astype("datetime64[D]"),
    "spans of time": lambda A: A.astype("timedelta64[s]"),
    "python's dates": lambda A: np.full(A.shape, datetime.date(2020, 1, 1), dtype=object),
    "texts": lambda A: A.astype(str),
    "bytes": lambda A: A.astype("S"),
    "text in a list": lambda A: [["1"] * A.shape[1]] * A.shape[0],
    "one text": lambda A: "1",
    "nan": lambda A: np.where(A.flat[0] == A, np.nan, A),
    "infinite": lambda A: np.full_like(A, np.inf),
    "missing objects": lambda A: np.where(A.flat[0] == A, None, A),
    "frame with missing": lambda A: Frame(np.where(A.flat[0] == A, None, A)),
    "huge whole numbers": lambda A: [[10**400] * A.shape[1]] * A.shape[0],
    "whole numbers that round": lambda A: np.full(A.shape, 2**53 + 1),
    "whole numbers that round, with floats": lambda A: [[2**53 + 1, 0.5][: A.shape[1]]] * len(A),
    "wide floats that round": lambda A: A.astype(np.longdouble) / 3,
    "fractions that round": lambda A: [[Fraction(1, 3)] * A.shape[1]] * A.shape[0],
    "records": lambda A: np.zeros(A.shape, dtype=[("a", float)]),
    "ragged": lambda A: [[1.0], [1.0, 2.0], []],
    "empty": lambda A: np.zeros((0, A.shape[1])),
    "one axis": lambda A: A[0],
    "three axes": lambda A: np.stack([A, A])[None],
    "zero-dim": lambda A: np.array(1.0),
    "number": lambda A: 1.0,
    "none": lambda A: None,
    "dict": lambda A: {"a": 1},
    "set": lambda A: {1.0, 2.0},
    "stubborn": lambda A: Stubborn(),
    "callable": lambda A: len,
}

# each public function of weights, on weights W that may stand in another form
OF_WEIGHTS = {
    "product": lambda W: lv.product(W),
    "loss": lambda W: lv.loss(PROBLEM, W),
    "gradient": lambda W: lv.gradient(PROBLEM, W),
    "invariants": lambda W: lv.invariants(W),
    "norm_gaps": lambda W: lv.norm_gaps(W),
    "hessian": lambda W: lv.hessian(PROBLEM, W),
    "hessian_vector_product": lambda W: lv.hessian_vector_product(PROBLEM, W, DIRECTION),
    "ntk": lambda W: lv.ntk(PROBLEM, W),
    "spectrum": lambda W: lv.spectrum(PROBLEM, W).eigenvalues,
    "extreme_eigenvalues": lambda W: extreme_eigenvalues(PROBLEM, W),
    "classify": lambda W: lv.classify(PROBLEM, W).gradient_norm,
    "certified_rate": lambda W: lv.certified_rate(PROBLEM, W).alpha,
    "rate_bounds": lambda W: [rate.alpha for rate in lv.rate_bounds(PROBLEM, W)],
    "exact_method": lambda W: len(lv.exact_method(PROBLEM, W)[1]),
    "nonlinear_loss": lambda W: lv.nonlinear_loss(PROBLEM, W, "tanh"),
    "nonlinear_gradient": lambda W: lv.nonlinear_gradient(PROBLEM, W, "tanh"),
    "imbalance_leak": lambda W: lv.imbalance_leak(PROBLEM, W, "tanh"),
    "neuron_invariants": lambda W: lv.neuron_invariants(W, "relu"),
    "nonlinear_flow": lambda W: lv.nonlinear_flow(PROBLEM, W, "tanh", t_end=0.01).limit,
    "one_step_drift": lambda W: lv.one_step_drift(PROBLEM, W, 0.01),
    "gradient_flow": lambda W: lv.gradient_flow(PROBLEM, W, t_end=0.01).limit,
    "gradient_descent": lambda W: lv.gradient_descent(PROBLEM, W, step=0.01, n_steps=3).limit,
}

OF_WHITE_WEIGHTS = {
    "exact_loss": lambda W: lv.exact_loss(WHITE, W, [0.0, 1.0]),
    "exact_product": lambda W: lv.exact_product(WHITE, W, [0.0, 1.0]),
    "exact_modes": lambda W: lv.exact_modes(WHITE, W, [0.0, 1.0]),
    "asymptotic_rate": lambda W: lv.asymptotic_rate(WHITE, W),
}

X = np.array([[2.0, 1.0, 4.0], [0.0, 1.0, 3.0]])
Y = np.array([[4.0, 2.0, 6.0]])
OF_A_MATRIX = {
    "Problem's X": (lambda A: lv.Problem(A, Y).singular_values, X),
    "Problem's Y": (lambda A: lv.Problem(X, A).singular_values, Y),
    "DataSet's X": (lambda A: lv.DataSet("toy", A, Y, "").X, X),
    "DataSet's Y": (lambda A: lv.DataSet("toy", X, A, "").Y, Y),
    "one layer": (lambda A: lv.loss(PROBLEM, (A,)), np.array([[1.0, 2.0]])),
    "times": (lambda A: lv.exact_loss(WHITE, SQUARE, A), np.array([[0.0, 1.0], [2.0, 3.0]])),
}


def same(found, expected):
    if expected is None:
        return False
    if isinstance(expected, tuple | list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return np.array_equal(np.asarray(found), np.asarray(expected))


def taken_or_refused(function, given, expected):
    """Whether the result is exactly that of plain float64, or the words say what was expected."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = function(given)
        except ValueError as refusal:
            return "refused" if "expected" in str(refusal) else str(refusal)
    return "taken" if same(found, expected) else f"changed to {found}"


@pytest.mark.parametrize("name", OF_WEIGHTS)
def test_weights_in_any_exact_form_give_the_same_numbers(name):
    function, expected = OF_WEIGHTS[name], OF_WEIGHTS[name](W)
    for form, convert in EXACT.items():
        if name in ("spectrum", "gradient_flow", "nonlinear_flow") and form == "by columns":
            continue  # another order of multiplication: the last bits may differ
        given = tuple(convert(Wj) for Wj in W)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert same(function(given), expected), form
    for whole in (list(W), np.array([*W, None], dtype=object)[:2], (Wj for Wj in W), iter(W)):
        assert same(function(whole), expected)


@pytest.mark.parametrize("name", [*OF_WEIGHTS, *OF_WHITE_WEIGHTS])
def test_what_is_no_layer_is_refused_in_words(name):
    function = (OF_WEIGHTS | OF_WHITE_WEIGHTS)[name]
    layers = W if name in OF_WEIGHTS else SQUARE
    for form, convert in NONE_OF_IT.items():
        for j in range(2):
            given = list(layers)
            given[j] = convert(layers[j])
            assert taken_or_refused(function, given, None) == "refused", (form, j)
    for form in ((), None, 1.0, "W", {"W": W}, {1, 2}, np.array(1.0), np.eye(2), len):
        assert taken_or_refused(function, form, None) == "refused", form
    assert taken_or_refused(function, scipy.sparse.csr_matrix(np.eye(2)), None) == "refused"
    assert taken_or_refused(function, np.eye(2).view(np.matrix), None) == "refused"


@pytest.mark.parametrize("name", OF_A_MATRIX)
def test_a_matrix_in_any_exact_form_gives_the_same_numbers(name):
    function, A = OF_A_MATRIX[name]
    for form, convert in EXACT.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = function(convert(A))
        assert np.allclose(found, function(A), rtol=1e-14, atol=0), form


@pytest.mark.parametrize("name", OF_A_MATRIX)
def test_what_is_no_matrix_is_refused_in_words(name):
    function, A = OF_A_MATRIX[name]
    shapes = {"empty", "one axis", "three axes", "zero-dim", "number"}
    for form, convert in NONE_OF_IT.items():
        if name == "times" and form in shapes:
            continue  # any shape is one of times
        assert taken_or_refused(function, convert(A), None) == "refused", form


def test_boolean_arrays_are_zeros_and_ones():
    assert lv.Problem(np.eye(2, dtype=bool), np.array([[True, False]])).Y.tolist() == [[1.0, 0.0]]
    assert lv.norm_gaps((np.eye(2, dtype=bool), np.array([[True, True]]))) == 0


def test_small_integers_do_not_wrap():
    small = (np.array([[100]], dtype=np.int8), np.array([[200]], dtype=np.uint8))
    assert lv.invariants(small)[0] == 30_000
    assert lv.norm_gaps(small) == -30_000
    assert lv.neuron_invariants(small, "relu")[0] == 30_000


def test_frames_of_weights_are_gated_like_single_ones():
    frames = tuple(np.stack([Wj, 2 * Wj]) for Wj in W)
    stacked = lv.invariants(tuple(f.astype(np.int8) for f in frames))
    assert all(
        same(Cj, expected) for Cj, expected in zip(stacked, lv.invariants(frames), strict=True)
    )
    assert frame_spectra(PROBLEM, frames, (1,)).shape == (1, 6)
    for function in (lv.invariants, lv.norm_gaps, lambda W: frame_spectra(PROBLEM, W)):
        with pytest.raises(ValueError, match="expected W_2 with 2 columns"):
            function((frames[0], frames[1][:1]))
        with pytest.raises(ValueError, match="expected finite numbers in W_1"):
            function((frames[0] * np.nan, frames[1]))


NO_NUMBERS = {
    "text": "1",
    "bytes": b"1",
    "true": True,
    "numpy's true": np.True_,
    "complex": 1 + 0j,
    "nan": math.nan,
    "inf": math.inf,
    "huge": 10**400,
    "none": None,
    "list": [1],
    "array": np.array([1.0]),
    "date": datetime.date(2020, 1, 1),
    "numpy's date": np.datetime64("2020-01-01"),
    "span of time": np.timedelta64(1, "s"),
    "fraction that rounds": Fraction(1, 3),
    "decimal that rounds": Decimal("0.1"),
    "not a decimal": Decimal("sNaN"),
    "masked": np.ma.masked,
    "half a character": "\ud800",
}

# each number of each public function; what it is given in place of 1
NUMBERS = {
    "gaussian scale": lambda x: lv.gaussian((2, 2), x),
    "gaussian seed": lambda x: lv.gaussian((2, 2), seed=x),
    "gaussian width": lambda x: lv.gaussian((2, x)),
    "xavier scale": lambda x: lv.xavier((2, 2), x),
    "orthogonal scale": lambda x: lv.orthogonal((2, 2), x),
    "balanced scale": lambda x: lv.balanced((2, 2), x),
    "zeros width": lambda x: lv.zeros((x, 2)),
    "lambda_balanced lam": lambda x: lv.lambda_balanced((2, 2), x),
    "with_singular_values entry": lambda x: lv.with_singular_values((1, 2), [[x]]),
    "certified alpha": lambda x: lv.certified((2, 2, 2), x),
    "aligned strength": lambda x: lv.aligned(WHITE, (2, 2, 2), (x,)),
    "on_stable_manifold missed": lambda x: lv.on_stable_manifold(WHITE, (2, 2, 2), (x,)),
    "critical_point missed": lambda x: lv.critical_point(WHITE, (2, 2, 2), (x,)),
    "critical_point seed": lambda x: lv.critical_point(WHITE, (2, 2, 2), (1,), seed=x),
    "predicted_inertia missed": lambda x: lv.predicted_inertia(WHITE, (2, 2, 2), (x,)),
    "critical_values width": lambda x: list(lv.critical_values(WHITE, (2, x, 2)).values()),
    "minimum_loss width": lambda x: lv.minimum_loss(WHITE, (2, x, 2)),
    "n_independent width": lambda x: lv.n_independent((2, x, 2)),
    "canonical entry": lambda x: lv.Problem.canonical((x,)).Y,
    "canonical d_x": lambda x: lv.Problem.canonical((1.0,), d_x=x).X,
    "product j": lambda x: lv.product(W, 1, x),
    "exact time": lambda x: lv.exact_loss(WHITE, SQUARE, [x]),
    "one_step_drift step": lambda x: lv.one_step_drift(WHITE, SQUARE, x),
    "one_step_drift noise": lambda x: lv.one_step_drift(WHITE, SQUARE, 0.1, label_noise=x),
    "critical_step layers": lambda x: lv.critical_step(WHITE, x),
    "sharpness_floor layers": lambda x: lv.sharpness_floor(WHITE, x),
    "gradient_flow t_end": lambda x: lv.gradient_flow(WHITE, SQUARE, t_end=x).loss,
    "gradient_flow steps": lambda x: (
        lv.gradient_flow(WHITE, SQUARE, t_end=0.1, max_steps=x).n_steps
    ),
    "gradient_descent step": lambda x: gradient_descent(WHITE, SQUARE, step=x, n_steps=2).loss,
    "gradient_descent n": lambda x: gradient_descent(WHITE, SQUARE, step=0.1, n_steps=x).loss,
    "gradient_descent decay": lambda x: (
        gradient_descent(WHITE, SQUARE, step=0.1, n_steps=2, weight_decay=x).loss
    ),
    "nonlinear_flow t_end": lambda x: lv.nonlinear_flow(WHITE, SQUARE, "tanh", t_end=x).loss,
    "nonlinear_flow steps": lambda x: (
        lv.nonlinear_flow(WHITE, SQUARE, "tanh", t_end=0.1, max_steps=x).n_steps
    ),
    "basin_study n": lambda x: lv.basin_study(WHITE, (2, 2, 2), n=x).loss,
    "basin_study scale": lambda x: lv.basin_study(WHITE, (2, 2, 2), n=1, scale=x).loss,
    "basin_study t_end": lambda x: lv.basin_study(WHITE, (2, 2, 2), n=1, t_end=x).loss,
    "digits class": lambda x: lv.digits(classes=(0, x), pixels=4).Y,
    "Scenario scale": lambda x: lv.Scenario(scale=x).scale,
    "Scenario seed": lambda x: lv.Scenario(seed=x).seed,
    "Scenario width": lambda x: lv.Scenario(dims=(5, x, 3)).dims,
    "Scenario missed": lambda x: lv.Scenario(missed=(x,)).missed,
    "Scenario strength": lambda x: lv.Scenario(strengths=(x,)).strengths,
    "Scenario step": lambda x: lv.Scenario(step=x).step,
    "Scenario t_end": lambda x: lv.Scenario(t_end=x).t_end,
}
OPTIONAL = {"critical_point seed", "gradient_flow t_end", "canonical d_x", "Scenario t_end"}
OPTIONAL |= {"product j"}
# in an array truth is 0 or 1
LISTED = {"with_singular_values entry", "aligned strength", "canonical entry", "exact time"}


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_no_number_is_refused_in_words(name):
    function, expected = NUMBERS[name], NUMBERS[name](1)
    for form, value in NO_NUMBERS.items():
        found = taken_or_refused(function, value, expected)
        known = value is None and name in OPTIONAL
        known = known or (name == "exact time" and form in ("list", "array"))  # any shape is one
        known = known or (found == "taken" and "true" in form and name in LISTED)
        assert found == "refused" or known, form
    for one in (1.0, np.int8(1), np.uint64(1), np.float32(1), np.longdouble(1), Fraction(1)):
        assert same(function(one), expected), type(one)
    assert same(function(np.array(1)), expected)
    assert same(function(Decimal(1)), expected)


def test_a_budget_that_is_no_number_is_none():
    for max_seconds in (math.nan, "1", None, True, -1.0):
        with pytest.raises(ValueError, match="expected max_seconds to be a number > 0"):
            lv.gradient_flow(WHITE, SQUARE, max_seconds=max_seconds)
        with pytest.raises(ValueError, match="expected max_seconds to be a number > 0"):
            lv.simulate(lv.Scenario(), max_seconds=max_seconds)


def test_truth_is_true_or_false():
    for value in ("no", 0, None, np.nan, [], "False"):
        with pytest.raises(ValueError, match="whitened to be True or False, found"):
            lv.Scenario(whitened=value)
        with pytest.raises(ValueError, match="balanced to be True or False, found"):
            lv.predicted_inertia(WHITE, (2, 2, 2), (1,), balanced=value)
    assert lv.Scenario(whitened=np.True_).whitened is True


def test_text_that_no_link_can_carry_is_refused():
    for data in ("\ud800", "a\nb", "a" * 101, b"canonical", None):
        with pytest.raises(ValueError, match="expected data"):
            lv.Scenario(data=data)


def test_what_is_no_problem_is_refused():
    for problem in (None, X, "canonical", (X, Y)):
        for function in (lv.loss, lv.gradient, lv.hessian, lv.spectrum, lv.gradient_flow):
            with pytest.raises(ValueError, match="expected a Problem"):
                function(problem, W)
        with pytest.raises(ValueError, match="expected a Problem"):
            lv.critical_values(problem, (2, 2, 1))


@pytest.mark.filterwarnings("error")
def test_data_that_overflow_or_have_lost_digits_are_refused():
    for x, y in ((1e-310, 1), (1e200, 1), (1, 1e200), (1e-310, 1e-310), (1e-300, 1e20)):
        with pytest.raises(ValueError, match="scale the data to order 1"):
            lv.Problem(X * x, Y * y)
    for x, y in ((1e-300, 1), (1e100, 1e100), (1, 5e-324), (0, 1), (1, 0)):
        problem = lv.Problem(X * x, Y * y)
        assert np.isfinite(problem.least_squares).all()
        assert np.isfinite(lv.loss(problem, (np.eye(2), np.ones((1, 2)))))


def test_an_endless_generator_is_refused():
    with pytest.raises(ValueError, match="expected widths"):
        lv.gaussian(iter(int, 1))


NUMBER = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.booleans(),
    st.fractions(),
    st.decimals(),
    st.complex_numbers(),
    st.none(),
    st.text(max_size=2),
)


def array_or_none(value):
    """What the gate makes of it; refusals are words."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return checks.array(value, "A")
        except ValueError as refusal:
            if str(refusal).startswith("expected"):
                return None
            raise


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(NUMBER, min_size=1, max_size=2), min_size=1, max_size=2))
def test_lists_of_anything_become_their_numbers_or_are_refused(rows):
    A = array_or_none(rows)
    if A is None:
        return
    for row, floats in zip(rows, A, strict=True):
        assert all(float(x) == y and x == y for x, y in zip(row, floats, strict=True))


@settings(max_examples=300, deadline=None)
@given(arrays.arrays(arrays.scalar_dtypes(), (2, 2)))
def test_arrays_of_any_kind_become_their_numbers_or_are_refused(A):
    floats = array_or_none(A)
    if floats is None:
        return
    assert A.dtype.kind in "biuf"
    assert all(x == y for x, y in zip(A.ravel().tolist(), floats.ravel().tolist(), strict=True))
