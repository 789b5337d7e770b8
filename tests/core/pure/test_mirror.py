"""Rows in, what Outlook should show out. Dates are of 2027, most of them Tuesdays in February."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import mirror, recurrence, tag, zones
from core.errors import MalformedRow
from core.links import SourceView
from core.mirror import Desired, Reach
from core.model import MirrorEvent, Row, RowStatus, Series, Span, WallClock
from core.reasons import Code
from core.settings import PairSettings
from tests.core.pure.rows import CALENDAR, REACH, WORDS, at, exception, row, utc, view

PAIR = PairSettings("work")
CANCELLED = RowStatus.CANCELLED
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"


def desired(source: SourceView, pair: PairSettings = PAIR) -> Desired:
    return mirror.desired(source, pair, WORDS, REACH)


def key(uid: str, original: str | int = "") -> str:
    return tag.key(CALENDAR, uid, str(original))


def seconds(span: Span) -> int:
    return zones.instant_of(span.start)


def shown(found: Desired, days: int = 60) -> list[str]:
    """Start of every occurrence, as Outlook would show it."""
    starts: list[str] = []
    for event in found.events.values():
        if event.series is None:
            starts.append(zones.text(event.span.start))
            continue
        changed = {zones.text(change.original): change for change in event.series.changed}
        cancelled = {zones.text(original) for original in event.series.cancelled}
        for day in recurrence.pattern_dates(event.series.pattern, event.series.range):
            if day > zones.date_of(event.span.start) + timedelta(days=days):
                break
            start = zones.text(zones.moved_to(event.span, day).start)
            if start in changed:
                starts.append(zones.text(changed.pop(start).span.start))
            elif start in cancelled:
                cancelled.remove(start)
            else:
                starts.append(start)
        assert (changed, cancelled) == ({}, set()), "an exception of an occurrence that there is not"
    return sorted(starts)


def series_of(found: Desired, uid: str = "s") -> Series:
    series = found.events[key(uid)].series
    assert series is not None
    return series


def reason(found: Desired, wanted: str) -> str:
    return found.skips[wanted].note.reason.code


# --- single events ------------------------------------------------------------------------------


def test_a_single_event_is_copied_at_its_own_clock_and_zone() -> None:
    found = desired(view(row("a", at("2027-02-02", "10:00"))))
    assert found.events[key("a")].span == at("2027-02-02", "10:00")
    assert found.events[key("a")].series is None
    assert not found.skips


def test_midnight_to_midnight_stays_timed_and_a_whole_day_stays_a_date() -> None:
    found = desired(view(row("timed", at("2027-03-05", "00:00", 1440)), row("day", at("2027-03-05"))))
    assert found.events[key("timed")].span == at("2027-03-05", "00:00", 1440)
    assert found.events[key("day")].span == Span(date(2027, 3, 5), date(2027, 3, 6))


def test_an_hour_that_is_no_time_by_the_clock_is_written_in_utc() -> None:
    first = Span(zones.wall_clock(1824940800, "Europe/London"), zones.wall_clock(1824944400, "Europe/London"))
    assert isinstance(first.start, WallClock)
    assert isinstance(first.end, WallClock)
    assert first.start.local == first.end.local
    night = utc("2027-10-31T00:15:00")
    second = Span(zones.wall_clock(night, "Europe/London"), zones.wall_clock(night + 1800, "Europe/London"))
    found = desired(view(row("a", first), row("b", second)))
    assert found.events[key("a")].span == at("2027-10-31", "00:00", 60, "UTC")
    assert found.events[key("b")].span == at("2027-10-31", "00:15", 30, "UTC")


@pytest.mark.parametrize(
    "zone", ["Europe/Kyiv", "Asia/Calcutta", "Asia/Saigon", "Asia/Chongqing", "America/Nuuk"]
)
def test_renamed_zones_keep_their_clock_single_and_in_series(zone: str) -> None:
    span = at("2027-02-02", "10:00", zone=zone)
    found = desired(view(row("a", span), row("s", span, TUESDAYS)))
    assert found.events[key("a")].span == span
    assert found.events[key("s")].span == span
    assert found.events[key("s")].series


def test_a_zone_that_outlook_does_not_know_leaves_the_instant_of_a_single_event() -> None:
    span = at("2027-02-02", "10:00", zone="EST")
    found = desired(view(row("a", span), row("s", span, TUESDAYS)))
    assert found.events[key("a")].span == at("2027-02-02", "15:00", zone="UTC")
    assert reason(found, key("s")) == Code.ZONE_UNKNOWN


def test_an_end_in_another_zone_is_told_on_the_clock_of_the_start() -> None:
    start, end = at("2027-02-02", "10:00").start, at("2027-02-02", "12:00", zone="Asia/Tokyo").start
    found = desired(view(row("a", Span(start, end))))
    assert found.events[key("a")].span == at("2027-02-02", "10:00", 60)


def test_what_ends_before_it_starts_is_skipped_and_an_earlier_copy_stays() -> None:
    span = at("2027-02-02", "10:00")
    found = desired(
        view(row("a", Span(span.end, span.start)), row("s", Span(span.end, span.start), TUESDAYS))
    )
    for uid in ("a", "s"):
        assert reason(found, key(uid)) == Code.TIME_IMPOSSIBLE
        assert not found.skips[key(uid)].is_gone


def test_a_cancelled_event_is_gone_and_nobody_is_told_why_it_has_no_copy() -> None:
    found = desired(view(row("a", None, status=CANCELLED), row("b", at("2027-02-02"), status=CANCELLED)))
    for uid in ("a", "b"):
        assert found.skips[key(uid)].is_gone
        assert not found.skips[key(uid)].is_reported
    assert not found.events


def test_a_filtered_event_is_gone_with_its_reason() -> None:
    found = desired(view(row("a", at("2027-02-02", "10:00"), is_declined=True)))
    skip = found.skips[key("a")]
    assert (skip.note.title, skip.note.start) == ("Meeting", "2027-02-02T10:00:00+08:00")
    assert skip.note.reason.code == Code.DECLINED
    assert skip.is_gone
    assert skip.is_reported


# --- series and their exceptions -----------------------------------------------------------------

SERIES = row("s", at("2027-02-02", "10:00"), TUESDAYS)
FIRST, SECOND, THIRD, FOURTH = (at(f"2027-02-{day:02}", "10:00") for day in (2, 9, 16, 23))


def test_exceptions_and_their_series_may_come_in_any_order() -> None:
    rows = (
        SERIES,
        exception("s", SECOND, at("2027-02-10", "15:00"), title="Moved"),
        exception("s", THIRD, None, CANCELLED),
        exception("s", FOURTH, FOURTH, title="Retitled"),
    )
    first = desired(view(*rows))
    assert shown(first, 28) == [
        "2027-02-02T10:00:00+08:00",
        "2027-02-10T15:00:00+08:00",
        "2027-02-23T10:00:00+08:00",
        "2027-03-02T10:00:00+08:00",
    ]
    assert [change.content.subject for change in series_of(first).changed] == ["Moved", "Retitled"]
    assert series_of(first).cancelled == (THIRD.start,)
    for order in permutations(rows):
        assert desired(view(*order)) == first


def test_changed_occurrences_have_keys_of_their_own_and_are_not_reported_as_skipped() -> None:
    found = desired(view(SERIES, exception("s", SECOND, at("2027-02-10", "15:00"))))
    change = series_of(found).changed[0]
    assert change.key == key("s", seconds(SECOND))
    assert found.skips[change.key].is_gone
    assert not found.skips[change.key].is_reported


def test_an_exception_moved_onto_the_day_that_a_sibling_has_left_stands_alone() -> None:
    to_wednesday = exception("s", 1802743200, at("2027-02-17", "15:00"))
    to_tuesday = exception("s", 1802138400, at("2027-02-16", "11:00"))
    found = desired(view(SERIES, to_wednesday, to_tuesday))
    assert shown(found, 21) == [
        "2027-02-02T10:00:00+08:00",
        "2027-02-16T11:00:00+08:00",
        "2027-02-17T15:00:00+08:00",
        "2027-02-23T10:00:00+08:00",
    ]
    assert series_of(found).cancelled == (SECOND.start,)
    assert found.events[key("s", 1802138400)].series is None
    back = desired(view(SERIES, to_wednesday, exception("s", 1802138400, SECOND)))
    assert shown(back, 21).count("2027-02-09T10:00:00+08:00") == 1
    assert "2027-02-16T11:00:00+08:00" not in shown(back, 21)


@pytest.mark.parametrize(
    ("moved_to", "stays_in_series"),
    [
        (at("2027-02-02", "23:00", 30), False),  # the day of the one before
        (at("2027-02-03", "00:30"), True),
        (at("2027-02-15", "22:00"), True),
        (at("2027-02-15", "23:30"), False),  # ends on the day of the one after
        (at("2027-02-16", "00:30"), False),
    ],
)
def test_an_occurrence_can_be_moved_only_between_the_days_of_its_neighbours(
    moved_to: Span, stays_in_series: bool
) -> None:
    found = desired(view(SERIES, exception("s", SECOND, moved_to)))
    alone = key("s", seconds(SECOND))
    assert (alone in found.events) is not stays_in_series
    assert (SECOND.start in series_of(found).cancelled) is not stays_in_series
    assert zones.text(moved_to.start) in shown(found)


def test_two_occurrences_moved_to_one_day_or_past_each_other_do_not_both_stay_in_the_series() -> None:
    for second, third in (("2027-02-12", "2027-02-12"), ("2027-02-13", "2027-02-11")):
        rows = (
            exception("s", SECOND, at(second, "09:00")),
            exception("s", THIRD, at(third, "15:00")),
        )
        found = desired(view(SERIES, *rows))
        assert [change.original for change in series_of(found).changed] == [SECOND.start]
        assert found.events[key("s", seconds(THIRD))].span == at(third, "15:00")


def test_the_first_and_the_last_occurrence_have_a_neighbour_on_one_side_only() -> None:
    short = row("s", at("2027-02-02", "10:00"), f"{TUESDAYS};COUNT=2")
    rows = (
        exception("s", FIRST, at("2027-01-01", "10:00")),
        exception("s", SECOND, at("2027-03-30", "10:00")),
    )
    assert len(series_of(desired(view(short, *rows))).changed) == 2


def test_an_all_day_series_takes_its_exceptions_by_date() -> None:
    daily = row("s", at("2027-02-01"), "FREQ=WEEKLY;BYDAY=MO")
    moved = exception("s", at("2027-02-08"), Span(date(2027, 2, 9), date(2027, 2, 11)))
    gone = exception("s", at("2027-02-15"), None, CANCELLED)
    series = series_of(desired(view(daily, moved, gone)))
    assert series.changed[0].original == date(2027, 2, 8)
    assert series.changed[0].key == key("s", "2027-02-08")
    assert series.cancelled == (date(2027, 2, 15),)
    up_to_sunday = exception("s", at("2027-02-08"), Span(date(2027, 2, 9), date(2027, 2, 15)))
    assert series_of(desired(view(daily, up_to_sunday))).changed, "its last day is Sunday, not Monday"
    into_monday = exception("s", at("2027-02-08"), Span(date(2027, 2, 9), date(2027, 2, 16)))
    assert not series_of(desired(view(daily, into_monday))).changed


@pytest.mark.parametrize("midnight", ["2027-02-09T00:00:00", "2027-02-08T16:00:00"])
def test_an_all_day_occurrence_is_named_by_its_midnight_in_utc_or_china(midnight: str) -> None:
    gone = exception("s", utc(midnight), None, CANCELLED)
    found = desired(view(row("s", at("2027-02-02"), f"{TUESDAYS};COUNT=3"), gone))
    assert series_of(found).cancelled == (date(2027, 2, 9),)


def test_an_exception_from_before_a_series_became_all_day_says_nothing_of_its_days() -> None:
    old = exception("s", at("2027-02-09", "18:30", zone="Asia/Tokyo"), None, CANCELLED)
    found = desired(view(row("s", at("2027-02-02"), f"{TUESDAYS};COUNT=3"), old))
    assert series_of(found).cancelled == ()


def test_exceptions_after_the_clocks_changed_are_joined_by_the_series_own_clock() -> None:
    new_york = "America/New_York"
    master = row("s", at("2027-03-01", "09:00", 30, new_york), "FREQ=WEEKLY;BYDAY=MO")
    told_elsewhere = Span(
        zones.wall_clock(seconds(at("2027-03-15", "11:00", zone=new_york)), "Asia/Shanghai"),
        zones.wall_clock(seconds(at("2027-03-15", "11:30", zone=new_york)), "Asia/Shanghai"),
    )
    moved = exception("s", 1805115600, told_elsewhere)
    gone = exception("s", at("2027-03-22", "09:00", zone=new_york), None, CANCELLED)
    found = desired(view(master, moved, gone))
    assert shown(found, 28) == [
        "2027-03-01T09:00:00-05:00",
        "2027-03-08T09:00:00-05:00",
        "2027-03-15T11:00:00-04:00",
        "2027-03-29T09:00:00-04:00",
    ]
    assert series_of(found).changed[0].span == at("2027-03-15", "11:00", 30, new_york)


def test_a_daily_series_through_the_skipped_hour_stays_one_series_with_its_exceptions() -> None:
    london = "Europe/London"
    master = row("s", at("2027-03-26", "01:30", 30, london), "FREQ=DAILY")
    skipped = exception("s", utc("2027-03-28T01:30:00"), None, CANCELLED)
    repeated = [exception("s", utc(f"2027-10-31T0{hour}:30:00"), None, CANCELLED) for hour in (0, 1)]
    assert len(series_of(desired(view(master, skipped))).cancelled) == 1
    for one_pass in repeated:
        found = desired(view(master, one_pass))
        assert len(series_of(found).cancelled) == 1
        assert list(found.events) == [key("s")]


def test_a_start_that_the_rule_does_not_name_moves_to_the_first_occurrence() -> None:
    found = desired(view(row("s", at("2027-02-01", "10:00"), TUESDAYS)))
    assert found.events[key("s")].span == FIRST
    assert series_of(found).range.start == date(2027, 2, 2)


def test_an_exception_that_a_filter_refuses_is_cancelled_in_its_series() -> None:
    found = desired(view(SERIES, exception("s", SECOND, SECOND, is_declined=True)))
    assert series_of(found).cancelled == (SECOND.start,)
    assert reason(found, key("s", seconds(SECOND))) == Code.DECLINED


def test_an_exception_with_impossible_times_leaves_its_occurrence_alone() -> None:
    found = desired(view(SERIES, exception("s", SECOND, Span(SECOND.end, SECOND.start))))
    assert series_of(found).changed == ()
    assert series_of(found).cancelled == ()
    assert reason(found, key("s", seconds(SECOND))) == Code.TIME_IMPOSSIBLE


# --- exceptions without a series -------------------------------------------------------------------


def test_an_exception_without_its_series_stands_alone_under_its_own_key() -> None:
    found = desired(view(exception("s", SECOND, at("2027-02-10", "15:00"))))
    assert found.events[key("s", seconds(SECOND))].span == at("2027-02-10", "15:00")
    day = desired(view(exception("s", at("2027-02-08"), at("2027-02-09"))))
    assert list(day.events) == [key("s", "2027-02-08")]


def test_of_a_cancelled_series_the_exceptions_that_are_not_cancelled_remain() -> None:
    master = row("s", at("2027-02-02", "10:00"), TUESDAYS, CANCELLED)
    found = desired(view(master, exception("s", SECOND, SECOND), exception("s", THIRD, None, CANCELLED)))
    assert list(found.events) == [key("s", seconds(SECOND))]
    assert found.skips[key("s")].is_gone
    assert reason(found, key("s", seconds(THIRD))) == Code.CANCELLED_IN_FEISHU


def test_of_a_declined_series_the_occurrence_that_was_accepted_stands_alone() -> None:
    master = row("s", at("2027-02-02", "10:00"), TUESDAYS, is_declined=True)
    found = desired(
        view(master, exception("s", SECOND, SECOND), exception("s", THIRD, THIRD, is_declined=True))
    )
    assert list(found.events) == [key("s", seconds(SECOND))]
    assert reason(found, key("s")) == Code.DECLINED
    assert reason(found, key("s", seconds(THIRD))) == Code.DECLINED


def test_an_exception_that_the_rule_does_not_know_stands_alone() -> None:
    on_wednesday = exception("s", at("2027-02-10", "10:00"), at("2027-02-10", "10:00"))
    at_another_time = exception("s", at("2027-02-09", "11:00"), at("2027-02-09", "12:00"))
    found = desired(view(SERIES, on_wednesday, at_another_time))
    assert len(found.events) == 3
    assert series_of(found).cancelled == ()


def test_an_exception_of_what_is_no_series_stands_alone() -> None:
    found = desired(view(row("s", FIRST), exception("s", SECOND, SECOND)))
    assert set(found.events) == {key("s"), key("s", seconds(SECOND))}


def test_a_series_that_outlook_cannot_hold_is_taken_apart_with_its_exceptions() -> None:
    master = row("s", at("2027-02-01", "10:00"), "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=5")
    moved = exception("s", at("2027-02-15", "10:00"), at("2027-02-16", "10:00"))
    gone = exception("s", at("2027-03-01", "10:00"), None, CANCELLED)
    found = desired(view(gone, master, moved))
    assert reason(found, key("s")) == Code.RULE_NOT_EXPRESSIBLE
    assert found.taken_apart[key("s")].code == Code.RULE_NOT_EXPRESSIBLE
    assert found.skips[key("s")].is_gone
    assert not found.skips[key("s")].is_reported
    assert shown(found) == [
        "2027-02-01T10:00:00+08:00",
        "2027-02-16T10:00:00+08:00",
        "2027-03-15T10:00:00+08:00",
        "2027-04-01T10:00:00+08:00",
    ]
    assert {event.part_of for event in found.events.values()} == {key("s")}
    assert key("s", seconds(at("2027-04-01", "10:00"))) in found.events


def test_a_series_is_taken_apart_as_far_as_the_window_and_its_copies_reach() -> None:
    master = row("s", at("2027-01-01"), "FREQ=MONTHLY;BYMONTHDAY=1,15")
    near = Reach(date(2027, 2, 1), date(2027, 2, 28))
    found = mirror.desired(view(master), PAIR, WORDS, near)
    assert shown(found) == ["2027-02-01", "2027-02-15"]
    assert key("s", "2027-02-15") in found.events
    further = replace(near, further={key("s"): date(2027, 3, 10), key("other"): date(2027, 6, 1)})
    assert shown(mirror.desired(view(master), PAIR, WORDS, further)) == [
        "2027-02-01",
        "2027-02-15",
        "2027-03-01",
    ]


def test_a_series_in_a_zone_that_outlook_cannot_repeat_in_is_taken_apart_by_its_own_clock() -> None:
    """Outlook has no name for Troll, whose clocks go two hours forward on 28 March 2027."""
    span = at("2027-03-23", "10:00", zone="Antarctica/Troll")
    found = desired(view(row("s", span, f"{TUESDAYS};COUNT=2")))
    assert reason(found, key("s")) == Code.ZONE_UNKNOWN
    assert sorted(zones.instant_of(event.span.start) for event in found.events.values()) == [
        utc("2027-03-23T10:00:00"),
        utc("2027-03-30T08:00:00"),
    ]


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Africa/El_Aaiun"])
def test_a_series_in_a_zone_that_exchange_refuses_is_taken_apart(zone: str) -> None:
    found = desired(view(row("s", at("2027-03-23", "10:00", zone=zone), f"{TUESDAYS};COUNT=2")))
    assert reason(found, key("s")) == Code.ZONE_UNKNOWN
    assert len(found.events) == 2


def test_an_event_that_lasts_until_it_repeats_is_a_series_and_no_longer() -> None:
    day = at("2027-02-01", "10:00", 24 * 60)
    assert series_of(desired(view(row("s", day, "FREQ=DAILY;COUNT=3"))))
    found = desired(view(row("s", at("2027-02-01", "10:00", 24 * 60 + 1), "FREQ=DAILY;COUNT=3")))
    assert reason(found, key("s")) == Code.OCCURRENCES_OVERLAP
    assert len(found.events) == 3
    two_days = Span(date(2027, 2, 1), date(2027, 2, 3))
    assert len(desired(view(row("s", two_days, "FREQ=DAILY;COUNT=3"))).events) == 3


def test_dates_that_a_pattern_has_and_the_rule_has_not_are_cancelled() -> None:
    """Outlook's "day 30" falls on 28 February."""
    found = desired(view(row("s", at("2027-01-30", "10:00"), "FREQ=MONTHLY;BYMONTHDAY=30;COUNT=11")))
    assert [zones.text(original) for original in series_of(found).cancelled] == ["2027-02-28T10:00:00+08:00"]
    stray = exception("s", at("2027-02-28", "10:00"), at("2027-02-28", "12:00"))
    found = desired(view(row("s", at("2027-01-30", "10:00"), "FREQ=MONTHLY;BYMONTHDAY=30;COUNT=11"), stray))
    assert key("s", seconds(at("2027-02-28", "10:00"))) in found.events, "no occurrence of the series"


