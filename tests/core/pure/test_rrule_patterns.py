"""Patterns that are found in the dates of a rule, and patterns without a few of their dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import recurrence, rrule
from core.model import RecurrencePattern, WallClock
from core.rrule import EmptyRule, InexpressibleRule
from tests.core.pure.rule_texts import by_dateutil, by_exchange, clock, rule_texts, short_rule_texts, starts

WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@pytest.mark.parametrize(
    ("start", "rule", "pattern"),
    [
        ("2027-01-04", "WEEKLY;INTERVAL=100", RecurrencePattern("daily", 700)),
        ("2027-01-04", "HOURLY;INTERVAL=24", RecurrencePattern("daily", 1)),
        ("2027-01-04", "MINUTELY;INTERVAL=10080;COUNT=9", RecurrencePattern("daily", 7)),
        ("2027-01-04", "DAILY;BYHOUR=10;BYMINUTE=0;BYSECOND=0", RecurrencePattern("daily", 1)),
        ("2027-01-04", "WEEKLY;BYDAY=MO,WE;BYSETPOS=1", RecurrencePattern("daily", 7)),
        (
            "2027-01-05",
            "WEEKLY;BYDAY=2TU,-1TH",
            RecurrencePattern("weekly", 1, ("tuesday", "thursday"), "monday"),
        ),
        (
            "2027-01-05",
            "WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12",
            RecurrencePattern("weekly", 2, ("tuesday", "sunday"), "sunday"),
        ),
        ("2028-02-29", "YEARLY", RecurrencePattern("absoluteYearly", 4, day_of_month=29, month=2)),
        (
            "2027-02-01",
            "YEARLY;BYYEARDAY=32",
            RecurrencePattern("absoluteYearly", 1, day_of_month=1, month=2),
        ),
        (
            "2027-12-31",
            "YEARLY;BYYEARDAY=-1",
            RecurrencePattern("absoluteYearly", 1, day_of_month=31, month=12),
        ),
        ("2027-01-15", "YEARLY;BYMONTHDAY=15", RecurrencePattern("absoluteMonthly", 1, day_of_month=15)),
        ("2027-02-28", "DAILY;BYMONTHDAY=-1", RecurrencePattern("absoluteMonthly", 1, day_of_month=31)),
        ("2027-01-01", "DAILY;BYMONTHDAY=1", RecurrencePattern("absoluteMonthly", 1, day_of_month=1)),
        (
            "2027-02-28",
            "MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
            RecurrencePattern("absoluteMonthly", 1, day_of_month=30),
        ),
        (
            "2027-02-28",
            "YEARLY;BYMONTH=2;BYMONTHDAY=-1",
            RecurrencePattern("absoluteYearly", 1, day_of_month=31, month=2),
        ),
        (
            "2027-01-04",
            "MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=1MO",
            RecurrencePattern("relativeMonthly", 2, ("monday",), index="first"),
        ),
        (
            "2027-01-25",
            "MONTHLY;BYDAY=MO;BYMONTHDAY=22,23,24,25,26,27,28",
            RecurrencePattern("relativeMonthly", 1, ("monday",), index="fourth"),
        ),
        (
            "2027-01-01",
            "YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            RecurrencePattern("relativeYearly", 1, WORKDAYS, month=1, index="first"),
        ),
        (
            "2027-11-25",
            "YEARLY;BYMONTH=11;BYDAY=TH;BYMONTHDAY=22,23,24,25,26,27,28",
            RecurrencePattern("relativeYearly", 1, ("thursday",), month=11, index="fourth"),
        ),
    ],
)
def test_what_no_part_of_a_rule_says_is_found_in_its_dates(
    start: str, rule: str, pattern: RecurrencePattern
) -> None:
    begins = clock(f"{start}T10:00")
    found = recurrence.to_outlook(f"FREQ={rule}", begins)
    assert (found.pattern, found.range.start, found.left_out) == (pattern, begins.local.date(), ())
    end = rrule.horizon(begins.local.date())
    assert by_exchange(found, end) == [each.date() for each in by_dateutil(f"FREQ={rule}", begins, end)]


@pytest.mark.parametrize(
    "rule",
    [
        "DAILY;BYHOUR=9",
        "DAILY;BYHOUR=10,16",
        "DAILY;BYMINUTE=0,30",
        "DAILY;BYSECOND=1",
        "WEEKLY;BYDAY=MO,TU;BYHOUR=9,10;BYSETPOS=1,4",
        "HOURLY;INTERVAL=12",
        "HOURLY;INTERVAL=3;UNTIL=20270105T170000Z",
        "MINUTELY;INTERVAL=15;COUNT=6",
        "SECONDLY",
    ],
)
def test_a_pattern_has_one_occurrence_a_day_at_the_time_of_the_start(rule: str) -> None:
    with pytest.raises(InexpressibleRule):
        recurrence.to_outlook(f"FREQ={rule}", clock("2027-01-04T10:00"))


# --- a pattern without a few of its dates --------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "rule", "pattern", "left_out"),
    [
        ("2026-03-30", "MONTHLY;BYMONTHDAY=30;COUNT=12", "absoluteMonthly", ["2027-02-28"]),
        ("2027-01-29", "MONTHLY;UNTIL=20291231", "absoluteMonthly", ["2027-02-28", "2029-02-28"]),
        (
            "2027-01-04",
            "WEEKLY;BYDAY=MO;BYMONTH=1,2,3,5,6;UNTIL=20270630",
            "daily",
            ["2027-04-05", "2027-04-12", "2027-04-19", "2027-04-26"],
        ),
        ("2027-01-31", "MONTHLY;BYMONTHDAY=31;COUNT=3", "absoluteMonthly", []),
        # and of two that are exact (here daily without two Sundays and a Wednesday) the shorter
        (
            "2027-01-04",
            (
                "DAILY;UNTIL=20270123;BYDAY=MO,TU,WE,TH,FR,SA;BYMONTHDAY=-1,-2,-3,-4,-5,-6,-7,-8,-9,-10,-11,-13,"
                "-14,-15,-16,-17,-18,-19,-20,-21,-22,-23,-24,-25,-26,-27,-28"
            ),
            "weekly",
            ["2027-01-20"],
        ),
    ],
)
def test_a_finite_rule_may_be_a_pattern_without_a_few_of_its_dates(
    start: str, rule: str, pattern: str, left_out: list[str]
) -> None:
    begins = clock(f"{start}T10:00")
    found = recurrence.to_outlook(f"FREQ={rule}", begins)
    assert found.pattern.type == pattern
    assert list(found.left_out) == [date.fromisoformat(day) for day in left_out]
    rule_dates = list(rrule.occurrence_dates(rrule.parse(f"FREQ={rule}"), begins))
    assert by_exchange(found, date(2099, 1, 1)) == rule_dates


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("2027-01-31", "MONTHLY;BYMONTHDAY=31;COUNT=5"),  # Jan to Aug: three too many are more than half
        ("2027-01-30", "MONTHLY;COUNT=64"),  # six too many
        ("2027-01-04", "WEEKLY;BYDAY=MO;BYMONTH=1,2,3,6;UNTIL=20270630"),
        ("2027-01-30", "MONTHLY;INTERVAL=29"),  # two too many in sixty years, but it has no end
    ],
)
def test_more_dates_left_out_than_are_clearly_shorter_are_refused(start: str, rule: str) -> None:
    with pytest.raises(InexpressibleRule):
        recurrence.to_outlook(f"FREQ={rule}", clock(f"{start}T10:00"))


# --- any rule ------------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(rule_texts() | short_rule_texts(), starts(), st.none() | st.integers(0, 2000))
@example("FREQ=MONTHLY;BYMONTHDAY=30;COUNT=12", clock("2026-03-30T10:00"), None)
@example("FREQ=MONTHLY;BYDAY=-1FR", clock("2026-03-30T10:00"), None)
def test_any_rule_is_refused_or_outlook_shows_exactly_its_days(
    rule: str, start: WallClock, days: int | None
) -> None:
    if days is not None and "COUNT" not in rule:
        rule += f";UNTIL={start.local + timedelta(days=days):%Y%m%dT%H%M%SZ}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rrule, "HORIZON_YEARS", 12)
        patch.setattr("datetime.MAXYEAR", start.local.year + 13)
        end = rrule.horizon(start.local.date())
        try:
            found = recurrence.to_outlook(rule, start)
        except EmptyRule:
            assert list(by_dateutil(rule, start, end)) == []
        except InexpressibleRule:
            return
        else:
            shown = [datetime.combine(day, start.local.time()) for day in by_exchange(found, end)]
            assert shown == list(by_dateutil(rule, start, end))
