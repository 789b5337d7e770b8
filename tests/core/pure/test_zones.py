"""Wall clocks and instants: every zone there is, and the nights in which clocks are moved."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st
from tzlocal.windows_tz import tz_win, win_tz

from core import zones
from core.model import Span, WallClock
from core.zones import UnknownZone
from sandbox.microsoft.zones import iana_zones

LATEST = 16_725_225_600
"""Feishu's last time stamp, in the year 2500."""


def clock(text: str, zone: str, fold: int = 0) -> WallClock:
    return WallClock(datetime.fromisoformat(text).replace(fold=fold), zone)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@settings(max_examples=400)
@given(st.sampled_from(pytz.all_timezones), st.integers(0, LATEST))
def test_every_instant_survives_the_way_to_a_wall_clock_and_back(zone: str, instant: int) -> None:
    assert zones.instant(zones.wall_clock(instant, zone)) == instant


def changes_of_clocks(zone: str) -> list[int]:
    moments = getattr(pytz.timezone(zone), "_utc_transition_times", [])
    return [int(moment.replace(tzinfo=UTC).timestamp()) for moment in moments if 2005 <= moment.year <= 2030]


def test_instants_around_every_change_of_clocks_survive_too() -> None:
    """Also where summer time is less than standard time (Dublin, Casablanca), and where clocks moved
    without any summer time."""
    moments = [(zone, change) for zone in pytz.all_timezones for change in changes_of_clocks(zone)]
    lost = [
        (zone, change, seconds)
        for zone, change in moments
        for seconds in (-1, 1799)
        if zones.instant(zones.wall_clock(change + seconds, zone)) != change + seconds
    ]
    assert len(moments) > 5000
    assert lost == []


@pytest.mark.parametrize(
    ("zone", "hour", "first", "second"),
    [
        ("Europe/London", "2027-10-31T01:30:00", "2027-10-31T00:30:00", "2027-10-31T01:30:00"),
        ("America/New_York", "2027-11-07T01:30:00", "2027-11-07T05:30:00", "2027-11-07T06:30:00"),
        ("Australia/Lord_Howe", "2027-04-04T01:45:00", "2027-04-03T14:45:00", "2027-04-03T15:15:00"),
        ("Europe/Dublin", "2027-10-31T01:30:00", "2027-10-31T00:30:00", "2027-10-31T01:30:00"),
    ],
)
def test_of_a_repeated_hour_the_fold_tells_the_pass(zone: str, hour: str, first: str, second: str) -> None:
    assert zones.instant(clock(hour, zone)) == utc(first)
    assert zones.instant(clock(hour, zone, fold=1)) == utc(second)
    assert zones.wall_clock(utc(first), zone).local.fold == 0
    assert zones.wall_clock(utc(second), zone).local.fold == 1
    assert not zones.is_plain(clock(hour, zone))


@pytest.mark.parametrize(
    ("zone", "hour", "instant", "shown"),
    [
        ("Europe/London", "2027-03-28T01:30:00", "2027-03-28T01:30:00", "2027-03-28T02:30:00"),
        ("America/New_York", "2027-03-14T02:30:00", "2027-03-14T07:30:00", "2027-03-14T03:30:00"),
        ("Australia/Lord_Howe", "2027-10-03T02:15:00", "2027-10-02T15:45:00", "2027-10-03T02:45:00"),
        ("Africa/Cairo", "2027-04-30T00:30:00", "2027-04-29T22:30:00", "2027-04-30T01:30:00"),
    ],
)
def test_a_skipped_hour_is_read_as_if_the_clocks_had_not_moved_yet(
    zone: str, hour: str, instant: str, shown: str
) -> None:
    for fold in (0, 1):
        assert zones.instant(clock(hour, zone, fold)) == utc(instant)
    assert zones.wall_clock(utc(instant), zone) == clock(shown, zone)
    assert not zones.is_plain(clock(hour, zone))


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("Europe/Berlin", "+01:00", "+02:00"),
        ("America/Los_Angeles", "-08:00", "-07:00"),
        ("America/St_Johns", "-03:30", "-02:30"),
        ("Asia/Shanghai", "+08:00", "+08:00"),
    ],
)
def test_the_same_clock_is_another_instant_in_summer(zone: str, winter: str, summer: str) -> None:
    assert zones.text(clock("2027-01-15T09:00:00", zone)) == f"2027-01-15T09:00:00{winter}"
    assert zones.text(clock("2027-07-15T09:00:00", zone)) == f"2027-07-15T09:00:00{summer}"
    for day in ("2027-01-15", "2027-07-15"):
        read = datetime.fromisoformat(zones.text(clock(f"{day}T09:00:00", zone)))
        assert zones.instant(clock(f"{day}T09:00:00", zone)) == int(read.timestamp())