def test_a_series_without_a_single_occurrence_left_is_gone() -> None:
    exceptions = [exception("s", each, None, CANCELLED) for each in (FIRST, SECOND)]
    found = desired(view(row("s", FIRST, f"{TUESDAYS};COUNT=2"), *exceptions))
    assert reason(found, key("s")) == Code.OCCURRENCE_CANCELLED
    assert not found.events


def test_a_night_on_which_the_clocks_change_is_told_exactly() -> None:
    night = at("2027-02-06", "22:00", 8 * 60, "Europe/London")
    found = desired(view(row("s", night, "FREQ=WEEKLY;COUNT=12")))
    (change,) = series_of(found).changed
    assert change.original == at("2027-03-27", "22:00", zone="Europe/London").start
    assert change.span == at("2027-03-27", "22:00", 9 * 60, "Europe/London")
    assert change.key == key("s", seconds(at("2027-03-27", "22:00", zone="Europe/London")))
    daily = desired(view(row("s", night, "FREQ=DAILY;COUNT=60")))
    assert [zones.text(original)[:10] for original in series_of(daily).cancelled] == ["2027-03-27"]
    alone = daily.events[key("s", utc("2027-03-27T22:00:00"))]
    assert zones.instant_of(alone.span.end) == utc("2027-03-28T06:00:00")


