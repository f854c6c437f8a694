"""Maps of starts, pixel by pixel beside `gradient_flow`."""

import numpy as np
import pytest

import linviz as lv

PROBLEM = lv.Problem.canonical((2.0, 1.0))


@pytest.mark.parametrize("dims", [(2, 2, 2), (2, 3, 2), (2, 2, 2, 2)])
def test_pixels_of_a_map_agree_with_the_flow_in_time_and_end(dims: tuple[int, ...]) -> None:
    found = lv.geometry.map_of_starts(PROBLEM, dims, n=32, extent=2.0)
    rng = np.random.default_rng(0)
    for i, j in rng.integers(32, size=(17, 2)):
        run = lv.gradient_flow(PROBLEM, found.start(i, j), t_end=60.0)
        level = 0.01 * 2.5
        if run.excess[-1] > level:
            assert found.component[i, j] == -1
            continue
        k = int(np.argmax(run.excess <= level))
        assert run.t[k - 1] * 0.99 <= found.time[i, j] <= run.t[k] * 1.01
        square = [Wj[-1] for Wj in run.W if Wj.shape[1] == Wj.shape[2]]
        bits = sum((np.linalg.det(Wj) < 0) << place for place, Wj in enumerate(square))
        assert found.component[i, j] == bits


def test_two_weights_have_the_map_of_the_closed_form() -> None:
    unit, zero = np.ones((1, 1)), np.zeros((1, 1))
    problem = lv.Problem.canonical((1.0,))
    center, axes = (zero, zero), [(unit, zero), (zero, unit)]
    found = lv.geometry.map_of_starts(problem, (1, 1, 1), center, axes, n=20, extent=1.5)
    x, y = np.meshgrid(found.side, found.side)
    end = lv.geometry.chain_end(np.stack([x, y], axis=-1), 1.0)
    trapped = end.prod(axis=-1) == 0
    assert (found.component[~trapped] == np.where(end[..., 0] > 0, 0, 3)[~trapped]).all()
    assert trapped.sum() == 20  # the line w₂ = -w₁, and no more
    assert (found.component[trapped] == -1).all()
    assert np.isinf(found.time[trapped]).all()


def test_a_map_can_be_stopped_and_says_what_it_wants() -> None:
    with pytest.raises(lv.FlowError, match="stopped"):
        lv.geometry.map_of_starts(PROBLEM, (2, 2, 2), interrupt=lambda: True)
    with pytest.raises(ValueError, match="along a side"):
        lv.geometry.map_of_starts(PROBLEM, (2, 2, 2), n=1)
    with pytest.raises(ValueError, match="of widths"):
        lv.geometry.map_of_starts(PROBLEM, (2, 2, 2), lv.zeros((2, 3, 2)))
    done: list[int] = []
    lv.geometry.map_of_starts(PROBLEM, (2, 2, 2), n=8, progress=done.append)
    assert done[-1] == 64
    assert done == sorted(done)


def test_a_layer_that_may_be_singular_at_a_minimum_tells_no_components_apart() -> None:
    """Of (3, 3, 3) and two modes every layer may be; of (2, 3, 3, 2) the one of width 3."""
    for dims in ((3, 3, 3), (2, 3, 3, 2)):
        problem = lv.Problem.canonical((2.0, 1.0, 0.0)[: dims[0]])
        found = lv.geometry.map_of_starts(problem, dims, n=12, extent=2.0)
        assert set(found.component.ravel().tolist()) <= {-1, 0}


def test_ends_of_neighbors_are_at_the_components_of_the_map() -> None:
    W = lv.gaussian((2, 2, 2), 0.3, seed=1)
    run = lv.gradient_flow(PROBLEM, W)
    found = lv.geometry.neighbors(run, 0.5, 12)
    assert len(set(found.component.tolist())) > 1
    for end, component in zip(found.ends, found.component, strict=True):
        first, second = end[:4].reshape(2, 2), end[4:].reshape(2, 2)
        bits = (np.linalg.det(first) < 0) + 2 * (np.linalg.det(second) < 0)
        assert component in (-1, bits)
