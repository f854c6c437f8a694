"""The data sets that come with linviz: handwritten digits, and samples from a fixed seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linviz.core.model import checks
from linviz.core.model.samples import DataSet

N_SAMPLES = 12
N_LEARNED = 300  # of the 1797 digits, where the others are kept for a test


def stretched() -> DataSet:
    r"""Twelve samples with an ill-conditioned input: X has singular values 10, 1 and 0.3.

    The targets are a linear map of the inputs and noise that no linear map can fit.

    Examples
    --------
    >>> data = stretched()
    >>> np.linalg.svd(data.X, compute_uv=False).round(12)
    array([10. ,  1. ,  0.3])
    """
    rng = np.random.default_rng(0)
    left, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    right, _ = np.linalg.qr(rng.normal(size=(N_SAMPLES, 3)))
    X = left @ np.diag([10.0, 1.0, 0.3]) @ right.T
    # in the inputs' own directions, so that both modes are learned in view
    Y = rng.normal(size=(2, 3)) @ right.T * 2 + rng.normal(size=(2, N_SAMPLES)) * 0.8
    return DataSet("stretched inputs", X, Y, "Drawn; cond(X) = 33, two targets with noise.")


def cloud() -> DataSet:
    """Twelve samples of three independent Gaussian inputs and two targets with noise.

    Examples
    --------
    >>> cloud().X.shape, cloud().Y.shape
    ((3, 12), (2, 12))
    """
    rng = np.random.default_rng(1)
    X = rng.normal(size=(3, N_SAMPLES)) / np.sqrt(N_SAMPLES)
    Y = rng.normal(size=(2, 3)) @ X * 2 + rng.normal(size=(2, N_SAMPLES)) * 0.1
    return DataSet("Gaussian cloud", X, Y, "Drawn; three Gaussian inputs, two targets with noise.")


def fold() -> DataSet:
    r"""Twelve points of :math:`y = |x|`, with a constant input beside x.

    .. math:: X_{:,i} = \frac{2}{\sqrt m} (x_i, 1)^\top, \qquad Y_i = \frac{4}{\sqrt m} |x_i|,
              \qquad -1 \le x_i \le 1

    No linear map is nearer to it than a constant; two ReLU units, max(x, 0) + max(−x, 0), are it.

    Examples
    --------
    >>> data = fold()
    >>> np.allclose(2 * np.abs(data.X[0]), data.Y[0])
    True
    """
    x, size = np.linspace(-1.0, 1.0, N_SAMPLES), 2.0 / np.sqrt(N_SAMPLES)
    X, Y = size * np.vstack([x, np.ones(N_SAMPLES)]), 2.0 * size * np.abs(x)[None]
    return DataSet("fold", X, Y, "Twelve points of y = |x|; the second input is constant.")


def few_digits() -> DataSet:
    """The first 300 handwritten digits to learn from, the other 1497 to test with.

    Few enough for the best linear map to be worse on the test than a map on the way to it. Both
    parts are scaled as those of `digits`.

    Examples
    --------
    >>> data = few_digits()
    >>> data.X.shape, data.test.X.shape
    ((64, 300), (64, 1497))
    """
    whole = digits()
    m = whole.X.shape[1]
    learned, rest = np.sqrt(m / N_LEARNED), np.sqrt(m / (m - N_LEARNED))
    name = f"{N_LEARNED} digits"
    test = DataSet(
        f"{m - N_LEARNED} digits",
        rest * whole.X[:, N_LEARNED:],
        rest * whole.Y[:, N_LEARNED:],
        "The digits that are not learned from.",
    )
    words = f"The first {N_LEARNED} of {whole.description}"
    return DataSet(
        name, learned * whole.X[:, :N_LEARNED], learned * whole.Y[:, :N_LEARNED], words, test
    )


def digits(classes: Sequence[int] | None = None, pixels: int = 8) -> DataSet:
    r"""Return handwritten digits as a regression of the one-hot class on the pixels.

    .. math:: X = \frac{\text{pixels}/16}{\sqrt m}, \qquad Y = \frac{\text{one-hot}}{\sqrt m}

    so that :math:`L = \tfrac12\|Y - PX\|_F^2` is half the mean squared error per sample, whatever
    their number m, and the time of the flow does not depend on m. The pixels are neither centered
    nor whitened: :math:`XX^\top` is the matrix of their second moments.

    Parameters
    ----------
    classes : at least two different digits from 0 to 9, optional
        Which digits to keep; row k of Y belongs to ``classes[k]``. All ten by default.
    pixels : 8 or 4
        Pixels along an edge: 8 for d_x = 64, or 4 for d_x = 16, means over blocks of 2 by 2.

    Raises
    ------
    ValueError
        If `classes` or `pixels` is none of these.

    Notes
    -----
    All 1797 images: with 8 pixels X has rank 61 (three pixels are always blank) and the nonzero
    eigenvalues of :math:`XX^\top` span a ratio of 6.5e6; with 4 pixels rank 16 and 3.0e3.

    References
    ----------
    E. Alpaydin and C. Kaynak 1998, Optical Recognition of Handwritten Digits, test part, UCI
    Machine Learning Repository, CC BY 4.0; see ``digits.txt`` beside this file.

    Examples
    --------
    >>> data = digits(classes=(0, 1), pixels=4)
    >>> data.X.shape, data.Y.shape
    ((16, 360), (2, 360))
    """
    chosen = _checked_classes(range(10) if classes is None else classes)
    if (pixels := checks.as_whole(pixels) or 0) not in (4, 8):
        raise ValueError(f"expected pixels to be 8 or 4, found {checks.brief(pixels)}")
    images, labels = _packaged_digits()
    kept = np.isin(labels, chosen)
    blocks = images[kept].reshape(-1, pixels, 8 // pixels, pixels, 8 // pixels)
    gray = blocks.mean(axis=(2, 4)).reshape(-1, pixels**2) / 16
    one_hot = (labels[kept, None] == np.array(chosen)).astype(float)
    which = "" if classes is None else " " + ", ".join(map(str, chosen))
    root_m = np.sqrt(len(gray))
    return DataSet(
        name=f"digits{which} ({pixels}×{pixels})",
        X=gray.T / root_m,
        Y=one_hot.T / root_m,
        description=(
            f"{len(gray)} handwritten digits{which} of {pixels} by {pixels} pixels and their "
            "class, one-hot, both divided by √m (E. Alpaydin and C. Kaynak 1998, UCI Machine "
            "Learning Repository, CC BY 4.0)."
        ),
    )


def _checked_classes(classes: Sequence[int]) -> tuple[int, ...]:
    given = checks.items(classes, "at least two different classes from 0 to 9")
    chosen = tuple(checks.as_whole(k) for k in given)
    if len(chosen) < 2 or len(set(chosen)) < len(chosen) or not set(chosen) <= set(range(10)):
        raise ValueError(
            f"expected at least two different classes from 0 to 9, found {checks.brief(given)}"
        )
    return tuple(k for k in chosen if k is not None)


@cache
def _packaged_digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (1797, 64) with levels 0 to 16, and their classes (1797,)."""
    with np.load(Path(__file__).with_name("digits.npz")) as archive:
        classes, sorted_by_class = archive["classes"], archive["pixels"]
    pixels = np.empty(sorted_by_class.shape, np.uint8)
    pixels[np.argsort(classes, kind="stable")] = sorted_by_class  # which compresses better
    return pixels, classes
