"""Zones, instants and all-day dates at Microsoft's side."""

from typing import Any

import pytest

from tests.sandbox.microsoft import Service, code, event


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def refusal(service: Service, calendar: str, body: object) -> tuple[int, str]:
    return code(service.call("POST", f"/me/calendars/{calendar}/events", body))


def all_day(start: str = "2026-10-01", end: str = "2026-10-08", **more: Any) -> dict[str, Any]:
    return event(start=f"{start}T00:00:00", end=f"{end}T00:00:00", isAllDay=True, **more)


# zones


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("China Standard Time", "2026-12-01T02:00:00.0000000"),
        ("Tokyo Standard Time", "2026-12-01T01:00:00.0000000"),
        ("Eastern Standard Time", "2026-12-01T15:00:00.0000000"),
        ("Europe/Berlin", "2026-12-01T09:00:00.0000000"),
        ("Etc/GMT+12", "2026-12-01T22:00:00.0000000"),
        ("Lord Howe Standard Time", "2026-11-30T23:00:00.0000000"),
        ("Marquesas Standard Time", "2026-12-01T19:30:00.0000000"),
        ("Asia/Calcutta", "2026-12-01T04:30:00.0000000"),
        ("Asia/Kolkata", "2026-12-01T04:30:00.0000000"),
        ("America/North_Dakota/Beulah", "2026-12-01T16:00:00.0000000"),
        ("UTC", "2026-12-01T10:00:00.0000000"),
    ],
)
def test_times_are_taken_in_windows_and_iana_zones(
    service: Service, calendar: str, zone: str, utc: str
) -> None:
    assert service.create(calendar, event(zone=zone))["start"]["dateTime"] == utc


@pytest.mark.parametrize(
    "zone", ["Europe/Kyiv", "America/Nuuk", "Asia/Chongqing", "US/Eastern", "Antarctica/Troll"]
)
def test_names_that_only_iana_has_are_refused(service: Service, calendar: str, zone: str) -> None:
    assert refusal(service, calendar, event(zone=zone)) == (400, "TimeZoneNotSupportedException")


def test_every_zone_that_the_service_names_it_takes(service: Service, calendar: str) -> None:
    """Outlook's list for its settings, in both ways of writing."""
    for standard in ("Windows", "Iana"):
        path = (
            f"/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'{standard}')"
        )
        names = [zone["alias"] for zone in service.json(path)["value"]]
        assert len(names) > 100
        for name in names:
            assert service.create(calendar, event(zone=name))["originalStartTimeZone"] == name


@pytest.mark.parametrize("zone", ["PDT", "EST", "MST", "HST", "PRC", "Mars/Phobos", ""])
def test_abbreviations_and_unknown_zones_are_refused(service: Service, calendar: str, zone: str) -> None:
    assert refusal(service, calendar, event(zone=zone)) == (400, "TimeZoneNotSupportedException")


def test_a_time_without_zone_is_refused(service: Service, calendar: str) -> None:
    body = {**event(), "start": {"dateTime": "2026-12-01T10:00:00"}}

    assert refusal(service, calendar, body) == (400, "TimeZoneNotSupportedException")


def test_an_offset_makes_a_time_an_instant(service: Service, calendar: str) -> None:
    body = event(start="2026-12-01T10:00:00Z", end="2026-12-01T20:00:00+09:00")

    created = service.create(calendar, body)

    assert created["start"]["dateTime"] == "2026-12-01T10:00:00.0000000"
    assert created["end"]["dateTime"] == "2026-12-01T11:00:00.0000000"


def test_a_skipped_hour_moves_forward_and_a_repeated_one_is_standard_time(
    service: Service, calendar: str
) -> None:
    zone = "America/New_York"
    skipped = service.create(
        calendar, event(start="2027-03-14T02:30:00", end="2027-03-14T04:00:00", zone=zone)
    )
    repeated = service.create(
        calendar, event(start="2026-11-01T01:30:00", end="2026-11-01T03:00:00", zone=zone)
    )

    assert skipped["start"]["dateTime"] == "2027-03-14T07:30:00.0000000"
    assert repeated["start"]["dateTime"] == "2026-11-01T06:30:00.0000000"


def test_answers_are_in_the_preferred_zone(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())

    answer = service.get(f"/me/events/{created['id']}", {"Prefer": 'outlook.timezone="Tokyo Standard Time"'})

    read = answer.json or {}
    assert read["start"] == {"dateTime": "2026-12-01T11:00:00.0000000", "timeZone": "Tokyo Standard Time"}
    assert answer.headers["Preference-Applied"] == 'outlook.timezone="Tokyo Standard Time"'
    refused = service.get(f"/me/events/{created['id']}", {"Prefer": 'outlook.timezone="PDT"'})
    assert code(refused) == (400, "TimeZoneNotSupportedException")


# all-day


def test_an_all_day_event_is_midnight_to_midnight_whatever_is_preferred(
    service: Service, calendar: str
) -> None:
    created = service.create(calendar, all_day())

    read = service.get(f"/me/events/{created['id']}", {"Prefer": 'outlook.timezone="Asia/Tokyo"'}).json or {}

    assert read["isAllDay"]
    assert read["start"] == {"dateTime": "2026-10-01T00:00:00.0000000", "timeZone": "UTC"}
    assert read["end"] == {"dateTime": "2026-10-08T00:00:00.0000000", "timeZone": "UTC"}


@pytest.mark.parametrize(
    "changes",
    [
        {"end": {"dateTime": "2026-10-01T00:00:00", "timeZone": "Asia/Shanghai"}},
        {"end": {"dateTime": "2026-10-02T12:00:00", "timeZone": "Asia/Shanghai"}},
        {"end": {"dateTime": "2026-10-02T00:00:00", "timeZone": "Asia/Tokyo"}},
    ],
)
def test_all_day_events_need_whole_days_in_one_zone(
    service: Service, calendar: str, changes: dict[str, Any]
) -> None:
    assert refusal(service, calendar, {**all_day(), **changes}) == (400, "ErrorInvalidRequest")


def test_all_day_can_only_be_changed_together_with_the_times(service: Service, calendar: str) -> None:
    timed = service.create(calendar, event())["id"]
    day = service.create(calendar, all_day())["id"]

    assert code(service.call("PATCH", f"/me/events/{timed}", {"isAllDay": True})) == (
        400,
        "ErrorInvalidRequest",
    )
    assert code(service.call("PATCH", f"/me/events/{day}", {"isAllDay": False})) == (
        400,
        "ErrorInvalidRequest",
    )
    assert service.change(timed, all_day())["isAllDay"]
    timed_again = service.change(day, {**event(), "isAllDay": False})
    assert timed_again["start"]["dateTime"] == "2026-12-01T02:00:00.0000000"