def test_dates_are_their_own_text_and_count_as_their_utc_midnight() -> None:
    assert zones.text(date(2027, 3, 5)) == "2027-03-05"
    assert zones.instant_of(date(2027, 3, 5)) == utc("2027-03-05T00:00:00")
    assert zones.instant_of(clock("2027-03-05T08:00:00", "Asia/Shanghai")) == utc("2027-03-05T00:00:00")
    assert zones.date_of(clock("2027-03-05T23:59:00", "Asia/Shanghai")) == date(2027, 3, 5)


def test_what_passes_once_has_no_fold() -> None:
    """It is part of a fingerprint, though clocks that differ only in it are equal."""
    for day in ("2027-01-15T09:00:00", "2027-03-28T01:30:00", "2027-10-31T03:00:00"):
        assert zones.wall_clock(utc(day), "Europe/London").local.fold == 0


def test_an_hour_that_passes_twice_is_plain_in_utc() -> None:
    second_pass = clock("2027-10-31T01:30:00", "Europe/London", fold=1)
    assert zones.in_utc(second_pass) == clock("2027-10-31T01:30:00", "UTC")
    assert zones.is_plain(zones.in_utc(second_pass))


def test_moving_a_span_keeps_its_clock_times_and_its_days() -> None:
    night = Span(clock("2027-03-12T22:00:00", "Europe/London"), clock("2027-03-13T01:00:00", "Europe/London"))
    assert zones.moved_to(night, date(2027, 3, 27)) == Span(
        clock("2027-03-27T22:00:00", "Europe/London"), clock("2027-03-28T01:00:00", "Europe/London")
    )
    days = Span(date(2027, 3, 1), date(2027, 3, 4))
    assert zones.moved_to(days, date(2027, 2, 27)) == Span(date(2027, 2, 27), date(2027, 3, 2))


def test_moving_forgets_which_pass_of_an_hour_it_was() -> None:
    moved = zones.shifted(clock("2027-10-31T01:30:00", "Europe/London", fold=1), 7)
    assert isinstance(moved, WallClock)
    assert moved.local.fold == 0


