"""The nights in which clocks are moved, and the years after the tables end.

The literals are from the texts of the laws as the tz database states them (northamerica, europe, asia,
australasia, southamerica), counted by hand. The oracle is Python's `zoneinfo` over another copy of the
database: that of the package tzdata, since the machine's own may be years older than pytz.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from core import zones
from core.model import WallClock


def clock(text: str, zone: str, fold: int = 0) -> WallClock:
    return WallClock(datetime.fromisoformat(text).replace(fold=fold), zone)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        # 2027-03-14 at 2:00 to 3:00, 2027-11-07 at 2:00 to 1:00
        ("America/New_York", "2027-03-14T01:59:59", "2027-03-14T06:59:59"),
        ("America/New_York", "2027-03-14T03:00:00", "2027-03-14T07:00:00"),
        ("America/New_York", "2027-11-07T00:59:59", "2027-11-07T04:59:59"),
        ("America/New_York", "2027-11-07T02:00:00", "2027-11-07T07:00:00"),
        # 2027-03-28 at 1:00 to 2:00, 2027-10-31 at 2:00 to 1:00
        ("Europe/London", "2027-03-28T00:59:59", "2027-03-28T00:59:59"),
        ("Europe/London", "2027-03-28T02:00:00", "2027-03-28T01:00:00"),
        ("Europe/London", "2027-10-31T00:59:59", "2027-10-30T23:59:59"),
        ("Europe/London", "2027-10-31T02:00:00", "2027-10-31T02:00:00"),
        # the same nights, but winter time is what counts as moved
        ("Europe/Dublin", "2027-03-28T00:59:59", "2027-03-28T00:59:59"),
        ("Europe/Dublin", "2027-03-28T02:00:00", "2027-03-28T01:00:00"),
        ("Europe/Dublin", "2027-10-31T00:59:59", "2027-10-30T23:59:59"),
        ("Europe/Dublin", "2027-10-31T02:00:00", "2027-10-31T02:00:00"),
        # half an hour: 2027-04-04 at 2:00 to 1:30, 2027-10-03 at 2:00 to 2:30
        ("Australia/Lord_Howe", "2027-04-04T01:29:59", "2027-04-03T14:29:59"),
        ("Australia/Lord_Howe", "2027-04-04T02:00:00", "2027-04-03T15:30:00"),
        ("Australia/Lord_Howe", "2027-10-03T01:59:59", "2027-10-02T15:29:59"),
        ("Australia/Lord_Howe", "2027-10-03T02:30:00", "2027-10-02T15:30:00"),
        # no summer time since 1991
        ("Asia/Shanghai", "2027-03-28T02:30:00", "2027-03-27T18:30:00"),
        ("Asia/Shanghai", "1991-08-01T12:00:00", "1991-08-01T03:00:00"),
        # none since February 2019
        ("America/Sao_Paulo", "2019-02-16T22:59:59", "2019-02-17T00:59:59"),
        ("America/Sao_Paulo", "2019-02-17T00:00:00", "2019-02-17T03:00:00"),
        ("America/Sao_Paulo", "2027-01-15T12:00:00", "2027-01-15T15:00:00"),
        # over the date line: 30 December 2011 was no day; no summer time since 2021
        ("Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59"),
        ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00"),
        ("Pacific/Apia", "2027-01-15T12:00:00", "2027-01-14T23:00:00"),
        # before there were zones, by the sun: 8:05:43 and -4:56:02
        ("Asia/Shanghai", "1900-01-01T08:05:43", "1900-01-01T00:00:00"),
        ("America/New_York", "1880-01-01T00:00:00", "1880-01-01T04:56:02"),
    ],
)
def test_the_clock_and_the_instant_on_both_sides_of_a_change(zone: str, local: str, instant: str) -> None:
    assert zones.instant(clock(local, zone)) == utc(instant)
    assert zones.wall_clock(utc(instant), zone) == clock(local, zone)
    assert zones.is_plain(clock(local, zone))


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("America/New_York", "2040-07-02T09:00:00", "2040-07-02T13:00:00"),
        ("America/New_York", "2040-01-02T09:00:00", "2040-01-02T14:00:00"),
        ("America/New_York", "2040-03-11T03:00:00", "2040-03-11T07:00:00"),
        ("America/New_York", "2499-07-01T09:00:00", "2499-07-01T13:00:00"),
        ("Europe/London", "2040-03-25T00:59:59", "2040-03-25T00:59:59"),
        ("Europe/London", "2040-03-25T02:00:00", "2040-03-25T01:00:00"),
        ("Europe/Dublin", "2040-07-02T09:00:00", "2040-07-02T08:00:00"),
        ("Australia/Sydney", "2040-07-02T09:00:00", "2040-07-01T23:00:00"),
        ("Australia/Lord_Howe", "2040-07-02T09:00:00", "2040-07-01T22:30:00"),
        ("America/Nuuk", "2040-03-24T21:59:59", "2040-03-24T23:59:59"),
        ("America/Nuuk", "2040-03-25T00:00:00", "2040-03-25T01:00:00"),
        ("America/Sao_Paulo", "2040-01-02T09:00:00", "2040-01-02T12:00:00"),
        ("Asia/Shanghai", "2499-07-01T09:00:00", "2499-07-01T01:00:00"),
    ],
)
def test_summer_time_goes_on_when_the_table_of_changes_has_ended(zone: str, local: str, instant: str) -> None:
    """pytz's own table of them ends with 2037 and would leave New York in winter, Sydney in summer."""
    assert zones.instant(clock(local, zone)) == utc(instant)
    assert zones.wall_clock(utc(instant), zone) == clock(local, zone)