def test_a_series_that_begins_on_the_night_of_the_change_has_its_length_all_the_same() -> None:
    night = Span(
        zones.wall_clock(utc("2027-03-27T22:00:00"), "Europe/London"),
        zones.wall_clock(utc("2027-03-28T06:00:00"), "Europe/London"),
    )
    found = desired(view(row("s", night, "FREQ=WEEKLY;COUNT=3")))
    assert found.events[key("s")].span == at("2027-03-27", "22:00", 8 * 60, "Europe/London")
    assert [change.span for change in series_of(found).changed] == [night]


def test_a_series_whose_first_time_the_clock_skips_is_taken_apart() -> None:
    """From Friday, first on Sunday 28 March at 02:30, when Berlin has no such time."""
    friday = at("2027-03-26", "02:30", 30, "Europe/Berlin")
    found = desired(view(row("s", friday, "FREQ=WEEKLY;BYDAY=SU,MO;COUNT=3")))
    assert reason(found, key("s")) == Code.RULE_NOT_EXPRESSIBLE
    assert sorted(zones.instant_of(event.span.start) for event in found.events.values()) == [
        utc("2027-03-28T01:30:00"),
        utc("2027-03-29T00:30:00"),
        utc("2027-04-04T00:30:00"),
    ]


def test_a_series_cut_at_its_first_occurrence_is_gone() -> None:
    found = desired(
        view(row("s", FIRST, f"{TUESDAYS};UNTIL=20270201T155959Z"), exception("s", SECOND, SECOND))
    )
    assert found.skips[key("s")].is_gone
    assert reason(found, key("s")) == Code.RULE_EMPTY
    assert list(found.events) == [key("s", seconds(SECOND))]


