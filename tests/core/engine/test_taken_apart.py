"""Series that Outlook can't hold: their occurrences are single events, followed from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.model import RowStatus
from core.reasons import Code
from tests.core.engine.memory import at, exception, row
from tests.core.engine.test_runs import CALENDAR, World

TWICE_A_MONTH = "FREQ=MONTHLY;BYMONTHDAY=1,15"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def days(world: World) -> list[str]:
    return [start[:10] for start, *_ in world.shown]


def test_each_date_in_the_window_is_an_event_and_the_reason_is_told(world: World) -> None:
    world.feishu.put(row("s", at("2026-01-01", "10:00"), "Salary", TWICE_A_MONTH))
    report = world.settle()
    assert days(world)[:3] == ["2026-12-01", "2026-12-15", "2027-01-01"]
    assert days(world)[-1] == "2027-11-15"
    assert report.created == 24
    assert {change.reason.code for change in report.changes} == {Code.RULE_NOT_EXPRESSIBLE}
    assert report.skipped == ()


def test_a_day_that_enters_the_window_brings_its_date_and_what_has_passed_stays(world: World) -> None:
    world.feishu.put(row("s", at("2026-01-01", "10:00"), "Salary", TWICE_A_MONTH))
    world.settle()
    world.clock.time += timedelta(days=7)
    report = world.settle()
    assert (report.created, report.updated, report.deleted) == (1, 0, 0)
    assert (days(world)[0], days(world)[-1]) == ("2026-12-01", "2027-12-01")


def test_a_rule_that_changes_changes_its_dates_and_only_those(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Salary", f"{TWICE_A_MONTH};COUNT=4"))
    world.settle()
    world.feishu.change("s_0", recurrence="FREQ=MONTHLY;BYMONTHDAY=1,20;COUNT=4")
    report = world.settle()
    assert (report.created, report.updated, report.deleted) == (2, 0, 2)
    assert days(world) == ["2026-12-01", "2026-12-20", "2027-01-01", "2027-01-20"]


def test_exceptions_take_the_place_of_their_dates_whenever_they_come(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Salary", f"{TWICE_A_MONTH};COUNT=4"))
    world.settle()
    moved = exception("s", at("2026-12-15", "10:00"), at("2027-02-20", "12:00"), "Late")
    world.feishu.put(moved)
    world.feishu.put(
        exception("s", at("2027-01-01", "10:00"), at("2027-01-01", "10:00"), status=RowStatus.CANCELLED)
    )
    report = world.settle()
    assert (report.created, report.updated, report.deleted) == (0, 1, 1)
    assert days(world) == ["2026-12-01", "2027-01-15", "2027-02-20"]
    world.feishu.put(exception("s", at("2026-12-15", "10:00"), at("2026-12-15", "10:00"), "Salary"))
    world.settle()
    assert days(world) == ["2026-12-01", "2026-12-15", "2027-01-15"]


def test_a_series_becomes_one_and_is_taken_apart_again_without_a_gap_for_the_brake(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Salary", TWICE_A_MONTH))
    world.settle()
    world.feishu.change("s_0", recurrence="FREQ=MONTHLY;BYMONTHDAY=1")
    report = world.settle()
    assert (report.created, report.deleted, report.held) == (1, 24, 0)
    assert days(world)[:2] == ["2026-12-01", "2027-01-01"]
    world.feishu.change("s_0", recurrence=TWICE_A_MONTH)
    report = world.settle()
    assert (report.created, report.deleted, report.held) == (24, 1, 0)
    assert len(world.copies) == 24


def test_a_series_that_is_taken_apart_counts_once_for_the_brake(world: World) -> None:
    for uid in ("a", "b", "c", "d"):
        world.feishu.put(row(uid, at("2026-12-01", "10:00"), uid, TWICE_A_MONTH))
    world.settle()
    world.feishu.cancel("a_0")
    report = world.settle()
    assert (report.deleted, report.held) == (24, 0)
    assert world.ledger.counted_deletions(CALENDAR, "", 0) == 1
    for uid in ("b", "c", "d"):
        world.feishu.cancel(f"{uid}_0")
    assert world.run().held == 72
    assert len(world.copies) == 72


def test_when_the_ledger_is_lost_every_date_is_found_again(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Salary", TWICE_A_MONTH))
    world.feishu.put(exception("s", at("2026-12-15", "10:00"), at("2026-12-16", "10:00"), "Late"))
    world.settle()
    before = world.shown
    world.clock.time += timedelta(days=30)
    world.run()
    world.lose_ledger()
    report = world.run()
    assert (world.outlook.writes, report.skipped) == ([], ())
    assert world.shown[: len(before)] == before


def test_a_shorter_window_takes_no_date_away_that_is_there(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Salary", TWICE_A_MONTH))
    world.settle()
    before = days(world)
    world.future_days = 30
    world.settle()
    assert days(world) == before
    world.feishu.change("s_0", title="Wages")
    assert world.settle().updated == 24


def test_what_repeats_too_often_is_skipped_with_a_reason(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Pulse", "FREQ=MINUTELY"))
    report = world.settle()
    assert [note.reason.code for note in report.skipped] == [Code.TOO_MANY_OCCURRENCES]
    assert world.copies == []


def test_an_occurrence_that_lasts_into_the_next_makes_single_events(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00", minutes=25 * 60), "Watch", "FREQ=DAILY;COUNT=3"))
    report = world.settle()
    assert {change.reason.code for change in report.changes} == {Code.OCCURRENCES_OVERLAP}
    assert [(start[:16], end[:16]) for start, end, _ in world.shown] == [
        ("2026-12-01T10:00", "2026-12-02T11:00"),
        ("2026-12-02T10:00", "2026-12-03T11:00"),
        ("2026-12-03T10:00", "2026-12-04T11:00"),
    ]


def test_a_series_of_which_every_occurrence_is_cancelled_has_no_copy(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Course", "FREQ=WEEKLY;COUNT=2"))
    world.settle()
    for day in ("2026-12-01", "2026-12-08"):
        span = at(day, "10:00")
        world.feishu.put(exception("s", span, span, status=RowStatus.CANCELLED))
    assert world.settle().deleted == 1
    assert world.copies == []


def test_the_night_on_which_the_clocks_change_is_told_exactly(world: World) -> None:
    """RFC 5545 keeps the length of the first occurrence; Outlook keeps start and end by the clock."""
    world.feishu.put(
        row("s", at("2026-12-05", "22:00", minutes=480, zone="Europe/London"), "Night", "FREQ=WEEKLY")
    )
    world.settle()
    night = [(start, end) for start, end, _ in world.shown if start.startswith("2027-03-27")]
    assert night == [("2027-03-27T22:00:00+00:00", "2027-03-28T07:00:00+01:00")]
    autumn = [(start, end) for start, end, _ in world.shown if start.startswith("2027-10-30")]
    assert autumn == [("2027-10-30T22:00:00+01:00", "2027-10-31T05:00:00+00:00")]
    assert len(world.copies) == 1
