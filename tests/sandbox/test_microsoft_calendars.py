"""/me and /me/calendars of Microsoft's side."""

import pytest

from tests.sandbox.microsoft import KEY, Service, code, event, expand_tags, tag_filter, tagged


@pytest.fixture
def service() -> Service:
    return Service()


def test_me_says_who_signed_in(service: Service) -> None:
    me = service.json("/me")

    assert (me["id"], me["displayName"]) == (service.world.person.object_id, "Li Lei")


def test_the_mailbox_has_a_zone_and_knows_zones_by_both_names(service: Service) -> None:
    iana = service.json(
        "/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"
    )
    windows = service.json("/me/outlook/supportedTimeZones")

    assert service.json("/me/mailboxSettings")["timeZone"] == "China Standard Time"
    assert "Asia/Shanghai" in {zone["alias"] for zone in iana["value"]}
    assert "China Standard Time" in {zone["alias"] for zone in windows["value"]}


def test_a_mailbox_starts_with_a_default_and_a_read_only_calendar(service: Service) -> None:
    listed = {calendar["name"]: calendar for calendar in service.json("/me/calendars")["value"]}

    assert listed["Calendar"]["isDefaultCalendar"]
    assert not listed["Birthdays"]["canEdit"]
    assert service.json("/me/calendar")["id"] == listed["Calendar"]["id"]


def test_a_calendar_is_created_read_changed_and_deleted(service: Service) -> None:
    answer = service.call("POST", "/me/calendars", {"name": "飞书 日历", "color": "lightBlue"})
    created = answer.json or {}
    path = f"/me/calendars/{created['id']}"

    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(created["id"])
    assert service.json(path)["color"] == "lightBlue"
    changed = service.call("PATCH", path, {"name": "Feishu"}).json or {}
    assert changed["name"] == "Feishu"
    assert changed["changeKey"] != created["changeKey"]
    assert service.call("DELETE", path).status_code == 204
    assert code(service.get(path)) == (404, "ErrorItemNotFound")
    assert code(service.get(f"{path}/events")) == (404, "ErrorItemNotFound")


def test_two_calendars_cannot_share_a_name(service: Service) -> None:
    service.calendar("Work")

    assert code(service.call("POST", "/me/calendars", {"name": "work"})) == (409, "ErrorFolderExists")
    assert code(service.call("PATCH", "/me/calendar", {"name": "Work"})) == (409, "ErrorFolderExists")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": 7}, {"name": "x", "color": "pink"}, {"name": "x", "size": 1}, ["x"]],
)
def test_a_wrong_calendar_is_refused(service: Service, body: object) -> None:
    assert service.call("POST", "/me/calendars", body).status_code == 400


def test_a_calendar_is_found_by_its_name(service: Service) -> None:
    service.calendar("Li's")

    found = service.json("/me/calendars", filter="name eq 'Li''s'")["value"]

    assert [calendar["name"] for calendar in found] == ["Li's"]


def test_a_calendar_is_found_by_its_hidden_mark_and_shows_it_when_asked(service: Service) -> None:
    body = {"name": "Feishu", "singleValueExtendedProperties": tagged("mine")}
    created = service.call("POST", "/me/calendars", body).json or {}
    service.call("PATCH", f"/me/calendars/{created['id']}", {"name": "Renamed"})

    found = service.json("/me/calendars", filter=tag_filter("MINE"), expand=expand_tags(), select="name")[
        "value"
    ]

    assert found == [
        {
            "id": created["id"],
            "name": "Renamed",
            "singleValueExtendedProperties": [{"id": KEY, "value": "mine"}],
        }
    ]
    assert "singleValueExtendedProperties" not in service.json(f"/me/calendars/{created['id']}")


def test_calendars_come_in_pages(service: Service) -> None:
    for number in range(3):
        service.calendar(f"C{number}")

    first = service.json("/me/calendars", top="3")
    second = service.json(first["@odata.nextLink"])

    assert len(first["value"]) == 3
    assert [calendar["name"] for calendar in second["value"]] == ["C1", "C2"]
    assert "@odata.nextLink" not in second


def test_a_read_only_calendar_takes_no_writes(service: Service) -> None:
    shared = service.world.add_calendar("Holidays", can_edit=False)
    holiday = service.world.add_event(shared, event())

    assert code(service.call("POST", f"/me/calendars/{shared}/events", event())) == (403, "ErrorAccessDenied")
    assert code(service.call("PATCH", f"/me/events/{holiday}", {})) == (403, "ErrorAccessDenied")
    assert code(service.call("DELETE", f"/me/events/{holiday}")) == (403, "ErrorAccessDenied")
    assert code(service.call("PATCH", f"/me/calendars/{shared}", {"name": "x"})) == (403, "ErrorAccessDenied")


def test_the_default_calendar_stays(service: Service) -> None:
    default = service.json("/me/calendar")["id"]

    assert code(service.call("DELETE", f"/me/calendars/{default}")) == (400, "ErrorDeleteDistinguishedFolder")


def test_deleting_a_calendar_deletes_its_events(service: Service) -> None:
    calendar = service.calendar()
    created = service.create(calendar, event(singleValueExtendedProperties=tagged("k")))

    service.world.delete_calendar(calendar)

    assert code(service.get(f"/me/events/{created['id']}")) == (404, "ErrorItemNotFound")


def test_a_malformed_calendar_id_is_told_from_an_unknown_one(service: Service) -> None:
    assert code(service.get("/me/calendars/nonsense/events")) == (400, "ErrorInvalidIdMalformed")


def test_the_id_that_creating_answers_can_differ_from_the_listed_one(service: Service) -> None:
    service.world.switches.keeps_calendar_id = False

    created = service.call("POST", "/me/calendars", {"name": "Feishu"}).json or {}

    assert code(service.get(f"/me/calendars/{created['id']}")) == (404, "ErrorItemNotFound")
    assert len(service.json("/me/calendars", filter="name eq 'Feishu'")["value"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("PUT", "/me/calendars", (405, "Request_BadRequest")),
        ("GET", "/me/messages", (400, "BadRequest")),
        ("GET", "/$batch", (405, "Request_BadRequest")),
    ],
)
def test_what_is_not_there_is_refused(
    service: Service, method: str, path: str, answer: tuple[int, str]
) -> None:
    assert code(service.call(method, path)) == answer


def test_every_answer_names_its_request_and_the_clock(service: Service) -> None:
    answer = service.get("/me/calendars/x", {"client-request-id": "c-1"})

    inner = (answer.json or {})["error"]["innerError"]
    assert answer.headers["client-request-id"] == inner["client-request-id"] == "c-1"
    assert answer.headers["request-id"]
    assert inner["date"] == "2026-11-25T12:00:00"
    assert answer.headers["Date"] == "Wed, 25 Nov 2026 12:00:00 GMT"
