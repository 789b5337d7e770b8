"""Stories from numbers: people, time, faults and crashes around the real engine."""

from __future__ import annotations

import pytest

from tests.simulation.story import tell


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_nothing_is_lost_doubled_or_touched_whatever_happens(first: int) -> None:
    for seed in range(first, first + 10):
        assert tell(seed).steps


def test_the_same_number_tells_the_same_story() -> None:
    assert tell(3).digest == tell(3).digest
