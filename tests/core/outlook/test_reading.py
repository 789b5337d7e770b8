import json
from datetime import date, datetime

import pytest

from core import tag as tags
from core.errors import ServiceFailing
from core.model import Copy, Instance, Span, Tag, TargetCalendarInfo, WallClock
from core.outlook.reading import query, read_calendar, read_copy, read_instances, read_stored


def wall(clock, zone="UTC", fold=0):
    return WallClock(datetime.fromisoformat(clock).replace(fold=fold), zone)


TAG = Tag("a" * 32 + "." + "b" * 32, "t-1", "inst", "f00d")
EVENT = {
    "@odata.etag": 'W/"1"',
    "id": "AAk",
    "subject": "Review",
    "type": "singleInstance",
    "isAllDay": False,
    "start": {"dateTime": "2026-09-07T02:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-09-07T03:00:00.1234567", "timeZone": "UTC"},
    "transactionId": "t-1",
    "createdDateTime": "2026-09-01T03:04:05.0677217Z",
    "attendees": [],
    "singleValueExtendedProperties": [
        {"id": name.upper().replace("STRING", "String"), "value": value}
        for name, value in tags.properties(TAG)
    ],
}
MIDNIGHTS = {
    "isAllDay": True,
    "start": {"dateTime": "2026-10-01T00:00:00.0000000", "timeZone": "China Standard Time"},
    "end": {"dateTime": "2026-10-08T00:00:00.0000000", "timeZone": "China Standard Time"},
}


def occurrence(**changes):
    return {**EVENT, "type": "occurrence", "originalStart": "2026-09-07T02:00:00Z", **changes}


def test_a_copy_is_read_with_its_times_in_utc_and_its_tag_whatever_the_case_of_the_property_ids():
    copy = read_copy(EVENT)
    assert copy == Copy(
        event_id="AAk",
        etag='W/"1"',
        subject="Review",
        span=Span(wall("2026-09-07T02:00"), wall("2026-09-07T03:00:00.123456")),
        is_series=False,
        tag=TAG,
        transaction_id="t-1",
        created="2026-09-01T03:04:05.0677217Z",
        has_attendees=False,
        raw=copy.raw,
        print=copy.print,
    )
    assert json.loads(copy.raw) == EVENT


def test_whole_days_are_dates_whatever_zone_their_midnights_are_in():
    assert read_copy({**EVENT, **MIDNIGHTS}).span == Span(date(2026, 10, 1), date(2026, 10, 8))


def test_an_event_without_tag_transaction_and_subject_is_a_copy_all_the_same():
    copy = read_copy(
        {
            **EVENT,
            "subject": None,
            "transactionId": None,
            "singleValueExtendedProperties": None,
            "attendees": None,
        }
    )
    assert (copy.subject, copy.transaction_id, copy.tag, copy.has_attendees) == ("", "", None, False)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Other"},
        {"body": {"contentType": "html", "content": "other"}},
        {"location": {"displayName": "Room 4"}},
        {"showAs": "free"},
        {"sensitivity": "private"},
        {"start": {"dateTime": "2026-09-07T02:30:00.0000000", "timeZone": "UTC"}},
        {"recurrence": {"pattern": {"type": "daily", "interval": 1}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_print_tells_a_change_of_what_is_mirrored(change):
    assert read_copy({**EVENT, **change}).print != read_copy(EVENT).print


def test_the_print_is_the_same_for_what_is_not_mirrored_and_for_what_a_write_answers():
    untouched = {
        "@odata.etag": 'W/"2"',
        "categories": ["Mine"],
        "reminderMinutesBeforeStart": 5,
        "singleValueExtendedProperties": [],
        "lastModifiedDateTime": "2027-01-01T00:00:00Z",
    }
    assert read_copy({**EVENT, **untouched}).print == read_copy(EVENT).print == read_stored(EVENT).print


def test_attendees_are_noticed():
    assert read_copy({**EVENT, "attendees": [{"emailAddress": {"address": "a@example.com"}}]}).has_attendees


def test_a_series_is_told_from_a_single_event():
    assert read_copy({**EVENT, "type": "seriesMaster"}).is_series


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": ""},
        {"@odata.etag": 7},
        {"start": None},
        {"start": {"dateTime": "2026-09-07T02:00:00", "timeZone": "Pacific Standard Time"}},
        {"end": {"dateTime": "soon", "timeZone": "UTC"}},
        {"end": {"dateTime": None, "timeZone": "UTC"}},
    ],
    ids=str,
)
def test_an_event_that_is_not_understood_fails_the_reading_instead_of_leaving_a_gap(broken):
    with pytest.raises(ServiceFailing):
        read_copy({**EVENT, **broken})