# --- what is not understood ------------------------------------------------------------------------


def test_of_a_series_that_is_not_understood_nothing_is_concluded() -> None:
    """Its exceptions may be shown in it, or beside it: both stay as they are."""
    rows = (exception("s", SECOND, SECOND), exception("s", THIRD, None, CANCELLED))
    unreadable = MalformedRow("s_0", "zone", "Meeting", "2027-02-02T02:00:00Z")
    for found in (
        desired(view(row("s", FIRST, "FREQ=OFTEN"), *rows)),
        desired(view(*rows, malformed=(unreadable,))),
    ):
        assert not found.events
        for wanted in (key("s"), key("s", seconds(SECOND)), key("s", seconds(THIRD))):
            assert not found.skips[wanted].is_gone
        assert found.skips[key("s")].is_reported
        assert not found.skips[key("s", seconds(SECOND))].is_reported


@pytest.mark.parametrize(
    ("event_id", "uid", "originals"),
    [
        ("a_0", "a", ("",)),
        ("a_b_0", "a_b", ("",)),
        ("plain", "plain", ("",)),
        ("a_b", "a_b", ("",)),
        (f"s_{seconds(SECOND)}", "s", (str(seconds(SECOND)),)),
        ("s_1802131200", "s", ("1802131200", "2027-02-09")),
        ("s_999999999999", "s", ("999999999999",)),
    ],
)
def test_a_row_that_is_not_understood_keeps_the_copy_that_its_id_names(
    event_id: str, uid: str, originals: tuple[str, ...]
) -> None:
    bad = MalformedRow(event_id, "status", "Title", "2027-02-02")
    found = desired(view(malformed=(bad,)))
    assert set(found.skips) == {key(uid, original) for original in originals}
    for skip in found.skips.values():
        assert not skip.is_gone
        assert (skip.note.title, skip.note.start) == ("Title", "2027-02-02")
    reported = [skip.note.reason.facts for skip in found.skips.values() if skip.is_reported]
    assert reported == [(("field", "status"),)], "once, whatever its name is"


