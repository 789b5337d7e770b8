"""Single events of Microsoft's side: what is stored, what is refused."""

import json
from typing import Any

import pytest

from tests.sandbox.microsoft import KEY, STATE, Service, code, event, expand_tags, series, tagged


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def refusal(service: Service, calendar: str, body: object) -> tuple[int, str]:
    return code(service.call("POST", f"/me/calendars/{calendar}/events", body))


def in_utc(time: str) -> dict[str, str]:
    return {"dateTime": time, "timeZone": "UTC"}


# create


def test_a_new_event_gets_the_services_defaults(service: Service, calendar: str) -> None:
    created = service.create(calendar, event("周会"))

    assert created["type"] == "singleInstance"
    assert (created["showAs"], created["sensitivity"], created["importance"]) == ("busy", "normal", "normal")
    assert (created["isReminderOn"], created["reminderMinutesBeforeStart"]) == (True, 15)
    assert created["start"] == {"dateTime": "2026-12-01T02:00:00.0000000", "timeZone": "UTC"}
    assert created["originalStartTimeZone"] == "Asia/Shanghai"
    assert created["attendees"] == created["categories"] == created["locations"] == []
    assert created["organizer"]["emailAddress"]["name"] == "Li Lei"
    assert created["@odata.etag"] == f'W/"{created["changeKey"]}"'
    assert created["createdDateTime"] == "2026-11-25T12:00:00.0000000Z"
    assert "transactionId" not in created


def test_without_a_calendar_an_event_goes_to_the_default_one(service: Service) -> None:
    default = service.json("/me/calendar")["id"]

    answer = service.call("POST", "/me/events", event())

    created = answer.json or {}
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(created["id"])
    assert [other["id"] for other in service.world.events(default)] == [created["id"]]


def test_what_was_sent_is_stored(service: Service, calendar: str) -> None:
    sent: dict[str, Any] = {
        "showAs": "Tentative",
        "sensitivity": "private",
        "categories": ["Feishu"],
        "isReminderOn": False,
    }

    created = service.create(calendar, event(**sent))

    read = service.json(f"/me/events/{created['id']}")
    assert (read["showAs"], read["sensitivity"], read["isReminderOn"]) == ("tentative", "private", False)
    assert read["categories"] == ["Feishu"]


def test_a_text_body_is_kept_as_html(service: Service, calendar: str) -> None:
    created = service.create(calendar, event(body={"contentType": "text", "content": "a < b\nnext"}))

    assert created["body"]["contentType"] == "html"
    assert "converted from text" in created["body"]["content"]
    assert "a &lt; b<br>" in created["body"]["content"]
    assert created["bodyPreview"] == "a < b next"


def test_an_html_body_is_wrapped_and_cleaned(service: Service, calendar: str) -> None:
    content = '<p onclick="x()">Hi <a href="https://a.example">link</a><script>alert(1)</script></p>'

    page = service.create(calendar, event(body={"contentType": "HTML", "content": content}))["body"][
        "content"
    ]

    assert page.startswith("<html><head>")
    assert '<p>Hi <a href="https://a.example" target="_blank"' in page
    assert ">link</a></p>\r\n" in page
    assert "script" not in page
    assert "onclick" not in page


def test_a_body_is_read_as_text_when_preferred(service: Service, calendar: str) -> None:
    created = service.create(calendar, event(body={"contentType": "text", "content": "a < b\nnext"}))

    answer = service.get(f"/me/events/{created['id']}", {"Prefer": 'outlook.body-content-type="text"'})

    assert (answer.json or {})["body"] == {"contentType": "text", "content": "a < b\r\nnext"}
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'


