"""Any rule, expanded as python-dateutil expands it; and what is ours: ends, limits, all-day series."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import rrule
from core.model import WallClock
from core.rrule import TooManyOccurrences
from tests.core.pure.rule_texts import by_dateutil, clock, rule_texts, short_rule_texts, starts

MOST = 30


def local_starts(rule: str, start: WallClock, since: date = date.min) -> Iterator[datetime]:
    for each in rrule.occurrence_starts(rrule.parse(rule), start, since=since):
        assert isinstance(each, WallClock)
        assert (each.zone, each.local.fold) == (start.zone, 0)
        yield each.local


@contextmanager
def only(years: int, start: date) -> Iterator[None]:
    """Where a rule has no more occurrences, both look on: dateutil to the year 9999."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datetime.MAXYEAR", start.year + years)
        patch.setattr(rrule, "HORIZON_YEARS", years)
        yield


def assert_equal(rule: str, start: WallClock, *, years: int, since: date = date.min) -> None:
    end = date(start.local.year + years, 12, 31)
    with only(years, start.local):
        # With `since`, our horizon moves on.
        ours = (each for each in local_starts(rule, start, since) if each.date() <= end)
        theirs = (each for each in by_dateutil(rule, start, end) if each.date() >= since)
        assert list(islice(ours, MOST)) == list(islice(theirs, MOST))


@settings(max_examples=120, deadline=None)
@given(rule_texts(), starts())
@example("FREQ=YEARLY;BYDAY=-1FR", clock("2027-01-01T10:00"))
@example("FREQ=YEARLY;BYDAY=53MO", clock("2027-01-01T10:00"))
@example("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", clock("2027-01-05T10:00"))
@example("FREQ=WEEKLY;BYYEARDAY=1,2,365,366", clock("2027-01-05T10:00"))
@example("FREQ=MONTHLY;BYDAY=MO,TU;BYHOUR=9,17;BYSETPOS=3,-1", clock("2027-01-05T10:00"))
def test_any_rule_of_days_expands_as_dateutil_has_it(rule: str, start: WallClock) -> None:
    assert_equal(rule, start, years=9)


@settings(max_examples=80, deadline=None)
@given(short_rule_texts(), starts())
@example("FREQ=HOURLY;INTERVAL=5;BYMINUTE=0,30;BYSETPOS=-1", clock("2027-01-05T10:15"))
@example("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,3", clock("2027-01-05T10:15"))
@example("FREQ=MINUTELY;INTERVAL=25;BYHOUR=9;BYMINUTE=5,10", clock("2027-01-05T10:15"))
def test_any_rule_of_hours_minutes_or_seconds_expands_as_dateutil_has_it(rule: str, start: WallClock) -> None:
    assert_equal(rule, start, years=1)


@settings(max_examples=80, deadline=None)
@given(rule_texts(), starts(), st.integers(0, 2000))
@example("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;WKST=SU", clock("2027-01-05T10:00"), 21)
@example("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", clock("2027-01-05T10:00"), 57)
@example("FREQ=YEARLY;INTERVAL=3;BYYEARDAY=-1", clock("2027-06-05T10:00"), 1000)
def test_since_leaves_out_what_lies_before_and_changes_nothing_else(
    rule: str, start: WallClock, days: int
) -> None:
    assert_equal(rule, start, years=9, since=start.local.date() + timedelta(days=days))


@settings(max_examples=50, deadline=None)
@given(short_rule_texts(), starts(), st.integers(1, 2))
@example("FREQ=MINUTELY;INTERVAL=7", clock("2027-06-05T10:00"), 2)
def test_since_is_no_other_beginning_for_what_counts_in_hours_or_less(
    rule: str, start: WallClock, days: int
) -> None:
    late = WallClock(start.local.replace(hour=23), start.zone)
    assert_equal(rule, late, years=1, since=start.local.date() + timedelta(days=days))


@settings(max_examples=60, deadline=None)
@given(rule_texts(finite=False), starts(), st.timedeltas(timedelta(), timedelta(days=300)))
@example("FREQ=DAILY", clock("2027-11-01T01:30", "America/New_York"), timedelta(days=6, hours=4))
def test_an_until_in_utc_is_an_instant_in_every_zone(rule: str, start: WallClock, life: timedelta) -> None:
    rule += f";UNTIL={start.local + life:%Y%m%dT%H%M%SZ}"
    with only(2, start.local):
        assert list(local_starts(rule, start)) == list(by_dateutil(rule, start))


