"""The one gate for what the public functions are given: arrays, numbers, names.

What comes in is converted exactly or refused in words: what was expected, what was found, what to
do. Arrays may be of numpy, pandas, polars, xarray or scipy.sparse, or nested lists. Missing
entries, complex numbers, dates and texts are no numbers, and no number is rounded or wraps.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAX_SEED = 2**32 - 1
MAX_WEIGHTS = 10**9  # of one network: 8 GB
LARGEST_WHOLE = 2**63 - 1
MAX_ITEMS = 10**7  # of an iterator: it may have no end
LARGEST_EXACT = 2**53  # whole numbers up to this are float64 numbers
NO_LIST = (str, bytes, bytearray, Mapping, Set)
REMEDIES = {
    "c": "complex numbers: take A.real where the imaginary parts are zero",
    "M": "dates: subtract the first one and divide by a unit of time",
    "m": "spans of time: divide by a unit of time",
    **dict.fromkeys("SUT", "texts: convert them first, A.astype(float)"),
    "V": "records: take one of their fields",
}


def array(value: object, name: str) -> Floats:
    """The value as an array of float64 with exactly the finite numbers that were given.

    Examples
    --------
    >>> array(np.array([200], dtype=np.uint8), "X") ** 2
    array([40000.])
    >>> array([1, 2j], "X")
    Traceback (most recent call last):
        ...
    ValueError: expected X to hold real numbers, found complex numbers: take A.real where the \
imaginary parts are zero
    """
    if type(value) is np.ndarray and value.dtype == np.float64:
        A = value if value.dtype.isnative else value.astype(float)
    else:
        A = _exact(_plain(value, name), name)
    # a sum of squares tells sooner, unless it overflows
    if not math.isfinite(np.vdot(A, A)) and not np.isfinite(A).all():
        place = tuple(np.argwhere(~np.isfinite(A))[0])
        raise ValueError(f"expected finite numbers in {name}, found {A[place]}{_at(place)}")
    return A


def matrix(value: object, name: str) -> Floats:
    """The value as a matrix that is not empty."""
    A = array(value, name)
    if A.ndim != 2 or A.size == 0:
        raise ValueError(f"expected {name} to be a matrix (2-D, not empty), found shape {A.shape}")
    return A


def vector(value: object, name: str, low: float = -math.inf, high: float = math.inf) -> Floats:
    """The value as a list of numbers, each from low to high; it may be empty."""
    A = array(value, name)
    if A.ndim != 1:
        raise ValueError(f"expected {name} to be a list of numbers, found shape {A.shape}")
    if A.size and not low <= A.min() <= A.max() <= high:
        k = int(np.argmax((low > A) | (high < A)))
        raise ValueError(f"expected {name} {_range(low, high)}, found {A[k]:g}{_at((k,))}")
    return A


def layers(W: object) -> tuple[Floats, ...]:
    """Weights as arrays (..., d_j, d_{j-1}) that chain, with the same leading axes.

    A generator is listed once.

    Examples
    --------
    >>> layers(np.eye(2))
    Traceback (most recent call last):
        ...
    ValueError: expected weights as a tuple of matrices, one a layer, found a single matrix: \
