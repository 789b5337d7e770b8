"""Dates are no instants, and a day is over when the person's own clock says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from core.report import Result
from tests.cases.calendars import Calendars, at


def test_midnight_to_midnight_stays_timed_and_a_whole_day_stays_a_day(
    calendars: Calendars, machine_zone: Callable[[str], None]
) -> None:
    """Guessed from the clock, or kept as an instant, it was deleted and made anew at every run.
    (ridafkih/keeper.sh #567, phw198/OutlookGoogleCalendarSync #2366)"""
    machine_zone("America/New_York")
    calendars.add("Timed", "2027-03-05 00:00", 24 * 60)
    calendars.add_days("Whole day", "2027-03-05")
    fridays = calendars.add_days("Fridays", "2027-03-05", rule="FREQ=WEEKLY;COUNT=3")
    calendars.feishu.cancel_occurrence(calendars.calendar, fridays, date(2027, 3, 12))
    first = calendars.run()
    assert (first.report.result, first.pair.created) == (Result.OK, 3)
    for zone in ("America/New_York", "Asia/Shanghai", "Pacific/Auckland"):
        machine_zone(zone)
        calendars.demand_quiet()
        calendars.installed.restart(without_ledger=True)
        calendars.demand_quiet()
    for zone in ("Asia/Shanghai", "America/New_York", "Pacific/Auckland"):
        lines = calendars.shown("2027-03-01", "2027-03-20", zone)
        assert [line for line in lines if not line.endswith("Timed")] == [
            "2027-03-05 Fridays",
            "2027-03-05 Whole day",
            "2027-03-19 Fridays",
        ]
    assert "2027-03-05 00:00-2027-03-06 00:00 Timed" in calendars.shown("2027-03-05", "2027-03-05")
    assert {copy["subject"]: (copy["isAllDay"], copy["showAs"]) for copy in calendars.copies()} == {
        "Timed": (False, "busy"),
        "Whole day": (True, "busy"),
        "Fridays": (True, "busy"),
    }


BEFORE_MIDNIGHT = [
    pytest.param(zone, at("2027-03-10 23:30", zone), id=zone)
    for zone in ("America/Los_Angeles", "Pacific/Auckland")
]


@pytest.mark.parametrize(("zone", "now"), BEFORE_MIDNIGHT)
def test_whole_days_come_and_go_with_the_persons_own_days(
    calendars: Calendars, machine_zone: Callable[[str], None], zone: str, now: datetime
) -> None:
    """Two sides that cut the window at different instants added and removed an event for ever.
    (phw198/OutlookGoogleCalendarSync #2026, #2312)"""
    machine_zone(zone)
    calendars.add_days("Yesterday", "2027-03-09")
    calendars.add_days("Since Monday", "2027-03-08", "2027-03-11")
    calendars.add_days("Today", "2027-03-10")
    calendars.add_days("Last day", "2028-03-09")
    calendars.add_days("Day after", "2028-03-10")
    seen = [
        "2027-03-08..2027-03-11 Since Monday",
        "2027-03-10 Today",
        "2028-03-09 Last day",
    ]
    assert calendars.settle().counts == (3, 0, 0)
    assert calendars.shown("2027-03-01", "2028-03-31", zone) == seen
    calendars.clock.advance(hours=1)
    calendars.add_days("Too late", "2027-03-10")
    assert calendars.settle().counts == (1, 0, 0)
    seen.append("2028-03-10 Day after")
    assert calendars.shown("2027-03-01", "2028-03-31", zone) == seen
    for _ in range(7):  # over midnight in UTC, and its two neighbours
        calendars.clock.advance(hours=3, minutes=20)
        assert calendars.demand_quiet().pair.held == 0
    calendars.installed.restart(without_ledger=True)
    calendars.demand_quiet()
    assert calendars.shown("2027-03-01", "2028-03-31", zone) == seen


@pytest.mark.parametrize(("zone", "now"), BEFORE_MIDNIGHT)
def test_what_is_cancelled_today_goes_today_and_is_history_tomorrow(
    calendars: Calendars, machine_zone: Callable[[str], None], zone: str, now: datetime
) -> None:
    """The same edge, seen by a deletion. (phw198/OutlookGoogleCalendarSync #2026, #2312)"""
    machine_zone(zone)
    early, late = calendars.add_days("Early", "2027-03-10"), calendars.add_days("Late", "2027-03-10")
    calendars.add_days("Tomorrow", "2027-03-11")
    calendars.settle()
    calendars.feishu.delete_event(calendars.calendar, early)
    assert calendars.settle().counts == (0, 0, 1)
    calendars.clock.advance(hours=1)
    calendars.feishu.delete_event(calendars.calendar, late)
    calendars.settle()
    assert calendars.shown("2027-03-01", "2027-03-31", zone) == ["2027-03-10 Late", "2027-03-11 Tomorrow"]