def test_a_location_is_completed_and_mirrored(service: Service, calendar: str) -> None:
    created = service.create(calendar, event(location={"displayName": "3 号会议室"}))

    assert created["location"] == {
        "displayName": "3 号会议室",
        "locationType": "default",
        "uniqueId": "3 号会议室",
        "uniqueIdType": "private",
    }
    assert created["locations"] == [created["location"]]
    cleared = service.change(created["id"], {"location": {"displayName": ""}})
    assert (cleared["location"]["displayName"], cleared["locations"]) == ("", [])


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"colour": "red"}, (400, "RequestBodyRead")),
        ({"showAs": "away"}, (400, "RequestBodyRead")),
        ({"isAllDay": "true"}, (400, "RequestBodyRead")),
        ({"reminderMinutesBeforeStart": "15"}, (400, "RequestBodyRead")),
        ({"reminderMinutesBeforeStart": -5}, (400, "ErrorPropertyValidationFailure")),
        ({"subject": "x" * 256}, (400, "ErrorPropertyValidationFailure")),
        ({"subject": "😀" * 128}, (400, "ErrorPropertyValidationFailure")),
        ({"subject": 7}, (400, "RequestBodyRead")),
        ({"location": {"displayName": "x" * 256}}, (400, "ErrorPropertyValidationFailure")),
        ({"location": "here"}, (400, "RequestBodyRead")),
        ({"categories": "one"}, (400, "RequestBodyRead")),
        ({"body": "text"}, (400, "RequestBodyRead")),
        ({"body": {"contentType": "markdown", "content": ""}}, (400, "RequestBodyRead")),
        ({"attendees": ["a@b.example"]}, (400, "RequestBodyRead")),
        ({"attendees": [{}] * 501}, (400, "ErrorInvalidRequest")),
        ({"transactionId": 7}, (400, "RequestBodyRead")),
        ({"extensions": []}, (501, "NotImplemented")),
        ({"start": "2026-12-01"}, (400, "RequestBodyRead")),
        ({"start": in_utc("tomorrow")}, (400, "ErrorPropertyValidationFailure")),
        ({"start": in_utc("0001-01-01T00:00:00")}, (400, "ErrorCalendarOutOfRange")),
        ({"end": in_utc("2026-12-01T01:59:00")}, (400, "ErrorPropertyValidationFailure")),
        ({"end": in_utc("2032-12-01T09:59:00")}, (400, "ErrorCalendarDurationIsTooLong")),
    ],
)  # fmt: skip
def test_a_wrong_event_is_refused(
    service: Service, calendar: str, changes: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert refusal(service, calendar, {**event(), **changes}) == answer
    assert service.world.events(calendar) == []


@pytest.mark.parametrize("missing", ["start", "end"])
def test_an_event_needs_both_times(service: Service, calendar: str, missing: str) -> None:
    body = event()
    del body[missing]

    assert refusal(service, calendar, body) == (400, "ErrorInvalidRequest")


def test_what_only_the_service_says_is_ignored(service: Service, calendar: str) -> None:
    created = service.create(calendar, event(id="mine", type="occurrence", organizer={}, bodyPreview="no"))

    assert created["id"] != "mine"
    assert created["type"] == "singleInstance"


def test_an_unreadable_body_is_refused(service: Service, calendar: str) -> None:
    path = f"https://localhost/v1.0/me/calendars/{calendar}/events"

    broken = service.http.post(path, data="{", content_type="application/json", headers=service.headers)
    plain = service.http.post(path, data="{}", content_type="text/plain", headers=service.headers)
    large = service.http.post(
        path, data=b" " * (4 * 2**20 + 1), content_type="application/json", headers=service.headers
    )

    assert code(broken) == (400, "RequestBodyRead")
    assert code(plain) == (415, "UnsupportedMediaType")
    assert code(large) == (413, "RequestEntityTooLarge")
    assert refusal(service, calendar, []) == (400, "RequestBodyRead")


# change and delete


def test_a_change_keeps_what_it_does_not_mention(service: Service, calendar: str) -> None:
    created = service.create(calendar, event("Old", location={"displayName": "Here"}))
    service.now += 60

    changed = service.change(created["id"], {"subject": "New"})

    assert (changed["subject"], changed["location"]["displayName"]) == ("New", "Here")
    assert changed["changeKey"] != created["changeKey"]
    assert changed["lastModifiedDateTime"] == "2026-11-25T12:01:00.0000000Z"
    assert changed["createdDateTime"] == created["createdDateTime"]


def test_a_change_may_not_put_the_end_before_the_start(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())
    later = {"start": {"dateTime": "2026-12-01T12:00:00", "timeZone": "Asia/Shanghai"}}

    answer = service.call("PATCH", f"/me/events/{created['id']}", later)

    assert code(answer) == (400, "ErrorPropertyValidationFailure")
    assert service.world.event(created["id"])["start"] == created["start"]


def test_a_stale_etag_is_refused(service: Service, calendar: str) -> None:
    created = service.create(calendar, event(singleValueExtendedProperties=tagged("k")))
    path, stale = f"/me/events/{created['id']}", {"If-Match": created["@odata.etag"]}
    assert service.call("PATCH", path, {"subject": "1"}, headers=stale).status_code == 200

    refused = service.call("PATCH", path, {"subject": "2"}, headers=stale)
    service.world.switches.conflict_status = 409
    refused_otherwise = service.call("PATCH", path, {"subject": "2"}, headers=stale)
    service.world.switches.honours_if_match = False
    taken = service.call("PATCH", path, {"subject": "3"}, headers=stale)

    assert code(refused) == (412, "ErrorIrresolvableConflict")
    assert code(refused_otherwise) == (409, "ErrorIrresolvableConflict")
    assert (taken.json or {})["subject"] == "3"


def test_a_deleted_event_is_gone(service: Service, calendar: str) -> None:
    created = service.create(calendar, event(singleValueExtendedProperties=tagged("k")))
    path = f"/me/events/{created['id']}"

    first = service.call("DELETE", path, headers={"If-Match": 'W/"stale"'})

    assert (first.status_code, first.data) == (204, b"")
    assert code(service.call("DELETE", path)) == (404, "ErrorItemNotFound")
    assert code(service.get(path)) == (404, "ErrorItemNotFound")
    assert code(service.call("PATCH", path, {})) == (404, "ErrorItemNotFound")


def test_an_event_is_only_found_in_its_own_calendar(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())
    other = service.calendar("Other")

    assert service.get(f"/me/calendars/{calendar}/events/{created['id']}").status_code == 200
    assert code(service.get(f"/me/calendars/{other}/events/{created['id']}")) == (404, "ErrorItemNotFound")


@pytest.mark.parametrize("event_id", ["nonsense", "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A!", "AAMkAGViNDU7"])
def test_a_malformed_id_is_refused(service: Service, event_id: str) -> None:
    assert code(service.get(f"/me/events/{event_id}")) == (400, "ErrorInvalidIdMalformed")


def test_ids_of_one_mailbox_are_unknown_in_another(service: Service) -> None:
    other = Service()
    elsewhere = other.create(other.calendar(), event())
    for _ in range(5):
        service.create(service.json("/me/calendar")["id"], event())

    assert code(service.get(f"/me/events/{elsewhere['id']}")) == (404, "ErrorItemNotFound")


def test_only_immutable_ids_survive_a_move(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())
    mutable = (service.get(f"/me/events/{created['id']}", {"Prefer": ""}).json or {})["id"]
    assert mutable != created["id"]
    assert service.json(f"/me/events/{mutable}")["id"] == created["id"]

    service.world.move_event(created["id"], service.calendar("Other"))

    assert service.get(f"/me/events/{created['id']}").status_code == 200
    assert code(service.get(f"/me/events/{mutable}")) == (404, "ErrorItemNotFound")


# transactionId


def test_the_same_transaction_makes_one_event(service: Service, calendar: str) -> None:
    body = event(transactionId="t-1")

    first, second = service.create(calendar, body), service.create(calendar, body)

    assert first["id"] == second["id"]
    assert first["transactionId"] == "t-1"
    assert len(service.world.events(calendar)) == 1


@pytest.mark.parametrize("status", [400, 409])
def test_a_transaction_of_another_event_is_refused(service: Service, calendar: str, status: int) -> None:
    service.world.switches.duplicate_transaction_status = status
    first = service.create(calendar, event(transactionId="t-1"))
    other = service.calendar("Other")

    answer = service.call("POST", f"/me/calendars/{calendar}/events", event("Else", transactionId="t-1"))

    assert code(answer) == (status, "ErrorDuplicateTransactionId")
    assert (answer.json or {})["error"]["@event.existingEventId"] == first["id"]
    assert refusal(service, other, event(transactionId="t-1")) == (status, "ErrorDuplicateTransactionId")


def test_a_transaction_is_remembered_after_its_event_is_deleted(service: Service, calendar: str) -> None:
    service.world.delete_event(service.create(calendar, event(transactionId="t-1"))["id"])

    assert refusal(service, calendar, event(transactionId="t-1")) == (400, "ErrorDuplicateTransactionId")


def test_a_transaction_cannot_be_set_later(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())

    answer = service.call("PATCH", f"/me/events/{created['id']}", {"transactionId": "t-2"})

    assert code(answer) == (400, "ErrorInvalidRequest")


# hidden properties


def test_hidden_properties_are_shown_when_asked_for(service: Service, calendar: str) -> None:
    body = event(singleValueExtendedProperties=[*tagged("k1"), *tagged("s1", STATE)])
    created = service.create(calendar, body)
    path = f"/me/events/{created['id']}"

    assert "singleValueExtendedProperties" not in created
    assert service.json(path, expand=expand_tags())["singleValueExtendedProperties"] == tagged("k1")
    both = service.json(path, expand=expand_tags(KEY.replace("6f2b7c58", "6F2B7C58"), STATE), select="id")
    assert both["singleValueExtendedProperties"] == [*tagged("k1"), *tagged("s1", STATE)]
    assert "subject" not in both


def test_a_change_replaces_the_named_property_and_keeps_the_other(service: Service, calendar: str) -> None:
    body = event(singleValueExtendedProperties=[*tagged("k1"), *tagged("s1", STATE)])
    created = service.create(calendar, body)

    changed = service.change(created["id"], {"singleValueExtendedProperties": tagged("s2", STATE)})

    seen = service.world.event(created["id"])["singleValueExtendedProperties"]
    assert seen == [*tagged("k1"), *tagged("s2", STATE)]
    assert changed["changeKey"] != created["changeKey"]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"id": KEY.replace("String", "Long"), "value": "1"}, "ErrorInvalidExtendedProperty"),
        ({"id": KEY.replace("-9b52", ""), "value": "1"}, "ErrorInvalidExtendedProperty"),
        ({"id": KEY.removesuffix(" Name Key"), "value": "1"}, "ErrorInvalidExtendedProperty"),
        ({"id": KEY, "value": 1}, "RequestBodyRead"),
        ({"id": KEY}, "RequestBodyRead"),
    ],
)  # fmt: skip
def test_a_wrong_hidden_property_is_refused(
    service: Service, calendar: str, sent: dict[str, Any], answer: str
) -> None:
    body = event(singleValueExtendedProperties=[sent])

    assert refusal(service, calendar, body) == (400, answer)


