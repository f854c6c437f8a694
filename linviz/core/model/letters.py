r"""Weights as text: base64url of their float64, little-endian, W_1 first, each row by row.

No bit is lost, and the text can stand in a link. :math:`W_j` has shape (d_j, d_{j-1}).
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Sequence

import numpy as np

from linviz.core.model import checks
from linviz.core.model.layers import Weights, n_parameters, widths
from linviz.core.model.problem import Matrix

LARGEST_WEIGHT = 1e6

_LETTERS = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def text_of(W: Sequence[object]) -> str:
    """The weights as text, which `weights_in` reads back to the last bit.

    Examples
    --------
    >>> text_of([[[0.5, -2.0]]])
    'AAAAAAAA4D8AAAAAAAAAwA'
    """
    flat = np.concatenate([Wj.ravel() for Wj in checks.layers(W)]).astype("<f8")
    return base64.urlsafe_b64encode(flat.tobytes()).decode("ascii").rstrip("=")


def weights_in(text: str, dims: tuple[int, ...]) -> Weights:
    """The weights of a network of these widths, of a text that `text_of` wrote.

    Raises
    ------
    ValueError
        If it is none, does not hold as many numbers as there are weights, or one of them is not
        finite or larger than 1e6.

    Examples
    --------
    >>> weights_in("AAAAAAAA4D8AAAAAAAAAwA", (2, 1))
    (array([[ 0.5, -2. ]]),)
    >>> weights_in("AAAAAAAA4D8AAAAAAAAAwA", (3, 1))
    Traceback (most recent call last):
        ...
    ValueError: expected 3 weights for the widths (3, 1), found 2
    """
    flat, n = _numbers(text), n_parameters(dims)
    if flat.size != n:
        raise ValueError(f"expected {n} weights for the widths {dims}, found {flat.size}")
    for k in np.flatnonzero(~(np.abs(flat) <= LARGEST_WEIGHT)):
        raise ValueError(
            f"expected weights of at most {LARGEST_WEIGHT:g}, found {flat[k]:g} as number {k + 1}"
        )
    shapes = [(b, a) for a, b in itertools.pairwise(dims)]
    ends = np.cumsum([a * b for a, b in shapes])
    parts = np.split(flat, ends[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def _numbers(text: str) -> Matrix:
    words = "expected weights as base64url of their float64, little-endian"
    if not _LETTERS.fullmatch(text):
        raise ValueError(f"{words}, found {checks.brief(text)}")
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError(f"{words}, found a text of {len(text)} letters") from None
    if len(packed) % 8 or base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=") != text:
        raise ValueError(f"{words}, found {len(packed)} bytes: something is missing")
    return np.frombuffer(packed, dtype="<f8").astype(float)


def resized(W: Weights, dims: tuple[int, ...], drawn: Weights) -> Weights:
    """Weights of other widths: what still fits stays, the rest is as in `drawn`.

    Layers are matched from the input, the last one with the last.

    Examples
    --------
    >>> resized((np.ones((2, 1)),), (2, 1), (np.zeros((1, 2)),))
    (array([[1., 0.]]),)
    """
    if widths(W) == dims:
        return W
    found = []
    for j, Dj in enumerate(drawn):
        last = j == len(drawn) - 1
        Wj = W[-1] if last else W[j] if j < len(W) - 1 else Dj
        rows, columns = np.minimum(Wj.shape, Dj.shape)
        Dj = Dj.copy()
        Dj[:rows, :columns] = Wj[:rows, :columns]
        found.append(Dj)
    return tuple(found)
