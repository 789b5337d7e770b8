"""What every SourceCalendars promises of all-day rows: the one in memory and Feishu's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import MalformedRow
from core.model import AllDayEnd, Span
from tests.conformance.feishu_worlds import FeishuWorld, feishu
from tests.conformance.test_source_calendars import ANCHOR, morning, rows_of
from tests.wire.feishu_fixtures import desk, signed_in

__all__ = ["desk", "feishu", "signed_in"]

UNKNOWN, EXCLUSIVE, INCLUSIVE, CONTRADICTORY = AllDayEnd


def days(first: str, count: int) -> Span:
    start = date.fromisoformat(first)
    return Span(start, start + timedelta(days=count))


def found(feishu: FeishuWorld, known: AllDayEnd = UNKNOWN) -> AllDayEnd:
    """By all that a full pull brings."""
    changes = feishu.source.pull(feishu.calendar_id, ANCHOR)
    return feishu.source.all_day_end(feishu.calendar_id, known, changes.rows, ())


@pytest.mark.parametrize("sends_last_days", [True, False])
def test_all_day_rows_are_read_with_their_true_days(feishu: FeishuWorld, sends_last_days: bool) -> None:
    if sends_last_days:
        feishu.send_last_days()
    spans = {
        feishu.add("One day", days("2026-12-24", 1)): days("2026-12-24", 1),
        feishu.add("Two days", days("2026-12-24", 2)): days("2026-12-24", 2),
        feishu.add("Long", days("2026-10-20", 60)): days("2026-10-20", 60),
        feishu.add("Again", days("2026-12-01", 2), "FREQ=WEEKLY;COUNT=4"): days("2026-12-01", 2),
    }
    series = list(spans)[-1]
    changed = feishu.move_occurrence(series, days("2026-12-08", 2), days("2026-12-09", 3))
    spans[changed] = days("2026-12-09", 3)
    changes = feishu.source.pull(feishu.calendar_id, ANCHOR)
    meaning = feishu.source.all_day_end(feishu.calendar_id, UNKNOWN, changes.rows, ())
    assert meaning is (INCLUSIVE if sends_last_days else EXCLUSIVE)
    rows = rows_of(feishu.source, changes, meaning)
    assert {event_id: row.span for event_id, row in rows.items()} == spans


@pytest.mark.parametrize("length", [1, 2, 40])
@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=3"])
def test_one_row_is_enough_to_find_out_that_the_end_is_the_last_day(
    feishu: FeishuWorld, length: int, rule: str
) -> None:
    feishu.send_last_days()
    feishu.add("Holiday", days("2026-12-24", length), rule)
    assert found(feishu) is INCLUSIVE


@pytest.mark.parametrize("length", [1, 2, 40])
@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=3"])
def test_one_row_is_enough_to_find_out_that_the_end_is_the_day_after(
    feishu: FeishuWorld, length: int, rule: str
) -> None:
    feishu.add("Holiday", days("2026-12-24", length), rule)
    assert found(feishu) is EXCLUSIVE


@pytest.mark.parametrize("known", AllDayEnd)
def test_without_a_live_all_day_row_nothing_is_found_out_or_forgotten(
    feishu: FeishuWorld, known: AllDayEnd
) -> None:
    feishu.add("Review", morning("2026-12-01"))
    feishu.delete(feishu.add("Deleted", days("2026-12-24", 1)))
    assert found(feishu, known) is known


def test_rows_that_come_later_tell_together_with_those_before(feishu: FeishuWorld) -> None:
    source, calendar_id = feishu.source, feishu.calendar_id
    feishu.add("Review", morning("2026-12-01"))
    before = source.pull(calendar_id, ANCHOR)
    assert source.all_day_end(calendar_id, UNKNOWN, before.rows, ()) is UNKNOWN
    longer = feishu.add("Holiday", days("2026-12-24", 3))
    later = source.changes(calendar_id, ANCHOR, before.cursor)
    assert source.all_day_end(calendar_id, UNKNOWN, later.rows, before.rows) is EXCLUSIVE
    between = source.pull(calendar_id, ANCHOR)
    feishu.send_equal_dates(feishu.add("Odd", days("2026-12-29", 1)))
    latest = source.changes(calendar_id, ANCHOR, between.cursor)
    assert source.all_day_end(calendar_id, EXCLUSIVE, latest.rows, between.rows) is CONTRADICTORY
    feishu.delete(longer)
    now = source.changes(calendar_id, ANCHOR, latest.cursor)
    assert source.all_day_end(calendar_id, EXCLUSIVE, [*latest.rows, *now.rows], between.rows) is EXCLUSIVE


def test_what_was_found_is_found_again_and_never_changes_by_itself(feishu: FeishuWorld) -> None:
    feishu.add("Holiday", days("2026-12-24", 3))
    assert [found(feishu, EXCLUSIVE), found(feishu)] == [EXCLUSIVE, EXCLUSIVE]
    feishu.send_last_days()
    assert [found(feishu, INCLUSIVE), found(feishu)] == [INCLUSIVE, INCLUSIVE]


def test_a_service_that_sends_last_days_after_all_is_believed_when_asked_again(feishu: FeishuWorld) -> None:
    feishu.send_last_days()
    feishu.add("Holiday", days("2026-12-24", 3))
    feishu.add("Birthday", days("2026-12-29", 1))
    assert [found(feishu, EXCLUSIVE), found(feishu, CONTRADICTORY)] == [INCLUSIVE, INCLUSIVE]


def test_a_contradiction_is_found_and_ends_with_its_cause(feishu: FeishuWorld) -> None:
    holiday, odd = feishu.add("Holiday", days("2026-12-24", 3)), feishu.add("Odd", days("2026-12-29", 1))
    feishu.send_equal_dates(odd)
    assert [found(feishu, EXCLUSIVE), found(feishu, CONTRADICTORY)] == [CONTRADICTORY, CONTRADICTORY]
    raws = {raw.event_id: raw.raw for raw in feishu.source.pull(feishu.calendar_id, ANCHOR).rows}
    assert feishu.source.parse(raws[odd], CONTRADICTORY).span == days("2026-12-29", 1)
    with pytest.raises(MalformedRow) as malformed:
        feishu.source.parse(raws[holiday], CONTRADICTORY)
    assert (malformed.value.event_id, malformed.value.field) == (holiday, "all_day_end")
    feishu.delete(odd)
    assert found(feishu, CONTRADICTORY) is EXCLUSIVE
