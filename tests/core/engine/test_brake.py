"""The brake over whole runs: what is found out in a later round counts with what an earlier one knew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.reasons import Code
from core.writes import Refused
from tests.core.engine.memory import at, exception, row
from tests.core.engine.test_runs import CALENDAR, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def given(world: World, number: int) -> list[str]:
    """So many events in Feishu, and their copies. Returns the copies' ids, in that order."""
    for each in range(number):
        world.feishu.put(row(f"e{each}", at("2026-12-01", "10:00"), f"Event {each:02}"))
    world.settle()
    copies = sorted(world.outlook.calendars_[CALENDAR].values(), key=lambda event: event.subject)
    return [event.event_id for event in copies]


@pytest.mark.parametrize("only_look", [False, True])
def test_a_copy_that_has_to_be_looked_at_first_is_judged_with_the_others(
    world: World, only_look: bool
) -> None:
    first, *_ = given(world, 3)
    world.outlook.edit(CALENDAR, first, subject="Mine")
    for number in range(3):
        world.feishu.cancel(f"e{number}_0")
    report = world.run(only_look=only_look)
    assert (report.deleted, report.held) == (0, 3)


def test_the_excess_is_held_with_the_rest_though_one_was_in_doubt(world: World) -> None:
    first, *_ = given(world, 40)
    world.outlook.edit(CALENDAR, first, subject="Mine")
    for number in range(11):
        world.feishu.cancel(f"e{number}_0")
    report = world.run()
    assert (report.deleted, report.held) == (0, 11)
    assert {change.reason.code for change in report.changes} == {Code.TOO_MANY_DELETIONS}


def test_the_last_copies_go_where_a_new_one_takes_their_place(world: World) -> None:
    given(world, 3)
    for number in range(3):
        world.feishu.cancel(f"e{number}_0")
    world.feishu.put(row("new", at("2026-12-02", "10:00"), "New"))
    preview = world.run(only_look=True)
    report = world.settle()
    for each in (preview, report):
        assert (each.created, each.deleted, each.held) == (1, 3, 0)
    assert world.copies == ["New"]


def test_the_last_copies_are_held_where_the_person_has_the_new_event_already(world: World) -> None:
    given(world, 3)
    for number in range(3):
        world.feishu.cancel(f"e{number}_0")
    world.outlook.own_event(CALENDAR, "New", at("2026-12-02", "10:00"))
    world.feishu.put(row("new", at("2026-12-02", "10:00"), "New"))
    report = world.run()
    assert (report.created, report.deleted, report.held) == (0, 0, 3)
    assert len(world.copies) == 3


def test_the_last_copies_are_held_where_outlook_refuses_the_new_event(world: World) -> None:
    given(world, 3)
    for number in range(3):
        world.feishu.cancel(f"e{number}_0")
    world.feishu.put(row("new", at("2026-12-02", "10:00"), "New"))
    world.outlook.refuse = lambda _write: Refused("ErrorInvalidProperty", "")
    report = world.run()
    assert (report.deleted, report.held) == (0, 3)
    assert [note.title for note in report.failed] == ["New"]


def test_a_preview_that_looks_twice_asks_outlook_nothing_of_copies_that_it_only_pretends(
    world: World,
) -> None:
    first, *_ = given(world, 3)
    world.outlook.edit(CALENDAR, first, subject="Mine")
    world.feishu.put(row("s", at("2026-12-02", "10:00"), "Weekly", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-09", "10:00"), at("2026-12-09", "12:00"), "Later"))
    preview = world.run(only_look=True)
    assert (preview.created, preview.updated) == (1, 1)