def test_of_two_rows_that_claim_one_key_the_one_that_is_not_understood_counts() -> None:
    found = desired(view(row("a", FIRST), malformed=(MalformedRow("a", "status"),)))
    assert (list(found.events), list(found.skips)) == ([], [key("a")])


@pytest.mark.parametrize("original", [-1, -86_400, 16_725_225_601, 999_999_999_999])
def test_an_original_start_outside_of_time_spoils_one_row_only(original: int) -> None:
    found = desired(view(SERIES, exception("s", original, SECOND)))
    assert list(found.events) == [key("s")]
    assert reason(found, key("s", original)) == Code.ROW_MALFORMED


# --- extents --------------------------------------------------------------------------------------


def test_a_series_reaches_from_its_first_occurrence_to_the_end_of_its_last() -> None:
    rules = {
        f"{TUESDAYS};COUNT=3": "2027-02-16T11:00:00",
        f"{TUESDAYS};UNTIL=20270222T155959Z": "2027-02-16T11:00:00",
        f"{TUESDAYS};UNTIL=20270223T155959Z": "2027-02-23T11:00:00",
    }
    for rule, end in rules.items():
        where = mirror.extent(desired(view(row("s", FIRST, rule))).events[key("s")])
        assert where.starts_at == seconds(FIRST)
        assert where.ends_at == utc(end) - 8 * 3600
    assert mirror.extent(desired(view(SERIES)).events[key("s")]).ends_at is None


