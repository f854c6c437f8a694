"""The Hessian's spectrum at balanced critical points, beside the Hessian itself."""

import numpy as np
import pytest

import linviz as lv
from linviz.core.landscape.balanced import balanced_eigenvalues
from linviz.core.model.problem import Problem


@pytest.mark.parametrize(
    ("dims", "s"),
    [
        ((5, 6, 4), (4.0, 3.0, 2.0, 1.0)),
        ((5, 5, 4, 3), (3.0, 2.0, 1.0)),
        ((4, 2, 4, 3), (3.0, 2.0, 1.0)),  # a bottleneck
        ((4, 4, 4, 4, 2), (2.0, 0.5)),
        ((3, 1, 3), (3.0, 2.0, 2.0)),  # a tie
        ((4, 3, 3), (2.0, 1.0, 0.0)),  # an output without a mode
        ((3, 2), (2.0, 1.0)),  # no hidden layer
    ],
)
def test_the_closed_form_has_the_eigenvalues_of_the_hessian(
    dims: tuple[int, ...], s: tuple[float, ...]
) -> None:
    problem = Problem.canonical(s, d_x=dims[0])
    for missed in lv.critical_values(problem, dims):
        W = lv.critical_point(problem, dims, missed, seed=1)
        exact = np.linalg.eigvalsh(lv.hessian(problem, W))
        found = balanced_eigenvalues(problem, dims, missed)
        np.testing.assert_allclose(found, exact, atol=1e-10)


def test_rings_are_drawn_only_where_the_run_is_balanced() -> None:
    near = lv.run(lv.presets["saddle-to-saddle"])
    rings = lv.figures.hessian_picture(near)["spectrum"]["rings"]
    assert [len(ring["learned"]) for ring in rings] == [len(stay.learned) for stay in near.stays]
    far = lv.run(lv.Scenario())  # its C is not small beside its first missed mode
    assert lv.figures.hessian_picture(far)["spectrum"]["rings"] == []
