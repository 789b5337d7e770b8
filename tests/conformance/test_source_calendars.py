"""What every SourceCalendars promises: the one in memory and Feishu's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import CalendarGone, CursorExpired, MalformedRow
from core.model import AllDayEnd, Role, Row, RowStatus, Side, SourceChanges, Span, WallClock
from core.ports import SourceCalendars
from core.zones import instant_of, shifted
from tests.conformance.feishu_worlds import FeishuWorld, feishu
from tests.wire.feishu_fixtures import desk, signed_in

__all__ = ["desk", "feishu", "signed_in"]

ANCHOR = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
EARLIEST = 1


def morning(day: str) -> Span:
    start = WallClock(datetime.fromisoformat(f"{day}T09:30"), "Asia/Shanghai")
    return Span(start, replace(start, local=start.local + timedelta(minutes=30)))


def moved(span: Span, days: int) -> Span:
    return Span(shifted(span.start, days), shifted(span.end, days))


def rows_of(
    source: SourceCalendars, changes: SourceChanges, all_day_end: AllDayEnd = AllDayEnd.UNKNOWN
) -> dict[str, Row]:
    assert len({row.event_id for row in changes.rows}) == len(changes.rows)
    rows = {raw.event_id: source.parse(raw.raw, all_day_end) for raw in changes.rows}
    assert all(event_id == row.event_id for event_id, row in rows.items())
    return rows


def pulled(feishu: FeishuWorld, anchor: int = ANCHOR) -> dict[str, Row]:
    return rows_of(feishu.source, feishu.source.pull(feishu.calendar_id, anchor))


class Cursor:
    """Reads again and again from where it was."""

    def __init__(self, feishu: FeishuWorld) -> None:
        self._feishu = feishu
        self.cursor = feishu.source.pull(feishu.calendar_id, ANCHOR).cursor

    def read(self) -> dict[str, Row]:
        source = self._feishu.source
        changes = source.changes(self._feishu.calendar_id, ANCHOR, self.cursor)
        assert not changes.is_complete
        assert changes.cursor
        self.cursor = changes.cursor
        return rows_of(source, changes)


def gone(call: Callable[[], object], calendar: str) -> str:
    with pytest.raises(CalendarGone) as caught:
        call()
    assert (caught.value.side, caught.value.calendar) == (Side.FEISHU, calendar)
    return caught.value.why


# --- who and where ------------------------------------------------------------------------------


def test_the_source_always_belongs_to_the_same_person(feishu: FeishuWorld) -> None:
    assert feishu.source.identity().id
    assert feishu.source.identity() == feishu.source.identity()


def test_the_primary_calendar_is_listed_first_and_found_under_its_real_id(feishu: FeishuWorld) -> None:
    first, *others = feishu.source.calendars()
    assert (first.is_primary, first.kind, first.role) == (True, "primary", Role.OWNER)
    assert not any(info.is_primary for info in others)
    assert first.id != "primary"
    assert feishu.source.find("primary") == first


def test_every_listed_calendar_is_found_by_its_id(feishu: FeishuWorld) -> None:
    everything = feishu.source.calendars()
    assert feishu.calendar_id in {info.id for info in everything}
    assert tuple(feishu.source.find(info.id) for info in everything) == everything


def test_a_calendar_that_was_never_there_is_not_found(feishu: FeishuWorld) -> None:
    source = feishu.source
    assert gone(lambda: source.find("no such id"), "no such id") == "not found"
    assert gone(lambda: source.pull("no such id", ANCHOR), "no such id") == "not found"


@pytest.mark.parametrize("why", ["deleted", "no access"])
def test_a_calendar_that_is_gone_says_why_to_every_question(feishu: FeishuWorld, why: str) -> None:
    source, calendar_id = feishu.source, feishu.calendar_id
    cursor = source.pull(calendar_id, ANCHOR).cursor
    feishu.take_away(why)
    assert gone(lambda: source.find(calendar_id), calendar_id) == why
    assert gone(lambda: source.pull(calendar_id, ANCHOR), calendar_id) == why
    assert gone(lambda: source.changes(calendar_id, ANCHOR, cursor), calendar_id) == why


# --- a full pull --------------------------------------------------------------------------------


def test_an_empty_calendar_is_a_complete_answer_with_a_cursor(feishu: FeishuWorld) -> None:
    changes = feishu.source.pull(feishu.calendar_id, ANCHOR)
    assert (changes.rows, changes.is_complete) == ((), True)
    assert changes.cursor


def test_a_pull_brings_single_events_series_and_their_exceptions(feishu: FeishuWorld) -> None:
    holiday = Span(date(2026, 12, 24), date(2026, 12, 27))
    single, series = (
        feishu.add("Review", morning("2026-12-01")),
        feishu.add("Stand-up", morning("2026-12-02"), "FREQ=DAILY;COUNT=5"),
    )
    days = feishu.add("Holiday", holiday)
    third, fourth = morning("2026-12-03"), morning("2026-12-04")
    changed = feishu.move_occurrence(series, third, moved(third, 10))
    cancelled = feishu.cancel_occurrence(series, fourth)
    rows = pulled(feishu)
    assert rows.keys() == {single, series, days, changed, cancelled}
    assert {row.title for row in rows.values()} == {"Review", "Stand-up", "Holiday"}
    assert [rows[name].span for name in (single, series, days, changed)] == [
        morning("2026-12-01"),
        morning("2026-12-02"),
        holiday,
        moved(third, 10),
    ]
    assert [rows[name].recurrence for name in (single, series, days)] == ["", "FREQ=DAILY;COUNT=5", ""]
    assert [rows[name].original_start for name in (single, series, changed, cancelled)] == [
        None,
        None,
        instant_of(third.start),
        instant_of(fourth.start),
    ]
    assert [rows[name].is_exception for name in (single, series, changed, cancelled)] == [
        False,
        False,
        True,
        True,
    ]
    assert {rows[name].uid for name in (changed, cancelled)} == {rows[series].uid} != {rows[single].uid}
    assert [rows[name].status for name in (changed, cancelled)] == [RowStatus.CONFIRMED, RowStatus.CANCELLED]


def test_only_what_ends_after_the_anchor_is_pulled(feishu: FeishuWorld) -> None:
    feishu.add("Past", morning("2026-10-20"))
    long = feishu.add("Long", Span(date(2026, 10, 20), date(2026, 11, 5)))
    coming = feishu.add("Coming", morning("2026-12-01"))
    assert pulled(feishu).keys() == {long, coming}
    assert len(pulled(feishu, EARLIEST)) == 3


def test_a_series_that_began_before_the_anchor_is_pulled_with_its_later_exceptions(
    feishu: FeishuWorld,
) -> None:
    series = feishu.add("Stand-up", morning("2026-10-20"), "FREQ=DAILY")
    for day in ("2026-10-22", "2026-12-02"):
        feishu.move_occurrence(series, morning(day), moved(morning(day), 1))
    later = f"{series.rpartition('_')[0]}_{instant_of(morning('2026-12-02').start)}"
    assert pulled(feishu).keys() == {series, later}
    assert len(pulled(feishu, EARLIEST)) == 3


def test_what_was_deleted_is_pulled_as_cancelled_or_not_at_all(feishu: FeishuWorld) -> None:
    deleted, kept = (feishu.add(title, morning("2026-12-01")) for title in ("Deleted", "Kept"))
    feishu.delete(deleted)
    rows = pulled(feishu)
    assert [name for name, row in rows.items() if row.status is not RowStatus.CANCELLED] == [kept]


def test_every_pull_tells_the_same_of_what_nobody_touched(feishu: FeishuWorld) -> None:
    for title in ("One", "Two"):
        feishu.add(title, morning("2026-12-01"))
    first, second = (feishu.source.pull(feishu.calendar_id, ANCHOR) for _ in range(2))
    assert first.rows == second.rows


# --- changes ------------------------------------------------------------------------------------


def test_a_quiet_time_is_told_as_nothing(feishu: FeishuWorld) -> None:
    feishu.add("Review", morning("2026-12-01"))
    cursor = Cursor(feishu)
    assert [cursor.read(), cursor.read()] == [{}, {}]


def test_changes_bring_what_changed_since_the_cursor_once(feishu: FeishuWorld) -> None:
    renamed, deleted, _ = (feishu.add(title, morning("2026-12-01")) for title in ("One", "Two", "Three"))
    cursor = Cursor(feishu)
    feishu.rename(renamed, "Uno")
    feishu.delete(deleted)
    new = feishu.add("New", morning("2026-12-05"))
    rows = cursor.read()
    assert {name: (row.title, row.status) for name, row in rows.items()} == {
        renamed: ("Uno", RowStatus.CONFIRMED),
        deleted: ("Two", RowStatus.CANCELLED),
        new: ("New", RowStatus.CONFIRMED),
    }
    assert cursor.read() == {}


def test_only_the_last_of_several_changes_is_told(feishu: FeishuWorld) -> None:
    cursor = Cursor(feishu)
    event = feishu.add("One", morning("2026-12-01"))
    for title in ("Two", "Three"):
        feishu.rename(event, title)
    assert [row.title for row in cursor.read().values()] == ["Three"]


def test_a_changed_or_cancelled_occurrence_is_told_by_its_own_row(feishu: FeishuWorld) -> None:
    series = feishu.add("Stand-up", morning("2026-12-01"), "FREQ=DAILY;COUNT=5")
    cursor = Cursor(feishu)
    second, third = morning("2026-12-02"), morning("2026-12-03")
    changed = feishu.move_occurrence(series, second, moved(second, 10))
    cancelled = feishu.cancel_occurrence(series, third)
    rows = cursor.read()
    assert {name: row.original_start for name, row in rows.items()} == {
        changed: instant_of(second.start),
        cancelled: instant_of(third.start),
    }
    assert rows[changed].span == moved(second, 10)
    assert rows[cancelled].status is RowStatus.CANCELLED


def test_changes_are_told_whenever_the_event_is(feishu: FeishuWorld) -> None:
    """What moves into the past must be heard of, or its copy would stay."""
    event = feishu.add("Review", morning("2026-12-01"))
    cursor = Cursor(feishu)
    feishu.move(event, morning("2026-10-20"))
    assert cursor.read()[event].span == morning("2026-10-20")


def test_an_older_cursor_tells_again(feishu: FeishuWorld) -> None:
    cursor = Cursor(feishu)
    before = cursor.cursor
    event = feishu.add("Review", morning("2026-12-01"))
    assert cursor.read().keys() == {event}
    cursor.cursor = before
    assert cursor.read().keys() == {event}


def test_a_cursor_that_was_forgotten_or_never_given_asks_for_a_full_pull(feishu: FeishuWorld) -> None:
    event = feishu.add("Review", morning("2026-12-01"))
    cursor = Cursor(feishu)
    feishu.forget_cursors()
    with pytest.raises(CursorExpired):
        cursor.read()
    cursor.cursor = "never given"
    with pytest.raises(CursorExpired):
        cursor.read()
    assert pulled(feishu).keys() == {event}
    assert Cursor(feishu).read() == {}


# --- rows ---------------------------------------------------------------------------------------


def test_a_raw_row_says_for_ever_what_it_said_when_it_was_read(feishu: FeishuWorld) -> None:
    event = feishu.add("Before", morning("2026-12-01"))
    (raw,) = feishu.source.pull(feishu.calendar_id, ANCHOR).rows
    feishu.rename(event, "After")
    assert pulled(feishu)[event].title == "After"
    assert feishu.source.parse(raw.raw, AllDayEnd.UNKNOWN).title == "Before"


def test_a_zone_is_kept_by_its_name(feishu: FeishuWorld) -> None:
    start = WallClock(datetime(2026, 12, 1, 9, 30), "Europe/Berlin")  # noqa: DTZ001  # a wall clock
    span = Span(start, WallClock(datetime(2026, 12, 1, 10), "Europe/Berlin"))  # noqa: DTZ001  # the same
    event = feishu.add("Review", span)
    assert pulled(feishu)[event].span == span


def test_a_row_that_makes_no_sense_is_told_by_its_id_and_spoils_no_other(feishu: FeishuWorld) -> None:
    bad, good = (feishu.add(title, morning("2026-12-01")) for title in ("Bad", "Good"))
    cursor = Cursor(feishu).cursor
    feishu.garble(bad)
    source = feishu.source
    for changes in (
        source.pull(feishu.calendar_id, ANCHOR),
        source.changes(feishu.calendar_id, ANCHOR, cursor),
    ):
        raws = {row.event_id: row.raw for row in changes.rows}
        with pytest.raises(MalformedRow) as malformed:
            source.parse(raws[bad], AllDayEnd.UNKNOWN)
        assert (malformed.value.event_id, malformed.value.field) == (bad, "start_time")
    everything = source.pull(feishu.calendar_id, ANCHOR).rows
    assert [source.parse(row.raw, AllDayEnd.UNKNOWN).title for row in everything if row.event_id == good] == [
        "Good"
    ]


def test_text_that_is_no_row_is_malformed(feishu: FeishuWorld) -> None:
    for raw in ("", "no row", "\0", "{", "[]"):
        with pytest.raises(MalformedRow):
            feishu.source.parse(raw, AllDayEnd.UNKNOWN)
