"""Numbers that stand in addresses: what no row can have is none (RELIABILITY check 18)."""

from __future__ import annotations

import pytest

from models.base.numbers import LARGEST_KEY, number_in


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "１", "²", "x", " 1", str(LARGEST_KEY + 1), "9" * 5000])
def test_what_is_no_number_of_a_row_is_none(typed: str) -> None:
    assert number_in(typed) is None


def test_a_number_is_read_up_to_the_largest_one_that_is_asked_for() -> None:
    assert [number_in(typed) for typed in ("0", "7", "007", str(LARGEST_KEY))] == [0, 7, 7, LARGEST_KEY]
    assert [number_in(typed, 20) for typed in ("20", "21")] == [20, None]
