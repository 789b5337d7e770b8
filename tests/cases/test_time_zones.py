"""Names of zones that one side does not know, and hours that no clock can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.report import Result
from sandbox.microsoft import rendering, zones
from tests.cases.calendars import Calendars, Step

NOT_LISTED = {"Europe/Kyiv", "America/Nuuk", "Asia/Chongqing", "Asia/Kolkata", "Asia/Ho_Chi_Minh"}
"""By Graph, which has older names for them."""


@pytest.fixture
def few_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Graph answers 400 to every other name of a zone than the one it lists."""
    listed = zones.iana_zones() - NOT_LISTED
    zones.canonical.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(zones, "iana_zones", lambda: listed)
        yield
    zones.canonical.cache_clear()


@pytest.mark.usefixtures("few_names")
def test_renamed_and_old_and_unknown_zones_harm_no_meeting(calendars: Calendars) -> None:
    """After a rename every meeting of a country failed, though nobody had that name in their settings.
    (phw198/OutlookGoogleCalendarSync #1525, #246)"""
    names = {
        "Europe/Kyiv": "Europe/Kiev",
        "Asia/Calcutta": "Asia/Calcutta",
        "Asia/Saigon": "Asia/Saigon",
        "Asia/Chongqing": "Asia/Shanghai",
        "America/Nuuk": "America/Godthab",
    }
    for zone in names:
        calendars.add(f"Weekly {zone}", "2027-03-16 09:00", 45, "FREQ=WEEKLY", zone)
        calendars.add(f"Once {zone}", "2027-07-01 14:00", 60, zone=zone)
    noon = datetime(2027, 7, 1, 12, tzinfo=UTC)
    calendars.feishu.add_event(
        calendars.calendar, "Once on Mars", noon, noon + timedelta(hours=1), zone="Mars/Olympus"
    )
    step = calendars.settle()
    assert (step.report.result, step.counts, step.refused) == (Result.OK, (11, 0, 0), [])
    for zone, known in names.items():
        lines = calendars.shown("2027-03-15", "2027-07-02", known)
        assert [line for line in lines if line.endswith(f"Weekly {zone}")] == [
            f"2027-{day} 09:00-09:45 Weekly {zone}"
            for day in (
                *("03-16", "03-23", "03-30", "04-06", "04-13", "04-20", "04-27", "05-04"),
                *("05-11", "05-18", "05-25", "06-01", "06-08", "06-15", "06-22", "06-29"),
            )
        ]
        assert [line for line in lines if line.endswith(f"Once {zone}")] == [
            f"2027-07-01 14:00-15:00 Once {zone}"
        ]
    mars = [line for line in calendars.shown("2027-07-01", "2027-07-01", "UTC") if "Mars" in line]
    assert mars == ["2027-07-01 12:00-13:00 Once on Mars"]


WINDOWS_NAMES = {
    "Asia/Seoul": "Korea Standard Time",
    "Asia/Tokyo": "Tokyo Standard Time",
    "Asia/Shanghai": "China Standard Time",
    "Asia/Hong_Kong": "China Standard Time",
    "Asia/Macau": "China Standard Time",
    "Asia/Singapore": "Singapore Standard Time",
}


@pytest.fixture
def windows_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever name Outlook was sent, it answers with that of Windows."""
    plain = rendering.event

    def in_windows_names(*arguments: Any) -> dict[str, Any]:
        answer = plain(*arguments)
        for name in ("originalStartTimeZone", "originalEndTimeZone"):
            answer[name] = WINDOWS_NAMES.get(answer[name], answer[name])
        if answer["recurrence"]:
            limits = answer["recurrence"]["range"]
            zone = limits["recurrenceTimeZone"]
            limits["recurrenceTimeZone"] = WINDOWS_NAMES.get(zone, zone)
        return answer

    monkeypatch.setattr(rendering, "event", in_windows_names)


@pytest.mark.usefixtures("windows_answers")
def test_many_cities_with_one_windows_name_keep_their_own(
    calendars: Calendars, machine_zone: Callable[[str], None]
) -> None:
    """Mapped there and back they became another city with the same clock, and events that nobody had touched
    were rewritten. (phw198/OutlookGoogleCalendarSync #223, #843)"""
    for zone in WINDOWS_NAMES:
        calendars.add(f"Once {zone}", "2027-02-01 09:00", 30, zone=zone)
        calendars.add(f"Weekly {zone}", "2027-02-02 09:00", 30, "FREQ=WEEKLY;BYDAY=TU", zone)
    first = calendars.run()
    assert (first.report.result, first.counts) == (Result.OK, (12, 0, 0))
    sent = zones_sent(first)
    for title, zone in sent.items():
        assert title.split()[1] == zone
    calendars.demand_quiet()
    machine_zone("America/Los_Angeles")
    calendars.demand_quiet()
    calendars.installed.restart(without_ledger=True)
    calendars.demand_quiet()
    with calendars.outlook.lock:
        events = calendars.outlook.mailbox.calendar(calendars.mirror).events.values()
        kept = {event.content["subject"]: event.span.start.zone for event in events}
    assert kept.items() >= sent.items()
    assert len(sent) == 12


def zones_sent(step: Step) -> dict[str, str]:
    bodies = [each.json for each in step.writes]
    return {body["subject"]: body["start"]["timeZone"] for body in bodies}


def test_the_hour_that_passes_twice_is_told_from_itself(calendars: Calendars) -> None:
    """By the clock such an event would end when it starts. (fullcalendar/fullcalendar #3887)"""
    for title, start, end in (("Long night", 1824940800, 1824944400), ("Within", 1824941700, 1824943500)):
        calendars.feishu.add_event(
            calendars.calendar,
            title,
            datetime.fromtimestamp(start, UTC),
            datetime.fromtimestamp(end, UTC),
            zone="Europe/London",
        )
    assert calendars.settle().counts == (2, 0, 0)
    assert calendars.shown("2027-10-30", "2027-11-01", "UTC") == [
        "2027-10-31 00:00-01:00 Long night",
        "2027-10-31 00:15-00:45 Within",
    ]


def test_an_hour_that_the_clocks_skip_is_shown_once_and_left_alone(calendars: Calendars) -> None:
    """The day was lost, shown twice, or written again at every run. (Etar-Group/Etar-Calendar #1838)"""
    zone = "Europe/London"
    calendars.add("Night watch", "2027-03-25 01:30", 30, "FREQ=DAILY;COUNT=6", zone)
    calendars.settle()
    assert calendars.shown("2027-03-20", "2027-04-05", zone) == [
        "2027-03-25 01:30-02:00 Night watch",
        "2027-03-26 01:30-02:00 Night watch",
        "2027-03-27 01:30-02:00 Night watch",
        "2027-03-28 02:30-03:00 Night watch",
        "2027-03-29 01:30-02:00 Night watch",
        "2027-03-30 01:30-02:00 Night watch",
    ]
    assert calendars.kinds() == {"Night watch": "seriesMaster"}
    calendars.installed.restart(without_ledger=True)
    calendars.demand_quiet()
    calendars.wait_until(datetime(2027, 3, 28, 0, 30, tzinfo=UTC))
    calendars.demand_quiet()