# --- cases that other libraries had to learn --------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "rule", "listed"),
    [
        # days that not every month or year has
        ("2027-01-31", "MONTHLY", "01-31 03-31 05-31 07-31 08-31 10-31 12-31"),
        ("2027-01-29", "MONTHLY", "01-29 03-29 04-29"),
        ("2027-01-30", "MONTHLY;INTERVAL=13", "01-30 03-30 04-30"),
        ("2027-12-31", "MONTHLY;BYMONTHDAY=-31", "01-01 03-01 05-01 07-01"),
        ("2028-02-29", "YEARLY", "02-29 02-29 02-29"),
        ("2027-01-01", "YEARLY;BYYEARDAY=366", "12-31 12-31"),
        ("2027-01-01", "YEARLY;BYYEARDAY=-307", "02-28 02-29"),
        # several parts are each a limit
        ("2027-01-01", "DAILY;BYMONTH=3;BYDAY=MO;BYMONTHDAY=8,9,10", "03-08 03-10"),
        ("2027-01-01", "YEARLY;BYMONTH=2;BYYEARDAY=31,32,60", "02-01 02-01"),
        # positions
        ("2027-01-01", "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "01-29 02-26 03-31 04-30"),
        ("2027-01-01", "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "01-01 01-29 02-01 02-26"),
        ("2027-01-01", "YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "12-31 12-29 12-31"),
        ("2027-01-06", "WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "01-08 01-13 01-20"),
        # the week's first day, the week's number
        ("2027-01-03", "WEEKLY;INTERVAL=2;BYDAY=TH", "01-14 01-28 02-11"),
        ("2027-01-03", "WEEKLY;INTERVAL=2;BYDAY=TH;WKST=SU", "01-07 01-21 02-04"),
        ("2027-01-04", "WEEKLY;INTERVAL=2;BYDAY=SU,MO", "01-04 01-10 01-18 01-24 02-01 02-07"),
        ("2027-01-01", "YEARLY;BYWEEKNO=1;BYDAY=MO", "01-04 01-03 01-01 12-31"),
        ("2027-01-01", "YEARLY;BYWEEKNO=53", "01-01 01-02 01-03 12-27 12-28 12-29 12-30 12-31"),
        ("2027-01-01", "YEARLY;BYWEEKNO=52;WKST=SU;BYDAY=FR", "01-01 12-31 12-29"),
        # counted and plain weekdays
        (
            "2027-02-01",
            "MONTHLY;BYDAY=1MO,1TU",
            "02-01 02-02 03-01 03-02 04-05 04-06 05-03 05-04 06-01 06-07",
        ),
        ("2027-02-01", "MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "02-01 03-01 04-05 05-03 06-01"),
        ("2027-02-01", "MONTHLY;BYDAY=MO,2TU", "02-01 02-08 02-09 02-15 02-22"),
        ("2027-02-01", "WEEKLY;BYDAY=3MO", "02-01 02-08"),
        # a start that does not match is no occurrence, and not counted
        ("2027-01-06", "WEEKLY;BYDAY=MO;COUNT=2", "01-11 01-18"),
        # intervals longer than anybody's life
        ("2027-01-06", "YEARLY;INTERVAL=2147483647", "01-06"),
        ("2027-01-06", "SECONDLY;INTERVAL=2147483647", "01-06"),
        ("2027-01-06", "HOURLY;INTERVAL=36;BYHOUR=9", "01-06 01-09 01-12"),
    ],
)
def test_dates_that_are_easily_got_wrong(start: str, rule: str, listed: str) -> None:
    found = list(islice(local_starts(f"FREQ={rule}", clock(f"{start}T09:00")), len(listed.split())))
    assert [f"{each:%m-%d}" for each in found] == listed.split()
    is_all = "COUNT" in rule or "21474" in rule
    assert not is_all or len(list(local_starts(f"FREQ={rule}", clock(f"{start}T09:00")))) == len(found)


# --- ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "zone", "until"),
    [
        ("07:00", "Asia/Shanghai", "20270304T230000Z"),
        ("17:00", "America/Los_Angeles", "20270306T075959Z"),
        ("09:00", "Asia/Shanghai", "20270305"),
        ("23:59", "Asia/Shanghai", "20270305"),
        ("09:00", "Asia/Shanghai", "20270305T090000"),
        ("09:00", "Asia/Shanghai", "20270306T085959"),
        ("09:00", "Asia/Shanghai", "20270305T010000Z"),
    ],
)
def test_until_is_an_instant_a_local_time_or_a_whole_local_day(time: str, zone: str, until: str) -> None:
    found = local_starts(f"FREQ=DAILY;UNTIL={until}", clock(f"2027-03-01T{time}", zone))
    assert [each.day for each in found] == [1, 2, 3, 4, 5]


def test_an_expansion_ends_at_the_horizon_of_its_start_or_of_what_is_asked_for() -> None:
    start = clock("1950-05-20T09:00")
    assert [each.year for each in local_starts("FREQ=YEARLY", start)] == list(range(1950, 2011))
    later = local_starts("FREQ=YEARLY", start, date(2026, 1, 1))
    assert [each.year for each in later] == list(range(2026, 2087))


def test_clock_times_that_a_zone_skips_or_repeats_are_one_occurrence_each() -> None:
    found = local_starts("FREQ=HOURLY;COUNT=4", clock("2027-03-14T00:30", "America/New_York"))
    assert [each.hour for each in found] == [0, 1, 2, 3]
    second_pass = clock("2027-11-07T01:30", "America/New_York")
    second_pass = WallClock(second_pass.local.replace(fold=1), second_pass.zone)
    assert [each.hour for each in local_starts("FREQ=HOURLY;COUNT=2", second_pass)] == [1, 2]


# --- all-day series -----------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(rule_texts(), st.dates(date(2024, 1, 1), date(2029, 1, 1)))
def test_an_all_day_series_has_the_dates_of_a_timed_one_that_starts_at_midnight(
    rule: str, start: date
) -> None:
    days = ";".join(part for part in rule.split(";") if not part.startswith(("BYHOUR", "BYMIN", "BYSEC")))
    midnight = WallClock(datetime(start.year, start.month, start.day), "UTC")  # noqa: DTZ001  # a wall clock
    with only(3, start):
        found = list(islice(rrule.occurrence_starts(rrule.parse(rule), start), MOST))
        expected = islice(by_dateutil(days, midnight, date(start.year + 3, 12, 31)), MOST)
        assert found == [each.date() for each in expected]


def test_an_all_day_series_of_hours_has_one_occurrence_a_day() -> None:
    found = rrule.occurrence_starts(rrule.parse("FREQ=HOURLY;INTERVAL=12;COUNT=5"), date(2027, 3, 1))
    assert list(found) == [date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)]


def test_until_of_an_all_day_series_is_a_day_whatever_clock_it_has() -> None:
    for until in ("20270305", "20270305T235959Z", "20270305T000000Z", "20270305T120000"):
        found = rrule.occurrence_starts(rrule.parse(f"FREQ=DAILY;UNTIL={until}"), date(2027, 3, 1))
        assert list(found)[-1] == date(2027, 3, 5)


# --- effort -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;COUNT=1000000",
        "FREQ=MINUTELY",
        "FREQ=DAILY;BYHOUR={hours};BYMINUTE={minutes};BYSECOND={minutes}",
        "FREQ=YEARLY;BYMONTH=1,2,3,4,5;BYDAY=MO,TU;BYHOUR={hours};BYMINUTE={minutes};BYSECOND={minutes}",
    ],
)
def test_a_rule_that_fills_the_days_is_given_up(rule: str) -> None:
    text = rule.format(hours=",".join(map(str, range(24))), minutes=",".join(map(str, range(60))))
    with pytest.raises(TooManyOccurrences):
        list(local_starts(text, clock("2027-01-01T10:00")))


def test_what_lies_before_since_costs_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rrule, "MOST_STEPS", 30)
    start, since = clock("1970-01-01T10:07"), date(2026, 11, 25)
    for frequency in ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        first = next(local_starts(f"FREQ={frequency};INTERVAL=3", start, since))
        assert first.date() >= since
    assert next(local_starts("FREQ=YEARLY;BYDAY=MO", start, since)).date() == date(2026, 11, 30)
    late = clock("2026-11-25T23:59:50")
    assert next(local_starts("FREQ=SECONDLY", late)) == late.local
    skipping = local_starts("FREQ=SECONDLY;BYMONTH=12;BYHOUR=9;BYMINUTE=5", start, since)
    assert next(skipping) == datetime(2026, 12, 1, 9, 5)  # noqa: DTZ001  # a wall clock


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MINUTELY;BYSETPOS=2",
        "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,59",
        "FREQ=SECONDLY;BYSECOND=60",
        "FREQ=DAILY;BYSECOND=60;BYSETPOS=1",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=1,3",
    ],
)
def test_what_no_clock_or_calendar_ever_shows_is_found_out(rule: str) -> None:
    assert list(local_starts(rule, clock("2027-01-01T10:00"))) == []
