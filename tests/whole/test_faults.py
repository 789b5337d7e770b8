"""A selection of the faults that benchmarks/faults.py tries at every request: each place has its own few.

Afterwards, within three runs, both sides are equal, nothing is doubled, and what is not ours is untouched.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Moment
from tests.whole.faults import PLACES, STRIKES, Struck, struck, troubles

SELECTION = (
    ("who is signed in", "200 with a page", "once"),
    ("full list", "half an answer", "later"),
    ("full list", "500 with 190003", "always"),
    ("changes", "503 long", "once"),
    ("changes", "200 with 190008", "once"),
    ("changes", "an empty page", "always"),
    ("Feishu token", "reset after", "once"),
    ("Feishu token", "503 long", "once"),
    ("Microsoft token", "500 with a word", "always"),
    ("Microsoft token", "200 with nothing in it", "once"),
    ("new calendar", "reset after", "once"),
    ("mark of the calendar", "504 though done", "once"),
    ("listing", "nothing of the answer", "always"),
    ("watch", "410", "always"),
    ("batch of a first run", "reset after", "twice"),
    ("batch", "done too late", "once"),
    ("batch", "504 though done", "always"),
    ("creation in a first run", "503 though done", "once"),
    ("creation", "429 long", "later"),
    ("change", "412", "once"),
    ("deletion", "500 though done", "once"),
    ("question", "429 fractional", "twice"),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Struck]:
    """One for all: what a fault leaves behind is part of the next one's beginning."""
    with struck(tmp_path_factory.mktemp("faults") / "data") as made:
        yield made


@pytest.mark.parametrize(("place", "trouble", "strikes"), SELECTION, ids=map(", ".join, SELECTION))
def test_a_fault_leaves_nothing_behind(world: Struck, place: str, trouble: str, strikes: str) -> None:
    number = SELECTION.index((place, trouble, strikes))
    world.try_out(PLACES[place], troubles(PLACES[place])[trouble], STRIKES[strikes], seed=number)


def test_the_selection_visits_every_place_but_the_plainest() -> None:
    assert PLACES.keys() - {place for place, _, _ in SELECTION} == {"calendars", "first watch"}


def test_every_place_has_its_faults_before_and_after_the_service_acted() -> None:
    for place in PLACES.values():
        assert {trouble.moment for trouble in troubles(place).values()} == set(Moment)


def test_a_mirror_that_is_not_exact_is_noticed(tmp_path: Path) -> None:
    """By the same eyes that look after each fault."""
    with struck(tmp_path / "data") as made:
        microsoft = made.installed.sandbox.microsoft
        copy = next(iter(microsoft.events(made.installed.mirror)))
        microsoft.delete_event(str(copy["id"]))
        with pytest.raises(AssertionError):
            made.demand_exact_mirror()
