"""Each way of breaking the program is noticed by a story that the whole program passes."""

from __future__ import annotations

import pytest

from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.story import Failed, tell

MOST_STORIES = 100


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_broken_program_is_noticed(mutant: Mutant) -> None:
    for seed in range(mutant.first_seed, mutant.first_seed + MOST_STORIES):
        failed = _failure(mutant, seed)
        if failed:
            break
    else:
        pytest.fail("no story notices it")
    # It has to break a promise: a program that only crashes proves nothing.
    assert isinstance(failed.__cause__, AssertionError), failed
    assert tell(seed).runs, "the program as it is passes the same story"


def _failure(mutant: Mutant, seed: int) -> Failed | None:
    try:
        with mutant.broken():
            tell(seed)
    except Failed as failed:
        return failed
    return None
