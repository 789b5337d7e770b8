import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from core import tag as tags
from core.model import (
    ChangedOccurrence,
    Content,
    MirrorEvent,
    RecurrencePattern,
    RecurrenceRange,
    Series,
    ShowAs,
    Span,
    Tag,
    WallClock,
)
from core.outlook import events
from core.zones import UnknownZone


def wall(clock, zone="UTC", fold=0):
    return WallClock(datetime.fromisoformat(clock).replace(fold=fold), zone)


SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "graph_calendar_schema.json").read_text())

CONTENT = Content("Review", "<p>Agenda</p>", "Room 3", ShowAs.BUSY, False, 10, "Feishu")
TAG = Tag("a" * 32 + "." + "b" * 32, "1f0e7e5c-2f6c-4a53-9a49-3f2c6a9b1c11", "inst", "f" * 64)
SHANGHAI = Span(wall("2027-03-01T10:00", "Asia/Shanghai"), wall("2027-03-01T11:00", "Asia/Shanghai"))
ALL_DAY = Span(date(2027, 3, 1), date(2027, 3, 3))
WEEKLY = RecurrencePattern("weekly", 2, ("monday", "thursday"), "sunday")

PATTERNS = {
    "daily": RecurrencePattern("daily", 3),
    "weekly": WEEKLY,
    "weekly without a first day": replace(WEEKLY, first_day_of_week=""),
    "absoluteMonthly": RecurrencePattern("absoluteMonthly", 1, day_of_month=1),
    "relativeMonthly": RecurrencePattern("relativeMonthly", 1, ("friday",), index="last"),
    "absoluteYearly": RecurrencePattern("absoluteYearly", 1, day_of_month=1, month=3),
    "relativeYearly": RecurrencePattern("relativeYearly", 1, ("monday",), month=3, index="first"),
}
RANGES = {
    "endless": RecurrenceRange(date(2027, 3, 1)),
    "until": RecurrenceRange(date(2027, 3, 1), end=date(2027, 12, 31)),
    "counted": RecurrenceRange(date(2027, 3, 1), count=12),
}


def event(span=SHANGHAI, content=CONTENT, series=None):
    return MirrorEvent(TAG.key, span, content, series)


def complaints(definition, body):
    schema = {"$schema": SCHEMA["$schema"], "$ref": f"#/$defs/{definition}", "$defs": SCHEMA["$defs"]}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)]


def test_a_single_event_is_created_with_everything_that_graph_may_be_told():
    body = events.creation(event(), TAG)
    assert complaints("eventCreate", body) == []
    assert body == {
        "subject": "Review",
        "body": {"contentType": "html", "content": "<p>Agenda</p>"},
        "location": {"displayName": "Room 3"},
        "showAs": "busy",
        "sensitivity": "normal",
        "isAllDay": False,
        "start": {"dateTime": "2027-03-01T10:00:00", "timeZone": "Asia/Shanghai"},
        "end": {"dateTime": "2027-03-01T11:00:00", "timeZone": "Asia/Shanghai"},
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 10,
        "categories": ["Feishu"],
        "transactionId": TAG.transaction_id,
        "singleValueExtendedProperties": [
            {"id": name, "value": value} for name, value in tags.properties(TAG)
        ],
    }


def test_no_reminder_and_no_category_are_said_and_not_left_to_defaults():
    body = events.creation(event(content=replace(CONTENT, reminder_minutes=None, category="")), TAG)
    assert complaints("eventCreate", body) == []
    assert body["isReminderOn"] is False
    assert "reminderMinutesBeforeStart" not in body
    assert body["categories"] == []


def test_a_private_event_is_private():
    body = events.creation(event(content=replace(CONTENT, is_private=True)), TAG)
    assert body["sensitivity"] == "private"


def test_whole_days_are_midnights_in_utc():
    body = events.creation(event(ALL_DAY), TAG)
    assert complaints("eventCreate", body) == []
    assert body["isAllDay"] is True
    assert body["start"] == {"dateTime": "2027-03-01T00:00:00", "timeZone": "UTC"}
    assert body["end"] == {"dateTime": "2027-03-03T00:00:00", "timeZone": "UTC"}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("limits", RANGES.values(), ids=RANGES)