@pytest.mark.parametrize(
    ("zone", "first", "instants"),
    [
        (
            "America/New_York",
            "2027-03-07T09:00:00",
            ["2027-03-07T14:00:00", "2027-03-14T13:00:00", "2027-03-21T13:00:00"],
        ),
        (
            "Europe/London",
            "2027-10-24T09:00:00",
            ["2027-10-24T08:00:00", "2027-10-31T09:00:00", "2027-11-07T09:00:00"],
        ),
        (
            "Australia/Lord_Howe",
            "2027-03-28T09:00:00",
            ["2027-03-27T22:00:00", "2027-04-03T22:30:00", "2027-04-10T22:30:00"],
        ),
        (
            "Europe/London",
            "2027-03-21T01:30:00",
            ["2027-03-21T01:30:00", "2027-03-28T01:30:00", "2027-04-04T00:30:00"],
        ),
        (
            "Asia/Shanghai",
            "2027-03-21T09:00:00",
            ["2027-03-21T01:00:00", "2027-03-28T01:00:00", "2027-04-04T01:00:00"],
        ),
    ],
)
def test_a_weekly_series_keeps_its_time_of_day_over_a_change(
    zone: str, first: str, instants: list[str]
) -> None:
    weeks = [zones.shifted(clock(first, zone), 7 * week) for week in range(3)]
    assert [zones.instant_of(each) for each in weeks] == [utc(each) for each in instants]


def test_a_day_that_was_skipped_is_read_on_the_clock_before_it() -> None:
    skipped = clock("2011-12-30T12:00:00", "Pacific/Apia")
    assert zones.instant(skipped) == utc("2011-12-30T22:00:00")
    assert zones.wall_clock(utc("2011-12-30T22:00:00"), "Pacific/Apia").local == datetime(2011, 12, 31, 12)  # noqa: DTZ001  # a wall clock
    assert not zones.is_plain(skipped)


@pytest.mark.parametrize(
    ("zone", "year", "days"),
    [
        ("America/New_York", 2027, ["03-14", "11-07"]),
        ("America/New_York", 2040, ["03-11", "11-04"]),
        ("Europe/London", 2027, ["03-28", "10-31"]),
        ("Europe/Dublin", 2027, ["03-28", "10-31"]),
        ("Australia/Lord_Howe", 2027, ["04-04", "10-03"]),
        ("Asia/Shanghai", 2027, []),
        ("UTC", 2027, []),
        ("America/Sao_Paulo", 2019, ["02-16"]),  # at midnight back to 23:00: the day before is longer
        ("America/Sao_Paulo", 2027, []),
        ("America/St_Johns", 2009, ["03-08", "10-31", "11-01"]),  # at 0:01 back to 23:01
        ("Pacific/Apia", 2011, ["04-02", "09-24", "12-30"]),
        ("Asia/Dhaka", 2009, ["06-19", "12-31"]),
        ("Africa/Cairo", 2027, ["04-30", "10-28"]),
        ("Africa/Casablanca", 2025, ["02-23", "04-06"]),
    ],
)
def test_the_days_of_which_clocks_skip_or_repeat_a_part(zone: str, year: int, days: list[str]) -> None:
    found = zones.clock_changes(zone, date(year, 1, 1), date(year, 12, 31))
    assert [day.isoformat() for day in found] == [f"{year}-{day}" for day in days]