def test_a_last_occurrence_that_was_moved_makes_its_series_reach_further() -> None:
    short = row("s", FIRST, f"{TUESDAYS};COUNT=2")
    moved = exception("s", SECOND, at("2027-03-30", "10:00"))
    where = mirror.extent(desired(view(short, moved)).events[key("s")])
    assert where.ends_at == zones.instant_of(at("2027-03-30", "10:00").end)


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        ("", "2027-02-02T11:00:00"),
        (f"{TUESDAYS};UNTIL=20270222T155959Z", "2027-02-16T11:00:00"),
        (f"{TUESDAYS};COUNT=3", "2027-02-16T11:00:00"),
        (TUESDAYS, None),
        ("FREQ=OFTEN", None),
    ],
)
def test_what_has_no_copy_is_over_when_its_last_occurrence_is(rule: str, end: str | None) -> None:
    where = desired(view(row("s", FIRST, rule, is_declined=True))).skips[key("s")].extent
    assert where is not None
    assert where.ends_at == (None if end is None else utc(end) - 8 * 3600)


# --- whatever comes --------------------------------------------------------------------------------

DAYS = st.integers(0, 40).map(lambda day: (date(2027, 2, 1) + timedelta(days=day)).isoformat())
SPANS = st.one_of(DAYS.map(at), st.builds(at, DAYS, st.sampled_from(["00:00", "10:00", "23:30"])), st.none())
STATUSES = st.sampled_from(RowStatus)


