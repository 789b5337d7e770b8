"""Recurrence by Exchange's rules: where occurrences fall, and which rules are refused."""

from datetime import date
from itertools import islice
from typing import Any

import pytest

from sandbox.microsoft import recurrence
from sandbox.microsoft.errors import GraphError
from tests.sandbox.microsoft import Service, code, event, series

Json = dict[str, Any]


def dates(start: str, pattern: Json, limits: Json | None = None, count: int = 5) -> list[str]:
    rule = recurrence.parse(
        {
            "pattern": {"interval": 1, **pattern},
            "range": {"type": "noEnd", "startDate": start, **(limits or {})},
        }
    )
    return [day.isoformat() for day in islice(rule.dates(), count)]


def days(*names: str) -> list[str]:
    return list(names)


WEEKDAYS = days("monday", "tuesday", "wednesday", "thursday", "friday")
ALL_DAYS = [*WEEKDAYS, "saturday", "sunday"]


@pytest.mark.parametrize(
    ("start", "pattern", "expected"),
    [
        ("2026-12-30", {"type": "daily", "interval": 2}, ["2026-12-30", "2027-01-01", "2027-01-03"]),
        # the week starts on Sunday unless said otherwise, which matters from an interval of two on
        (
            "2026-12-01",
            {"type": "weekly", "interval": 2, "daysOfWeek": days("tuesday", "sunday")},
            ["2026-12-01", "2026-12-13", "2026-12-15"],
        ),
        (
            "2026-12-01",
            {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": days("tuesday", "sunday"),
                "firstDayOfWeek": "monday",
            },
            ["2026-12-01", "2026-12-06", "2026-12-15"],
        ),
        # a start off the pattern is no occurrence
        ("2026-12-01", {"type": "weekly", "daysOfWeek": days("friday")}, ["2026-12-04", "2026-12-11"]),
        ("2026-12-10", {"type": "absoluteMonthly", "dayOfMonth": 5}, ["2027-01-05", "2027-02-05"]),
        # a day that a month doesn't have clamps to its last one
        (
            "2027-01-31",
            {"type": "absoluteMonthly", "dayOfMonth": 31},
            ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"],
        ),
        ("2028-01-30", {"type": "absoluteMonthly", "dayOfMonth": 30}, ["2028-01-30", "2028-02-29"]),
        (
            "2028-02-29",
            {"type": "absoluteYearly", "dayOfMonth": 29, "month": 2},
            ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
        ),
        (
            "2026-12-01",
            {"type": "absoluteMonthly", "dayOfMonth": 1, "interval": 3},
            ["2026-12-01", "2027-03-01"],
        ),
        ("2026-03-10", {"type": "absoluteYearly", "dayOfMonth": 1, "month": 3}, ["2027-03-01", "2028-03-01"]),
        (
            "2026-12-01",
            {"type": "relativeMonthly", "daysOfWeek": days("tuesday"), "index": "second"},
            ["2026-12-08", "2027-01-12"],
        ),
        (
            "2026-12-01",
            {"type": "relativeMonthly", "daysOfWeek": days("tuesday")},
            ["2026-12-01", "2027-01-05"],
        ),
        # several days: the first, … last day of the month that is any of them
        (
            "2026-12-01",
            {"type": "relativeMonthly", "daysOfWeek": WEEKDAYS, "index": "last"},
            ["2026-12-31", "2027-01-29"],
        ),
        (
            "2026-12-01",
            {"type": "relativeMonthly", "daysOfWeek": days("saturday", "sunday"), "index": "second"},
            ["2026-12-06", "2027-01-03"],
        ),
        (
            "2026-12-01",
            {"type": "relativeMonthly", "daysOfWeek": ALL_DAYS, "index": "last"},
            ["2026-12-31", "2027-01-31", "2027-02-28"],
        ),
        (
            "2026-12-01",
            {"type": "relativeYearly", "daysOfWeek": days("sunday"), "index": "last", "month": 10},
            ["2027-10-31", "2028-10-29"],
        ),
    ],
)
def test_a_pattern_puts_occurrences_on_its_dates(start: str, pattern: Json, expected: list[str]) -> None:
    assert dates(start, pattern, count=len(expected)) == expected


def test_a_range_ends_on_its_last_day_or_after_its_number() -> None:
    daily = {"type": "daily"}

    assert dates("2026-12-01", daily, {"type": "endDate", "endDate": "2026-12-03"}) == [
        "2026-12-01",
        "2026-12-02",
        "2026-12-03",
    ]
    assert len(dates("2026-12-01", daily, {"type": "numbered", "numberOfOccurrences": 2})) == 2


