"""Small data sets from a fixed seed, for lectures: what raw data do that white data do not."""

from __future__ import annotations

import numpy as np

from linviz.core.model.data import DataSet

N_SAMPLES = 12


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
