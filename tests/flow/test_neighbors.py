"""The curve over a step through the ends of the steps around it."""

import numpy as np
import pytest

from linviz.core.flow.neighbors import Neighbors


@pytest.mark.parametrize("begins", [0.0, 5e8, 1e15])
def test_the_lengths_of_steps_tell_what_late_times_do_not(begins: float) -> None:
    lengths = 0.02 * 1.2 ** np.arange(14.0)
    exact = np.append(0.0, np.cumsum(lengths))
    t, w = begins + exact, np.column_stack([np.exp(-exact), np.cos(exact)])
    for i in range(3, 11):
        curve = Neighbors(t, w, lengths, i)
        moment = t[i + 1] - 0.5 * lengths[i]
        x = exact[i + 1] + (moment - t[i + 1])
        found = curve(np.array([moment]))[0]
        np.testing.assert_allclose(found, [np.exp(-x), np.cos(x)], atol=1e-9)


def test_tiny_steps_beside_a_long_one_do_not_spoil_it() -> None:
    lengths = np.array([0.05, 0.05, 0.05, 1e-7, 1e-7, 1e-7, 0.05, 0.05, 0.05, 0.05])
    t = np.append(0.0, np.cumsum(lengths))
    w = np.exp(-t)[:, None] + 1e-10 * np.random.default_rng(0).standard_normal((len(t), 1))
    middle = 0.5 * (t[6] + t[7])
    assert Neighbors(t, w, lengths, 6)(np.array([middle]))[0, 0] == pytest.approx(
        np.exp(-middle), abs=2e-9
    )


def test_what_does_not_move_stays_as_it_is_to_the_last_bit() -> None:
    t = np.arange(12.0) ** 1.3
    w = np.column_stack([np.full(12, 1e4 / 3), np.zeros(12), np.sin(t)])
    between = Neighbors(t, w, np.diff(t), 5)(np.linspace(t[5], t[6], 5))
    assert (between[:, 0] == 1e4 / 3).all()
    assert (between[:, 1] == 0).all()
