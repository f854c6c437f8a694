"""Pictures of decisions: shares of errors over time, and maps as images."""

from dataclasses import replace

import numpy as np
import pytest
from wellformed import assert_well_formed

import linviz as lv
from linviz.core.experiment.run import Run, run
from linviz.figures.errors import errors_figure, errors_picture, errors_words
from linviz.figures.images import images_picture
from linviz.figures.svg import to_svg


@pytest.fixture(scope="module")
def digits() -> Run:
    return run(replace(lv.presets["digits"], t_end=200))


def test_errors_stand_beside_those_of_the_best_linear_map(digits: Run) -> None:
    drawn = errors_picture(digits, log_time=True)
    assert_well_formed(drawn)
    assert [curve["name"] for curve in drawn["curves"]] == ["learned samples", "test samples"]
    values = [level["value"] for level in drawn["levels"]]
    assert values == pytest.approx([100 * 2 / 300, 100 * 351 / 1497], rel=1e-12)
    assert drawn["curves"][1]["y"].min() < values[1] - 2
    words = errors_words(digits)
    assert words.startswith("Least test error 20")
    assert words.endswith("the best linear map's 23.4 %.")
    assert len(errors_figure(digits).data) >= 2
    assert ">train: 0.7 %<" in to_svg(drawn)
    with pytest.raises(ValueError, match="expected data whose targets are classes"):
        errors_picture(run(lv.Scenario()))


def test_rows_of_the_map_are_images_beside_a_sample_of_each_class(digits: Run) -> None:
    drawn = images_picture(digits)
    samples, rows = drawn["heats"][:10], drawn["heats"][10:]
    assert [heat["title"] for heat in samples] == [str(k) for k in range(10)]
    assert {heat["title"] for heat in rows} == {""}  # they stand below the samples
    for k, (sample, row) in enumerate(zip(samples, rows, strict=True)):
        assert sample["values"].shape == (1, 8, 8)
        assert row["values"].shape[1:] == (8, 8)
        first = int(np.argmax(digits.data.classes == k))
        assert np.allclose(sample["values"].ravel(), digits.data.X[:, first], rtol=1e-6)
        assert np.allclose(row["values"][-1].ravel(), digits.trajectory.product[-1, k], rtol=1e-6)