def test_only_changes_from_the_first_to_the_last_day_are_told() -> None:
    spring, autumn = date(2027, 3, 14), date(2027, 11, 7)
    assert zones.clock_changes("America/New_York", spring, autumn) == (spring, autumn)
    assert zones.clock_changes("America/New_York", spring + timedelta(1), autumn - timedelta(1)) == ()
    assert zones.clock_changes("America/New_York", date(2026, 12, 1), date(2029, 1, 1)) == (
        spring, autumn, date(2028, 3, 12), date(2028, 11, 5)
    )  # fmt: skip
    assert zones.clock_changes("America/New_York", autumn, spring) == ()


@settings(max_examples=100)
@given(st.sampled_from(pytz.all_timezones), st.dates(date(1971, 1, 1), date(2100, 12, 31)))
def test_on_all_other_days_every_time_is_plain(zone: str, day: date) -> None:
    """Ten minutes are a step that no skipped or repeated time is shorter than."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a wall clock
    times = (midnight + timedelta(minutes=minute) for minute in range(0, 24 * 60, 10))
    is_plain = all(zones.is_plain(WallClock(each, zone)) for each in times)
    assert is_plain == (not zones.clock_changes(zone, day, day))


@functools.cache
def python_zone(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as record:
        return ZoneInfo.from_file(record)


WALL_CLOCKS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 12, 31)).map(  # noqa: DTZ001  # wall clocks
    lambda local: local.replace(microsecond=0)
)


@settings(max_examples=500)
@given(st.sampled_from(pytz.all_timezones), WALL_CLOCKS, st.sampled_from([0, 1]))
def test_clocks_and_instants_agree_with_pythons_own_zones(zone: str, local: datetime, fold: int) -> None:
    instant = zones.instant(WallClock(local.replace(fold=fold), zone))
    shown = datetime.fromtimestamp(instant, python_zone(zone))
    seen = zones.wall_clock(instant, zone).local
    assert (seen, seen.fold) == (shown.replace(tzinfo=None), shown.fold)
    assert zones.is_plain(WallClock(local, zone)) == (_offset(local, zone, 0) == _offset(local, zone, 1))
    if zones.is_plain(WallClock(local, zone)):
        assert shown.replace(tzinfo=None) == local


def _offset(local: datetime, zone: str, fold: int) -> timedelta | None:
    return local.replace(tzinfo=python_zone(zone), fold=fold).utcoffset()


def test_no_change_of_the_years_that_pytz_has_in_its_own_table_is_missed() -> None:
    """The table itself is read here, not the file that both come from."""
    first, last = date(2026, 1, 1), date(2030, 12, 31)
    told = {zone: set(zones.clock_changes(zone, first, last)) for zone in pytz.common_timezones}
    tabled = {zone: {day for day in _tabled(zone) if first <= day <= last} for zone in pytz.common_timezones}
    assert sum(map(len, tabled.values())) > 1000
    assert told == tabled


def _tabled(zone: str) -> set[date]:
    tz = pytz.timezone(zone)
    moments, infos = getattr(tz, "_utc_transition_times", []), getattr(tz, "_transition_info", [])
    changes = zip(moments[1:], infos[1:], infos, strict=False)
    days = set()
    for moment, (after, *_), (before, *_) in changes:
        if moment.year >= 2025 and before != after:
            start, end = sorted((moment + before, moment + after))
            days |= {start.date(), (end - timedelta(seconds=1)).date()}
    return days
