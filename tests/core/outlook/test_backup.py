"""A deleted event's JSON, as the service gave it, and what is sent to make it once more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import ServiceFailing
from core.outlook.backup import Backup, described, restoration

SINGLE = {
    "@odata.etag": 'W/"1"',
    "id": "AAk",
    "type": "singleInstance",
    "transactionId": "ours",
    "subject": "评审",
    "body": {"contentType": "html", "content": "<html><body>Agenda</body></html>"},
    "location": {"displayName": "Room 1", "locationType": "default", "uniqueId": "Room 1"},
    "showAs": "oof",
    "sensitivity": "personal",
    "categories": ["Feishu", "Red"],
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 30,
    "isAllDay": False,
    "start": {"dateTime": "2026-12-01T02:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-12-01T03:00:00.0000000", "timeZone": "UTC"},
    "originalStartTimeZone": "Asia/Shanghai",
    "originalEndTimeZone": "China Standard Time",
    "recurrence": None,
    "attendees": [{"emailAddress": {"address": "guest@example.com"}, "type": "required"}],
    "singleValueExtendedProperties": [{"id": "String {9a1d} Name FeishuKey", "value": "a.b"}],
    "webLink": "https://outlook.office365.com/",
}


def restored(**changes: Any) -> dict[str, Any]:
    return dict(restoration(json.dumps(SINGLE | changes), "new"))


def repeated(pattern: dict[str, Any], limits: dict[str, Any]) -> Any:
    """As the service returns it, with what means nothing filled in."""
    filled = {"interval": 1, "month": 0, "dayOfMonth": 0, "firstDayOfWeek": "sunday", "index": "first"}
    no_limits = {"startDate": "2026-12-01", "endDate": "0001-01-01", "numberOfOccurrences": 0}
    zone = {"recurrenceTimeZone": "China Standard Time"}
    recurrence = {"pattern": filled | pattern, "range": no_limits | zone | limits}
    return restored(type="seriesMaster", recurrence=recurrence)["recurrence"]


def test_everything_that_a_person_saw_comes_back_and_nothing_that_is_ours_or_mails_anybody() -> None:
    assert restored() == {
        "subject": "评审",
        "body": {"contentType": "html", "content": "<html><body>Agenda</body></html>"},
        "location": {"displayName": "Room 1"},
        "showAs": "oof",
        "sensitivity": "personal",
        "categories": ["Feishu", "Red"],
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 30,
        "isAllDay": False,
        "start": {"dateTime": "2026-12-01T10:00:00", "timeZone": "Asia/Shanghai"},
        "end": {"dateTime": "2026-12-01T11:00:00", "timeZone": "Asia/Shanghai"},
        "transactionId": "new",
    }


def test_whole_days_are_dates() -> None:
    days = {
        "start": {"dateTime": "2026-12-01T00:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-12-03T00:00:00.0000000", "timeZone": "UTC"},
    }
    found = restored(isAllDay=True, **days)
    assert found["isAllDay"] is True
    assert (found["start"]["dateTime"], found["end"]["dateTime"]) == (
        "2026-12-01T00:00:00",
        "2026-12-03T00:00:00",
    )


@pytest.mark.parametrize("zone", ["tzone://Microsoft/Custom", "", None])
def test_a_zone_that_nobody_knows_is_utc(zone: str | None) -> None:
    start = restored(originalStartTimeZone=zone)["start"]
    assert start == {"dateTime": "2026-12-01T02:00:00", "timeZone": "UTC"}


def test_what_is_not_said_is_left_to_the_service() -> None:
    found = restored(
        showAs="unknown",
        sensitivity=None,
        body=None,
        location=None,
        subject=None,
        categories=None,
        isReminderOn=False,
    )
    assert (found["showAs"], found["sensitivity"], found["subject"]) == ("busy", "normal", "")
    assert (found["categories"], found["isReminderOn"]) == ([], False)
    assert "reminderMinutesBeforeStart" not in found


@pytest.mark.parametrize(
    ("pattern", "sent"),
    [
        ({"type": "daily", "interval": 3}, {"type": "daily", "interval": 3}),
        (
            {"type": "weekly", "daysOfWeek": ["monday", "friday"]},
            {"daysOfWeek": ["monday", "friday"], "firstDayOfWeek": "sunday"},
        ),
        ({"type": "absoluteMonthly", "dayOfMonth": 31}, {"dayOfMonth": 31}),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["friday"], "index": "last"},
            {"daysOfWeek": ["friday"], "index": "last"},
        ),
        ({"type": "absoluteYearly", "dayOfMonth": 1, "month": 12}, {"dayOfMonth": 1, "month": 12}),
        (
            {"type": "relativeYearly", "daysOfWeek": ["tuesday"], "index": "first", "month": 12},
            {"daysOfWeek": ["tuesday"], "index": "first", "month": 12},
        ),
    ],
)
def test_a_pattern_is_sent_with_what_its_type_uses(pattern: dict[str, Any], sent: dict[str, Any]) -> None:
    whole = {"type": pattern["type"], "interval": pattern.get("interval", 1)} | sent
    assert repeated(pattern, {"type": "noEnd"})["pattern"] == whole


@pytest.mark.parametrize(
    ("limits", "sent"),
    [
        ({"type": "noEnd"}, {}),
        ({"type": "endDate", "endDate": "2027-01-31"}, {"endDate": "2027-01-31"}),
        ({"type": "numbered", "numberOfOccurrences": 4}, {"numberOfOccurrences": 4}),
    ],
)
def test_a_series_ends_as_it_did_on_its_own_clock(limits: dict[str, Any], sent: dict[str, Any]) -> None:
    first = {"startDate": "2026-12-01", "recurrenceTimeZone": "Asia/Shanghai"}
    assert repeated({"type": "daily"}, limits)["range"] == first | {"type": limits["type"]} | sent


def test_a_backup_tells_which_event_it_is_of() -> None:
    assert described(json.dumps(SINGLE)) == Backup("AAk", is_series=False, can_return=True)
    assert described(json.dumps(SINGLE | {"type": "seriesMaster"})).is_series


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", None),
        ("end", {"dateTime": "tomorrow", "timeZone": "UTC"}),
        ("recurrence", {"pattern": {"type": "daily", "interval": "often"}, "range": {}}),
        ("recurrence", {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}),
    ],
)
def test_a_backup_that_is_of_no_use_says_so(field: str, value: Any) -> None:
    assert not described(json.dumps(SINGLE | {field: value})).can_return
    with pytest.raises(ServiceFailing):
        restored(**{field: value})
