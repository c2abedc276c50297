"""Fills have the bytes that they had, on processors whose bytes are known."""

import pytest

from same_fills import Fill, family, fills, kept


@pytest.mark.parametrize("fill", fills(), ids=lambda fill: fill.name)
def test_a_fill_has_the_bytes_that_it_had(fill: Fill) -> None:
    expected = kept()
    if expected is None:
        pytest.skip(f"no hashes are kept for {family()}")
    assert fill.digest() == expected[fill.name]