def test_an_occurrence_is_known_by_its_original_start():
    (moved,) = read_instances(
        [occurrence(type="exception", start={"dateTime": "2026-09-08T05:00:00", "timeZone": "UTC"})]
    )
    assert moved == Instance(
        event_id="AAk",
        original=wall("2026-09-07T02:00"),
        span=Span(wall("2026-09-08T05:00"), wall("2026-09-07T03:00:00.123456")),
        is_exception=True,
        tag=TAG,
        has_attendees=False,
        etag='W/"1"',
        subject="Review",
    )


def test_an_occurrence_that_was_never_moved_need_not_tell_its_original_start():
    (plain,) = read_instances([occurrence(originalStart=None)])
    assert plain.original == wall("2026-09-07T02:00")
    with pytest.raises(ServiceFailing):
        read_instances([occurrence(originalStart=None, type="exception")])


def test_original_starts_of_an_all_day_series_are_dates_also_where_an_exception_has_hours():
    whole_day = occurrence(**MIDNIGHTS, originalStart="2026-10-01T00:00:00Z")
    with_hours = occurrence(type="exception", originalStart="2026-10-08T00:00:00Z")
    assert [instance.original for instance in read_instances([with_hours, whole_day])] == [
        date(2026, 10, 8),
        date(2026, 10, 1),
    ]


def test_original_starts_of_a_timed_series_are_times_also_at_midnight_and_for_an_all_day_exception():
    all_day = occurrence(**MIDNIGHTS, type="exception", originalStart="2026-10-01T00:00:00Z")
    (original, _) = (instance.original for instance in read_instances([all_day, occurrence()]))
    assert original == wall("2026-10-01T00:00")


def test_a_calendar_that_does_not_say_that_it_may_be_edited_may_not():
    assert read_calendar({"id": "c", "name": "飞书", "canEdit": True, "isDefaultCalendar": True}) == (
        TargetCalendarInfo("c", "飞书", can_edit=True, is_default=True)
    )
    assert not read_calendar({"id": "c", "name": "飞书"}).can_edit


def test_a_query_is_percent_encoded_as_a_whole():
    assert query("$top=5", "$filter=name eq 'A&B+é'") == "$top=5&$filter=name%20eq%20%27A%26B%2B%C3%A9%27"


def test_a_body_that_is_written_in_another_way_prints_the_same() -> None:
    ours = '<div>Ask <a href="https://example.com/?a=1&amp;b=2">here</a></div><br><div>x &lt; y</div>'
    theirs = (
        "<html><head><title>Untitled</title><style>p {}</style></head>\r\n<body><p>Ask&#32;"
        '<a rel="nofollow" href="https://example.com/?a=1&b=2" target="_blank">here</a></p>'
        "\r\n<p> x &lt;\xa0y</p>"
        "</body></html>"
    )
    prints = {
        read_copy({**EVENT, "body": {"contentType": "html", "content": body}}).print
        for body in (ours, theirs)
    }
    assert len(prints) == 1


@pytest.mark.parametrize("change", [("Ask", "Tell"), ("b=2", "b=3")])
def test_a_word_or_an_address_of_a_body_that_changes_is_seen(change: tuple[str, str]) -> None:
    body = '<div>Ask <a href="https://example.com/?a=1&amp;b=2">here</a></div>'
    bodies = (body, body.replace(*change))
    prints = {read_copy({**EVENT, "body": {"contentType": "html", "content": each}}).print for each in bodies}
    assert len(prints) == 2


@pytest.mark.parametrize(
    ("extent", "last"),
    [
        ({"type": "endDate", "startDate": "2027-02-02", "endDate": "2027-03-02"}, date(2027, 3, 2)),
        ({"type": "numbered", "startDate": "2027-02-02", "numberOfOccurrences": 3}, date(2027, 3, 16)),
        ({"type": "noEnd", "startDate": "2027-02-02", "endDate": "0001-01-01"}, None),
        ({"type": "endDate", "endDate": "some day"}, None),
        ({"type": "numbered", "startDate": "2027-02-02", "numberOfOccurrences": 10**12}, None),
        ({}, None),
        ("nonsense", None),
    ],
)
def test_the_last_day_of_a_series_is_read_from_its_range_and_never_too_early(
    extent: object, last: date | None
) -> None:
    recurrence = {"pattern": {"type": "weekly", "interval": 2}, "range": extent}
    assert read_copy({**EVENT, "recurrence": recurrence}).last_day == last
    assert read_copy({**EVENT, "recurrence": "nonsense"}).last_day is None
