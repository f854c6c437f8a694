"""Maps of images: a sample of each class, and below it what the network looks for to decide so."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.run import Run
from linviz.core.flow.recorder import evenly
from linviz.core.model.problem import Matrix
from linviz.figures.conversion import to_plotly
from linviz.figures.picture import Heat, Picture, matrices

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_PIXELS = 100_000  # in a picture: of many pixels fewer moments are in it
LEAST_SIDE = 4  # pixels along an edge: fewer inputs are hardly an image


def images_figure(run: Run, t: float | None = None) -> go.Figure:
    """A sample of each class, and the row of P that decides for it, as images, at time t.

    Raises
    ------
    ValueError
        If the data are no square images of classes.
    """
    return to_plotly(images_picture(run), t)


def images_picture(run: Run) -> Picture:
    """Picture of `images_figure`, at moments of the whole run."""
    data = run.data
    if data is None or data.classes is None or not are_images(run):
        raise ValueError(
            f"expected square images of classes, not whitened; found {run.scenario.data}: choose "
            "the digits"
        )
    n_classes, n_pixels = data.Y.shape[0], data.X.shape[0]
    t = run.trajectory.t
    kept = evenly(t.size, max(2, MOST_PIXELS // (n_classes * n_pixels)))
    P = run.trajectory.product[kept]
    first = [int(np.argmax(data.classes == k)) for k in range(n_classes)]
    samples = [
        _image(f"I{k}", t[:1], data.X[None, :, i], float(data.X[:, first].max()), "sample")
        for k, i in enumerate(first)
    ]
    limit = float(np.abs(P).max())
    rows = [_image(f"R{k}", t[kept], P[:, k], limit, "row of P") for k in range(n_classes)]
    return matrices([*samples, *rows])


def are_images(run: Run) -> bool:
    """Whether the run's inputs are the pixels of square images, and its targets classes."""
    side = isqrt(run.trajectory.problem.d_x)
    square = side >= LEAST_SIDE and side**2 == run.trajectory.problem.d_x
    return square and run.decisions is not None


def images_words(run: Run) -> str:
    """What stands in which row."""
    learned, pixels = run.trajectory.problem.X.shape[1], isqrt(run.trajectory.problem.d_x)
    return (
        f"Above, a sample of each class, of {learned} with {pixels}×{pixels} pixels; below, the "
        "row of P that decides for it."
    )


def _image(key: str, t: Matrix, pixels: Matrix, limit: float, scale: str) -> Heat:
    side = isqrt(pixels.shape[1])
    return {
        "name": f"{scale} {key[1:]}",
        "title": key[1:] if key[0] == "I" else "",  # they stand below each other
        "t": t,
        "values": pixels.reshape(-1, side, side).astype(np.float32),
        "limit": limit,
        "floor": 0.0,
        "scale": scale,
        "kind": "images" if key[0] == "I" else "weights",
        "key": key,
        "cell": 1.0,
    }
