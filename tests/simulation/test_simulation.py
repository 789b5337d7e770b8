"""Stories from numbers: people, time, faults and crashes around the real engine."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation import census
from tests.simulation.story import Failed, Told, tell

STORIES = 200
"""Of ten steps each."""


@pytest.fixture(scope="module")
def told() -> list[Told | Failed]:
    return [_told(seed) for seed in range(STORIES)]


def _told(seed: int) -> Told | Failed:
    try:
        return tell(seed)
    except Failed as failed:
        return failed


def test_nothing_is_lost_doubled_or_touched_whatever_happens(told: list[Told | Failed]) -> None:
    failed = [each for each in told if isinstance(each, Failed)]
    assert not failed, f"{len(failed)} stories failed; the first one: {failed[0]}"


def test_the_stories_went_everywhere(told: list[Told | Failed]) -> None:
    visited: Counter[str] = Counter()
    for each in told:
        if isinstance(each, Told):
            visited += each.visited
    assert census.everything() - visited.keys() == set()


def test_the_same_number_tells_the_same_story() -> None:
    assert tell(3).digest == tell(3).digest