def test_a_rule_ends_with_the_calendar_itself() -> None:
    assert dates("9999-12-30", {"type": "daily"}) == ["9999-12-30", "9999-12-31"]
    assert dates("9999-12-31", {"type": "weekly", "daysOfWeek": days("friday")}) == ["9999-12-31"]
    assert dates("9999-12-31", {"type": "absoluteMonthly", "dayOfMonth": 31}) == ["9999-12-31"]


def test_the_answer_has_fillers_in_what_a_rule_does_not_use() -> None:
    rule = recurrence.parse(
        {
            "pattern": {"type": "Weekly", "interval": 1, "daysOfWeek": ["Wednesday", "Monday", "sunday"]},
            "range": {"type": "noEnd", "startDate": "2026-12-02", "recurrenceTimeZone": "Asia/Shanghai"},
        }
    )

    assert rule.json() == {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["sunday", "monday", "wednesday"],
            "firstDayOfWeek": "sunday",
            "index": "first",
        },
        "range": {
            "type": "noEnd",
            "startDate": "2026-12-02",
            "endDate": "0001-01-01",
            "recurrenceTimeZone": "Asia/Shanghai",
            "numberOfOccurrences": 0,
        },
    }


def test_what_is_not_used_does_not_tell_two_rules_apart() -> None:
    bare: Json = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "noEnd", "startDate": "2026-12-01"},
    }
    full = recurrence.parse(bare).json()

    assert recurrence.parse(full) == recurrence.parse(bare)
    assert recurrence.parse(full).start == date(2026, 12, 1)


INVALID = "ErrorCalendarInvalidRecurrence"


@pytest.mark.parametrize(
    ("pattern", "limits", "answer"),
    [
        ({"type": "daily", "interval": 0}, {}, INVALID),
        ({"type": "daily", "interval": 1000}, {}, INVALID),
        ({"type": "weekly", "interval": 100, "daysOfWeek": ["monday"]}, {}, INVALID),
        ({"type": "absoluteMonthly", "interval": 100, "dayOfMonth": 1}, {}, INVALID),
        ({"type": "absoluteYearly", "interval": 9, "dayOfMonth": 1, "month": 1}, {}, INVALID),
        ({"type": "absoluteMonthly", "dayOfMonth": 32}, {}, INVALID),
        ({"type": "absoluteMonthly"}, {}, INVALID),
        ({"type": "absoluteYearly", "dayOfMonth": 1, "month": 13}, {}, INVALID),
        ({"type": "daily"}, {"type": "numbered", "numberOfOccurrences": 0}, INVALID),
        ({"type": "daily"}, {"type": "numbered", "numberOfOccurrences": 1000}, INVALID),
        ({"type": "weekly"}, {}, "ErrorInvalidRecurrencePattern"),
        ({"type": "weekly", "daysOfWeek": []}, {}, "ErrorInvalidRecurrencePattern"),
        ({"type": "relativeMonthly"}, {}, "ErrorInvalidRecurrencePattern"),
        ({}, {}, "ErrorInvalidRecurrencePattern"),
        ({"type": "daily"}, {"type": "endDate"}, "ErrorInvalidRecurrenceRange"),
        ({"type": "daily"}, {"type": "endDate", "endDate": "2026-11-30"}, "ErrorInvalidRecurrenceRange"),
        ({"type": "daily"}, {"startDate": None}, "ErrorInvalidRecurrenceRange"),
        ({"type": "daily"}, {"type": "endDate", "endDate": "4500-09-02"}, "ErrorRecurrenceEndDateTooBig"),
        ({"type": "hourly"}, {}, "RequestBodyRead"),
        ({"type": "daily", "interval": "1"}, {}, "RequestBodyRead"),
        ({"type": "daily", "firstDayOfWeek": "funday"}, {}, "RequestBodyRead"),
        ({"type": "weekly", "daysOfWeek": "monday"}, {}, "RequestBodyRead"),
        ({"type": "weekly", "daysOfWeek": ["moonday"]}, {}, "RequestBodyRead"),
        ({"type": "daily"}, {"startDate": "soon"}, "RequestBodyRead"),
    ],
)
def test_a_rule_that_exchange_cannot_hold_is_refused(pattern: Json, limits: Json, answer: str) -> None:
    with pytest.raises(GraphError) as refused:
        dates("2026-12-01", pattern, limits)

    assert (refused.value.status, refused.value.code) == (400, answer)


