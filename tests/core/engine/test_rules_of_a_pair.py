"""A pair's rules, changed later: what is there follows, and nothing else is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import ShowAs, Visibility
from core.settings import Privacy
from core.writes import CreateCopy, DeleteCopy, UpdateCopy
from tests.core.engine.memory import at, row
from tests.core.engine.test_runs import CALENDAR, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    made.feishu.put(row("plain", at("2026-12-01", "10:00"), "Review", description="Agenda", reminders=(10,)))
    made.feishu.put(row("free", at("2026-12-02", "10:00"), "Lunch", is_free=True))
    made.feishu.put(row("day", at("2026-12-03"), "Holiday"))
    made.feishu.put(row("declined", at("2026-12-04", "10:00"), "Party", is_declined=True))
    made.feishu.put(row("secret", at("2026-12-05", "10:00"), "Doctor", visibility=Visibility.PRIVATE))
    made.feishu.put(row("series", at("2026-12-07", "10:00"), "Stand-up", "FREQ=DAILY;COUNT=3"))
    made.settle()
    yield made
    made.ledger.close()


def subjects(world: World) -> list[str]:
    return [event.subject for event in sorted(copies(world), key=lambda event: str(event.span.start))]


def copies(world: World) -> list[object]:
    return [event for event in world.outlook.calendars_[CALENDAR].values() if event.tag]  # type: ignore[return-value]


ALL = {"Review", "Lunch", "Holiday", "Doctor", "Stand-up"}


@pytest.mark.parametrize(
    ("changes", "updated", "created", "deleted"),
    [
        ({"title_prefix": "[F] "}, ALL, set(), set()),
        ({"category": "Work"}, ALL, set(), set()),
        ({"reminders": 15}, ALL, set(), set()),
        ({"reminders": "none"}, {"Review"}, set(), set()),
        ({"privacy": Privacy.BUSY}, ALL, set(), set()),
        ({"include_free": False}, set(), set(), {"Lunch"}),
        ({"include_all_day": False}, set(), set(), {"Holiday"}),
        ({"include_declined": True}, set(), {"Party"}, set()),
        ({"title_exclude": ("^Rev", "day$")}, set(), set(), {"Review", "Holiday"}),
    ],
)
def test_a_changed_rule_reaches_what_it_is_about_and_nothing_else(
    world: World, changes: dict[str, object], updated: set[str], created: set[str], deleted: set[str]
) -> None:
    names = {event.event_id: event.subject for event in copies(world)}  # type: ignore[attr-defined]
    before = world.shown
    world.change_pair(**changes)
    world.run()
    writes = list(world.outlook.writes)
    assert {names[write.event_id] for write in writes if isinstance(write, UpdateCopy)} == updated
    assert not any(write.reshape for write in writes if isinstance(write, UpdateCopy))
    assert {write.event.content.subject for write in writes if isinstance(write, CreateCopy)} == created
    assert {names[write.event_id] for write in writes if isinstance(write, DeleteCopy)} == deleted
    assert len(writes) == len(updated) + len(created) + len(deleted)
    world.assert_quiet()
    world.change_pair(**{name: getattr(type(world.settings.pairs[0])("x"), name) for name in changes})
    world.settle()
    assert world.shown == before, "and back again"


def test_a_declined_event_that_is_included_shows_as_free(world: World) -> None:
    world.change_pair(include_declined=True)
    world.settle()
    (party,) = [event for event in copies(world) if event.subject == "Party"]  # type: ignore[attr-defined]
    assert party.content.show_as is ShowAs.FREE  # type: ignore[attr-defined]


def test_a_longer_window_brings_more_and_a_shorter_one_takes_nothing_away(world: World) -> None:
    world.feishu.put(row("far", at("2027-12-20", "10:00"), "Far"))
    world.settle()
    assert "Far" not in world.copies
    world.future_days = 700
    assert world.settle().created == 1
    world.future_days = 10
    world.settle()
    assert "Far" in world.copies