@pytest.mark.parametrize("span", [SHANGHAI, ALL_DAY], ids=["timed", "all-day"])
def test_a_series_names_one_zone_three_times_and_only_the_fields_of_its_pattern(pattern, limits, span):
    series = Series(pattern, limits)
    created = events.creation(event(span, series=series), TAG)
    reshaped = events.update(event(span, series=series), TAG, reshape=True, resend_extras=False)
    assert complaints("eventCreate", created) == []
    assert complaints("eventPatch", reshaped) == []
    for body in (created, reshaped):
        zones = {
            body["start"]["timeZone"],
            body["end"]["timeZone"],
            body["recurrence"]["range"]["recurrenceTimeZone"],
        }
        assert len(zones) == 1
        assert body["recurrence"]["range"]["startDate"] == body["start"]["dateTime"][:10]


def test_the_week_of_a_weekly_series_begins_on_monday_unless_said_otherwise():
    for given, sent in (("", "monday"), ("sunday", "sunday")):
        series = Series(replace(WEEKLY, first_day_of_week=given), RANGES["endless"])
        pattern = events.creation(event(series=series), TAG)["recurrence"]["pattern"]
        assert pattern["firstDayOfWeek"] == sent


def test_a_series_whose_end_is_in_another_zone_ends_at_that_instant_in_the_zone_of_its_start():
    span = Span(
        wall("2027-03-01T10:00", "Asia/Shanghai"),
        wall("2027-03-01T12:00", "Asia/Tokyo"),
    )
    body = events.creation(event(span, series=Series(WEEKLY, RANGES["endless"])), TAG)
    assert body["end"] == {"dateTime": "2027-03-01T11:00:00", "timeZone": "Asia/Shanghai"}


def test_a_single_event_in_an_hour_that_passes_twice_is_told_in_utc():
    span = Span(
        wall("2027-10-31T01:00", "Europe/London"),
        wall("2027-10-31T01:00", "Europe/London", fold=1),
    )
    body = events.creation(event(span), TAG)
    assert body["start"] == {"dateTime": "2027-10-31T00:00:00", "timeZone": "UTC"}
    assert body["end"] == {"dateTime": "2027-10-31T01:00:00", "timeZone": "UTC"}


def test_a_zone_is_written_under_the_name_that_graph_lists():
    span = Span(wall("2027-03-01T10:00", "Europe/Kyiv"), wall("2027-03-01T11:00", "Europe/Kyiv"))
    assert events.creation(event(span), TAG)["start"]["timeZone"] == "Europe/Kiev"


def test_an_unknown_zone_is_an_error_of_its_own():
    mars = wall("2027-03-01T10:00", "Mars/Olympus")
    with pytest.raises(UnknownZone):
        events.creation(event(Span(mars, mars)), TAG)


def test_an_update_that_keeps_the_shape_sends_neither_times_nor_recurrence():
    body = events.update(
        event(series=Series(WEEKLY, RANGES["endless"])), TAG, reshape=False, resend_extras=False
    )
    assert complaints("eventPatch", body) == []
    assert body.keys().isdisjoint({"start", "end", "isAllDay", "recurrence"})


def test_an_update_leaves_reminder_category_and_transaction_alone():
    for reshape in (True, False):
        body = events.update(event(), TAG, reshape=reshape, resend_extras=False)
        assert complaints("eventPatch", body) == []
        assert body.keys().isdisjoint(
            {"isReminderOn", "reminderMinutesBeforeStart", "categories", "transactionId"}
        )


def test_an_update_sends_reminder_and_category_when_they_changed_at_their_source():
    body = events.update(event(), TAG, reshape=False, resend_extras=True)
    assert complaints("eventPatch", body) == []
    assert (body["isReminderOn"], body["reminderMinutesBeforeStart"], body["categories"]) == (
        True,
        10,
        ["Feishu"],
    )


def test_a_reshaped_single_event_says_that_it_does_not_recur():
    body = events.update(event(), TAG, reshape=True, resend_extras=False)
    assert body["recurrence"] is None
    assert body["isAllDay"] is False


@pytest.mark.parametrize("span", [SHANGHAI, ALL_DAY], ids=["timed", "all-day"])
def test_a_changed_occurrence_sends_its_times_and_content_and_no_recurrence(span):
    occurrence = ChangedOccurrence(span.start, span, CONTENT, TAG.key)
    body = events.occurrence_change(occurrence, TAG)
    assert complaints("eventPatch", body) == []
    assert body.keys().isdisjoint({"recurrence", "sensitivity", "categories", "isReminderOn"})
    assert body["isAllDay"] is not isinstance(span.start, WallClock)


def test_what_we_write_has_no_place_for_attendees():
    written = events.EventBody.__annotations__.keys()
    assert not [name for name in written if "attendee" in name.lower() or "online" in name.lower()]