write (A,)
    """
    given: list[Any] = items(W, "weights as a tuple of matrices, one a layer")
    if not given:
        raise ValueError("expected one weight matrix or more, found none")
    checked = tuple(array(Wj, f"W_{j}") for j, Wj in enumerate(given, start=1))
    rows, axes = checked[0].shape[-1:], checked[0].shape[:-2]
    for j, Wj in enumerate(checked, start=1):
        if Wj.ndim < 2 or Wj.size == 0:
            raise ValueError(
                f"expected W_{j} to be a matrix (2-D, not empty), found shape {Wj.shape}"
            )
        if Wj.shape[-1:] != rows or Wj.shape[:-2] != axes:
            raise ValueError(
                f"expected W_{j} with {rows[0]} columns (the rows of W_{j - 1}), "
                f"found shapes {checked[j - 2].shape} and {Wj.shape}"
            )
        rows = Wj.shape[-2:-1]
    return checked


def layer_widths(dims: object) -> tuple[int, ...]:
    """The widths (d_0, ..., d_N) as integers, or what is wrong with them."""
    words = "widths (d_0, ..., d_H+1), two or more integers >= 1"
    given = dims if type(dims) is tuple else tuple(items(dims, words))
    known = tuple(d for d in map(as_whole, given) if d is not None and d >= 1)
    if len(known) < max(2, len(given)):
        raise ValueError(f"expected {words}, found {brief(given)}")
    if sum(a * b for a, b in itertools.pairwise(known)) > MAX_WEIGHTS:
        raise ValueError(
            f"expected widths of at most {MAX_WEIGHTS} weights in all, found {brief(known)}"
        )
    return known


def whole(value: object, name: str, low: int = 0, high: int = LARGEST_WHOLE) -> int:
    """The value as a whole number from low to high.

    Examples
    --------
    >>> whole(2.0, "seed", 0, 9)
    2
    >>> whole(10, "seed", 0, 9)
    Traceback (most recent call last):
        ...
    ValueError: expected seed to be a whole number from 0 to 9, found 10
    """
    number = as_whole(value)
    if number is None or not low <= number <= high:
        upto = f"from {low} to {high}" if high < LARGEST_WHOLE else f">= {low} (below 2**63)"
        raise ValueError(f"expected {name} to be a whole number {upto}, found {brief(value)}")
    return number


def real(value: object, name: str, low: float = -math.inf, high: float = math.inf) -> float:
    """The value as a finite number from low to high.

    Examples
    --------
    >>> real(float("nan"), "scale", 0, 10)
    Traceback (most recent call last):
        ...
    ValueError: expected scale to be a number from 0 to 10, found nan
    """
    number = as_float(value)
    if not (low <= number <= high and math.isfinite(number)):
        raise ValueError(f"expected {name} to be {_range(low, high)}, found {brief(value)}")
    return number


def positive(value: object, name: str) -> float:
    """The value as a finite number above zero."""
    number = as_float(value)
    if not 0 < number < math.inf:
        raise ValueError(f"expected {name} to be a finite number > 0, found {brief(value)}")
    return number


def budget(value: object, name: str) -> float:
    """The value as a number above zero, which may be infinite."""
    number = as_float(value)
    if not number > 0:
        raise ValueError(f"expected {name} to be a number > 0, found {brief(value)}")
    return number


def boolean(value: object, name: str) -> bool:
    """The value if it is true or false."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"expected {name} to be True or False, found {brief(value)}")
    return bool(value)


def one_of(value: object, name: str, known: Collection[str]) -> str:
    """The value if it is one of the known names."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"expected {name} among {', '.join(known)}; found {brief(value)}")
    return value


def text(value: object, name: str, longest: int) -> str:
    """The value if it is printable text that is not too long: it must fit in a link."""
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ValueError(
            f"expected {name} as printable text of at most {longest} characters, "
            f"found {brief(value)}"
        )
    return value


def as_float(value: object) -> float:
    """The value as a float, or nan where it is no number, or none that a float64 holds exactly."""
    if type(value) is float:  # almost always: a study asks a thousand times
        return value
    value = _scalar(value)
    if not isinstance(value, Real | Decimal):
        return math.nan
    try:
        number = float(value)
        return number if number == value else math.nan
    except (OverflowError, ValueError):  # a whole number like 10**400, a signaling Decimal
        return math.nan


def as_whole(value: object) -> int | None:
    """The value as an int, or None where it is no whole number."""
    if type(value) is int:
        return value
    value = _scalar(value)
    if isinstance(value, Integral):
        return int(value)
    number = as_float(value)
    return int(number) if math.isfinite(number) and number % 1 == 0 else None


def _scalar(value: object) -> object:
    """What may be a number: the entry of an array without axes; no truth value, no span of time."""
    if type(value) is np.ndarray and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.timedelta64):
        return None
    return int(value) if isinstance(value, np.integer) else value  # numpy compares them as floats


def brief(value: object) -> str:
    """What was found, short enough for a message."""
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # numbers of thousands of digits, lists of themselves
        shown = f"a {type(value).__name__} too large to write"
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def items(value: Any, words: str) -> list[Any]:
    """The items of what is iterable, listed once."""
    if getattr(value, "ndim", 1) == 2 or hasattr(value, "toarray"):
        raise ValueError(f"expected {words}, found a single matrix: write (A,)")
    if (
        isinstance(value, NO_LIST)
        or not isinstance(value, Iterable)
        or getattr(value, "ndim", 1) == 0
    ):
        raise ValueError(f"expected {words}, found {brief(value)}")
    return _few(value, words)


def _few(items: Iterable[Any], words: str) -> list[Any]:
    """A list, unless the iterator may have no end."""
    listed = list(itertools.islice(items, MAX_ITEMS + 1))
    if len(listed) > MAX_ITEMS:
        raise ValueError(f"expected {words}, found more than {MAX_ITEMS} items: make an array")
    return listed


def _plain(value: Any, name: str) -> NDArray[Any]:
    """The value as numpy's own array, nothing lost on the way."""
    if np.ma.isMaskedArray(value):
        if np.ma.is_masked(value):
            raise ValueError(
                f"expected numbers in {name}, found masked entries: fill them, A.filled(value), or "
                "leave their rows out"
            )
        return np.asarray(value.data)
    if isinstance(value, NO_LIST) or value is None:
        raise ValueError(f"expected {name} to be an array of numbers, found {brief(value)}")
    if not isinstance(value, np.ndarray):
        for convert in ("to_numpy", "toarray"):
            if callable(getattr(value, convert, None)):
                return _plain(getattr(value, convert)(), name)
    if isinstance(value, Iterator | range):
        value = _few(value, f"{name} to be an array of numbers")
    if isinstance(value, list | tuple):
        value = [item if isinstance(item, Real) else _item(item, name) for item in value]
    try:
        A = np.asarray(value)
        if isinstance(value, list) and A.dtype == float and (abs(A) >= LARGEST_EXACT).any():
            return np.array(value, dtype=object)  # whole numbers among them were rounded
        return A
    except Exception as error:  # ragged lists, arrays on another device, whatever __array__ raises
        raise ValueError(f"expected {name} to be an array of numbers: {str(error)[:200]}") from None


