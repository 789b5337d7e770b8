"""What people do in Feishu, and what becomes of a series."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox import sample
from sandbox.feishu import FeishuWorld, fill
from tests.sandbox.conftest import NOW, SHANGHAI, Clock

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> FeishuWorld:
    return FeishuWorld(Clock())


def starts(world: FeishuWorld, days: int = 60, since: datetime = NOW) -> list[str]:
    """The starts of what a person sees, as local wall clock or date."""
    shown = world.occurrences(world.calendar_id, since, since + timedelta(days=days))
    return [event["start"].isoformat()[:16] for event in shown]


def daily(world: FeishuWorld, first: datetime, rule: str = "FREQ=DAILY;COUNT=5") -> str:
    return world.add_event(world.calendar_id, "x", first, first + HOUR, recurrence=rule)


def test_a_series_keeps_its_wall_clock_when_the_clocks_change(world: FeishuWorld) -> None:
    daily(world, datetime(2027, 3, 13, 9, tzinfo=NEW_YORK), "FREQ=DAILY;COUNT=2")
    shown = world.occurrences(world.calendar_id, NOW, NOW + timedelta(days=200))
    assert [event["start"].hour for event in shown] == [9, 9]
    assert shown[1]["start"].timestamp() - shown[0]["start"].timestamp() == 23 * 3600


def test_a_first_day_off_the_rule_is_no_occurrence(world: FeishuWorld) -> None:
    sunday = datetime(2027, 1, 3, 10, tzinfo=SHANGHAI)
    daily(world, sunday, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")
    assert starts(world, 20, sunday) == ["2027-01-14T10:00"]


@pytest.mark.parametrize("until", ["20270304T230000Z", "20270305", "20270305T070000"])
def test_until_is_an_instant_or_a_local_day_and_belongs_to_the_series(world: FeishuWorld, until: str) -> None:
    daily(world, datetime(2027, 3, 1, 7, tzinfo=SHANGHAI), f"FREQ=DAILY;UNTIL={until}")
    assert starts(world, 200)[-1] == "2027-03-05T07:00"


def test_a_series_of_whole_days_runs_on_dates(world: FeishuWorld) -> None:
    world.add_event(
        world.calendar_id,
        "x",
        date(2026, 12, 1),
        date(2026, 12, 3),
        recurrence="FREQ=WEEKLY;UNTIL=20261208T235959Z",
    )
    assert starts(world) == ["2026-12-01", "2026-12-08"]


def test_one_occurrence_moves_changes_and_is_cancelled(world: FeishuWorld) -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    series = daily(world, first)
    second, third = first + timedelta(days=1), first + timedelta(days=2)
    world.move_occurrence(world.calendar_id, series, second, second + HOUR, second + 2 * HOUR)
    world.cancel_occurrence(world.calendar_id, series, third)
    assert starts(world) == ["2026-12-01T09:00", "2026-12-02T10:00", "2026-12-04T09:00", "2026-12-05T09:00"]
    with pytest.raises(ValueError, match="no occurrence"):
        world.cancel_occurrence(world.calendar_id, series, first + HOUR)


def test_a_new_time_of_a_series_cancels_exceptions_that_lose_their_meaning(world: FeishuWorld) -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    series = daily(world, first)
    moved = first + timedelta(days=1)
    exception = world.move_occurrence(world.calendar_id, series, moved, moved + 5 * HOUR, moved + 6 * HOUR)
    world.move_event(world.calendar_id, series, first + HOUR, first + 2 * HOUR)
    assert world.calendars[world.calendar_id].rows[exception].status == "cancelled"
    assert starts(world) == [f"2026-12-0{day}T10:00" for day in range(1, 6)]


def test_exceptions_may_survive_as_orphans(world: FeishuWorld) -> None:
    world.quirks.exceptions_survive_reshaping = True
    first = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    series = daily(world, first, "FREQ=DAILY;COUNT=1")
    world.change_occurrence(world.calendar_id, series, first, summary="changed")
    world.move_event(world.calendar_id, series, first + HOUR, first + 2 * HOUR)
    assert starts(world) == ["2026-12-01T09:00", "2026-12-01T10:00"]


def test_a_shorter_rule_keeps_exceptions_that_still_fit(world: FeishuWorld) -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    series = daily(world, first)
    world.change_occurrence(world.calendar_id, series, first, summary="changed")
    world.cancel_occurrence(world.calendar_id, series, first + timedelta(days=4))
    world.change_event(world.calendar_id, series, recurrence="FREQ=DAILY;COUNT=2")
    assert starts(world) == ["2026-12-01T09:00", "2026-12-02T09:00"]


def test_deleting_a_series_takes_its_exceptions_along_unless_they_are_left_behind(world: FeishuWorld) -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    for leave_exceptions, left in ((False, []), (True, ["2026-12-01T09:00"])):
        series = daily(world, first)
        world.change_occurrence(world.calendar_id, series, first, summary="changed")
        world.delete_event(world.calendar_id, series, leave_exceptions=leave_exceptions)
        assert starts(world) == left


def test_an_invitation_appears_under_the_same_id_and_is_tentative(world: FeishuWorld) -> None:
    guest = world.add_person("李四")
    first = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    series = daily(world, first)
    world.cancel_occurrence(world.calendar_id, series, first)
    world.invite(world.calendar_id, series, guest)
    theirs = world.primary_of(guest)
    assert theirs.rows[series].status == "tentative"
    assert theirs.rows[series].organizer_calendar_id == world.calendar_id
    shown = world.occurrences(theirs.calendar_id, NOW, NOW + timedelta(days=60))
    assert len(shown) == 4


def test_a_zone_that_nobody_knows_is_told_as_it_is(world: FeishuWorld) -> None:
    start = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    event = world.add_event(world.calendar_id, "x", start, start + HOUR, zone="Mars/Olympus")
    assert world.calendars[world.calendar_id].rows[event].zone == "Mars/Olympus"


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": NOW},
        {"end": NOW.date() + timedelta(days=1)},
        {"start": NOW.replace(tzinfo=None), "end": (NOW + HOUR).replace(tzinfo=None)},
        {"recurrence": "FREQ=SOMETIMES"},
        {"recurrence": "FREQ=DAILY;COUNT=2;UNTIL=20261231T000000Z"},
        {"title": "x"},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(world: FeishuWorld, wrong: dict[str, object]) -> None:
    said = {"start": NOW, "end": NOW + HOUR, **wrong}
    with pytest.raises((ValueError, TypeError)):
        world.add_event(world.calendar_id, "x", **said)  # type: ignore[arg-type]  # that is the point
    kept = world.add_event(world.calendar_id, "kept", NOW, NOW + HOUR)
    version = world.calendars[world.calendar_id].version
    with pytest.raises((ValueError, TypeError)):
        world.change_event(world.calendar_id, kept, **said)
    assert world.calendars[world.calendar_id].version == version
    assert starts(world) == ["2026-11-25T10:00"]


def test_filling_is_deterministic_and_mixed() -> None:
    first, second = FeishuWorld(Clock()), FeishuWorld(Clock())
    for world in (first, second):
        assert len(fill(world, 50)) == 50
    assert starts(first, 300) == starts(second, 300)
    rows = first.calendars[first.calendar_id].rows.values()
    assert sum(bool(row.recurrence) for row in rows) == 5
    assert sum(row.is_exception for row in rows) == 10
    assert sum(not isinstance(row.start, datetime) for row in rows) == 10


@pytest.mark.parametrize("day", range(7))
def test_the_sample_looks_alike_on_every_day_of_the_week(day: int) -> None:
    clock = Clock(NOW.timestamp() + day * 86400)
    world = FeishuWorld(clock)
    sample.fill(world)
    rows = world.calendars[world.calendar_id].rows.values()
    assert len([row for row in rows if not row.is_exception]) == 12
    assert {row.status for row in rows} == {"confirmed", "tentative", "cancelled"}
    now = datetime.fromtimestamp(clock.now, SHANGHAI)
    shown = world.occurrences(world.calendar_id, now, now + timedelta(days=7))
    assert "站会（改到下午）" in [event["summary"] for event in shown]
    assert [c.summary for c in world.calendars.values() if c.type == "shared"] == ["Release plan 发布计划"]
