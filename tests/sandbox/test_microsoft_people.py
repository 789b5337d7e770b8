"""What people do in Outlook behind the program's back, and what the program must never do."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.microsoft.errors import GraphError
from tests.sandbox.microsoft import Json, Service, code, event, series, tagged

START, END = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
WEEKLY = {"type": "weekly", "daysOfWeek": ["tuesday"]}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


@pytest.fixture
def copy(service: Service, calendar: str) -> str:
    """An event that the program made: it carries a hidden property."""
    return str(service.create(calendar, event(singleValueExtendedProperties=tagged("k")))["id"])


def subjects(service: Service, calendar: str) -> list[str]:
    return [item["subject"] for item in service.world.occurrences(calendar, START, END)]


# people


def test_the_page_sees_what_takes_place_in_order(service: Service, calendar: str) -> None:
    world = service.world
    world.add_event(calendar, event("single", "2026-12-09T10:00:00", "2026-12-09T11:00:00"))
    series_id = world.add_event(calendar, series(WEEKLY, subject="series"))
    third = world.occurrences(calendar, START, END)[3]["id"]

    world.edit_event(third, {"subject": "changed"})

    seen = world.occurrences(calendar, START, END)
    assert [item["subject"] for item in seen] == ["series", "series", "single", "changed", "series", "series"]
    assert seen[0]["start"] == {"dateTime": "2026-12-01T02:00:00.0000000", "timeZone": "UTC"}
    assert seen[0]["seriesMasterId"] == series_id
    assert [item["type"] for item in world.events(calendar)] == ["singleInstance", "seriesMaster"]


def test_hidden_properties_are_seen(service: Service, calendar: str, copy: str) -> None:
    assert service.world.event(copy)["singleValueExtendedProperties"] == tagged("k")
    assert service.world.events(calendar)[0]["singleValueExtendedProperties"] == tagged("k")


def test_people_edit_shift_move_and_delete_events(service: Service, calendar: str, copy: str) -> None:
    world, other = service.world, service.calendar("Other")

    world.edit_event(copy, {"subject": "Edited"})
    world.shift_event(copy, timedelta(hours=2))
    world.move_event(copy, other)

    assert service.json(f"/me/events/{copy}")["start"]["dateTime"] == "2026-12-01T04:00:00.0000000"
    assert (subjects(service, calendar), subjects(service, other)) == ([], ["Edited"])
    world.delete_event(copy)
    assert subjects(service, other) == []
    assert world.forbidden == []


def test_people_delete_and_change_single_occurrences(service: Service, calendar: str) -> None:
    world = service.world
    series_id = world.add_event(calendar, series(WEEKLY, subject="series"))
    first, second, *_ = (item["id"] for item in world.occurrences(calendar, START, END))

    world.delete_event(first)
    world.shift_event(second, timedelta(days=1))

    assert len(subjects(service, calendar)) == 4
    assert world.event(series_id)["cancelledOccurrences"] == [f"OID.{series_id}.2026-12-01"]
    assert world.occurrences(calendar, START, END)[0]["start"]["dateTime"].startswith("2026-12-09")
    with pytest.raises(TypeError):
        world.move_event(second, calendar)


def test_people_invite_others(service: Service, copy: str) -> None:
    service.world.invite(copy, "han@contoso.example")
    service.world.invite(copy, "mei@contoso.example")

    invited = service.json(f"/me/events/{copy}")["attendees"]
    assert [attendee["emailAddress"]["address"] for attendee in invited] == [
        "han@contoso.example",
        "mei@contoso.example",
    ]
    assert service.world.forbidden == []


def test_people_rename_and_delete_calendars(service: Service, calendar: str, copy: str) -> None:
    service.world.rename_calendar(calendar, "Mine")
    names = [item["name"] for item in service.world.calendars()]
    service.world.delete_calendar(calendar)

    assert names == ["Calendar", "Birthdays", "Mine"]
    with pytest.raises(GraphError):
        service.world.event(copy)


# the program


def forbidden(service: Service) -> list[str]:
    return [entry.partition(": ")[2] for entry in service.world.forbidden]


def test_a_mirror_that_minds_its_own_is_not_accused(service: Service, calendar: str, copy: str) -> None:
    service.change(copy, {"subject": "New", "attendees": [], "isOnlineMeeting": False})
    series_body = series(WEEKLY, singleValueExtendedProperties=tagged("s"))
    series_id = service.create(calendar, series_body)["id"]
    first = service.world.occurrences(calendar, START, END)[1]["id"]
    service.change(first, {"subject": "New"})
    service.call("DELETE", f"/me/events/{first}")
    service.call("DELETE", f"/me/events/{series_id}")

    assert forbidden(service) == []


@pytest.mark.parametrize(
    ("content", "accusation"),
    [
        ({"attendees": [{"emailAddress": {"address": "a@b.example"}}]}, "writes attendees"),
        ({"isOnlineMeeting": True}, "makes an online meeting"),
        ({"isOnlineMeeting": "true"}, "makes an online meeting"),
    ],
)
def test_inviting_and_meeting_online_is_forbidden(
    service: Service, calendar: str, copy: str, content: Json, accusation: str
) -> None:
    service.create(calendar, event(**content))
    service.change(copy, content)

    assert forbidden(service) == [accusation, accusation]


def test_sending_and_cancelling_is_forbidden(service: Service, copy: str) -> None:
    assert code(service.call("POST", "/me/sendMail", {})) == (403, "ErrorAccessDenied")
    assert code(service.call("POST", f"/me/events/{copy}/cancel", {})) == (400, "ErrorInvalidRequest")
    service.world.invite(copy, "han@contoso.example")
    assert service.call("POST", f"/me/events/{copy}/cancel", {}).status_code == 202

    assert forbidden(service) == ["sends mail", "cancels a meeting", "cancels a meeting"]


def test_touching_what_people_made_is_forbidden(service: Service, calendar: str) -> None:
    single = service.world.add_event(calendar, event("single"))
    service.world.add_event(calendar, series(WEEKLY, subject="series"))
    occurrence = service.world.occurrences(calendar, START, END)[1]["id"]

    service.change(single, {"subject": "x"})
    service.change(occurrence, {"subject": "x", "singleValueExtendedProperties": tagged("k")})
    service.call("DELETE", f"/me/events/{single}")

    assert forbidden(service) == ["changes what a person made"] * 3


def test_adopting_a_persons_event_is_remembered_and_allowed(service: Service, calendar: str) -> None:
    single = service.world.add_event(calendar, event("single"))

    service.change(single, {"singleValueExtendedProperties": tagged("k")})
    service.change(single, {"subject": "mirrored"})

    assert service.world.adopted == [single]
    assert forbidden(service) == []


def test_a_persons_calendar_is_neither_renamed_nor_deleted(service: Service, calendar: str) -> None:
    body = {"name": "Feishu", "singleValueExtendedProperties": tagged("mine")}
    own = (service.call("POST", "/me/calendars", body).json or {})["id"]
    for path in (f"/me/calendars/{own}", f"/me/calendars/{calendar}"):
        service.call("PATCH", path, {"name": f"New name of {path[-8:]} {path == own}"})
        service.call("DELETE", path)

    assert forbidden(service) == ["renames a person's calendar", "deletes a person's calendar"]
