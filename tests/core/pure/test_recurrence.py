"""Outlook's patterns against rules: the sandbox's Exchange, and python-dateutil, say what each shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from core import recurrence, rrule
from core.model import EventTime, RecurrencePattern, RecurrenceRange, WallClock
from core.recurrence import Recurrence
from core.rrule import EmptyRule, InexpressibleRule, MalformedRule, TooManyOccurrences
from core.zones import instant
from tests.core.pure.rule_texts import by_exchange, clock

WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def shown_by_outlook(rule: str, start: EventTime, most: int = 60) -> list[date]:
    return by_exchange(recurrence.to_outlook(rule, start), date(2099, 1, 1))[:most]


# --- the first day of the week, two look-alikes, UNTIL --------------------------------------------


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        ("2027-01-03", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", ["01-14", "01-28", "02-11"]),
        ("2027-01-03", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;WKST=SU", ["01-07", "01-21", "02-04"]),
        (
            "2027-01-04",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO",
            ["01-04", "01-10", "01-18", "01-24", "02-01", "02-07"],
        ),
    ],
)
def test_the_week_begins_on_monday_unless_the_rule_says_otherwise(
    start: str, rule: str, expected: list[str]
) -> None:
    begins = clock(f"{start}T10:00")
    found = recurrence.to_outlook(rule, begins)
    assert found.pattern.first_day_of_week == ("sunday" if "WKST=SU" in rule else "monday")
    assert found.range.start == date.fromisoformat(f"2027-{expected[0]}")
    assert shown_by_outlook(rule, begins, len(expected)) == [
        date.fromisoformat(f"2027-{day}") for day in expected
    ]


def test_the_first_of_a_set_of_days_is_not_the_first_of_each() -> None:
    start = clock("2027-02-01T10:00")
    with pytest.raises(InexpressibleRule):
        recurrence.to_outlook("FREQ=MONTHLY;BYDAY=1MO,1TU", start)
    one = "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"
    assert recurrence.to_outlook(one, start).pattern == RecurrencePattern(
        "relativeMonthly", 1, ("monday", "tuesday"), index="first"
    )
    assert [f"{day:%m-%d}" for day in shown_by_outlook(one, start, 5)] == [
        *("02-01", "03-01", "04-05", "05-03", "06-01"),
    ]


@pytest.mark.parametrize(
    ("time", "zone", "until"),
    [
        ("07:00", "Asia/Shanghai", "20270304T230000Z"),
        ("17:00", "America/Los_Angeles", "20270306T075959Z"),
        ("09:00", "Asia/Shanghai", "20270305"),
        ("09:00", "Asia/Shanghai", "20270305T090000"),
        ("09:00", "Asia/Shanghai", "20270306T085959"),
        ("09:00", "Asia/Shanghai", "20270305T010000Z"),
    ],
)
def test_until_is_an_instant_and_the_end_of_a_range_is_a_day(time: str, zone: str, until: str) -> None:
    start = clock(f"2027-03-01T{time}", zone)
    found = recurrence.to_outlook(f"FREQ=DAILY;UNTIL={until}", start)
    assert found.range == RecurrenceRange(date(2027, 3, 1), end=date(2027, 3, 5))
    assert shown_by_outlook(f"FREQ=DAILY;UNTIL={until}", start) == [date(2027, 3, day) for day in range(1, 6)]


def test_until_of_an_all_day_series_is_a_day_whatever_clock_it_has() -> None:
    for until in ("20270305", "20270305T235959Z", "20270305T000000Z"):
        found = recurrence.to_outlook(f"FREQ=DAILY;UNTIL={until}", date(2027, 3, 1))
        assert found.range.end == date(2027, 3, 5)


def test_an_until_that_is_meant_as_never_is_no_end() -> None:
    for until in ("99991231", "99991231T235959Z", "45000901"):
        assert recurrence.to_outlook(f"FREQ=DAILY;UNTIL={until}", clock("2027-03-01T09:00")).range.end is None


# --- what is expressible -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "rule", "pattern"),
    [
        ("2027-01-04", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", RecurrencePattern("weekly", 1, WORKDAYS, "monday")),
        ("2027-01-04", "FREQ=MONTHLY;BYDAY=MO", RecurrencePattern("weekly", 1, ("monday",), "monday")),
        ("2027-01-04", "FREQ=YEARLY;BYDAY=MO", RecurrencePattern("weekly", 1, ("monday",), "monday")),
        ("2027-01-28", "FREQ=MONTHLY", RecurrencePattern("absoluteMonthly", 1, day_of_month=28)),
        (
            "2027-01-31",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            RecurrencePattern("absoluteMonthly", 1, day_of_month=31),
        ),
        (
            "2027-01-29",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            RecurrencePattern("relativeMonthly", 1, WORKDAYS, index="last"),
        ),
        (
            "2027-01-12",
            "FREQ=MONTHLY;BYDAY=2TU",
            RecurrencePattern("relativeMonthly", 1, ("tuesday",), index="second"),
        ),
        ("2027-05-20", "FREQ=YEARLY", RecurrencePattern("absoluteYearly", 1, day_of_month=20, month=5)),
        (
            "2027-05-09",
            "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
            RecurrencePattern("relativeYearly", 1, ("sunday",), month=5, index="second"),
        ),
        (
            "2027-05-09",
            "FREQ=YEARLY;INTERVAL=8;BYMONTH=5;BYMONTHDAY=9",
            RecurrencePattern("absoluteYearly", 8, day_of_month=9, month=5),
        ),
    ],
)
def test_a_rule_becomes_the_plainest_pattern_that_equals_it(
    start: str, rule: str, pattern: RecurrencePattern
) -> None:
    found = recurrence.to_outlook(rule, clock(f"{start}T10:00"))
    assert found.pattern == pattern
    assert found.range == RecurrenceRange(date.fromisoformat(start))


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("2027-01-29", "FREQ=MONTHLY"),
        ("2027-01-30", "FREQ=MONTHLY;BYMONTHDAY=30"),
        ("2027-01-31", "FREQ=MONTHLY;BYMONTHDAY=31"),
        ("2027-01-29", "FREQ=MONTHLY;BYDAY=5FR"),
        ("2027-01-04", "FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR"),
        ("2027-01-04", "FREQ=DAILY;INTERVAL=1000"),
        ("2027-01-04", "FREQ=WEEKLY;INTERVAL=143"),
        ("2027-01-04", "FREQ=MONTHLY;INTERVAL=100"),
        ("2027-01-04", "FREQ=YEARLY;INTERVAL=9"),
        ("2027-01-01", "FREQ=DAILY;BYMONTH=1,2,3,4,5,6,7,8,9,10"),
        ("2027-01-01", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYMONTH=1,2,3,4,5,6,7,8,9,10"),
        ("2027-01-04", f"FREQ=YEARLY;BYDAY=MO;BYWEEKNO={','.join(map(str, range(1, 53)))}"),
        ("2027-01-04", f"FREQ=YEARLY;BYDAY=MO;BYSETPOS={','.join(map(str, range(1, 53)))}"),
        ("2027-01-01", f"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={','.join(map(str, range(1, 23)))}"),
    ],
)
def test_what_outlook_would_show_on_other_days_is_refused(start: str, rule: str) -> None:
    """Also where both agree for the first hundreds of occurrences."""
    with pytest.raises(InexpressibleRule):
        recurrence.to_outlook(rule, clock(f"{start}T10:00"))


def test_the_greatest_interval_and_number_that_exchange_takes_are_used() -> None:
    start = clock("2027-01-04T10:00")
    for rule in ("DAILY;INTERVAL=999", "WEEKLY;INTERVAL=99", "MONTHLY;INTERVAL=99", "YEARLY;INTERVAL=8"):
        assert recurrence.to_outlook(f"FREQ={rule}", start).pattern.interval == int(rule.rpartition("=")[2])
    assert recurrence.to_outlook("FREQ=DAILY;COUNT=999", start).range.count == 999


def test_a_start_that_the_rule_does_not_name_is_no_occurrence() -> None:
    start = clock("2027-01-06T10:00")
    found = recurrence.to_outlook("FREQ=WEEKLY;BYDAY=MO;COUNT=2", start)
    assert found.range == RecurrenceRange(date(2027, 1, 11), count=2)
    assert shown_by_outlook("FREQ=WEEKLY;BYDAY=MO;COUNT=2", start) == [date(2027, 1, 11), date(2027, 1, 18)]


def test_a_yearly_rule_whose_first_date_is_next_year_is_no_less_expressible() -> None:
    found = recurrence.to_outlook("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=3", clock("2026-11-25T10:00"))
    assert found.range == RecurrenceRange(date(2027, 2, 3))


def test_more_occurrences_than_exchange_counts_become_an_end_date() -> None:
    start = clock("2027-01-04T10:00")
    found = recurrence.to_outlook("FREQ=DAILY;COUNT=1000", start)
    assert found.range == RecurrenceRange(date(2027, 1, 4), end=date(2029, 9, 29))
    assert len(shown_by_outlook("FREQ=DAILY;COUNT=1000", start, 2000)) == 1000
    endless = recurrence.to_outlook("FREQ=DAILY;COUNT=2147483647", start)
    assert endless.range.end == rrule.horizon(start.local.date())


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270109T235959Z",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    ],
)
def test_a_rule_without_a_single_occurrence_is_said_to_be_empty(rule: str) -> None:
    with pytest.raises(EmptyRule):
        recurrence.to_outlook(rule, clock("2027-01-04T10:00"))


# --- naming occurrences ---------------------------------------------------------------------------


def test_the_number_behind_an_exceptions_id_is_read_on_the_series_own_clock() -> None:
    start = clock("2027-03-01T09:00", "America/New_York")
    original = recurrence.original_time(start, 1805115600)
    assert original == clock("2027-03-15T09:00", "America/New_York")
    assert recurrence.occurs_at(start, original)
    assert recurrence.original_time(date(2027, 3, 1), 1805068800) == date(2027, 3, 15)


def test_an_original_at_another_time_of_day_is_no_occurrence() -> None:
    start = clock("2027-03-01T09:00", "America/New_York")
    assert not recurrence.occurs_at(start, clock("2027-03-15T10:00", "America/New_York"))
    assert not recurrence.occurs_at(start, date(2027, 3, 15))
    assert not recurrence.occurs_at(date(2027, 3, 1), clock("2027-03-15T00:00", "UTC"))
    assert recurrence.occurs_at(date(2027, 3, 1), date(2027, 3, 15))


def test_in_the_nights_when_clocks_move_an_occurrence_is_recognised_by_either_reading() -> None:
    daily = clock("2027-01-01T01:30", "Europe/London")
    skipped = instant(clock("2027-03-28T01:30", "Europe/London"))
    assert recurrence.occurs_at(daily, recurrence.original_time(daily, skipped))
    for repeated in (1824942600, 1824946200):  # 00:30 and 01:30 UTC on 31 October
        original = recurrence.original_time(daily, repeated)
        assert isinstance(original, WallClock)
        assert original.local == datetime(2027, 10, 31, 1, 30)  # noqa: DTZ001  # a wall clock
        assert recurrence.occurs_at(daily, original)


def test_a_midnight_east_or_west_of_greenwich_still_names_the_date_of_an_all_day_occurrence() -> None:
    midnight = 1805068800  # 15 March 2027, 00:00 UTC
    for hours_east in (11, 8, 0, -5, -11):
        original = recurrence.original_time(date(2027, 3, 1), midnight - hours_east * 3600)
        assert original == date(2027, 3, 15)
    assert recurrence.original_time(date(1960, 1, 1), -86400) == date(1969, 12, 31)


# --- what is expanded -----------------------------------------------------------------------------------


def test_an_expansion_has_what_starts_on_the_days_asked_for_on_the_series_own_clock() -> None:
    start = clock("2020-01-01T23:30", "America/New_York")
    found = recurrence.expansion("FREQ=MONTHLY;BYDAY=1MO,1TU", start, date(2027, 2, 2), date(2027, 4, 5))
    listed = ("2027-02-02", "2027-03-01", "2027-03-02", "2027-04-05")
    assert found == tuple(clock(f"{day}T23:30", "America/New_York") for day in listed)
    all_day = recurrence.expansion(
        "RRULE:FREQ=MONTHLY", date(2027, 1, 31), date(2027, 1, 31), date(2027, 3, 31)
    )
    assert all_day == (date(2027, 1, 31), date(2027, 3, 31))
    assert recurrence.expansion("FREQ=DAILY;COUNT=3", start, date(2020, 1, 4), date(2027, 1, 1)) == ()


def test_no_more_is_expanded_than_anybody_reads() -> None:
    start, first_day = clock("2020-01-01T10:00"), date(2027, 1, 1)
    found = recurrence.expansion("FREQ=HOURLY", start, first_day, first_day + timedelta(days=415))
    assert len(found) == 416 * 24
    for rule, days in (("FREQ=HOURLY", 416), ("FREQ=SECONDLY;COUNT=1000000", 0)):
        for _ in range(2):  # the second time from memory
            with pytest.raises(TooManyOccurrences):
                recurrence.expansion(rule, start, first_day, first_day + timedelta(days=days))
    with pytest.raises(MalformedRule):
        recurrence.expansion("FREQ=NEVER", start, first_day, first_day)


# --- gaps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        (RecurrencePattern("daily", 3), 3),
        (RecurrencePattern("weekly", 1, ("monday", "wednesday"), "monday"), 2),
        (RecurrencePattern("weekly", 2, ("monday", "sunday"), "sunday"), 1),
        (RecurrencePattern("weekly", 2, ("monday", "sunday"), "monday"), 6),
        (RecurrencePattern("absoluteMonthly", 1, day_of_month=1), 28),
        (RecurrencePattern("absoluteMonthly", 2, day_of_month=1), 59),
        (RecurrencePattern("relativeMonthly", 1, WORKDAYS, index="last"), 28),
        (RecurrencePattern("absoluteYearly", 1, day_of_month=1, month=2), 365),
    ],
)
def test_the_gap_is_the_least_distance_of_two_neighbours(pattern: RecurrencePattern, days: int) -> None:
    assert recurrence.gap(Recurrence(pattern, RecurrenceRange(date(2027, 1, 1)))) == timedelta(days=days)


def test_a_single_occurrence_has_no_gap_and_a_short_series_only_its_own() -> None:
    pattern = RecurrencePattern("absoluteMonthly", 1, day_of_month=1)
    assert recurrence.gap(Recurrence(pattern, RecurrenceRange(date(2027, 1, 1), count=1))) is None
    only = Recurrence(pattern, RecurrenceRange(date(2027, 3, 1), end=date(2027, 4, 30)))
    assert recurrence.gap(only) == timedelta(days=31)