def test_a_missing_interval_is_an_internal_error() -> None:
    sent = {"pattern": {"type": "daily"}, "range": {"type": "noEnd", "startDate": "2026-12-01"}}

    with pytest.raises(GraphError) as refused:
        recurrence.parse(sent)

    assert refused.value.status == 500


# together with the event


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def refusal(service: Service, calendar: str, body: Json) -> tuple[int, str]:
    return code(service.call("POST", f"/me/calendars/{calendar}/events", body))


def test_a_series_starts_on_the_first_date_that_matches(service: Service, calendar: str) -> None:
    body = series({"type": "weekly", "daysOfWeek": ["friday"]})

    created = service.create(calendar, body)

    assert created["type"] == "seriesMaster"
    assert created["start"]["dateTime"] == "2026-12-04T02:00:00.0000000"
    assert created["recurrence"]["range"]["startDate"] == "2026-12-04"
    assert created["recurrence"]["range"]["recurrenceTimeZone"] == "Asia/Shanghai"


def test_the_range_must_start_on_the_day_of_the_event_in_its_zone(service: Service, calendar: str) -> None:
    body = series({"type": "daily"}, {"startDate": "2026-11-30"})

    assert refusal(service, calendar, body) == (400, "ErrorInvalidRecurrenceRange")


@pytest.mark.parametrize(
    ("zone", "recurrence_zone", "status"),
    [
        ("Asia/Shanghai", "Asia/Shanghai", 201),
        ("Asia/Shanghai", "China Standard Time", 201),
        ("China Standard Time", "Asia/Shanghai", 201),
        ("Asia/Shanghai", "Asia/Tokyo", 400),
        ("Asia/Shanghai", "UTC", 400),
        ("Africa/Casablanca", "Africa/Casablanca", 400),
    ],
)
def test_a_series_lives_in_one_zone(
    service: Service, calendar: str, zone: str, recurrence_zone: str, status: int
) -> None:
    body = series({"type": "daily"}, {"recurrenceTimeZone": recurrence_zone}, zone=zone)

    answer = service.call("POST", f"/me/calendars/{calendar}/events", body)

    assert answer.status_code == status
    if status == 400:
        assert code(answer) == (400, "ErrorPropertyValidationFailure")


def test_start_and_end_of_a_series_share_the_zone(service: Service, calendar: str) -> None:
    body = {**series({"type": "daily"}), "end": event(zone="Asia/Tokyo", end="2026-12-01T13:00:00")["end"]}

    assert refusal(service, calendar, body) == (400, "ErrorPropertyValidationFailure")


def test_an_unknown_recurrence_zone_is_refused(service: Service, calendar: str) -> None:
    body = series({"type": "daily"}, {"recurrenceTimeZone": "EST"})

    assert refusal(service, calendar, body) == (400, "TimeZoneNotSupportedException")


def test_a_range_without_any_occurrence_is_refused(service: Service, calendar: str) -> None:
    body = series({"type": "weekly", "daysOfWeek": ["friday"]}, {"type": "endDate", "endDate": "2026-12-03"})

    assert refusal(service, calendar, body) == (400, "ErrorRecurrenceHasNoOccurrence")


@pytest.mark.parametrize(
    ("pattern", "end", "is_taken"),
    [
        ({"type": "daily"}, "2026-12-02T10:00:00", True),
        ({"type": "daily"}, "2026-12-02T10:01:00", False),
        ({"type": "weekly", "daysOfWeek": ["tuesday", "thursday"]}, "2026-12-04T10:00:00", False),
        ({"type": "weekly", "daysOfWeek": ["tuesday"]}, "2026-12-08T09:00:00", True),
    ],
)
def test_an_occurrence_may_not_last_into_the_next_one(
    service: Service, calendar: str, pattern: Json, end: str, is_taken: bool
) -> None:
    answer = service.call("POST", f"/me/calendars/{calendar}/events", series(pattern, end=end))

    assert (answer.status_code == 201) is is_taken
    if not is_taken:
        assert code(answer) == (400, "ErrorOccurrenceTimeSpanTooBig")


def test_a_daily_all_day_series_fills_every_day(service: Service, calendar: str) -> None:
    body = series({"type": "daily"}, start="2026-12-01T00:00:00", end="2026-12-02T00:00:00", isAllDay=True)

    assert service.create(calendar, body)["isAllDay"]


@pytest.mark.parametrize("sent", [{"pattern": {}}, {"range": {}}, [], "daily"])
def test_half_a_recurrence_is_refused(service: Service, calendar: str, sent: object) -> None:
    assert refusal(service, calendar, {**event(), "recurrence": sent}) == (400, "RequestBodyRead")