@pytest.mark.parametrize(
    "key",
    [
        "Integer {6f2b7c58-9b52-4d8e-8f8e-7e6d9f0a1b2c} Id 0x8502",
        "SystemTime {6f2b7c58-9b52-4d8e-8f8e-7e6d9f0a1b2c} Name When it was",
        "String 0x1a",
    ],
)
def test_hidden_properties_have_several_forms_of_id(service: Service, calendar: str, key: str) -> None:
    created = service.create(calendar, event(singleValueExtendedProperties=tagged("1", key)))

    assert service.world.event(created["id"])["singleValueExtendedProperties"] == tagged("1", key)


# series and single events


def test_a_recurrence_makes_a_series_and_null_a_single_event_again(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())
    recurrence = series({"type": "daily"})["recurrence"]

    assert service.change(created["id"], {"recurrence": recurrence})["type"] == "seriesMaster"
    single = service.change(created["id"], {"recurrence": None})
    assert (single["type"], single["recurrence"]) == ("singleInstance", None)


def test_an_event_is_answered_as_plain_json(service: Service, calendar: str) -> None:
    answer = service.call("POST", f"/me/calendars/{calendar}/events", event("周会"))

    assert answer.headers["Content-Type"].startswith("application/json")
    assert "周会" in answer.data.decode()
    assert json.loads(answer.data)["@odata.context"].startswith("https://localhost/v1.0/$metadata#users('")