def _item(item: Any, name: str) -> Any:
    """An item of a list: arrays in it are looked at as closely as the list itself."""
    nested = isinstance(item, list | tuple | Iterator) or hasattr(item, "__array__")
    nested = nested or hasattr(item, "toarray") or hasattr(item, "to_numpy")
    return _plain(item, name) if nested else item


def _exact(A: NDArray[Any], name: str) -> Floats:
    """The same numbers as float64, or the first that is none."""
    kind = A.dtype.kind
    if kind in REMEDIES:
        raise ValueError(f"expected {name} to hold real numbers, found {REMEDIES[kind]}")
    if kind == "O":
        numbers = [_float_in(x, name, place) for place, x in np.ndenumerate(A)]
        return np.array(numbers, dtype=float).reshape(A.shape)
    if kind not in "biuf":
        raise ValueError(f"expected {name} to hold real numbers, found {A.dtype}")
    with np.errstate(all="ignore"):
        floats = A.astype(float)
        suspects = (floats != A) & ~np.isnan(floats) if A.dtype.itemsize > 8 else None
        if kind in "iu" and A.dtype.itemsize == 8:
            suspects = np.abs(floats) >= LARGEST_EXACT
    if suspects is not None and suspects.any():
        for place in map(tuple, np.argwhere(suspects)):
            _float_in(A[place], name, place)
    return floats


def _float_in(x: Any, name: str, place: tuple[int, ...]) -> float:
    """An entry as a float, exactly."""
    if isinstance(x, bool | np.bool_):
        return float(x)
    if isinstance(x, float) and math.isnan(x):
        return math.nan
    number = as_float(x)
    if math.isnan(number):
        is_number = isinstance(x, Integral | Fraction | Decimal | np.longdouble)
        what = ", which no float64 equals: round it first" if is_number else ", which is no number"
        raise ValueError(f"expected real numbers in {name}, found {brief(x)}{_at(place)}{what}")
    return number


def _range(low: float, high: float) -> str:
    if low == -math.inf and high == math.inf:
        return "a finite number"
    if high == math.inf:
        return f"a finite number >= {low:g}"
    return f"a number from {low:g} to {high:g}"


def _at(place: tuple[int, ...]) -> str:
    """Where an entry stands, counted from 1."""
    if len(place) == 2:
        return f" at row {place[0] + 1}, column {place[1] + 1}"
    return f" at place {', '.join(str(k + 1) for k in place)}" if place else ""
