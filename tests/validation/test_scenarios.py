"""No row of the theory is refuted: what theory proves, a run can only fail to decide."""

import pytest

from tests.validation.scenarios import told

MANY = 150


@pytest.mark.long
def test_no_row_of_many_scenarios_is_refuted() -> None:
    rows = told(seed=1, n=MANY)
    assert rows.mismatches == []
    assert rows.verdicts[True] > 9 * MANY
