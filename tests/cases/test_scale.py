"""A stand-up that has gone on for years, and what was said about it day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import count

import pytest

from core.outlook.calendar import OutlookCalendar
from core.writes import Outcome, Write
from sandbox.journal import Service
from tests.cases.calendars import Calendars, Step, at

FIRST = date(2024, 3, 1)
NOW = date(2026, 12, 28)
PAST, AHEAD = 609, 120
"""Exceptions before today, and from today on within a year."""
EVERY_DAY = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
WITHOUT_FRIDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"
MONDAY = 1799026200
"""4 January 2027, of which nothing was said yet."""


@pytest.fixture
def stand_up(calendars: Calendars) -> str:
    """The series: 400 days cancelled, 329 with a title of their own; of the year ahead every second one."""
    series = calendars.add("Stand-up", "2024-03-01 09:30", 15, EVERY_DAY)
    past = list(workdays(FIRST, NOW))[-PAST:]
    ahead = list(workdays(NOW, NOW + timedelta(days=365)))[::2][:AHEAD]
    for days, cancelled in ((past, 340), (ahead, 60)):
        for number, day in enumerate(days):
            is_cancelled = (number + 1) * cancelled // len(days) > number * cancelled // len(days)
            add_exception(calendars, series, day, is_cancelled=is_cancelled)
    return series


def workdays(first: date, last: date) -> Iterator[date]:
    return (
        day for day in (first + timedelta(days=n) for n in range((last - first).days)) if day.weekday() < 5
    )


def add_exception(calendars: Calendars, series: str, day: date, *, is_cancelled: bool) -> None:
    start = at(f"{day} 09:30")
    calendars.feishu.add_raw_row(
        calendars.calendar,
        f"{series.removesuffix('0')}{int(start.timestamp())}",
        start=start,
        end=start + timedelta(minutes=15),
        status="cancelled" if is_cancelled else "confirmed",
        details={"summary": "Stand-up" if is_cancelled else f"Demo {day}"},
    )


def spent(step: Step) -> tuple[int, int]:
    """HTTP requests to Feishu and to Graph."""
    return step.count(Service.FEISHU), step.count(Service.MICROSOFT)


def kinds(step: Step) -> Counter[str]:
    return Counter(each.method for each in step.writes)


def titles(calendars: Calendars) -> Counter[str]:
    """Of what is shown in the window; "Demo" for all retitled days."""
    lines = calendars.shown("2026-12-28", "2027-12-27")
    assert {line[11:22] for line in lines} == {"09:30-09:45"}
    return Counter(line.split()[2] for line in lines)


def test_a_series_with_700_exceptions_costs_what_has_changed(calendars: Calendars, stand_up: str) -> None:
    """It took 45 minutes at every run. (phw198/OutlookGoogleCalendarSync #1700, #1770, #2034)"""
    first = calendars.run()
    assert kinds(first) == {"POST": 1, "PATCH": 60, "DELETE": 60}
    assert spent(first)[1] <= 25
    assert titles(calendars) == {"Stand-up": 141, "Demo": 60}

    assert spent(calendars.demand_quiet()) <= (1, 1)

    calendars.change_occurrence(stand_up, MONDAY, status="cancelled")
    one_more = calendars.run()
    assert kinds(one_more) == {"DELETE": 1}
    assert spent(one_more) <= (1, 5)
    assert titles(calendars) == {"Stand-up": 140, "Demo": 60}

    calendars.change(stand_up, summary="Huddle")
    renamed = calendars.run()
    (patch,) = renamed.writes
    assert patch.json["subject"] == "Huddle"
    assert patch.json.keys().isdisjoint({"start", "end", "recurrence"})  # which make Exchange forget
    assert spent(renamed) <= (1, 5)
    assert titles(calendars) == {"Huddle": 140, "Demo": 60}
    assert spent(calendars.demand_quiet()) <= (1, 1)


def test_fridays_that_are_dropped_from_the_rule_cost_one_more_application(
    calendars: Calendars, stand_up: str
) -> None:
    """Exchange forgets all exceptions with the old rule, and what was said of a Friday stays true as long as
    Feishu has it. (phw198/OutlookGoogleCalendarSync #1700, #1770, #2034)"""
    calendars.settle()
    calendars.feishu.quirks.exceptions_survive_reshaping = True
    calendars.change(stand_up, recurrence=WITHOUT_FRIDAYS)
    dropped = calendars.run()
    assert kinds(dropped) == {"PATCH": 1 + 48, "DELETE": 48, "POST": 12}
    assert spent(dropped)[1] <= 25
    demand_no_plain_fridays(calendars)
    assert spent(calendars.demand_quiet()) <= (1, 1)
    friday = next(
        key
        for key, row in calendars.feishu.calendars[calendars.calendar].rows.items()
        if row.details["summary"] == "Demo 2027-01-01"
    )
    calendars.change(friday, status="cancelled")
    assert kinds(calendars.settle()) == {"DELETE": 1}
    assert titles(calendars) == {"Stand-up": 113, "Demo": 59}


def demand_no_plain_fridays(calendars: Calendars) -> None:
    assert titles(calendars) == {"Stand-up": 113, "Demo": 60}
    copies = Counter(copy["type"] for copy in calendars.copies())
    assert copies == {"seriesMaster": 1, "singleInstance": 12}


def test_a_kill_in_the_middle_of_it_is_repaired(
    calendars: Calendars, stand_up: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time after Outlook has done a batch and before we know it.
    (phw198/OutlookGoogleCalendarSync #1700, #1770, #2034)"""
    calendars.settle()
    calendars.feishu.quirks.exceptions_survive_reshaping = True
    calendars.change(stand_up, recurrence=WITHOUT_FRIDAYS)
    for batch in (1, 2, 3):
        with monkeypatch.context() as patch:
            patch.setattr(OutlookCalendar, "write", killed_after(batch))
            with pytest.raises(KeyboardInterrupt):
                calendars.run()
        calendars.installed.restart()
        calendars.clock.advance(minutes=5)
    calendars.settle()
    demand_no_plain_fridays(calendars)


def killed_after(
    batches: int,
) -> Callable[[OutlookCalendar, Sequence[Write]], tuple[Outcome, ...]]:
    write, numbers = OutlookCalendar.write, count(1)

    def until_killed(calendar: OutlookCalendar, writes: Sequence[Write]) -> tuple[Outcome, ...]:
        outcomes = write(calendar, writes)
        if next(numbers) == batches:
            raise KeyboardInterrupt
        return outcomes

    return until_killed
