"""RRULE against python-dateutil, and Outlook's patterns against both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import recurrence, rrule
from core.model import EventTime, RecurrencePattern, RecurrenceRange, WallClock
from core.rrule import EmptyRule, InexpressibleRule, MalformedRule
from core.zones import instant

WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def clock(text: str, zone: str = "Asia/Shanghai") -> WallClock:
    return WallClock(datetime.fromisoformat(text), zone)


def by_dateutil(rule: str, start: WallClock) -> Iterator[date]:
    """The oracle: instants in the series' zone, of which UNTIL is one."""
    parts = dict(part.split("=") for part in rule.split(";"))
    until = parts.pop("UNTIL", "")
    naive = ";".join(f"{name}={value}" for name, value in parts.items())
    found: Iterator[datetime] = iter(rrulestr(naive, dtstart=start.local))
    if until:
        last = datetime.fromisoformat(until).timestamp()
        found = takewhile(lambda local: instant(WallClock(local, start.zone)) <= last, found)
    return (local.date() for local in found)


def shown_by_outlook(rule: str, start: EventTime, most: int = 60) -> list[date]:
    found = recurrence.to_outlook(rule, start)
    return list(islice(recurrence.pattern_dates(found.pattern, found.range), most))


REFUSED = ""
RFC_EXAMPLES = [
    ("1997-09-02", "FREQ=DAILY;COUNT=10", "daily"),
    ("1997-09-02", "FREQ=DAILY;UNTIL=19971224T000000Z", "daily"),
    ("1997-09-02", "FREQ=DAILY;INTERVAL=2", "daily"),
    ("1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", "daily"),
    ("1998-01-01", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", REFUSED),
    ("1998-01-01", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", REFUSED),
    ("1997-09-02", "FREQ=WEEKLY;COUNT=10", "weekly"),
    ("1997-09-02", "FREQ=WEEKLY;UNTIL=19971224T000000Z", "weekly"),
    ("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "weekly"),
    ("1997-09-02", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "weekly"),
    ("1997-09-02", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "weekly"),
    ("1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "weekly"),
    ("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "weekly"),
    ("1997-09-05", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "relativeMonthly"),
    ("1997-09-05", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "relativeMonthly"),
    ("1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", REFUSED),
    ("1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", REFUSED),
    ("1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3", REFUSED),
    ("1997-09-02", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", REFUSED),
    ("1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", REFUSED),
    ("1997-09-10", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", REFUSED),
    ("1997-09-02", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", REFUSED),
    ("1997-06-10", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7", REFUSED),
    ("1997-03-10", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", REFUSED),
    ("1997-05-19", "FREQ=YEARLY;BYDAY=20MO", REFUSED),
    ("1997-03-13", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", REFUSED),
    ("1997-06-05", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", REFUSED),
    ("1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", REFUSED),
    ("1997-09-13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", REFUSED),
    ("1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", REFUSED),
    ("1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "relativeMonthly"),
    ("1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", REFUSED),
    ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "weekly"),
    ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "weekly"),
    ("2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", REFUSED),
]
"""RFC 5545, 3.8.5.3, all in New York at 09:00, without the examples that count in hours or minutes."""


@pytest.mark.parametrize(("day", "rule", "pattern"), RFC_EXAMPLES)
def test_examples_of_the_rfc_expand_as_dateutil_has_them_and_are_translated_or_refused(
    day: str, rule: str, pattern: str
) -> None:
    start = clock(f"{day}T09:00", "America/New_York")
    end = rrule.horizon(start.local.date())
    expected = list(islice(takewhile(lambda found: found <= end, by_dateutil(rule, start)), 60))
    assert list(islice(rrule.occurrence_dates(rrule.parse(rule), start), 60)) == expected
    if pattern is REFUSED:
        with pytest.raises(InexpressibleRule):
            recurrence.to_outlook(rule, start)
    else:
        assert recurrence.to_outlook(rule, start).pattern.type == pattern
        assert shown_by_outlook(rule, start) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
    ],
)
def test_rules_of_hours_and_of_weeks_of_the_year_are_good_but_have_no_pattern(rule: str) -> None:
    with pytest.raises(InexpressibleRule):
        recurrence.to_outlook(rule, clock("1997-09-02T09:00", "America/New_York"))


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
    both = list(islice(rrule.occurrence_dates(rrule.parse("FREQ=MONTHLY;BYDAY=1MO,1TU"), start), 10))
    assert [f"{day:%m-%d}" for day in both] == [
        *("02-01", "02-02", "03-01", "03-02", "04-05", "04-06", "05-03", "05-04", "06-01", "06-07"),
    ]
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


def test_plain_and_counted_weekdays_in_one_rule_both_count() -> None:
    found = rrule.occurrence_dates(rrule.parse("FREQ=MONTHLY;BYDAY=MO,2TU"), clock("2027-02-01T10:00"))
    assert [day.day for day in islice(found, 5)] == [1, 8, 9, 15, 22]


# --- any rule ------------------------------------------------------------------------------------

WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
COUNTED = st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), WEEKDAYS)


def joined(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=4, unique=True).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Well-formed. BYSETPOS only where RFC and dateutil agree what its first period is."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 13))}")
    if draw(st.booleans()):
        days = COUNTED if frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans()) else WEEKDAYS
        parts.append(f"BYDAY={draw(joined(days))}")
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"BYMONTH={draw(joined(st.integers(1, 12)))}")
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"BYMONTHDAY={draw(joined(st.integers(1, 31) | st.integers(-31, -1)))}")
    has_days = any(part.startswith(("BYDAY", "BYMONTHDAY")) for part in parts)
    if frequency in {"MONTHLY", "YEARLY"} and has_days and draw(st.integers(0, 3)) == 0:
        parts.append(f"BYSETPOS={draw(joined(st.sampled_from([1, 2, 4, 5, -1, -2])))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(WEEKDAYS)}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    return ";".join(parts)


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1)).map(  # noqa: DTZ001  # wall clocks
    lambda local: WallClock(local.replace(minute=0, second=0, microsecond=0), "Asia/Shanghai")
)


@settings(max_examples=150)
@given(rules(), STARTS)
@example("FREQ=YEARLY;BYDAY=-1FR", clock("2027-01-01T10:00"))
@example("FREQ=YEARLY;BYDAY=53MO", clock("2027-01-01T10:00"))
def test_any_rule_expands_as_dateutil_has_it(rule: str, start: WallClock) -> None:
    found = list(islice(rrule.occurrence_dates(rrule.parse(rule), start), 30))
    if found or rule.startswith("FREQ=YEARLY"):  # else dateutil looks on, day by day, to the year 9999
        end = rrule.horizon(start.local.date())
        assert found == list(islice(takewhile(lambda day: day <= end, by_dateutil(rule, start)), 30))


@settings(max_examples=150)
@given(rules(), STARTS, st.none() | st.integers(0, 2000))
def test_any_rule_is_refused_or_outlook_shows_exactly_its_days(
    rule: str, start: WallClock, days: int | None
) -> None:
    if days is not None and "COUNT" not in rule:
        rule += f";UNTIL={start.local + timedelta(days=days):%Y%m%dT%H%M%SZ}"
    try:
        found = shown_by_outlook(rule, start, 150)
    except (EmptyRule, InexpressibleRule):
        return
    assert found == list(islice(by_dateutil(rule, start), len(found)))


MALFORMED = [
    "",
    "FREQ",
    "FREQ=",
    "FREQ=FORTNIGHTLY",
    "INTERVAL=2",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=-1",
    "FREQ=DAILY;INTERVAL=1_0",
    "FREQ=DAILY;INTERVAL=1.5",
    "FREQ=DAILY;INTERVAL=" + "9" * 5000,
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=5;UNTIL=20270101",
    "FREQ=DAILY;FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;BYDAY=MO,",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=54MO",
    "FREQ=MONTHLY;BYDAY=１MO",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=YEARLY;BYMONTH=13",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
    "FREQ=WEEKLY;WKST=1",
    "FREQ=DAILY;UNTIL=2027",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;UNTIL=20270101T250000Z",
    "FREQ=DAILY;UNTIL=20270101T235960Z",
    "FREQ=DAILY;UNTIL=00010101T000000Z",
    "FREQ=DAILY;UNTIL=20270101T000000+08",
    "RDATE=20270101",
]


@pytest.mark.parametrize("rule", MALFORMED)
def test_what_is_no_rule_is_said_to_be_malformed(rule: str) -> None:
    with pytest.raises(MalformedRule):
        recurrence.to_outlook(rule, clock("2027-01-04T10:00"))


def test_blanks_and_lower_case_are_no_fault() -> None:
    found = recurrence.to_outlook("freq=weekly; byday=mo,we;", clock("2027-01-04T10:00"))
    assert found.pattern.days_of_week == ("monday", "wednesday")


FRAGMENTS = st.sampled_from(
    [
        *MALFORMED,
        *"=;,+-0 9Tİß\ud800",
        *("FREQ=", "DAILY", "YEARLY", ";INTERVAL=", "COUNT=", ";UNTIL=", "99991231", "235959Z", "BYDAY="),
        *("-5FR", "BYMONTHDAY=", "31", "BYSETPOS=", "BYHOUR=1", "WKST=SU"),
    ]
)


@settings(max_examples=200)
@given(st.text() | st.lists(FRAGMENTS, max_size=12).map("".join), STARTS | st.dates())
def test_whatever_text_comes_nothing_else_is_raised(text: str, start: EventTime) -> None:
    with suppress(MalformedRule, EmptyRule, InexpressibleRule):
        recurrence.to_outlook(text, start)


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