@st.composite
def any_rows(draw: st.DrawFn) -> tuple[Row, ...]:
    found: dict[str, Row] = {}
    for _ in range(draw(st.integers(1, 6))):
        uid, span, status = draw(st.sampled_from("ab")), draw(SPANS), draw(STATUSES)
        declined = draw(st.booleans())
        if draw(st.booleans()):
            rule = draw(st.sampled_from(["", TUESDAYS, "FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=1,15", "?"]))
            new = row(uid, span, rule, status, is_declined=declined)
        else:
            new = exception(uid, draw(SPANS) or -1, span, status, is_declined=declined)
        found[new.event_id] = new
    return tuple(found.values())


@settings(max_examples=150)
@given(any_rows(), st.randoms())
def test_every_row_is_accounted_for_once_and_the_order_of_rows_says_nothing(
    rows: tuple[Row, ...], random: object
) -> None:
    found = desired(view(*rows))
    assert not found.events.keys() & found.skips.keys()
    for each in rows:
        originals = ["", "9"] if each.original_start is None else [str(each.original_start)]
        if each.original_start and each.original_start > 0:
            originals.append(zones.text(recurrence.original_time(date.min, each.original_start)))
        assert {key(each.uid, original) for original in originals} & (
            found.events.keys() | found.skips.keys()
        )
    for event in found.events.values():
        assert event.series is None or _is_sound(event)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert desired(view(*shuffled)) == found


def _is_sound(event: MirrorEvent) -> bool:
    assert event.series is not None
    originals = [change.original for change in event.series.changed] + list(event.series.cancelled)
    starts = [zones.date_of(change.span.start) for change in event.series.changed]
    return len(set(originals)) == len(originals) and starts == sorted(set(starts))