@pytest.mark.parametrize(
    ("name", "known_to_graph"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("Europe/Kyiv", "Europe/Kiev"),
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Asia/Ho_Chi_Minh", "Asia/Saigon"),
        ("Asia/Chongqing", "Asia/Shanghai"),
        ("America/Nuuk", "America/Godthab"),
        ("PRC", "Asia/Shanghai"),
        ("Asia/Saigon", "Asia/Saigon"),
        ("Asia/Hong_Kong", "Asia/Hong_Kong"),
        ("US/Eastern", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("Canada/Newfoundland", "America/St_Johns"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT-0", "UTC"),
        ("GMT", "UTC"),
        ("China Standard Time", "Asia/Shanghai"),
    ],
)
def test_renamed_zones_go_to_graph_under_the_name_that_it_lists(name: str, known_to_graph: str) -> None:
    assert zones.graph_zone(name) == known_to_graph


def test_graph_gets_no_name_for_the_few_zones_that_windows_has_not() -> None:
    far_north_and_south = {
        "America/Scoresbysund",
        "Antarctica/Casey",
        "Antarctica/Troll",
        "Antarctica/Vostok",
    }
    abbreviations = {"CET", "EET", "EST", "HST", "MET", "MST", "WET"}
    assert set(pytz.all_timezones) - graph_names().keys() == far_north_and_south | abbreviations


def test_graph_takes_every_name_that_it_gets() -> None:
    """By the list of the simulated service, which is CLDR's own."""
    assert set(graph_names().values()) <= iana_zones()


def test_graphs_name_of_a_zone_means_the_same_clock() -> None:
    assert {zone for zone, name in graph_names().items() if now_and_soon(zone) != now_and_soon(name)} == set()


def test_the_windows_zone_that_outlook_shows_for_it_means_the_same_clock_too() -> None:
    """It fails when a city leaves the zone of its neighbours: there Outlook shows another time."""
    windows = {zone: win_tz[tz_win[name]] for zone, name in graph_names().items()}
    assert {zone for zone, city in windows.items() if now_and_soon(zone) != now_and_soon(city)} == set()


def graph_names() -> dict[str, str]:
    names = {}
    for zone in pytz.all_timezones:
        with contextlib.suppress(UnknownZone):
            names[zone] = zones.graph_zone(zone)
    return names


def now_and_soon(zone: str) -> tuple[tuple[date, ...], list[datetime]]:
    """The days of changed clocks in 2026 to 2028, and what the clocks show in the middle of each month."""
    moments = [utc(f"{year}-{month:02}-15T12:00:00") for year in (2026, 2027, 2028) for month in range(1, 13)]
    changes = zones.clock_changes(zone, date(2026, 1, 1), date(2028, 12, 31))
    return changes, [zones.wall_clock(moment, zone).local for moment in moments]


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "EST", "PDT", "../etc/passwd", "Asia\\Shanghai", "\0"])
def test_unknown_names_and_abbreviations_are_refused(name: str) -> None:
    with pytest.raises(UnknownZone) as caught:
        zones.graph_zone(name)
    assert caught.value.zone == name


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("PRC", "PRC"),
        ("asia/ho_chi_minh", "Asia/Ho_Chi_Minh"),
        (" America/New York ", "America/New_York"),
        ("etc/gmt+5", "Etc/GMT+5"),
        ("utc", "UTC"),
        ("China Standard Time", "Asia/Shanghai"),
        ("china  standard time", "Asia/Shanghai"),
        ("India Standard Time", "Asia/Calcutta"),
        ("Central Standard Time (Mexico)", "America/Mexico_City"),
        ("UTC-11", "Etc/GMT+11"),
    ],
)
def test_a_zone_is_known_by_its_iana_and_its_windows_name(name: str, iana: str) -> None:
    assert zones.iana_name(name) == iana
    assert zones.instant(clock("2027-07-15T09:00:00", name)) == zones.instant(
        clock("2027-07-15T09:00:00", iana)
    )


def test_all_names_of_iana_stay_and_all_of_windows_lead_to_one() -> None:
    assert [zones.iana_name(name) for name in pytz.all_timezones] == list(pytz.all_timezones)
    assert {zones.iana_name(name) for name in win_tz} <= set(pytz.all_timezones)


@pytest.mark.parametrize(
    "name", ["", " ", "PDT", "Beijing", "Asia", "zone.tab", "../UTC", "UTC\0", "tzone://Microsoft/Custom"]
)
def test_other_names_are_unknown_everywhere(name: str) -> None:
    day, wall = date(2027, 1, 1), clock("2027-01-01T09:00:00", name)
    for ask in (
        lambda: zones.iana_name(name),
        lambda: zones.graph_zone(name),
        lambda: zones.wall_clock(0, name),
        lambda: zones.instant(wall),
        lambda: zones.is_plain(wall),
        lambda: zones.clock_changes(name, day, day),
    ):
        with pytest.raises(UnknownZone):
            ask()
    assert not zones.has_series_clock(name)


def test_series_are_left_to_outlook_but_in_morocco_and_where_it_has_no_name() -> None:
    assert zones.has_series_clock("Asia/Shanghai")
    assert zones.has_series_clock("Europe/Kyiv")
    assert zones.has_series_clock("Eastern Standard Time")
    for zone in ("Africa/Casablanca", "Africa/El_Aaiun", "Morocco Standard Time", "Antarctica/Troll", "EST"):
        assert not zones.has_series_clock(zone)


def test_the_text_of_a_time_from_before_there_were_zones_has_its_seconds() -> None:
    assert zones.text(clock("1900-01-01T09:00:00", "Asia/Shanghai")) == "1900-01-01T09:00:00+08:05:43"
    assert zones.text(clock("2027-10-31T01:30:00", "Europe/London", fold=1)) == "2027-10-31T01:30:00+00:00"
