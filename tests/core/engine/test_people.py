"""What people do to copies in Outlook, and what a pair's `existing` and `local_changes` make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import Action, DeleteCopy, RowStatus, UpdateCopy
from core.reasons import Code
from core.settings import Existing, LocalChanges
from tests.core.engine.memory import at, exception, row
from tests.core.engine.test_runs import CALENDAR, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def only_copy(world: World) -> str:
    (event_id,) = [event.event_id for event in world.outlook.calendars_[CALENDAR].values() if event.tag]
    return event_id


def starts(world: World) -> list[tuple[str, str]]:
    return [(start[:16], title) for start, _, title in world.shown]


# --- keep -----------------------------------------------------------------------------------------


def test_what_a_person_changed_is_let_go_where_the_pair_keeps_changes(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.edit(CALENDAR, only_copy(world), subject="Mine")
    report = world.settle()
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.LET_GO, Code.CHANGED_IN_OUTLOOK)
    ]
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert [title for _, title in starts(world)] == ["Mine"]


def test_what_a_person_deleted_stays_deleted_where_the_pair_keeps_changes(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.delete(CALENDAR, only_copy(world))
    report = world.settle()
    assert [change.reason.code for change in report.changes] == [Code.DELETED_IN_OUTLOOK]
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert world.copies == []


def test_our_own_deletion_that_got_no_answer_lets_nothing_go(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")

    class Crash(BaseException):
        pass

    def step(point: str) -> None:
        if point == "after DeleteCopy":
            raise Crash

    world.outlook.step = step
    with pytest.raises(Crash):
        world.run()
    world.outlook.step = lambda _point: None
    world.feishu.change("a_0", status=RowStatus.CONFIRMED)
    world.settle()
    assert world.copies == ["Review"]


def test_one_occurrence_is_let_go_without_its_series(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    series = only_copy(world)
    world.outlook.delete_occurrence(CALENDAR, series, at("2026-12-08", "10:00").start)
    world.outlook.edit_occurrence(CALENDAR, series, at("2026-12-15", "10:00"), subject="Mine")
    world.settle()
    assert [title for _, title in starts(world)] == ["Review", "Mine", "Review"]
    world.feishu.change("s_0", title="Review 2")
    world.settle()
    assert [title for _, title in starts(world)] == ["Review 2", "Mine", "Review 2"]


# --- restore --------------------------------------------------------------------------------------


def test_an_occurrence_that_a_person_deleted_returns_as_a_single_event(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-15", "10:00"), at("2026-12-16", "12:00"), "Moved"))
    world.settle()
    before = world.shown
    series = only_copy(world)
    for day in ("2026-12-08", "2026-12-15"):
        world.outlook.delete_occurrence(CALENDAR, series, at(day, "10:00").start)
    report = world.settle()
    assert report.created == 2
    assert world.shown == before
    world.lose_ledger()
    world.run()
    assert world.outlook.writes == []


# --- existing -------------------------------------------------------------------------------------


def test_an_event_of_the_same_subject_and_start_becomes_ours_where_that_is_wanted(world: World) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00", minutes=15))
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    report = world.settle()
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.ADOPT, Code.ADOPTED)
    ]
    assert world.shown == [("2026-12-01T10:00:00+08:00", "2026-12-01T10:30:00+08:00", "Review")]
    assert only_copy(world) == own.event_id
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert world.outlook.calendars_[CALENDAR][own.event_id].subject == "Review 2"
    world.lose_ledger()
    world.run()
    assert world.outlook.writes == []
    assert [link.is_adopted for link in world.ledger.links(CALENDAR, "").values()] == [True]  # type: ignore[union-attr]


def test_an_event_with_attendees_is_never_adopted(world: World) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.outlook.invite(CALENDAR, own.event_id)
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    report = world.settle()
    assert [note.reason.code for note in report.skipped] == [Code.ADOPT_HAS_ATTENDEES]
    assert world.copies == []


def test_a_single_event_is_not_made_a_series(world: World) -> None:
    world.outlook.create("Feishu")
    world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    assert [note.reason.code for note in world.settle().skipped] == [Code.EXISTS_ALREADY]


@pytest.mark.parametrize("point", ["before UpdateCopy", "after UpdateCopy"])
@pytest.mark.parametrize("local_changes", list(LocalChanges))
def test_an_adoption_that_was_interrupted_is_finished(
    world: World, point: str, local_changes: LocalChanges
) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00", minutes=15))
    world.change_pair(existing=Existing.ADOPT, local_changes=local_changes)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))

    class Crash(BaseException):
        pass

    def step(reached: str) -> None:
        if reached == point:
            raise Crash

    world.outlook.step = step
    with pytest.raises(Crash):
        world.run()
    world.outlook.step = lambda _point: None
    world.settle()
    assert only_copy(world) == own.event_id
    assert world.shown == [("2026-12-01T10:00:00+08:00", "2026-12-01T10:30:00+08:00", "Review")]


def test_adopting_is_all_that_the_setting_changes(world: World) -> None:
    """What was left alone before is taken over by the next run, and nothing else is written."""
    world.outlook.create("Feishu")
    world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-02", "10:00"), "Other"))
    world.settle()
    world.change_pair(existing=Existing.ADOPT)
    world.run()
    assert [type(write) for write in world.outlook.writes] == [UpdateCopy]
    world.feishu.cancel("a_0")
    world.run()
    assert [type(write) for write in world.outlook.writes] == [DeleteCopy]
